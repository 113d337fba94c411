"""The questions of a Qualtrics survey, type by type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from cxresearch.survey.imports.draft import Draft, Labels, Wording, language_of
from cxresearch.survey.imports.qualtrics.choices import Choice, Choices, listed
from cxresearch.survey.imports.qualtrics.logic import Asked

Payload = Mapping[str, Any]
_SOME_NUMBER = re.compile(r"\s*-?\d+(\.\d+)?\s*")


class Builder:
    """Turns questions into parts of a draft; `logics` holds conditions that wait until every question is known.

    Attributes
    ----------
    asked : dict
        QID to what it became.
    logics : list
        Display logic, the item or block that it belongs to, and where it stood.
    after : dict
        Block to the text fields of its choices.
    """

    def __init__(self, draft: Draft, main: str) -> None:
        self.draft = draft
        self.main = main
        self.asked: dict[str, Asked] = {}
        self.logics: list[tuple[Any, str, str]] = []
        self.after: dict[str, list[str]] = {}

    def question(self, qid: str, q: Payload) -> list[str]:
        """Add a question; return what stands on the page, nothing where it cannot be asked."""
        made = self._question(qid, q)
        return [name for one in made for name in (one, *self.after.get(one, ()))]

    def _question(self, qid: str, q: Payload) -> list[str]:
        tag = str(q.get("DataExportTag") or qid)
        kind, selector, sub = (str(q.get(key) or "") for key in ("QuestionType", "Selector", "SubSelector"))
        match kind, selector, sub:
            case "MC", "MAVR" | "MAHR" | "MACOL" | "MSB", _:
                return [self._ticks(qid, q, tag)]
            case "MC", _, _:
                return self._single(qid, q, tag)
            case "Matrix", "Likert" | "Profile" | "Bipolar" | "MaxDiff" | "", "MultipleAnswer":
                return self._ticked_rows(qid, q, tag, tag)
            case "Matrix", "Likert" | "Bipolar" | "", _:
                return [self._grid(qid, q, tag, tag)]
            case "Matrix", "TE", _:
                return self._rows_of_text(qid, q, tag)
            case "SBS", _, _:
                return self._side_by_side(qid, q, tag)
            case "TE", "FORM", _:
                return self._form(qid, q, tag, "text")
            case "TE", _, _:
                return [self._text(qid, q, tag)]
            case "CS", _, _:
                self._lost("constant-sum", "The answers of this question add up to a sum, which is not checked.", qid)
                return self._form(qid, q, tag, "number")
            case "RO", _, _:
                return [self._ranking(qid, q, tag)]
            case "Slider", _, _:
                return self._sliders(qid, q, tag)
        what = f"A question of the type {'/'.join(filter(None, (kind, selector, sub)))} cannot be asked."
        self._lost("question-type", what, qid, q.get("QuestionText"))
        return []

    def texts(self, q: Payload) -> dict[str, str]:
        """Return the wordings of a question by language."""
        return self._told(q, lambda one: one.get("QuestionText"), q.get("QuestionText"))

    def _told(self, q: Payload, of: Any, main: Any) -> dict[str, str]:
        found = {self.main: str(main or "")}
        languages = q.get("Language")
        for name, one in languages.items() if isinstance(languages, Mapping) else ():
            if isinstance(one, Mapping) and isinstance(text := of(one), str) and text:
                found.setdefault(language_of(str(name)) or "", text)
        return found

    def _lost(self, code: str, what: str, where: str, given: object = None) -> None:
        self.draft.note(code, what, where, given)

    def _choices(self, q: Payload, qid: str, what: str = "Choices", order: str = "ChoiceOrder") -> Choices:
        return listed(q, what, order, self.main, qid, self.draft)

    def _more(self, q: Payload) -> dict[str, Any]:
        force = _settings(q).get("ForceResponse")
        required: bool | str = force == "ON"
        shuffle = _shuffled(q)
        return {"required": "soft" if force == "RequestResponse" else required, "shuffle": shuffle}

    def _labels(self, choices: Choices, qid: str) -> tuple[Labels, Labels]:
        asked = [(choice.code, choice.text) for choice in choices if not choice.missing]
        missing = [(choice.code, choice.text) for choice in choices if choice.missing]
        return self.draft.without_answer(asked, missing, qid) if asked else (missing, [])

    def _single(self, qid: str, q: Payload, tag: str) -> list[str]:
        choices = self._choices(q, qid)
        labels, missing = self._labels(choices, qid)
        numbered = q.get("Selector") == "NPS" or all(
            re.fullmatch(r"-?\d+", next(iter(text.values()), "").strip() or "-") for _, text in labels
        )
        scale = self.draft.scale(
            labels, "ordinal" if numbered else "nominal", missing, where=qid, wanted=f"{tag}_scale"
        )
        widget = "dropdown" if q.get("Selector") == "DL" else None
        index = "nps" if q.get("Selector") == "NPS" and [code for code, _ in labels] == list(range(11)) else None
        ends = self._ends(q, qid)
        id = self.draft.item(tag, self.texts(q), scale, widget=widget, index=index, ends=ends, **self._more(q))
        self._column(tag, id)
        self.asked[qid] = Asked(single=id, codes={choice.id: choice.code for choice in choices})
        for choice in choices:
            if choice.logic:
                what = "An answer is shown under a condition; here it is always shown."
                self._lost("choice-logic", what, f"{qid}/{choice.id}", choice.described)
        others = [self._other(qid, tag, choice, f"{id} == {choice.code!r}") for choice in choices if choice.typed]
        return [id, *others]

    def _ends(self, q: Payload, qid: str) -> dict[str, Any] | None:
        """Return what stands at both ends of the points of a recommendation."""
        labels = q.get("ColumnLabels")
        if q.get("Selector") != "NPS" or not isinstance(labels, list) or len(labels) < 2:
            return None
        texts = [str(_mapping(label).get("Display") or "") for label in (labels[0], labels[-1])]
        if not all(text.strip() for text in texts):
            return None
        low, high = (self.draft.wording({self.main: text}, f"{qid} ends") for text in texts)
        return {"low": low, "high": high}

    def _other(self, qid: str, tag: str, choice: Choice, relevance: str) -> str:
        wanted = f"{tag}_{choice.suffix}_TEXT"
        id = self.draft.field(wanted, "text", choice.text, relevance=relevance)
        self.draft.note(
            "text-entry", "The text field of a choice became a question below it.", qid, choice.id, severity="changed"
        )
        self._column(wanted, id)
        return id

    def _ticks(
        self, qid: str, q: Payload, tag: str, text: Wording | None = None, row: str = "", wanted: str = ""
    ) -> str:
        """Add a multiple choice; in a matrix, that of one row."""
        choices = self._choices(q, qid, "Answers", "AnswerOrder") if row else self._choices(q, qid)
        ids: dict[tuple[str, ...], str] = {}
        block = self.draft.id(wanted or tag)
        later = []
        for choice in choices:
            column = f"{tag}_{choice.suffix}"
            id = self.draft.item(column, choice.text, self.draft.ticked())
            ids[(row, choice.id) if row else (choice.id,)] = id
            self._column(column, id)
            if choice.id not in {other.suffix for other in choices}:
                # files with two header rows number by choice, those with three by recode value
                self._column(f"{tag}_{choice.id}", id)
            if choice.logic:
                self.logics.append((choice.logic, id, f"{qid}/{choice.id}"))
            if choice.typed:
                later.append((choice, id))
        old = self.asked.get(qid, Asked())
        self.asked[qid] = Asked(ticks={**old.ticks, **ids})
        exclusive = [id for choice, id in zip(choices, ids.values(), strict=True) if choice.exclusive]
        self.draft.blocks[block] = {
            "kind": "multiple",
            "text": self.draft.wording(text or self.texts(q), qid),
            "items": list(ids.values()),
            **({"exclusive": exclusive} if exclusive else {}),
            **{key: value for key, value in {**self._more(q), **self._count(q)}.items() if value},
        }
        for choice, id in later:
            self.after.setdefault(block, []).append(self._other(qid, tag, choice, f"{id} == 1"))
        return block

    def _count(self, q: Payload) -> dict[str, int]:
        settings = _settings(q)
        least, most = (str(settings.get(key) or "") for key in ("MinChoices", "MaxChoices"))
        n = len(_mapping(q.get("Choices")))
        told = {"at_least": least, "at_most": most}
        return {key: int(text) for key, text in told.items() if text.isdigit() and 0 < int(text) <= n}

    def _rows(self, q: Payload, qid: str, tag: str) -> Iterator[tuple[Choice, str, tuple[str, ...]]]:
        """Yield the rows of a matrix, the name of each, and the columns it may come in."""
        tags = q.get("ChoiceDataExportTags")
        for row in self._choices(q, qid):
            own = str(tags.get(row.id) or "") if isinstance(tags, Mapping) else ""
            suffix = own or row.suffix
            columns = (f"{tag}_{suffix}", own) if own.startswith(f"{tag}_") else (f"{tag}_{suffix}",)
            yield row, columns[-1], columns

    def _grid(self, qid: str, q: Payload, tag: str, wanted: str, scale: str | None = None, **more: Any) -> str:
        answers = self._choices(q, qid, "Answers", "AnswerOrder")
        labels, missing = self._labels(answers, qid)
        if scale is None:
            level: Literal["nominal", "ordinal"] = "ordinal" if len(labels) > 2 else "nominal"
            scale = self.draft.scale(labels, level, missing, where=qid, wanted=f"{wanted}_scale")
        block = self.draft.id(wanted)
        rows, after = {}, []
        for row, name, columns in self._rows(q, qid, tag):
            id = rows[row.id] = self.draft.item(name, row.text, scale)
            for column in columns:
                self._column(column, id)
            if row.logic:
                self.logics.append((row.logic, id, f"{qid}/{row.id}"))
            if row.typed:
                after.append(self._other(qid, tag, _named(row, name, tag), f"answered({id})"))
        self.asked[qid] = Asked(rows=rows, codes={answer.id: answer.code for answer in answers})
        told = {"kind": "grid", "text": self.draft.wording(self.texts(q), qid), "items": list(rows.values())}
        self.draft.blocks[block] = told | {key: value for key, value in {**self._more(q), **more}.items() if value}
        if after:
            self.after[block] = after
        return block

    def _ticked_rows(self, qid: str, q: Payload, tag: str, wanted: str) -> list[str]:
        what = "A matrix of boxes became a multiple choice for each row."
        self.draft.note("matrix-multiple", what, qid, severity="changed")
        stem = self.texts(q)
        blocks = []
        for row, name, columns in self._rows(q, qid, tag):
            text = {one: f"{stem.get(one, stem[self.main])}<br>{label}" for one, label in row.text.items()}
            block = self._ticks(qid, q, columns[0], text, row.id, wanted=f"{name}_ticks")
            if row.logic:
                self.logics.append((row.logic, block, f"{qid}/{row.id}"))
            blocks.append(block)
        return blocks

    def _side_by_side(self, qid: str, q: Payload, tag: str) -> list[str]:
        """Ask each column as a table of its own."""
        what = "Columns side by side became tables, one below the other."
        self.draft.note("side-by-side", what, qid, severity="changed")
        parts: list[str] = []
        more = q.get("AdditionalQuestions")
        for number, column in sorted(more.items()) if isinstance(more, Mapping) else ():
            if not isinstance(column, Mapping):
                self._lost("setting", "A column of a table cannot be read.", qid, column)
                continue
            stem = self.texts(q)
            head = self.texts(column)
            text = {one: f"{stem.get(one, stem[self.main])}<br>{head.get(one, head[self.main])}" for one in stem}
            inner = {**column, "QuestionText": text[self.main], "Choices": q.get("Choices") or column.get("Choices")}
            inner["ChoiceOrder"] = q.get("ChoiceOrder")
            inner["Language"] = {one: {"QuestionText": said} for one, said in text.items() if one != self.main}
            inner_tag = str(column.get("DataExportTag") or f"{tag}#{number}")
            if column.get("QuestionType") == "TE" or column.get("Selector") == "TE":
                parts += self._rows_of_text(f"{qid}#{number}", inner, inner_tag)
            elif column.get("SubSelector") == "MultipleAnswer":
                parts += self._ticked_rows(f"{qid}#{number}", inner, inner_tag, inner_tag)
            else:
                parts.append(self._grid(f"{qid}#{number}", inner, inner_tag, inner_tag))
        return parts

    def _rows_of_text(self, qid: str, q: Payload, tag: str) -> list[str]:
        """Ask each cell of a table of texts as a field."""
        self.draft.note("text-table", "A table of texts became single questions.", qid, severity="changed")
        stem = self.texts(q)
        answers: Sequence[Choice | None] = self._choices(q, qid, "Answers", "AnswerOrder") or [None]
        ids = []
        for row, name, columns in self._rows(q, qid, tag):
            for answer in answers:
                end = f"_{answer.suffix}" if answer else ""
                text = {
                    one: "<br>".join(
                        filter(None, (stem.get(one, ""), label, answer.text.get(one, "") if answer else ""))
                    )
                    for one, label in row.text.items()
                }
                id = self.draft.field(f"{name}{end}", "text", text)
                for column in columns:
                    self._column(f"{column}{end}", id)
                    self._column(f"{column}{end}_TEXT", id)
                ids.append(id)
        return ids

    def _form(self, qid: str, q: Payload, tag: str, kind: str) -> list[str]:
        stem = self.texts(q)
        ids = {}
        for choice in self._choices(q, qid):
            text = {one: f"{stem.get(one, stem[self.main])}<br>{label}" for one, label in choice.text.items()}
            column = f"{tag}_{choice.suffix}"
            more: dict[str, Any] = {"required": self._more(q)["required"]}
            id = ids[choice.id] = self.draft.field(column, kind, text, **more)
            self._column(column, id)
        self.asked[qid] = Asked(rows=ids, numbers=kind == "number")
        return list(ids.values())

    def _text(self, qid: str, q: Payload, tag: str) -> str:
        settings = _settings(q)
        content = str(settings.get("ContentType") or "")
        more: dict[str, Any] = {"required": self._more(q)["required"]}
        kind = {"ValidNumber": "number", "ValidDate": "time"}.get(content, "text")
        if kind == "text" and q.get("Selector") in ("ML", "ESTB"):
            more["widget"] = "lines"
        if q.get("Selector") == "PW":
            self._lost("password", "A field that hides what is typed in is a plain field here.", qid)
        if kind == "number":
            limits = _mapping(settings.get("ValidNumber")) or settings
            for key, name in (("low", "Min"), ("high", "Max")):
                text = str(limits.get(name) or "")
                if _SOME_NUMBER.fullmatch(text):
                    more[key] = float(text) if "." in text else int(text)
            decimals = str(limits.get("NumDecimals") or "0")
        elif content or settings.get("Type") not in (None, "", "None", "ContentType"):
            self._lost("validation", "What is typed in is not checked.", qid, content or settings.get("Type"))
        id = self.draft.field(tag, kind, self.texts(q), **more)
        if kind == "number" and decimals not in ("0", ""):
            self.draft.fields[id]["step"] = None
        for column in (tag, f"{tag}_TEXT"):
            self._column(column, id)
        self.asked[qid] = Asked(single=id, numbers=kind == "number")
        return id

    def _ranking(self, qid: str, q: Payload, tag: str) -> str:
        choices = self._choices(q, qid)
        scale = self.draft.ranks(len(choices))
        block = self.draft.id(tag)
        ids = {}
        for choice in choices:
            column = f"{tag}_{choice.suffix}"
            id = ids[choice.id] = self.draft.item(column, choice.text, scale)
            self._column(column, id)
        self.asked[qid] = Asked(rows=ids, numbers=True)
        text = self.draft.wording(self.texts(q), qid)
        more = {key: value for key, value in self._more(q).items() if value}
        self.draft.blocks[block] = {"kind": "ranking", "text": text, "items": list(ids.values()), **more}
        return block

    def _sliders(self, qid: str, q: Payload, tag: str) -> list[str]:
        """Ask each bar as an item on a range, the bars of one question as a grid."""
        settings = _mapping(q.get("Configuration"))
        stars = q.get("Selector") == "STAR"
        low = _float(settings.get("CSSliderMin"), 0)
        high = _float(settings.get("StarCount") if stars else settings.get("CSSliderMax"), 5 if stars else 100)
        decimals = int(_float(settings.get("NumDecimals"), 0))
        scale = self.draft.range(low, high, 1 if decimals < 1 else None, qid)
        block = self.draft.id(tag)
        ids = {}
        for choice in self._choices(q, qid):
            column = f"{tag}_{choice.suffix}"
            id = self.draft.item(column, choice.text, scale, widget=None if stars or decimals else "slider")
            ids[choice.id] = id
            self._column(column, id)
        self.asked[qid] = Asked(rows=ids, numbers=True)
        if q.get("Labels"):
            self._lost("slider-labels", "What stands above a slider is not shown.", qid, q["Labels"])
        more = {key: value for key, value in self._more(q).items() if value}
        text = self.draft.wording(self.texts(q), qid)
        self.draft.blocks[block] = {"kind": "grid", "text": text, "items": list(ids.values()), **more}
        return [block]

    def _column(self, column: str, id: str) -> None:
        if column != id:
            self.draft.columns[column] = id


def _named(row: Choice, name: str, tag: str) -> Choice:
    return row.with_suffix(name.removeprefix(f"{tag}_"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _settings(q: Payload) -> Mapping[str, Any]:
    return _mapping(_mapping(q.get("Validation")).get("Settings"))


def _shuffled(q: Payload) -> bool:
    found = q.get("Randomization")
    kind = found.get("Type") if isinstance(found, Mapping) else None
    return kind not in (None, "", "None", "ScaleReversal")


def _float(value: Any, default: float) -> float:
    text = str(value)
    return float(text) if _SOME_NUMBER.fullmatch(text) else default

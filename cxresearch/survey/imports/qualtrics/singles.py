"""The single questions of a Qualtrics survey: choices, texts, rankings and sliders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cxresearch.survey.imports.draft import Draft, Labels, Wording, language_of
from cxresearch.survey.imports.qualtrics.choices import Choice, Choices, listed
from cxresearch.survey.imports.qualtrics.logic import Asked

Payload = Mapping[str, Any]
_SOME_NUMBER = re.compile(r"\s*-?\d+(\.\d+)?\s*")


class Singles:
    """Makes parts of a draft; `logics` holds conditions that wait until every question is known.

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
        known = self.draft.columns
        shared = (column in self.draft.items or column in self.draft.fields) and column not in known.values()
        if column == id or known.get(column) == id:
            return
        if column in known or shared:
            what = "Two questions share a column of the answers; it is read onto the first of them."
            self.draft.note("duplicate-column", what, column, id, "changed")
        else:
            known[column] = id


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

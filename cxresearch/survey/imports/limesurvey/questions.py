"""The questions of a LimeSurvey survey, type by type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxresearch.survey.imports.draft import Draft, Labels, code_of, graded
from cxresearch.survey.imports.limesurvey.model import Part, Question, Texts
from cxresearch.survey.imports.limesurvey.relevance import Variable
from cxresearch.survey.scale import Code

OTHER = "-oth-"
_YES_NO = {"Y": ("ja", "yes"), "N": ("nein", "no")}
_GENDER = {"F": ("weiblich", "female"), "M": ("männlich", "male")}
_UNCERTAIN = {"Y": ("ja", "yes"), "U": ("unsicher", "uncertain"), "N": ("nein", "no")}
_CHANGE = {"I": ("mehr", "increase"), "S": ("gleich", "same"), "D": ("weniger", "decrease")}
_FIXED = {"Y": _YES_NO, "G": _GENDER, "C": _UNCERTAIN, "E": _CHANGE}


class Builder:
    """Turns questions into parts of a draft.

    Attributes
    ----------
    variables : dict
        Name in expressions to what it stands for.
    rows : dict
        Question to its subquestions' items, for filters.
    relevances : list
        Part, expression and where it stands, to be said when every question is known.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.variables: dict[str, Variable] = {}
        self.rows: dict[str, dict[str, str]] = {}
        self.relevances: list[tuple[dict[str, Any], str, str]] = []

    def question(self, q: Question) -> list[str]:
        """Add a question; return what stands on the page."""
        match q.type:
            case "L" | "!" | "O" | "5" | "Y" | "G":
                return self._single(q)
            case "M" | "P":
                return self._multiple(q)
            case "F" | "H" | "A" | "B" | "C" | "E":
                return [self._grid(q)]
            case "1":
                return [self._dual(q)]
            case "R":
                return [self._ranking(q)]
            case "S" | "T" | "U" | "N" | "D":
                return [self._field(q)]
            case "K" | "Q" | ";" | ":":
                return self._several(q)
            case "*":
                what = "An equation is not computed; here it is a column that comes with the data."
                self.draft.note("equation", what, q.code, self._main(q.texts), line=q.line)
                self._column(q.code, self.draft.field(q.code, "text", None, q.code))
                return []
        what = f"A question of the type {q.type!r} cannot be asked."
        self.draft.note("question-type", what, q.code, self._main(q.texts), line=q.line)
        return []

    def _main(self, texts: Texts) -> str:
        return texts.get(self.draft.languages[0]) or next(iter(texts.values()), "")

    def _more(self, q: Question) -> dict[str, Any]:
        hint = self.draft.wording(q.helps, f"{q.code} help") if any(q.helps.values()) else None
        required: bool | str = "soft" if q.mandatory == "S" else q.mandatory == "Y"
        found = {key: value for key, value in {"required": required, "hint": hint}.items() if value}
        return found

    def _shuffled(self, q: Question) -> bool:
        orders = (q.attributes.get(name) for name in ("answer_order", "subquestion_order"))
        return "random" in orders or q.attributes.get("random_order") in ("1", "Y")

    def _labels(self, parts: Sequence[Part]) -> tuple[Labels, dict[str, Code]]:
        codes = {part.code: code_of(part.code) for part in parts}
        return [(codes[part.code], part.texts) for part in parts], codes

    def _fixed(self, kind: str) -> Labels:
        return [
            (code, {one: self._of(words, one) for one in self.draft.languages}) for code, words in _FIXED[kind].items()
        ]

    def _of(self, words: tuple[str, str], language: str) -> str:
        return words[0] if language.startswith("de") else words[1]

    def _scale(self, q: Question, parts: Sequence[Part], level: str, wanted: str) -> tuple[str, dict[str, Code]]:
        """Return the scale of a question and LimeSurvey's codes."""
        if q.type in _FIXED:
            labels = self._fixed(q.type)
            missing: Labels = []
            codes: dict[str, Code] = {str(code): code for code, _ in labels}
            if q.type == "C":
                missing, labels = [labels[1]], [labels[0], labels[2]]
            ordinal = q.type == "E"
        elif q.type in ("5", "A", "B"):
            high = 10 if q.type == "B" else 5
            codes = {str(code): code for code in range(1, high + 1)}
            return self.draft.range(1, high, 1, q.code, "ordinal"), codes
        else:
            labels, codes = self._labels(parts)
            labels, missing = self.draft.without_answer(labels, [], q.code)
            ordinal = level == "ordinal" or graded(labels)
        scale = self.draft.scale(labels, "ordinal" if ordinal else "nominal", missing, q.code, f"{wanted}_scale")
        return scale, codes

    def _single(self, q: Question) -> list[str]:
        answers = list(q.answers)
        if q.other:
            told = self._said(q, "other_replace_text") or {
                one: self._of(("Sonstiges", "Other"), one) for one in self.draft.languages
            }
            answers.append(Part(code=OTHER, texts=told))
        scale, codes = self._scale(q, answers, "nominal", q.code)
        widget = "dropdown" if q.type == "!" else None
        id = self.draft.item(q.code, q.texts, scale, widget=widget, shuffle=self._shuffled(q), **self._more(q))
        self._is(q.code, q.code, Variable(id=id, kind="choice", codes=codes))
        made = [id]
        if q.other:
            field = self.draft.field(f"{q.code}_other", "text", answers[-1].texts, relevance=f"{id} == {OTHER!r}")
            self._is(f"{q.code}_other", f"{q.code}[other]", Variable(id=field, kind="text"))
            made.append(field)
        if q.type == "O":
            text = {one: self._of(("Bemerkung", "Comment"), one) for one in self.draft.languages}
            field = self.draft.field(f"{q.code}_comment", "text", text, widget="lines")
            self._is(f"{q.code}_comment", f"{q.code}[comment]", Variable(id=field, kind="text"))
            made.append(field)
        return made

    def _said(self, q: Question, attribute: str) -> Texts:
        main = self.draft.languages[0]
        found = {main: q.attributes.get(attribute, "")}
        found |= {one: q.attributes.get(f"{attribute}:{one}", "") for one in self.draft.languages[1:]}
        return {one: text for one, text in found.items() if text}

    def _multiple(self, q: Question) -> list[str]:
        block, scale = self.draft.id(q.code), self.draft.ticked()
        ids: dict[str, str] = {}
        after = []
        for sub in q.subs:
            ids[sub.code] = id = self.draft.item(f"{q.code}_{sub.code}", sub.texts, scale)
            self._is(f"{q.code}_{sub.code}", f"{q.code}[{sub.code}]", Variable(id=id, kind="tick"))
            self._wait(id, sub.relevance, f"{q.code}[{sub.code}]")
            if q.type == "P":
                comment = self.draft.field(f"{q.code}_{sub.code}comment", "text", sub.texts, relevance=f"{id} == 1")
                self._is("", f"{q.code}[{sub.code}comment]", Variable(id=comment, kind="text"))
                after.append(comment)
        if q.other:
            what = "The other answer of a multiple choice is a text field below it."
            self.draft.note("other", what, q.code, severity="changed", line=q.line)
            told = self._said(q, "other_replace_text") or {
                one: self._of(("Sonstiges", "Other"), one) for one in self.draft.languages
            }
            other = self.draft.field(f"{q.code}_other", "text", told)
            self._is(f"{q.code}_other", f"{q.code}[other]", Variable(id=other, kind="text"))
            after.append(other)
        named = q.attributes.get("exclude_all_others", "").replace(",", ";").split(";")
        exclusive = [ids[code.strip()] for code in named if code.strip() in ids]
        counts = {"at_least": "min_answers", "at_most": "max_answers"}
        limits = {
            key: int(text) for key, name in counts.items() if 0 < _whole(text := q.attributes.get(name, "")) <= len(ids)
        }
        self.rows[q.code] = ids
        self._block(block, "multiple", q, ids, exclusive=exclusive, **limits)
        return [block, *after]

    def _grid(self, q: Question) -> str:
        scale, codes = self._scale(q, q.answers, "ordinal", q.code)
        block, ids = self.draft.id(q.code), {}
        for sub in q.subs:
            ids[sub.code] = id = self.draft.item(f"{q.code}_{sub.code}", sub.texts, scale)
            variable = Variable(id=id, kind="choice", codes=codes)
            self._is(f"{q.code}_{sub.code}", f"{q.code}[{sub.code}]", variable)
            self._wait(id, sub.relevance, f"{q.code}[{sub.code}]")
        self.rows[q.code] = ids
        self._block(block, "grid", q, ids)
        return block

    def _dual(self, q: Question) -> str:
        block = self.draft.id(q.code)
        sides: list[dict[str, str]] = []
        for number in (0, 1):
            scale, codes = self._scale(q, q.of_scale(number), "ordinal", f"{q.code}_{number + 1}")
            ids = {}
            for sub in q.subs:
                ids[sub.code] = id = self.draft.item(f"{q.code}_{sub.code}_{number}", sub.texts, scale)
                variable = Variable(id=id, kind="choice", codes=codes)
                self._is(f"{q.code}_{sub.code}_{number}", f"{q.code}[{sub.code}][{number + 1}]", variable)
                self._wait(id, sub.relevance, f"{q.code}[{sub.code}]")
            sides.append(ids)
        self.rows[q.code] = sides[0]
        heads = [self._said(q, f"dualscale_header{side}") for side in "AB"]
        more: dict[str, Any] = {"second": list(sides[1].values())}
        if all(heads):
            more["heads"] = [self.draft.wording(head, f"{q.code} head") for head in heads]
        self._block(block, "dual", q, sides[0], **more)
        return block

    def _ranking(self, q: Question) -> str:
        options = q.answers or q.subs
        block, scale = self.draft.id(q.code), self.draft.ranks(len(options))
        ids = {one.code: self.draft.item(f"{q.code}_{one.code}", one.texts, scale) for one in options}
        what = "The columns of a ranking hold the option at each rank; read them with the mapping of an own export."
        self.draft.note("ranking", what, q.code, severity="note", line=q.line)
        most = _whole(q.attributes.get("max_answers", "") or q.attributes.get("max_subquestions", ""))
        self._block(block, "ranking", q, ids, top=most if 0 < most < len(ids) else None)
        return block

    def _field(self, q: Question) -> str:
        kind = {"N": "number", "D": "time"}.get(q.type, "text")
        more: dict[str, Any] = {"widget": "lines"} if q.type in ("T", "U") else {}
        if kind == "number":
            more |= self._limits(q)
        id = self.draft.field(q.code, kind, q.texts, **more, **self._more(q))
        if kind == "number" and q.attributes.get("num_value_int_only") != "1":
            self.draft.fields[id]["step"] = None
        self._is(q.code, q.code, Variable(id=id, kind="number" if kind == "number" else "text"))
        return id

    def _limits(self, q: Question) -> dict[str, float]:
        found = {}
        for key, name in (("low", "min_num_value_n"), ("high", "max_num_value_n")):
            text = q.attributes.get(name, "").strip()
            if text.lstrip("-").replace(".", "", 1).isdigit():
                found[key] = float(text) if "." in text else int(text)
            elif text:
                self.draft.note("limit", "A limit that is computed is dropped.", q.code, text, line=q.line)
        return found if found.get("low", -1e300) < found.get("high", 1e300) else {}

    def _several(self, q: Question) -> list[str]:
        """Ask each subquestion, or each cell of a table, as a field."""
        self.draft.note("single-fields", "Fields of one question became single questions.", q.code, severity="changed")
        number = q.type in ("K", ":")
        across: list[Part | None] = [sub for sub in q.subs if sub.scale == 1] if q.type in (";", ":") else []
        made = []
        for sub in (one for one in q.subs if one.scale == 0):
            for column in across or (None,):
                end = f"_{column.code}" if column else ""
                parts = (q.texts, sub.texts, column.texts if column else {})
                text = {
                    one: "<br>".join(filter(None, (texts.get(one) or self._main(texts) for texts in parts)))
                    for one in self.draft.languages
                }
                more = {"step": None} if number else {}
                id = self.draft.field(
                    f"{q.code}_{sub.code}{end}", "number" if number else "text", text, **self._more(q)
                )
                self.draft.fields[id] |= more
                variable = Variable(id=id, kind="number" if number else "text")
                self._is(f"{q.code}_{sub.code}{end}", f"{q.code}[{sub.code}{end}]", variable)
                self._wait(id, sub.relevance, f"{q.code}[{sub.code}]")
                made.append(id)
        return made

    def _block(self, block: str, kind: str, q: Question, ids: Mapping[str, str], **more: Any) -> None:
        told = {"shuffle": self._shuffled(q), **self._more(q), **more}
        text = self.draft.wording(q.texts, q.code)
        self.draft.blocks[block] = {
            "kind": kind,
            "text": text,
            "items": list(ids.values()),
            **{key: value for key, value in told.items() if value},
        }

    def _is(self, name: str, column: str, variable: Variable) -> None:
        if name:
            self.variables[name] = variable
        self._column(column, variable.id)

    def _column(self, column: str, id: str) -> None:
        if column != id:
            self.draft.columns[column] = id

    def _wait(self, id: str, expression: str, where: str) -> None:
        if expression.strip() not in ("", "1"):
            self.relevances.append((self.draft.part(id), expression, where))


def _whole(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 0

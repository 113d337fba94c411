"""The questions of a SurveyJS file, type by type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cxresearch.survey.imports.draft import Draft, name_of
from cxresearch.survey.imports.surveyjs.choices import Choices
from cxresearch.survey.imports.surveyjs.conditions import Known
from cxresearch.survey.imports.surveyjs.text import Locales
from cxresearch.survey.imports.surveyjs.values import (
    CHOICES,
    SEVERAL,
    SPECIAL,
    bound,
    code_for,
    expression,
    listed,
    number_of,
    reminds,
    row_need,
    validators,
    written,
)
from cxresearch.survey.scale import Code

Json = Mapping[str, Any]


class Builder:
    """Turns questions into parts of a draft.

    Attributes
    ----------
    known : dict
        Path in expressions to what it stands for.
    relevances : list
        Part, expressions and where they stand, to be said when every question is known.
    own : bool
        The file is an export of ours: rows and options bear the ids of items.
    """

    def __init__(self, draft: Draft, locales: Locales, own: bool) -> None:
        self.draft = draft
        self.locales = locales
        self.choices = Choices(draft, locales)
        self.own = own
        self.known: dict[str, Known] = {}
        self.relevances: list[tuple[dict[str, Any], list[str], str]] = []
        self._names: set[str] = set()

    def question(self, q: Json, aside: Json | None = None) -> list[str]:
        """Add a question; return what stands on the page. `aside` asks for its answers that are none."""
        name = str(q.get("name"))
        if name in self._names:
            what = "A second question bears this name; their answers share a column, and conditions look at one."
            self.draft.note("duplicate-name", what, name, q.get("title"), "changed")
        self._names.add(name)
        match q.get("type"):
            case kind if kind in CHOICES or (kind == "imagepicker" and not q.get("multiSelect")):
                made = self._single(q, name)
            case kind if kind in SEVERAL or kind == "imagepicker":
                made = self._several(q, name)
            case "rating":
                made = [self._rating(q, name, self._title(q))]
            case "slider" if q.get("sliderType", "single") == "single":
                made = [self._slider(q, name, aside)]
            case "boolean":
                made = [self._boolean(q, name)]
            case "matrix":
                made = [self._matrix(q, name)]
            case "matrixdropdown":
                made = self._table(q, name)
            case "ranking":
                made = [self._ranking(q, name)]
            case "text" | "comment":
                made = [self._field(q, name, self._title(q), aside)]
            case "multipletext":
                made = self._fields(q, name)
            case "expression":
                what = "A computed value is not computed here; it is a column that comes with the data."
                told = f"{q.get('expression')} ({', '.join(self._title(q).values())})"
                self.draft.note("expression", what, name, told)
                self.column(name)
                return []
            case kind:
                self.draft.note("question-type", f"A question of the type {kind!r} cannot be asked.", name, dict(q))
                return []
        if (q.get("showCommentArea") or q.get("hasComment")) and q.get("type") != "comment":
            made.append(self._comment(name, self._text(q.get("commentText")), "Bemerkung", "Comment"))
        return made

    def column(self, name: str) -> str:
        """Add a column that comes with the data."""
        id = self.draft.field(name, "text", None, name)
        self._is(name, Known(id=id, kind="text"))
        return id

    def _single(self, q: Json, name: str) -> list[str]:
        labels, missing = self.choices.labels(q, name)
        scale, codes = self.choices.scale(labels, missing, name)
        widget = "dropdown" if q.get("type") == "dropdown" else None
        expects = codes.get(written(q.get("correctAnswer"))) if "correctAnswer" in q else None
        more = {"widget": widget, "shuffle": q.get("choicesOrder") == "random", "expects": expects}
        id = self.draft.item(name, self._title(q), scale, **more, **self._more(q))
        self._is(name, Known(id=id, kind="choice", codes=codes))
        if "other" in codes and any(q.get(key) for key in SPECIAL[3][1]):
            other = self._comment(name, self._text(q.get("otherText")), "anderes", "other", "other")
            self.draft.fields[other]["relevance"] = f"{id} == 'other'"
            return [id, other]
        return [id]

    def _comment(self, name: str, text: Mapping[str, str], german: str, english: str, end: str = "comment") -> str:
        text = text or self.locales.ready(german, english)
        id = self.draft.field(f"{name}_{end}", "text", text, widget="lines" if end == "comment" else None)
        self._is(f"{name}-Comment", Known(id=id, kind="text"))
        return id

    def _rating(self, q: Json, name: str, title: Mapping[str, str], **more: Any) -> str:
        scale, codes = self.choices.rates(q, name)
        id = self.draft.item(name, title, scale, **more, **self._more(q))
        self._is(name, Known(id=id, kind="choice", codes=codes))
        return id

    def _slider(self, q: Json, name: str, aside: Json | None) -> str:
        low, high = number_of(q.get("min"), 0), number_of(q.get("max"), 100)
        scale = self.draft.range(low, high, number_of(q.get("step"), 1), name)
        labels = self.choices.points(q, name, self.draft.scales[scale])
        missing = self._aside(aside)
        if labels or missing:
            base = dict(self.draft.scales[scale])
            for key, found in (("labels", labels), ("missing", missing)):
                if found:
                    base[key] = {code: self.draft.wording(text, name) for code, text in found.items()}
            scale = f"{name_of(name)}_scale"
            while scale in self.draft.scales:
                scale += "_"
            self.draft.scales[scale] = base
        id = self.draft.item(name, self._title(q), scale, widget="slider", **self._more(q))
        self._answer(name, id, aside, missing)
        return id

    def _answer(
        self, name: str, id: str, aside: Json | None, missing: Mapping[Code, Any], kind: str = "number"
    ) -> None:
        codes = {written(code): code for code in missing}
        self._is(name, Known(id=id, kind="number" if kind == "number" else "text", missing=tuple(missing)))
        if aside is not None:
            self._is(str(aside["name"]), Known(id=id, kind="aside", codes=codes, missing=tuple(missing)))

    def _aside(self, aside: Json | None) -> dict[Code, Mapping[str, str]]:
        if aside is None:
            return {}
        return {
            code_for(value): text
            for value, text, _ in self.choices.options(aside.get("choices"), str(aside.get("name")))
        }

    def _boolean(self, q: Json, name: str) -> str:
        yes = self._text(q.get("labelTrue")) or self.locales.ready("ja", "yes")
        no = self._text(q.get("labelFalse")) or self.locales.ready("nein", "no")
        id = self.draft.item(
            name, self._title(q), self.draft.scale([(0, no), (1, yes)], "nominal", where=name), **self._more(q)
        )
        codes = {"true": 1, "false": 0}
        codes |= {written(q[key]): code for key, code in (("valueTrue", 1), ("valueFalse", 0)) if key in q}
        if "valueTrue" in q or "valueFalse" in q:
            self.draft.note("boolean", "The values of yes and no are 1 and 0 here.", name, severity="changed")
        self._is(name, Known(id=id, kind="choice", codes=codes))
        return id

    def _field(self, q: Json, name: str, title: Mapping[str, str], aside: Json | None = None, **more: Any) -> str:
        given = str(q.get("inputType") or "text")
        kind = {"number": "number", "range": "number", "date": "time"}.get(given, "text")
        if kind == "text" and given not in ("text", "email", "tel", "url"):
            self.draft.note("input-type", "This kind of field is a line of text here.", name, given, "changed")
        elif kind == "text" and given != "text":
            self.draft.note("input-type", "What is typed in is not checked here.", name, given, "changed")
        if kind == "number":
            low, high = bound(q.get("min")), bound(q.get("max"))
            if low is not None and high is not None and not low < high:
                self.draft.note("limit", "Limits that exclude every number are dropped.", name, (low, high))
                low = high = None
            more |= {"low": low, "high": high}
        missing = self._aside(aside)
        if missing:
            more["missing"] = {code: self.draft.wording(text, name) for code, text in missing.items()}
        widget = "lines" if q.get("type") == "comment" else None
        id = self.draft.field(name, kind, title, widget=widget, **more, **self._more(q, aside))
        if kind == "number":
            step = bound(q.get("step"))
            self.draft.fields[id]["step"] = step if step and step > 0 else None
        self._answer(name, id, aside, missing, kind)
        return id

    def _several(self, q: Json, name: str) -> list[str]:
        block, scale = self.draft.id(name), self.draft.ticked()
        ids: dict[str, Code] = {}
        exclusive = []
        options = self.choices.options(q.get("choices"), name)
        for code, keys, key, german, english in SPECIAL:
            if any(q.get(one) for one in keys):
                alone = {"isExclusive": code != "other"}
                options.append((code, self._text(q.get(key)) or self.locales.ready(german, english), alone))
        for value, text, settings in options:
            ids[written(value)] = id = self.draft.item(self._inner(name, value), text, scale)
            self.draft.columns[f"{name}={value}"] = id
            self.wait(self.draft.items[id], [settings.get("visibleIf")], f"{name}={value}")
            exclusive += [id] if settings.get("isExclusive") else []
        counts = {"at_least": q.get("minSelectedChoices"), "at_most": q.get("maxSelectedChoices")}
        for found in validators(q):
            if found.get("type") == "answercount":
                counts |= {"at_least": found.get("minCount"), "at_most": found.get("maxCount")}
            elif match := re.match(rf"\{{{re.escape(name)}\}} empty or .*\.length\}} >= (\d+)", expression(found)):
                counts["at_least"] = int(match[1])
        limits = {key: n for key, n in counts.items() if type(n) is int and 0 < n <= len(ids)}
        self._block(block, "multiple", q, list(ids.values()), exclusive=exclusive, **limits)
        self.known[name] = Known(id=block, kind="ticks", codes=ids)
        if any(q.get(key) for key in SPECIAL[3][1]):
            other = self._comment(name, self._text(q.get("otherText")), "anderes", "other", "text")
            self.draft.fields[other]["relevance"] = f"{ids['other']} == 1"
            return [block, other]
        return [block]

    def _ranking(self, q: Json, name: str) -> str:
        options = self.choices.options(q.get("choices"), name)
        block, scale = self.draft.id(name), self.draft.ranks(len(options))
        ids: dict[str, Code] = {}
        for value, text, settings in options:
            ids[written(value)] = id = self.draft.item(self._inner(name, value), text, scale)
            self.draft.columns[f"{name}={value}"] = id
            self.wait(self.draft.items[id], [settings.get("visibleIf")], f"{name}={value}")
        top = q.get("maxSelectedChoices")
        top = top if q.get("selectToRankEnabled") and type(top) is int and 0 < top < len(ids) else None
        self._block(block, "ranking", q, list(ids.values()), top=top)
        self.known[name] = Known(id=block, kind="ranks", codes=ids)
        return block

    def _matrix(self, q: Json, name: str) -> str:
        columns = [(code_for(value), text) for value, text, _ in self.choices.options(q.get("columns"), name)]
        scale, codes = self.choices.scale(columns, [], name, "ordinal")
        block, ids = self.draft.id(name), []
        for value, text, settings in self.choices.options(q.get("rows"), name):
            path = f"{name}.{value}"
            id = self.draft.item(self._inner(name, value), text, scale, required=row_need(q, path))
            self._is(path, Known(id=id, kind="choice", codes=codes))
            self.wait(self.draft.items[id], [settings.get("visibleIf")], path)
            ids.append(id)
        self._block(block, "grid", q, ids)
        return block

    def _table(self, q: Json, name: str) -> list[str]:
        rows = self.choices.options(q.get("rows"), name)
        columns = listed(q.get("columns"))
        made: list[str] = []
        sides: list[tuple[list[str], Json]] = []
        for number, column in enumerate(columns):
            kind = column.get("cellType") or q.get("cellType") or "dropdown"
            shared = {"choices": q.get("choices"), **column, "type": kind}
            sides.append(([], column))
            for value, text, settings in rows:
                path = f"{name}.{value}.{column.get('name')}"
                wanted = f"{name}_{value}_{column.get('name')}"
                if self.own:
                    wanted = str(value) if number == 0 else f"{value}_{column.get('name')}"
                if kind in CHOICES or kind == "rating":
                    scale, codes = (
                        self.choices.rates(shared, f"{name}_{column.get('name')}")
                        if kind == "rating"
                        else self.choices.scale(
                            *self.choices.labels(shared, name), f"{name}_{column.get('name')}", "ordinal"
                        )
                    )
                    need = row_need(q, path) or bool(column.get("isRequired"))
                    id = self.draft.item(wanted, text, scale, required=need)
                    self._is(path, Known(id=id, kind="choice", codes=codes))
                    sides[-1][0].append(id)
                    self.wait(self.draft.items[id], [settings.get("visibleIf")], path)
                elif kind in ("text", "comment"):
                    head = self._title(column)
                    both = {one: f"{text.get(one, value)}<br>{head.get(one, '')}" for one in self.locales.languages}
                    id = self._field({**shared, "name": path}, wanted, both)
                    self.known[path] = self.known.pop(wanted)
                    self.draft.columns.pop(wanted, None)
                    self.draft.columns[path] = id
                    made.append(id)
                else:
                    self.draft.note("cell-type", f"Cells of the type {kind!r} cannot be asked.", path)
        choices = [(ids, column) for ids, column in sides if ids]
        if len(choices) == 2:
            heads = [self.draft.wording(self._title(column), f"{name} head") for _, column in choices]
            block = self.draft.id(name)
            self._block(block, "dual", q, choices[0][0], second=choices[1][0], heads=heads)
            return [block, *made]
        for ids, column in choices:
            block = self.draft.id(f"{name}_{column.get('name')}")
            self._block(block, "grid", q, ids)
            head = self._title(column)
            self.draft.blocks[block]["hint"] = self.draft.wording(head, block)
            made.append(block)
        if len(choices) > 2 or len(made) > len(choices):
            what = "A table of several kinds of cells became several questions."
            self.draft.note("table", what, name, severity="changed")
        return made

    def _fields(self, q: Json, name: str) -> list[str]:
        self.draft.note("single-fields", "Fields of one question became single questions.", name, severity="changed")
        made = []
        for one in listed(q.get("items")):
            if one.get("name"):
                path, head = f"{name}.{one.get('name')}", self._title(q)
                inner = self._title(one)
                text = {k: f"{head.get(k, '')}<br>{inner.get(k, '')}" for k in self.locales.languages}
                wanted = f"{name}_{one.get('name')}"
                id = self._field({**one, "type": "text"}, wanted, text)
                self.known[path] = self.known.pop(wanted)
                self.draft.columns.pop(wanted, None)
                self.draft.columns[path] = id
                made.append(id)
        return made

    def _block(self, block: str, kind: str, q: Json, ids: Sequence[Any], **more: Any) -> None:
        shuffle = "random" in (q.get("choicesOrder"), q.get("rowOrder"), q.get("rowsOrder"))
        told = {"shuffle": shuffle, **self._more(q), **more}
        text = self.draft.wording(self._title(q), block)
        self.draft.blocks[block] = {
            "kind": kind,
            "text": text,
            "items": list(ids),
            **{k: v for k, v in told.items() if v},
        }

    def _more(self, q: Json, aside: Json | None = None) -> dict[str, Any]:
        hint = self._text(q.get("description"))
        required: bool | str = bool(q.get("isRequired") or q.get("isAllRowRequired") or q.get("eachRowRequired"))
        if aside is not None and q.get("requiredIf") == f"{{{aside.get('name')}}} empty":
            required = True
        if not required and any(reminds(found) and "." not in expression(found) for found in validators(q)):
            required = "soft"
        found = {"required": required, "hint": self.draft.wording(hint, str(q.get("name"))) if hint else None}
        return {key: value for key, value in found.items() if value}

    def _title(self, q: Json) -> Mapping[str, str]:
        found = self._text(q.get("title"))
        if found or q.get("titleLocation") == "hidden":
            return found
        return {one: str(q.get("name")) for one in self.locales.languages}

    def _text(self, value: Any) -> Mapping[str, str]:
        return self.locales.text(value)

    def _inner(self, name: str, value: Any) -> str:
        return str(value) if self.own else f"{name}_{value}"

    def _is(self, path: str, known: Known) -> None:
        self.known[path] = known
        if path != known.id:
            self.draft.columns[path] = known.id

    def wait(self, part: dict[str, Any], expressions: Sequence[Any], where: str) -> None:
        """Say these conditions when every question is known."""
        if found := [str(one) for one in expressions if one]:
            self.relevances.append((part, found, where))

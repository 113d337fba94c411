"""The questions of a form as SurveyJS has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cxresearch.survey.export.loss import Loss
from cxresearch.survey.export.surveyjs.conditions import Place, Writer
from cxresearch.survey.export.surveyjs.places import SIDES, Layout, shape, slides
from cxresearch.survey.export.surveyjs.wording import Wording, pipes
from cxresearch.survey.expression import Condition
from cxresearch.survey.form import Entry, Group, Need, Option, Part, Passage, last_rows
from cxresearch.survey.text import Text

Json = dict[str, Any]
PLATFORM = "surveyjs"
LONGEST_ROW = 11  # answers that stand side by side
LONGEST_CELL = 7  # answers below each other in a cell
STAY = ("other", "none")
_NEEDS: tuple[Need, ...] = ("no", "soft", "yes")


@dataclass(frozen=True, kw_only=True)
class Elements:
    """Writes the parts of pages, and keeps what is lost on the way.

    Parameters
    ----------
    layout : Layout
    wording : Wording
    losses : list of Loss
        Grows.
    """

    layout: Layout
    wording: Wording
    losses: list[Loss] = field(default_factory=list)

    @property
    def writer(self) -> Writer:
        """What writes conditions."""
        return Writer(places=self.layout.places)

    def when(self, condition: Condition | None) -> Json:
        """Write when something is shown."""
        return {"visibleIf": self.writer.write(condition)} if condition is not None else {}

    def part(self, part: Part) -> Iterator[Json]:
        """Yield the elements of a part of a page."""
        match part:
            case Entry():
                if not part.drawn:
                    yield from self._single(part)
            case Passage():
                self._told(part.id, part.text)
                html = self.wording.markup(part.text)
                yield {"type": "html", "name": self.layout.names[part.id], "html": html, **self.when(part.relevance)}
            case Group():
                if part.text:
                    self._told(part.id, part.text)
                yield from getattr(self, f"_{shape(part)}")(part)

    def lose(self, code: str, where: str, severity: Literal["lost", "changed", "note"], **values: Any) -> None:
        """Keep a loss, once."""
        loss = Loss(platform=PLATFORM, code=code, where=where, severity=severity, values=values)
        if loss not in self.losses:
            self.losses.append(loss)

    def _told(self, where: str, *texts: Text) -> None:
        if any(pipes(text) for text in texts):
            self.lose("braces", where, "changed")

    # ---- questions of their own ----

    def _single(self, entry: Entry, need: Need = "no") -> Iterator[Json]:
        """Yield the question of a variable, and a second one for "don't know" where the first has no place for it."""
        self._told(entry.id, entry.text, *(option.text for option in entry.options))
        need = _most(need, entry.required)
        place = self.layout.places[entry.id]
        question = {**self._widget(entry, place), **self._frame(entry.text, entry.hint), **self.when(entry.relevance)}
        question = {"type": question.pop("type"), "name": place.question, **question}
        if entry.expects is not None:
            question["correctAnswer"] = place.codes.get(entry.expects, entry.expects)
            self.lose("attention", entry.id, "note", expected=entry.expects)
        if place.beside is None:
            yield {**question, **self._needed(entry.id, need, self.writer.answered(entry.id))}
            return
        self.lose("missing-beside", entry.id, "changed")
        apart = {"enableIf": f"{{{place.beside}}} empty", "resetValueIf": f"{{{place.beside}}} notempty"}
        if need == "yes":
            apart["requiredIf"] = f"{{{place.beside}}} empty"
        soft = self._needed(entry.id, "soft", self.writer.answered(entry.id)) if need == "soft" else {}
        yield {**question, **apart, **soft}
        yield {
            "type": "radiogroup",
            "name": place.beside,
            "title": self.wording.phrase("no-number" if entry.kind in ("number", "choice") else "no-answer"),
            "choices": [self._choice(option, place) for option in entry.options if option.missing],
            "allowClear": True,
            **self.when(entry.relevance),
        }

    def _widget(self, entry: Entry, place: Place) -> Json:
        match entry.kind:
            case "number":
                bounds = {"min": entry.low, "max": entry.high, "step": entry.step}
                return {
                    "type": "text",
                    "inputType": "number",
                    **{k: _tidy(v) for k, v in bounds.items() if v is not None},
                }
            case "date":
                return {"type": "text", "inputType": "date"}
            case "text":
                return {"type": "comment" if entry.widget == "lines" else "text"}
        if slides(entry):
            return self._slider(entry)
        if entry.widget == "slider":
            self.lose("slider-list", entry.id, "changed")
        return self._rating(entry) or self._list(entry, place)

    def _slider(self, entry: Entry) -> Json:
        scale = entry.scale
        assert scale is not None
        labels: dict[Any, Text] = dict(scale.labels)
        if entry.ends:
            labels |= {scale.low: entry.ends.low, scale.high: entry.ends.high}
        shown = [{"value": _tidy(code), "text": self.wording.plain(text)} for code, text in labels.items()]
        bounds = {"min": _tidy(scale.low), "max": _tidy(scale.high), "step": _tidy(scale.step or 1)}
        clear = {"allowClear": True} if entry.required != "yes" else {}
        return {"type": "slider", **bounds, **({"customLabels": shown} if shown else {}), **clear}

    def _rating(self, entry: Entry) -> Json | None:
        """Return buttons from low to high, where only the ends have a wording."""
        scale = entry.scale
        if scale is None or not scale.is_range or entry.missing or entry.widget == "dropdown" or entry.shuffle:
            return None
        low, high = scale.codes[0], scale.codes[-1]
        if not set(scale.labels) <= {low, high} or len(scale.codes) > LONGEST_ROW:
            return None
        if not all(isinstance(code, int) for code in scale.codes):
            return None
        texts = {low: entry.ends.low, high: entry.ends.high} if entry.ends else scale.labels
        named = (("minRateDescription", low), ("maxRateDescription", high))
        step = {"rateStep": _tidy(scale.step)} if scale.step not in (None, 1) else {}
        return {
            "type": "rating",
            "rateMin": low,
            "rateMax": high,
            **step,
            **{key: self.wording.plain(texts[code]) for key, code in named if code in texts},
        }

    def _list(self, entry: Entry, place: Place) -> Json:
        options = list(entry.options)
        if entry.shuffle:
            options.sort(key=_stays)
        fixed = [entry.shuffle and _stays(option) for option in options]
        choices = [
            {**self._choice(option, place, entry), **({"randomize": False} if stays else {})}
            for option, stays in zip(options, fixed, strict=True)
        ]
        order = {"choicesOrder": "random"} if entry.shuffle else {}
        if entry.widget == "dropdown":
            return {"type": "dropdown", "choices": choices, **order}
        # numbers without words of their own stand side by side
        bare = entry.scale is not None and entry.scale.is_range and len(entry.scale.labels) < len(entry.scale.codes)
        aside = {"colCount": 0} if bare and len(options) <= LONGEST_ROW + 2 else {}
        return {"type": "radiogroup", "choices": choices, **aside, **order}

    def _choice(self, option: Option, place: Place, entry: Entry | None = None) -> Json:
        text = option.text
        if entry and entry.ends and entry.scale and not option.missing:
            ends = {entry.scale.low: entry.ends.low, entry.scale.high: entry.ends.high}
            text = ends.get(option.code if not isinstance(option.code, str) else None, text)
        code = place.codes.get(option.code, option.code)
        if code != option.code:
            self.lose("code", place.question, "changed", old=option.code, new=code)
        return {"value": code, "text": self.wording.plain(text)}

    # ---- groups ----

    def _apart(self, group: Group) -> Iterator[Json]:
        if group.kind in ("grid", "dual"):
            self.lose("one-by-one", group.id, "changed")
        inner: list[Json] = []
        for count, entry in enumerate(group.entries):
            for question in self._single(entry, group.required):
                if group.kind == "maxdiff":
                    question |= self._maxdiff(group, entry, count, question)
                inner.append(question)
        yield {
            "type": "panel",
            "name": self.layout.names[group.id],
            **self._frame(group.text, group.hint, panel=True),
            **self.when(group.relevance),
            **({"questionOrder": "random"} if group.shuffle and group.kind in ("grid", "dual", "kano") else {}),
            "elements": inner,
        }

    def _maxdiff(self, group: Group, entry: Entry, count: int, question: Json) -> Json:
        order = {"choicesOrder": "random"} if group.shuffle else {}
        if count == 0:
            return order
        best, worst = (self.layout.places[row.id].question for row in group.rows[:2])
        unlike = f"{{{best}}} empty or {{{worst}}} empty or {{{best}}} <> {{{worst}}}"
        found = {"type": "expression", "text": self.wording.phrase("unlike"), "expression": unlike}
        return {**order, "validators": [*question.get("validators", ()), found]}

    def _matrix(self, group: Group) -> Iterator[Json]:
        first = group.rows[0]
        place = self.layout.places[first.id]
        name = self.layout.names[group.id]
        yield {
            "type": "matrix",
            "name": name,
            **self._frame(group.text, group.hint),
            **self.when(group.relevance),
            "columns": [self._choice(option, place) for option in first.options],
            "rows": [self._row(row) for row in group.rows],
            **({"rowOrder": "random"} if group.shuffle else {}),
            **self._rows_needed(group, {row.id: _most(group.required, row.required) for row in group.rows}),
        }

    def _double(self, group: Group) -> Iterator[Json]:
        columns = []
        for side, rows, head in zip(SIDES, (group.rows, group.second), group.heads or (None, None), strict=True):
            place = self.layout.places[rows[0].id]
            columns.append(
                {
                    "name": side,
                    **({"title": self.wording.plain(head)} if head else {"title": " "}),
                    # in a column for each answer the head of a scale would not be shown
                    "cellType": "radiogroup" if len(rows[0].options) <= LONGEST_CELL else "dropdown",
                    **({"colCount": 1} if len(rows[0].options) <= LONGEST_CELL else {}),
                    "choices": [self._choice(option, place) for option in rows[0].options],
                }
            )
        needs = {entry.id: _most(group.required, entry.required) for entry in group.entries}
        yield {
            "type": "matrixdropdown",
            "name": self.layout.names[group.id],
            **self._frame(group.text, group.hint),
            **self.when(group.relevance),
            "columns": columns,
            "rows": [self._row(row) for row in group.rows],
            **({"rowOrder": "random"} if group.shuffle else {}),
            **self._rows_needed(group, needs),
        }

    def _row(self, entry: Entry) -> Json:
        self._told(entry.id, entry.text)
        if entry.expects is not None:
            self.lose("attention", entry.id, "note", expected=entry.expects)
        return {
            "value": self.layout.names[entry.id],
            "text": self.wording.plain(entry.text),
            **self.when(entry.relevance),
        }

    def _rows_needed(self, group: Group, needs: Mapping[str, Need]) -> Json:
        hard = [entry for entry in group.entries if needs[entry.id] == "yes"]
        if len(hard) == len(group.entries) and shape(group) == "matrix":
            return {"eachRowRequired": True}
        validators = [self._row_needed(entry, "yes") for entry in hard]
        for entry in group.entries:
            if needs[entry.id] == "soft":
                self.lose("soft", entry.id, "lost")
                validators.append(self._row_needed(entry, "soft"))
        return {"validators": validators} if validators else {}

    def _row_needed(self, entry: Entry, need: Need) -> Json:
        answered = self.writer.answered(entry.id)
        if entry.relevance is not None:
            answered = f"!({self.writer.write(entry.relevance)}) or {answered}"
        found = {"type": "expression", "text": self.wording.phrase("answer", row=entry.text), "expression": answered}
        return found | ({"notificationType": "warning"} if need == "soft" else {})

    def _checkbox(self, group: Group) -> Iterator[Json]:
        last = last_rows(group) if group.shuffle else ()
        rows = sorted(group.rows, key=lambda row: row.id in last)
        choices = []
        for row in rows:
            alone = {"isExclusive": True} if row.id in group.exclusive else {}
            stays = {"randomize": False} if row.id in last else {}
            choices.append({**self._row(row), **alone, **stays})
        name = self.layout.names[group.id]
        extra: Json = {"maxSelectedChoices": group.at_most} if group.at_most else {}
        needed = self._needed(group.id, _most(group.required, *(row.required for row in rows)), f"{{{name}}} notempty")
        if group.at_least and group.at_least > 1:
            needed.setdefault("validators", []).append(self._at_least(name, group.at_least, group.exclusive))
        yield self._several("checkbox", group, choices, {**extra, **needed})

    def _ranking(self, group: Group) -> Iterator[Json]:
        name = self.layout.names[group.id]
        # from one list into another: so an order that nobody gave is no answer
        extra: Json = {"selectToRankEnabled": True}
        if group.top:
            extra["maxSelectedChoices"] = group.top
        needed = self._needed(
            group.id, _most(group.required, *(row.required for row in group.rows)), f"{{{name}}} notempty"
        )
        count = group.top or len(group.rows)
        if count > 1 and not any(row.relevance for row in group.rows):
            needed.setdefault("validators", []).append(self._at_least(name, count, ()))
        yield self._several("ranking", group, [self._row(row) for row in group.rows], {**extra, **needed})

    def _several(self, kind: str, group: Group, choices: list[Json], extra: Json) -> Json:
        return {
            "type": kind,
            "name": self.layout.names[group.id],
            **self._frame(group.text, group.hint),
            **self.when(group.relevance),
            "choices": choices,
            **({"choicesOrder": "random"} if group.shuffle else {}),
            **extra,
        }

    def _at_least(self, name: str, count: int, exclusive: tuple[str, ...]) -> Json:
        # minSelectedChoices would make the question required
        alone = [f"{{{name}}} contains '{self.layout.names[one]}'" for one in exclusive]
        enough = " or ".join([f"{{{name}}} empty", f"{{{name}.length}} >= {count}", *alone])
        return {"type": "expression", "text": self.wording.phrase("at-least", number=count), "expression": enough}

    # ---- what all questions have ----

    def _frame(self, text: Text | None, hint: Text | None, panel: bool = False) -> Json:
        title = {"title": self.wording.plain(text)} if text else {} if panel else {"titleLocation": "hidden"}
        return title | ({"description": self.wording.plain(hint)} if hint else {})

    def _needed(self, where: str, need: Need, answered: str) -> Json:
        if need == "soft":
            self.lose("soft", where, "lost")
            reminder = {"type": "expression", "text": self.wording.phrase("reminder"), "expression": answered}
            return {"validators": [reminder | {"notificationType": "warning"}]}
        return {"isRequired": True} if need == "yes" else {}


def _most(*needs: Need) -> Need:
    return max(needs, key=_NEEDS.index)


def _stays(option: Option) -> bool:
    return option.missing or option.code in STAY


def _tidy(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value

"""The questions of a form as LimeSurvey knows them: types, texts, attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cxresearch.survey.export.limesurvey.draw import draws
from cxresearch.survey.export.limesurvey.names import PLATFORM, Names, boxed, is_listed, is_table
from cxresearch.survey.export.limesurvey.question import Question, Row, Wording
from cxresearch.survey.export.limesurvey.text import html, number
from cxresearch.survey.export.loss import Loss, Severity
from cxresearch.survey.expression import Condition
from cxresearch.survey.form import LAST, Entry, FormPage, Group, Need, Part, Passage, last_rows, stronger
from cxresearch.survey.text import Text

MANDATORY = {"yes": "Y", "soft": "S", "no": "N"}


class Questions:
    """What the pages of a form become.

    Parameters
    ----------
    names : Names

    Attributes
    ----------
    losses : list of Loss
    drawn : list of Question
        Hidden equations that draw stories; they come before everything else.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.losses: list[Loss] = []
        self.drawn: list[Question] = []

    def page(self, page: FormPage) -> list[Question]:
        """Return the questions of a page."""
        return [question for part in page.parts for question in self._questions(part)]

    def ending(self, page: FormPage, relevance: str) -> Question:
        """Return the text with which an interview is ended after a page."""
        assert page.screenout is not None
        code = self.names.new(f"end{page.number}")
        return Question(code=code, type="X", text=_told(page.screenout.text), relevance=relevance)

    def _questions(self, part: Part) -> Iterator[Question]:
        if isinstance(part, Passage):
            yield self._passage(self.names.codes[part.id], part.text, part.relevance, None)
        elif isinstance(part, Entry):
            yield from self._single(part, part.required, None)
        elif part.kind == "maxdiff":
            yield from self._maxdiff(part)
        elif not is_table(part):
            if part.text:
                yield self._passage(self.names.codes[part.id], part.text, part.relevance, part.hint)
            for entry in part.entries:
                yield from self._single(entry, stronger(part.required, entry.required), part.relevance)
        elif part.kind == "multiple":
            yield self._multiple(part)
        elif part.kind == "ranking":
            yield self._ranking(part)
        else:
            yield self._table(part)

    def _passage(self, code: str, text: Text, relevance: Condition | None, hint: Text | None) -> Question:
        return Question(
            code=code, type="X", text=_told(text), relevance=self.names.script(relevance), hint=hint, shuffled=False
        )

    def _single(self, entry: Entry, required: Need, outer: Condition | None) -> Iterator[Question]:
        code = self.names.codes[entry.id]
        relevance = self._both(outer, entry.relevance)
        if entry.drawn:
            self._lose("drawn", entry.id, "changed")
            self.drawn += draws(entry, self.names)
            return
        if entry.expects is not None:
            self._lose("attention", entry.id, "note")
        if is_listed(entry):
            options = tuple((self.names.answers[entry.id][option.code], option.text) for option in entry.options)
            text = self._with_ends(entry) if entry.ends else _told(entry.text)
            attributes: dict[str, str] = {}
            if entry.shuffle:
                last = [option.code for option in entry.options if option.missing or option.code in LAST]
                kept = self._kept(entry.id, [self.names.answers[entry.id][code] for code in last])
                attributes = {"answer_order": "random"} | kept
            yield Question(
                code=code,
                type="!" if entry.widget == "dropdown" else "L",
                text=text,
                relevance=relevance,
                hint=entry.hint,
                mandatory=MANDATORY[required],
                options=(options,),
                attributes=attributes,
            )
            return
        if entry.kind in ("number", "choice"):
            yield from self._number(entry, code, relevance, required)
            return
        kind = "D" if entry.kind == "date" else "T" if entry.widget == "lines" else "S"
        yield Question(
            code=code,
            type=kind,
            text=_told(entry.text),
            relevance=relevance,
            hint=entry.hint,
            mandatory=MANDATORY[required],
        )

    def _number(self, entry: Entry, code: str, relevance: str, required: str) -> Iterator[Question]:
        if entry.widget == "slider":
            self._lose("slider", entry.id, "changed")
        attributes = {}
        if entry.low is not None:
            attributes["min_num_value_n"] = number(entry.low)
        if entry.high is not None:
            attributes["max_num_value_n"] = number(entry.high)
        if entry.step is not None and float(entry.step).is_integer():
            attributes["num_value_int_only"] = "1"
        if entry.step not in (None, 1):
            self._lose("step", entry.id, "lost", step=f"{entry.step:g}")
        box = self.names.boxes.get(entry.id)
        if box and required == "yes":
            self._lose("required-soft", entry.id, "changed")
        yield Question(
            code=code,
            type="N",
            text=_told(entry.text),
            relevance=relevance,
            hint=entry.hint,
            mandatory="S" if box and required == "yes" else MANDATORY[required],
            attributes=attributes,
        )
        if box:
            self._lose("beside", entry.id, "changed")
            rows = tuple(Row(code=name, text=_told(option.text)) for name, option in boxed(entry))
            yield Question(
                code=box,
                type="M",
                text=lambda _: "&nbsp;",
                relevance=relevance,
                rows=rows,
                attributes={"max_answers": "1"},
                shuffled=False,
            )

    def _multiple(self, group: Group) -> Question:
        attributes = {}
        exclusive = [self.names.rows[id] for id in group.exclusive]
        if exclusive:
            attributes["exclude_all_others"] = ";".join(exclusive)
        if group.at_least and group.at_least > 1 and exclusive:
            self._lose("at-least-exclusive", group.id, "lost", n=group.at_least)
        elif group.at_least and (group.at_least > 1 or group.required == "yes"):
            attributes["min_answers"] = str(group.at_least)
        if group.at_most:
            attributes["max_answers"] = str(group.at_most)
        return self._with_rows(group, "M", attributes, self._plain_rows(group), ())

    def _ranking(self, group: Group) -> Question:
        attributes = {"max_answers": str(group.top), "max_subquestions": str(group.top)} if group.top else {}
        if group.required == "yes":
            attributes["min_answers"] = str(group.top or len(group.rows))
        if group.shuffle:
            attributes["answer_order"] = "random"
        for row in group.rows:
            if row.relevance is not None:
                self._lose("rank-relevance", row.id, "lost")
        options = tuple((self.names.rows[row.id], row.text) for row in group.rows)
        return Question(
            code=self.names.codes[group.id],
            type="R",
            text=_told(group.text),
            relevance=self.names.script(group.relevance),
            hint=group.hint,
            mandatory=MANDATORY[group.required],
            options=(options,),
            attributes=attributes,
        )

    def _table(self, group: Group) -> Question:
        if group.second:
            scales: tuple[tuple[Entry, ...], ...] = (group.rows, group.second)
        else:
            scales = (group.rows,)
        options = tuple(
            tuple((self.names.answers[rows[0].id][option.code], option.text) for option in rows[0].options)
            for rows in scales
        )
        headers = {}
        if group.heads:
            headers = {"dualscale_headerA": group.heads[0], "dualscale_headerB": group.heads[1]}
        for entry in group.entries:
            if entry.expects is not None:
                self._lose("attention", entry.id, "note")
        rows = tuple(
            Row(code=self.names.rows[row.id], text=self._poles(row), relevance=self.names.script(row.relevance))
            for row in group.rows
        )
        return self._with_rows(group, "1" if group.second else "F", {}, rows, options, headers)

    def _with_rows(
        self,
        group: Group,
        type: str,
        attributes: Mapping[str, str],
        rows: tuple[Row, ...],
        options: tuple[tuple[tuple[str, Text], ...], ...],
        headers: Mapping[str, Text] | None = None,
    ) -> Question:
        if group.shuffle:
            last = [row.id for row in group.rows if row.id in last_rows(group)]
            # the second name is the one that multiple choice has in newer versions; each passes over the other
            attributes = {**attributes, "random_order": "1"} | ({"subquestion_order": "random"} if type == "M" else {})
            attributes |= self._kept(group.id, [self.names.rows[id] for id in last])
        return Question(
            code=self.names.codes[group.id],
            type=type,
            text=_told(group.text),
            relevance=self.names.script(group.relevance),
            hint=group.hint,
            mandatory=self._mandatory(group),
            rows=rows,
            options=options,
            attributes=attributes,
            headers=headers or {},
        )

    def _kept(self, where: str, codes: Sequence[str]) -> dict[str, str]:
        """Return what keeps options at their places where the others are shuffled."""
        if not codes:
            return {}
        self._lose("last-not-fixed", where, "changed")
        return {"keep_codes_order": ";".join(codes)}

    def _mandatory(self, group: Group) -> str:
        if group.required != "no" or group.kind == "multiple":
            return MANDATORY[group.required]
        needs = {entry.required for entry in group.entries}
        if len(needs) > 1 and "yes" in needs:
            self._lose("required-rows", group.id, "lost")
            return "N"
        return MANDATORY[needs.pop()] if len(needs) == 1 else "S"

    def _plain_rows(self, group: Group) -> tuple[Row, ...]:
        return tuple(
            Row(code=self.names.rows[row.id], text=_told(row.text), relevance=self.names.script(row.relevance))
            for row in group.rows
        )

    def _maxdiff(self, group: Group) -> Iterator[Question]:
        self._lose("maxdiff", group.id, "changed")
        best, worst = (self.names.codes[row.id] for row in group.rows)
        if group.text:
            yield self._passage(self.names.codes[group.id], group.text, group.relevance, group.hint)
        for row in group.rows:
            options = tuple((self.names.answers[row.id][option.code], option.text) for option in row.options)
            differ = f"is_empty({worst}.NAOK) or is_empty({best}.NAOK) or {worst}.NAOK != {best}.NAOK"
            yield Question(
                code=self.names.codes[row.id],
                type="L",
                text=_told(row.text),
                relevance=self._both(group.relevance, row.relevance),
                mandatory=MANDATORY[stronger(group.required, row.required)],
                options=(options,),
                attributes={"em_validation_q": differ} if row is group.rows[-1] else {},
                shuffled=False,
            )

    def _with_ends(self, entry: Entry) -> Wording:
        self._lose("ends", entry.id, "changed")
        ends = entry.ends
        assert ends is not None
        points = [option.code for option in entry.options if not option.missing]

        def text(language: str) -> str:
            low, high = ends.low.get(language), ends.high.get(language)
            return f"{html(entry.text.get(language))}<br />{points[0]} = {html(low)}, {points[-1]} = {html(high)}"

        return text

    def _poles(self, row: Entry) -> Wording:
        """Write a row; what stands behind a bar goes to the right of the answers."""

        def safe(text: Text, language: str) -> str:
            return html(text.get(language)).replace("|", "&#124;")

        ends = row.ends
        if ends is None:
            return lambda language: safe(row.text, language)
        return lambda language: f"{safe(row.text, language)}: {safe(ends.low, language)}|{safe(ends.high, language)}"

    def _both(self, outer: Condition | None, own: Condition | None) -> str:
        if outer is None or own is None:
            return self.names.script(outer if own is None else own)
        return f"({self.names.script(outer)} and {self.names.script(own)})"

    def _lose(self, code: str, where: str, severity: Severity, **values: object) -> None:
        loss = Loss(platform=PLATFORM, code=code, where=where, severity=severity, values=values)
        if loss not in self.losses:
            self.losses.append(loss)


def _told(text: Text | None) -> Wording:
    return lambda language: html(text.get(language)) if text else ""

"""The questions of a form as LimeSurvey knows them: types, codes, attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cxresearch.errors import CxError, Fault
from cxresearch.survey.export.codes import CodedColumn
from cxresearch.survey.export.limesurvey.expressionscript import ALWAYS, Variable, script
from cxresearch.survey.export.limesurvey.text import html
from cxresearch.survey.export.loss import Loss, Severity
from cxresearch.survey.export.naming import answer_codes, shortened
from cxresearch.survey.expression import Condition
from cxresearch.survey.form import MOST_LISTED, Entry, Form, FormPage, Group, Option, Part, Passage
from cxresearch.survey.scale import Code
from cxresearch.survey.text import Text

PLATFORM = "limesurvey"
LONGEST_CODE, LONGEST_ANSWER = 20, 5
MOST_DRAWN = 4
MANDATORY = {"yes": "Y", "soft": "S", "no": "N"}
Wording = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A subquestion."""

    code: str
    text: Wording
    relevance: str = ALWAYS


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with all its rows; texts per language are functions of it."""

    code: str
    type: str
    text: Wording
    relevance: str = ALWAYS
    hint: Text | None = None
    mandatory: str = "N"
    rows: tuple[Row, ...] = ()
    options: tuple[tuple[tuple[str, Text], ...], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, Text] = field(default_factory=dict)
    shuffled: bool = True


class Questions:
    """What the pages of a form become.

    Parameters
    ----------
    form : Form
    languages : tuple of str
    """

    def __init__(self, form: Form, languages: tuple[str, ...]) -> None:
        self.form = form
        self.languages = languages
        self.losses: list[Loss] = []
        self.late_losses: list[Loss] = []
        self.columns: list[CodedColumn] = []
        self.drawn: list[Question] = []
        self._taken: list[str] = []
        self._codes: dict[str, str] = {}  # part or entry to the code of its question
        self._rows: dict[str, str] = {}  # entry inside a question to the code of its row
        self._answers: dict[str, Mapping[Code, str]] = {}
        self._boxes: dict[str, str] = {}  # number to the code of the box beside it
        self.variables: dict[str, Variable] = {}
        for part in (part for page in form.pages for part in page.parts):
            self._name(part)

    def script(self, condition: Condition | None) -> str:
        """Write a condition with LimeSurvey's names."""
        return script(condition, self.variables)

    def page(self, page: FormPage) -> list[Question]:
        """Return the questions of a page."""
        return [question for part in page.parts for question in self._questions(part)]

    def ending(self, page: FormPage, relevance: str) -> Question:
        """Return the text with which an interview is ended after a page."""
        assert page.screenout is not None
        text = page.screenout.text
        return Question(code=self._new(f"end{page.number}"), type="X", text=_told(text), relevance=relevance)

    # names, before any condition is written

    def _new(self, id: str) -> str:
        code = shortened(id, self._taken, LONGEST_CODE)
        self._taken.append(code)
        return code

    def _name(self, part: Part) -> None:
        if isinstance(part, Passage):
            self._codes[part.id] = self._new(part.id)
        elif isinstance(part, Entry):
            self._name_entry(part)
        elif part.kind == "maxdiff" or not _is_table(part):
            if part.text:
                self._codes[part.id] = self._new(part.id)
            for entry in part.entries:
                self._name_entry(entry)
        else:
            self._name_table(part)

    def _name_entry(self, entry: Entry) -> None:
        code = self._codes[entry.id] = self._new(entry.id)
        if code != entry.id:
            self._lose("name-changed", entry.id, "changed", name=code)
        if entry.drawn or _is_listed(entry):
            answers = self._answers[entry.id] = self._answer_codes(entry)
            self.variables[entry.id] = Variable(name=code, codes=answers)
            self._column(code, entry.id, answers)
            return
        self._column(code, entry.id, {})
        boxes: dict[Code, str] = {}
        if _missing(entry) and entry.kind in ("number", "choice"):
            box = self._boxes[entry.id] = self._new(f"{entry.id}_box")
            for option, name in zip(_missing(entry), _numbered(len(_missing(entry))), strict=True):
                boxes[option.code] = f"{box}_{name}"
                self.columns.append(
                    CodedColumn(column=f"{box}[{name}]", variables={"": entry.id}, codes=_ticked(option.code))
                )
        self.variables[entry.id] = Variable(name=code, number=entry.kind in ("number", "choice"), beside=boxes)

    def _name_table(self, group: Group) -> None:
        code = self._codes[group.id] = self._new(group.id)
        if code != group.id:
            self._lose("name-changed", group.id, "changed", name=code)
        if group.kind == "ranking":
            self._name_ranking(group, code)
            return
        taken: list[str] = []
        for row in group.rows:
            taken.append(shortened(row.id, taken, LONGEST_CODE, "r"))
            self._rows[row.id] = taken[-1]
        names = tuple(f"{code}_{row}" for row in taken)
        for i, row in enumerate(group.rows):
            if group.kind == "multiple":
                self.variables[row.id] = Variable(name=names[i], tick=True, siblings=names)
                self.columns.append(
                    CodedColumn(
                        column=f"{code}[{taken[i]}]",
                        kind="tick",
                        variables={"": row.id},
                        codes={"Y": 1, "Ja": 1, "Yes": 1},
                        block=group.id,
                    )
                )
                continue
            pairs = [(row, f"{names[i]}_0", "[1]"), (group.second[i], f"{names[i]}_1", "[2]")] if group.second else []
            for entry, name, scale in pairs or [(row, names[i], "")]:
                answers = self._answers[entry.id] = self._answer_codes(entry)
                self.variables[entry.id] = Variable(name=name, codes=answers)
                self._column(f"{code}[{taken[i]}]{scale}", entry.id, answers)

    def _name_ranking(self, group: Group, code: str) -> None:
        names = answer_codes([row.id for row in group.rows], LONGEST_ANSWER)
        places = range(1, (group.top or len(group.rows)) + 1)
        for row in group.rows:
            self._rows[row.id] = names[row.id]
            ranks = tuple(f"{code}_{place}" for place in places)
            self.variables[row.id] = Variable(name=code, ranks=ranks, codes={0: names[row.id]})
        back = {name: id for id, name in names.items()}
        for place in places:
            self.columns.append(
                CodedColumn(
                    column=f"{code}[{place}]",
                    kind="position",
                    variables={k: str(v) for k, v in back.items()},
                    position=place,
                )
            )

    def _answer_codes(self, entry: Entry) -> Mapping[Code, str]:
        answers = answer_codes([option.code for option in entry.options], LONGEST_ANSWER)
        changed = [f"{code} = {name}" for code, name in answers.items() if str(code) != name]
        if changed and not entry.drawn:
            self._lose("code-changed", entry.id, "changed", codes=", ".join(changed))
        return answers

    def _column(self, column: str, id: str, answers: Mapping[Code, str]) -> None:
        codes = {name: code for code, name in answers.items()}
        self.columns.append(CodedColumn(column=column, variables={"": id}, codes=codes))

    # questions, when every name is known

    def _questions(self, part: Part) -> Iterator[Question]:
        if isinstance(part, Passage):
            yield self._passage(self._codes[part.id], part.text, part.relevance, None)
        elif isinstance(part, Entry):
            yield from self._single(part, part.required, None)
        elif part.kind == "maxdiff":
            yield from self._maxdiff(part)
        elif not _is_table(part):
            if part.text:
                yield self._passage(self._codes[part.id], part.text, part.relevance, part.hint)
            for entry in part.entries:
                yield from self._single(entry, _stronger(part.required, entry.required), part.relevance)
        elif part.kind == "multiple":
            yield self._multiple(part)
        elif part.kind == "ranking":
            yield self._ranking(part)
        else:
            yield self._table(part)

    def _passage(self, code: str, text: Text, relevance: Condition | None, hint: Text | None) -> Question:
        return Question(
            code=code, type="X", text=_told(text), relevance=self.script(relevance), hint=hint, shuffled=False
        )

    def _single(self, entry: Entry, required: str, outer: Condition | None) -> Iterator[Question]:
        code = self._codes[entry.id]
        relevance = self._both(outer, entry.relevance)
        if entry.drawn:
            self._draw(entry, code)
            return
        if entry.expects is not None:
            self._lose("attention", entry.id, "note")
        if _is_listed(entry):
            options = tuple((self._answers[entry.id][option.code], option.text) for option in entry.options)
            text = self._with_ends(entry) if entry.ends else _told(entry.text)
            attributes = {"answer_order": "random"} if entry.shuffle else {}
            if entry.shuffle and any(option.missing or option.code in ("other", "none") for option in entry.options):
                self._lose("last-not-fixed", entry.id, "changed")
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
            attributes["min_num_value_n"] = f"{entry.low:g}" if abs(entry.low) < 1e6 else str(entry.low)
        if entry.high is not None:
            attributes["max_num_value_n"] = str(int(entry.high)) if float(entry.high).is_integer() else str(entry.high)
        if entry.step is not None and float(entry.step).is_integer():
            attributes["num_value_int_only"] = "1"
        if entry.step not in (None, 1):
            self._lose("step", entry.id, "lost", step=f"{entry.step:g}")
        box = self._boxes.get(entry.id)
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
            options = _missing(entry)
            rows = tuple(
                Row(code=name, text=_told(option.text))
                for option, name in zip(options, _numbered(len(options)), strict=True)
            )
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
        exclusive = [self._rows[id] for id in group.exclusive]
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
        attributes = {"max_answers": str(group.top)} if group.top else {}
        if group.required == "yes":
            attributes["min_answers"] = str(group.top or len(group.rows))
        if group.shuffle:
            attributes["answer_order"] = "random"
        for row in group.rows:
            if row.relevance is not None:
                self._lose("rank-relevance", row.id, "lost")
        options = tuple((self._rows[row.id], row.text) for row in group.rows)
        return Question(
            code=self._codes[group.id],
            type="R",
            text=_told(group.text),
            relevance=self.script(group.relevance),
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
            tuple((self._answers[rows[0].id][option.code], option.text) for option in rows[0].options)
            for rows in scales
        )
        headers = {}
        if group.heads:
            headers = {"dualscale_headerA": group.heads[0], "dualscale_headerB": group.heads[1]}
        for entry in group.entries:
            if entry.expects is not None:
                self._lose("attention", entry.id, "note")
        rows = tuple(
            Row(code=self._rows[row.id], text=self._poles(row), relevance=self.script(row.relevance))
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
            attributes = {**attributes, "random_order": "1"}
            if group.exclusive or any(row.id.endswith(("other", "none")) for row in group.rows):
                self._lose("last-not-fixed", group.id, "changed")
        return Question(
            code=self._codes[group.id],
            type=type,
            text=_told(group.text),
            relevance=self.script(group.relevance),
            hint=group.hint,
            mandatory=self._mandatory(group),
            rows=rows,
            options=options,
            attributes=attributes,
            headers=headers or {},
        )

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
            Row(code=self._rows[row.id], text=_told(row.text), relevance=self.script(row.relevance))
            for row in group.rows
        )

    def _maxdiff(self, group: Group) -> Iterator[Question]:
        self._lose("maxdiff", group.id, "changed")
        best, worst = (self._codes[row.id] for row in group.rows)
        if group.text:
            yield self._passage(self._codes[group.id], group.text, group.relevance, group.hint)
        for row in group.rows:
            options = tuple((self._answers[row.id][option.code], option.text) for option in row.options)
            differ = f"is_empty({worst}.NAOK) || is_empty({best}.NAOK) || {worst}.NAOK != {best}.NAOK"
            yield Question(
                code=self._codes[row.id],
                type="L",
                text=_told(row.text),
                relevance=self._both(group.relevance, row.relevance),
                mandatory=MANDATORY[_stronger(group.required, row.required)],
                options=(options,),
                attributes={"em_validation_q": differ} if row is group.rows[-1] else {},
                shuffled=False,
            )

    def _draw(self, entry: Entry, code: str) -> None:
        """Draw one of the stories that were not drawn before; the draw is kept when the page is seen again."""
        count, earlier = len(entry.options), [self._codes[id] for id in entry.apart]
        if len(earlier) >= MOST_DRAWN:
            raise CxError(
                Fault(
                    code="export.refused",
                    what=f"LimeSurvey cannot draw more than {MOST_DRAWN} stories without repetition.",
                    given=entry.id,
                    do=f"Show {MOST_DRAWN} stories or fewer.",
                )
            )
        self._lose("drawn", entry.id, "changed")
        free = count - len(earlier)
        first = self._new(f"{entry.id}_draw") if earlier else code
        drawn = f"{{if(is_empty({first}.NAOK), rand(1, {free}), {first}.NAOK)}}"
        self.drawn.append(_equation(first, drawn))
        # passing over the numbers drawn before, from the smallest on, leaves every other one equally likely
        past = first
        for step, other in enumerate(_ascending(earlier), start=1):
            name = code if step == len(earlier) else self._new(f"{entry.id}_past{step}")
            self.drawn.append(_equation(name, f"{{if({past}.NAOK >= {other}, {past}.NAOK + 1, {past}.NAOK)}}"))
            past = name

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
        if row.ends is None:
            return _told(row.text)
        ends = row.ends
        return lambda language: (
            f"{html(row.text.get(language))}: {html(ends.low.get(language))}|{html(ends.high.get(language))}"
        )

    def _both(self, outer: Condition | None, own: Condition | None) -> str:
        if outer is None or own is None:
            return self.script(outer if own is None else own)
        return f"({self.script(outer)} && {self.script(own)})"

    def _lose(self, code: str, where: str, severity: Severity, **values: object) -> None:
        loss = Loss(platform=PLATFORM, code=code, where=where, severity=severity, values=values)
        if loss not in self.losses and loss not in self.late_losses:
            self.late_losses.append(loss)


def _equation(code: str, text: str) -> Question:
    return Question(code=code, type="*", text=lambda _: text, attributes={"hidden": "1"}, shuffled=False)


def _ascending(codes: list[str]) -> list[str]:
    """Return expressions for the numbers drawn before, from the smallest on."""
    names = [f"{code}.NAOK" for code in codes]
    if len(names) < 2:
        return names
    every = ", ".join(names)
    middle = [f"(sum({every}) - min({every}) - max({every}))"] if len(names) == 3 else []
    return [f"min({every})", *middle, f"max({every})"]


def _told(text: Text | None) -> Wording:
    return lambda language: html(text.get(language)) if text else ""


def _is_listed(entry: Entry) -> bool:
    return entry.kind == "choice" and len(entry.options) <= max(MOST_LISTED + 5, 0 if _is_range(entry) else 10_000)


def _is_range(entry: Entry) -> bool:
    return entry.scale is not None and entry.scale.is_range


def _is_table(group: Group) -> bool:
    return group.kind in ("multiple", "ranking") or all(_is_listed(entry) for entry in group.entries)


def _missing(entry: Entry) -> list[Option]:
    return [option for option in entry.options if option.missing]


def _numbered(count: int) -> list[str]:
    return [f"x{number}" for number in range(1, count + 1)]


def _ticked(code: Code) -> Mapping[str, Code]:
    return {"Y": code, "Ja": code, "Yes": code, "Nein": "", "No": "", "N": ""}


def _stronger(one: str, other: str) -> str:
    return next((need for need in ("yes", "soft") if need in (one, other)), "no")

"""Codes, variables and columns of a form in LimeSurvey, known before any condition is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cxresearch.survey.export.codes import CodedColumn
from cxresearch.survey.export.limesurvey.expressionscript import Variable, script
from cxresearch.survey.export.loss import Loss
from cxresearch.survey.export.naming import answer_codes, shortened
from cxresearch.survey.expression import Condition
from cxresearch.survey.form import MOST_LISTED, Entry, Form, Group, Option, Part, Passage
from cxresearch.survey.scale import Code

PLATFORM = "limesurvey"
LONGEST_CODE, LONGEST_ANSWER = 20, 5
# what expressions expand, their words, names that the import replaces at random, and columns of every export
_RESERVED = re.compile(
    r"self|that|(?i:(?:and|or|eq|ne|lt|le|gt|ge|this|lang|sid|gid|qid|sgq|token|savedid"
    r"|id|submitdate|lastpage|startlanguage|seed|startdate|datestamp|ipaddr|refurl|interviewtime)$)"
)
_RESERVED_ROWS = ("time",)
YES, NO = ("Y", "Ja", "Yes"), ("Nein", "No", "N", "N/A")


class Pairs(dict[Code, str]):
    """What is called otherwise: read as a list in a sentence, as an object by machines.

    Examples
    --------
    >>> str(Pairs({"main_place": "mainPlace", "web_shop": "webShop"}))
    'main_place = mainPlace, web_shop = webShop'
    """

    def __str__(self) -> str:
        return ", ".join(f"{old} = {new}" for old, new in self.items())


class Names:
    """How LimeSurvey calls everything that a form asks.

    Parameters
    ----------
    form : Form

    Attributes
    ----------
    codes : dict
        Part or entry to the code of its question.
    rows : dict
        Entry inside a question to the code of its row.
    answers : dict
        Entry to the codes of its answers.
    boxes : dict
        Number to the code of the box for "don't know" beside it.
    variables : dict
        Entry to how an expression names it.
    columns : list of CodedColumn
        Where its answers stand in an export.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self.codes: dict[str, str] = {}
        self.rows: dict[str, str] = {}
        self.answers: dict[str, Mapping[Code, str]] = {}
        self.boxes: dict[str, str] = {}
        self.variables: dict[str, Variable] = {}
        self.columns: list[CodedColumn] = []
        self._taken: list[str] = []
        self._renamed: dict[str, str] = {}
        self._recoded: dict[tuple[tuple[Code, str], ...], list[str]] = {}
        for part in (part for page in form.pages for part in page.parts):
            self._name(part)

    def new(self, id: str) -> str:
        """Return the code of one more question."""
        code = shortened(id, self._taken, LONGEST_CODE)
        if _RESERVED.match(code):
            code = shortened(f"q_{id}", self._taken, LONGEST_CODE)
        self._taken.append(code)
        return code

    def script(self, condition: Condition | None) -> str:
        """Write a condition with LimeSurvey's names."""
        return script(condition, self.variables)

    def losses(self) -> Iterator[Loss]:
        """Yield what has another name, all in one, and what has other codes, one for each different scale."""
        where = self.form.survey.id
        if self._renamed:
            values = {"n": len(self._renamed), "names": Pairs(self._renamed)}
            yield Loss(platform=PLATFORM, code="names-changed", where=where, severity="changed", values=values)
        for codes, ids in self._recoded.items():
            told = {"ids": ", ".join(ids), "codes": Pairs(codes)}
            yield Loss(platform=PLATFORM, code="codes-changed", where=where, severity="changed", values=told)

    def _name(self, part: Part) -> None:
        if isinstance(part, Passage):
            self.codes[part.id] = self.new(part.id)
        elif isinstance(part, Entry):
            self._name_entry(part)
        elif not is_table(part):
            if part.text:
                self.codes[part.id] = self.new(part.id)
            for entry in part.entries:
                self._name_entry(entry)
        else:
            self._name_table(part)

    def _visible(self, id: str) -> str:
        code = self.codes[id] = self.new(id)
        if code != id:
            self._renamed[id] = code
        return code

    def _name_entry(self, entry: Entry) -> None:
        code = self._visible(entry.id)
        if entry.drawn or is_listed(entry):
            answers = self._code_answers(entry)
            self.variables[entry.id] = Variable(name=code, codes=answers)
            self._column(code, entry.id, answers)
            return
        self._column(code, entry.id, {})
        number = entry.kind in ("number", "choice")
        boxes: dict[Code, str] = {}
        if number and missing(entry):
            box = self.boxes[entry.id] = self.new(f"{entry.id}_box")
            for name, option in boxed(entry):
                boxes[option.code] = f"{box}_{name}"
                codes = _ticked(option.code) | dict.fromkeys(NO, "")
                self.columns.append(CodedColumn(column=f"{box}[{name}]", variables={"": entry.id}, codes=codes))
        self.variables[entry.id] = Variable(name=code, number=number, beside=boxes)

    def _name_table(self, group: Group) -> None:
        code = self._visible(group.id)
        if group.kind == "ranking":
            self._name_ranking(group, code)
            return
        for row in group.rows:
            taken = [*_RESERVED_ROWS, *(self.rows[one.id] for one in group.rows if one.id in self.rows)]
            self.rows[row.id] = shortened(row.id, taken, LONGEST_CODE, "r")
        names = {row.id: f"{code}_{self.rows[row.id]}" for row in group.rows}
        for i, row in enumerate(group.rows):
            column, name = f"{code}[{self.rows[row.id]}]", names[row.id]
            if group.kind == "multiple":
                self.variables[row.id] = Variable(name=name, tick=True, siblings=tuple(names.values()))
                self.columns.append(
                    CodedColumn(column=column, kind="tick", variables={"": row.id}, codes=_ticked(1), block=group.id)
                )
            elif group.second:
                # expressions count the two scales from 0, exports from 1
                self._name_cell(row, f"{name}_0", f"{column}[1]")
                self._name_cell(group.second[i], f"{name}_1", f"{column}[2]")
            else:
                self._name_cell(row, name, column)

    def _name_cell(self, entry: Entry, name: str, column: str) -> None:
        answers = self._code_answers(entry)
        self.variables[entry.id] = Variable(name=name, codes=answers)
        self._column(column, entry.id, answers)

    def _name_ranking(self, group: Group, code: str) -> None:
        options = answer_codes([row.id for row in group.rows], LONGEST_ANSWER)
        places = range(1, (group.top or len(group.rows)) + 1)
        for row in group.rows:
            self.rows[row.id] = options[row.id]
            ranks = tuple(f"{code}_{place}" for place in places)
            self.variables[row.id] = Variable(name=code, ranks=ranks, codes={0: options[row.id]})
        ids = {name: str(id) for id, name in options.items()}
        for place in places:
            column = CodedColumn(column=f"{code}[{place}]", kind="position", variables=ids, position=place)
            self.columns.append(column)

    def _code_answers(self, entry: Entry) -> Mapping[Code, str]:
        answers = self.answers[entry.id] = answer_codes([option.code for option in entry.options], LONGEST_ANSWER)
        changed = tuple((code, name) for code, name in answers.items() if str(code) != name)
        if changed and not entry.drawn:
            self._recoded.setdefault(changed, []).append(entry.id)
        return answers

    def _column(self, column: str, id: str, answers: Mapping[Code, str]) -> None:
        codes = {name: code for code, name in answers.items()}
        self.columns.append(CodedColumn(column=column, variables={"": id}, codes=codes))


def is_listed(entry: Entry) -> bool:
    """Tell whether an answer is chosen from a list, not typed in."""
    is_range = entry.scale is not None and entry.scale.is_range
    return entry.kind == "choice" and (not is_range or len(entry.options) <= MOST_LISTED + 5)


def is_table(group: Group) -> bool:
    """Tell whether a block is one question; otherwise its entries come one below the other."""
    if group.kind in ("multiple", "ranking"):
        return True
    return group.kind != "maxdiff" and all(is_listed(entry) for entry in group.entries)


def missing(entry: Entry) -> list[Option]:
    """Return the options that are no answer."""
    return [option for option in entry.options if option.missing]


def boxed(entry: Entry) -> list[tuple[str, Option]]:
    """Return the boxes beside a number, with the codes of their rows."""
    return [(f"x{number}", option) for number, option in enumerate(missing(entry), start=1)]


def _ticked(code: Code) -> dict[str, Code]:
    return dict.fromkeys(YES, code)

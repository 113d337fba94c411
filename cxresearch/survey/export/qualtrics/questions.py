"""The questions of a form as Qualtrics asks them, and the columns its answers come in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cxresearch.survey.export.codes import CodedColumn
from cxresearch.survey.export.loss import Loss, Severity
from cxresearch.survey.export.naming import shortened
from cxresearch.survey.export.qualtrics.text import line, recodes
from cxresearch.survey.form import Entry, Form, FormPage, Group, Passage, last_rows
from cxresearch.survey.scale import Code
from cxresearch.survey.text import Text

PLATFORM = "qualtrics"
LONGEST = 40  # letters of an export tag; what real surveys have is far below
_PLAIN = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST - 1}}}")
# columns that every file of answers has
RESERVED = frozenset(
    [
        "startdate",
        "enddate",
        "status",
        "ipaddress",
        "progress",
        "finished",
        "recordeddate",
        "responseid",
        "responseset",
        "name",
        "emailaddress",
        "recipientlastname",
        "recipientfirstname",
        "recipientemail",
        "externalreference",
        "externaldatareference",
        "locationlatitude",
        "locationlongitude",
        "locationaccuracy",
        "distributionchannel",
        "userlanguage",
    ]
)
_DATE = {"de": "JJJJ-MM-TT", "en": "YYYY-MM-DD"}
_FEW = 11  # options of a range that stand side by side

Listed = tuple[tuple[int | None, Text | tuple[str, Text]], ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of the text format: what stands between its tag and the next one.

    Parameters
    ----------
    kind : str
        As in ``[[Question:KIND]]``.
    texts : tuple of Text
        One below the other.
    choices, answers : tuple
        Recode value, None where it is the number in the list, and wording; ``("1", Text)`` is a code before its wording.
    dated : bool
        The way to write a date stands after the text.
    """

    kind: str
    id: str
    texts: tuple[Text, ...]
    hint: Text | None = None
    choices: Listed = ()
    answers: Listed = ()
    dated: bool = False

    def lines(self, language: str) -> Iterator[str]:
        """Yield its lines in one language."""
        yield f"[[Question:{self.kind}]]"
        yield f"[[ID:{self.id}]]"
        text = "<br><br>".join(line(text.get(language)) for text in self.texts)
        if self.dated:
            text += f" ({_DATE.get(language.split('-')[0], _DATE['en'])})"
        yield text + (f"<br><br><em>{line(self.hint.get(language))}</em>" if self.hint else "")
        for name, one, listed in (
            ("AdvancedChoices", "Choice", self.choices),
            ("AdvancedAnswers", "Answer", self.answers),
        ):
            if listed:
                yield f"[[{name}]]"
            for code, wording in listed:
                yield f"[[{one}:{code}]]" if code is not None else f"[[{one}]]"
                yield _said(wording, language)


class Questions:
    """Every question of a form, with names that are taken once.

    Attributes
    ----------
    columns : list of CodedColumn
    losses : list of Loss
    names : dict
        Variable to its column.
    ticks : dict
        Option of a multiple choice to its question.
    blocks : dict
        Page to its block.
    singles : set
        Groups whose rows stand as questions of their own.
    beside : dict
        Number to the question below it, where "don't know" stands.
    embedded : list of str
        Fields that the survey flow sets.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self.columns: list[CodedColumn] = []
        self.losses: list[Loss] = []
        self.names: dict[str, str] = {}
        self.ticks: dict[str, str] = {}
        self.singles: set[str] = set()
        self.beside: dict[str, str] = {}
        self.embedded: list[str] = []
        self.blocks = {page.id: re.sub(r"[\[\]\r\n]", " ", page.id) for page in form.pages}
        # an id of the survey that fits stays as it is, whatever a table before it would like to be called
        self._kept = {entry.id for entry in form.entries}
        self._taken: set[str] = set(RESERVED)

    def of(self, page: FormPage) -> Iterator[Question]:
        """Yield the questions of a page."""
        for part in page.parts:
            if isinstance(part, Passage):
                yield Question(kind="DB", id=self.name(part.id), texts=(part.text,))
            elif isinstance(part, Entry):
                yield from self._drawn(part) if part.drawn else self._entry(part, (part.text,))
            elif self._in_one(part):
                yield from self._multiple(part) if part.kind == "multiple" else self._group(part)
            else:
                yield from self._one_by_one(part)

    def name(self, wanted: str, columns: Sequence[str] = ("",)) -> str:
        """Take a name whose columns (``name`` with these endings) nobody else has."""
        id, number = wanted, 1
        if not _PLAIN.fullmatch(id):
            id = shortened(wanted, self._taken, LONGEST)
        plain = id
        while {f"{id}{end}".casefold() for end in columns} & self._others(wanted):
            number += 1
            id = f"{plain[: LONGEST - 3]}q{number}"
        self._taken |= {f"{id}{end}".casefold() for end in columns} | {id.casefold()}
        if id != wanted:
            self._tell("name-changed", wanted, "changed", name=id)
        return id

    def _others(self, wanted: str) -> set[str]:
        return self._taken | {id.casefold() for id in self._kept if id != wanted}

    def _tell(self, code: str, where: str, severity: Severity = "lost", /, **values: object) -> None:
        self.losses.append(Loss(platform=PLATFORM, code=code, where=where, severity=severity, values=values))

    def _drawn(self, entry: Entry) -> Iterator[Question]:
        codes = recodes(option.code for option in entry.options)
        others = ", ".join(self.names.get(id, id) for id in entry.apart)
        id = self.name(entry.id)
        apart = {"apart_de": f", anders als in {others}", "apart_en": f", other than in {others}"}
        values = {"values": ", ".join(str(code) for code in codes.values())}
        self._tell("drawn", id, **values, **(apart if others else {"apart_de": "", "apart_en": ""}))
        self.embedded.append(id)
        self._value(id, entry.id, _back(entry, codes))
        yield from ()

    def _entry(self, entry: Entry, texts: tuple[Text, ...]) -> Iterator[Question]:
        """Yield a single question, and beside a number the answers that are none."""
        codes = recodes(option.code for option in entry.options)
        self._need(entry.id, entry.required)
        if entry.expects is not None:
            self._tell("attention", entry.id, "note", expected=entry.expects)
        id = self.name(entry.id)
        if entry.kind == "choice":
            self._options(entry.id, entry, codes)
            kind = _kind(entry)
            yield Question(kind=kind, id=id, texts=texts, hint=entry.hint, choices=_choices(entry, codes))
            self._value(id, entry.id, _back(entry, codes))
            return
        kind = "TE:Essay" if entry.widget == "lines" else "TE:SingleLine"
        dated = entry.kind == "date"
        yield Question(kind=kind, id=id, texts=texts, hint=entry.hint, dated=dated)
        self._value(id, entry.id)
        if dated:
            self._tell("date", entry.id)
        if entry.kind == "number":
            low, high, step = (_number(value) for value in (entry.low, entry.high, entry.step))
            self._tell("number", entry.id, low=low, high=high, step=step)
        if entry.options:
            beside = self.beside[entry.id] = self.name(f"{entry.id}_none")
            self._tell("beside", entry.id, "changed", name=beside)
            yield Question(kind="MC:SingleAnswer:Vertical", id=beside, texts=texts, choices=_choices(entry, codes))
            self._value(beside, entry.id, _back(entry, codes))
            self.names[entry.id] = id

    def _options(self, where: str, entry: Entry, codes: Mapping[Code, int]) -> None:
        if changed := {code: new for code, new in codes.items() if code != new}:
            listed = ", ".join(f"{code} = {new}" for code, new in changed.items())
            self._tell("code-changed", where, "changed", codes=listed)
        if entry.widget == "slider":
            self._tell("slider", where)
        if entry.shuffle:
            last = [option.code for option in entry.options if option.missing or option.code == "other"]
            self._shuffle(where, [str(codes[code]) for code in last])

    def _shuffle(self, where: str, last: list[str]) -> None:
        told = ", ".join(last)
        de, en = (f" Am Ende bleiben: {told}.", f" These stay last: {told}.") if last else ("", "")
        self._tell("shuffle-options", where, last_de=de, last_en=en)

    def _need(self, where: str, required: str) -> None:
        if required != "no":
            self._tell("required" if required == "yes" else "required-soft", where)

    def _value(self, column: str, id: str, codes: Mapping[str, Code] | None = None) -> None:
        self.columns.append(CodedColumn(column=column, variables={"": id}, codes=codes or {}))
        self.names.setdefault(id, column)

    def _in_one(self, group: Group) -> bool:
        """Tell whether a group fits into one matrix, ranking or list."""
        if group.kind in ("multiple", "ranking"):
            return True
        return group.kind in ("grid", "dual") and all(
            entry.kind == "choice" and [option.code for option in entry.options] == codes
            for rows in (group.rows, group.second)
            for codes in [[option.code for option in rows[0].options] if rows else []]
            for entry in rows
        )

    def _one_by_one(self, group: Group) -> Iterator[Question]:
        self.singles.add(group.id)
        self._tell("maxdiff" if group.kind == "maxdiff" else "one-by-one", group.id, "changed")
        texts = tuple(text for text in (group.text,) if text)
        self._need(group.id, group.required)
        if group.shuffle and group.kind == "maxdiff":
            self._shuffle(group.id, [])
        if group.kind != "maxdiff" and (texts or group.hint):
            yield Question(kind="DB", id=self.name(f"{group.id}_stem"), texts=texts, hint=group.hint)
            texts = ()
        for entry in group.entries:
            yield from self._entry(entry, (*texts, entry.text))

    def _multiple(self, group: Group) -> Iterator[Question]:
        ends = [f"_{k}" for k in range(1, len(group.rows) + 1)]
        id = self.name(group.id, ("", *ends))
        choices = tuple((k, row.text) for k, row in enumerate(group.rows, start=1))
        yield Question(kind="MC:MultipleAnswer:Vertical", id=id, texts=_stem(group), hint=group.hint, choices=choices)
        ids = {str(k): row.id for k, row in enumerate(group.rows, start=1)}
        self.columns.append(CodedColumn(column=id, kind="ticks", variables=ids, block=group.id))
        for k, row in enumerate(group.rows, start=1):
            ticked = {str(code): 1 for code in ("1", k, *(line(text) for text in row.text.wordings()))}
            column = f"{id}_{k}"
            self.columns.append(
                CodedColumn(column=column, kind="tick", variables={"": row.id}, codes=ticked, block=group.id)
            )
            self.names[row.id] = column
            self.ticks[row.id] = id
            if row.id in group.exclusive:
                labels = {f"label_{lang}": row.text.get(lang) for lang in ("de", "en")}
                self._tell("exclusive", column, question=id, **labels)
        self._need(group.id, group.required)
        if group.at_least or group.at_most:
            self._tell("count", id, least=group.at_least or 0, most=group.at_most or len(group.rows))
        if group.shuffle:
            self._shuffle(id, [self.names[one] for one in last_rows(group)])

    def _group(self, group: Group) -> Iterator[Question]:
        self._rows_needed(group)
        ranking = group.kind == "ranking"
        halves = [half for half in (group.rows, group.second) if half]
        made = []
        for number, rows in enumerate(halves, start=1):
            ends = [f"_{k}" for k in range(1, len(rows) + 1)]
            wanted = group.id if number == 1 else f"{group.id}_second"
            id = self.name(wanted, ("", *ends))
            made.append(id)
            heads = (group.heads[number - 1],) if group.heads and len(halves) > 1 else ()
            codes = recodes(option.code for option in rows[0].options)
            yield Question(
                kind="RO" if ranking else "Matrix",
                id=id,
                texts=(*_stem(group), *heads),
                hint=group.hint if number == 1 else None,
                choices=tuple((None, _row(row)) for row in rows),
                answers=() if ranking else _choices(rows[0], codes, ends=False),
            )
            for k, row in enumerate(rows, start=1):
                self._value(f"{id}_{k}", row.id, {} if ranking else _back(row, codes, ends=False))
                if row.ends:
                    self._tell("ends", row.id, "changed")
                if row.expects is not None:
                    self._tell("attention", row.id, "note", expected=row.expects)
            if not ranking:
                self._options(id, rows[0], codes)
            if group.shuffle:
                self._shuffle(id, [])
        if len(made) > 1:
            self._tell("dual", group.id, "changed", names=", ".join(made))
        if group.top:
            self._tell("top", group.id, top=group.top)

    def _rows_needed(self, group: Group) -> None:
        hard = [entry.id for entry in group.entries if entry.required == "yes"]
        if group.required != "no" or len(hard) == len(group.entries):
            self._need(group.id, group.required if group.required != "no" else "yes")
        elif hard:
            self._tell("required-rows", group.id, rows=", ".join(hard))
        elif any(entry.required == "soft" for entry in group.entries):
            self._need(group.id, "soft")


def _stem(group: Group) -> tuple[Text, ...]:
    return (group.text,) if group.text else (Text.model_validate(group.id),)


def _row(row: Entry) -> Text:
    if row.ends is None:
        return row.text
    languages = dict.fromkeys([*row.text.root, *row.ends.low.root, *row.ends.high.root])
    return Text({one: f"{row.text.get(one)} ({row.ends.low.get(one)} – {row.ends.high.get(one)})" for one in languages})


def _kind(entry: Entry) -> str:
    if entry.widget == "dropdown":
        return "MC:Dropdown"
    across = entry.scale is not None and entry.scale.is_range and len(entry.options) <= _FEW
    return f"MC:SingleAnswer:{'Horizontal' if across else 'Vertical'}"


def _choices(entry: Entry, codes: Mapping[Code, int], ends: bool = True) -> Listed:
    """Return recode value and wording of each option; the points of a range bear their number as well."""
    scale = entry.scale
    partly = scale is not None and scale.is_range and len(scale.labels) < len(scale.codes)
    asked = [option for option in entry.options if not option.missing]
    own = {}
    if entry.ends and ends and asked:
        own = {asked[0].code: entry.ends.low, asked[-1].code: entry.ends.high}
    listed: list[tuple[int | None, Text | tuple[str, Text]]] = []
    for option in entry.options:
        text = own.get(option.code, option.text)
        numbered = (partly or option.code in own) and not option.missing and text.root != {"und": str(option.code)}
        listed.append((codes[option.code], (str(option.code), text) if numbered else text))
    return tuple(listed)


def _said(wording: Text | tuple[str, Text], language: str) -> str:
    if isinstance(wording, Text):
        return line(wording.get(language))
    return f"{wording[0]} – {line(wording[1].get(language))}"


def _back(entry: Entry, codes: Mapping[Code, int], ends: bool = True) -> dict[str, Code]:
    """Return what a cell may hold, recode value or wording, to the survey's code."""
    numbers = {str(new): code for code, new in codes.items()}
    wordings: dict[str, set[Code]] = {}
    for option, (_, wording) in zip(entry.options, _choices(entry, codes, ends), strict=True):
        number, text = ("", wording) if isinstance(wording, Text) else (f"{wording[0]} – ", wording[1])
        for told in text.wordings():
            for said in (told, number + told):
                wordings.setdefault(" ".join(said.split()), set()).add(option.code)
    sole = {text: next(iter(found)) for text, found in wordings.items() if len(found) == 1}
    return {**sole, **numbers}


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.12g}"

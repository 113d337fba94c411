"""Single cells of an XLSForm: types, limits, codes, wordings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxresearch.survey.imports.draft import code_of
from cxresearch.survey.imports.imported import Severity
from cxresearch.survey.imports.xlsform.sheets import SheetRow
from cxresearch.survey.scale import Code

META = frozenset(
    ["start", "end", "today", "deviceid", "username", "phonenumber", "email", "simserial", "subscriberid", "audit"]
)
SELECT = re.compile(
    r"(?P<kind>select[ _]one|select[ _]multiple|select all that apply|rank)(?: from)? (?P<list>\S+?)"
    r"(?P<other>[ _]or[ _](?:specify[ _])?other)?$"
)
CALLED = {"int": "integer", "string": "text", "begin group": "begin_group", "end group": "end_group"}
CALLED |= {"begin repeat": "begin_repeat", "end repeat": "end_repeat", "begin_loop": "begin_repeat"}
TYPED = {"integer": "number", "decimal": "number", "text": "text", "date": "time"}
READ = frozenset(
    ["type", "name", "relevant", "required", "constraint", "appearance", "parameters", "choice_filter", "calculation"]
)
SILENT = ("label", "list-nolabel", "field-list", "table-list", "multiline", "minimal", "columns-pack", "columns")
RANGE = re.compile(r"\.\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)")
STEP = re.compile(r"\(\(\. - -?[\d.]+\) div (\d+(?:\.\d+)?)\)")
ENDED = re.compile(r"if\((.*), '1', '0'\)", re.DOTALL)
MARKS = re.compile(r"\\([\\*_`#>\]])")
PLACE = re.compile(r"name != \$\{\w+\}( and name != \$\{\w+\})*")
BRACES = re.compile(r"\$?\{([^{}]*)\}")


def limits_of(constraint: str, options: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """Return what a constraint says about a multiple choice, and what is left of it.

    Examples
    --------
    >>> limits_of("not(selected(., 'none') and count-selected(.) > 1)", {"none": "used_none"})
    ({'exclusive': ['used_none']}, '')
    """
    left = told = constraint.replace('"', "'")
    out: dict[str, Any] = {}
    if re.search(r"count-selected\(\.\)\s*>\s*1\)", told):
        alone = re.findall(r"selected\(\.,\s*'([^']+)'\)", told)
        out["exclusive"] = list(dict.fromkeys(options[one] for one in alone if one in options))
        left = re.sub(r"not\(.*?count-selected\(\.\)\s*>\s*1\)", "", left)
    for op, name in ((">=", "at_least"), ("<=", "at_most")):
        if found := re.search(rf"count-selected\(\.\)\s*{op}\s*(\d+)", left):
            out[name] = int(found.group(1))
            left = left.replace(found.group(), "")
    left = re.sub(r"selected\(\.,\s*'[^']+'\)", "", left)
    return out, re.sub(r"\b(and|or)\b|[\s()]", "", left)


def kind_of(row: SheetRow) -> str:
    """Return the type of a row, in its present spelling."""
    kind = re.sub(r"\s+", " ", row["type"]).strip()
    return CALLED.get(kind, kind)


def at(row: SheetRow, sheet: str = "survey") -> str:
    """Return where a row stands, for notes."""
    return f"{sheet}:{row.line} {row['name']}"


def is_yes(text: str) -> bool:
    """Tell whether a cell says yes."""
    return text.lower() in ("yes", "true", "true()", "1")


def unescaped(text: str) -> str:
    """Return a wording without the marks that kept Markdown from reading it."""
    return BRACES.sub(r"[\1]", MARKS.sub(r"\1", text.replace("\u2060", "")))


def code_named(name: str) -> Code:
    """Return the code that a choice's name stands for."""
    number = float(name) if re.fullmatch(r"-?\d{1,9}\.\d{1,6}", name) else None
    return number if number is not None and repr(number) == name and not number.is_integer() else code_of(name)


def tidy(value: float) -> int | float:
    """Return a whole number as one."""
    return int(value) if float(value).is_integer() else value


@dataclass(kw_only=True)
class Block:
    """A group: the row after its last one, and whether another group lies in it."""

    end: int
    nested: bool = False


def groups_of(rows: Sequence[SheetRow]) -> dict[int, Block]:
    """Return the groups of a sheet by the row that begins them; one that is never closed ends with the sheet."""
    found: dict[int, Block] = {}
    open_groups: list[Block] = []
    for at, row in enumerate(rows):
        kind = kind_of(row)
        if kind in ("begin_group", "begin_repeat"):
            if open_groups:
                open_groups[-1].nested = True
            found[at] = Block(end=len(rows))
            open_groups.append(found[at])
        elif kind in ("end_group", "end_repeat") and open_groups:
            open_groups.pop().end = at
    return found


def unread(row: SheetRow) -> Iterator[tuple[str, str, object, Severity]]:
    """Yield code, sentence, content and severity of each cell that nothing reads."""
    for column in (*row.cells, *row.texts):
        given = row[column] or row.texts.get(column)
        if column == "appearance":
            rest = [one for one in row[column].split() if one not in SILENT and not one.startswith("columns")]
            if rest:
                yield "appearance", "How it looks on a device is not taken over.", " ".join(rest), "note"
        elif column == "calculation":
            yield "calculation", "An answer that is put in beforehand is not taken over.", given, "lost"
        elif column.endswith("_message"):
            yield "message", "The messages of the form are not taken over; every platform has its own.", given, "note"
        elif column not in READ and column not in ("label", "hint"):
            yield "column", f"The column {column!r} is not read.", given, "lost"

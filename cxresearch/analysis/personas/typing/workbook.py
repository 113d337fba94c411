"""The typing tool as a workbook: type the answers of one person, and formulas sum the points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cxresearch.analysis.personas.typing.instrument import wording_of
from cxresearch.result import plain
from cxresearch.spreadsheet import FORMULA
from cxresearch.words.catalog import say

if TYPE_CHECKING:
    from cxresearch.analysis.personas.typing.questions import TypingQuestion
    from cxresearch.analysis.personas.typing.tool import TypingTool

LONGEST = 32_000  # characters of a cell, at most 32,767
ANSWER = PatternFill("solid", fgColor="FFF2CC")
HEAD = PatternFill("solid", fgColor="E7E6E6")
THIN = Border(*[Side(style="thin", color="7F7F7F")] * 4)
WRAP = Alignment(wrap_text=True, vertical="top")
LEFT = Alignment(wrap_text=True, vertical="top", horizontal="left")
LINE, HIGHEST = 15.0, 400.0  # points a line, and at most
POINTS, SHARE = "0.000", "0%"
UNLIKE = ("answer_all", "is_unlike", "is_usual")

# the sheet for one person: A number, B question, C answers, D answer, E read as, F its place, then a column a persona
FIRST = 10  # row of the first question
PLACE, PERSONA = 6, 7
# the sheet with the points: A number, B question, C code, D answer, then a column a persona
START = 2  # row of the start points
TABLE = 5


def workbook(tool: TypingTool, lang: str) -> Workbook:
    """Return three sheets: one that calculates, the points, and how to use them."""
    book = Workbook()
    person, points, guide = book.active, book.create_sheet(), book.create_sheet()
    for sheet, key in ((person, "person"), (points, "points"), (guide, "guide")):
        sheet.title = say(f"personas.typing.sheet.{key}", lang)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    blocks = _points(points, tool, lang)
    _person(person, points.title, blocks, tool, lang)
    _guide(guide, tool, lang)
    return book


def text(sheet: Worksheet, row: int, column: int, value: object, **style: Any) -> Cell:
    """Write words that stay words, whatever they begin with."""
    cell = sheet.cell(row, column)
    words = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST].encode("utf-8", "replace").decode()
    cell.value = words
    cell.data_type = "s"
    if words.startswith(FORMULA):
        cell.quotePrefix = True  # it stays text when somebody edits the cell
    cell.alignment = WRAP
    return _styled(cell, **style)


def formula(sheet: Worksheet, row: int, column: int, value: str, **style: Any) -> Cell:
    """Write a formula; no words of others stand in it."""
    cell = sheet.cell(row, column, value)
    cell.alignment = WRAP
    return _styled(cell, **style)


def _styled(cell: Cell, **style: Any) -> Cell:
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


def _heads(sheet: Worksheet, row: int, heads: list[str]) -> None:
    for column, head in enumerate(heads, start=1):
        text(sheet, row, column, head, font=Font(bold=True), fill=HEAD, border=THIN)


def _fit(sheet: Worksheet, widths: list[float], formulas: dict[tuple[int, int], list[str]] | None = None) -> None:
    """Set the width of columns, and the height of rows by their longest text, which not every program does itself."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cells in sheet.iter_rows():
        wrapped = [c for c in cells if c.data_type == "s" and c.alignment.wrap_text]
        lines = [_lines(str(c.value), widths[c.column - 1]) for c in wrapped]
        lines += [_lines(t, widths[c.column - 1]) for c in cells for t in (formulas or {}).get((c.row, c.column), [])]
        sheet.row_dimensions[cells[0].row].height = min(HIGHEST, LINE * max([1, *lines]))


def _lines(words: str, width: float) -> int:
    return sum(max(1, math.ceil(1.1 * len(line) / width)) for line in words.split("\n"))


def _personas(tool: TypingTool, lang: str) -> list[str]:
    return [tool.names.code("persona", i + 1, lang) for i in range(tool.k)]


def _points(sheet: Worksheet, tool: TypingTool, lang: str) -> list[tuple[int, int]]:
    """Write all points in full, shown with three decimals; return the first and last row of each question."""
    names = ("number", "question", "code", "answer")
    _heads(sheet, 1, [*(say(f"personas.typing.head.{n}", lang) for n in names), *_personas(tool, lang)])
    text(sheet, START, 2, say("personas.typing.start", lang))
    _numbers(sheet, START, tool.points.start.tolist())
    row, blocks = START + 1, []
    for number, (question, table) in enumerate(zip(tool.questions, tool.points.points, strict=True), start=1):
        blocks.append((row, row + len(table) - 1))
        for position, points in enumerate(table.tolist()):
            sheet.cell(row, 1, number).alignment = LEFT
            text(sheet, row, 2, wording_of(tool, question, lang))
            _code(sheet.cell(row, 3), question, position)
            text(sheet, row, 4, question.answer_label(position, tool.names, lang))
            _numbers(sheet, row, points)
            row += 1
    text(sheet, row, 2, say("personas.typing.rare_below", lang))
    _numbers(sheet, row, [tool.unlike_below])
    _fit(sheet, [6, 50, 14, 30, *[20] * tool.k])
    sheet.freeze_panes = "E2"
    sheet.print_title_rows = "1:1"
    return blocks


def _numbers(sheet: Worksheet, row: int, values: list[float]) -> None:
    for column, value in enumerate(values, start=TABLE):
        sheet.cell(row, column, value).number_format = POINTS


def _code(cell: Cell, question: TypingQuestion, position: int) -> None:
    """Write what an answer is recognised by: its code, or the upper limit of a bracket."""
    if question.brackets:
        if position < len(question.limits):
            cell.value = question.limits[position]
    elif question.variable.column.numeric:
        cell.value = float(question.codes[position])
    else:
        text(cell.parent, cell.row, cell.column, plain(question.codes[position]), number_format="@")
    cell.alignment = LEFT


def _person(sheet: Worksheet, points: str, blocks: list[tuple[int, int]], tool: TypingTool, lang: str) -> None:
    """Write the sheet that calculates."""
    bold = Font(bold=True)
    count, last = len(blocks), FIRST + len(blocks) - 1
    sums, chances = last + 2, last + 3
    names, total, chance = (_across(row, tool.k) for row in (FIRST - 1, sums, chances))
    places = f"$F${FIRST}:$F${last}"
    most = f"MAX({total})"
    rare = f"'{points}'!${get_column_letter(TABLE)}${blocks[-1][1] + 1}"
    text(sheet, 1, 1, say("personas.typing.sheet_title", lang), font=Font(bold=True, size=14), alignment=Alignment())
    text(sheet, 2, 1, say("personas.typing.type_here", lang), alignment=Alignment())
    none = _quoted(say("personas.typing.no_answer_yet", lang))
    all_first, yes, no = (_quoted(say(f"personas.typing.{w}", lang)) for w in UNLIKE)
    density = f"{most}+LN(SUMPRODUCT(EXP({total}-{most})))"
    results = {
        "persona": f"=IF($C$6=0,{none},INDEX({names},1,MATCH({most},{total},0)))",
        "probability": f'=IF($C$6=0,"",MAX({chance}))',
        "answered": f"=SUMPRODUCT(--({places}>0))",
        "unlike": f"=IF($C$6<{count},{all_first},IF({density}<{rare},{yes},{no}))",
    }
    for row, (key, value) in enumerate(results.items(), start=4):
        text(sheet, row, 2, say(f"personas.typing.result.{key}", lang), font=bold)
        formula(sheet, row, 3, value, font=bold, alignment=LEFT)
        sheet.cell(row, 3).number_format = SHARE if key == "probability" else "General"
    heads = ("number", "question", "answers", "type", "read_as", "place")
    _heads(sheet, FIRST - 1, [*(say(f"personas.typing.head.{h}", lang) for h in heads), *_personas(tool, lang)])
    for number, (question, block) in enumerate(zip(tool.questions, blocks, strict=True)):
        _question(sheet, FIRST + number, question, points, block, tool, lang)
    for row, key in ((last + 1, "start"), (sums, "sum"), (chances, "chance")):
        text(sheet, row, 2, say(f"personas.typing.{key}", lang), font=bold)
    for i in range(tool.k):
        own, theirs = get_column_letter(PERSONA + i), get_column_letter(TABLE + i)
        formula(sheet, last + 1, PERSONA + i, f"='{points}'!{theirs}${START}", number_format=POINTS)
        formula(sheet, sums, PERSONA + i, f"=SUM({own}{FIRST}:{own}{last + 1})", number_format=POINTS)
        share = f"=EXP({own}{sums}-{most})/SUMPRODUCT(EXP({total}-{most}))"
        formula(sheet, chances, PERSONA + i, share, number_format=SHARE, font=bold)
    longest = {
        (FIRST + i, 5): [q.answer_label(position, tool.names, lang) for position in range(len(q.codes))]
        for i, q in enumerate(tool.questions)
    }
    longest |= {(4, 3): _personas(tool, lang), (7, 3): [say(f"personas.typing.{w}", lang) for w in UNLIKE]}
    _fit(sheet, [6, 50, 44, 18, 30, 8, *[20] * tool.k], longest)
    sheet.freeze_panes = sheet.cell(FIRST, 1)


def _question(
    sheet: Worksheet,
    row: int,
    question: TypingQuestion,
    points: str,
    block: tuple[int, int],
    tool: TypingTool,
    lang: str,
) -> None:
    first, last = block
    codes = f"'{points}'!$C${first}:$C${last}"
    sheet.cell(row, 1, row - FIRST + 1).alignment = LEFT
    text(sheet, row, 2, wording_of(tool, question, lang))
    text(sheet, row, 3, _answers(question, tool, lang))
    answer = sheet.cell(row, 4)
    _styled(answer, fill=ANSWER, border=THIN, alignment=LEFT)
    if question.brackets:
        limits = f"'{points}'!$C${first}:$C${last - 1}"
        place = f"SUMPRODUCT(--({limits}<$D{row}))+1" if last > first else "1"
        formula(sheet, row, PLACE, f"=IF(ISNUMBER($D{row}),{place},0)")
    else:
        rows = f"(ROW({codes})-{first - 1})"
        if question.variable.column.numeric:
            formula(sheet, row, PLACE, f"=IF(ISNUMBER($D{row}),SUMPRODUCT(({codes}=$D{row})*{rows}),0)")
        else:  # EXACT, because = takes "Yes" for "yes"; but not every program compares lists of numbers by it
            answer.number_format = "@"
            formula(sheet, row, PLACE, f"=SUMPRODUCT(EXACT({codes},$D{row})*{rows})")
        choice = DataValidation(type="list", formula1=codes, allow_blank=True, showErrorMessage=True)
        choice.error = say("personas.typing.unknown_answer", lang)
        sheet.add_data_validation(choice)
        choice.add(answer)
    wordings = f"'{points}'!$D${first}:$D${last}"
    unknown = _quoted(say("personas.typing.unknown_answer", lang))
    formula(sheet, row, 5, f'=IF(LEN($D{row})=0,"",IF($F{row}=0,{unknown},INDEX({wordings},$F{row})))')
    for i in range(tool.k):
        theirs = get_column_letter(TABLE + i)
        table = f"'{points}'!{theirs}${first}:{theirs}${last}"
        formula(sheet, row, PERSONA + i, f"=IF($F{row}=0,0,INDEX({table},$F{row}))", number_format=POINTS)


def _answers(question: TypingQuestion, tool: TypingTool, lang: str) -> str:
    """Return what can be typed, one answer a line."""
    if question.brackets:
        return say("personas.typing.a_number", lang)
    lines = []
    for position in range(len(question.codes)):
        code, label = question.code_text(position), question.answer_label(position, tool.names, lang)
        lines.append(code if code == label else f"{code} = {label}")
    return "\n".join(lines)


def _guide(sheet: Worksheet, tool: TypingTool, lang: str) -> None:
    """Write how to use it, and how often it is right, persona by persona."""
    lines = [say(f"personas.typing.guide.{part}", lang) for part in ("person", "points", "waves")]
    lines += [tool.sentence(lang), tool.method(lang)]
    lines += [caveat.text(lang, tool.names) for caveat in tool.caveats]
    text(sheet, 1, 1, tool.heading(lang), font=Font(bold=True, size=14), alignment=Alignment())
    for row, line in enumerate(lines, start=2):
        text(sheet, row, 1, line)
    row = len(lines) + 3
    text(sheet, row - 1, 1, say("personas.typing.confusion", lang), font=Font(bold=True))
    names = _personas(tool, lang)
    heads = [say(f"personas.typing.head.{h}", lang) for h in ("persona", "right", "n")]
    _heads(sheet, row, [*heads, *(say("personas.typing.placed_as", lang, persona=n) for n in names)])
    for i, record in enumerate(tool.right_by_persona().to_dict("records"), start=1):
        own = tool.confusion[tool.confusion["persona"] == record["persona"]]
        text(sheet, row + i, 1, names[i - 1])
        people = None if own["n"].isna().any() else int(own["n"].sum())
        shares = [record["share"], people, *own["share"]]
        for column, value in enumerate(shares, start=2):
            if value == value:
                sheet.cell(row + i, column, value).number_format = "0" if column == 3 else SHARE
    _fit(sheet, [90, 12, 10, *[20] * tool.k])


def _across(row: int, k: int) -> str:
    """Return the cells of all personas in a row."""
    return f"${get_column_letter(PERSONA)}${row}:${get_column_letter(PERSONA + k - 1)}${row}"


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'

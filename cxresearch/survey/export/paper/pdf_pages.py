"""Pages of a PDF file, drawn from the top down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cxresearch.survey.export.paper.paper import (
    Blank,
    Box,
    Boxes,
    Cell,
    Heading,
    Paper,
    Paragraph,
    Piece,
    Ruler,
    Table,
    Together,
)

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "DejaVu"
INSTEAD = "\ufffd"
LEFT, TOP, WIDTH, BOTTOM = 20.0, 16.0, 170.0, 277.0  # millimetres; short enough for letter paper without its foot
INDENT, BOX = 10.0, 6.0
LEAST = 60.0  # millimetres that a long table needs to begin on a page
GREY, PALE, BLACK = 105, 222, 0
SIZES = {"body": 9.5, "question": 9.5, "hint": 8, "filter": 8.5, "story": 10.5, "small": 7.5, "end": 11}
STYLES = {"question": "B", "filter": "I", "end": "B"}
LINES = {"line": 1, "lines": 4}
MILLIMETRE_PER_POINT = 25.4 / 72


class Pages:
    """A paper, drawn on a document that has the fonts; `signs` are those the fonts have."""

    def __init__(self, document: FPDF, paper: Paper, signs: frozenset[int]) -> None:
        self.pdf = document
        self.signs = signs
        self.paper = paper
        self.y = TOP
        self.dry = False  # measure only
        self.indent = 0.0

    def drawn(self) -> bytearray:
        """Draw everything and return the file."""
        from fpdf.prefs import ViewerPreferences

        pdf = self.pdf
        pdf.set_auto_page_break(False)
        pdf.set_margins(LEFT, TOP, LEFT)
        pdf.c_margin = 0  # what stands around a text is reckoned here
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        pdf.set_title(self.paper.title)
        pdf.set_subject(self.paper.subject)
        pdf.set_lang(self.paper.tag)
        pdf.set_display_mode("fullwidth")
        pdf.add_page()
        for part in self.paper.parts:
            self._together(part)
        self._feet()
        return pdf.output()

    def _feet(self) -> None:
        count = self.pdf.pages_count
        for number in range(1, count + 1):
            self.pdf.page = number
            self.pdf.set_font(FAMILY, "", 8)  # a font is written only where it changes, and this page has another
            foot = self.paper.foot.replace("{page}", str(number)).replace("{pages}", str(count))
            self._text(foot, 7, x=LEFT, y=BOTTOM + 4, width=WIDTH, grey=True)

    # what fits

    def _together(self, part: Together) -> None:
        height = self._measured(part)
        # what is longer than a page begins where there is some room
        needed = height if height <= BOTTOM - TOP else LEAST
        if self.y + needed > BOTTOM and self.y > TOP:
            self._new_page()
        start = self.y
        if part.framed and height <= BOTTOM - TOP:
            self.y += 2
        self._pieces(part)
        if part.framed and height <= BOTTOM - TOP:
            self.y += 1
            self.pdf.set_draw_color(GREY)
            self.pdf.rect(LEFT - 2, start, WIDTH + 4, self.y - start)
            self.y += 1
        self.y += 4

    def _pieces(self, part: Together) -> None:
        self.indent = 0.0
        for piece in part.pieces:
            self._piece(piece)
            if isinstance(piece, Paragraph) and piece.number:
                self.indent = INDENT

    def _measured(self, part: Together) -> float:
        before, self.dry = self.y, True
        self.y = 0
        self._pieces(part)
        height = self.y + (4 if part.framed else 0)
        self.y, self.dry = before, False
        return height

    def _new_page(self) -> None:
        self.pdf.add_page()
        self.y = TOP

    def _room(self, height: float) -> None:
        """Go to the next page where this one has no room."""
        if not self.dry and self.y + height > BOTTOM and self.y > TOP:
            self._new_page()

    # pieces

    def _piece(self, piece: Piece) -> None:
        match piece:
            case Heading():
                self._heading(piece)
            case Paragraph():
                self._paragraph(piece)
            case Boxes():
                self._boxes(piece)
            case Blank():
                self._blank(piece)
            case Ruler():
                self._ruler(piece)
            case Table():
                self._table(piece)

    def _heading(self, heading: Heading) -> None:
        if not heading.text:
            self._band()
            return
        size = {1: 17, 2: 12.5, 3: 10.5}[heading.level]
        self.y += {1: 0, 2: 4, 3: 2}[heading.level] if self.y > TOP else 0
        if not self.dry and heading.level < 3:
            self.pdf.set_xy(LEFT, self.y)
            self.pdf.start_section(heading.text, level=heading.level - 1, strict=False)
        self.y = self._text(heading.text, size, "B", x=LEFT, y=self.y, width=WIDTH) + 1.5

    def _band(self) -> None:
        """Show where a section without a title begins; pale, so that nobody takes it for a line to write on."""
        if not self.dry and self.y <= TOP:
            return
        if not self.dry:
            self.pdf.set_fill_color(PALE)
            self.pdf.rect(LEFT, self.y + 1, WIDTH, 1.2, style="F")
        self.y += 5

    def _paragraph(self, paragraph: Paragraph) -> None:
        size, style = SIZES[paragraph.role], STYLES.get(paragraph.role, "")
        indent = INDENT if paragraph.number else self.indent if paragraph.role == "hint" else 0
        self.y += 4 if paragraph.role == "end" else 2.5 if paragraph.number and self.indent else 0
        lines = self._lines(paragraph.text, size, style, WIDTH - indent)
        height = len(lines) * _line(size)
        texts = [paragraph.text] if height <= BOTTOM - TOP else lines
        self._room(height if height <= BOTTOM - TOP else _line(size))
        if paragraph.number:
            self._text(paragraph.number, size, "B", x=LEFT, y=self.y, width=INDENT)
        grey = paragraph.role == "hint"
        for text in texts:
            self._room(_line(size))
            self.y = self._text(text, size, style, x=LEFT + indent, y=self.y, width=WIDTH - indent, grey=grey)
        self.y += 1

    def _boxes(self, boxes: Boxes) -> None:
        width = (WIDTH - INDENT) / boxes.columns
        rows = -(-len(boxes.boxes) // boxes.columns)
        for row in range(rows):
            here = boxes.boxes[row::rows]
            self._room(max(self._box_height(box, width) for box in here))
            ends = [self._box(box, LEFT + INDENT + place * width, width) for place, box in enumerate(here)]
            self.y = max(ends) + 0.6

    def _box_height(self, box: Box, width: float) -> float:
        return self._height(_coded(box), 9.5, "", width - BOX)

    def _box(self, box: Box, x: float, width: float) -> float:
        self._text(box.mark, 11, x=x, y=self.y - 0.4, width=BOX)
        end = self._text(box.text, 9.5, x=x + BOX, y=self.y, width=width - BOX)
        if box.code and not self.dry:
            lines = self._lines(box.text, 9.5, "", width - BOX)
            self.pdf.set_font(FAMILY, "", 9.5)
            after = x + BOX + self.pdf.get_string_width(lines[-1]) + 2.5
            y = end - _line(9.5)
            if after + 12 > LEFT + WIDTH:
                after = x - 9
            self._text(box.code, 6, x=after, y=y + 1.1, width=60, grey=True)
        return end

    def _blank(self, blank: Blank) -> None:
        x = LEFT + INDENT
        if blank.kind in LINES:
            for _ in range(LINES[blank.kind]):
                self._room(8)
                self._rule(x, WIDTH - INDENT, before=7)
            self.y += 2
            return
        self._room(9)
        if blank.kind == "date":
            for text, count in ((".", 2), (".", 2), ("", 4)):
                for _ in range(count):
                    self._rect(x, self.y, 5, 6)
                    x += 5
                self._text(text, 11, x=x, y=self.y + 1, width=4)
                x += 3
            self._text(blank.text, 7.5, x=x + 1, y=self.y + 1.5, width=60, grey=True)
        else:
            if blank.text:
                self._text(blank.text, 9.5, x=x, y=self.y + 1, width=WIDTH - INDENT)
                self.pdf.set_font(FAMILY, "", 9.5)
                x += self.pdf.get_string_width(blank.text) + 3
            self._rect(x, self.y, 28, 6.5)
        self.y += 8.5

    def _ruler(self, ruler: Ruler) -> None:
        width = (WIDTH - INDENT) / len(ruler.marks)
        words = [(ruler.low, "L"), (ruler.middle, "C"), (ruler.high, "R")]
        shown = words if ruler.middle else [words[0], words[2]]
        if any(text for text, _ in shown):
            room = (WIDTH - INDENT) / len(shown)
            xs = [LEFT + INDENT + place * room for place in range(len(shown))]
            ends = [
                self._text(text, 8.5, x=x, y=self.y, width=room - 1, align=align)
                for x, (text, align) in zip(xs, shown, strict=True)
            ]
            self.y = max(ends) + 1
        for place, mark in enumerate(ruler.marks):
            x = LEFT + INDENT + place * width
            self._text(mark, 8.5, x=x, y=self.y, width=width, align="C")
            self._text("○", 13, x=x, y=self.y + 4, width=width, align="C")
        self.y += 11

    def _table(self, table: Table) -> None:
        widths = [share * WIDTH for share in table.widths]
        head = [self._row_height(row, table, widths, True) for row in table.head]
        first = self._row_height(table.rows[0], table, widths, False) if table.rows else 0
        self._room(sum(head) + first)
        self._rows(table, table.head, widths, True)
        for row in table.rows:
            height = self._row_height(row, table, widths, False)
            if not self.dry and self.y + height > BOTTOM and self.y > TOP:
                self._new_page()
                self._rows(table, table.head, widths, True)
            self._row(row, table, widths, False, height)
        self.y += 2

    def _rows(self, table: Table, rows: Sequence[tuple[Cell, ...]], widths: list[float], top: bool) -> None:
        for row in rows:
            self._row(row, table, widths, top, self._row_height(row, table, widths, top))

    def _row(self, row: tuple[Cell, ...], table: Table, widths: list[float], top: bool, height: float) -> None:
        def draw(cell: Cell, column: int, x: float, width: float) -> None:
            size, style, words = _font(cell, column, table, top)
            if top and not self.dry:
                self.pdf.set_fill_color(238)
                self.pdf.rect(x, self.y, width, height, style="F")
            self._rect(x, self.y, width, height)
            aside = _aside(words)
            text = self._height(cell.text, size, style, width - 2 * aside)
            self._text(
                cell.text,
                size,
                style,
                x=x + aside,
                y=self.y + (height - text) / 2,
                width=width - 2 * aside,
                align="L" if words else "C",
            )

        self._cells(row, widths, draw)
        self.y += height

    def _row_height(self, row: tuple[Cell, ...], table: Table, widths: list[float], top: bool) -> float:
        heights = [7.0]

        def measure(cell: Cell, column: int, x: float, width: float) -> None:
            size, style, words = _font(cell, column, table, top)
            heights.append(self._height(cell.text, size, style, width - 2 * _aside(words)) + 2)

        self._cells(row, widths, measure)
        return max(heights)

    def _cells(self, row: tuple[Cell, ...], widths: list[float], do: Callable[[Cell, int, float, float], None]) -> None:
        x, column = LEFT, 0
        for cell in row:
            width = sum(widths[column : column + cell.span])
            do(cell, column, x, width)
            x, column = x + width, column + cell.span

    # ink

    def _rect(self, x: float, y: float, width: float, height: float) -> None:
        if not self.dry:
            self.pdf.set_draw_color(GREY)
            self.pdf.rect(x, y, width, height)

    def _rule(self, x: float, width: float, before: float) -> None:
        self.y += before
        if not self.dry:
            self.pdf.set_draw_color(GREY)
            self.pdf.line(x, self.y, x + width, self.y)

    def _lines(self, text: str, size: float, style: str, width: float) -> list[str]:
        from fpdf.enums import MethodReturnValue

        self.pdf.set_font(FAMILY, style, size)
        found: Any = self.pdf.multi_cell(
            width, text=self._known(text), dry_run=True, output=MethodReturnValue.LINES, align="L"
        )
        return list(found) or [""]

    def _known(self, text: str) -> str:
        for sign in lacking(text, self.signs):
            text = text.replace(sign, INSTEAD)
        return text

    def _height(self, text: str, size: float, style: str, width: float) -> float:
        return len(self._lines(text, size, style, width)) * _line(size)

    def _text(
        self,
        text: str,
        size: float,
        style: str = "",
        *,
        x: float,
        y: float,
        width: float,
        align: str = "L",
        grey: bool = False,
    ) -> float:
        """Write a text and return where it ends."""
        height = self._height(text, size, style, width)
        if text and not self.dry:
            self.pdf.set_font(FAMILY, style, size)
            self.pdf.set_text_color(GREY if grey else BLACK)
            self.pdf.set_xy(x, y)
            self.pdf.multi_cell(width, _line(size), text=self._known(text), align=align, padding=0)
        return y + height


def lacking(text: str, signs: frozenset[int]) -> set[str]:
    """Return the signs of a text that a font does not have.

    Examples
    --------
    >>> lacking("a b\\nc", frozenset(map(ord, "ab")))
    {'c'}
    """
    return {sign for sign in text if sign not in " \n\t" and ord(sign) not in signs}


def _line(size: float) -> float:
    return size * MILLIMETRE_PER_POINT * 1.25


def _aside(words: bool) -> float:
    """Return the room at each side of a cell; narrow columns need theirs for the longest word."""
    return 1.5 if words else 0.5


def _coded(box: Box) -> str:
    return f"{box.text}  {box.code}"


def _font(cell: Cell, column: int, table: Table, top: bool) -> tuple[float, str, bool]:
    """Return size, style and whether words stand in a cell."""
    words = column in table.words and cell.span == 1
    if cell.text in ("○", "☐"):
        return 13, "", False
    if top:
        return (8.5 if words or cell.span > 1 else 6.5), "B" if words or cell.span > 1 else "", words
    return 8.5, "", words

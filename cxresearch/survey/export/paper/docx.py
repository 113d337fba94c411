"""Word: a questionnaire to print, or to change before it is printed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from cxresearch.errors import ArgumentError, Fault
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.paper.export import on_paper
from cxresearch.survey.export.paper.paper import (
    Blank,
    Boxes,
    Heading,
    Paper,
    Paragraph,
    Piece,
    Ruler,
    Table,
    Together,
)
from cxresearch.survey.form import Form

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Line

SIZES = {"body": 10.5, "question": 10.5, "hint": 9, "filter": 9.5, "story": 11, "small": 8.5, "end": 11}
GREY, PALE = "6B6B6B", "DEDEDE"
FONT = "Arial"
SMALL = 8  # rows of a table that stay on one page
RULES = {"number": 14, "date": 0, "line": 1, "lines": 4}


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write a form as Word documents, with what :func:`on_paper` writes beside them.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> list(export(form, ("de",), "pulse").files)
    ['pulse-de.docx', 'pulse-entry.csv', 'pulse-entry-guide.csv']
    """
    return on_paper(form, languages, name, platform="docx", draw=drawn)


def drawn(paper: Paper) -> bytes:
    """Draw a paper as a Word file."""
    try:
        import docx
    except ImportError:
        what, do = "Word files need python-docx, which is not installed.", "Install the extra: cxresearch[word]."
        raise ArgumentError(Fault(code="export.not-installed", what=what, do=do)) from None
    document = docx.Document()
    _Word(document, paper).fill()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Word:
    def __init__(self, document: Document, paper: Paper) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt, RGBColor

        self.document = document
        self.paper = paper
        self.element, self.qn = OxmlElement, qn
        self.mm, self.pt, self.grey = Mm, Pt, RGBColor.from_string(GREY)
        self.width = 170.0

    def fill(self) -> None:
        self._properties()
        self._styles()
        self._page()
        for part in self.paper.parts:
            if part.framed:
                self._framed(part)
            else:
                self._together(self.document, part)

    def _properties(self) -> None:
        properties = self.document.core_properties
        properties.title, properties.subject = self.paper.title[:255], self.paper.subject[:255]
        properties.language, properties.author, properties.comments = self.paper.tag, "", ""

    def _styles(self) -> None:
        styles = self.document.styles
        for name in ("Normal", "Title", "Heading 1", "Heading 2"):
            style: Any = styles[name]
            style.font.name = FONT
            style.element.get_or_add_rPr().get_or_add_rFonts().set(self.qn("w:eastAsia"), FONT)
            for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                style.element.rPr.rFonts.attrib.pop(self.qn(attribute), None)
            if name != "Normal":
                style.font.color.rgb = self.grey.__class__(0, 0, 0)
        normal: Any = styles["Normal"]
        normal.font.size = self.pt(SIZES["body"])
        normal.paragraph_format.space_after = self.pt(3)
        language = self.element("w:lang")
        for key in ("w:val", "w:eastAsia"):
            language.set(self.qn(key), self.paper.tag)
        for properties in (normal.element.get_or_add_rPr(), *styles.element.iter(self.qn("w:rPr"))):
            for old in properties.findall(self.qn("w:lang")):
                properties.remove(old)
        normal.element.rPr.append(language)
        for name, size, before in (("Title", 18, 0), ("Heading 1", 13, 14), ("Heading 2", 11, 8)):
            heading: Any = styles[name]
            heading.font.size, heading.font.bold = self.pt(size), True
            heading.paragraph_format.space_before = self.pt(before)
            heading.paragraph_format.space_after = self.pt(4)
            heading.paragraph_format.keep_with_next = True

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = self.mm(210), self.mm(297)
        section.left_margin = section.right_margin = self.mm(20)
        section.top_margin, section.bottom_margin = self.mm(18), self.mm(18)
        line = section.footer.paragraphs[0]
        for before, field in _fields(self.paper.foot):
            if before:
                self._run(line, before, 8, grey=True)
            if field:
                self._field(line, field)

    def _field(self, line: Line, code: str) -> None:
        field = self.element("w:fldSimple")
        field.set(self.qn("w:instr"), code)
        run = self._run(line, "1", 8, grey=True)
        line._p.remove(run._r)
        field.append(run._r)
        line._p.append(field)

    def _together(self, where: Any, part: Together) -> None:
        asked = False
        for place, piece in enumerate(part.pieces):
            lines = self._piece(where, piece)
            if isinstance(piece, Paragraph) and piece.role == "hint" and asked:
                lines[0].paragraph_format.left_indent = self.mm(10)
            asked = asked or (isinstance(piece, Paragraph) and bool(piece.number))
            last = place == len(part.pieces) - 1
            for line in lines[:-1] if last else lines:
                line.paragraph_format.keep_with_next = True
            if last and lines:
                lines[-1].paragraph_format.space_after = self.pt(9)

    def _framed(self, part: Together) -> None:
        table = self.document.add_table(rows=1, cols=1)
        table.style = "Table Grid"
        self._unbroken(table.rows[0])
        cell = table.rows[0].cells[0]
        self._together(cell, part)
        empty = cell.paragraphs[0]._p
        empty.getparent().remove(empty)
        cell.paragraphs[0].paragraph_format.space_before = self.pt(3)
        self.document.add_paragraph().paragraph_format.space_after = self.pt(2)

    def _piece(self, where: Any, piece: Piece) -> list[Line]:
        match piece:
            case Heading():
                return [self._heading(where, piece)]
            case Paragraph():
                return [self._paragraph(where, piece)]
            case Boxes():
                return self._boxes(where, piece)
            case Blank():
                return self._blank(where, piece)
            case Ruler():
                return self._ruler(where, piece)
            case Table():
                return self._table(where, piece)

    def _heading(self, where: Any, heading: Heading) -> Line:
        if heading.level == 2 and not heading.text:
            return self._rule(where)
        style = {1: "Title", 2: "Heading 1", 3: "Heading 2"}[heading.level]
        line: Line = where.add_paragraph(style=style)
        self._run(line, heading.text)
        return line

    def _rule(self, where: Any) -> Line:
        """Show where a section without a title begins; pale, so that nobody takes it for a line to write on."""
        line: Line = where.add_paragraph()
        border = self.element("w:pBdr")
        rule = self.element("w:bottom")
        for key, value in (("val", "single"), ("sz", "24"), ("space", "1"), ("color", PALE)):
            rule.set(self.qn(f"w:{key}"), value)
        border.append(rule)
        line._p.get_or_add_pPr().append(border)
        return line

    def _written(self, where: Any) -> Line:
        """Add a line to write on."""
        from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER

        line: Line = where.add_paragraph()
        self._run(line, "\t", grey=True)
        line.paragraph_format.tab_stops.add_tab_stop(self.mm(self.width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
        line.paragraph_format.space_before = self.pt(8)
        return line

    def _paragraph(self, where: Any, paragraph: Paragraph) -> Line:
        line: Line = where.add_paragraph()
        text = f"{paragraph.number}\t{paragraph.text}" if paragraph.number else paragraph.text
        run = self._run(line, text, SIZES[paragraph.role])
        run.bold = paragraph.role in ("question", "end")
        run.italic = paragraph.role == "filter"
        if paragraph.number:
            line.paragraph_format.left_indent = self.mm(10)
            line.paragraph_format.first_line_indent = self.mm(-10)
            line.paragraph_format.tab_stops.add_tab_stop(self.mm(10))
        elif paragraph.role == "hint":
            run.font.color.rgb = self.grey
        elif paragraph.role == "end":
            line.paragraph_format.space_before = self.pt(12)
        return line

    def _boxes(self, where: Any, boxes: Boxes) -> list[Line]:
        if boxes.columns == 1:
            return [self._box(where.add_paragraph(), box) for box in boxes.boxes]
        table = self._grid(where, -(-len(boxes.boxes) // boxes.columns), [1 / boxes.columns] * boxes.columns)
        lines = []
        for place, box in enumerate(boxes.boxes):
            row, column = place % len(table.rows), place // len(table.rows)
            lines.append(self._box(table.cell(row, column).paragraphs[0], box))
        return [*lines, self._gap(where)]

    def _box(self, line: Line, box: Any) -> Line:
        self._run(line, f"{box.mark}\t{box.text}")
        if box.code:
            self._run(line, f"  {box.code}", 7, grey=True)
        line.paragraph_format.left_indent = self.mm(16)
        line.paragraph_format.first_line_indent = self.mm(-6)
        line.paragraph_format.tab_stops.add_tab_stop(self.mm(16))
        line.paragraph_format.space_after = self.pt(1)
        return line

    def _blank(self, where: Any, blank: Blank) -> list[Line]:
        lines = []
        if blank.kind == "date":
            lines.append(self._run_in(where, "_ _ . _ _ . _ _ _ _", f"   {blank.text}"))
        elif blank.kind == "number":
            before = f"{blank.text}  " if blank.text else ""
            lines.append(self._run_in(where, f"{before}{'_' * RULES['number']}"))
        else:
            lines += [self._written(where) for _ in range(RULES[blank.kind])]
        for line in lines:
            line.paragraph_format.left_indent = self.mm(10)
        return lines

    def _run_in(self, where: Any, text: str, small: str = "") -> Line:
        line: Line = where.add_paragraph()
        self._run(line, text)
        if small:
            self._run(line, small, 8, grey=True)
        return line

    def _ruler(self, where: Any, ruler: Ruler) -> list[Line]:
        lines = []
        if ruler.low or ruler.middle or ruler.high:
            from docx.enum.text import WD_TAB_ALIGNMENT

            line: Line = where.add_paragraph()
            line.paragraph_format.tab_stops.add_tab_stop(self.mm(self.width / 2), WD_TAB_ALIGNMENT.CENTER)
            line.paragraph_format.tab_stops.add_tab_stop(self.mm(self.width), WD_TAB_ALIGNMENT.RIGHT)
            line.paragraph_format.left_indent = self.mm(10)
            self._run(line, f"{ruler.low}\t{ruler.middle}\t{ruler.high}", 9)
            lines.append(line)
        table = self._grid(where, 2, [1 / len(ruler.marks)] * len(ruler.marks))
        for column, mark in enumerate(ruler.marks):
            for row, text in enumerate((mark, "○")):
                cell = table.cell(row, column).paragraphs[0]
                cell.alignment = 1
                self._run(cell, text, 9 if row == 0 else 12)
                cell.paragraph_format.space_after = self.pt(0)
                lines.append(cell)
        for row in table.rows:
            self._unbroken(row)
        return [*lines, self._gap(where)]

    def _table(self, where: Any, table: Table) -> list[Line]:
        grid = self._grid(where, len(table.head) + len(table.rows), table.widths)
        grid.style = "Table Grid"
        lines = []
        for number, row in enumerate((*table.head, *table.rows)):
            top = number < len(table.head)
            self._unbroken(grid.rows[number])
            if top:
                flag = self.element("w:tblHeader")
                flag.set(self.qn("w:val"), "true")
                grid.rows[number]._tr.get_or_add_trPr().append(flag)
            column = 0
            for cell in row:
                there = grid.cell(number, column)
                if cell.span > 1:
                    there = there.merge(grid.cell(number, column + cell.span - 1))
                line = there.paragraphs[0]
                word = column in table.words and cell.span == 1
                line.alignment = 0 if word else 1
                mark = cell.text in ("○", "☐")
                self._run(line, cell.text, 12 if mark else 7 if top and not word else 9).bold = top
                line.paragraph_format.space_before = line.paragraph_format.space_after = self.pt(2)
                last = number == len(grid.rows) - 1  # stays with what follows
                if number <= len(table.head) or last or len(table.rows) <= SMALL:
                    lines.append(line)
                column += cell.span
        return [*lines, self._gap(where)]

    def _grid(self, where: Any, rows: int, widths: Any) -> Any:
        total = self.mm(self.width)
        table = where.add_table(rows=rows, cols=len(widths))
        table.autofit = False
        margins = self.element("w:tblCellMar")
        for side in ("left", "right"):
            margin = self.element(f"w:{side}")
            margin.set(self.qn("w:w"), "45")
            margin.set(self.qn("w:type"), "dxa")
            margins.append(margin)
        table._tbl.tblPr.append(margins)
        for column, share in zip(table.columns, widths, strict=True):
            column.width = int(total * share)
            for cell in column.cells:
                cell.width = int(total * share)
        return table

    def _gap(self, where: Any) -> Line:
        line: Line = where.add_paragraph()
        line.paragraph_format.space_after = self.pt(0)
        self._run(line, "", 4)
        line.paragraph_format.line_spacing = self.pt(5)
        return line

    def _unbroken(self, row: Any) -> None:
        row._tr.get_or_add_trPr().append(self.element("w:cantSplit"))

    def _run(self, line: Line, text: str, size: float | None = None, grey: bool = False) -> Any:
        run = line.add_run(text)
        if size:
            run.font.size = self.pt(size)
        if grey:
            run.font.color.rgb = self.grey
        return run


def _fields(foot: str) -> list[tuple[str, str]]:
    """Cut the foot where a page number stands.

    Examples
    --------
    >>> _fields("Page {page} of {pages}")
    [('Page ', 'PAGE'), (' of ', 'NUMPAGES'), ('', '')]
    """
    before, _, rest = foot.partition("{page}")
    between, _, after = rest.partition("{pages}")
    return [(before, "PAGE"), (between, "NUMPAGES"), (after, "")]

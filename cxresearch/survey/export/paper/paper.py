"""A questionnaire on paper, before it is a Word or PDF file: what stands on it, in one language.

Both writers draw the same pieces, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["body", "question", "hint", "filter", "story", "small", "end"]
ONE, MANY = "○", "☐"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading; level 1 is the title of the document, 2 a section, 3 a part of one."""

    text: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A text; `number` stands before a question."""

    text: str
    role: Role = "body"
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Box:
    """An answer to tick, with the code that is typed in for it."""

    text: str
    code: str = ""
    mark: str = ONE


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """Answers to tick, one below the other, or in columns where they are many and short."""

    boxes: tuple[Box, ...]
    columns: int = 1


@dataclass(frozen=True, kw_only=True)
class Blank:
    """Room to write; `text` stands before it."""

    kind: Literal["number", "date", "line", "lines"]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Ruler:
    """A scale from left to right, with what stands at its ends and in its middle."""

    marks: tuple[str, ...]
    low: str = ""
    middle: str = ""
    high: str = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of a table; `span` columns wide."""

    text: str = ""
    span: int = 1


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows to answer; the head comes again on every page, and no row breaks over two.

    Parameters
    ----------
    head, rows : tuple of tuple of Cell
    widths : tuple of float
        Shares of the width; they add up to 1.
    words : tuple of int
        Columns that hold words and stand at the left; the others are centred.
    """

    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    words: tuple[int, ...] = (0,)


Piece = Heading | Paragraph | Boxes | Blank | Ruler | Table


@dataclass(frozen=True, kw_only=True)
class Together:
    """Pieces that stay on one page where they fit on one."""

    pieces: tuple[Piece, ...]
    framed: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document in one language.

    Parameters
    ----------
    title, subject : str
    language : str
        As the survey calls it.
    tag : str
        BCP 47 tag with region, for the properties of the file.
    foot : str
        With ``{page}`` and ``{pages}``.
    parts : tuple of Together
    apart : tuple of str
        Tables whose rows stand one by one, because a page is not wide enough.
    """

    title: str
    subject: str
    language: str
    tag: str
    foot: str
    parts: tuple[Together, ...]
    apart: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything in order."""
        return tuple(piece for part in self.parts for piece in part.pieces)

    def text(self) -> str:
        """Return all words, a line for each piece, row or box."""
        return "\n".join(line for piece in self.pieces for line in _lines(piece))


def _lines(piece: Piece) -> list[str]:
    match piece:
        case Heading():
            return [piece.text]
        case Paragraph():
            return [f"{piece.number} {piece.text}".strip()]
        case Boxes():
            return [box.text for box in piece.boxes]
        case Blank():
            return [piece.text] if piece.text else []
        case Ruler():
            return [text for text in (piece.low, piece.middle, " ".join(piece.marks), piece.high) if text]
        case Table():
            return [" ".join(cell.text for cell in row if cell.text) for row in (*piece.head, *piece.rows)]

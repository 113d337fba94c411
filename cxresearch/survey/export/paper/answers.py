"""What stands below a question on paper: boxes, a scale, room to write, a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cxresearch.survey.export.paper.paper import MANY, ONE, Blank, Box, Boxes, Cell, Paragraph, Piece, Ruler, Table
from cxresearch.survey.export.paper.words import Words, printable
from cxresearch.survey.form import MOST_LISTED, Entry, Group, Option

if TYPE_CHECKING:
    from collections.abc import Callable

MILLIMETRES = 170  # between the margins of an A4 page
LETTER = 1.38  # millimetres of a letter in the head of a table
MOST_COLUMNS = 14
LONGEST_ROW = 1000  # letters of a row; it does not break over pages
SHORT, MANY_BOXES = 26, 8  # boxes in two columns: as short, and more than so many


class Answers:
    """Answers of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def text(self, option: Option) -> str:
        """Return the wording of an answer; of a number without label the number as the language writes it."""
        text = printable(option.text.get(self.words.language))
        return self.words.number(option.code) if not isinstance(option.code, str) and text == str(option.code) else text

    def below(self, entry: Entry) -> tuple[Piece, ...]:
        """Return what is below the question of one variable."""
        if entry.kind == "choice" and len(_asked(entry)) <= MOST_LISTED:
            return self._choice(entry)
        if entry.kind == "choice" or entry.kind == "number":
            return self._number(entry)
        if entry.kind == "date":
            return (Blank(kind="date", text=self.words.say("date")), *self._beside(entry))
        return (Blank(kind="lines" if entry.widget == "lines" else "line"), *self._beside(entry))

    def _choice(self, entry: Entry) -> tuple[Piece, ...]:
        asked = _asked(entry)
        scale = entry.scale
        labels = scale.labels if scale else {}
        half = len(asked) // 2
        inner = [option for option in asked[1:-1] if option.code in labels]
        if scale and scale.is_range and len(asked) > 2 and (not inner or inner == asked[half : half + 1] != asked[1:2]):
            low, high = (self.words.number(float(option.code)) for option in (asked[0], asked[-1]))
            ends = [self.text(option) if option.code in labels else "" for option in (asked[0], asked[-1])]
            if entry.ends:
                ends = [printable(end.get(self.words.language)) for end in (entry.ends.low, entry.ends.high)]
            marks = tuple(self.words.number(float(option.code)) for option in asked)
            told = [f"{number} = {end}" if end else "" for number, end in zip((low, high), ends, strict=True)]
            middle = f"{marks[half]} = {self.text(inner[0])}" if inner else ""
            return (Ruler(marks=marks, low=told[0], middle=middle, high=told[1]), *self._beside(entry))
        boxes = tuple(self._box(option, numbered=bool(scale and scale.is_range)) for option in entry.options)
        short = all(len(box.text) <= SHORT for box in boxes)
        return (Boxes(boxes=boxes, columns=2 if short and len(boxes) > MANY_BOXES else 1),)

    def _box(self, option: Option, numbered: bool = False, mark: str = ONE) -> Box:
        text = self.text(option)
        code = "" if text == str(option.code) else str(option.code)
        if numbered and not option.missing and code:
            return Box(text=f"{self.words.number(float(option.code))} – {text}", mark=mark)
        return Box(text=text, code=code, mark=mark)

    def _number(self, entry: Entry) -> tuple[Piece, ...]:
        labels = entry.scale.labels if entry.scale and entry.scale.is_range else {}
        ends = [_means(self._plain(code), text.get(self.words.language)) for code, text in labels.items()]
        told = [Paragraph(text=printable("; ".join(ends)), role="hint")] if ends else []
        return (*told, Paragraph(text=self.limits(entry), role="hint"), Blank(kind="number"), *self._beside(entry))

    def limits(self, entry: Entry) -> str:
        """Say which numbers are possible."""
        low, high = (None if value is None else self.words.number(value) for value in (entry.low, entry.high))
        if low is not None and high is not None:
            told = self.words.say("number_between", low=low, high=high)
        elif low is not None:
            told = self.words.say("number_from", low=low)
        elif high is not None:
            told = self.words.say("number_upto", high=high)
        else:
            told = self.words.say("number")
        if entry.step and entry.step != 1:
            told += " " + self.words.say("steps", step=self.words.number(entry.step))
        return told

    def _beside(self, entry: Entry) -> tuple[Piece, ...]:
        """Return the answers that are none, below a scale or a line."""
        missing = [option for option in entry.options if option.missing]
        return (Boxes(boxes=tuple(self._box(option) for option in missing)),) if missing else ()

    def _plain(self, code: float | str) -> str:
        return code if isinstance(code, str) else self.words.number(code)

    def table(self, group: Group, label: Callable[[Entry], str], head: str) -> tuple[Piece, ...] | None:
        """Return a grid or dual grid as a table; None where its columns are too many or too wide for a page."""
        sides = [group.rows, group.second] if group.second else [group.rows]
        firsts = [side[0] for side in sides]
        if any(one.kind != "choice" or not _alike(rows) for rows, one in zip(sides, firsts, strict=True)):
            return None
        if any(len(label(row)) > LONGEST_ROW for row in group.rows):
            return None
        count = sum(len(one.options) for one in firsts)
        poles = not group.second and any(row.ends for row in group.rows)
        first = 0.45 if count <= 6 else 0.38 if count <= 9 else 0.3 if count <= 11 else 0.26
        words: tuple[int, ...] = (0,)
        if poles:
            first, words = 0.24, (0, 1, len(_asked(firsts[0])) + 2)
        pole = 0.17 if poles else 0.0
        width = (1 - first - 2 * pole) / count
        heads, legends = [], []
        names = [printable(one.get(self.words.language)) for one in group.heads or ()] if group.second else []
        for side, one in enumerate(firsts):
            told = self._heads(one, width * MILLIMETRES)
            if count > MOST_COLUMNS or told is None:
                return None
            heads.append(told[0])
            before = f"{names[side]}: " if names else ""
            legends += [before + told[1]] if told[1] else []
        rows = []
        for place, row in enumerate(group.rows):
            cells = [Cell(text=label(row))]
            missing = [Cell(text=ONE) for option in row.options if option.missing]
            marks = [Cell(text=ONE) for option in row.options if not option.missing]
            if poles:
                ends = (
                    [printable(end.get(self.words.language)) for end in (row.ends.low, row.ends.high)]
                    if row.ends
                    else ["", ""]
                )
                cells += [Cell(text=ends[0]), *marks, Cell(text=ends[1]), *missing]
            else:
                cells += [*marks, *missing]
                if group.second:
                    cells += [Cell(text=ONE) for _ in group.second[place].options]
            rows.append(tuple(cells))
        top = [Cell(text=head), *(Cell(text=text) for side in heads for text in side)]
        widths = [first, *[width] * count]
        if poles:
            here = len(_asked(firsts[0]))
            top[1:1] = [Cell()]
            top[here + 2 : here + 2] = [Cell()]
            widths = [first, pole, *[width] * here, pole, *[width] * (count - here)]
        lines = [tuple(top)]
        if names:
            spans = [len(one.options) for one in firsts]
            lines.insert(0, (Cell(), *(Cell(text=n, span=s) for n, s in zip(names, spans, strict=True))))
        table = Table(head=tuple(lines), rows=tuple(rows), widths=tuple(widths), words=words)
        told_legends = tuple(Paragraph(text=text, role="hint") for text in dict.fromkeys(legends))
        return (*told_legends, table)

    def _heads(self, entry: Entry, width: float) -> tuple[list[str], str] | None:
        """Return what stands above the columns of a scale, and the legend where labels do not fit there."""
        options = entry.options
        texts = [self.text(option) for option in options]
        numbers = bool(entry.scale and entry.scale.is_range)
        fits = [max((len(word) for word in text.split()), default=0) * LETTER <= width - 1 for text in texts]
        plain = [self.words.number(float(o.code)) if numbers and not o.missing else "" for o in options]
        if all(fits) and all(len(text) <= 30 for text in texts):
            return [
                f"{number}\n{text}" if number and number != text else text
                for number, text in zip(plain, texts, strict=True)
            ], ""
        if not numbers:
            return None
        shown = [
            text if option.missing and fit else number or str(option.code)
            for option, number, text, fit in zip(options, plain, texts, fits, strict=True)
        ]
        named = [_means(sign, text) for sign, text in zip(shown, texts, strict=True) if sign != text]
        return shown, "; ".join(named)

    def extremes(self, group: Group, option_head: str) -> Table:
        """Return a MaxDiff task: the best at the left, the worst at the right, of the same options."""
        best, worst = group.rows[0], group.rows[-1]
        heads = [printable(row.text.get(self.words.language)) for row in (best, worst)]
        rows = []
        for option in best.options:
            rows.append((Cell(text=ONE), Cell(text=self.text(option)), Cell(text=ONE)))
        head = (Cell(text=heads[0]), Cell(text=option_head), Cell(text=heads[1]))
        return Table(head=(head,), rows=tuple(rows), widths=(0.25, 0.5, 0.25), words=(1,))

    def ticks(self, rows: Sequence[Entry], label: Callable[[Entry], str]) -> Boxes:
        """Return a list to tick."""
        return Boxes(boxes=tuple(Box(text=label(row), mark=MANY) for row in rows))


def _means(sign: str, text: str) -> str:
    """Say what a sign stands for; no line breaks before or after the equals sign."""
    return f"{sign}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{text}"


def _asked(entry: Entry) -> list[Option]:
    return [option for option in entry.options if not option.missing]


def _alike(side: Sequence[Entry]) -> bool:
    """Tell whether rows share one scale, so that they can share its columns."""
    return all([o.code for o in row.options] == [o.code for o in side[0].options] for row in side)

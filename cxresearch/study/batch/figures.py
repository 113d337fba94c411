"""The headline figure of a report with its interval, found in its results and drawn as a small picture."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cxresearch.study.results import Found
from cxresearch.words.catalog import say

if TYPE_CHECKING:
    from cxresearch.survey.survey import Survey

VALUE, LOW, HIGH = "value", "ci_low", "ci_high"
WIDTH, HEIGHT, EDGE = 140, 22, 6
BETWEEN = "\x1f"  # between the names of a row, of which each may hold blanks
MOST = 60  # figures of one report that can be compared across reports


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number with its interval.

    Parameters
    ----------
    section, kind : str
        Where it stands and of what kind of result it is.
    column : str
        What the number is.
    row : str
        Which row of the table it stands in: the ids and groups in it, with `BETWEEN` between them.
    value, low, high : float
    """

    section: str
    kind: str
    column: str
    row: str
    value: float
    low: float
    high: float

    @property
    def same(self) -> tuple[str, ...]:
        """What figures of several reports have to share, to be compared."""
        return (self.section, self.kind, self.column, self.row)

    def record(self) -> dict[str, Any]:
        """Return it as JSON.

        Examples
        --------
        >>> figure = Figure(section="a", kind="nps", column="nps", row="", value=3.0, low=1.0, high=5.0)
        >>> Figure(**figure.record()) == figure
        True
        """
        return asdict(self)


def figures_in(section: str, headlines: Iterable[Found]) -> tuple[Figure, ...]:
    """Return the numbers with intervals in the tables of headline results.

    A number is ``value`` or the column in front of ``ci_low`` and ``ci_high``, or one that has ``_low`` and
    ``_high`` beside it.
    """
    figures = []
    for found in headlines:
        for record in found.frames.get("table", ()):
            column = _column(record, found.columns.get("table", list(record)))
            if column is None:
                continue
            low, high = _interval(record, column) or (0.0, 0.0)
            text = [str(v) for k, v in record.items() if isinstance(v, str) and k in _names(found, column)]
            figures.append(
                Figure(
                    section=section,
                    kind=found.kind,
                    column=column,
                    row=BETWEEN.join(text),
                    value=float(record[column]),
                    low=low,
                    high=high,
                )
            )
    return tuple(figures[:MOST])


def common(reports: Iterable[Iterable[Figure]]) -> tuple[str, ...] | None:
    """Return what the figure is that most reports have; the earliest among equals."""
    seen = Counter(same for figures in reports for same in dict.fromkeys(figure.same for figure in figures))
    return max(seen, key=lambda same: seen[same]) if seen else None


def named(figure: tuple[str, ...], survey: Survey | None, language: str) -> str:
    """Return what stands in the row of a figure (of :attr:`Figure.same`), ids by their names."""
    from cxresearch.responses.responses import survey_names

    names = survey_names(survey) if survey else None
    parts = [part for part in figure[3].split(BETWEEN) if part]
    return " \N{MIDDLE DOT} ".join(names.of(part, language) if names else part for part in parts)


def span(figures: Iterable[Figure]) -> tuple[float, float]:
    """Return the ends of the axis that all pictures share."""
    ends = [end for figure in figures for end in (figure.low, figure.high, figure.value)]
    low, high = min(ends), max(ends)
    if low > 0 and low < (high - low):
        low = 0.0
    return (low, high) if high > low else (low - 1, high + 1)


def signed(ends: tuple[float, float]) -> bool:
    """Tell whether the figures on an axis may lie on either side of zero."""
    return ends[0] < 0


def picture(figure: Figure, ends: tuple[float, float], total: float | None, name: str, language: str) -> str:
    """Draw a figure as SVG: the interval as a line, the number as a dot, zero and the total as thin lines."""

    def at(value: float) -> str:
        share = (value - ends[0]) / (ends[1] - ends[0])
        return f"{EDGE + share * (WIDTH - 2 * EDGE):.1f}"

    middle = HEIGHT / 2
    lines = []
    if ends[0] <= 0 <= ends[1]:
        lines.append(f'<line x1="{at(0)}" x2="{at(0)}" y1="1" y2="{HEIGHT - 1}" stroke="#8a94a0"/>')
    if total is not None:
        lines.append(
            f'<line x1="{at(total)}" x2="{at(total)}" y1="1" y2="{HEIGHT - 1}" stroke="#a3420a" '
            'stroke-dasharray="3 2"/>'
        )
    lines.append(
        f'<line x1="{at(figure.low)}" x2="{at(figure.high)}" y1="{middle}" y2="{middle}" stroke="#0b5a8f" '
        'stroke-width="2.5"/>'
    )
    lines.append(f'<circle cx="{at(figure.value)}" cy="{middle}" r="4" fill="#0b5a8f"/>')
    told = html.escape(f"{name}: {written(figure, language, signed(ends))}", quote=True)
    return (
        f'<svg class="interval" role="img" aria-label="{told}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}"><title>{told}</title>{"".join(lines)}</svg>'
    )


def written(figure: Figure, language: str, sign: bool = False) -> str:
    """Write a figure with its interval, with as many digits as its size makes sense of, and all with signs or none."""
    fine = "_fine" if max(abs(figure.low), abs(figure.high)) < 10 else ""
    key = f"batch.figure{fine}{'_signed' if sign or figure.low < 0 else ''}"
    return say(key, language, value=figure.value, **_ends(figure))


def _ends(figure: Figure) -> dict[str, float]:
    return {"low": figure.low, "high": figure.high}


def _column(record: Mapping[str, Any], order: list[str]) -> str | None:
    if _numeric(record, VALUE) and _interval(record, VALUE):
        return VALUE
    if LOW in order and _numeric(record, LOW) and _numeric(record, HIGH):
        before = [name for name in order[: order.index(LOW)] if _numeric(record, name)]
        if before and record[LOW] <= record[before[-1]] <= record[HIGH]:
            return before[-1]
    return next((n for n in order if _numeric(record, n) and _numeric(record, f"{n}_low", f"{n}_high")), None)


def _interval(record: Mapping[str, Any], column: str) -> tuple[float, float] | None:
    for low, high in ((f"{column}_low", f"{column}_high"), (LOW, HIGH)):
        if _numeric(record, low, high):
            return float(record[low]), float(record[high])
    return None


def _numeric(record: Mapping[str, Any], *names: str) -> bool:
    values = [record.get(name) for name in names]
    return all(isinstance(v, int | float) and not isinstance(v, bool) and v == v for v in values)


def _names(found: Found, column: str) -> list[str]:
    """Return the columns in front of the number; what stands there names the row."""
    order = found.columns.get("table", [])
    return order[: order.index(column)] if column in order else []

"""What reports have to hide as well, where an item or construct that some hide follows from the report on all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cxresearch.privacy.published import Cell, Figure, Published
from cxresearch.privacy.withheld import NOBODY, hidden


class Hide(NamedTuple):
    """An item or construct that a section of a report must not show."""

    report: str
    section: str
    kind: str
    name: str


def remedies(published: Published, open_: Iterable[Figure]) -> tuple[Hide, ...]:
    """Return what has to be hidden so that whoever is left of the report on all units is nobody or enough.

    Reports that hide it already are named as well: made in the same way, they do not tell which of them has too few.

    Parameters
    ----------
    published : Published
    open_ : iterable of Figure
        Of which too few people are left when the reports on units are subtracted from the one on all.

    Returns
    -------
    tuple of Hide
        The smallest other report has to hide it too; where no report helps, the one on all.

    Examples
    --------
    >>> from cxresearch.privacy.published import Cell
    >>> q = Figure("mean", "q")
    >>> people = {Cell("a", q): 20, Cell("b", q): 9, Cell("total", q): 32}
    >>> shown = {("a", q): {("ratings", "describe")}, ("b", q): {("ratings", "describe")}}
    >>> found = Published(people=people, shown=shown, minimum={q: 5}, reports=["a", "b"], together="total")
    >>> remedies(found, [q])
    (Hide(report='b', section='ratings', kind='describe', name='q'),)
    """
    found: dict[Hide, None] = {}
    for figure in open_:
        chosen = _reports(published, figure)
        silent = {r for r in published.reports if chosen and Cell(r, figure) not in published.people}
        for report in sorted(chosen | silent):
            found |= dict.fromkeys(Hide(report, *place, asked(figure)) for place in _places(published, chosen, figure))
    return tuple(found)


def _reports(published: Published, figure: Figure) -> set[str]:
    """Return the reports that have to hide a figure."""
    if published.together is None:
        return set()
    least = published.minimum[figure]
    people = {c.report: n for c, n in published.people.items() if c.figure == figure and c.group is None}
    whole = people.pop(published.together, 0)
    rest = whole - sum(people.values())
    if rest <= 0:
        return set()
    chosen = hidden({**people, NOBODY: rest}, people, least)
    return chosen if chosen and rest + sum(people[c] for c in chosen) >= least else {published.together}


def _places(published: Published, reports: set[str], figure: Figure) -> list[tuple[str, str]]:
    """Return where reports show a figure, in whole or by groups, and whatever is computed of it."""
    of = (figure.name, figure.who, figure.against)
    return sorted(
        {
            place
            for (report, other), places in published.shown.items()
            if report in reports and (other.name, other.who, other.against) == of
            for place in places
        }
    )


def asked(figure: Figure) -> str:
    """Return the item or construct of a figure, without what it rests on.

    Examples
    --------
    >>> asked(Figure("mean", "ease (holding_items)"))
    'ease'
    """
    return figure.name.partition(" (")[0]

"""Answers of one block that bind each other: ticks, ranks, best and worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cxresearch.survey.expression import Leaf, Value
from cxresearch.survey.form import Group
from cxresearch.survey.routing.cells import Cell

Answers = tuple[Value | None, ...]


def together(
    group: Group, shown: Sequence[str], asked: Sequence[str], divided: Mapping[str, Sequence[Cell]], *, skippable: bool
) -> Iterator[Answers]:
    """Yield what can be answered to `asked` at once, each once.

    Parameters
    ----------
    group : Group
        Ticked options, ranks, or best and worst.
    shown : sequence of str
        Rows that are shown.
    asked : sequence of str
        Those of them that conditions look at.
    divided : mapping
        Their cells.
    skippable : bool
        Whether the whole block may be left unanswered.
    """
    if not asked:
        yield ()
        return
    if skippable:
        yield (None,) * len(asked)
    for answers in _each((), _values(group, asked, divided, skippable=skippable), group, asked):
        blank = all(one is None for one in answers)
        if not (blank and skippable) and _complete(group, shown, asked, answers, skippable=skippable):
            yield answers


def is_free(group: Group, asked: Sequence[str], looks: Mapping[str, Sequence[Leaf]]) -> bool:
    """Tell whether the ticks that conditions look at do not bind each other.

    They bind each other where one of them excludes the others, where only so many may be ticked, where one at least
    must be, and where leaving the block unanswered differs from not ticking.
    """
    if group.kind != "multiple" or group.at_most is not None or (group.at_least or 1) > 1:
        return False
    if set(asked) & set(group.exclusive):
        return False
    blank = not any(leaf.holds({name: 0}) for name in asked for leaf in looks.get(name, ()))
    others = any(row.id not in asked and row.relevance is None for row in group.rows)
    return blank and (others or group.required != "yes")


def _values(
    group: Group, asked: Sequence[str], divided: Mapping[str, Sequence[Cell]], *, skippable: bool
) -> list[list[Value | None]]:
    if group.kind == "multiple":
        return [[1, 0]] * len(asked)
    unranked: list[Value | None] = [None] if group.kind == "ranking" and (group.top is not None or skippable) else []
    return [[cell.value for cell in divided[name]] + unranked for name in asked]


def _each(
    start: Answers, values: Sequence[Sequence[Value | None]], group: Group, asked: Sequence[str]
) -> Iterator[Answers]:
    if len(start) == len(values):
        yield start
        return
    for value in values[len(start)]:
        longer = (*start, value)
        if _possible(longer, group, asked):
            yield from _each(longer, values, group, asked)


def _possible(answers: Answers, group: Group, asked: Sequence[str]) -> bool:
    """Tell whether the first answers agree with each other, whatever the others are."""
    if group.kind != "multiple":
        given = [one for one in answers if one is not None]
        return len(set(given)) == len(given)
    ticked = [name for name, one in zip(asked, answers, strict=False) if one == 1]
    if set(ticked) & set(group.exclusive):
        return len(ticked) == 1
    return group.at_most is None or len(ticked) <= group.at_most


def _highest(ranks: Sequence[Value]) -> int:
    return max((one for one in ranks if isinstance(one, int)), default=0)


def _complete(group: Group, shown: Sequence[str], asked: Sequence[str], answers: Answers, *, skippable: bool) -> bool:
    """Tell whether the other rows can be answered so that the block is."""
    if group.kind == "ranking":
        ranks = [one for one in answers if one is not None]
        if not all(isinstance(one, int) and one >= 1 for one in ranks):
            return False
        wanted = min(group.top or len(shown), len(shown))
        # the other rows take the ranks that are left; what is required is ranked in full
        most = min(wanted, len(ranks) + len(shown) - len(asked))
        return _highest(ranks) <= most and (skippable or most == wanted)
    if group.kind != "multiple":
        return True
    ticked = [name for name, one in zip(asked, answers, strict=True) if one == 1]
    if set(ticked) & set(group.exclusive):
        return True
    rest = [name for name in shown if name not in asked]
    if not ticked and any(name in group.exclusive for name in rest):
        return True
    more = sum(name not in group.exclusive for name in rest)
    return len(ticked) + more >= max(1, group.at_least or 1)

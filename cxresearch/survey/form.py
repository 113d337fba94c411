"""The questionnaire as the respondents of one perspective go through it.

Exports, preview, paths and rehearsal all start here: blocks are resolved, conditions are parsed, options are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cxresearch.survey.block import Block, Diary, Dual, MaxDiff, Vignette
from cxresearch.survey.expression import Condition, both, names, parse
from cxresearch.survey.item import BackgroundField, Ends, Item, Quota
from cxresearch.survey.scale import Code, Scale
from cxresearch.survey.text import Text

if TYPE_CHECKING:
    from cxresearch.survey.survey import Survey

Need = Literal["no", "soft", "yes"]
LAST = ("other", "none")  # what stays last where the others are shuffled, by codes
MOST_LISTED = 21  # codes of a range that are shown as a list; what has more is typed in as a number


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer to choose; `missing` marks "don't know" and the like."""

    code: Code
    text: Text
    missing: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One variable that is asked.

    Parameters
    ----------
    id : str
        Of the item or field.
    kind : {"choice", "number", "text", "date"}
    text : Text
        In the words of the perspective.
    options : tuple of Option
        For a choice: every code of its scale in order, then the missing ones.  For a number: the missing ones.
    scale : Scale, optional
        For a choice always.
    low, high, step : float, optional
        For a number; `step` None is any number.
    required : {"no", "soft", "yes"}
    relevance : Condition, optional
        When it is shown; includes neither the block's nor the page's.
    widget : str
        "list", "dropdown", "slider", "line" or "lines".
    ends : Ends, optional
        Own ends of the scale.
    drawn : bool
        Not asked: one of `options` is drawn at random, another than those of `apart`.
    source : Item or BackgroundField
    """

    id: str
    kind: Literal["choice", "number", "text", "date"]
    text: Text
    source: Item | BackgroundField
    options: tuple[Option, ...] = ()
    scale: Scale | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    hint: Text | None = None
    required: Need = "no"
    relevance: Condition | None = None
    widget: str = "list"
    shuffle: bool = False
    ends: Ends | None = None
    expects: Code | None = None
    drawn: bool = False
    apart: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Code, ...]:
        """Codes that are no answer."""
        return tuple(option.code for option in self.options if option.missing)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Entries under one stem.

    Parameters
    ----------
    kind : {"grid", "multiple", "ranking", "dual", "kano", "maxdiff"}
    rows : tuple of Entry
        For a MaxDiff task two: the best and the worst of the same options.
    second : tuple of Entry
        The right-hand scale of a dual grid, in the order of the rows.
    """

    id: str
    kind: Literal["grid", "multiple", "ranking", "dual", "kano", "maxdiff"]
    rows: tuple[Entry, ...]
    second: tuple[Entry, ...] = ()
    text: Text | None = None
    hint: Text | None = None
    relevance: Condition | None = None
    required: Need = "no"
    shuffle: bool = False
    exclusive: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    top: int | None = None
    heads: tuple[Text, ...] | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every variable, row by row."""
        if not self.second:
            return self.rows
        return tuple(entry for pair in zip(self.rows, self.second, strict=True) for entry in pair)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Text that is shown and asks nothing."""

    id: str
    text: Text
    relevance: Condition | None = None


Part = Entry | Group | Passage


@dataclass(frozen=True, kw_only=True)
class Ending:
    """When the interview ends after a page, and what is said then."""

    when: Condition
    text: Text


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """A page; `group` names the pages that come in random order among themselves."""

    id: str
    number: int
    parts: tuple[Part, ...]
    title: Text | None = None
    intro: Text | None = None
    relevance: Condition | None = None
    shuffle: bool = False
    group: str | None = None
    screenout: Ending | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every variable of the page in order."""
        return tuple(entry for part in self.parts for entry in _entries(part))


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the respondents of one perspective go through, page by page."""

    survey: Survey
    perspective: str
    pages: tuple[FormPage, ...]

    @property
    def title(self) -> Text:
        """What respondents read above the questions."""
        return self.survey.public_title or self.survey.title

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every variable in order."""
        return tuple(entry for page in self.pages for entry in page.entries)

    @property
    def quotas(self) -> dict[str, Quota]:
        """Quotas on something that is asked here, or that comes with the data."""
        outside = {id for id, field in self.survey.fields.items() if field.text is None}
        here = {entry.id for entry in self.entries} | outside
        return {id: quota for id, quota in self.survey.quotas.items() if names(parse(quota.when)) & here}

    def shown_when(self) -> dict[str, Condition | None]:
        """Return, for each variable, the whole condition: the page's, the block's and its own."""
        found: dict[str, Condition | None] = {}
        for page in self.pages:
            for part in page.parts:
                outer = both(page.relevance, part.relevance if isinstance(part, Group) else None)
                found |= {entry.id: both(outer, entry.relevance) for entry in _entries(part)}
        return found


def _entries(part: Part) -> tuple[Entry, ...]:
    if isinstance(part, Group):
        return part.entries
    return (part,) if isinstance(part, Entry) else ()


def last_rows(group: Group) -> tuple[str, ...]:
    """Return the rows that stay last where the others are shuffled: exclusive ones, and "other" and "none" to tick."""
    ticked = group.kind == "multiple"
    return tuple(
        row.id for row in group.rows if row.id in group.exclusive or (ticked and row.id.rpartition("_")[2] in LAST)
    )


def stronger(one: Need, other: Need) -> Need:
    """Return the stronger of what a block and a row of it demand.

    Examples
    --------
    >>> stronger("no", "soft")
    'soft'
    """
    return max(one, other, key=("no", "soft", "yes").index)


def members(key: str, block: Block) -> tuple[str, ...]:
    """Return the items and fields that a block shows."""
    match block:
        case MaxDiff():
            return tuple(f"{key}_{t}_{role}" for t in range(1, block.tasks + 1) for role in ("best", "worst"))
        case Vignette():
            each = [(f"{key}_{k}", *(f"{id}_{k}" for id in block.items)) for k in range(1, block.show + 1)]
            return tuple(name for names in each for name in names)
        case Diary():
            each = [(*(f"{id}_{k}" for id in block.items), f"{key}_{k}_more") for k in range(1, block.most + 1)]
            return tuple(name for names in each for name in names)[:-1]
        case Dual():
            return (*block.items, *block.second)
        case _:
            return block.items

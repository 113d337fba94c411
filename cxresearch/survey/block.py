"""Blocks: several items under one stem, and how they are shown together."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag, model_validator
from pydantic.dataclasses import dataclass
from pydantic.types import Discriminator

from cxresearch.located import misfit
from cxresearch.survey.item import Required, Wordings
from cxresearch.survey.scale import STRICT, Flag, Whole
from cxresearch.survey.text import Text

Listed = Annotated[tuple[str, ...], Field(min_length=1)]
MOST_STORIES = 1000


def _of(least: int, what: str, most: float = math.inf) -> BeforeValidator:
    """Say how many there have to be, and of what."""

    def check(value: Any) -> Any:
        if isinstance(value, list | tuple | dict) and not least <= len(value) <= most:
            raise misfit(f"{what}; here {'is' if len(value) == 1 else 'are'} {len(value)}")
        return value

    return BeforeValidator(check)


Count = Annotated[Whole, Field(ge=1)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class _Block:
    id: str = ""
    name: Text | None = None
    text: Wordings | None = None
    hint: Text | None = None
    relevance: str | None = None
    required: Required = False
    shuffle: Flag = False


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Grid(_Block):
    """Items as rows, their scale as columns."""

    kind: Literal["grid"]
    items: Listed


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Multiple(_Block):
    """Options to tick; each is an item with the codes 0 and 1.

    Parameters
    ----------
    exclusive : tuple of str
        Options that stand alone, such as "none of these".
    at_least, at_most : int, optional
        How many may be ticked; `at_least` binds those who answer.
    """

    kind: Literal["multiple"]
    items: Listed
    exclusive: tuple[str, ...] = ()
    at_least: Count | None = None
    at_most: Count | None = None

    @model_validator(mode="after")
    def _possible(self) -> Multiple:
        most = len(self.items)
        for name in ("at_least", "at_most"):
            value = getattr(self, name)
            if value is not None and value > most:
                raise misfit(f"There are {most} options only", name)
        if self.at_least and self.at_most and self.at_least > self.at_most:
            raise misfit("at_least is larger than at_most", "at_least")
        strange = [one for one in self.exclusive if one not in self.items]
        if strange:
            raise misfit(f"{strange[0]!r} is not among the items of this block", "exclusive")
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ranking(_Block):
    """Options to be put in order; each item holds its rank, from 1.

    Parameters
    ----------
    top : int, optional
        Only so many are ranked.
    """

    kind: Literal["ranking"]
    items: Annotated[tuple[str, ...], Field(min_length=2), _of(2, "A ranking needs at least two options")]
    top: Count | None = None

    @model_validator(mode="after")
    def _possible(self) -> Ranking:
        if self.top is not None and self.top > len(self.items):
            raise misfit(f"There are {len(self.items)} options only", "top")
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Dual(_Block):
    """Rows with two scales side by side, such as importance and performance.

    Parameters
    ----------
    second : tuple of str
        The items of the right-hand scale, in the order of `items`.
    heads : tuple of Text, optional
        What stands above the two scales.
    """

    kind: Literal["dual"]
    items: Listed
    second: Listed
    heads: Annotated[tuple[Text, ...], Field(min_length=2, max_length=2)] | None = None

    @model_validator(mode="after")
    def _parallel(self) -> Dual:
        if len(self.items) != len(self.second):
            raise misfit(f"{len(self.items)} items need as many seconds, not {len(self.second)}", "second")
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Kano(_Block):
    """A pair of questions: how would it be with, and how without."""

    kind: Literal["kano"]
    items: Annotated[
        tuple[str, ...],
        Field(min_length=2, max_length=2),
        _of(2, "A Kano block is a pair of two items, one if it were there and one if it were missing", 2),
    ]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MaxDiff(_Block):
    """Of a few options the best and the worst, several times.

    Parameters
    ----------
    options : dict
        Code to wording.
    tasks, show, seed : int
        How often, how many options each time, and the seed of the design.
    best, worst : Text
        What is asked about them.
    """

    kind: Literal["maxdiff"]
    options: Annotated[dict[str, Text], Field(min_length=3), _of(3, "A MaxDiff needs at least three options")]
    tasks: Count
    show: Annotated[Whole, Field(ge=3)]
    seed: Whole = 1
    best: Text
    worst: Text

    @model_validator(mode="after")
    def _possible(self) -> MaxDiff:
        if self.show > len(self.options):
            raise misfit(f"There are {len(self.options)} options only", "show")
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Dimension:
    """What differs between vignettes."""

    name: Text
    levels: Annotated[dict[str, Text], Field(min_length=2), _of(2, "A dimension needs at least two levels")]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Vignette(_Block):
    """Short stories that differ in a few points, each rated.

    Parameters
    ----------
    story : wording
        With ``{dimension}`` where a level is put.
    dimensions : dict
    show : int
        Stories per respondent, drawn without repetition.
    items : tuple of str
        Asked after each story.
    versions : int, optional
        How many of all combinations are used, drawn with `seed`; by default all.
    """

    kind: Literal["vignette"]
    story: Wordings
    dimensions: Annotated[dict[str, Dimension], Field(min_length=1)]
    show: Count = 1
    items: Listed
    versions: Annotated[Whole, Field(ge=2)] | None = None
    seed: Whole = 1

    @model_validator(mode="after")
    def _possible(self) -> Vignette:
        every = math.prod(len(one.levels) for one in self.dimensions.values())
        if every > MOST_STORIES:
            raise misfit(f"{every} combinations are more than {MOST_STORIES}; take fewer dimensions", "dimensions")
        if self.versions is not None and self.versions > every:
            raise misfit(f"There are {every} combinations only", "versions")
        if self.show > (self.versions or every):
            raise misfit(f"There are {self.versions or every} stories only", "show")
        for perspective, text in self.story.items():
            for language, wording in text.root.items():
                named = set(re.findall(r"{(\w+)}", wording))
                if missing := [name for name in self.dimensions if name not in named]:
                    raise misfit(f"The story does not mention {{{missing[0]}}}", "story", perspective, language)
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Diary(_Block):
    """The same questions for every contact of a journey.

    Parameters
    ----------
    items : tuple of str
        Items and fields asked for each contact.
    most : int
        Contacts at most.
    more : wording
        The question whether there was another contact.
    """

    kind: Literal["diary"]
    items: Listed
    most: Annotated[Whole, Field(ge=2, le=30)]
    more: Wordings


def _kind(value: Any) -> str | None:
    return value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)


Block = Annotated[
    Annotated[Grid, Tag("grid")]
    | Annotated[Multiple, Tag("multiple")]
    | Annotated[Ranking, Tag("ranking")]
    | Annotated[Dual, Tag("dual")]
    | Annotated[Kano, Tag("kano")]
    | Annotated[MaxDiff, Tag("maxdiff")]
    | Annotated[Vignette, Tag("vignette")]
    | Annotated[Diary, Tag("diary")],
    Discriminator(_kind),
]
KINDS: dict[str, type] = {
    "grid": Grid,
    "multiple": Multiple,
    "ranking": Ranking,
    "dual": Dual,
    "kano": Kano,
    "maxdiff": MaxDiff,
    "vignette": Vignette,
    "diary": Diary,
}

"""The parts a survey is made of: perspectives, touchpoints, constructs, items, fields."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from cxresearch.located import misfit
from cxresearch.survey.scale import STRICT, Code, Flag, Number, Whole, check_codes
from cxresearch.survey.text import Text

Wording = Literal["own", "paraphrase", "verbatim"]
Wordings = Annotated[dict[str, Text], Field(min_length=1)]  # perspective to wording
Required = Flag | Literal["soft"]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Perspective:
    """Who answers, seen from the organisation.

    Parameters
    ----------
    side : {"inside", "outside"}
        Inside is the organisation's image of itself, outside how others see it.
    role : {"customer", "employee", "management", "partner", "other"}
    predicts : str, optional
        Perspective whose answers these respondents guess (meta-perception form).
    """

    id: str = ""
    name: Text
    side: Literal["inside", "outside"]
    role: Literal["customer", "employee", "management", "partner", "other"]
    predicts: str | None = None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Touchpoint:
    """A point of contact and its channel."""

    id: str = ""
    name: Text
    channel: Literal["analog", "digital", "hybrid"]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Construct:
    """What several items measure together.

    Parameters
    ----------
    rule : {"mean", "sum"}
        How item answers become a score.
    min_answered : int or float
        Items that must be answered: a number of items (2) or a share of them (0.5).
    scale : str, optional
        Scale of ready-made scores, where the items are not part of the survey.
    source : str, optional
        Where the definition comes from.
    """

    id: str = ""
    name: Text
    definition: Text | None = None
    scale: str | None = None
    rule: Literal["mean", "sum"] = "mean"
    min_answered: Annotated[Whole | Number, Field(gt=0)] = 0.5
    source: str | None = None

    @model_validator(mode="after")
    def _share_or_count(self) -> Construct:
        if isinstance(self.min_answered, float) and self.min_answered > 1 and self.min_answered % 1:
            raise misfit("min_answered is a share up to 1.0 or a whole number of items", "min_answered")
        return self

    def needed(self, items: int) -> int:
        """Return how many of `items` must be answered for a score.

        Examples
        --------
        >>> Construct(name="Trust", min_answered=0.5).needed(3)
        2
        >>> Construct(name="Trust", min_answered=2).needed(3)
        2
        """
        if isinstance(self.min_answered, float) and self.min_answered <= 1:
            return max(1, math.ceil(items * self.min_answered - 1e-9))
        return int(self.min_answered)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ends:
    """What stands at both ends of a scale, where an item has ends of its own."""

    low: Text
    high: Text


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Item:
    """One question, with one wording per perspective and language.

    Parameters
    ----------
    text : dict of str to Text
        Perspective to wording.  A survey with a single perspective may give the wording alone.
    name : Text, optional
        Short name for tables and pictures; by default the wording of the first perspective.
    required : bool or "soft"
        "soft" reminds once.
    relevance : str, optional
        Asked only where this holds, see :mod:`cxresearch.survey.expression`.
    widget : {"list", "dropdown", "slider"}
    shuffle : bool
        The options come in random order.
    ends : Ends, optional
        Ends of its own, for a semantic differential.
    expects : int, float or str, optional
        The only right answer of an attention check.
    drawn : bool
        Not asked but drawn at random, such as the vignette that is shown.
    index : {"nps", "csat", "ces"}, optional
        The published index that this item feeds.
    wording : {"own", "paraphrase", "verbatim"}
    """

    id: str = ""
    text: Wordings
    name: Text | None = None
    scale: str
    construct: str | None = None
    touchpoint: str | None = None
    reversed: Flag = False
    required: Required = False
    relevance: str | None = None
    hint: Text | None = None
    widget: Literal["list", "dropdown", "slider"] = "list"
    shuffle: Flag = False
    ends: Ends | None = None
    expects: Code | None = None
    drawn: Flag = False
    index: Literal["nps", "csat", "ces"] | None = None
    wording: Wording = "own"
    source: str | None = None
    licence: str | None = None
    note: str | None = None

    @property
    def perspectives(self) -> tuple[str, ...]:
        """Perspectives that are asked this item."""
        return tuple(self.text)

    def label(self, language: str, perspective: str | None = None) -> str:
        """Return the wording for a perspective, by default the first."""
        key = perspective if perspective in self.text else next(iter(self.text))
        return self.text[key].get(language)


FieldKind = Literal["respondent", "unit", "weight", "wave", "perspective", "group", "number", "time", "text"]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class BackgroundField:
    """A column that is no item: who, where, when, with what weight; asked where it has a text.

    Parameters
    ----------
    text : dict of str to Text, optional
        Perspective to wording; without it the column comes with the data.
    kind : {"respondent", "unit", "weight", "wave", "perspective", "group", "number", "time", "text"}
        `unit` links perspectives (branch, school); `group` breaks results down.
    labels, missing : dict
        For a group: its codes with wording, and codes that are no answer.
    low, high, step : float, optional
        Of a number that is asked; `step` None means any number.
    widget : {"list", "dropdown", "line", "lines"}, optional
        For a group a list (default) or dropdown, for a text one line (default) or several.
    identifying : bool
        True where the column can identify a person; it is never shown in a result.
    """

    id: str = ""
    name: Text
    kind: FieldKind
    text: Wordings | None = None
    required: Required = False
    relevance: str | None = None
    hint: Text | None = None
    widget: Literal["list", "dropdown", "line", "lines"] | None = None
    shuffle: Flag = False
    low: Number | None = None
    high: Number | None = None
    step: Annotated[Number, Field(gt=0)] | None = 1
    labels: dict[Code, Text] = Field(default_factory=dict)
    missing: dict[Code, Text] = Field(default_factory=dict)
    ordered: Flag = False
    identifying: Flag = False

    @model_validator(mode="after")
    def _distinct(self) -> BackgroundField:
        check_codes(self.labels, self.missing, self.labels.__contains__)
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise misfit(f"low ({self.low:g}) must be below high ({self.high:g})", "low")
        if self.text is not None and self.kind == "group" and not self.labels:
            raise misfit("A group that is asked needs labels to choose from", "labels")
        return self

    @property
    def perspectives(self) -> tuple[str, ...]:
        """Perspectives that are asked for it."""
        return tuple(self.text or ())


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Screenout:
    """When an interview ends early, and what is said then."""

    when: str
    text: Text


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Page:
    """A page of the questionnaire.

    Parameters
    ----------
    items : tuple of str
        Items, fields and blocks.
    intro : dict of str to Text, optional
        Perspective to wording.
    perspectives : tuple of str, optional
        Shown to these only.
    relevance : str, optional
    shuffle : bool
        Its questions come in random order.
    group : str, optional
        Pages of the same group come in random order among themselves.
    screenout : Screenout, optional
        Looked at when the page is left.
    """

    id: str | None = None
    title: Text | None = None
    intro: Wordings | None = None
    items: tuple[str, ...] = ()
    perspectives: tuple[str, ...] | None = None
    relevance: str | None = None
    shuffle: Flag = False
    group: str | None = None
    screenout: Screenout | None = None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Quota:
    """How many interviews are wanted of a kind."""

    id: str = ""
    name: Text
    when: str
    n: Annotated[Whole, Field(ge=1)]


def as_wordings(text: Any, perspectives: list[str]) -> Any:
    """Bring the short form of `Item.text` (no perspectives) into the full one.

    Examples
    --------
    >>> as_wordings({"en": "How was it?"}, ["customer"])
    {'customer': {'en': 'How was it?'}}
    >>> as_wordings({"customer": {"en": "Q"}}, ["customer"])
    {'customer': {'en': 'Q'}}
    """
    if isinstance(text, str):
        return dict.fromkeys(perspectives, text)
    short = isinstance(text, dict) and text and all(isinstance(wording, str) for wording in text.values())
    return dict.fromkeys(perspectives, text) if short and not set(text) & set(perspectives) else text

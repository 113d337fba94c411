"""The survey: one instrument for all perspectives and languages."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.survey.block import Block
from cxresearch.survey.form import Form
from cxresearch.survey.form_builder import form_of
from cxresearch.survey.item import BackgroundField, Construct, Item, Page, Perspective, Quota, Touchpoint
from cxresearch.survey.scale import STRICT, Scale
from cxresearch.survey.text import Text

LANGUAGE = re.compile(r"^[a-z]{2,3}(-[a-z0-9]+)*$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Question:
    """One line of a questionnaire: an item or field in the words of one perspective and language."""

    item: str
    page: int
    text: str
    scale: str | None
    required: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Survey:
    """An instrument: what is asked, of whom, in which words, on which scales.

    Build it with :func:`cxresearch.load_survey`, which checks that the parts fit each other.

    Parameters
    ----------
    id, version : str
    title : Text
        For those who work with it.
    public_title : Text, optional
        What respondents read above the questions, where `title` would tell them what is measured; by default `title`.
    languages : tuple of str
        The first is the main language.  ``de`` means Sie, ``de-du`` means du.
    perspectives, scales, touchpoints, constructs, items, fields : dict
        Keyed by id.
    blocks : dict
        Items that are shown together, by id.
    pages : tuple of Page
        The flow; empty means one page with everything in file order.
    quotas : dict
        How many interviews are wanted of which kind.
    terms : dict
        What was put into the wordings in place of ``{name}``.
    source, licence : str
        Where the instrument comes from and under which terms it may be used.
    notices : tuple of Text
        Trademark and citation notices to be shown with results.
    """

    id: str
    version: str = "1"
    title: Text
    public_title: Text | None = None
    description: Text | None = None
    languages: tuple[str, ...] = Field(min_length=1)
    perspectives: dict[str, Perspective] = Field(min_length=1)
    scales: dict[str, Scale]
    touchpoints: dict[str, Touchpoint] = Field(default_factory=dict)
    constructs: dict[str, Construct] = Field(default_factory=dict)
    items: dict[str, Item] = Field(default_factory=dict)
    fields: dict[str, BackgroundField] = Field(default_factory=dict)
    blocks: dict[str, Block] = Field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    quotas: dict[str, Quota] = Field(default_factory=dict)
    terms: dict[str, Text] = Field(default_factory=dict)
    source: str
    licence: str
    notices: tuple[Text, ...] = ()

    def scale_of(self, item: str) -> Scale:
        """Return the scale of an item."""
        return self.scales[self.items[item].scale]

    def items_of(self, construct: str, perspective: str | None = None) -> tuple[Item, ...]:
        """Return the items of a construct, optionally only those a perspective is asked."""
        return tuple(
            item
            for item in self.items.values()
            if item.construct == construct and (perspective is None or perspective in item.text)
        )

    def field_of_kind(self, kind: str) -> BackgroundField | None:
        """Return the first field of a kind, for example the unit."""
        return next((field for field in self.fields.values() if field.kind == kind), None)

    def mirrored(self, *perspectives: str) -> tuple[Item, ...]:
        """Return the items that every one of these perspectives is asked."""
        return tuple(i for i in self.items.values() if all(p in i.text for p in perspectives))

    def questionnaire(self, perspective: str, language: str) -> tuple[Question, ...]:
        """Return the questions of one perspective in order.

        Raises
        ------
        ArgumentError
            ``survey.unknown-perspective`` or ``survey.unknown-language``.
        """
        if language not in self.languages:
            raise ArgumentError(unknown_name("survey.unknown-language", "language", language, self.languages))
        return tuple(
            Question(
                item=entry.id,
                page=page.number,
                text=entry.text.get(language),
                scale=entry.scale.id if entry.scale else None,
                required=entry.required == "yes",
            )
            for page in self.form(perspective).pages
            for entry in page.entries
            if not entry.drawn
        )

    def form(self, perspective: str) -> Form:
        """Return the questionnaire as the respondents of one perspective go through it, in all languages.

        Raises
        ------
        ArgumentError
            ``survey.unknown-perspective``
        """
        if perspective not in self.perspectives:
            raise ArgumentError(
                unknown_name("survey.unknown-perspective", "perspective", perspective, self.perspectives)
            )
        return form_of(self, perspective)

    def texts(self) -> dict[str, Text]:
        """Return the names of constructs, perspectives, touchpoints and fields by id."""
        named: dict[str, Any] = {**self.fields, **self.touchpoints, **self.constructs, **self.perspectives}
        return {key: part.name for key, part in named.items()}

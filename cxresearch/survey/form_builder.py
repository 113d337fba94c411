"""From a survey to the form of one perspective: blocks are resolved, conditions are parsed, options are listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from cxresearch.survey.block import Block, Diary, Dual, MaxDiff, Multiple, Ranking, Vignette
from cxresearch.survey.expand import stories
from cxresearch.survey.expression import Condition, Value, both, bound, parse
from cxresearch.survey.form import (
    MOST_LISTED,
    Ending,
    Entry,
    Form,
    FormPage,
    Group,
    Need,
    Option,
    Part,
    Passage,
    members,
)
from cxresearch.survey.item import BackgroundField, Item, Page, Wordings
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Scale
from cxresearch.survey.text import Text

if TYPE_CHECKING:
    from cxresearch.survey.survey import Survey


def form_of(survey: Survey, perspective: str) -> Form:
    """Build the form of one perspective, which must exist.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = form_of(load_survey("shipped:surveys/credibility-gap.yaml"), "customer")
    >>> form.entries[0].kind
    'choice'
    """
    builder = _Builder(survey, perspective)
    pages: list[FormPage] = []
    for index, page in enumerate(survey.pages or (Page(items=_every(survey)),), start=1):
        if page.perspectives is not None and perspective not in page.perspectives:
            continue
        parts = tuple(part for name in page.items for part in builder.parts(name))
        intro = page.intro.get(perspective) if page.intro else None
        if parts or intro:
            pages.append(builder.page(page, index, len(pages) + 1, parts, intro))
    return Form(survey=survey, perspective=perspective, pages=tuple(pages))


def _every(survey: Survey) -> tuple[str, ...]:
    """Return what stands on the only page of a survey without pages."""
    inside = {name: key for key, block in survey.blocks.items() for name in members(key, block)}
    names = [*survey.items, *(key for key, field in survey.fields.items() if field.text)]
    return tuple(dict.fromkeys(inside.get(name, name) for name in names))


class _Builder:
    def __init__(self, survey: Survey, perspective: str) -> None:
        self.survey = survey
        self.perspective = perspective
        self.missing: dict[str, tuple[Value, ...]] = {
            **{key: tuple(survey.scales[item.scale].missing) for key, item in survey.items.items()},
            **{key: tuple(field.missing) for key, field in survey.fields.items()},
        }

    def page(self, page: Page, index: int, number: int, parts: tuple[Part, ...], intro: Text | None) -> FormPage:
        end = page.screenout
        ending = Ending(when=self._parsed(end.when), text=end.text) if end else None
        return FormPage(
            id=page.id or f"page{index}",
            number=number,
            parts=parts,
            title=page.title,
            intro=intro,
            relevance=self._condition(page.relevance),
            shuffle=page.shuffle,
            group=page.group,
            screenout=ending,
        )

    def parts(self, name: str) -> Iterator[Part]:
        """Yield what a line of a page shows to this perspective."""
        block = self.survey.blocks.get(name)
        if block is None:
            if entry := self._entry(name):
                yield entry
            return
        match block:
            case MaxDiff():
                yield from self._maxdiff(name, block)
            case Vignette():
                yield from self._vignette(name, block)
            case Diary():
                if asked := tuple(self._several(members(name, block))):
                    yield from self._stem(name, block)
                    yield from asked
            case _:
                yield from self._group(name, block)

    def _stem(self, name: str, block: Vignette | Diary) -> Iterator[Passage]:
        """Yield what is said before the first of several rounds of questions."""
        for kind, text in (("stem", self._wording(block.text)), ("hint", block.hint)):
            if text:
                yield Passage(id=f"{name}_{kind}", text=text, relevance=self._condition(block.relevance))

    def _several(self, names: tuple[str, ...]) -> Iterator[Entry]:
        for name in names:
            if entry := self._entry(name):
                yield entry

    def _group(self, name: str, block: Block) -> Iterator[Group]:
        assert not isinstance(block, MaxDiff | Vignette | Diary)
        rows = tuple(self._several(block.items))
        second: tuple[Entry, ...] = ()
        if isinstance(block, Dual):
            pairs = [(self._entry(a), self._entry(b)) for a, b in zip(block.items, block.second, strict=True)]
            both_asked = [(a, b) for a, b in pairs if a and b]
            rows, second = tuple(a for a, _ in both_asked), tuple(b for _, b in both_asked)
        if not rows:
            return
        ticked = block if isinstance(block, Multiple) else None
        asked = {row.id for row in rows}
        yield Group(
            id=name,
            kind=block.kind,
            rows=rows,
            second=second,
            text=self._wording(block.text),
            hint=block.hint,
            relevance=self._condition(block.relevance),
            required=_need(block.required),
            shuffle=block.shuffle,
            exclusive=tuple(one for one in ticked.exclusive if one in asked) if ticked else (),
            at_least=ticked.at_least and min(ticked.at_least, len(rows)) if ticked else None,
            at_most=ticked.at_most if ticked else None,
            top=block.top and min(block.top, len(rows)) if isinstance(block, Ranking) else None,
            heads=block.heads if isinstance(block, Dual) else None,
        )

    def _maxdiff(self, name: str, block: MaxDiff) -> Iterator[Group]:
        for task in range(1, block.tasks + 1):
            rows = tuple(self._several((f"{name}_{task}_best", f"{name}_{task}_worst")))
            if rows:
                yield Group(
                    id=f"{name}_{task}",
                    kind="maxdiff",
                    rows=rows,
                    text=self._wording(block.text),
                    hint=block.hint,
                    relevance=self._condition(block.relevance),
                    required=_need(block.required),
                    shuffle=block.shuffle,
                )

    def _vignette(self, name: str, block: Vignette) -> Iterator[Part]:
        story = self._wording(block.story)
        if story is None:
            return
        raw = {
            "dimensions": {key: {"levels": one.levels} for key, one in block.dimensions.items()},
            "versions": block.versions,
            "seed": block.seed,
        }
        condition = self._condition(block.relevance)
        for count in range(1, block.show + 1):
            shown = f"{name}_{count}"
            earlier = tuple(f"{name}_{k}" for k in range(1, count))
            drawn = self._entry(shown, apart=earlier)
            if drawn is None:
                return
            yield drawn
            if count == 1:
                yield from self._stem(name, block)
            for number, levels in enumerate(stories(raw), start=1):
                parts = {key: block.dimensions[key].levels[level] for key, level in levels.items()}
                yield Passage(
                    id=f"{shown}_{number}",
                    text=_told(story, parts, self.survey.languages),
                    relevance=both(condition, parse(f"{shown} == {number}")),
                )
            yield from self._several(tuple(f"{id}_{count}" for id in block.items))

    def _entry(self, name: str, apart: tuple[str, ...] = ()) -> Entry | None:
        source: Item | BackgroundField | None = self.survey.items.get(name) or self.survey.fields.get(name)
        text = self._wording(source.text) if source else None
        if source is None or text is None:
            return None
        if isinstance(source, Item):
            return self._item(source, text, apart)
        return self._field(source, text)

    def _item(self, item: Item, text: Text, apart: tuple[str, ...]) -> Entry:
        scale = self.survey.scales[item.scale]
        choice = bool(scale.codes) and (
            len(scale.codes) <= MOST_LISTED or item.widget == "slider" or not scale.is_range
        )
        return Entry(
            id=item.id,
            kind="choice" if choice else "number",
            text=text,
            source=item,
            options=_options(scale) if choice else _options(scale)[len(scale.codes) :],
            scale=scale,
            low=scale.low if scale.is_range else 0 if not choice else None,
            high=scale.high,
            step=scale.step if scale.is_range else None,
            hint=item.hint,
            required=_need(item.required),
            relevance=self._condition(item.relevance),
            widget=item.widget,
            shuffle=item.shuffle,
            ends=item.ends,
            expects=item.expects,
            drawn=item.drawn,
            apart=apart,
        )

    def _field(self, field: BackgroundField, text: Text) -> Entry:
        scale = None
        if field.labels:
            level = Level.ORDINAL if field.ordered else Level.NOMINAL
            scale = Scale(id=field.id, level=level, labels=field.labels, missing=field.missing)
        number = field.kind in ("number", "weight") and not scale
        missing = tuple(Option(code=c, text=t, missing=True) for c, t in field.missing.items())
        return Entry(
            id=field.id,
            kind="choice" if scale else "number" if number else "date" if field.kind == "time" else "text",
            text=text,
            source=field,
            options=_options(scale) if scale else missing,
            scale=scale,
            low=field.low,
            high=field.high,
            step=field.step if number else None,
            hint=field.hint,
            required=_need(field.required),
            relevance=self._condition(field.relevance),
            widget=field.widget or ("list" if scale else "line"),
            shuffle=field.shuffle,
        )

    def _wording(self, wordings: Wordings | None) -> Text | None:
        return wordings.get(self.perspective) if wordings else None

    def _condition(self, text: str | None) -> Condition | None:
        return self._parsed(text) if text else None

    def _parsed(self, text: str) -> Condition:
        return bound(parse(text), self.missing)


def _options(scale: Scale) -> tuple[Option, ...]:
    asked = [Option(code=code, text=scale.labels.get(code) or Text.model_validate(f"{code}")) for code in scale.codes]
    return (*asked, *(Option(code=code, text=text, missing=True) for code, text in scale.missing.items()))


def _need(required: bool | Literal["soft"]) -> Need:
    return "soft" if required == "soft" else "yes" if required else "no"


def _told(story: Text, parts: Mapping[str, Text], languages: tuple[str, ...]) -> Text:
    told = {}
    for language in languages:
        wording = story.get(language)
        for name, text in parts.items():
            wording = wording.replace(f"{{{name}}}", text.get(language))
        told[language] = wording
    return Text(told)

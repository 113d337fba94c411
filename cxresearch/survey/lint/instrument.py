"""A survey as the rules look at it: every wording with its place, and the form of every perspective."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cxresearch.errors import Place
from cxresearch.located import Key, Located
from cxresearch.survey.block import Block, Diary, MaxDiff, Multiple, Ranking, Vignette
from cxresearch.survey.form import Form
from cxresearch.survey.item import BackgroundField, Item
from cxresearch.survey.lint.patterns import MOST_READ
from cxresearch.survey.paths import Verdicts, duration, verdicts
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import ANY, Text

Role = Literal[
    "question", "row", "option", "stem", "label", "intro", "title", "hint", "name", "story", "ending", "about"
]
_COPY = re.compile(r"_\d+$")


@dataclass(frozen=True, kw_only=True)
class Worded:
    """A text of the survey in all its languages.

    Parameters
    ----------
    where : Key
        Path in the YAML file, perspective included.
    role : str
        What it is for: a question of its own, a row of a grid, an option, ...
    id : str
        The item, field, block, scale or page that it belongs to.
    """

    where: Key
    role: Role
    id: str
    text: Text
    perspective: str | None = None


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A text in one language; `base` is that language without register."""

    of: Worded
    language: str
    base: str
    text: str

    @property
    def where(self) -> Key:
        """Path in the YAML file."""
        return self.of.where if self.language == ANY else (*self.of.where, self.language)


class Instrument:
    """A survey, prepared for the rules."""

    def __init__(self, survey: Survey, located: Located | None = None) -> None:
        self.survey = survey
        self.located = located

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """The form of each perspective."""
        return {perspective: self.survey.form(perspective) for perspective in self.survey.perspectives}

    @cached_property
    def verdicts(self) -> Mapping[str, Verdicts]:
        """Which conditions always or never hold, for each perspective."""
        return {perspective: verdicts(form) for perspective, form in self.forms.items()}

    @cached_property
    def minutes(self) -> Mapping[str, float]:
        """How long half of the interviews take at most, for each perspective."""
        return {perspective: duration(form, self.survey.languages[0]).p50 for perspective, form in self.forms.items()}

    @cached_property
    def origin(self) -> Mapping[str, Key]:
        """Items, fields and scales that blocks made, with the part of the file that they were made of."""
        found: dict[str, Key] = {}
        for key, block in self.survey.blocks.items():
            match block:
                case MaxDiff():
                    for n in range(1, block.tasks + 1):
                        found |= {f"{key}_{n}_{role}": ("blocks", key, role) for role in ("best", "worst")}
                        found[f"{key}_{n}"] = ("blocks", key, "options")
                case Vignette():
                    found |= {f"{key}_{n}": ("blocks", key) for n in range(1, block.show + 1)}
                    found[key] = ("blocks", key)
                    found |= self._copies(block.items, block.show)
                case Diary():
                    found |= {f"{key}_{n}_more": ("blocks", key, "more") for n in range(1, block.most)}
                    found[f"{key}_more"] = ("blocks", key)
                    found |= self._copies(block.items, block.most)
                case _:
                    pass
        return found

    def _copies(self, ids: tuple[str, ...], most: int) -> dict[str, Key]:
        parts = {id: "items" if f"{id}_1" in self.survey.items else "fields" for id in ids}
        return {f"{id}_{n}": (parts[id], id) for id in ids for n in range(1, most + 1)}

    @cached_property
    def blocks_of(self) -> Mapping[str, Block]:
        """The block that shows an item, where one does."""
        return {id: block for block in self.survey.blocks.values() for id in self._members(block)}

    @staticmethod
    def _members(block: Block) -> tuple[str, ...]:
        return (*getattr(block, "items", ()), *getattr(block, "second", ()))

    def role(self, id: str) -> Role:
        """Tell how an item is shown."""
        block = self.blocks_of.get(id)
        if isinstance(block, Multiple | Ranking):
            return "option"
        if block is None or isinstance(block, Vignette | Diary) or block.kind == "kano":
            return "question"
        return "row"

    def parts(self) -> Iterator[tuple[str, str, Item | BackgroundField]]:
        """Yield part, id and content of every item and asked field that was written, copies once."""
        seen: set[Key] = set()
        sources: list[tuple[str, str, Item | BackgroundField]] = [
            *(("items", id, item) for id, item in self.survey.items.items()),
            *(("fields", id, field) for id, field in self.survey.fields.items() if field.text),
        ]
        for part, id, source in sources:
            made = self.origin.get(id)
            if made is not None and (made[0] == "blocks" or made in seen):
                continue
            if made is not None:
                seen.add(made)
            yield part, str(made[1]) if made else id, source

    @cached_property
    def worded(self) -> tuple[Worded, ...]:
        """Every text of the survey that respondents see, and names."""
        return tuple(self._worded())

    def _worded(self) -> Iterator[Worded]:
        survey = self.survey
        for part, id, source in self.parts():
            role = self.role(id) if part == "items" else "question"
            for perspective, text in (source.text or {}).items():
                where = (part, id, "text", perspective)
                yield Worded(where=where, role=role, id=id, text=text, perspective=perspective)
            if source.hint:
                yield Worded(where=(part, id, "hint"), role="hint", id=id, text=source.hint)
            if isinstance(source, Item) and source.ends:
                for name in ("low", "high"):
                    yield Worded(where=(part, id, "ends", name), role="label", id=id, text=getattr(source.ends, name))
            if isinstance(source, BackgroundField):
                for code, text in {**source.labels, **source.missing}.items():
                    name = "labels" if code in source.labels else "missing"
                    yield Worded(where=(part, id, name, code), role="label", id=id, text=text)
        used = {item.scale for item in survey.items.values()}
        for id, scale in survey.scales.items():
            if id in self.origin or id not in used or self._is_ticked(id):
                continue
            for code, text in {**scale.labels, **scale.missing}.items():
                name = "labels" if code in scale.labels else "missing"
                yield Worded(where=("scales", id, name, code), role="label", id=id, text=text)
        for id, block in survey.blocks.items():
            yield from self._of_block(id, block)
        if survey.public_title:
            yield Worded(where=("public_title",), role="title", id=survey.id, text=survey.public_title)
        for number, page in enumerate(survey.pages):
            name = page.id or f"page{number + 1}"
            if page.title:
                yield Worded(where=("pages", number, "title"), role="title", id=name, text=page.title)
            for perspective, text in (page.intro or {}).items():
                at = ("pages", number, "intro", perspective)
                yield Worded(where=at, role="intro", id=name, text=text, perspective=perspective)
            if page.screenout:
                yield Worded(
                    where=("pages", number, "screenout", "text"), role="ending", id=name, text=page.screenout.text
                )

    def _of_block(self, id: str, block: Block) -> Iterator[Worded]:
        for name in ("text", "story", "more"):
            role: Role = "story" if name == "story" else "question" if name == "more" else "stem"
            for perspective, text in (getattr(block, name, None) or {}).items():
                where = ("blocks", id, name, perspective)
                yield Worded(where=where, role=role, id=id, text=text, perspective=perspective)
        if block.hint:
            yield Worded(where=("blocks", id, "hint"), role="hint", id=id, text=block.hint)
        if isinstance(block, MaxDiff):
            for code, text in block.options.items():
                yield Worded(where=("blocks", id, "options", code), role="option", id=id, text=text)

    def _is_ticked(self, scale: str) -> bool:
        items = [item.id for item in self.survey.items.values() if item.scale == scale]
        return all(isinstance(self.blocks_of.get(id), Multiple) for id in items)

    def wordings(self, *roles: Role) -> Iterator[Wording]:
        """Yield every text in every language, of some roles or all; the same words of a part once."""
        seen: set[tuple[Role, str, str]] = set()
        for of in self.worded:
            if roles and of.role not in roles:
                continue
            for language, text in of.text.root.items():
                base = self._base(language)
                if base is not None and (key := (of.role, base, text)) not in seen:
                    seen.add(key)
                    yield Wording(of=of, language=language, base=base, text=text[:MOST_READ])

    def _base(self, language: str) -> str | None:
        """Return the language that a text is in; None for one in every language."""
        if language != ANY:
            return language.split("-")[0]
        known = {one.split("-")[0] for one in self.survey.languages}
        return known.pop() if len(known) == 1 else None

    def place(self, where: Key) -> Place | None:
        """Return the place of a part of the file."""
        if self.located is None:
            return None
        path = where
        if len(path) > 1 and isinstance(path[1], str) and path[:2] not in self.located.places:
            made = self.origin.get(path[1]) or ((path[0], _COPY.sub("", path[1])))
            path = (*made, *path[2:])
        for i, key in enumerate(path):
            short = (*path[:i], *path[i + 1 :])
            if path not in self.located.places and key in self.survey.perspectives and short in self.located.places:
                path = short
                break
        return self.located.place(*path)

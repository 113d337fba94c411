"""MaxDiff, vignettes and diaries written out: the items that their blocks stand for.

Works on raw data before it is validated; what is not well-formed is left as it is, to be told of later.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cxresearch.survey.block import MOST_STORIES
from cxresearch.survey.expression import renamed
from cxresearch.survey.item import BackgroundField, Item
from cxresearch.survey.maxdiff import design
from cxresearch.survey.raw import Data, counted, entries, ids, languages
from cxresearch.survey.scale import Scale

PARTS = ("items", "fields", "scales")
MOST_TASKS, MOST_CONTACTS = 100, 30
_NOUNS: dict[str, TypeAdapter[Any]] = {
    "items": TypeAdapter(Item),
    "fields": TypeAdapter(BackgroundField),
    "scales": TypeAdapter(Scale),
}


@dataclass(frozen=True, kw_only=True)
class Expanded:
    """A survey with what its blocks stand for; items that are asked repeatedly give way to their copies.

    Parameters
    ----------
    data : dict
    made : dict
        Part and id of what was made, to the block that it was made for.
    repeated : dict
        Item or field to the block that asks it repeatedly.
    clashes : list of tuple
        Block, part and id of what could not be made because something else bears that id.
    """

    data: Data
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    repeated: dict[str, str] = field(default_factory=dict)
    clashes: list[tuple[str, str, str]] = field(default_factory=list)


def expanded(data: Data) -> Expanded:
    """Write out the blocks of raw data.

    Parameters
    ----------
    data : dict
        As read from YAML, wordings in their full form; it is not changed.
    """
    out = {**data, **{part: dict(v) if isinstance(v := data.get(part), dict) else {} for part in PARTS}}
    found = Expanded(data=out)
    for key, block in entries(data, "blocks"):
        kind = block.get("kind")
        if not isinstance(key, str) or not isinstance(kind, str) or kind not in _WRITERS:
            continue
        new: Data = {part: {} for part in PARTS}
        found.made.update(((part, id), key) for part, id in _written_before(block, data))
        for id in _WRITERS[kind](key, block, new, data):
            found.repeated.setdefault(id, key)
        for part in PARTS:
            for id, entry in new[part].items():
                # a survey that was written by write_survey holds what its blocks make
                if id in out[part] and not _is_same(part, out[part][id], entry):
                    found.clashes.append((key, part, id))
                    continue
                out[part].setdefault(id, entry)
                found.made[part, id] = key
    for part in ("items", "fields"):
        out[part] = {id: entry for id, entry in out[part].items() if id not in found.repeated}
    return found if isinstance(data.get("blocks"), dict) else Expanded(data=data)


def _is_same(part: str, one: Any, other: Any) -> bool:
    try:
        return bool(_NOUNS[part].validate_python(one) == _NOUNS[part].validate_python(other))
    except ValidationError:
        return False


def _written_before(block: Data, data: Data) -> Iterator[tuple[str, str]]:
    """Yield the copies of what a block asks, where they stand in the data and what they were copied from does not."""
    known = {part: dict(entries(data, part)) for part in ("items", "fields")}
    most = block.get("most") if block.get("kind") == "diary" else block.get("show", 1)
    named = block.get("items")
    if not counted(most) or not isinstance(named, list):
        return
    numbers = range(1, min(most, MOST_STORIES) + 1)
    for id in named:
        if isinstance(id, str) and not any(id in there for there in known.values()):
            copies = [f"{id}_{number}" for number in numbers]
            yield from ((part, copy) for part, there in known.items() for copy in copies if copy in there)


def stories(block: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the combinations of levels that a vignette block uses, in the order of their numbers.

    Examples
    --------
    >>> stories({"dimensions": {"a": {"levels": {"x": "", "y": ""}}, "b": {"levels": {"p": "", "q": ""}}}})
    [{'a': 'x', 'b': 'p'}, {'a': 'x', 'b': 'q'}, {'a': 'y', 'b': 'p'}, {'a': 'y', 'b': 'q'}]
    """
    dimensions = {name: list(one["levels"]) for name, one in block["dimensions"].items()}
    every = [dict(zip(dimensions, levels, strict=True)) for levels in itertools.product(*dimensions.values())]
    wanted = block.get("versions")
    if not wanted or wanted >= len(every):
        return every
    # of some random draws the one whose levels come most evenly
    rng = random.Random(_seed(block))
    draws = [sorted(rng.sample(range(len(every)), wanted)) for _ in range(200)]
    best = min(draws, key=lambda draw: _imbalance([every[i] for i in draw], dimensions))
    return [every[i] for i in best]


def _imbalance(chosen: list[dict[str, str]], dimensions: Mapping[str, list[str]]) -> float:
    return sum(
        (sum(one[name] == level for one in chosen) - len(chosen) / len(levels)) ** 2
        for name, levels in dimensions.items()
        for level in levels
    )


def _seed(block: Mapping[str, Any]) -> int:
    seed = block.get("seed", 1)
    return seed if isinstance(seed, int) else 1


def _maxdiff(key: str, block: Data, new: Data, data: Data) -> Iterator[str]:
    options, tasks, show = block.get("options"), block.get("tasks"), block.get("show")
    if not (isinstance(options, dict) and counted(tasks) and counted(show) and 3 <= show <= len(options)):
        return
    asked = list(_wordings(block.get("text"), data) or ids(data, "perspectives"))
    for number, task in enumerate(design(list(options), min(tasks, MOST_TASKS), show, _seed(block)), start=1):
        scale = f"{key}_{number}"
        new["scales"][scale] = {"level": "nominal", "labels": {code: options[code] for code in task}}
        for role in ("best", "worst"):
            text = {perspective: block.get(role, "?") for perspective in asked}
            new["items"][f"{key}_{number}_{role}"] = {"text": text, "scale": scale}
    yield from ()


def _vignette(key: str, block: Data, new: Data, data: Data) -> Iterator[str]:
    story, show, versions = _wordings(block.get("story"), data), block.get("show", 1), block.get("versions")
    dimensions = block.get("dimensions")
    if not (isinstance(dimensions, dict) and story and counted(show) and (versions is None or counted(versions))):
        return
    size = 1
    for one in dimensions.values():
        levels = one.get("levels") if isinstance(one, dict) else None
        size *= len(levels) if isinstance(levels, dict) else 0
    if not 0 < size <= MOST_STORIES:
        return
    told = stories(block)
    labels = {number: ", ".join(map(str, one.values())) for number, one in enumerate(told, start=1)}
    new["scales"][key] = {"level": "nominal", "labels": labels}
    copies = _Copies(block, data)
    for count in range(1, min(show, len(told)) + 1):
        entry = {"text": dict.fromkeys(story, f"{key} {count}"), "scale": key, "drawn": True}
        new["items"][f"{key}_{count}"] = entry | ({"relevance": block["relevance"]} if "relevance" in block else {})
        copies.write(count, block.get("relevance"), new)
    yield from copies.ids


def _diary(key: str, block: Data, new: Data, data: Data) -> Iterator[str]:
    more, most = _wordings(block.get("more"), data), block.get("most")
    if not (more and counted(most)):
        return
    scale = f"{key}_more"
    yes, no = {"de": "ja", "en": "yes"}, {"de": "nein", "en": "no"}
    spoken = [language.split("-")[0] for language in languages(data)]
    labels = {code: _in(spoken, text) for code, text in ((1, yes), (0, no))}
    new["scales"][scale] = {"level": "nominal", "labels": labels}
    copies = _Copies(block, data)
    more = {who: text for who, text in more.items() if who in copies.asked} or more
    for count in range(1, min(most, MOST_CONTACTS) + 1):
        before = f"{key}_{count - 1}_more == 1" if count > 1 else block.get("relevance")
        copies.write(count, before, new)
        if count < most:
            entry = {"text": more, "scale": scale, "required": block.get("required", False)}
            new["items"][f"{key}_{count}_more"] = entry | ({"relevance": before} if before else {})
    yield from copies.ids


_WRITERS = {"maxdiff": _maxdiff, "vignette": _vignette, "diary": _diary}


class _Copies:
    """The items and fields of a block, to be written once for each story or contact."""

    def __init__(self, block: Data, data: Data) -> None:
        named = block.get("items")
        known = [(part, dict(entries(data, part))) for part in ("items", "fields")]
        self.sources = [
            (part, id, there[id])
            for id in (named if isinstance(named, list) else [])
            for part, there in known
            if isinstance(id, str) and id in there
        ]
        self.ids = list(dict.fromkeys(id for _, id, _ in self.sources))
        self.texts = {id: _wordings(entry.get("text"), data) for _, id, entry in self.sources}
        before = [dict(entries(data, part))[id].get("text") for part, id in _written_before(block, data)]
        self.asked = {who for text in (*self.texts.values(), *before) for who in _wordings(text, data)}
        self.required = block.get("required")

    def write(self, count: int, before: Any, new: Data) -> None:
        names = {id: f"{id}_{count}" for id in self.ids}
        for part, id, entry in self.sources:
            copy = {name: value for name, value in entry.items() if name not in ("construct", "id")}
            own = entry.get("relevance")
            conditions = [renamed(own, names)] if isinstance(own, str) else []
            conditions += [before] if isinstance(before, str) else []
            if conditions:
                joined = " and ".join(f"({one})" for one in conditions)
                copy["relevance"] = joined if len(conditions) > 1 else conditions[0]
            if self.required and not entry.get("required"):
                copy["required"] = self.required
            if name := entry.get("name") or next(iter(self.texts[id].values()), None):
                copy["name"] = _numbered(name, count)
            new[part][names[id]] = copy


def _numbered(text: Any, count: int) -> Any:
    if isinstance(text, dict):
        return {language: f"{wording} ({count})" for language, wording in text.items()}
    return f"{text} ({count})"


def _in(languages: list[str], text: Mapping[str, str]) -> dict[str, str]:
    return {language: text.get(language, text["en"]) for language in dict.fromkeys(languages)} or dict(text)


def _wordings(text: Any, data: Data) -> dict[str, Any]:
    """Return the wordings by perspective, none where they are not well-formed."""
    return text if isinstance(text, dict) and set(text) <= set(ids(data, "perspectives")) else {}

"""MaxDiff, vignettes and diaries written out: the items that their blocks stand for.

Works on raw data before it is validated; what is not well-formed is left as it is, to be told of later.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from cxresearch.survey.block import MOST_STORIES
from cxresearch.survey.expression import renamed
from cxresearch.survey.maxdiff import design

Data = dict[str, Any]
PARTS = ("items", "fields", "scales")


def expanded(data: Data) -> tuple[Data, dict[tuple[str, str], str]]:
    """Return the data with what its blocks stand for; items that are asked repeatedly give way to their copies.

    Parameters
    ----------
    data : dict
        As read from YAML, wordings in their full form; it is not changed.

    Returns
    -------
    dict
    dict
        Part and id of what was made, to the block that it was made for.
    """
    blocks = data.get("blocks")
    if not isinstance(blocks, dict):
        return data, {}
    made: dict[tuple[str, str], str] = {}
    out = {**data, **{part: dict(data[part]) if _is_mapping(data.get(part)) else {} for part in PARTS}}
    repeated: set[str] = set()
    for key, block in blocks.items():
        if not isinstance(block, dict) or not isinstance(key, str):
            continue
        before = {(part, id) for part in PARTS for id in out[part]}
        if block.get("kind") == "maxdiff":
            _maxdiff(key, block, out)
        elif block.get("kind") == "vignette":
            repeated |= set(_vignette(key, block, out, data))
        elif block.get("kind") == "diary":
            repeated |= set(_diary(key, block, out, data))
        made |= {(part, id): key for part in PARTS for id in out[part] if (part, id) not in before}
    for part in ("items", "fields"):
        out[part] = {key: value for key, value in out[part].items() if key not in repeated}
    return out, made


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
    rng = random.Random(block.get("seed", 1))
    draws = [sorted(rng.sample(range(len(every)), wanted)) for _ in range(200)]
    best = min(draws, key=lambda draw: _imbalance([every[i] for i in draw], dimensions))
    return [every[i] for i in best]


def _imbalance(chosen: list[dict[str, str]], dimensions: Mapping[str, list[str]]) -> float:
    return sum(
        (sum(one[name] == level for one in chosen) - len(chosen) / len(levels)) ** 2
        for name, levels in dimensions.items()
        for level in levels
    )


def _maxdiff(key: str, block: Data, out: Data) -> None:
    options, tasks, show = block.get("options"), block.get("tasks"), block.get("show")
    if not (_is_mapping(options) and _is_count(tasks) and _is_count(show) and 3 <= show <= len(options)):
        return
    asked = _perspectives(block.get("text"), out)
    seed = block.get("seed", 1)
    drawn = design(list(options), min(tasks, 100), show, seed if isinstance(seed, int) else 1)
    for number, task in enumerate(drawn, start=1):
        scale = f"{key}_{number}"
        out["scales"][scale] = {"level": "nominal", "labels": {code: options[code] for code in task}}
        for role in ("best", "worst"):
            id = f"{key}_{number}_{role}"
            text = {perspective: block.get(role, "?") for perspective in asked}
            out["items"][id] = {"text": text, "scale": scale}


def _vignette(key: str, block: Data, out: Data, data: Data) -> Iterator[str]:
    story, show = _wordings(block.get("story"), out), block.get("show", 1)
    dimensions = block.get("dimensions")
    sound = _is_mapping(dimensions) and all(
        _is_mapping(one) and _is_mapping(one.get("levels")) and one["levels"] for one in dimensions.values()
    )
    if not (_is_mapping(dimensions) and sound and story and _is_count(show)):
        return
    size = 1
    for one in dimensions.values():
        size *= len(one["levels"])
    versions = block.get("versions")
    if size > MOST_STORIES or not (versions is None or _is_count(versions)):
        return
    told = stories(block)
    labels = {number: ", ".join(one.values()) for number, one in enumerate(told, start=1)}
    out["scales"][key] = {"level": "nominal", "labels": labels}
    for count in range(1, min(show, len(told)) + 1):
        text = dict.fromkeys(story, f"{key} {count}")
        entry = {"text": text, "scale": key, "drawn": True}
        out["items"][f"{key}_{count}"] = entry | ({"relevance": block["relevance"]} if "relevance" in block else {})
        ids = _names(block)
        for id in ids:
            yield from _copy(id, count, {other: f"{other}_{count}" for other in ids}, block.get("relevance"), out, data)


def _diary(key: str, block: Data, out: Data, data: Data) -> Iterator[str]:
    more, most = _wordings(block.get("more"), out), block.get("most")
    if not (more and _is_count(most)):
        return
    scale = f"{key}_more"
    yes, no = {"de": "ja", "en": "yes"}, {"de": "nein", "en": "no"}
    languages = [str(language).split("-")[0] for language in data.get("languages") or ()]
    out["scales"][scale] = {
        "level": "nominal",
        "labels": {code: _in(languages, text) for code, text in ((1, yes), (0, no))},
    }
    ids = _names(block)
    parts = [part for name in ("items", "fields") if _is_mapping(part := data.get(name))]
    asked = {who for id in ids for part in parts for who in (part.get(id) or {}).get("text") or ()}
    more = {who: text for who, text in more.items() if who in asked} or more
    for count in range(1, min(most, 30) + 1):
        before = f"{key}_{count - 1}_more == 1" if count > 1 else block.get("relevance")
        for id in ids:
            yield from _copy(id, count, {other: f"{other}_{count}" for other in ids}, before, out, data)
        if count < most:
            entry = {"text": more, "scale": scale} | ({"relevance": before} if before else {})
            out["items"][f"{key}_{count}_more"] = entry


def _copy(id: str, count: int, new: Mapping[str, str], before: Any, out: Data, data: Data) -> Iterator[str]:
    for part in ("items", "fields"):
        entry = (data.get(part) or {}).get(id)
        if not isinstance(entry, dict):
            continue
        copy = {name: value for name, value in entry.items() if name not in ("construct", "id")}
        own = entry.get("relevance")
        conditions = [renamed(own, new)] if isinstance(own, str) else []
        conditions += [before] if isinstance(before, str) else []
        if conditions:
            copy["relevance"] = " and ".join(f"({one})" for one in conditions) if len(conditions) > 1 else conditions[0]
        if name := entry.get("name") or next(iter((entry.get("text") or {}).values()), None):
            copy["name"] = _numbered(name, count)
        out[part][f"{id}_{count}"] = copy
        yield id


def _numbered(text: Any, count: int) -> Any:
    if isinstance(text, dict):
        return {language: f"{wording} ({count})" for language, wording in text.items()}
    return f"{text} ({count})"


def _in(languages: list[str], text: Mapping[str, str]) -> dict[str, str]:
    return {language: text.get(language, text["en"]) for language in dict.fromkeys(languages)} or dict(text)


def _names(block: Data) -> list[str]:
    value = block.get("items")
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _perspectives(text: Any, out: Data) -> list[str]:
    return list(_wordings(text, out) or out.get("perspectives") or ())


def _wordings(text: Any, out: Data) -> dict[str, Any]:
    return text if isinstance(text, dict) and set(text) <= set(out.get("perspectives") or ()) else {}


def _is_mapping(value: Any) -> TypeGuard[dict[Any, Any]]:
    return isinstance(value, dict)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1

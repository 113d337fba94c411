"""T09 and X05: what a survey keeps of the one that it builds on, where that is easily overlooked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cxresearch.located import Key
from cxresearch.survey.extend import EXTENDS, Extended
from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.rule import Hit, finds, hit

_BY_NAME = ("labels", "missing", "options", "levels", "terms")  # a code may look like a language


@finds("T09")
def other_language_kept(instrument: Instrument) -> Iterator[Hit]:
    """Find wordings that are new in one language and still the old ones in another."""
    located = instrument.located
    if not isinstance(located, Extended):
        return
    wordings: dict[Key, list[str]] = {}
    for path, old in located.covered.items():
        if _is_wording(path, instrument) and isinstance(old, str) and old != _at(located, path):
            wordings.setdefault(path[:-1], []).append(str(path[-1]))
    for where, new in wordings.items():
        nearest = min(_generation(located, (*where, language)) for language in new)
        old_ones = [
            language
            for language in instrument.survey.languages
            if _at(located, (*where, language)) is not None and _generation(located, (*where, language)) > nearest
        ]
        if old_ones:
            changed = next(one for one in new if _generation(located, (*where, one)) == nearest)
            kept = located.files.get((*where, old_ones[0]), located.chain[-1])
            yield hit(
                (*where, changed),
                _at(located, (*where, changed)),
                new=", ".join(one for one in new if one not in old_ones),
                old=", ".join(old_ones),
                base=Path(kept).name,
            )


def _is_wording(path: Key, instrument: Instrument) -> bool:
    return len(path) > 1 and path[-1] in instrument.survey.languages and path[-2] not in _BY_NAME


def _at(located: Extended, path: Key) -> object:
    value = located.data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _generation(located: Extended, path: Key) -> int:
    """Return how far away the file is that a wording stands in; the content of a YAML alias has no place of its own."""
    if path not in located.places:
        if path not in located.covered:
            return len(located.chain)
        path = next(path[:n] for n in range(len(path), -1, -1) if path[:n] in located.places)
    return located.chain.index(located.files.get(path, located.file))


@finds("X05")
def same_id(instrument: Instrument) -> Iterator[Hit]:
    """Find surveys that bear the id of the one that they build on."""
    located = instrument.located
    if isinstance(located, Extended) and (base := located.files.get(("id",))):
        yield hit((EXTENDS,), instrument.survey.id, base=Path(base).name)

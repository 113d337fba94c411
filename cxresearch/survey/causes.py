"""Faults that others come of: the cause is told, once, and what follows from it is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cxresearch.errors import Fault, Place, nearest
from cxresearch.located import Located
from cxresearch.survey.coherence import PARTS
from cxresearch.survey.extend import generations
from cxresearch.survey.raw import entries, ids

# what is told of an entry that is too little to be a new one
_TOO_LITTLE = ("survey.missing-key", "survey.item-on-no-page", "survey.not-coherent")
_TOLD_IN_PLAIN = ("survey.union-tag-invalid", "survey.union-tag-not-found")


def causes(faults: Iterable[Fault], merged: Located, alone: Located, path: Path | None) -> list[Fault]:
    """Return the faults of a survey without those that are told by another one.

    Parameters
    ----------
    faults : iterable of Fault
    merged : Located
        The whole survey.
    alone : Located
        As it was read, before it was merged with what it extends.
    path : Path, optional
        Where it was read from.
    """
    every = list(faults)
    found = _one_need([fault for fault in every if fault.code not in _TOLD_IN_PLAIN] or every)
    for place, near in _misspelt_entries(alone, path):
        lacking = [fault for fault in found if fault.place == place and fault.code == "survey.missing-key"]
        if lacking:
            found = [fault for fault in found if fault.place != place or fault.code not in _TOO_LITTLE]
            found.append(_nothing_to_change(place, near, lacking))
    return _one_scale(found, merged)


def _one_need(faults: list[Fault]) -> list[Fault]:
    """Tell what may be true, false or soft in one fault, where every kind of value tells its own."""
    soft = {(f.place, str(f.given)) for f in faults if f.code == "survey.not-allowed" and f.allowed == "'soft'"}
    told = []
    for fault in faults:
        if (fault.place, str(fault.given)) not in soft:
            told.append(fault)
        elif fault.code == "survey.not-allowed":
            do = "Write it without quotes." if fault.given in ("true", "false") else fault.do
            told.append(replace(fault, allowed="true, false, soft", do=do))
    return told


def _misspelt_entries(alone: Located, path: Path | None) -> Iterator[tuple[Place, str]]:
    """Yield the places of entries that the survey extended does not have, with the name that they look like."""
    files = [one for one in generations(alone, path) if isinstance(one.data, dict)]
    for i, over in enumerate(files[:-1]):
        for part in PARTS:
            under = [id for one in files[i + 1 :] for id in ids(one.data, part)]
            for id, _ in entries(over.data, part):
                near = nearest(id, under) if str(id) not in under else None
                if near:
                    yield over.place(part, id), near


def _nothing_to_change(place: Place, near: str, lacking: list[Fault]) -> Fault:
    keys = dict.fromkeys(key for fault in lacking for key in re.findall(r"'(\w+)'", fault.what))
    return Fault(
        code="survey.nothing-changed",
        what=f"The survey extended here has nothing of that name to change; something new lacks: {', '.join(keys)}.",
        place=place,
        do=f"Did you mean {near!r}?",
    )


def _one_scale(faults: list[Fault], merged: Located) -> list[Fault]:
    """Tell of a misspelt scale where it stands, not wherever it is named."""
    lacking = Counter(fault.given for fault in faults if fault.code == "survey.unknown-scale")
    named = {str(entry.get("scale")) for part in ("items", "constructs") for _, entry in entries(merged.data, part)}
    unused = [id for id in ids(merged.data, "scales") if id not in named]
    told = faults
    for name, number in lacking.items():
        near = nearest(name, unused) if number > 1 else None
        if near:
            what = f"Nothing is on this scale, but {number} parts name a scale {name!r}, which does not exist."
            place, do = merged.place("scales", near), f"Did you mean {name!r}?"
            told = [fault for fault in told if fault.code != "survey.unknown-scale" or fault.given != name]
            told.append(Fault(code="survey.unknown-scale", what=what, place=place, given=near, do=do))
    return told

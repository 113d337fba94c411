"""Faults that come of taking something out of the survey that is extended: told where it is taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cxresearch.errors import Fault, Place, nearest
from cxresearch.located import Key, Located
from cxresearch.survey.coherence import PARTS
from cxresearch.survey.extend import generations
from cxresearch.survey.raw import ids

_UNKNOWN = "survey.unknown-"


@dataclass(frozen=True, kw_only=True)
class _Null:
    """A part that is null in a survey that extends another."""

    id: str
    place: Place
    known: tuple[str, ...]  # what the other survey has there

    @property
    def takes_out(self) -> bool:
        return self.id in self.known


def told_where_taken_out(faults: Iterable[Fault], located: Located, path: Path | None) -> list[Fault]:
    """Return the faults of a survey; those that a null has caused name it, and say what to do.

    Parameters
    ----------
    faults : iterable of Fault
    located : Located
        The survey as it was read, before it was merged.
    path : Path, optional
        Where it was read from.
    """
    faults = list(faults)
    nulls = list(_nulls(located, path)) if faults else []
    vain = [null for null in nulls if not null.takes_out]
    for null in vain:
        faults = [fault for fault in faults if fault.place != null.place]
    gone = [null for null in nulls if null.takes_out]
    told = [next((_still_named(fault, null) for null in gone if _names(fault, null)), fault) for fault in faults]
    return [*map(_nothing_there, vain), *told]


def _nulls(located: Located, path: Path | None) -> Iterator[_Null]:
    files = [one for one in generations(located, path) if isinstance(one.data, dict)]
    for i, over in enumerate(files[:-1]):
        for part in PARTS:
            under = {id: None for one in reversed(files[i + 1 :]) for id in ids(one.data, part)}
            gone = {id for id in under if _last(files[i + 1 :], part, id) is None}
            known = tuple(id for id in under if id not in gone)
            entries = over.data.get(part)
            for id, entry in entries.items() if isinstance(entries, Mapping) else ():
                if entry is None:
                    where: Key = (part, id)
                    yield _Null(id=str(id), place=over.place(*where), known=known)


def _last(files: Iterable[Located], part: str, id: str) -> object:
    """Return what the nearest survey that speaks of something says of it."""
    entries = (one.data.get(part) for one in files)
    return next(
        (value for said in entries if isinstance(said, Mapping) for key, value in said.items() if str(key) == id), None
    )


def _names(fault: Fault, null: _Null) -> bool:
    return fault.code.startswith(_UNKNOWN) and fault.given == null.id


def _still_named(fault: Fault, null: _Null) -> Fault:
    what = f"This is taken out here, but {fault.place} still names it."
    do = "Lists and conditions are replaced as a whole: write that one again in this file, without the name."
    return replace(fault, what=what, place=null.place, allowed=None, do=do)


def _nothing_there(null: _Null) -> Fault:
    near = nearest(null.id, null.known)
    return Fault(
        code="survey.nothing-taken-out",
        what="There is nothing of that name to take out.",
        place=null.place,
        given=null.id,
        do=f"Did you mean {near!r}?" if near else "Remove the line.",
    )

"""What a section needs: whose answers, from which files, and whether a unit has enough of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cxresearch.study.batch.source import Key, Source
from cxresearch.study.notebook import inspect
from cxresearch.study.plan import Task
from cxresearch.study.study import file_references

Place = tuple[str, str]  # a file and a perspective in it


@dataclass(frozen=True, kw_only=True)
class Need:
    """What one section needs of the files that are cut into units.

    Parameters
    ----------
    files : tuple of (Source, perspectives)
        Each file whose answers it rests on, and whose answers in it.
    spare : tuple of Source
        Files it is given as well: of perspectives that it does not ask about.
    """

    files: tuple[tuple[Source, frozenset[str]], ...]
    spare: tuple[Source, ...] = ()

    def met(self, keys: Iterable[Key], least: int, without: Collection[Place] = ()) -> bool:
        """Tell whether units have enough respondents in every file, none of them in a place not to be shown."""
        keys = tuple(keys)
        for source, names in self.files:
            counts = perspectives(source, keys)
            if sum(counts.get(name, 0) for name in names) < least:
                return False
            if any((source.reference, name) in without for name in names):
                return False
        return True

    def unread(self, keys: Iterable[Key], least: int, without: Collection[Place] = ()) -> frozenset[str]:
        """Return the files that are neither needed nor shown: too few, or withheld."""
        keys = tuple(keys)
        return frozenset(
            source.reference
            for source in self.spare
            if any(
                n < least or (source.reference, name) in without
                for name, n in {source.perspective: 0, **perspectives(source, keys)}.items()
            )
        )


def needs_of(tasks: Iterable[Task], own: Iterable[Source]) -> dict[str, Need]:
    """Return what each section needs of the files that are cut into units.

    Where parameters of a notebook name perspectives, it needs those; otherwise it needs all that it is given.
    """
    files = {source.reference: source for source in own}
    found: dict[str, Need] = {}
    for task in tasks:
        if task.section in found:
            continue
        asked = [files[r] for r in dict.fromkeys(file_references(task.parameters.get("data"))) if r in files]
        named = _named(task)
        needed: list[tuple[Source, frozenset[str]]] = []
        for source in asked:
            there = {source.perspective, *whole(source)} if source.perspective else set(whole(source))
            wanted = there & named if named and "" not in there else there
            if wanted or not there:
                needed.append((source, frozenset(wanted)))
        spare = tuple(source for source in asked if all(source is not other for other, _ in needed))
        if not needed:  # it names other perspectives only, whose files are shared
            needed, spare = [(source, frozenset(whole(source))) for source in asked], ()
        found[task.section] = Need(files=tuple(needed), spare=spare)
    return found


def perspectives(source: Source, keys: Iterable[Key]) -> dict[str, int]:
    """Return how many respondents of some units are in a file, by perspective."""
    counts: dict[str, int] = {}
    for key in keys:
        for perspective, n in source.counts.get(key, {}).items():
            counts[perspective] = counts.get(perspective, 0) + n
    return counts


def whole(source: Source) -> Mapping[str, int]:
    """Return all respondents in a file by perspective, with those who belong to no unit."""
    counts = perspectives(source, source.counts)
    for perspective, n in source.left.items():
        counts[perspective] = counts.get(perspective, 0) + n
    return counts


def _named(task: Task) -> frozenset[str]:
    return frozenset(
        name
        for parameter in inspect(task.notebook).parameters.values()
        for part, _, name in parameter.kind.names(task.parameters.get(parameter.name, parameter.default))
        if part == "perspective" and name
    )

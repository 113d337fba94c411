"""The units of a batch: their names in every language and the folders of their reports."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cxresearch.errors import Fault, StudyError, unknown_name
from cxresearch.study.batch.source import Key, Source, plain
from cxresearch.study.study import Row, Study
from cxresearch.survey.survey import Survey
from cxresearch.words.catalog import say

LONGEST, LONGEST_NAME = 40, 120
TOTAL, REST = "total", "rest"
_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]*")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|total|rest)", re.IGNORECASE)
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "ä": "ae", "ö": "oe", "ü": "ue"})

Kind = Literal["unit", "pool", "total"]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """What one report is about.

    Parameters
    ----------
    slug : str
        Name of its folder.
    kind : {"unit", "pool", "total"}
    values : dict
        Column to value; empty for a pool and the total.
    names : dict
        Language to name.
    keys : tuple
        The rows it has: values of the columns, several for a pool.
    counts : dict
        Perspective to number of respondents.
    untold : frozenset of str
        Perspectives whose number is told nowhere.
    parameters : dict
        For its notebooks only.
    """

    slug: str
    kind: Kind = "unit"
    values: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str]
    keys: tuple[Key, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of respondents."""
        return sum(self.counts.values())

    def called(self, name: str, exactly: bool = False) -> bool:
        """Tell whether `name`, from a command line, means this unit; capitals matter only where that is asked for."""
        known = {self.slug, *self.values.values(), " ".join(self.values.values()), *self.names.values()}
        return name in known if exactly else _spoken(name) in {_spoken(text) for text in known}


def units_of(study: Study, found: Iterable[Source], columns: Key, survey: Survey | None) -> tuple[Unit, ...]:
    """Return the units in the data, in the order of their values; those of the matrix in its own order.

    Raises
    ------
    StudyError
        ``batch.no-units``
    """
    own = [source for source in found if not source.shared]
    listed = {tuple(plain(str(v)) for v in row.values.values()): row for row in study.batch.matrix}
    if study.batch.matrix and tuple(study.batch.matrix[0].values) != columns:
        listed = {}
    keys = list(listed) or sorted({key for source in own for key in source.rows}, key=_in_order)
    if not keys:
        what = "No row of the data has a value in the columns that make the units."
        raise StudyError(Fault(code="batch.no-units", what=what, given=", ".join(columns)))
    slugs = _slugs(keys)
    return tuple(
        Unit(
            slug=slugs[key],
            values=dict(zip(columns, key, strict=True)),
            names={lang: _name(key, columns, survey, listed.get(key), lang) for lang in study.languages},
            keys=(key,),
            counts=counts_of((key,), own),
            parameters=listed[key].parameters if key in listed else {},
        )
        for key in keys
    )


def together(slug: str, kind: Kind, units: Iterable[Unit], names: Mapping[str, str], own: Iterable[Source]) -> Unit:
    """Return several units as one."""
    keys = tuple(key for unit in units for key in unit.keys)
    return Unit(slug=slug, kind=kind, names=names, keys=keys, counts=counts_of(keys, own))


def counts_of(keys: Iterable[Key], found: Iterable[Source]) -> dict[str, int]:
    """Return the respondents of some units by perspective; a perspective with two files counts in the first."""
    keys = tuple(keys)
    counts: dict[str, int] = {}
    for source in found:
        if source.shared:
            continue
        here: dict[str, int] = {} if not source.perspective else {source.perspective: 0}
        for key in keys:
            for perspective, n in source.counts.get(key, {}).items():
                here[perspective] = here.get(perspective, 0) + n
        counts = {**here, **counts}
    return counts


def total_names(study: Study) -> dict[str, str]:
    """Return what all units together are called."""
    return {lang: say("batch.total", lang) for lang in study.languages}


def pool_names(study: Study, below: int) -> dict[str, str]:
    """Return what the small units together are called."""
    title = study.batch.pool.title if study.batch.pool else None
    return {lang: title.get(lang) if title else say("batch.pool", lang, n=below) for lang in study.languages}


def chosen(units: Iterable[Unit], only: Iterable[str]) -> frozenset[str]:
    """Return the folders of the units that a command line names; of all where it names none.

    Names are separated by commas; one that holds commas itself may be written as it is or, as in CSV, in quotes.
    A unit that is called exactly so goes before those that differ in capitals.

    Raises
    ------
    StudyError
        ``batch.unknown-unit``

    Examples
    --------
    >>> units = [Unit(slug=s, names={"de": n}, keys=()) for s, n in (("a", "Bern, Mitte"), ("b", "Bern"), ("c", "3"))]
    >>> sorted(chosen(units, ["Bern", "Mitte", "3.0"])), sorted(chosen(units, ['"bern, mitte",b']))
    (['a', 'c'], ['a', 'b'])
    """
    units, only = tuple(units), tuple(only)
    if not only:
        return frozenset(unit.slug for unit in units)
    parts = _parts(only)
    found: dict[str, list[str]] = {}

    def meant(name: str) -> list[str]:
        if name not in found:
            exact = [unit.slug for unit in units if unit.called(name, exactly=True)]
            found[name] = exact or [unit.slug for unit in units if unit.called(name)]
        return found[name]

    names = _put_together(parts, lambda name: bool(meant(name)))
    if not names:
        valid = [" ".join(unit.values.values()) or unit.slug for unit in units]
        wrong = [name for name in dict.fromkeys(parts) if not meant(name)] or [",".join(only)]
        raise StudyError(*(unknown_name("batch.unknown-unit", "unit", name, valid) for name in wrong))
    return frozenset(slug for name in names for slug in meant(name))


def _parts(only: Iterable[str]) -> list[str]:
    rows = csv.reader([",".join(only).replace("\n", " ")], skipinitialspace=True)
    return [part.strip() for row in rows for part in row if part.strip()]


def _put_together(parts: list[str], known: Callable[[str], bool]) -> list[str] | None:
    """Return the parts as names, those put together again that are one name with commas; None where one is unknown."""
    ways: dict[int, list[str]] = {len(parts): []}
    for start in reversed(range(len(parts))):
        for end in range(start + 1, len(parts) + 1):
            name = ",".join(parts[start:end])
            if end in ways and known(name):
                ways[start] = [name, *ways[end]]
                break
    return ways.get(0)


def _spoken(name: str) -> str:
    """Return a name as it is compared: the values in it normalised, capitals and blanks at commas left aside."""
    return re.sub(r"\s*,\s*", ",", plain(name)).casefold()


def slug_of(key: Key) -> str:
    """Return a name for a folder that any system accepts, the same for the same values always.

    Examples
    --------
    >>> slug_of(("Nord",)), slug_of(("B05", "2"))
    ('nord', 'b05-2')
    >>> slug_of(("../../etc",)), slug_of(("Zürich",)), slug_of(("",))
    ('etc-69d4ae', 'zuerich-fa578d', 'unit-055539')
    """
    text = "-".join(key).lower()
    if _SAFE.fullmatch(text) and len(text) <= LONGEST and not _RESERVED.fullmatch(text):
        return text
    ascii_ = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    plain_ = re.sub(r"[^a-z0-9]+", "-", ascii_)[:LONGEST].strip("-")
    return f"{plain_ or 'unit'}-{_mark(key)}"


def _slugs(keys: list[Key]) -> dict[Key, str]:
    slugs = {key: slug_of(key) for key in keys}
    taken = list(slugs.values())
    return {key: slug if taken.count(slug) == 1 else f"{slug}-{_mark(key)}" for key, slug in slugs.items()}


def _mark(key: Key) -> str:
    text = json.dumps(key, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def _name(key: Key, columns: Key, survey: Survey | None, row: Row | None, language: str) -> str:
    if row is not None and row.title is not None:
        return row.title.get(language)
    parts = []
    for column, value in zip(columns, key, strict=True):
        field_ = survey.fields.get(column) if survey else None
        labels = {plain(str(code)): text for code, text in field_.labels.items()} if field_ else {}
        name = labels[value].get(language) if value in labels else value
        name = "".join(mark if mark.isprintable() else " " for mark in name).strip()
        name = name or " ".join(f"U+{ord(mark):04X}" for mark in value)  # nobody can see it
        parts.append(name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "\N{HORIZONTAL ELLIPSIS}")
    return " \N{MIDDLE DOT} ".join(parts)


def _in_order(key: Key) -> tuple[Any, ...]:
    """Sort numbers as numbers, also inside a name, and umlauts with their letters.

    Examples
    --------
    >>> keys = [("Z",), ("B10",), ("äh",), ("B2",), ("Ab",), ("10",), ("-3",), ("9",), ("Über",), ("ufer",)]
    >>> [key[0] for key in sorted(keys, key=_in_order)]
    ['-3', '9', '10', 'Ab', 'äh', 'B2', 'B10', 'Über', 'ufer', 'Z']
    """
    return tuple((not _number(part), float(part) if _number(part) else 0.0, _natural(part), part) for part in key)


def _natural(text: str) -> tuple[Any, ...]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    pieces = re.split(r"([0-9]+)", bare)
    # every second piece is a number; without leading zeros the longer one is the larger one
    return tuple((len(p.lstrip("0")), p.lstrip("0")) if i % 2 else (0, p) for i, p in enumerate(pieces))


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,15}", text))

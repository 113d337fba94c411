"""From answers to cells: the people of every department and construct, and which cells may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.checks.comparability import Comparability
from cxresearch.checks.release import Release, release
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Names
from cxresearch.scores.scores import Scores, score


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Scores of people by department, and those of the people they are compared with.

    Parameters
    ----------
    groups : list
        Departments, sorted.
    constructs : list of str
    inside : dict
        Department to its people: rows are people, columns constructs, NaN where there is no score.
    outside : DataFrame
        The same for the reference.
    shown : DataFrame of bool
        Departments x constructs: whether the cell may be shown.
    items : dict
        Construct to the answers to its items, reversed ones turned; rows named as in `inside`.
    points : dict
        Construct to the number of answer options, None where it is not known.
    """

    groups: list[Any]
    constructs: list[str]
    inside: dict[Any, pd.DataFrame]
    outside: pd.DataFrame
    shown: pd.DataFrame
    items: dict[str, pd.DataFrame]
    points: dict[str, int | None]
    names: Names
    lang: str
    caveats: tuple[Caveat, ...]
    gate: tuple[Comparability, ...] = ()

    def scores(self, group: Any, construct: str) -> np.ndarray:
        """Return the scores of one department."""
        return self.inside[group][construct].dropna().to_numpy(dtype=float)

    def reference(self, construct: str) -> np.ndarray:
        """Return the scores of the reference."""
        return self.outside[construct].dropna().to_numpy(dtype=float)

    def shown_groups(self, construct: str) -> list[Any]:
        """Return the departments whose cell may be shown."""
        return [g for g in self.groups if self.shown.loc[g, construct]]


def cells_of(
    data: Responses | pd.DataFrame,
    *,
    by: str,
    inside: str,
    reference: str,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    perspective: str | None,
    minimum_cell: int,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    reversed: Iterable[str],
    gate: bool,
    override: bool,
    rule: str,
) -> Cells:
    """Score the answers that the gate releases and sort them into cells; see :func:`cxresearch.silos` for the parameters."""
    source = Source.of(data)
    if source.survey is None and perspective is None:
        raise ArgumentError(
            Fault(
                code="silos.no-perspective",
                what="A plain frame does not say who answered.",
                allowed=f"perspective= one of {listing(source.frame.columns)}",
            )
        )
    given = data if isinstance(data, Responses) else source.frame
    _known(inside, reference, list(dict.fromkeys(source.key(perspective or PERSPECTIVE).dropna())))
    options: dict[str, Any] = {"perspective": perspective, "reversed": reversed, "scale": scale, "missing": missing}
    found = _people(given, source.key(by), inside, reference, constructs, options)
    shown, freed = _shown(found.inside, minimum_cell), None
    if gate:
        # the gate sees no answer of a hidden cell, so that its figures give none away
        items = _items(source, constructs, found.constructs, inside)
        freed = release(
            _without_hidden(given, source.key(by), shown, items),
            inside=inside,
            outside=reference,
            constructs=constructs,
            override=override,
            rule=rule,
            **options,
        ).whole(inside, reference)
        constructs = {c: names for c, names in freed.bundles.items() if c in found.constructs}
        options["reversed"] = [i for i in reversed if any(i in names for names in constructs.values())]
        found = _people(given, source.key(by), inside, reference, constructs, options)
        shown = _shown(found.inside, minimum_cell) & shown[found.constructs]
    items = _items(source, constructs, found.constructs, inside)
    every = [item for names in items.values() for item in names]
    single = score(given, constructs={item: [item] for item in every}, **options).frame
    answers = single.pivot(index="row", columns="construct", values="score")
    return Cells(
        groups=list(found.inside),
        constructs=found.constructs,
        inside=found.inside,
        outside=found.outside,
        shown=shown,
        items={c: answers[list(names)] for c, names in items.items()},
        points={c: _points(source, names, scale, missing) for c, names in items.items()},
        names=found.scored.names,
        lang=found.scored.lang,
        caveats=(*found.scored.caveats, *_caveats(source, by, found.without_group, freed)),
        gate=freed.gate if freed else (),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _People:
    """People by department, and those of the reference: rows are people, columns constructs."""

    inside: dict[Any, pd.DataFrame]
    outside: pd.DataFrame
    constructs: list[str]
    without_group: int
    scored: Scores


def _people(
    given: Responses | pd.DataFrame,
    keys: pd.Series,
    inside: str,
    reference: str,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    options: Mapping[str, Any],
) -> _People:
    scored = score(given, constructs=constructs, **options)
    long = scored.frame
    found = _asked_of_both(long, inside, reference)
    wide = long[long["construct"].isin(found)].pivot(index="row", columns="construct", values="score")[found]
    who = long.drop_duplicates("row").set_index("row")[PERSPECTIVE].reindex(wide.index)
    group = keys.reindex(wide.index)
    mine = (who == inside) & group.notna()
    groups = _sorted(group[mine].unique())
    if not groups:
        what = f"Nobody in {inside!r} has a value in {keys.name!r}."
        raise NotEnoughData(Fault(code="silos.no-group", what=what, given=keys.name))
    return _People(
        inside={g: wide[mine & (group == g)] for g in groups},
        outside=wide[who == reference],
        constructs=found,
        without_group=int(((who == inside) & group.isna()).sum()),
        scored=scored,
    )


def _without_hidden(
    given: Responses | pd.DataFrame, keys: pd.Series, shown: pd.DataFrame, items: Mapping[str, Sequence[str]]
) -> Responses | pd.DataFrame:
    """Return the answers with those of cells that are not shown taken out."""
    frame = (given.frame if isinstance(given, Responses) else given).copy()
    for construct, names in items.items():
        rows = keys.isin(shown.index[~shown[construct]]).to_numpy()
        for name in names:
            frame[name] = frame[name].mask(rows)
    return replace(given, frame=frame) if isinstance(given, Responses) else frame


def hidden(counts: Mapping[Any, int], sizes: Mapping[Any, int], minimum_cell: int) -> set[Any]:
    """Return the departments that must not be shown for one construct.

    Those below `minimum_cell`; and where a total that is known from elsewhere would give one of them away, or all
    of them together as a group below `minimum_cell`, the smallest other department as well.

    Parameters
    ----------
    counts : dict
        Department to its people with a score.
    sizes : dict
        Department to all its people, so that the same department is taken for every construct.

    Examples
    --------
    >>> sorted(hidden({"a": 3, "b": 9, "c": 7}, {"a": 3, "b": 9, "c": 7}, 5))
    ['a', 'c']
    >>> sorted(hidden({"a": 3, "b": 4, "c": 7}, {"a": 3, "b": 4, "c": 7}, 5))
    ['a', 'b']
    """
    out = {g for g, n in counts.items() if n < minimum_cell}
    people = [counts[g] for g in out if counts[g]]
    if people and (len(people) == 1 or sum(people) < minimum_cell):
        rest = [g for g in counts if g not in out]
        if rest:
            out.add(min(rest, key=lambda g: (sizes[g], str(g))))
    return out


def _shown(people: Mapping[Any, pd.DataFrame], minimum_cell: int) -> pd.DataFrame:
    counts = pd.DataFrame({g: frame.notna().sum() for g, frame in people.items()}).T
    sizes = {g: int(frame.notna().any(axis=1).sum()) for g, frame in people.items()}
    out = pd.DataFrame(True, index=counts.index, columns=counts.columns)
    for construct in counts:
        column = {g: int(n) for g, n in counts[construct].items()}
        out.loc[list(hidden(column, sizes, minimum_cell)), construct] = False
    return out


def _known(inside: str, reference: str, valid: Sequence[str]) -> None:
    faults = [
        unknown_name("silos.unknown-perspective", "perspective in the data", who, valid)
        for who in (inside, reference)
        if who not in valid
    ]
    if inside == reference:
        what = "Departments are compared with somebody else's view."
        faults.append(Fault(code="silos.same-perspective", what=what, given=inside, allowed=listing(valid)))
    if faults:
        raise ArgumentError(*faults)


def _asked_of_both(long: pd.DataFrame, inside: str, reference: str) -> list[str]:
    rows = long[long["score"].notna()]
    both = set(rows.loc[rows[PERSPECTIVE] == inside, "construct"])
    both &= set(rows.loc[rows[PERSPECTIVE] == reference, "construct"])
    found = [c for c in dict.fromkeys(long["construct"]) if c in both]
    if not found:
        what = "There is no construct that both sides have scores of."
        raise NotEnoughData(Fault(code="silos.no-construct", what=what, given=listing([inside, reference])))
    return found


def _items(
    source: Source,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    found: Sequence[str],
    inside: str,
) -> dict[str, list[str]]:
    if isinstance(constructs, Mapping):
        listed = {str(k): [v] if isinstance(v, str) else list(v) for k, v in constructs.items()}
        return {c: listed[c] for c in found}
    assert source.survey is not None
    return {c: [i.id for i in source.survey.items_of(c, inside) if i.id in source.frame] for c in found}


def _points(
    source: Source,
    items: Sequence[str],
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
) -> int | None:
    """Return the number of answer options; scores come after the check that items share their scale."""
    declared = source.column(items[0], scale=scale, missing=missing).scale
    if declared is None or not declared.is_range or not declared.codes:
        return None
    return len(declared.codes)


def _caveats(source: Source, by: str, without: int, freed: Release | None) -> list[Caveat]:
    untested = Caveat(code="comparability_untested", severity="warning")
    out = list(freed.caveats) if freed else [untested]
    if without:
        out.append(Caveat(code="silos_without_group", values={"n": without, "by": by}))
    return out


def _sorted(groups: Iterable[Any]) -> list[Any]:
    """Sort codes as numbers, and words as words."""
    listed = list(groups)
    numbers = all(isinstance(g, int | float | np.number) for g in listed)
    return sorted(listed) if numbers else sorted(listed, key=str)

"""From answers to cells: the people of every department and construct, and which cells may be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.checks.comparability import Comparability
from cxresearch.checks.release import Release, release
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing, unknown_name
from cxresearch.privacy import NOBODY, figures, hidden
from cxresearch.responses.responses import PERSPECTIVE, Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Names
from cxresearch.scores.cells import called, in_order
from cxresearch.scores.item_matrix import shared_items
from cxresearch.scores.recipe import listed
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
    masked : frozenset of str
        Constructs of which nothing is shown.
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
    masked: frozenset[str] = frozenset()

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
    withhold: Collection[Any],
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    reversed: Iterable[str],
    gate: bool,
    override: bool,
    rule: str,
) -> Cells:
    """Score the answers that the gate releases and sort them into cells; see :func:`cxresearch.silos` for the parameters."""
    if isinstance(data, UnitScores):
        what = "Departments are made of people, and ready-made unit scores hold none."
        do = "Read the answers, or compare the units with gaps(..., by=...)."
        raise ArgumentError(Fault(code="silos.not-for-unit-scores", what=what, do=do))
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
    reading: dict[str, Any] = {"perspective": perspective, "scale": scale, "missing": missing}
    turned, sides = listed(reversed), [inside, reference]
    items, left = shared_items(given, constructs, sides, reversed=turned, **reading)
    found = _people(given, source.key(by), inside, reference, items, turned, reading)
    shown, freed = _shown(found, minimum_cell, withhold), None
    if gate:
        # the gate sees no answer of a hidden cell, so that its figures give none away
        items = {c: items[c] for c in found.constructs}
        freed = release(
            _without_hidden(given, source.key(by), shown, items),
            inside=inside,
            outside=reference,
            constructs=items,
            reversed=_of_these(turned, items),
            override=override,
            rule=rule,
            **reading,
        ).whole(inside, reference)
        found = _people(given, source.key(by), inside, reference, freed.bundles, turned, reading)
        shown = _shown(found, minimum_cell, withhold) & shown[found.constructs]
        items = freed.bundles
    items = {c: items[c] for c in found.constructs}
    singles = {item: [item] for names in items.values() for item in names}
    single = score(given, constructs=singles, reversed=_of_these(turned, items), **reading).frame
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
        caveats=_unique([*found.scored.caveats, *left, *_caveats(by, reference, found, freed)]),
        gate=freed.gate if freed else (),
        masked=frozenset(figures(withhold)),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _People:
    """People by department, and those of the reference: rows are people, columns constructs."""

    inside: dict[Any, pd.DataFrame]
    outside: pd.DataFrame
    constructs: list[str]
    without_group: pd.DataFrame
    scored: Scores


def _people(
    given: Responses | pd.DataFrame,
    keys: pd.Series,
    inside: str,
    reference: str,
    items: Mapping[str, Sequence[str]],
    turned: Sequence[str],
    reading: Mapping[str, Any],
) -> _People:
    scored = score(given, constructs=items, reversed=_of_these(turned, items), as_means=True, **reading)
    long = scored.frame
    found = _asked_of_both(long, inside, reference)
    wide = long[long["construct"].isin(found)].pivot(index="row", columns="construct", values="score")[found]
    who = long.drop_duplicates("row").set_index("row")[PERSPECTIVE].reindex(wide.index)
    group = keys.reindex(wide.index)
    mine = (who == inside) & group.notna()
    groups = in_order(group[mine].unique())
    if not groups:
        what = f"Nobody in {inside!r} has a value in {keys.name!r}."
        raise NotEnoughData(Fault(code="silos.no-group", what=what, given=keys.name))
    return _People(
        inside={g: wide[mine & (group == g)] for g in groups},
        outside=wide[who == reference],
        constructs=found,
        without_group=wide[(who == inside) & group.isna()],
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


def _shown(found: _People, minimum_cell: int, withhold: Collection[Any]) -> pd.DataFrame:
    people = found.inside
    counts = pd.DataFrame({g: frame.notna().sum() for g, frame in people.items()}).T
    sizes = {g: int(frame.notna().any(axis=1).sum()) for g, frame in people.items()}
    out = pd.DataFrame(True, index=counts.index, columns=counts.columns)
    for construct in counts:
        column: dict[Any, int] = {g: int(n) for g, n in counts[construct].items()}
        column[NOBODY] = int(found.without_group[construct].notna().sum())
        out.loc[list(hidden(column, sizes, minimum_cell, called(people, withhold))), construct] = False
    out[[construct for construct in figures(withhold) if construct in out]] = False
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


def _of_these(turned: Sequence[str], items: Mapping[str, Sequence[str]]) -> list[str]:
    return [i for i in turned if any(i in names for names in items.values())]


def _caveats(by: str, reference: str, found: _People, freed: Release | None) -> list[Caveat]:
    out = [Caveat(code="comparability_untested", severity="warning")]
    if freed:
        new = [c for c in freed.caveats if c not in found.scored.caveats]
        out = [replace(c, values={**c.values, "outside": Ids([reference])}) for c in new]
    if len(found.without_group):
        out.append(Caveat(code="silos_without_group", values={"n": len(found.without_group), "by": Ids([by])}))
    return out


def _unique(caveats: Iterable[Caveat]) -> tuple[Caveat, ...]:
    return tuple({repr(c): c for c in caveats}.values())

"""From answers to cells: the people of every department and construct, and which cells may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Names
from cxresearch.scores.scores import score
from cxresearch.survey.level import Level


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
) -> Cells:
    """Score the answers and sort them into cells; see :func:`cxresearch.silos` for the parameters."""
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
    options: dict[str, Any] = {"perspective": perspective, "reversed": reversed, "scale": scale, "missing": missing}
    scored = score(given, constructs=constructs, **options)
    long = scored.frame
    _known(inside, reference, list(dict.fromkeys(long[PERSPECTIVE])))
    keys = source.key(by)
    found = _asked_of_both(long, inside, reference)
    wide = long[long["construct"].isin(found)].pivot(index="row", columns="construct", values="score")[found]
    who = long.drop_duplicates("row").set_index("row")[PERSPECTIVE].reindex(wide.index)
    group = keys.reindex(wide.index)
    mine = (who == inside) & group.notna()
    groups = _sorted(group[mine].unique())
    if not groups:
        raise NotEnoughData(Fault(code="silos.no-group", what=f"Nobody in {inside!r} has a value in {by!r}.", given=by))
    people = {g: wide[mine & (group == g)] for g in groups}
    items = _items(source, constructs, found, inside)
    every = [item for names in items.values() for item in names]
    single = score(given, constructs={item: [item] for item in every}, **options).frame
    answers = single.pivot(index="row", columns="construct", values="score")
    return Cells(
        groups=groups,
        constructs=found,
        inside=people,
        outside=wide[who == reference],
        shown=_shown(people, minimum_cell),
        items={c: answers[list(names)] for c, names in items.items()},
        points={c: _points(source, names, scale, missing) for c, names in items.items()},
        names=scored.names,
        lang=scored.lang,
        caveats=(*scored.caveats, *_caveats(source, by, (who == inside) & group.isna())),
    )


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


def _caveats(source: Source, by: str, without: pd.Series) -> list[Caveat]:
    out = [Caveat(code="comparability_untested", severity="warning")]
    if source.survey is not None and any(s.level is Level.ORDINAL for s in source.survey.scales.values()):
        out.append(Caveat(code="ordinal_as_interval"))
    if without.any():
        out.append(Caveat(code="silos_without_group", values={"n": int(without.sum()), "by": by}))
    return out


def _sorted(groups: Iterable[Any]) -> list[Any]:
    """Sort codes as numbers, and words as words."""
    listed = list(groups)
    numbers = all(isinstance(g, int | float | np.number) for g in listed)
    return sorted(listed) if numbers else sorted(listed, key=str)

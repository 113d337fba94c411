"""Who is compared with whom: scores of two perspectives, linked by unit or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT, Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Names
from cxresearch.scores.scores import score
from cxresearch.survey.level import Level
from cxresearch.survey.survey import Survey

Per = Literal["construct", "item", "touchpoint"]
Design = Literal["linked_units", "unlinked_people"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """The two sides of one comparison.

    Parameters
    ----------
    construct, inside, outside : str
    group : object
        Value of the breakdown, None without one.
    design : {"linked_units", "unlinked_people"}
        Linked: row `i` of both sides is the same unit.
    a, b : ndarray
        Scores inside and outside.
    ids_a, ids_b : ndarray
        Who gave each score (unit, or row of the answers).
    weights_a, weights_b, clusters_a, clusters_b : ndarray, optional
    n_inside, n_outside : int
        Respondents behind the scores (units where the number is not known).
    n_units : int or None
    n_dropped : int
        Units or respondents that could not be used.
    top : float, optional
        For a single item: the lowest of the two highest points of its scale.
    """

    construct: str
    inside: str
    outside: str
    group: Any
    design: Design
    a: np.ndarray
    b: np.ndarray
    ids_a: np.ndarray
    ids_b: np.ndarray
    weights_a: np.ndarray | None = None
    weights_b: np.ndarray | None = None
    clusters_a: np.ndarray | None = None
    clusters_b: np.ndarray | None = None
    n_inside: int
    n_outside: int
    n_units: int | None
    n_dropped: int
    top: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """All comparisons that were asked for, and what a reader has to know about the data."""

    pairs: tuple[Pair, ...]
    names: Names
    lang: str
    caveats: tuple[Caveat, ...]


def pairs_of(
    data: UnitScores | Responses | pd.DataFrame,
    *,
    inside: str,
    outside: Sequence[str],
    by: str | None,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    perspective: str | None,
    link: str | None,
    weights: str | None,
    cluster: str | None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    reversed: Iterable[str],
    per: Per = "construct",
    tested: bool = False,
) -> Compared:
    """Bring any input into pairs; see :func:`cxresearch.gaps` for the parameters.

    `tested` says that the comparability of the constructs was shown; whoever did not pass the
    gate carries the caveat, whatever is made of the pairs.
    """
    if isinstance(data, UnitScores):
        if weights or cluster or link or perspective or per != "construct":
            raise ArgumentError(
                Fault(
                    code="gaps.not-for-unit-scores",
                    what="Ready-made unit scores are linked by their unit; weights, cluster, link, perspective and "
                    "per need the answers of people.",
                    given=listing(x for x in (weights, cluster, link, perspective, per) if x and x != "construct"),
                )
            )
        long = data.frame
        _known_perspectives(inside, outside, data.perspectives)
        wanted = _known_constructs(constructs, data.constructs)
        caveat = Caveat(code="comparability_unknown", severity="warning")
        pairs = _linked(long, inside, outside, _group(long, by), wanted)
        return Compared(pairs=tuple(pairs), names=data.names, lang=data.lang, caveats=(caveat,))
    source = Source.of(data)
    known_perspectives(data, inside, outside, perspective)
    if per != "construct":
        constructs, reversed = _bundles(source, per, constructs, reversed, [inside, *outside])
    scored = score(
        data,
        constructs=constructs,
        perspective=perspective,
        reversed=reversed,
        scale=scale,
        missing=missing,
    )
    long = _with_columns(scored.frame, source, {"unit": link, "group": by, "cluster": cluster}, weights)
    wanted = tuple(dict.fromkeys(long["construct"]))
    caveats = [*scored.caveats, *source.unused_weights(weights)]
    if not tested:
        caveats.append(Caveat(code="comparability_untested", severity="warning"))
    if source.survey is not None and any(s.level is Level.ORDINAL for s in source.survey.scales.values()):
        caveats.append(Caveat(code="ordinal_as_interval"))
    groups = long["group"] if by else None
    if link:
        units = _unit_means(long, weights is not None)
        pairs = _linked(units, inside, outside, units["group"] if by else None, wanted)
    else:
        pairs = _unlinked(long, inside, outside, groups, wanted, weights is not None, cluster is not None)
        unit = source.survey.field_of_kind("unit") if source.survey is not None else None
        if cluster is None and unit is not None and unit.id in source.frame:
            caveats.append(Caveat(code="clusters_ignored", values={"unit": Ids([unit.id])}))
    found = tuple(pairs)
    if per == "item":
        found = tuple(replace(p, top=_top(source, p.construct, scale)) for p in found)
    return Compared(pairs=found, names=scored.names, lang=scored.lang, caveats=tuple(caveats))


def _top(source: Source, item: str, scale: ScaleLike | Mapping[str, ScaleLike] | None) -> float | None:
    used = source.column(item, scale=scale).scale
    if used is None or not used.is_range or len(used.codes) < 4:
        return None
    return float(used.codes[-2])


def _bundles(
    source: Source,
    per: Per,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    reversed: Iterable[str],
    perspectives: Sequence[str],
) -> tuple[dict[str, list[str]], list[str]]:
    """Return items by themselves, or by touchpoint, in the form of constructs."""
    survey = source.survey
    if survey is None:
        if per == "touchpoint" or not isinstance(constructs, Mapping):
            raise ArgumentError(
                Fault(
                    code="gaps.per",
                    what="A plain frame knows no touchpoints; items are taken from the constructs.",
                    given=per,
                    allowed="per='item' with constructs={'ease': ['column a', 'column b']}",
                )
            )
        items = [item for group in constructs.values() for item in group]
        return {item: [item] for item in items}, list(reversed)
    chosen = _mirrored(survey, constructs, perspectives, source)
    turned = [i for i in chosen if survey.items[i].reversed]
    if per == "item":
        return {item: [item] for item in chosen}, turned
    bundles: dict[str, list[str]] = {}
    for item in chosen:
        touchpoint = survey.items[item].touchpoint
        if touchpoint is not None:
            bundles.setdefault(touchpoint, []).append(item)
    if not bundles:
        raise ArgumentError(
            Fault(code="gaps.per", what="No item that both sides answered belongs to a touchpoint.", given=per)
        )
    return bundles, [i for i in turned if survey.items[i].touchpoint is not None]


def _mirrored(
    survey: Survey,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    perspectives: Sequence[str],
    source: Source,
) -> list[str]:
    wanted = set(constructs) if constructs is not None else None
    for construct in wanted or ():
        if construct not in survey.constructs:
            raise ArgumentError(unknown_name("gaps.unknown-construct", "construct", construct, survey.constructs))
    known = [p for p in perspectives if p in survey.perspectives]
    found = [
        item.id
        for item in survey.mirrored(*known)
        if item.id in source.frame
        and item.construct is not None
        and (wanted is None or item.construct in wanted)
        and survey.scales[item.scale].is_range
    ]
    if not found:
        raise ArgumentError(
            Fault(
                code="gaps.no-mirrored-item",
                what="There is no item that all of these perspectives are asked.",
                given=listing(perspectives),
            )
        )
    return found


def known_perspectives(
    data: Responses | pd.DataFrame, inside: str, outside: Sequence[str], perspective: str | None
) -> None:
    """Refuse perspectives that are not in the data, before anything is computed."""
    source = Source.of(data)
    if source.survey is None and perspective is None:
        raise ArgumentError(
            Fault(
                code="gaps.no-perspective",
                what="A plain frame does not say who answered.",
                allowed=f"perspective= one of {listing(source.frame.columns)}",
            )
        )
    found = source.key(perspective or PERSPECTIVE).dropna()
    _known_perspectives(inside, outside, tuple(dict.fromkeys(found)))


def _known_perspectives(inside: str, outside: Sequence[str], valid: Sequence[str]) -> None:
    faults = [
        unknown_name("gaps.unknown-perspective", "perspective in the data", who, valid)
        for who in (inside, *outside)
        if who not in valid
    ]
    if inside in outside:
        faults.append(Fault(code="gaps.same-perspective", what="Inside and outside must be different.", given=inside))
    if not outside:
        faults.append(Fault(code="gaps.no-outside", what="There is no outside perspective.", allowed=listing(valid)))
    if faults:
        raise ArgumentError(*faults)


def _known_constructs(
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None, valid: Sequence[str]
) -> tuple[str, ...]:
    if isinstance(constructs, Mapping):
        raise ArgumentError(
            Fault(
                code="gaps.not-for-unit-scores",
                what="Ready-made scores have no items; name constructs only.",
                allowed=listing(valid),
            )
        )
    wanted = tuple(constructs) if constructs is not None else tuple(valid)
    for construct in wanted:
        if construct not in valid:
            raise ArgumentError(unknown_name("gaps.unknown-construct", "construct in the data", construct, valid))
    return wanted


def _group(frame: pd.DataFrame, by: str | None) -> pd.Series | None:
    if by is None:
        return None
    if by not in frame.columns:
        raise ArgumentError(unknown_name("gaps.unknown-column", "column to break down by", by, frame.columns))
    return frame[by]


def _with_columns(
    long: pd.DataFrame, source: Source, keys: Mapping[str, str | None], weights: str | None
) -> pd.DataFrame:
    extra = {name: source.key(column).to_numpy()[long["row"]] for name, column in keys.items() if column}
    values = source.weights(weights)
    if values is not None:
        extra["weight"] = values[long["row"].to_numpy()]
    return long.assign(**extra)


def _groups(groups: pd.Series | None) -> list[Any]:
    if groups is None:
        return [None]
    return sorted(groups.dropna().unique(), key=str)


def _linked(
    frame: pd.DataFrame,
    inside: str,
    outside: Sequence[str],
    groups: pd.Series | None,
    constructs: Sequence[str],
) -> Iterator[Pair]:
    for group in _groups(groups):
        part = frame if groups is None else frame[groups == group]
        for other in outside:
            for construct in constructs:
                rows = part[part["construct"] == construct]
                left = rows[rows[PERSPECTIVE] == inside].set_index("unit")
                right = rows[rows[PERSPECTIVE] == other].set_index("unit")
                both = left.index.intersection(right.index, sort=False).sort_values()
                left_n, right_n = left.loc[both, "n"], right.loc[both, "n"]
                yield Pair(
                    construct=construct,
                    inside=inside,
                    outside=other,
                    group=group,
                    design="linked_units",
                    a=left.loc[both, "score"].to_numpy(dtype=float),
                    b=right.loc[both, "score"].to_numpy(dtype=float),
                    ids_a=both.to_numpy(),
                    ids_b=both.to_numpy(),
                    n_inside=_people(left_n),
                    n_outside=_people(right_n),
                    n_units=len(both),
                    n_dropped=len(left.index.union(right.index)) - len(both),
                )


def _people(counts: pd.Series) -> int:
    return len(counts) if counts.isna().any() else int(counts.sum())


def _unlinked(
    long: pd.DataFrame,
    inside: str,
    outside: Sequence[str],
    groups: pd.Series | None,
    constructs: Sequence[str],
    weighted: bool,
    clustered: bool,
) -> Iterator[Pair]:
    for group in _groups(groups):
        part = long if groups is None else long[groups == group]
        for other in outside:
            for construct in constructs:
                rows = part[part["construct"] == construct]
                usable = rows["score"].notna()
                if weighted:
                    usable &= rows["weight"].notna() & (rows["weight"] > 0)
                if clustered:
                    usable &= rows["cluster"].notna()
                sides = {who: rows[(rows[PERSPECTIVE] == who) & usable] for who in (inside, other)}
                asked = rows[PERSPECTIVE].isin([inside, other])
                left, right = sides[inside], sides[other]
                yield Pair(
                    construct=construct,
                    inside=inside,
                    outside=other,
                    group=group,
                    design="unlinked_people",
                    a=left["score"].to_numpy(dtype=float),
                    b=right["score"].to_numpy(dtype=float),
                    ids_a=left["row"].to_numpy(),
                    ids_b=right["row"].to_numpy(),
                    weights_a=left["weight"].to_numpy(dtype=float) if weighted else None,
                    weights_b=right["weight"].to_numpy(dtype=float) if weighted else None,
                    clusters_a=left["cluster"].to_numpy() if clustered else None,
                    clusters_b=right["cluster"].to_numpy() if clustered else None,
                    n_inside=len(left),
                    n_outside=len(right),
                    n_units=None,
                    n_dropped=int((asked & ~usable).sum()),
                )


def _unit_means(long: pd.DataFrame, weighted: bool) -> pd.DataFrame:
    """Average the people of each unit and perspective."""
    kept = long[long["score"].notna() & long["unit"].notna()]
    weight = kept["weight"] if weighted else pd.Series(1.0, index=kept.index)
    kept = kept.assign(_w=weight, _wx=weight * kept["score"])[weight > 0]
    keys = ["unit", PERSPECTIVE, "construct"] + (["group"] if "group" in kept else [])
    sums = kept.groupby(keys, sort=True, observed=True).agg(
        _w=("_w", "sum"), _wx=("_wx", "sum"), n=(RESPONDENT, "size")
    )
    return sums.assign(score=sums["_wx"] / sums["_w"]).reset_index()

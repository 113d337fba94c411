"""From any input to pairs: every outside perspective goes through the gate first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from cxresearch.analysis.gaps.pair import Pair, linked, unit_means, unlinked
from cxresearch.analysis.gaps.request import (
    Constructs,
    Request,
    bundles_of,
    check_known,
    check_perspectives,
    known_constructs,
)
from cxresearch.checks.comparability import Comparability
from cxresearch.checks.release import release
from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import ScaleLike, Source
from cxresearch.result import Caveat, Ids, Names
from cxresearch.scores.scores import score


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """All comparisons that were asked for, and what a reader has to know about the data.

    Parameters
    ----------
    gate : dict
        Outside perspective to what the gate found for each construct; empty where it was not asked.
    """

    pairs: tuple[Pair, ...]
    names: Names
    lang: str
    caveats: tuple[Caveat, ...]
    gate: Mapping[str, tuple[Comparability, ...]] = field(default_factory=dict)

    def with_outside(self, other: str) -> list[Pair]:
        """Return the pairs with one outside perspective."""
        return [pair for pair in self.pairs if pair.outside == other]


def pairs_of(data: UnitScores | Responses | pd.DataFrame, request: Request) -> Compared:
    """Bring any input into pairs.

    Construct means of people are released by the gate (:func:`cxresearch.checks.release.release`); what did
    not pass it, or was not asked to, carries a caveat, whatever is made of the pairs.
    """
    if isinstance(data, UnitScores):
        return _of_units(data, request)
    check_perspectives(data, request)
    if request.per != "construct" or not request.gate:
        caveat = Caveat(code="comparability_untested", severity="warning")
        found = _of_people(data, request, request.others, request.constructs, request.reversed)
        return replace(found, caveats=(*found.caveats, caveat))
    parts = [_gated(data, request, other) for other in request.others]
    caveats: list[Caveat] = []
    for part in parts:
        caveats += [c for c in part.caveats if c not in caveats]
    return Compared(
        pairs=tuple(pair for part in parts for pair in part.pairs),
        names=parts[0].names,
        lang=parts[0].lang,
        caveats=tuple(caveats),
        gate={other: found for part in parts for other, found in part.gate.items()},
    )


def _of_units(data: UnitScores, request: Request) -> Compared:
    people = (request.weights, request.cluster, request.link, request.perspective)
    if any(people) or request.per != "construct":
        raise ArgumentError(
            Fault(
                code="gaps.not-for-unit-scores",
                what="Ready-made unit scores are linked by their unit; weights, cluster, link, perspective and "
                "per need the answers of people.",
                given=listing(x for x in (*people, request.per) if x and x != "construct"),
            )
        )
    check_known(request, data.perspectives)
    wanted = known_constructs(request.constructs, data.constructs)
    pairs = linked(data.frame, request.inside, request.others, _group(data.frame, request.by), wanted)
    return Compared(
        pairs=tuple(replace(pair, basis="unit_scores") for pair in pairs),
        names=data.names,
        lang=data.lang,
        caveats=(Caveat(code="comparability_unknown", severity="warning"),),
    )


def _gated(data: Responses | pd.DataFrame, request: Request, other: str) -> Compared:
    """Compare what the gate releases between the inside and one outside perspective."""
    freed = release(
        data,
        inside=request.inside,
        outside=other,
        constructs=request.constructs,
        reversed=request.reversed,
        override=request.override,
        rule=request.rule,
        weights=request.weights,
        **request.reading,
    )
    if request.whole:
        freed = freed.whole(request.inside, other)
    turned = [i for i in request.reversed if any(i in items for items in freed.bundles.values())]
    found = _of_people(data, request, (other,), freed.bundles, turned)
    pairs = tuple(
        replace(pair, basis=freed.basis[pair.construct], comparability=freed.status[pair.construct])
        for pair in found.pairs
    )
    return replace(found, pairs=pairs, caveats=(*freed.caveats, *found.caveats), gate={other: freed.gate})


def _of_people(
    data: Responses | pd.DataFrame,
    request: Request,
    others: Sequence[str],
    constructs: Constructs,
    reversed: Iterable[str],
) -> Compared:
    source = Source.of(data)
    if request.per != "construct":
        constructs, reversed = bundles_of(source, request.per, constructs, reversed, [request.inside, *others])
    scored = score(data, constructs=constructs, reversed=reversed, **request.reading)
    keys = {"unit": request.link, "group": request.by, "cluster": request.cluster}
    long = _with_columns(scored.frame, source, keys, request.weights)
    wanted = tuple(dict.fromkeys(long["construct"]))
    caveats = [*scored.caveats, *source.unused_weights(request.weights)]
    groups = long["group"] if request.by else None
    weighted, clustered = request.weights is not None, request.cluster is not None
    if request.link:
        units = unit_means(long, weighted)
        pairs = linked(units, request.inside, others, units["group"] if request.by else None, wanted)
    else:
        pairs = unlinked(long, request.inside, others, groups, wanted, weighted, clustered)
        unit = source.survey.field_of_kind("unit") if source.survey is not None else None
        if request.cluster is None and unit is not None and unit.id in source.frame:
            caveats.append(Caveat(code="clusters_ignored", values={"unit": Ids([unit.id])}))
    found = tuple(replace(pair, basis=request.per) for pair in pairs)
    if request.per == "item":
        found = tuple(replace(p, top=_top(source, p.construct, request.scale)) for p in found)
    return Compared(pairs=found, names=scored.names, lang=scored.lang, caveats=tuple(caveats))


def _top(source: Source, item: str, scale: ScaleLike | Mapping[str, ScaleLike] | None) -> float | None:
    used = source.column(item, scale=scale).scale
    if used is None or not used.is_range or len(used.codes) < 4:
        return None
    return float(used.codes[-2])


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

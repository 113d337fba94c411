"""From any input to pairs: every outside perspective goes through the gate first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace

import pandas as pd

from cxresearch.analysis.gaps.pair import Pair, linked, unit_means, unlinked
from cxresearch.analysis.gaps.request import Request, bundles_of, check_known, check_perspectives, known_constructs
from cxresearch.checks.comparability import Comparability
from cxresearch.checks.release import release
from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses, UnitScores
from cxresearch.responses.source import ScaleLike, Source
from cxresearch.result import Caveat, Ids, Names
from cxresearch.scores.item_matrix import asked_of_one_side, shared_items, who_answered
from cxresearch.scores.scores import score

UNTESTED = Caveat(code="comparability_untested", severity="warning")
_DEFAULTS = {f.name: f.default for f in fields(Request) if f.default is not MISSING}


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """All comparisons that were asked for, and what a reader has to know about the data.

    Parameters
    ----------
    gate : dict
        Outside perspective to what the gate found for each construct; empty where it was not asked.
    ungrouped : tuple of Pair
        With a breakdown: those who stand in no group. A total counts them.
    """

    pairs: tuple[Pair, ...]
    names: Names
    lang: str
    caveats: tuple[Caveat, ...]
    gate: Mapping[str, tuple[Comparability, ...]] = field(default_factory=dict)
    ungrouped: tuple[Pair, ...] = ()

    def with_outside(self, other: str) -> list[Pair]:
        """Return the pairs with one outside perspective."""
        return [pair for pair in self.pairs if pair.outside == other]


def pairs_of(data: UnitScores | Responses | pd.DataFrame, request: Request) -> Compared:
    """Bring any input into pairs.

    Construct means of people are released by the gate (:func:`cxresearch.checks.release.release`); what did
    not pass it, or was not asked to, carries a caveat, whatever is made of the pairs.
    """
    if isinstance(data, UnitScores):
        found = _of_units(data, request)
    else:
        check_perspectives(data, request)
        if request.per != "construct":
            parts = [_single(data, request)]
        else:
            compare = _gated if request.gate else _untested
            parts = [compare(data, request, other) for other in request.others]
        caveats = [caveat for part in parts for caveat in part.caveats]
        found = Compared(
            pairs=tuple(pair for part in parts for pair in part.pairs),
            names=parts[0].names,
            lang=parts[0].lang,
            caveats=tuple({repr(c): c for c in (*caveats, *_without_value(Source.of(data), request))}.values()),
            gate={other: freed for part in parts for other, freed in part.gate.items()},
            ungrouped=tuple(pair for part in parts for pair in part.ungrouped),
        )
    return found if request.each else _answered(found)


def _answered(found: Compared) -> Compared:
    """Leave out constructs without scores, so that the others still make a figure."""
    kept = tuple(pair for pair in found.pairs if min(len(pair.a), len(pair.b)) > 1)
    lost = Ids(dict.fromkeys(pair.construct for pair in found.pairs if pair not in kept))
    if not kept or not lost:
        return found
    caveat = Caveat(code="constructs_without_scores", severity="warning", values={"constructs": lost})
    return replace(found, pairs=kept, caveats=(*found.caveats, caveat))


def _without_value(source: Source, request: Request) -> list[Caveat]:
    """Count the rows that are left out because they do not say whom they belong to."""
    who = who_answered(source, request.perspective)
    sides = who.isin([request.inside, *request.others])
    left = {request.perspective or PERSPECTIVE: int(who.isna().sum())}
    for column in (request.by, request.link, request.cluster):
        if column is not None:
            left[column] = int((sides & source.key(column).isna()).sum())
    return [_empty(column, n) for column, n in left.items() if n]


def _empty(column: str, n: int) -> Caveat:
    return Caveat(code="rows_without_value", values={"n": n, "column": Ids([column])})


def _of_units(data: UnitScores, request: Request) -> Compared:
    check_known(request, data.perspectives)
    people = ("weights", "cluster", "link", "perspective", "scale", "missing", "reversed", "per", "gate", "override",
              "rule")  # fmt: skip
    wrong = [name for name in people if getattr(request, name) != _DEFAULTS[name]]
    if wrong:
        raise ArgumentError(
            Fault(
                code="gaps.not-for-unit-scores",
                what="Ready-made unit scores are linked by their unit and cannot be put through the gate; these "
                "arguments need the answers of people.",
                given=listing(wrong),
                do="Leave them out.",
            )
        )
    wanted = known_constructs(request.constructs, data.constructs)
    groups = _group(data.frame, request.by)
    pairs = linked(data.frame, request.inside, request.others, groups, wanted)
    apart: tuple[Pair, ...] = ()
    if groups is not None:
        apart = tuple(linked(data.frame[groups.isna()], request.inside, request.others, None, wanted))
    caveats = [Caveat(code="comparability_unknown", severity="warning")]
    if request.by is not None and groups is not None and groups.isna().any():
        sides = data.frame["perspective"].isin([request.inside, *request.others])
        caveats.append(_empty(request.by, int((sides & groups.isna()).sum())))
    return Compared(
        pairs=tuple(replace(pair, basis="unit_scores") for pair in pairs),
        names=data.names,
        lang=data.lang,
        caveats=tuple(caveats),
        ungrouped=apart,
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
    found = _of_people(data, request, (other,), freed.bundles)
    pairs = tuple(
        replace(pair, basis=freed.basis[pair.construct], comparability=freed.status[pair.construct])
        for pair in found.pairs
    )
    left = asked_of_one_side(Source.of(data), request.constructs, [request.inside, other])
    told = [replace(c, values={**c.values, "outside": Ids([other])}) for c in freed.caveats if c not in found.caveats]
    return replace(found, pairs=pairs, caveats=(*told, *left, *found.caveats), gate={other: freed.gate})


def _untested(data: Responses | pd.DataFrame, request: Request, other: str) -> Compared:
    """Compare means of the items that both sides were asked, whether they read them alike or not."""
    sides, turned = [request.inside, other], request.reversed
    bundles, caveats = shared_items(data, request.constructs, sides, reversed=turned, **request.reading)
    found = _of_people(data, request, (other,), bundles)
    return replace(found, caveats=(*found.caveats, *caveats, UNTESTED))


def _single(data: Responses | pd.DataFrame, request: Request) -> Compared:
    """Compare items by themselves, or by touchpoint."""
    sides = [request.inside, *request.others]
    bundles, turned = bundles_of(Source.of(data), request.per, request.constructs, request.reversed, sides)
    bundles, caveats = shared_items(data, bundles, sides, reversed=turned, **request.reading)
    found = _of_people(data, request, request.others, bundles)
    return replace(found, caveats=(*found.caveats, *caveats, UNTESTED))


def _of_people(
    data: Responses | pd.DataFrame, request: Request, others: Sequence[str], bundles: Mapping[str, Sequence[str]]
) -> Compared:
    source = Source.of(data)
    turned = [i for i in request.reversed if any(i in items for items in bundles.values())]
    scored = score(data, constructs=bundles, reversed=turned, as_means=not request.each, **request.reading)
    keys = {"unit": request.link, "group": request.by, "cluster": request.cluster}
    long = _with_columns(scored.frame, source, keys, request.weights)
    wanted = tuple(dict.fromkeys(long["construct"]))
    caveats = [*scored.caveats, *source.unused_weights(request.weights)]
    groups = long["group"] if request.by else None
    weighted, clustered = request.weights is not None, request.cluster is not None
    if request.link:
        units = unit_means(long, weighted)
        pairs = linked(units, request.inside, others, units["group"] if request.by else None, wanted)
        apart = linked(units[units["group"].isna()], request.inside, others, None, wanted) if request.by else ()
    else:
        pairs = unlinked(long, request.inside, others, groups, wanted, weighted, clustered)
        none = () if groups is None else (long[groups.isna()], request.inside, others, None, wanted)
        apart = unlinked(*none, weighted, clustered) if none else ()
        unit = source.survey.field_of_kind("unit") if source.survey is not None else None
        several = unit is not None and unit.id in source.frame and source.key(unit.id).nunique() > 1
        if request.cluster is None and unit is not None and several:  # one unit alone is no cluster among others
            caveats.append(Caveat(code="clusters_ignored", values={"unit": Ids([unit.id])}))
    found = tuple(replace(pair, basis=request.per) for pair in pairs)
    if request.per == "item":
        found = tuple(replace(p, top=_top(source, p.construct, request.scale)) for p in found)
    return Compared(pairs=found, names=scored.names, lang=scored.lang, caveats=tuple(caveats), ungrouped=tuple(apart))


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

"""Construct means are released only after both sides were shown to read the items alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxresearch.checks.comparability import GATE, Comparability, comparability
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat, Ids
from cxresearch.scores.item_matrix import ItemMatrix, item_matrices, who_answered
from cxresearch.words.rules import rule as cutoff

POOR_FIT = "cfi_bentler1980"
Severity = Literal["note", "warning"]
Constructs = Iterable[str] | Mapping[str, Sequence[str]] | None
COLUMNS = (
    "construct", "outside", "status", "items", "held", "broken", "cfi", "delta_cfi_metric", "delta_cfi_scalar",
    "reason", "n_inside", "n_outside",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Release:
    """What may be compared between two perspectives.

    Parameters
    ----------
    bundles : dict
        What is compared to the items it rests on: a construct to all its items, a partially
        comparable one to the items that hold, and each item of one that is not to itself.
    basis : dict
        What is compared to "construct", "holding_items" or "item".
    status : dict
        What is compared to the status of its construct.
    gate : tuple of Comparability
    caveats : tuple of Caveat
    """

    bundles: dict[str, list[str]] = field(default_factory=dict)
    basis: dict[str, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    gate: tuple[Comparability, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def whole(self, inside: str, outside: str) -> Release:
        """Keep what is released as constructs, for figures that single items have no place in.

        Raises
        ------
        NotEnoughData
            ``gate.nothing-comparable``.
        """
        keep = [name for name in self.bundles if self.basis[name] != "item"]
        left_out = [g.construct for g in self.gate if g.construct not in keep]
        if not keep:
            raise NotEnoughData(
                Fault(
                    code="gate.nothing-comparable",
                    what=f"{inside!r} and {outside!r} read the items of every construct differently, so no mean is "
                    "released.",
                    given=listing(left_out),
                    do="Compare single items with gaps(..., per='item'), or release the means all the same with "
                    "override=True, which the report will say.",
                )
            )
        values = {"constructs": Ids(left_out), "outside": Ids([outside])}
        said = (Caveat(code="left_out_not_comparable", severity="warning", values=values),) if left_out else ()
        # the single items that the gate offers instead are left out with their construct
        caveats = tuple(c for c in self.caveats if c.code not in ("not_comparable", "unrelated_items"))
        return replace(
            self,
            bundles={name: self.bundles[name] for name in keep},
            basis={name: self.basis[name] for name in keep},
            status={name: self.status[name] for name in keep},
            caveats=(*said, *caveats),
        )


def release(
    data: Responses | pd.DataFrame,
    *,
    inside: str,
    outside: str,
    constructs: Constructs,
    perspective: str | None,
    reversed: Iterable[str],
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    override: bool,
    rule: str = GATE,
    weights: str | None = None,
) -> Release:
    """Put every construct through the gate; see :func:`cxresearch.gaps` for the parameters."""
    source, matrices = item_matrices(
        data,
        constructs,
        perspectives=[inside, outside],
        reversed=reversed,
        scale=scale,
        missing=missing,
    )
    who, weight = who_answered(source, perspective), source.weights(weights)
    answered = np.ones(len(who), dtype=bool) if weight is None else np.nan_to_num(weight) > 0
    sides = [(who == side).to_numpy() & answered for side in (inside, outside)]
    parts = [_answered_by_both(part, sides) for part in matrices]
    unmirrored = [part.construct.id for part in parts if not part.items]
    if len(unmirrored) == len(parts):
        raise ArgumentError(
            Fault(
                code="gaps.no-mirrored-item",
                what="There is no item that both perspectives were asked.",
                given=f"{inside} and {outside}",
                do="Compare perspectives whose forms mirror each other; see `text` of the items in the survey.",
            )
        )
    kept = [part for part in parts if part.items]
    gate = [comparability(p.construct.id, p.items, p.values, who, inside, outside, rule, weight) for p in kept]
    caveats = [*_caveats(gate, override), *(c for part in matrices for c in part.caveats)]
    if unmirrored:
        caveats.append(Caveat(code="not_mirrored", severity="warning", values={"constructs": Ids(unmirrored)}))
    one_sided = [i for whole, part in zip(matrices, parts, strict=True) for i in whole.items if i not in part.items]
    if one_sided:
        caveats.append(Caveat(code="one_sided_items", severity="warning", values={"items": Ids(one_sided)}))
    unique = {repr(c): c for c in caveats}
    return _bundled(gate, override, tuple(unique.values()))


def _answered_by_both(part: ItemMatrix, sides: Sequence[np.ndarray]) -> ItemMatrix:
    """Keep the items that somebody answered on either side; the means would rest on different items else.

    A construct of which one side answered nothing stays as it is: that is too few answers.
    """
    known = np.array([(~np.isnan(part.values[side])).any(axis=0) for side in sides])
    if known.all() or not known.any(axis=1).all():
        return part
    both = known.all(axis=0)
    items = tuple(part.items[j] for j in np.flatnonzero(both))
    return replace(part, items=items, values=part.values[:, both])


def _bundled(gate: Sequence[Comparability], override: bool, caveats: tuple[Caveat, ...]) -> Release:
    bundles: dict[str, list[str]] = {}
    basis: dict[str, str] = {}
    status: dict[str, str] = {}
    for found in gate:
        for name, items, rests_on in _released(found, override):
            if bundles.get(name, items) != items:
                raise ArgumentError(
                    Fault(
                        code="gate.name-twice",
                        what="A construct has the name of an item of another construct, which is released item by "
                        "item; the two could not be told apart.",
                        given=name,
                        do="Give the construct another name.",
                    )
                )
            bundles[name], basis[name], status[name] = items, rests_on, found.status
    return Release(bundles=bundles, basis=basis, status=status, gate=tuple(gate), caveats=caveats)


def _released(found: Comparability, override: bool) -> list[tuple[str, list[str], str]]:
    if override or found.status in ("comparable", "untestable"):
        return [(found.construct, list(found.items), "construct")]
    if found.status == "partially_comparable":
        return [(found.construct, list(found.holding), "holding_items")]
    return [(item, [item], "item") for item in found.items]


def _caveats(gate: Sequence[Comparability], override: bool) -> list[Caveat]:
    caveats = []
    failed = [g for g in gate if g.status in ("not_comparable", "partially_comparable")]
    if override and failed:
        caveats.append(_of("released_by_override", failed, "warning"))
    elif failed:
        for found in failed:
            code = found.reason or found.status
            values = {"construct": Ids([found.construct]), "items": Ids(found.broken)}
            caveats.append(Caveat(code=code, severity="warning", values=values))
        partly = [g for g in failed if g.status == "partially_comparable"]
        if partly:
            caveats.append(_of("partial_assumes_most", partly))
    untested = [g for g in gate if g.status == "untestable"]
    for reason in dict.fromkeys(g.reason for g in untested):
        parts = [g for g in untested if g.reason == reason]
        told = {"items": Ids(i for g in parts for i in g.constant)} if reason == "constant_items" else {}
        caveats.append(_of(f"untestable_{reason}", parts, "warning", **told))
    poor = [
        g for g in gate if g.cfi < cutoff(POOR_FIT).cuts["acceptable"] and (override or g.status != "not_comparable")
    ]
    if poor:
        worst = min(g.cfi for g in poor)
        caveats.append(_of("poor_fit", poor, "warning", cfi=worst))
    weak = [g for g in gate if g.status == "comparable" and g.weak]
    if weak:
        caveats.append(_of("comparability_weak", weak, n=min(min(g.n_inside, g.n_outside) for g in weak)))
    return caveats


def _of(code: str, parts: Iterable[Comparability], severity: Severity = "note", **values: Any) -> Caveat:
    """Say the same of several constructs."""
    return Caveat(code=code, severity=severity, values={"constructs": Ids(g.construct for g in parts), **values})


def gate_table(gate: Mapping[str, tuple[Comparability, ...]]) -> pd.DataFrame:
    """Return one row a construct and outside perspective: what the gate found."""
    rows = [
        {
            "construct": found.construct,
            "outside": outside,
            "status": found.status,
            "items": len(found.items),
            "held": len(found.holding),
            "broken": ", ".join(found.broken),
            "cfi": found.cfi,
            "delta_cfi_metric": found.delta_cfi_metric,
            "delta_cfi_scalar": found.delta_cfi_scalar,
            "reason": found.reason,
            "n_inside": found.n_inside,
            "n_outside": found.n_outside,
        }
        for outside, parts in gate.items()
        for found in parts
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))

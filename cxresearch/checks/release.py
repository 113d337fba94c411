"""Construct means are released only after both sides were shown to read the items alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from cxresearch.checks.comparability import GATE, Comparability, comparability
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat, Ids
from cxresearch.scores.item_matrix import item_matrices, who_answered

Constructs = Iterable[str] | Mapping[str, Sequence[str]] | None
COLUMNS = (
    "construct", "outside", "status", "items", "held", "broken", "delta_cfi_metric", "delta_cfi_scalar", "reason",
    "n_inside", "n_outside",
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
        caveats = tuple(c for c in self.caveats if c.code != "not_comparable")
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
    bundles: dict[str, list[str]] = {}
    basis: dict[str, str] = {}
    status: dict[str, str] = {}
    gate = []
    unmirrored = [part.construct.id for part in matrices if not part.items]
    if len(unmirrored) == len(matrices):
        raise ArgumentError(
            Fault(
                code="gaps.no-mirrored-item",
                what="There is no item that both perspectives were asked.",
                given=f"{inside} and {outside}",
                do="Compare perspectives whose forms mirror each other; see `text` of the items in the survey.",
            )
        )
    for part in matrices:
        if not part.items:
            continue
        found = comparability(part.construct.id, part.items, part.values, who, inside, outside, rule, weight)
        gate.append(found)
        for name, items, rests_on in _released(found, override):
            bundles[name], basis[name], status[name] = items, rests_on, found.status
    caveats = _caveats(gate, override)
    if unmirrored:
        caveats.append(Caveat(code="not_mirrored", severity="warning", values={"constructs": Ids(unmirrored)}))
    return Release(bundles=bundles, basis=basis, status=status, gate=tuple(gate), caveats=tuple(caveats))


def _released(found: Comparability, override: bool) -> list[tuple[str, list[str], str]]:
    if override or found.status in ("comparable", "untestable"):
        return [(found.construct, list(found.items), "construct")]
    if found.status == "partially_comparable" and len(found.holding) >= 2:
        return [(found.construct, list(found.holding), "holding_items")]
    return [(item, [item], "item") for item in found.items]


def _caveats(gate: list[Comparability], override: bool) -> list[Caveat]:
    caveats = []
    failed = [g for g in gate if g.status in ("not_comparable", "partially_comparable")]
    if override and failed:
        values = {"constructs": Ids(g.construct for g in failed)}
        caveats.append(Caveat(code="released_by_override", severity="warning", values=values))
    elif failed:
        for found in failed:
            caveats.append(
                Caveat(
                    code=found.status,
                    severity="warning",
                    values={"construct": Ids([found.construct]), "items": Ids(found.broken or found.items)},
                )
            )
    untested = [g for g in gate if g.status == "untestable"]
    if untested:
        values = {"constructs": Ids(g.construct for g in untested)}
        caveats.append(Caveat(code="comparability_not_testable", severity="warning", values=values))
    weak = [g for g in gate if g.status == "comparable" and g.weak]
    if weak:
        least = min(min(g.n_inside, g.n_outside) for g in weak)
        names = Ids(g.construct for g in weak)
        caveats.append(Caveat(code="comparability_weak", values={"constructs": names, "n": least}))
    return caveats


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

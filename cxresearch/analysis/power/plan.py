"""What is asked and assumed: the plan, both sides of the design, their sizes and the true differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxresearch.analysis.power.shares import spread_of
from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.stats.power import Paired, Side, TwoSides

Both = float | Sequence[float]
Design = TwoSides | Paired


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was asked and assumed."""

    margin: float
    power: float
    level: float
    kind: str  # "people" or "linked"
    asked: bool  # whether the sizes were asked for
    comparisons: int
    correlation: float | None
    shares: tuple[float, ...] | None
    draws: int
    seed: int

    @property
    def alpha(self) -> float:
        """Error rate of each test: that of the hardest step of Holm's adjustment."""
        return (1 - self.level) / self.comparisons


def pair_of(value: Both, name: str) -> tuple[float, float]:
    """Return the numbers of both sides; one number stands for both."""
    parts = [value, value] if isinstance(value, int | float) else list(value)
    if len(parts) != 2:
        raise ArgumentError(
            Fault(code="power.pair", what=f"{name} is one number, or one inside and one outside.", given=listing(parts))
        )
    return parts[0], parts[1]


def sides_of(sd: Both, icc: Both, cluster_size: Both, weights_cv: Both, plan: Plan) -> tuple[Side, Side]:
    """Return what is assumed of the inside and of the outside."""
    spread = pair_of(sd, "sd") if plan.shares is None else (spread_of(plan.shares),) * 2
    rho, size, cv = pair_of(icc, "icc"), pair_of(cluster_size, "cluster_size"), pair_of(weights_cv, "weights_cv")
    first, second = (Side(sd=spread[i], icc=rho[i], cluster_size=size[i], weight_effect=1 + cv[i] ** 2) for i in (0, 1))
    return first, second


def design_of(a: Side, b: Side, ratio: float, plan: Plan) -> Design:
    """Return the design: linked units where there is a correlation, two independent sides otherwise."""
    if plan.correlation is not None:
        return Paired(correlation=plan.correlation, a=a, sd_b=b.sd)
    return TwoSides(a=a, b=b, ratio=ratio)


def sizes_of(n_inside: int | None, n_outside: int | None, ratio: float, plan: Plan) -> tuple[int, int] | None:
    """Return the sizes of both sides, None where they are asked for."""
    if n_inside is None and n_outside is None:
        return None
    if plan.kind == "linked":
        units = {n for n in (n_inside, n_outside) if n is not None}
        if len(units) > 1:
            what = "Linked units are the same number on both sides."
            raise ArgumentError(Fault(code="power.units", what=what, given=f"{n_inside} and {n_outside}"))
        n_inside = n_outside = units.pop()
    elif n_inside is None and n_outside is not None:
        n_inside = math.ceil(n_outside / ratio - 1e-9)
    elif n_outside is None and n_inside is not None:
        n_outside = math.ceil(n_inside * ratio - 1e-9)
    for name, n in (("n_inside", n_inside), ("n_outside", n_outside)):
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 2:
            what = "The number of respondents is a whole number."
            raise ArgumentError(Fault(code=f"power.{name.replace('_', '-')}", what=what, given=n, allowed="2, 3, ..."))
    return int(n_inside or 0), int(n_outside or 0)


def truths_of(difference: Both | None, plan: Plan) -> list[float]:
    """Return the true differences of the table, with 0 and the margin among them."""
    if difference is None:
        more = [0.5 * plan.margin, 1.5 * plan.margin, 2 * plan.margin]
    else:
        more = [difference] if isinstance(difference, int | float) else list(difference)
    strange = [d for d in more if isinstance(d, bool) or not isinstance(d, int | float) or not 0 <= d < math.inf]
    if strange:
        what = "A true difference is its size, in points of the score."
        raise ArgumentError(Fault(code="power.difference", what=what, given=strange[0], allowed="0 or more"))
    return sorted({0.0, plan.margin, *(float(d) for d in more)})

"""What the design can tell: the chance of each verdict, the sizes that are needed, and the precision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from cxresearch.analysis.power.plan import Design, Plan
from cxresearch.analysis.power.shares import shifted
from cxresearch.stats.power import (
    Side,
    VerdictPower,
    detectable_difference,
    detectable_margin,
    difference_power,
    ordinal_verdict_power,
    sample_size,
    verdict_power,
)

NODES = 49  # of the curve
NODES_SIMULATED = 17
_IMPOSSIBLE = 1e-9  # a margin within which nothing can be shown


def chance_row(design: Design, sizes: tuple[int, int], truth: float, plan: Plan) -> dict[str, float]:
    """Return the chance of each verdict where the true difference is `truth`."""
    if plan.shares is None:
        chance = verdict_power(design, sizes[0], plan.margin, truth, plan.alpha)
        found = difference_power(design, sizes[0], truth, plan.alpha)
    else:
        chance = _simulated(plan.shares, sizes, truth, plan.margin, plan)
        never = _simulated(plan.shares, sizes, truth, _IMPOSSIBLE, plan)
        found = never.higher + never.lower
    return {
        "difference": truth,
        "found": found,
        "aligned": chance.aligned,
        "inside_higher": chance.higher,
        "inside_lower": chance.lower,
        "inconclusive": chance.inconclusive,
    }


def _simulated(
    shares: tuple[float, ...], sizes: tuple[int, int], truth: float, margin: float, plan: Plan
) -> VerdictPower:
    inside = shifted(shares, truth)
    return ordinal_verdict_power(
        inside, shares, sizes[0], sizes[1], margin, alpha=plan.alpha, draws=plan.draws, seed=plan.seed
    )


def needed_table(design: Design, truths: Sequence[float], plan: Plan) -> pd.DataFrame:
    """Return how many are needed for each goal: to show that there is no difference, or that there is one."""
    goals = [("aligned", 0.0), *(("difference", truth) for truth in truths if truth > 0)]
    rows = []
    for goal, truth in goals:
        found = sample_size(design, plan.power, truth, plan.margin, goal, plan.alpha)
        rows.append(
            {
                "goal": goal,
                "difference": truth,
                "wanted": plan.power,
                "n_inside": found.n_a,
                "n_outside": found.n_b,
                "reached": found.power,
            }
        )
    return pd.DataFrame(rows)


def precision_row(design: Design, sizes: tuple[int, int], a: Side, b: Side, plan: Plan) -> dict[str, float]:
    """Return what can be said at these sizes: standard error, half width, detectable difference and margin."""
    se, df = design.precision(sizes[0])
    return {
        "n_inside": sizes[0],
        "n_outside": sizes[1],
        "sd_inside": a.sd,
        "sd_outside": b.sd,
        "effect_inside": a.effect,
        "effect_outside": a.effect if plan.kind == "linked" else b.effect,
        "se": se,
        "half_width": float(special.stdtrit(df, (1 + plan.level) / 2)) * se,
        "detectable_difference": detectable_difference(design, sizes[0], plan.power, plan.alpha),
        "detectable_margin": detectable_margin(design, sizes[0], plan.power, 0.0, plan.alpha),
    }


def chance_curve(design: Design, sizes: tuple[int, int], most: float, plan: Plan) -> pd.DataFrame:
    """Return the chances over true differences from none to `most`, for the picture."""
    grid = np.linspace(0.0, most, NODES if plan.shares is None else NODES_SIMULATED)
    return pd.DataFrame([chance_row(design, sizes, float(truth), plan) for truth in grid])

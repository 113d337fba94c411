"""The question: what can a comparison of two perspectives tell, or how many answers does it need?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from cxresearch.analysis.power.chances import chance_curve, chance_row, needed_table, precision_row
from cxresearch.analysis.power.plan import Both, Design, Plan, design_of, pair_of, sides_of, sizes_of, truths_of
from cxresearch.analysis.power.result import Power, row_at, row_of_goal
from cxresearch.errors import ArgumentError, Fault
from cxresearch.result import Caveat
from cxresearch.stats.power import Side, difference_power, verdict_power
from cxresearch.stats.thresholds import level_faults

MORE_SPREAD = 1.2  # times the assumed spread, to say how much hangs on it


def power_gap(
    *,
    margin: float = 0.3,
    sd: Both = 1.0,
    n_inside: int | None = None,
    n_outside: int | None = None,
    power: float = 0.8,
    ratio: float = 1.0,
    difference: Both | None = None,
    level: float = 0.95,
    comparisons: int = 1,
    icc: Both = 0.0,
    cluster_size: Both = 1.0,
    weights_cv: Both = 0.0,
    correlation: float | None = None,
    shares: Sequence[float] | None = None,
    draws: int = 10_000,
    seed: int = 1,
    lang: str = "en",
) -> Power:
    """Plan a comparison of the inside with the outside view: what it can tell, or how many it needs.

    The verdicts are those of :func:`cxresearch.gaps`: aligned, inside_higher, inside_lower,
    inconclusive.  Every pair of numbers is (inside, outside); one number stands for both.

    Parameters
    ----------
    margin : float
        Smallest difference that matters, in points of the score.
    sd : float or pair
        Standard deviation of the answers.
    n_inside, n_outside : int, optional
        Respondents.  One alone gives the other by `ratio`; neither asks how many are needed.
        With `correlation`: linked units, the same number on both sides.
    power : float
        Wanted probability, for the needed sizes and the detectable difference.
    ratio : float
        Outside respondents for each inside respondent, where not both sizes are given.
    difference : float or list, optional
        True differences of the table, beside 0 and the margin; by default 0.5, 1.5 and 2 margins.
    level : float
        Confidence level; tests use ``1 - level``.
    comparisons : int
        Comparisons adjusted together after Holm; the probabilities are those of its hardest step
        (Bonferroni), a lower bound.
    icc, cluster_size : float or pair
        Intraclass correlation and mean answers a cluster, where whole clusters are sampled.
    weights_cv : float or pair
        Coefficient of variation of the survey weights; the design effect is 1 + its square.
    correlation : float, optional
        Between both sides of linked units (branches, schools): a paired design.
    shares : list of float, optional
        Shares of the answer options 1, 2, ... outside.  The verdicts are then simulated for such
        answers; inside, all odds of a higher answer are multiplied so that the means differ by
        the true difference.  Replaces `sd`.
    draws, seed : int
        Of that simulation.
    lang : {"en", "de"}
        Language of the display.

    Returns
    -------
    Power
        ``table``, a row a true difference: difference, found (the two-sided test finds it),
        aligned, inside_higher, inside_lower, inconclusive; ``needed``, ``precision``, ``chances``.

    Raises
    ------
    ArgumentError
        Impossible numbers, a difference that no distribution on the scale can have
        (``power.out-of-scale``), `shares` with clusters, weights or links (``power.shares``).
    NotEnoughData
        When a side has no degree of freedom.

    Notes
    -----
    Noncentral t for a difference, the joint chance of both one-sided tests for equivalence
    (Phillips 1990), Welch's degrees of freedom at the assumed variances.

    Examples
    --------
    >>> plan = power_gap(margin=0.3, sd=1.0, n_inside=60, n_outside=400)
    >>> plan.table[["difference", "found", "aligned"]].round(2).iloc[[0, 2]].to_dict("records")
    [{'difference': 0.0, 'found': 0.05, 'aligned': 0.39}, {'difference': 0.3, 'found': 0.57, 'aligned': 0.05}]
    >>> power_gap(margin=0.3, sd=1.0).precision[["n_inside", "n_outside"]].iloc[0].to_dict()
    {'n_inside': 191, 'n_outside': 191}
    """
    shares = shares or None
    _check(margin, power, level, comparisons, ratio, correlation, shares, icc, cluster_size, weights_cv)
    plan = Plan(
        margin=float(margin),
        power=float(power),
        level=level,
        kind="people" if correlation is None else "linked",
        asked=n_inside is None and n_outside is None,
        comparisons=int(comparisons),
        correlation=correlation,
        shares=None if shares is None else tuple(float(s) for s in shares),
        draws=draws,
        seed=seed,
    )
    a, b = sides_of(sd, icc, cluster_size, weights_cv, plan)
    sizes = sizes_of(n_inside, n_outside, ratio, plan)
    design = design_of(a, b, ratio if sizes is None else sizes[1] / sizes[0], plan)
    truths = truths_of(difference, plan)
    needed = needed_table(design, truths, plan)
    if sizes is None:
        rows = [row_of_goal(needed, "difference", plan.margin), row_of_goal(needed, "aligned", 0.0)]
        sizes = max(int(r["n_inside"]) for r in rows), max(int(r["n_outside"]) for r in rows)
        design = design_of(a, b, sizes[1] / sizes[0], plan)
    table = pd.DataFrame([chance_row(design, sizes, truth, plan) for truth in truths])
    return Power(
        table=table,
        needed=needed,
        precision=pd.DataFrame([precision_row(design, sizes, a, b, plan)]),
        chances=chance_curve(design, sizes, max(2 * plan.margin, *truths), plan),
        plan=plan,
        caveats=tuple(_caveats(design, a, b, sizes, table, plan)),
        lang=lang,
    )


def _caveats(design: Design, a: Side, b: Side, sizes: tuple[int, int], table: pd.DataFrame, plan: Plan) -> list[Caveat]:
    found, aligned = float(row_at(table, plan.margin)["found"]), float(row_at(table, 0.0)["aligned"])
    caveats = []
    if plan.shares is None:
        wider = design_of(replace(a, sd=MORE_SPREAD * a.sd), replace(b, sd=MORE_SPREAD * b.sd), design.ratio, plan)
        values = {
            "more": MORE_SPREAD - 1,
            "found": found,
            "found_then": difference_power(wider, sizes[0], plan.margin, plan.alpha),
            "aligned": aligned,
            "aligned_then": verdict_power(wider, sizes[0], plan.margin, 0.0, plan.alpha).aligned,
        }
        caveats.append(Caveat(code="power_spread", values=values))
    if plan.kind == "people" and max(a.effect, b.effect) == 1 and plan.shares is None:
        caveats.append(Caveat(code="power_simple_sample"))
    if max(found, aligned) < 0.5:
        values = {"found": found, "aligned": aligned}
        caveats.append(Caveat(code="power_undecided", severity="warning", values=values))
    return caveats


def _check(
    margin: Any,
    power: Any,
    level: Any,
    comparisons: Any,
    ratio: Any,
    correlation: Any,
    shares: Any,
    icc: Any,
    cluster_size: Any,
    weights_cv: Any,
) -> None:
    faults = []

    def number(code: str, what: str, given: Any, low: float, high: float, allowed: str) -> None:
        if isinstance(given, bool) or not isinstance(given, int | float) or not low < given < high:
            faults.append(Fault(code=f"power.{code}", what=what, given=given, allowed=allowed))

    number("margin", "The margin is the smallest difference that matters.", margin, 0, math.inf, "above 0")
    number("power", "The wanted power is a probability.", power, 0, 1, "above 0, below 1")
    number("ratio", "The ratio is outside respondents for each inside one.", ratio, 0, math.inf, "above 0")
    faults.extend(level_faults("power.level", level))
    if isinstance(comparisons, bool) or not isinstance(comparisons, int) or comparisons < 1:
        what = "Comparisons are a count."
        faults.append(Fault(code="power.comparisons", what=what, given=comparisons, allowed="1, 2, ..."))
    plain = pair_of(icc, "icc") == pair_of(weights_cv, "weights_cv") == (0, 0)
    plain = plain and pair_of(cluster_size, "size") == (1, 1)
    if shares is not None and (correlation is not None or not plain):
        faults.append(
            Fault(
                code="power.shares",
                what="The simulation of answers knows no clusters, weights or links.",
                do="Leave out icc, cluster_size, weights_cv and correlation, or leave out shares and give sd.",
            )
        )
    if faults:
        raise ArgumentError(*faults)

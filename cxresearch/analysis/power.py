"""How many answers does the next wave need? What a comparison of two perspectives can tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from scipy import optimize, special

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.result import Caveat, Result
from cxresearch.stats.power import (
    Paired,
    Side,
    TwoSides,
    VerdictPower,
    detectable_difference,
    detectable_margin,
    difference_power,
    ordinal_verdict_power,
    proportional_odds,
    sample_size,
    verdict_power,
)
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VERDICTS = ("aligned", "inside_higher", "inside_lower", "inconclusive")
MORE_SPREAD = 1.2  # times the assumed spread, to say how much hangs on it
NODES = 49  # of the curve
NODES_SIMULATED = 17
_IMPOSSIBLE = 1e-9  # a margin within which nothing can be shown

Both = float | Sequence[float]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Power(Result):
    """What a comparison can tell; made by :func:`cxresearch.power_gap`.

    Parameters
    ----------
    needed : DataFrame
        A row a goal: goal, difference, wanted, n_inside, n_outside, reached.
    precision : DataFrame
        One row: sizes, design effects, standard error, half width of the interval, detectable
        difference and margin.
    chances : DataFrame
        The probabilities over a grid of true differences, for the picture.
    plan : Plan
    """

    kind: ClassVar[str] = "power"
    columns: ClassVar[dict[str, str]] = {
        "goal": "word:power.goal",
        "difference": "n2",
        "found": "%0",
        "aligned": "%0",
        "inside_higher": "%0",
        "inside_lower": "%0",
        "inconclusive": "%0",
        "wanted": "%0",
        "n_inside": "i",
        "n_outside": "i",
        "reached": "%0",
        "sd_inside": "n2",
        "sd_outside": "n2",
        "effect_inside": "n2",
        "effect_outside": "n2",
        "se": "n3",
        "half_width": "n2",
        "detectable_difference": "n2",
        "detectable_margin": "n2",
    }

    needed: pd.DataFrame
    precision: pd.DataFrame
    chances: pd.DataFrame
    plan: Plan

    def frames(self) -> dict[str, pd.DataFrame]:
        return {
            "table": self.table,
            "needed_n": self.needed,
            "precision": self.precision,
            "verdict_chances": self.chances,
        }

    def sentence(self, lang: str | None = None) -> str:
        """Say what the sizes can tell, or which sizes are needed."""
        lang = lang or self.lang
        plan, values = self.plan, self._values()
        if plan.asked:
            return say(f"power.needed.{plan.kind}", lang, **values)
        parts = [say(f"power.given.{plan.kind}", lang, **values), say("power.detectable", lang, **values)]
        if values["found"] < plan.power or values["aligned"] < plan.power:
            parts.append(say(f"power.more.{plan.kind}", lang, **values))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say how probably the smallest gap that matters is found, or how many answers are needed."""
        key = "needed" if self.plan.asked else "given"
        return say(f"power.finding.{key}_{self.plan.kind}", lang or self.lang, **self._values())

    def method(self, lang: str | None = None) -> str:
        """Say what was assumed and how the probabilities were computed."""
        lang = lang or self.lang
        plan, row = self.plan, self.precision.iloc[0]
        parts = [say(f"power.method.{plan.kind}", lang, sd_inside=row["sd_inside"], sd_outside=row["sd_outside"])]
        if plan.correlation is not None:
            parts.append(say("power.method.correlation", lang, correlation=plan.correlation))
        parts.append(say("power.method.verdict", lang, margin=plan.margin, level=plan.level))
        if plan.shares is not None:
            parts.append(say("power.method.simulated", lang, draws=plan.draws, seed=plan.seed))
        if max(row["effect_inside"], row["effect_outside"]) > 1:
            effects = {"inside": row["effect_inside"], "outside": row["effect_outside"]}
            parts.append(say("power.method.design", lang, **effects))
        if plan.comparisons > 1:
            parts.append(say("power.method.comparisons", lang, k=plan.comparisons))
        parts.append(say("power.method.before", lang))
        return " ".join(parts)

    def _values(self) -> dict[str, Any]:
        plan, row = self.plan, self.precision.iloc[0]
        find, align = _goal(self.needed, "difference", plan.margin), _goal(self.needed, "aligned", 0.0)
        return {
            "n_inside": row["n_inside"],
            "n_outside": row["n_outside"],
            "margin": plan.margin,
            "found": _at(self.table, plan.margin)["found"],
            "aligned": _at(self.table, 0.0)["aligned"],
            "detectable": row["detectable_difference"],
            "power": plan.power,
            "find_inside": find["n_inside"],
            "find_outside": find["n_outside"],
            "align_inside": align["n_inside"],
            "align_outside": align["n_outside"],
        }

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.curve import curve

        long = self.chances.melt("difference", list(VERDICTS), var_name="series", value_name="y")
        plan = self.plan
        return curve(
            long.rename(columns={"difference": "x"}),
            series_labels={v: say(f"power.verdict.{v}", lang) for v in VERDICTS},
            x_label=say("power.x_axis", lang),
            y_label=say("power.y_axis", lang),
            number=percent_formatter(lang),
            x_number=formatter(lang, 2),
            title=self.heading(lang),
            subtitle=say(f"power.subtitle.{plan.kind}", lang, **self._values()),
            reference=plan.power,
            reference_label=say("power.wanted", lang),
            vertical=plan.margin,
            vertical_label=say("power.margin", lang, margin=plan.margin),
            limits=(0.0, float(self.chances["difference"].max())),
            y_limits=(0.0, 1.0),
            ax=ax,
        )


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
    a, b = _sides(sd, icc, cluster_size, weights_cv, plan)
    sizes = _sizes(n_inside, n_outside, ratio, plan)
    design = _design(a, b, ratio if sizes is None else sizes[1] / sizes[0], plan)
    truths = _truths(difference, plan)
    needed = _needed(design, truths, plan)
    if sizes is None:
        rows = [_goal(needed, "difference", plan.margin), _goal(needed, "aligned", 0.0)]
        sizes = max(int(r["n_inside"]) for r in rows), max(int(r["n_outside"]) for r in rows)
        design = _design(a, b, sizes[1] / sizes[0], plan)
    table = pd.DataFrame([_row(design, sizes, truth, plan) for truth in truths])
    return Power(
        table=table,
        needed=needed,
        precision=pd.DataFrame([_precision(design, sizes, a, b, plan)]),
        chances=_chances(design, sizes, max(2 * plan.margin, *truths), plan),
        plan=plan,
        caveats=tuple(_caveats(design, a, b, sizes, table, plan)),
        lang=lang,
    )


Design = TwoSides | Paired


def _at(table: pd.DataFrame, difference: float) -> dict[Any, Any]:
    return next(row for row in table.to_dict("records") if row["difference"] == difference)


def _goal(needed: pd.DataFrame, goal: str, difference: float) -> dict[Any, Any]:
    return _at(needed[needed["goal"] == goal], difference)


def _pair(value: Both, name: str) -> tuple[float, float]:
    parts = [value, value] if isinstance(value, int | float) else list(value)
    if len(parts) != 2:
        raise ArgumentError(
            Fault(code="power.pair", what=f"{name} is one number, or one inside and one outside.", given=listing(parts))
        )
    return parts[0], parts[1]


def _sides(sd: Both, icc: Both, cluster_size: Both, weights_cv: Both, plan: Plan) -> tuple[Side, Side]:
    spread = _pair(sd, "sd") if plan.shares is None else (_spread(plan.shares),) * 2
    rho, size, cv = _pair(icc, "icc"), _pair(cluster_size, "cluster_size"), _pair(weights_cv, "weights_cv")
    first, second = (Side(sd=spread[i], icc=rho[i], cluster_size=size[i], weight_effect=1 + cv[i] ** 2) for i in (0, 1))
    return first, second


def _design(a: Side, b: Side, ratio: float, plan: Plan) -> Design:
    if plan.correlation is not None:
        return Paired(correlation=plan.correlation, a=a, sd_b=b.sd)
    return TwoSides(a=a, b=b, ratio=ratio)


def _sizes(n_inside: int | None, n_outside: int | None, ratio: float, plan: Plan) -> tuple[int, int] | None:
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


def _truths(difference: Both | None, plan: Plan) -> list[float]:
    if difference is None:
        more = [0.5 * plan.margin, 1.5 * plan.margin, 2 * plan.margin]
    else:
        more = [difference] if isinstance(difference, int | float) else list(difference)
    strange = [d for d in more if isinstance(d, bool) or not isinstance(d, int | float) or not 0 <= d < math.inf]
    if strange:
        what = "A true difference is its size, in points of the score."
        raise ArgumentError(Fault(code="power.difference", what=what, given=strange[0], allowed="0 or more"))
    return sorted({0.0, plan.margin, *(float(d) for d in more)})


def _row(design: Design, sizes: tuple[int, int], truth: float, plan: Plan) -> dict[str, float]:
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
    inside = _shifted(shares, truth)
    return ordinal_verdict_power(
        inside, shares, sizes[0], sizes[1], margin, alpha=plan.alpha, draws=plan.draws, seed=plan.seed
    )


def _shifted(shares: tuple[float, ...], truth: float) -> np.ndarray:
    """Return the answers whose mean lies `truth` higher, all odds of a higher answer multiplied alike."""
    options = np.arange(1.0, len(shares) + 1)
    if truth == 0:
        return np.array(shares)
    start = float(options @ np.array(shares))

    def short(log_odds: float) -> float:
        return float(options @ proportional_odds(shares, math.exp(log_odds))) - start - truth

    if short(12.0) < 0:
        raise ArgumentError(
            Fault(
                code="power.out-of-scale",
                what="No answers on this scale have a mean so much higher.",
                given=truth,
                allowed=f"less than {options[-1] - start:.2f}",
                do="Choose a smaller margin or difference.",
            )
        )
    return proportional_odds(shares, math.exp(float(optimize.brentq(short, 0.0, 12.0, xtol=1e-12))))


def _spread(shares: tuple[float, ...]) -> float:
    options = np.arange(1.0, len(shares) + 1)
    p = np.array(shares)
    return float(np.sqrt(p @ options**2 - (p @ options) ** 2))


def _needed(design: Design, truths: Sequence[float], plan: Plan) -> pd.DataFrame:
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


def _precision(design: Design, sizes: tuple[int, int], a: Side, b: Side, plan: Plan) -> dict[str, float]:
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


def _chances(design: Design, sizes: tuple[int, int], most: float, plan: Plan) -> pd.DataFrame:
    grid = np.linspace(0.0, most, NODES if plan.shares is None else NODES_SIMULATED)
    return pd.DataFrame([_row(design, sizes, float(truth), plan) for truth in grid])


def _caveats(design: Design, a: Side, b: Side, sizes: tuple[int, int], table: pd.DataFrame, plan: Plan) -> list[Caveat]:
    found, aligned = float(_at(table, plan.margin)["found"]), float(_at(table, 0.0)["aligned"])
    caveats = []
    if plan.shares is None:
        wider = _design(replace(a, sd=MORE_SPREAD * a.sd), replace(b, sd=MORE_SPREAD * b.sd), design.ratio, plan)
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
    if not isinstance(level, float) or not 0.5 < level < 1:
        faults.append(Fault(code="power.level", what="This is no confidence level.", given=level, allowed="0.5 to 1"))
    if isinstance(comparisons, bool) or not isinstance(comparisons, int) or comparisons < 1:
        what = "Comparisons are a count."
        faults.append(Fault(code="power.comparisons", what=what, given=comparisons, allowed="1, 2, ..."))
    plain = _pair(icc, "icc") == _pair(weights_cv, "weights_cv") == (0, 0) and _pair(cluster_size, "size") == (1, 1)
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

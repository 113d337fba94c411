"""Does an outcome go with expectation, with experience, or with how well they match?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as distributions

from cxresearch.errors import Fault, NotEnoughData
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.surface import Discrepancy, Surface, discrepancy, response_surface

PATTERNS = (
    "congruence", "exceeding", "experience", "expectation", "both", "some_experience", "some_expectation", "open",
)  # fmt: skip
LEAST_APART = 0.10  # share of pairs apart below which a surface is not run (Shanock et al. 2010)
PER_COEFFICIENT = 10  # respondents a coefficient below which a surface is called small


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A response surface and what it says about expectation and experience.

    Parameters
    ----------
    table, slopes, congruence, axes, discrepancy, summary : DataFrame
        See :class:`cxresearch.analysis.expectation.surface.ExpectationSurface`.
    """

    table: pd.DataFrame
    slopes: pd.DataFrame
    congruence: pd.DataFrame
    axes: pd.DataFrame
    discrepancy: pd.DataFrame
    summary: pd.DataFrame


def fit_surface(
    x: np.ndarray,
    y: np.ndarray,
    z: np.ndarray,
    *,
    midpoint: float,
    errors: str,
    clusters: np.ndarray | None,
    level: float,
) -> Fit:
    """Fit the surface of `z` over expectation `x` and experience `y` (no missing values).

    Raises
    ------
    NotEnoughData
        ``expectation.no-discrepancy`` when fewer than 10 % of the pairs are apart, and what
        :func:`cxresearch.stats.surface.response_surface` raises.
    """
    apart = discrepancy(x, y), discrepancy(x, y, unit="common")
    if apart[0].over + apart[0].under < LEAST_APART:
        raise NotEnoughData(
            Fault(
                code="expectation.no-discrepancy",
                what="Expectation and experience differ for too few respondents to tell their parts in the outcome.",
                given=f"{apart[0].over + apart[0].under:.1%} of them are apart by more than half a standard deviation",
                allowed=f"at least {LEAST_APART:.0%}",
                do="Report both means; do not run a response surface.",
            )
        )
    order = np.lexsort((z, y, x))  # so that the last digits do not depend on the order of the file
    x, y, z = x[order], y[order], z[order]
    groups = None if clusters is None else clusters[order].astype(str)
    surface = response_surface(x, y, z, midpoint, errors, groups, level)
    # the same surface described where the answers are: there its slopes are those of the average respondent
    centred = response_surface(x - x.mean(), y - y.mean(), z, 0.0, errors, groups, level)
    pattern = _pattern(surface, centred, level)
    congruence = _congruence(surface, level)
    held = int((congruence["holds"] == "yes").sum())
    return Fit(
        table=_rows("term", {**surface.b, **surface.a}),
        slopes=_slopes(centred, float(x.mean()), float(y.mean())),
        congruence=congruence,
        axes=_rows("term", surface.axes),
        discrepancy=_discrepancy(apart),
        summary=pd.DataFrame(
            [{"pattern": pattern, "held": held, "conditions": len(congruence), **_summary(surface, x, y)}]
        ),
    )


def _pattern(surface: Surface, centred: Surface, level: float) -> str:
    """Put the surface in a word; the first of PATTERNS that holds."""
    if surface.congruent:
        return "congruence"
    alpha = 1 - level
    expected, experienced, difference = centred.b["b1"], centred.b["b2"], centred.a["a3"]
    clear_e, clear_p, apart = (two_sided(part) < alpha for part in (expected, experienced, difference))
    if clear_p and clear_e and experienced.value > 0 > expected.value:
        return "exceeding"
    if clear_p and apart and abs(experienced.value) > abs(expected.value):
        return "experience"
    if clear_e and apart and abs(expected.value) > abs(experienced.value):
        return "expectation"
    if clear_e and clear_p:
        return "both"
    return "some_experience" if clear_p else "some_expectation" if clear_e else "open"


def two_sided(estimate: Estimate) -> float:
    """Return the p-value of the hypothesis that the true value is zero."""
    if not estimate.se or math.isnan(estimate.se) or estimate.df is None:
        return math.nan
    return 2 * float(distributions.t.sf(abs(estimate.value) / estimate.se, estimate.df))


def _rows(name: str, estimates: Mapping[str, Estimate]) -> pd.DataFrame:
    return pd.DataFrame([{name: key, **_numbers(estimate)} for key, estimate in estimates.items()])


def _numbers(estimate: Estimate) -> dict[str, float]:
    return {
        "estimate": estimate.value,
        "se": math.nan if estimate.se is None else estimate.se,
        "ci_low": estimate.low,
        "ci_high": estimate.high,
        "p": two_sided(estimate),
    }


def _slopes(centred: Surface, x: float, y: float) -> pd.DataFrame:
    a3 = centred.a["a3"]
    turned = Estimate(**{**vars(a3), "value": -a3.value, "low": -a3.high, "high": -a3.low})
    parts = {"expected": (x, centred.b["b1"]), "experienced": (y, centred.b["b2"]), "difference": (y - x, turned)}
    return pd.DataFrame([{"side": side, "at": at, **_numbers(part)} for side, (at, part) in parts.items()])


def _congruence(surface: Surface, level: float) -> pd.DataFrame:
    rows = [
        {
            "condition": check.name,
            "expected_value": check.expected,
            "estimate": check.estimate.value,
            "ci_low": check.estimate.low,
            "ci_high": check.estimate.high,
            "p": check.p,
            "holds": "yes" if check.met else "no",
        }
        for check in surface.checks
    ]
    bent = surface.curvature.p < 1 - level
    rows.append({"condition": "curvature", "p": surface.curvature.p, "holds": "yes" if bent else "no"})
    return pd.DataFrame(rows)


def _discrepancy(apart: Iterable[Discrepancy]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"unit": unit, "more": part.under, "alike": part.congruent, "less": part.over, "n": part.n}
            for unit, part in zip(("own", "common"), apart, strict=True)
        ]
    )


def _summary(surface: Surface, x: np.ndarray, y: np.ndarray) -> dict[str, object]:
    return {
        "r2": surface.r2,
        "midpoint": surface.midpoint,
        "expected_mean": float(x.mean()),
        "experienced_mean": float(y.mean()),
        "expected_sd": float(x.std(ddof=1)),
        "experienced_sd": float(y.std(ddof=1)),
        "df": surface.df,
        "errors": surface.errors,
        "n": surface.n,
    }

"""The gate before a gap: did both sides read the items of a construct alike?"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, NotEnoughData, unknown_name
from cxresearch.stats.cfa import Rule, invariance, partial

Status = Literal["comparable", "partially_comparable", "not_comparable", "untestable"]
Reason = Literal["", "few_items", "few_answers", "constant_items", "unrelated_items", "no_solution"]

MODELS = ("configural", "metric", "scalar")
LEAST_ITEMS = 3
LEAST_ANSWERS = 30
WEAK = 100
ALPHA = 0.05  # with few respondents CFI falls by .010 by chance, so the chi-square difference has to agree
LEAST_R = 0.15  # mean correlation of items that measure one thing (Clark & Watson 1995, Psychol. Assess. 7:309-319)
GATE = "cheung2002"
# one construct has few degrees of freedom, where RMSEA rejects good models (Kenny, Kaniskan & McCoach 2015)
GATES = {
    GATE: Rule(delta_cfi=-0.010, delta_rmsea=math.inf, source="Cheung & Rensvold 2002"),
    "chen2007_small": Rule(delta_cfi=-0.005, delta_rmsea=math.inf, source="Chen 2007"),
    "meade2008": Rule(delta_cfi=-0.002, delta_rmsea=math.inf, source="Meade, Johnson & Braddy 2008"),
}


@dataclass(frozen=True, kw_only=True)
class Comparability:
    """Whether the means of one construct may be compared between two perspectives.

    Parameters
    ----------
    construct : str
    status : {"comparable", "partially_comparable", "not_comparable", "untestable"}
    items : tuple of str
    holding : tuple of str
        Items whose loading and intercept are equal on both sides.
    reason : str
        Why it could not be tested: "few_items", "few_answers", "constant_items", "no_solution"; why it is not
        comparable without a model: "unrelated_items"; else "".
    constant : tuple of str
        Items that all of one side answered with the same number.
    n_inside, n_outside : int
        Respondents with complete answers.
    delta_cfi_metric, delta_cfi_scalar : float
        Change of fit before items were freed, NaN where not tested.
    cfi : float
        Fit of the one-factor model with nothing held equal, NaN where not tested.
    rule : Rule
    """

    construct: str
    status: Status
    items: tuple[str, ...]
    holding: tuple[str, ...]
    reason: Reason = ""
    constant: tuple[str, ...] = ()
    n_inside: int
    n_outside: int
    delta_cfi_metric: float = math.nan
    delta_cfi_scalar: float = math.nan
    cfi: float = math.nan
    rule: Rule = GATES[GATE]

    @property
    def broken(self) -> tuple[str, ...]:
        """Items that the sides read differently."""
        return tuple(item for item in self.items if item not in self.holding)

    @property
    def weak(self) -> bool:
        """True where so few answered that a real difference may go unnoticed."""
        return min(self.n_inside, self.n_outside) < WEAK


def comparability(
    construct: str,
    items: tuple[str, ...],
    values: np.ndarray,
    who: pd.Series,
    inside: Hashable,
    outside: Hashable,
    rule: str = GATE,
    weights: np.ndarray | None = None,
) -> Comparability:
    """Test metric and scalar invariance of one construct between two perspectives.

    A one-factor model is fitted to both; equal loadings and equal intercepts are required in
    turn.  Where a step fails, items are freed one by one by their modification index (partial
    invariance, Byrne, Shavelson & Muthén 1989).  The model cannot tell which of two camps of items
    is the sound one, so more than half of the items have to hold; otherwise nothing is released
    as a mean.  Items that hardly go together on one side do not measure one thing there.

    Parameters
    ----------
    construct : str
    items : tuple of str
    values : ndarray
        Respondents x items, reversed items turned.
    who : Series
        Perspective of each respondent.
    inside, outside : hashable
    rule : {"cheung2002", "chen2007_small", "meade2008"}
        How far CFI may fall: by .010, .005 or .002.
    weights : ndarray, optional
        Survey weights; rows without one are not used.

    Raises
    ------
    ArgumentError
        ``gate.unknown-rule``, and what the model refuses.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> who = pd.Series(["staff"] * 200 + ["customer"] * 200)
    >>> answers = rng.normal(size=(400, 1)) + 0.7 * rng.normal(size=(400, 3))
    >>> comparability("ease", ("a", "b", "c"), answers, who, "staff", "customer").status
    'comparable'
    """
    if rule not in GATES:
        raise ArgumentError(unknown_name("gate.unknown-rule", "rule of the gate", rule, GATES))
    cuts = GATES[rule]
    complete = ~np.isnan(values).any(axis=1)
    if weights is not None:
        complete &= np.nan_to_num(weights) > 0
    rows = complete & who.isin([inside, outside]).to_numpy()
    x, groups, w = values[rows], who.to_numpy()[rows], None if weights is None else weights[rows]
    n_inside, n_outside = int((groups == inside).sum()), int((groups == outside).sum())

    def answer(status: Status, holding: tuple[str, ...], reason: Reason = "", **more: Any) -> Comparability:
        return Comparability(
            construct=construct,
            status=status,
            items=items,
            holding=holding,
            reason=reason,
            n_inside=n_inside,
            n_outside=n_outside,
            rule=cuts,
            **more,
        )

    if len(items) < LEAST_ITEMS:
        return answer("untestable", items, "few_items")
    if min(n_inside, n_outside) < LEAST_ANSWERS:
        return answer("untestable", items, "few_answers")
    sides = [(x[groups == side], None if w is None else w[groups == side]) for side in (inside, outside)]
    constant = np.any([np.ptp(part, axis=0) == 0 for part, _ in sides], axis=0)
    if constant.any():
        named = tuple(item for item, same in zip(items, constant, strict=True) if same)
        return answer("untestable", items, "constant_items", constant=named)
    if min(_mean_r(*side) for side in sides) < LEAST_R:
        return answer("not_comparable", (), "unrelated_items")
    model = {construct: list(range(len(items)))}
    try:
        found = invariance(x, groups, model, rule=cuts, reference=outside, models=MODELS, weights=w)
        changes = {step.model: step.delta_cfi for step in found.steps}
        cfi = found.fits["configural"].cfi
        status: Status = found.verdict
        freed: frozenset[int] = frozenset()
        proper = not any(reason.startswith("inadmissible") for reason in found.reasons)
        if proper and not any(not step.passes and step.p < ALPHA for step in found.steps):
            status = "comparable"
        if status != "comparable":
            # a marker that is itself read differently would make the sound items look broken
            found = partial(x, groups, model, rule=cuts, reference=outside, models=MODELS, anchor="soundest", weights=w)
            status, freed = found.verdict, frozenset(int(step.item) for step in found.freed)
            if 2 * len(freed) >= len(items):
                status = "not_comparable"
    except NotEnoughData:
        return answer("untestable", items, "no_solution")
    holding = tuple(item for i, item in enumerate(items) if i not in freed)
    return answer(
        status,
        () if status == "not_comparable" else holding,
        delta_cfi_metric=changes.get("metric", math.nan),
        delta_cfi_scalar=changes.get("scalar", math.nan),
        cfi=cfi,
    )


def _mean_r(values: np.ndarray, weights: np.ndarray | None) -> float:
    """Mean correlation between items."""
    cov = np.cov(values, rowvar=False, aweights=weights)
    sd = np.sqrt(np.diag(cov))
    r = cov / np.outer(sd, sd)
    return float(r[np.triu_indices_from(r, k=1)].mean())

"""When a step of measurement invariance passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cxresearch.stats.cfa.measures import Fit

Verdict = Literal["comparable", "partially_comparable", "not_comparable"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Cut-offs for the change of fit from one model to the next more constrained one.

    Parameters
    ----------
    delta_cfi : float
        The step passes only if CFI changes by this or more (a drop is negative).
    delta_rmsea : float
        The step passes only if RMSEA rises by no more than this.
    least_cfi : float or None
        CFI that the configural model must reach; None asks for nothing. The change of a bad fit says little.
    source : str
        Where the cut-offs come from.

    Examples
    --------
    >>> Rule().delta_cfi, Rule(delta_cfi=-0.005).source
    (-0.01, 'Cheung & Rensvold 2002; Chen 2007')
    """

    delta_cfi: float = -0.010
    delta_rmsea: float = 0.015
    least_cfi: float | None = None
    source: str = "Cheung & Rensvold 2002; Chen 2007"

    def passes(self, looser: Fit, tighter: Fit) -> bool:
        """Whether the change of fit is small enough; says nothing on whether the solutions are proper."""
        return bool(tighter.cfi - looser.cfi >= self.delta_cfi and tighter.rmsea - looser.rmsea <= self.delta_rmsea)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One model against the next looser one.

    Parameters
    ----------
    model, against : str
    chi2_difference : float
    df_difference : int
    p : float
        Of the likelihood-ratio test; NaN where the models have the same degrees of freedom.
    delta_cfi, delta_rmsea, delta_srmr : float
        Fit of `model` minus fit of `against`.
    passes : bool
        By the rule, with both solutions proper.
    """

    model: str
    against: str
    chi2_difference: float
    df_difference: int
    p: float
    delta_cfi: float
    delta_rmsea: float
    delta_srmr: float
    passes: bool

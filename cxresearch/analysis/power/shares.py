"""Answers on a scale of a few options, given as the share of each."""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize

from cxresearch.errors import ArgumentError, Fault
from cxresearch.stats.power import proportional_odds


def shifted(shares: tuple[float, ...], truth: float) -> np.ndarray:
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


def spread_of(shares: tuple[float, ...]) -> float:
    """Return the standard deviation of the answers 1, 2, ..."""
    options = np.arange(1.0, len(shares) + 1)
    p = np.array(shares)
    return float(np.sqrt(p @ options**2 - (p @ options) ** 2))

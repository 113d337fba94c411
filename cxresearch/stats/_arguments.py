"""Single numbers as arguments: real, finite and within bounds, or a fault that says so."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._check import check_count, wrong
from cxresearch.stats._exact import SEED

__all__ = ["SEED", "check_draws", "check_real", "frozen", "generator"]


def check_real(
    value: object,
    name: str,
    low: float = -np.inf,
    high: float = np.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """Return a finite number between `low` and `high`, or raise ``stats.<name>``.

    Examples
    --------
    >>> check_real(2, "sd", low=0, open_low=True)
    2.0
    """
    allowed = _allowed(low, high, open_low, open_high)
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise wrong(name.replace("_", "-"), f"{name} must be a number.", given=value, allowed=allowed)
    number = float(value)
    inside = (number > low or (not open_low and number == low)) and (
        number < high or (not open_high and number == high)
    )
    if not (np.isfinite(number) and inside):
        raise wrong(name.replace("_", "-"), f"{name} is not possible.", given=value, allowed=allowed)
    return number


def _allowed(low: float, high: float, open_low: bool, open_high: bool) -> str:
    left = "" if low == -np.inf else f"{'above' if open_low else 'at least'} {low:g}"
    right = "" if high == np.inf else f"{'below' if open_high else 'at most'} {high:g}"
    return " and ".join(part for part in (left, right) if part) or "a finite number"


def check_draws(draws: object, least: int = 100) -> int:
    """Return a number of random draws that can carry quantiles."""
    return check_count(draws, "draws", least=least)


def generator(seed: int | np.random.Generator) -> np.random.Generator:
    """Return the generator itself, or a new one from a seed."""
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(check_count(seed, "seed"))


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array, made read-only."""
    array.setflags(write=False)
    return array

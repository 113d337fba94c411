"""What every function of this floor asks of its arguments, told as faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cxresearch.errors import ArgumentError, Fault, NotEnoughData

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

#: A standard error below this many times the size of the means is rounding noise (as in R's t.test).
CONSTANT = 10 * np.finfo(np.float64).eps


def wrong(
    code: str, what: str, given: object = None, allowed: str | None = None, do: str | None = None
) -> ArgumentError:
    """Build the error for an impossible argument; the caller raises it."""
    return ArgumentError(Fault(code=f"stats.{code}", what=what, given=given, allowed=allowed, do=do))


def too_few(code: str, what: str, given: object = None, allowed: str | None = None) -> NotEnoughData:
    """Build the error for data that cannot carry an answer; the caller raises it."""
    return NotEnoughData(
        Fault(code=f"stats.{code}", what=what, given=given, allowed=allowed, do="Report it as not reportable.")
    )


def no_variance(what: str) -> NotEnoughData:
    """Build the error for data that do not vary where an error needs variation."""
    return too_few("no-variance", what, allowed="values that differ")


def numbers(values: ArrayLike, name: str = "values", least: int = 2) -> Floats:
    """Return a finite one-dimensional float array of at least `least` values."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise wrong(
            "not-numeric",
            f"{name} must be numbers without missing values.",
            given=values,
            do="Read the column as numbers and drop missing values first.",
        ) from error
    if array.ndim != 1:
        raise wrong("shape", f"{name} must have one dimension.", given=array.shape, allowed="(n,)")
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).sum())
        raise wrong(
            "missing-values",
            f"{name} holds values that are missing or infinite.",
            given=bad,
            allowed="finite numbers",
            do="Drop missing values first.",
        )
    if array.size < least:
        raise too_few("too-few", f"{name} holds too few values.", given=int(array.size), allowed=f"at least {least}")
    return array


def matrix(values: ArrayLike, name: str = "values", rows: int = 2, columns: int = 2) -> Floats:
    """Return a finite two-dimensional float array, rows = respondents, columns = conditions."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise wrong("not-numeric", f"{name} must be a matrix of numbers.", given=values) from error
    if array.ndim != 2:
        raise wrong("shape", f"{name} must have two dimensions.", given=array.shape, allowed="(n, k)")
    numbers(array.ravel(), name, least=0)
    if array.shape[1] < columns:
        raise wrong("shape", f"{name} has too few columns.", given=array.shape, allowed=f"at least {columns}")
    if array.shape[0] < rows:
        raise too_few("too-few", f"{name} has too few rows.", given=array.shape[0], allowed=f"at least {rows}")
    return array


def pairs(a: ArrayLike, b: ArrayLike, least: int = 2) -> tuple[Floats, Floats]:
    """Return two arrays of equal length, or say why not."""
    x, y = numbers(a, "a", least), numbers(b, "b", least)
    if x.size != y.size:
        raise wrong(
            "unequal-length",
            "Paired values must have equal length.",
            given=(x.size, y.size),
            do="Keep only respondents or units that have both values.",
        )
    return x, y


def samples(groups: Any, least: int = 2, fewest: int = 2) -> list[Floats]:
    """Return every group as an array; at least `fewest` groups of at least `least` values."""
    arrays = [numbers(g, f"group {i}", least) for i, g in enumerate(groups)]
    if len(arrays) < fewest:
        raise too_few("too-few-groups", "There are too few groups.", given=len(arrays), allowed=f"at least {fewest}")
    return arrays


def counts_table(table: ArrayLike) -> Floats:
    """Return a table of counts without its empty rows and columns, at least 2 x 2."""
    array = matrix(table, "table", rows=1, columns=1)
    if (array < 0).any() or (array != np.floor(array)).any():
        raise wrong(
            "not-counts",
            "The table must hold counts.",
            given=array.tolist(),
            allowed="whole numbers of 0 or more",
        )
    kept: Floats = array[array.sum(axis=1) > 0][:, array.sum(axis=0) > 0]
    if min(kept.shape) < 2:
        raise too_few(
            "too-few-categories",
            "Fewer than two rows or columns have any answers.",
            given=kept.shape,
            allowed="at least 2 x 2",
        )
    return kept


def check_level(level: float) -> float:
    """Return the confidence level, a share between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, (int, float, np.floating)) or not 0 < level < 1:
        raise wrong(
            "level",
            "The confidence level is not possible.",
            given=level,
            allowed="a number between 0 and 1",
            do="Use 0.95 for 95 %.",
        )
    return float(level)


def check_count(value: object, name: str, least: int = 0) -> int:
    """Return a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise wrong("not-counts", f"{name} must be a whole number.", given=value)
    if not np.isfinite(value) or value != int(value) or value < least:
        raise wrong(
            "not-counts",
            f"{name} is not a possible count.",
            given=value,
            allowed=f"whole numbers of {least} or more",
        )
    return int(value)


def check_weights(weights: ArrayLike | None, n: int, name: str = "weights") -> Floats:
    """Return survey weights scaled to mean 1 (ones where None is given)."""
    if weights is None:
        return np.ones(n)
    array = numbers(weights, name, least=0)
    if array.size != n:
        raise wrong("unequal-length", f"{name} and values must have equal length.", given=(array.size, n))
    if (array < 0).any():
        raise wrong("weights", f"{name} must not be negative.", given=float(array.min()), allowed="0 or more")
    largest = array.max(initial=0.0)
    if largest == 0:
        raise wrong("weights", f"{name} must not all be zero.", given=0.0, allowed="at least one above 0")
    scaled: Floats = array / largest
    mean_one: Floats = scaled / scaled.mean()
    return mean_one


def codes_of(labels: ArrayLike | None, n: int, name: str) -> tuple[Ints, list[Any]]:
    """Return integer codes and the sorted labels; None means that every row stands for itself."""
    if labels is None:
        return np.arange(n), list(range(n))
    codes, unique = pd.factorize(np.asarray(labels), sort=True)
    if codes.shape != (n,):
        raise wrong("unequal-length", f"{name} and values must have equal length.", given=(codes.size, n))
    if (codes < 0).any():
        raise wrong(
            "missing-values",
            f"{name} holds missing values.",
            given=int((codes < 0).sum()),
            do="Drop these rows, or give them a label.",
        )
    return codes.astype(np.intp), list(unique)

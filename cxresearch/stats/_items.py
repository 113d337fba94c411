"""Answers of many respondents to several items: complete rows, spreads and correlations without overflow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cxresearch.errors import listing
from cxresearch.stats._check import CONSTANT, Floats, too_few, wrong


class Items(NamedTuple):
    """Complete answers and what is known of their columns."""

    values: Floats  # (n, k), as given
    n_dropped: int  # rows that were left out because an answer is missing
    means: Floats  # (k,)
    sds: Floats  # (k,)
    relative: Floats  # (k,) standard deviations relative to the largest power of two among the items
    r: Floats  # (k, k) Pearson correlations


def complete_rows(values: ArrayLike, columns: int = 2, rows: int = 3) -> tuple[Floats, int]:
    """Return the rows of a respondents-by-items table without missing answers, and how many were dropped."""
    try:
        if isinstance(values, pd.DataFrame):
            array = values.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise wrong(
            "not-numeric",
            "The answers must be a table of numbers.",
            given=values,
            do="Read every item as numbers; a missing answer is NaN.",
        ) from error
    if array.ndim != 2:
        raise wrong("shape", "The answers must have two dimensions.", given=array.shape, allowed="(n, k)")
    if np.isinf(array).any():
        raise wrong(
            "missing-values",
            "The answers hold infinite values.",
            given=int(np.isinf(array).sum()),
            allowed="finite numbers, NaN for a missing answer",
        )
    if array.shape[1] < columns:
        raise wrong("shape", "There are too few items.", given=array.shape[1], allowed=f"at least {columns}")
    kept: Floats = array[~np.isnan(array).any(axis=1)]
    if kept.shape[0] < rows:
        raise too_few(
            "too-few",
            "Too few respondents answered every item.",
            given=kept.shape[0],
            allowed=f"at least {rows} (with two, every correlation is 1 or -1)",
        )
    return kept, array.shape[0] - kept.shape[0]


def refuse_constant(spread: Floats, size: Floats) -> None:
    """Raise for items whose answers do not differ, naming their positions (counted from 0)."""
    constant = np.flatnonzero(spread <= CONSTANT * size)
    if constant.size:
        raise too_few(
            "constant-item",
            f"Everybody gave the same answer to {constant.size} item(s).",
            given=f"item {listing(constant.tolist())} (counted from 0)",
            allowed="items whose answers differ",
        )


def items(values: ArrayLike, columns: int = 2, rows: int = 3) -> Items:
    """Drop incomplete rows, refuse constant items and correlate; scaled by powers of two, so exact."""
    x, dropped = complete_rows(values, columns, rows)
    largest = np.abs(x).max(axis=0)
    _, exponent = np.frexp(largest)
    scaled = np.ldexp(x, -exponent)
    centre = scaled[0] + (scaled - scaled[0]).mean(axis=0)
    z = scaled - centre
    z -= z.mean(axis=0)
    spread = np.sqrt((z**2).sum(axis=0) / (x.shape[0] - 1))
    refuse_constant(spread, np.abs(scaled).max(axis=0))
    r: Floats = z.T @ z / (x.shape[0] - 1) / np.outer(spread, spread)
    np.fill_diagonal(r, 1.0)
    r = np.clip((r + r.T) / 2, -1.0, 1.0)
    return Items(
        values=x,
        n_dropped=dropped,
        means=np.ldexp(centre, exponent),
        sds=np.ldexp(spread, exponent),
        relative=np.ldexp(spread, exponent - int(exponent.max())),
        r=r,
    )


def in_range(value: object, code: str, what: str, low: float, high: float) -> float:
    """Return a number of the closed range, or say what is allowed."""
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not number or not low <= float(value) <= high:  # type: ignore[arg-type]
        raise wrong(code, f"{what} is not possible.", given=value, allowed=f"{low} to {high}")
    return float(value)  # type: ignore[arg-type]


def frozen(array: ArrayLike) -> Floats:
    """Return a read-only copy: a result does not change after it was given."""
    copy: Floats = np.array(array, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def minority_signs(r: Floats) -> tuple[int, ...]:
    """Items on the smaller side of the first principal component: those that run against the others."""
    vector = np.linalg.eigh(r)[1][:, -1]
    vector = np.where(np.abs(vector) < 1e-8, 0.0, vector)
    total = vector.sum()
    if abs(total) < 1e-8:
        total = vector[np.flatnonzero(vector)[0]]
    return tuple(int(i) for i in np.flatnonzero(vector * np.sign(total) < 0))


def alpha_of(covariance: Floats) -> float:
    """Cronbach's alpha of a covariance matrix."""
    k = covariance.shape[0]
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def mean_off(r: Floats) -> float:
    """Mean of the correlations off the diagonal."""
    k = r.shape[0]
    return float((r.sum() - k) / (k * (k - 1)))

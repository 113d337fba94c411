"""What can be wrong with columns to group by, each told with the name of the column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cxresearch.errors import ArgumentError, Fault
from cxresearch.stats._check import Floats, Ints

MISSING = -1


def read_table(values: ArrayLike, name: str) -> Floats:
    """Return a table of numbers with two dimensions, a copy."""
    try:
        table = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            Fault(
                code="stats.not-numeric",
                what=f"{name} must be a table of numbers.",
                given=values,
                do="Turn answers into codes first; missing answers are NaN (or -1 among categories).",
            )
        ) from error
    if table.ndim != 2:
        raise ArgumentError(
            Fault(
                code="stats.shape", what=f"{name} needs two dimensions.", given=table.shape, allowed="(people, columns)"
            )
        )
    return table


def numbered(width: int) -> tuple[str, ...]:
    """Name columns by their position."""
    return tuple(f"item{i}" for i in range(1, width + 1))


def levels_of(categories: Ints) -> tuple[int, ...]:
    """Number of categories of each column as far as the answers tell, at least 2."""
    return tuple(max(int(column.max(initial=0)) + 1, 2) for column in categories.T)


def name_faults(labels: tuple[str, ...], width: int) -> list[Fault]:
    """Names that are too few, too many or not different."""
    if len(labels) != width or len(set(labels)) != width:
        return [
            Fault(
                code="stats.names",
                what="Each column needs one name of its own.",
                given=labels,
                allowed=f"{width} different names",
            )
        ]
    return []


def length_faults(levels: Sequence[int] | None, ordered: Sequence[bool] | None, p: int) -> list[Fault]:
    """Levels and order that do not belong to the columns."""
    faults = []
    for name, given in (("levels", levels), ("ordered", ordered)):
        if given is not None and len(given) != p:
            faults.append(
                Fault(
                    code="stats.shape",
                    what=f"{name} needs one value for each categorical column.",
                    given=len(given),
                    allowed=str(p),
                )
            )
    if levels is not None and any(k < 1 or k != int(k) for k in levels):
        faults.append(
            Fault(
                code="stats.code",
                what="A number of categories is not possible.",
                given=tuple(levels),
                allowed="1 or more",
            )
        )
    return faults


def code_faults(x: Floats, levels: Sequence[int] | None, labels: tuple[str, ...]) -> list[Fault]:
    """Codes that are no category."""
    faults = []
    for j, (name, column) in enumerate(zip(labels, x.T, strict=True)):
        codes = column[~np.isnan(column)]
        most = levels[j] - 1 if levels is not None and len(levels) == len(labels) else np.inf
        bad = codes[(codes != np.floor(codes)) | (codes < MISSING) | (codes > most) | np.isinf(codes)]
        if bad.size:
            upto = "levels - 1" if np.isinf(most) else f"{most:g}"
            faults.append(
                Fault(
                    code="stats.code",
                    what=f"Column {name!r} holds codes that are no category.",
                    given=sorted(set(bad.tolist()))[:5],
                    allowed=f"whole numbers from 0 to {upto}, -1 or NaN where missing",
                )
            )
    return faults


def number_faults(y: Floats, labels: tuple[str, ...]) -> list[Fault]:
    """Infinite values."""
    return [
        Fault(
            code="stats.not-finite",
            what=f"Column {name!r} holds infinite values.",
            given=int(np.isinf(column).sum()),
            allowed="finite numbers, NaN where missing",
        )
        for name, column in zip(labels, y.T, strict=True)
        if np.isinf(column).any()
    ]


def count_faults(z: Floats, labels: tuple[str, ...]) -> list[Fault]:
    """Values that are no counts."""
    faults = []
    for name, column in zip(labels, z.T, strict=True):
        bad = column[~np.isnan(column) & ((column < 0) | (column != np.floor(column)) | np.isinf(column))]
        if bad.size:
            faults.append(
                Fault(
                    code="stats.not-counts",
                    what=f"Column {name!r} does not hold counts.",
                    given=sorted(set(bad.tolist()))[:5],
                    allowed="whole numbers of 0 or more, NaN where missing",
                    do="Give values that are no counts as numeric.",
                )
            )
    return faults


def weight_faults(weights: ArrayLike | None, n: int) -> list[Fault]:
    """Weights that are no weights."""
    if weights is None:
        return []
    try:
        array = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        return [Fault(code="stats.weights", what="weights must be numbers.", given=weights, allowed="0 or more")]
    problem: tuple[str, object] | None = None
    if array.shape != (n,):
        problem = "Each person needs one weight.", array.shape
    elif not np.isfinite(array).all():
        problem = "weights holds values that are missing or infinite.", int((~np.isfinite(array)).sum())
    elif (array < 0).any():
        problem = "weights must not be negative.", float(array.min())
    elif not array.any():
        problem = "weights must not all be zero.", 0.0
    if problem is None:
        return []
    return [Fault(code="stats.weights", what=problem[0], given=problem[1], allowed=f"{n} finite numbers, one above 0")]

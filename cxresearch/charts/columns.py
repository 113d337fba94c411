"""Checks of what is passed in: all faults are collected, then raised at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing, nearest

Number = Callable[[float], str]
Count = Callable[[int], str]


def require(frame: pd.DataFrame, columns: Iterable[str], *, numeric: Iterable[str] = ()) -> pd.DataFrame:
    """Return the frame with a fresh index if it has rows and the columns.

    Raises
    ------
    ArgumentError
        ``charts.missing-column``, ``charts.empty-frame`` or ``charts.not-numeric``.

    Examples
    --------
    >>> require(pd.DataFrame({"row": ["a"]}), ["row", "value"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    cxresearch.errors.ArgumentError: error charts.missing-column: ...
    """
    faults = [
        Fault(
            code="charts.missing-column",
            what=f"The frame has no column {name!r}.",
            allowed=listing(frame.columns),
            do=f"Did you mean {close!r}?" if (close := nearest(name, frame.columns)) else None,
        )
        for name in columns
        if name not in frame.columns
    ]
    faults += [
        Fault(
            code="charts.not-numeric",
            what=f"Column {name!r} does not hold numbers.",
            given=str(frame[name].dtype),
            allowed="numbers; NaN where a value is suppressed or missing",
        )
        for name in numeric
        if name in frame.columns and not _numbers(frame[name])
    ]
    if frame.empty:
        faults.append(
            Fault(
                code="charts.empty-frame",
                what="There is nothing to draw: the frame has no rows.",
                do="Say in the text that nothing can be reported, and leave out the picture.",
            )
        )
    if faults:
        raise ArgumentError(*faults)
    ready = frame.reset_index(drop=True)
    return ready.assign(**{n: ready[n].to_numpy(dtype=float, na_value=np.nan) for n in numeric if n in ready})


def unique(frame: pd.DataFrame, keys: list[str]) -> None:
    """Refuse two rows for one mark.

    Raises
    ------
    ArgumentError
        ``charts.duplicate-row``.
    """
    twice = frame.duplicated(keys)
    if twice.any():
        raise ArgumentError(
            Fault(
                code="charts.duplicate-row",
                what=f"Two rows of the frame have the same {' and '.join(keys)}.",
                given=", ".join(str(v) for v in frame.loc[twice, keys].iloc[0]),
            )
        )


def labelled(given: Mapping[Any, str], keys: Iterable[Hashable], argument: str) -> None:
    """Refuse a mapping of labels that leaves out a key.

    Raises
    ------
    ArgumentError
        ``charts.missing-label``, one fault per key.

    Examples
    --------
    >>> labelled({"a": "A"}, ["a"], "row_labels")
    """
    missing = [key for key in dict.fromkeys(keys) if key not in given]
    if missing:
        raise ArgumentError(
            *(
                Fault(
                    code="charts.missing-label",
                    what=f"{argument} has no label for a key of the frame.",
                    given=key,
                    allowed=listing(given),
                )
                for key in missing
            )
        )


def _numbers(column: pd.Series) -> bool:
    return pd.api.types.infer_dtype(column, skipna=True) in (
        "floating",
        "integer",
        "mixed-integer-float",
        "decimal",
        "boolean",
        "empty",
    )

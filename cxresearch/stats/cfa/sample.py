"""From arrays and a list of constructs to what is needed for estimation, with every fault told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.stats._check import Floats, codes_of, too_few, wrong
from cxresearch.stats.cfa.model import Layout
from cxresearch.stats.cfa.patterns import Patterns, patterns
from cxresearch.stats.cfa.saturated import Saturated, saturated

Missing = Literal["listwise", "fiml"]
#: Items by name, or respondents in rows and items in columns.
Data = Mapping[str, ArrayLike] | pd.DataFrame | ArrayLike
Constructs = Mapping[str, Sequence[int | str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """The answers of all groups, summarised and brought to a common scale.

    Parameters
    ----------
    layout : Layout
    groups : tuple
        Labels, reference group first; ``(None,)`` where there is one group.
    data : tuple of Patterns
        On the scale with pooled within-group variance 1.
    saturated : tuple of Saturated
        On the same scale.
    centre, scale : array, shape (p,)
        What was subtracted from and divided out of the answers.
    n_dropped : int
        Rows not used.
    missing : str
    """

    layout: Layout
    groups: tuple[Any, ...]
    data: tuple[Patterns, ...]
    saturated: tuple[Saturated, ...]
    centre: Floats
    scale: Floats
    n_dropped: int
    missing: Missing

    @property
    def sizes(self) -> tuple[int, ...]:
        """Respondents of every group."""
        return tuple(d.people for d in self.data)

    @property
    def n(self) -> int:
        """Respondents of all groups."""
        return sum(self.sizes)

    @property
    def effective(self) -> tuple[float, ...]:
        """What counts as the number of respondents of every group; their number, where there are no weights."""
        return tuple(d.n for d in self.data)

    @property
    def weights(self) -> Floats:
        """Share of every group in the sample."""
        return np.array(self.effective) / sum(self.effective)


def sample(
    data: Data,
    constructs: Constructs,
    group: ArrayLike | None = None,
    missing: str = "listwise",
    reference: object = None,
    weights: ArrayLike | None = None,
) -> Sample:
    """Read answers and model; raise once, with all faults of the arguments.

    Rows without a weight above zero are not used.

    Raises
    ------
    ArgumentError
        ``stats.missing-method``, ``stats.no-constructs``, ``stats.unknown-item``, ``stats.item-twice``,
        ``stats.not-identified``, ``stats.not-numeric``, ``stats.unequal-length``, ``stats.unknown-group``.
    NotEnoughData
        ``stats.too-few``, ``stats.too-few-groups``, ``stats.no-variance``, ``stats.no-answers``,
        ``stats.never-together``, ``stats.singular``.

    Examples
    --------
    >>> answers = {"a": [1, 2, 4, 3, 5], "b": [2, 1, 4, 3, 5], "c": [1, 3, 4, 2, 5.0]}
    >>> found = sample(answers, {"ease": ["a", "b", "c"]})
    >>> found.n, found.layout.constructs
    (5, ('ease',))
    """
    if missing not in ("listwise", "fiml"):
        raise wrong("missing-method", "There is no such treatment of missing answers.", missing, "listwise, fiml")
    columns = _columns(data)
    layout, values = _layout(columns, constructs)
    codes, labels = _groups(group, values.shape[0], reference)
    holes = np.isnan(values)
    keep = np.logical_not(holes.all(axis=1) if missing == "fiml" else holes.any(axis=1))
    w = _weights(weights, len(values))
    if w is not None:
        keep &= w > 0
    _enough(layout, values, codes, labels, keep)
    rows = [keep & (codes == g) for g in range(len(labels))]
    summaries = [patterns(values[r], None if w is None else w[r]) for r in rows]
    _together(layout, summaries, labels)
    centre, scale = _common_scale(values[keep], codes[keep])
    scaled = tuple(s.scaled(centre, scale) for s in summaries)
    ends = tuple(saturated(s) for s in scaled)
    for label, end in zip(labels, ends, strict=True):
        if end.deviance is None:
            raise too_few(
                "singular",
                f"Some items are sums of others{_of(label)}: their covariances are singular.",
                given=listing(layout.items),
            )
    return Sample(
        layout=layout,
        groups=tuple(labels),
        data=scaled,
        saturated=ends,
        centre=centre,
        scale=scale,
        n_dropped=int((~keep).sum()),
        missing=cast(Missing, missing),
    )


def _weights(weights: ArrayLike | None, n: int) -> Floats | None:
    if weights is None:
        return None
    w = np.nan_to_num(np.asarray(weights, dtype=np.float64), nan=0.0)
    if w.shape != (n,) or not np.isfinite(w).all() or (w < 0).any():
        raise wrong("weights", "A weight is a number of zero or more, one for each row.", given=f"{w.shape}, {n} rows")
    return w


def _columns(data: Data) -> dict[Any, Any]:
    """Every item of `data` as it was given."""
    if isinstance(data, (Mapping, pd.DataFrame)):
        return dict(data.items())
    array = np.asarray(data)
    if array.ndim != 2:
        raise wrong("shape", "The answers must be a table.", given=array.shape, allowed="(n, items)")
    return dict(enumerate(array.T))


def _numbers(values: Any) -> Floats | None:
    """Answers to one item as floats, None where they are not numeric; NaN is a missing answer."""
    try:
        return pd.Series(values).to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        return None


def _layout(columns: dict[Any, Any], constructs: Constructs) -> tuple[Layout, Floats]:
    """Turn the constructs into a layout and its answers, or tell everything that is wrong with them."""
    faults: list[Fault] = []
    items: list[int | str] = []
    factor: list[int] = []

    def fault(code: str, what: str, given: object = None, allowed: str | None = None, do: str | None = None) -> None:
        faults.append(Fault(code=f"stats.{code}", what=what, given=given, allowed=allowed, do=do))

    if not isinstance(constructs, Mapping) or not constructs:
        raise wrong("no-constructs", "There is no construct.", constructs, "construct -> list of its items")
    for number, (construct, members) in enumerate(constructs.items()):
        if isinstance(members, str) or not len(members):
            fault("no-constructs", f"The construct {construct!r} needs a list of items.", members)
            continue
        for item in members:
            if item in items:
                fault("item-twice", "An item may belong to one construct only, once.", item)
            elif item not in columns:
                faults.append(unknown_name("stats.unknown-item", "item", item, columns))
            else:
                items.append(item)
                factor.append(number)
    used = {item: _numbers(columns[item]) for item in items}
    for item, values in used.items():
        if values is None:
            fault("not-numeric", "The answers to an item must be numbers.", item, do="Read the column as numbers.")
        elif np.isinf(values).any():
            fault("infinite", "The answers to an item must be finite.", item)
    numeric = [values for values in used.values() if values is not None]
    if len({values.size for values in numeric}) > 1:
        fault("unequal-length", "All items must have the same number of answers.", [v.size for v in numeric])
    if faults:
        raise ArgumentError(*faults)
    layout = Layout(
        items=tuple(str(i) for i in items),
        constructs=tuple(str(c) for c in constructs),
        factor=np.array(factor, dtype=np.intp),
    )
    _identified(layout)
    return layout, np.column_stack(numeric)


def _identified(layout: Layout) -> None:
    p, m = layout.p, layout.m
    known, unknown = p * (p + 1) // 2, (p - m) + (p - layout.lone.size) + m * (m + 1) // 2
    if unknown > known or p < 2:
        raise wrong(
            "not-identified",
            "The model has more parameters than the items have variances and covariances.",
            given=f"{unknown} parameters, {known} variances and covariances",
            allowed="a construct that stands alone needs at least 3 items",
            do="Add items, or fit the construct together with others.",
        )


def _groups(group: ArrayLike | None, n: int, reference: object) -> tuple[np.ndarray, list[Any]]:
    if group is None:
        return np.zeros(n, dtype=np.intp), [None]
    codes, labels = codes_of(group, n, "group")
    labels = [label.item() if isinstance(label, np.generic) else label for label in labels]
    if len(labels) < 2:
        raise too_few("too-few-groups", "There is nothing to compare.", given=len(labels), allowed="at least 2 groups")
    if reference is not None:
        if reference not in labels:
            raise ArgumentError(unknown_name("stats.unknown-group", "group", reference, labels))
        first = labels.index(reference)
        order = [first] + [i for i in range(len(labels)) if i != first]
        codes, labels = np.argsort(order)[codes], [labels[i] for i in order]
    return codes, labels


def _of(label: object) -> str:
    return "" if label is None else f" in group {label!r}"


def _enough(layout: Layout, values: Floats, codes: np.ndarray, labels: list[Any], keep: np.ndarray) -> None:
    for g, label in enumerate(labels):
        rows = values[keep & (codes == g)]
        answers = values[codes == g]
        if not answers.shape[0]:
            raise too_few("too-few", f"There are no respondents{_of(label)}.", given=0)
        empty = [name for name, column in zip(layout.items, answers.T, strict=True) if np.isnan(column).all()]
        if empty:
            raise too_few("no-answers", f"Nobody answered some items{_of(label)}.", given=listing(empty))
        if rows.shape[0] <= layout.p:
            raise too_few(
                "too-few",
                f"There are too few respondents{_of(label)}.",
                given=rows.shape[0],
                allowed=f"more than the {layout.p} items",
            )
        flat = [
            name for name, column in zip(layout.items, rows.T, strict=True) if np.nanmax(column) == np.nanmin(column)
        ]
        if flat:
            raise too_few("no-variance", f"Everybody gave the same answer{_of(label)}.", given=listing(flat))


def _together(layout: Layout, summaries: list[Patterns], labels: list[Any]) -> None:
    for summary, label in zip(summaries, labels, strict=True):
        never = np.argwhere(np.tril(summary.pairs_seen.sum(axis=0) == 0))
        if never.size:
            a, b = never[0]
            raise too_few(
                "never-together",
                f"Nobody answered two of the items together{_of(label)}.",
                given=(layout.items[b], layout.items[a]),
            )


def _common_scale(values: Floats, codes: np.ndarray) -> tuple[Floats, Floats]:
    """Grand mean and pooled within-group standard deviation of every item."""
    centre = np.nanmean(values, axis=0)
    squares = np.zeros(values.shape[1])
    for g in np.unique(codes):
        part = values[codes == g] - centre
        squares += np.nansum((part - np.nanmean(part, axis=0)) ** 2, axis=0)
    scale: Floats = np.sqrt(squares / (~np.isnan(values)).sum(axis=0))
    return centre, scale

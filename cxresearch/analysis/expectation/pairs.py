"""What was expected and what was experienced: pairs of answers of the same person on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Column, Missing, ScaleLike, Source
from cxresearch.result import Caveat, Names
from cxresearch.survey.level import Level

LEAST_SHARE = 0.5  # of the pairs that a person must have answered for a mean over them


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """Answers to one pair of items; NaN in both where one of them is missing.

    Parameters
    ----------
    expected, experienced : str
        Columns.
    e, p : ndarray, shape (n,)
        What was expected and what was experienced (perceived), a row a respondent.
    """

    expected: str
    experienced: str
    e: np.ndarray
    p: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """All pairs that were asked for, and what a reader has to know about the data.

    Parameters
    ----------
    pairs : tuple of Pair
    ends : (low, high), optional
        Ends of the common scale, where one is declared.
    ceiling : float
        Share of the expectations that are the highest answer; NaN without a declared scale.
    clusters : ndarray of object, optional
        None where a respondent has no cluster.
    caveats : tuple of Caveat
    names : Names
    lang : str
    """

    pairs: tuple[Pair, ...]
    ends: tuple[float, float] | None
    ceiling: float
    clusters: np.ndarray | None
    caveats: tuple[Caveat, ...]
    names: Names
    lang: str

    def overall(self) -> tuple[np.ndarray, np.ndarray]:
        """Return each person's means over the pairs answered on both sides, NaN below half of them."""
        e = np.column_stack([pair.e for pair in self.pairs])
        p = np.column_stack([pair.p for pair in self.pairs])
        answered = np.isfinite(e).sum(axis=1)
        enough = answered >= max(1.0, LEAST_SHARE * len(self.pairs))
        count = np.where(enough, answered, 1)
        means = [np.where(enough, np.nansum(side, axis=1) / count, np.nan) for side in (e, p)]
        return means[0], means[1]


def read_pairs(
    data: Responses | UnitScores | pd.DataFrame,
    expected: str | Sequence[str],
    experienced: str | Sequence[str],
    *,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    cluster: str | None,
) -> tuple[Pairs, Source]:
    """Read the columns of both sides; see :func:`cxresearch.expectation` for the parameters."""
    source = Source.of(data)
    first, second = _listed(expected), _listed(experienced)
    _check_names(first, second)
    sides = [[_rating(source, name, scale, missing) for name in names] for names in (first, second)]
    clusters = None
    if cluster is not None:
        clusters = source.key(cluster).astype(object).where(source.key(cluster).notna(), None).to_numpy()
    usable = np.ones(len(source.frame), bool) if clusters is None else np.array([c is not None for c in clusters])
    pairs = []
    for e, p in zip(*sides, strict=True):
        x, y = e.values.to_numpy(dtype=float), p.values.to_numpy(dtype=float)
        both = usable & np.isfinite(x) & np.isfinite(y)
        x, y = np.where(both, x, np.nan), np.where(both, y, np.nan)
        pairs.append(Pair(expected=e.name, experienced=p.name, e=x, p=y))
    every = [*sides[0], *sides[1]]
    ends = _range(every)
    caveats = [caveat for column in every for caveat in column.caveats()]
    if any(column.level is Level.ORDINAL for column in every):
        caveats.append(Caveat(code="ordinal_as_interval"))
    found = Pairs(
        pairs=tuple(pairs),
        ends=ends,
        ceiling=_ceiling(pairs, ends),
        clusters=clusters,
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
    )
    return found, source


def read_outcome(
    source: Source, name: str, used: Sequence[str], scale: object, missing: Missing | None
) -> tuple[np.ndarray, list[Caveat]]:
    """Read the outcome; a scale that is given for all items is not that of the outcome."""
    if name in used:
        raise ArgumentError(
            Fault(code="expectation.outcome", what="The outcome is one of the compared items.", given=name)
        )
    column = _rating(source, name, scale if isinstance(scale, Mapping) else None, missing)
    caveats = column.caveats()
    if column.level is Level.ORDINAL:
        caveats.append(Caveat(code="ordinal_as_interval"))
    return column.values.to_numpy(dtype=float), caveats


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _check_names(expected: list[str], experienced: list[str]) -> None:
    names = [*expected, *experienced]
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if not expected or len(expected) != len(experienced) or twice:
        raise ArgumentError(
            Fault(
                code="expectation.pairs",
                what="Every expectation needs an experience of its own, in the same order.",
                given=f"twice: {listing(twice)}" if twice else f"{len(expected)} and {len(experienced)} columns",
                allowed="such as expected=['q1_exp', 'q2_exp'], experienced=['q1_per', 'q2_per']",
            )
        )


def _rating(
    source: Source, name: str, scale: ScaleLike | Mapping[str, ScaleLike] | None, missing: Missing | None
) -> Column:
    column = source.column(name, scale=scale, missing=missing)
    # a column without any answer is none of numbers, and reported as empty later
    if (not column.numeric and column.values.notna().any()) or column.level is Level.NOMINAL:
        raise ArgumentError(
            Fault(
                code="expectation.not-rated",
                what="This is not an answer on a scale.",
                given=name,
                allowed="ratings as ordered numbers",
            )
        )
    return column


def _range(columns: Sequence[Column]) -> tuple[float, float] | None:
    """Return the common ends of the scale, None where not every column has one."""
    ends = {c.name: (c.scale.low, c.scale.high) for c in columns if c.scale is not None and c.scale.is_range}
    if len(set(ends.values())) > 1:
        raise ArgumentError(
            Fault(
                code="expectation.scales",
                what="Expectation and experience can only be compared on the same scale.",
                given=listing(f"{name} {low:g} to {high:g}" for name, (low, high) in ends.items()),
            )
        )
    if len(ends) < len(columns):
        return None
    low, high = next(iter(ends.values()))
    return float(low or 0.0), float(high or 0.0)


def _ceiling(pairs: Sequence[Pair], ends: tuple[float, float] | None) -> float:
    answers = np.concatenate([pair.e[np.isfinite(pair.e)] for pair in pairs])
    return float(np.mean(answers >= ends[1])) if ends is not None and answers.size else float("nan")

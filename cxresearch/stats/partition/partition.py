"""Hard groups by k-means, Ward, k-prototypes or medoids under Gower's distance, and where others belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, NotEnoughData, unknown_name
from cxresearch.stats._arguments import frozen
from cxresearch.stats._check import Floats, Ints, check_count, wrong
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.mixture.threads import one_thread
from cxresearch.stats.partition.distances import euclidean, gower, ranges_of
from cxresearch.stats.partition.features import NOMINAL, Features, columns_of, kinds_of
from cxresearch.stats.partition.hierarchy import ward
from cxresearch.stats.partition.lloyd import STARTS, STEPS, TOLERANCE, best_of, check_distinct, nearest, table_of
from cxresearch.stats.partition.medoids import medoids
from cxresearch.stats.partition.prototypes import costs, k_prototypes

METHODS = ("kmeans", "ward", "kprototypes", "gower")
#: More people than this are refused where a table of all distances is needed.
MOST = 5000

#: From people and their features to labels, sum within and a rule that places others.
_Made = tuple[Ints, float, Callable[[Indicators], Ints]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Partition:
    """People in k groups, the largest (by weight) first.

    Parameters
    ----------
    method : {"kmeans", "ward", "kprototypes", "gower"}
    k : int
    labels : ndarray of int, shape (n,)
        0 to k - 1; -1 for people without any answer.
    shares : ndarray, shape (k,)
        Weighted, of those with an answer.
    centres : pandas.DataFrame
        A row a group, a column each: weighted mean of ordered codes, numbers and counts, most frequent code of
        nominal columns; of those who answered, NaN where nobody did.
    within : float
        What the method keeps small: sum of squares around the means ("kmeans", "ward"), with mismatches
        ("kprototypes"), or the sum of the distances to the medoids ("gower").
    features : Features
        How columns were made comparable.
    """

    method: str
    k: int
    labels: Ints
    shares: Floats
    centres: pd.DataFrame
    within: float
    features: Features
    _place: Callable[[Indicators], Ints]

    def assign(self, people: Indicators) -> Ints:
        """Return the group of other people: that of the nearest centre (medoid) over what they answered.

        -1 without any answer. Ward's groups are not those of the nearest centre, so for the people they were made
        of this can differ from `labels`.

        Raises
        ------
        ArgumentError
            ``stats.columns`` unless the columns are the same.
        """
        self.features.check(people)
        with one_thread():
            return np.where(people.answered.any(axis=1), self._place(people), -1)


def partition(people: Indicators, k: int, method: str = "kmeans", starts: int = STARTS, seed: int = 1) -> Partition:
    """Divide people into k groups.

    Parameters
    ----------
    people : Indicators
        Ordered codes, numbers and counts (their square roots) are standardised. People without any answer are left
        out.
    k : int
    method : {"kmeans", "ward", "kprototypes", "gower"}
        "kmeans": nominal columns as dummies; over answered cells only (k-POD); weights honoured.
        "ward": the same distances, scaled up where answers are missing; no weights, at most 5,000 people.
        "kprototypes": nominal columns by mismatch, each half as much as a standardised number; over answered cells
        only; weights honoured.
        "gower": medoids under Gower's distance; no weights, at most 5,000 people.
    starts : int
        Of "kmeans" and "kprototypes"; the others need none.
    seed : int
        The same seed gives the same groups, whatever the order of the rows.

    Returns
    -------
    Partition

    Raises
    ------
    ArgumentError
        ``stats.method``, ``stats.weights`` where weights are not honoured, ``stats.too-many`` above 5,000 people.
    NotEnoughData
        ``stats.too-few-patterns`` when there are fewer different rows than groups, ``stats.no-overlap`` when two
        people answered nothing in common ("ward", "gower").

    References
    ----------
    Lloyd 1982, IEEE Trans. Inf. Theory 28:129-137; Chi, Chi & Baraniuk 2016, Am. Stat. 70:91-99; Ward 1963, J. Am.
    Stat. Assoc. 58:236-244; Huang 1998, Data Min. Knowl. Discov. 2:283-304; Gower 1971, Biometrics 27:857-871;
    Kaufman & Rousseeuw 1990, Finding groups in data.

    Examples
    --------
    >>> people = Indicators.of(categorical=[[0, 0], [0, 1], [4, 4], [4, 3], [4, -1]], ordered=[True, True])
    >>> found = partition(people, 2)
    >>> found.labels.tolist(), found.assign(people.take([0, 4])).tolist()
    ([1, 1, 0, 0, 0], [1, 0])
    """
    if method not in METHODS:
        raise ArgumentError(unknown_name("stats.method", "method", method, METHODS))
    k, starts, seed = check_count(k, "k", 1), check_count(starts, "starts", 1), check_count(seed, "seed")
    used = np.flatnonzero(people.answered.any(axis=1) & (people.case_weights > 0))
    x = Features.of(people).matrix(people)
    used = used[np.lexsort([people.case_weights[used], *x[used].T[::-1]])]
    some = people.take(used)
    if used.size:
        check_distinct(np.nan_to_num(np.column_stack(columns_of(some)), nan=-1e300), k)
    else:
        raise NotEnoughData(
            Fault(code="stats.too-few", what="Nobody answered anything.", given=0, allowed="at least 2")
        )
    if method in ("ward", "gower"):
        _check_distances(some, method)
    features = Features.of(some)
    make = {"kmeans": _kmeans, "ward": _ward, "kprototypes": _kprototypes, "gower": _gower}[method]
    with one_thread():
        found, within, place = make(some, features, k, starts, seed)
    labels = np.full(people.n, -1, dtype=np.intp)
    labels[used] = found
    idle = np.flatnonzero(people.answered.any(axis=1) & (labels < 0))
    if idle.size:
        labels[idle] = place(people.take(idle))
    weights = some.case_weights
    return Partition(
        method=method,
        k=k,
        labels=frozen(labels),
        shares=frozen(np.bincount(found, weights=weights, minlength=k) / weights.sum()),
        centres=centres_of(some, found, k),
        within=within,
        features=features,
        _place=place,
    )


def centres_of(people: Indicators, labels: Ints, k: int) -> pd.DataFrame:
    """Weighted mean of each column in each group, most frequent code of nominal columns; NaN where nobody answered."""
    table = {}
    for name, kind, values in zip(people.names, kinds_of(people), columns_of(people), strict=True):
        centre = np.full(k, np.nan)
        for group in range(k):
            rows = (labels == group) & ~np.isnan(values) & (people.case_weights > 0)
            if not rows.any():
                continue
            weights = people.case_weights[rows]
            if kind == NOMINAL:
                centre[group] = np.bincount(values[rows].astype(np.intp), weights=weights).argmax()
            else:
                centre[group] = np.average(values[rows], weights=weights)
        table[name] = centre
    return pd.DataFrame(table)


def _check_distances(people: Indicators, method: str) -> None:
    if people.weights is not None and np.ptp(people.weights) > 0:
        raise wrong(
            "weights",
            f"The method {method!r} has no weights.",
            given="weights that differ",
            allowed="no weights, or equal ones",
            do="Use 'kmeans' or 'kprototypes', or leave the weights out.",
        )
    if people.n > MOST:
        raise wrong(
            "too-many",
            f"The method {method!r} compares all people with each other.",
            given=people.n,
            allowed=f"at most {MOST} people",
            do="Use 'kmeans' or 'kprototypes', or draw a sample and assign the others.",
        )


def _kmeans(people: Indicators, features: Features, k: int, starts: int, seed: int) -> _Made:
    means = best_of(table_of(features.matrix(people), people.case_weights), k, starts, seed, STEPS, TOLERANCE)
    return means.labels, means.within, _nearest_mean(features, means.centres)


def _nearest_mean(features: Features, centres: Floats) -> Callable[[Indicators], Ints]:
    return lambda others: nearest(table_of(features.matrix(others), np.ones(others.n)), centres)


def _ward(people: Indicators, features: Features, k: int, starts: int, seed: int) -> _Made:
    x = features.matrix(people)
    labels, _ = ward(_overlapping(euclidean(x, features)), k)
    seen = ~np.isnan(x)
    member = (labels == np.arange(k)[:, None]).astype(np.float64)
    size = member @ seen
    centres = member @ np.where(seen, x, 0.0) / np.where(size > 0, size, 1.0)
    within = float(np.nansum((x - centres[labels]) ** 2))
    return labels, within, _nearest_mean(features, centres)


def _kprototypes(people: Indicators, features: Features, k: int, starts: int, seed: int) -> _Made:
    x, codes = _numbers_and_codes(people, features)
    found = k_prototypes(x, codes, k, people.case_weights, starts, seed)

    def place(others: Indicators) -> Ints:
        cost = costs(*_numbers_and_codes(others, features), found.means, found.modes)
        return np.asarray(cost.argmin(axis=1))

    return found.labels, found.within, place


def _gower(people: Indicators, features: Features, k: int, starts: int, seed: int) -> _Made:
    ranges = ranges_of(people)
    found = medoids(_overlapping(gower(people, ranges=ranges)), k)
    middle = people.take(found.rows)

    def place(others: Indicators) -> Ints:
        distance = gower(others, middle, ranges)
        return np.asarray(np.where(np.isnan(distance), np.inf, distance).argmin(axis=1))

    return found.labels, found.within, place


def _numbers_and_codes(people: Indicators, features: Features) -> tuple[Floats, Ints]:
    """Standardised columns side by side, and the codes of the nominal ones."""
    nominal = [kind == NOMINAL for kind in features.kinds]
    columns = columns_of(people)
    blocks = [features.block(j, values) for j, values in enumerate(columns) if not nominal[j]]
    x = np.hstack(blocks) if blocks else np.empty((people.n, 0))
    return x, people.categorical[:, [j for j in range(people.p) if nominal[j]]]


def _overlapping(distance: Floats) -> Floats:
    if np.isnan(distance).any():
        raise NotEnoughData(
            Fault(
                code="stats.no-overlap",
                what="Some people answered no column in common, so nothing is known of how far apart they are.",
                given=f"{int(np.isnan(distance).sum()) // 2} pairs",
                allowed="at least one column that both answered",
                do="Use 'kmeans' or 'kprototypes', or leave out people with few answers.",
            )
        )
    return distance

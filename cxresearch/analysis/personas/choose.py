"""Which method fits these data, and how many groups it finds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.models import MODELS, Grouping, Method, group, of_mixture
from cxresearch.analysis.personas.progress import Progress
from cxresearch.analysis.personas.sample import proof_rows
from cxresearch.errors import ArgumentError, CxError, Fault, NotEnoughData, listing, unknown_name
from cxresearch.stats.mixture import Indicators, Mixture, bootstrap_lrt, select
from cxresearch.stats.structure import design_matrix, gap_statistic, silhouette

Criterion = Literal["bic", "aic", "abic", "icl", "silhouette", "gap"]
COVARIANCES = ("diagonal", "equal_diagonal", "spherical", "full", "equal_full")
DRAWS = 49  # of the bootstrap likelihood-ratio test and the gap statistic
COLUMNS = (
    "k", "log_likelihood", "parameters", "aic", "bic", "abic", "icl", "entropy", "blrt_p", "silhouette", "gap",
    "gap_se", "smallest", "chosen",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen:
    """Groupings for several k, and the one that the rule chose.

    Parameters
    ----------
    groupings : dict
        k to its grouping.
    table : DataFrame
        A row a k: the criteria, and which k was chosen.
    k : int
    criterion : str
        What decided; "given" where the researcher did.
    why : str
        Why this method: "given", "categories", "numbers".
    at_limit : bool
        Whether the best k is the largest that was tried.
    proof : ndarray of int
        Rows of the people that the bootstrap test and the gap statistic rest on, and the evidence after them.
    """

    groupings: dict[int, Grouping]
    table: pd.DataFrame
    k: int
    criterion: str
    why: str
    at_limit: bool
    proof: np.ndarray

    @property
    def grouping(self) -> Grouping:
        """The chosen grouping."""
        return self.groupings[self.k]


def choose(
    people: Indicators,
    k: int | str,
    method: str,
    *,
    most: int,
    criterion: Criterion | None,
    starts: int,
    seed: int,
    jobs: int,
    progress: Progress,
) -> Chosen:
    """Fit one group to `most` groups, and take the k that the criterion prefers.

    Raises
    ------
    ArgumentError
        ``personas.k``, ``personas.method``, ``personas.criterion``.
    NotEnoughData
        When not even two groups can be formed.
    """
    used, why = _method(people, method)
    rule = _criterion(criterion, used)
    wanted = _numbers(k, most)
    if used in MODELS:
        mixtures = _mixtures(people, wanted, used, starts, seed, jobs, progress)
        groupings = {m.k: of_mixture(m, used) for m in mixtures}
    else:
        groupings = _partitions(people, wanted, used, starts, seed, progress)
    rows = proof_rows(people, seed)
    few = people if rows.size == people.n else people.take(rows)
    if isinstance(k, int) and k not in groupings:
        raise NotEnoughData(
            Fault(code="personas.k", what="So many groups cannot be formed.", given=k, allowed=listing(groupings))
        )
    table = _criteria(people, few, groupings, used, seed, jobs)
    best = k if isinstance(k, int) else _best(table, rule)
    if used in MODELS:
        table = _tested(few, groupings, table, best, seed, jobs, progress)
    table["chosen"] = table["k"] == best
    return Chosen(
        groupings=groupings,
        table=table[list(COLUMNS)].reset_index(drop=True),
        k=best,
        criterion="given" if isinstance(k, int) else rule,
        why=why,
        at_limit=not isinstance(k, int) and best == max(groupings) and best >= most,
        proof=rows,
    )


def _method(people: Indicators, method: str) -> tuple[Method, str]:
    if method == "auto":
        return ("gaussian", "numbers") if people.p == people.r == 0 else ("latent_class", "categories")
    if method not in get_args(Method):
        raise ArgumentError(unknown_name("personas.method", "method", method, ("auto", *get_args(Method))))
    if method == "gaussian" and people.p + people.r:
        raise ArgumentError(
            Fault(
                code="personas.method",
                what="A Gaussian mixture groups by numbers; these are answers in categories or counts.",
                given=listing([*people.names[: people.p], *people.names[people.p + people.q :]]),
                allowed="method='latent_class', or kinds={...: 'number'} where an answer may count as a number",
            )
        )
    return method, "given"  # type: ignore[return-value]


def _criterion(criterion: str | None, method: Method) -> Criterion:
    allowed: tuple[Criterion, ...] = (
        ("bic", "aic", "abic", "icl", "silhouette") if method in MODELS else ("silhouette", "gap")
    )
    if criterion is None:
        return allowed[0]
    if criterion not in allowed:
        raise ArgumentError(unknown_name("personas.criterion", f"criterion for {method}", criterion, allowed))
    return criterion  # type: ignore[return-value]


def _numbers(k: int | str, most: int) -> list[int]:
    if isinstance(most, bool) or not isinstance(most, int) or not 2 <= most <= 20:
        raise ArgumentError(
            Fault(code="personas.k", what="Groups are tried up to k_max.", given=most, allowed="2 to 20")
        )
    if k == "auto":
        return list(range(1, most + 1))
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= 20:
        raise ArgumentError(
            Fault(code="personas.k", what="This is no number of personas.", given=k, allowed="'auto', or 1 to 20")
        )
    return sorted({*range(1, min(max(k + 1, 3), 21)), k})


def _mixtures(
    people: Indicators, wanted: list[int], method: Method, starts: int, seed: int, jobs: int, progress: Progress
) -> tuple[Mixture, ...]:
    tried = COVARIANCES if method == "gaussian" else ("diagonal",)
    found: list[tuple[Mixture, ...]] = []
    last: CxError | None = None
    for turn, covariance in enumerate(tried):

        def told(done: int, of: int, before: int = turn * len(wanted)) -> None:
            progress("models", before + done, len(tried) * of)

        try:
            mixtures = select(
                people,
                wanted,
                covariance=covariance,
                starts=starts,
                seed=seed,
                jobs=jobs,
                progress=told,
                on_fault=lambda k, error: None,
            )
        except CxError as error:  # full covariances cannot be had with holes in the numbers
            last = error
            continue
        if mixtures:
            found.append(mixtures)
    if not found:
        raise last or NotEnoughData(
            Fault(code="personas.no-model", what="No grouping of these people could be fitted.", given=people.n)
        )
    return min(found, key=lambda mixtures: min(m.bic for m in mixtures))


def _partitions(
    people: Indicators, wanted: list[int], method: Method, starts: int, seed: int, progress: Progress
) -> dict[int, Grouping]:
    found: dict[int, Grouping] = {}
    for done, k in enumerate(wanted, start=1):
        try:
            found[k] = group(people, k, method, starts=starts, seed=seed)
        except NotEnoughData:
            if k <= 2:
                raise
        progress("models", done, len(wanted))
    return found


def _criteria(
    people: Indicators, few: Indicators, groupings: dict[int, Grouping], method: Method, seed: int, jobs: int
) -> pd.DataFrame:
    x = design_matrix(people)
    weights = people.case_weights
    gaps = None
    if method not in MODELS:
        ks, some = sorted(groupings), design_matrix(few)
        gaps = gap_statistic(some, ks, draws=DRAWS, seed=seed, weights=few.weights, jobs=jobs).set_index("k")
    rows = []
    for k, found in sorted(groupings.items()):
        row = dict.fromkeys(COLUMNS, math.nan) | {"k": k, "smallest": _smallest(found.labels, weights, k)}
        if isinstance(found.model, Mixture):
            m = found.model
            row |= {"log_likelihood": m.log_likelihood, "parameters": m.n_parameters, "entropy": m.entropy}
            row |= {"aic": m.aic, "bic": m.bic, "abic": m.abic, "icl": m.icl}
        if k > 1 and len(np.unique(found.labels[found.labels > 0])) > 1:
            row["silhouette"] = silhouette(x, found.labels, seed=seed, weights=people.weights)
        if gaps is not None:
            row |= {"gap": float(gaps["gap"][k]), "gap_se": float(gaps["se"][k])}
        rows.append(row)
    return pd.DataFrame(rows)


def _smallest(labels: np.ndarray, weights: np.ndarray, k: int) -> float:
    sizes = np.array([weights[labels == i + 1].sum() for i in range(k)])
    return float(sizes.min() / sizes.sum())


def _best(table: pd.DataFrame, rule: Criterion) -> int:
    ks, values = table["k"].to_numpy(dtype=int), table[rule].to_numpy(dtype=float)
    if np.isnan(values).all():
        return int(ks[0])
    if rule == "gap":  # the smallest k within one error of the next (Tibshirani et al. 2001)
        errors = table["gap_se"].to_numpy(dtype=float)
        enough = values[:-1] >= values[1:] - errors[1:]
        return int(ks[enough.argmax()]) if enough.any() else int(ks[-1])
    return int(ks[np.nanargmax(values) if rule == "silhouette" else np.nanargmin(values)])


def _tested(
    people: Indicators,
    groupings: dict[int, Grouping],
    table: pd.DataFrame,
    best: int,
    seed: int,
    jobs: int,
    progress: Progress,
) -> pd.DataFrame:
    """Test the chosen k against one group fewer, and one group more against it."""
    table = table.copy()
    pairs = [k for k in (best, best + 1) if k in groupings and k - 1 in groupings]
    of = max(len(pairs), 1) * DRAWS
    for turn, k in enumerate(pairs):
        smaller, larger = groupings[k - 1].model, groupings[k].model
        assert isinstance(smaller, Mixture) and isinstance(larger, Mixture)

        def told(done: int, _: int, before: int = turn * DRAWS) -> None:
            progress("likelihood", before + done, of)

        found = bootstrap_lrt(people, smaller, larger, draws=DRAWS, seed=seed, jobs=jobs, progress=told)
        table.loc[table["k"] == k, "blrt_p"] = found.p
    progress("likelihood", of, of)
    return table

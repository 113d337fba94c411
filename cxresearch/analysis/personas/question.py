"""The question: do these people fall into groups, how many, who are they, and how sure is that?"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.choose import Chosen, Criterion, choose
from cxresearch.analysis.personas.evidence import Evidence, evidence, stability_table
from cxresearch.analysis.personas.input import Frame, Kind, Style, Variable, frame_of, variables_of
from cxresearch.analysis.personas.naming import name_texts
from cxresearch.analysis.personas.profile import profile_table
from cxresearch.analysis.personas.progress import Progress, watch
from cxresearch.analysis.personas.result import Personas
from cxresearch.analysis.personas.reuse import members_of
from cxresearch.errors import ArgumentError, Fault, NotEnoughData
from cxresearch.privacy import hidden
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat, Ids
from cxresearch.stats.mixture import Indicators, Mixture
from cxresearch.stats.proportion import weighted_proportion
from cxresearch.stats.structure.significance import FEWEST
from cxresearch.stats.thresholds import level_faults, minimum_cell_faults

LEAST = {
    "starts": (1, "A search needs a start."),
    "draws": (5, "So few refits do not show whether a persona comes back."),
    "halves": (0, "This is no number of splits into halves."),
    "null_draws": (39, "So few data sets without groups cannot tell a chance of 5 % from none."),
    "seed": (0, "This is no seed."),
    "jobs": (0, "This is no number of threads."),
}
SMALL = 0.05  # a persona with a smaller share is told


def personas(
    data: Responses | pd.DataFrame,
    items: Sequence[str] | None = None,
    *,
    k: int | str = "auto",
    method: str = "auto",
    criterion: Criterion | None = None,
    k_max: int = 8,
    weights: str | None = None,
    perspective: str | None = None,
    kinds: Mapping[str, Kind] | None = None,
    style: Style = "raw",
    describe: Sequence[str] = (),
    level: float = 0.95,
    adjust: str = "holm",
    minimum_cell: int = 5,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    starts: int = 20,
    draws: int = 50,
    halves: int = 10,
    null_draws: int = 99,
    seed: int = 1,
    jobs: int | None = None,
    progress: bool | Progress = False,
) -> Personas:
    """Look for personas, and for the proof that they are there.

    Parameters
    ----------
    data : Responses or DataFrame
        A row a respondent.
    items : list of str, optional
        What people are grouped by; with a survey by default the items of all constructs.
    k : int or "auto"
        Number of personas; "auto" takes the one that `criterion` prefers, which may be one (that is, none).
    method : str
        "auto" takes latent classes where answers are categories (up to seven ordered answers are, so that no equal
        distances are assumed; numbers and counts may stand beside them), and Gaussian mixtures where all are
        numbers.  Others by name: "latent_class", "gaussian", "kmeans", "ward", "kprototypes", "gower".
    criterion : str, optional
        What decides on k: "bic" (models), "aic", "abic", "icl", "silhouette" (partitions), "gap".
    k_max : int
        Most personas that are tried.
    weights : str, optional
        Column with survey weights.
    perspective : str, optional
        Whose answers, where several perspectives answered.
    kinds : dict, optional
        Column to "category", "ordered", "number" or "count", where the automatic choice does not fit.
    style : {"raw", "centred", "standardised"}
        Against response style: ratings as distances from the person's own mean, or also in their own spread.
    describe : list of str
        Further columns that personas are compared on; they do not enter the grouping, so they can be tested.
    level, adjust, minimum_cell
        Confidence level; adjustment of the tests of `describe`; answers below which nothing is shown.
    scale, missing
        For a plain frame: see :func:`cxresearch.describe`.
    starts, draws, halves, null_draws : int
        Random starts; refits on resampled people (5 or more) and on split halves; data sets without groups (39 or
        more).
    seed : int
        The same seed gives the same personas, whatever `jobs` and the order of the rows.
    jobs : int, optional
        Threads; all cores by default.
    progress : bool or callable
        Show how far it is; a callable gets (step, done, of), and an exception in it (or interrupting the kernel)
        cancels.

    Returns
    -------
    Personas
        ``verdict`` ("stable", "use with care", "not supported"), ``k``, ``table`` (a row a persona: persona, name,
        share, ci_low, ci_high, n, jaccard, jaccard_low, jaccard_high, dissolved, mean_probability), ``members`` (a row
        a respondent: row, persona, probability, unlike), ``selection``, ``stability``, ``profile``.

    Raises
    ------
    ArgumentError
        Unknown columns, methods, kinds; several perspectives at once.
    NotEnoughData
        No two columns with different answers; fewer than 30 people with an answer.

    Notes
    -----
    Nobody is dropped: an unanswered item drops out of the likelihood (full information); people without any answer
    stay in ``members`` without a persona.  A persona below `minimum_cell` is not described and its size not shown,
    nor those of a second one where it could be computed back; ``members`` still holds them.  The verdict: see :func:`cxresearch.analysis.personas.evidence.judge`.

    References
    ----------
    Lazarsfeld & Henry 1968; Linzer & Lewis 2011, J. Stat. Softw. 42(10); McLachlan 1987, Appl. Stat. 36:318-324
    (bootstrap likelihood-ratio test); Hennig 2007, Comput. Stat. Data Anal. 52:258-271 (stability); Liu, Hayes, Nobel &
    Marron 2008, J. Am. Stat. Assoc. 103:1281-1293 (data without groups).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> kind = np.repeat([0, 1], [120, 80])
    >>> answers = np.where(rng.random((200, 6)) < 0.88, kind[:, None], 1 - kind[:, None])
    >>> frame = pd.DataFrame(answers, columns=list("abcdef"))
    >>> found = personas(frame, list("abcdef"), k_max=3, draws=10, halves=4, null_draws=39)
    >>> found.k, found.verdict, found.table["n"].tolist()
    (2, 'stable', [119, 81])
    """
    k = int(k) if isinstance(k, np.integer) else k
    _check(level, minimum_cell, starts=starts, draws=draws, halves=halves, null_draws=null_draws, seed=seed, jobs=jobs)
    given = frame_of(
        data,
        items,
        perspective=perspective or None,
        weights=weights or None,
        kinds=kinds or {},
        style=style,
        scale=scale,
        missing=missing,
    )
    order = _canonical(given.indicators)
    used = order[_usable(given)[order]]
    people = given.indicators.take(used)
    with watch(progress) as told:
        options: dict[str, Any] = {"seed": seed, "jobs": jobs or _cores(), "progress": told}
        chosen = choose(people, k, method, most=k_max, criterion=criterion, starts=starts, **options)
        proof = evidence(people, chosen, draws=draws, halves=halves, null_draws=null_draws, **options)
    labels, _ = chosen.grouping.place(given.indicators)
    others = variables_of(given, describe, scale, missing)
    profile = profile_table(
        [*given.variables, *others],
        ["grouping"] * len(given.variables) + ["describing"] * len(others),
        labels,
        chosen.k,
        weights=None if given.indicators.weights is None else given.weights,
        level=level,
        method=adjust,
        minimum_cell=minimum_cell,
    )
    texts = name_texts(profile, given.names, chosen.k)
    names = given.names.adding(texts)
    table = _table(labels, given, chosen, proof, level).assign(
        name=[texts[f"persona={i + 1}"].get(given.source.lang) for i in range(chosen.k)]
    )
    counts = dict(zip(table["persona"], table["n"], strict=True))
    few = frozenset(hidden(counts, counts, minimum_cell)) if chosen.k > 1 else frozenset()
    return Personas(
        table=_without(table[[c for c in Personas.order if c in table]], few),
        caveats=(
            *given.caveats,
            *_undescribed(describe, others),
            *_caveats(chosen, proof, table, minimum_cell, len(few)),
        ),
        names=names,
        lang=given.source.lang,
        verdict=proof.verdict,
        reasons=proof.reasons,
        k=chosen.k,
        members=members_of(given, chosen.grouping, seed),
        selection=chosen.table,
        stability=stability_table(proof, chosen),
        profile=profile,
        withheld=few,
        chosen=chosen,
        evidence=proof,
        frame=given,
        used=used,
        level=level,
        adjust=adjust,
        minimum_cell=minimum_cell,
        seed=seed,
        weights=weights or None,
    )


def _check(level: float, minimum_cell: int, **counts: Any) -> None:
    faults = level_faults("personas.level", level) + minimum_cell_faults("personas.minimum-cell", minimum_cell)
    for name, (least, what) in LEAST.items():
        given = counts[name]
        if name == "jobs" and given is None:
            continue
        if isinstance(given, bool) or not isinstance(given, (int, np.integer)) or given < least:
            allowed = f"a whole number of at least {least}"
            faults.append(Fault(code=f"personas.{name.replace('_', '-')}", what=what, given=given, allowed=allowed))
    if faults:
        raise ArgumentError(*faults)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _canonical(people: Indicators) -> np.ndarray:
    """Order people by their answers, so that draws do not depend on the order of the file."""
    weight = np.zeros(people.n) if people.weights is None else np.asarray(people.weights)
    columns = [*np.asarray(people.categorical).T, *np.nan_to_num(people.numeric, nan=np.inf).T]
    columns += [*np.nan_to_num(people.counts, nan=np.inf).T, weight]
    return np.lexsort(columns[::-1])


def _usable(given: Frame) -> np.ndarray:
    """Say who has an answer and a weight above zero: those the models are made from."""
    usable: np.ndarray = given.answered & (given.weights > 0)
    if usable.sum() < FEWEST:
        raise NotEnoughData(
            Fault(
                code="personas.too-few",
                what="Too few people gave an answer (and have a weight above zero).",
                given=int(usable.sum()),
                allowed=f"at least {FEWEST}, sensibly 100 or more",
            )
        )
    return usable


def _table(labels: np.ndarray, given: Frame, chosen: Chosen, proof: Evidence, level: float) -> pd.DataFrame:
    placed = (labels > 0) & (given.weights > 0)
    weights = None if given.indicators.weights is None else given.weights[placed]
    rows = []
    for i in range(1, chosen.k + 1):
        share = weighted_proportion((labels[placed] == i).astype(float), weights, level)
        rows.append(
            {
                "persona": i,
                "share": share.value,
                "ci_low": share.low,
                "ci_high": share.high,
                "n": int((labels == i).sum()),
            }
        )
    return pd.DataFrame(rows).merge(stability_table(proof, chosen), on="persona")


def _without(table: pd.DataFrame, few: frozenset[int]) -> pd.DataFrame:
    """Take the sizes of these personas out."""
    if not few:
        return table
    gone = table["persona"].isin(few)
    sizes = {column: table[column].mask(gone) for column in ("share", "ci_low", "ci_high")}
    return table.assign(**sizes, n=table["n"].astype("Int64").mask(gone))


def _undescribed(describe: Sequence[str], others: Sequence[Variable]) -> list[Caveat]:
    wanted = [describe] if isinstance(describe, str) else describe
    same = [name for name in dict.fromkeys(wanted) if name not in {v.name for v in others}]
    return [Caveat(code="personas_describe_constant", values={"items": Ids(same)})] if same else []


def _caveats(chosen: Chosen, proof: Evidence, table: pd.DataFrame, minimum_cell: int, few: int) -> list[Caveat]:
    out = []
    if proof.verdict != "stable":
        severity = "warning"
        out += [Caveat(code=f"personas_{reason}", severity=severity) for reason in proof.reasons]  # type: ignore[arg-type]
    if chosen.at_limit:
        out.append(Caveat(code="personas_at_limit", severity="warning", values={"k": chosen.k}))
    if few:
        out.append(Caveat(code="personas_withheld", severity="warning", values={"n": few, "cell": minimum_cell}))
    small = table[table["share"] < SMALL]
    if len(small) and chosen.k > 1:
        out.append(Caveat(code="personas_small", severity="warning", values={"n": len(small), "share": SMALL}))
    model = chosen.grouping.model
    if isinstance(model, Mixture) and chosen.k > 1 and model.best_of == 1:
        out.append(Caveat(code="personas_best_of", values={"starts": model.starts}))
    if isinstance(model, Mixture) and (model.residual_df or 0) < 0:
        out.append(Caveat(code="personas_not_identified", severity="warning", values={"k": chosen.k}))
    if not chosen.grouping.is_model:
        out.append(Caveat(code="personas_no_probability"))
    return out

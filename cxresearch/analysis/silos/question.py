"""The question: departments among themselves, and each against the customers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cxresearch.analysis.silos.cells import Cells, cells_of
from cxresearch.analysis.silos.result import Silos
from cxresearch.analysis.silos.shared import agreement_table, distances
from cxresearch.checks.comparability import GATE, GATES
from cxresearch.checks.release import gate_table
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, unknown_name
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.mean import mean_difference
from cxresearch.stats.thresholds import level_faults, margin_faults, minimum_cell_faults, seed_faults
from cxresearch.stats.verdict import NOT_REPORTABLE, judge

SMALL = 20
SUPPRESSED = "suppressed"


def silos(
    data: Responses | pd.DataFrame,
    *,
    by: str = "department",
    reference: str = "customer",
    inside: str = "employee",
    margin: float = 0.3,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    perspective: str | None = None,
    level: float = 0.95,
    adjust: str = "holm",
    minimum_cell: int = 5,
    withhold: Collection[Any] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
    seed: int = 1,
    gate: bool = True,
    override: bool = False,
    rule: str = GATE,
) -> Silos:
    """Ask how far departments differ among themselves, and each of them from the customers.

    Parameters
    ----------
    data : Responses or DataFrame
    by : str
        Column that names the department.
    reference : str
        Perspective that departments are compared with.
    inside : str
        Perspective whose members belong to departments.
    margin : float
        Smallest difference that matters, in points of the score; set before the data are seen.
    constructs, perspective, scale, missing, reversed
        As in :func:`cxresearch.gaps`; a sum counts as the mean of its items, because constructs are set beside each
        other.  Survey weights are not used.
    level : float
        Confidence level; tests use ``1 - level``.
    adjust : {"holm", "bh", "bonferroni", "by", "none"}
        Adjustment over all departments and constructs as one family.
    minimum_cell : int
        A department with fewer answers to a construct is not shown there, nor is their number.  Where a total
        known from elsewhere would give it away, the smallest other department is not shown either.
    withhold : list
        Further departments that are not shown, because a figure published elsewhere would give a small one away;
        constructs for the same reason stand there as ``figure:NAME``.
    seed : int
        Of the bootstrap.
    gate, override, rule
        As in :func:`cxresearch.gaps`: departments together against the reference. A construct that is not
        comparable is left out. Departments among themselves are too small to be tested.

    Returns
    -------
    Silos
        ``table``, a row a department and construct: group, construct, n, mean, reference_n,
        reference_mean, difference, ci_low, ci_high, p, p_adjusted, p_equivalence, p_beyond (each also adjusted),
        relevance, verdict, reason.  ``agreement``, a row a construct: ICC(1), ICC(2), rwg (rwg(j) with several
        items; against a uniform and a slightly skewed null), Welch test between departments.
        ``departments``, a row a department: bias, distance, rank_distance.  ``ranking``, a row a department
        and construct: rank and reference_rank.  ``shared``, one row: Kendall's W over departments, and how near
        their pooled picture comes to the customers' against that of single departments.

    Raises
    ------
    ArgumentError
        Unknown perspectives or columns; an impossible margin, level or minimum cell.
    NotEnoughData
        When no cell can be shown.

    Notes
    -----
    Everything rests on cells that are shown, so that nothing can be computed back.  `distance` is the root mean
    square of the differences to the customers, cleared of what sampling error adds (squared standard errors);
    otherwise small departments would look distant for being small.  Its interval is a bootstrap over people.

    References
    ----------
    Bliese 2000, in Klein & Kozlowski, Multilevel Theory, 349-381; James, Demaree & Wolf 1984,
    J. Appl. Psychol. 69:85-98; LeBreton & Senter 2008, Organ. Res. Methods 11:815-852; Cox 1980,
    J. Am. Stat. Assoc. 75:377-385 (complementary suppression).

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["staff"] * 12 + ["customer"] * 6, "team": ["A"] * 6 + ["B"] * 6 + [None] * 6,
    ...                       "ease": [5, 4, 5, 4, 5, 4, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3]})
    >>> result = silos(frame, by="team", inside="staff", reference="customer", perspective="who", margin=1.0,
    ...                constructs={"ease": ["ease"]}, scale=(1, 5))
    >>> result.table[["group", "difference", "verdict"]].to_dict("records")
    [{'group': 'A', 'difference': 2.0, 'verdict': 'inside_higher'}, {'group': 'B', 'difference': 0.0, 'verdict': 'aligned'}]
    """
    _check(margin, level, minimum_cell, seed, rule)
    cells = cells_of(
        data,
        by=by,
        inside=inside,
        reference=reference,
        constructs=constructs or None,
        perspective=perspective or None,
        minimum_cell=minimum_cell,
        withhold=withhold,
        scale=scale,
        missing=missing,
        reversed=reversed,
        gate=gate,
        override=override,
        rule=rule,
    )
    table = _table(cells, margin, level, adjust, minimum_cell)
    reported = table["verdict"] != NOT_REPORTABLE
    if not reported.any():
        raise NotEnoughData(
            Fault(
                code="silos.nothing-reportable",
                what="No department has enough answers to be shown.",
                given=f"{len(cells.groups)} departments, {len(cells.constructs)} constructs",
                allowed=f"two departments or more with at least {minimum_cell} answers, and answers that vary",
            )
        )
    far, ranks, shared = distances(cells, level, seed)
    return Silos(
        table=table,
        agreement=agreement_table(cells, level, adjust),
        departments=far,
        ranking=ranks,
        shared=shared,
        caveats=(*cells.caveats, *_caveats(table, len(cells.groups), minimum_cell)),
        names=cells.names,
        lang=cells.lang,
        by=by,
        inside=inside,
        reference=reference,
        level=level,
        adjust=adjust,
        minimum_cell=minimum_cell,
        seed=seed,
        gate=gate_table({reference: cells.gate}) if cells.gate else None,
        rule=rule,
    )


def _table(cells: Cells, margin: float, level: float, method: str, minimum_cell: int) -> pd.DataFrame:
    rows, differences = [], []
    for group in cells.groups:
        for construct in cells.constructs:
            row, difference = _row(cells, group, construct, level, minimum_cell)
            rows.append(row)
            differences.append(difference)
    frame = pd.DataFrame(rows)
    frame["n"] = frame["n"].astype("Int64")
    frame["reference_n"] = frame["reference_n"].astype("Int64")
    judged = judge(differences, margin, level, method)
    frame = frame.assign(**judged.p_values)
    frame["margin"] = margin
    frame["relevance"], frame["verdict"] = list(judged.relevance), list(judged.verdict)
    return frame[[*(c for c in frame if c != "reason"), "reason"]]


def _row(
    cells: Cells, group: Any, construct: str, level: float, minimum_cell: int
) -> tuple[dict[str, Any], Estimate | None]:
    theirs = cells.reference(construct)
    row: dict[str, Any] = {"group": group, "construct": construct, "n": None, "mean": math.nan}
    row |= {"reference_n": None, "reference_mean": math.nan}
    row |= dict.fromkeys(("difference", "ci_low", "ci_high", "se", "df"), math.nan)
    if len(theirs) >= minimum_cell and construct not in cells.masked:
        row |= {"reference_n": len(theirs), "reference_mean": float(theirs.mean())}
    if not cells.shown.loc[group, construct] or len(theirs) < minimum_cell:
        return {**row, "reason": SUPPRESSED}, None
    ours = cells.scores(group, construct)
    row |= {"n": len(ours), "mean": float(ours.mean())}
    try:
        difference = mean_difference(ours, theirs, level)
    except NotEnoughData as error:
        return {**row, "reason": error.codes[0]}, None
    row |= {"difference": difference.value, "ci_low": difference.low, "ci_high": difference.high}
    return {**row, "se": difference.se, "df": difference.df, "reason": ""}, difference


def _caveats(table: pd.DataFrame, groups: int, minimum_cell: int) -> list[Caveat]:
    out = []
    left = int((table["verdict"] == NOT_REPORTABLE).sum())
    if left:
        values = {"n": left, "of": len(table), "cell": minimum_cell}
        out.append(Caveat(code="silos_suppressed", severity="warning", values=values))
    if groups == 1:
        out.append(Caveat(code="silos_one_group", severity="warning"))
    sizes = table["n"].dropna()
    if len(sizes) and int(sizes.min()) < SMALL:
        values = {"n": int(sizes.min()), "few": int((sizes < SMALL).sum())}
        out.append(Caveat(code="small_n", severity="warning", values=values))
    return out


def _check(margin: float, level: float, minimum_cell: int, seed: int, rule: str) -> None:
    faults = margin_faults("silos.margin", "The margin is the smallest difference that matters.", margin)
    faults += level_faults("silos.level", level) + minimum_cell_faults("silos.minimum-cell", minimum_cell)
    faults += seed_faults("silos.seed", seed)
    if rule not in GATES:
        faults.append(unknown_name("gate.unknown-rule", "rule of the gate", rule, GATES))
    if faults:
        raise ArgumentError(*faults)

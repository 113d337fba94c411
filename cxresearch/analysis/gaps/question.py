"""The question: gaps between the inside and the outside view."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cxresearch.analysis.gaps.pairs import pairs_of
from cxresearch.analysis.gaps.request import Per, Request
from cxresearch.analysis.gaps.result import Gaps
from cxresearch.analysis.gaps.verdicts import NOT_REPORTABLE, obstacle, verdict_table
from cxresearch.checks.comparability import GATE
from cxresearch.checks.release import gate_table
from cxresearch.errors import Fault, NotEnoughData
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat

SMALL = 20


def gaps(
    data: UnitScores | Responses | pd.DataFrame,
    *,
    inside: str,
    outside: str | Sequence[str],
    margin: float,
    by: str | None = None,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    perspective: str | None = None,
    link: str | None = None,
    weights: str | None = None,
    cluster: str | None = None,
    level: float = 0.95,
    adjust: str = "holm",
    minimum_cell: int = 2,
    withhold: Collection[Any] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
    per: Per = "construct",
    gate: bool = True,
    override: bool = False,
    rule: str = GATE,
) -> Gaps:
    """Compare the organisation's image of itself with how others see it.

    Each comparison ends in one of four verdicts: ``aligned`` (shown to lie within the margin),
    ``inside_higher``, ``inside_lower`` (shown to differ from zero and not shown to lie within
    the margin), or ``inconclusive``.  Whether a difference is shown to lie *beyond* the margin
    stands in ``relevance``.

    Parameters
    ----------
    data : UnitScores, Responses or DataFrame
        Ready-made unit scores are compared unit by unit.  People are compared as independent
        groups, or, with `link`, as means of units that have both sides.
    inside : str
        Perspective of the organisation.
    outside : str or list of str
        Perspectives it is compared with.
    margin : float
        Smallest difference that matters, in points of the score; set before the data are seen.
    by : str, optional
        Column to break down by.
    constructs : optional
        Which constructs; for a plain frame ``{construct: [columns]}``.
    perspective : str, optional
        For a plain frame: column that says who answered.
    link : str, optional
        Column that links both sides (branch, school): means of units are compared, so that `cluster` has no place.
    weights, cluster : str, optional
        Columns with survey weights and with clusters for the standard error (people only).  Weights count for
        the means and for the gate, clusters for the errors of unlinked people and not for the gate.
    level : float
        Confidence level; tests use ``1 - level``.
    adjust : {"holm", "bh", "bonferroni", "by", "none"}
        Adjustment over all comparisons of the table as one family.
    minimum_cell : int
        Comparisons with fewer respondents on one side are not reported.  Where a total known from elsewhere would
        give such a group away, the smallest other group is not reported either.
    withhold : list
        Further groups of `by` that are not reported, because a figure published elsewhere would give a small one
        away; constructs for the same reason stand there as ``figure:NAME``.
    scale, missing, reversed
        For a plain frame: see :func:`cxresearch.score`.
    per : {"construct", "item", "touchpoint"}
        What a row of the table is.  Items and touchpoints use the items that all perspectives
        are asked; reversed items are turned, so that higher is better throughout.
    gate : bool
        Test whether both sides read the items of each construct alike, before its means are
        compared (answers of people, constructs of three items or more).
    override : bool
        Release construct means although the gate failed; the result says so.
    rule : {"cheung2002", "chen2007_small", "meade2008"}
        Cut-off of the gate: how far CFI may fall (.010, .005 or .002).

    Returns
    -------
    Gaps
        ``table`` has one row a comparison: group, construct, inside, outside, inside_mean,
        outside_mean, difference (inside minus outside), ci_low, ci_high, p, p_adjusted,
        effect_size, effect_low, effect_high, cliffs_delta with interval, top_difference with
        interval (single items: share of the two highest answers), margin, equivalence_low, equivalence_high,
        p_equivalence, p_beyond (each also adjusted), relevance, verdict, n_inside, n_outside,
        n_units, n_dropped, design, basis, comparability.  ``gate``, a row a construct: what the
        test of comparability found.  A construct that is partially comparable is compared on the
        items that hold (basis ``holding_items``); in place of one that is not, its items stand
        (basis ``item``).

    Raises
    ------
    ArgumentError
        Unknown perspectives, constructs or columns; an impossible margin or level.
    NotEnoughData
        When no comparison can be reported.

    Notes
    -----
    Linked: paired t on unit differences, each unit counting the same; effect size Hedges g_av.
    People: Welch t and Hedges g; with weights or clusters Taylor linearisation.  Equivalence by
    two one-sided tests (Schuirmann 1987; Lakens 2017), relevance by the minimal-effect test
    (Murphy & Myors 1999), adjustment after Holm (1979) or Benjamini & Hochberg (1995).

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["staff"] * 6 + ["customer"] * 6,
    ...                       "ease": [5, 4, 5, 4, 5, 4, 2, 3, 2, 3, 2, 3]})
    >>> result = gaps(frame, inside="staff", outside="customer", margin=0.5, perspective="who",
    ...               constructs={"ease": ["ease"]}, scale=(1, 5))
    >>> result.table[["difference", "verdict"]].to_dict("records")
    [{'difference': 2.0, 'verdict': 'inside_higher'}]
    """
    request = Request(
        inside=inside,
        outside=outside,
        margin=margin,
        constructs=constructs,
        per=per,
        by=by,
        perspective=perspective,
        link=link,
        weights=weights,
        cluster=cluster,
        level=level,
        minimum_cell=minimum_cell,
        scale=scale,
        missing=missing,
        reversed=reversed,
        gate=gate,
        override=override,
        rule=rule,
        each=True,
    )
    compared = pairs_of(data, request)
    caveats = list(compared.caveats)
    judged = verdict_table(
        compared.pairs,
        margin=margin,
        level=level,
        method=adjust,
        minimum_cell=minimum_cell,
        ungrouped=compared.ungrouped,
        withhold=withhold,
    )
    table = _sorted(judged)
    reported = table["verdict"] != NOT_REPORTABLE
    if not reported.any():
        raise NotEnoughData(
            Fault(
                code="gaps.nothing-reportable",
                what="No comparison can be reported.",
                given=obstacle(compared.pairs[0], level, minimum_cell),
                allowed=f"at least {minimum_cell} respondents on each side, in two units or clusters, and scores that "
                "vary",
            )
        )
    if (~reported).any():
        caveats.append(
            Caveat(
                code="gaps_not_reportable",
                severity="warning",
                values={"n": int((~reported).sum()), "of": len(table), "cell": minimum_cell},
            )
        )
    caveats += _size_caveats(table[reported])
    if request.by is None:
        table = table.drop(columns="group")
    return Gaps(
        table=table[[c for c in Gaps.order if c in table]],
        caveats=tuple(caveats),
        names=compared.names,
        lang=compared.lang,
        level=level,
        adjust=adjust,
        by=request.by,
        weights=request.weights,
        cluster=request.cluster,
        link=request.link,
        gate=gate_table(compared.gate) if compared.gate else None,
        rule=rule,
    )


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Sort as the picture does: by group and perspective as they came, then the largest difference first."""
    keys = table.assign(
        _group=pd.factorize(table["group"])[0], _outside=pd.factorize(table["outside"])[0], _size=-table["difference"]
    )
    order = keys.sort_values(["_group", "_outside", "_size"], kind="stable", na_position="last").index
    return table.loc[order].reset_index(drop=True)


def _size_caveats(table: pd.DataFrame) -> list[Caveat]:
    linked = bool(table["n_units"].notna().all())
    sizes = table["n_units"] if linked else table[["n_inside", "n_outside"]].min(axis=1)
    smallest = int(sizes.min())
    if smallest >= SMALL:
        return []
    code = "small_n_units" if linked else "small_n"
    return [Caveat(code=code, severity="warning", values={"n": smallest, "few": int((sizes < SMALL).sum())})]

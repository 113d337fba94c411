"""The question: saying and doing, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from cxresearch.analysis.maturity.levels import ACTION, Asked, Levels, Parts, scores_of
from cxresearch.analysis.maturity.lip_service import index_table, level_table
from cxresearch.analysis.maturity.order import order_tables
from cxresearch.analysis.maturity.result import Maturity
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat
from cxresearch.stats.thresholds import level_faults, margin_faults, minimum_cell_faults


def maturity(
    data: Responses | pd.DataFrame,
    levels: Levels | None = None,
    *,
    action: Parts | None = None,
    importance: Parts | None = None,
    inside: str | None = None,
    perspective: str | None = None,
    margin: float = 0.3,
    level: float = 0.95,
    adjust: str = "holm",
    minimum_cell: int = 5,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
) -> Maturity:
    """Ask whether passion for customers is lived on every level, and how far doing lies behind saying.

    Parameters
    ----------
    data : Responses or DataFrame
    levels : list, or dict of id to wording, optional
        The levels from the first to the last, from what is declared to what is lived.  By default those of
        `action`, or every construct of the survey that ends in ``_action``.
    action : dict, optional
        Level to the construct of the survey, or to the columns, that say what is done.  By default
        ``<level>_action``.
    importance : dict, optional
        The same for what is held important.  By default ``<level>_importance``, where the survey has it.
    inside : str, optional
        Perspective that answered; by default "employee" for answers on a survey, everybody in a frame.
    perspective : str, optional
        For a plain frame: column that says who answered.
    margin : float
        Smallest gap between saying and doing that matters, in points; set before the data are seen.
    level : float
        Confidence level; tests use ``1 - level``.
    adjust : {"holm", "bh", "bonferroni", "by", "none"}
        Adjustment over the levels.
    minimum_cell : int
        With fewer answers a level is not reported.
    scale, missing, reversed
        See :func:`cxresearch.score`.

    Returns
    -------
    Maturity
        ``table``, a row a level: step, action, importance and lip_service (importance minus action of the same
        people), each with its interval, p, p_adjusted, p_equivalence, p_beyond, relevance, verdict
        (``lip_service``, ``ahead``, ``aligned``, ``inconclusive``), n, n_pairs.  ``index``: the same over
        all levels.  ``order``: trend (change per level), p_trend (two-sided), p_page and p_every_step (one-sided
        for falling).  ``steps``: change from each level to the next.

    Raises
    ------
    ArgumentError
        Unknown levels, constructs or perspectives; an impossible margin or level.
    NotEnoughData
        When no level can be reported.

    Notes
    -----
    Trend: linear contrast within people, t.  Order: Page's test with ties, and an intersection-union test of all
    steps (Berger 1982).  Lip service: paired t; equivalence by two one-sided tests.

    Examples
    --------
    >>> frame = pd.DataFrame({"goal": [5, 4, 5, 4, 5, 4], "goal_matters": [5, 5, 5, 5, 4, 5],
    ...                       "heart": [3, 3, 2, 2, 3, 3], "heart_matters": [5, 4, 4, 5, 5, 4]})
    >>> result = maturity(frame, ["maxim", "passion"], action={"maxim": ["goal"], "passion": ["heart"]},
    ...                   importance={"maxim": ["goal_matters"], "passion": ["heart_matters"]}, scale=(1, 5))
    >>> result.table[["step", "action", "lip_service", "verdict"]].round(2).to_dict("records")[1]
    {'step': 'passion', 'action': 2.67, 'lip_service': 1.83, 'verdict': 'lip_service'}
    """
    _check(margin, level, minimum_cell)
    source = Source.of(data)
    asked = Asked.of(source, levels, action or None, importance or None)
    inside = inside or ("employee" if source.survey is not None else None)
    wide, names, found = scores_of(data, source, asked, inside, perspective or None, scale, missing, reversed)
    table, judged = level_table(wide, asked.steps, margin, level, adjust, minimum_cell)
    if table["action"].isna().all():
        raise NotEnoughData(
            Fault(
                code="maturity.nothing-reportable",
                what="No level has enough answers.",
                given=listing(asked.steps),
                allowed=f"at least {minimum_cell} people, and answers that vary",
            )
        )
    shown = [s for s, known in zip(asked.steps, table["action"].notna(), strict=True) if known]
    order, steps = order_tables(wide[[f"{s}{ACTION}" for s in shown]], shown, level, adjust, minimum_cell)
    caveats = list(found)
    if judged is not None:
        caveats.append(Caveat(code="maturity_importance"))
    if silent := [s for s in asked.steps if s not in shown]:
        values = {"levels": listing(names.of(s, source.lang) for s in silent), "cell": minimum_cell}
        caveats.append(Caveat(code="maturity_not_reportable", severity="warning", values=values))
    return Maturity(
        table=table,
        index=index_table(wide, asked.steps, margin, level, minimum_cell) if judged is not None else pd.DataFrame(),
        order=order,
        steps=steps,
        caveats=tuple(caveats),
        names=names,
        lang=source.lang,
        level=level,
        adjust=adjust,
        inside=inside,
    )


def _check(margin: float, level: float, minimum_cell: int) -> None:
    faults = [
        *margin_faults("maturity.margin", "The margin is the smallest gap that matters.", margin),
        *level_faults("maturity.level", level),
        *minimum_cell_faults("maturity.minimum-cell", minimum_cell),
    ]
    if faults:
        raise ArgumentError(*faults)

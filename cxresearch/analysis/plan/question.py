"""The question: how many people have to be asked, or what can so many tell?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from cxresearch.analysis.plan.fieldwork import Rates, Sampling, count_faults, rate_faults, sampling_faults
from cxresearch.analysis.plan.goals import Goal, goal_of
from cxresearch.analysis.plan.result import SurveyPlan
from cxresearch.analysis.plan.rows import Asked, assumptions_of, curve_of, fieldwork_of, row_of, survey_n
from cxresearch.analysis.plan.target import Given, Target, targets_of
from cxresearch.errors import ArgumentError, Fault
from cxresearch.result import Caveat, Ids, Names
from cxresearch.stats.thresholds import level_faults
from cxresearch.survey.text import Text
from cxresearch.words.catalog import say
from cxresearch.words.numbers import LANGUAGES

MORE_SPREAD = 1.2  # times the assumed variance, to say how much hangs on it
FEW = 30
RARE = 10


def plan(
    targets: Given | Sequence[Given],
    *,
    level: float = 0.95,
    power: float = 0.8,
    n: int | None = None,
    invitations: int | None = None,
    population: int | None = None,
    deff: float | None = None,
    icc: float = 0.0,
    cluster_size: float = 1.0,
    weights_cv: float = 0.0,
    reach: float = 1.0,
    response: float = 1.0,
    completion: float = 1.0,
    screen_out: float = 0.0,
    quality_loss: float = 0.0,
    lang: str = "en",
    **target: Any,
) -> SurveyPlan:
    """Plan the size of a survey: answers and invitations that targets need, or what so many can tell.

    Parameters
    ----------
    targets : str, dict or list of them
        What is to be known.  A dictionary holds the statistic, what is wanted and what is assumed; a name alone has
        its parts as keywords, ``plan("nps", margin=3.5)``.  Every target can have a ``name``.

        ==================  ==================================  ======================================================
        statistic           wanted                              assumed
        ==================  ==================================  ======================================================
        share               ``margin``, 0.05 for 5 points       ``share`` (0.5); of a CSAT: the share of top boxes
        mean                ``margin``, points of the scale     ``sd`` (1)
        nps                 ``margin``, points of 100           ``promoters`` and ``detractors``, or ``variance`` (0.6)
        share_difference    ``difference`` to be found          ``share``; see below
        mean_difference     ``difference``                      ``sd``, one or one for each group
        nps_difference      ``difference``                      as nps
        gap                 ``margin`` of :func:`gaps`          ``sd`` inside and outside, ``ratio`` outside to inside
        personas            ``people`` in each, or ``margin``   ``share`` of the smallest (and ``personas``, how many),
                            of a share in each                  or ``shares``; ``probability`` (0.95)
        kano                                                    ``shares`` of the categories
        ==================  ==================================  ======================================================

        Differences take ``between`` ("groups" of one survey, or "waves"), ``correlation`` where the same people answer
        in both waves, ``ratio`` (answers of the second group for each of the first) and ``comparisons`` that are
        adjusted together (Bonferroni; gaps too).
    level, power : float
        Confidence level; wanted probability to find a difference.
    n, invitations : int, optional
        The way back: what can so many complete answers, or invitations, tell?  They are those of one survey: its
        groups share them, each wave has them.
    population : int, optional
        People that could be asked; shortens margins (not differences, which are those of a process and not of a list).
    deff : float, optional
        Design effect; or from its parts:
    icc, cluster_size, weights_cv : float
        Intraclass correlation and mean answers a cluster, 1 + (m - 1) icc; coefficient of variation of the weights,
        1 + cv^2; their product.
    reach, response, completion : float
        Shares of the invited that are reached, of them that begin, and of the eligible that finish.
    screen_out, quality_loss : float
        Shares that do not belong to the target group, and that are discarded afterwards.
    lang : {"en", "de"}

    Returns
    -------
    SurveyPlan
        ``table``, a row a target: target, statistic, assumption, wanted, n_exact (unrounded), n (complete answers in
        all groups and waves, each rounded up), n_per_group, n_second_group, groups, deff, population, invitations,
        reached (margin or detectable difference at n); ``assumptions``, ``fieldwork``, ``curve``.

    Raises
    ------
    ArgumentError
        ``plan.statistic``, ``plan.missing``, ``plan.unused`` and others, all faults at once.

    Notes
    -----
    Shares and NPS: z^2 v deff / e^2, with the finite population correction (Cochran 1977); means: the same with t.
    Two shares: as R's ``power.prop.test``; two NPS: (z + z')^2 (v1 + v2) / d^2; two means and gaps: noncentral t, as
    :func:`power_gap`.  Personas: exact multinomial.  Kano: Fong's test (1996).

    Examples
    --------
    >>> need = plan("nps", margin=3.5, response=0.25, completion=0.9)
    >>> need.table[["n", "invitations"]].iloc[0].to_dict()
    {'n': 1882, 'invitations': 8365}
    >>> round(plan("nps", n=1000).table["reached"].item(), 2)
    4.8
    >>> several = plan([{"statistic": "share", "margin": 0.05}, {"statistic": "gap", "margin": 0.3}], population=2000)
    >>> several.table["n"].tolist()
    [323, 382]
    """
    sampling = Sampling(
        deff=deff, icc=icc, cluster_size=cluster_size, weights_cv=weights_cv, population=population or None
    )
    rates = Rates(
        reach=reach, response=response, screen_out=screen_out, completion=completion, quality_loss=quality_loss
    )
    n, invitations = n or None, invitations or None
    _check(level, power, n, invitations, sampling, rates)
    found = targets_of(targets, target, sized=n is not None or invitations is not None)
    if invitations is not None:
        n = rates.answers(invitations)
        if n < 2:
            what, do = "These invitations bring no answers.", "Invite more, or check the rates."
            raise ArgumentError(Fault(code="plan.invitations", what=what, given=invitations, do=do))
    asked = Asked(level=level, power=power, n=n, rates=rates, population=sampling.population, invitations=invitations)
    keys, names = _names(found)
    goals = [goal_of(key, one, level, power, sampling) for key, one in zip(keys, found, strict=True)]
    if n is not None and sampling.population is not None and n > sampling.population:
        what, do = "More people answer than there are.", "Check n, invitations and population."
        raise ArgumentError(Fault(code="plan.n", what=what, given=n, allowed=f"{sampling.population} or fewer", do=do))
    table = pd.DataFrame([row_of(goal, asked) for goal in goals])
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
    sizes = [survey_n(goal, row) for goal, row in zip(goals, rows, strict=True)]
    return SurveyPlan(
        table=table,
        assumptions=assumptions_of(goals, asked),
        fieldwork=fieldwork_of(invitations or int(rows[sizes.index(max(sizes))]["invitations"]), rates),
        curve=curve_of(goals, rows),
        goals=tuple(goals),
        asked=asked,
        caveats=tuple(_caveats(goals, rows, sizes, asked)),
        names=names,
        lang=lang,
    )


def _names(targets: list[Target]) -> tuple[list[str], Names]:
    """Return an id for each target and its wording in each language; equal ones are numbered."""
    keys: list[str] = []
    texts: dict[str, Text] = {}
    for target in targets:
        own = target.name or target.statistic
        same = sum(1 for before in targets[: len(keys)] if (before.name or before.statistic) == own)
        number = f" {same + 1}" if same else ""
        keys.append(f"{own}{number}")
        wording = {tag: (target.name or say(f"plan.statistic.{target.statistic}", tag)) + number for tag in LANGUAGES}
        texts[keys[-1]] = Text(wording)
    return keys, Names(texts)


def _caveats(goals: list[Goal], rows: list[dict[str, Any]], sizes: list[float], asked: Asked) -> list[Caveat]:
    caveats = []
    first = sizes.index(max(sizes))
    goal, row, people = goals[first], rows[first], asked.population
    short = [g.key for g, r in zip(goals, rows, strict=True) if asked.sized and _too_few(r)]
    if short:
        caveats.append(Caveat(code="plan_short", severity="warning", values={"targets": Ids(short)}))
    invited = asked.rates.invitations(int(sizes[first]))
    if people is not None and not asked.sized and invited > people:
        values = {"invitations": invited, "population": people, "n": asked.rates.answers(people)}
        caveats.append(Caveat(code="plan_population", severity="warning", values=values))
    if people is not None and any(g.groups == 2 for g in goals):
        caveats.append(Caveat(code="plan_differences_uncorrected"))
    if not asked.sized and goal.rests_on_spread:
        more = {"more": MORE_SPREAD - 1, "n": row["n"], "n_then": _with_more_spread(goal, asked)}
        caveats.append(Caveat(code="plan_spread", values=more))
    if goal.sampling.effect == 1:
        caveats.append(Caveat(code="plan_simple_sample"))
    if asked.rates.usable == 1:
        caveats.append(Caveat(code="plan_no_rates"))
    least = min(int(r["n_per_group"]) for r in rows)
    if least < FEW:
        caveats.append(Caveat(code="plan_few", severity="warning", values={"n": least}))
    rare = [g.key for g, r in zip(goals, rows, strict=True) if _is_rare(g, r)]
    if rare:
        caveats.append(Caveat(code="plan_rare", values={"targets": Ids(rare), "few": RARE}))
    return caveats


def _is_rare(goal: Goal, row: dict[str, Any]) -> bool:
    """Whether so few answers of one kind are to be expected that a share is not about normally distributed."""
    share = goal.assumed().get("share", 0.5) if goal.statistic.startswith("share") else 0.5
    return min(share, 1 - share) * int(row["n_per_group"]) < RARE


def _too_few(row: dict[str, Any]) -> bool:
    """Whether a target that was told is missed with the answers that are given."""
    wanted, reached = row["wanted"], row["reached"]
    better = reached >= wanted if row["statistic"] == "personas" else reached <= wanted
    return wanted == wanted and not better


def _with_more_spread(goal: Goal, asked: Asked) -> int:
    """Return the answers that are needed where the variance is larger than assumed."""
    effect = goal.sampling.effect * MORE_SPREAD
    sampling = Sampling(deff=effect, population=goal.sampling.population)
    return int(row_of(replace(goal, sampling=sampling), asked)["n"])


def _check(
    level: float, power: float, n: int | None, invitations: int | None, sampling: Sampling, rates: Rates
) -> None:
    faults = [*level_faults("plan.level", level), *sampling_faults(sampling), *rate_faults(rates)]
    if isinstance(power, bool) or not isinstance(power, int | float) or not 0.5 <= power < 1:
        what = "The wanted power is the probability to find what is there."
        faults.append(Fault(code="plan.power", what=what, given=power, allowed="0.5 or more, below 1"))
    faults += count_faults("plan.n", "The number of complete answers is a whole number.", n)
    faults += count_faults("plan.invitations", "The number of invitations is a whole number.", invitations)
    if n is not None and invitations is not None:
        what, do = "The answers follow from the invitations.", "Give n or invitations."
        faults.append(Fault(code="plan.invitations", what=what, given=f"n={n}, invitations={invitations}", do=do))
    people = sampling.population
    if not faults and invitations is not None and people is not None and invitations > people:
        what = "There are fewer people than invitations."
        faults.append(Fault(code="plan.invitations", what=what, given=invitations, allowed=f"at most {people}"))
    if faults:
        raise ArgumentError(*faults)

"""From the configural to the strict model, with or without releasing single parameters on the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from cxresearch.stats.cfa.fitted import Fitted, fit
from cxresearch.stats.cfa.measures import Fit
from cxresearch.stats.cfa.model import EQUAL, Kind, Layout, Release
from cxresearch.stats.cfa.rule import Rule, Step
from cxresearch.stats.cfa.sample import Sample
from cxresearch.stats.cfa.score import score_tests

#: What may be released at which step. Equal residuals are not needed to compare means.
RELEASED: dict[str, Kind] = {"metric": "loading", "scalar": "intercept"}


@dataclass(frozen=True, kw_only=True)
class Freed:
    """One parameter that was set free because its equality strained the model most.

    Parameters
    ----------
    step : int
        1 for the first release.
    model : {"metric", "scalar"}
    kind : {"loading", "intercept"}
    item : str
    group : object
        The group whose parameter now differs; with two groups always the second.
    index : float
        Modification index before, the expected drop of chi-square.
    chi2_drop : float
        The drop that came.
    delta_cfi, delta_rmsea : float
        Against the looser model, after the release.
    """

    step: int
    model: str
    kind: Kind
    item: str
    group: Any
    index: float
    chi2_drop: float
    delta_cfi: float
    delta_rmsea: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Ladder:
    """Every fitted model, the steps between them and what was released."""

    fitted: dict[str, Fitted]
    steps: tuple[Step, ...]
    freed: tuple[Freed, ...]
    released: frozenset[Release]


def climb(found: Sample, models: Sequence[str], rule: Rule, release: bool) -> Ladder:
    """Fit the models in turn; with `release`, free one parameter at a time until the rule passes."""
    fitted: dict[str, Fitted] = {}
    steps: list[Step] = []
    freed: list[Freed] = []
    apart: frozenset[Release] = frozenset()
    before: Fitted | None = None
    for model in models:
        apart = apart | _follows(apart, model)
        near = None if before is None else before.point.full
        now = fit(found, EQUAL[model], apart, near)
        if before is not None:
            if release and model in RELEASED:
                now, apart = _free(found, before, now, apart, model, rule, freed)
            steps.append(step_between(before.fit, now.fit, model, steps[-1].model if steps else models[0], rule))
        fitted[model] = before = now
    return Ladder(fitted=fitted, steps=tuple(steps), freed=tuple(freed), released=apart)


def step_between(looser: Fit, tighter: Fit, model: str, against: str, rule: Rule) -> Step:
    """Compare two nested models."""
    drop, df = tighter.chi2 - looser.chi2, tighter.df - looser.df
    return Step(
        model=model,
        against=against,
        chi2_difference=drop,
        df_difference=df,
        p=float(stats.chi2.sf(drop, df)) if df > 0 else math.nan,
        delta_cfi=tighter.cfi - looser.cfi,
        delta_rmsea=tighter.rmsea - looser.rmsea,
        delta_srmr=tighter.srmr - looser.srmr,
        passes=looser.admissible and tighter.admissible and rule.passes(looser, tighter),
    )


def _follows(apart: frozenset[Release], model: str) -> frozenset[Release]:
    """A free loading frees the intercept, and either frees the residual variance: alone they mean nothing."""
    wanted: dict[str, tuple[Kind, ...]] = {"scalar": ("intercept",), "strict": ("residual",)}
    return frozenset(Release(kind, r.item, r.group) for kind in wanted.get(model, ()) for r in apart)


def _free(
    found: Sample,
    before: Fitted,
    now: Fitted,
    apart: frozenset[Release],
    model: str,
    rule: Rule,
    freed: list[Freed],
) -> tuple[Fitted, frozenset[Release]]:
    kind = RELEASED[model]
    useless: set[Release] = set()
    while not rule.passes(before.fit, now.fit):
        tests = {
            r: t
            for r, t in score_tests(now, [kind]).items()
            if r not in useless and r.item not in found.layout.markers and _enough_left(found.layout, apart | {r}, kind)
        }
        if not tests:
            break
        worst = max(tests, key=lambda r: tests[r].statistic)
        then = fit(found, EQUAL[model], apart | {worst}, now.point.full)
        if not then.fit.converged:
            useless.add(worst)
            continue
        freed.append(
            Freed(
                step=len(freed) + 1,
                model=model,
                kind=kind,
                item=tests[worst].item,
                group=tests[worst].group,
                index=tests[worst].statistic,
                chi2_drop=now.fit.chi2 - then.fit.chi2,
                delta_cfi=then.fit.cfi - before.fit.cfi,
                delta_rmsea=then.fit.rmsea - before.fit.rmsea,
            )
        )
        now, apart = then, apart | {worst}
    return now, apart


def _enough_left(layout: Layout, apart: frozenset[Release], kind: Kind) -> bool:
    """Whether every construct keeps two items that are the same in all groups (Byrne et al. 1989)."""
    loose = {r.item for r in apart if r.kind == kind}
    same = np.array([item not in loose for item in range(layout.p)])
    return all(same[layout.factor == f].sum() >= min(2, int((layout.factor == f).sum())) for f in range(layout.m))

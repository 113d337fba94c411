"""The proof: is there anything at all, does it come back, and how sure are memberships? And the verdict from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.choose import Chosen
from cxresearch.analysis.personas.models import group
from cxresearch.analysis.personas.progress import Progress
from cxresearch.stats.mixture import Indicators
from cxresearch.stats.mixture.patterns import patterns
from cxresearch.stats.stability import Stability, stability
from cxresearch.stats.structure import StructureTest, structure_test
from cxresearch.words.rules import rule

Verdict = Literal["stable", "use with care", "not supported"]
ALPHA = 0.05
MOST_TESTED = 5  # numbers of groups that data without groups are asked for, if no more were chosen
RESTARTS = 4  # starts of each refit


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What speaks for the personas.

    Parameters
    ----------
    verdict : {"stable", "use with care", "not supported"}
    reasons : tuple of str
        Codes of what held the verdict back; empty for "stable".
    structure : StructureTest
        Against correlated attitudes without groups.
    continuum : StructureTest or None
        Against the continuum that looks most like groups; only where `structure` found something.
    independent : StructureTest
        Against independent answers.
    stability : Stability or None
        None where there is one group.
    n : int
        People that all of this rests on; with very many a random sample of them.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    structure: StructureTest
    continuum: StructureTest | None
    independent: StructureTest
    stability: Stability | None
    n: int


def evidence(
    people: Indicators,
    chosen: Chosen,
    *,
    draws: int,
    halves: int,
    null_draws: int,
    seed: int,
    jobs: int,
    progress: Progress,
) -> Evidence:
    """Test the structure, refit on resampled people, and judge; with very many people on a sample of them."""
    people = people if chosen.proof.size == people.n else people.take(chosen.proof)
    most = min(max(MOST_TESTED, chosen.k), patterns(people).rows.n - 1)  # as many groups as patterns fit perfectly
    ks = range(2, max(most, 2) + 1)
    options = {"draws": null_draws, "seed": seed, "jobs": jobs}

    def against(null: str, step: str) -> StructureTest:
        return structure_test(people, ks, null=null, progress=lambda done, of: progress(step, done, of), **options)

    structure = against("copula", "structure")
    continuum = against("continuum", "continuum") if structure.p < ALPHA else None
    independent = against("independent", "independence")
    steady = None
    if chosen.k > 1:
        grouping = chosen.grouping
        covariance = getattr(grouping.model, "covariance", "diagonal")

        def refit(rows: np.ndarray, own: int) -> np.ndarray:
            found = group(
                people.take(rows), chosen.k, grouping.method, covariance=covariance, starts=RESTARTS, seed=own
            )
            return found.place(people)[0] - 1

        steady = stability(
            people.n,
            refit,
            grouping.labels[chosen.proof] - 1,
            k=chosen.k,
            draws=draws,
            halves=halves,
            seed=seed,
            jobs=jobs,
            progress=lambda done, of: progress("stability", done, of),
        )
    verdict, reasons = judge(chosen, structure, continuum, steady)
    return Evidence(
        verdict=verdict,
        reasons=reasons,
        structure=structure,
        continuum=continuum,
        independent=independent,
        stability=steady,
        n=people.n,
    )


def judge(
    chosen: Chosen, structure: StructureTest, continuum: StructureTest | None, steady: Stability | None
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict and what held it back.

    Not supported: one group fits best; or data without groups give as clear a grouping (p >= .05), be it correlated
    normal attitudes or the evenly spread continuum that looks most like groups; or a persona dissolves when people are
    drawn anew (mean Jaccard below .6, Hennig 2007) or has nobody who is most likely in it.  With care: a persona has a Jaccard below .75, or memberships that
    are on average less than .7 sure (Nagin 2005).
    """
    if chosen.k < 2 or steady is None:
        return "not supported", ("one_group",)
    reasons = []
    if structure.p >= ALPHA:
        reasons.append("no_structure")
    elif continuum is None or continuum.p >= ALPHA:
        reasons.append("continuum")
    words = ["dissolved" if np.isnan(j) else rule("jaccard_hennig2007").word(j) for j in np.asarray(steady.jaccard)]
    if "dissolved" in words:
        reasons.append("dissolves")
    if reasons:
        return "not supported", tuple(reasons)
    if "doubtful" in words:
        reasons.append("doubtful")
    if chosen.grouping.is_model and (mean_probability(chosen) < rule("posterior_nagin2005").cuts["acceptable"]).any():
        reasons.append("unsure")
    return ("use with care", tuple(reasons)) if reasons else ("stable", ())


def mean_probability(chosen: Chosen) -> np.ndarray:
    """Return for each group the mean probability of those who were placed there; NaN where there is none."""
    found = chosen.grouping
    sure = found.probabilities.max(axis=1)
    return np.array(
        [sure[found.labels == i + 1].mean() if (found.labels == i + 1).any() else np.nan for i in range(found.k)]
    )


def stability_table(found: Evidence, chosen: Chosen) -> pd.DataFrame:
    """Return a row a persona: how well it comes back, and how sure memberships are."""
    k, steady = chosen.k, found.stability
    sure = mean_probability(chosen)
    none = np.full(k, np.nan)
    return pd.DataFrame(
        {
            "persona": np.arange(1, k + 1),
            "jaccard": none if steady is None else steady.jaccard,
            "jaccard_low": none if steady is None else steady.jaccard_low,
            "jaccard_high": none if steady is None else steady.jaccard_high,
            "dissolved": none if steady is None else steady.dissolved,
            "mean_probability": sure,
        }
    )

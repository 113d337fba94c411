"""What a test of measurement invariance returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxresearch.stats.cfa.ladder import Freed
from cxresearch.stats.cfa.measures import Fit
from cxresearch.stats.cfa.rule import Rule, Step, Verdict
from cxresearch.stats.cfa.sample import Missing
from cxresearch.stats.cfa.score import ScoreTest
from cxresearch.stats.cfa.solution import Solution
from cxresearch.stats.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class LatentMean:
    """Mean of one construct in one group, as a difference from the reference group.

    Parameters
    ----------
    group : object
    construct : str
    estimate : Estimate
        In the units of the marker item, with a normal interval.
    standardised : float
        In pooled within-group standard deviations of the construct (Hancock 2001, Psychometrika 66:373-388).
    """

    group: Any
    construct: str
    estimate: Estimate
    standardised: float


@dataclass(frozen=True, kw_only=True, eq=False)
class InvarianceResult:
    """Measurement invariance over groups, unrounded.

    Parameters
    ----------
    groups : tuple
        Labels, reference group first.
    sizes : tuple of int
    n, n_dropped : int
    missing : {"listwise", "fiml"}
    constructs : mapping of str to tuple of str
    fits : mapping of str to Fit
        One per model, in order.
    steps : tuple of Step
        One per model but the first, against the one before it.
    solutions : mapping of str to tuple of Solution
        Per model, one per group.
    score_tests : mapping of str to tuple of ScoreTest
        Per model but the first, one test per equality that is left.
    latent_means : tuple of LatentMean
        Of the scalar model, every group but the reference.
    freed : tuple of Freed
        What :func:`~cxresearch.stats.cfa.partial` released, in order.
    rule : Rule
    verdict : {"comparable", "partially_comparable", "not_comparable"}
        Whether latent means may be compared: all equalities hold, they hold but for the freed ones, or not.
    reasons : tuple of str
        Ids of what speaks against: ``"poor_fit:configural"``, ``"inadmissible:model"``, ``"fails:model"``.
    """

    groups: tuple[Any, ...]
    sizes: tuple[int, ...]
    n: int
    n_dropped: int
    missing: Missing
    constructs: Mapping[str, tuple[str, ...]]
    fits: Mapping[str, Fit]
    steps: tuple[Step, ...]
    solutions: Mapping[str, tuple[Solution, ...]]
    score_tests: Mapping[str, tuple[ScoreTest, ...]]
    latent_means: tuple[LatentMean, ...]
    freed: tuple[Freed, ...]
    rule: Rule
    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def admissible(self) -> bool:
        """Whether the solutions of all models are proper."""
        return all(fit.admissible for fit in self.fits.values())

"""Do two or more groups read the same scale alike? Multi-group measurement invariance and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cxresearch.stats._check import check_level, wrong
from cxresearch.stats.cfa.anchor import anchored
from cxresearch.stats.cfa.fitted import Fitted
from cxresearch.stats.cfa.ladder import Ladder, climb
from cxresearch.stats.cfa.model import EQUAL
from cxresearch.stats.cfa.outcome import InvarianceResult, LatentMean
from cxresearch.stats.cfa.rule import Rule, Verdict
from cxresearch.stats.cfa.sample import Constructs, Data, Sample, sample
from cxresearch.stats.cfa.score import ScoreTest, score_tests
from cxresearch.stats.cfa.solution import Solution, members, solutions
from cxresearch.stats.estimate import Estimate

MODELS = ("configural", "metric", "scalar", "strict")


def invariance(
    data: Data,
    group: ArrayLike,
    constructs: Constructs,
    missing: str = "listwise",
    models: Sequence[str] = MODELS,
    rule: Rule | None = None,
    reference: object = None,
    level: float = 0.95,
    weights: ArrayLike | None = None,
) -> InvarianceResult:
    """Fit the configural, metric, scalar and strict models over two or more groups and compare them.

    Equal are: nothing but the pattern (configural), the loadings (metric), also the intercepts (scalar; the
    latent means of all groups but the reference are then free), also the residual variances (strict). The
    verdict rests on the metric and the scalar step; a strict step is reported and not judged.

    Parameters
    ----------
    data, constructs, missing
        As in :func:`cxresearch.stats.cfa.cfa`.
    group : array_like, shape (n,)
        Group of each row, without missing values; two or more groups, each of more rows than items.
    models : sequence of str
        The ladder up to "scalar" or "strict".
    rule : Rule, optional
        Cut-offs; the default is a CFI that drops by no more than .010 and an RMSEA that rises by no more
        than .015.
    reference : object, optional
        Label of the group whose latent means are 0; the default is the first in sorted order.
    level : float
        Confidence level of the latent means.
    weights : array_like, shape (n,), optional
        Survey weights: weighted moments, and Kish's effective number of respondents in chi-square and errors.

    Returns
    -------
    InvarianceResult

    Raises
    ------
    ArgumentError
        ``stats.models``, ``stats.level`` and those of :func:`cxresearch.stats.cfa.sample.sample`.
    NotEnoughData
        ``stats.too-few-groups``, ``stats.too-few`` and those of the same.

    Notes
    -----
    A marker that itself differs between groups distorts every other item: order the items so that the
    soundest one comes first.

    References
    ----------
    Meredith 1993, Psychometrika 58:525-543; Vandenberg & Lance 2000, Organ. Res. Methods 3:4-70; Cheung &
    Rensvold 2002, Struct. Equ. Modeling 9:233-255; Chen 2007, Struct. Equ. Modeling 14:464-504.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> who = np.repeat(["customer", "employee"], 300)
    >>> ease = rng.normal(size=(600, 1)) + 0.5 * (who == "employee")[:, None]
    >>> answers = ease * [1, 0.8, 0.9, 0.7] + 0.6 * rng.normal(size=(600, 4))
    >>> result = invariance(answers, who, {"ease": [0, 1, 2, 3]})
    >>> result.verdict, [fit.df for fit in result.fits.values()]
    ('comparable', [4, 7, 10, 14])
    >>> mean = result.latent_means[0]
    >>> mean.group, mean.construct, mean.estimate.contains(0.5)
    ('employee', 'ease', True)
    """
    return _examine(data, group, constructs, missing, models, rule, reference, level, weights, release=False)


def partial(
    data: Data,
    group: ArrayLike,
    constructs: Constructs,
    missing: str = "listwise",
    models: Sequence[str] = MODELS,
    rule: Rule | None = None,
    reference: object = None,
    level: float = 0.95,
    anchor: str = "first",
    weights: ArrayLike | None = None,
) -> InvarianceResult:
    """As :func:`invariance`, but free what strains the model most, one by one, until the rule passes.

    At the metric step loadings are freed, at the scalar step intercepts, always the one with the largest
    modification index. A marker is never freed and two items per construct stay equal in all groups. A freed
    loading takes its intercept along, and a freed item its residual variance. `freed` logs every release.

    Parameters
    ----------
    data, group, constructs, missing, models, rule, reference, level, weights
        As in :func:`invariance`.
    anchor : {"first", "soundest"}
        Which item of a construct is its marker: the first, or the one that differs least between the
        groups, see :func:`cxresearch.stats.cfa.anchor.anchored`. A marker that differs makes sound items
        look guilty. The fit of the models before any release does not depend on it.

    Returns
    -------
    InvarianceResult
        The items of each construct start with its marker.

    Raises
    ------
    ArgumentError, NotEnoughData
        As :func:`invariance`; ``stats.anchor``.

    Notes
    -----
    The search capitalises on chance in small samples (MacCallum, Roznowski & Necowitz 1992): read the log
    as a list of suspects.

    References
    ----------
    Byrne, Shavelson & Muthen 1989, Psychol. Bull. 105:456-466; Yoon & Kim 2014, Struct. Equ. Modeling
    21:203-213.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> who = np.repeat([1, 2], 400)
    >>> answers = rng.normal(size=(800, 1)) * [1, 0.8, 0.9, 0.7] + 0.6 * rng.normal(size=(800, 4))
    >>> answers[who == 2, 2] += 0.8
    >>> result = partial(answers, who, {"ease": [0, 1, 2, 3]})
    >>> result.verdict, [(f.kind, f.item) for f in result.freed]
    ('partially_comparable', [('intercept', '2')])
    """
    _asked(group, models)
    constructs = anchored(data, group, constructs, missing, reference, anchor, weights)
    return _examine(data, group, constructs, missing, models, rule, reference, level, weights, release=True)


def _examine(
    data: Data,
    group: ArrayLike,
    constructs: Constructs,
    missing: str,
    models: Sequence[str],
    rule: Rule | None,
    reference: object,
    level: float,
    weights: ArrayLike | None,
    release: bool,
) -> InvarianceResult:
    level = check_level(level)
    _asked(group, models)
    rule = rule or Rule()
    found = sample(data, constructs, group, missing, reference, weights)
    ladder = climb(found, models, rule, release)
    verdict, reasons = _verdict(ladder, rule)
    solved = {model: solutions(fitted) for model, fitted in ladder.fitted.items()}
    return InvarianceResult(
        groups=found.groups,
        sizes=found.sizes,
        n=found.n,
        n_dropped=found.n_dropped,
        missing=found.missing,
        constructs=members(found.layout),
        fits={model: fitted.fit for model, fitted in ladder.fitted.items()},
        steps=ladder.steps,
        solutions=solved,
        score_tests={m: _tests(fitted, m) for m, fitted in ladder.fitted.items() if EQUAL[m]},
        latent_means=_latent_means(found, solved["scalar"], level),
        freed=ladder.freed,
        rule=rule,
        verdict=verdict,
        reasons=reasons,
    )


def _asked(group: ArrayLike | None, models: Sequence[str]) -> None:
    if tuple(models) not in (MODELS[:3], MODELS):
        allowed = " or ".join(", ".join(ladder) for ladder in (MODELS[:3], MODELS))
        raise wrong("models", "Means are compared on the ladder up to the scalar model.", models, allowed)
    if group is None:
        raise wrong("group", "The groups must be given.", group, "one label per row")


def _tests(fitted: Fitted, model: str) -> tuple[ScoreTest, ...]:
    return tuple(score_tests(fitted, EQUAL[model]).values())


def _verdict(ladder: Ladder, rule: Rule) -> tuple[Verdict, tuple[str, ...]]:
    fits = {model: ladder.fitted[model].fit for model in MODELS[:3]}
    reasons = []
    if rule.least_cfi is not None and fits["configural"].cfi < rule.least_cfi:
        reasons.append("poor_fit:configural")
    reasons += [f"inadmissible:{model}" for model, fit in fits.items() if not fit.admissible]
    for looser, tighter in pairwise(MODELS[:3]):
        if not rule.passes(fits[looser], fits[tighter]):
            reasons.append(f"fails:{tighter}")
    if reasons:
        return "not_comparable", tuple(reasons)
    return ("partially_comparable" if ladder.freed else "comparable"), ()


def _latent_means(found: Sample, scalar: tuple[Solution, ...], level: float) -> tuple[LatentMean, ...]:
    half = float(stats.norm.ppf((1 + level) / 2))
    variances = [np.diag(_matrix(s)) for s in scalar]
    means = []
    for s, own in zip(scalar[1:], variances[1:], strict=True):
        first, n = scalar[0].n, s.n
        pooled = (first * variances[0] + n * own) / (first + n)
        for f, construct in enumerate(found.layout.constructs):
            value, se = float(s.latent_means.value[f]), float(s.latent_means.se[f])
            estimate = Estimate(
                statistic="latent_mean",
                value=value,
                low=value - half * se,
                high=value + half * se,
                level=level,
                n=first + n,
                method="maximum likelihood, normal interval, difference from the reference group",
                se=se,
            )
            standardised = value / float(np.sqrt(pooled[f])) if pooled[f] > 0 else float("nan")
            means.append(LatentMean(group=s.group, construct=construct, estimate=estimate, standardised=standardised))
    return tuple(means)


def _matrix(solution: Solution) -> np.ndarray:
    m = solution.latent_correlations.shape[0]
    matrix = np.zeros((m, m))
    matrix[np.tril_indices(m)] = solution.latent_covariances.value
    return matrix

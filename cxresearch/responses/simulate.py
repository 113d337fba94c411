"""Synthetic respondents with a stated truth, to rehearse an analysis before fielding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, unknown_name
from cxresearch.responses.codes import EMPTY
from cxresearch.responses.import_report import COLUMNS, ImportReport, Note
from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT, Provenance, Responses
from cxresearch.survey.scale import Scale
from cxresearch.survey.survey import Survey


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the synthetic respondents of one perspective really think.

    Parameters
    ----------
    means : dict
        Construct to its mean, in points of its items' scale.
    spread : float
        Standard deviation of the construct between people, in points.
    noise : float
        Standard deviation of an answer around the construct, in points.
    correlation : float
        Correlation between constructs, 0 to 1.
    shifts : dict
        Item to points by which these people answer higher than the construct would have it:
        where perspectives differ in it, the measurement is not comparable.
    silence : dict
        Construct to the share of people who do not answer its items.

    Examples
    --------
    >>> Truth(means={"trust": 3.5}).spread
    0.7
    """

    means: Mapping[str, float]
    spread: float = 0.7
    noise: float = 0.7
    correlation: float = 0.4
    shifts: Mapping[str, float] = field(default_factory=dict)
    silence: Mapping[str, float] = field(default_factory=dict)


def simulate(
    survey: Survey,
    *,
    perspective: str,
    n: int,
    truth: Truth,
    seed: int,
    fields: Mapping[str, Sequence[Any]] | None = None,
    group_shifts: Mapping[str, Sequence[float]] | None = None,
) -> Responses:
    """Let `n` synthetic respondents answer the items of the constructs in `truth`.

    An answer is the construct plus shift plus normal noise, rounded to the scale; reversed
    items are mirrored.  Overall items (without a construct) follow what the constructs have in common.

    Parameters
    ----------
    survey : Survey
    perspective : str
    n : int
    truth : Truth
    seed : int
        The same seed gives the same answers.
    fields : dict, optional
        Background fields, one value per respondent.
    group_shifts : dict, optional
        Construct to one shift per respondent, for example of the department.

    Returns
    -------
    Responses
        Stamped as simulated in ``provenance``.

    Raises
    ------
    ArgumentError
        ``simulate.unknown-construct``, ``simulate.unknown-perspective``, ``simulate.length``,
        ``simulate.no-range``.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> survey = load_survey("shipped:surveys/credibility-gap.yaml")
    >>> answers = simulate(survey, perspective="customer", n=50, truth=Truth(means={"trust": 4}), seed=1)
    >>> len(answers), answers.provenance[0].reader
    (50, 'simulated')
    """
    _check(survey, perspective, n, truth, fields or {})
    rng = np.random.default_rng(seed)
    constructs = list(truth.means)
    shared = rng.normal(size=n)
    frame: dict[str, Any] = {RESPONDENT: [f"{perspective}-{i + 1}" for i in range(n)], PERSPECTIVE: perspective}
    frame |= {name: list(values) for name, values in (fields or {}).items()}
    reasons: dict[str, list[str]] = {}
    for construct in constructs:
        own = rng.normal(size=n)
        mixed = np.sqrt(truth.correlation) * shared + np.sqrt(1 - truth.correlation) * own
        level = truth.means[construct] + truth.spread * mixed
        if group_shifts and construct in group_shifts:
            level = level + np.asarray(group_shifts[construct], dtype=float)
        silent = rng.random(n) < truth.silence.get(construct, 0.0)
        for item in survey.items_of(construct, perspective):
            scale = survey.scale_of(item.id)
            latent = level + truth.shifts.get(item.id, 0.0) + truth.noise * rng.normal(size=n)
            answers = _on_scale(latent, scale)
            if item.reversed:
                answers = np.array([scale.reverse(a) for a in answers], dtype=float)
            frame[item.id] = np.where(silent, np.nan, answers)
            reason = str(next(iter(scale.missing), EMPTY))
            reasons[item.id] = [reason if s else "" for s in silent]
    for item in survey.items.values():
        scale = survey.scale_of(item.id)
        if item.construct is None and perspective in item.text and scale.is_range:
            frame[item.id] = _overall(survey, scale, truth, shared, rng)
            reasons[item.id] = [""] * n
    origin = f"simulated, seed {seed}"
    return Responses(
        survey=survey,
        frame=pd.DataFrame(frame),
        reasons=pd.DataFrame(reasons),
        provenance=(Provenance(file=origin, sha256="", reader="simulated", rows_read=n, rows_kept=n),),
        report=ImportReport(
            columns=pd.DataFrame(columns=list(COLUMNS)),
            missing=pd.DataFrame(columns=["file", "column", "reason", "n"]),
            notes=(Note(code="simulated", file=origin),),
            lang=survey.languages[0],
        ),
    )


def _on_scale(latent: np.ndarray, scale: Scale) -> np.ndarray:
    if scale.low is None or scale.high is None:
        raise ArgumentError(
            Fault(
                code="simulate.no-range",
                what="Only items on a scale with low and high can be simulated.",
                given=scale.id,
            )
        )
    step = scale.step or 0
    steps = np.round((latent - scale.low) / step) * step + scale.low if step else latent
    return np.clip(steps, scale.low, scale.high)


def _overall(survey: Survey, scale: Scale, truth: Truth, shared: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let an overall item follow what the constructs have in common."""
    places = []
    for construct, mean in truth.means.items():
        own = survey.scale_of(survey.items_of(construct)[0].id)
        if own.low is not None and own.high is not None:
            places.append((mean - own.low) / (own.high - own.low))
    assert scale.low is not None
    assert scale.high is not None
    place = float(np.mean(places)) + 0.18 * shared + 0.1 * rng.normal(size=len(shared))
    return _on_scale(scale.low + (scale.high - scale.low) * place, scale)


def _check(survey: Survey, perspective: str, n: int, truth: Truth, fields: Mapping[str, Sequence[Any]]) -> None:
    faults = []
    if perspective not in survey.perspectives:
        faults.append(unknown_name("simulate.unknown-perspective", "perspective", perspective, survey.perspectives))
    faults += [
        unknown_name("simulate.unknown-construct", "construct", c, survey.constructs)
        for c in truth.means
        if c not in survey.constructs
    ]
    faults += [
        Fault(
            code="simulate.length",
            what=f"The field {name!r} needs one value per respondent.",
            given=len(values),
            allowed=str(n),
        )
        for name, values in fields.items()
        if len(values) != n
    ]
    if faults:
        raise ArgumentError(*faults)

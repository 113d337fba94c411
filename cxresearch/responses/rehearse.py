"""Synthetic respondents who go through the questionnaire, so that the whole analysis runs before anybody is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, unknown_name
from cxresearch.responses.codes import EMPTY
from cxresearch.responses.crowd import Crowd, Person, Style
from cxresearch.responses.import_report import COLUMNS, ImportReport, Note
from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT, SYNTHETIC, Provenance, Responses
from cxresearch.responses.routing import NOT_ASKED
from cxresearch.responses.simulate import Truth
from cxresearch.survey.form import Form
from cxresearch.survey.scale import Code
from cxresearch.survey.survey import Survey


def rehearse(
    survey: Survey,
    *,
    perspective: str | None = None,
    n: int = 200,
    seed: int = 1,
    truth: Truth | None = None,
    shares: Mapping[str, Mapping[Code, float]] | None = None,
    style: Style | None = None,
) -> Responses:
    """Let synthetic respondents fill in a questionnaire: flow, draws, response styles and a stated truth.

    Parameters
    ----------
    survey : Survey
    perspective : str, optional
        By default the first.
    n : int
        Respondents, those who are screened out included.
    seed : int
        The same seed gives the same answers.
    truth : Truth, optional
        What they think; by default :func:`assumed_truth`.  Constructs it does not name are added from there.
    shares : dict, optional
        Item or field to its codes and their weights, for what is no rating; by default each code is equally likely,
        and an option is ticked by three in ten.
    style : Style, optional

    Returns
    -------
    Responses
        Stamped as synthetic in ``provenance`` and in the report; a file written from it keeps the stamp.

    Raises
    ------
    ArgumentError
        ``survey.unknown-perspective``, ``rehearse.n``, ``rehearse.shares``, ``rehearse.no-range``,
        ``simulate.unknown-construct``, ``data.not-a-survey``.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> answers = rehearse(load_survey("shipped:surveys/credibility-gap.yaml"), perspective="customer", n=50)
    >>> len(answers), answers.provenance[0].reader
    (50, 'synthetic')
    """
    if not isinstance(survey, Survey):
        what, do = "This is not a survey.", "Load it with load_survey('file.yaml')."
        raise ArgumentError(Fault(code="data.not-a-survey", what=what, given=survey, do=do))
    who = perspective or next(iter(survey.perspectives))
    form = survey.form(who)
    if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= 1_000_000:
        raise ArgumentError(
            Fault(code="rehearse.n", what="This many cannot be asked.", given=n, allowed="1 to 1000000")
        )
    assumed = assumed_truth(survey, who)
    if truth is not None:
        for construct in truth.means:
            if construct not in survey.constructs:
                raise ArgumentError(
                    unknown_name("simulate.unknown-construct", "construct", construct, survey.constructs)
                )
            if construct not in assumed.means:
                what = "No item of this construct is answered on a scale from low to high; it has no mean."
                raise ArgumentError(Fault(code="rehearse.no-range", what=what, given=construct))
        assumed = Truth(**{**vars(truth), "means": {**assumed.means, **truth.means}})
    rng = np.random.default_rng([seed, sum(map(ord, who))])
    crowd = Crowd(form, assumed, _checked(shares or {}, form), style or Style(), rng)
    people = [crowd.person(number) for number in range(n)]
    return _responses(survey, form, people, who, seed)


def assumed_truth(survey: Survey, perspective: str) -> Truth:
    """Return what is assumed without anything better: opinions in the upper middle, rosier inside than outside.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> survey = load_survey("shipped:surveys/credibility-gap.yaml")
    >>> inside, outside = (assumed_truth(survey, who).means["trust"] for who in ("employee", "customer"))
    >>> inside > outside
    True
    """
    inside = survey.perspectives[perspective].side == "inside"
    means = {}
    for place, construct in enumerate(survey.constructs):
        items = survey.items_of(construct)
        scale = survey.scale_of(items[0].id) if items else None
        if scale is not None and scale.low is not None and scale.high is not None:
            level = 0.58 + 0.04 * (place % 4) + (0.08 + 0.03 * (place % 3) if inside else 0.0)
            means[construct] = scale.low + level * (scale.high - scale.low)
    return Truth(means=means)


def _checked(shares: Mapping[str, Mapping[Code, float]], form: Form) -> Mapping[str, Mapping[Code, float]]:
    entries = {entry.id: entry for entry in form.entries}
    for id, weights in shares.items():
        if id not in entries:
            raise ArgumentError(unknown_name("rehearse.shares", "item or field of the questionnaire", id, entries))
        known = {option.code for option in entries[id].options}
        for code, weight in weights.items():
            if code not in known:
                raise ArgumentError(unknown_name("rehearse.shares", f"answer to {id!r}", str(code), map(str, known)))
            if not (isinstance(weight, int | float) and math.isfinite(weight) and weight >= 0):
                what = "A weight is zero or more."
                raise ArgumentError(Fault(code="rehearse.shares", what=what, given=weight))
    return shares


def _responses(survey: Survey, form: Form, people: list[Person], who: str, seed: int) -> Responses:
    data: dict[str, Any] = {RESPONDENT: [f"{SYNTHETIC}-{one.number + 1}" for one in people], PERSPECTIVE: who}
    reasons: dict[str, list[str]] = {}
    for entry in form.entries:
        if entry.id in (RESPONDENT, PERSPECTIVE):
            continue
        missing = set(entry.missing)
        numeric = entry.kind == "number" or (entry.scale is not None and entry.scale.is_numeric)
        values, why = [], []
        for one in people:
            answer = one.answers.get(entry.id)
            shown = entry.id in one.asked
            none = answer is None or answer in missing
            values.append((math.nan if numeric else None) if none else answer)
            why.append(
                str(answer)
                if answer in missing and answer is not None
                else ""
                if not none
                else EMPTY
                if shown
                else NOT_ASKED
            )
        data[entry.id] = np.array(values, dtype=float if numeric else object)
        reasons[entry.id] = why
    origin = f"synthetic, seed {seed}"
    n = len(people)
    return Responses(
        survey=survey,
        frame=pd.DataFrame(data),
        reasons=pd.DataFrame(reasons),
        provenance=(Provenance(file=origin, sha256="", reader=SYNTHETIC, rows_read=n, rows_kept=n),),
        report=ImportReport(
            columns=pd.DataFrame(columns=list(COLUMNS)),
            missing=pd.DataFrame(columns=["file", "column", "reason", "n"]),
            notes=(Note(code="simulated", file=origin),),
            lang=survey.languages[0],
        ),
    )

"""Look for everything that the rules know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cxresearch.located import Located
from cxresearch.survey.lint import (  # noqa: F401  the rules register themselves
    burden,
    flow,
    inherited,
    logic,
    mirror,
    portability,
    privacy,
    scales,
    translation,
    wording,
)
from cxresearch.survey.lint.allowed import Allowed
from cxresearch.survey.lint.finding import Finding
from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.rule import CHECKS, Hit, Rule, Words, rules
from cxresearch.survey.survey import Survey

_RANK = {"error": 0, "warning": 1, "note": 2}


def lint(
    survey: Survey, located: Located | None = None, *, texts: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """Look for what respondents, analysts or platforms would stumble over.

    Parameters
    ----------
    survey : Survey
    located : Located, optional
        The YAML that the survey was read from, so that findings have a line; for a survey that extends another,
        :func:`cxresearch.survey.extend.extended` of it.  Comments ``# lint: ok W04 reason`` in it silence a rule for
        their line or the one below.
    texts : mapping of str to str, optional
        Contents of files that are not on disk, for these comments.

    Returns
    -------
    tuple of Finding
        By file and line; without places by severity.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> found = lint(load_survey("shipped:surveys/credibility-gap.yaml"))
    >>> any(finding.severity == "error" for finding in found)
    False
    """
    instrument = Instrument(survey, located)
    allowed = Allowed(texts)
    found = [one for one in _found(instrument) if not allowed.silences(one.code, one.place)]
    return tuple(sorted(found, key=_order))


def _found(instrument: Instrument) -> Iterator[Finding]:
    known = rules()
    for code, check in sorted(CHECKS.items()):
        seen: set[tuple[Any, ...]] = set()
        for one in check(instrument):
            finding = _finding(code, known[code], one, instrument)
            key = (finding.message, finding.given, finding.place)
            if key not in seen:
                seen.add(key)
                yield finding


def _finding(code: str, rule: Rule, one: Hit, instrument: Instrument) -> Finding:
    return Finding(
        code=code,
        severity=rule.severity,
        message=_filled(rule.message, one.facts),
        suggestion=_filled(rule.do, one.facts),
        place=instrument.place(one.where),
        given=None if one.given is None else str(one.given),
    )


def _filled(words: Words, facts: Mapping[str, Any]) -> Words:
    def filled(text: str, language: str) -> str:
        told = {name: value.get(language) if hasattr(value, "get") else value for name, value in facts.items()}
        return text.format(**told)

    return Words(de=filled(words.de, "de"), en=filled(words.en, "en"))


def _order(finding: Finding) -> tuple[Any, ...]:
    place = finding.place
    if place is None:
        return ("", 0, 0, _RANK[finding.severity], finding.code)
    return (place.file, place.line or 0, place.column or 0, _RANK[finding.severity], finding.code)

"""Why a section failed or cannot be reported, in the language of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cxresearch.study.outcome import NOT_ENOUGH, Outcome, Problem
from cxresearch.words.catalog import knows, say, write
from cxresearch.words.numbers import base

if TYPE_CHECKING:
    from cxresearch.study.batch.scheduler import Limits

RAISED_IN = "en"  # the language of messages as they are raised
TIMEOUTS = {"CellTimeoutError": "cell_timeout", "ReportTimeout": "report_timeout"}
NOT_COMPARABLE = "gate.nothing-comparable"
AS_A_WHOLE = ("disk", "memory", "timeout", "died")


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A problem in one language.

    Parameters
    ----------
    message : str
        What happened.
    hint : str
        What to do.
    code : str
        Of the fault, where it has one.
    details : str
        The message as it was raised, where that says more.
    """

    message: str
    hint: str
    code: str = ""
    details: str = ""


def explained(problem: Problem, language: str, limits: Limits | None = None) -> Explained:
    """Say in one language what happened and what to do.

    Parameters
    ----------
    problem : Problem
        As it was raised, in English.
    language : str
    limits : Limits, optional
        What a report of a batch was allowed to take, so that the limit that was hit can be named; a report that stands
        alone has none.

    Examples
    --------
    >>> explained(Problem(kind="NotEnoughData", message="error index.too-few: 'q1' has too few answers."), "de").message
    'Die Frage hat zu wenige Antworten. Fassen Sie Gruppen zusammen, holen Sie mehr Antworten ein, oder lassen Sie diese Frage weg.'
    """
    message = _message(problem, language, limits)
    memory = limits.memory if limits else None
    hint = say(f"study.hint.{problem.hint}", language)
    if problem.hint == "memory" and memory:
        hint = say("failure.do_memory", language, memory=memory)
    details = "" if problem.told == message else problem.told
    return Explained(message=message, hint=hint, code=problem.code or "", details=details)


def publishing(problem: Problem, language: str, limits: Limits | None = None) -> Explained:
    """Say why a report as a whole could not be written."""
    if problem.hint in AS_A_WHOLE:
        return explained(problem, language, limits)
    hint = say("batch.hint_publish", language)
    return Explained(message=say("failure.publish", language), hint=hint, details=problem.message)


def as_told_alone(outcome: Outcome) -> Outcome:
    """Return an outcome of a report that stands alone, in the language of its page.

    What failed is kept as it was raised where that is the language of the page: it names what was given.
    """
    return outcome if outcome.status == "failed" and base(outcome.language) == RAISED_IN else in_own_language(outcome)


def in_own_language(outcome: Outcome, limits: Limits | None = None) -> Outcome:
    """Return an outcome whose message is in the language of its page; kind and code stay."""
    problem = outcome.problem
    if problem is None:
        return outcome
    message = _message(problem, outcome.language, limits)
    if message == problem.told:
        return outcome
    text = f"error {problem.code}: {message}" if problem.code else message
    return replace(outcome, problem=replace(problem, message=text, raised=problem.message))


def record(problem: Problem, languages: list[str], limits: Limits | None = None) -> dict[str, Any]:
    """Return what the pages and the table of failures say of a problem, as JSON."""
    told = {language: explained(problem, language, limits) for language in languages}
    return {
        "code": problem.code or "",
        "told": {language: [one.message, one.hint] for language, one in told.items()},
        "details": {language: one.details for language, one in told.items()},
    }


def _message(problem: Problem, language: str, limits: Limits | None) -> str:
    values: dict[str, Any] = {"code": problem.code, "kind": problem.kind}
    known = bool(problem.code) and knows(f"failure.code.{problem.code}", language)
    what = say(f"failure.code.{problem.code}", language) if known else ""
    if problem.kind == NOT_ENOUGH:
        if not problem.code:
            return problem.told  # written here, in the language of the page
        few = "do_few_alone" if limits is None else "do_few"
        do = "do_gate" if problem.code == NOT_COMPARABLE else few
        return f"{what or say('failure.few', language)} {say(f'failure.{do}', language)}"
    if what:
        return what
    key = TIMEOUTS.get(problem.kind, problem.hint)
    limit = _limit(key, limits)
    if limit:
        told = write(limit, "i" if float(limit).is_integer() else "n1", language)
        return say(f"failure.{key}_limit", language, limit=told)
    return say(f"failure.{key}", language, **values)


def _limit(key: str, limits: Limits | None) -> float | None:
    if limits is None:
        return None
    return {"memory": limits.memory, "cell_timeout": limits.cell, "report_timeout": limits.report}.get(key)

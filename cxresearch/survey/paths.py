"""All ways through the form of one perspective: how many, the shortest, the longest, and how long they take.

Two interviews take the same path when they are shown the same questions and end in the same place.  Only answers that
conditions look at can make a difference, and of these only what conditions can tell apart; parts of a form that do not
depend on each other are counted by themselves and multiplied.  So the number is exact also where it has forty digits.
Where a form is too entangled, the number is a lower bound, and `exact` is False.

Conditions are looked at in the order of the form: a question that comes later is not answered yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxresearch.errors import ArgumentError, Fault
from cxresearch.survey.form import Form
from cxresearch.survey.routing.drawn import Shares, drawn_seconds
from cxresearch.survey.routing.found import Best, Chain, Count, Effort, Reach
from cxresearch.survey.routing.parts import Part, parts_of
from cxresearch.survey.routing.steps import Plan, Step, plan_of

INTERVIEWS, FEWEST = 1000, 200  # drawn for the distribution of durations
MOST_LOOKS = 200_000  # at conditions, all in all


@dataclass(frozen=True, kw_only=True)
class Path:
    """One complete way through the form.

    Parameters
    ----------
    questions : tuple of str
        Ids of items and fields in order.
    minutes : float
        With everything answered that is shown.
    """

    questions: tuple[str, ...]
    minutes: float


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """How long interviews take: every tenth is shorter than `p10`, every second than `p50`, nine of ten than `p90`.

    They differ by what is shown and by which open questions are answered, not by how fast people are.
    """

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, kw_only=True)
class Paths:
    """What respondents of one perspective can meet.

    Parameters
    ----------
    number : int
        Different paths, those that end early included; a lower bound where `exact` is False.
    exact : bool
        False where not every way could be followed; `shortest`, `longest` and the lists then hold what was found.
    complete, screened : int
        Paths to the end, and paths that end early.
    screenouts : dict of str to int
        Page to the paths that end there.
    shortest, longest : Path, optional
        Of the complete ones, by duration; None where nobody comes to the end.
    never, always : tuple of str
        Questions that nobody is shown, and those that everybody is shown who gets as far as their page.
    missing : dict of str to int
        For each item that feeds an index (NPS, CSAT, CES): complete paths that do not show it.
    minutes : Minutes
        Of interviews that come to the end; where next to none do, of all.
    """

    perspective: str
    number: int
    exact: bool
    complete: int
    screened: int
    screenouts: dict[str, int] = field(default_factory=dict)
    shortest: Path | None = None
    longest: Path | None = None
    never: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    missing: dict[str, int] = field(default_factory=dict)
    minutes: Minutes

    def written(self) -> str:
        """Return the number, with "at least" where it is a lower bound.

        Examples
        --------
        >>> from cxresearch.survey.template import load_survey
        >>> paths(load_survey("shipped:surveys/credibility-gap.yaml").form("customer")).written()
        '1'
        """
        return f"{self.number:,}" if self.exact else f"at least {self.number:,}"


def paths(form: Form, language: str | None = None, shares: Shares | None = None) -> Paths:
    """Enumerate the paths through a form.

    Parameters
    ----------
    form : Form
    language : str, optional
        In which it is read; the main one by default.
    shares : mapping of str to mapping, optional
        For some questions the expected share of each answer, None for no answer; otherwise answers are drawn evenly.

    Raises
    ------
    ArgumentError
        ``paths.not-a-form``, ``paths.unknown-question`` or ``paths.shares``

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> found = paths(load_survey("shipped:surveys/nps-pulse.yaml").form("customer"))
    >>> found.exact, found.never, found.shortest.minutes < found.longest.minutes
    (True, (), True)
    """
    _check(form)
    plan = plan_of(form, language)
    parts, common = parts_of(plan)
    effort = Effort()
    pages = [page.number for page in form.pages]
    reaches = [part.reach(effort) for part in parts]
    dead = min((reach.dead for reach in reaches if reach.dead is not None), default=None)
    counts = [part.count(pages, effort) for part in parts]
    ended = {page: _ended_at(page, counts) for page in pages}
    complete = _product(counts, pages[-1]) if pages else 1
    screened = sum(ended.values())
    exact = all(count.exact for count in counts) and all(reach.exact for reach in reaches)
    never, always = _shown(plan, reaches, dead)
    names = {page.number: page.id for page in form.pages}
    minutes = _minutes(plan, shares)
    least = [reach.shortest for reach in reaches]
    most = [reach.longest for reach in reaches]
    missing = {
        step.id: _without(step.id, parts, counts, pages, effort)
        for step in plan.steps
        if step.kind == "question" and step.entry and getattr(step.entry.source, "index", None)
    }
    return Paths(
        perspective=form.perspective,
        number=complete + screened,
        exact=exact,
        complete=complete,
        screened=screened,
        screenouts={names[page]: count for page, count in ended.items() if count},
        shortest=_path(form, common, least),
        longest=_path(form, common, most),
        never=never,
        always=always,
        missing=missing,
        minutes=minutes,
    )


def duration(form: Form, language: str | None = None, shares: Shares | None = None) -> Minutes:
    """Estimate how long interviews take; see :func:`paths`.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> survey = load_survey("shipped:surveys/credibility-gap.yaml")
    >>> duration(survey.form("customer"), "en").p50 < 30
    True
    """
    _check(form)
    return _minutes(plan_of(form, language), shares)


def _check(form: object) -> None:
    if not isinstance(form, Form):
        what = "Paths are counted for the form of one perspective, and this is none."
        do = "Take survey.form('customer') of a survey from load_survey('file.yaml')."
        raise ArgumentError(Fault(code="paths.not-a-form", what=what, given=form, do=do))


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """Which conditions say the same for everybody.

    Parameters
    ----------
    seen, own : dict of (kind, id) to set of bool
        Of every step with a condition that could be followed to the end: the values of its whole condition, and of
        its own where page and block are shown.  An empty set: never looked at.
    """

    seen: Mapping[tuple[str, str], set[bool]]
    own: Mapping[tuple[str, str], set[bool]]


def verdicts(form: Form) -> Verdicts:
    """Find out which conditions of a form always or never hold; parts too entangled are left out."""
    plan = plan_of(form)
    parts, _ = parts_of(plan)
    effort = Effort()
    reaches = [reach for reach in (part.reach(effort) for part in parts) if reach.exact]
    return Verdicts(
        seen={key: values for reach in reaches for key, values in reach.seen.items()},
        own={key: values for reach in reaches for key, values in reach.own.items()},
    )


def _product(counts: list[Count], page: int) -> int:
    number = 1
    for count in counts:
        number *= count.alive[page]
    return number


def _ended_at(page: int, counts: list[Count]) -> int:
    ending = [count for count in counts if count.ended.get(page)]
    if not ending:
        return 0
    (one,) = ending
    return one.ended[page] * _product([count for count in counts if count is not one], page)


def _without(name: str, parts: list[Part], counts: list[Count], pages: list[int], effort: Effort) -> int:
    """Count the complete paths that do not show a question."""
    last = pages[-1]
    for part, count in zip(parts, counts, strict=True):
        if any(step.id == name and step.kind == "question" for unit in part.units for step in unit.steps):
            hidden = part.count(pages, effort, without=name).alive[last]
            return hidden * _product([other for other in counts if other is not count], last)
    return 0


def _shown(plan: Plan, reaches: list[Reach], dead: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    seen = {key: (values, reach.exact) for reach in reaches for key, values in reach.seen.items()}
    never, always = [], []
    for step in plan.steps:
        if step.kind != "question":
            continue
        late = dead is not None and step.page > dead
        values, exact = seen.get((step.kind, step.id), ({True}, True))
        if late or (exact and True not in values):
            never.append(step.id)
        elif exact and False not in values and dead is None:
            always.append(step.id)
    return tuple(never), tuple(always)


def _path(form: Form, common: list[Step], best: list[Best | None]) -> Path | None:
    seconds = sum(step.seconds for step in common)
    asked = {step.id for step in common if step.kind == "question"}
    for one in best:
        if one is None:
            return None
        seconds += one[0]
        asked |= set(_unrolled(one[1]))
    return Path(questions=tuple(entry.id for entry in form.entries if entry.id in asked), minutes=seconds / 60)


def _unrolled(chain: Chain) -> list[str]:
    found = []
    while chain is not None:
        chain, id = chain
        found.append(id)
    return found


def _minutes(plan: Plan, shares: Shares | None) -> Minutes:
    looks = sum(step.when is not None for step in plan.steps)
    number = max(FEWEST, min(INTERVIEWS, MOST_LOOKS // max(1, looks)))
    seconds = sorted(drawn_seconds(plan, shares, number))

    def at(share: float) -> float:
        return seconds[round(share * (len(seconds) - 1))] / 60

    return Minutes(p10=at(0.1), p50=at(0.5), p90=at(0.9))

"""Interviews drawn at random, for how long they take."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cxresearch.errors import ArgumentError, Fault, unknown_name
from cxresearch.survey.expression import Condition, Value
from cxresearch.survey.form import Entry
from cxresearch.survey.routing.cells import WRITTEN
from cxresearch.survey.routing.joint import together
from cxresearch.survey.routing.seconds import of_skipped, pace
from cxresearch.survey.routing.steps import Plan, Step, Unit

Shares = Mapping[str, Mapping[Value | None, float]]
SEED = 20_220_401
_MOST_TOGETHER = 4096
_MOST_DRAWN = 5  # interviews that are drawn for one that comes to the end
Fitting = dict[tuple[str, ...], tuple[list[tuple[Value | None, ...]], list[float] | None]]


def drawn_seconds(plan: Plan, shares: Shares | None, number: int) -> list[float]:
    """Return the durations of so many interviews that come to the end; where none does, of all.

    Parameters
    ----------
    plan : Plan
    shares : mapping, optional
        Question to the expected share of each answer; None is no answer.
    number : int
    """
    shares = shares or {}
    _check(plan, shares)
    stretches = tuple(_stretches(plan))
    if not any(stretch.unit for stretch in stretches):
        return [sum(stretch.seconds for stretch in stretches)]  # all interviews are alike
    rng = random.Random(SEED)
    known: Fitting = {}
    early: list[float] = []
    complete: list[float] = []
    while len(complete) < number and len(complete) + len(early) < _MOST_DRAWN * number:
        seconds, at_end = _interview(plan, stretches, shares, rng, known)
        (complete if at_end else early).append(seconds)
    return complete or early


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """What takes everybody the same time, and the unit after it that does not."""

    seconds: float
    unit: Unit | None = None
    steps: tuple[tuple[Step, Condition | None], ...] = ()  # of the unit, each with its whole condition


def _stretches(plan: Plan) -> Iterator[_Stretch]:
    seconds = 0.0
    for unit in plan.units:
        if all(_is_alike(step, plan) for step in unit.steps):
            seconds += sum(step.seconds for step in unit.steps)
        else:
            yield _Stretch(seconds=seconds, unit=unit, steps=tuple((step, step.when) for step in unit.steps))
            seconds = 0.0
    yield _Stretch(seconds=seconds)


def _is_alike(step: Step, plan: Plan) -> bool:
    """Tell whether a step takes everybody the same time, and no condition looks at it."""
    if step.kind == "end" or step.outer is not None or step.own is not None:
        return False
    entry = step.entry
    return entry is None or (step.id not in plan.cells and (entry.kind != "text" or entry.required == "yes"))


def _check(plan: Plan, shares: Shares) -> None:
    asked = {entry.id: entry for entry in plan.form.entries}
    known = [*asked, *plan.given]
    for name, given in shares.items():
        if name not in known:
            raise ArgumentError(unknown_name("paths.unknown-question", "question", name, known))
        codes = [option.code for option in asked[name].options] if name in asked else []
        strange = [code for code in given if code is not None and codes and code not in codes]
        if strange and asked[name].kind == "choice":
            raise ArgumentError(unknown_name("paths.shares", "answer", strange[0], codes))
        if not given or any(share < 0 for share in given.values()) or not sum(given.values()) > 0:
            what = "Shares of answers are not negative, and one at least is above zero."
            raise ArgumentError(Fault(code="paths.shares", what=what, given=dict(given)))


def _interview(
    plan: Plan, stretches: tuple[_Stretch, ...], shares: Shares, rng: random.Random, fitting: Fitting
) -> tuple[float, bool]:
    known: dict[str, Value | None] = {}
    for name in sorted(plan.given):
        known[name] = _one(plan, name, shares, rng, set())
    seconds = 0.0
    for stretch in stretches:
        seconds += stretch.seconds
        unit = stretch.unit
        shown = [step for step, when in stretch.steps if when is None or when.holds(known)]
        if unit is None or not shown:
            continue
        if shown[0].kind == "end":
            return seconds, False
        names = [step.id for step in shown if step.id in plan.cells and step.kind != "text"]
        if unit.group:
            known |= _joint(plan, unit, [step.id for step in shown], names, shares, rng, fitting)
        for step in shown:
            seconds += step.seconds
            entry = step.entry
            if entry is None:
                continue
            if not unit.group and step.id in plan.cells:
                known[step.id] = _one(plan, step.id, shares, rng, {known.get(other) for other in entry.apart})
            if entry.kind == "text" and _left(entry, known, plan, rng, shares):
                seconds -= of_skipped(entry)
    return seconds, True


def _left(entry: Entry, known: Mapping[str, Value | None], plan: Plan, rng: random.Random, shares: Shares) -> bool:
    """Tell whether an open question is left empty."""
    if entry.required == "yes":
        return False
    if entry.id in plan.cells:
        return known.get(entry.id) is None
    if entry.id in shares:
        return _weighted(shares[entry.id], rng) is None
    return rng.random() >= pace().written


def _one(plan: Plan, name: str, shares: Shares, rng: random.Random, taken: set[Value | None]) -> Value | None:
    if name in shares:
        return _weighted(shares[name], rng)
    left = [cell for cell in plan.cells[name] if cell.value not in taken or cell.value is None]
    if not left:
        return None
    if name in plan.skippable and left[0].value == WRITTEN and rng.random() >= pace().written:
        return None
    return rng.choices([cell.value for cell in left], [cell.weight for cell in left])[0]


def _joint(
    plan: Plan, unit: Unit, shown: list[str], names: list[str], shares: Shares, rng: random.Random, known: Fitting
) -> dict[str, Value | None]:
    """Draw answers that bind each other."""
    assert unit.group is not None
    if not names:
        return {}
    key = tuple(shown)
    if key not in known:
        skippable = all(name in plan.skippable for name in names)
        possible = together(unit.group, shown, names, plan.cells, skippable=skippable)
        every = list(itertools.islice(possible, _MOST_TOGETHER))
        answered = [one for one in every if any(value is not None for value in one)] or every
        weights = list(itertools.accumulate(_likely(names, one, shares) for one in answered))
        known[key] = answered, weights if weights and weights[-1] > 0 else None
    fitting, likely = known[key]
    if not fitting:
        return {}
    return dict(zip(names, rng.choices(fitting, cum_weights=likely)[0], strict=True))


def _likely(names: list[str], answers: tuple[Value | None, ...], shares: Shares) -> float:
    weight = 1.0
    for name, answer in zip(names, answers, strict=True):
        if name in shares:
            total = sum(shares[name].values())
            weight *= shares[name].get(answer, 0.0) / total
    return weight


def _weighted(shares: Mapping[Value | None, float], rng: random.Random) -> Value | None:
    return rng.choices(list(shares), list(shares.values()))[0]

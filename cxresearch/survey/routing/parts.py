"""Parts of a plan that do not depend on each other: what each can show, and how often."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from cxresearch.survey.expression import AnyOf, Condition, Every, Leaf, Not, Value, leaves
from cxresearch.survey.form import Entry
from cxresearch.survey.routing.found import MOST_MEMORIES, Best, Count, Effort, Memory, Reach
from cxresearch.survey.routing.joint import is_free, together
from cxresearch.survey.routing.steps import Plan, Step, Unit


class Part:
    """Units whose conditions hang together."""

    def __init__(self, plan: Plan, units: Sequence[Unit], names: Sequence[str]) -> None:
        self.plan = plan
        self.units = tuple(units)
        self.names = tuple(names)
        self._at = {name: i for i, name in enumerate(names)}
        self._width = 1 + len(names) // 16
        self._looks: dict[str, list[Leaf]] = {}
        for step in plan.steps:
            for leaf in leaves(step.when) if step.when else ():
                self._looks.setdefault(leaf.name, []).append(leaf)
        kept = {name for unit in units for name in _apart(unit)}
        self.blank: tuple[set[Value | None], ...] = tuple(self._blank(name, name in kept) for name in names)
        last = {name: number for number, unit in enumerate(units) for name in _needs(unit)}
        last |= {s.id: n for n, unit in enumerate(units) for s in unit.steps if last.get(s.id, -1) < n}
        over = {n: tuple(at for name, at in self._at.items() if last.get(name) == n) for n in range(len(self.units))}
        self._units = tuple(_Ready(self, unit, over[number]) for number, unit in enumerate(self.units))
        self.has_end = any(step.kind == "end" for unit in self.units for step in unit.steps)

    def count(self, pages: Sequence[int], effort: Effort, without: str | None = None) -> Count:
        """Count the different courses, optionally only those that do not show one question."""
        found = Count()
        states: dict[frozenset[Memory], tuple[int, tuple[Memory, ...]]] = {
            frozenset(start): (1, start) for start in (self._start(),)
        }
        units = iter(self._units)
        waiting = next(units, None)
        for page in pages:
            while waiting is not None and waiting.page == page:
                if waiting.is_end:
                    ended, states = _ended(states, waiting)
                    found.ended[page] = found.ended.get(page, 0) + ended
                else:
                    states, complete = self._followed(states, waiting, effort, without)
                    found.exact &= complete
                waiting = next(units, None)
            found.alive[page] = sum(count for count, _ in states.values())
        return found

    def reach(self, effort: Effort) -> Reach:
        """Find out what can be shown, and what takes least and most time."""
        found = Reach()
        best: dict[Memory, tuple[Best, Best]] = dict.fromkeys(self._start(), ((0.0, None), (0.0, None)))
        for ready in self._units:
            most = effort.most
            if len(best) > most:
                best = dict(itertools.islice(best.items(), most))
                found.exact = False
            reached: dict[Memory, tuple[Best, Best]] = {}
            ready.look(best, found)
            for memory, (least, longest) in best.items():
                if ready.is_end:
                    if not ready.shows[0](memory):
                        _better(reached, ready.dropped(memory), least, longest)
                    continue
                shown = ready.shown(memory)
                for after in itertools.islice(ready.follow(memory, shown), most):
                    effort.spent += self._width
                    _better(reached, after, ready.told(least, shown), ready.told(longest, shown))
                if len(reached) > most:
                    found.exact = False
                    break
            if best and not reached and found.dead is None and found.exact:
                found.dead = ready.page
            best = reached
        found.shortest = min((least for least, _ in best.values()), key=lambda one: one[0], default=None)
        found.longest = max((longest for _, longest in best.values()), key=lambda one: one[0], default=None)
        return found

    def _start(self) -> tuple[Memory, ...]:
        known = [
            [None, *(cell.value for cell in self.plan.cells[name])] if name in self.plan.given else [None]
            for name in self.names
        ]
        return tuple(itertools.islice(itertools.product(*known), MOST_MEMORIES))

    def _blank(self, name: str, kept: bool) -> set[Value | None]:
        values = [cell.value for cell in self.plan.cells.get(name, ())]
        values += [0, 1] if name in self.ticked else []
        looks = self._looks.get(name, ())
        return set() if kept else {one for one in values if not any(leaf.holds({name: one}) for leaf in looks)}

    def _followed(
        self,
        states: dict[frozenset[Memory], tuple[int, tuple[Memory, ...]]],
        ready: _Ready,
        effort: Effort,
        without: str | None,
    ) -> tuple[dict[frozenset[Memory], tuple[int, tuple[Memory, ...]]], bool]:
        complete = True
        most = effort.most
        followed: dict[frozenset[Memory], tuple[int, tuple[Memory, ...]]] = {}
        left = most
        for count, memories in states.values():
            if left <= 0:
                complete = False
                break
            apart: dict[tuple[bool, ...], dict[Memory, None]] = {}
            total = 0
            for memory in memories:
                shown = ready.shown(memory)
                if without is not None and ready.shows_question(without, shown):
                    continue
                if total > left:
                    complete = False
                    break
                for after in ready.follow(memory, shown):
                    effort.spent += self._width
                    total += 1
                    apart.setdefault(ready.visible(shown), {})[after] = None
                    if total > left:
                        complete = False
                        break
            left -= sum(len(each) for each in apart.values())
            for each in apart.values():
                key = frozenset(each)
                followed[key] = (followed[key][0] + count if key in followed else count, tuple(each))
        return followed, complete

    def compiled(self, condition: Condition | None) -> Callable[[Memory], bool]:
        """Turn a condition into a function of what is remembered."""
        if condition is None:
            return lambda memory: True
        match condition:
            case Not(part=part):
                inner = self.compiled(part)
                return lambda memory: not inner(memory)
            case Every(parts=parts):
                every = [self.compiled(part) for part in parts]
                return lambda memory: all(one(memory) for one in every)
            case AnyOf(parts=parts):
                some = [self.compiled(part) for part in parts]
                return lambda memory: any(one(memory) for one in some)
        at, name = self._at[condition.name], condition.name
        values = [None, *(cell.value for cell in self.plan.cells.get(name, ()))]
        values += [0, 1] if name in self.ticked else []
        table = {value: condition.holds({name: value}) for value in values}
        return lambda memory: table[memory[at]]

    @property
    def ticked(self) -> set[str]:
        """Options to tick."""
        return {step.id for unit in self.units if unit.group and unit.group.kind == "multiple" for step in unit.steps}

    def is_free(self, unit: Unit) -> bool:
        """Tell whether the answers in a block do not bind each other."""
        assert unit.group
        return is_free(unit.group, [s.id for s in unit.steps if s.id in self._at], self._looks)

    def at(self, name: str) -> int | None:
        """Return the position of a name in what is remembered."""
        return self._at.get(name)


class _Ready:
    """A unit with its conditions compiled."""

    def __init__(self, part: Part, unit: Unit, over: tuple[int, ...]) -> None:
        self.unit = unit
        self.part = part
        self.page = unit.steps[0].page
        self.is_end = unit.steps[0].kind == "end"
        self.shows = [part.compiled(step.when) for step in unit.steps]
        self._outer = [part.compiled(step.outer) for step in unit.steps]
        self._own = [part.compiled(step.own) for step in unit.steps]
        self._over = over  # what is not needed any more
        self._words = [i for i, step in enumerate(unit.steps) if step.kind == "question" and step.when is not None]
        self._places = [(i, at) for i, step in enumerate(unit.steps) if (at := part.at(step.id)) is not None]
        if self.is_end or unit.steps[0].kind == "text":
            self._places = []
        self._joint = unit.group is not None and len(self._places) > 0
        self._apart = [at for name in _apart(unit) if (at := part.at(name)) is not None]

    def shown(self, memory: Memory) -> tuple[bool, ...]:
        return tuple(show(memory) for show in self.shows)

    def visible(self, shown: tuple[bool, ...]) -> tuple[bool, ...]:
        return tuple(shown[i] for i in self._words)

    def shows_question(self, name: str, shown: tuple[bool, ...]) -> bool:
        return any(step.id == name and one for step, one in zip(self.unit.steps, shown, strict=True))

    def told(self, best: Best, shown: tuple[bool, ...]) -> Best:
        seconds, chain = best
        for step, one in zip(self.unit.steps, shown, strict=True):
            if one:
                seconds += step.seconds
                chain = (chain, step.id) if step.kind == "question" else chain
        return seconds, chain

    def dropped(self, memory: Memory) -> Memory:
        return self._with(memory, {}) if self._over else memory

    def follow(self, memory: Memory, shown: tuple[bool, ...]) -> Iterator[Memory]:
        """Yield what is remembered after the unit, for every answer."""
        if not self._places:
            yield self.dropped(memory)
            return
        plan = self.part.plan
        if self._joint:
            assert self.unit.group is not None
            ids = [step.id for step, one in zip(self.unit.steps, shown, strict=True) if one]
            asked = [self.unit.steps[i].id for i, _ in self._places if shown[i]]
            places = [at for i, at in self._places if shown[i]]
            skippable = bool(asked) and all(name in plan.skippable for name in asked)
            for answers in together(self.unit.group, ids, asked, plan.cells, skippable=skippable):
                yield self._with(memory, dict(zip(places, answers, strict=True)))
            return
        (i, at) = self._places[0]
        if not shown[i]:
            yield self._with(memory, {at: None})
            return
        name = self.unit.steps[i].id
        taken = {memory[other] for other in self._apart}
        if name in plan.skippable:
            yield self._with(memory, {at: None})
        for cell in plan.cells[name]:
            if cell.value not in taken:
                yield self._with(memory, {at: cell.value})

    def look(self, memories: Mapping[Memory, object], found: Reach) -> None:
        """Note which conditions hold and which do not."""
        for step, outer, own in zip(self.unit.steps, self._outer, self._own, strict=True):
            key = (step.kind, step.id)
            seen, mine = found.seen.setdefault(key, set()), found.own.setdefault(key, set())
            for memory in memories:
                if len(seen) == 2 and len(mine) == 2:
                    break
                inside = outer(memory)
                holds = own(memory)
                seen.add(inside and holds)
                if inside:
                    mine.add(holds)

    def _with(self, memory: Memory, new: dict[int, Value | None]) -> Memory:
        # an answer that fulfils no comparison is as good as none
        blank = self.part.blank
        after = list(memory)
        for at, value in new.items():
            after[at] = None if value in blank[at] else value
        for at in self._over:
            after[at] = None
        return tuple(after)


def parts_of(plan: Plan) -> tuple[list[Part], list[Step]]:
    """Divide a plan into parts that do not depend on each other, and the steps that everybody meets."""
    chosen = set(plan.cells)
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    def join(names: set[str]) -> None:
        first, *others = sorted(names)
        for other in others:
            parent[root(other)] = root(first)

    looks: dict[str, list[Leaf]] = {}
    for step in plan.steps:
        for leaf in leaves(step.when) if step.when else ():
            looks.setdefault(leaf.name, []).append(leaf)
    units: list[Unit] = []
    for unit in plan.units:
        asked = [step.id for step in unit.steps if step.id in chosen and step.kind in ("question", "drawn")]
        if unit.group and (not asked or is_free(unit.group, asked, looks)):
            # rows that do not bind each other are as good as single questions
            units += [Unit(steps=(step,)) for step in unit.steps]
        else:
            units.append(unit)
    wanted = [_involved(unit, chosen) for unit in units]
    for names in wanted:
        if names:
            join(names)
    grouped: dict[str, tuple[list[Unit], set[str]]] = {}
    common: list[Step] = []
    for unit, names in zip(units, wanted, strict=True):
        if not names:
            common += unit.steps
            continue
        members = grouped.setdefault(root(next(iter(names))), ([], set()))
        members[0].append(unit)
        members[1].update(names)
    return [Part(plan, units, sorted(names)) for units, names in grouped.values()], common


def _involved(unit: Unit, chosen: set[str]) -> set[str]:
    own = {step.id for step in unit.steps if step.id in chosen and step.kind in ("question", "drawn")}
    return unit.names | own | ({name for name in _apart(unit) if name in chosen} if own else set())


def _needs(unit: Unit) -> set[str]:
    return unit.names | set(_apart(unit))


def _apart(unit: Unit) -> tuple[str, ...]:
    entry: Entry | None = unit.steps[0].entry
    return entry.apart if entry is not None and unit.group is None else ()


def _ended(
    states: dict[frozenset[Memory], tuple[int, tuple[Memory, ...]]], ready: _Ready
) -> tuple[int, dict[frozenset[Memory], tuple[int, tuple[Memory, ...]]]]:
    ended = 0
    left: dict[frozenset[Memory], tuple[int, tuple[Memory, ...]]] = {}
    for count, memories in states.values():
        out = [memory for memory in memories if ready.shows[0](memory)]
        ended += count if out else 0
        stay = {ready.dropped(memory): None for memory in memories if not ready.shows[0](memory)}
        if stay:
            key = frozenset(stay)
            left[key] = (left[key][0] + count if key in left else count, tuple(stay))
    return ended, left


def _better(reached: dict[Memory, tuple[Best, Best]], memory: Memory, least: Best, most: Best) -> None:
    before = reached.get(memory)
    if before is None:
        reached[memory] = (least, most)
        return
    reached[memory] = (
        least if least[0] < before[0][0] else before[0],
        most if most[0] > before[1][0] else before[1],
    )

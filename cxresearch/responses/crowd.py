"""The people of a rehearsal: what they think, how they answer, and how they go through a questionnaire."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cxresearch.errors import ArgumentError, Fault
from cxresearch.responses.simulate import Truth
from cxresearch.survey.form import Entry, Form, Group, Need, stronger
from cxresearch.survey.item import Item
from cxresearch.survey.scale import Code, Scale

WORDS = {"de": "[erfundene Antwort {n}]", "en": "[made-up answer {n}]"}


@dataclass(frozen=True, kw_only=True)
class Style:
    """How people answer beside what they think; shares of respondents, or of answers where it says so.

    Parameters
    ----------
    agreeing : float
        Answer half a point higher whatever is asked (also where an item is reversed).
    extreme, middle : float
        Prefer the ends, or the middle.
    straight : float
        Give the same answer to all rows of a grid.
    careless : float
        Answer at random, attention checks included.
    unsure : float
        Answers "don't know", where that can be chosen; of answers.
    skipped : float
        Answers left out, where nothing is required; of answers.

    Examples
    --------
    >>> Style().straight
    0.03
    """

    agreeing: float = 0.10
    extreme: float = 0.08
    middle: float = 0.08
    straight: float = 0.03
    careless: float = 0.03
    unsure: float = 0.03
    skipped: float = 0.02

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value <= 1:
                what = f"{name!r} is a share."
                raise ArgumentError(Fault(code="rehearse.share", what=what, given=value, allowed="0 to 1"))


SINCERE = Style(agreeing=0, extreme=0, middle=0, straight=0, careless=0, unsure=0, skipped=0)


@dataclass
class Person:
    """One made-up respondent.

    Parameters
    ----------
    number : int
    opinion : float
        What all constructs have in common, in standard deviations.
    constructs : dict
        Construct to what this person thinks, in points of its scale.
    kind : str
        "plain", "careless", "straight", "extreme" or "middle".
    agreeing : bool
    answers : dict
        What was answered so far.
    asked : set of str
        What was shown.
    out : bool
        Screened out.
    """

    number: int
    opinion: float
    constructs: Mapping[str, float]
    kind: str
    agreeing: bool
    answers: dict[str, Code | None] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    out: bool = False


class Crowd:
    """Draws people and lets them answer, page by page."""

    def __init__(
        self,
        form: Form,
        truth: Truth,
        shares: Mapping[str, Mapping[Code, float]],
        style: Style,
        rng: np.random.Generator,
    ) -> None:
        self.form, self.truth, self.shares, self.style, self.rng = form, truth, shares, style, rng
        self.survey = form.survey
        self.language = self.survey.languages[0].split("-")[0]

    def person(self, number: int) -> Person:
        """Draw the next person and let them go through the questionnaire."""
        person = self._drawn(number)
        for page in self.form.pages:
            if person.out or not (page.relevance is None or page.relevance.holds(person.answers)):
                continue
            for part in page.parts:
                if isinstance(part, Group):
                    if part.relevance is None or part.relevance.holds(person.answers):
                        self._group(part, person)
                elif isinstance(part, Entry):
                    self._ask(part, person, part.required)
            if page.screenout is not None and page.screenout.when.holds(person.answers):
                person.out = True
        return person

    def _drawn(self, number: int) -> Person:
        rng, truth, style = self.rng, self.truth, self.style
        shared = rng.normal()
        mixed = {
            construct: math.sqrt(truth.correlation) * shared + math.sqrt(1 - truth.correlation) * rng.normal()
            for construct in truth.means
        }
        constructs = {
            construct: mean + self._points(construct) * truth.spread * mixed[construct]
            for construct, mean in truth.means.items()
        }
        drawn, kind = rng.random(), "plain"
        for name in ("careless", "straight", "extreme", "middle"):
            share = getattr(style, name)
            if drawn < share:
                kind = name
                break
            drawn -= share
        agreeing = bool(rng.random() < style.agreeing)
        return Person(number=number, opinion=shared, constructs=constructs, kind=kind, agreeing=agreeing)

    def _points(self, construct: str) -> float:
        """Return how many points of this construct's scale one point of a five-point scale is."""
        items = self.survey.items_of(construct)
        scale = self.survey.scale_of(items[0].id)
        assert scale.low is not None
        assert scale.high is not None
        return (scale.high - scale.low) / 4

    def _group(self, group: Group, person: Person) -> None:
        rows = [row for row in group.rows if row.relevance is None or row.relevance.holds(person.answers)]
        if not rows:
            return
        if group.kind == "multiple":
            self._tick(group, rows, person)
        elif group.kind == "ranking":
            self._rank(group, rows, person)
        elif group.kind == "maxdiff":
            self._best_worst(group, rows, person)
        else:
            same: Code | None = None
            for entry in group.entries:
                self._ask(entry, person, stronger(group.required, entry.required), same)
                if person.kind == "straight" and same is None:
                    same = person.answers.get(entry.id)

    def _tick(self, group: Group, rows: list[Entry], person: Person) -> None:
        person.asked |= {row.id for row in rows}
        if self._skips(group.required):
            return
        free = [row for row in rows if row.id not in group.exclusive]
        ticked = [row.id for row in free if self.rng.random() < self._chance(row.id, 0.3)]
        alone = [row.id for row in rows if row.id in group.exclusive]
        if not ticked and alone:
            ticked = [alone[0]]
        else:
            least = min(group.at_least or 1, len(free))
            while len(ticked) < least:
                ticked.append(self.rng.choice([row.id for row in free if row.id not in ticked]))
            if group.at_most and len(ticked) > group.at_most:
                ticked = list(self.rng.choice(ticked, group.at_most, replace=False))
        person.answers |= {row.id: int(row.id in ticked) for row in rows}

    def _chance(self, id: str, usual: float) -> float:
        weights = self.shares.get(id)
        total = sum(weights.values()) if weights else 0
        return weights.get(1, 0) / total if weights and total else usual

    def _rank(self, group: Group, rows: list[Entry], person: Person) -> None:
        person.asked |= {row.id for row in rows}
        if self._skips(group.required):
            return
        # earlier options are liked a little more, each person in an own way (Plackett-Luce)
        liking = [-0.4 * place + self.rng.gumbel() for place in range(len(rows))]
        order = sorted(range(len(rows)), key=lambda i: -liking[i])[: group.top or len(rows)]
        person.answers |= {rows[i].id: rank for rank, i in enumerate(order, start=1)}

    def _best_worst(self, group: Group, rows: list[Entry], person: Person) -> None:
        person.asked |= {row.id for row in rows}
        if self._skips(stronger(group.required, rows[0].required)) or len(rows) < 2:
            return
        codes = [option.code for option in rows[0].options]
        every = [code for code in self._options(group) if code in codes]
        liking = {code: -0.4 * place + self.rng.gumbel() for place, code in enumerate(every)}
        person.answers[rows[0].id] = max(liking, key=liking.__getitem__)
        person.answers[rows[1].id] = min(liking, key=liking.__getitem__)

    def _options(self, group: Group) -> list[Code]:
        block = self.survey.blocks.get(group.id.rpartition("_")[0])
        return list(getattr(block, "options", None) or [option.code for option in group.rows[0].options])

    def _skips(self, required: Need) -> bool:
        return required != "yes" and bool(self.rng.random() < self.style.skipped)

    def _ask(self, entry: Entry, person: Person, required: Need, same: Code | None = None) -> None:
        if entry.relevance is not None and not entry.relevance.holds(person.answers):
            return
        person.asked.add(entry.id)
        if entry.drawn:
            taken = {person.answers.get(id) for id in entry.apart}
            person.answers[entry.id] = self._one_of([o.code for o in entry.options if o.code not in taken])
            return
        if self._skips(required):
            return
        missing = list(entry.missing)
        if missing and self.rng.random() < self.style.unsure:
            person.answers[entry.id] = self._one_of(missing)
        elif same is not None and any(option.code == same for option in entry.options):
            person.answers[entry.id] = same
        else:
            person.answers[entry.id] = self._answer(entry, person)

    def _answer(self, entry: Entry, person: Person) -> Code:
        if entry.kind == "text":
            return WORDS.get(self.language, WORDS["en"]).format(n=person.number + 1)
        if entry.kind == "date":
            return (datetime.date(2025, 12, 31) - datetime.timedelta(days=int(self.rng.integers(0, 365)))).isoformat()
        if entry.expects is not None and person.kind not in ("careless", "straight"):
            return entry.expects
        if entry.kind == "number":
            return self._number(entry)
        codes = [option.code for option in entry.options if not option.missing]
        if person.kind == "careless":
            return self._one_of(codes)
        if entry.id in self.shares:
            weights = np.array([self.shares[entry.id].get(code, 0.0) for code in codes], dtype=float)
            return codes[int(self.rng.choice(len(codes), p=weights / weights.sum()))] if weights.sum() else codes[0]
        scale = entry.scale
        if isinstance(entry.source, Item) and scale is not None and scale.is_range:
            return self._rating(entry.source, scale, person)
        return self._one_of(codes)

    def _rating(self, item: Item, scale: Scale, person: Person) -> Code:
        assert scale.low is not None
        assert scale.high is not None
        point = (scale.high - scale.low) / 4
        noise = self.truth.noise * point * self.rng.normal()
        if item.construct in person.constructs:
            level = person.constructs[str(item.construct)]
            level = scale.low + scale.high - level if item.reversed else level
        else:
            level = scale.low + 0.65 * (scale.high - scale.low) + 0.7 * point * person.opinion
        level += self.truth.shifts.get(item.id, 0.0) + noise + (point / 2 if person.agreeing else 0.0)
        middle = (scale.low + scale.high) / 2
        if person.kind == "extreme":
            level = middle + 2.0 * (level - middle)
        elif person.kind == "middle":
            level = middle + 0.4 * (level - middle)
        codes = [code for code in scale.codes if not isinstance(code, str)]
        return min(codes, key=lambda code: abs(code - level))

    def _number(self, entry: Entry) -> Code:
        low = entry.low if entry.low is not None else 0.0 if entry.high is None or entry.high > 0 else entry.high - 100
        high = entry.high if entry.high is not None else low + 100.0
        value = low + (high - low) * float(self.rng.beta(2, 4))
        if entry.step is None:
            return min(high, max(low, round(value, 2)))
        steps = min(round((value - low) / entry.step), math.floor((high - low) / entry.step + 1e-9))
        stepped = low + steps * entry.step
        return int(stepped) if float(stepped).is_integer() else round(stepped, 6)

    def _one_of(self, codes: list[Code]) -> Code:
        return codes[int(self.rng.integers(len(codes)))]

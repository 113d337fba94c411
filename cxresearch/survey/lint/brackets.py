"""Numbers in the labels of answers: "18 to 29", "under 20", "60+"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 3
_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+|\d+)"
_BETWEEN = re.compile(
    rf"{_NUMBER}\s*\D{{0,12}}?\s*(?:–|-|—|bis(?: unter)?|bis zu|to|up to|und|and)\s*(unter |under |below )?{_NUMBER}"
)
_UNDER = re.compile(
    rf"^(?:bis )?(?:unter|weniger als|jünger als|under|below|less than|fewer than|younger than) {_NUMBER}"
)
_UP_TO = re.compile(
    rf"^(?:bis(?: zu)?|höchstens|maximal|up to|at most|no more than) {_NUMBER}|{_NUMBER}\D*(?:oder weniger|oder jünger|und jünger|or less|or fewer|or younger|and younger|and under)"
)
_FROM = re.compile(
    rf"^(?:ab|mindestens|from|at least) {_NUMBER}|{_NUMBER}\s*\D{{0,10}}?(?:\+|und (?:mehr|älter|länger|darüber)|oder (?:mehr|älter|länger)|(?:or|and) (?:more|older|over|above|longer))"
)
_OVER = re.compile(rf"^(?:über|mehr als|älter als|länger als|over|above|more than|older than|longer than) {_NUMBER}")
_ONE = re.compile(rf"^{_NUMBER}(?:\D*)$")
_UNITS = (
    (r"jahr|year|jährig|alt|old|älter|jünger|younger", "year"),
    (r"monat|month", "month"),
    (r"woche|week", "week"),
    (r"tag|day", "day"),
    (r"stunde|hour", "hour"),
    (r"minute", "minute"),
    (r"€|eur", "euro"),
    (r"mal\b|times?\b", "time"),
)


@dataclass(frozen=True)
class Bracket:
    """Whole numbers from `low` to `high`, both included."""

    low: float
    high: float
    label: str


def brackets(labels: Sequence[str]) -> list[Bracket]:
    """Read the brackets of a list of answers, in order; empty where they are none.

    Examples
    --------
    >>> [(b.low, b.high) for b in brackets(["under 20", "20 to 39", "40–59", "60+"])]
    [(-inf, 19), (20, 39), (40, 59), (60, inf)]
    >>> brackets(["once a week", "2 to 3 days", "never"])
    []
    """
    found = [one for one in map(_read, labels) if one is not None]
    ranges = [one for one in found if one.low != one.high]
    named = {unit for one in found for unit in _units(one.label)}
    if len(ranges) < FEWEST or len(found) < 0.6 * len(labels) or len(named) > 1:
        return []
    return sorted(found, key=lambda one: (one.low, one.high))


def _read(label: str) -> Bracket | None:
    text = label.strip().lower()
    if re.search(r"\d[.,]\d(?!\d\d)", text):
        return None  # decimals touch by design
    if found := _BETWEEN.search(text):
        exclusive = bool(found[2]) or "bis unter" in text
        return Bracket(_whole(found[1]), _whole(found[3]) - exclusive, label)
    if found := _UNDER.search(text):
        return Bracket(-math.inf, _whole(found[1]) - 1, label)
    if found := _UP_TO.search(text):
        return Bracket(-math.inf, _whole(found[1] or found[2]), label)
    if found := _FROM.search(text):
        return Bracket(_whole(found[1] or found[2]), math.inf, label)
    if found := _OVER.search(text):
        return Bracket(_whole(found[1]) + 1, math.inf, label)
    if found := _ONE.search(text):
        return Bracket(_whole(found[1]), _whole(found[1]), label)
    return None


def _whole(number: str) -> int:
    return int(re.sub(r"[.,]", "", number))


def _units(label: str) -> set[str]:
    return {unit for words, unit in _UNITS if re.search(words, label.lower())}

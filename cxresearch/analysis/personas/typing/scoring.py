"""From a few answers to a persona: points per answer (naive Bayes), chosen and checked out of sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SMOOTH = 0.5  # Jeffreys: answers that nobody of a persona gave yet
FOLDS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Scoring:
    """Points of each answer for each persona.

    Parameters
    ----------
    start : ndarray, shape (k,)
        Points before any answer: the logarithm of the shares.
    points : tuple of ndarray, shapes (answers, k)
        One table an item: logarithm of the probability of each answer in each persona.
    """

    start: np.ndarray
    points: tuple[np.ndarray, ...]

    def sums(self, answers: np.ndarray, items: Sequence[int]) -> np.ndarray:
        """Return the points of each person, (n, k); an unanswered item (-1) adds nothing."""
        total = np.tile(self.start, (len(answers), 1))
        for item in items:
            total += added(self.points[item], answers[:, item])
        return total


def added(points: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Return what one item adds, (n, k)."""
    return np.where((answers >= 0)[:, None], points[answers], 0.0)


def learn(answers: np.ndarray, levels: Sequence[int], members: np.ndarray, weights: np.ndarray) -> Scoring:
    """Learn the points from people whose persona is known.

    Parameters
    ----------
    answers : ndarray of int, shape (n, items)
        Positions among the answers of each item, -1 where unanswered.
    levels : sequence of int
    members : ndarray, shape (n, k)
        Probability of each persona.
    weights : ndarray, shape (n,)

    Examples
    --------
    >>> members = np.eye(2)[[0, 0, 0, 1, 1]]
    >>> scoring = learn(np.array([[0], [0], [0], [1], [1]]), [2], members, np.ones(5))
    >>> scoring.sums(np.array([[0], [1], [-1]]), [0]).argmax(axis=1).tolist()
    [0, 1, 0]
    """
    w = members * weights[:, None]
    total = w.sum(axis=0)
    points = []
    for item, count in enumerate(levels):
        code = answers[:, item]
        seen = code >= 0
        table = np.zeros((count, members.shape[1]))
        np.add.at(table, code[seen], w[seen])
        table += SMOOTH
        points.append(np.log(table / table.sum(axis=0)))
    return Scoring(start=np.log((total + SMOOTH) / (total + SMOOTH).sum()), points=tuple(points))


def forward(scoring: Scoring, answers: np.ndarray, truth: np.ndarray, weights: np.ndarray, most: int) -> list[int]:
    """Take items one by one, each time the one after which most people are placed right.

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
    most : int
        Items to take at most.

    Examples
    --------
    >>> answers = np.array([[0, 0], [0, 0], [1, 0], [1, 1]])
    >>> truth = np.array([0, 0, 1, 1])
    >>> forward(learn(answers, [2, 2], np.eye(2)[truth], np.ones(4)), answers, truth, np.ones(4), most=1)
    [0]
    """
    chosen: list[int] = []
    total = np.tile(scoring.start, (len(answers), 1))
    parts = {item: added(scoring.points[item], answers[:, item]) for item in range(len(scoring.points))}
    while parts and len(chosen) < most:
        right = {i: round(float(weights @ ((total + part).argmax(axis=1) == truth)), 9) for i, part in parts.items()}
        level = [item for item in parts if right[item] == max(right.values())]
        # equally many right: the item that tells most apart on average, then the first
        sure = {i: round(_certainty(total + parts[i], truth, weights), 9) for i in level} if len(level) > 1 else {}
        best = max(level, key=lambda item: (sure.get(item, 0.0), -item))
        total += parts.pop(best)
        chosen.append(best)
    return chosen


def _certainty(sums: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    """Mean log-probability of the true persona."""
    top = sums.max(axis=1, keepdims=True)
    logs = sums - top - np.log(np.exp(sums - top).sum(axis=1, keepdims=True))
    return float(weights @ logs[np.arange(len(truth)), truth])


def cross_validated(
    answers: np.ndarray,
    levels: Sequence[int],
    members: np.ndarray,
    weights: np.ndarray,
    most: int,
    seed: int,
) -> np.ndarray:
    """Place everyone by points and items that were learnt without them.

    Returns
    -------
    ndarray of int, shape (most, n)
        Persona of each person after one item, two items, and so on; items are chosen anew in each fold.
    """
    n = len(answers)
    truth = members.argmax(axis=1)
    most = min(most, len(levels))
    fold = _folds(truth, seed)
    placed = np.zeros((most, n), dtype=int)
    for f in np.unique(fold):
        train, test = fold != f, fold == f
        scoring = learn(answers[train], levels, members[train], weights[train])
        items = forward(scoring, answers[train], truth[train], weights[train], most)
        total = np.tile(scoring.start, (int(test.sum()), 1))
        for step, item in enumerate(items):
            total = total + added(scoring.points[item], answers[test, item])
            placed[step, test] = total.argmax(axis=1)
    return placed


def _folds(truth: np.ndarray, seed: int) -> np.ndarray:
    """Deal people of each persona evenly into folds."""
    fold = np.zeros(len(truth), dtype=int)
    rng = np.random.default_rng(seed)
    start = 0
    for persona in np.unique(truth):
        rows = np.flatnonzero(truth == persona)
        fold[rows[rng.permutation(len(rows))]] = (start + np.arange(len(rows))) % min(FOLDS, len(truth))
        start += len(rows)
    return fold


def simulated(scoring: Scoring, draws: int, seed: int) -> np.ndarray:
    """Draw people who follow the points; return what each item adds to their sums, (items, draws, k)."""
    rng = np.random.default_rng(seed)
    chance = np.exp(scoring.start)
    who = rng.choice(len(chance), size=draws, p=chance / chance.sum())
    parts = []
    for points in scoring.points:
        limits = np.exp(points).cumsum(axis=0)[:, who]
        answer = (rng.random(draws) > limits / limits[-1]).sum(axis=0)
        parts.append(points[answer])
    return np.stack(parts)


def rare_below(scoring: Scoring, drawn: np.ndarray, seen: np.ndarray, share: float) -> float:
    """Return the log-density that only `share` of people who follow the points fall below.

    Parameters
    ----------
    drawn : ndarray
        From :func:`simulated`.
    seen : ndarray of bool, shape (items,)
        Which of the items were answered.
    """
    return float(np.quantile(density(scoring.start + drawn[seen].sum(axis=0)), share))


def density(sums: np.ndarray) -> np.ndarray:
    """Return the log-density of answers whose points are `sums`, (n, k)."""
    top = sums.max(axis=1)
    found: np.ndarray = top + np.log(np.exp(sums - top[:, None]).sum(axis=1))
    return found

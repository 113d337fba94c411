"""How sure bias and skill are: bootstrap samples of forecasters and customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxresearch.analysis.calibration.sides import Sides
from cxresearch.stats.bca import percentile_bounds
from cxresearch.stats.resample import drawn_means, in_order_of_values, resampling_weights

DRAWS = 2000


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """Bias and errors in bootstrap samples of forecasters and customers: draws x items."""

    bias: np.ndarray
    mae: np.ndarray  # of the linked forecasts
    own: np.ndarray  # of the own answers of the same people

    @classmethod
    def of(cls, sides: Sides, items: Sequence[str], seed: int) -> Drawn:
        rng = np.random.default_rng(seed)
        columns = list(items)
        guesses = np.hstack([sides.forecasts[columns].to_numpy(float), sides.selves[columns].to_numpy(float)])
        guesses, answers = in_order_of_values(guesses), in_order_of_values(sides.answers[columns].to_numpy(float))
        drawn = np.vstack([drawn_means(answers, w) for w in resampling_weights(len(answers), DRAWS, rng)])
        weights = np.vstack(list(resampling_weights(len(guesses), DRAWS, rng)))
        k = len(columns)
        mine, own = guesses[:, :k], guesses[:, k:]
        linked = ~np.isnan(mine) & ~np.isnan(own)
        errors = [np.full((DRAWS, k), np.nan), np.full((DRAWS, k), np.nan)]
        for j in range(k):
            rows = linked[:, j]
            count = weights[:, rows].sum(axis=1)
            for out, side in zip(errors, (mine, own), strict=True):
                off = np.abs(side[rows, j][None, :] - drawn[:, j][:, None])
                np.divide((weights[:, rows] * off).sum(axis=1), count, out=out[:, j], where=count > 0)
        return cls(bias=drawn_means(mine, weights) - drawn, mae=errors[0], own=errors[1])

    def skill(self, at: Sequence[int], level: float) -> tuple[float, float]:
        """Interval of the skill over some items."""
        own = self.own[:, list(at)].mean(axis=1)
        mae = self.mae[:, list(at)].mean(axis=1)
        drawn = 1 - np.divide(mae, own, out=np.full(len(own), np.nan), where=own > 0)
        return percentile_bounds(drawn, level)

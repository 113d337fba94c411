"""What each statistic needs, and what a number of answers tells about it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from cxresearch.analysis.plan.fieldwork import Sampling
from cxresearch.analysis.plan.target import HALF, NPS_VARIANCE, Target
from cxresearch.stats import planning
from cxresearch.stats.design import Paired, TwoSides
from cxresearch.stats.multinomial import kano_detectable, kano_size, most_in_all, size_all_at_least
from cxresearch.stats.power import detectable_difference, detectable_margin

UNITS = {"share": "share", "mean": "points", "nps": "nps", "gap": "points", "personas": "people", "kano": "share"}


@dataclass(frozen=True, kw_only=True)
class Goal(ABC):
    """A target with all that is assumed; sizes are those of the first group."""

    key: str
    target: Target
    level: float
    power: float
    sampling: Sampling
    groups: ClassVar[int] = 1

    @property
    def statistic(self) -> str:
        return self.target.statistic

    @property
    def unit(self) -> str:
        """In what it is told: share, nps (points), points (of the scale) or people."""
        return UNITS[self.statistic.removesuffix("_difference")]

    @property
    def form(self) -> str:
        """How it is told: of one group, of groups, waves or a panel."""
        return "estimate"

    @property
    def ratio(self) -> float:
        """Answers of the second group for each of the first; 0 where there is none."""
        return 0.0

    @property
    @abstractmethod
    def wanted(self) -> float | None:
        """How exact it has to be, in its unit."""

    @abstractmethod
    def size(self) -> float:
        """Answers of the first group that are needed, unrounded."""

    @abstractmethod
    def reached(self, n: float, ratio: float) -> float:
        """What n answers of the first group tell, in its unit."""

    @abstractmethod
    def assumed(self) -> dict[str, Any]:
        """What was assumed, by name."""

    @property
    def assumption(self) -> str:
        """Key of the sentence on what was assumed."""
        return self.statistic

    @property
    def rests_on_spread(self) -> bool:
        """Whether more spread than assumed would need more answers."""
        return True

    def wholes(self, n: float) -> tuple[int, int]:
        """Return the whole numbers of both groups, rounded up."""
        first = max(2, math.ceil(n - 1e-9))
        return first, math.ceil(self.ratio * first - 1e-9)

    def split(self, n: float) -> tuple[int, int]:
        """Return what n answers of one survey are for both groups: waves have n each, groups share them."""
        if self.form in ("waves", "panel"):
            return int(n), int(n * self.ratio + 1e-9)
        first = int(n / (1 + self.ratio) + 1e-9)
        return first, int(first * self.ratio + 1e-9)

    def survey(self, first: float, second: float) -> float:
        """Return the answers of one survey: both groups together, or the larger wave."""
        return max(first, second) if self.form in ("waves", "panel") else first + second


@dataclass(frozen=True, kw_only=True)
class Single(Goal):
    """A share, a mean or an NPS of one group, with its margin."""

    @property
    def wanted(self) -> float | None:
        return self.target.margin

    @property
    def _points(self) -> float:
        return 100.0 if self.statistic == "nps" else 1.0

    @property
    def _variance(self) -> float:
        if self.statistic == "nps":
            return _nps_variance(self.target)
        share = _share(self.target)
        return share * (1 - share)

    def size(self) -> float:
        margin = float(self.wanted or 0) / self._points
        deff, population = self.sampling.effect, self.sampling.population
        if self.statistic == "mean":
            return planning.mean_size(self.target.spreads[0], margin, self.level, deff, population)
        return planning.precision_size(self._variance, margin, self.level, deff, population)

    def reached(self, n: float, ratio: float) -> float:
        deff, population = self.sampling.effect, self.sampling.population
        if self.statistic == "mean":
            return planning.mean_margin(self.target.spreads[0], n, self.level, deff, population)
        return self._points * planning.precision_margin(self._variance, n, self.level, deff, population)

    def assumed(self) -> dict[str, Any]:
        if self.statistic == "mean":
            return {"sd": self.target.spreads[0]}
        return {"share": _share(self.target)} if self.statistic == "share" else _spread(self._variance)

    @property
    def assumption(self) -> str:
        return "share_half" if self.statistic == "share" and not self.rests_on_spread else self.statistic

    @property
    def rests_on_spread(self) -> bool:
        return self.statistic != "share" or _share(self.target) != HALF


@dataclass(frozen=True, kw_only=True)
class Difference(Goal):
    """A difference of two groups, two waves, or two waves of the same people."""

    groups: ClassVar[int] = 2

    @property
    def wanted(self) -> float | None:
        return self.target.difference

    @property
    def ratio(self) -> float:
        return float(self.target.ratio)

    @property
    def form(self) -> str:
        return "panel" if self.target.correlation is not None else self.target.between

    @property
    def alpha(self) -> float:
        return (1 - self.level) / self.target.comparisons

    def size(self) -> float:
        wanted, deff = float(self.wanted or 0), self.sampling.effect
        if self.statistic == "mean_difference":
            return planning.gap_size(self._design(self.ratio), wanted, self.power, self.alpha, aligned=False)
        if self.statistic == "nps_difference":
            v = _nps_variance(self.target)
            return deff * planning.difference_size(v, v, wanted / 100, **self._test(self.ratio))
        a = _share(self.target)
        b = a + wanted if a <= HALF else a - wanted
        return deff * planning.share_difference_size(a, b, **self._test(self.ratio))

    def reached(self, n: float, ratio: float) -> float:
        alone = n / self.sampling.effect
        if self.statistic == "mean_difference":
            return detectable_difference(self._design(ratio), n, self.power, self.alpha)
        if self.statistic == "nps_difference":
            v = _nps_variance(self.target)
            return 100 * planning.detectable_by_z(v, v, alone, **self._test(ratio))
        return planning.detectable_share_difference(_share(self.target), alone, **self._test(ratio))

    def _test(self, ratio: float) -> dict[str, Any]:
        return {"power": self.power, "alpha": self.alpha, "ratio": ratio, "correlation": self.target.correlation}

    def _design(self, ratio: float) -> TwoSides | Paired:
        a, b = (self.sampling.side(sd) for sd in self.target.spreads)
        if self.target.correlation is not None:
            return Paired(correlation=self.target.correlation, a=a, sd_b=b.sd)
        return TwoSides(a=a, b=b, ratio=ratio)

    def assumed(self) -> dict[str, Any]:
        more: dict[str, Any] = {"share": _share(self.target)}
        if self.statistic == "mean_difference":
            more = {"sd": self.target.spreads[0], "sd_second": self.target.spreads[1]}
        elif self.statistic == "nps_difference":
            more = _spread(_nps_variance(self.target))
        more |= {"power": self.power, "comparisons": self.target.comparisons}
        return more if self.target.correlation is None else {**more, "correlation": self.target.correlation}

    @property
    def assumption(self) -> str:
        return self.statistic if self.target.correlation is None else f"{self.statistic}_panel"

    @property
    def rests_on_spread(self) -> bool:
        return self.statistic != "share_difference"


@dataclass(frozen=True, kw_only=True)
class Gap(Difference):
    """A gap between the inside and the outside view: to be found, and its absence to be recognised."""

    @property
    def wanted(self) -> float | None:
        return self.target.margin

    @property
    def form(self) -> str:
        return "gap"

    def size(self) -> float:
        return planning.gap_size(self._design(self.ratio), float(self.wanted or 0), self.power, self.alpha)

    def reached(self, n: float, ratio: float) -> float:
        design = self._design(ratio)
        found = detectable_difference(design, n, self.power, self.alpha)
        return max(found, detectable_margin(design, n, self.power, 0.0, self.alpha))

    def assumed(self) -> dict[str, Any]:
        first, second = self.target.spreads
        power = {"power": self.power, "comparisons": self.target.comparisons}
        return {"sd": first, "sd_second": second, **power}

    @property
    def rests_on_spread(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class Personas(Goal):
    """Enough people in every persona; the effective sample is counted, so that a design effect costs as elsewhere."""

    @property
    def form(self) -> str:
        return "personas"

    @property
    def shares(self) -> list[float]:
        """Shares of all personas; where only the smallest is known, of the others that make it hardest."""
        if self.target.shares is not None:
            return [float(s) for s in self.target.shares]
        least, k = _share(self.target), self.target.personas or 1
        return [least] if k == 1 else [*[least] * (k - 1), 1 - (k - 1) * least]

    @property
    def wanted(self) -> float | None:
        if self.target.margin is not None:
            return float(math.ceil(planning.precision_size(HALF**2, self.target.margin, self.level) - 1e-9))
        return None if self.target.people is None else float(self.target.people)

    def size(self) -> float:
        people = size_all_at_least(self.shares, int(self.wanted or 0), self.target.probability)
        return self.sampling.effect * people

    def reached(self, n: float, ratio: float) -> float:
        alone = int(n / self.sampling.effect + 1e-9)
        return float(most_in_all(self.shares, alone, self.target.probability))

    def assumed(self) -> dict[str, Any]:
        more = {"probability": self.target.probability, "personas": len(self.shares)}
        return {"share": min(self.shares), **more}

    @property
    def assumption(self) -> str:
        return "personas" if len(self.shares) == 1 else "personas_all"

    @property
    def rests_on_spread(self) -> bool:
        return False


@dataclass(frozen=True, kw_only=True)
class Kano(Goal):
    """The Kano category of a feature, told from the second most frequent one by Fong's test."""

    @property
    def form(self) -> str:
        return "kano"

    @property
    def _top(self) -> tuple[float, float]:
        first, second = sorted(self.target.shares or (), reverse=True)[:2]
        return float(first), float(second)

    @property
    def wanted(self) -> float | None:
        return self._top[0] - self._top[1]

    def size(self) -> float:
        return self.sampling.effect * kano_size(*self._top, self.power)

    def reached(self, n: float, ratio: float) -> float:
        return kano_detectable(sum(self._top), n / self.sampling.effect, self.power)

    def assumed(self) -> dict[str, Any]:
        return {"share": self._top[0], "share_second": self._top[1], "power": self.power}

    @property
    def rests_on_spread(self) -> bool:
        return False


def _spread(variance: float) -> dict[str, Any]:
    """Name the variance of answers counted as -1, 0 and +1, and their standard deviation in points of the NPS."""
    return {"variance": variance, "spread": 100 * math.sqrt(variance)}


KINDS: dict[str, type[Goal]] = {"personas": Personas, "kano": Kano, "gap": Gap}


def goal_of(key: str, target: Target, level: float, power: float, sampling: Sampling) -> Goal:
    """Return the goal of a target."""
    kind = KINDS.get(target.statistic) or (Difference if target.statistic.endswith("_difference") else Single)
    return kind(key=key, target=target, level=level, power=power, sampling=sampling)


def _share(target: Target) -> float:
    return HALF if target.share is None else float(target.share)


def _nps_variance(target: Target) -> float:
    if target.promoters is not None and target.detractors is not None:
        return planning.nps_variance(target.promoters, target.detractors)
    return NPS_VARIANCE if target.variance is None else float(target.variance)

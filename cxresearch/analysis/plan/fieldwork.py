"""How people are sampled, and how many have to be invited for one usable answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any

from cxresearch.errors import Fault
from cxresearch.stats.design import Side, cluster_effect


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How people are drawn: design effect of clusters and weights, and the people there are."""

    deff: float | None = None
    icc: float = 0.0
    cluster_size: float = 1.0
    weights_cv: float = 0.0
    population: int | None = None

    @property
    def effect(self) -> float:
        """Design effect: as given, or of clusters times that of weights (Kish 1987)."""
        if self.deff is not None:
            return float(self.deff)
        return cluster_effect(self.cluster_size, self.icc) * (1 + self.weights_cv**2)

    def side(self, sd: float) -> Side:
        """Return one side of a comparison of means; with clusters its degrees of freedom count them."""
        if self.deff is not None:
            return Side(sd=sd * math.sqrt(self.deff))
        return Side(sd=sd, icc=self.icc, cluster_size=self.cluster_size, weight_effect=1 + self.weights_cv**2)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What is lost between the invitation and a usable answer, in the order in which it is lost."""

    reach: float = 1.0
    response: float = 1.0
    screen_out: float = 0.0
    completion: float = 1.0
    quality_loss: float = 0.0

    @property
    def steps(self) -> dict[str, float]:
        """Share that is left at each step, of those who came so far."""
        return {
            "reached": self.reach,
            "responded": self.response,
            "eligible": 1 - self.screen_out,
            "completed": self.completion,
            "usable": 1 - self.quality_loss,
        }

    @property
    def usable(self) -> float:
        """Share of the invited that ends as a usable answer."""
        return math.prod(self.steps.values())

    def invitations(self, n: int) -> int:
        """Return how many are to be invited for n usable answers."""
        return math.ceil(n / self.usable - 1e-9)

    def answers(self, invitations: int) -> int:
        """Return how many usable answers are to be expected."""
        return math.floor(invitations * self.usable + 1e-9)


def sampling_faults(sampling: Sampling) -> list[Fault]:
    """Return what is wrong with the sampling."""
    faults = []

    def number(name: str, low: float, high: float, told: str) -> None:
        given = getattr(sampling, name)
        if given is not None and not (_number(given) and low <= given <= high):
            faults.append(Fault(code=f"plan.{name.replace('_', '-')}", what=_WHAT[name], given=given, allowed=told))

    number("deff", 0.01, math.inf, "above 0, mostly 1 to 4")
    number("icc", 0, 1, "0 to 1")
    number("cluster_size", 1, math.inf, "1 or more")
    number("weights_cv", 0, math.inf, "0 or more")
    size = sampling.population
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 2):
        faults.append(Fault(code="plan.population", what=_WHAT["population"], given=size, allowed="2, 3, ..."))
    if sampling.deff is not None and (sampling.icc, sampling.cluster_size, sampling.weights_cv) != (0, 1, 0):
        what = "A design effect is given, and what it follows from as well."
        faults.append(Fault(code="plan.deff", what=what, given=sampling.deff, do="Leave out one of both."))
    return faults


_WHAT = {
    "deff": "The design effect multiplies the variance of a simple random sample.",
    "icc": "The intraclass correlation is the likeness of answers from one cluster.",
    "cluster_size": "The cluster size is the mean number of answers from one cluster.",
    "weights_cv": "The coefficient of variation of the weights.",
    "population": "The population is the number of people that could be asked.",
}


def rate_faults(rates: Rates) -> list[Fault]:
    """Return what is wrong with the rates of the field work."""
    faults = []
    for name, lost in (
        ("reach", False),
        ("response", False),
        ("completion", False),
        ("screen_out", True),
        ("quality_loss", True),
    ):
        given = getattr(rates, name)
        low, high, told = (0, 1, "0 or more, below 1") if lost else (0, 1, "above 0, at most 1")
        inside = _number(given) and (low <= given < high if lost else low < given <= high)
        if not inside:
            what = "This is a share of people between 0 and 1."
            do = "Write 0.2 for 20 %."
            code = f"plan.{name.replace('_', '-')}"
            faults.append(Fault(code=code, what=what, given=given, allowed=told, do=do))
    return faults


def count_faults(code: str, what: str, given: Any) -> list[Fault]:
    """Return what is wrong with a number of people that was given."""
    if given is not None and (isinstance(given, bool) or not isinstance(given, int) or given < 2):
        return [Fault(code=code, what=what, given=given, allowed="2, 3, ...")]
    return []


def _number(given: Any) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool) and math.isfinite(given)

"""How two sides are sampled, and how precise their difference is: the nouns of `power`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cxresearch.stats._arguments import check_real
from cxresearch.stats._check import wrong


def cluster_effect(size: float, icc: float, cv: float = 0.0) -> float:
    """Design effect of sampling whole clusters, 1 + ((1 + cv^2) m - 1) icc.

    Parameters
    ----------
    size : float
        Mean answers a cluster (branch, account), at least 1.
    icc : float
        Intraclass correlation, ICC(1).
    cv : float
        Coefficient of variation of the cluster sizes, 0 where all are equally large.

    References
    ----------
    Kish 1965, Survey Sampling, sec. 5.4; Eldridge, Ashby & Kerry 2006, Int. J. Epidemiol. 35:1292-1300.

    Examples
    --------
    >>> cluster_effect(21, 0.05)
    2.0
    """
    m = check_real(size, "cluster_size", low=1)
    rho = check_real(icc, "icc", low=0, high=1)
    return 1 + ((1 + check_real(cv, "cv", low=0) ** 2) * m - 1) * rho


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison: how its answers spread and how they are sampled.

    Parameters
    ----------
    sd : float
        Standard deviation of the answers.
    cluster_size, icc, cluster_cv : float
        See :func:`cluster_effect`. With more than one answer a cluster the degrees of freedom count clusters.
    weight_effect : float
        Kish's design effect of weighting, n sum w^2 / (sum w)^2, see
        :func:`~cxresearch.stats.weights.kish_design_effect`.

    Raises
    ------
    ArgumentError
        Impossible values.

    Examples
    --------
    >>> Side(sd=1.2, cluster_size=21, icc=0.05, weight_effect=1.5).effect
    3.0
    """

    sd: float = 1.0
    cluster_size: float = 1.0
    icc: float = 0.0
    cluster_cv: float = 0.0
    weight_effect: float = 1.0

    def __post_init__(self) -> None:
        check_real(self.sd, "sd", low=0, open_low=True)
        check_real(self.weight_effect, "weight_effect", low=1)
        cluster_effect(self.cluster_size, self.icc, self.cluster_cv)

    @property
    def effect(self) -> float:
        """Design effect of clusters and weights together (their product, Kish 1987)."""
        return cluster_effect(self.cluster_size, self.icc, self.cluster_cv) * self.weight_effect

    @property
    def least(self) -> int:
        """Fewest answers with one degree of freedom."""
        return int(np.ceil(2 * self.cluster_size - 1e-9))

    def precision(self, n: float) -> tuple[float, float]:
        """Variance of the mean of n answers, and its degrees of freedom."""
        return self.sd**2 * self.effect / n, n / self.cluster_size - 1


@dataclass(frozen=True, kw_only=True)
class TwoSides:
    """Two independent samples, compared by Welch's t.

    Parameters
    ----------
    a : Side
    b : Side, optional
        The same as `a` where None.
    ratio : float
        Answers of b for each answer of a.

    Examples
    --------
    >>> se, df = TwoSides(ratio=2).precision(50)
    >>> round(se, 4), round(df, 2)
    (0.1732, 98.11)
    """

    a: Side = field(default_factory=Side)
    b: Side | None = None
    ratio: float = 1.0

    def __post_init__(self) -> None:
        check_real(self.ratio, "ratio", low=0, open_low=True)

    @property
    def least(self) -> int:
        """Fewest answers of the first side with one degree of freedom on each."""
        return max(self.a.least, int(np.ceil((self.b or self.a).least / self.ratio - 1e-9)))

    def precision(self, n: float) -> tuple[float, float]:
        """Standard error of the difference for n answers of a, and Welch's degrees of freedom."""
        (v_a, df_a), (v_b, df_b) = self.a.precision(n), (self.b or self.a).precision(n * self.ratio)
        if min(df_a, df_b) <= 0:
            return float(np.sqrt(v_a + v_b)), 0.0
        share = v_a / (v_a + v_b)
        return float(np.sqrt(v_a + v_b)), 1 / (share**2 / df_a + (1 - share) ** 2 / df_b)


@dataclass(frozen=True, kw_only=True)
class Paired:
    """Pairs of values of the same respondent or unit, compared by the paired t.

    Parameters
    ----------
    correlation : float
        Between the two values of a pair, -1 to 1.
    a : Side
        Its clusters and weights are those of the pairs.
    sd_b : float, optional
        Standard deviation of the second value; that of `a` where None.

    Examples
    --------
    >>> se, df = Paired(correlation=0.5).precision(25)
    >>> se, df
    (0.2, 24.0)
    """

    correlation: float
    a: Side = field(default_factory=Side)
    sd_b: float | None = None

    def __post_init__(self) -> None:
        check_real(self.correlation, "correlation", low=-1, high=1)
        if self.sd_b is not None:
            check_real(self.sd_b, "sd", low=0, open_low=True)
        if self.variance <= 0:
            raise wrong("correlation", "All pairs would differ by the same amount.", given=self.correlation)

    @property
    def variance(self) -> float:
        """Variance of the differences within pairs."""
        second = self.a.sd if self.sd_b is None else self.sd_b
        return self.a.sd**2 + second**2 - 2 * self.correlation * self.a.sd * second

    @property
    def ratio(self) -> float:
        """One value of b for each of a."""
        return 1.0

    @property
    def least(self) -> int:
        """Fewest pairs with one degree of freedom."""
        return self.a.least

    def precision(self, n: float) -> tuple[float, float]:
        """Standard error of the mean difference of n pairs, and its degrees of freedom."""
        return float(np.sqrt(self.variance * self.a.effect / n)), n / self.a.cluster_size - 1


@dataclass(frozen=True, kw_only=True)
class VerdictPower:
    """Chance of each verdict; they sum to 1.

    Examples
    --------
    >>> VerdictPower(aligned=0.5, higher=0.1, lower=0.1, inconclusive=0.3).decided
    0.7
    """

    aligned: float
    higher: float
    lower: float
    inconclusive: float

    @property
    def decided(self) -> float:
        """Chance of any verdict but inconclusive."""
        return 1 - self.inconclusive


@dataclass(frozen=True, kw_only=True)
class SampleSize:
    """Smallest sample that reaches the wanted power.

    Parameters
    ----------
    n_a, n_b : int
        Answers needed on each side; of pairs, both are the number of pairs.
    power : float
        At these sizes, at least the one asked for.
    """

    n_a: int
    n_b: int
    power: float

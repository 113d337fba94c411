"""Confirmatory factor analysis by maximum likelihood, and measurement invariance over groups.

Start with :func:`cfa`, :func:`invariance` or :func:`partial`. Inside, from the bottom up:
``model`` (parameters and equalities), ``patterns`` (what the likelihood needs of the data), ``likelihood``,
``saturated``, ``start``, ``cholesky``, ``optimum``, ``measures``, ``sample``, ``fitted``, ``solution``, ``confirm``,
``score``, ``rule``, ``ladder``, ``anchor``, ``outcome``, ``multigroup``, ``noninvariance``.
"""

from cxresearch.stats.cfa.confirm import CFAResult, cfa
from cxresearch.stats.cfa.ladder import Freed
from cxresearch.stats.cfa.measures import Fit
from cxresearch.stats.cfa.multigroup import invariance, partial
from cxresearch.stats.cfa.noninvariance import ItemDifference, dmacs, item_differences
from cxresearch.stats.cfa.outcome import InvarianceResult, LatentMean
from cxresearch.stats.cfa.rule import Rule, Step, Verdict
from cxresearch.stats.cfa.score import ScoreTest
from cxresearch.stats.cfa.solution import Coefficients, Solution

__all__ = [
    "CFAResult",
    "Coefficients",
    "Fit",
    "Freed",
    "InvarianceResult",
    "ItemDifference",
    "LatentMean",
    "Rule",
    "ScoreTest",
    "Solution",
    "Step",
    "Verdict",
    "cfa",
    "dmacs",
    "invariance",
    "item_differences",
    "partial",
]

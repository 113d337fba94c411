"""What a verdict is measured against, set before the data are seen: the margin, the level and the smallest cell."""

from __future__ import annotations

import math
from numbers import Integral, Real

from cxresearch.errors import Fault


def margin_faults(code: str, what: str, given: object) -> list[Fault]:
    """Return what is wrong with a margin or a tolerance, a number above 0 in points of the score.

    Parameters
    ----------
    code : str
        Of the fault.
    what : str
        What the number stands for, in one sentence.
    given : object

    Examples
    --------
    >>> margin_faults("gaps.margin", "The margin is the smallest difference that matters.", 0.3)
    []
    """
    if isinstance(given, bool) or not isinstance(given, Real) or not 0 < float(given) < math.inf:
        return [Fault(code=code, what=what, given=given, allowed="a number above 0, in points")]
    return []


def level_faults(code: str, given: object) -> list[Fault]:
    """Return what is wrong with a confidence level.

    Examples
    --------
    >>> [fault.given for fault in level_faults("gaps.level", 95)]
    [95]
    """
    if isinstance(given, bool) or not isinstance(given, Real) or not 0.5 < float(given) < 1:
        return [Fault(code=code, what="This is no confidence level.", given=given, allowed="0.5 to 1")]
    return []


def minimum_cell_faults(code: str, given: object) -> list[Fault]:
    """Return what is wrong with the number of people below which nothing is shown.

    Examples
    --------
    >>> [fault.allowed for fault in minimum_cell_faults("silos.minimum-cell", 1)]
    ['2, 3, ...']
    """
    if isinstance(given, bool) or not isinstance(given, Integral) or given < 2:
        return [Fault(code=code, what="A minimum cell is a number of people.", given=given, allowed="2, 3, ...")]
    return []


def seed_faults(code: str, given: object) -> list[Fault]:
    """Return what is wrong with the seed of a simulation.

    Examples
    --------
    >>> [fault.given for fault in seed_faults("silos.seed", -1)]
    [-1]
    """
    if isinstance(given, bool) or not isinstance(given, Integral) or given < 0:
        return [Fault(code=code, what="A seed is a whole number.", given=given, allowed="0, 1, 2, ...")]
    return []

"""The order of the levels: does what is done fall from each to the next?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from cxresearch.errors import NotEnoughData
from cxresearch.stats.adjust import adjust as adjusted
from cxresearch.stats.trend import every_step, linear_trend, page_test
from cxresearch.stats.verdict import two_sided


def order_tables(
    wide: pd.DataFrame, steps: Sequence[str], level: float, method: str, minimum_cell: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tests of the order and the changes from level to level, of the people who answered all levels."""
    x = wide.dropna().to_numpy(dtype=float)
    if len(steps) < 2 or len(x) < minimum_cell:
        return pd.DataFrame(), pd.DataFrame()
    try:
        trend, falls = linear_trend(x, level), every_step(x, falling=True, level=level)
    except NotEnoughData:
        return pd.DataFrame(), pd.DataFrame()
    row = {
        "trend": trend.value,
        "trend_low": trend.low,
        "trend_high": trend.high,
        "p_trend": two_sided(trend),
        "p_page": page_test(x, falling=True).p if len(steps) > 2 else math.nan,
        "p_every_step": falls.p,
        "n": len(x),
    }
    p = [two_sided(d) for d in falls.differences]
    changes = pd.DataFrame(
        {
            "previous": list(steps[:-1]),
            "step": list(steps[1:]),
            "change": [d.value for d in falls.differences],
            "ci_low": [d.low for d in falls.differences],
            "ci_high": [d.high for d in falls.differences],
            "p": p,
            "p_adjusted": adjusted(p, method),
            "n": len(x),
        }
    )
    return pd.DataFrame([row]), changes

"""How many answers does the next wave need? What a comparison of two perspectives can tell."""

from cxresearch.analysis.power.plan import Plan
from cxresearch.analysis.power.question import power_gap
from cxresearch.analysis.power.result import Power

__all__ = ["Plan", "Power", "power_gap"]

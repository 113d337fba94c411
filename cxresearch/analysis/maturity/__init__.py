"""Saying and doing: is passion for customers lived on every level, or does it fade behind what is declared?"""

from cxresearch.analysis.maturity.question import maturity
from cxresearch.analysis.maturity.result import Maturity

__all__ = ["Maturity", "maturity"]

"""What was answered: distribution, mean and top box of each item."""

from cxresearch.analysis.describe.question import describe
from cxresearch.analysis.describe.result import Description

__all__ = ["Description", "describe"]

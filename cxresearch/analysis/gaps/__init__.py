"""Does the organisation see itself as its customers do?"""

from cxresearch.analysis.gaps.question import gaps
from cxresearch.analysis.gaps.result import Gaps

__all__ = ["Gaps", "gaps"]

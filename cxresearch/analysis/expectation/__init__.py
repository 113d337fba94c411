"""Was it as people expected, and does that matter?"""

from cxresearch.analysis.expectation.fulfilment import Expectation
from cxresearch.analysis.expectation.question import expectation
from cxresearch.analysis.expectation.surface import ExpectationSurface

__all__ = ["Expectation", "ExpectationSurface", "expectation"]

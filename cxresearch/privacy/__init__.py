"""Disclosure: what must be withheld of a report and of a batch, and what could be computed back from what is published.

Figures of few people are not shown, and neither are those from which they could be computed.
"""

from cxresearch.privacy.withheld import ALL, FIGURE, NOBODY, figures, hidden, withheld

__all__ = ["ALL", "FIGURE", "NOBODY", "figures", "hidden", "withheld"]

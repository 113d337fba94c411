"""Do groups come back? Labels matched, agreement of groupings, bootstrap and split halves.

Start with :func:`stability`.
"""

from cxresearch.stats.stability.labels import adjusted_rand, crossed, jaccard, match
from cxresearch.stats.stability.resampling import Stability, stability

__all__ = ["Stability", "adjusted_rand", "crossed", "jaccard", "match", "stability"]

"""Hard groups without a model: k-means, Ward, k-prototypes and medoids, with missing answers and columns of any kind.

Start with :func:`partition`. Inside, from the bottom up: ``features`` (columns made comparable), ``lloyd`` (k-means),
``distances``, ``hierarchy`` (Ward), ``medoids``, ``prototypes``, ``partition``.
"""

from cxresearch.stats.partition.distances import gower
from cxresearch.stats.partition.features import Features
from cxresearch.stats.partition.lloyd import Means, k_means
from cxresearch.stats.partition.medoids import Medoids, medoids
from cxresearch.stats.partition.partition import METHODS, Partition, partition

__all__ = ["METHODS", "Features", "Means", "Medoids", "Partition", "gower", "k_means", "medoids", "partition"]

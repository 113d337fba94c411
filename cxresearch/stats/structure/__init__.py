"""Is there anything to group? Data without groups, and how much lumpier than those the answers are.

Start with :func:`structure_test`. Inside, from the bottom up: ``ladder`` (columns of every kind as steps), ``moments``
(correlations of what is seen and of the normal variables behind it), ``nulls`` (data without groups), ``index``
(how lumpy data are), ``significance``; beside them ``gap`` (gap statistic and silhouette).
"""

from cxresearch.stats.structure.gap import design_matrix, gap_statistic, silhouette, silhouettes
from cxresearch.stats.structure.index import cluster_index
from cxresearch.stats.structure.nulls import Null, copula_null, independent_null
from cxresearch.stats.structure.significance import NULLS, StructureTest, structure_test

__all__ = [
    "NULLS",
    "Null",
    "StructureTest",
    "cluster_index",
    "copula_null",
    "design_matrix",
    "gap_statistic",
    "independent_null",
    "silhouette",
    "silhouettes",
    "structure_test",
]

"""Ward's hierarchy, cut into k groups."""

from __future__ import annotations

import numpy as np

from cxresearch.stats._check import Floats, Ints


def ward(distance: Floats, k: int) -> tuple[Ints, Floats]:
    """Return labels of k groups, largest first, and the heights of all merges (R ``hclust(..., "ward.D2")``).

    References
    ----------
    Ward 1963, J. Am. Stat. Assoc. 58:236-244; Murtagh & Legendre 2014, J. Classif. 31:274-295.

    Examples
    --------
    >>> x = np.array([0.0, 1.0, 9.0, 10.0, 11.0])
    >>> labels, heights = ward(np.abs(x[:, None] - x), 2)
    >>> labels.tolist(), heights.round(3).tolist()
    ([1, 1, 0, 0, 0], [1.0, 1.0, 1.732, 14.717])
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial.distance import squareform

    n = distance.shape[0]
    tree = linkage(squareform(distance, checks=False), "ward")
    merges = n - k
    joined = np.repeat(np.arange(n, n + merges), 2)
    parts = tree[:merges, :2].astype(np.intp).ravel()
    edges = coo_array((np.ones(parts.size), (parts, joined)), shape=(n + merges, n + merges))
    raw = connected_components(edges, directed=False)[1][:n]
    return largest_first(raw), tree[:, 2]


def largest_first(labels: Ints) -> Ints:
    """Number groups 0, 1, ... by size, of equal ones the one that comes first."""
    _, first, codes, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -size))
    renamed: Ints = np.argsort(order)[codes]
    return renamed

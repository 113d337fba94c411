"""Moving one row at a time to another group, where k-means has come to rest (Hartigan 1975)."""

from __future__ import annotations

import numpy as np

from cxresearch.stats._check import Floats, Ints


def transferred(x: Floats, weights: Floats, centres: Floats, labels: Ints, most: int) -> tuple[Floats, Ints]:
    """Move rows as long as that lowers the sum of squares around the means, the best move first, at most so often.

    Taking a row along shifts both means, which k-means does not foresee: it rests where this does not.

    References
    ----------
    Hartigan & Wong 1979, Appl. Stat. 28:100-108.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [2.0], [4.0], [4.0]])
    >>> centres, labels = transferred(x, np.ones(5), np.array([[0.5], [10 / 3]]), np.array([0, 0, 1, 1, 1]), 10)
    >>> labels.tolist(), centres.ravel().tolist()
    ([0, 0, 0, 1, 1], [1.0, 4.0])
    """
    centres, labels = centres.copy(), labels.copy()
    k, everyone = centres.shape[0], np.arange(labels.size)
    size = np.bincount(labels, weights=weights, minlength=k)
    square = np.stack([np.square(x - centre).sum(axis=1) for centre in centres])
    least = 1e-10 * float(weights @ square[labels, everyone])
    for _ in range(most):
        left = size[labels] - weights
        alone = left <= 1e-9 * size[labels]
        saved = weights * square[labels, everyone] * size[labels] / np.where(alone, 1.0, left)
        cost = weights * square * (size[:, None] / (size[:, None] + weights))
        cost[labels, everyone] = np.inf
        gain = np.where(alone, -np.inf, saved - cost.min(axis=0))
        row = int(gain.argmax())
        if gain[row] <= least:
            break
        old, new = int(labels[row]), int(cost[:, row].argmin())
        weight = weights[row]
        centres[old] += (centres[old] - x[row]) * weight / (size[old] - weight)
        centres[new] += (x[row] - centres[new]) * weight / (size[new] + weight)
        size[old], size[new], labels[row] = size[old] - weight, size[new] + weight, new
        for group in (old, new):
            square[group] = np.square(x - centres[group]).sum(axis=1)
    return centres, labels

"""Cholesky's factor in blocks too small for threads.

Information matrices have one or two hundred rows. The threads that a linear algebra library starts for them
gain nothing, and where many studies run at once they wait for each other: 280 ms in place of 1 ms was
measured. Blocks of this size stay below the library's threshold.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import linalg

from cxresearch.stats._check import Floats

BLOCK = 40


def cholesky(matrix: Floats, least: float = 1e-14) -> Floats | None:
    """Lower Cholesky factor, or None where the matrix is not safely positive definite.

    Parameters
    ----------
    matrix : array, shape (n, n)
        Symmetric.
    least : float
        Smallest share of a diagonal entry that must be left after the rows before it are accounted for.

    Examples
    --------
    >>> cholesky(np.array([[4.0, 2.0], [2.0, 5.0]])).tolist()
    [[2.0, 0.0], [1.0, 2.0]]
    >>> cholesky(np.array([[1.0, 2.0], [2.0, 1.0]])) is None
    True
    """
    n = matrix.shape[0]
    rest, factor = matrix.copy(), np.zeros((n, n))
    cuts = [*range(0, n, BLOCK), n]
    blocks = [slice(a, b) for a, b in pairwise(cuts)]
    for k, pivot in enumerate(blocks):
        try:
            factor[pivot, pivot] = np.linalg.cholesky(rest[pivot, pivot])
        except np.linalg.LinAlgError:
            return None
        inverse = np.linalg.inv(factor[pivot, pivot])
        for i in blocks[k + 1 :]:
            factor[i, pivot] = rest[i, pivot] @ inverse.T
        for number, i in enumerate(blocks[k + 1 :]):
            for j in blocks[k + 1 : k + 2 + number]:
                rest[i, j] -= factor[i, pivot] @ factor[j, pivot].T
    left, whole = np.diag(factor) ** 2, np.diag(matrix)
    if not np.isfinite(left).all() or (left < least * whole).any():
        return None
    return factor


def solve(factor: Floats, right: Floats) -> Floats:
    """Solve ``matrix @ x = right`` from the factor of the matrix.

    Examples
    --------
    >>> solve(cholesky(np.array([[4.0, 0.0], [0.0, 9.0]])), np.array([8.0, 9.0])).tolist()
    [2.0, 1.0]
    """
    solution: Floats = linalg.cho_solve((factor, True), right, check_finite=False)
    return solution

"""EM that takes long strides: the same maxima, fewer steps.

Two EM steps tell direction and curvature of the path; a squared extrapolation goes far along it and one more EM step
brings it back to ground.  Where the log-likelihood would fall, the two plain steps are kept, so it never does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxresearch.stats._check import Floats
from cxresearch.stats.mixture.em import Engine

_STRIDE = 4.0


def climb(engine: Engine, theta: Floats, steps: int, tolerance: float) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return parameters (starts, k, width), log-likelihoods and which starts have converged.

    References
    ----------
    Varadhan & Roland 2008, Scand. J. Stat. 35:335-353 (scheme S3, with their control of the stride).
    """
    theta = theta.copy()
    starts = theta.shape[0]
    reached, done = np.full(starts, -np.inf), np.zeros(starts, dtype=bool)
    longest = np.full(starts, _STRIDE)
    for _ in range(-(-steps // 3)):
        live = np.flatnonzero(~done)
        if not live.size:
            break
        at = theta[live]
        one, before = engine.step(at)
        two, first = engine.step(one)
        r, v = one - at, (two - one) - (one - at)
        size = np.sqrt(np.einsum("skw,skw->s", r, r)), np.sqrt(np.einsum("skw,skw->s", v, v))
        stride = np.clip(size[0] / np.maximum(size[1], 1e-300), 1.0, longest[live])
        a = stride[:, None, None]
        far = engine.legal(at + 2 * a * r + a**2 * v, two)
        three, second = engine.step(far)
        kept = second >= first
        theta[live] = np.where(kept[:, None, None], three, two)
        reached[live] = np.maximum(second, first)
        limit = longest[live]
        longest[live] = np.where(kept, np.where(stride >= limit, 4 * limit, limit), np.maximum(limit / 2, 1.0))
        done[live] = np.maximum(first, second) - before < tolerance
    return theta, reached, done

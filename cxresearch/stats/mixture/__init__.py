"""Groups from a model: latent classes, Gaussian mixtures and mixes of both, by one EM engine.

Start with :func:`fit`, :func:`select` and :func:`bootstrap_lrt`. Inside, from the bottom up: ``indicator_faults``,
``indicators``, ``patterns`` (equal rows together), ``family``, ``gaussian`` (what EM needs of a distribution), ``em``,
``squarem`` (one step, long strides), ``density``, ``specification`` (data to engine and back), ``search`` (starts),
``threads``, ``solution``, ``fitting``, ``draw``, ``bootstrap``.
"""

from cxresearch.stats.mixture.bootstrap import BootstrapTest, bootstrap_lrt
from cxresearch.stats.mixture.density import Classes
from cxresearch.stats.mixture.draw import sample
from cxresearch.stats.mixture.fitting import fit, select
from cxresearch.stats.mixture.indicators import Indicators
from cxresearch.stats.mixture.solution import Mixture
from cxresearch.stats.mixture.specification import COVARIANCES

__all__ = [
    "COVARIANCES",
    "BootstrapTest",
    "Classes",
    "Indicators",
    "Mixture",
    "bootstrap_lrt",
    "fit",
    "sample",
    "select",
]

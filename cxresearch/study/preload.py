"""Import what the notebooks of a study use, so that every forked process finds it ready.

Nothing is computed here that starts a thread: a process whose libraries have started some cannot be forked safely.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from pathlib import Path

from cxresearch.study.rehearsal import rehearse
from cxresearch.warm.fonts import remember
from cxresearch.warm.kernel import kernel
from cxresearch.words.catalog import catalog
from cxresearch.words.numbers import LANGUAGES

PACKAGE = Path(__file__).parents[1]
PACKAGES = (
    "IPython.core.pylabtools",
    # not matplotlib_inline: it has to find the kernel when it is imported
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    "narwhals._pandas_like.dataframe",
    "narwhals._pandas_like.namespace",
    "narwhals._pandas_like.group_by",
    "narwhals.stable.v2",
    "pandas",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "pandas.io.formats.style",
    "pandas.plotting._matplotlib",
    "papermill",
    "pingouin",
    "scipy.stats",
    "sklearn.cluster",
    "statsmodels.api",
    "cxresearch.study.engine",
    "cxresearch.study.publish",
)


def _import_all() -> None:
    for name in PACKAGES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for found in pkgutil.walk_packages([str(PACKAGE)], f"{PACKAGE.name}."):
        if not found.name.startswith("cxresearch._shipped") and not found.name.endswith(("zygote", "preload")):
            with contextlib.suppress(ImportError):
                importlib.import_module(found.name)


_import_all()
remember()
rehearse()
for language in LANGUAGES:
    catalog(language)
kernel()

"""Import what the notebooks of a study use, so that every forked process finds it ready.

Nothing is computed here: a process whose libraries have started threads cannot be forked safely.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from pathlib import Path

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


def _draw() -> None:
    """Draw a figure that nobody sees: fonts are looked up, and what is made at first use is there."""
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 2))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title("Zufriedenheit")
    axes.bar([1, 2], [1, 2], label="a")
    axes.errorbar([1, 2], [1, 2], yerr=[1, 1], fmt="o")
    axes.imshow([[0, 1], [1, 0]])
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    figure.savefig(io.BytesIO(), format="svg")


def _write_tables() -> None:
    """Write tables that nobody reads, for the same reason."""
    import pandas as pd

    frame = pd.DataFrame({"group": ["a", "b", "a"], "value": [1.0, 2.0, None]})
    for table in (frame, frame.describe(), frame.groupby("group").agg(["mean", "count"])):
        table.to_html()
        repr(table)
    frame.style.format(precision=1).to_html()


def _prepare_pages() -> None:
    """Compile the templates of pages and the rules that colour code."""
    from pygments import highlight  # type: ignore[import-untyped]
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

    from cxresearch.study.publish import environment

    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)
    highlight("import x as y\nx = [f'{y:.1f}', 1]  # z\n", PythonLexer(), HtmlFormatter())


def _validate() -> None:
    """Validate an empty notebook: the compiled schema stays."""
    import nbformat

    nbformat.validate(nbformat.v4.new_notebook())  # type: ignore[no-untyped-call]


_import_all()
_draw()
_write_tables()
_prepare_pages()
_validate()
for language in LANGUAGES:
    catalog(language)
kernel()

"""What every report does, done once before the fork: what libraries make at first use is there for all of them.

Nothing of it starts a thread, changes a setting or shows a warning, and nothing of it is kept.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ROWS = 48


def rehearse() -> None:
    """Go through all steps; one that fails is left to the reports."""
    steps: tuple[Callable[[], None], ...] = (_draw, _write_tables, _answer, _run_notebook, _write_page)
    for step in steps:
        # ignored, not recorded: a warning that is shown once is the first one of a report
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            step()


def _answers() -> pd.DataFrame:
    import pandas as pd

    lines = [f"{'abc'[i % 3]},{'xy'[i % 2]},{i * 7 % 5 + 1},{i * 11 % 6 or ''},{20 + i}" for i in range(ROWS)]
    return pd.read_csv(io.StringIO("\n".join(["group,channel,one,two,age", *lines])))


def _draw() -> None:
    from IPython.core.pylabtools import print_figure
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title("Zufriedenheit")
    axes.bar([1, 2], [1, 2], label="a")
    axes.barh([1, 2], [1, 2], label="b")
    axes.errorbar([1, 2], [1, 2], yerr=[1, 1], fmt="o")
    axes.hist([1, 2, 3], bins=2)
    axes.boxplot([[1, 2, 3], [2, 3]])
    axes.imshow([[0, 1], [1, 0]])
    axes.legend()
    print_figure(figure, "png")  # type: ignore[no-untyped-call]
    figure.savefig(io.BytesIO(), format="svg")


def _write_tables() -> None:
    from cxresearch.warm.kernel import kernel

    frame = _answers()
    show = kernel().shell.display_formatter.format
    for table in (
        frame.head(),
        frame.describe(),
        frame["group"].value_counts().to_frame(),
        frame.groupby(["group", "channel"])["one"].agg(["mean", "std", "count"]).round(2),
        frame[["one", "two"]].apply(lambda column: column.value_counts(normalize=True)).fillna(0).T,
        frame.style.format(precision=1),
    ):
        show(table)


def _answer() -> None:
    """Ask some usual questions."""
    if sys.platform != "linux":  # elsewhere linear algebra may not be used before a fork
        return
    import pandas as pd
    import scipy.stats
    import statsmodels.formula.api as formulas

    frame = _answers()
    scipy.stats.chi2_contingency(pd.crosstab(frame["group"], frame["channel"]))
    scipy.stats.ttest_ind(frame["one"], frame["age"])
    frame[["one", "two"]].corr()
    model = formulas.ols("age ~ one + two", data=frame).fit()
    model.conf_int()
    model.summary().as_html()
    model.summary().as_text()
    with contextlib.suppress(ImportError):
        import pingouin

        pingouin.anova(data=frame, dv="age", between="group")
        pingouin.pairwise_tests(data=frame, dv="age", between="group", padjust="holm")
    with contextlib.suppress(ImportError):
        from sklearn.decomposition import PCA
        from sklearn.preprocessing import StandardScaler

        PCA(n_components=2).fit(StandardScaler().fit_transform(frame[["one", "age"]]))


def _notebook() -> Any:
    from nbformat import v4

    parameters = v4.new_code_cell('data: str = "a.csv"', metadata={"tags": ["parameters"]})  # type: ignore[no-untyped-call]
    prose = v4.new_markdown_cell("# Title\n\n- *text*")  # type: ignore[no-untyped-call]
    code = v4.new_code_cell("import x as y\nx = [f'{y:.1f}', 1]  # z\nx")  # type: ignore[no-untyped-call]
    return v4.new_notebook(cells=[prose, parameters, code])  # type: ignore[no-untyped-call]


def _run_notebook() -> None:
    """Take a notebook the way of one that is executed, without a cell that runs."""
    import nbformat
    from papermill.engines import NotebookExecutionManager
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    from cxresearch.study.engine import KERNEL, WARM
    from cxresearch.study.portable import portable
    from cxresearch.warm.client import WarmClient
    from cxresearch.warm.engine import unsuited
    from cxresearch.warm.kernel import kernel

    node = load_notebook_node(_notebook())
    node = parameterize_notebook(node, {"data": "b.csv"}, kernel_name=KERNEL, language="python", engine_name=WARM)
    unsuited(node, KERNEL)
    manager = NotebookExecutionManager(node, progress_bar=False)
    manager.notebook_start()
    warm = kernel()
    client = WarmClient(manager, warm, kernel_name=KERNEL)
    client.reset_execution_trackers()
    client.clear_before_next_output = False
    cell = node.cells[-1]
    cell.metadata["execution"] = {}
    manager.cell_start(cell, 0)
    for kind, content in (
        ("execute_input", {"code": "1", "execution_count": 1}),
        ("stream", {"name": "stdout", "text": "a"}),
        ("display_data", {"data": {"text/plain": "a"}, "metadata": {}, "transient": {}}),
        ("execute_result", {"data": {"text/plain": "a"}, "metadata": {}, "execution_count": 1}),
    ):
        message = warm.session.msg(kind, warm.session.unpack(warm.session.pack(content)), parent={"header": {}})
        client._put({"buffers": [], **message}, cell, 0)
    manager.cell_complete(cell, 0)
    warm.shell.transform_cell(cell.source)
    warm.shell.compile.ast_parse(cell.source)
    manager.notebook_complete()
    nbformat.validate(node)
    json.dumps(portable(node, Path("/nowhere/at/all"), Path("/nowhere")), indent=1, sort_keys=True)


def _write_page() -> None:
    from cxresearch.study.publish import environment, moment, speaker
    from cxresearch.study.render import render
    from cxresearch.words.numbers import LANGUAGES

    node = _notebook()
    html = "<style>a {}</style><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    shown = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
    node.cells[-1].outputs = [shown]
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)
    for language in LANGUAGES:
        render(node, (), "section", language, speaker(language))
        moment("2020-01-01T00:00:00+00:00", language)

"""A notebook as batch users have them: six figures, some twenty tables, 5,000 respondents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd

UNITS = 40
RESPONDENTS = 5000
SEED = 20
REGIONS = ("North", "East", "South", "West")
ITEMS = tuple(f"item_{i}" for i in range(1, 13))

PARAMETERS = 'data: str = "answers.csv"\nlanguage: str = "en"'

CELLS = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\nimport pingouin as pg\n"
    "import scipy.stats as st\nimport statsmodels.api as sm\nimport statsmodels.formula.api as smf\n"
    "from sklearn.decomposition import PCA\nfrom sklearn.preprocessing import StandardScaler",
    "frame = pd.read_csv(data)\nitems = [c for c in frame if c.startswith('item_')]\n"
    "frame['mean'] = frame[items].mean(axis=1)\nframe.head(10)",
    "display(frame.describe())\ndisplay(frame['region'].value_counts().to_frame())\n"
    "frame.isna().sum().to_frame('missing')",
    "nps = 100 * ((frame['recommend'] >= 9).mean() - (frame['recommend'] <= 6).mean())\n"
    "display(pd.DataFrame({'nps': [nps], 'n': [frame['recommend'].notna().sum()]}))\n"
    "frame.groupby('region')['recommend'].agg(['mean', 'std', 'count'])",
    "fig, ax = plt.subplots(figsize=(8, 6))\n"
    "frame['recommend'].value_counts().sort_index().plot.bar(ax=ax)\nax.set_title('Recommendation');",
    "shares = frame[items].apply(lambda c: c.value_counts(normalize=True)).fillna(0).T\nshares.style.format('{:.1%}')",
    "fig, ax = plt.subplots(figsize=(8, 6))\nshares.plot.barh(stacked=True, ax=ax)\nax.legend(ncol=5);",
    "display(pd.crosstab(frame['region'], frame['channel'], normalize='index'))\n"
    "display(pd.crosstab(frame['channel'], frame['recommend'] >= 9))\n"
    "table = pd.crosstab(frame['region'], frame['channel'])\n"
    "pd.DataFrame({'chi2': [st.chi2_contingency(table)[0]], 'p': [st.chi2_contingency(table)[1]]})",
    "corr = frame[items].corr()\nfig, ax = plt.subplots(figsize=(8, 6))\nax.imshow(corr, cmap='RdBu', vmin=-1, vmax=1)\n"
    "ax.set_xticks(range(len(items)), items, rotation=90)\nax.set_yticks(range(len(items)), items);",
    "corr.round(2)",
    "display(pg.cronbach_alpha(frame[items].dropna()))\n"
    "display(pg.anova(data=frame, dv='mean', between='region'))\n"
    "pg.pairwise_tests(data=frame, dv='mean', between='channel', padjust='holm')",
    "model = smf.ols('recommend ~ ' + ' + '.join(items[:6]), data=frame).fit()\n"
    "display(model.summary())\nmodel.conf_int()",
    "fig, ax = plt.subplots(figsize=(8, 6))\nparams = model.params[1:]\n"
    "ax.errorbar(params, range(len(params)), xerr=1.96 * model.bse[1:], fmt='o')\n"
    "ax.set_yticks(range(len(params)), params.index);",
    "x = StandardScaler().fit_transform(frame[items].fillna(frame[items].mean()))\npca = PCA(n_components=4).fit(x)\n"
    "display(pd.DataFrame(pca.components_.T, index=items))\n"
    "pd.DataFrame({'explained': pca.explained_variance_ratio_})",
    "fig, axes = plt.subplots(1, 2, figsize=(10, 5))\nfor ax, column in zip(axes, ('age', 'mean')):\n"
    "    ax.hist(frame[column].dropna(), bins=20)\n    ax.set_title(column)",
    "rng = np.random.default_rng(1)\nvalues = frame['mean'].dropna().to_numpy()\n"
    "means = np.sort([rng.choice(values, len(values)).mean() for _ in range(200)])\n"
    "display(pd.DataFrame({'low': [means[4]], 'high': [means[195]]}))\n"
    "fig, ax = plt.subplots(figsize=(8, 6))\nframe.boxplot('mean', by='channel', ax=ax);",
    "print('n =', len(frame))\nframe.groupby(['region', 'channel'])['mean'].agg(['mean', 'sem', 'count']).round(3)",
)


def answers(seed: int = SEED) -> pd.DataFrame:
    """Return answers of so many people in every unit."""
    rng = np.random.default_rng(seed)
    n = UNITS * RESPONDENTS
    latent = rng.normal(size=n)
    frame = pd.DataFrame({"branch": np.repeat([f"Branch {i:02d}" for i in range(UNITS)], RESPONDENTS)})
    frame["region"] = rng.choice(REGIONS, n)
    frame["channel"] = rng.choice(["shop", "phone", "web"], n, p=[0.5, 0.2, 0.3])
    frame["age"] = rng.integers(18, 90, n)
    for name in ITEMS:
        score = np.clip(np.round(3 + 0.8 * latent + rng.normal(size=n)), 1, 5)
        frame[name] = np.where(rng.random(n) < 0.03, np.nan, score)
    frame["recommend"] = np.clip(np.round(7 + 1.5 * latent + rng.normal(size=n)), 0, 10).astype(int)
    return frame


def write_notebook(path: Path) -> None:
    """Write the notebook."""
    cells: list[Any] = [nbformat.v4.new_markdown_cell("# How do customers of this branch see us?", id="title")]
    parameters = nbformat.v4.new_code_cell(PARAMETERS, id="parameters")
    parameters.metadata.tags = ["parameters"]
    cells.append(parameters)
    for i, text in enumerate(CELLS):
        if i in (3, 5, 8, 11, 14):
            cells.append(nbformat.v4.new_markdown_cell(f"## Part {i}", id=f"part-{i}"))
        cells.append(nbformat.v4.new_code_cell(text, id=f"cell-{i}"))
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)

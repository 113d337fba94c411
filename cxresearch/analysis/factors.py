"""How many things do these items measure, and which item belongs to which?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat, Result
from cxresearch.scores.item_matrix import item_matrices
from cxresearch.stats.correlation import polychoric
from cxresearch.stats.dimensions import (
    bartlett_sphericity,
    minimum_average_partial,
    parallel_analysis,
    sampling_adequacy,
)
from cxresearch.stats.factor import FactorSolution, efa
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLEAR = 0.4
DRAWS = 200


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Factors(Result):
    """An exploratory factor analysis; made by :func:`cxresearch.factors`.

    Parameters
    ----------
    number : DataFrame
        A row a factor: eigenvalue of the data and the quantile of simulated ones.
    adequacy : DataFrame
        One row: kmo, bartlett chi2, df, p, what parallel analysis and MAP propose, fit.
    correlations : DataFrame
        Between factors, long form.
    """

    kind: ClassVar[str] = "factors"
    columns: ClassVar[dict[str, str]] = {
        "item": "name",
        "factor": "text",
        "other": "text",
        "loading": "n2",
        "main": "text",
        "communality": "n2",
        "msa": "n2",
        "eigenvalue": "n2",
        "simulated": "n2",
        "correlation": "n2",
        "kmo": "n2",
        "chi2": "n1",
        "df": "i",
        "p": "p3",
        "parallel": "i",
        "map": "i",
        "rmsr": "n3",
        "rmsea": "n3",
        "tli": "n3",
        "n": "i",
        "n_dropped": "i",
    }

    number: pd.DataFrame
    adequacy: pd.DataFrame
    correlations: pd.DataFrame
    loadings: pd.DataFrame
    factors: int
    chosen: str
    extraction: str
    rotation: str
    basis: str

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {"table": self.table, "loadings": self.loadings, "number": self.number, "adequacy": self.adequacy}
        return found if self.correlations.empty else {**found, "correlations": self.correlations}

    def shown_columns(self, frame: str) -> dict[str, str]:
        have = self.frames()[frame]
        return {c: how for c, how in super().shown_columns(frame).items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say how many factors there are and what belongs to each."""
        lang = lang or self.lang
        parts = []
        for factor in range(1, self.factors + 1):
            items = self.table.loc[self.table["main"] == f"F{factor}", "item"]
            names = join([say("common.quoted", lang, name=self.names.of(i, lang)) for i in items], lang)
            parts.append(say("factors.part", lang, factor=f"F{factor}", items=names))
        row = self.adequacy.iloc[0]
        return say(
            "factors.answer",
            lang,
            k=self.factors,
            of=len(self.table),
            kmo=row["kmo"],
            n=row["n"],
            parts="; ".join(parts),
        )

    def heading(self, lang: str | None = None) -> str:
        """Say the number of factors."""
        return say("factors.heading", lang or self.lang, k=self.factors)

    def method(self, lang: str | None = None) -> str:
        """Say how the number was chosen, extracted and rotated."""
        lang = lang or self.lang
        row = self.adequacy.iloc[0]
        return say(
            "factors.method",
            lang,
            basis=say(f"factors.basis.{self.basis}", lang),
            extraction=self.extraction,
            rotation=self.rotation,
            chosen=say(f"factors.chosen.{self.chosen}", lang),
            parallel=row["parallel"],
            map=row["map"],
            n=row["n"],
            dropped=row["n_dropped"],
            clear=CLEAR,
        )

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.heat import heat

        return heat(
            self.loadings.rename(columns={"item": "row", "factor": "column", "loading": "value"}),
            row_labels={i: self.names.of(i, lang) for i in self.table["item"]},
            column_labels={f: f for f in dict.fromkeys(self.loadings["factor"])},
            number=formatter(lang, 2),
            value_label=say("factors.loading", lang),
            centre=0.0,
            limits=(-1.0, 1.0),
            title=self.heading(lang),
            subtitle=say("factors.subtitle", lang),
            ax=ax,
        )


def factors(
    data: Responses | pd.DataFrame,
    items: Sequence[str],
    *,
    number: int | None = None,
    extraction: Literal["minres", "ml"] = "minres",
    rotation: Literal["oblimin", "varimax", "none"] = "oblimin",
    ordinal: bool = False,
    seed: int = 1,
    reversed: Sequence[str] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
) -> Factors:
    """Explore which items go together: number of factors, loadings, correlations.

    Parameters
    ----------
    data : Responses or DataFrame
    items : list of str
    number : int, optional
        Number of factors; by default what parallel analysis proposes (at least one).
    extraction : {"minres", "ml"}
    rotation : {"oblimin", "varimax", "none"}
        Varimax with Kaiser normalisation.
    ordinal : bool
        Use polychoric correlations.
    seed : int
        Of parallel analysis.
    reversed, scale, missing
        See :func:`cxresearch.score`.

    Returns
    -------
    Factors
        ``table``, a row an item: item, main (factor of its largest loading), loading, communality,
        msa.  ``loadings``, ``number``, ``adequacy``, ``correlations``.

    Raises
    ------
    ArgumentError
        ``factors.too-few-items``, too many factors, unknown columns.
    NotEnoughData
        Too few complete answers, constant items.

    Notes
    -----
    Listwise.  Agrees with R ``psych::fa``; parallel analysis of Horn (1965) on common factors, MAP of
    Velicer (1976).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> a, b = rng.normal(size=(2, 300, 1))
    >>> x = np.hstack([a + 0.6 * rng.normal(size=(300, 3)), b + 0.6 * rng.normal(size=(300, 3))])
    >>> found = factors(pd.DataFrame(x, columns=list("abcdef")), list("abcdef"))
    >>> found.factors, found.table["main"].nunique()
    (2, 2)
    """
    chosen_items = list(dict.fromkeys(items))
    if len(chosen_items) < 3:
        raise ArgumentError(
            Fault(
                code="factors.too-few-items",
                what="A factor analysis needs three items or more.",
                given=listing(chosen_items),
            )
        )
    source, (part,) = item_matrices(data, {"items": chosen_items}, reversed=reversed, scale=scale, missing=missing)
    complete = part.values[~np.isnan(part.values).any(axis=1)]
    dropped = len(part.values) - len(complete)
    basis: Any = polychoric(complete) if ordinal else complete
    simulated = parallel_analysis(complete, draws=DRAWS, seed=seed)
    proposed = minimum_average_partial(basis)
    count = number or max(1, simulated.factors)
    solution = efa(basis, count, method=extraction, rotation=rotation if count > 1 else "none")
    adequacy = sampling_adequacy(basis)
    test = bartlett_sphericity(complete)
    caveats = list(part.caveats)
    if not solution.admissible:
        problems = {"problems": ", ".join(solution.problems)}
        caveats.append(Caveat(code="inadmissible", severity="warning", values=problems))
    labels = [f"F{i + 1}" for i in range(count)]
    main = np.abs(solution.loadings).argmax(axis=1)
    table = pd.DataFrame(
        {
            "item": part.items,
            "main": [labels[m] for m in main],
            "loading": solution.loadings[np.arange(len(main)), main],
            "communality": solution.communalities,
            "msa": adequacy.items,
            "n": len(complete),
        }
    )
    return Factors(
        table=table,
        loadings=_long(part.items, labels, solution),
        number=pd.DataFrame(
            {
                "factor": [str(i + 1) for i in range(len(part.items))],
                "eigenvalue": simulated.factor_eigenvalues,
                "simulated": simulated.factor_quantiles,
            }
        ),
        adequacy=pd.DataFrame(
            [
                {
                    "kmo": adequacy.overall,
                    "chi2": test.statistic,
                    "df": test.df,
                    "p": test.p,
                    "parallel": simulated.factors,
                    "map": proposed.components,
                    "rmsr": solution.fit.rmsr,
                    "rmsea": solution.fit.rmsea.value if solution.fit.rmsea else math.nan,
                    "tli": math.nan if solution.fit.tli is None else solution.fit.tli,
                    "n": len(complete),
                    "n_dropped": dropped,
                }
            ]
        ),
        correlations=_between(labels, solution),
        caveats=tuple(caveats),
        names=source.names,
        lang=source.lang,
        factors=count,
        chosen="given" if number else "parallel",
        extraction=extraction,
        rotation=solution.rotation,
        basis="polychoric" if ordinal else "pearson",
    )


def _long(items: Sequence[str], labels: list[str], solution: FactorSolution) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"item": item, "factor": label, "loading": float(solution.loadings[i, j])}
            for i, item in enumerate(items)
            for j, label in enumerate(labels)
        ]
    )


def _between(labels: list[str], solution: FactorSolution) -> pd.DataFrame:
    rows = [
        {"factor": labels[i], "other": labels[j], "correlation": float(solution.phi[i, j])}
        for i in range(len(labels))
        for j in range(i)
    ]
    return pd.DataFrame(rows, columns=["factor", "other", "correlation"])

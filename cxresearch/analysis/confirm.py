"""Does the measurement model hold: does each item measure its own construct and no other?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from scipy import stats as distributions

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat, Ids, Result
from cxresearch.scores.item_matrix import item_matrices
from cxresearch.stats.cfa import CFAResult
from cxresearch.stats.cfa import cfa as fit_cfa
from cxresearch.stats.validity import average_variance_extracted, composite_reliability, htmt
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter
from cxresearch.words.rules import rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes

APART = "htmt_henseler2015"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Confirmation(Result):
    """A confirmatory factor analysis; made by :func:`cxresearch.confirm`.

    Parameters
    ----------
    fit : DataFrame
        One row: chi2, df, p, cfi, tli, rmsea with its 90 % interval, srmr, aic, bic, n, n_dropped.
    items : DataFrame
        A row an item: standardised loading with interval, residual variance.
    pairs : DataFrame
        A row a pair of constructs: latent correlation and HTMT.
    admissible : bool
        Where False, the numbers must not be used.
    """

    kind: ClassVar[str] = "confirm"
    columns: ClassVar[dict[str, str]] = {
        "construct": "name",
        "other": "name",
        "item": "name",
        "n_items": "i",
        "loading": "n2",
        "ci_low": "n2",
        "ci_high": "n2",
        "composite_reliability": "n2",
        "ave": "n2",
        "highest_correlation": "n2",
        "correlation": "n2",
        "htmt": "n2",
        "residual": "n2",
        "chi2": "n2",
        "df": "i",
        "p": "p3",
        "cfi": "n3",
        "tli": "n3",
        "rmsea": "n3",
        "rmsea_low": "n3",
        "rmsea_high": "n3",
        "srmr": "n3",
        "n": "i",
        "n_dropped": "i",
    }

    fit: pd.DataFrame
    items: pd.DataFrame
    pairs: pd.DataFrame
    admissible: bool
    missing: str
    level: float

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {"table": self.table, "fit": self.fit, "items": self.items}
        return found if self.pairs.empty else {**found, "pairs_of_constructs": self.pairs}

    def shown_columns(self, frame: str) -> dict[str, str]:
        have = self.frames()[frame]
        return {c: how for c, how in super().shown_columns(frame).items() if have[c].notna().any()}

    def sentence(self, lang: str | None = None) -> str:
        """Say how well the model fits, and which constructs can hardly be told apart."""
        lang = lang or self.lang
        row = self.fit.iloc[0]
        if not self.admissible:
            return say("confirm.inadmissible", lang, n=row["n"])
        text = say(
            "confirm.answer",
            lang,
            cfi=row["cfi"],
            rmsea=row["rmsea"],
            low=row["rmsea_low"],
            high=row["rmsea_high"],
            srmr=row["srmr"],
            n=row["n"],
        )
        line = rule(APART).cuts["hardly_distinct"]
        close = self.pairs[self.pairs["htmt"] >= line] if len(self.pairs) else self.pairs
        if close.empty:
            return text
        names = [
            say("common.quoted", lang, name=f"{self.names.of(a, lang)} – {self.names.of(b, lang)}")
            for a, b in zip(close["construct"], close["other"], strict=True)
        ]
        return f"{text} {say('confirm.close', lang, pairs=join(names, lang), line=line)}"

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("confirm.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say which model was fitted and how missing answers were handled."""
        lang = lang or self.lang
        row = self.fit.iloc[0]
        return say(
            "confirm.method",
            lang,
            chi2=row["chi2"],
            df=row["df"],
            p=row["p"],
            n=row["n"],
            dropped=row["n_dropped"],
            missing=say(f"invariance.missing.{self.missing}", lang),
            source=rule(APART).source,
        )

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.items["item"],
                "value": self.items["loading"],
                "low": self.items["ci_low"],
                "high": self.items["ci_high"],
            }
        )
        return intervals(
            frame,
            row_labels={i: self.names.of(i, lang) for i in self.items["item"]},
            value_label=say("confirm.axis", lang),
            number=formatter(lang, 2),
            tick_number=formatter(lang, 1),
            title=self.heading(lang),
            subtitle=say("confirm.subtitle", lang, level=self.level),
            ax=ax,
        )


def confirm(
    data: Responses | pd.DataFrame,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    *,
    perspective: str | None = None,
    fiml: bool = False,
    reversed: Iterable[str] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    level: float = 0.95,
) -> Confirmation:
    """Fit a confirmatory factor analysis in which every item measures one construct.

    Parameters
    ----------
    data, constructs, perspective, reversed, scale, missing
        As in :func:`cxresearch.reliability`.
    fiml : bool
        Use incomplete answers by full-information maximum likelihood; else listwise.
    level : float
        Confidence level of the loadings.

    Returns
    -------
    Confirmation
        ``table``, a row a construct: construct, n_items, composite_reliability, ave,
        highest_correlation (with another construct), n.  ``fit``, ``items``, ``pairs``.

    Raises
    ------
    ArgumentError
        ``confirm.item-twice``; a model that is not identified.
    NotEnoughData
        Fewer respondents than the model needs, constant items.

    Notes
    -----
    Maximum likelihood with mean structure; agrees with lavaan.  Composite reliability and AVE of
    Fornell & Larcker (1981), HTMT of Henseler, Ringle & Sarstedt (2015).

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> a, b = rng.normal(size=(2, 400, 1))
    >>> x = np.hstack([a + 0.6 * rng.normal(size=(400, 3)), 0.5 * a + b + 0.6 * rng.normal(size=(400, 3))])
    >>> model = {"ease": ["a", "b", "c"], "trust": ["d", "e", "f"]}
    >>> result = confirm(pd.DataFrame(x, columns=list("abcdef")), model)
    >>> result.admissible, bool(result.fit["cfi"].item() > 0.98)
    (True, True)
    """
    source, matrices = item_matrices(
        data,
        constructs or None,
        perspectives=[perspective] if perspective else (),
        reversed=reversed,
        scale=scale,
        missing=missing,
    )
    names = [item for part in matrices for item in part.items]
    twice = sorted({i for i in names if names.count(i) > 1})
    if twice:
        raise ArgumentError(
            Fault(code="confirm.item-twice", what="An item belongs to one construct only.", given=listing(twice))
        )
    keep = np.ones(len(source.frame), dtype=bool)
    if perspective:
        keep = (source.key("perspective") == perspective).to_numpy()
    values = np.hstack([part.values[keep] for part in matrices])
    answered = ~np.isnan(values).all(axis=1)
    model: dict[str, list[int]] = {}
    for part in matrices:
        model[part.construct.id] = [names.index(item) for item in part.items]
    found = fit_cfa(values[answered], model, missing="fiml" if fiml else "listwise")
    items = _items(found, names, level)
    pairs = _pairs(found, values, model)
    caveats = [c for part in matrices for c in part.caveats]
    if not found.admissible:
        caveats.append(Caveat(code="inadmissible", severity="warning", values={"problems": ", ".join(found.problems)}))
    short = [c for c, members in model.items() if len(members) < 3]
    if short:
        caveats.append(Caveat(code="few_items", values={"constructs": Ids(short)}))
    return Confirmation(
        table=_constructs(model, items, pairs, found.n),
        fit=_fit(found, int((~answered).sum())),
        items=items,
        pairs=pairs,
        admissible=found.admissible,
        missing=found.missing,
        caveats=tuple({repr(c): c for c in caveats}.values()),
        names=source.names.adding({p.construct.id: p.construct.name for p in matrices}),
        lang=source.lang,
        level=level,
    )


def _items(found: CFAResult, names: list[str], level: float) -> pd.DataFrame:
    z = float(distributions.norm.ppf((1 + level) / 2))
    residual = dict(zip(found.residual_variances.names, found.residual_variances.standardised, strict=True))
    loadings = found.loadings
    return pd.DataFrame(
        {
            "construct": loadings.constructs,
            "item": [names[int(name)] for name in loadings.names],
            "loading": loadings.standardised,
            "se": loadings.standardised_se,
            "ci_low": loadings.standardised - z * loadings.standardised_se,
            "ci_high": loadings.standardised + z * loadings.standardised_se,
            "residual": [float(residual[name]) for name in loadings.names],
        }
    )


def _pairs(found: CFAResult, values: np.ndarray, model: Mapping[str, list[int]]) -> pd.DataFrame:
    ids = list(model)
    rows = []
    ratios = None
    if len(ids) > 1 and all(len(members) > 1 for members in model.values()):
        ratios = htmt(values, list(model.values())).ratios
    order = list(found.constructs)
    for i, one in enumerate(ids):
        for j, other in enumerate(ids[:i]):
            rows.append(
                {
                    "construct": one,
                    "other": other,
                    "correlation": float(found.latent_correlations[order.index(one), order.index(other)]),
                    "htmt": math.nan if ratios is None else float(ratios[i, j]),
                }
            )
    return pd.DataFrame(rows, columns=["construct", "other", "correlation", "htmt"])


def _constructs(model: Mapping[str, list[int]], items: pd.DataFrame, pairs: pd.DataFrame, n: int) -> pd.DataFrame:
    rows = []
    for construct, members in model.items():
        loadings = items.loc[items["construct"] == construct, "loading"].to_numpy()
        touching = pairs[(pairs["construct"] == construct) | (pairs["other"] == construct)]["correlation"]
        proper = len(members) > 1 and bool((np.abs(loadings) <= 1).all())
        rows.append(
            {
                "construct": construct,
                "n_items": len(members),
                "composite_reliability": composite_reliability(loadings) if proper else math.nan,
                "ave": average_variance_extracted(loadings) if proper else math.nan,
                "highest_correlation": float(touching.abs().max()) if len(touching) else math.nan,
                "n": n,
            }
        )
    return pd.DataFrame(rows)


def _fit(found: CFAResult, silent: int) -> pd.DataFrame:
    fit = found.fit
    names = ("chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "aic", "bic")
    return pd.DataFrame([{n: getattr(fit, n) for n in names} | {"n": found.n, "n_dropped": found.n_dropped + silent}])

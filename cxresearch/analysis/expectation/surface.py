"""The answer: an outcome over expectation and experience, as a response surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.result import Result
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NODES = 101  # of the map, along each side


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExpectationSurface(Result):
    """An outcome over expectation and experience; made by :func:`cxresearch.expectation`.

    Parameters
    ----------
    table : DataFrame
        A row a term: b0..b5 and a1..a5, at the midpoint of the scale.
    slopes : DataFrame
        What one point more of expectation, of experience goes with at the average answers, and their difference.
    congruence : DataFrame
        The conditions of a congruence effect and whether they hold.
    axes : DataFrame
        Stationary point, principal axes and the shift of the ridge.
    discrepancy : DataFrame
        Shares of respondents whose experience lies above, near and below their expectation; standardised
        each by itself (own) and both by all answers (common).
    summary : DataFrame
        One row: pattern, held, conditions, r2, midpoint, means, n, n_dropped.
    points : DataFrame
        Expectation (x) and experience (y) of the respondents used, for the picture.
    outcome : str
    expected, experienced : tuple of str
    level : float
    errors : {"ols", "hc3", "cluster"}
    cluster : str, optional
    ends : (low, high), optional
        Ends of the scale.
    """

    kind: ClassVar[str] = "expectation_surface"
    columns: ClassVar[dict[str, str]] = {
        "term": "word:expectation_surface.term",
        "side": "word:expectation_surface.side",
        "condition": "word:expectation_surface.condition",
        "unit": "word:expectation_surface.unit",
        "pattern": "word:expectation_surface.pattern",
        "at": "n2",
        "expected_value": "n0",
        "estimate": "n2",
        "se": "n2",
        "ci_low": "n2",
        "ci_high": "n2",
        "p": "p3",
        "holds": "word:expectation_surface.holds",
        "more": "%0",
        "alike": "%0",
        "less": "%0",
        "held": "i",
        "conditions": "i",
        "r2": "n2",
        "midpoint": "n2",
        "expected_mean": "n2",
        "experienced_mean": "n2",
        "n": "i",
        "n_dropped": "i",
    }

    slopes: pd.DataFrame
    congruence: pd.DataFrame
    axes: pd.DataFrame
    discrepancy: pd.DataFrame
    summary: pd.DataFrame
    points: pd.DataFrame
    outcome: str
    expected: tuple[str, ...]
    experienced: tuple[str, ...]
    level: float
    errors: str
    cluster: str | None = None
    ends: tuple[float, float] | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        return {
            "table": self.table,
            "slopes": self.slopes,
            "congruence": self.congruence,
            "principal_axes": self.axes,
            "discrepancy": self.discrepancy,
            "surface_summary": self.summary,
        }

    def sentence(self, lang: str | None = None) -> str:
        """Say what the outcome goes with, and whether congruence is supported."""
        lang = lang or self.lang
        fit = self.summary.iloc[0]
        slopes = self.slopes.set_index("side")
        values: dict[str, Any] = {"outcome": self.names.of(self.outcome, lang), "level": self.level}
        for side in ("expected", "experienced"):
            for name, column in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high")):
                values[f"{side}{name}"] = slopes.loc[side, column]
        curve = self.table.set_index("term").loc["a4"]
        values |= {"a4": curve["estimate"], "a4_low": curve["ci_low"], "a4_high": curve["ci_high"]}
        values |= {"held": fit["held"], "of": fit["conditions"], "n": fit["n"]}
        parts = [say(f"expectation_surface.answer.{fit['pattern']}", lang, **values)]
        if fit["pattern"] != "congruence":
            parts.append(say("expectation_surface.slopes", lang, **values))
        key = "supported" if fit["pattern"] == "congruence" else "not_supported"
        parts.append(say(f"expectation_surface.{key}", lang, **values))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Say the pattern."""
        lang = lang or self.lang
        pattern = self.summary["pattern"].iloc[0]
        return say(f"expectation_surface.finding.{pattern}", lang, outcome=self.names.of(self.outcome, lang))

    def method(self, lang: str | None = None) -> str:
        """Say which model was fitted, at which point, with which errors, and with whom."""
        lang = lang or self.lang
        fit = self.summary.iloc[0]
        key = "expectation_surface.method"
        parts = [say(f"{key}.model", lang, midpoint=fit["midpoint"], r2=fit["r2"])]
        if len(self.expected) > 1:
            parts.append(say(f"{key}.means", lang, k=len(self.expected)))
        parts.append(say(f"{key}.errors_{self.errors}", lang, level=self.level))
        if self.cluster:
            parts.append(say("common.cluster", lang, cluster=self.cluster))
        parts.append(say(f"{key}.slopes", lang, expected=fit["expected_mean"], experienced=fit["experienced_mean"]))
        own = self.discrepancy.set_index("unit").loc["own"]
        parts.append(say(f"{key}.discrepancy", lang, above=own["more"], below=own["less"]))
        parts.append(say(f"{key}.congruence", lang))
        parts.append(say("common.used", lang, n=fit["n"], dropped=fit["n_dropped"]))
        return " ".join(parts)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.surface import surface

        return surface(
            self._grid(),
            x_label=self._axis("expected", self.expected, lang),
            y_label=self._axis("experienced", self.experienced, lang),
            value_label=say("expectation_surface.value", lang, outcome=self.names.of(self.outcome, lang)),
            number=formatter(lang, 1),
            x_number=formatter(lang, 1),
            agreement_label=say("expectation_surface.agreement", lang),
            disagreement_label=say("expectation_surface.disagreement", lang),
            missing_label=say("expectation_surface.outside", lang),
            title=self.heading(lang),
            subtitle=say("expectation_surface.subtitle", lang),
            points=self.points,
            middle=float(self.summary["midpoint"].iloc[0]),
            ax=ax,
        )

    def _axis(self, side: str, columns: tuple[str, ...], lang: str) -> str:
        if len(columns) == 1:
            return say(f"expectation_surface.axis.{side}_one", lang, item=self.names.of(columns[0], lang))
        return say(f"expectation_surface.axis.{side}", lang, k=len(columns))

    def _grid(self) -> pd.DataFrame:
        """Return the fitted surface on a square grid, NaN outside the field of the respondents."""
        from scipy.spatial import Delaunay

        seen = self.points.to_numpy(dtype=float)
        low, high = float(np.floor(seen.min())), float(np.ceil(seen.max()))
        side = np.linspace(low, high, NODES)
        x, y = (part.ravel() for part in np.meshgrid(side, side))
        midpoint = float(self.summary["midpoint"].iloc[0])
        u, v = x - midpoint, y - midpoint
        b = self.table.set_index("term")["estimate"]
        value = sum(b[f"b{i}"] * part for i, part in enumerate((np.ones_like(u), u, v, u * u, u * v, v * v)))
        inside = Delaunay(np.unique(seen, axis=0)).find_simplex(np.column_stack([x, y]), tol=1e-9) >= 0
        return pd.DataFrame({"x": x, "y": y, "value": np.where(inside, value, np.nan)})

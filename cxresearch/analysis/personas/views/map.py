"""Where people and personas lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.views.view import View, options
from cxresearch.errors import Fault, NotEnoughData
from cxresearch.words.catalog import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.result import Personas


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Map(View):
    """Where personas lie in the plane that tells them apart most; made by :meth:`Personas.map`."""

    kind: ClassVar[str] = "persona_map"
    columns: ClassVar[dict[str, str]] = {"persona": "text", "x": "+n2", "y": "+n2", "share": "%0"}

    people: pd.DataFrame = field(repr=False)
    explained: float

    def frames(self) -> dict[str, pd.DataFrame]:
        overall = pd.DataFrame([{"explained": self.explained}])
        return {"table": self.table, "overall": overall}

    def shown_columns(self, frame: str) -> dict[str, str]:
        return super().shown_columns(frame) if frame == "table" else {}

    def sentence(self, lang: str | None = None) -> str:
        """Say how much of the differences the map shows."""
        return say("personas.map.answer", lang or self.lang, share=self.explained)

    def heading(self, lang: str | None = None) -> str:
        """Name the picture."""
        return say("personas.map.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say what the dimensions are."""
        return say("personas.map.method", lang or self.lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.group_map import group_map

        frame = self.table.rename(columns={"persona": "group"})[["group", "x", "y", "width", "height", "angle"]]
        return group_map(
            frame,
            people=self.people,
            group_labels={i: label for i, label in self.persona_labels(lang).items() if i in set(frame["group"])},
            x_label=say("personas.map.x", lang),
            y_label=say("personas.map.y", lang),
            title=self.heading(lang),
            subtitle=say("personas.map.subtitle", lang),
            most=600,
            thinned_label=say("personas.map.thinned", lang, n=600),
            ax=ax,
        )


def map_of(found: Personas) -> Map:
    """See :meth:`Personas.map`."""
    from cxresearch.stats.discriminant import discriminant_plane
    from cxresearch.stats.structure import design_matrix

    if found.k < 2:
        raise NotEnoughData(Fault(code="personas.one-group", what="There is one group, so there is no map.", given=1))
    people = found.frame.indicators.take(found.used)
    labels = found.chosen.grouping.place(people)[0]
    shown = [i for i in range(1, found.k + 1) if i not in found.withheld]
    if not shown:
        what = "No persona has enough people to be shown."
        raise NotEnoughData(Fault(code="personas.withheld", what=what, allowed=f"at least {found.minimum_cell} people"))
    plane = discriminant_plane(design_matrix(people), labels - 1, found.frame.weights[found.used])
    spread = [_ellipse(c) for c in plane.covariances]
    table = pd.DataFrame(
        {
            "persona": np.arange(1, found.k + 1),
            "x": plane.centres[:, 0],
            "y": plane.centres[:, 1],
            "width": [s[0] for s in spread],
            "height": [s[1] for s in spread],
            "angle": [s[2] for s in spread],
            "share": found.table["share"].to_numpy(),
        }
    )
    table = table[table["persona"].isin(shown)].reset_index(drop=True)
    dots = pd.DataFrame({"x": plane.people[:, 0], "y": plane.people[:, 1], "group": labels})
    dots = dots[dots["group"].isin(shown)].reset_index(drop=True)
    return Map(people=dots, explained=float(plane.explained.sum()), **options(found, table))


def _ellipse(covariance: np.ndarray) -> tuple[float, float, float]:
    """Return the axes (lengths that hold half of a normal group) and the angle of the first."""
    if not np.isfinite(covariance).all():
        return np.nan, np.nan, np.nan
    values, vectors = np.linalg.eigh(covariance)
    lengths = 2 * 1.1774 * np.sqrt(np.maximum(values[::-1], 0))
    return float(lengths[0]), float(lengths[1]), float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))

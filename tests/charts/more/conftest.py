"""Samples of the charts that are no rows of marks, with German texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from cxresearch.charts.curve import curve
from cxresearch.charts.heat import heat
from cxresearch.charts.quadrant import quadrant
from cxresearch.charts.staircase import staircase
from cxresearch.charts.surface import surface
from cxresearch.charts.theme import new_figure

NAMES = (
    "Sicherheit und Respekt",
    "Erreichbarkeit der Ansprechpartnerinnen und Ansprechpartner",
    "Verständlichkeit",
    "Beschwerdebearbeitungsgeschwindigkeitsempfinden",
    "Zuverlässigkeit und Termintreue",
    "Weiterempfehlung",
    "Freundlichkeit",
    "Transparenz der Kosten",
    "Barrierefreiheit",
    "Digitale Angebote",
    "Wartezeit",
    "Vertrauen",
)
UNITS = (
    "Kundenberatung Nord",
    "Außendienst",
    "Telefonische Hotline",
    "Filiale Süd",
    "Online-Portal",
    "Reklamation",
)


def comma(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").replace("-", "−")


def comma2(value: float) -> str:
    return f"{value:.2f}".replace(".", ",").replace("-", "−")


def signed(value: float) -> str:
    return f"{value:+.1f}".replace(".", ",").replace("-", "−")


def heat_frame(rows: int, columns: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame([(f"r{i}", f"c{j}") for i in range(rows) for j in range(columns)], columns=["row", "column"])
    frame["value"] = rng.normal(0.1, 0.45, len(frame)).round(2)
    frame["mark"] = np.where(frame["value"].abs() < 0.1, "aligned", None)
    frame.loc[frame["value"].abs() > 0.5, "mark"] = "beyond"
    if rows > 2:
        frame.loc[[4, 9], "value"] = np.nan
        frame.loc[[4, 9], "mark"] = None
    return frame


def quadrant_frame(points: int) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    x, y = rng.uniform(2.0, 4.7, points), rng.uniform(2.2, 4.8, points)
    frame = pd.DataFrame({"point": [f"r{i}" for i in range(points)], "x": x, "y": y})
    wide = rng.uniform(0.1, 0.35, (2, points))
    frame = frame.assign(x_low=x - wide[0], x_high=x + wide[0], y_low=y - wide[1], y_high=y + wide[1])
    return frame.assign(undecided=(np.abs(x - 3.4) < wide[0]) | (np.abs(y - 3.4) < wide[1]))


def curve_frame(series: int) -> pd.DataFrame:
    x = np.linspace(20, 400, 20)
    parts = []
    for i in range(series):
        y = 1 - np.exp(-x / (40 * (i + 1) ** 1.2))
        parts.append(pd.DataFrame({"series": f"r{i}", "x": x, "y": y, "low": y - 0.06, "high": (y + 0.06).clip(max=1)}))
    return pd.concat(parts, ignore_index=True)


def wave_frame(series: int, waves: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    parts = []
    for i in range(series):
        y = 3.2 + 0.4 * i + rng.normal(0, 0.08, waves).cumsum()
        parts.append(pd.DataFrame({"series": f"r{i}", "x": range(2019, 2019 + waves), "y": y}))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(low=frame["y"] - 0.15, high=frame["y"] + 0.15)


STEPS = ("Wissen", "Können", "Wollen", "Leidenschaft für Kundinnen und Kunden")


def stair_frame(steps: int, series: tuple[str, ...] = ()) -> pd.DataFrame:
    keys = [(f"s{i}", s) for s in series or ("",) for i in range(steps)]
    base = np.array([4.1, 4.3, 3.9, 4.6, 4.2, 4.4, 4.0, 4.5] if series else [2.9, 3.3, 3.2, 4.1, 3.8, 4.4, 4.0, 4.5])
    value = np.concatenate([base[np.arange(steps) % 8] - 0.7 * k - 0.1 * k * np.arange(steps) for k in (0, 1)])
    frame = pd.DataFrame(keys, columns=["step", "series"]).assign(value=value[: len(keys)], n=453)
    frame = frame.assign(low=frame["value"] - 0.15, high=frame["value"] + 0.15)
    return frame if series else frame.drop(columns="series")


def surface_frame(nodes: int = 25) -> pd.DataFrame:
    x, y = (v.ravel() for v in np.meshgrid(np.linspace(1, 5, nodes), np.linspace(1, 5, nodes)))
    value = 2.4 + 0.35 * (x + y - 6) - 0.22 * (x - y) ** 2 + 0.12 * (x - y)
    return pd.DataFrame({"x": x, "y": y, "value": value})


def cloud_frame(points: int = 160) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    x = rng.normal(3.4, 0.7, points)
    return pd.DataFrame({"x": x, "y": x + rng.normal(-0.2, 0.5, points)}).clip(1, 5)


def draw(kind: str, rows: int = 6, *, ax: Axes | None = None, text: str | None = None, **more: Any) -> Axes:
    """Draw one sample; `text` replaces every text that a caller passes in."""

    def say(own: str) -> str:
        return own if text is None else text

    ax = new_figure()[1] if ax is None else ax
    labels = {f"r{i}": say(NAMES[i % len(NAMES)]) for i in range(rows)}
    own: dict[str, Any] = {"ax": ax, "number": comma}
    chart: Callable[..., Axes]
    if kind == "heat":
        chart = heat
        own |= {
            "frame": heat_frame(rows),
            "row_labels": labels,
            "column_labels": {f"c{j}": say(UNITS[j % len(UNITS)]) for j in range(20)},
            "number": signed,
            "centre": 0.0,
            "value_label": say("Differenz der Mittelwerte (innen minus außen)"),
            "title": say("Nur der Außendienst sieht sich so, wie ihn die Kundinnen und Kunden erleben"),
            "subtitle": say("Differenz je Konstrukt und Bereich; schraffiert: weniger als sieben Antworten"),
            "mark_labels": {"aligned": say("praktisch gleich"), "beyond": say("jenseits des Bereichs ± 0,5")},
            "row_title": say("Konstrukt"),
            "column_title": say("Organisationseinheit"),
        }
    elif kind == "quadrant":
        chart = quadrant
        own |= {
            "frame": quadrant_frame(rows),
            "point_labels": labels,
            "x_label": say("Leistung aus Sicht der Kundinnen und Kunden (1 = sehr schlecht, 5 = sehr gut)"),
            "y_label": say("Wichtigkeit (1 = unwichtig, 5 = sehr wichtig)"),
            "quadrant_labels": [
                say(t) for t in ("Stärken halten", "Hier zuerst ansetzen", "Beobachten", "Übererfüllt")
            ],
            "x_cut": 3.4,
            "y_cut": 3.4,
            "limits": (1, 5),
            "title": say("Bei der Erreichbarkeit lohnt sich die nächste Anstrengung am meisten"),
            "subtitle": say("Mittelwerte mit 95-%-KI; hohle Punkte liegen nicht sicher in einem Feld"),
        }
    elif kind == "curve":
        chart = curve
        own |= {
            "frame": curve_frame(min(rows, 5)),
            "series_labels": labels,
            "x_label": say("Befragte je Gruppe (ohne Ausfälle)"),
            "y_label": say("Teststärke bei α = 0,05 (zweiseitig)"),
            "number": comma,
            "x_number": "{:.0f}".format,
            "reference": 0.8,
            "reference_label": say("gefordert: 0,8"),
            "vertical": 175.0,
            "vertical_label": say("geplante Stichprobe (n = 175)"),
            "y_limits": (0, 1),
            "title": say("Mit 175 Befragten je Gruppe werden mittlere Unterschiede sicher erkannt"),
            "subtitle": say("Simulierte Teststärke mit 95-%-Band"),
        }
    elif kind == "waves":
        chart = curve
        own |= {
            "frame": wave_frame(min(rows, 3)),
            "series_labels": labels,
            "x_label": say("Befragungswelle"),
            "y_label": say("Mittelwert mit 95-%-KI (1 = trifft gar nicht zu, 5 = trifft voll zu)"),
            "x_number": "{:.0f}".format,
            "markers": True,
            "title": say("Seit 2021 steigt die Zuverlässigkeit, die Verständlichkeit bleibt gleich"),
            "subtitle": say("Sechs Wellen, n = 180 bis 240 je Welle"),
        }
    elif kind in ("staircase", "stairs"):
        chart = staircase
        own |= {
            "frame": stair_frame(min(rows, 8), ("importance", "implementation") if kind == "stairs" else ()),
            "step_labels": {f"s{i}": say(STEPS[i % 4]) for i in range(8)},
            "series_labels": {"importance": say("Wichtigkeit"), "implementation": say("Umsetzung im eigenen Bereich")},
            "value_label": say("Mittelwert mit 95-%-KI (1 = trifft gar nicht zu, 5 = trifft voll zu)"),
            "difference_number": signed,
            "title": say("Zwischen Wollen und Leidenschaft ist die Stufe am höchsten"),
            "subtitle": say("Stufen der Kundenleidenschaft; fett: Abstand zur nächsten Stufe"),
        }
    elif kind == "surface":
        chart = surface
        own |= {
            "frame": surface_frame(),
            "points": cloud_frame(),
            "x_label": say("Selbstbild der Mitarbeitenden (1 = sehr schlecht, 5 = sehr gut)"),
            "y_label": say("Fremdbild der Kundinnen und Kunden (1 = sehr schlecht, 5 = sehr gut)"),
            "value_label": say("Zahlen auf den Linien: geschätzte Weiterempfehlung"),
            "agreement_label": say("Übereinstimmung: Selbstbild gleich Fremdbild"),
            "disagreement_label": say("größte Abweichung zwischen Selbstbild und Fremdbild"),
            "title": say("Am meisten empfohlen wird, wo Selbstbild und Fremdbild übereinstimmen"),
            "subtitle": say("Antwortfläche eines Polynoms zweiten Grades; Punkte: 160 Einheiten"),
        }
    return chart(**(own | more))


class More:
    """What the tests need, handed to them by a fixture."""

    draw = staticmethod(draw)
    heat_frame = staticmethod(heat_frame)
    quadrant_frame = staticmethod(quadrant_frame)
    curve_frame = staticmethod(curve_frame)
    wave_frame = staticmethod(wave_frame)
    stair_frame = staticmethod(stair_frame)
    surface_frame = staticmethod(surface_frame)
    cloud_frame = staticmethod(cloud_frame)
    frames = {  # noqa: RUF012
        "heat": heat_frame,
        "quadrant": quadrant_frame,
        "curve": curve_frame,
        "waves": wave_frame,
        "staircase": stair_frame,
        "surface": surface_frame,
    }

    @staticmethod
    def said(ax: Axes, gid: str) -> list[str]:
        return [t.get_text().replace("\n", " ") for t in ax.texts if t.get_gid() == gid]

    @staticmethod
    def drawn(ax: Axes, gid: str) -> list[Any]:
        return [item for item in (*ax.lines, *ax.collections, *ax.patches) if item.get_gid() == gid]


@pytest.fixture
def more() -> type[More]:
    return More

"""Samples of the pictures of personas, with German texts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from cxresearch.charts.alluvial import alluvial
from cxresearch.charts.group_map import group_map
from cxresearch.charts.null_distribution import null_distribution
from cxresearch.charts.persona import comparison, profile
from cxresearch.charts.selection import selection
from cxresearch.charts.theme import new_figure

ITEMS = (
    "Erreichbarkeit der Ansprechpartnerinnen und Ansprechpartner",
    "Verständlichkeit der Unterlagen",
    "Beschwerdebearbeitungsgeschwindigkeit",
    "Nutzung der App (Anteil)",
    "Besuch der Filiale im letzten Jahr",
    "Wichtigkeit: Selbstbedienung rund um die Uhr",
    "Weiterempfehlung (0 bis 10)",
)
PERSONAS = (
    "Digitale Selbstentscheiderinnen und Selbstentscheider",
    "Persönlich Betreute",
    "Preisbewusste",
    "Servicekritische Vielnutzerinnen und Vielnutzer",
    "Gelegenheitskundschaft",
    "Zufriedene Stammkundschaft",
    "Beschwerdeerfahrene",
    "Unauffällige Mitte",
)
CRITERIA = {"aic": "AIC", "abic": "aBIC (stichprobenkorrigiert)", "bic": "BIC", "icl": "ICL (BIC und Trennschärfe)"}
NULLS = {"independent": "Antworten unabhängig voneinander", "copula": "zusammenhängende Einstellungen ohne Gruppen"}


def comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",").replace("-", "−")


def signed(value: float) -> str:
    return f"{value:+.1f}".replace(".", ",").replace("-", "−")


def whole(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")


def percent(value: float) -> str:
    return f"{100 * value:.0f}\u00a0%"


def selection_frame(most: int) -> pd.DataFrame:
    k = np.arange(1, most + 1)
    fit = np.array([-6900, -6500, -6230, -6205, -6183, -6162, -6143, -6125.0])[:most]
    size = 33 * k - 1
    bic = -2 * fit + 6.4 * size
    values = {"aic": -2 * fit + 2 * size, "abic": -2 * fit + 3.2 * size, "bic": bic, "icl": bic + 40 * k}
    return pd.concat([pd.DataFrame({"k": k, "criterion": c, "value": v}) for c, v in values.items()], ignore_index=True)


def null_frames(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    table, draws = [], []
    for k in range(2, rows + 2):
        observed = 0.7 - 0.04 * k
        for null, (middle, spread) in {"independent": (0.95, 0.006), "copula": (0.75, 0.012)}.items():
            value = rng.normal(middle - 0.03 * k, spread, 99)
            z = (observed - value.mean()) / value.std()
            table.append({"row": k, "null": null, "observed": observed, "text": f"z = {comma(z)}", "hollow": z > -2})
            draws.append(pd.DataFrame({"row": k, "null": null, "value": value}))
    return pd.DataFrame(table), pd.concat(draws, ignore_index=True)


def profile_frame(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    value, wide = rng.normal(0, 0.55, rows), rng.uniform(0.1, 0.3, rows)
    frame = pd.DataFrame({"row": [f"r{i}" for i in range(rows)], "value": value, "low": value - wide})
    return frame.assign(high=value + wide, distance=np.abs(value))


def comparison_frame(rows: int, personas: int) -> pd.DataFrame:
    keys = [(f"r{i}", p) for i in range(rows) for p in range(personas)]
    frame = profile_frame(len(keys)).drop(columns=["row", "distance"])
    return pd.DataFrame(keys, columns=["row", "persona"]).join(frame)


def alluvial_frames(stages: tuple[int, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(2)
    place = rng.uniform(0, 1, 1000)
    member = {k: (np.clip(place + rng.normal(0, 0.02, 1000), 0, 0.999) * k).astype(int) for k in stages}
    nodes = [(k, g, PERSONAS[g], float(np.mean(member[k] == g))) for k in stages for g in range(k)]
    frame = pd.DataFrame(nodes, columns=["stage", "group", "label", "share"])
    flows = []
    for a, b in pairwise(stages):
        counts = pd.crosstab(member[a], member[b], normalize="all")
        flows += [(a, s, t, float(counts.loc[s, t])) for s in counts.index for t in counts.columns]
    return frame, pd.DataFrame(flows, columns=["stage", "source", "target", "share"])


def map_frames(groups: int, people: int = 300, apart: float = 3.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(3)
    turn = np.arange(groups) * 2 * np.pi / groups
    middle = np.stack([np.cos(turn), 0.6 * np.sin(turn)], axis=1) * apart
    member = rng.integers(0, groups, people)
    spots = middle[member] + rng.normal(0, 0.7, (people, 2))
    cloud = pd.DataFrame(spots, columns=["x", "y"]).assign(group=member)
    frame = pd.DataFrame({"group": range(groups), "x": middle[:, 0], "y": middle[:, 1]})
    return frame.assign(width=2.0, height=1.4, angle=15.0), cloud


def draw(kind: str, size: int = 4, *, ax: Axes | None = None, text: str | None = None, **more: Any) -> Axes:
    """Draw one sample; `text` replaces every text that a caller passes in."""

    def say(own: str) -> str:
        return own if text is None else text

    def wide() -> Axes:
        return new_figure(13.33 if kind == "comparison" and size > 4 else 6.4)[1]

    own: dict[str, Any] = {"ax": ax or wide(), "title": say("Drei Gruppen beschreiben die Antworten am besten")}
    own["subtitle"] = say("Hohle Punkte: vom Durchschnitt nicht zu unterscheiden")
    items = {f"r{i}": say(ITEMS[i % len(ITEMS)]) for i in range(30)}
    personas = {i: say(name) for i, name in enumerate(PERSONAS)}
    chart: Callable[..., Axes]
    if kind == "selection":
        chart = selection
        own |= {
            "frame": selection_frame(size),
            "criterion_labels": {key: say(name) for key, name in CRITERIA.items()},
            "k_label": say("Anzahl der Gruppen"),
            "value_label": say("Abstand zum jeweils kleinsten Wert (kleiner ist besser)"),
            "number": whole,
            "chosen": min(3, size),
            "chosen_label": say("Gewählt: 3 Gruppen (BIC und ICL am kleinsten, Likelihood-Quotienten-Test)"),
            "p_values": dict(zip(range(2, size + 1), [0.01, 0.0001, 0.32, np.nan], strict=False)),
            "p_label": say("p-Wert des Bootstrap-Likelihood-Quotienten-Tests gegen eine Gruppe weniger"),
            "p_number": comma,
        }
    elif kind == "nulls":
        chart = null_distribution
        frame, draws = null_frames(size)
        own |= {
            "frame": frame if text is None else frame.assign(text=text),
            "draws": draws,
            "null_labels": {key: say(name) for key, name in NULLS.items()},
            "row_labels": {k: say(f"{k} Gruppen") for k in range(2, 12)},
            "observed_label": say("beobachtet"),
            "value_label": say("Clusterindex (kleiner: Antworten liegen enger um die Gruppenmitten)"),
            "text_label": say("Abstand in Standardabweichungen"),
            "number": comma,
        }
    elif kind == "profile":
        chart = profile
        own |= {
            "frame": profile_frame(size),
            "row_labels": items,
            "value_label": say("Abstand vom Durchschnitt in Standardabweichungen, mit 95-%-KI"),
            "average_label": say("Durchschnitt aller Befragten"),
            "lower_label": say("niedriger, seltener"),
            "higher_label": say("höher, häufiger"),
            "text_label": say("Abstand in Standardabweichungen"),
            "number": signed,
        }
    elif kind == "comparison":
        chart = comparison
        own |= {
            "frame": comparison_frame(20 if size > 4 else 4, size),
            "row_labels": items,
            "persona_labels": personas,
            "share_labels": {i: say(f"{20 - i}\u00a0%, n = {400 - i}") for i in range(8)},
            "value_label": say("Abstand vom Durchschnitt in Standardabweichungen, mit 95-%-KI"),
            "number": signed,
        }
    elif kind == "alluvial":
        chart = alluvial
        frame, flows = alluvial_frames(tuple(range(max(1, size - 2), size + 1)))
        own |= {
            "frame": frame if text is None else frame.assign(label=text),
            "flows": flows,
            "stage_labels": {k: say(f"{k} Gruppen") for k in range(1, 9)},
            "number": percent,
        }
    else:
        chart = group_map
        frame, people = map_frames(size)
        own |= {
            "frame": frame,
            "people": people,
            "group_labels": personas,
            "x_label": say("Erste Trennachse: eher digital (rechts) oder persönlich (links)"),
            "y_label": say("Zweite Trennachse: eher preisbewusst (oben) oder serviceorientiert (unten)"),
            "thinned_label": say("Gezeigt ist eine zufällige Auswahl der Befragten"),
        }
    return chart(**(own | more))


class Pictures:
    """What the tests need, handed to them by a fixture."""

    draw = staticmethod(draw)
    selection_frame = staticmethod(selection_frame)
    null_frames = staticmethod(null_frames)
    profile_frame = staticmethod(profile_frame)
    comparison_frame = staticmethod(comparison_frame)
    alluvial_frames = staticmethod(alluvial_frames)
    map_frames = staticmethod(map_frames)
    personas = PERSONAS

    @staticmethod
    def frame(kind: str, size: int) -> pd.DataFrame:
        """The first frame of a kind."""
        made = {
            "selection": lambda: selection_frame(size),
            "nulls": lambda: null_frames(size)[0],
            "profile": lambda: profile_frame(size),
            "comparison": lambda: comparison_frame(4, size),
            "alluvial": lambda: alluvial_frames(tuple(range(max(1, size - 2), size + 1)))[0],
            "map": lambda: map_frames(size)[0],
        }
        return made[kind]()

    @staticmethod
    def said(ax: Axes, gid: str) -> list[str]:
        panels = (ax, *ax.child_axes)
        return [t.get_text().replace("\n", " ") for panel in panels for t in panel.texts if t.get_gid() == gid]

    @staticmethod
    def drawn(ax: Axes, *gids: str) -> list[Any]:
        panels = (ax, *ax.child_axes)
        every = (item for p in panels for item in (*p.lines, *p.collections, *p.patches))
        return [item for item in every if item.get_gid() in gids]


@pytest.fixture
def pictures() -> type[Pictures]:
    return Pictures

"""Samples of every chart with German texts, and what must hold after every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from cxresearch.charts.distribution import distribution, histogram
from cxresearch.charts.gap import dumbbell
from cxresearch.charts.interval import intervals
from cxresearch.charts.likert import likert
from cxresearch.charts.theme import new_figure

LONG = "Erreichbarkeit der Ansprechpartnerinnen und Ansprechpartner"
NAMES = (
    "Sicherheit und Respekt",
    LONG,
    "Verständlichkeit",
    "Beschwerdebearbeitungsgeschwindigkeitsempfinden",
    "Zuverlässigkeit und Termintreue",
    "Weiterempfehlung",
)
TITLE = "Bei der Beschwerdebearbeitung sehen wir uns deutlich besser, als unsere Kundinnen und Kunden uns erleben"
SUBTITLE = "Rechts des Bandes: Wir überschätzen uns; links: Wir unterschätzen uns. Hohle Punkte sind nicht entschieden."
VERDICTS = {
    "over": "Wir überschätzen uns",
    "under": "Wir unterschätzen uns",
    "equal": "kein relevanter Unterschied",
    "inconclusive": "nicht entscheidbar",
    "not_reportable": "nicht berichtbar (n < 7)",
}
CATEGORIES = {
    1: "trifft überhaupt nicht zu",
    2: "trifft eher nicht zu",
    3: "teils, teils",
    4: "trifft eher zu",
    5: "trifft voll und ganz zu",
    "dk": "keine Angabe",
}

HOSTILE = {
    "math": "$\\frac{1}{0}$ costs $5 or \\$7 $x$",
    "markup": '<script>alert(1)</script> & "quotes" \' ]]>',
    "newlines": "one\ntwo\r\nthree\tfour\x00\x07\x1b[31m",
    "emoji": "\U0001f9e0\U0001f468\u200d\U0001f469\u200d\U0001f467" * 10_000,
    "word": "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüssel" * 40,
    "direction": "\u202eabc\u2066def\u200f \u4f60\u597d \u0645\u0631\u062d\u0628\u0627 \ud800",
    "empty": "",
    "percent": "%s %d {0} {x} 100 % ~ # _ ^",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Draw each kind in ``BESET`` of a module with a quarter of the hostile texts, with all of them with -m slow."""
    if "hostile" not in metafunc.fixturenames:
        return
    if "kind" not in metafunc.fixturenames:
        metafunc.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
        return
    cases = [
        pytest.param(kind, text, id=f"{kind}-{name}", marks=[pytest.mark.slow] if (i + j) % 4 else [])
        for i, kind in enumerate(metafunc.module.BESET)
        for j, (name, text) in enumerate(HOSTILE.items())
    ]
    metafunc.parametrize(("kind", "hostile"), cases)


def comma(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").replace("-", "−")


def percent(value: float) -> str:
    return f"{100 * value:.0f}\u00a0%"


def gap_frame(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    inside, difference = rng.uniform(2.4, 4.8, rows), rng.normal(0.2, 0.5, rows)
    verdict = np.array(list(VERDICTS))[np.arange(rows) % 4]
    keys = [f"r{i}" for i in range(rows)]
    frame = pd.DataFrame({"row": keys, "inside": inside, "outside": inside - difference, "difference": difference})
    return frame.assign(low=difference - 0.2, high=difference + 0.2, verdict=verdict)


def likert_frame(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    parts = []
    for i in range(rows):
        shares = [*rng.dirichlet([1, 2, 2, 4, 3]), rng.uniform(0, 0.3)]
        parts.append(pd.DataFrame({"row": f"r{i}", "category": list(CATEGORIES), "share": shares, "n": 40 + 97 * i}))
    return pd.concat(parts, ignore_index=True)


def interval_frame(rows: int, groups: tuple[str, ...] = ()) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    keys = [(f"r{i}", g) for i in range(rows) for g in groups or ("",)]
    value = rng.uniform(1.4, 4.6, len(keys))
    frame = pd.DataFrame(keys, columns=["row", "group"]).assign(value=value, low=value - 0.3, high=value + 0.3, n=321)
    return frame if groups else frame.drop(columns="group")


def nps_frame() -> pd.DataFrame:
    share = np.array([3, 1, 1, 2, 3, 9, 7, 15, 22, 17, 20]) / 100
    band = ["Kritikerinnen und Kritiker"] * 7 + ["Unentschiedene"] * 2 + ["Empfehlerinnen und Empfehler"] * 2
    frame = pd.DataFrame({"value": range(11), "label": [str(i) for i in range(11)], "share": share, "n": 300})
    return frame.assign(low=share - 0.01, high=share + 0.01, band=band)


def draw(kind: str, rows: int = 6, *, ax: Axes | None = None, text: str | None = None, **more: Any) -> Axes:
    """Draw one sample; `text` replaces every text that a caller passes in."""

    def say(own: str) -> str:
        return own if text is None else text

    ax = new_figure()[1] if ax is None else ax
    labels = {f"r{i}": say(NAMES[i % len(NAMES)]) for i in range(rows)}
    both: dict[str, Any] = {"title": say(TITLE), "subtitle": say(SUBTITLE), "ax": ax}
    if kind == "gap":
        own: dict[str, Any] = {
            "frame": gap_frame(rows),
            "row_labels": labels,
            "inside_label": say("Mitarbeitende"),
            "outside_label": say("Kundinnen und Kunden"),
            "value_label": say("Mittelwert (1 = trifft gar nicht zu, 5 = trifft voll zu)"),
            "difference_label": say("Differenz der Mittelwerte (innen minus außen) mit 95-%-KI"),
            "margin": 0.25,
            "margin_label": say("Bereich ohne praktische Bedeutung (± 0,25)"),
            "verdict_labels": {key: say(words) for key, words in VERDICTS.items()},
            "number": comma,
            "limits": (1, 5),
        }
        chart: Callable[..., Axes] = dumbbell
    elif kind == "likert":
        own = {
            "frame": likert_frame(rows),
            "categories": [1, 2, 3, 4, 5],
            "category_labels": {key: say(words) for key, words in CATEGORIES.items()},
            "row_labels": labels,
            "neutral": 3,
            "outside_base": "dk",
            "number": percent,
        }
        chart = likert
    elif kind in ("intervals", "groups"):
        own = {
            "frame": interval_frame(rows, ("Mitarbeitende", "Kundinnen und Kunden") if kind == "groups" else ()),
            "row_labels": labels,
            "value_label": say("Mittelwert mit 95-%-KI (1 = trifft gar nicht zu, 5 = trifft voll zu)"),
            "number": comma,
            "reference": 3.4,
            "reference_label": say("Durchschnitt 3,4"),
            "band": (3.2, 3.6),
            "band_label": say("Bereich ohne praktische Bedeutung"),
            "limits": (1, 5),
        }
        chart = intervals
    elif kind == "distribution":
        frame = nps_frame().iloc[:rows]
        if text is not None:
            frame = frame.assign(label=text, band=text)
        own = {
            "frame": frame,
            "value_label": say("0 = unwahrscheinlich, 10 = äußerst wahrscheinlich"),
            "number": percent,
        }
        chart = distribution
    else:
        own = {
            "values": np.random.default_rng(7).gamma(3, 4, 50 * rows),
            "value_label": say("Wartezeit in Minuten"),
            "count_label": say("Anzahl der Befragten"),
            "number": "{:.0f}".format,
            "reference": 12.0,
            "reference_label": say("Mittelwert 12,0"),
        }
        chart = histogram
    return chart(**(own | both | more))


KINDS = ("gap", "likert", "intervals", "groups", "distribution", "histogram")


def figure_of(ax: Axes) -> Figure:
    return ax.get_figure(root=True)


def texts(ax: Axes) -> list[Text]:
    """Every text artist of the figure that is seen."""
    figure = figure_of(ax)
    figure.draw_without_rendering()
    found = figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
    return [t for t in dict.fromkeys(found) if t.get_text().strip()]


def outside(ax: Axes) -> list[tuple[str, Bbox]]:
    """Texts that are not wholly on the canvas."""
    seen = [(t.get_text(), t.get_window_extent()) for t in texts(ax)]
    width, height = figure_of(ax).bbox.size
    return [(t, b) for t, b in seen if b.x0 < -0.5 or b.y0 < -0.5 or b.x1 > width + 0.5 or b.y1 > height + 0.5]


def overlapping(ax: Axes, slack: float = 2.0) -> list[tuple[str, str]]:
    """Pairs of texts that share more than a rim of `slack` pixels."""
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts(ax)]
    pairs = []
    for (one, a), (other, b) in combinations(boxes, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > slack and high > slack:
            pairs.append((one, other))
    return pairs


class Charts:
    """What the tests need, handed to them by a fixture."""

    kinds = KINDS
    draw = staticmethod(draw)
    texts = staticmethod(texts)
    outside = staticmethod(outside)
    overlapping = staticmethod(overlapping)
    figure_of = staticmethod(figure_of)
    gap_frame = staticmethod(gap_frame)
    likert_frame = staticmethod(likert_frame)
    interval_frame = staticmethod(interval_frame)
    nps_frame = staticmethod(nps_frame)
    verdicts = VERDICTS
    categories = CATEGORIES


@pytest.fixture
def charts() -> type[Charts]:
    return Charts


@pytest.fixture(autouse=True)
def _no_traces() -> Iterator[None]:
    """A chart leaves no setting changed and no figure with pyplot."""
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []

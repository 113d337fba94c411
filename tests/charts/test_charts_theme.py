"""Colours, text, titles and files."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from cxresearch.charts.palette import BAND, GREY, GROUPS, INK, INSIDE, OUTSIDE, PAPER
from cxresearch.charts.text import balance, clean, measure, plain, wrap
from cxresearch.charts.theme import contrast, ink_on, likert_ramp, luminance, new_figure, style, svg, titles


def lightness(colour: str) -> float:
    """CIE L*: what is left of a colour in greyscale."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("neutral", [True, False])
@pytest.mark.parametrize("side", [1, 2, 3, 4, 5])
def test_ramp_survives_greyscale(side: int, neutral: bool) -> None:
    ramp = likert_ramp(side, side, neutral=neutral)
    assert len(set(ramp)) == 2 * side + neutral
    light = [lightness(c) for c in ramp]
    left, right = light[: side + neutral], light[side:]
    assert left == sorted(left)
    assert right == sorted(right, reverse=True)
    steps = [abs(b - a) for part in (left, right) for a, b in pairwise(part)]
    assert min(steps, default=99) >= (12 if side <= 3 else 7)


def test_numbers_in_segments_can_be_read() -> None:
    ramps = [likert_ramp(a, b, neutral=n) for a in range(6) for b in range(6) for n in (True, False)]
    assert min(contrast(ink_on(c), c) for ramp in ramps for c in ramp) >= 4.2


def test_texts_and_marks_contrast_with_their_ground() -> None:
    assert min(contrast(c, ground) for c in (INK, GREY) for ground in (PAPER, BAND)) >= 4.5
    assert abs(lightness(INSIDE.colour) - lightness(OUTSIDE.colour)) > 20
    assert len({m.shape for m in GROUPS}) == len({m.colour for m in GROUPS}) == len(GROUPS)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  a \n\t b ", "a b"),
        ("42\u00a0%", "42\u00a0%"),
        ("e\u0301", "é"),
        ("\U0001f9e0\U0001f9e0!", "□!"),
        ("a\u200db\u202ec", "abc"),
        (None, "None"),
        (3.5, "3.5"),
        ("", ""),
    ],
)
def test_clean(given: object, shown: str) -> None:
    assert clean(given) == shown


def test_long_text_is_shortened_fast() -> None:
    assert len(clean("\U0001f600" * 100_000, 50)) == 50
    assert clean("word " * 30_000, 50).endswith("…")


@pytest.mark.parametrize("width", [0.3, 0.7, 1.2, 3.0])
def test_wrapped_lines_fit(width: float) -> None:
    text = "Beschwerdebearbeitungsgeschwindigkeit der Ansprechpartnerinnen/Ansprechpartner (n = 453)"
    shown = wrap(text, width, 10, lines=99)
    assert measure(shown, 10) <= width
    assert re.sub(r"-?\n|\s", "", shown) == re.sub(r"\s", "", text)
    assert wrap(text, width, 10, lines=2).count("\n") <= 1


def test_soft_hyphens_guide_the_break_and_are_not_drawn() -> None:
    word = "Beschwerde\u00adbearbeitungs\u00adzeit"
    assert wrap(word, 1.1, 10) == "Beschwerde-\nbearbeitungs-\nzeit"
    assert wrap(word, 9, 10) == plain(word) == "Beschwerdebearbeitungszeit"


def test_relations_are_not_torn_apart() -> None:
    assert wrap("nicht berichtbar (n < 7)", 1.2) == "nicht berichtbar\n(n < 7)"


def test_balance_leaves_no_word_alone() -> None:
    title = "Nur die Termintreue liegt klar unter dem Durchschnitt aller Dienststellen"
    lines = balance(title, 6.2, 13, "bold").split("\n")
    assert len(lines) == 2
    assert min(map(len, lines)) > 25


def test_titles_of_an_own_chart(charts: Any) -> None:
    figure, ax = new_figure(height=3.0)
    ax.plot([1, 2, 3], [2, 1, 3])
    ax.set_xticks([1, 2, 3])
    ax.set_yticks([1, 2, 3])
    before = ax.get_position().frozen()
    titles(ax, "Ein sehr langer Befund " * 6, "Was gezeigt wird")
    style(ax, "y")
    after = ax.get_position()
    assert (round(after.x0, 6), round(after.x1, 6)) == (round(before.x0, 6), round(before.x1, 6))
    assert after.y1 < before.y1
    assert charts.outside(ax) == []
    assert charts.overlapping(ax) == []
    assert figure.get_figheight() == 3.0
    assert not ax.spines["top"].get_visible()


def test_svg_stands_alone_and_goes_into_a_page(charts: Any) -> None:
    figure = charts.figure_of(charts.draw("gap"))
    page = svg(figure, 'Sagt "1 < 2" & mehr', "Lücken")
    root = ElementTree.fromstring(page)
    assert root.attrib["aria-label"] == 'Sagt "1 < 2" & mehr'
    assert "<?xml" not in page
    assert "<!DOCTYPE" not in page
    assert "<style" not in page
    assert "Matplotlib" not in page
    shown = {e.text for e in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Sicherheit und Respekt", "Kundinnen und Kunden", "Mitarbeitende"} <= shown
    assert "DejaVu" not in page
    assert "system-ui" in page


def test_two_pictures_in_one_page_share_no_clip_path(charts: Any) -> None:
    figure = charts.figure_of(charts.draw("gap"))
    marks = [set(re.findall(r'<clipPath id="([^"]+)"', svg(figure, alt, "title"))) for alt in ("one", "two")]
    assert marks[0]
    assert not marks[0] & marks[1]

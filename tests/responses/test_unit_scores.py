"""Ready-made scores, from files and frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxresearch as cx
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

BASE = pd.DataFrame(
    {
        "unit": ["A", "A", "B"],
        "perspective": ["customer", "employee", "customer"],
        "construct": ["ease", "ease", "ease"],
        "score": [1.0, 2.0, 3.0],
    }
)


@pytest.fixture(scope="module")
def named() -> Survey:
    return parse_survey(
        """\
id: t
title: T
languages: [de, en]
source: s
licence: l
perspectives:
  employee: {name: {de: Team, en: Staff}, side: inside, role: employee}
  customer: {name: {de: Kunden, en: Customers}, side: outside, role: customer}
scales: {}
constructs: {ease: {name: {de: Leichtigkeit, en: Ease}}}
fields: {type: {name: Type, kind: group, labels: {a: Alpha, b: Beta}}}
"""
    )


def codes(*args: Any, **more: Any) -> tuple[str, ...]:
    with pytest.raises(cx.CxError) as caught:
        cx.read_scores(*args, **more)
    assert str(caught.value)
    return caught.value.codes


def scores(found: cx.UnitScores) -> list[tuple[str, str, float]]:
    return list(zip(found.frame["unit"], found.frame["perspective"], found.frame["score"], strict=True))


ORDERED = [("A", "customer", 1.0), ("B", "customer", 3.0), ("A", "employee", 2.0)]


@pytest.mark.parametrize(
    "frame",
    [
        BASE,
        BASE.iloc[::-1],
        BASE.set_axis([7, 7, 7]),
        BASE.assign(score=[1, 2, 3]),
        BASE.assign(score=pd.array([1, 2, 3], "Int64")),
        BASE.assign(score=pd.array([1, 2, 3], "Float64")),
        BASE.assign(score=pd.Categorical([1, 2, 3])),
        BASE.assign(score=["1", " 2.0 ", "3"]),
        BASE.assign(score=["1,0", "2", "3,0"]),
        BASE.assign(unit=BASE["unit"].astype("category"), perspective=BASE["perspective"].astype("string")),
    ],
)
def test_one_table_in_many_frames(frame: pd.DataFrame) -> None:
    assert scores(cx.read_scores(frame)) == ORDERED


def test_a_german_file(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes("Filiale;wer;Thema;Wert;n\nKöln;Kunde;Ruhe;1,5;10\nKöln;Team;Ruhe;;12\n".encode("cp1252"))
    found = cx.read_scores(
        path, unit="Filiale", perspective="wer", construct="Thema", score="Wert", n="n", encoding="cp1252"
    )
    assert scores(found) == [("Köln", "Kunde", 1.5)]
    assert found.dropped == {"no score": 1}
    assert (found.provenance[0].rows_read, found.provenance[0].rows_kept) == (2, 1)
    assert found.frame["n"].tolist() == [10.0]


@pytest.mark.parametrize("none", [None, np.nan, pd.NA, "", "  "])
def test_rows_without_a_score_are_counted(none: Any) -> None:
    found = cx.read_scores(BASE.assign(score=pd.Series([1.0, none, 3.0], dtype=object)))
    assert found.dropped == {"no score": 1}
    assert len(found.frame) == 2


@pytest.mark.parametrize("units", [[1, 1, 2], [1.0, 1.0, 2.0], ["1", "1", "2"], pd.array([1, 1, 2], "Int64")])
def test_units_with_numbers_have_one_name(units: Any) -> None:
    assert sorted(cx.read_scores(BASE.assign(unit=units)).frame["unit"]) == ["1", "1", "2"]


@pytest.mark.parametrize(
    ("frame", "more", "expected"),
    [
        (BASE.assign(score=["1", "x", "3"]), {}, ("scores.not-a-number",)),
        (BASE.assign(score=["1", "١", "3"]), {}, ("scores.not-a-number",)),
        (BASE.assign(score=["1", "1_0", "0x1"]), {}, ("scores.not-a-number", "scores.not-a-number")),
        (BASE.assign(score=[1, np.inf, 3]), {}, ("scores.not-a-number",)),
        (BASE.assign(score=[True, False, True]), {}, ("scores.not-a-number", "scores.not-a-number")),
        (BASE.assign(score=["1.5", "2,5", "3"]), {}, ("scores.not-a-number",)),
        (BASE.assign(score=np.nan), {}, ("scores.empty",)),
        (BASE.head(0), {}, ("scores.empty",)),
        (BASE, {"scale": (2, 5)}, ("scores.outside-scale",)),
        (BASE, {"scale": (5, 1)}, ("scores.scale",)),
        (BASE, {"scale": 5}, ("scores.scale",)),
        (BASE, {"scale": "1-5"}, ("scores.scale",)),
        (BASE, {"scale": (1, np.nan)}, ("scores.scale",)),
        (BASE.assign(k=[1, -2, None]), {"n": "k"}, ("scores.outside-scale",)),
        (BASE, {"n": "k"}, ("scores.missing-column",)),
        (BASE[["unit"]], {}, ("scores.missing-column",) * 3),
        (pd.DataFrame(), {}, ("scores.missing-column",) * 4),
        (BASE, {"groups": "type"}, ("scores.missing-column",)),
        (pd.concat([BASE, BASE]), {}, ("scores.duplicate",) * 3),
        (BASE.assign(unit=["A", None, "B"]), {}, ("scores.no-unit",)),
        (BASE.assign(perspective=["customer", "employee", " "]), {}, ("scores.no-perspective",)),
        (BASE.assign(construct=["ease", "ease", np.nan]), {}, ("scores.no-construct",)),
        (pd.concat([BASE, BASE[["score"]]], axis=1), {}, ("data.duplicate-column",)),
        (BASE, {"survey": "t.yaml"}, ("data.not-a-survey",)),
        ([1, 2], {}, ("shipped.no-path",)),
        ("missing.csv", {}, ("data.missing-file",)),
    ],
)
def test_what_is_taught(frame: Any, more: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert codes(frame, **more) == expected


def test_a_column_is_never_mistaken_for_the_score() -> None:
    frame = BASE.assign(value=[7.0, 8.0, 9.0])
    assert codes(frame, score="value") == ("scores.column-taken",)
    assert sorted(cx.read_scores(frame, score="value", groups=[]).frame["score"]) == [7.0, 8.0, 9.0]


def test_groups() -> None:
    frame = BASE.assign(type=["x", "x", "y"], size=[1, 1, 2])
    assert cx.read_scores(frame).groups == ("type", "size")
    assert cx.read_scores(frame, groups="type").groups == ("type",)


def test_with_a_survey(named: Survey) -> None:
    frame = BASE.assign(
        perspective=["KUNDEN", "staff", "customers"], construct="Leichtigkeit", type=["Alpha", "a", "b"]
    )
    found = cx.read_scores(frame, survey=named)
    # in the order of the survey
    assert scores(found) == [ORDERED[2], ORDERED[0], ORDERED[1]]
    assert found.frame["type"].tolist() == ["a", "a", "b"]
    assert found.lang == "de"
    assert codes(frame.assign(type="zz"), survey=named) == ("data.unknown-value",)


def test_what_the_survey_does_not_know(named: Survey) -> None:
    frame = BASE.rename(columns={"perspective": "who"}).assign(who=["custmer", "employee", "custmer"])
    with pytest.raises(cx.CxError) as caught:
        cx.read_scores(frame, perspective="who", survey=named)
    assert caught.value.codes == ("scores.unknown-perspective",)
    assert "'customer'" in str(caught.value)
    assert codes(BASE.assign(construct="eas"), survey=named) == ("scores.unknown-construct",)


@settings(deadline=None, max_examples=40)
@given(order=st.permutations(range(12)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    frame = pd.DataFrame(
        [(u, p, c, hash((u, p, c)) % 97) for u in "AB" for p in "xyz" for c in ("c1", "c2")],
        columns=["unit", "perspective", "construct", "score"],
    )
    pd.testing.assert_frame_equal(cx.read_scores(frame).frame, cx.read_scores(frame.iloc[order]).frame)

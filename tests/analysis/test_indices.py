"""NPS and CSAT: nothing is counted that is no answer, nobody is pooled in silence, both take the same options."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.survey.template import parse_survey

DEMO = "shipped:reports/credibility-demo/data/{}.csv"


@pytest.fixture(scope="module")
def answers() -> cx.Responses:
    survey = cx.load_survey("shipped:surveys/credibility-gap.yaml")
    found = cx.read({who: DEMO.format(who) for who in ("customer", "employee")}, survey, partial=True)
    assert isinstance(found, cx.Responses)
    return found


def codes(result: Any) -> list[str]:
    return [caveat.code for caveat in result.caveats]


@pytest.mark.parametrize("strange", [3.5, "3.5", "3,5", -1, 11, 0.4, np.inf])
def test_what_is_no_whole_number_from_0_to_10_is_left_out_and_told(strange: Any) -> None:
    sound = [10, 9, 9, 8, 2]
    result = cx.nps(pd.DataFrame({"x": pd.Series([*sound, strange], dtype=object)}), "x")
    alone = cx.nps(pd.DataFrame({"x": sound}), "x")
    pd.testing.assert_frame_equal(result.table.drop(columns="n_dropped"), alone.table.drop(columns="n_dropped"))
    assert result.table["n_dropped"].item() == 1
    assert codes(result)[0] == "outside_scale"
    told = result.caveats[0]
    assert told.text("en") == f"1 answer to “x” is not on the scale and was left out: {strange} (1)."
    assert told.text("de") == f"1 Antwort bei „x“ steht nicht auf der Skala und wurde nicht verwendet: {strange} (1)."


def test_a_number_that_is_nearly_whole_is_refused() -> None:
    with pytest.raises(cx.CxError, match="0 to 10"):
        cx.nps(pd.DataFrame({"x": [10, 9, 8.9999999999]}), "x")


@pytest.mark.parametrize("ask", [cx.nps, cx.csat])
def test_perspectives_are_not_pooled_in_silence(ask: Any, answers: cx.Responses) -> None:
    pooled = ask(answers)
    assert "perspectives_pooled" in codes(pooled)
    told = next(caveat for caveat in pooled.caveats if caveat.code == "perspectives_pooled")
    assert told.severity == "warning"
    assert "“Customers” and “Employees”" in told.text("en", pooled.names)
    assert "„Kundinnen und Kunden“ und „Mitarbeiterinnen und Mitarbeiter“" in told.text("de", pooled.names)
    assert "perspectives_pooled" in codes(ask(answers, by="branch"))
    apart = ask(answers, by="perspective")
    assert "perspectives_pooled" not in codes(apart)
    assert apart.table["group"].tolist() == ["customer", "employee"]
    for who in apart.table["group"]:
        alone = ask(answers.where(perspective=who))
        assert "perspectives_pooled" not in codes(alone)
        assert alone.table["n"].item() == apart.table.set_index("group").loc[who, "n"]


ENDS = """\
id: ends
title: Title
languages: [en, de]
source: own
licence: CC0
perspectives: {p: {name: People, side: outside, role: customer}}
scales:
  named: {level: ordinal, low: 0, high: 10, labels: {0: {en: never, de: nie}, 10: {en: surely, de: gewiss}}}
  bare: {level: ordinal, low: 0, high: 10}
items:
  labelled: {scale: named, text: A, index: nps}
  own: {scale: bare, text: B, ends: {low: {en: cold, de: kalt}, high: {en: warm, de: warm}}}
  bare: {scale: bare, text: C}
"""


@pytest.mark.parametrize(
    ("item", "en", "de"),
    [
        ("labelled", "0 = never, 10 = surely", "0 = nie, 10 = gewiss"),
        ("own", "0 = cold, 10 = warm", "0 = kalt, 10 = warm"),
        ("bare", "0 = not at all likely to recommend, 10 = extremely likely", "0 = keinesfalls weiterempfehlen"),
    ],
)
def test_the_picture_names_the_ends_as_the_survey_does(tmp_path: Path, item: str, en: str, de: str) -> None:
    survey = parse_survey(ENDS)
    frame = pd.DataFrame({key: [0, 5, 9, 10, 10] for key in ("labelled", "own", "bare")})
    path = tmp_path / "answers.csv"
    frame.assign(perspective="p").to_csv(path, index=False)
    result = cx.nps(cx.read_responses(path, survey), item)
    assert result.plot(lang="en").get_xlabel() == en
    assert result.plot(lang="de").get_xlabel().startswith(de)
    plt.close("all")


def test_only_those_who_answered_count_as_pooled() -> None:
    frame = pd.DataFrame({"perspective": ["a", "a", "b"], "x": [9, 10, np.nan]})
    assert "perspectives_pooled" not in codes(cx.nps(frame, "x"))
    frame.loc[2, "x"] = 3
    assert "perspectives_pooled" in codes(cx.nps(frame, "x"))


@pytest.mark.parametrize("ask", [cx.nps, cx.csat])
def test_the_signature_shows_every_option(ask: Any) -> None:
    parameters = inspect.signature(ask).parameters
    shown = {
        name: parameters[name].default for name in ("by", "weights", "missing", "level", "minimum_cell", "withhold")
    }
    assert shown == {"by": None, "weights": None, "missing": None, "level": 0.95, "minimum_cell": 2, "withhold": ()}
    assert all(p.kind is not p.VAR_KEYWORD for p in parameters.values())


def test_an_option_that_there_is_not() -> None:
    with pytest.raises(
        TypeError, match=r"nps\(\) got an unexpected keyword argument 'wieghts'. Did you mean 'weights'"
    ):
        cx.nps(pd.DataFrame({"x": [1, 2]}), "x", wieghts="w")


@pytest.mark.parametrize("ask", [lambda **o: cx.nps(**o), lambda **o: cx.csat(scale=(0, 10), **o)])
@pytest.mark.parametrize("weights", [None, "", "w"])
def test_options_mean_the_same(ask: Any, weights: str | None) -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.integers(0, 11, 90), "g": [*"aab"] * 28 + [*"cd"] * 3, "w": rng.uniform(1, 2, 90)})
    frame.loc[frame.index[:4], "x"] = 99
    result = ask(data=frame, item="x", by="g", weights=weights, missing=[99], level=0.9, minimum_cell=5)
    assert result.table["group"].tolist() == ["a", "b"]
    assert result.table["n_dropped"].tolist() == [3, 1]
    assert (result.level, result.by, result.weights) == (0.9, "g", weights or None)
    assert codes(result) == ["groups_not_reportable", *(["few_answers"] if result.table["n"].min() < 30 else [])]
    assert list(result.table.columns)[-3:] == ["n", "n_dropped", "method"]

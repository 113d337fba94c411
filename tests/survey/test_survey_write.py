"""Every survey that can be written can be read, and is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

import cxresearch as cx
from cxresearch.shipped import root
from cxresearch.survey.infer import survey_yaml
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

SHIPPED = sorted(path.name for path in (root() / "surveys").glob("*.yaml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_surveys_come_back_equal(name: str, tmp_path: Path) -> None:
    survey = cx.load_survey(f"shipped:surveys/{name}")
    written = cx.write_survey(survey, tmp_path / "new" / "folder" / "copy.yaml")
    assert cx.load_survey(written) == survey
    assert b"\r" not in written.read_bytes()


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    survey = cx.load_survey("shipped:surveys/sfo-airport.yaml")
    path = tmp_path / "mine.yaml"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(cx.CxError) as caught:
        cx.write_survey(survey, path)
    assert caught.value.codes == ("survey.file-exists",)
    assert path.read_text(encoding="utf-8") == "precious"
    cx.write_survey(survey, path, overwrite=True)
    assert cx.load_survey(path) == survey


@pytest.mark.parametrize("path", ["", None, "a\0b", "shipped:new.yaml", "/proc/none/a.yaml"])
def test_places_that_cannot_be_written(path: Any) -> None:
    with pytest.raises(cx.CxError):
        cx.write_survey(cx.load_survey("shipped:surveys/sfo-airport.yaml"), path)


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(cx.CxError):
        cx.write_survey(cx.load_survey("shipped:surveys/sfo-airport.yaml"), tmp_path, overwrite=True)


def test_what_is_no_survey_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(cx.CxError) as caught:
        cx.write_survey({"id": "x"}, tmp_path / "a.yaml")  # type: ignore[arg-type]
    assert caught.value.codes == ("survey.not-a-survey",)


TRAPS = [
    "1e3",
    "no",
    "01",
    "on",
    "null",
    "~",
    "true",
    "1_0",
    "012",
    "2018-01-01",
    "=",
    "<<",
    "1.",
    ".5",
    "-",
    "0x1",
    "a",
]
TEXTS = st.one_of(
    st.sampled_from(
        [*TRAPS, "a: b", "#x", "'q'", '"q"', "- a", "😀", "two\nlines", "tab\there", " x ", "&a *b", "!t", "%"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
).filter(lambda text: bool(text.strip()))
CODES = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(-1e6, 1e6).filter(lambda x: x != 0),
    st.sampled_from(TRAPS),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)
WORDING = st.fixed_dictionaries({"de": TEXTS, "en": TEXTS})
IDS = st.one_of(
    st.sampled_from(TRAPS), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
).filter(lambda id: id not in ("respondent", "perspective"))


@st.composite
def surveys(draw: st.DrawFn) -> dict[str, Any]:
    low = draw(st.integers(-20, 20))
    step = draw(st.sampled_from([1, 2, 0.5, None]))
    perspectives = draw(st.lists(IDS.filter(lambda i: i != "c"), min_size=1, max_size=3, unique=True))
    scales: dict[str, Any] = {
        "range": {
            "level": "interval",
            "low": low,
            "high": low + 4,
            "step": step,
            "missing": {"k.A.": {"de": "keine", "en": "none"}},
        },
        "words": {"level": "nominal", "labels": draw(st.dictionaries(CODES, WORDING, min_size=1, max_size=5))},
    }
    construct = {"name": draw(WORDING), "min_answered": draw(st.sampled_from([1, 1.0, 0.5, 0.001]))}
    items = {
        id: {
            "id": id,
            "scale": draw(st.sampled_from(sorted(scales))),
            "text": {p: draw(WORDING) for p in perspectives},
            "construct": draw(st.sampled_from([None, "c"])),
        }
        for id in draw(st.lists(IDS.filter(lambda i: i not in {*perspectives, "c"}), max_size=4, unique=True))
    }
    named: dict[str, Any] = {"scales": scales, "constructs": {"c": construct}}
    return {
        "id": draw(TEXTS),
        "version": draw(TEXTS),
        "title": draw(WORDING),
        "languages": ["de", "en"],
        "perspectives": {p: {"id": p, "name": draw(TEXTS), "side": "inside", "role": "other"} for p in perspectives},
        "items": items,
        "source": draw(TEXTS),
        "licence": draw(TEXTS),
        "notices": draw(st.lists(TEXTS, max_size=2)),
        **{part: {k: {**v, "id": k} for k, v in entries.items()} for part, entries in named.items()},
    }


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(surveys())
def test_any_survey_comes_back_equal(data: dict[str, Any]) -> None:
    try:
        survey = TypeAdapter(Survey).validate_python(data)
    except ValueError:  # codes that look the same, or a label that is another code
        return
    assert parse_survey(survey_yaml(survey)) == survey


@pytest.mark.parametrize("code", ["1e3", "no", "01", "1", "null", "=", "2018-01-01", "-5", "5.0"])
def test_text_codes_stay_text(code: str) -> None:
    text = f"""\
id: t
title: T
languages: [en]
source: s
licence: l
perspectives: {{p: {{name: P, side: inside, role: other}}}}
scales: {{s: {{level: nominal, labels: {{"{code}": word}}}}}}
"""
    survey = parse_survey(text)
    assert list(survey.scales["s"].labels) == [code]
    assert parse_survey(survey_yaml(survey)) == survey

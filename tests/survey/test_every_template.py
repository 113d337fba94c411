"""Every survey that comes along: no faults in the linter, exported to every platform, its answers come home."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cxresearch.responses.rehearse import rehearse
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.export import PLATFORMS, Exported, export
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey

ROOT = Path(__file__).resolve().parents[2]
FILES = [ROOT / "tests" / "survey" / "whole.yaml", *sorted((ROOT / "surveys").glob("*.yaml"))]
FEWEST = 25


@cache
def survey_of(path: Path) -> Survey:
    return load_survey(path)


def forms_of(survey: Survey) -> list[str]:
    return [who for who in survey.perspectives if survey.form(who).entries]


ASKED = [path for path in FILES if forms_of(survey_of(path))]


def test_there_are_enough() -> None:
    own = [path for path in ASKED if survey_of(path).licence.startswith("CC-BY") and path.parent.name == "surveys"]
    assert len(own) >= FEWEST


@pytest.mark.parametrize("path", ASKED, ids=lambda path: path.stem)
def test_german_and_english_source_and_licence(path: Path) -> None:
    survey = survey_of(path)
    assert {"de", "en"} <= set(survey.languages)
    assert survey.source
    assert survey.licence


MARKS = {"nps": "Net Promoter Score", "ces": "Customer Effort Score"}


@pytest.mark.parametrize("path", ASKED[1:], ids=lambda path: path.stem)
def test_marks_are_named_in_both_languages(path: Path) -> None:
    survey = survey_of(path)
    for index in {item.index for item in survey.items.values()} & set(MARKS):
        for language in ("de", "en"):
            assert any(MARKS[index] in notice.get(language) for notice in survey.notices), (index, language)
    for notice in survey.notices:
        assert notice.get("de") != notice.get("en"), notice


# what is drawn takes long; one survey stands for all here (the whole language is drawn in export/), all with -m slow
DRAWN, STAND_FOR_ALL = ("pdf", "docx"), ("nps-pulse",)
CASES = [
    pytest.param(path, to, marks=[pytest.mark.slow] if to in DRAWN and path.stem not in STAND_FOR_ALL else [])
    for path in ASKED
    for to in sorted(PLATFORMS)
]


@pytest.mark.parametrize(("path", "to"), CASES, ids=lambda one: getattr(one, "stem", one))
def test_exported_and_home_again(path: Path, to: str) -> None:
    survey = survey_of(path)
    for who in forms_of(survey):
        exported = export(survey, to, perspective=who)
        assert all(exported.files.values())
        for loss in exported.losses.losses:
            assert loss.text("de") != loss.text("en"), loss
        if exported.codes is not None:
            comes_home(path, who, exported)


@cache
def given_answers(path: Path, who: str) -> list[dict[str, Any]]:
    survey = survey_of(path)
    answers = rehearse(survey, perspective=who, n=12, seed=5)
    ids = [entry.id for entry in survey.form(who).entries if entry.id in answers.frame]
    values = [zip(answers.frame[id], answers.reasons[id], strict=True) for id in ids]
    return [
        {id: cell(value, reason) for id, (value, reason) in zip(ids, row, strict=True)}
        for row in zip(*values, strict=True)
    ]


def comes_home(path: Path, who: str, exported: Exported) -> None:
    codes = exported.codes
    assert codes is not None
    assert Codes.read(codes.json()) == codes
    wanted = {entry.id for entry in survey_of(path).form(who).entries}
    assert wanted <= {id for column in codes.columns for id in column.variables.values()}
    for given in given_answers(path, who):
        home = codes.home([as_platform(codes, given)])[0]
        for id, value in given.items():
            assert home[id] is None if value is None else str(home[id]) == str(value), (id, value, home[id])


def cell(value: Any, reason: str) -> Any:
    if reason and reason not in ("empty", "not_asked"):
        return int(reason) if reason.lstrip("-").isdigit() else reason
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_platform(codes: Codes, given: Mapping[str, Any]) -> dict[str, Any]:
    """Write answers as the platform would, by the mapping alone; a special code has a column of its own at times."""
    out: dict[str, Any] = {}
    special = {
        (column.variables[""], str(code)): (column.column, name)
        for column in codes.columns
        if column.kind == "value"
        for name, code in column.codes.items()
    }
    written: set[str] = set()
    for column in codes.columns:
        if column.kind == "value":
            id = column.variables[""]
            value = given.get(id)
            if value is None:
                continue
            there, name = special.get((id, str(value)), (column.column, value))
            if there == column.column and id not in written:
                out[column.column] = name
                written.add(id)
        elif column.kind == "tick":
            if given.get(column.variables[""]) == 1:
                out[column.column] = next(iter(column.codes))
        elif column.kind == "ticks":
            out[column.column] = [code for code, id in column.variables.items() if given.get(id) == 1]
        elif column.kind == "order":
            ranked = sorted((given[id], code) for code, id in column.variables.items() if given.get(id) is not None)
            out[column.column] = [code for _, code in ranked]
        else:
            found = [code for code, id in column.variables.items() if given.get(id) == column.position]
            out[column.column] = found[0] if found else ""
    return out


@pytest.mark.slow
def test_the_gallery_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    gallery = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gallery)
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page(), "run tools/gallery.py"
    assert {path.stem for path in gallery.PICTURES.glob("*.png")} == set(gallery.surveys())

"""XLSForms: accepted by ODK's own converter and validator, with every loss told."""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import cxresearch as cx
from cxresearch.shipped import root
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.export import Exported, export
from cxresearch.survey.export.loss import FOLDER
from cxresearch.survey.export.xlsform.text import language_name, wording
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey, parse_survey

WHOLE = Path(__file__).resolve().parents[1] / "whole.yaml"
SHIPPED = sorted(path.stem for path in (root() / "surveys").glob("*.yaml"))


def _needs_java() -> None:
    if not shutil.which("java"):
        if os.environ.get("CXRESEARCH_FORBID_SKIP") == "1":
            pytest.fail("java is not installed")
        pytest.skip("java, which ODK Validate runs in, is not installed")


def _converted(exported: Exported, folder: Path, *, validate: bool) -> str:
    from pyxform.xls2xform import convert

    told: list[str] = []
    done = convert(str(exported.write(folder)[0]), validate=validate, warnings=told)
    assert told == []
    return str(done.xform)


def _sheet(exported: Exported, name: str) -> list[dict[str, Any]]:
    book = load_workbook(io.BytesIO(next(iter(exported.files.values()))))
    head, *rows = book[name].iter_rows(values_only=True)
    return [{key: cell for key, cell in zip(head, row, strict=True) if cell is not None} for row in rows]


def _row(exported: Exported, name: str) -> dict[str, Any]:
    return next(row for row in _sheet(exported, "survey") if row.get("name") == name)


@pytest.mark.parametrize("perspective", ["customer", "employee"])
def test_the_whole_language_is_valid(perspective: str, tmp_path: Path) -> None:
    _needs_java()
    exported = export(load_survey(WHOLE), "xlsform", perspective=perspective)
    xml = _converted(exported, tmp_path, validate=True)
    assert 'lang="Deutsch, du (de)"' in xml
    assert exported.codes is not None
    assert Codes.read(exported.codes.json()) == exported.codes


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_surveys_convert_without_a_warning(name: str, tmp_path: Path) -> None:
    survey = load_survey(f"shipped:surveys/{name}.yaml")
    for perspective in survey.perspectives:
        if survey.form(perspective).entries:
            exported = export(survey, "xlsform", perspective=perspective)
            _converted(exported, tmp_path, validate=False)
            for loss in exported.losses.losses:
                assert loss.text("de")
                assert loss.text("en")


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_surveys_are_valid(name: str, tmp_path: Path) -> None:
    _needs_java()
    survey = load_survey(f"shipped:surveys/{name}.yaml")
    for perspective in survey.perspectives:
        if survey.form(perspective).entries:
            _converted(export(survey, "xlsform", perspective=perspective), tmp_path, validate=True)


def test_every_loss_is_told_in_both_languages() -> None:
    exported = export(load_survey(WHOLE), "xlsform", perspective="customer")
    told = {(loss.code, loss.where) for loss in exported.losses.losses}
    assert {
        ("soft-required", "main_place"),
        ("soft-required", "chat_with"),
        ("no-row-shuffle", "agreement"),
        ("no-page-shuffle", "topic_wishes"),
        ("no-page-group", "topic_rating"),
        ("shuffle-all", "channel"),
        ("shuffle-all", "used"),
        ("top-by-place", "priorities"),
        ("dual-apart", "gap"),
        ("aside", "spent"),
        ("screenout-as-pages", "start"),
        ("no-quotas", "women"),
        ("drawn-by-form", "contact_1"),
        ("no-language", "whole-language"),
        ("straight-quotes", "whole-language"),
    } <= told
    assert all(loss.text("de") != loss.text("en") for loss in exported.losses.losses)
    beside = next(loss for loss in exported.losses.losses if (loss.code, loss.where) == ("aside", "spent"))
    last = next(loss for loss in exported.losses.losses if (loss.code, loss.where) == ("shuffle-all", "used"))
    assert "„weiß nicht“" in beside.text("de")
    assert '"don\'t know"' in beside.text("en")
    assert ("nichts davon" in last.text("de"), "none of these" in last.text("en")) == (True, True)
    sentences = set(re.findall(r"^([\w-]+):", (FOLDER / "xlsform.yaml").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r'lose\(\s*"([\w-]+)"', "".join(path.read_text(encoding="utf-8") for path in _modules())))
    assert asked - {"no-quotas"} == sentences


def _modules() -> list[Path]:
    return sorted((FOLDER.parent / "xlsform").glob("*.py"))


def test_conditions_keep_their_meaning() -> None:
    exported = export(load_survey(WHOLE), "xlsform", perspective="customer")
    assert _row(exported, "why")["relevant"] == "(${nps} != '' and ${nps} <= 6 and ${nps} != '99')"
    assert _row(exported, "channel_other")["relevant"] == "${channel} = 'other'"
    assert "(${used} != '' and not(selected(${used}, 'used_none')))" in _row(exported, "reasons_1")["relevant"]
    assert "${warm} = '7'" in _row(exported, "note")["relevant"]
    assert "not(${contacted} != '')" in _row(exported, "main_place")["relevant"]
    assert _row(exported, "spent_missing")["relevant"] == "${spent} = ''"


def _small(**more: Any) -> Survey:
    survey = {
        "id": "small",
        "title": "Small",
        "languages": ["en"],
        "source": "own",
        "licence": "CC0-1.0",
        "perspectives": {"p": {"name": "P", "side": "outside", "role": "customer"}},
        "scales": {},
    }
    import yaml

    return parse_survey(yaml.safe_dump({**survey, **more}))


def test_names_and_codes_that_odk_cannot_hold_come_home(tmp_path: Path) -> None:
    scale = {"level": "nominal", "labels": {"a b": "A", "a_b": "B", "it's": "C", "=1+1": "D", 0.5: "E", -1: "F"}}
    items = {name: {"text": f"=cmd|{name}", "scale": "odd"} for name in ("start", "Start", "1st", "über-uns", "meta")}
    items["last"] = {"text": "Last $ **x**", "scale": "odd", "relevance": "start in ['a b', '=1+1']"}
    survey = _small(scales={"odd": scale}, items=items)
    exported = export(survey, "xlsform")
    xml = _converted(exported, tmp_path, validate=False)
    assert exported.codes is not None
    names = {column.variables[""]: column.column for column in exported.codes.columns if "" in column.variables}
    assert len({name.lower() for name in names.values()}) == len(items)
    assert all(f"<{name}/>" in xml for name in names.values())
    choices = {row["label::English (en)"]: row["name"] for row in _sheet(exported, "choices")}
    assert len(set(choices.values())) == len(choices)
    assert not [name for name in choices.values() if re.search(r"[\s'\"]", name)]
    (home,) = exported.codes.home([{names["start"]: choices["A"], names["last"]: choices["E"]}])
    assert (home["start"], home["last"], home["meta"]) == ("a b", 0.5, None)
    book = load_workbook(io.BytesIO(exported.files["small-p.xlsx"]))
    assert {cell.data_type for row in book["survey"].iter_rows() for cell in row if cell.value} == {"s"}


def test_what_no_workbook_can_hold_is_refused() -> None:
    items = {"a": {"text": "bell \x07", "scale": "r"}}
    survey = _small(scales={"r": {"level": "ordinal", "low": 1, "high": 5}}, items=items)
    with pytest.raises(cx.CxError) as caught:
        export(survey, "xlsform")
    assert caught.value.codes == ("export.refused",)


def test_an_order_of_texts_is_refused() -> None:
    fields = {
        "branch": {"name": "Branch", "kind": "unit", "text": "Which branch?"},
        "why": {"name": "Why", "kind": "text", "text": "Why?", "relevance": "branch < 'm'"},
    }
    with pytest.raises(cx.CxError) as caught:
        export(_small(fields=fields), "xlsform")
    assert set(caught.value.codes) <= {"export.refused", "survey.relevance-value"}


def test_a_limit_holds_for_numbers_and_steps(tmp_path: Path) -> None:
    _needs_java()
    fields = {
        "kg": {"name": "Kg", "kind": "number", "low": 0.5, "high": 9, "step": 0.1, "text": "How many?"},
        "n": {"name": "N", "kind": "number", "low": 0, "step": 5, "text": "How many?"},
        "any": {"name": "Any", "kind": "number", "step": None, "text": "How many?"},
    }
    exported = export(_small(fields=fields), "xlsform")
    _converted(exported, tmp_path, validate=True)
    assert (_row(exported, "kg")["type"], _row(exported, "n")["type"]) == ("decimal", "integer")
    assert _row(exported, "any")["type"] == "decimal"
    assert "constraint" not in _row(exported, "any")
    assert _row(exported, "kg")["constraint"].startswith(". >= 0.5 and . <= 9 and ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1. First", "1.\u00a0First"),
        ("# no heading", "\\# no heading"),
        ("snake_case and _this_", "snake_case and \\_this\\_"),
        ("AT&amp;T & Co", "AT&amp;amp;T & Co"),
        ("„so“ and ‘so’", "\"so\" and 'so'"),
    ],
)
def test_wordings_are_shown_as_written(text: str, shown: str) -> None:
    assert wording(text) == shown


def test_languages_are_called_apart() -> None:
    names = [language_name(one) for one in ("de", "de-du", "en", "fr", "pt-br", "xx")]
    assert len(set(names)) == len(names)

"""What several platforms tell alike."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cxresearch.survey.export.export import export
from cxresearch.survey.form import Group, last_rows
from cxresearch.survey.template import load_survey, parse_survey

WHOLE = Path(__file__).resolve().parents[1] / "whole.yaml"
ALONE = WHOLE.read_text(encoding="utf-8").replace(
    "  - id: topic_wishes\n", "  - id: topic_wishes\n    perspectives: [employee]\n"
)


@pytest.mark.parametrize("platform", ["qualtrics", "surveyjs", "xlsform", "pdf"])
def test_a_page_without_others_of_its_group_has_nothing_to_change_places_with(platform: str) -> None:
    told = {}
    for perspective in ("customer", "employee"):
        losses = export(parse_survey(ALONE), platform, perspective=perspective).losses.losses
        ids = [str(loss.values.get("ids", "")) for loss in losses if loss.code == "shuffle"]
        told[perspective] = [loss.where for loss in losses if "page-group" in loss.code]
        told[perspective] += [id for id in ("topic_rating",) if id in " ".join(ids)]
    assert told["customer"] == []
    assert told["employee"]


def test_only_other_none_and_what_stands_alone_stay_last() -> None:
    survey = load_survey("shipped:surveys/nps-pulse.yaml")
    group = next(part for page in survey.form("customer").pages for part in page.parts if part.id == "topics")
    assert isinstance(group, Group)
    assert last_rows(group) == ("top_other", "top_none")
    relatives = [replace(row, id=id) for row, id in zip(group.rows, ("mother", "brother", "a_other"), strict=False)]
    assert last_rows(replace(group, rows=tuple(relatives), exclusive=())) == ("a_other",)
    assert last_rows(replace(group, rows=tuple(relatives), exclusive=(), kind="grid")) == ()
    (file,) = [
        text
        for name, text in export(survey, "surveyjs", perspective="customer").files.items()
        if "codes" not in name and "losses" not in name
    ]
    elements = [one for page in json.loads(file)["pages"] for one in page["elements"]]
    choices = next(one for one in elements if one["name"] == "topics")["choices"]
    assert [one["value"] for one in choices if one.get("randomize") is False] == ["top_other", "top_none"]

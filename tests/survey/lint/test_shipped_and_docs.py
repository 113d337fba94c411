"""Shipped surveys have no errors, and the documentation shows the rules as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxresearch.located import read_yaml
from cxresearch.survey.extend import extended
from cxresearch.survey.lint import lint
from cxresearch.survey.lint.brackets import brackets
from cxresearch.survey.lint.table import table
from cxresearch.survey.template import survey_from

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "surveys").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_survey_has_no_errors(path: Path) -> None:
    located = read_yaml(path)
    survey = survey_from(located, path)
    found = lint(survey, extended(located, path))
    assert [finding.code for finding in found if finding.severity == "error"] == []
    for finding in found:
        assert finding.place is not None
        assert finding.place.line is not None
    assert [finding.code for finding in lint(survey) if finding.severity == "error"] == []


def test_documentation_agrees_with_the_rules() -> None:
    text = (ROOT / "docs" / "linter.md").read_text(encoding="utf-8")
    assert table("en").strip() in text


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["18 bis 29 Jahre", "30 bis 44 Jahre", "45 Jahre und älter"], [(18, 29), (30, 44), (45, None)]),
        (["bis unter 30", "30 bis unter 50", "50 bis unter 70", "70+"], [(None, 29), (30, 49), (50, 69), (70, None)]),
        (["1 to 9", "10 to 49", "50 to 249", "250 or more"], [(1, 9), (10, 49), (50, 249), (250, None)]),
        (["less than 1,000", "1,000 to 4,999", "5,000 or more"], [(None, 999), (1000, 4999), (5000, None)]),
        (["1–2 Tage", "1–2 Wochen", "1–2 Monate"], []),
        (["0,5 bis 1", "1 bis 2", "2 bis 3"], []),
        (["nie", "einmal", "zweimal"], []),
    ],
)
def test_brackets(labels: list[str], expected: list[tuple[int | None, int | None]]) -> None:
    inf = float("inf")
    read = [(None if b.low == -inf else b.low, None if b.high == inf else b.high) for b in brackets(labels)]
    assert read == expected

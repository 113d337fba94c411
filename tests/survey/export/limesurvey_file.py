"""Exported files of LimeSurvey, read back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from cxresearch.survey.export.export import Exported, export
from cxresearch.survey.template import load_survey

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests" / "survey" / "whole.yaml"
SURVEYS = [WHOLE, *sorted((ROOT / "surveys").glob("*.yaml"))]


def rows_of(exported: Exported) -> list[dict[str, str]]:
    raw = next(iter(exported.files.values()))
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter="\t"))


def each(path: Path) -> list[Exported]:
    survey = load_survey(path)
    asked = [who for who in survey.perspectives if survey.form(who).entries]
    return [export(survey, "limesurvey", perspective=who) for who in asked]

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cxresearch as cx

BASE = """\
id: tiny
title: {de: Titel, en: Title}
languages: [de, en]
source: own
licence: CC0
perspectives:
  customer: {name: {de: Kunden, en: Customers}, side: outside, role: customer}
  employee: {name: {de: Team, en: Staff}, side: inside, role: employee}
scales:
  agree5: {level: ordinal, low: 1, high: 5}
  yesno: {level: nominal, labels: {1: {de: ja, en: "yes"}, 2: {de: nein, en: "no"}}}
constructs:
  trust: {name: {de: Vertrauen, en: Trust}}
items:
  q1: {scale: agree5, construct: trust, text: {customer: {de: a, en: b}, employee: {de: c, en: d}}}
  q2: {scale: agree5, construct: trust, text: {customer: {de: e, en: f}}}
"""


@pytest.fixture
def base() -> str:
    return BASE


@pytest.fixture
def faults_of(tmp_path: Path) -> Callable[..., list[cx.CxError]]:
    """Return the faults of a survey text as (code, line, nearest name or what to do)."""

    def faults(text: str | bytes) -> list[tuple[str, int | None, str]]:
        path = tmp_path / "survey.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(cx.CxError) as caught:
            cx.load_survey(path)
        assert type(caught.value).__name__ == "SurveyError"
        assert str(caught.value)
        out = []
        for fault in caught.value.faults:
            assert fault.place is not None
            assert fault.place.file.endswith("survey.yaml")
            out.append((fault.code, fault.place.line, f"{fault.what} {fault.do or ''}"))
        return out

    return faults

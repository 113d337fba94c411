from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cxresearch as cx
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

SURVEY = """\
id: tiny
title: {de: T, en: T}
languages: [de, en]
source: own
licence: CC0
perspectives:
  customer: {name: {de: Kunden, en: Customers}, side: outside, role: customer}
  employee: {name: {de: Beschäftigte, en: Staff}, side: inside, role: employee}
scales:
  agree5:
    level: ordinal
    low: 1
    high: 5
    labels: {1: {de: trifft nicht zu, en: "I don't agree"}, 5: {de: "trifft „voll“ zu", en: "I agree"}}
    missing: {98: {de: weiß nicht, en: don't know}, 99: {de: keine Angabe, en: no answer}}
  percent: {level: ratio, low: 0, high: 100, step: null}
  word: {level: nominal, labels: {"01": {de: eins, en: one}, "no": {de: nein, en: nope}, "1e3": {de: tausend, en: thousand}}}
items:
  q1: {scale: agree5, text: {customer: {de: "Frage eins?", en: "Question, one?"}, employee: {de: "Team eins?", en: "Team one?"}}}
  q2: {scale: percent, text: {customer: {de: Anteil, en: Share}}}
  q3: {scale: word, text: {customer: {de: Wort, en: Word}}}
fields:
  rid: {name: {de: Nummer, en: Number}, kind: respondent}
  who: {name: {de: Wer, en: Who}, kind: perspective}
  branch: {name: {de: Filiale, en: Branch}, kind: group}
  size: {name: {de: Größe, en: Size}, kind: group, labels: {s: {de: klein, en: small}, l: {de: groß, en: large}}, missing: {u: {de: unbekannt, en: unknown}}}
  amount: {name: {de: Betrag, en: Amount}, kind: number}
  w: {name: {de: Gewicht, en: Weight}, kind: weight}
  mail: {name: {de: Post, en: Mail}, kind: text, identifying: true}
  note: {name: {de: Notiz, en: Note}, kind: text}
"""


@pytest.fixture(scope="session")
def survey() -> Survey:
    return parse_survey(SURVEY)


@pytest.fixture
def read(tmp_path: Path, survey: Survey) -> Callable[..., cx.Responses]:
    """Read a text as a file of answers of customers to a part of the questionnaire."""

    def reading(text: str | bytes, **more: Any) -> cx.Responses:
        path = tmp_path / "answers.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return cx.read_responses(path, survey, **{"perspective": "customer", "partial": True, **more})

    return reading


@pytest.fixture
def fault(read: Callable[..., cx.Responses]) -> Callable[..., Any]:
    """Return the only fault of a file that cannot be read."""

    def only(text: str | bytes, **more: Any) -> Any:
        with pytest.raises(cx.CxError) as caught:
            read(text, **more)
        assert str(caught.value)
        assert len(caught.value.faults) == 1, str(caught.value)
        return caught.value.faults[0]

    return only

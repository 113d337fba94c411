"""More sentences than the two examples of each rule: what is found, and what only looks like it."""

from __future__ import annotations

import pytest
import yaml

from cxresearch.located import parse_yaml
from cxresearch.survey.lint import lint
from cxresearch.survey.template import survey_from

BASE = """\
id: base
title: {de: Grundlage, en: Base}
languages: [de, en]
source: own
licence: CC0-1.0
perspectives: {customer: {name: {de: Gäste, en: Guests}, side: outside, role: customer}}
scales:
  agree5: {level: ordinal, low: 1, high: 5, labels: {1: {de: lehne ab, en: disagree}, 5: {de: stimme zu, en: agree}}}
items:
  q1: {scale: agree5, text: {de: Der Weg war kurz., en: The way was short.}}
"""

FOUND = {
    "de": {
        "Die Auskunft war verständlich und vollständig.": "W01",
        "Wie bewerten Sie Preis und Auswahl?": "W01",
        "Die Lieferung kam pünktlich, und sie war vollständig.": "W01",
        "Wie schnell und wie freundlich wurde Ihnen geholfen?": "W01",
        "Sind Sie nicht auch der Meinung, dass es schnell ging?": "W02",
        "Wie gefällt Ihnen unsere ausgezeichnete Beratung?": "W02",
        "Mir wurde nicht geholfen.": "W03",
        "Es kommt nie vor, dass niemand antwortet.": "W04",
        "Ich fand nichts ohne Hilfe.": "W04",
        "Die Anlage ist jederzeit verfügbar.": "W05",
        "Ich rufe gelegentlich an.": "W06",
        "Wie ging es mit Ihrer letzten Reklamation?": "W07",
        "Was würden Sie tun, wenn es teurer wäre?": "W08",
        "Mein CSM meldet sich von sich aus.": "W09",
        "Die Usability der Seite ist hoch.": "W09",
        "Das Essen war warm und abwechslungsreich.": "W01",
        "Der Preis ist hoch, aber gerechtfertigt.": "W01",
        "Wie bewerten Sie das Online-Banking und die App?": "W01",
        "Ich bin sehr zufrieden und würde die Bank weiterempfehlen.": "W01",
        "Finden Sie auch, dass die Bearbeitung zu lange dauert?": "W02",
        "Ich wurde weder über den Ablauf noch über die Dauer informiert.": "W03",
        "Es sollte nicht verboten sein, Anträge per E-Mail zu stellen.": "W04",
        "Meine Kinder fühlen sich hier wohl.": "W07",
    },
    "en": {
        "The answer was clear and complete, and it came at once.": "W01",
        "How do you rate price and selection?": "W01",
        "The staff were polite and helpful.": "W01",
        "How fast and how friendly was the help?": "W01",
        "Would you not agree that it was quick?": "W02",
        "How do you like our award-winning advice?": "W02",
        "I was not helped.": "W03",
        "It is never the case that nobody answers.": "W04",
        "I could not find anything without help.": "W04",
        "The site is available at all times.": "W05",
        "I call occasionally.": "W06",
        "How did your last complaint go?": "W07",
        "How did your most recent complaint go?": "W07",
        "What would you do if it cost more?": "W08",
        "My CSM gets in touch without being asked.": "W09",
        "The usability of the site is high.": "W09",
        "The food was warm and varied.": "W01",
        "The price is high but justified.": "W01",
        "How satisfied were you with the accommodation and the food?": "W01",
        "I am very satisfied and would recommend the bank.": "W01",
        "Do you also think that processing takes too long?": "W02",
        "I was told neither about the procedure nor about the time.": "W03",
        "It should not be forbidden to apply by e-mail.": "W04",
        "My claim was settled at once.": "W07",
    },
}
ONLY_LOOKS = {
    "de": [
        "Das Verhältnis von Preis und Leistung stimmt.",
        "Meine Freundinnen und Freunde kommen gern.",
        "Wie freundlich oder unfreundlich war das Personal?",
        "Das Personal gab mir die Auskunft.",
        "Es wurde immer besser.",
        "Die Seite ist immer noch da.",
        "Wie oft haben Sie angerufen?",
        "Nicht nur der Preis stimmt.",
        "Die Seite nennt die AGB.",
        "Hin und zurück ging es leicht.",
        "Ich kam immer wieder.",
        "Die Seite lädt immer langsamer.",
        "Wie zufrieden sind Sie mit den Beraterinnen und Beratern?",
        "Wie zufrieden sind Sie mit der Zusammenarbeit zwischen Einkauf und Vertrieb?",
        "Das Gespräch war weder zu lang noch zu kurz.",
        "Die Antwort war kurz und bündig.",
        "Die Wartezeit war kürzer als erwartet und angekündigt.",
        "Mein Partner und ich waren willkommen.",
        "Das Amt ist mit Bus und Bahn leicht zu erreichen.",
        "Als ich anrief und würde warten müssen, sagte man es mir.",
    ],
    "en": [
        "The ratio between price and performance is right.",
        "The staff gave me more or less the answer.",
        "How friendly or unfriendly was the staff?",
        "How often did you call?",
        "As far as you know, was it repaired?",
        "Not only the price is right.",
        "The PIN was sent at once.",
        "I can imagine a second visit.",
        "The terms are worded clearly and understandably.",
        "The office is easy to reach by bus and train.",
        "The conversation was neither too long nor too short.",
        "My partner and I were welcome.",
        "When I call and would like a person, I get one.",
    ],
}


def test_negations_far_apart_are_not_read_together() -> None:
    text = "I can rely on help without long discussions, even if it was years ago and I do not have receipts."
    assert "W04" not in _codes("en", text)


def test_what_is_taken_word_for_word_is_not_worded_anew() -> None:
    text = "The staff were polite and helpful."
    assert "W01" in _codes("en", text)
    assert _codes("en", text, wording="verbatim", source="a published scale", licence="CC-BY-4.0") == set()


def _codes(language: str, text: str, **more: str) -> set[str]:
    data = parse_yaml(BASE).data
    data["items"]["q1"]["text"][language] = text
    data["items"]["q1"] |= more
    located = parse_yaml(yaml.safe_dump(data, allow_unicode=True, width=2000), "survey.yaml")
    return {finding.code for finding in lint(survey_from(located), located) if finding.code[0] == "W"}


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, texts in FOUND.items() for text in texts])
def test_found(language: str, text: str) -> None:
    assert FOUND[language][text] in _codes(language, text)


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, texts in ONLY_LOOKS.items() for text in texts])
def test_left_alone(language: str, text: str) -> None:
    assert _codes(language, text) == set()

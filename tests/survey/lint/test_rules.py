"""Every rule finds its bad example and leaves its good one alone, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cxresearch.located import Located, parse_yaml, read_yaml
from cxresearch.survey.extend import extended
from cxresearch.survey.lint import Finding, Rule, lint, rules
from cxresearch.survey.lint.rule import CHECKS, GROUPS
from cxresearch.survey.template import survey_from

BASE = """\
id: base
title: {de: Grundlage, en: Base}
languages: [de, de-du, en]
source: own
licence: CC0-1.0
perspectives:
  customer: {name: {de: Kundinnen und Kunden, en: Customers}, side: outside, role: customer}
  employee: {name: {de: Beschäftigte, en: Employees}, side: inside, role: employee}
scales:
  agree5:
    level: ordinal
    low: 1
    high: 5
    labels: {1: {de: lehne ab, en: disagree}, 3: {de: weder noch, en: neither}, 5: {de: stimme zu, en: agree}}
  ticked: {level: nominal, labels: {0: {de: nein, en: "no"}, 1: {de: ja, en: "yes"}}}
constructs:
  ease: {name: {de: Leichtigkeit, en: Ease}, min_answered: 1}
items:
  q1: {scale: agree5, construct: ease, text: {de: Der Weg war kurz., en: The way was short.}}
  q2: {scale: agree5, construct: ease, text: {de: Die Antwort war klar., en: The answer was clear.}}
  q3: {scale: agree5, construct: ease, text: {de: Das Formular war kurz., en: The form was short.}}
  q4: {scale: agree5, text: {de: Der Anruf war kurz., en: The call was short.}}
  q5: {scale: agree5, text: {de: Das Licht war hell., en: The light was bright.}}
  q6: {scale: agree5, text: {de: Der Weg war bekannt., en: The way was known.}}
  used: {scale: ticked, text: {de: Waren Sie heute da?, de-du: Warst du heute da?, en: Were you there today?}}
"""
WORDINGS = [code for code, rule in rules().items() if not isinstance(rule.bad, str)]
PARTS = [code for code, rule in rules().items() if isinstance(rule.bad, str)]


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Merge as `extends` does, null taking out; a new item is a plain question."""
    out = dict(base)
    for key, value in over.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict) and key not in ("text", "labels"):
            out[key] = merged(out[key], value)
        else:
            out[key] = value
    return out


def survey_text(fragment: str) -> str:
    data = merged(parse_yaml(BASE).data, parse_yaml(fragment).data)
    for id, item in data["items"].items():
        plain = {"scale": "agree5", "text": {"de": f"Die Farbe {id} passt.", "en": f"The colour {id} fits."}}
        data["items"][id] = {**plain, **{key: value for key, value in item.items() if value is not None}}
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=200))


def linted(text: str) -> tuple[Finding, ...]:
    located: Located = parse_yaml(text, "survey.yaml")
    return lint(survey_from(located), located, texts={"survey.yaml": text})


def linted_part(fragment: str, folder: Path) -> tuple[Finding, ...]:
    """Lint an example in YAML: merged over the small survey, or as a survey that extends it."""
    if "extends:" not in fragment:
        return linted(survey_text(fragment))
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    path = folder / "mine.yaml"
    path.write_text(fragment, encoding="utf-8")
    return lint(survey_from(read_yaml(path), path), extended(read_yaml(path), path))


def codes(text: str) -> set[str]:
    return {finding.code for finding in linted(text)}


def _asked(rule: Rule, which: str, language: str) -> str:
    """Put an example in the place of one statement; the other languages keep theirs."""
    data = parse_yaml(BASE).data
    wording = getattr(rule, which).get(language)
    data["items"]["q2"]["text"] = {**data["items"]["q2"]["text"], language: wording}
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=2000))


def test_a_recommendation_among_items_of_a_construct_is_no_nps() -> None:
    text = '{de: "Wie wahrscheinlich ist es, dass Sie uns empfehlen?", en: "How likely are you to recommend us?"}'
    assert "S03" not in codes(survey_text(f"items: {{q2: {{text: {text}}}}}"))
    assert "S03" in codes(survey_text(f"items: {{q2: {{construct: null, text: {text}}}}}"))


def test_we_may_mean_both_sides() -> None:
    words = "{de: Wir möchten diese Zusammenarbeit fortsetzen., en: We want to continue this cooperation.}"
    text = f"items: {{q1: {{text: {{customer: {words}, employee: {words}}}}}}}"
    assert "M03" not in codes(survey_text(text))
    assert "M03" in codes(survey_text(text.replace("diese", "die").replace("this", "the")))


def test_consent_may_be_asked_in_any_language() -> None:
    text = "items: {q1: {text: {de: Ich nehme freiwillig teil., en: I take part.}}}"
    assert "P02" not in codes(survey_text(text))


def test_base_is_nearly_clean() -> None:
    assert codes(survey_text("version: '2'")) == {"P02"}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("code", WORDINGS)
def test_wording(code: str, language: str) -> None:
    rule = rules()[code]
    bad, good = _asked(rule, "bad", language), _asked(rule, "good", language)
    found = [finding for finding in linted(bad) if finding.code == code]
    assert found
    assert code not in codes(good)
    lines = bad.splitlines()
    place = found[0].place
    assert place is not None
    assert place.line is not None
    assert rule.bad.get(language)[:12] in lines[place.line - 1]  # type: ignore[union-attr]
    assert found[0].given == rule.bad.get(language)  # type: ignore[union-attr]


@pytest.mark.parametrize("code", PARTS)
def test_part(code: str, tmp_path: Path) -> None:
    rule = rules()[code]
    assert isinstance(rule.bad, str)
    assert isinstance(rule.good, str)
    found = [finding for finding in linted_part(rule.bad, tmp_path) if finding.code == code]
    assert found
    assert code not in {finding.code for finding in linted_part(rule.good, tmp_path)}
    for finding in found:
        assert finding.place is not None
        assert finding.place.line is not None
        assert finding.place.line > 1
        assert finding.severity == rule.severity
        for language in ("de", "en"):
            fault = finding.fault(language)
            assert fault.code == f"lint.{code}"
            assert fault.do
            assert "{" not in fault.what
            assert "{" not in fault.do


def test_every_rule_has_a_check_and_every_check_a_rule() -> None:
    assert set(CHECKS) == set(rules())
    assert {code[0] for code in rules()} == set(GROUPS)
    for code in rules():
        assert len(code) == 3


@pytest.mark.parametrize("code", sorted(rules()))
def test_words_of_a_rule(code: str) -> None:
    rule = rules()[code]
    for words in (rule.title, rule.reason, rule.message, rule.do):
        assert words.de != words.en
        assert "�" not in words.de
    facts = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (rule.message.de, rule.message.en)]
    assert facts[0] == facts[1]
    assert len(rule.source) > 20


@pytest.mark.parametrize(
    "text",
    [
        "Kundinnen und Kunden werden rasch bedient.",
        "Ich stimme dem voll und ganz zu.",
        "Waren und Dienstleistungen sind verfügbar.",
        "Die Auskunft war mehr oder weniger vollständig.",
        "Frauen und Männer werden gleich behandelt.",
    ],
)
def test_joined_but_one(text: str) -> None:
    data = parse_yaml(BASE).data
    data["items"]["q2"]["text"]["de"] = text
    assert "W01" not in codes(yaml.safe_dump(data, allow_unicode=True, width=2000))


@pytest.mark.parametrize(
    ("comment", "silent"),
    [("# lint: ok W05 because", True), ("# lint: ok W01, W05", True), ("# lint: ok W06 other", False)],
)
@pytest.mark.parametrize("above", [True, False])
def test_silenced(comment: str, silent: bool, above: bool) -> None:
    line = "  q2: {scale: agree5, construct: ease, text: {de: Es klappt jedes Mal., en: It works.}}"
    new = f"  {comment}\n{line}" if above else f"{line}  {comment}"
    text = "\n".join(new if one.startswith("  q2:") else one for one in BASE.splitlines())
    assert ("W05" not in codes(text)) is silent


@pytest.fixture
def told() -> Callable[[str], list[str]]:
    def tell(text: str) -> list[str]:
        return [str(finding.fault("de")) for finding in linted(text)]

    return tell


def test_languages_that_an_extension_leaves_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = """\
extends: shipped:surveys/nps-pulse.yaml
id: mine
items:
  recommend:
    text:
      customer:
        de: Wie wahrscheinlich ist es, dass Sie {company} einer Freundin empfehlen?
        en: How likely are you to recommend {company} to a friend?
"""
    said = "      customer:\n"
    for change, expected in (
        ("", ["New here: de, en; still from nps-pulse.yaml: de-du."]),
        (said + "        de-du: Wie wahrscheinlich ist es, dass du {company} einer Freundin empfiehlst?\n", []),
        (said + "        de-du: null\n", []),
        (said + "        # lint: ok T09 du stays\n", []),
    ):
        path.write_text(text.replace(said, change or said), encoding="utf-8")
        found = lint(survey_from(read_yaml(path), path), extended(read_yaml(path), path))
        kept = [finding for finding in found if finding.code == "T09"]
        assert [finding.message.en for finding in kept] == expected
        assert {(Path(one.place.file).name, one.place.line) for one in kept if one.place} <= {("mine.yaml", 7)}


def test_only_the_newest_wording_is_compared(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    new = "id: {}\nextends: {}.yaml\nitems: {{q2: {{text: {{{}}}}}}}\n"
    (tmp_path / "middle.yaml").write_text(new.format("middle", "base", "de: Mitte., en: Middle."), encoding="utf-8")
    path = tmp_path / "last.yaml"
    for words, expected in (("de: Ende.", ["T09"]), ("de: Ende., en: Middle.", []), ("de: Mitte.", [])):
        path.write_text(new.format("last", "middle", words), encoding="utf-8")
        found = lint(survey_from(read_yaml(path), path), extended(read_yaml(path), path))
        assert [finding.code for finding in found if finding.code == "T09"] == expected


def test_a_wording_that_is_an_alias_in_the_original_is_compared_too(tmp_path: Path) -> None:
    shared = "&same {de: Die Antwort war klar., en: The answer was clear.}"
    old = "{de: Die Antwort war klar., en: The answer was clear.}"
    base = BASE.replace(f"text: {old}", f"hint: {shared}, text: *same")
    (tmp_path / "base.yaml").write_text(base, encoding="utf-8")
    path = tmp_path / "mine.yaml"
    for words, expected in (("{de: Neu.}", ["T09"]), ("{de: Neu., en: New.}", [])):
        path.write_text(f"id: mine\nextends: base.yaml\nitems: {{q2: {{text: {words}}}}}\n", encoding="utf-8")
        found = lint(survey_from(read_yaml(path), path), extended(read_yaml(path), path))
        assert [finding.code for finding in found if finding.code == "T09"] == expected


def test_finding_tells_where_and_what_to_do(told: Callable[[str], list[str]]) -> None:
    text = BASE.replace("Die Antwort war klar.", "Die Antwort war immer klar.")
    (line,) = [one for one in told(text) if "W05" in one]
    assert line == (
        "survey.yaml:20:47: Warnung lint.W05: Das gilt ohne jede Ausnahme: immer. "
        "Hier steht: 'Die Antwort war immer klar.'. Streichen Sie das Wort, oder fragen Sie nach der Häufigkeit."
    )


def test_other_languages_are_left_alone() -> None:
    data = parse_yaml(BASE).data
    french = yaml.safe_load(str(data).replace("'de':", "'fr':").replace("'de-du':", "'fr-tu':"))
    french["languages"] = ["fr", "fr-tu", "en"]
    assert codes(str(yaml.safe_dump(french, allow_unicode=True, width=2000))) <= {"P02"}


def test_endless_text() -> None:
    data = parse_yaml(BASE).data
    data["items"]["q2"]["text"] = {"de": "wenn nicht und " * 4000, "en": "if not and " * 4000}
    assert {"W04", "W10"} <= codes(str(yaml.safe_dump(data, allow_unicode=True, width=200)))


def test_plain_text_of_a_survey_in_one_language() -> None:
    text = BASE.replace("languages: [de, de-du, en]", "languages: [en]")
    data = parse_yaml(text).data

    def english(value: Any) -> Any:
        if isinstance(value, dict):
            return value["en"] if "en" in value else {key: english(one) for key, one in value.items()}
        return value

    data = english(data)
    data["items"]["q2"]["text"] = "They always answer."
    found = linted(str(yaml.safe_dump(data, allow_unicode=True, width=200)))
    assert {finding.code for finding in found} == {"P02", "W05"}

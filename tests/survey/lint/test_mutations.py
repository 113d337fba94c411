"""A sound survey with one thing broken: refused or reported with the right code and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxresearch.study.check import check_paths

WHOLE = Path(__file__).parents[1] / "whole.yaml"

# what is broken: a passage, what takes its place, the code that tells, words of the line it names
MUTATIONS = {
    "key twice": ("  effort:\n", "  spent:\n", "yaml.duplicate-key", "spent:"),
    "id twice": ("  note: {name:", "  easy: {name:", "survey.id-twice", "easy: {name:"),
    "code twice": ("shop_floor: {de", "app: {de", "yaml.duplicate-key", "app: {de: \"Filiale\""),
    "no condition": ("nps <= 6\"}", "nps <=\"}", "survey.relevance", "why: {name"),
    "unknown question": ("\"spent > 10.5", "\"spend > 10.5", "survey.unknown-item", "spend > 10.5"),
    "unknown answer": ("channel == 'other'\", required", "channel == 'othr'\", required", "survey.relevance-value", "othr"),
    "order of words": ("\"contacted == 1 and channel != 'other'\"", "\"channel >= 'app'\"", "survey.relevance-value", "channel >="),
    "no translation": (", en: \"It was easy.\"", "", "survey.missing-translation", "  easy: {text"),
    "no title": ("title: {de: \"Alles, was die Sprache kann\", en:", "titel: {de: \"Alles\", en:", "survey.unknown-key", "titel"),
    "strange language": ("en: \"It was quick.\"", "en: \"It was quick.\", fr: \"Vite.\"", "survey.unknown-language", "It was quick"),
    "missing code in range": ("99: {de: \"weiß nicht\", en: \"don't know\"}, -1", "3: {de: \"weiß nicht\", en: \"don't know\"}, -1", "survey.not-coherent", "3: {de: \"weiß"),
    "nps from 1": ("nps11: {level: ordinal, low: 0, high: 10, labels: {0:", "nps11: {level: ordinal, low: 1, high: 10, labels: {1:", "survey.nps-scale", "scale: nps11"),
    "on no page": ("items: [spent, minutes, stars,", "items: [spent, stars,", "survey.item-on-no-page", "  minutes: {text"),
    "on two pages": ("items: [reasons]", "items: [reasons, effort]", "survey.item-twice", "items: [reasons, effort]"),
    "unknown construct": ("construct: ease, touchpoint: hotline", "construct: eas, touchpoint: hotline", "survey.unknown-construct", "construct: eas,"),
    "check that cannot be met": ("expects: 4", "expects: 6", "survey.expects", "expects: 6"),
    "mixed scales": ("en: \"It was quick.\"}, scale: agree5", "en: \"It was quick.\"}, scale: pole7", "survey.mixed-scales", "agreement: {kind: grid"),
    "ranks missing": ("rank4: {level: ordinal, low: 1, high: 4}", "rank4: {level: ordinal, low: 1, high: 3}", "survey.block-scale", "priorities:"),
    "unknown exclusive": ("exclusive: [used_none]", "exclusive: [used_nothing]", "survey.not-coherent", "exclusive: [used_nothing]"),
    "too many ticks": ("at_least: 1", "at_least: 9", "survey.not-coherent", "at_least: 9"),
    "unknown term": ("{company} weiter?\", de-du", "{compny} weiter?\", de-du", "survey.unknown-term", "{compny}"),
    "check in a construct": ("expects: 4", "expects: 4, construct: ease", "lint.F09", "expects: 4"),
    "unreachable": ("\"nps <= 6\"", "\"nps <= 6 and nps == 99\"", "lint.L01", "nps == 99"),
    "always true": ("\"nps <= 6\"", "\"nps <= 10 or nps == 99\"", "lint.L02", "nps <= 10"),
    "circular": ("  contacted:\n", "  contacted:\n    relevance: \"warm == 7\"\n", "lint.L03", "relevance: \"warm == 7\""),
    "later page": ("  effort:\n", "  effort:\n    relevance: \"minutes > 5\"\n", "lint.L04", "minutes > 5\""),
    "below": ("  contacted:\n", "  contacted:\n    relevance: \"main_place == 'app'\"\n", "lint.L03", "main_place == 'app'"),
    "nobody screened out": ("when: \"age < 18\"", "when: \"age < 16\"", "lint.L06", "age < 16"),
    "everybody screened out": ("when: \"age < 18\"", "when: \"age >= 16 or age == 999\"", "lint.L09", "age >= 16"),
    "don't know as a step": ("5: {de: \"stimme völlig zu\", en: \"strongly agree\"}}", "5: {de: \"weiß nicht\", en: \"don't know\"}}", "lint.S04", "5: {de: \"weiß nicht\""),
    "two labels the same": ("shop_floor: {de: \"Filiale\"", "shop_floor: {de: \"App\"", "lint.S10", "shop_floor: {de: \"App\""),
    "overlap": ("labels: {f: {de: \"weiblich\", en: \"female\"}, m: {de: \"männlich\", en: \"male\"}, d: {de: \"divers\", en: \"diverse\"}}", "labels: {f: \"10-20\", m: \"20-30\", d: \"31-40\"}", "lint.S05", "labels: {f: \"10-20\""),
    "none excludes nothing": ("    exclusive: [used_none]\n", "", "lint.F10", "  used_none: {text"),
    "other numbers": ("It takes five minutes.", "It takes 4 minutes.", "lint.T02", "It takes 4 minutes."),
    "du in Sie": ("Wie sehr stimmen Sie zu?", "Wie sehr stimmst du zu?", "lint.T04", "agreement: {kind"),
    "du missing": (" de-du: \"Was ist dir am wichtigsten?\",", "", "lint.T05", "priorities:"),
    "long code": ("service: {de: \"Service\"", "customer_service: {de: \"Service\"", "lint.X01", "customer_service"),
    "reserved": ("  note: {name:", "  token: {name:", "lint.X03", "token: {name"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_broken(name: str, tmp_path: Path) -> None:
    old, new, code, words = MUTATIONS[name]
    text = WHOLE.read_text(encoding="utf-8")
    assert old in text
    broken = text.replace(old, new, 1)
    if code == "lint.X03":
        broken = broken.replace("since, note, fair", "since, token, fair")
    path = tmp_path / "survey.yaml"
    path.write_text(broken, encoding="utf-8")
    before = {(fault.code, fault.given) for fault in check_paths([WHOLE]).faults}
    found = [fault for fault in check_paths([path]).faults if fault.code == code]
    assert found
    lines = broken.splitlines()
    told = [lines[fault.place.line - 1] for fault in found if fault.place and fault.place.line]
    assert any(words in line for line in told), told
    if code.startswith("lint."):
        assert any((fault.code, fault.given) not in before for fault in found)


def test_whole_language_has_no_errors() -> None:
    report = check_paths([WHOLE])
    assert report.errors == ()


def test_only_errors_count_as_faults(tmp_path: Path) -> None:
    path = tmp_path / "survey.yaml"
    text = WHOLE.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    quiet = check_paths([path], lint=False)
    assert quiet.faults == ()
    loud = check_paths([path])
    assert {fault.severity for fault in loud.faults} == {"warning", "note"}
    assert loud.summary().startswith("1 survey, 0 studies checked: no faults, ")
    path.write_text(text.replace("expects: 4", "expects: 4, construct: ease"), encoding="utf-8")
    assert [fault.code for fault in check_paths([path]).errors] == ["lint.F09"]
    assert check_paths([path], lint=False).errors == ()


def test_in_german(tmp_path: Path) -> None:
    english = {str(fault) for fault in check_paths([WHOLE], lang="en").faults}
    german = {str(fault) for fault in check_paths([WHOLE], lang="de").faults}
    assert len(english) == len(german)
    assert not english & german


def test_finding_in_a_survey_that_another_extends(tmp_path: Path) -> None:
    base, own = tmp_path / "base.yaml", tmp_path / "own.yaml"
    base.write_text(WHOLE.read_text(encoding="utf-8"), encoding="utf-8")
    own.write_text("extends: base.yaml\nid: mine\nitems:\n  attention: {construct: ease}\n", encoding="utf-8")
    (fault,) = check_paths([own]).errors
    assert fault.place is not None
    assert (Path(fault.place.file).name, fault.place.line) == ("own.yaml", 4)
    others = {Path(one.place.file).name for one in check_paths([own]).faults if one.place}
    assert others == {"own.yaml", "base.yaml"}

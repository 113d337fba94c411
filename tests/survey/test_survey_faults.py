"""What a hostile survey file gets told: every fault, its line, its code and the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cxresearch as cx

Faults = Callable[..., list[tuple[str, int | None, str]]]


def test_base_is_sound(base: str, tmp_path: Path) -> None:
    path = tmp_path / "survey.yaml"
    path.write_text(base, encoding="utf-8")
    survey = cx.load_survey(path)
    assert list(survey.items) == ["q1", "q2"]
    assert survey.items["q1"].perspectives == ("customer", "employee")


def test_ten_faults_at_once(faults_of: Faults) -> None:
    text = """\
id: tiny
title: {de: Titel}
languages: [de, en]
source: own
licence: CC0
perspectives:
  customer: {name: Kunden, side: outsid, role: customer}
scales:
  agree5: {level: ordinal, low: 5, high: 1}
  rating:
    level: ordinal
    low: 1
    high: 5
    labels:
      1: schlecht
      6: gut
items:
  q1: {scale: agre5, text: {customer: a}}
  q2: {scale: rating, text: {custmer: {de: a, en: b}}}
  q3: {scale: rating, text: {customer: a}, requird: true}
  q4: {scale: rating, text: {customer: a}, construct: trust, reversed: maybe}
pages:
  - items: [q1, q2, q3, q1, q9]
"""
    found = faults_of(text)
    assert [(code, line) for code, line, _ in found] == [
        ("survey.missing-translation", 2),
        ("survey.not-allowed", 7),
        ("survey.not-coherent", 9),
        ("survey.not-coherent", 16),
        ("survey.unknown-scale", 18),
        ("survey.unknown-perspective", 19),
        ("survey.unknown-key", 20),
        ("survey.item-on-no-page", 21),
        ("survey.unknown-construct", 21),
        ("survey.bool-type", 21),
        ("survey.item-twice", 23),
        ("survey.unknown-item", 23),
    ]
    told = {code: text for code, _, text in found}
    assert "'outside'" in told["survey.not-allowed"]
    assert "'agree5'" in told["survey.unknown-scale"]
    assert "'customer'" in told["survey.unknown-perspective"]
    assert "'required'" in told["survey.unknown-key"]


ALONE = [
    # what is replaced, by what, the code, the line, a word of the message
    ("  q1: {", "\tq1: {", "yaml.syntax", 15, "tab"),
    ("id: tiny", "id: [tiny", "yaml.syntax", 2, "expected"),
    ("id: tiny", "id: tiny\nid: other", "yaml.duplicate-key", 2, "line 1"),
    ("id: tiny", "id: 2018", "survey.string-type", 1, "quotes"),
    ("id: tiny", "id: !!python/object:os.system x", "yaml.tag", 1, "Tags"),
    ("id: tiny", "id: *nothing", "yaml.alias", 1, "&nothing"),
    ("id: tiny", "id: tiny\n? [a, b]\n: x", "yaml.key", 2, "plain"),
    ("id: tiny", "id: tiny\nfielsd: {}", "survey.unknown-key", 2, "'fields'"),
    ("source: own\n", "", "survey.missing-key", 1, "'source'"),
    ("[de, en]", "de", "survey.tuple-type", 3, "[a, b]"),
    ("[de, en]", "[]", "survey.too-short", 3, "one"),
    ("[de, en]", "[de, en, de]", "survey.language-twice", 3, "twice"),
    ("{de: Titel, en: Title}", "{de: Titel}", "survey.missing-translation", 2, "'en'"),
    ("{de: Titel, en: Title}", "{de: Titel, en: Title, fr: Titre}", "survey.unknown-language", 2, "language"),
    ("{de: Titel, en: Title}", "{de: Titel, en: ' '}", "survey.not-coherent", 2, "empty"),
    ("side: outside", "side: outsde", "survey.not-allowed", 7, "'outside'"),
    ("role: customer}", "role: customer, predicts: employe}", "survey.unknown-perspective", 7, "'employee'"),
    ("low: 1, high: 5", "low: 5, high: 1", "survey.not-coherent", 10, "below"),
    ("low: 1, high: 5", "low: 1", "survey.not-coherent", 10, "both"),
    ("low: 1, high: 5", "low: 1, high: .inf", "survey.float-type", 10, "number"),
    ("low: 1, high: 5", "low: 1, high: 1e400", "survey.float-type", 10, "number"),
    ("low: 1, high: 5", "low: true, high: 5", "survey.float-type", 10, "number"),
    ("low: 1, high: 5", "low: '1', high: 5", "survey.float-type", 10, "number"),
    ("low: 1, high: 5", "low: 1, high: 5, step: 0", "survey.greater-than", 10, "0"),
    ("low: 1, high: 5", "low: 1, high: 5, step: 3", "survey.not-coherent", 10, "steps"),
    ("low: 1, high: 5", "low: 0, high: 1e9", "survey.not-coherent", 10, "step: null"),
    ("low: 1, high: 5", "low: 1, high: 5, labels: {6: x}", "survey.not-coherent", 10, "6"),
    ("low: 1, high: 5", "low: 1, high: 5, missing: {3: x}", "survey.not-coherent", 10, "read as answers"),
    ("low: 1, high: 5", "low: 1, high: 5, labels: {1: '5'}", "survey.not-coherent", 10, "another code"),
    ("low: 1, high: 5", "labels: {1: a, '1': b}", "survey.not-coherent", 10, "look the same"),
    ("low: 1, high: 5", "labels: {1: a}, missing: {1: b}", "survey.not-coherent", 10, "look the same"),
    ("low: 1, high: 5", "low: 1, high: 5, labels: {~: x}", "survey.string-type", 10, "text"),
    ("level: ordinal", "level: nominal", "survey.not-coherent", 10, "nominal"),
    ("trust: {name", "trust: {min_answered: 0, name", "survey.greater-than", 13, "0"),
    ("trust: {name", "trust: {min_answered: 1.5, name", "survey.not-coherent", 13, "share"),
    ("trust: {name", "trust: {min_answered: 3, name", "survey.too-few-items", 13, "2 items"),
    ("trust: {name", "trust: {min_answered: half, name", "survey.float-type", 13, "number"),
    ("q1: {scale: agree5", "q1: {scale: agre5", "survey.unknown-scale", 15, "'agree5'"),
    ("q1: {", "q1: {touchpoint: shop, ", "survey.unknown-touchpoint", 15, "touchpoint"),
    (
        "q2: {scale: agree5, construct: trust",
        "q2: {scale: agree5, construct: trsut",
        "survey.unknown-construct",
        16,
        "'trust'",
    ),
    ("text: {customer: {de: e", "text: {customr: {de: e", "survey.unknown-perspective", 16, "'customer'"),
    ("text: {customer: {de: e, en: f}}", "text: {}", "survey.too-short", 16, "one"),
    ("text: {customer: {de: e, en: f}}", "text: [e]", "survey.dict-type", 16, "mapping"),
    ("text: {customer: {de: e, en: f}}", "text: {customer: {de: 5, en: f}}", "survey.string-type", 16, "quotes"),
    ("q2: {", "q2: {reversed: yes, ", "survey.bool-type", 16, "true or false"),
    ("q2: {scale: agree5", "q2: {reversed: true, scale: yesno", "survey.reversed-without-range", 16, "low and high"),
    ("q2: {", "q2: {index: nps, ", "survey.nps-scale", 16, "0 to 10"),
    ("q2: {", "q2: {id: other, ", "survey.other-id", 16, "key"),
    ("  q2: {", "  2: {", "survey.string-type", 16, "quotes"),
    ("  q2: {", "  respondent: {", "survey.reserved-id", 16, "respondent"),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "word"), ALONE)
def test_each_fault_alone(old: str, new: str, code: str, line: int, word: str, base: str, faults_of: Faults) -> None:
    assert old in base
    found = faults_of(base.replace(old, new, 1))
    assert [(c, n) for c, n, _ in found] == [(code, line)]
    assert word in found[0][2]


@pytest.mark.parametrize(
    ("key", "misspelt", "line"),
    [
        ("scales", "scals", 9),
        ("perspectives", "perspektives", 6),
        ("constructs", "construct", 12),
        ("items", "item", 14),
        ("title", "titel", 2),
        ("languages", "language", 3),
        ("licence", "license", 5),
        ("scale", "scal", 15),
        ("side", "sides", 7),
    ],
)
def test_a_misspelt_key_is_one_fault(key: str, misspelt: str, line: int, base: str, faults_of: Faults) -> None:
    [(code, where, told)] = faults_of(base.replace(f"{key}:", f"{misspelt}:", 1))
    assert (code, where) == ("survey.unknown-key", line)
    assert told.endswith(f"Did you mean {key!r}?")


def test_faults_inside_a_misspelt_part_are_told_too(base: str, faults_of: Faults) -> None:
    found = faults_of(base.replace("scales:", "scals:").replace("low: 1, high: 5", "low: 5, high: 1"))
    assert [(code, line) for code, line, _ in found] == [("survey.unknown-key", 9), ("survey.not-coherent", 10)]


def test_two_misspelt_keys_are_not_taken_for_the_same(base: str, faults_of: Faults) -> None:
    found = faults_of(base.replace("items:", "item:").replace("scales:", "scale:"))
    assert [told.split("Did you mean ")[1] for _, _, told in found] == ["'scales'?", "'items'?"]


def test_a_language_that_is_none(base: str, faults_of: Faults) -> None:
    assert [(code, line) for code, line, _ in faults_of(base.replace("[de, en]", "[de, en, 'zz!']"))] == [
        ("survey.language", 3)
    ]


def test_languages_that_no_wording_is_in_are_told_once(base: str, faults_of: Faults) -> None:
    for given, wanted in (("english", "'en'"), ("em", "'en'"), ("en, fr", "Translate them")):
        [(code, line, told)] = faults_of(base.replace("[de, en]", f"[de, {given}]"))
        assert code in ("survey.language", "survey.missing-translation")
        assert line == 3
        assert wanted in told


def test_a_misspelt_scale_is_told_where_it_stands(base: str, faults_of: Faults) -> None:
    [(code, line, told)] = faults_of(base.replace("  agree5: {", "  agre5: {"))
    assert (code, line) == ("survey.unknown-scale", 10)
    assert (
        told
        == "Nothing is on this scale, but 2 parts name a scale 'agree5', which does not exist. Did you mean 'agree5'?"
    )


GRID = "blocks:\n  b: {kind: grid, items: [q1, q2]}\npages:\n  - {items: [b]}\n"
CAUSES = [
    # what of the grid is replaced, by what, the code, the line, a word of the message
    ("kind: grid", "kind: matrix", "survey.unknown-kind", 18, "'grid'"),
    ("kind: grid, ", "", "survey.missing-key", 18, "'kind'"),
    ("{items: [b]}", "{items: b}", "survey.tuple-type", 20, "[a, b]"),
    ("{kind: grid", "{required: yes please, kind: grid", "survey.not-allowed", 18, "allowed"),
    ("kind: grid, items: [q1, q2]}\npages:\n", "kind: kano, items: [q1]}\npages:\n  - items: [q2]\n", "", 18, "a pair"),
    ("kind: grid", "kind: grid, relevance: q1 = 1", "survey.relevance", 18, "Did you mean: q1 == 1?"),
    ("[b]", "[b], relevance: b == 1", "survey.relevance-block", 20, "such as q1 == 1"),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "word"), CAUSES)
def test_a_cause_is_told_without_what_follows(
    old: str, new: str, code: str, line: int, word: str, base: str, faults_of: Faults
) -> None:
    [(found, where, told)] = faults_of(base + GRID.replace(old, new))
    assert (found, where) == (code or "survey.not-coherent", line)
    assert word in told


def test_one_misspelt_scale_in_a_grid_does_not_blame_the_other_rows(base: str, faults_of: Faults) -> None:
    [(code, line, _)] = faults_of(base.replace("q1: {scale: agree5", "q1: {scale: agre5") + GRID)
    assert (code, line) == ("survey.unknown-scale", 15)


ADDED = [
    ("pages:\n  - items: [q1, q1, q2]\n", "survey.item-twice", 18, "page 1"),
    ("pages:\n  - items: [q1]\n", "survey.item-on-no-page", 16, "none"),
    ("pages:\n  - items: [q1, q2, q3]\n", "survey.unknown-item", 18, "item"),
    ("pages:\n  - {items: [q1, q2], perspectives: [custmer]}\n", "survey.unknown-perspective", 18, "'customer'"),
    ("pages: q1\n", "survey.tuple-type", 17, "list"),
    ("fields:\n  q1: {name: x, kind: group}\n", "survey.id-twice", 18, "already"),
    ("fields:\n  f: {name: x, kind: grop}\n", "survey.not-allowed", 18, "'group'"),
    ("fields:\n  f: {name: x, kind: group, labels: {1: a, '1': b}}\n", "survey.not-coherent", 18, "look the same"),
    ("fields:\n  respondent: {name: x, kind: text}\n", "survey.reserved-id", 18, "respondent"),
    ("fields:\n  a: {name: x, kind: respondent}\n  b: {name: x, kind: respondent}\n", "survey.kind-twice", 19, "'a'"),
    ("---\nid: second\n", "yaml.second-document", 17, "---"),
]


@pytest.mark.parametrize(("more", "code", "line", "word"), ADDED)
def test_each_addition_alone(more: str, code: str, line: int, word: str, base: str, faults_of: Faults) -> None:
    found = faults_of(base + more)
    assert [(c, n) for c, n, _ in found] == [(code, line)]
    assert word in found[0][2]


@pytest.mark.parametrize("items", ["[[q1]]", "[{a: 1}]", "[1]", "[~]"])
def test_page_items_of_the_wrong_type(items: str, base: str, faults_of: Faults) -> None:
    codes = {code for code, _, _ in faults_of(f"{base}pages:\n  - items: {items}\n")}
    assert codes == {"survey.string-type"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "yaml.empty"),
        ("# only a comment\n", "yaml.empty"),
        ("~\n", "survey.not-a-mapping"),
        ("- a\n- b\n", "survey.not-a-mapping"),
        ("hello", "survey.not-a-mapping"),
        (b"id: \xc4\xd6\n", "yaml.encoding"),
        ("id: tiny\n".encode("utf-16"), "yaml.encoding"),
        (b"id: ti\x00ny\n", "yaml.syntax"),
        (b"id: a\nsource: ti\x07ny\n", "yaml.syntax"),
        (b"\xff\xfe\x00\x00", "yaml.encoding"),
    ],
)
def test_files_that_are_no_survey(text: str | bytes, code: str, faults_of: Faults) -> None:
    assert [c for c, _, _ in faults_of(text)] == [code]


def test_control_character_has_its_line(faults_of: Faults) -> None:
    assert faults_of(b"id: a\nsource: ti\x07ny\n")[0][1] == 2


@pytest.mark.parametrize("path", ["missing.yaml", ".", "", "a\0b", "x" * 5000, "no/such/folder.yaml", None, 5, ["a"]])
def test_paths_that_are_none(path: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(cx.CxError) as caught:
        cx.load_survey(path)  # type: ignore[arg-type]
    assert caught.value.codes in [("yaml.missing-file",), ("shipped.no-path",)]


def test_a_path_that_is_nearly_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("customers.yaml").write_text(base, encoding="utf-8")
    with pytest.raises(cx.CxError, match=r"'customers\.yaml'"):
        cx.load_survey("custmers.yaml")
    with pytest.raises(cx.CxError, match="folder"):
        cx.load_survey(tmp_path)


@pytest.mark.parametrize("name", ["nope.yaml", "surveys/nope.yaml", "../../../../etc/passwd", "/etc/passwd"])
def test_shipped_files_that_are_not(name: str) -> None:
    with pytest.raises(cx.CxError) as caught:
        cx.shipped_file(name)
    assert caught.value.codes == ("shipped.unknown",)
    assert "passwd, " not in str(caught.value)


def test_traps_of_yaml_1_1_stay_text(tmp_path: Path, base: str) -> None:
    path = tmp_path / "survey.yaml"
    words = ["no", "on", "yes", "off", "1_000", "012", "0x1F", "1:30", "2018-01-01", "NO", "True", "Null", ".5e", "0o7"]
    labels = "".join(f"      {word}: {word}\n" for word in words)
    text = base.replace("scales:\n", f"scales:\n  traps:\n    level: nominal\n    labels:\n{labels}")
    path.write_text(text.replace("id: tiny", "id: on\nversion: 2018-01-01"), encoding="utf-8")
    survey = cx.load_survey(path)
    assert list(survey.scales["traps"].labels) == words
    assert (survey.id, survey.version) == ("on", "2018-01-01")


def test_norwegian_is_a_language(tmp_path: Path, base: str) -> None:
    path = tmp_path / "survey.yaml"
    path.write_text(base.replace("en:", "no:").replace("[de, en]", "[de, no]"), encoding="utf-8")
    assert cx.load_survey(path).languages == ("de", "no")


def test_a_very_large_survey_loads_fast(tmp_path: Path) -> None:
    import time

    perspectives, languages = ("customer", "employee", "partner", "management"), ("de", "en", "fr")
    text = "{de: T, en: T, fr: T}"
    lines = [f"id: big\ntitle: {text}\nlanguages: [de, en, fr]\nsource: s\nlicence: l\nperspectives:"]
    lines += [f"  {p}: {{name: {text}, side: outside, role: other}}" for p in perspectives]
    lines += ["scales: {agree5: {level: ordinal, low: 1, high: 5}}", "items:"]
    for i in range(400):
        lines.append(f"  q{i}:\n    scale: agree5\n    text:")
        for p in perspectives:
            lines.append(f"      {p}:")
            lines += [f'        {lang}: "Wording of {i} for {p} in {lang}: is it so?"' for lang in languages]
    path = tmp_path / "big.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    start = time.process_time()
    survey = cx.load_survey(path)
    assert time.process_time() - start < 2
    assert len(survey.items) == 400

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import cxresearch as cx
from cxresearch.errors import SurveyError
from cxresearch.survey.block import Dual, Multiple, Ranking
from cxresearch.survey.export.export import export
from cxresearch.survey.form import Form, Group
from cxresearch.survey.imports.codes import codes_of
from cxresearch.survey.imports.read import read_instrument
from cxresearch.survey.imports.surveyjs.conditions import Known, relevance
from cxresearch.survey.imports.surveyjs.instrument import read_surveyjs
from cxresearch.survey.template import load_survey

HERE = Path(__file__).resolve().parent
OWN, REAL = HERE / "surveyjs" / "own_cx_de_en.json", HERE / "surveyjs" / "novacode_schema.json"
WHOLE = HERE.parent / "whole.yaml"
SURVEYS = HERE.parents[2] / "surveys"
RESPONSE = HERE.parents[1] / "responses" / "surveyjs" / "novacode_response.json"


def test_a_file_with_everything_we_ask() -> None:
    imported = read_surveyjs(OWN)
    survey = imported.survey
    assert survey.languages == ("de", "en")
    assert (survey.title.get("de"), survey.title.get("en")) == ("CX-Größe Test", "CX size test")
    assert [page.items for page in survey.pages] == [
        ("channel", "channel_other", "used", "used_text", "sat"),
        ("nps", "why", "whynot", "age", "d", "yn", "rank", "ip"),
    ]
    assert survey.items["channel"].required is True
    assert survey.items["channel"].shuffle
    assert survey.scale_of("channel").codes == ("A1", "A2", "other")
    assert survey.fields["channel_other"].relevance == "channel == 'other'"
    used = survey.blocks["used"]
    assert isinstance(used, Multiple)
    assert (used.exclusive, used.at_most) == (("used_none",), 3)
    assert survey.scale_of("sat_frien").missing[99].get("de") == "weiß nicht"
    assert survey.scale_of("nps").codes == tuple(range(11))
    assert survey.scale_of("nps").label(0, "de") == "gar nicht"
    assert (survey.fields["why"].relevance, survey.fields["whynot"].relevance) == (
        "nps >= 9",
        "answered(nps) and nps <= 6",
    )
    assert (survey.fields["age"].low, survey.fields["age"].high) == (16, 99)
    assert isinstance(survey.blocks["rank"], Ranking)
    gap = survey.blocks["ip"]
    assert isinstance(gap, Dual)
    assert (len(gap.items), len(gap.second)) == (2, 2)
    screenout = survey.pages[1].screenout
    assert screenout is not None
    assert screenout.when == "age < 16"
    assert [(note.code, note.place.field) for note in imported.unmatched] == [
        ("surveyjs.calculated", "x"),
        ("surveyjs.expression", "grp"),
    ]


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        if "default" in value:
            return [text for key, text in value.items() if isinstance(text, str)]
        return [text for key, inner in value.items() for text in _strings(inner)]
    return [text for inner in value for text in _strings(inner)] if isinstance(value, list) else []


@pytest.mark.parametrize("path", [OWN, REAL], ids=lambda path: path.stem)
def test_every_question_and_wording_is_carried_over_or_told(path: Path) -> None:
    imported = read_instrument(path)
    survey = imported.survey
    told = {str(note.place.field).split(".")[0] for note in imported.notes}
    kept = {column.split(".")[0].split("=")[0] for column in imported.columns}
    kept |= {*survey.items, *survey.fields, *survey.blocks}
    data = json.loads(path.read_text(encoding="utf-8"))
    names = [one["name"] for page in data["pages"] for one in page["elements"] if one["type"] != "html"]
    assert len(names) > 10
    assert set(names) <= told | kept
    text = " ".join(imported.yaml.replace("''", "'").split()) + " ".join(str(note.given) for note in imported.notes)
    for wording in _strings(data):
        assert wording in text, wording


def test_what_cannot_be_asked_is_told() -> None:
    imported = read_surveyjs(REAL)
    lost = {note.place.field for note in imported.notes if note.code == "surveyjs.question-type"}
    assert lost == {"priceRange", "signature", "resume", "employeeList", "education", "thankYouImage"}
    assert imported.survey.languages == ("en", "nl")
    texts = {entry.id: entry.text for entry in imported.survey.form("customer").entries}
    assert (texts["birthDate"].get("nl"), texts["birthDate"].get("en")) == ("Geboortedatum", "Birth Date")


def test_a_real_answer_is_read_onto_the_imported_survey(tmp_path: Path) -> None:
    imported = read_surveyjs(REAL)
    codes = tmp_path / "codes.json"
    codes.write_text(codes_of(imported, "surveyjs").json(), encoding="utf-8")
    answers = tmp_path / "answers.json"
    data = json.loads(RESPONSE.read_text(encoding="utf-8"))
    answers.write_text(json.dumps({**data, "agreeTerms": True}), encoding="utf-8")
    frame = cx.read_responses(answers, imported.survey, codes=codes, partial=True).frame
    row = frame.iloc[0]
    assert (row["age"], row["favoriteColor"], row["satisfaction"], row["agreeTerms"]) == (30, "blue", 8, 1)
    assert [row[f"hobbies_{one}"] for one in ("reading", "sports", "music", "none")] == [1, 0, 1, 0]
    assert [row[f"priorityItems_{one}"] for one in ("quality", "price", "support", "speed")] == [1, 2, 3, 4]
    assert (row["qualityMatrix_product"], row["address_city"]) == ("excellent", "Springfield")


def _needs(form: Form) -> dict[str, str]:
    order = ["no", "soft", "yes"]
    found = {}
    for page in form.pages:
        for part in page.parts:
            outer = part.required if isinstance(part, Group) else "no"
            for entry in getattr(part, "entries", (part,)):
                if hasattr(entry, "kind"):
                    found[entry.id] = max(outer, entry.required, key=order.index)
    return found


@pytest.mark.parametrize(
    "path", [WHOLE, SURVEYS / "nps-pulse.yaml", SURVEYS / "service-quality.yaml"], ids=lambda path: path.stem
)
def test_what_we_export_comes_back(path: Path, tmp_path: Path) -> None:
    survey = load_survey(path)
    form = survey.form(next(iter(survey.perspectives)))
    file = export(survey, "surveyjs").write(tmp_path)[0]
    imported = read_surveyjs(file)
    back = imported.survey.form("customer")
    old = {entry.id: entry for entry in form.entries if not entry.drawn}
    new = {entry.id: entry for entry in back.entries}
    # the second scale of a dual block has the names of the first
    seconds = {
        second.id: f"{first.id}_second"
        for page in form.pages
        for part in page.parts
        if isinstance(part, Group)
        for first, second in zip(part.rows, part.second, strict=False)
    }
    assert {seconds.get(id, id) for id in old} == set(new)
    blocks = [part for page in form.pages for part in page.parts if isinstance(part, Group)]
    ranked = {row.id for block in blocks if block.kind in ("ranking", "multiple") for row in block.rows}
    needs, needed = _needs(form), _needs(back)
    for id, entry in old.items():
        found = new[seconds.get(id, id)]
        assert (entry.kind, id) == (found.kind, id)
        assert {option.code for option in entry.options} == {option.code for option in found.options}, id
        assert needs[id] == needed[found.id], id
        for language in survey.languages:
            told = " ".join(entry.text.get(language).split())
            assert " ".join(found.text.get(language).split()) == told, (id, language)
            said = {option.code: option.text.get(language) for option in found.options}
            ends = {}
            if entry.ends is not None and entry.scale is not None:
                ends = {entry.scale.low: entry.ends.low.get(language), entry.scale.high: entry.ends.high.get(language)}
            for option in entry.options if id not in ranked else ():
                assert said[option.code] == ends.get(option.code, option.text.get(language)), (id, option.code)
    drawn = {entry.id for entry in form.entries if entry.drawn}
    assert drawn <= set(imported.survey.fields)


def test_conditions_of_our_export_come_back(tmp_path: Path) -> None:
    survey = load_survey(WHOLE)
    back = read_surveyjs(export(survey, "surveyjs").write(tmp_path)[0]).survey.form("customer").shown_when()
    there = survey.form("customer").shown_when()
    answers = [
        {"nps": nps, "contacted": contacted, "channel": channel, "age": age, "easy": easy, "minutes": minutes, "warm": warm}
        for nps in (None, 0, 6, 7, 99) for contacted in (None, 0, 1) for channel in (None, "other", "web-shop", "none")
        for age, easy, minutes, warm in ((None, 1, -1, 7), (40, 5, 3, None), (999, 99, 7, 2), (70, None, None, 7))
    ]  # fmt: skip
    looked = 0
    for id in ("why", "channel", "channel_other", "main_place", "warm", "tiring", "note"):
        first, second = there[id], back[id]
        assert first is not None
        assert second is not None
        for given in answers:
            assert first.holds(given) == second.holds(given), (id, given)
        looked += len({first.holds(given) for given in answers})
    assert looked == 14


KNOWN = {
    "nps": Known(id="nps", kind="choice", codes={str(code): code for code in range(11)}),
    "channel": Known(id="channel", kind="choice", codes={"A1": "A1", "other": "other"}),
    "used": Known(id="used", kind="ticks", codes={"app": "used_app", "shop": "used_shop"}),
    "rank": Known(id="rank", kind="ranks", codes={"a": "rank_a"}),
    "age": Known(id="age", kind="number", missing=(-1,)),
    "age_missing": Known(id="age", kind="aside", codes={"-1": -1}, missing=(-1,)),
    "yes": Known(id="yes", kind="choice", codes={"true": 1, "false": 0}),
    "why": Known(id="why", kind="text"),
}


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("{nps} >= 9", "nps >= 9"),
        ("9 <= {nps}", "nps >= 9"),
        ("{channel} = 'A1' || {nps} < 3 && {nps} > 1", "channel == 'A1' or nps < 3 and nps > 1"),
        ("{channel} notempty and {channel} <> 'A1' and {channel} <> 'other'", "channel not in ['A1', 'other']"),
        ("{used} notempty and {used} notcontains 'app'", "used_app != 1"),
        ("{used} contains 'app'", "used_app == 1"),
        ("{used} anyof ['app', 'shop']", "(used_app == 1 or used_shop == 1)"),
        ("{channel} anyof ['A1', 'other']", "(channel == 'A1' or channel == 'other')"),
        ("{rank[0]} = 'a'", "rank_a == 1"),
        ("{rank} contains 'a'", "answered(rank_a)"),
        ("{age_missing} = -1", "age == -1"),
        ("{age} notempty", "(answered(age) and age not in [-1])"),
        ("{yes} = true", "yes == 1"),
        ("{why} empty", "not answered(why)"),
        ("!({nps} = 3)", "not ((nps == 3))"),
        ("{why} = 'x'", None),
        ("{nps} = 12", None),
        ("{nps} > {age}", None),
        ("{unknown} = 1", None),
        ("age({why}) > 3", None),
        ("{nps} >= 9 and", None),
        ("{nps}", None),
        ("(" * 200 + "{nps} = 1" + ")" * 200, None),
    ],
)
def test_expressions(expression: str, said: str | None) -> None:
    assert relevance(expression, KNOWN) == said


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pages": 3}', '{"pages": [{"name": "a"}]}', "7", "\ud800"])
def test_what_is_no_survey(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SurveyError) as caught:
        read_surveyjs(path)
    assert caught.value.codes == ("import.not-surveyjs",)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as caught:
        read_surveyjs(tmp_path / "none.json")
    assert caught.value.codes == ("import.missing-file",)


JUNK: list[Any] = [
    None, "", 0, -1, 1.5, True, [], {}, "x", [1, "a", None], {"a": 1}, {"default": {"x": 1}}, "{nps} = 1 and", 10**30,
    "<script>", "\ud83d", "\x00", 1e308, "panel", "matrixdropdown",
]  # fmt: skip


def _places(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        found += [(node, key), *_places(node[key])]
    return found


def _damaged(data: Any, rng: random.Random) -> Any:
    for _ in range(rng.choice([1, 2, 4, 8])):
        places = _places(data)
        (node, key), (other, there) = rng.choice(places), rng.choice(places)
        match rng.randrange(4):
            case 0:
                del node[key]
            case 1:
                node[key] = rng.choice(JUNK)
            case 2 if not _places(node[key]) and not _places(other[there]):
                node[key], other[there] = other[there], node[key]
            case _ if isinstance(node, list):
                node.insert(key, node[key])
    return data


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_read_or_refused_but_never_breaks(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    data = json.loads((REAL if seed % 2 else OWN).read_text(encoding="utf-8"))
    path = tmp_path / "damaged.json"
    path.write_text(json.dumps(_damaged(data, rng)), encoding="utf-8")
    try:
        imported = read_surveyjs(path)
    except SurveyError:
        return
    assert imported.survey.form("customer").shown_when() is not None
    assert codes_of(imported, "surveyjs").columns
    assert imported.report().encode()


def test_what_stands_twice_is_told(tmp_path: Path) -> None:
    choices = [1, 2, {"value": 1, "text": "again"}]
    question = {"type": "checkbox", "name": "q", "title": "Half \ud83d", "choices": choices}
    path = tmp_path / "twice.json"
    path.write_text(json.dumps({"elements": [question, {**question, "title": "Second"}]}), encoding="utf-8")
    imported = read_surveyjs(path)
    told = {note.code for note in imported.notes}
    assert {"surveyjs.choice", "surveyjs.duplicate-name", "surveyjs.markup"} <= told
    assert [len(block.items) for block in imported.survey.blocks.values() if isinstance(block, Multiple)] == [2, 2]
    assert codes_of(imported, "surveyjs").columns


def test_limits_and_codes_that_make_no_scale(tmp_path: Path) -> None:
    labels = [{"value": 0, "text": "cold"}, {"value": 7.5, "text": "warm"}, {"value": "hot", "text": "hot"}]
    slider = {"type": "slider", "name": "s", "min": 0, "max": 10, "step": 0, "customLabels": labels}
    # a range of so many codes would fill the memory
    far = {"type": "rating", "name": "r", "rateValues": [1, 2, 10**14]}
    path = tmp_path / "limits.json"
    path.write_text(
        json.dumps({"elements": [slider, far, {"type": "text", "name": "n", "inputType": "number", "step": 0}]})
    )
    imported = read_surveyjs(path)
    scale = imported.survey.scale_of("s")
    assert (scale.step, list(scale.labels)) == (1, [0])
    assert imported.survey.scale_of("r").codes == (1, 2, 10**14)
    assert imported.survey.fields["n"].step is None
    told = [(note.code, note.given) for note in imported.notes if note.place.field == "s"]
    assert told == [
        ("surveyjs.range", 0),
        ("surveyjs.slider-label", "7.5: warm"),
        ("surveyjs.slider-label", "hot: hot"),
    ]


def test_panels_too_deep_name_what_is_lost(tmp_path: Path) -> None:
    inner: dict[str, Any] = {"type": "text", "name": "deep"}
    for number in range(100):
        inner = {"type": "panel", "name": f"p{number}", "elements": [inner]}
    path = tmp_path / "deep.json"
    path.write_text(json.dumps({"elements": [inner, {"type": "text", "name": "last"}]}), encoding="utf-8")
    imported = read_surveyjs(path)
    assert list(imported.survey.fields) == ["last"]
    assert [(note.code, note.given) for note in imported.unmatched] == [("surveyjs.depth", "deep")]


def test_a_row_without_a_name_is_left_out_and_told(tmp_path: Path) -> None:
    rows: list[Any] = [
        {"type": "radiogroup", "choices": [1, 2]},
        {"type": "radiogroup", "name": "b", "choices": [1, 2]},
    ]
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"elements": [{"type": "panel", "name": "p", "title": "P", "elements": rows}]}))
    imported = read_surveyjs(path)
    assert list(imported.survey.items) == ["b"]
    assert [note.code for note in imported.unmatched] == ["surveyjs.no-name"]


def test_tasks_stories_and_rounds_of_our_export_are_told(tmp_path: Path) -> None:
    imported = read_surveyjs(export(load_survey(WHOLE), "surveyjs").write(tmp_path)[0])
    told = {note.code: (note.place.field, note.given) for note in imported.unmatched}
    tasks = ", ".join(f"reasons_{task}_{side}" for task in (1, 2, 3) for side in ("best", "worst"))
    assert told["surveyjs.maxdiff"] == ("reasons", tasks)
    assert told["surveyjs.vignette"] == ("contact", "contact_1, contact_2")
    assert told["surveyjs.diary"] == ("journey", "journey_1_more, journey_2_more")
    (check,) = (note.what for note in imported.notes if note.code == "surveyjs.to-check")
    assert all(word in check for word in ("constructs", "short names", "terms", "touchpoints", "reversed", "indices"))
    kinds = [line for line in imported.report().splitlines() if not line.startswith(" ")]
    assert len(kinds) == len({(note.code, note.what) for note in imported.notes}) + 1

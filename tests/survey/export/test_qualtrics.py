from __future__ import annotations

import csv
import importlib.util
import io
import random
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import cxresearch as cx
from cxresearch.survey.export.export import export
from cxresearch.survey.export.qualtrics.logic import in_syntax
from cxresearch.survey.expression import bound, parse
from cxresearch.survey.form import Entry, Form, Group
from cxresearch.survey.template import load_survey, parse_survey

HERE = Path(__file__).parent
WHOLE = HERE.parent / "whole.yaml"
SHIPPED = sorted(path.name for path in Path("surveys").glob("*.yaml"))


def _reader() -> Any:
    path = HERE / "qualtrics_text_file.py"
    spec = importlib.util.spec_from_file_location("qualtrics_text_file", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


FILE = _reader()


def _english(exported: Any) -> tuple[list[Any], list[str]]:
    name = next((name for name in exported.files if name.endswith(".en.txt")), next(iter(exported.files)))
    return FILE.read_text_file(exported.files[name].decode())


@pytest.mark.parametrize("perspective", ["customer", "employee"])
def test_every_language_has_the_same_questions_codes_and_blocks(perspective: str) -> None:
    exported = export(load_survey(WHOLE), "qualtrics", perspective=perspective)
    assert len(exported.files) == 3
    told = []
    for content in exported.files.values():
        asked, fields = FILE.read_text_file(content.decode())
        told.append([(one.kind, one.block, one.id, list(one.choices), list(one.answers)) for one in asked] + [fields])
    assert told[0] == told[1] == told[2]
    ids = [one.id for one in FILE.read_text_file(next(iter(exported.files.values())).decode())[0]]
    assert len(set(ids)) == len(ids)
    blocks = list(dict.fromkeys(one[1] for one in told[0][:-1]))
    assert blocks == [page.id for page in load_survey(WHOLE).form(perspective).pages]


def test_recode_values_are_whole_numbers_from_zero_and_keep_codes_that_are() -> None:
    asked, _ = _english(export(load_survey(WHOLE), "qualtrics", perspective="customer"))
    by = {one.id: one for one in asked}
    assert all(code.isdigit() for one in asked for code in (*one.choices, *one.answers))
    assert by["nps"].choices["0"] == "0 – not at all likely"
    assert by["nps"].choices["99"] == "don't know"
    assert by["channel"].choices == {
        "1": "App",
        "2": "Online shop",
        "3": "Branch",
        "4": "other",
        "5": "none of these",
    }
    assert by["contacted"].choices == {"1": "yes", "0": "no"}
    assert list(by["agreement"].answers) == ["1", "2", "3", "4", "5", "99", "100"]


def test_every_condition_shuffle_and_duty_is_told_with_what_has_to_be_set() -> None:
    survey = load_survey(WHOLE)
    form = survey.form("customer")
    losses = export(survey, "qualtrics", perspective="customer").losses.losses
    missing = {entry.id: entry.missing for entry in form.entries}
    told = {bound(parse(loss.values["condition"]), missing) for loss in losses if "condition" in loss.values}
    wanted = [page.relevance for page in form.pages] + [page.screenout and page.screenout.when for page in form.pages]
    for page in form.pages:
        for part in page.parts:
            wanted.append(part.relevance if not getattr(part, "drawn", False) else None)
            wanted += [entry.relevance for entry in part.entries] if isinstance(part, Group) else []
    wanted.append(bound(parse(survey.quotas["women"].when), missing))
    assert {one for one in wanted if one} == told
    assert all(parse(in_syntax(one)) == parse(in_syntax(parse(in_syntax(one)))) for one in told)
    codes = {(loss.code, loss.where) for loss in losses}
    assert ("required", "nps") in codes
    assert ("required-soft", "main_place") in codes
    assert ("required-rows", "agreement") in codes
    assert ("shuffle-options", "channel") in codes
    assert ("exclusive", "used_4") in codes
    assert ("count", "used") in codes
    assert ("top", "priorities") in codes
    assert ("page-group", "topics") in codes
    assert ("shuffle-page", "topic_wishes") in codes
    assert ("quota", "women") in codes
    assert ("screenout", "start") in codes
    assert ("drawn", "contact_2") in codes
    assert ("languages", "whole-language") in codes
    required = {entry.id for entry in form.entries if entry.required == "yes"} - {"quick"}
    assert required <= {where for code, where in codes if code == "required"}


def test_words_name_the_answers_so_that_missing_codes_need_no_thought() -> None:
    losses = export(load_survey(WHOLE), "qualtrics", perspective="customer").losses.losses
    by = {(loss.code, loss.where): loss for loss in losses}
    why = by["relevance", "why"]
    assert "99" not in why.values["en"]
    assert why.text("en").startswith("why is always shown without display logic. Show only if nps has one of")
    assert why.text("de").endswith("[nps <= 6]")
    assert "99: don't know" in by["relevance-row", "tiring"].text("en")
    assert "something is selected, but not “none of these”" in by["relevance", "reasons_1"].text("en")


def test_text_of_a_survey_becomes_no_tag_no_markup_and_no_piped_text(base: str) -> None:
    bad = "Really?\\n[[PageBreak]]\\n[[Question:DB]]\\n<script>x()</script> ${e://Field/token} & more"
    survey = parse_survey(base.replace("{de: a, en: b}", f'{{de: "{bad}", en: "{bad}"}}'))
    exported = export(survey, "qualtrics", perspective="customer")
    asked, _ = _english(exported)
    assert [one.kind for one in asked] == ["MC:SingleAnswer:Horizontal"] * 2
    written = asked[0].text[0]
    assert "<script" not in written and "${" not in written and "[[" not in written


def test_names_that_qualtrics_takes_for_itself_are_changed_and_come_home(tmp_path: Path, base: str) -> None:
    more = """
  status: {scale: agree5, text: {customer: {de: u, en: v}}}
  tick_1: {scale: yesno01, text: {customer: {de: w, en: x}}}
  a_1: {scale: agree5, text: {customer: {de: w, en: x}}}
blocks:
  a: {kind: multiple, text: {de: B, en: B}, items: [tick_1]}
"""
    scales = "scales:\n  yesno01: {level: nominal, labels: {0: nein, 1: ja}}\n"
    survey = parse_survey(base.replace("scales:\n", scales) + more.lstrip("\n"))
    exported = export(survey, "qualtrics", perspective="customer")
    assert exported.codes is not None
    columns = {column.column.casefold() for column in exported.codes.columns}
    assert len(columns) == len(exported.codes.columns)
    assert "status" not in columns
    changed = {loss.where: loss.values["name"] for loss in exported.losses.losses if loss.code == "name-changed"}
    assert set(changed) == {"status", "a"}
    home = exported.codes.home([{changed["status"]: "4", "a_1": "2", f"{changed['a']}_1": "1"}])
    assert home[0]["status"] == 4
    assert home[0]["a_1"] == 2
    assert home[0]["tick_1"] == 1


def _answers(form: Form, rng: random.Random) -> dict[str, Any]:
    """Answer everything that is shown, at random."""
    given: dict[str, Any] = {}
    shown = form.shown_when()
    for page in form.pages:
        for part in page.parts:
            entries = part.entries if isinstance(part, Group) else (part,) if isinstance(part, Entry) else ()
            entries = [entry for entry in entries if not (when := shown[entry.id]) or when.holds(given)]
            if isinstance(part, Group) and part.kind == "multiple" and entries:
                alone = rng.random() < 0.3
                ticked = {part.exclusive[0]} if alone else {entries[0].id, rng.choice(entries[:-1]).id}
                given |= {entry.id: int(entry.id in ticked) for entry in entries}
            elif isinstance(part, Group) and part.kind == "ranking":
                best = rng.sample(entries, part.top or len(entries))
                given |= {entry.id: rank for rank, entry in enumerate(best, start=1)}
            else:
                for entry in entries:
                    given[entry.id] = _answer(entry, given, rng)
        if page.screenout and page.screenout.when.holds(given):
            break
    return given


def _answer(entry: Entry, given: dict[str, Any], rng: random.Random) -> Any:
    if entry.kind == "choice" or (entry.options and rng.random() < 0.2):
        taken = {given[id] for id in entry.apart}
        return rng.choice([option.code for option in entry.options if option.code not in taken])
    if entry.kind == "number":
        return rng.randint(int(entry.low or 0), int(entry.high or 90))
    return "2024-02-29" if entry.kind == "date" else f'Text "{entry.id}", ja\nä'


def _cells(form: Form, asked: list[Any], given: dict[str, Any], *, words: bool, split: bool) -> dict[str, str]:
    """Fill in what Qualtrics would write, from the text file alone."""
    by = {one.id: one for one in asked}
    cells: dict[str, str] = {}

    def choose(listed: dict[str, str], entry: Entry, code: Any) -> str:
        option = next(option for option in entry.options if option.code == code)
        ends = entry.ends and {entry.options[0].code: entry.ends.low, entry.options[-1].code: entry.ends.high}
        text = (ends or {}).get(code, option.text).get("en")
        found = [new for new, said in listed.items() if said == text or said == f"{code} – {text}"]
        assert len(found) == 1
        return unescape(listed[found[0]]) if words else found[0]

    for page in form.pages:
        for part in page.parts:
            if isinstance(part, Group) and part.kind in ("multiple", "ranking", "grid", "dual"):
                for half, id in ((part.rows, part.id), (part.second, f"{part.id}_second")):
                    rows = {text: k for k, text in by[id].choices.items()} if half else {}
                    for row in half:
                        if (code := given.get(row.id)) is None:
                            continue
                        column = f"{id}_{rows[row.text.get('en')]}"
                        if part.kind == "multiple":
                            cells[column] = "1" if code else ""
                        else:
                            cells[column] = str(code) if part.kind == "ranking" else choose(by[id].answers, row, code)
                if part.kind == "multiple" and not split:
                    ticked = [column for column in cells if column.startswith(f"{part.id}_") and cells[column]]
                    cells = {column: cell for column, cell in cells.items() if not column.startswith(f"{part.id}_")}
                    cells[part.id] = ",".join(column.removeprefix(f"{part.id}_") for column in ticked)
                continue
            for entry in part.entries if isinstance(part, Group) else [part] if isinstance(part, Entry) else []:
                if (code := given.get(entry.id)) is None:
                    continue
                if entry.drawn:
                    cells[entry.id] = str(code)
                elif entry.kind == "choice":
                    cells[entry.id] = choose(by[entry.id].choices, entry, code)
                elif code in entry.missing:
                    cells[f"{entry.id}_none"] = choose(by[f"{entry.id}_none"].choices, entry, code)
                else:
                    cells[entry.id] = str(code)
    return cells


@pytest.mark.parametrize(("words", "split"), [(False, True), (False, False), (True, True)])
@pytest.mark.parametrize("perspective", ["customer", "employee"])
def test_answers_come_home_as_they_were_given(tmp_path: Path, perspective: str, words: bool, split: bool) -> None:
    survey = load_survey(WHOLE)
    form = survey.form(perspective)
    exported = export(survey, "qualtrics", perspective=perspective)
    exported.write(tmp_path)
    asked, fields = _english(exported)
    rng = random.Random(5)
    people = [_answers(form, rng) for _ in range(25)]
    rows = [_cells(form, asked, given, words=words, split=split) for given in people]
    assert exported.codes is not None
    # a question that nobody answered has its column, too; ticks stand in one column or in several
    every = [column.column for column in exported.codes.columns if column.kind not in ("tick", "ticks")]
    shown = [one.id for one in asked if one.kind != "DB"]
    tags = [*dict.fromkeys([*shown, *fields, *(c for row in rows for c in row), *every])]
    about = ["StartDate", "ResponseId", "UserLanguage"]
    imports = [
        '{"ImportId":"startDate","timeZone":"Europe/Berlin"}',
        '{"ImportId":"_recordId"}',
        '{"ImportId":"userLanguage"}',
    ]
    kinds = {one.id: one.kind for one in asked}
    for number, tag in enumerate(tags, start=1):
        end = "_TEXT" if kinds.get(tag, "").startswith("TE") else f"_{number}" if tag not in kinds else ""
        imports.append(f'{{"ImportId":"{tag if tag in fields else f"QID{number}{end}"}"}}')
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([[*about, *tags], ["Anfangsdatum", "Antwort-ID", "Benutzersprache", *tags], imports])
    for number, row in enumerate(rows):
        start = ["2026-07-01 10:00:00", f"R_person{number:04}", "EN"]
        writer.writerow([*start, *(row.get(tag, "-99" if tag == "since" else "") for tag in tags)])
    name = next(iter(exported.files)).removesuffix(".txt")
    (tmp_path / "answers.csv").write_text(out.getvalue(), encoding="utf-8-sig")
    answers = cx.read_responses(tmp_path / "answers.csv", survey, codes=tmp_path / f"{name}.codes.json")
    assert len(answers) == 25
    for index, given in enumerate(people):
        for entry in form.entries:
            want = given.get(entry.id)
            found = answers.frame[entry.id].iloc[index]
            if want is None or want in entry.missing:
                assert found != found or found is None, (entry.id, want, found)
            else:
                assert found == want or str(found) == str(want), (entry.id, want, found)


@pytest.mark.parametrize("file", SHIPPED)
def test_shipped_surveys_export_for_every_perspective(file: str) -> None:
    survey = load_survey(f"shipped:surveys/{file}")
    for perspective in survey.perspectives:
        if not survey.form(perspective).entries:
            continue
        exported = export(survey, "qualtrics", perspective=perspective)
        asked, fields = _english(exported)
        assert exported.codes is not None
        columns = [column.column for column in exported.codes.columns]
        assert len(set(map(str.casefold, columns))) == len(columns)
        home = {id for column in exported.codes.columns for id in column.variables.values()}
        assert home == {entry.id for entry in survey.form(perspective).entries}
        stems = {one.id for one in asked} | set(fields)
        assert all(column in stems or column.rpartition("_")[0] in stems for column in columns)
        for loss in exported.losses.losses:
            assert loss.text("de") and loss.text("en")

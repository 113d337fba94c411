"""From data to units: names, folders, rows, counts, and what is told where a column is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxresearch.cli import main
from cxresearch.errors import StudyError
from cxresearch.responses.readers.csv import read_csv
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.prepare import Prepared, prepare
from cxresearch.study.batch.slices import slice_text
from cxresearch.study.batch.units import slug_of
from cxresearch.study.load import check_study, load_study

from ..notebooks import write_notebook
from .studies import STUDY, rows_of, write_rows, write_tiny

HOSTILE = [
    "../x",
    "..",
    "/etc/passwd",
    "a" * 300,
    "\N{GRINNING FACE}",
    "CON",
    "total",
    "a/b\\c",
    "=cmd()",
    "<b>x</b>",
    "nord",
    "Nord",
]


def prepared(file: Path, **options: object) -> Prepared:
    return prepare(load_study(file), Options.of(options))


def test_units_counts_and_what_has_no_unit(tiny: Path) -> None:
    done = prepared(tiny)
    assert [(d.unit.slug, d.unit.n, d.reason) for d in done.decisions] == [
        ("insel", 3, "few"),
        ("nord", 8, ""),
        (slug_of(("Süd",)), 6, ""),
        ("west", 7, ""),
    ]
    assert done.decisions[2].unit.names == {"de": "Süd", "en": "Süd"}
    write_rows(tiny.parent / "data" / "answers.csv", rows_of({"Nord": 8}, missing=4))
    [source] = prepared(tiny).sources
    assert (source.left, len(source.missing)) == ({"": 4}, 4)
    assert "fewer than 5 without a value of branch" in prepared(tiny).told()
    write_rows(tiny.parent / "data" / "answers.csv", rows_of({"Nord": 8}, missing=5))
    assert "5 without a value of branch" in prepared(tiny).told()


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_name_makes_a_harmless_folder(value: str) -> None:
    slug = slug_of((value,))
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", slug)
    assert slug == slug_of((value,))
    assert slug not in ("total", "rest", "con")


@given(st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True))
def test_different_values_that_are_no_plain_names_have_different_folders(values: list[str]) -> None:
    one, other = (slug_of((value,)) for value in values)
    assert one != other or values[0].lower() == values[1].lower()


def test_units_that_differ_in_case_only_have_two_folders(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"nord": 6, "Nord": 6})
    done = prepared(file)
    slugs = {decision.unit.names["de"]: decision.unit.slug for decision in done.decisions}
    assert len(set(slugs.values())) == 2
    assert f"in capitals only; are they one in truth? Nord [{slugs['Nord']}] and nord [{slugs['nord']}]" in done.told()
    assert prepared(file, only=["nord"]).asked == {slugs["nord"]}
    assert len(prepared(file, only=["NORD"]).asked) == 2


def test_a_unit_that_nobody_can_see_has_a_name(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"\N{ZERO WIDTH SPACE}": 6, "\N{RIGHT-TO-LEFT OVERRIDE}abc": 6})
    assert [decision.unit.names["de"] for decision in prepared(file).decisions] == ["U+200B", "abc"]


def test_a_column_that_is_named_twice_counts_once(tiny: Path) -> None:
    assert prepared(tiny, by=["branch", "branch"]).columns == ("branch",)


def test_a_matrix_of_two_columns(tiny: Path) -> None:
    done = prepared(tiny, by=["branch", "wave"])
    assert [d.unit.slug for d in done.decisions][:4] == ["insel-1", "insel-2", "nord-1", "nord-2"]
    assert done.decisions[2].unit.names["de"] == "Nord · 1"
    assert prepared(tiny, by=["branch", "wave"], only=["nord 2"]).asked == {"nord-2"}


def test_rows_of_the_study_have_their_own_title_and_parameters(tmp_path: Path) -> None:
    batch = """
        batch:
          matrix:
            - {values: {branch: Nord, wave: 2}, title: {de: Der Norden danach, en: The north after}, parameters: {shift: 1.0}}
            - {values: {branch: Nord, wave: 1}}
    """
    file = write_tiny(tmp_path, {"Nord": 12, "West": 12}, batch=batch)
    done = prepared(file)
    assert [d.unit.slug for d in done.decisions] == ["nord-2", "nord-1"]
    assert done.decisions[0].unit.names == {"de": "Der Norden danach", "en": "The north after"}
    assert done.decisions[0].unit.parameters == {"shift": 1.0}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
        ),
        min_size=2,
    )
)
def test_a_slice_reads_back_as_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    from cxresearch.study.batch.source import _cut

    folder = tmp_path_factory.mktemp("slice")
    write_rows(folder / "all.csv", [{"unit": unit, "say;x": text} for unit, text in rows])
    table = read_csv(folder / "all.csv")
    source = _cut("all.csv", folder / "all.csv", "", table, ("unit",), None, None)
    for key, own in source.rows.items():
        (folder / "part.csv").write_text(slice_text(source, own), encoding="utf-8", newline="")
        part = read_csv(folder / "part.csv")
        assert part.header == table.header
        assert part.columns["say;x"] == [text for unit, text in rows if unit == key[0]]


def test_a_file_without_the_column_is_told_unless_it_is_shared(tmp_path: Path) -> None:
    study = STUDY.replace("data: data/answers.csv", "data: {customer: data/answers.csv, employee: data/staff.csv}")
    file = write_tiny(tmp_path, {"Nord": 8}, study=study)
    write_notebook(tmp_path / "mean.ipynb", parameters='language: str = "en"\ndata: object = ""')
    write_rows(tmp_path / "data" / "staff.csv", [{"id": "1", "brnch": "Nord"}])
    [told] = check_study(file).faults
    assert (told.code, told.given, told.place and told.place.line) == ("batch.unknown-column", "branch", 8)
    assert "data/staff.csv has no column" in str(told)
    assert "shared: [employee]" in str(told)
    study_alone = file.read_text()
    file.write_text(study_alone.replace("batch: {by: branch}", ""))
    with pytest.raises(StudyError) as error:
        prepared(file, by=["branch"])
    file.write_text(study_alone)
    [fault] = error.value.faults
    assert (fault.code, fault.given, fault.place and fault.place.file) == (
        "batch.unknown-column",
        "branch",
        "data/staff.csv",
    )
    assert "id, brnch" in str(fault)
    assert "'brnch'" in str(fault)
    assert "shared: [employee]" in str(fault)
    file.write_text(file.read_text().replace("{by: branch}", "{by: branch, shared: [employee]}"))
    [decision] = prepared(file).decisions
    assert (decision.unit.counts, decision.runs) == ({"customer": 8}, True)


def test_what_is_counted_can_be_a_column(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"Nord": 20}, batch="batch: {by: branch, count: wave}")
    [decision] = prepared(file).decisions
    assert (decision.unit.n, decision.reason) == (2, "few")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"by": ["brnch"]}, "batch.unknown-column"),
        ({"only": ["Nrod"]}, "batch.unknown-unit"),
        ({"minimum": 2}, "batch.privacy-lowered"),
        ({"pool_below": 1}, "batch.pool-below"),
        ({"sections": ["maen"]}, "study.unknown-section"),
        ({"languages": ["fr"]}, "study.unknown-language"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(tiny: Path, options: dict[str, object], code: str) -> None:
    with pytest.raises(StudyError) as error:
        prepared(tiny, **options)
    assert error.value.codes == (code,)
    if code.startswith("batch.unknown"):
        assert "Did you mean" in str(error.value)


def test_nothing_to_go_by(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"Nord": 8}, batch="")
    with pytest.raises(StudyError) as error:
        prepared(file)
    assert error.value.codes == ("batch.no-by",)


def test_names_come_from_the_survey() -> None:
    done = prepare(load_study("shipped:reports/sfo-airport"), Options())
    assert done.decisions[0].unit.names == {"de": "Abflugbereich A", "en": "Boarding area A"}
    assert sum(d.unit.n for d in done.decisions if d.unit.kind == "unit") == 2809
    assert done.decisions[-1].unit.n == 2809


def test_a_value_of_the_matrix_that_no_row_has_is_told(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"Nord": 8}, batch="batch: {matrix: [{values: {branch: Nrod, wave: 2}}]}")
    [fault] = check_study(file).faults
    assert (fault.code, fault.given, fault.do) == ("batch.unknown-value", "Nrod", "Did you mean 'Nord'?")
    file.write_text(file.read_text().replace("Nrod, wave: 2", "Nord, wave: 3"))
    assert [fault.code for fault in check_study(file).faults] == ["batch.unknown-value"]


def test_a_pool_that_takes_most_units_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_tiny(tmp_path, {"a": 6, "b": 7, "c": 30})
    assert main(["batch", str(file), "--dry-run", "--pool-below", "20"]) == 0
    assert "2 of 3 units have no report of their own" in capsys.readouterr().err
    assert main(["batch", str(file), "--dry-run"]) == 0
    assert "of their own" not in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["batch", str(file), "--dry-run", "--pool-below", "1"])
    assert stopped.value.code == 2
    assert "must be 2 or more" in capsys.readouterr().err


def test_a_dry_run_tells_no_number_below_the_minimum(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"Nord": 8, "Insel": 3, "Hof": 4}, missing=2)
    told = prepared(file).told()
    assert "Nord  [nord]  n: 8  report" in told
    assert "Insel  [insel]  n: fewer than 5  few" in told
    assert not re.search(r"\b[234]\b", told.replace("2 runs each", ""))


def test_units_stand_in_natural_order(tmp_path: Path) -> None:
    names = ["Zürich", "Filiale 10", "Äußere Stadt", "Filiale 9", "alt", "Österreich", "Ost", "100", "20"]
    file = write_tiny(tmp_path, dict.fromkeys(names, 6))
    assert [d.unit.names["de"] for d in prepared(file).decisions] == [
        "20", "100", "alt", "Äußere Stadt", "Filiale 9", "Filiale 10", "Ost", "Österreich", "Zürich"
    ]  # fmt: skip


def test_only_takes_names_with_commas_and_values_as_they_are_compared(tmp_path: Path) -> None:
    file = write_tiny(tmp_path, {"Bern, Mitte": 6, "Bern": 6, "Mitte": 6, "3": 6, 'Ort "Alt"': 6})
    slugs = {d.unit.names["de"]: d.unit.slug for d in prepared(file).decisions}

    def asked(*only: str) -> set[str]:
        found = prepared(file, only=only).asked
        return {name for name, slug in slugs.items() if slug in found}

    assert asked('"Bern, Mitte"') == {"Bern, Mitte"}
    assert asked('"Bern', 'Mitte"') == {"Bern, Mitte"}  # as a command line that splits at commas gives it
    assert asked("Bern,Mitte") == {"Bern", "Mitte"}
    assert asked("bern", '"BERN,Mitte"') == {"Bern", "Bern, Mitte"}
    assert asked(" 3.0 ") == {"3"}
    assert asked('Ort "Alt"') == {'Ort "Alt"'}
    assert asked('"Ort ""Alt"""') == {'Ort "Alt"'}
    file = write_tiny(tmp_path / "other", {"Bern, Mitte": 6, "Basel, Nord, Ost": 6, "Bern": 6})
    assert prepared(file, only=["Bern", "Mitte"]).asked == {slugs["Bern, Mitte"]}
    assert len(prepared(file, only=["Basel", "Nord", "Ost", "Bern"]).asked) == 2
    with pytest.raises(StudyError) as error:
        prepared(file, only=["Bern", "Nrod"])
    assert [fault.given for fault in error.value.faults] == ["Nrod"]
    with pytest.raises(StudyError) as error:  # an empty variable of a shell asks for no report, not for nothing
        prepared(file, only=[" ", ""])
    assert error.value.codes == ("batch.unknown-unit",)

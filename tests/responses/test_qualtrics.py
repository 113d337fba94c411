from __future__ import annotations

import json
from pathlib import Path

import pytest

from cxresearch.errors import DataError
from cxresearch.responses.readers.qualtrics import read_submissions

HERE = Path(__file__).parent / "qualtrics"
BETTER = HERE / "Better_Sample_Survey__Better_Sample_Survey.csv"
INSIGHTS = HERE / "Multiple_Answer_Multiple_Choices_Questions__Multiple_Answer_MC_Questions__Insights_.csv"
LEGACY = HERE / "Multiple_Answer_Multiple_Choices_Questions__Multiple_Answer_MC_Questions.csv"
MATRIX = HERE / "Single_Answer_Matrix_Questions__Single_Answer_Matrix_Questions__Insights_.csv"
GERMAN = HERE / "qualtRics_sample.csv"
GERMAN_LEGACY = HERE / "qualtRics_sample_legacy.csv"


@pytest.mark.parametrize(
    ("path", "heads", "rows", "columns"),
    [
        (BETTER, 3, 10, 45),
        (INSIGHTS, 3, 5, 22),
        (LEGACY, 2, 5, 22),
        (MATRIX, 3, 5, 16),
        (GERMAN, 3, 1, 3),
        (GERMAN_LEGACY, 2, 1, 2),
    ],
)
def test_real_files(path: Path, heads: int, rows: int, columns: int) -> None:
    found = read_submissions(path)
    assert found.reader == f"qualtrics ({heads} header rows)"
    assert (len(found.rows), len(found.columns)) == (rows, columns)
    assert all(id.startswith("R_") for id in found.respondents)
    assert len(set(found.respondents)) == rows
    assert all(time and len(time) == 19 and time[10] == "T" for time in found.started)
    assert found.places[0].line == heads + 1
    about = {"Status", "IPAddress", "LocationLatitude"} if path not in (LEGACY, GERMAN_LEGACY) else {"V1", "V6", "V9"}
    assert about <= set(found.ignored)


def test_the_second_row_may_be_in_any_language_and_the_language_of_answers_is_told() -> None:
    found = read_submissions(GERMAN)
    assert dict(found.rows[0]) == {"Q1": "2", "Q2": "Hello World!", "Q2 - Topics": None}
    assert found.languages == ("DE",)
    assert found.started == ("2017-07-18T08:28:09",)


def test_cells_are_as_qualtrics_wrote_them() -> None:
    row = read_submissions(BETTER).rows[2]
    assert row["q4_rank_1"] == "2"
    assert row["Q10#2_1_-1"] == "-1"
    assert row["Q12#1_1_0"] == "0"
    assert row["q3_volunteer_1"] is None
    assert str(row["q5_position"]).startswith("Augue ab et?")
    assert read_submissions(INSIGHTS).rows[0]["Q4_12"] == "1"
    assert read_submissions(MATRIX).rows[0]["Q5_question_two"] == "11"


def _written(path: Path, tags: list[str], imports: list[dict[str, str]] | None, *rows: list[str]) -> Path:
    heads = [tags, [f"text of {tag}" for tag in tags]]
    heads += [[json.dumps(one, separators=(",", ":")) for one in imports]] if imports else []
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [*heads, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def test_two_columns_of_one_name_are_told_apart_by_import_id_and_neither_is_the_tag(tmp_path: Path) -> None:
    imports = [{"ImportId": "_recordId"}, {"ImportId": "QID1"}, {"ImportId": "QID7"}]
    path = _written(tmp_path / "a.csv", ["ResponseId", "Q1", "Q1"], imports, ["R_1234567", "2", "5"])
    assert dict(read_submissions(path).rows[0]) == {"Q1 [QID1]": "2", "Q1 [QID7]": "5"}


def test_a_question_called_status_is_a_question(tmp_path: Path) -> None:
    imports = [{"ImportId": "_recordId"}, {"ImportId": "status"}, {"ImportId": "QID3"}]
    path = _written(tmp_path / "a.csv", ["ResponseId", "Status", "status"], imports, ["R_1234567", "0", "4"])
    assert dict(read_submissions(path).rows[0]) == {"status": "4"}
    path = _written(tmp_path / "b.csv", ["ResponseId", "Status", "status"], None, ["R_1234567", "0", "4"])
    assert dict(read_submissions(path).rows[0]) == {"status": "4"}


def test_several_answers_in_one_cell_and_texts_with_commas(tmp_path: Path) -> None:
    imports = [{"ImportId": "_recordId"}, {"ImportId": "QID1"}, {"ImportId": "QID2_TEXT"}, {"ImportId": "QID2_DO"}]
    tags = ["ResponseId", "Q1", "Q2", "Q2_DO"]
    path = _written(tmp_path / "a.csv", tags, imports, ["R_1234567", "1,4", "1,4", "1|2"], ["R_1234568", "-99", "", ""])
    found = read_submissions(path)
    assert dict(found.rows[0]) == {"Q1": ["1", "4"], "Q2": "1,4"}
    assert dict(found.rows[1]) == {"Q1": None, "Q2": None}
    assert "Q2_DO" in found.ignored


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("Europe/Berlin", "2026-07-01T10:00:00+02:00"),
        ("Z", "2026-07-01T10:00:00+00:00"),
        ("Nowhere/X", "2026-07-01T10:00:00"),
    ],
)
def test_local_times_get_the_zone_that_the_file_tells(tmp_path: Path, zone: str, time: str) -> None:
    imports = [{"ImportId": "_recordId"}, {"ImportId": "startDate", "timeZone": zone}, {"ImportId": "QID1"}]
    row = ["R_1234567", "2026-07-01 10:00:00", "1"]
    path = _written(tmp_path / "a.csv", ["ResponseId", "StartDate", "Q1"], imports, row)
    assert read_submissions(path).started == (time,)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04zip", "data.excel"),
        (b"", "data.empty"),
        (b"a,b\n1,2\n", "data.not-qualtrics"),
        (b"ResponseId,Q1\nResponse ID,Text\nR_1234567,1,2\n", "data.ragged-row"),
        (b'ResponseId,Q1\nResponse ID,"Text\n', "data.quote"),
        (b"ResponseId,Q1\nResponse ID,Gr\xfc\xdfe\nR_1234567,1\n", "data.encoding"),
    ],
)
def test_what_is_no_such_file_is_taught(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_submissions(path)
    assert caught.value.codes == (code,)
    with pytest.raises(DataError):
        read_submissions(tmp_path / "none.csv")

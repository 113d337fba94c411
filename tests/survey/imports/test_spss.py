from __future__ import annotations

import struct
from pathlib import Path

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import DataError, SurveyError
from cxresearch.survey.block import Multiple
from cxresearch.survey.imports.spss.instrument import read_spss

pyreadstat = pytest.importorskip("pyreadstat", reason="pyreadstat is not installed")

HERE = Path(__file__).parent / "spss"
SAMPLE = HERE / "pyreadstat_sample_missing.sav"
REAL = sorted(HERE.glob("*.sav"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_every_variable_and_label_of_real_files_is_there(path: Path) -> None:
    imported = read_spss(path)
    survey = imported.survey
    _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    assert [*meta.column_names] == [one for one in meta.column_names if one in survey.items or one in survey.fields]
    for name, labels in meta.variable_value_labels.items():
        scale = survey.scale_of(name)
        assert {
            code: text.get("en") for code, text in (*scale.labels.items(), *scale.missing.items())
        }.items() >= labels.items()
    for name, label in meta.column_names_to_labels.items():
        assert label in imported.yaml
        assert (survey.items.get(name) or survey.fields[name]).text is not None


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_data_of_real_files_fit_the_survey_that_was_made_of_them(path: Path) -> None:
    imported = read_spss(path)
    answers = cx.read_responses(path, imported.survey, columns=imported.columns)
    frame, meta = pyreadstat.read_sav(str(path))
    assert len(answers) == meta.number_rows
    for name in meta.variable_value_labels:
        assert answers.frame[name].isna().tolist() == frame[name].isna().tolist()


def test_levels_missing_values_and_kinds() -> None:
    imported = read_spss(SAMPLE)
    survey = imported.survey
    assert survey.scale_of("myord").codes == (1, 2, 3)
    assert set(survey.scale_of("myord").missing) == {-1, -2, -3}
    assert survey.scale_of("myord").level == "ordinal"
    assert survey.scale_of("mylabl").label(-1, "en") == "undetermined"
    assert survey.fields["mydate"].kind == "time"
    assert set(survey.fields["mynum"].missing) == {2500, -1}
    told = {(note.code, note.place.field) for note in imported.notes}
    assert {("spss.missing-range", "mynum"), ("spss.time", "mytime"), ("spss.level", "mylabl")} <= told
    assert read_spss(HERE / "haven_umlauts.sav").survey.scale_of("var1").label(1, "en") == "the ä umlaut"


def _sav(path: Path) -> Path:
    frame = pd.DataFrame(
        {"a1": [1.0, 0, 1], "a2": [0.0, 0, 1], "x@": [1.0, 2, 7], "n": [1.5, 2.25, -9.0], "f": ["x", "=1+1", ""]}
    )
    yes_no = {0: "no", 1: "yes"}
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label="Own {file}",
        column_labels={"a1": "A", "a2": "B", "x@": "X", "n": "N", "f": "F"},
        variable_value_labels={"a1": yes_no, "a2": yes_no, "x@": {1: "low", 7: "high", 9: "don't know"}},
        missing_ranges={"x@": [9], "n": [{"lo": -99, "hi": -1}]},
        variable_measure={"x@": "ordinal", "a1": "nominal", "a2": "nominal"},
    )
    return path


def test_a_scale_with_labelled_ends_becomes_a_range_and_names_are_changed_where_they_must(tmp_path: Path) -> None:
    path = _sav(tmp_path / "own.sav")
    imported = read_spss(path, language="de")
    survey = imported.survey
    assert survey.title.get("de") == "Own { file }"
    assert imported.columns == {"x@": "x"}
    assert survey.scale_of("x").codes == (1, 2, 3, 4, 5, 6, 7)
    assert survey.scale_of("x").missing[9].get("de") == "don't know"
    answers = cx.read_responses(path, survey, columns=imported.columns)
    assert answers.frame["x"].tolist() == [1, 2, 7]
    assert answers.frame["n"].isna().tolist() == [False, False, True]
    assert answers.frame["f"].tolist()[:2] == ["x", "=1+1"]


def test_a_multiple_response_set_becomes_a_multiple_choice(tmp_path: Path) -> None:
    path = _sav(tmp_path / "own.sav")
    raw = path.read_bytes()
    text = b"$used=D1 1 4 Used a1 a2\n"
    end = raw.index(struct.pack("<ii", 999, 0))
    path.write_bytes(raw[:end] + struct.pack("<iiii", 7, 7, 1, len(text)) + text + raw[end:])
    survey = read_spss(path).survey
    used = survey.blocks["used"]
    assert isinstance(used, Multiple)
    assert used.items == ("a1", "a2")
    assert used.text is not None
    assert survey.pages[0].items[0] == "used"


def test_what_is_no_sav_is_taught(tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    path.write_bytes(b"$FL2 nonsense")
    with pytest.raises(SurveyError) as caught:
        read_spss(path)
    assert caught.value.codes == ("spss.not-sav",)
    with pytest.raises(SurveyError) as caught:
        read_spss(tmp_path / "none.sav")
    assert caught.value.codes == ("spss.missing-file",)
    with pytest.raises(DataError) as read:
        cx.read_responses(path, read_spss(SAMPLE).survey)
    assert read.value.codes == ("spss.not-sav",)


def test_a_damaged_file_does_not_take_the_process_with_it(tmp_path: Path) -> None:
    raw = bytearray(_sav(tmp_path / "own.sav").read_bytes())
    raw[180] = 255  # the type of the first variable: the C library dies of it
    path = tmp_path / "damaged.sav"
    path.write_bytes(raw)
    with pytest.raises(SurveyError) as caught:
        read_spss(path)
    assert caught.value.codes == ("spss.not-sav",)

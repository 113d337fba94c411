"""Real answers, read onto the survey that was imported from the same platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cxresearch as cx
from cxresearch.survey.imports.codes import codes_of
from cxresearch.survey.imports.read import read_instrument

HERE = Path(__file__).parent
ANSWERS = HERE.parents[1] / "responses"
BETTER = "Better_Sample_Survey__Better_Sample_Survey"
MULTIPLE = "Multiple_Answer_Multiple_Choices_Questions__Multiple_Answer_MC_Questions"


def _read(tmp_path: Path, questionnaire: Path, answers: Path, platform: str) -> Any:
    imported = read_instrument(questionnaire)
    codes = tmp_path / "codes.json"
    codes.write_text(codes_of(imported, platform).json(), encoding="utf-8")
    return cx.read_responses(answers, imported.survey, codes=codes, partial=True)


def test_qualtrics_what_was_skipped_is_told_apart_from_what_was_left_empty(tmp_path: Path) -> None:
    answers = _read(tmp_path, HERE / f"qualtrics/{BETTER}.qsf", ANSWERS / f"qualtrics/{BETTER}.csv", "qualtrics")
    frame = answers.frame
    skipped = frame["q2_favorite"] == 1
    assert skipped.sum() == 4
    assert (answers.reasons.loc[skipped, "q6_reservations_1_1"] == "not_asked").all()
    assert frame.loc[~skipped, "q6_reservations_1_1"].notna().all()
    assert frame["q4_rank_1"].dropna().tolist() == [2, 2, 2, 3, 1, -1]
    assert frame["Q12_1_1_0"].dropna().tolist() == [1] * 6
    assert frame["q1_recent_q1_recent_1_2"].tolist()[:3] == [1, 1, 0]
    assert str(frame["q5_position"].iloc[2]).startswith("Augue ab et?")


def test_qualtrics_both_generations_of_files_give_the_same_answers(tmp_path: Path) -> None:
    qsf = HERE / f"qualtrics/{MULTIPLE}.qsf"
    new = _read(tmp_path, qsf, ANSWERS / f"qualtrics/{MULTIPLE}__Insights_.csv", "qualtrics")
    old = _read(tmp_path, qsf, ANSWERS / f"qualtrics/{MULTIPLE}.csv", "qualtrics")
    assert len(new) == 5
    assert new.frame.drop(columns="respondent").equals(old.frame.drop(columns="respondent"))
    assert new.frame["Q4_10"].tolist() == [1, 1, 1, 1, 1]
    assert new.frame["Q4_11"].tolist() == [0, 0, 1, 0, 1]


def test_limesurvey_answers_come_home_with_ranks_and_other(tmp_path: Path) -> None:
    lss = HERE / "limesurvey/ls_export_777001.lss"
    answers = _read(tmp_path, lss, ANSWERS / "limesurvey/ls_resp_code_short.json", "limesurvey")
    table = _read(tmp_path, lss, ANSWERS / "limesurvey/ls_resp_code_short.csv", "limesurvey")
    assert len(answers) == 2
    for frame in (answers.frame, table.frame):
        assert frame["used_SQ1"].tolist() == [1, 1]
        assert frame["used_NONE"].tolist() == [0, 0]
        assert frame["channel"].tolist() == ["A2", "-oth-"]
        assert frame["channel_other"].iloc[1] == 'WhatsApp & Co. "ä"'
        assert frame["sat_comp"].isna().all()
        assert frame["nps"].tolist() == [10, 3]
    assert (answers.reasons["whynot"].iloc[0], answers.reasons["why"].iloc[1]) == ("not_asked", "not_asked")
    home = codes_of(read_instrument(lss), "limesurvey").home([{"rank[1]": "R2", "rank[2]": "R1"}])
    assert (home[0]["rank_R1"], home[0]["rank_R2"]) == (2, 1)

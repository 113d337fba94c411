"""Submissions of ODK as XML, and the tables of ODK Central and KoboToolbox."""

from __future__ import annotations

from pathlib import Path

import pytest

import cxresearch as cx
from cxresearch.responses.readers.odk import read_submissions
from cxresearch.survey.export.export import export
from cxresearch.survey.template import load_survey

FILES = Path(__file__).with_name("odk")
WHOLE = Path(__file__).resolve().parents[1] / "survey" / "whole.yaml"


def test_a_real_submission() -> None:
    found = read_submissions(FILES / "own_cx_submission.xml")
    (row,) = found.rows
    assert row["used"] == "newsletter poster"
    assert row["why"] == 'Toll; "ä"'
    assert row["age"] == ""
    assert "start" not in row
    assert found.respondents == ("uuid:4b6d0fa0-8ad7-4293-9aaa-3dfeeea499f0",)
    assert found.started == ("2026-11-21T17:37:53.721+00:00",)
    assert found.ended == ("2026-11-21T17:37:57.68+00:00",)


def _xml(id: str, inner: str, form: str = "f") -> str:
    return f'<data id="{form}">{inner}<meta><instanceID>{id}</instanceID></meta></data>'


def test_a_folder_of_submissions(tmp_path: Path) -> None:
    for name, inner in (("a", "<p1><nps>9</nps></p1>"), ("b", "<p1><nps/></p1><p2><why>x</why></p2>")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "submission.xml").write_text(_xml(name, inner), encoding="utf-8")
    found = read_submissions(tmp_path)
    assert found.rows == ({"nps": "9"}, {"nps": "", "why": "x"})  # not asked, or asked and left empty
    assert found.respondents == ("a", "b")
    assert found.columns == ("nps", "why")


def test_names_that_stand_twice_keep_their_path(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(_xml("a", "<p1><x>1</x></p1><p2><x>2</x></p2><r><y>3</y></r><r><y>4</y></r>"), encoding="utf-8")
    assert read_submissions(file).rows == ({"p1/x": "1", "p2/x": "2", "y": "3", "y[2]": "4"},)


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><data id="f"><x>&b;</x></data>'
FILE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><data id="f"><x>&a;</x></data>'


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        FILE,
        "<data id='f'><x></data>",
        "<html><body/></html>",
        "<data id='f'>" + "<a>" * 100_000,
        "<data id='f'>&undefined;</data>",
        "<",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_is_no_submission(text: str, encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "a.xml"
    file.parent.mkdir()
    file.write_text(text, encoding=encoding)
    with pytest.raises(cx.CxError) as caught:
        read_submissions(file.parent)
    assert caught.value.codes == ("data.not-a-submission",)


def test_submissions_that_do_not_belong_together(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(_xml("a", "<x>1</x>"), encoding="utf-8")
    (tmp_path / "b.xml").write_text(_xml("a", "<x>1</x>", form="g"), encoding="utf-8")
    with pytest.raises(cx.CxError) as caught:
        read_submissions(tmp_path)
    assert set(caught.value.codes) == {"data.several-forms", "data.submission-twice"}


@pytest.mark.parametrize("missing", ["nothing.xml", "empty"])
def test_nothing_to_read(missing: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(cx.CxError):
        read_submissions(tmp_path / missing)


CENTRAL = """\
SubmissionDate,start,end,page_general-nps,page_topic_rating-used,page_topic_rating-used/used_app,\
page_topic_rating-used/used_shop,meta-instanceID,KEY,SubmitterName,ReviewState
2026-11-21T18:00:00.000Z,2026-11-21T17:37:53.721+01:00,2026-11-21T17:40:00.000+01:00,3,used_app,1,0,uuid:1,uuid:1,,
2026-11-21T18:01:00.000Z,,,99,,0,0,uuid:2,uuid:2,,hasIssues
"""
KOBO = """\
"start";"end";"page_general/nps";"page_topic_rating/used/used_app";"page_topic_rating/used/used_shop";"_id";"_uuid"
"2026-11-21T17:37:53.721+01:00";"2026-11-21T17:40:00.000+01:00";"3";"1";"0";"71";"1-a"
"";"";"99";"";"";"72";"2-b"
"""


@pytest.mark.parametrize(("table", "ids"), [(CENTRAL, ("uuid:1", "uuid:2")), (KOBO, ("1-a", "2-b"))])
def test_tables_come_home_alike(table: str, ids: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(table, encoding="utf-8-sig")
    found = read_submissions(file)
    codes = export(load_survey(WHOLE), "xlsform", perspective="customer").codes
    assert codes is not None
    assert codes.unmatched(found.columns) == []
    assert found.respondents == ids
    assert found.started[0] == "2026-11-21T17:37:53.721+01:00"
    first, second = codes.home(found.rows)
    assert (first["nps"], first["used_app"], first["used_shop"], first["used_none"]) == (3, 1, 0, 0)
    assert (second["nps"], second["used_app"], second["used_shop"]) == (99, None, None)

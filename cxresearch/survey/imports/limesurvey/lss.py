"""The structure file of LimeSurvey (.lss), an XML document of database rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from cxresearch.survey.imports.limesurvey.model import Group, LimeSurvey, Part, Question

Row = dict[str, str]
# what is no part of the questions
_LOOK = frozenset(["themes", "themes_inherited", "LimeSurveyDocType", "DBVersion", "languages"])
_READ = frozenset(
    [
        "groups",
        "group_l10ns",
        "questions",
        "question_l10ns",
        "subquestions",
        "subquestion_l10ns",
        "answers",
        "answer_l10ns",
        "question_attributes",
        "surveys",
        "surveys_languagesettings",
        "quota",
        "quota_members",
        "quota_languagesettings",
    ]
)


def from_lss(text: str) -> LimeSurvey | None:
    """Return the survey of a file; None where it is no such file."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None
    if root.tag != "document" or root.findtext("LimeSurveyDocType") != "Survey":
        return None
    tables = {table.tag: list(_rows(table)) for table in root if table.tag not in _LOOK}
    return _Tables(tables, [one.text or "" for one in root.findall("languages/language")]).survey()


def _rows(table: Any) -> Iterator[Row]:
    for row in table.iter("row"):
        yield {cell.tag: cell.text or "" for cell in row}


class _Tables:
    def __init__(self, tables: dict[str, list[Row]], languages: list[str]) -> None:
        self.tables = tables
        # a damaged file may have lost numbers; what bore one stays
        for name, key in (("groups", "gid"), ("questions", "qid")):
            for number, row in enumerate(tables.get(name, [])):
                row[key] = row.get(key) or f"lost{number}"
        self.settings = (tables.get("surveys") or [{}])[0]
        main = self.settings.get("language", "")
        more = self.settings.get("additional_languages", "").split()
        self.languages = list(dict.fromkeys(one for one in (main, *more, *languages) if one)) or ["en"]

    def of(self, table: str, **where: str) -> list[Row]:
        found = self.tables.get(table, [])
        return [row for row in found if all(row.get(key) == value for key, value in where.items())]

    def survey(self) -> LimeSurvey:
        """Return all of it; older files have texts in the rows themselves, newer ones in tables of their own."""
        survey = LimeSurvey(languages=self.languages, settings=dict(self.settings))
        for row in self.of("surveys_languagesettings"):
            language = row.get("surveyls_language", self.languages[0])
            for name, value in row.items():
                survey.wordings.setdefault(name, {})[language] = value
        asked = [row for row in self.of("questions") if row.get("parent_qid", "0") in ("0", "")]
        for id in dict.fromkeys(
            row.setdefault("gid", "") for row in (*_sorted(self.of("groups"), "group_order"), *asked)
        ):
            survey.groups.append(self._group(id))
        survey.quotas = [self._quota(row) for row in self.of("quota")]
        for name, rows in self.tables.items():
            if name not in _READ:
                survey.others += [(name, str(number), row) for number, row in enumerate(rows, start=1)]
        return survey

    def _group(self, id: str) -> Group:
        rows = self.of("groups", gid=id)
        first: Row = rows[0] if rows else {}
        group = Group(id=id, relevance=first.get("grelevance", ""), random=first.get("randomization_group", ""))
        for row in (*rows, *self.of("group_l10ns", gid=id)):
            if "group_name" in row:
                group.titles[row.get("language", self.languages[0])] = row["group_name"]
                group.texts[row.get("language", self.languages[0])] = row.get("description", "")
        questions = [row for row in self.of("questions", gid=id) if row.get("parent_qid", "0") in ("0", "")]
        for qid in dict.fromkeys(row.get("qid", "") for row in _sorted(questions, "question_order")):
            group.questions.append(self._question(qid))
        return group

    def _question(self, qid: str) -> Question:
        rows = self.of("questions", qid=qid)
        row = rows[0]
        question = Question(
            code=row.get("title", ""),
            type=row.get("type", ""),
            id=qid,
            relevance=row.get("relevance", ""),
            mandatory=row.get("mandatory") or "N",
            other=row.get("other") == "Y",
            validation=row.get("preg", ""),
        )
        for one in (*rows, *self.of("question_l10ns", qid=qid)):
            if "question" in one:
                language = one.get("language", self.languages[0])
                question.texts[language] = one["question"]
                if one.get("help"):
                    question.helps[language] = one["help"]
                if one.get("script", "").strip():
                    question.attributes["script"] = one["script"]
        for one in self.of("question_attributes", qid=qid):
            if one.get("value"):
                language = one.get("language", "")
                further = language and language != self.languages[0]
                name = one.get("attribute", "")
                question.attributes[f"{name}:{language}" if further else name] = one["value"]
        question.subs = self._parts(self._subs(qid), "title", "question", "subquestion_l10ns")
        question.answers = self._parts(self.of("answers", qid=qid), "code", "answer", "answer_l10ns")
        return question

    def _subs(self, qid: str) -> list[Row]:
        return [*self.of("subquestions", parent_qid=qid), *self.of("questions", parent_qid=qid)]

    def _parts(self, rows: list[Row], code: str, text: str, table: str) -> list[Part]:
        order = "question_order" if code == "title" else "sortorder"
        parts: dict[tuple[str, str], Part] = {}
        for row in _sorted(rows, order):
            scale = row.get("scale_id", "0") or "0"
            part = parts.setdefault(
                (scale, row.get(code, "")), Part(code=row.get(code, ""), scale=int(scale) if scale.isdigit() else 0)
            )
            part.relevance = row.get("relevance", "") if code == "title" else ""
            if row.get("assessment_value", "0") not in ("", "0"):
                part.more["assessment_value"] = row["assessment_value"]
            key = "qid" if code == "title" else "aid"
            names = (table, "question_l10ns") if code == "title" else (table,)
            found = [one for name in names for one in self.of(name, **{key: row.get(key, "?")})]
            for one in (row, *found):
                if one.get(text):
                    part.texts.setdefault(one.get("language", self.languages[0]), one[text])
        return list(parts.values())

    def _quota(self, row: Row) -> dict[str, Any]:
        return {**row, "members": self.of("quota_members", quota_id=row.get("id", "?"))}


def _sorted(rows: list[Row], key: str) -> list[Row]:
    return sorted(rows, key=lambda row: int(row[key]) if row.get(key, "").isdigit() else 0)

"""The tab-separated file of LimeSurvey (.txt)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from cxresearch.survey.imports.limesurvey.model import Group, LimeSurvey, Part, Question, Texts

_PLAIN = frozenset(
    [
        "id",
        "related_id",
        "class",
        "type/scale",
        "name",
        "relevance",
        "text",
        "help",
        "language",
        "validation",
        "mandatory",
        "encrypted",
        "other",
        "default",
        "same_default",
        "same_script",
    ]
)
_QUOTA = ("QTA", "QTAM", "QTALS")


def from_tsv(text: str) -> LimeSurvey | None:
    """Return the survey of a file; None where it is no such file.

    Examples
    --------
    >>> rows = ["class\\ttype/scale\\tname\\ttext\\tlanguage", "S\\t\\tlanguage\\ten\\t", "G\\t1\\tPage\\t\\ten",
    ...         "Q\\tS\\tq1\\tWhy?\\ten"]
    >>> from_tsv("\\n".join(rows)).groups[0].questions[0].texts
    {'en': 'Why?'}
    """
    csv.field_size_limit(2**31 - 1)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")
        rows = [(reader.line_num, {key: value or "" for key, value in row.items() if key}) for row in reader]
    except csv.Error:
        return None
    if not {"class", "type/scale", "name"} <= set(reader.fieldnames or ()):
        return None
    survey = LimeSurvey(languages=_languages(rows))
    _Rows(survey).read(rows)
    return survey


def _languages(rows: list[tuple[int, dict[str, str]]]) -> list[str]:
    settings = {row["name"]: row.get("text", "") for _, row in rows if row.get("class") == "S"}
    listed = [settings.get("language", ""), *settings.get("additional_languages", "").split()]
    seen = [row.get("language", "") for _, row in rows]
    return list(dict.fromkeys(one for one in (*listed, *seen) if one)) or ["en"]


class _Rows:
    """Goes through the rows; those of a further language belong to what has the same code."""

    def __init__(self, survey: LimeSurvey) -> None:
        self.survey = survey
        self.groups: dict[str, Group] = {}
        self.questions: dict[str, Question] = {}
        self.parts: dict[tuple[str, str, str, str], Part] = {}
        self.group: Group | None = None
        self.question: Question | None = None

    def read(self, rows: list[tuple[int, dict[str, str]]]) -> None:
        main = self.survey.languages[0]
        for line, row in rows:
            kind, name, language = row.get("class", ""), row.get("name", ""), row.get("language", "") or main
            match kind:
                case "S":
                    self.survey.settings[name] = row.get("text", "")
                case "SL":
                    self.survey.wordings.setdefault(name, {})[language] = row.get("text", "")
                case "G":
                    self._group(row, language, main)
                case "Q":
                    self._question(row, language, main, line)
                case "SQ" | "A":
                    self._part(kind, row, language, main)
                case _ if any(value for key, value in row.items() if key not in ("id", "language")):
                    told = {key: value for key, value in row.items() if value}
                    self.survey.others.append(("quota" if kind in _QUOTA else kind or "row", f"line {line}", told))

    def _group(self, row: Mapping[str, str], language: str, main: str) -> None:
        key = row.get("type/scale") or row.get("id") or str(len(self.groups))
        if language == main and (key not in self.groups or main in self.groups[key].titles):
            self.groups[key] = Group(id=key, relevance=row.get("relevance", ""), random=row.get("random_group", ""))
            self.survey.groups.append(self.groups[key])
        self.group = self.groups.get(key)
        if self.group is not None:
            self.group.titles[language] = row.get("name", "")
            self.group.texts[language] = row.get("text", "")

    def _question(self, row: Mapping[str, str], language: str, main: str, line: int) -> None:
        code = row.get("name", "")
        old = self.questions.get(code)
        if old is None or (language == main and main in old.texts):
            if old is not None:
                self.survey.others.append(("duplicate", f"line {line}", code))
            question = Question(
                code=code,
                type=row.get("type/scale", ""),
                id=row.get("id", ""),
                relevance=row.get("relevance", ""),
                mandatory=row.get("mandatory") or "N",
                other=row.get("other") == "Y",
                validation=row.get("validation", ""),
                default=row.get("default", ""),
                line=line,
            )
            self.questions[code] = question
            if self.group is None:
                self.group = Group(id="1")
                self.survey.groups.append(self.group)
            self.group.questions.append(question)
        self.question = self.questions[code]
        _said(self.question.texts, language, row.get("text", ""))
        _said(self.question.helps, language, row.get("help", ""))
        for name, value in row.items():
            if name not in _PLAIN and value:
                self.question.attributes[name if language == main else f"{name}:{language}"] = value

    def _part(self, kind: str, row: Mapping[str, str], language: str, main: str) -> None:
        if self.question is None:
            self.survey.others.append((kind, row.get("name", ""), dict(row)))
            return
        scale = row.get("type/scale", "") or "0"
        key = (self.question.code, kind, scale, row.get("name", ""))
        part = self.parts.get(key)
        if part is None:
            told = row.get("relevance", "") if kind == "SQ" else ""
            part = self.parts[key] = Part(
                code=row.get("name", ""), scale=int(scale) if scale.isdigit() else 0, relevance=told
            )
            (self.question.subs if kind == "SQ" else self.question.answers).append(part)
            if row.get("default"):
                part.more["default"] = row["default"]
            if row.get("assessment_value", "0") not in ("", "0"):
                part.more["assessment_value"] = row["assessment_value"]
        elif language == main and main in part.texts:
            self.survey.others.append(("duplicate", self.question.code, row.get("name", "")))
        _said(part.texts, language, row.get("text", ""))


def _said(texts: Texts, language: str, text: str) -> None:
    if text:
        texts.setdefault(language, text)

"""The typing tool as a file: a workbook that calculates, points as CSV, everything as JSON, questions as a survey.

The JSON holds no code, so that any software can score with it::

    {"format": "cxresearch typing tool", "schema": 1, "how": [sentences that say what follows], ...
     "personas":  [{"persona": 1, "name": {"de": ..., "en": ...}, "start": points, "accuracy": share, ...}, ...],
     "questions": [{"column": "q1", "wording": {...}, "answered_by": "code",
                    "answers": [{"code": 1, "wording": {...}, "points": [of persona 1, of persona 2, ...]}, ...]},
                   {"column": "age", "wording": {...}, "answered_by": "number",
                    "answers": [{"up_to": 30.0, ...}, {"up_to": 60.0, ...}, {"up_to": null, ...}]}]}

Points of a person are the start points of each persona plus the points of each answer; a number takes the first
answer whose limit it does not exceed; an unanswered question and an answer that is not listed add nothing.  The
persona with the most points is the person's; its probability is exp(points) over the sum of exp(points).  Where all
questions are answered and the logarithm of that sum is below ``unlike_below``, the answers are unlike anyone's.
"""

from __future__ import annotations

import csv
import io
import json
import math
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxresearch.analysis.personas.typing.instrument import languages_of, spoken, survey_of, wording_of
from cxresearch.errors import ArgumentError, CxError, Fault, shown_path, unknown_name
from cxresearch.result import plain
from cxresearch.shipped import resolve
from cxresearch.spreadsheet import defused
from cxresearch.survey.infer import survey_yaml, write_survey
from cxresearch.words.catalog import catalog, say

if TYPE_CHECKING:
    from cxresearch.analysis.personas.typing.questions import TypingQuestion
    from cxresearch.analysis.personas.typing.tool import TypingTool

ENDINGS = (".xlsx", ".csv", ".json", ".yaml")


def write(tool: TypingTool, path: str | Path, lang: str, *, overwrite: bool = False) -> Path:
    """Write the tool in the format that the ending names; see :meth:`TypingTool.write`.

    Raises
    ------
    ArgumentError
        ``personas.typing-format``, ``personas.typing-not-writable``, and those of a language that is not known.
    SurveyError
        ``survey.file-exists`` for a survey that is there already and is another one, unless `overwrite`.
    """
    catalog(lang)
    try:
        target = resolve(path)
    except CxError as error:
        raise ArgumentError(*error.faults) from None
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise ArgumentError(unknown_name("personas.typing-format", "format of a typing tool", ending, ENDINGS))
    if ending == ".yaml":
        return _write_survey(tool, target, lang, overwrite)
    content = {".xlsx": _workbook, ".csv": _csv, ".json": _json}[ending](tool, lang)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except (OSError, ValueError) as error:
        what, do = "The file cannot be written.", f"Is it open elsewhere? The system says: {error}."
        raise ArgumentError(
            Fault(code="personas.typing-not-writable", what=what, given=shown_path(target), do=do)
        ) from None
    return target


def _write_survey(tool: TypingTool, target: Path, lang: str, overwrite: bool) -> Path:
    survey = survey_of(tool, lang)
    # a cell of a notebook that runs again is no reason to refuse; a survey refined by hand is
    if not overwrite and target.is_file() and target.read_bytes() == survey_yaml(survey).encode():
        return target
    return write_survey(survey, target, overwrite=overwrite)


def _workbook(tool: TypingTool, lang: str) -> bytes:
    from cxresearch.analysis.personas.typing.workbook import workbook

    buffer = io.BytesIO()
    workbook(tool, lang).save(buffer)
    return buffer.getvalue()


def _csv(tool: TypingTool, lang: str) -> bytes:
    heads = [f"persona_{i + 1}: {tool.names.code('persona', i + 1, lang)}" for i in range(tool.k)]
    rows: list[list[Any]] = [["item", "question", "code", "up_to", "answer", *heads]]
    rows.append(["", say("personas.typing.start", lang), "", "", "", *tool.points.start.tolist()])
    for question, points in zip(tool.questions, tool.points.points, strict=True):
        wording = wording_of(tool, question, lang)
        for position, row in enumerate(points.tolist()):
            limit = _limit(question, position)
            answer = question.answer_label(position, tool.names, lang)
            up_to = "" if limit is None else limit
            rows.append([question.name, wording, question.code_text(position), up_to, answer, *row])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [[defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    )
    return text.getvalue().encode()


def _json(tool: TypingTool, lang: str) -> bytes:
    languages = languages_of(tool)
    told = dict.fromkeys((*languages, lang))
    right = tool.right_by_persona()
    used = tool.table[tool.table["used"] == "yes"].iloc[-1]
    data = {
        "format": "cxresearch typing tool",
        "schema": 1,
        "package": {"name": "cxresearch", "version": _version()},
        "languages": list(told),
        "how": [say(f"personas.typing.json.{part}", lang) for part in ("points", "number", "missing", "place", "rare")],
        "verdict": tool.verdict,
        "accuracy": {
            "share": tool.accuracy,
            "ci_low": used["ci_low"],
            "ci_high": used["ci_high"],
            "level": tool.level,
            "largest_persona": tool.baseline,
        },
        "personas": [
            {
                "persona": i + 1,
                "name": {tag: tool.names.code("persona", i + 1, tag) for tag in told},
                "start": float(tool.points.start[i]),
                "accuracy": _known(right["share"].iloc[i]),
                "placed": [_known(s) for s in tool.confusion.loc[tool.confusion["persona"] == i + 1, "share"]],
            }
            for i in range(tool.k)
        ],
        "unlike_below": tool.unlike_below,
        "questions": [
            {
                "column": plain(question.name),
                "wording": {tag: wording_of(tool, question, tag) for tag in told},
                "answered_by": "number" if question.brackets else "code",
                "answers": [
                    {
                        **_told(question, position),
                        "wording": {tag: question.answer_label(position, tool.names, spoken(tag)) for tag in told},
                        "points": row,
                    }
                    for position, row in enumerate(points.tolist())
                ],
            }
            for question, points in zip(tool.questions, tool.points.points, strict=True)
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8", "replace")


def _version() -> str:
    try:
        return metadata.version("cxresearch")
    except metadata.PackageNotFoundError:  # used from a folder, without being installed
        return ""


def _told(question: TypingQuestion, position: int) -> dict[str, Any]:
    """Return the code of an answer, or the limit of a bracket (null for the last)."""
    if question.brackets:
        return {"up_to": _limit(question, position)}
    code = question.codes[position]
    if not question.variable.column.numeric:
        return {"code": plain(code)}
    return {"code": int(code) if float(code).is_integer() else float(code)}


def _limit(question: TypingQuestion, position: int) -> float | None:
    return question.limits[position] if position < len(question.limits) else None


def _known(share: float) -> float | None:
    return None if math.isnan(share) else float(share)

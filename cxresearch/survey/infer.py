"""A first survey from plain columns, to be refined by hand, and writing surveys as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from cxresearch.errors import CxError, Fault, SurveyError, shown_path
from cxresearch.located import reads_as_value
from cxresearch.shipped import resolve
from cxresearch.survey.coherence import PARTS, RESERVED
from cxresearch.survey.level import Level
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

MOST_CATEGORIES = 15
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_HUGE = 2**53  # whole numbers beyond are no longer exact


def infer_survey_from_columns(
    columns: Mapping[str, Sequence[Any]], *, id: str = "inferred", language: str = "en"
) -> Survey:
    """Infer a survey from the values of columns.

    A column of few whole numbers becomes an ordinal item on the range found, a column of few
    different words a group, one of unique values the respondent, other numbers a number and
    other text a text.  Columns with the same range share a scale.

    Parameters
    ----------
    columns : mapping of str to sequence
        Values without missing ones.
    id, language : str

    Returns
    -------
    Survey
        Every guess is a starting point: level, wording and missing codes are yours to check.
    """
    rows = max((len(v) for v in columns.values()), default=0)
    perspectives = _perspectives([str(v).strip() for v in columns.get("perspective", ())])
    survey: dict[str, Any] = {
        "id": _slug(id),
        "title": {language: id.strip() or "inferred"},
        "languages": [language],
        "source": "inferred from data; check every part",
        "licence": "unknown",
        "perspectives": {
            name: {"name": {language: name}, "side": "outside", "role": "customer"} for name in perspectives
        },
        "scales": {},
        "items": {},
        "fields": {},
    }
    taken: set[str] = {name for name in RESERVED if name in columns}
    for name, values in columns.items():
        if RESERVED.get(name) == "":
            continue  # the stamp of made-up answers is no variable
        if name in RESERVED:
            survey["fields"][name] = {"name": {language: name}, "kind": RESERVED[name]}
            continue
        guess = _guess(name, list(values), rows, language)
        if isinstance(guess, tuple):
            low, high = guess
            scale = f"from_{_name(low)}_to_{_name(high)}"
            survey["scales"].setdefault(scale, {"level": "ordinal", "low": low, "high": high})
            survey["items"][name] = {"text": {language: name}, "scale": scale, "wording": "verbatim"}
            continue
        if guess["kind"] in taken:
            guess["kind"] = "number" if guess["kind"] == "weight" else "text"
        taken |= {guess["kind"]} & {"respondent", "weight"}
        survey["fields"][name] = guess
    return parse_survey(_yaml(survey), "inferred survey")


def _perspectives(words: list[str]) -> list[str]:
    return sorted({word for word in words if word}) or ["respondent"]


def _guess(name: str, values: list[Any], rows: int, language: str) -> tuple[int, int] | dict[str, Any]:
    """Return the range of an item, or a field."""
    field: dict[str, Any] = {"name": {language: name}}
    if values and all(isinstance(v, date) for v in values):
        return {**field, "kind": "time"}
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < _HUGE]
    if values and len(numbers) == len(values):
        distinct = set(numbers)
        whole = all(float(v).is_integer() for v in distinct)
        low, high = min(distinct), max(distinct)
        if re.search(r"weight|gewicht", name, re.IGNORECASE) and low >= 0:
            return {**field, "kind": "weight"}
        if whole and len(distinct) == rows and rows > MOST_CATEGORIES:
            return {**field, "kind": "respondent"}
        if whole and len(distinct) > 1 and high - low < MOST_CATEGORIES:
            return int(low), int(high)
        return {**field, "kind": "number"}
    if not all(isinstance(v, str | int | float) for v in values):
        return {**field, "kind": "text"}
    words = {str(v).strip() for v in values}
    if len(words) == rows and rows > MOST_CATEGORIES and not any(re.search(r"\s", word) for word in words):
        return {**field, "kind": "respondent"}
    if 1 <= len(words) <= MOST_CATEGORIES:
        labels = {word: {language: word} for word in sorted(words) if word}
        return {**field, "kind": "group", "labels": labels}
    return {**field, "kind": "text"}


def write_survey(survey: Survey, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a survey as YAML.

    Raises
    ------
    SurveyError
        ``survey.file-exists`` unless `overwrite`, ``survey.not-writable``.
    """
    if not isinstance(survey, Survey):
        what = "This is not a survey."
        do = "Load one with load_survey, or make one with infer_survey."
        raise SurveyError(Fault(code="survey.not-a-survey", what=what, given=type(survey).__name__, do=do))
    try:
        target = resolve(path)
        if not target.exists() or overwrite:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(survey_yaml(survey), encoding="utf-8", newline="\n")
            return target
        what = "There is already a file of that name; nothing was written."
        do = "Choose another name, or say overwrite=True."
        fault = Fault(code="survey.file-exists", what=what, given=shown_path(target), do=do)
    except CxError as error:
        raise SurveyError(*error.faults) from None
    except (OSError, ValueError) as error:
        what = "The file cannot be written."
        fault = Fault(code="survey.not-writable", what=what, given=shown_path(path), do=f"The system says: {error}.")
    raise SurveyError(fault)


def survey_yaml(survey: Survey) -> str:
    """Return a survey as YAML text that :func:`cxresearch.load_survey` reads back.

    Examples
    --------
    >>> survey = infer_survey_from_columns({"q1": [1, 2, 5], "q2": [1, 4, 5]})
    >>> parse_survey(survey_yaml(survey)) == survey
    True
    """
    data = TypeAdapter(Survey).dump_python(survey, exclude_defaults=True)
    for part in PARTS:
        for entry in data.get(part, {}).values():
            entry.pop("id", None)  # stands in the key
    return _yaml(data)


def _yaml(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Keeps codes that look like numbers but are text between quotes, and never writes aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _quoted_where_needed(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # this package's reader takes fewer words for values than YAML 1.1, but some numbers more;
    # and line ends other than \n are lost unless they are escaped
    style = '"' if reads_as_value(text) or _ESCAPED.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


_Dumper.add_representer(str, _quoted_where_needed)
_Dumper.add_representer(Level, _quoted_where_needed)
_Dumper.add_representer(tuple, yaml.SafeDumper.represent_list)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "survey"


def _name(number: float) -> str:
    return f"minus_{-number:g}" if number < 0 else f"{number:g}"

"""A first survey from plain columns, to be refined by hand, and writing surveys as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from cxresearch.errors import Fault, SurveyError, shown_path
from cxresearch.located import reads_as_value
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import parse_survey

MOST_CATEGORIES = 15


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
    survey: dict[str, Any] = {
        "id": _slug(id),
        "title": {language: id},
        "languages": [language],
        "source": "inferred from data; check every part",
        "licence": "unknown",
        "perspectives": {"respondent": {"name": {language: "respondents"}, "side": "outside", "role": "customer"}},
        "scales": {},
        "items": {},
        "fields": {},
    }
    for name, values in columns.items():
        kind, part = _guess(name, list(values), rows, language)
        if kind == "item":
            low, high = part.pop("range")
            scale = f"from_{_name(low)}_to_{_name(high)}"
            survey["scales"].setdefault(scale, {"level": "ordinal", "low": low, "high": high})
            survey["items"][name] = {"text": {language: name}, "scale": scale, "wording": "verbatim"}
        else:
            taken = any(f["kind"] == part["kind"] for f in survey["fields"].values())
            if part["kind"] in ("respondent", "weight") and taken:
                part["kind"] = "text" if part["kind"] == "respondent" else "number"
            survey["fields"][name] = part
    return parse_survey(_yaml(survey), "inferred survey")


def _guess(name: str, values: list[Any], rows: int, language: str) -> tuple[str, dict[str, Any]]:
    label = {language: name}
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    distinct = {v for v in values}
    if values and len(numbers) == len(values):
        whole = all(float(v).is_integer() for v in numbers)
        if re.search(r"weight|gewicht", name, re.IGNORECASE) and min(numbers) >= 0:
            return "field", {"name": label, "kind": "weight"}
        if whole and len(distinct) == rows and rows > MOST_CATEGORIES:
            return "field", {"name": label, "kind": "respondent"}
        low, high = min(numbers), max(numbers)
        if whole and 1 < len(distinct) <= MOST_CATEGORIES and high - low < MOST_CATEGORIES:
            return "item", {"range": (int(low), int(high))}
        return "field", {"name": label, "kind": "number"}
    words = [str(v) for v in values]
    if len(set(words)) == rows and rows > MOST_CATEGORIES:
        return "field", {"name": label, "kind": "respondent"}
    if 1 <= len(set(words)) <= MOST_CATEGORIES:
        return "field", {"name": label, "kind": "group", "labels": {w: {language: w} for w in sorted(set(words)) if w.strip()}}
    return "field", {"name": label, "kind": "text"}


def write_survey(survey: Survey, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a survey as YAML.

    Raises
    ------
    SurveyError
        ``survey.file-exists`` unless `overwrite`.
    """
    target = Path(path)
    if target.exists() and not overwrite:
        raise SurveyError(
            Fault(
                code="survey.file-exists",
                what="There is already a file of that name; nothing was written.",
                given=shown_path(target),
                do="Choose another name, or say overwrite=True.",
            )
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(survey_yaml(survey), encoding="utf-8")
    return target


def survey_yaml(survey: Survey) -> str:
    """Return a survey as YAML text that :func:`cxresearch.load_survey` reads back.

    Examples
    --------
    >>> survey = infer_survey_from_columns({"q1": [1, 2, 5], "q2": [1, 4, 5]})
    >>> parse_survey(survey_yaml(survey)) == survey
    True
    """
    data = TypeAdapter(Survey).dump_python(survey, mode="json", exclude_defaults=True)
    return _yaml(_in_file_form(data))


def _in_file_form(data: dict[str, Any]) -> dict[str, Any]:
    """Undo what reading adds: the id of each part stands in its key."""
    out = {}
    for key, value in data.items():
        if isinstance(value, dict) and all(isinstance(v, dict) for v in value.values()):
            value = {k: {a: b for a, b in part.items() if a != "id"} for k, part in value.items()}
        out[key] = value
    return out


def _yaml(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Keeps codes that look like numbers but are text between quotes, and never writes aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _quoted_where_needed(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # this package's reader takes fewer words for values than YAML 1.1, but some numbers more
    style = '"' if reads_as_value(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _quoted_where_needed)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "survey"


def _name(number: float) -> str:
    return f"minus_{-number:g}" if number < 0 else f"{number:g}"

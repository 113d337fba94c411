"""The file that a collecting preview saves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxresearch.errors import DataError, Fault, Place, shown_path, unreadable
from cxresearch.responses.readers.submissions import Submissions

FORMAT = "cxresearch.answers/1"
PERSPECTIVE = "perspective"


def is_preview_file(path: str | Path) -> bool:
    """Tell whether a file looks like one that a preview saved."""
    try:
        with Path(path).open("rb") as file:
            start = file.read(200)
    except (OSError, ValueError, TypeError):
        return False
    return start.lstrip().startswith(b"{") and b'"cxresearch.answers/' in start


def read_submissions(path: str | Path, survey: str | None = None) -> Submissions:
    """Read the answers that a preview collected; the cells bear the ids and codes of the survey already.

    Parameters
    ----------
    path : str or Path
    survey : str, optional
        The id of the survey that was answered.

    Raises
    ------
    DataError
        ``data.missing-file``, ``data.not-answers``, ``data.other-survey``.
    """
    name = shown_path(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise DataError(unreadable(path, "data.missing-file")) from None
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        data = None
    found = data.get("responses") if isinstance(data, dict) and data.get("format") == FORMAT else None
    if not isinstance(found, list):
        what, do = "This is not a file of answers that a preview saved.", "Was it changed, or cut off?"
        raise DataError(Fault(code="data.not-answers", what=what, place=Place(file=name), do=do))
    if survey is not None and data.get("survey") != survey:
        what = "These answers were given to another survey."
        place = Place(file=name)
        raise DataError(
            Fault(code="data.other-survey", what=what, place=place, given=data.get("survey"), allowed=survey)
        )
    faults = [
        Fault(code="data.not-answers", what="This response cannot be read.", place=Place(file=name, row=row))
        for row, one in enumerate(found, start=1)
        if not _is_sound(one)
    ]
    if faults:
        raise DataError(*faults)
    return Submissions(
        rows=tuple({**one["answers"], PERSPECTIVE: str(one.get(PERSPECTIVE, ""))} for one in found),
        places=tuple(Place(file=name, row=row) for row in range(1, len(found) + 1)),
        respondents=tuple(str(one.get("respondent") or row) for row, one in enumerate(found, start=1)),
        languages=tuple(_text(one.get("language")) for one in found),
        started=tuple(_text(one.get("started")) for one in found),
        ended=tuple(_text(one.get("ended")) for one in found),
        file=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        reader=f"preview ({data.get('survey')} {data.get('version')})",
    )


def _is_sound(one: Any) -> bool:
    answers = one.get("answers") if isinstance(one, Mapping) else None
    return isinstance(answers, dict) and all(
        isinstance(id, str) and (value is None or isinstance(value, str | int | float)) for id, value in answers.items()
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None

"""Writing answers as a file that the reader reads back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cxresearch.errors import DataError, Fault, Place, shown_path
from cxresearch.responses.codes import EMPTY
from cxresearch.responses.responses import PERSPECTIVE, SYNTHETIC, Responses
from cxresearch.responses.routing import NOT_ASKED
from cxresearch.result import plain
from cxresearch.spreadsheet import defused


def write_responses(answers: Responses, path: str | Path) -> Path:
    """Write answers as CSV: one row a respondent, codes as in the survey, missing codes kept.

    Made-up answers bear a column ``synthetic``, by which they are known again.  Text that a spreadsheet would take for a formula gets a leading apostrophe.

    Parameters
    ----------
    answers : Responses
        Of one perspective, or with a perspective column that the survey declares.
    path : str or Path

    Raises
    ------
    DataError
        ``responses.not-writable``.
    """
    frame = answers.frame.drop(columns=PERSPECTIVE) if len(answers.perspectives) == 1 else answers.frame
    out = pd.DataFrame(
        {
            column: [
                _cell(value, reason)
                for value, reason in zip(
                    frame[column],
                    answers.reasons[column] if column in answers.reasons else [""] * len(frame),
                    strict=True,
                )
            ]
            for column in frame
        }
    )
    if answers.is_synthetic:
        out[SYNTHETIC] = "1"
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        out.to_csv(target, index=False, lineterminator="\n", encoding="utf-8")
    except OSError as error:
        what, do = "The answers cannot be written.", f"The system says: {error}."
        raise DataError(
            Fault(code="responses.not-writable", what=what, place=Place(file=shown_path(target)), do=do)
        ) from None
    return target


def _cell(value: object, reason: str) -> str:
    if reason:
        return "" if reason in (EMPTY, NOT_ASKED) else reason
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    text = plain(value)
    return defused(text) if isinstance(value, str) else text

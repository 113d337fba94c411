"""Answers as a survey platform hands them out, before its codes become those of the survey."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import DataError, Fault, Place, listing, shown_path

# platform of an export to the module that reads its answers with ``read_submissions(path)``
READERS: Mapping[str, str] = {
    "xlsform": "cxresearch.responses.readers.odk",
    "surveyjs": "cxresearch.responses.readers.surveyjs",
    "limesurvey": "cxresearch.responses.readers.limesurvey",
    "qualtrics": "cxresearch.responses.readers.qualtrics",
    "paper": "cxresearch.responses.readers.typed",
}


@dataclass(frozen=True, kw_only=True)
class Submissions:
    """What respondents sent.

    Parameters
    ----------
    rows : tuple of dict
        Per respondent the platform's column to its cell: text, number or a list; None or ``""`` without an answer.
    places : tuple of Place
        Where each row stands.
    respondents : tuple of str
        The platform's id of each row.
    languages : tuple of str or None
        The platform's name of the language each respondent used, where it tells.
    started, ended : tuple of str or None
        ISO 8601 with zone where the platform tells it.
    file, sha256, reader : str
        `reader` says how it was read, for the provenance.
    ignored : tuple of str
        Columns about the interview (device, status, ...) that hold no answers.
    sparse : bool
        Whether a row holds only what was answered, as in JSON and XML; in a table every question has its column.
    """

    rows: tuple[Mapping[str, Any], ...]
    places: tuple[Place, ...]
    respondents: tuple[str, ...]
    file: str
    sha256: str
    reader: str
    languages: tuple[str | None, ...] = ()
    started: tuple[str | None, ...] = ()
    ended: tuple[str | None, ...] = ()
    ignored: tuple[str, ...] = ()
    sparse: bool = False

    @property
    def is_table(self) -> bool:
        """Whether a question without a column was not handed out at all."""
        return bool(self.rows) and not self.sparse

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that any row has, in order."""
        return tuple(dict.fromkeys(column for row in self.rows for column in row))


def read_submissions(path: str | Path, platform: str) -> Submissions:
    """Read the answers of a platform.

    Raises
    ------
    DataError
        ``data.unknown-platform``, and what the platform's reader finds.
    """
    if platform not in READERS:
        what = "Answers of this platform cannot be read."
        place = Place(file=shown_path(path))
        raise DataError(
            Fault(code="data.unknown-platform", what=what, place=place, given=platform, allowed=listing(READERS))
        )
    found: Submissions = importlib.import_module(READERS[platform]).read_submissions(path)
    return found

"""An SPSS file as pyreadstat opens it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, shown_path, unreadable

MAGIC = (b"$FL2", b"$FL3")


@dataclass(frozen=True, kw_only=True, eq=False)
class SpssFile:
    """Values with user-missing codes kept, and what the file tells about its variables."""

    file: str
    sha256: str
    columns: Mapping[str, Sequence[Any]]
    meta: Any


def is_sav(path: str | Path) -> bool:
    """Tell whether a file begins like one of SPSS."""
    try:
        with Path(path).open("rb") as file:
            return file.read(4) in MAGIC
    except (OSError, ValueError, TypeError):
        return False


def open_sav(path: str | Path) -> SpssFile:
    """Open a .sav or .zsav file.

    Raises
    ------
    CxError
        ``spss.missing-file``, ``spss.not-installed``, ``spss.not-sav``.
    """
    file = shown_path(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError):
        raise CxError(unreadable(path, "spss.missing-file")) from None
    try:
        import pyreadstat
    except ImportError:
        what, do = "Reading SPSS files needs pyreadstat.", "Install it: pip install 'cxresearch[spss]'."
        raise CxError(Fault(code="spss.not-installed", what=what, place=Place(file=file), do=do)) from None
    try:
        columns, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError) as error:
        what = "This cannot be read as a file of SPSS."
        fault = Fault(
            code="spss.not-sav", what=what, place=Place(file=file), allowed=".sav or .zsav", do=f"It says: {error}."
        )
        raise CxError(fault) from None
    return SpssFile(file=file, sha256=hashlib.sha256(raw).hexdigest(), columns=columns, meta=meta)

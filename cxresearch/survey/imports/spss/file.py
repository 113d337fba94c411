"""An SPSS file as pyreadstat opens it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, shown_path, unreadable

MAGIC = (b"$FL2", b"$FL3")
_TRIAL = "import sys, pyreadstat; pyreadstat.read_sav(sys.argv[1], output_format='dict')"


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
    if _kills_its_reader(Path(path)):
        raise CxError(_not_sav(file, "The file is damaged; save it once more in SPSS, or as CSV."))
    try:
        columns, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError) as error:
        raise CxError(_not_sav(file, f"It says: {error}.")) from None
    return SpssFile(file=file, sha256=hashlib.sha256(raw).hexdigest(), columns=columns, meta=meta)


def _kills_its_reader(path: Path) -> bool:
    """Tell whether the C library crashes on a damaged file, which would take a notebook's kernel with it."""
    trial = subprocess.run([sys.executable, "-c", _TRIAL, str(path.resolve())], capture_output=True, check=False)
    return trial.returncode < 0


def _not_sav(file: str, do: str) -> Fault:
    what = "This cannot be read as a file of SPSS."
    return Fault(code="spss.not-sav", what=what, place=Place(file=file), allowed=".sav or .zsav", do=do)

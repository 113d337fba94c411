"""Whether a study rests on made-up answers; then every page says so."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cxresearch.errors import CxError
from cxresearch.responses.readers.csv import read_header
from cxresearch.responses.responses import SYNTHETIC
from cxresearch.study.study import Study


def is_made_up(study: Study) -> bool:
    """Tell whether a file of answers bears the stamp of a rehearsal."""
    files = [reference for reference, role in study.inputs().items() if role == "data"]
    return any(_bears_stamp(*_state(study, reference)) for reference in files)


def _state(study: Study, reference: str) -> tuple[Path, int]:
    try:
        path = study.path(reference)
        return path, path.stat().st_mtime_ns
    except (CxError, OSError):
        return Path(reference), 0


@lru_cache(maxsize=256)
def _bears_stamp(path: Path, changed: int) -> bool:
    return SYNTHETIC in read_header(path)

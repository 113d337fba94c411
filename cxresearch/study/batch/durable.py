"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path

from cxresearch.errors import Fault, Place, StudyError, shown_path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_number = itertools.count()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there when it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.parent / f".{os.getpid()}-{next(_number)}.part"
    try:
        with unfinished.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def is_full(error: OSError) -> bool:
    """Tell whether nothing more can be written, by the disk or by a limit."""
    return error.errno in FULL


def unwritable(error: OSError, path: Path) -> StudyError:
    """Build the error for a place where nothing can be written."""
    full = is_full(error)
    return StudyError(
        Fault(
            code="batch.disk-full" if full else "batch.not-writable",
            what="The disk is full." if full else f"Nothing can be written here: {error.strerror}.",
            place=Place(file=shown_path(path)),
            do="Make room, then run the same command with --resume."
            if full
            else "Copy the study to a folder of your own, or give another --out.",
        )
    )

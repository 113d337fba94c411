"""Is a batch of reports as it was made, and do its inputs still belong to it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cxresearch.errors import Fault, Place, shown_path
from cxresearch.study import manifest as record
from cxresearch.study.batch.journal import ENDED, events
from cxresearch.study.batch.record import KIND, REPORTS

AGAIN = "Run 'cxresearch batch' again to bring the reports up to date."

# compares an entry of a manifest with a file
Compare = Callable[[dict[str, Any], Path], list[Fault]]


def is_batch(content: dict[str, Any]) -> bool:
    """Tell whether a manifest is that of a batch.

    Examples
    --------
    >>> is_batch({"kind": "batch"}), is_batch({})
    (True, False)
    """
    return content.get("kind") == KIND


def unfinished(out: Path, what: str) -> Fault:
    """Build the fault for a batch that has not ended."""
    place = Place(file=shown_path(out))
    return Fault(code="verify.batch-unfinished", what=what, place=place, do="Run 'cxresearch batch' with --resume.")


def reports_in(content: dict[str, Any]) -> tuple[str, ...]:
    """Return the folders of the reports that a batch has."""
    return tuple(str(entry["slug"]) for entry in content.get("reports", ()) if "manifest" in entry)


def batch_faults(out: Path, content: dict[str, Any]) -> Iterator[Fault]:
    """Find what is wrong with a batch beyond its files: not ended, other reports than recorded.

    Parameters
    ----------
    out : Path
        Folder of the batch.
    content : dict
        Its manifest.
    """
    done = events(out)
    if done and done[-1].get("event") != ENDED:
        yield unfinished(out, "A batch was begun here and has not ended; pages and reports may be of different age.")
    for entry in content.get("reports", ()):
        if "manifest" not in entry:
            continue
        path = out / REPORTS / str(entry["slug"]) / record.NAME
        if path.is_file() and record.sha256(path) != entry["manifest"]:
            yield Fault(
                code="verify.report-changed",
                what="This report is not the one that the batch made.",
                place=Place(file=shown_path(path)),
                do=AGAIN,
            )
    known = set(reports_in(content))
    for path in sorted((out / REPORTS).iterdir()) if (out / REPORTS).is_dir() else ():
        if path.name not in known:
            yield Fault(
                code="verify.report-extra",
                what="This is not one of the reports of the batch.",
                place=Place(file=shown_path(path)),
                do="Move it elsewhere.",
            )

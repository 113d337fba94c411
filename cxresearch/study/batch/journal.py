"""What happened in a batch, a line an event, in ``batch.jsonl``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from cxresearch.study.batch.durable import is_full

NAME = "batch.jsonl"
BEGUN, ENDED, INTERRUPTED = "batch-begun", "batch-ended", "batch-interrupted"


class Journal:
    """Appends events to a file; a full disk costs events, not the batch.

    Parameters
    ----------
    folder : Path
        Folder of the reports.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._torn = self.path.exists() and not self.path.read_bytes().endswith(b"\n")

    def write(self, event: str, **words: Any) -> None:
        """Append an event."""
        moment = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": moment, "event": event, **words}, ensure_ascii=False) + "\n"
        try:
            with self.path.open("a", encoding="utf-8", errors="replace") as stream:
                stream.write("\n" + line if self._torn else line)
            self._torn = False
        except OSError as error:
            self._torn = True
            if not is_full(error):
                raise


def events(folder: Path) -> list[dict[str, Any]]:
    """Return the events of a batch; a line that was torn by a crash is left out."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").split("\n")  # messages may hold other ends of a line
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return [event for event in found if isinstance(event, dict)]

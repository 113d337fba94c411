"""Tell how far a run has come: one line per finished section, and a live line on a terminal."""

from __future__ import annotations

import shutil
import textwrap
import time
from typing import TextIO

from cxresearch.study.outcome import Outcome
from cxresearch.study.plan import Task

WIDTH, NARROWEST = 100, 40
INDENT = "    "
MOST_LINES = 120


class LiveLine:
    """A stream with a line at its end that is written anew on a terminal.

    Parameters
    ----------
    stream : TextIO, optional
        Usually ``sys.stderr``; None is quiet.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream
        self.live = bool(stream and stream.isatty())

    def stop(self) -> None:
        """Take the live line away."""
        if self.live:
            self._write("")

    def _write(self, text: str) -> None:
        if self.stream is None:
            return
        self.stream.write(f"\r\x1b[K{text}" if self.live else text)
        self.stream.flush()


class Progress(LiveLine):
    """Where a run reports to.

    Parameters
    ----------
    stream : TextIO, optional
        Usually ``sys.stderr``; None is quiet.

    Examples
    --------
    >>> import sys
    >>> progress = Progress(sys.stdout)
    >>> progress.start(1)
    >>> progress.finish(Outcome(section="gaps", language="de", status="ok", seconds=6.2))
    [1/1] gaps · de  ok  6.2 s
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._total = self._done = 0
        self._running: dict[tuple[str, str], float] = {}

    def start(self, total: int) -> None:
        """Say how many tasks there are."""
        self._total, self._done = total, 0

    def begin(self, task: Task) -> None:
        """Say that a task is under way."""
        self._running[task.section, task.language] = time.monotonic()

    def again(self, task: Task) -> None:
        """Say that a task has to be repeated."""
        self._running.pop((task.section, task.language), None)

    def finish(self, outcome: Outcome) -> None:
        """Say what became of a task; what went wrong is told in full."""
        self._running.pop((outcome.section, outcome.language), None)
        self._done += 1
        name = f"{outcome.section} \N{MIDDLE DOT} {outcome.language}"
        line = f"[{self._done}/{self._total}] {name}  {outcome.status.replace('-', ' ')}  {outcome.seconds:.1f} s"
        if outcome.problem:
            where = f" (cell {outcome.problem.cell})" if outcome.problem.cell else ""
            line += f"  {outcome.problem.kind}{where}: {outcome.problem.told}"
        self._write("\n".join([*self._wrapped(line), ""]))

    def _wrapped(self, text: str) -> list[str]:
        """Break lines between words, so that paths and names stay whole."""
        width = max(NARROWEST, shutil.get_terminal_size((WIDTH, 0)).columns) if self.live else WIDTH
        lines: list[str] = []
        for part in text.splitlines():
            lines += textwrap.wrap(
                part.strip(),
                width,
                initial_indent=INDENT if lines else "",
                subsequent_indent=2 * INDENT if lines else INDENT,
                break_long_words=False,
                break_on_hyphens=False,
            )
        more = len(lines) - MOST_LINES
        return [*lines[:MOST_LINES], f"{INDENT}and {more} more lines; the report has them all"] if more > 0 else lines

    def tick(self) -> None:
        """Refresh the live line."""
        if self.live and self._running:
            now = time.monotonic()
            parts = [f"{s} \N{MIDDLE DOT} {lang} {now - t:.0f} s" for (s, lang), t in self._running.items()]
            self._write(f"[{self._done}/{self._total}] " + ", ".join(parts)[:100])

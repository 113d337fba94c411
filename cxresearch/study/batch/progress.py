"""Tell how far a batch has come: a live line on a terminal, otherwise only what failed and a closing line."""

from __future__ import annotations

import textwrap
import time
from typing import TextIO

from cxresearch.study.progress import WIDTH, LiveLine


class BatchProgress(LiveLine):
    """Where a batch reports to.

    Parameters
    ----------
    stream : TextIO, optional
        Usually ``sys.stderr``; None is quiet.

    Examples
    --------
    >>> import sys
    >>> progress = BatchProgress(sys.stdout)
    >>> progress.start(reports=3, sections=6)
    >>> progress.section()
    >>> progress.failed("Nord", "recommendation (de): 1 answer")
    Nord: recommendation (de): 1 answer
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._reports = self._sections = self._done = self._failed = self._computed = 0
        self._begun = self._drawn = time.monotonic()

    def start(self, reports: int, sections: int) -> None:
        """Say how many reports and sections there are to do."""
        self._reports, self._sections = reports, sections
        self._begun = time.monotonic()

    def section(self) -> None:
        """Say that a section is done."""
        self._computed += 1

    def report(self, failed: bool) -> None:
        """Say that a report is done."""
        self._done += 1
        self._failed += failed
        self.tick(at_once=True)

    def failed(self, unit: str, why: str) -> None:
        """Tell of a report that failed, in one line."""
        line = textwrap.shorten(f"{unit}: {why}", WIDTH, placeholder=" \N{HORIZONTAL ELLIPSIS}")
        self._write(line + "\n")

    def note(self, text: str) -> None:
        """Say something that concerns the whole batch."""
        self._write(text + "\n")

    def tick(self, at_once: bool = False) -> None:
        """Refresh the live line."""
        now = time.monotonic()
        if not self.live or (now - self._drawn < 0.2 and not at_once):
            return
        self._drawn = now
        seconds = max(now - self._begun, 0.001)
        parts = [f"{self._done}/{self._reports} reports", f"{self._failed} failed"]
        if self._computed and self._sections:
            left = seconds / self._computed * (self._sections - self._computed)
            parts += [f"{60 * self._computed / seconds:.0f} sections/min", f"{_clock(left)} left"]
        self._write("  ".join(parts))


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"

"""Findings that the author of a survey wants to keep: ``# lint: ok W04 reason``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cxresearch.errors import Place

_COMMENT = re.compile(r"#\s*lint:\s*ok\s+([A-Z]\d\d(?:\s*,\s*[A-Z]\d\d)*)\b(.*)$")


class Allowed:
    """Comments that silence a rule on their own line, or on the next where they stand alone.

    Parameters
    ----------
    texts : mapping of str to str, optional
        File names to contents; other files are read from disk.
    """

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = dict(texts or {})
        self._read: dict[str, dict[int, set[str]]] = {}

    def silences(self, code: str, place: Place | None) -> bool:
        """Tell whether a finding is to be kept quiet.

        Examples
        --------
        >>> allowed = Allowed({"a.yaml": "# lint: ok W05 it is about every time\\nq1: {text: always}"})
        >>> allowed.silences("W05", Place(file="a.yaml", line=2)), allowed.silences("W01", Place(file="a.yaml", line=2))
        (True, False)
        """
        if place is None or place.line is None:
            return False
        if place.file not in self._read:
            self._read[place.file] = self._comments(place.file)
        return code in self._read[place.file].get(place.line, set())

    def _comments(self, file: str) -> dict[int, set[str]]:
        text = self._texts.get(file)
        if text is None:
            try:
                text = Path(file).read_text(encoding="utf-8-sig")
            except (OSError, ValueError):
                return {}
        found: dict[int, set[str]] = {}
        waiting: set[str] = set()
        for number, line in enumerate(text.splitlines(), start=1):
            comment = _COMMENT.search(line)
            codes = set(re.findall(r"[A-Z]\d\d", comment[1])) if comment else set()
            if line.lstrip().startswith("#"):
                waiting |= codes
            elif codes or waiting:
                found[number] = codes | waiting
                waiting = set()
        return found

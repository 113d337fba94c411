"""A result whose means passed the gate, or say that they did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from cxresearch.checks.comparability import GATE, GATES
from cxresearch.result import Result
from cxresearch.words.catalog import join, knows, say


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Gated(Result):
    """What all answers of the gap engine share.

    Parameters
    ----------
    gate : DataFrame, optional
        A row a construct and outside perspective: what the test of comparability found.
    rule : str
        Cut-offs of that test, by name.
    """

    gate_columns: ClassVar[dict[str, str]] = {
        "construct": "name",
        "outside": "name",
        "status": "word:gaps.status",
        "items": "i",
        "held": "i",
        "broken": "text",
        "cfi": "n3",
        "delta_cfi_metric": "+n3",
        "delta_cfi_scalar": "+n3",
        "n_inside": "i",
        "n_outside": "i",
    }

    gate: pd.DataFrame | None = None
    rule: str = GATE

    def frames(self) -> dict[str, pd.DataFrame]:
        found = super().frames()
        return found if self.gate is None else {**found, "gate": self.gate}

    def shown_columns(self, frame: str) -> dict[str, str]:
        if frame == "gate":
            return self.gate_columns
        shown = super().shown_columns(frame)
        if "basis" in shown and (self.table["basis"] == self.table["basis"].iloc[0]).all():
            del shown["basis"]
        return shown

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "broken":
            return join([self.names.of(i, lang) for i in row[column].split(", ") if i], lang)
        return super().cell(column, row, lang)

    def _format(self, column: str) -> str:
        return self.columns[column] if column in self.columns else self.gate_columns[column]

    def _head(self, column: str, lang: str) -> str:
        own, shared = f"{self.kind}.column.{column}", f"gaps.column.{column}"
        return say(shared, lang) if not knows(own, lang) and knows(shared, lang) else super()._head(column, lang)

    def _with_gate(self, method: str, lang: str | None) -> str:
        """Add to the method what the release of means rests on."""
        if self.gate is None:
            return method
        rule = GATES[self.rule]
        gate = say("gaps.method.gate", lang or self.lang, drop=-rule.delta_cfi, source=rule.source)
        return f"{method} {gate}"

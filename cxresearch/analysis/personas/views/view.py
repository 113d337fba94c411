"""What all looks at personas share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxresearch.result import Result

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class View(Result):
    """A look at personas that were found before."""

    found: Personas = field(repr=False)

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column in ("persona", "source") and not pd.isna(row[column]):
            return self.found.name_of(row[column], lang)
        return super().cell(column, row, lang)

    def persona_labels(self, lang: str) -> dict[Any, str]:
        """Return the names of all personas."""
        return {i: self.found.name_of(i, lang) for i in range(1, self.found.k + 1)}


def options(found: Personas, table: pd.DataFrame) -> dict[str, Any]:
    """Return what every view takes over from the personas."""
    return {"table": table, "names": found.names, "lang": found.lang, "found": found}

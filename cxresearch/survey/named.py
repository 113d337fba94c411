"""Types for parameters whose values name a part of a survey.

A notebook declares them, and a study is checked against its survey before anything runs::

    from cxresearch import PerspectiveName

    inside: PerspectiveName = "teacher"
    outside: list[PerspectiveName] = ["parent", "student"]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

Part = Literal["perspective", "construct", "column"]


@dataclass(frozen=True)
class NameOf:
    """Says which part of a survey a text names."""

    part: Part


PerspectiveName = Annotated[str, NameOf("perspective")]
ConstructName = Annotated[str, NameOf("construct")]
ColumnName = Annotated[str, NameOf("column")]  # an item or a background field, as the answers hold them

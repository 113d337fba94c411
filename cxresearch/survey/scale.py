"""Answer scales: the values an answer may take and what they mean."""

from __future__ import annotations

import math
from typing import Any

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from cxresearch.survey.level import Level
from cxresearch.survey.text import Text

Code = int | float | str


STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Scale:
    """The values an answer may take.

    Either a range (`low`, `high`, `step`) or an enumeration (`labels` alone).

    Parameters
    ----------
    id : str
        Taken from the key in the file.
    level : Level
        Measurement level.
    low, high, step : float, optional
        Numeric range; `step` None means any number in the range.
    labels : dict
        Code to wording; for a range, any of its points (often the ends).
    missing : dict
        Codes that are not an answer ("don't know", blank), with their wording.
    higher_is_better : bool, optional
        Direction of the scale where it has one.

    Examples
    --------
    >>> agree = Scale(id="agree5", level="interval", low=1, high=5, labels={1: "no", 5: "yes"})
    >>> agree.contains(3), agree.contains(6), agree.reverse(2)
    (True, False, 4)
    >>> agree.codes
    (1, 2, 3, 4, 5)
    """

    id: str = ""
    level: Level
    low: float | None = None
    high: float | None = None
    step: float | None = Field(default=1, gt=0)
    labels: dict[Code, Text] = Field(default_factory=dict)
    missing: dict[Code, Text] = Field(default_factory=dict)
    higher_is_better: bool | None = True
    source: str | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Scale:
        if (self.low is None) != (self.high is None):
            raise ValueError("a scale with a range needs both low and high")
        if self.low is None or self.high is None:
            if not self.labels and self.level is not Level.RATIO:
                raise ValueError("a scale needs low and high, or labels for its codes")
            return self
        if self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        if self.level is Level.NOMINAL:
            raise ValueError("a nominal scale has no low and high; list its codes under labels")
        strange = [code for code in self.labels if not self.contains(code)]
        if strange:
            raise ValueError(f"labels {strange} lie outside {self.low:g} to {self.high:g}")
        inside = [code for code in self.missing if self.contains(code)]
        if inside:
            raise ValueError(
                f"missing codes {inside} lie inside {self.low:g} to {self.high:g} and would be read as answers"
            )
        return self

    @property
    def is_range(self) -> bool:
        """True when the scale is given by low and high."""
        return self.low is not None

    @property
    def is_numeric(self) -> bool:
        """True when every answer is a number."""
        return self.is_range or all(isinstance(code, int | float) for code in self.labels)

    @property
    def codes(self) -> tuple[Code, ...]:
        """All valid codes in order; empty for a continuous range."""
        if self.low is None or self.high is None:
            return tuple(self.labels)
        if self.step is None:
            return ()
        count = math.floor((self.high - self.low) / self.step + 1e-9) + 1
        return tuple(_tidy(self.low + i * self.step) for i in range(count))

    @property
    def midpoint(self) -> float | None:
        """Middle of the range, None for an enumeration."""
        return None if self.low is None or self.high is None else (self.low + self.high) / 2

    def contains(self, value: Any) -> bool:
        """Tell whether `value` is a valid answer (not a missing code)."""
        if self.low is None or self.high is None:
            return value in self.labels or (not self.labels and isinstance(value, int | float) and value >= 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return False
        if not self.low <= value <= self.high:
            return False
        if self.step is None:
            return True
        steps = (value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-9

    def reverse(self, value: float) -> float:
        """Mirror a value around the middle of the range (low + high - value)."""
        if self.low is None or self.high is None:
            raise ValueError("only a scale with low and high can be reversed")
        return _tidy(self.low + self.high - value)

    def label(self, code: Code, language: str) -> str:
        """Return the wording of a code, or the code itself."""
        text = self.labels.get(code) or self.missing.get(code)
        return text.get(language) if text else f"{code}"


def _tidy(value: float) -> int | float:
    near = round(value)
    return near if abs(value - near) < 1e-9 else value

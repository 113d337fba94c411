"""Answer scales: the values an answer may take and what they mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.located import misfit, reads_as_number
from cxresearch.survey.level import Level
from cxresearch.survey.text import Text

STRICT = ConfigDict(extra="forbid")
MOST_CODES = 10_000
_TOLERANCE = 1e-9

# true is no 1, and "5" no 5: what is written between quotes, or as a word, is not turned into a number
Whole = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Code = Whole | Number | str


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
    low: Number | None = None
    high: Number | None = None
    step: Number | None = Field(default=1, gt=0)
    labels: dict[Code, Text] = Field(default_factory=dict)
    missing: dict[Code, Text] = Field(default_factory=dict)
    higher_is_better: Flag | None = True
    source: str | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Scale:
        if (self.low is None) != (self.high is None):
            raise ValueError("A scale with a range needs both low and high")
        if self.low is None or self.high is None:
            if not self.labels and self.level is not Level.RATIO:
                raise ValueError("A scale needs low and high, or labels for its codes")
        else:
            self._check_range(self.low, self.high)
        check_codes(self.labels, self.missing, self.contains)
        return self

    def _check_range(self, low: float, high: float) -> None:
        if low >= high:
            raise misfit(f"low ({low:g}) must be below high ({high:g})", "low")
        if self.level is Level.NOMINAL:
            raise misfit("A nominal scale has no low and high; list its codes under labels", "low")
        if self.step is not None:
            if (high - low) / self.step > MOST_CODES:
                what = f"More than {MOST_CODES} steps lie between low and high; say step: null for any number"
                raise misfit(what, "high")
            if not self.contains(high):
                raise misfit(f"high ({high:g}) is not a whole number of steps ({self.step:g}) above low", "high")
        strange = [code for code in self.labels if not self.contains(code)]
        if strange:
            what = f"No such answer exists between {low:g} and {high:g}, but it has a label: {listing(strange)}"
            raise misfit(what, "labels", strange[0])
        inside = [code for code in self.missing if self.contains(code)]
        if inside:
            what = f"Missing codes between {low:g} and {high:g} would be read as answers: {listing(inside)}"
            raise misfit(what, "missing", inside[0])

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
        count = math.floor((self.high - self.low) / self.step + _TOLERANCE) + 1
        return tuple(_tidy(self.low + i * self.step) for i in range(count))

    @property
    def midpoint(self) -> float | None:
        """Middle of the range, None for an enumeration."""
        return None if self.low is None or self.high is None else (self.low + self.high) / 2

    def contains(self, value: Any) -> bool:
        """Tell whether `value` is a valid answer (not a missing code)."""
        if isinstance(value, bool):
            return False
        if self.labels and not self.is_range:
            return isinstance(value, str | Real) and value in self.labels
        try:
            number = float(value) if isinstance(value, Real) else math.nan
        except OverflowError:
            return False
        if not math.isfinite(number):
            return False
        if self.low is None or self.high is None:
            return number >= 0
        if not self.low - _TOLERANCE <= number <= self.high + _TOLERANCE:
            return False
        if self.step is None:
            return True
        steps = (number - self.low) / self.step
        return abs(steps - round(steps)) < _TOLERANCE

    def reverse(self, value: float) -> float:
        """Mirror a value around the middle of the range (low + high - value)."""
        if self.low is None or self.high is None:
            what = "Only a scale with low and high can be reversed."
            raise ArgumentError(Fault(code="survey.reversed-without-range", what=what, given=self.id))
        return _tidy(self.low + self.high - value)

    def label(self, code: Code, language: str) -> str:
        """Return the wording of a code, or the code itself."""
        text = self.labels.get(code) or self.missing.get(code)
        return text.get(language) if text else f"{code}"


def check_codes(labels: Mapping[Code, Text], missing: Mapping[Code, Text], valid: Callable[[Any], bool]) -> None:
    """Refuse codes and labels that nobody could tell apart in a table.

    Raises
    ------
    PydanticCustomError
    """
    parts = {"labels": labels, "missing": missing}
    first: dict[str, Code] = {}
    for part, codes in parts.items():
        for code in codes:
            written = f"{code:g}" if isinstance(code, float) else str(code).strip()
            if written in first:
                raise misfit(f"In a table, the codes {first[written]!r} and {code!r} look the same", part, code)
            first[written] = code
    for part, codes in parts.items():
        for code, text in codes.items():
            for wording in text.wordings():
                other = first.get(wording.strip())
                number = reads_as_number(wording)
                if (other is not None and other != code) or (number is not None and number != code and valid(number)):
                    what = f"The label {wording!r} of the code {code!r} is itself another code; write it in words"
                    raise misfit(what, part, code)


def _tidy(value: float) -> int | float:
    """Take off what binary fractions add: 0.1 + 0.2 is 0.3, and 3.0 is 3."""
    near = round(value)
    return near if abs(value - near) < _TOLERANCE else float(f"{value:.12g}")

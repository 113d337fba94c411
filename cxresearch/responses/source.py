"""What a question is asked of: answers on a survey, or a plain frame with named columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, DataError, Fault, Place, listing, unknown_name
from cxresearch.responses.responses import Responses, survey_names
from cxresearch.result import Caveat, Names, plain
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Code, Scale
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import Text

ScaleLike = Scale | tuple[float, float]
Missing = Iterable[Code] | Mapping[str, Iterable[Code]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One variable, ready to be analysed.

    Parameters
    ----------
    name : str
    values : Series
        Answers; NaN or None where there is none.
    numeric : bool
    level : Level or None
        None when nobody declared it.
    scale : Scale, optional
    missing : dict
        Reason ("empty" or a missing code) to number of respondents.
    outside : dict
        Values that are not on the scale to number of respondents; they are not in `values`.
    """

    name: str
    values: pd.Series
    numeric: bool
    level: Level | None
    scale: Scale | None = None
    missing: Mapping[str, int] = field(default_factory=dict)
    outside: Mapping[str, int] = field(default_factory=dict)

    @property
    def n_missing(self) -> int:
        """Respondents without a usable answer."""
        return sum(self.missing.values()) + sum(self.outside.values())

    def codes(self) -> list[Any]:
        """Return all categories in order: those of the scale, else those found."""
        if self.scale is not None and self.scale.codes:
            return list(self.scale.codes)
        found = self.values.dropna().unique()
        return sorted(float(x) for x in found) if self.numeric else sorted(found, key=str)

    def caveats(self) -> list[Caveat]:
        """Return what a reader has to know about how this column was read."""
        out = []
        if self.outside:
            values = ", ".join(f"{value} ({n})" for value, n in self.outside.items())
            out.append(
                Caveat(
                    code="outside_scale",
                    severity="warning",
                    values={"column": self.name, "n": sum(self.outside.values()), "found": values},
                )
            )
        if self.scale is None and self.numeric and self.values.notna().any():
            answers = self.values.dropna()
            out.append(
                Caveat(
                    code="undeclared_scale",
                    severity="warning",
                    values={
                        "column": self.name,
                        "low": plain(answers.min()),
                        "high": plain(answers.max()),
                        "distinct": int(answers.nunique()),
                    },
                )
            )
        return out


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """Answers in one shape, whatever they came in.

    Parameters
    ----------
    frame : DataFrame
    survey : Survey, optional
    reasons : DataFrame, optional
        Why an answer is missing, where the reader kept that.
    names : Names
    lang : str
    """

    frame: pd.DataFrame
    survey: Survey | None = None
    reasons: pd.DataFrame | None = None
    names: Names = Names()
    lang: str = "en"

    @classmethod
    def of(cls, data: Responses | pd.DataFrame) -> Source:
        """Take answers or a plain frame.

        Raises
        ------
        ArgumentError
            ``data.not-answers``, ``data.empty`` or ``data.duplicate-column``.
        """
        if isinstance(data, Responses):
            return cls(
                frame=data.frame,
                survey=data.survey,
                reasons=data.reasons,
                names=survey_names(data.survey),
                lang=data.survey.languages[0],
            )
        if not isinstance(data, pd.DataFrame):
            raise ArgumentError(
                Fault(
                    code="data.not-answers",
                    what="This is neither answers nor a frame.",
                    given=type(data).__name__,
                    allowed="the result of read_responses, or a pandas DataFrame",
                )
            )
        if not len(data):
            raise ArgumentError(Fault(code="data.empty", what="The frame has no rows.", do="Check the filter before it."))
        twice = list(data.columns[data.columns.duplicated()])
        if twice:
            raise ArgumentError(
                Fault(code="data.duplicate-column", what="Columns have the same name.", given=listing(twice))
            )
        return cls(frame=data.reset_index(drop=True))

    def column(
        self,
        name: str,
        *,
        scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
        missing: Missing | None = None,
        level: str | Mapping[str, str] | None = None,
    ) -> Column:
        """Return one variable with its level, scale and missing values worked out.

        Raises
        ------
        ArgumentError
            ``data.unknown-column``, ``data.level``.
        DataError
            ``data.text-in-numbers`` for a rating column that holds words.
        """
        if name not in self.frame.columns:
            raise ArgumentError(unknown_name("data.unknown-column", "column", name, self.frame.columns))
        declared = self._declared(name)
        given = scale.get(name) if isinstance(scale, Mapping) else scale
        used = _as_scale(given) if given is not None else declared
        wanted = level.get(name) if isinstance(level, Mapping) else level
        used_level = _as_level(wanted) if wanted else (used.level if used else None)
        if given is not None and not wanted and not isinstance(given, Scale):
            used_level = declared.level if declared else None
        codes = _missing_codes(name, missing, used)
        column = _read(self.frame[name], name, used, used_level, codes)
        if self.reasons is not None and name in self.reasons and column.missing:
            absent = self.reasons.loc[column.values.isna(), name]
            column = replace(column, missing={str(k): int(n) for k, n in absent.value_counts().items() if k})
        return column

    def weights(self, name: str | None) -> np.ndarray | None:
        """Return survey weights per row, NaN where there is none.

        Raises
        ------
        ArgumentError
            ``data.unknown-column`` or ``data.weights``.
        """
        if name is None:
            return None
        if name not in self.frame.columns:
            raise ArgumentError(unknown_name("data.unknown-column", "column", name, self.frame.columns))
        values = pd.to_numeric(self.frame[name], errors="coerce").to_numpy(dtype=float)
        text = self.frame[name].notna().to_numpy() & np.isnan(values)
        if text.any() or (values[~np.isnan(values)] < 0).any() or not np.nansum(values) > 0:
            raise ArgumentError(
                Fault(
                    code="data.weights",
                    what="A weight is a number of zero or more, and not all may be zero.",
                    given=listing(self.frame.loc[text | (values < 0), name].unique(), most=3),
                    place=Place(file="frame", field=name),
                )
            )
        return values

    def key(self, name: str) -> pd.Series:
        """Return a column that names groups, units or respondents, as it is."""
        if name not in self.frame.columns:
            raise ArgumentError(unknown_name("data.unknown-column", "column", name, self.frame.columns))
        return self.frame[name]

    def _declared(self, name: str) -> Scale | None:
        if self.survey is None:
            return None
        if name in self.survey.items:
            return self.survey.scale_of(name)
        part = self.survey.fields.get(name)
        if part is not None and part.labels:
            level = Level.ORDINAL if part.ordered else Level.NOMINAL
            return Scale(id=part.id, level=level, labels=dict(part.labels), missing=dict(part.missing))
        return None


def _as_scale(given: ScaleLike) -> Scale:
    if isinstance(given, Scale):
        return given
    low, high = given
    return Scale(level=Level.ORDINAL, low=low, high=high)


def _as_level(given: str) -> Level:
    try:
        return Level(given)
    except ValueError:
        raise ArgumentError(unknown_name("data.level", "measurement level", given, list(Level))) from None


def _missing_codes(name: str, missing: Missing | None, scale: Scale | None) -> dict[Code, Text | None]:
    codes: dict[Code, Text | None] = dict(scale.missing) if scale else {}
    given = missing.get(name, ()) if isinstance(missing, Mapping) else (missing or ())
    if isinstance(given, str | int | float):
        given = (given,)
    for code in given:
        codes.setdefault(code, None)
    return codes


def _read(
    series: pd.Series, name: str, scale: Scale | None, level: Level | None, missing: Mapping[Code, Any]
) -> Column:
    numeric = _is_numeric(series, name, scale, level, missing)
    rows, distinct = pd.factorize(series)
    counts = np.bincount(rows + 1, minlength=len(distinct) + 1)
    none = math.nan if numeric else None
    reasons: dict[str, int] = {"empty": int(counts[0])} if counts[0] else {}
    outside: dict[str, int] = {}
    answers: list[Any] = [none]
    for value, n in zip(distinct, counts[1:].tolist(), strict=True):
        answer = _answer(value, numeric)
        usable = answer
        if _in(missing, value) or (answer is not None and _in(missing, answer)):
            usable = None
            reasons[plain(value)] = reasons.get(plain(value), 0) + n
        elif answer is None:
            reasons["empty"] = reasons.get("empty", 0) + n
        elif scale is not None and not scale.contains(answer):
            usable = None
            outside[plain(answer)] = outside.get(plain(answer), 0) + n
        answers.append(none if usable is None else usable)
    table = np.empty(len(answers), dtype=float if numeric else object)
    table[:] = answers
    return Column(
        name=name,
        values=pd.Series(table[rows + 1], index=series.index, name=name),
        numeric=numeric,
        level=level,
        scale=scale,
        missing=reasons,
        outside=dict(sorted(outside.items())),
    )


def _is_numeric(
    series: pd.Series, name: str, scale: Scale | None, level: Level | None, missing: Mapping[Code, Any]
) -> bool:
    if pd.api.types.is_bool_dtype(series):
        return False
    if pd.api.types.is_numeric_dtype(series):
        return scale is None or scale.is_numeric
    if scale is not None and not scale.is_numeric:
        return False
    present = [v for v in series.dropna().unique() if str(v).strip() and not _in(missing, v)]
    words = [v for v in present if _number(v) is None]
    wants_numbers = (scale is not None and scale.is_numeric) or (level is not None and level >= Level.INTERVAL)
    mostly_numbers = len(present) - len(words) >= 2 and len(words) < len(present) - len(words)
    if words and (wants_numbers or mostly_numbers):
        counts = series.isin(words).sum()
        raise DataError(
            Fault(
                code="data.text-in-numbers",
                what=f"This column of numbers holds text in {counts} rows.",
                place=Place(file="frame", field=name),
                given=listing(words, most=5),
                do=f"If that means 'no answer', say missing={{{name!r}: {[str(w) for w in words[:3]]!r}}}.",
            )
        )
    return bool(present) and not words


def _answer(value: Any, numeric: bool) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str) and not value.strip():
        return None
    if numeric:
        return _number(value)
    return value.strip() if isinstance(value, str) else value


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _in(codes: Mapping[Code, Any], value: Any) -> bool:
    return any(code == value or str(code) == plain(value) for code in codes)



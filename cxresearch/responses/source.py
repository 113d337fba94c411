"""What a question is asked of: answers on a survey, or a plain frame with named columns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, DataError, Fault, Place, listing, unknown_name
from cxresearch.responses.column import Column, read_column
from cxresearch.responses.responses import Responses, UnitScores, survey_names
from cxresearch.result import Caveat, Ids, Names
from cxresearch.survey.level import Level
from cxresearch.survey.scale import MOST_CODES, Code, Scale
from cxresearch.survey.survey import Survey

__all__ = ["Column", "Missing", "ScaleLike", "Source"]

ScaleLike = Scale | tuple[float, float]
Missing = Code | Iterable[Code] | Mapping[str, Code | Iterable[Code]]
_WEIGHT = Scale(level=Level.RATIO)


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """Answers in one shape, whatever they came in.

    Parameters
    ----------
    frame : DataFrame
    survey : Survey, optional
    reasons : DataFrame, optional
        Why an answer is missing, where the reader kept that.
    scales : dict
        Column to its scale, where no survey holds the column.
    names : Names
    lang : str
    """

    frame: pd.DataFrame
    survey: Survey | None = None
    reasons: pd.DataFrame | None = None
    scales: Mapping[str, Scale] = field(default_factory=dict)
    names: Names = Names()
    lang: str = "en"

    @classmethod
    def of(cls, data: Responses | UnitScores | pd.DataFrame) -> Source:
        """Take answers, ready-made scores (one row a unit) or a plain frame.

        Raises
        ------
        ArgumentError
            ``data.not-answers``, ``data.empty``, ``data.column-levels`` or ``data.duplicate-column``.
        """
        if isinstance(data, UnitScores):
            return cls(frame=data.wide(), scales=data.wide_scales(), names=data.wide_names(), lang=data.lang)
        if not isinstance(data, Responses | pd.DataFrame):
            raise ArgumentError(
                Fault(
                    code="data.not-answers",
                    what="This is neither answers nor a frame.",
                    given=type(data).__name__,
                    allowed="the result of read_responses or read_scores, or a pandas DataFrame",
                )
            )
        if not len(data):
            what, do = "There are no rows.", "Check the filter before it."
            raise ArgumentError(Fault(code="data.empty", what=what, do=do))
        if isinstance(data, Responses):
            return cls(
                frame=data.frame.reset_index(drop=True),
                survey=data.survey,
                reasons=data.reasons.reset_index(drop=True),
                names=survey_names(data.survey),
                lang=data.survey.languages[0],
            )
        if data.columns.nlevels > 1:
            what = "The columns have names in several levels."
            do = "Give each column one name, for example frame.columns = ['_'.join(c) for c in frame.columns]."
            raise ArgumentError(Fault(code="data.column-levels", what=what, do=do))
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
            ``data.unknown-column``, ``data.level``, ``data.scale``, ``data.missing``.
        DataError
            ``data.text-in-numbers`` for a rating column that holds words; see :func:`read_column`.
        """
        series = self.key(name)
        declared = self._declared(name)
        given = self._of(name, scale)
        used = _as_scale(given, name) if given is not None else declared
        wanted = self._of(name, level)
        used_level = _as_level(wanted) if wanted else (used.level if used else None)
        if given is not None and not wanted and not isinstance(given, Scale):
            used_level = declared.level if declared else None
        codes = _missing_codes(name, self._of(name, missing), used)
        column = read_column(series, name, scale=used, level=used_level, missing=codes)
        return replace(column, missing=self._with_reasons(name, series, column.missing))

    def _of(self, name: str, given: Any) -> Any:
        """Return what an argument says about one column, and refuse what it says about unknown ones."""
        if not isinstance(given, Mapping):
            return given
        for key in given:
            self.key(key)
        return given.get(name)

    def _with_reasons(self, name: str, series: pd.Series, missing: Mapping[str, int]) -> dict[str, int]:
        """Replace "empty" by the reasons that the reader kept."""
        if self.reasons is None or name not in self.reasons:
            return dict(missing)
        kept = self.reasons.loc[series.isna(), name].value_counts()
        told = {str(reason): int(n) for reason, n in kept.items() if reason}
        rest = missing.get("empty", 0) - sum(told.values())
        out = told | {reason: n + told.get(reason, 0) for reason, n in missing.items() if reason != "empty"}
        return out | {"empty": told.get("empty", 0) + rest} if rest > 0 else out

    def weights(self, name: str | None) -> np.ndarray | None:
        """Return survey weights per row, NaN where there is none.

        Raises
        ------
        ArgumentError
            ``data.unknown-column`` or ``data.weights``.
        """
        if name is None:
            return None
        series = self.key(name)
        try:
            column = read_column(series, name, scale=_WEIGHT, level=None, missing=())
        except DataError as error:
            given = error.faults[0].given
        else:
            values = column.values.to_numpy(dtype=float)
            if not column.outside and np.nansum(values) > 0:
                return values
            given = listing(column.outside, most=3) if column.outside else "no weight above zero"
        raise ArgumentError(
            Fault(
                code="data.weights",
                what="A weight is a number of zero or more, and not all may be zero.",
                given=given,
                place=Place(file="frame", field=name),
            )
        )

    def unused_weights(self, name: str | None) -> list[Caveat]:
        """Return a note where the survey declares weights that were not asked for."""
        declared = self.survey.field_of_kind("weight") if self.survey is not None else None
        if name is not None or declared is None or declared.id not in self.frame:
            return []
        return [Caveat(code="weights_unused", values={"weights": Ids([declared.id])})]

    def key(self, name: str) -> pd.Series:
        """Return a column that names groups, units or respondents, as it is."""
        if not isinstance(name, Hashable) or name not in self.frame.columns:
            raise ArgumentError(unknown_name("data.unknown-column", "column", name, self.frame.columns))
        return self.frame[name]

    def _declared(self, name: str) -> Scale | None:
        if name in self.scales:
            return self.scales[name]
        if self.survey is None:
            return None
        if name in self.survey.items:
            return self.survey.scale_of(name)
        part = self.survey.fields.get(name)
        if part is not None and part.labels:
            level = Level.ORDINAL if part.ordered else Level.NOMINAL
            return Scale(id=part.id, level=level, labels=dict(part.labels), missing=dict(part.missing))
        return None


def _as_scale(given: Any, name: str) -> Scale:
    if isinstance(given, Scale):
        return given
    try:
        low, high = (float(end) for end in given)
        whole = low.is_integer() and high.is_integer() and high - low <= MOST_CODES
        return Scale(level=Level.ORDINAL, low=low, high=high, step=1 if whole else None)
    except (TypeError, ValueError):
        what = "A scale is its lowest and its highest answer."
        place = Place(file="frame", field=name)
        fault = Fault(code="data.scale", what=what, place=place, given=given, allowed="such as (1, 5), or a Scale")
        raise ArgumentError(fault) from None


def _as_level(given: Any) -> Level:
    try:
        return Level(given)
    except ValueError:
        raise ArgumentError(unknown_name("data.level", "measurement level", given, list(Level))) from None


def _missing_codes(name: str, given: Any, scale: Scale | None) -> list[Code]:
    codes = () if given is None else (given,) if isinstance(given, str) or not isinstance(given, Iterable) else given
    chosen = [*(scale.missing if scale else ()), *codes]
    strange = [code for code in chosen if not (code is None or pd.api.types.is_scalar(code))]
    if strange:
        what = "A missing code is a number or a text."
        allowed = "such as missing=[98, 99], or missing={'column': [98, 99]}"
        raise ArgumentError(Fault(code="data.missing", what=what, given=strange[0], allowed=allowed))
    return [code for code in chosen if not pd.isna(code)]

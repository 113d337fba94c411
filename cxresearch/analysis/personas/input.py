"""What people are grouped by: columns of any kind, read with their levels, none of their rows dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing, unknown_name
from cxresearch.responses.column import Column
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Names
from cxresearch.stats.mixture import Indicators
from cxresearch.survey.level import Level

Kind = Literal["category", "ordered", "number", "count"]
Style = Literal["raw", "centred", "standardised"]

MOST_ORDERED = 7  # with more answers a rating is taken as a number
MOST_CATEGORIES = 25
LEAST_ITEMS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Variable:
    """One column that people are grouped by.

    Parameters
    ----------
    name : str
    kind : {"category", "ordered", "number", "count"}
    codes : tuple
        Answers that occur, in order; empty for numbers and counts.
    low, spread : float
        Start and width of the scale, used where answers are related to the person's own level.
    column : Column
        As it was read.
    """

    name: str
    kind: Kind
    codes: tuple[Any, ...]
    low: float
    spread: float
    column: Column

    @property
    def is_rating(self) -> bool:
        """Whether answers are more or less of something."""
        return self.kind in ("ordered", "number")

    def values(self, column: Column) -> np.ndarray:
        """Return answers as numbers; for categories their position among `codes`, NaN where there is none."""
        if self.kind in ("category", "ordered"):
            place = {code: float(i) for i, code in enumerate(self.codes)}
            return column.values.map(place, na_action="ignore").to_numpy(dtype=float, na_value=np.nan)
        return column.values.to_numpy(dtype=float, na_value=np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """The grouping variables of a set of people, ready for the models.

    Parameters
    ----------
    indicators : Indicators
    variables : tuple of Variable
        In the order of the indicators.
    style : {"raw", "centred", "standardised"}
    rows : ndarray of int
        Position of each person in `source`.
    index : Index
        What a plain frame calls each person.
    source : Source
    caveats : tuple of Caveat
    """

    indicators: Indicators
    variables: tuple[Variable, ...]
    style: Style
    rows: np.ndarray
    index: pd.Index
    source: Source
    caveats: tuple[Caveat, ...]

    @property
    def names(self) -> Names:
        """Wording of items and codes."""
        return self.source.names

    @property
    def weights(self) -> np.ndarray:
        """Survey weight of each person, 1 where there are none."""
        given = self.indicators.weights
        return np.ones(self.indicators.n) if given is None else np.asarray(given)

    @property
    def answered(self) -> np.ndarray:
        """Whether a person gave any answer at all."""
        return np.asarray(self.indicators.answered.any(axis=1))


def frame_of(
    data: Responses | pd.DataFrame,
    items: Sequence[str] | None,
    *,
    perspective: str | None,
    weights: str | None,
    kinds: Mapping[str, Kind],
    style: Style,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
) -> Frame:
    """Read the columns that people are grouped by; see :func:`cxresearch.personas` for the parameters.

    Raises
    ------
    ArgumentError
        ``personas.items``, ``personas.kind``, ``personas.style``, ``personas.several-perspectives``,
        ``personas.too-many-categories`` and those of :class:`cxresearch.responses.source.Source`.
    NotEnoughData
        ``personas.no-variation`` when fewer than two columns vary.
    """
    if style not in get_args(Style):
        raise ArgumentError(unknown_name("personas.style", "treatment of response style", style, get_args(Style)))
    source = Source.of(data)
    rows = _rows(source, perspective)
    chosen = _chosen(source, items, perspective)
    _check_kinds(kinds, chosen)
    part = replace(source, frame=source.frame.iloc[rows], reasons=None)
    variables, caveats = _variables(part, chosen, kinds, scale, missing)
    weight = source.weights(weights)
    told = None if weight is None else np.nan_to_num(weight[rows])
    if told is not None and (told == 0).any():
        caveats.append(Caveat(code="personas_without_weight", values={"n": int((told == 0).sum())}))
    made = indicators_of(variables, [v.column for v in variables], style, told)
    empty = int((~made.answered.any(axis=1)).sum())
    if empty:
        caveats.append(Caveat(code="personas_no_answer", severity="warning", values={"n": empty}))
    holes = int((~made.answered).any(axis=1).sum()) - empty
    if holes:
        caveats.append(Caveat(code="personas_partial_answers", values={"n": holes, "of": made.n}))
    if style != "raw":
        caveats.append(Caveat(code=f"personas_{style}"))
    caveats += source.unused_weights(weights)
    return Frame(
        indicators=made,
        variables=variables,
        style=style,
        rows=rows,
        index=index_of(data)[rows],
        source=source,
        caveats=tuple(caveats),
    )


def index_of(data: Responses | pd.DataFrame) -> pd.Index:
    """Return what the data call their rows."""
    return (data.frame if isinstance(data, Responses) else data).index


def newcomer_columns(
    data: Responses | pd.DataFrame, variables: Sequence[Variable], perspective: str | None
) -> tuple[Source, np.ndarray, list[Column]]:
    """Read the same columns of other people: their source, the rows used, and the columns."""
    source = Source.of(data)
    rows = _rows(source, perspective)
    part = replace(source, frame=source.frame.iloc[rows], reasons=None)
    if source.survey is not None:
        return source, rows, [part.column(v.name) for v in variables]
    # a plain frame knows neither scale nor missing codes of the people before
    columns = [
        part.column(v.name, scale=v.column.scale, missing=[code for code in v.column.missing if code != "empty"])
        for v in variables
    ]
    return source, rows, columns


def newcomers(
    data: Responses | pd.DataFrame,
    variables: Sequence[Variable],
    style: Style,
    *,
    perspective: str | None = None,
    weights: str | None = None,
) -> tuple[Frame, int]:
    """Read other people onto the same variables; return them and the number of answers that are new.

    An answer that nobody gave before is taken as missing.
    """
    source, rows, columns = newcomer_columns(data, variables, perspective)
    weight = source.weights(weights)
    made = indicators_of(variables, columns, style, None if weight is None else np.nan_to_num(weight[rows]), new=True)
    strange = sum(
        int((c.values.notna().to_numpy() & np.isnan(v.values(c))).sum())
        for v, c in zip(variables, columns, strict=True)
    )
    frame = Frame(
        indicators=made,
        variables=tuple(variables),
        style=style,
        rows=rows,
        index=index_of(data)[rows],
        source=source,
        caveats=(),
    )
    return frame, strange


def variables_of(
    given: Frame,
    names: Sequence[str],
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
) -> tuple[Variable, ...]:
    """Read further columns of the same people, for description only.

    Raises
    ------
    ArgumentError
        ``personas.describe`` for a column that people are grouped by.
    """
    listed = [names] if isinstance(names, str) else list(names)
    grouped = {v.name for v in given.variables}
    twice = [name for name in listed if name in grouped]
    if twice:
        raise ArgumentError(
            Fault(
                code="personas.describe",
                what="People are grouped by these columns, so they differ on them by construction.",
                given=listing(twice),
                do="Leave them out of describe=.",
            )
        )
    part = replace(given.source, frame=given.source.frame.iloc[given.rows], reasons=None)
    columns = [part.column(name, scale=scale, missing=missing) for name in dict.fromkeys(listed)]
    return tuple(_variable(column, kind_of(column)) for column in columns if column.values.nunique() > 1)


def indicators_of(
    variables: Sequence[Variable],
    columns: Sequence[Column],
    style: Style,
    weights: np.ndarray | None,
    new: bool = False,
) -> Indicators:
    """Put the columns together in the order category and ordered, number, count."""
    values = {v.name: v.values(c) for v, c in zip(variables, columns, strict=True)}
    related = {} if style == "raw" else _own_level(variables, columns, style)
    groups: dict[str, list[Variable]] = {"categorical": [], "numeric": [], "counts": []}
    for variable in variables:
        groups[_place(variable, style)].append(variable)
    values |= related
    tables = {name: np.column_stack([values[v.name] for v in members]) for name, members in groups.items() if members}
    categorical = groups["categorical"]
    return Indicators.of(
        **tables,
        levels=[len(v.codes) for v in categorical] if categorical else None,
        ordered=[v.kind == "ordered" for v in categorical] if categorical else None,
        names=[v.name for members in groups.values() for v in members],
        weights=weights,
        newcomers=new,
    )


def _place(variable: Variable, style: Style) -> str:
    if variable.kind == "count":
        return "counts"
    if variable.kind == "number" or (style != "raw" and variable.is_rating):
        return "numeric"
    return "categorical"


def _own_level(variables: Sequence[Variable], columns: Sequence[Column], style: Style) -> dict[str, np.ndarray]:
    """Relate ratings to the person's own mean, and with "standardised" to their own spread.

    Items on different scales are brought to the share of their scale first.
    """
    ratings = [(v, c) for v, c in zip(variables, columns, strict=True) if v.is_rating]
    raw = np.column_stack([c.values.to_numpy(dtype=float, na_value=np.nan) for _, c in ratings])
    shares = (raw - [v.low for v, _ in ratings]) / [v.spread for v, _ in ratings]
    seen = ~np.isnan(shares)
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    mean = np.where(seen, shares, 0.0).sum(axis=1, keepdims=True) / count
    away = shares - mean
    if style == "standardised":
        sd = np.sqrt(np.where(seen, away**2, 0.0).sum(axis=1, keepdims=True) / count)
        away = np.divide(away, sd, out=np.where(seen, 0.0, np.nan), where=sd > 0)
    return {v.name: away[:, i] for i, (v, _) in enumerate(ratings)}


def _rows(source: Source, perspective: str | None) -> np.ndarray:
    if PERSPECTIVE not in source.frame or source.survey is None:
        if perspective is not None:
            raise ArgumentError(
                Fault(code="personas.perspective", what="A plain frame knows no perspectives.", given=perspective)
            )
        return np.arange(len(source.frame))
    who = source.frame[PERSPECTIVE]
    found = list(dict.fromkeys(who.dropna()))
    if perspective is None and len(found) > 1:
        raise ArgumentError(
            Fault(
                code="personas.several-perspectives",
                what="These are answers of several perspectives; grouped together they would only be told apart again.",
                allowed=f"perspective= one of {listing(found)}",
            )
        )
    if perspective is not None and perspective not in found:
        raise ArgumentError(unknown_name("personas.perspective", "perspective in the data", perspective, found))
    return np.flatnonzero((who == (perspective or found[0])).to_numpy())


def _chosen(source: Source, items: Sequence[str] | None, perspective: str | None) -> list[str]:
    if isinstance(items, str):
        items = [items]
    if items is None and source.survey is not None:
        who = perspective or next(iter(source.frame[PERSPECTIVE].dropna()))
        chosen = [
            i.id
            for i in source.survey.items.values()
            if i.id in source.frame and who in i.text and i.construct is not None
        ]
    elif items is None:
        chosen = []
    else:
        chosen = list(items)
    twice = sorted({i for i in chosen if chosen.count(i) > 1})
    if len(chosen) < LEAST_ITEMS or twice:
        what = "An item is named twice." if twice else "People are grouped by two columns or more."
        raise ArgumentError(
            Fault(
                code="personas.items",
                what=what,
                given=listing(twice or chosen) or "nothing",
                allowed=f"items= of {listing(source.frame.columns, most=12)}",
            )
        )
    for item in chosen:
        source.key(item)
    return chosen


def _check_kinds(kinds: Mapping[str, Kind], chosen: Sequence[str]) -> None:
    faults = [unknown_name("personas.kind", "item", name, chosen) for name in kinds if name not in chosen]
    faults += [
        unknown_name("personas.kind", "kind of variable", kind, get_args(Kind))
        for kind in kinds.values()
        if kind not in get_args(Kind)
    ]
    if faults:
        raise ArgumentError(*faults)


def _variables(
    source: Source,
    chosen: Sequence[str],
    kinds: Mapping[str, Kind],
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
) -> tuple[tuple[Variable, ...], list[Caveat]]:
    found: list[Variable] = []
    caveats: list[Caveat] = []
    faults: list[Fault] = []
    constant: list[str] = []
    for name in chosen:
        column = source.column(name, scale=scale, missing=missing)
        caveats += [c for c in column.caveats() if c.code != "undeclared_scale"]
        distinct = int(column.values.nunique())
        if distinct < 2:
            constant.append(name)
            continue
        try:
            found.append(_variable(column, kinds.get(name) or kind_of(column)))
        except ArgumentError as error:
            faults += error.faults
    if faults:
        raise ArgumentError(*faults)
    if len(found) < LEAST_ITEMS:
        raise NotEnoughData(
            Fault(
                code="personas.no-variation",
                what="People cannot be grouped by columns in which all answered alike, or nobody did.",
                given=listing(constant),
                allowed=f"at least {LEAST_ITEMS} columns with two different answers",
            )
        )
    if constant:
        caveats.append(Caveat(code="personas_constant", severity="warning", values={"items": Ids(constant)}))
    return tuple(found), caveats


def kind_of(column: Column) -> Kind:
    """Say how a column enters: by its level where that is declared, else by what it holds.

    Examples
    --------
    >>> from cxresearch.responses.source import Source
    >>> frame = pd.DataFrame({"stars": [1, 5, 3], "place": ["a", "b", "a"], "score": [0.5, 7.25, 3.5]})
    >>> [kind_of(Source.of(frame).column(c)) for c in frame]
    ['ordered', 'category', 'number']
    """
    if not column.numeric or column.level is Level.NOMINAL:
        return "category"
    values = column.values.dropna()
    whole = bool((values == values.round()).all())
    if column.level is Level.RATIO and whole and bool((values >= 0).all()) and not _codes(column):
        return "count"
    n_answers = _codes(column) or int(values.nunique())
    return "ordered" if whole and n_answers <= MOST_ORDERED else "number"


def _codes(column: Column) -> int:
    return len(column.scale.codes) if column.scale is not None else 0


def _variable(column: Column, kind: Kind) -> Variable:
    codes: tuple[Any, ...] = ()
    if kind in ("category", "ordered"):
        seen = set(column.values.dropna().unique())
        codes = tuple(code for code in column.codes() if code in seen)
        if len(codes) > MOST_CATEGORIES:
            raise ArgumentError(
                Fault(
                    code="personas.too-many-categories",
                    what=f"The column {column.name!r} has too many different answers to be a category.",
                    given=len(codes),
                    allowed=f"up to {MOST_CATEGORIES}",
                    do="Group its answers, leave it out, or say kinds={...: 'number'} for a number.",
                )
            )
    elif not column.numeric:
        raise ArgumentError(
            Fault(code="personas.kind", what=f"The column {column.name!r} holds words.", given=kind, allowed="category")
        )
    low, spread = 0.0, 1.0
    if column.numeric:
        declared = column.scale is not None and column.scale.is_range
        low = float(column.scale.low if declared else column.values.min())  # type: ignore[union-attr, arg-type]
        high = float(column.scale.high if declared else column.values.max())  # type: ignore[union-attr, arg-type]
        spread = (high - low) or 1.0
    return Variable(name=column.name, kind=kind, codes=codes, low=low, spread=spread, column=column)

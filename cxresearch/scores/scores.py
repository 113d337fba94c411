"""From items to constructs: reversed, averaged, and only where enough was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Names
from cxresearch.survey.item import Construct
from cxresearch.survey.scale import Scale
from cxresearch.survey.text import Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """Construct scores: one row a respondent and construct.

    Parameters
    ----------
    frame : DataFrame
        Columns respondent, perspective, construct, score (NaN where too little was answered),
        n_answered, n_items.  Row `i` of the answers is named in ``row``.
    names : Names
    lang : str
    caveats : tuple of Caveat
    """

    frame: pd.DataFrame
    names: Names = Names()
    lang: str = "en"
    caveats: tuple[Caveat, ...] = ()

    def of(self, construct: str) -> pd.DataFrame:
        """Return the rows of one construct.

        Raises
        ------
        ArgumentError
            ``scores.unknown-construct``
        """
        if construct not in set(self.frame["construct"]):
            raise ArgumentError(
                unknown_name(
                    "scores.unknown-construct", "construct", construct, self.frame["construct"].unique()
                )
            )
        return self.frame[self.frame["construct"] == construct].reset_index(drop=True)

    def pivot(self) -> pd.DataFrame:
        """Return one row a respondent and one column a construct."""
        wide = self.frame.pivot(index=[PERSPECTIVE, RESPONDENT], columns="construct", values="score")
        order = list(dict.fromkeys(self.frame["construct"]))
        return wide[order].reset_index()


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one construct is scored: its items and which of them are reversed."""

    construct: Construct
    items: Sequence[str]
    reversed: frozenset[str] = frozenset()


def score(
    answers: Responses | pd.DataFrame,
    *,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    perspective: str | None = None,
    reversed: Iterable[str] = (),
    min_answered: int | float = 0.5,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
) -> Scores:
    """Score constructs from items.

    Parameters
    ----------
    answers : Responses or DataFrame
    constructs : optional
        With answers on a survey: ids of the constructs (default all that have items).  With a
        frame: ``{construct: [columns]}``.
    perspective : str, optional
        For a frame: the column that says who answered.
    reversed : iterable of str
        For a frame: columns to reverse; needs `scale`.
    min_answered : int or float
        For a frame: number (2) or share (0.5) of items that must be answered.
    scale, missing
        See :func:`cxresearch.describe`.

    Returns
    -------
    Scores
        A score is the mean (or sum) of the answered items, reversed items mirrored
        (low + high - answer); a sum is the mean of the answered times the number of items.

    Raises
    ------
    ArgumentError
        Unknown constructs or columns, items on different scales, reversing without a scale.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1, 5], "b": [5, None]})
    >>> score(frame, constructs={"ease": ["a", "b"]}, reversed=["b"], scale=(1, 5)).frame["score"].tolist()
    [1.0, 5.0]
    """
    source = Source.of(answers)
    recipes = _recipes(source, constructs, frozenset(reversed), min_answered)
    who = PERSPECTIVE if source.survey is not None else perspective
    perspectives = source.key(who).astype(object) if who else pd.Series("all", index=source.frame.index)
    rows = source.frame[RESPONDENT] if RESPONDENT in source.frame else pd.Series(range(1, len(source.frame) + 1))
    parts = []
    caveats: dict[tuple[str, str], Caveat] = {}
    for recipe in recipes:
        matrix, low, high, found = _matrix(source, recipe, scale, missing)
        caveats |= {(c.code, str(c.values.get("column"))): c for c in found}
        asked = _asked(source, recipe, perspectives)
        values, answered, items = _combine(matrix, asked, recipe, low, high)
        parts.append(
            pd.DataFrame(
                {
                    "row": np.arange(len(source.frame)),
                    RESPONDENT: rows.astype(str).to_numpy(),
                    PERSPECTIVE: perspectives.to_numpy(),
                    "construct": recipe.construct.id,
                    "score": values,
                    "n_answered": answered,
                    "n_items": items,
                }
            )[items > 0]
        )
    frame = pd.concat(parts, ignore_index=True)
    names = source.names.adding({r.construct.id: r.construct.name for r in recipes})
    return Scores(frame=frame, names=names, lang=source.lang, caveats=tuple(caveats.values()))


def _recipes(
    source: Source,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    reverse: frozenset[str],
    min_answered: int | float,
) -> list[Recipe]:
    survey = source.survey
    if isinstance(constructs, Mapping):
        unknown = sorted(reverse - {i for items in constructs.values() for i in items})
        if unknown:
            allowed = [i for items in constructs.values() for i in items]
            raise ArgumentError(unknown_name("scores.unknown-item", "item to reverse", unknown[0], allowed))
        return [
            Recipe(
                construct=Construct(id=key, name=Text(source.names.of(key, source.lang)), min_answered=min_answered),
                items=tuple(items),
                reversed=reverse & set(items),
            )
            for key, items in constructs.items()
        ]
    if survey is None:
        raise ArgumentError(
            Fault(
                code="scores.no-constructs",
                what="A plain frame does not say which columns belong together.",
                allowed="constructs={'ease': ['column a', 'column b']}",
            )
        )
    wanted = list(constructs) if constructs is not None else [c for c in survey.constructs if survey.items_of(c)]
    for key in wanted:
        if key not in survey.constructs:
            raise ArgumentError(
                unknown_name("scores.unknown-construct", "construct", key, survey.constructs)
            )
    recipes = []
    for key in wanted:
        items = [i for i in survey.items_of(key) if i.id in source.frame]
        if items:
            recipes.append(
                Recipe(
                    construct=survey.constructs[key],
                    items=tuple(i.id for i in items),
                    reversed=frozenset(i.id for i in items if i.reversed),
                )
            )
    if not recipes:
        raise ArgumentError(
            Fault(
                code="scores.no-items",
                what="None of these constructs has an item in the data.",
                given=listing(wanted),
                allowed=listing(c for c in survey.constructs if any(i.id in source.frame for i in survey.items_of(c))),
            )
        )
    return recipes


def _matrix(
    source: Source, recipe: Recipe, scale: ScaleLike | Mapping[str, ScaleLike] | None, missing: Missing | None
) -> tuple[np.ndarray, float | None, float | None, list[Caveat]]:
    columns = [source.column(item, scale=scale, missing=missing) for item in recipe.items]
    words = [c.name for c in columns if not c.numeric]
    if words:
        raise ArgumentError(
            Fault(
                code="scores.not-numbers",
                what=f"The construct {recipe.construct.id!r} holds items without numbers.",
                given=listing(words),
            )
        )
    scales: list[Scale] = [c.scale for c in columns if c.scale is not None]
    if len({(s.low, s.high) for s in scales}) > 1 or 0 < len(scales) < len(columns):
        raise ArgumentError(
            Fault(
                code="scores.different-scales",
                what=f"The items of the construct {recipe.construct.id!r} are answered on different scales.",
                given=", ".join(f"{c.name}: {_range(c.scale)}" for c in columns),
                do="Score them as separate constructs.",
            )
        )
    if recipe.reversed and not (scales and scales[0].is_range):
        raise ArgumentError(
            Fault(
                code="scores.reverse-without-scale",
                what="Reversing needs the ends of the scale.",
                given=listing(sorted(recipe.reversed)),
                allowed="scale=(1, 5), or a survey that declares it",
            )
        )
    low, high = (scales[0].low, scales[0].high) if scales else (None, None)
    matrix = np.column_stack([c.values.to_numpy(dtype=float) for c in columns])
    return matrix, low, high, [caveat for c in columns for caveat in c.caveats()]


def _range(scale: Scale | None) -> str:
    return f"{scale.low:g} to {scale.high:g}" if scale is not None and scale.is_range else "not declared"


def _asked(source: Source, recipe: Recipe, perspectives: pd.Series) -> np.ndarray:
    """Tell per row and item whether that perspective is asked the item."""
    asked = np.ones((len(perspectives), len(recipe.items)), dtype=bool)
    if source.survey is None:
        return asked
    for j, item in enumerate(recipe.items):
        part = source.survey.items.get(item)
        if part is not None:
            asked[:, j] = perspectives.isin(list(part.text)).to_numpy()
    return asked


def _combine(
    matrix: np.ndarray, asked: np.ndarray, recipe: Recipe, low: float | None, high: float | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    values = matrix.copy()
    for j, item in enumerate(recipe.items):
        if item in recipe.reversed and low is not None and high is not None:
            values[:, j] = low + high - values[:, j]
    present = asked & ~np.isnan(values)
    answered, items = present.sum(axis=1), asked.sum(axis=1)
    needed = {k: recipe.construct.needed(k) for k in np.unique(items).tolist() if k}
    enough = answered >= np.array([needed.get(k, 1) for k in items.tolist()])
    total = np.where(present, values, 0.0).sum(axis=1)
    mean = np.divide(total, answered, out=np.full(len(total), np.nan), where=enough & (answered > 0))
    return (mean * items if recipe.construct.rule == "sum" else mean), answered, items

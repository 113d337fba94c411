"""From items to constructs: reversed, averaged, and only where enough was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, RESPONDENT, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Names, plain
from cxresearch.scores.recipe import Recipe, listed, recipes_of
from cxresearch.survey.level import Level
from cxresearch.survey.scale import Scale
from cxresearch.survey.survey import Survey


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
                unknown_name("scores.unknown-construct", "construct", construct, self.frame["construct"].unique())
            )
        return self.frame[self.frame["construct"] == construct].reset_index(drop=True)

    def pivot(self) -> pd.DataFrame:
        """Return one row a respondent and one column a construct."""
        wide = self.frame.pivot(index=["row", PERSPECTIVE, RESPONDENT], columns="construct", values="score")
        order = list(dict.fromkeys(self.frame["construct"]))
        return wide[order].reset_index().drop(columns="row")


def score(
    answers: Responses | pd.DataFrame,
    *,
    constructs: str | Iterable[str] | Mapping[str, str | Sequence[str]] | None = None,
    perspective: str | None = None,
    reversed: str | Iterable[str] = (),
    min_answered: int | float = 0.5,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    as_means: bool = False,
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
        For a frame: columns to reverse; needs `scale`.  A survey says so itself.
    min_answered : int or float
        For a frame: number (2) or share (0.5) of items that must be answered.
    scale, missing
        See :func:`cxresearch.describe`.
    as_means : bool
        Average also what the survey sums up, so that all constructs stand on the scale of their items.

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
    _check_against_survey(source.survey, perspective, listed(reversed))
    recipes = recipes_of(source, constructs, reversed, min_answered)
    said = []
    sums = [r.construct.id for r in recipes if r.construct.rule == "sum"]
    if as_means and sums:
        said.append(Caveat(code="sums_as_means", values={"constructs": Ids(sums)}))
        recipes = [replace(r, construct=replace(r.construct, rule="mean")) for r in recipes]
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
                    RESPONDENT: rows.map(plain).to_numpy(),
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
    said = [*caveats.values(), *said]
    survey = source.survey
    if survey is not None and any(survey.scale_of(i).level is Level.ORDINAL for r in recipes for i in r.items):
        said.append(Caveat(code="ordinal_as_interval"))
    return Scores(frame=frame, names=names, lang=source.lang, caveats=tuple(said))


def values_of(
    source: Source, recipe: Recipe, scale: ScaleLike | Mapping[str, ScaleLike] | None, missing: Missing | None
) -> tuple[np.ndarray, list[Caveat]]:
    """Return respondents x items of a construct, reversed items turned, and what a reader has to know."""
    matrix, low, high, caveats = _matrix(source, recipe, scale, missing)
    return _turned(matrix, recipe, low, high), caveats


def _turned(matrix: np.ndarray, recipe: Recipe, low: float | None, high: float | None) -> np.ndarray:
    values = matrix.copy()
    for j, item in enumerate(recipe.items):
        if item in recipe.reversed and low is not None and high is not None:
            values[:, j] = low + high - values[:, j]
    return values


def _check_against_survey(survey: Survey | None, perspective: str | None, reverse: list[str]) -> None:
    """Refuse arguments for a frame that a survey answers otherwise, instead of not heeding them."""
    if survey is None:
        return
    if perspective not in (None, PERSPECTIVE):
        what = "Answers on a survey say themselves who answered; all perspectives are scored."
        do = f"Choose one with answers.where(perspective={perspective!r})."
        raise ArgumentError(Fault(code="scores.perspective-in-survey", what=what, given=perspective, do=do))
    other = [name for name in reverse if name not in survey.items or not survey.items[name].reversed]
    if other:
        what = "In the survey this item is not reversed."
        do = "Change it there."
        raise ArgumentError(Fault(code="scores.reversed-in-survey", what=what, given=listing(other), do=do))


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
    if len({(s.low, s.high, () if s.is_range else s.codes) for s in scales}) > 1 or 0 < len(scales) < len(columns):
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
    values = _turned(matrix, recipe, low, high)
    present = asked & ~np.isnan(values)
    answered, items = present.sum(axis=1), asked.sum(axis=1)
    # where items are left out, no more can be asked for than there are
    needed = {k: min(k, recipe.construct.needed(k)) for k in np.unique(items).tolist() if k}
    enough = answered >= np.array([needed.get(k, 1) for k in items.tolist()])
    total = np.where(present, values, 0.0).sum(axis=1)
    mean = np.divide(total, answered, out=np.full(len(total), np.nan), where=enough & (answered > 0))
    return (mean * items if recipe.construct.rule == "sum" else mean), answered, items

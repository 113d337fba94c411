"""From answers to sides: forecasts, what was forecast, and what the forecasters answered for themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Names
from cxresearch.scores.item_matrix import who_answered
from cxresearch.scores.scores import score
from cxresearch.survey.level import Level
from cxresearch.survey.survey import Survey


@dataclass(frozen=True, kw_only=True, eq=False)
class Sides:
    """Forecasts, answers and own answers: rows are people, columns items, reversed ones turned."""

    items: list[str]
    forecasts: pd.DataFrame
    answers: pd.DataFrame
    selves: pd.DataFrame  # same rows as the forecasts
    own: str | None
    constructs: Mapping[str, str | None]
    names: Names
    lang: str
    ordinal: bool
    caveats: tuple[Caveat, ...]

    @classmethod
    def of(
        cls,
        data: Responses | pd.DataFrame,
        forecast: str,
        actual: str,
        items: Iterable[str] | None,
        own: str | None,
        link: str | None,
        perspective: str | None,
        scale: ScaleLike | Mapping[str, ScaleLike] | None,
        missing: Missing | None,
        reversed: Iterable[str],
    ) -> Sides:
        source = Source.of(data)
        survey = source.survey
        if survey is None and perspective is None:
            what = "A plain frame does not say who answered."
            allowed = f"perspective= one of {listing(source.frame.columns)}"
            raise ArgumentError(Fault(code="calibration.no-perspective", what=what, allowed=allowed))
        who = who_answered(source, perspective if survey is None else None)
        _known(forecast, actual, own, survey, list(dict.fromkeys(who.dropna())))
        chosen = _items(source, survey, forecast, actual, items)
        own = own or _same_role(survey, forecast, set(who))
        scored = score(
            data if isinstance(data, Responses) else source.frame,
            constructs={item: [item] for item in chosen},
            perspective=perspective,
            reversed=reversed,
            scale=scale,
            missing=missing,
        )
        wide = scored.frame.pivot(index="row", columns="construct", values="score")
        wide = wide.reindex(index=range(len(source.frame)), columns=chosen)
        forecasts = wide[who == forecast]
        selves = pd.DataFrame(math.nan, index=forecasts.index, columns=chosen)
        if link is not None and own is not None:
            selves = _linked(source.key(link), wide, who == forecast, who == own)
        return cls(
            items=chosen,
            forecasts=forecasts,
            answers=wide[who == actual],
            selves=selves,
            own=own,
            constructs={i: survey.items[i].construct if survey is not None else None for i in chosen},
            names=source.names,
            lang=source.lang,
            ordinal=survey is not None and any(survey.scale_of(i).level is Level.ORDINAL for i in chosen),
            caveats=scored.caveats,
        )


def _known(forecast: str, actual: str, own: str | None, survey: Survey | None, valid: Sequence[str]) -> None:
    asked = [forecast, actual, *([own] if own else [])]
    faults = [
        unknown_name("calibration.unknown-perspective", "perspective in the data", p, valid)
        for p in asked
        if p not in valid
    ]
    if len(set(asked)) < len(asked):
        what = "Forecast, answers and own view are different perspectives."
        faults.append(Fault(code="calibration.same-perspective", what=what, given=listing(asked)))
    if survey is not None and forecast in survey.perspectives:
        predicts = survey.perspectives[forecast].predicts
        if predicts is not None and predicts != actual:
            what = f"In the survey, {forecast!r} predicts another perspective."
            faults.append(Fault(code="calibration.predicts", what=what, given=actual, allowed=predicts))
    if faults:
        raise ArgumentError(*faults)


def _items(source: Source, survey: Survey | None, forecast: str, actual: str, items: Iterable[str] | None) -> list[str]:
    if isinstance(items, str):
        items = [items]
    if survey is None:
        if not items:
            what = "A plain frame does not say which columns were forecast."
            raise ArgumentError(Fault(code="calibration.no-items", what=what, allowed="items=['column a', ...]"))
        return list(dict.fromkeys(items))
    both = [i.id for i in survey.mirrored(forecast, actual) if i.id in source.frame and survey.scale_of(i.id).is_range]
    chosen = list(dict.fromkeys(items)) if items else both
    faults = [unknown_name("calibration.unknown-item", "item asked of both", i, both) for i in chosen if i not in both]
    if not chosen:
        what = "There is no item that both are asked."
        faults.append(Fault(code="calibration.no-items", what=what, given=listing([forecast, actual])))
    if faults:
        raise ArgumentError(*faults)
    return chosen


def _same_role(survey: Survey | None, forecast: str, present: set[Any]) -> str | None:
    """Return the perspective in which people of the same role answered for themselves."""
    if survey is None:
        return None
    role = survey.perspectives[forecast].role
    others = (k for k, p in survey.perspectives.items() if p.role == role and p.predicts is None and k != forecast)
    return next((k for k in others if k in present), None)


def _linked(keys: pd.Series, wide: pd.DataFrame, mine: pd.Series, selves: pd.Series) -> pd.DataFrame:
    """Return the own answers of the forecasters, in the rows of their forecasts."""
    for side in (mine, selves):
        named = keys[side].dropna()
        if named.duplicated().any():
            twice = listing(named[named.duplicated()].unique())
            what = "A person may stand in a perspective only once."
            raise ArgumentError(Fault(code="calibration.link-twice", what=what, given=twice))
    theirs = wide[selves & keys.notna()]
    theirs = theirs.set_index(keys[theirs.index].astype(str))
    found = theirs.reindex(keys[mine].map(str, na_action="ignore"))
    return found.set_index(wide[mine].index)

"""The profile as cards read it: what is told from the average, and where it belongs on a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.result import plain
from cxresearch.survey.level import Level
from cxresearch.survey.survey import Survey

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas

PLACES: Final = ("grouping", "use", "satisfaction", "further")


def card_rows(found: Personas, use: Sequence[str] = (), satisfaction: Sequence[str] = ()) -> pd.DataFrame:
    """Return the profile with columns for the cards.

    Of a question with two answers only one is kept, since the other says the same the other way round.

    Parameters
    ----------
    found : Personas
    use, satisfaction : list of str
        Columns that tell what people use, and how content they are, where the survey does not say so.

    Returns
    -------
    DataFrame
        The profile with ``row`` (key), ``is_share``, ``channel`` (analog, digital, hybrid or None), ``place`` (one
        of `PLACES`), ``state``: "suppressed", "unclear" (the interval includes the average, or the adjusted test
        does not tell), "slight" (told, but less than 0.2 standard deviations), "typical".

    Raises
    ------
    ArgumentError
        ``personas.card-columns``.
    """
    profile = found.profile
    _check(profile, use, satisfaction)
    survey = found.frame.source.survey
    answered = profile["answer"].notna()
    answers = profile[answered].groupby("item", sort=False)["answer"].agg(lambda a: list(dict.fromkeys(a)))
    first = {item: codes[0] for item, codes in answers.items() if len(codes) == 2}
    mirrored = [
        bool(a) and i in first and first[i] == x
        for i, x, a in zip(profile["item"], profile["answer"], answered, strict=True)
    ]
    kept = profile[~np.array(mirrored, dtype=bool)].reset_index(drop=True)
    is_share = kept["answer"].notna()
    channels = [_channel(survey, i, a) for i, a in zip(kept["item"], kept["answer"], strict=True)]
    own = dict.fromkeys(satisfaction, "satisfaction") | dict.fromkeys(use, "use")
    places = [
        "grouping" if role == "grouping" else own.get(item) or _place(survey, item, bool(share), channel)
        for item, role, share, channel in zip(kept["item"], kept["role"], is_share, channels, strict=True)
    ]
    return kept.assign(
        row=[i if pd.isna(a) else f"{i}={plain(a)}" for i, a in zip(kept["item"], kept["answer"], strict=True)],
        is_share=is_share,
        channel=pd.Series(channels, dtype=object),
        place=places,
        state=[_state(row, 1 - found.level) for row in kept.to_dict("records")],
    )


def _check(profile: pd.DataFrame, use: Sequence[str], satisfaction: Sequence[str]) -> None:
    described = list(dict.fromkeys(profile.loc[profile["role"] == "describing", "item"]))
    wanted = [
        *([use] if isinstance(use, str) else use),
        *([satisfaction] if isinstance(satisfaction, str) else satisfaction),
    ]
    faults = [
        unknown_name("personas.card-columns", "describing column", c, described) for c in wanted if c not in described
    ]
    if faults:
        raise ArgumentError(*faults)


def _state(row: Mapping[Any, Any], alpha: float) -> str:
    if pd.isna(row["n"]):
        return "suppressed"
    if not (row["ci_low"] > 0 or row["ci_high"] < 0) or row["p_adjusted"] >= alpha:
        return "unclear"
    return "typical" if row["typical"] else "slight"


def _channel(survey: Survey | None, item: str, answer: Any) -> str | None:
    """Return the channel of the touchpoint that a question or one of its answers is about."""
    if survey is None:
        return None
    asked = survey.items.get(item)
    about = asked.touchpoint if asked is not None and asked.touchpoint else item
    for name in (plain(answer), about):
        if name in survey.touchpoints:
            return survey.touchpoints[name].channel
    return None


def _place(survey: Survey | None, item: str, is_share: bool, channel: str | None) -> str:
    asked = survey.items.get(item) if survey is not None else None
    if asked is not None and survey is not None and not is_share:
        if asked.index or (asked.touchpoint and survey.scale_of(item).level is not Level.RATIO):
            return "satisfaction"
        if survey.scale_of(item).level is Level.RATIO:
            return "use"
    return "use" if channel else "further"


def cells(rows: pd.DataFrame, persona: int, *places: str) -> pd.DataFrame:
    """Return the rows of one persona that belong to some places of a card."""
    return rows[(rows["persona"] == persona) & rows["place"].isin(places or PLACES)]


__all__ = ["PLACES", "card_rows", "cells"]

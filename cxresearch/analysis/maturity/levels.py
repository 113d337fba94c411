"""The levels that are asked about, what stands for saying and doing on each, and the scores of people on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Names
from cxresearch.scores.scores import score
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import Text

ACTION, IMPORTANCE = "_action", "_importance"
Parts = Mapping[str, str | Sequence[str]]
Levels = Iterable[str] | Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The levels in order, and what stands for saying and doing on each."""

    steps: tuple[str, ...]
    action: Parts
    importance: Parts
    texts: Mapping[str, Text]

    @classmethod
    def of(cls, source: Source, levels: Levels | None, action: Parts | None, importance: Parts | None) -> Asked:
        survey = source.survey
        constructs = tuple(survey.constructs) if survey is not None else ()
        if isinstance(levels, str):
            levels = [levels]
        named = [str(step) for step in (levels or action or ())]
        named = named or [c.removesuffix(ACTION) for c in constructs if c.endswith(ACTION)]
        if not named:
            raise ArgumentError(
                Fault(
                    code="maturity.no-levels",
                    what="It is not said which columns belong to which level.",
                    allowed="action={'maxim': ['column a', 'column b'], ...}",
                    do=f"A survey may say so itself, with constructs that end in {ACTION!r}.",
                )
            )
        done = action if action is not None else {s: f"{s}{ACTION}" for s in named}
        known = {s: f"{s}{IMPORTANCE}" for s in named if f"{s}{IMPORTANCE}" in constructs}
        held = importance if importance is not None else known if action is None else {}
        faults = [unknown_name("maturity.unknown-level", "level", s, done) for s in named if s not in done]
        faults += [unknown_name("maturity.unknown-level", "level", s, named) for s in held if s not in named]
        if faults:
            raise ArgumentError(*faults)
        return cls(
            steps=tuple(dict.fromkeys(named)),
            action={s: done[s] for s in named},
            importance={s: held[s] for s in named if s in held},
            texts=_wording(named, levels, done, survey),
        )


def _wording(steps: Sequence[str], levels: Levels | None, action: Parts, survey: Survey | None) -> dict[str, Text]:
    if isinstance(levels, Mapping):
        return {str(s): Text.model_validate(text) for s, text in levels.items()}
    if survey is None:
        return {}
    known = {s: str(action[s]) for s in steps if isinstance(action[s], str)}
    return {s: survey.constructs[c].name for s, c in known.items() if c in survey.constructs}


def scores_of(
    data: Responses | pd.DataFrame,
    source: Source,
    asked: Asked,
    inside: str | None,
    perspective: str | None,
    scale: ScaleLike | Mapping[str, ScaleLike] | None,
    missing: Missing | None,
    reversed: Iterable[str],
) -> tuple[pd.DataFrame, Names, tuple[Caveat, ...]]:
    """Return a row a person and a column ``<level>_action`` or ``<level>_importance``."""
    wanted = {f"{s}{ACTION}": part for s, part in asked.action.items()}
    wanted |= {f"{s}{IMPORTANCE}": part for s, part in asked.importance.items()}
    by_id = source.survey is not None and all(isinstance(part, str) for part in wanted.values())
    scored = score(
        data if isinstance(data, Responses) else source.frame,
        constructs=[str(part) for part in wanted.values()] if by_id else wanted,
        perspective=perspective,
        reversed=reversed,
        scale=scale,
        missing=missing,
    )
    long = scored.frame
    who = list(dict.fromkeys(long[PERSPECTIVE]))
    if inside is not None and (perspective is not None or source.survey is not None):
        if inside not in who:
            raise ArgumentError(unknown_name("maturity.unknown-perspective", "perspective in the data", inside, who))
        long = long[long[PERSPECTIVE] == inside]
    elif len(who) > 1:
        what = "Several perspectives answered; choose one."
        raise ArgumentError(Fault(code="maturity.perspective", what=what, allowed=f"inside= one of {listing(who)}"))
    wide = long.pivot(index="row", columns="construct", values="score")
    if by_id:
        wide = wide.rename(columns={str(part): key for key, part in wanted.items()})
    return wide.reindex(columns=list(wanted)), scored.names.adding(asked.texts), scored.caveats

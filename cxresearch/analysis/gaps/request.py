"""What is asked of the gap engine: who is compared with whom, on what, read how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from cxresearch.checks.comparability import GATE
from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.survey.survey import Survey

Per = Literal["construct", "item", "touchpoint"]
Constructs = Iterable[str] | Mapping[str, Sequence[str]] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Request:
    """One comparison of perspectives; the fields mean what they mean in :func:`cxresearch.gaps`.

    An empty text, as a notebook's parameter cell has it, says the same as None.

    Parameters
    ----------
    whole : bool
        Only whole constructs are of use: what the gate would release as single items is left out.
    """

    inside: str
    outside: str | Sequence[str]
    constructs: Constructs = None
    per: Per = "construct"
    by: str | None = None
    perspective: str | None = None
    link: str | None = None
    weights: str | None = None
    cluster: str | None = None
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None
    missing: Missing | None = None
    reversed: Iterable[str] = ()
    gate: bool = True
    override: bool = False
    rule: str = GATE
    whole: bool = False

    def __post_init__(self) -> None:
        outside = (self.outside,) if isinstance(self.outside, str) else tuple(self.outside)
        cleaned: dict[str, Any] = {"outside": outside, "reversed": tuple(self.reversed)}
        for name in ("constructs", "by", "perspective", "link", "weights", "cluster"):
            cleaned[name] = getattr(self, name) or None
        for name, value in cleaned.items():
            object.__setattr__(self, name, value)

    @property
    def others(self) -> tuple[str, ...]:
        """The outside perspectives."""
        return tuple(self.outside)

    @property
    def reading(self) -> dict[str, Any]:
        """How the answers are read, as the functions below take it."""
        return {"perspective": self.perspective, "scale": self.scale, "missing": self.missing}


def check_perspectives(data: Responses | pd.DataFrame, request: Request) -> None:
    """Refuse perspectives that are not in the data, before anything is computed."""
    source = Source.of(data)
    if source.survey is None and request.perspective is None:
        raise ArgumentError(
            Fault(
                code="gaps.no-perspective",
                what="A plain frame does not say who answered.",
                allowed=f"perspective= one of {listing(source.frame.columns)}",
            )
        )
    found = source.key(request.perspective or PERSPECTIVE).dropna()
    check_known(request, tuple(dict.fromkeys(found)))


def check_known(request: Request, valid: Sequence[str]) -> None:
    """Refuse perspectives that are not among the valid ones."""
    inside, outside = request.inside, request.others
    faults = [
        unknown_name("gaps.unknown-perspective", "perspective in the data", who, valid)
        for who in (inside, *outside)
        if who not in valid
    ]
    if inside in outside:
        faults.append(Fault(code="gaps.same-perspective", what="Inside and outside must be different.", given=inside))
    if not outside:
        faults.append(Fault(code="gaps.no-outside", what="There is no outside perspective.", allowed=listing(valid)))
    if faults:
        raise ArgumentError(*faults)


def known_constructs(constructs: Constructs, valid: Sequence[str]) -> tuple[str, ...]:
    """Return the constructs that are asked for, and refuse unknown ones."""
    if isinstance(constructs, Mapping):
        raise ArgumentError(
            Fault(
                code="gaps.not-for-unit-scores",
                what="Ready-made scores have no items; name constructs only.",
                allowed=listing(valid),
            )
        )
    wanted = tuple(constructs) if constructs is not None else tuple(valid)
    for construct in wanted:
        if construct not in valid:
            raise ArgumentError(unknown_name("gaps.unknown-construct", "construct in the data", construct, valid))
    return wanted


def bundles_of(
    source: Source,
    per: Per,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    reversed: Iterable[str],
    perspectives: Sequence[str],
) -> tuple[dict[str, list[str]], list[str]]:
    """Return items by themselves, or by touchpoint, in the form of constructs."""
    survey = source.survey
    if survey is None:
        if per == "touchpoint" or not isinstance(constructs, Mapping):
            raise ArgumentError(
                Fault(
                    code="gaps.per",
                    what="A plain frame knows no touchpoints; items are taken from the constructs.",
                    given=per,
                    allowed="per='item' with constructs={'ease': ['column a', 'column b']}",
                )
            )
        items = [item for group in constructs.values() for item in group]
        return {item: [item] for item in items}, list(reversed)
    chosen = _mirrored(survey, constructs, perspectives, source)
    turned = [i for i in chosen if survey.items[i].reversed]
    if per == "item":
        return {item: [item] for item in chosen}, turned
    bundles: dict[str, list[str]] = {}
    for item in chosen:
        touchpoint = survey.items[item].touchpoint
        if touchpoint is not None:
            bundles.setdefault(touchpoint, []).append(item)
    if not bundles:
        raise ArgumentError(
            Fault(code="gaps.per", what="No item that both sides answered belongs to a touchpoint.", given=per)
        )
    return bundles, [i for i in turned if survey.items[i].touchpoint is not None]


def _mirrored(
    survey: Survey,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None,
    perspectives: Sequence[str],
    source: Source,
) -> list[str]:
    wanted = set(constructs) if constructs is not None else None
    for construct in wanted or ():
        if construct not in survey.constructs:
            raise ArgumentError(unknown_name("gaps.unknown-construct", "construct", construct, survey.constructs))
    known = [p for p in perspectives if p in survey.perspectives]
    found = [
        item.id
        for item in survey.mirrored(*known)
        if item.id in source.frame
        and item.construct is not None
        and (wanted is None or item.construct in wanted)
        and survey.scales[item.scale].is_range
    ]
    if not found:
        raise ArgumentError(
            Fault(
                code="gaps.no-mirrored-item",
                what="There is no item that all of these perspectives are asked.",
                given=listing(perspectives),
            )
        )
    return found

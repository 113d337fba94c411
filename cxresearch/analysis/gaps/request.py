"""What is asked of the gap engine: who is compared with whom, on what, read how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from cxresearch.checks.comparability import GATE, GATES
from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import plain
from cxresearch.scores.recipe import listed
from cxresearch.stats.thresholds import level_faults, margin_faults, minimum_cell_faults, seed_faults
from cxresearch.survey.survey import Survey

Per = Literal["construct", "item", "touchpoint"]
Constructs = Iterable[str] | Mapping[str, Sequence[str]] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Request:
    """One comparison of perspectives; the fields mean what they mean in :func:`cxresearch.gaps`.

    An empty text, as a notebook's parameter cell has it, says the same as None.

    Parameters
    ----------
    seed : int
        Of a bootstrap.
    whole : bool
        Only whole constructs are of use: what the gate would release as single items is left out.
    each : bool
        Every construct stands by itself.  Otherwise they make a figure together: sums are set on the scale of
        their items, and a construct that one side gave no answers to is left out.

    Raises
    ------
    ArgumentError
        All impossible arguments at once.
    """

    inside: str
    outside: str | Sequence[str]
    margin: float | None = None
    constructs: Constructs = None
    per: Per = "construct"
    by: str | None = None
    perspective: str | None = None
    link: str | None = None
    weights: str | None = None
    cluster: str | None = None
    level: float = 0.95
    minimum_cell: int = 2
    seed: int = 1
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None
    missing: Missing | None = None
    reversed: Iterable[str] = ()
    gate: bool = True
    override: bool = False
    rule: str = GATE
    whole: bool = False
    each: bool = False

    def __post_init__(self) -> None:
        cleaned: dict[str, Any] = {
            "outside": tuple(dict.fromkeys(_several(self.outside))),
            "reversed": tuple(_several(self.reversed)),
            "constructs": _constructs(self.constructs),
        }
        for name in ("by", "perspective", "link", "weights", "cluster"):
            cleaned[name] = getattr(self, name) or None
        if cleaned["cluster"] == cleaned["link"]:
            cleaned["cluster"] = None  # linked units are the clusters
        for name, value in cleaned.items():
            object.__setattr__(self, name, value)
        if faults := self._faults():
            raise ArgumentError(*faults)

    def _faults(self) -> list[Fault]:
        faults = []
        if self.per not in get_args(Per):
            faults.append(unknown_name("gaps.per", "row of the table", self.per, get_args(Per)))
        if self.rule not in GATES:
            faults.append(unknown_name("gate.unknown-rule", "rule of the gate", self.rule, GATES))
        if self.margin is not None:
            faults += margin_faults("gaps.margin", "The margin is the smallest difference that matters.", self.margin)
        if self.link and self.cluster:
            faults.append(
                Fault(
                    code="gaps.link-and-cluster",
                    what="Linked units are compared unit by unit; their errors are not clustered over anything larger.",
                    given=f"link={self.link!r}, cluster={self.cluster!r}",
                    do=f"Leave one of them out, or link by the larger unit: link={self.cluster!r}.",
                )
            )
        faults += level_faults("gaps.level", self.level)
        faults += minimum_cell_faults("gaps.minimum-cell", self.minimum_cell)
        return faults + seed_faults("gaps.seed", self.seed)

    @property
    def only_other(self) -> str:
        """The outside perspective, where a figure has place for one.

        Raises
        ------
        ArgumentError
            ``gaps.one-outside``.
        """
        if len(self.others) != 1:
            raise ArgumentError(
                Fault(
                    code="gaps.one-outside",
                    what="This compares the inside view with one outside perspective.",
                    given=listing(self.others),
                    do="Ask once for each of them.",
                )
            )
        return self.others[0]

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


def check_known(request: Request, valid: Sequence[Any]) -> None:
    """Refuse perspectives that are not among the valid ones."""
    inside, outside = request.inside, request.others
    faults = [_unknown(who, valid) for who in (inside, *outside) if who not in valid]
    if inside in outside:
        faults.append(Fault(code="gaps.same-perspective", what="Inside and outside must be different.", given=inside))
    if not outside:
        faults.append(Fault(code="gaps.no-outside", what="There is no outside perspective.", allowed=listing(valid)))
    if faults:
        raise ArgumentError(*faults)


def _unknown(who: Any, valid: Sequence[Any]) -> Fault:
    code = "gaps.unknown-perspective"
    same = [v.item() if isinstance(v, np.generic) else v for v in valid if plain(v) == str(who)]
    if same:
        what = f"In the data this perspective is not of type {type(who).__name__}."
        return Fault(code=code, what=what, given=who, allowed=listing(valid), do=f"Write {same[0]!r}.")
    return unknown_name(code, "perspective in the data", who, valid)


def _several(names: Any) -> list[Any]:
    """Return names as a list, where one may stand alone and None says none."""
    return [] if names is None else listed(names)


def _constructs(given: Any) -> Constructs:
    """Return constructs in a form that can be read more than once, None for all."""
    if isinstance(given, Mapping):
        return {str(name): listed(items) for name, items in given.items()} or None
    return tuple(_several(given or None)) or None


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

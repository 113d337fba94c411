"""What both see, what only one side sees: the Johari map with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.analysis.gaps.pair import Pair
from cxresearch.analysis.gaps.pairs import pairs_of
from cxresearch.analysis.gaps.request import Request
from cxresearch.checks.comparability import GATE
from cxresearch.checks.gated import Gated
from cxresearch.checks.release import gate_table
from cxresearch.errors import ArgumentError, Fault, NotEnoughData
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat
from cxresearch.stats.mean import mean
from cxresearch.survey.scale import Scale
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AREAS = ("shared_strength", "blind_spot", "hidden_strength", "shared_weakness", "undecided")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Johari(Gated):
    """Constructs by inside and outside view; made by :func:`cxresearch.johari`."""

    kind: ClassVar[str] = "johari"
    columns: ClassVar[dict[str, str]] = {
        "construct": "name",
        "inside_mean": "n2",
        "inside_low": "n2",
        "inside_high": "n2",
        "outside_mean": "n2",
        "outside_low": "n2",
        "outside_high": "n2",
        "area": "word:johari.area",
        "basis": "word:gaps.basis",
        "n_inside": "i",
        "n_outside": "i",
    }

    inside: str
    outside: str
    cut: float
    level: float

    def sentence(self, lang: str | None = None) -> str:
        """Name what lies in each area."""
        lang = lang or self.lang
        clauses = []
        for area in AREAS:
            found = self.table.loc[self.table["area"] == area, "construct"]
            if len(found):
                names = join([say("common.quoted", lang, name=self.names.of(c, lang).rstrip(".")) for c in found], lang)
                clauses.append(say("johari.clause", lang, area=say(f"johari.area.{area}", lang), constructs=names))
        return say("johari.answer", lang, cut=self.cut, clauses="; ".join(clauses))

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("johari.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say where the cut lies and when a point is undecided."""
        return self._with_gate(say("johari.method", lang or self.lang, cut=self.cut, level=self.level), lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.quadrant import quadrant

        frame = pd.DataFrame(
            {
                "point": self.table["construct"],
                "x": self.table["inside_mean"],
                "y": self.table["outside_mean"],
                "x_low": self.table["inside_low"],
                "x_high": self.table["inside_high"],
                "y_low": self.table["outside_low"],
                "y_high": self.table["outside_high"],
                "undecided": self.table["area"] == "undecided",
            }
        )
        corners = ("shared_strength", "hidden_strength", "shared_weakness", "blind_spot")
        return quadrant(
            frame,
            point_labels={c: self.names.of(c, lang) for c in self.table["construct"]},
            x_label=self.names.of(self.inside, lang),
            y_label=self.names.of(self.outside, lang),
            quadrant_labels=[say(f"johari.area.{a}", lang) for a in corners],
            x_cut=self.cut,
            y_cut=self.cut,
            number=formatter(lang, 1),
            title=self.heading(lang),
            subtitle=say("johari.subtitle", lang, level=self.level),
            ax=ax,
        )


def johari(
    data: UnitScores | Responses | pd.DataFrame,
    *,
    inside: str,
    outside: str,
    cut: float | None = None,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    perspective: str | None = None,
    level: float = 0.95,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
    gate: bool = True,
    override: bool = False,
    rule: str = GATE,
) -> Johari:
    """Place constructs by how the inside and the outside see them (after Luft & Ingham 1955).

    A display, not a test: where an interval crosses the cut the construct is ``undecided``.

    Parameters
    ----------
    data, inside, constructs, perspective, level, scale, missing, reversed, gate, override, rule
        As in :func:`cxresearch.gaps`; a sum counts as the mean of its items, and a construct that one side gave
        no answers to is left out.  Survey weights are not used.
    outside : str
        One perspective.
    cut : float, optional
        Where strong begins; by default the middle of the items' scale.

    Returns
    -------
    Johari
        ``table``, a row a construct: means with intervals, area (shared_strength, blind_spot:
        inside high and outside low, hidden_strength, shared_weakness, undecided), n_inside, n_outside.

    Raises
    ------
    ArgumentError
        ``gaps.one-outside``; ``johari.no-cut`` when the middle of the scale is not known.

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["staff"] * 6 + ["customer"] * 6,
    ...                       "ease": [5, 4, 5, 4, 5, 4, 2, 1, 2, 1, 2, 2]})
    >>> johari(frame, inside="staff", outside="customer", perspective="who",
    ...        constructs={"ease": ["ease"]}, scale=(1, 5)).table["area"].item()
    'blind_spot'
    """
    request = Request(
        inside=inside,
        outside=outside,
        constructs=constructs,
        perspective=perspective,
        level=level,
        # of ready-made scores, the scale says only where its middle lies
        scale=None if isinstance(data, UnitScores) else scale,
        missing=missing,
        reversed=reversed,
        gate=gate,
        override=override,
        rule=rule,
    )
    other = request.only_other
    if cut is not None and (isinstance(cut, bool) or not isinstance(cut, Real) or not math.isfinite(cut)):
        fault = Fault(code="johari.cut", what="The cut is where strong begins.", given=cut, allowed="a number")
        raise ArgumentError(fault)
    compared = pairs_of(data, request)
    middle = _middle(data, scale) if cut is None else cut
    if middle is None:
        raise ArgumentError(
            Fault(
                code="johari.no-cut",
                what="Nobody said where the middle of the scale lies.",
                allowed="cut=3, or items that share one declared scale",
            )
        )
    caveats = [*compared.caveats, Caveat(code="display_only")]
    return Johari(
        table=pd.DataFrame([_row(pair, middle, level) for pair in compared.pairs]),
        caveats=tuple(caveats),
        names=compared.names,
        lang=compared.lang,
        gate=gate_table(compared.gate) if compared.gate else None,
        rule=rule,
        inside=inside,
        outside=other,
        cut=middle,
        level=level,
    )


def _middle(
    data: UnitScores | Responses | pd.DataFrame, scale: ScaleLike | Mapping[str, ScaleLike] | None
) -> float | None:
    if scale is not None:
        given = scale.values() if isinstance(scale, Mapping) else [scale]
        middles = {s.midpoint if isinstance(s, Scale) else float(s[0] + s[1]) / 2 for s in given}
        return middles.pop() if len(middles) == 1 else None
    if isinstance(data, UnitScores):
        found = {s.midpoint for s in data.scales.values()}
        return found.pop() if len(found) == 1 else None
    survey = Source.of(data).survey
    if survey is None:
        return None
    found = {survey.scale_of(i.id).midpoint for i in survey.items.values() if i.construct is not None}
    return found.pop() if len(found) == 1 else None


def _row(pair: Pair, cut: float, level: float) -> dict[str, Any]:
    if min(len(pair.a), len(pair.b)) < 2:
        raise NotEnoughData(
            Fault(
                code="johari.too-few", what="A construct has fewer than two scores on one side.", given=pair.construct
            )
        )
    a, b = mean(pair.a, level), mean(pair.b, level)
    sides = [1 if e.low > cut else -1 if e.high < cut else 0 for e in (a, b)]
    names = {
        (1, 1): "shared_strength",
        (1, -1): "blind_spot",
        (-1, 1): "hidden_strength",
        (-1, -1): "shared_weakness",
    }
    return {
        "construct": pair.construct,
        "inside_mean": a.value,
        "inside_low": a.low,
        "inside_high": a.high,
        "outside_mean": b.value,
        "outside_low": b.low,
        "outside_high": b.high,
        "area": names.get((sides[0], sides[1]), "undecided"),
        "n_inside": pair.n_inside,
        "n_outside": pair.n_outside,
        "basis": pair.basis,
    }

"""Does the organisation rank its strengths as its customers do?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.gaps.pair import Pair
from cxresearch.analysis.gaps.pairs import pairs_of
from cxresearch.analysis.gaps.request import Request
from cxresearch.checks.comparability import GATE
from cxresearch.checks.gated import Gated
from cxresearch.checks.release import gate_table
from cxresearch.errors import ArgumentError, Fault
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.profile import ProfileResult, group_profiles, pair_profiles
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW = 100


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Profile(Gated):
    """Similarity of inside and outside profiles; made by :func:`cxresearch.profile`."""

    kind: ClassVar[str] = "profile"
    columns: ClassVar[dict[str, str]] = {
        "outside": "name",
        "index": "word:profile.index",
        "value": "n2",
        "ci_low": "n2",
        "ci_high": "n2",
        "verdict": "word:profile.verdict",
        "constructs": "i",
        "n_inside": "i",
        "n_outside": "i",
    }

    inside: str
    linked: bool
    level: float

    def sentence(self, lang: str | None = None) -> str:
        """Say how alike the order of strengths is."""
        lang = lang or self.lang
        parts = []
        for row in self.table[self.table["index"] == "q"].to_dict("records"):
            sides = {"inside": self.inside, "outside": row["outside"]}
            flat = [
                self.names.of(who, lang) for side, who in sides.items() if not row[f"p_flat_{side}"] < 1 - self.level
            ]
            parts.append(
                say(
                    f"profile.{row['verdict']}",
                    lang,
                    inside=self.names.of(self.inside, lang),
                    outside=self.names.of(row["outside"], lang),
                    flat=join(flat, lang),
                    q=row["value"],
                    low=row["ci_low"],
                    high=row["ci_high"],
                    k=row["constructs"],
                    level=self.level,
                )
            )
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("profile.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say which indices were computed and what was resampled."""
        key = "linked" if self.linked else "groups"
        method = say(f"profile.method.{key}", lang or self.lang, level=self.level)
        if not self.linked:
            method += " " + say("profile.method.flat", lang or self.lang, p=1 - self.level)
        return self._with_gate(method, lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.table["index"],
                "value": self.table["value"],
                "low": self.table["ci_low"],
                "high": self.table["ci_high"],
                "group": [self.names.of(o, lang) for o in self.table["outside"]],
            }
        )
        return intervals(
            frame,
            row_labels={i: say(f"profile.index.{i}", lang) for i in self.table["index"]},
            value_label=say("profile.axis", lang),
            number=formatter(lang, 2),
            tick_number=formatter(lang, 1),
            reference=0.0,
            title=self.heading(lang),
            subtitle=say("profile.subtitle", lang, level=self.level),
            ax=ax,
        )


def profile(
    data: UnitScores | Responses | pd.DataFrame,
    *,
    inside: str,
    outside: str | Sequence[str],
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    perspective: str | None = None,
    level: float = 0.95,
    seed: int = 1,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
    gate: bool = True,
    override: bool = False,
    rule: str = GATE,
) -> Profile:
    """Compare the profiles of strengths and weaknesses of two perspectives.

    Parameters
    ----------
    data, inside, outside, constructs, perspective, level, scale, missing, reversed, gate, override, rule
        As in :func:`cxresearch.gaps`; three constructs or more.
    seed : int
        Of the bootstrap over respondents or units.

    Returns
    -------
    Profile
        ``table``, a row an outside perspective and index: ``q`` (correlation over constructs),
        ``icc`` (double entry: level and spread count as well) and, for linked units, both
        ``q_distinctive`` and ``icc_distinctive`` after the average profile is taken off; its
        ``verdict``: "alike", "opposite", "open", or "undetermined" without an interval, where the
        profile of a side is not shown to have any highs and lows (``p_flat_inside``,
        ``p_flat_outside``, people only).

    Raises
    ------
    ArgumentError
        ``profile.few-constructs``.

    Notes
    -----
    Cronbach & Gleser 1953; McCrae 2008 (double entry); Furr 2008 (normative profile).  Linked
    units: mean over units.  People: similarity of the two mean profiles.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> frame = pd.DataFrame(rng.normal([3, 4, 2], 0.5, size=(80, 3)), columns=list("abc"))
    >>> frame["who"] = ["staff"] * 40 + ["customer"] * 40
    >>> result = profile(frame, inside="staff", outside="customer", perspective="who",
    ...                  constructs={"one": ["a"], "two": ["b"], "three": ["c"]})
    >>> bool(result.table["value"].iloc[0] > 0.9)
    True
    """
    request = Request(
        inside=inside,
        outside=outside,
        constructs=constructs,
        perspective=perspective,
        scale=scale,
        missing=missing,
        reversed=reversed,
        gate=gate,
        override=override,
        rule=rule,
        whole=True,
    )
    compared = pairs_of(data, request)
    linked = compared.pairs[0].design == "linked_units"
    rows: list[dict[str, Any]] = []
    for other in request.others:
        rows += _rows(other, compared.with_outside(other), linked, level, seed)
    table = pd.DataFrame(rows)
    caveats = list(compared.caveats)
    least = int(table[["n_inside", "n_outside"]].min().min())
    if least < FEW and not linked:
        caveats.append(Caveat(code="profile_few", values={"n": least}))
    return Profile(
        table=table,
        caveats=tuple(caveats),
        names=compared.names,
        lang=compared.lang,
        gate=gate_table(compared.gate) if compared.gate else None,
        rule=rule,
        inside=inside,
        linked=linked,
        level=level,
    )


def _rows(other: str, pairs: list[Pair], linked: bool, level: float, seed: int) -> list[dict[str, Any]]:
    if len(pairs) < 3:
        raise ArgumentError(
            Fault(
                code="profile.few-constructs",
                what="A profile needs three constructs or more.",
                given=len(pairs),
            )
        )
    inside, outside = (_complete([(p.a, p.ids_a) for p in pairs]), _complete([(p.b, p.ids_b) for p in pairs]))
    found: ProfileResult
    if linked:
        both = inside.index.intersection(outside.index)
        inside, outside = inside.loc[both], outside.loc[both]
        found = pair_profiles(inside.to_numpy(), outside.to_numpy(), level=level, seed=seed)
    else:
        found = group_profiles(inside.to_numpy(), outside.to_numpy(), level=level, seed=seed)
    indices: dict[str, Estimate | None] = {"q": found.q, "icc": found.icc}
    if linked:
        indices |= {"q_distinctive": found.q_distinctive, "icc_distinctive": found.icc_distinctive}
    return [
        {
            "outside": other,
            "index": name,
            "value": math.nan if e is None else e.value,
            "ci_low": math.nan if e is None else e.low,
            "ci_high": math.nan if e is None else e.high,
            "verdict": _verdict(e),
            "constructs": len(pairs),
            "n_inside": len(inside),
            "n_outside": len(outside),
            "p_flat_inside": found.p_spread[0],
            "p_flat_outside": found.p_spread[1],
        }
        for name, e in indices.items()
    ]


def _verdict(estimate: Estimate | None) -> str:
    if estimate is None or math.isnan(estimate.low):
        return "undetermined"
    return "alike" if estimate.low > 0 else "opposite" if estimate.high < 0 else "open"


def _complete(parts: list[tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    """Return respondents or units x constructs, only the complete ones, in an order of their own."""
    wide = pd.DataFrame({j: pd.Series(values, index=ids) for j, (values, ids) in enumerate(parts)}).dropna()
    by_name = wide.index.dtype == object or str(wide.index.dtype) == "str"
    return wide.sort_index() if by_name else wide.sort_values(list(wide.columns))

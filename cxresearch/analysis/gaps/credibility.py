"""One figure for the credibility gap: how far the inside view lies from the outside view overall."""

from __future__ import annotations

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
from cxresearch.errors import Fault, NotEnoughData
from cxresearch.responses.responses import Responses, UnitScores
from cxresearch.responses.source import Missing, ScaleLike
from cxresearch.result import Caveat
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWS = 2000
CELLS = 5_000_000  # numbers held at once
LEAST = 5
FEW = 30  # see docs/validation-credibility.md


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Credibility(Gated):
    """The credibility gap index; made by :func:`cxresearch.credibility`."""

    kind: ClassVar[str] = "credibility"
    columns: ClassVar[dict[str, str]] = {
        "outside": "name",
        "bias": "+n2",
        "bias_low": "+n2",
        "bias_high": "+n2",
        "distance": "n2",
        "distance_low": "n2",
        "distance_high": "n2",
        "constructs": "i",
        "n_inside": "i",
        "n_outside": "i",
    }

    inside: str
    level: float
    seed: int

    def sentence(self, lang: str | None = None) -> str:
        """Say for each outside perspective how far the inside view lies above or below it."""
        lang = lang or self.lang
        return " ".join(self._about(row, lang) for row in self.table.to_dict("records"))

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("credibility.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say what the index is and how its interval was made."""
        lang = lang or self.lang
        return self._with_gate(say("credibility.method", lang, level=self.level, draws=DRAWS, seed=self.seed), lang)

    def _about(self, row: Mapping[Any, Any], lang: str) -> str:
        low, high = row["bias_low"], row["bias_high"]
        way = "higher" if low > 0 else "lower" if high < 0 else "open"
        return say(
            f"credibility.{way}",
            lang,
            inside=self.names.of(self.inside, lang),
            outside=self.names.of(row["outside"], lang),
            k=row["constructs"],
            bias=row["bias"],
            low=low,
            high=high,
            distance=row["distance"],
            level=self.level,
        )

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        frame = pd.DataFrame(
            {
                "row": self.table["outside"],
                "value": self.table["bias"],
                "low": self.table["bias_low"],
                "high": self.table["bias_high"],
            }
        )
        return intervals(
            frame,
            row_labels={o: self.names.of(o, lang) for o in self.table["outside"]},
            value_label=say("gaps.difference_axis", lang),
            number=formatter(lang, 2, signed=True),
            tick_number=formatter(lang, 1),
            reference=0.0,
            title=self.heading(lang),
            subtitle=say("credibility.subtitle", lang, level=self.level),
            ax=ax,
        )


def credibility(
    data: UnitScores | Responses | pd.DataFrame,
    *,
    inside: str,
    outside: str | Sequence[str],
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    perspective: str | None = None,
    link: str | None = None,
    level: float = 0.95,
    seed: int = 1,
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    reversed: Iterable[str] = (),
    gate: bool = True,
    override: bool = False,
    rule: str = GATE,
) -> Credibility:
    """Sum up the gaps over constructs in two figures.

    `bias` is the mean of the differences (inside minus outside): how far the organisation over- or
    underestimates itself overall.  `distance` is the mean of their sizes: how far it is off,
    whichever way; it is above zero even without any true gap, because sampling error has a size.
    Survey weights are not used.

    Parameters
    ----------
    data, inside, outside, constructs, perspective, link, level, scale, missing, reversed, gate, override, rule
        As in :func:`cxresearch.gaps`; a sum counts as the mean of its items, and a construct that one side gave
        no answers to is left out.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Credibility
        ``table``, a row an outside perspective: bias, bias_low, bias_high, distance,
        distance_low, distance_high, constructs, n_inside, n_outside.

    Raises
    ------
    NotEnoughData
        With fewer than five respondents or units on one side.

    Notes
    -----
    Percentile bootstrap with 2,000 draws of whole respondents (or linked units), so that the
    constructs of one person stay together; both sides are drawn independently unless linked.

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["staff"] * 8 + ["customer"] * 8,
    ...                       "ease": [5, 4, 5, 4, 5, 4, 5, 4, 2, 3, 2, 3, 2, 3, 2, 3]})
    >>> credibility(frame, inside="staff", outside="customer", perspective="who",
    ...             constructs={"ease": ["ease"]}).table["bias"].item()
    2.0
    """
    request = Request(
        inside=inside,
        outside=outside,
        constructs=constructs,
        perspective=perspective,
        link=link,
        scale=scale,
        missing=missing,
        reversed=reversed,
        gate=gate,
        override=override,
        rule=rule,
        level=level,
        seed=seed,
        whole=True,
    )
    compared = pairs_of(data, request)
    rng = np.random.default_rng(seed)
    rows = [_row(other, compared.with_outside(other), level, rng) for other in request.others]
    caveats = list(compared.caveats)
    fewest = min(min(len(p.a), len(p.b)) for p in compared.pairs)
    if fewest < FEW:
        caveats.append(Caveat(code="credibility_few", severity="warning", values={"n": fewest}))
    return Credibility(
        table=pd.DataFrame(rows),
        caveats=tuple(caveats),
        names=compared.names,
        lang=compared.lang,
        gate=gate_table(compared.gate) if compared.gate else None,
        rule=rule,
        inside=inside,
        level=level,
        seed=seed,
    )


def _row(other: str, pairs: list[Pair], level: float, rng: np.random.Generator) -> dict[str, Any]:
    a, n_a = _matrix([(p.a, p.ids_a) for p in pairs])
    b, n_b = _matrix([(p.b, p.ids_b) for p in pairs])
    if min(n_a, n_b) < LEAST:
        raise NotEnoughData(
            Fault(
                code="credibility.too-few",
                what="The index needs more respondents or units on each side.",
                given=min(n_a, n_b),
                allowed=f"at least {LEAST}",
            )
        )
    difference = (_means(a, np.ones((1, n_a))) - _means(b, np.ones((1, n_b))))[0]
    if pairs[0].design == "linked_units":
        drawn = _drawn(np.hstack([a, b]), rng)
        drawn = drawn[:, : len(pairs)] - drawn[:, len(pairs) :]
    else:
        drawn = _drawn(a, rng) - _drawn(b, rng)
    tail = [(1 - level) / 2, (1 + level) / 2]
    bias = np.nanquantile(np.nanmean(drawn, axis=1), tail)
    distance = np.nanquantile(np.nanmean(np.abs(drawn), axis=1), tail)
    return {
        "outside": other,
        "bias": float(difference.mean()),
        "bias_low": float(bias[0]),
        "bias_high": float(bias[1]),
        "distance": float(np.abs(difference).mean()),
        "distance_low": float(distance[0]),
        "distance_high": float(distance[1]),
        "constructs": len(pairs),
        "n_inside": max(p.n_inside for p in pairs),
        "n_outside": max(p.n_outside for p in pairs),
    }


def _matrix(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, int]:
    """Return respondents x constructs with NaN where one has no score."""
    people = sorted({str(i) for _, ids in parts for i in ids})
    place = {who: i for i, who in enumerate(people)}
    out = np.full((len(people), len(parts)), np.nan)
    for j, (values, ids) in enumerate(parts):
        out[[place[str(i)] for i in ids], j] = values
    return out, len(people)


def _drawn(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the means of each bootstrap draw of whole rows.

    Equal rows are drawn together by their count, so that neither the order of the file nor, for
    ordered answers, the number of respondents matters.
    """
    rows, counts = np.unique(np.nan_to_num(scores, nan=np.inf), axis=0, return_counts=True)
    rows = np.where(np.isinf(rows), np.nan, rows)
    n, at_once = int(counts.sum()), max(1, CELLS // len(rows))
    shares = counts / n
    parts = []
    for start in range(0, DRAWS, at_once):
        draws = rng.multinomial(n, shares, size=min(at_once, DRAWS - start))
        parts.append(_means(rows, draws))
    return np.vstack(parts)


def _means(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    present = ~np.isnan(scores)
    total = weights @ np.where(present, scores, 0.0)
    count = weights @ present.astype(float)
    means: np.ndarray = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means

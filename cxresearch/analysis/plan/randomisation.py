"""Who gets what: a random list in permuted blocks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.plan.export import write
from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.result import Caveat, Result, plain
from cxresearch.stats.allocation import permuted_blocks
from cxresearch.stats.thresholds import seed_faults
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import integer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CROSS = " × "
MOST_BARS = 40
MOST_STRATA = 8  # drawn one by one


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RandomisationList(Result):
    """A random list; made by :func:`cxresearch.randomisation_list`.

    Parameters
    ----------
    counts : DataFrame
        A row a stratum and arm: stratum (if any), arm, places.
    seed : int
    block_sizes : tuple of int
    stratified : bool
    """

    kind: ClassVar[str] = "randomisation"
    columns: ClassVar[dict[str, str]] = {
        "stratum": "text",
        "number": "i",
        "block": "i",
        "block_size": "i",
        "arm": "text",
        "places": "i",
    }

    counts: pd.DataFrame
    seed: int
    block_sizes: tuple[int, ...]
    stratified: bool

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "allocation_counts": self.counts}

    def write(self, path: str | Path, lang: str | None = None) -> Path:
        """Write the list as ``.xlsx`` or ``.csv``; text that a spreadsheet would take for a formula stays text.

        Raises
        ------
        ArgumentError
            ``plan.sheet-format``, ``plan.sheet-not-writable``.
        """
        lang = lang or self.lang
        heads = {str(c): say(f"randomisation.column.{c}", lang) for c in self.table}
        return write(self.table, path, say("randomisation.sheet", lang), heads)

    def sentence(self, lang: str | None = None) -> str:
        """Say how many places each arm has."""
        lang = lang or self.lang
        places = self.counts.groupby("arm", sort=False)["places"].sum()
        told = [say("randomisation.part", lang, arm=arm, n=n) for arm, n in places.items()]
        key = "strata" if self.stratified else "answer"
        k = self.counts["stratum"].nunique() if self.stratified else 1
        return say(f"randomisation.{key}", lang, n=len(self.table), k=k, parts=join(told, lang))

    def heading(self, lang: str | None = None) -> str:
        """Name the list."""
        return say("randomisation.heading", lang or self.lang, n=len(self.table))

    def method(self, lang: str | None = None) -> str:
        """Say how the list was drawn."""
        lang = lang or self.lang
        return say("randomisation.method", lang, sizes=join(map(str, self.block_sizes), lang), seed=self.seed)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.distribution import distribution

        total = len(self.table)
        apart = self.stratified and self.counts["stratum"].nunique() <= MOST_STRATA
        shown = self.counts if apart else self.counts.groupby("arm", sort=False, as_index=False)["places"].sum()
        shown = shown.head(MOST_BARS)
        frame = pd.DataFrame({"value": range(len(shown)), "label": shown["arm"], "share": shown["places"] / total})
        if apart:
            frame["band"] = shown["stratum"]
        return distribution(
            frame,
            value_label=say("randomisation.value", lang),
            number=lambda share: integer(round(share * total), lang),
            title=self.heading(lang),
            subtitle=say("randomisation.subtitle", lang),
            ax=ax,
        )


def randomisation_list(
    arms: Sequence[str] | Mapping[str, int],
    n: int | Mapping[str, int],
    *,
    block_sizes: int | Sequence[int] | None = None,
    strata: Sequence[str] | Mapping[str, Sequence[Any]] | None = None,
    seed: int = 1,
    lang: str = "en",
) -> RandomisationList:
    """Draw a random list in permuted blocks, so that arms stay balanced at every point of the field work.

    Parameters
    ----------
    arms : list or dict
        Versions of a questionnaire, of an offer, of a wording; as a dictionary with their ratio, ``{"old": 1,
        "new": 2}``.
    n : int or dict
        Places of each stratum (at least; the last block is full), or of each stratum by its name.
    block_sizes : int or list of int, optional
        Multiples of the sum of the ratio; each block draws one, so that the next arm cannot be foreseen.  By default
        two and three times that sum.
    strata : list or dict, optional
        Names, or variables with their categories, which are crossed: ``{"branch": ["A", "B"], "age": [...]}``.
    seed : int
        The same seed gives the same list; a further stratum leaves the others as they are.
    lang : {"en", "de"}

    Returns
    -------
    RandomisationList
        ``table``, a row a place: stratum (with `strata`), number (in its stratum), block, block_size, arm; ``counts``.

    Raises
    ------
    ArgumentError
        ``randomisation.arms``, ``randomisation.n``, ``randomisation.strata``, ``randomisation.block-sizes``.

    Notes
    -----
    Permuted blocks of random length (Matts & Lachin 1988).

    Examples
    --------
    >>> drawn = randomisation_list(["old", "new"], 12, block_sizes=4, seed=7)
    >>> drawn.counts["places"].tolist(), drawn.table["block"].tolist()
    ([6, 6], [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
    """
    names, ratio = _arms(arms)
    whole = sum(ratio)
    sizes = _sizes(block_sizes, whole)
    faults = seed_faults("randomisation.seed", seed)
    if faults:
        raise ArgumentError(*faults)
    keys = _strata(strata)
    wanted = _places(n, keys)
    parts = []
    for i, key in enumerate(keys):
        # a stream of its own for every stratum
        drawn, blocks = permuted_blocks(ratio, wanted[key], sizes, np.random.default_rng([seed, i]))
        part = pd.DataFrame({"stratum": key, "number": np.arange(1, len(drawn) + 1), "block": blocks})
        part["block_size"] = part.groupby("block")["block"].transform("size")
        parts.append(part.assign(arm=[names[a] for a in drawn]))
    table = pd.concat(parts, ignore_index=True)
    counts = [
        (key, arm, int((part["arm"] == arm).sum())) for key, part in zip(keys, parts, strict=True) for arm in names
    ]
    places = pd.DataFrame(counts, columns=["stratum", "arm", "places"])
    caveats = [Caveat(code="randomisation_secret")]
    if len(sizes) == 1:
        caveats.append(Caveat(code="randomisation_foreseen", values={"size": sizes[0]}))
    return RandomisationList(
        table=table if strata else table.drop(columns="stratum"),
        counts=places if strata else places.drop(columns="stratum"),
        seed=int(seed),
        block_sizes=sizes,
        stratified=bool(strata),
        caveats=tuple(caveats),
        lang=lang,
    )


def _arms(arms: Sequence[str] | Mapping[str, int]) -> tuple[list[str], list[int]]:
    weighted = arms if isinstance(arms, Mapping) else None
    names = [plain(a) for a in ([] if isinstance(arms, str) else arms)]
    ratio = [1] * len(names) if weighted is None else list(weighted.values())
    strange = [r for r in ratio if isinstance(r, bool) or not isinstance(r, int) or r < 1]
    if len(names) < 2 or len(set(names)) < len(names) or strange or not all(name.strip() for name in names):
        what = "A random list needs at least two arms of different names, with whole numbers as their ratio."
        allowed = "such as ['old', 'new'] or {'old': 1, 'new': 2}"
        given = strange[0] if strange else arms
        raise ArgumentError(Fault(code="randomisation.arms", what=what, given=given, allowed=allowed))
    return names, ratio


def _sizes(block_sizes: int | Sequence[int] | None, whole: int) -> tuple[int, ...]:
    if block_sizes is None:
        return 2 * whole, 3 * whole
    sizes = (block_sizes,) if isinstance(block_sizes, int) else tuple(block_sizes)
    strange = [s for s in sizes if isinstance(s, bool) or not isinstance(s, int) or s < 1 or s % whole]
    if strange or not sizes:
        what = "A block holds every arm in its ratio."
        allowed = f"multiples of {whole}, such as {2 * whole} or [{2 * whole}, {3 * whole}]"
        raise ArgumentError(Fault(code="randomisation.block-sizes", what=what, given=block_sizes, allowed=allowed))
    return sizes


def _strata(strata: Sequence[str] | Mapping[str, Sequence[Any]] | None) -> list[str]:
    if not strata:
        return [""]
    if isinstance(strata, Mapping):
        keys = [CROSS.join(map(plain, combination)) for combination in itertools.product(*strata.values())]
    else:
        keys = [] if isinstance(strata, str) else [plain(s) for s in strata]
    if not keys or len(set(keys)) < len(keys):
        what = "Strata are names that differ, or variables with their categories."
        allowed = "such as ['A', 'B'] or {'branch': ['A', 'B']}"
        raise ArgumentError(Fault(code="randomisation.strata", what=what, given=strata, allowed=allowed))
    return keys


def _places(n: int | Mapping[str, int], keys: list[str]) -> dict[str, int]:
    places = dict(n) if isinstance(n, Mapping) else dict.fromkeys(keys, n)
    unknown = [name for name in places if name not in keys]
    if unknown:
        raise ArgumentError(unknown_name("randomisation.n", "stratum", unknown[0], keys))
    lacking = [key for key in keys if key not in places]
    strange = [v for v in places.values() if isinstance(v, bool) or not isinstance(v, int) or v < 1]
    if lacking or strange:
        what = "Every stratum has a number of places."
        given = strange[0] if strange else f"nothing for {listing(lacking)}"
        raise ArgumentError(Fault(code="randomisation.n", what=what, given=given, allowed="1, 2, ..."))
    return places

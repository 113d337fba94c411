"""Whom to ask: quotas in whole people from the shares of a population."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from cxresearch.analysis.plan.export import write
from cxresearch.errors import ArgumentError, Fault, listing
from cxresearch.result import Caveat, Result, plain
from cxresearch.stats.allocation import largest_remainder
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import integer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Shares = Mapping[str, Mapping[Any, float]] | Sequence[Mapping[str, Any]] | pd.DataFrame
CROSS = " × "
SHARE = "share"
FEW = 30
MOST_BARS = 40
_ROUNDED = 0.005  # what published shares may miss of 1
_RESERVED = (SHARE, "exact", "quota", "done", "open")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuotaSheet(Result):
    """Quotas that sum to n; made by :func:`cxresearch.quota_sheet`.

    Parameters
    ----------
    totals : DataFrame
        A row a set of quotas: variables, cells, people, smallest.
    sheet : DataFrame
        The quotas with a column a variable, as :meth:`write` writes them.
    n : int
    crossed : bool
    """

    kind: ClassVar[str] = "quotas"
    columns: ClassVar[dict[str, str]] = {
        "variables": "text",
        "category": "text",
        "share": "%1",
        "exact": "n1",
        "quota": "i",
        "cells": "i",
        "people": "i",
        "smallest": "i",
    }

    totals: pd.DataFrame
    sheet: pd.DataFrame
    n: int
    crossed: bool

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "quota_totals": self.totals}

    def write(self, path: str | Path, lang: str | None = None) -> Path:
        """Write the sheet as ``.xlsx`` (with columns for what is done and still open) or ``.csv``.

        Text that a spreadsheet would take for a formula stays text.

        Raises
        ------
        ArgumentError
            ``plan.sheet-format``, ``plan.sheet-not-writable``.
        """
        lang = lang or self.lang
        names = (SHARE, "exact", "quota", "done", "open")
        heads = {name: say(f"quotas.column.{name}", lang) for name in names}
        if not self.crossed:
            heads |= {name: say(f"quotas.column.{name}", lang) for name in ("variables", "category")}
        return write(self.sheet, path, say("quotas.sheet", lang), heads, counted="quota")

    def sentence(self, lang: str | None = None) -> str:
        """Say how many people stand in how many quotas, and which is the smallest."""
        lang = lang or self.lang
        least = self.table.iloc[int(self.table["quota"].argmin())]
        values = {"n": self.n, "k": len(self.table), "category": least["category"], "quota": least["quota"]}
        return say("quotas.answer", lang, variables=join(self.totals["variables"], lang), **values)

    def heading(self, lang: str | None = None) -> str:
        """Name the variables."""
        lang = lang or self.lang
        return say("quotas.heading", lang, n=self.n, variables=join(self.totals["variables"], lang))

    def method(self, lang: str | None = None) -> str:
        """Say how shares became whole people."""
        return say("quotas.method", lang or self.lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.distribution import distribution

        shown = self.table.head(MOST_BARS)
        frame = pd.DataFrame({"value": range(len(shown)), "label": shown["category"], "share": shown["quota"] / self.n})
        if len(self.totals) > 1:
            frame["band"] = shown["variables"]
        return distribution(
            frame,
            value_label=join(self.totals["variables"], lang),
            number=lambda share: integer(round(share * self.n), lang),
            title=self.heading(lang),
            subtitle=say("quotas.subtitle", lang),
            ax=ax,
        )


def quota_sheet(
    targets: Shares, n: int, *, crossed: bool = False, seed: int | None = None, lang: str = "en"
) -> QuotaSheet:
    """Turn the shares of a population into quotas of whole people that sum to n (largest remainder).

    Parameters
    ----------
    targets : dict, list of dict or DataFrame
        Marginal shares, ``{"gender": {"female": 0.51, "male": 0.49}, "age": {...}}``; or crossed ones, a row a cell
        with its share, ``[{"gender": "female", "age": "under 30", "share": 0.11}, ...]``.  Whole numbers are counts of
        people or per cent; other numbers have to sum to 1.
    n : int
        Complete answers, such as those of :func:`cxresearch.plan`.
    crossed : bool
        Cross marginal shares as if the variables were independent.
    seed : int, optional
        Equal remainders are settled by lot; without it the first one wins.
    lang : {"en", "de"}

    Returns
    -------
    QuotaSheet
        ``table``, a row a quota: variables, category, share, exact (unrounded), quota; ``totals``; ``sheet``.

    Raises
    ------
    ArgumentError
        ``quotas.shares``, ``quotas.targets``, ``quotas.n``, ``quotas.cell-twice``.

    Notes
    -----
    Hare's quota with largest remainders (Balinski & Young 2001, ch. 3): every quota is less than one person from its
    exact number.

    Examples
    --------
    >>> sheet = quota_sheet({"gender": {"female": 0.51, "male": 0.49}, "age": {"young": 1, "old": 2}}, 100)
    >>> sheet.table["quota"].tolist()
    [51, 49, 33, 67]
    >>> quota_sheet({"gender": {"female": 0.51, "male": 0.49}, "age": {"young": 1, "old": 2}}, 100, crossed=True
    ...             ).table[["category", "quota"]].iloc[0].to_dict()
    {'category': 'female × young', 'quota': 17}
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ArgumentError(Fault(code="quotas.n", what="n is a number of people.", given=n, allowed="1, 2, ..."))
    marginal = isinstance(targets, Mapping)
    sets = _marginal(targets) if isinstance(targets, Mapping) else [_cells(targets)]
    caveats = [c for variables, cells in sets for c in _scaled(variables, cells)]
    sets = [(variables, _whole(cells)) for variables, cells in sets]
    if marginal and crossed and len(sets) > 1:
        caveats.append(Caveat(code="quota_independent"))
        sets = [_crossed(sets)]
    tables = [
        _quotas(variables, cells, n, None if seed is None else seed + i) for i, (variables, cells) in enumerate(sets)
    ]
    table = pd.concat(tables, ignore_index=True)
    totals = pd.DataFrame(
        [
            {
                "variables": CROSS.join(variables),
                "cells": len(quotas),
                "people": int(quotas["quota"].sum()),
                "smallest": int(quotas["quota"].min()),
            }
            for (variables, _), quotas in zip(sets, tables, strict=True)
        ]
    )
    single = len(sets) == 1
    return QuotaSheet(
        table=table,
        totals=totals,
        sheet=_sheet(sets[0], table) if single else table,
        n=n,
        crossed=single,
        caveats=(*caveats, *_small(table)),
        lang=lang,
    )


Cells = dict[tuple[str, ...], float]
QuotaSet = tuple[list[str], Cells]


def _marginal(targets: Mapping[str, Any]) -> list[QuotaSet]:
    wrong = [name for name, shares in targets.items() if not isinstance(shares, Mapping) or len(shares) < 2]
    if wrong or not targets:
        what = "Each variable has the shares of its categories, at least two."
        allowed = "such as {'gender': {'female': 0.51, 'male': 0.49}}"
        raise ArgumentError(Fault(code="quotas.targets", what=what, given=listing(wrong), allowed=allowed))
    return [([str(name)], {(plain(c),): s for c, s in shares.items()}) for name, shares in targets.items()]


def _cells(targets: Sequence[Mapping[str, Any]] | pd.DataFrame) -> QuotaSet:
    frame = targets if isinstance(targets, pd.DataFrame) else pd.DataFrame(list(targets))
    variables = [str(c) for c in frame.columns if c != SHARE]
    reserved = [name for name in variables if name in _RESERVED]
    if SHARE not in frame or not variables or len(frame) < 2 or reserved:
        what = "Crossed quotas are rows with a category of each variable and their share."
        allowed = f"columns of other names than {listing(_RESERVED[1:])}, and {SHARE}"
        given = listing(frame.columns)
        raise ArgumentError(Fault(code="quotas.targets", what=what, given=given, allowed=allowed))
    if frame.isna().any(axis=None):
        what, do = "A cell lacks a category or its share.", "Give every row the same variables."
        raise ArgumentError(Fault(code="quotas.targets", what=what, given=int(frame.isna().sum().sum()), do=do))
    keys = [tuple(plain(v) for v in row) for row in frame.drop(columns=SHARE).to_numpy(dtype=object).tolist()]
    twice = sorted({CROSS.join(key) for key in keys if keys.count(key) > 1})
    if twice:
        what, do = "A cell stands there twice.", "Sum its shares."
        raise ArgumentError(Fault(code="quotas.cell-twice", what=what, given=twice[0], do=do))
    return variables, dict(zip(keys, frame[SHARE].tolist(), strict=True))


def _scaled(variables: list[str], cells: Cells) -> list[Caveat]:
    """Check the shares; tell where they were scaled because rounded ones do not sum to 1."""
    shares = list(cells.values())
    name = CROSS.join(variables)
    strange = [s for s in shares if isinstance(s, bool) or not isinstance(s, Real) or not 0 <= float(s) < math.inf]
    total = 0.0 if strange else float(sum(shares))
    counts = not strange and all(float(s).is_integer() for s in shares) and total > 1
    if strange or total <= 0 or not (counts or abs(total - 1) <= _ROUNDED):
        what = f"The shares of {name!r} do not make a whole."
        given = strange[0] if strange else total
        allowed = "0 or more, sum 1; or whole numbers, counts or per cent"
        raise ArgumentError(Fault(code="quotas.shares", what=what, given=given, allowed=allowed))
    if counts or abs(total - 1) < 1e-9:
        return []
    return [Caveat(code="quota_scaled", values={"variables": name, "total": total})]


def _whole(cells: Cells) -> Cells:
    total = sum(cells.values())
    return {key: share / total for key, share in cells.items()}


def _crossed(sets: list[QuotaSet]) -> QuotaSet:
    variables = [name for names, _ in sets for name in names]
    cells: Cells = {}
    for combination in itertools.product(*(cells.items() for _, cells in sets)):
        cells[tuple(part for key, _ in combination for part in key)] = math.prod(share for _, share in combination)
    return variables, cells


def _quotas(variables: list[str], cells: Cells, n: int, seed: int | None) -> pd.DataFrame:
    shares = list(cells.values())
    return pd.DataFrame(
        {
            "variables": CROSS.join(variables),
            "category": [CROSS.join(key) for key in cells],
            "share": shares,
            "exact": [share * n for share in shares],
            "quota": [int(q) for q in largest_remainder(shares, n, seed)],
        }
    )


def _sheet(quotas: QuotaSet, table: pd.DataFrame) -> pd.DataFrame:
    variables, cells = quotas
    categories = {name: [key[i] for key in cells] for i, name in enumerate(variables)}
    return pd.DataFrame(categories).join(table[["share", "exact", "quota"]])


def _small(table: pd.DataFrame) -> list[Caveat]:
    empty = int(((table["quota"] == 0) & (table["share"] > 0)).sum())
    few = int(((table["quota"] > 0) & (table["quota"] < FEW)).sum())
    found = [Caveat(code="quota_empty", severity="warning", values={"k": empty})] if empty else []
    return [*found, *([Caveat(code="quota_few", values={"k": few, "few": FEW})] if few else [])]

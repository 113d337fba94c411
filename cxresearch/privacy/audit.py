"""The audit of a built report or of a whole batch: its tables are attacked, and what could be computed is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from cxresearch.errors import ArgumentError
from cxresearch.privacy.attack import Key, Recovered, Relation, attack
from cxresearch.privacy.published import REST, Cell, Figure, Published, Small, read_published, unfinished
from cxresearch.privacy.remedy import Hide, remedies
from cxresearch.words.catalog import join, say

COLUMNS = ("report", "figure", "breakdown", "groups", "n", "mean", "how")


@dataclass(frozen=True, kw_only=True, eq=False)
class Audit:
    """What an attacker could compute from published tables.

    Parameters
    ----------
    table : DataFrame
        A row a group of people whose figures can be computed although they are withheld: report, figure, breakdown
        (section and number of the table), groups, n, mean, how ("algebra" or "bounds").
    reports, tables, withheld, relations : int
        How many reports and tables were read, how many withheld numbers there are, and by how many sums they hang
        together with others.
    odd : int
        Sums that do not come out, because a table counts other people than its total; nothing was concluded from
        these.
    small : DataFrame
        A row a number of people that is published although it is below the minimum: report, figure, breakdown,
        group, n, minimum.
    kind : {"report", "batch", "total"}
        One report, a batch, or a batch with a report on all units together.
    unfinished : bool
        A batch was begun here and has not ended.
    remedies : tuple of Hide
        Items and constructs that reports have to hide so that nothing follows from the report on all units.
    """

    table: pd.DataFrame
    reports: int
    tables: int
    withheld: int
    relations: int
    odd: int = 0
    small: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(Small._fields)))
    kind: Literal["report", "batch", "total"] = "report"
    unfinished: bool = False
    remedies: tuple[Hide, ...] = ()

    @property
    def safe(self) -> bool:
        """Tell whether a finished whole shows nothing too small, and nothing can be computed back."""
        return self.table.empty and self.small.empty and not self.unfinished

    def sentence(self, lang: str = "en") -> str:
        """Say what was found.

        Examples
        --------
        >>> found = Audit(table=pd.DataFrame(columns=COLUMNS), reports=1, tables=2, withheld=3, relations=4)
        >>> found.sentence()
        'Nothing that is withheld can be computed from what is published: 1 report, 2 tables, 3 withheld numbers, 4 sums.'
        """
        values = {"n": len(self.table), "reports": self.reports, "tables": self.tables}
        values |= {"withheld": self.withheld, "relations": self.relations}
        parts = [say(f"privacy.audit.{'safe' if self.table.empty else 'open'}", lang, **values)]
        if not self.tables:
            parts = [] if len(self.small) or self.unfinished else [say("privacy.audit.nothing", lang)]
        if len(self.small):
            parts.insert(0, say("privacy.audit.shown", lang, n=len(self.small)))
        if self.unfinished:
            parts.insert(0, say("privacy.audit.unfinished", lang))
        if self.odd:
            parts.append(say("privacy.audit.odd", lang, n=self.odd))
        return " ".join(parts)

    def lines(self, lang: str = "en") -> list[str]:
        """Say each finding in a line, and what to do about it."""
        found = [self._small(row, lang) for row in self.small.to_dict("records")]
        found += [self._line(row, lang) for row in self.table.to_dict("records")]
        advice = say(f"privacy.audit.do.{self.kind}", lang)
        return [f"{line} {advice}" for line in found]

    def _small(self, row: Mapping[Any, Any], lang: str) -> str:
        values = {**row, "report": row["report"] or say("privacy.audit.this", lang)}
        return say(f"privacy.audit.small.{'group' if row['group'] else 'item'}", lang, **values)

    def _line(self, row: Mapping[Any, Any], lang: str) -> str:
        rest = "rest" if row["breakdown"] or self.kind == "report" else "rest_of_units"
        key = "counted" if pd.isna(row["mean"]) else "computed"
        return say(
            f"privacy.audit.{key}",
            lang,
            report=row["report"] or say("privacy.audit.this", lang),
            figure=row["figure"],
            groups=join([g or say(f"privacy.audit.{rest}", lang) for g in row["groups"]], lang),
            n=row["n"],
            mean=row["mean"],
            how=say(f"privacy.audit.how.{row['how']}", lang),
        )


def audit(folder: str | Path) -> Audit:
    """Attack the tables of a built report or of a batch, as somebody could who has nothing else.

    Parameters
    ----------
    folder : str or Path
        A built report (``manifest.json`` and ``tables/``), or a batch (``reports/NAME/``, with the report on all
        units together in ``reports/total/``).

    Returns
    -------
    Audit

    Raises
    ------
    ArgumentError
        ``privacy.no-report``, ``privacy.manifest``.

    Notes
    -----
    Every number of people below the minimum that is published is a finding, whatever it adds up to.

    Numbers of people add up: groups to the total of their report, the same group over all reports to that of all
    units. What is missing in such a sum are withheld groups, or people who stand in no group. See
    :func:`cxresearch.privacy.attack.attack` for what counts as recovered.
    """
    open_batch = unfinished(folder)
    try:
        published = read_published(folder)
    except ArgumentError as error:
        if not open_batch or error.codes != ("privacy.no-report",):
            raise
        published = Published()
    rows: list[dict[str, Any]] = []
    withheld = used = odd = 0
    open_: list[Figure] = []
    for figure in published.figures:
        known, unknown, rules, skipped = _known(published, figure)
        odd += skipped
        withheld, used = withheld + len(unknown), used + len(published.relations(figure)) - skipped
        if unknown:
            least = published.minimum[figure]
            found = attack(known, unknown, rules, minimum=least, means=_means(published, figure))
            if any(not cell.breakdown for one in found.recovered for cell in one.cells):
                open_.append(figure)
            rows += [_row(one, figure, published.together or "") for one in found.recovered]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates(["report", "figure", "breakdown", "n"])
    reports = len(published.reports) + (published.together is not None)
    return Audit(
        table=table.reset_index(drop=True),
        reports=reports,
        tables=published.tables,
        withheld=withheld,
        relations=used,
        odd=odd,
        small=pd.DataFrame(published.small, columns=list(Small._fields)),
        kind="total" if published.together else "batch" if any(published.reports) else "report",
        unfinished=open_batch,
        remedies=remedies(published, open_),
    )


def _known(published: Published, figure: Figure) -> tuple[dict[Key, int], list[Key], list[Relation], int]:
    """Return what is known, what is withheld and what adds up; the third number counts sums that do not come out."""
    rules = published.relations(figure)
    known: dict[Key, int] = {c: n for c, n in published.people.items() if c.figure == figure}
    odd = 0
    kept = rules
    while True:
        before = len(known)
        standing = []
        for rule in kept:
            if rule.whole not in known:
                standing.append(rule)
                continue
            rest = known[rule.whole] - sum(known.get(part, 0) for part in rule.parts)
            open_ = [part for part in rule.parts if part not in known]
            if rest < 0:
                odd += 1
            elif rest == 0:
                known |= dict.fromkeys(open_, 0)
            elif open_:
                standing.append(rule)
            else:
                odd += 1
        kept = standing
        if len(known) == before:
            break
    unknown = list(dict.fromkeys(key for rule in kept for key in (rule.whole, *rule.parts) if key not in known))
    return known, unknown, kept, odd


def _means(published: Published, figure: Figure) -> dict[Key, float]:
    return {cell: mean for cell, mean in published.means.items() if cell.figure == figure}


def _row(found: Recovered, figure: Figure, together: str) -> dict[str, Any]:
    cells: list[Cell] = list(found.cells)
    groups = tuple(dict.fromkeys(c.group or REST for c in cells))
    return {
        "report": _joined(c.report for c in cells) or together,
        "figure": " / ".join(part for part in figure if part and part != "mean"),
        "breakdown": _joined(c.breakdown for c in cells),
        "groups": groups,
        "n": found.n,
        "mean": found.figure,
        "how": found.how,
    }


def _joined(names: Iterable[str]) -> str:
    return ", ".join(sorted({name for name in names if name}))

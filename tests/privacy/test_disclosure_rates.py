"""Ten thousand random tables, protected and attacked; and how often the attack succeeds with less protection.

``python tests/privacy/test_disclosure_rates.py`` writes the figures into docs/disclosure.md. A number of tables can
follow (default 10000).
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxresearch.privacy import ALL, NOBODY, hidden, withheld
from cxresearch.privacy.attack import attack_table

PAGE = Path(__file__).parents[2] / "docs" / "disclosure.md"
START, END = "<!-- figures -->", "<!-- end -->"


def drawn(seed):
    """Return a random table, the minimum, and whether there is a report on all units together."""
    rng = np.random.default_rng(seed)
    units, levels = int(rng.integers(1, 13)), int(rng.integers(2, 9))
    shape = (units, levels)
    kind = rng.integers(5)
    if kind == 0:
        n = rng.poisson(rng.uniform(1, 25), shape)
    elif kind == 1:
        n = rng.negative_binomial(1, rng.uniform(0.03, 0.4), shape)
    elif kind == 2:
        n = rng.integers(0, 30, shape) * (rng.random(shape) < rng.uniform(0.2, 1))
    elif kind == 3:
        n = rng.integers(0, 4, shape) + 20 * (rng.random(shape) < 0.3)
    else:
        n = np.outer(rng.uniform(1, 8, units), rng.uniform(0.2, 8, levels)).astype(int)
    rows = [f"u{i}" for i in range(units)]
    columns: list[str | None] = [f"v{j}" for j in range(levels)]
    if rng.random() < 0.25:
        columns[-1] = NOBODY
    counts = {(u, v): int(n[i, j]) for i, u in enumerate(rows) for j, v in enumerate(columns)}
    return counts, int(rng.integers(3, 11)), bool(rng.random() < 0.7)


def primary(counts, minimum, total):
    """Return the cells and totals that are too small themselves."""
    people = dict(counts)
    for axis, name in ((0, lambda u: (u, ALL)), (1, lambda v: (ALL, v))):
        for key in {cell[axis] for cell in counts}:
            people[name(key)] = sum(n for cell, n in counts.items() if cell[axis] == key)
    people[ALL, ALL] = sum(counts.values())
    few = {cell for cell, n in people.items() if 0 < n < minimum and NOBODY not in cell}
    return {cell for cell in few if total or cell[0] != ALL}


def one_by_one(counts, minimum, gone):
    """Return what is withheld when every report protects only itself."""
    out = set(gone)
    for unit in {u for u, _ in counts}:
        own = {v: n for (u, v), n in counts.items() if u == unit}
        out |= {(unit, v) for v in hidden(own, {}, minimum) if own[v]}
    return out


@dataclass
class Tally:
    tables: int = 0
    with_small: int = 0
    cells: int = 0
    people: int = 0
    primary: int = 0
    more: int = 0
    people_primary: int = 0
    people_more: int = 0
    totals: int = 0
    recovered: int = 0
    certain: int = 0
    by_primary: int = 0
    batches: int = 0
    by_each: int = 0

    def __add__(self, other):
        return Tally(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Tally)})


def attacked(seed, weaker=True):
    """Protect and attack one table."""
    counts, minimum, total = drawn(seed)
    table = pd.DataFrame([(u, v, n) for (u, v), n in counts.items()], columns=["unit", "level", "n"])
    gone = withheld(table, minimum, total)
    few = primary(counts, minimum, total)
    found = attack_table(counts, gone, minimum=minimum, total=total)
    certain = found.bounds[(found.bounds["low"] == found.bounds["high"]) | found.bounds["by_algebra"]]
    inner = {cell for cell in gone if ALL not in cell}
    tally = Tally(
        tables=1,
        with_small=int(bool(few)),
        cells=sum(n > 0 for cell, n in counts.items() if NOBODY not in cell),
        people=sum(counts.values()),
        primary=len(inner & few),
        more=len(inner - few),
        people_primary=sum(counts[cell] for cell in inner & few),
        people_more=sum(counts[cell] for cell in inner - few),
        totals=len(gone - inner - few),
        recovered=int(bool(found.recovered)),
        certain=int(bool(set(certain["cell"]) & gone)),
    )
    if weaker and few:
        tally.by_primary = int(bool(attack_table(counts, few, minimum=minimum, total=total).recovered))
        if total:
            tally.batches = 1
            alone = one_by_one(counts, minimum, few)
            tally.by_each = int(bool(attack_table(counts, alone, minimum=minimum, total=total).recovered))
    return tally


def tallied(tables, weaker=True):
    """Attack as many tables on all processors."""
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(attacked, range(tables), [weaker] * tables, chunksize=50), Tally())


@pytest.mark.slow
def test_ten_thousand_tables_attacked():
    found = tallied(10_000, weaker=False)
    assert found.tables == 10_000 and found.with_small > 7_500
    assert found.recovered == 0
    assert found.certain == 0


def test_less_protection_is_not_enough():
    found = sum((attacked(seed) for seed in range(30)), Tally())
    assert found.recovered == found.certain == 0
    assert found.by_primary / found.with_small > 0.6
    assert found.by_each / found.batches > 0.4


def figures(found):
    """Write the figures as Markdown."""

    def share(part, whole):
        return f"{100 * part / whole:.1f} %"

    lines = [
        f"{found.tables:,} random tables; {found.with_small:,} of them with a cell or total below the minimum.",
        "",
        "| withheld | tables from which something withheld could be computed |",
        "|---|---|",
        f"| small cells only | {share(found.by_primary, found.with_small)} of {found.with_small:,} |",
        f"| every report by itself, attacked as a batch with a total | {share(found.by_each, found.batches)} "
        f"of {found.batches:,} |",
        f"| `withheld` | **{found.recovered}** of {found.tables:,} |",
        "",
        f"With `withheld` no cell's number of people is certain either, small or large ({found.certain} of "
        f"{found.tables:,} tables).",
        "",
        "| what it costs | a table | of all |",
        "|---|---|---|",
        f"| cells too small | {found.primary / found.tables:.2f} | {share(found.primary, found.cells)} of cells, "
        f"{share(found.people_primary, found.people)} of people |",
        f"| cells withheld with them | {found.more / found.tables:.2f} | {share(found.more, found.cells)} of cells, "
        f"{share(found.people_more, found.people)} of people |",
        f"| totals withheld with them | {found.totals / found.tables:.2f} | |",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START)
    _, after = rest.split(END)
    new = figures(tallied(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
    PAGE.write_text(f"{before}{START}\n{new}\n{END}{after}", encoding="utf-8")
    print(new)

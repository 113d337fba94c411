"""What an index is asked for: the options that all of them have, and the groups they are computed in."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

import numpy as np
import pandas as pd

from cxresearch.analysis.indices.index import Index
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, nearest
from cxresearch.privacy import NOBODY, hidden
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Column, Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Names, plain
from cxresearch.scores.cells import called
from cxresearch.stats.estimate import Estimate
from cxresearch.stats.proportion import shares

SMALL = 30
AnIndex = TypeVar("AnIndex", bound=Index)
Estimated = tuple[Estimate, dict[str, Any]]
Question = TypeVar("Question", bound=Callable[..., Any])


class Options(TypedDict, total=False):
    """What every index can be asked for, whatever its item."""

    by: str | None
    weights: str | None
    missing: Missing | None
    level: float
    minimum_cell: int
    withhold: Collection[Any]


DEFAULTS: Options = {"by": None, "weights": None, "missing": None, "level": 0.95, "minimum_cell": 2, "withhold": ()}


def with_options(question: Question) -> Question:
    """Show the options in the signature, where a notebook looks for what it can complete."""
    own = inspect.signature(question)
    parameters = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
    parameters += [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Options.__annotations__[name]
        )
        for name, default in DEFAULTS.items()
    ]
    question.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return question


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """The usable answers of one group; with weights of the same length, or without."""

    group: Any
    values: np.ndarray
    weights: np.ndarray | None
    n_dropped: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """An item and what is asked about it; build it with :meth:`of`."""

    source: Source
    column: Column
    options: Options

    @classmethod
    def of(
        cls,
        data: Responses | pd.DataFrame,
        item: str | None,
        index: str,
        scale: ScaleLike | None,
        options: Options,
    ) -> Asked:
        """Find the item; without a name it is the one that the survey declares for this index.

        Raises
        ------
        TypeError
            An option that there is not.
        ArgumentError
            ``nps.which-item`` or ``csat.which-item``; unknown columns.
        """
        for name in options:
            if name not in DEFAULTS:
                near = nearest(name, DEFAULTS)
                hint = f". Did you mean {near!r}?" if near else ""
                raise TypeError(f"{index}() got an unexpected keyword argument {name!r}{hint}")
        source = Source.of(data)
        used: Options = {**DEFAULTS, **options}
        column = source.column(item or _the_item(source, index), scale=scale, missing=used["missing"])
        by, weights = used["by"] or None, used["weights"] or None
        return cls(source=source, column=column, options={**used, "by": by, "weights": weights})

    def answer(
        self, kind: type[AnIndex], codes: Sequence[Any], estimate: Callable[[Part, float], Estimated]
    ) -> AnIndex:
        """Compute the index and the distribution over `codes` for every group that is large enough.

        `estimate` gives the index of one group, and further columns of its row.

        Raises
        ------
        NotEnoughData
            ``index.too-few``
        """
        by, level = self.options["by"], self.options["level"]
        parts, caveats = self._parts()
        rows = []
        for part in parts:
            found, more = estimate(part, level)
            row = {"group": part.group, kind.kind: found.value, "ci_low": found.low, "ci_high": found.high, **more}
            rows.append({**row, "n": len(part.values), "n_dropped": part.n_dropped, "method": found.method})
        distributions = [_distribution(part, codes, level) for part in parts]
        table, distribution = pd.DataFrame(rows), pd.concat(distributions, ignore_index=True)
        if by is None:
            table, distribution = table.drop(columns="group"), distribution.drop(columns="group")
        return kind(
            table=table,
            distribution=distribution,
            caveats=tuple(caveats),
            names=self._names(),
            lang=self.source.lang,
            item=self.column.name,
            level=level,
            by=by,
            weights=self.options["weights"],
        )

    def _names(self) -> Names:
        """Return the names, with the own ends of the item where it has some."""
        survey, name = self.source.survey, self.column.name
        item = survey.items.get(name) if survey else None
        if survey is None or item is None or item.ends is None:
            return self.source.names
        codes = survey.scales[item.scale].codes
        return self.source.names.adding(
            {f"{name}={plain(codes[0])}": item.ends.low, f"{name}={plain(codes[-1])}": item.ends.high}
        )

    def _parts(self) -> tuple[list[Part], list[Caveat]]:
        weights, minimum_cell = self.options["weights"], self.options["minimum_cell"]
        w = self.source.weights(weights)
        answers = self.column.values.to_numpy(dtype=float)
        usable = ~np.isnan(answers)
        if w is not None:
            usable &= ~np.isnan(w) & (w > 0)
        parts, groups = [], self._groups(len(answers))
        gone = self._hidden(groups, usable)
        for group, mask in groups:
            if group in gone:
                continue
            inside = mask & usable
            part = None if w is None else w[inside]
            n_dropped = int((mask & ~usable).sum())
            parts.append(Part(group=group, values=answers[inside], weights=part, n_dropped=n_dropped))
        if not parts:
            raise NotEnoughData(
                Fault(
                    code="index.too-few",
                    what=f"{self.column.name!r} has too few answers.",
                    given=f"fewer than {minimum_cell}" + ("" if self.options["by"] is None else " in every group"),
                    allowed=f"at least {minimum_cell}",
                )
            )
        caveats = [*self.column.caveats(), *self._pooled(usable), *self.source.unused_weights(weights)]
        if gone:
            values = {"k": len(gone), "cell": minimum_cell}
            caveats.append(Caveat(code="groups_not_reportable", severity="warning", values=values))
        least = min(len(part.values) for part in parts)
        if least < SMALL:
            caveats.append(Caveat(code="few_answers", severity="warning", values={"n": least}))
        return parts, caveats

    def _groups(self, n: int) -> list[tuple[Any, np.ndarray]]:
        if self.options["by"] is None:
            return [(None, np.ones(n, dtype=bool))]
        groups = self.source.column(self.options["by"], missing=self.options["missing"])
        return [(code, (groups.values == code).to_numpy()) for code in groups.codes()]

    def _hidden(self, groups: Sequence[tuple[Any, np.ndarray]], usable: np.ndarray) -> set[Any]:
        """Return the groups that are not shown: the total, which is known, would give some of them away."""
        minimum_cell = self.options["minimum_cell"]
        counts = {group: int((mask & usable).sum()) for group, mask in groups}
        if self.options["by"] is None:
            return {group for group, n in counts.items() if n < minimum_cell}
        counts[NOBODY] = int(usable.sum()) - sum(counts.values())
        sizes = {group: int(mask.sum()) for group, mask in groups}
        return hidden(counts, sizes, minimum_cell, called(sizes, self.options["withhold"]))

    def _pooled(self, usable: np.ndarray) -> list[Caveat]:
        """Tell where one number stands for several perspectives and nobody asked for that."""
        if PERSPECTIVE not in self.source.frame or self.options["by"] == PERSPECTIVE:
            return []
        found = {str(who) for who in self.source.frame.loc[usable, PERSPECTIVE].dropna()}
        if len(found) < 2:
            return []
        order = list(self.source.survey.perspectives) if self.source.survey is not None else []
        who = Ids(sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name)))
        return [Caveat(code="perspectives_pooled", severity="warning", values={"perspectives": who})]


def _the_item(source: Source, index: str) -> str:
    found = [i.id for i in source.survey.items.values() if i.index == index] if source.survey else []
    if len(found) == 1:
        return found[0]
    raise ArgumentError(
        Fault(
            code=f"{index}.which-item",
            what="The survey names no item for this index." if not found else "Several items feed this index.",
            allowed=", ".join(found) or "the name of a column",
        )
    )


def _distribution(part: Part, codes: Sequence[Any], level: float) -> pd.DataFrame:
    estimates = shares(part.values, list(codes), part.weights, level)
    return pd.DataFrame(
        {
            "group": part.group,
            "code": codes,
            "n": [int((part.values == code).sum()) for code in codes],
            "share": [e.value for e in estimates],
            "share_low": [e.low for e in estimates],
            "share_high": [e.high for e in estimates],
        }
    )

"""What is withheld of a table with margins, as a network: what can be computed back, and the cheapest remedy.

A table and its margins are a flow that goes round: from the total of a unit to its cells, from the cells to the
totals of the levels, from there to the grand total. What is published is known and drops out; what is withheld are
edges between the equations that are left. Three things follow.

- The sum of a group of withheld cells can be computed exactly when these cells are all the edges from one set of
  vertices to the others and none leads back. The smallest such group that holds a cell is its minimum cut, so the
  maximum flow from its row to its column tells how many people at least stand behind anything that can be computed.
- A withheld number has another possible value when an alternating cycle runs through it.
- What is cheapest to withhold as well is the cheapest path that lets more flow through, or closes a cycle.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

Vertex = Hashable
Arc = tuple[int, bool]  # an edge, and whether it is gone along from tail to head


@dataclass(kw_only=True)
class Edge:
    """A number in the table: of a cell, or of a margin.

    Parameters
    ----------
    name : object
    tail, head : hashable
        The equations it stands in.
    n, cost : int
        People, and what is lost by withholding it.
    inner : bool
        A cell of people; otherwise a margin.
    withheld : bool
    fixed : bool
        Nothing can be decided here: it was never to be published, or has to be.
    """

    name: Any
    tail: Vertex
    head: Vertex
    n: int
    cost: int
    inner: bool = True
    withheld: bool = False
    fixed: bool = False


class Network:
    """A table of people with what is withheld of it.

    Parameters
    ----------
    edges : list of Edge
    minimum : int
        Fewer people must not be told apart.
    """

    def __init__(self, edges: list[Edge], minimum: int) -> None:
        self.edges, self.minimum = edges, minimum
        self._at: dict[Vertex, list[Arc]] = {}
        self._parts: dict[int, list[int]] = {}
        self._wholes: dict[int, list[int]] = {}
        for i, edge in enumerate(edges):
            self._at.setdefault(edge.tail, []).append((i, True))
            self._at.setdefault(edge.head, []).append((i, False))

    def protect(self) -> None:
        """Withhold more until nothing can be computed back, then give back what was not needed."""
        witnesses = self._until_safe()
        spare = [i for i, e in enumerate(self.edges) if e.withheld and not e.fixed and e.n >= self.minimum]
        for i in sorted(spare, key=lambda i: (self.edges[i].inner, -self.edges[i].cost)):
            self._give_back(i, witnesses)

    def _until_safe(self) -> dict[int, set[int]]:
        witnesses: dict[int, set[int]] = {}
        while True:
            open_ = [i for i in self._to_check() if i not in witnesses]
            if not open_:
                return witnesses
            for i in sorted(open_, key=lambda i: (self.edges[i].n, i)):
                found = self._witness(i)
                while found is None and self._remedy(i):
                    found = self._witness(i)
                # what even the whole table cannot protect is left to the caller, who may withhold the table
                witnesses[i] = found or set()

    def _to_check(self) -> list[int]:
        few = self.minimum
        return [i for i, e in enumerate(self.edges) if e.withheld and (not e.fixed or (e.inner and e.n < few))]

    def _give_back(self, i: int, witnesses: dict[int, set[int]]) -> None:
        edge = self.edges[i]
        if any(self.edges[j].withheld and not self.edges[j].fixed for j in self._wholes.get(i, ())):
            return  # its report is gone as a whole
        edge.withheld = False
        again = {}
        for j in [j for j, used in witnesses.items() if i in used and j != i]:
            found = self._witness(j)
            if found is None:
                edge.withheld = True
                return
            again[j] = found
        witnesses.pop(i, None)
        witnesses.update(again)

    def in_report(self, whole: int, parts: list[int]) -> None:
        """Say that the figures `parts` stand in the report whose total is `whole`, and fall with it."""
        self._parts[whole] = parts
        for part in parts:
            self._wholes.setdefault(part, []).append(whole)

    def withhold(self, i: int) -> None:
        """Withhold a number, and with the total of a report all that stands in it."""
        self.edges[i].withheld = True
        for j in self._parts.get(i, ()):
            self.edges[j].withheld = True

    def _witness(self, i: int) -> set[int] | None:
        """Return the edges that protect one, None where it is not protected."""
        edge = self.edges[i]
        used: set[int] = set()
        if edge.inner and edge.n < self.minimum:
            flow, through = self._flow(i)
            if flow < self.minimum:
                return None
            used |= through
        cycle = self._cycle(i)
        return None if cycle is None else used | cycle

    def _flow(self, i: int) -> tuple[float, set[int]]:
        """Return the flow from the row of a cell to its column, as far as it is asked for."""
        flow, flows = 0.0, dict[int, float]()
        while flow < self.minimum:
            path = self._path(self.edges[i].tail, self.edges[i].head, flows)
            if path is None:
                break
            flow += self._augment(path, flows)
        return flow, {j for j, f in flows.items() if f}

    def _augment(self, path: list[Arc], flows: dict[int, float]) -> float:
        free = [self.edges[j].n - flows.get(j, 0.0) for j, along in path if along and self.edges[j].inner]
        amount = min([*free, self.minimum])
        for j, along in path:
            flows[j] = flows.get(j, 0.0) + (amount if along else -amount)
        return amount

    def _path(self, start: Vertex, end: Vertex, flows: dict[int, float]) -> list[Arc] | None:
        """Return a path over what is withheld that lets more through; against a cell any amount may go."""
        came: dict[Vertex, Arc | None] = {start: None}
        todo = deque([start])
        while todo:
            vertex = todo.popleft()
            if vertex == end:
                return self._back(came, end)
            for j, along in self._at[vertex]:
                edge = self.edges[j]
                if edge.withheld and not (along and edge.inner and flows.get(j, 0.0) >= edge.n):
                    other = edge.head if along else edge.tail
                    if other not in came:
                        came[other] = (j, along)
                        todo.append(other)
        return None

    def _cycle(self, i: int) -> set[int] | None:
        """Return the edges of a cycle along which the number could be another one."""
        for up in (True, False):
            found = self._cheapest_cycle(i, up, more=False)
            if found is not None:
                return {j for j, _ in found[1]}
        return None

    def _remedy(self, i: int) -> bool:
        """Withhold what protects an edge at the lowest cost; tell whether there was anything."""
        edge = self.edges[i]
        found: tuple[int, list[Arc]] | None = None
        if edge.inner and edge.n < self.minimum:
            flow, flows = 0.0, dict[int, float]()
            while flow < self.minimum and (path := self._path(edge.tail, edge.head, flows)) is not None:
                flow += self._augment(path, flows)
            if flow < self.minimum:
                found = self._cheapest(edge.tail, edge.head, flows)
        if found is None:
            cycles = [c for up in (True, False) if (c := self._cheapest_cycle(i, up, more=True)) is not None]
            found = min(cycles, key=lambda c: c[0], default=None)
        new = [j for j, _ in found[1] if not self.edges[j].withheld] if found else []
        for j in new:
            self.withhold(j)
        return bool(new)

    def _cheapest_cycle(self, i: int, up: bool, more: bool) -> tuple[int, list[Arc]] | None:
        """Return the way round by which edge `i` could be larger, or smaller; with `more` also over what is shown."""
        edge = self.edges[i]
        if not up and edge.inner and edge.n < 2:
            return None
        start, end = (edge.head, edge.tail) if up else (edge.tail, edge.head)
        return self._cheapest(start, end, None, without=i, more=more)

    def _cheapest(
        self, start: Vertex, end: Vertex, flows: dict[int, float] | None, without: int = -1, more: bool = True
    ) -> tuple[int, list[Arc]] | None:
        costs: dict[Vertex, int] = {start: 0}
        came: dict[Vertex, Arc | None] = {start: None}
        todo: list[tuple[int, int, Vertex]] = [(0, 0, start)]
        done: set[Vertex] = set()
        number = 0
        while todo:
            cost, _, vertex = heapq.heappop(todo)
            if vertex == end:
                return cost, self._back(came, end)
            if vertex in done:
                continue
            done.add(vertex)
            for j, along in self._at[vertex]:
                edge = self.edges[j]
                if j == without or not self._open(j, along, flows, more):
                    continue
                other = edge.head if along else edge.tail
                total = cost + (0 if edge.withheld else edge.cost)
                if total < costs.get(other, total + 1):
                    costs[other], came[other] = total, (j, along)
                    number += 1
                    heapq.heappush(todo, (total, number, other))
        return None

    def _open(self, j: int, along: bool, flows: dict[int, float] | None, more: bool) -> bool:
        """Tell whether an arc can be gone: more people flow, or (without flows) a number may be another one."""
        edge = self.edges[j]
        if not edge.withheld and (edge.fixed or not more):
            return False
        if not edge.inner:
            return True
        if flows is None:
            return along or edge.n >= 2
        return not along or flows.get(j, 0.0) < edge.n

    def _back(self, came: dict[Vertex, Arc | None], end: Vertex) -> list[Arc]:
        path, vertex = [], end
        while (arc := came[vertex]) is not None:
            path.append(arc)
            j, along = arc
            vertex = self.edges[j].tail if along else self.edges[j].head
        return path

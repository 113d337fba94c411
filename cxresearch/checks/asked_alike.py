"""Which answers to a construct can be taken together, where perspectives are not asked the same items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cxresearch.errors import ArgumentError, unknown_name
from cxresearch.responses.responses import PERSPECTIVE
from cxresearch.responses.source import Source
from cxresearch.result import Caveat, Ids
from cxresearch.scores.item_matrix import ItemMatrix


def asked_alike(
    source: Source, matrices: Sequence[ItemMatrix], perspective: str | None
) -> tuple[tuple[ItemMatrix, ...], list[Caveat]]:
    """Keep the rows of one perspective; or, of several, the items that all of them are asked, and say so.

    A construct that they are not asked alike keeps its items and the people who are asked all of them.
    """
    if source.survey is None and perspective is None:
        return tuple(matrices), []
    who = source.key(PERSPECTIVE)
    present = list(dict.fromkeys(who))
    if perspective:
        if perspective not in present:
            raise ArgumentError(
                unknown_name("reliability.unknown-perspective", "perspective in the data", perspective, present)
            )
        rows = (who == perspective).to_numpy()
        return tuple(replace(part, values=part.values[rows]) for part in matrices), []
    known = source.survey.items if source.survey is not None else {}
    found, left_out, partly = [], [], []
    for part in matrices:
        asked = np.array([[i not in known or p in known[i].text for i in part.items] for p in present])
        both = asked.all(axis=0)
        if both.sum() >= 2:
            items = tuple(part.items[j] for j in np.flatnonzero(both))
            left_out += [i for i in part.items if i not in items]
            found.append(replace(part, items=items, values=part.values[:, both]))
        else:
            asked_all = [present[j] for j in np.flatnonzero(asked.all(axis=1))]
            partly.append(part.construct.id)
            found.append(replace(part, values=part.values[who.isin(asked_all).to_numpy()]))
    caveats = []
    if len(present) > 1:
        caveats.append(Caveat(code="perspectives_pooled", values={"perspectives": Ids(present)}))
    if left_out:
        caveats.append(Caveat(code="items_not_asked_of_all", values={"items": Ids(left_out)}))
    if partly:
        caveats.append(Caveat(code="asked_of_some", values={"constructs": Ids(partly)}))
    return tuple(found), caveats

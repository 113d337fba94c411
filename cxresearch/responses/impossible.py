"""Answers that nobody can have given: each is allowed on its own, together they are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from cxresearch.responses.codes import CodedColumn
from cxresearch.responses.import_report import Note
from cxresearch.survey.block import MaxDiff, Multiple, Ranking, Vignette
from cxresearch.survey.survey import Survey

MOST_ROWS = 5  # whose numbers are told


def impossible(file: str, survey: Survey, coded: Mapping[str, CodedColumn]) -> Iterator[Note]:
    """Yield a note for each block with answers that contradict each other; nothing is changed."""
    for key, block in survey.blocks.items():
        match block:
            case Ranking():
                yield from _note("same_rank", file, key, _alike(coded, block.items))
            case Multiple() if block.exclusive:
                yield from _note("not_alone", file, key, _not_alone(coded, block))
            case MaxDiff():
                for task in range(1, block.tasks + 1):
                    pair = (f"{key}_{task}_best", f"{key}_{task}_worst")
                    yield from _note("best_is_worst", file, f"{key}_{task}", _alike(coded, pair))
            case Vignette():
                drawn = tuple(f"{key}_{count}" for count in range(1, block.show + 1))
                yield from _note("drawn_twice", file, key, _alike(coded, drawn))


def _alike(coded: Mapping[str, CodedColumn], ids: tuple[str, ...]) -> np.ndarray:
    """Tell which respondents have the same value in two of these."""
    values = [coded[id].values for id in ids if id in coded]
    found = np.zeros(len(values[0]) if values else 0, dtype=bool)
    for place, one in enumerate(values):
        for other in values[:place]:
            found |= pd.notna(one) & (one == other)
    return found


def _not_alone(coded: Mapping[str, CodedColumn], block: Multiple) -> np.ndarray:
    """Tell who ticked an option that stands alone together with another one."""
    ticked = {id: coded[id].values == 1 for id in block.items if id in coded}
    n = sum((ticks.astype(int) for ticks in ticked.values()), start=np.zeros(0 if not ticked else 1, dtype=int))
    alone = [ticks for id, ticks in ticked.items() if id in block.exclusive]
    return np.any(alone, axis=0) & (n > 1) if alone else np.zeros(0, dtype=bool)


def _note(code: str, file: str, block: str, rows: np.ndarray) -> Iterator[Note]:
    yield from noted(code, file, block, np.flatnonzero(rows).tolist())


def noted(code: str, file: str, block: str, found: Sequence[int]) -> Iterator[Note]:
    """Yield the note of these rows, if there are any."""
    if len(found):
        first = tuple(str(row + 1) for row in found[:MOST_ROWS])
        yield Note(code=code, file=file, values={"block": block, "n": len(found), "rows": first})

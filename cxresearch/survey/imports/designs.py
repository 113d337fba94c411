"""MaxDiff, vignettes and diaries: a file holds their single questions only, so that what they were is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxresearch.survey.imports.draft import Draft

_FROM_THERE = "take the block from the survey file that this was exported from, or write it anew."
_MAXDIFF = f"The tasks of a MaxDiff are single questions here; no shares can be computed from them: {_FROM_THERE}"
_VIGNETTE = (
    "Stories that the form drew by itself are plain texts here, and nothing draws one, so that respondents would see "
    f"all of them: {_FROM_THERE}"
)
_DIARY = f"The rounds of a diary are single questions here: {_FROM_THERE}"
# what the calculations are called with which our exports draw a story
_DRAWN = ("random", "place", "step0")


def designs_told(draft: Draft) -> None:
    """Tell of blocks that were written out, as they stand in our own exports.

    A MaxDiff makes ``x_1_best`` and ``x_1_worst``, a diary ``x_1_more``, and a vignette is drawn by a calculation
    ``x_1`` with others beside it.
    """
    asked = [*draft.items, *draft.fields]
    for stem, tasks in _numbered(asked, ("best", "worst")).items():
        if len(tasks) > 1 and len(tasks) % 2 == 0:
            draft.note("maxdiff", _MAXDIFF, stem, ", ".join(tasks))
    for stem, rounds in _numbered(asked, ("more",)).items():
        draft.note("diary", _DIARY, stem, ", ".join(rounds))
    for stem, drawn in _numbered(draft.computed, _DRAWN).items():
        stories = sorted({re.sub(r"_[a-z]+\d*$", "", one) for one in drawn} & draft.computed)
        if stories:
            draft.note("vignette", _VIGNETTE, stem, ", ".join(stories))


def _numbered(names: Iterable[str], ends: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the names of the form ``stem_1_end`` by stem."""
    found: dict[str, list[str]] = {}
    for name in names:
        if match := re.fullmatch(rf"(\w+?)_\d+_(?:{'|'.join(ends)})", name):
            found.setdefault(match[1], []).append(name)
    return found

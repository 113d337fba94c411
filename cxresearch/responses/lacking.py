"""What a platform's file lacks of the questionnaire that its codes belong to, and whether it fits another one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from cxresearch.errors import Fault, Place, listing
from cxresearch.survey.export.codes import CodedColumn, Codes
from cxresearch.survey.survey import Survey


def lacking(codes: Codes, columns: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the platform's columns that a file should have and has not, with what they hold of the survey.

    Platforms hand out a multiple choice in one column, in a column for each option, or both; one way is enough.

    Examples
    --------
    >>> whole = CodedColumn(column="used", kind="ticks", variables={"1": "app", "2": "shop"}, block="used")
    >>> parts = [CodedColumn(column=f"used_{n}", kind="tick", variables={"": n}, block="used") for n in ("app", "shop")]
    >>> codes = Codes(platform="x", survey="s", version="1", perspective="p", languages={}, columns=(whole, *parts))
    >>> lacking(codes, ["used"]), lacking(codes, ["used_app"])
    ({}, {'used_shop': ('shop',)})
    """
    found: dict[str, tuple[str, ...]] = {}
    for column in codes.columns:
        ids = tuple(dict.fromkeys(column.variables.values()))
        if ids and column.column not in columns and not _said_otherwise(column, codes, columns):
            found[column.column] = ids
    return found


def _said_otherwise(column: CodedColumn, codes: Codes, columns: Collection[str]) -> bool:
    """Tell whether the ticks of this column stand elsewhere in the file, or will be told of another column."""
    if column.kind not in ("tick", "ticks") or column.block is None:
        return False
    alike = [other for other in codes.columns if other.block == column.block and other.kind in ("tick", "ticks")]
    whole = [other for other in alike if other.kind == "ticks"]
    parts = [other for other in alike if other.kind == "tick"]
    if column.kind == "ticks":
        return any(other.column in columns for other in parts)
    here = any(other.column in columns for other in parts)
    return any(other.column in columns for other in whole) or (bool(whole) and not here)


def lacking_fault(file: str, codes: Codes, absent: Mapping[str, tuple[str, ...]], fits: Sequence[str]) -> Fault:
    """Return the fault of a table without these columns; `fits` are perspectives that its other columns speak of."""
    told = (column if ids == (column,) else f"{column} ({', '.join(ids)})" for column, ids in absent.items())
    return Fault(
        code="data.missing-column",
        what=f"The file lacks columns ({len(absent)}) that this questionnaire has in {codes.platform}: {listing(told)}.",
        place=Place(file=file, line=1),
        do=(f"{_asking(codes, fits)} " if fits else "")
        + "Export the answers again with all questions, or say partial=True if these were taken out on the platform.",
    )


def other_perspective_fault(file: str, codes: Codes, fits: Sequence[str], strange: Sequence[str]) -> Fault:
    """Return the fault of a file with questions that only other perspectives are asked."""
    return Fault(
        code="data.other-perspective",
        what=f"The codes belong to the questionnaire of {codes.perspective!r}; "
        f"only {listing(fits)} {'are' if len(fits) > 1 else 'is'} asked what these columns hold: {listing(strange)}.",
        place=Place(file=file, line=1),
        do=f"{_asking(codes, fits)} If not, say perspective={codes.perspective!r}.",
    )


def _asking(codes: Codes, fits: Sequence[str]) -> str:
    return (
        f"Do these answers come from the questionnaire of another perspective ({listing(fits)})? "
        "Then read them with the codes that were exported for it."
    )


def of_others(survey: Survey, perspective: str, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns that bear the name of something only other perspectives are asked, and who that is."""
    if perspective not in survey.perspectives:
        return {}
    own = {entry.id for entry in survey.form(perspective).entries}
    others: dict[str, list[str]] = {}
    for who in survey.perspectives:
        for entry in survey.form(who).entries if who != perspective else ():
            if entry.id not in own:
                others.setdefault(_folded(entry.id), []).append(who)
    found = {column: next((others[name] for name in _names(column) if name in others), ()) for column in columns}
    return {column: tuple(who) for column, who in found.items() if who}


def _names(column: str) -> Iterator[str]:
    """Yield how a column may be called in the survey: all of it, or one part of ``block[item]``, ``block.item``."""
    yield _folded(column)
    yield from (_folded(part) for part in reversed(re.split(r"[\[\]./]+", column)) if part)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()

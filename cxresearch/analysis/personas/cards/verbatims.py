"""What people of a persona said: a few typical comments, masked, and only where enough people wrote one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.cards.masking import letters_left, masked
from cxresearch.errors import ArgumentError, Fault, listing, unknown_name
from cxresearch.responses.responses import RESPONDENT

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas

MOST: Final = 3  # comments on a card
LEAST_LETTERS: Final = 12  # of a comment, without what was masked
LEAST_WORDS: Final = 3
LONGEST: Final = 240  # characters
IDENTIFYING: Final = ("respondent", "unit", "weight")


@dataclass(frozen=True, kw_only=True)
class Verbatims:
    """Comments of one persona.

    Parameters
    ----------
    quotes : tuple of str
        Masked; empty below the minimum cell.
    people : int
        How many wrote a comment.
    enough : bool
        Whether they are at least the minimum cell.
    """

    quotes: tuple[str, ...]
    people: int
    enough: bool


def check_comments(found: Personas, column: str) -> None:
    """Refuse a column that is not there, points to a person by itself, or holds no text.

    Raises
    ------
    ArgumentError
        ``personas.comments``.
    """
    source = found.frame.source
    survey = source.survey
    texts = [f.id for f in survey.fields.values() if f.kind == "text" and not f.identifying] if survey else None
    if column not in source.frame.columns:
        offered = [c for c in source.frame.columns if texts is None or c in texts]
        raise ArgumentError(unknown_name("personas.comments", "column of comments", column, offered))
    field = survey.fields.get(column) if survey else None
    known = (survey is not None and column in survey.items) or column == RESPONDENT or (field and field.kind != "text")
    if known or (field and field.identifying):
        what = "This column may identify people." if field and field.identifying else "This column holds no comments."
        allowed = listing(texts) if texts else "a column of free text"
        raise ArgumentError(Fault(code="personas.comments", what=what, given=column, allowed=allowed))
    cells = source.frame[column].dropna()
    if len(cells) and not cells.map(lambda cell: isinstance(cell, str)).any():
        what = "This column holds no comments."
        raise ArgumentError(Fault(code="personas.comments", what=what, given=column, allowed="a column of free text"))


def verbatims(found: Personas, persona: int, column: str, lang: str) -> Verbatims:
    """Return up to three comments of those who belong to a persona most surely.

    People whose answers are unlike anyone's are no example of a persona, and the same words count once.
    """
    own = found.members[(found.members["persona"] == persona).fillna(False).astype(bool)]
    cells = found.frame.source.frame[column].iloc[own["row"].to_numpy()].to_numpy(dtype=object)
    wrote = np.array([isinstance(cell, str) and bool(cell.strip()) for cell in cells], dtype=bool)
    writers = own[wrote]
    people = int(writers[RESPONDENT].nunique()) if RESPONDENT in writers else len(writers)
    if people < found.minimum_cell:
        return Verbatims(quotes=(), people=people, enough=False)
    table = pd.DataFrame(
        {
            "cell": cells[wrote],
            "sure": writers["probability"].fillna(0.0).to_numpy(dtype=float).round(6),
            "unlike": writers["unlike"].to_numpy(dtype=bool),
        }
    )
    # of equally sure ones the longer says more; words settle the rest, not the order of the file
    table["length"] = table["cell"].str.len().clip(upper=LONGEST)
    table = table[~table["unlike"]].sort_values(
        ["sure", "length", "cell"], ascending=[False, False, True], kind="stable"
    )
    quotes: dict[str, str] = {}
    for cell in table["cell"]:
        if len(quotes) == MOST:
            break
        if letters_left(cell) >= LEAST_LETTERS and len(cell.split()) >= LEAST_WORDS:
            text = cut(masked(cell, lang))
            quotes.setdefault(text.casefold(), text)
    return Verbatims(quotes=tuple(quotes.values()), people=people, enough=True)


def cut(text: str, most: int = LONGEST) -> str:
    """Cut a text after a whole word.

    Examples
    --------
    >>> cut("one two three", 9)
    'one two …'
    >>> cut("short")
    'short'
    """
    if len(text) <= most:
        return text
    head = text[: most - 1]
    whole = head.rsplit(" ", 1)[0] if " " in head and text[most - 1] != " " else head
    return f"{whole.rstrip(' ,;:-–')} …"

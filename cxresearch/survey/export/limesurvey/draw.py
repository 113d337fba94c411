"""Stories that are drawn at random: hidden equations on the first page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cxresearch.errors import CxError, Fault
from cxresearch.survey.export.limesurvey.names import Names
from cxresearch.survey.export.limesurvey.question import Question
from cxresearch.survey.form import Entry

MOST_DRAWN = 4


def draws(entry: Entry, names: Names) -> Iterator[Question]:
    """Draw one of the stories that were not drawn before; the draw is kept when the page is seen again.

    Raises
    ------
    CxError
        ``export.refused`` for more than four stories without repetition.
    """
    code = names.codes[entry.id]
    earlier = [names.codes[id] for id in entry.apart]
    if len(earlier) >= MOST_DRAWN:
        raise CxError(
            Fault(
                code="export.refused",
                what=f"LimeSurvey cannot draw more than {MOST_DRAWN} stories without repetition.",
                given=entry.id,
                do=f"Show {MOST_DRAWN} stories or fewer.",
            )
        )
    first = names.new(f"{entry.id}_draw") if earlier else code
    free = len(entry.options) - len(earlier)
    yield _equation(first, f"{{if(is_empty({first}.NAOK), rand(1, {free}), {first}.NAOK)}}")
    # passing over the numbers drawn before, from the smallest on, leaves every other one equally likely
    past = first
    for step, other in enumerate(_ascending(earlier), start=1):
        name = code if step == len(earlier) else names.new(f"{entry.id}_past{step}")
        # sum, because + sets texts side by side and is warned of on the logic page
        yield _equation(name, f"{{if({past}.NAOK ge {other}, sum({past}.NAOK, 1), {past}.NAOK)}}")
        past = name


def _equation(code: str, text: str) -> Question:
    return Question(code=code, type="*", text=lambda _: text, attributes={"hidden": "1"}, shuffled=False)


def _ascending(codes: Sequence[str]) -> list[str]:
    """Return expressions for the numbers drawn before, from the smallest on."""
    names = [f"{code}.NAOK" for code in codes]
    if len(names) < 2:
        return names
    every = ", ".join(names)
    middle = [f"(sum({every}) - min({every}) - max({every}))"] if len(names) == 3 else []
    return [f"min({every})", *middle, f"max({every})"]

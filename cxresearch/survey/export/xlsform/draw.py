"""Vignettes are drawn by the form itself, each story once at most."""

from __future__ import annotations

from collections.abc import Iterator

from cxresearch.survey.export.xlsform.places import Places
from cxresearch.survey.export.xlsform.questions import Row
from cxresearch.survey.export.xlsform.text import choice_names
from cxresearch.survey.form import Entry


class Draws:
    """Writes the calculations that draw.

    Parameters
    ----------
    places : Places
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self._place: dict[str, str] = {}

    def before(self, entry: Entry) -> Iterator[Row]:
        """Yield what is drawn when the form is opened, so that no later answer draws anew.

        The random number counts through the options that are left.  Every option that was drawn before and does not
        lie behind the place moves it on by one; done as often as there are such options, it comes to rest.
        """
        left = len(entry.options) - len(entry.apart)
        random = self._calculated(f"{entry.id}_random")
        yield {"type": "calculate", "name": random, "calculation": "once(random())"}
        first = f"int(${{{random}}} * {left}) + 1"
        place = self._calculated(f"{entry.id}_place")
        yield {"type": "calculate", "name": place, "calculation": first}
        for _ in entry.apart:
            moved = " + ".join(f"if(${{{self._place[id]}}} <= ${{{place}}}, 1, 0)" for id in entry.apart)
            place = self._calculated(f"{entry.id}_place")
            yield {"type": "calculate", "name": place, "calculation": f"{first} + {moved}"}
        self._place[entry.id] = place

    def drawn(self, entry: Entry) -> Row:
        """Return the calculation that holds the option drawn."""
        place = f"${{{self._place[entry.id]}}}"
        codes = list(choice_names(tuple(option.code for option in entry.options)).values())
        counted = codes == [str(number) for number in range(1, len(codes) + 1)]
        calculation = place if counted else f"selected-at('{' '.join(codes)}', {place} - 1)"
        return {"type": "calculate", "name": self.places.stored[entry.id].names[0], "calculation": calculation}

    def _calculated(self, wanted: str) -> str:
        return self.places.silent(wanted)

"""What a SurveyJS question offers to choose from, as scales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cxresearch.survey.imports.draft import Draft, Labels
from cxresearch.survey.imports.surveyjs.text import Locales
from cxresearch.survey.imports.surveyjs.values import SPECIAL, bound, code_for, number_of, whole, written
from cxresearch.survey.scale import Code

Json = Mapping[str, Any]


class Choices:
    """Reads choices, rows, columns and rates.

    Parameters
    ----------
    draft : Draft
    locales : Locales
    """

    def __init__(self, draft: Draft, locales: Locales) -> None:
        self.draft = draft
        self.locales = locales

    def labels(self, q: Json, name: str) -> tuple[Labels, Labels]:
        """Return the choices of a question, and those that are no answer."""
        labels: list[tuple[Code, Mapping[str, str]]] = [
            (code_for(value), text) for value, text, _ in self.options(q.get("choices"), name)
        ]
        missing: list[tuple[Code, Mapping[str, str]]] = []
        for code, keys, text, german, english in SPECIAL:
            if any(q.get(key) for key in keys):
                told = self.locales.text(q.get(text)) or self.locales.ready(german, english)
                (missing if code in ("refused", "dontknow") else labels).append((code, told))
        return labels, missing

    def options(self, given: Any, where: str) -> list[tuple[Any, Mapping[str, str], Json]]:
        """Return value, wording and settings of each choice, row or column."""
        found = []
        seen: set[str] = set()
        for one in given if isinstance(given, list) else ():
            settings = one if isinstance(one, Mapping) else {"value": one}
            value = settings.get("value", settings.get("name"))
            if value is None or isinstance(value, list | dict):
                self.draft.note("choice", "A choice without a value is left out.", where, one)
                continue
            if written(value) in seen:
                self.draft.note("choice", "A choice with the value of another one is left out.", where, one)
                continue
            seen.add(written(value))
            text = self.locales.text(settings.get("text", settings.get("title")))
            found.append((value, text or {one: str(value) for one in self.locales.languages}, settings))
        return found

    def scale(self, labels: Labels, missing: Labels, name: str, level: str = "nominal") -> tuple[str, dict[str, Code]]:
        """Return the id of the scale, and the platform's values with the codes that they became."""
        codes = {written(code): code for code, _ in (*labels, *missing)}
        labels, missing = self.draft.without_answer(labels, missing, name)
        numbered = all(isinstance(code, int) and set(text.values()) == {str(code)} for code, text in labels[1:-1])
        ordinal = level == "ordinal" or (len(labels) > 2 and numbered)
        return self.draft.scale(labels, "ordinal" if ordinal else "nominal", missing, name, f"{name}_scale"), codes

    def rates(self, q: Json, name: str) -> tuple[str, dict[str, Code]]:
        """Return the scale and the codes of a rating."""
        if values := self.options(q.get("rateValues"), name):
            return self.scale([(code_for(value), text) for value, text, _ in values], [], name, "ordinal")
        low, step = number_of(q.get("rateMin"), 1), number_of(q.get("rateStep"), 1) or 1
        count = q.get("rateCount")
        high = number_of(q.get("rateMax"), low + step * (count - 1) if isinstance(count, int) else 5)
        steps = min(max(int((high - low) / step), 1), 100)
        points = [whole(low + step * i) for i in range(steps + 1)]
        ends = {points[0]: q.get("minRateDescription"), points[-1]: q.get("maxRateDescription")}
        labels = [
            (point, self.locales.text(ends.get(point)) or {one: str(point) for one in self.locales.languages})
            for point in points
        ]
        return self.scale(labels, [], name, "ordinal")

    def points(self, q: Json, name: str, scale: Mapping[str, Any]) -> dict[Code, Mapping[str, str]]:
        """Return the labels of a slider; what stands beside its points is told."""
        labels: dict[Code, Mapping[str, str]] = {}
        for value, text, _ in self.options(q.get("customLabels"), name):
            point, low = bound(value), scale["low"]
            steps = 0.5 if point is None else (point - low) / scale.get("step", 1)
            # binary fractions: 0.3 / 0.1 is not quite 3
            if point is not None and low <= point <= scale["high"] and abs(steps - round(steps)) < 1e-6:
                labels[point] = text
            else:
                what = "A label of a slider stands at no value that can be chosen; it is left out."
                self.draft.note("slider-label", what, name, f"{value}: {next(iter(text.values()), '')}")
        return labels

"""The questions of a Qualtrics survey, type by type."""

from __future__ import annotations

from cxresearch.survey.imports.qualtrics.matrices import Matrices
from cxresearch.survey.imports.qualtrics.singles import Payload


class Builder(Matrices):
    """Turns questions into parts of a draft, each type by its own way."""

    def question(self, qid: str, q: Payload) -> list[str]:
        """Add a question; return what stands on the page, nothing where it cannot be asked."""
        made = self._question(qid, q)
        return [name for one in made for name in (one, *self.after.get(one, ()))]

    def _question(self, qid: str, q: Payload) -> list[str]:
        tag = str(q.get("DataExportTag") or qid)
        kind, selector, sub = (str(q.get(key) or "") for key in ("QuestionType", "Selector", "SubSelector"))
        match kind, selector, sub:
            case "MC", "MAVR" | "MAHR" | "MACOL" | "MSB", _:
                return [self._ticks(qid, q, tag)]
            case "MC", _, _:
                return self._single(qid, q, tag)
            case "Matrix", "Likert" | "Profile" | "Bipolar" | "MaxDiff" | "", "MultipleAnswer":
                return self._ticked_rows(qid, q, tag, tag)
            case "Matrix", "Likert" | "Bipolar" | "", _:
                return [self._grid(qid, q, tag, tag)]
            case "Matrix", "TE", _:
                return self._rows_of_text(qid, q, tag)
            case "SBS", _, _:
                return self._side_by_side(qid, q, tag)
            case "TE", "FORM", _:
                return self._form(qid, q, tag, "text")
            case "TE", _, _:
                return [self._text(qid, q, tag)]
            case "CS", _, _:
                self._lost("constant-sum", "The answers of this question add up to a sum, which is not checked.", qid)
                return self._form(qid, q, tag, "number")
            case "RO", _, _:
                return [self._ranking(qid, q, tag)]
            case "Slider", _, _:
                return self._sliders(qid, q, tag)
        what = f"A question of the type {'/'.join(filter(None, (kind, selector, sub)))} cannot be asked."
        self._lost("question-type", what, qid, q.get("QuestionText"))
        return []

"""The matrices of a Qualtrics survey, as grids, lists to tick and single fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from cxresearch.survey.imports.qualtrics.choices import Choice
from cxresearch.survey.imports.qualtrics.logic import Asked
from cxresearch.survey.imports.qualtrics.singles import Payload, Singles


class Matrices(Singles):
    """Makes parts of a draft of questions with rows and columns."""

    def _rows(self, q: Payload, qid: str, tag: str) -> Iterator[tuple[Choice, str, tuple[str, ...]]]:
        """Yield the rows of a matrix, the name of each, and the columns it may come in."""
        tags = q.get("ChoiceDataExportTags")
        for row in self._choices(q, qid):
            own = str(tags.get(row.id) or "") if isinstance(tags, Mapping) else ""
            suffix = own or row.suffix
            columns = (f"{tag}_{suffix}", own) if own.startswith(f"{tag}_") else (f"{tag}_{suffix}",)
            yield row, columns[-1], columns

    def _grid(self, qid: str, q: Payload, tag: str, wanted: str, scale: str | None = None, **more: Any) -> str:
        answers = self._choices(q, qid, "Answers", "AnswerOrder")
        labels, missing = self._labels(answers, qid)
        if scale is None:
            level: Literal["nominal", "ordinal"] = "ordinal" if len(labels) > 2 else "nominal"
            scale = self.draft.scale(labels, level, missing, where=qid, wanted=f"{wanted}_scale")
        block = self.draft.id(wanted)
        rows, after = {}, []
        for row, name, columns in self._rows(q, qid, tag):
            id = rows[row.id] = self.draft.item(name, row.text, scale)
            for column in columns:
                self._column(column, id)
            if row.logic:
                self.logics.append((row.logic, id, f"{qid}/{row.id}"))
            if row.typed:
                after.append(self._other(qid, tag, _named(row, name, tag), f"answered({id})"))
        self.asked[qid] = Asked(rows=rows, codes={answer.id: answer.code for answer in answers})
        told = {"kind": "grid", "text": self.draft.wording(self.texts(q), qid), "items": list(rows.values())}
        self.draft.blocks[block] = told | {key: value for key, value in {**self._more(q), **more}.items() if value}
        if after:
            self.after[block] = after
        return block

    def _ticked_rows(self, qid: str, q: Payload, tag: str, wanted: str) -> list[str]:
        what = "A matrix of boxes became a multiple choice for each row."
        self.draft.note("matrix-multiple", what, qid, severity="changed")
        stem = self.texts(q)
        blocks = []
        for row, name, columns in self._rows(q, qid, tag):
            text = {one: f"{stem.get(one, stem[self.main])}<br>{label}" for one, label in row.text.items()}
            block = self._ticks(qid, q, columns[0], text, row.id, wanted=f"{name}_ticks")
            if row.logic:
                self.logics.append((row.logic, block, f"{qid}/{row.id}"))
            blocks.append(block)
        return blocks

    def _side_by_side(self, qid: str, q: Payload, tag: str) -> list[str]:
        """Ask each column as a table of its own."""
        what = "Columns side by side became tables, one below the other."
        self.draft.note("side-by-side", what, qid, severity="changed")
        parts: list[str] = []
        more = q.get("AdditionalQuestions")
        for number, column in sorted(more.items()) if isinstance(more, Mapping) else ():
            if not isinstance(column, Mapping):
                self._lost("setting", "A column of a table cannot be read.", qid, column)
                continue
            stem = self.texts(q)
            head = self.texts(column)
            text = {one: f"{stem.get(one, stem[self.main])}<br>{head.get(one, head[self.main])}" for one in stem}
            inner = {**column, "QuestionText": text[self.main], "Choices": q.get("Choices") or column.get("Choices")}
            inner["ChoiceOrder"] = q.get("ChoiceOrder")
            inner["Language"] = {one: {"QuestionText": said} for one, said in text.items() if one != self.main}
            inner_tag = str(column.get("DataExportTag") or f"{tag}#{number}")
            if column.get("QuestionType") == "TE" or column.get("Selector") == "TE":
                parts += self._rows_of_text(f"{qid}#{number}", inner, inner_tag)
            elif column.get("SubSelector") == "MultipleAnswer":
                parts += self._ticked_rows(f"{qid}#{number}", inner, inner_tag, inner_tag)
            else:
                parts.append(self._grid(f"{qid}#{number}", inner, inner_tag, inner_tag))
        return parts

    def _rows_of_text(self, qid: str, q: Payload, tag: str) -> list[str]:
        """Ask each cell of a table of texts as a field."""
        self.draft.note("text-table", "A table of texts became single questions.", qid, severity="changed")
        stem = self.texts(q)
        answers: Sequence[Choice | None] = self._choices(q, qid, "Answers", "AnswerOrder") or [None]
        ids = []
        for row, name, columns in self._rows(q, qid, tag):
            for answer in answers:
                end = f"_{answer.suffix}" if answer else ""
                text = {
                    one: "<br>".join(
                        filter(None, (stem.get(one, ""), label, answer.text.get(one, "") if answer else ""))
                    )
                    for one, label in row.text.items()
                }
                id = self.draft.field(f"{name}{end}", "text", text)
                for column in columns:
                    self._column(f"{column}{end}", id)
                    self._column(f"{column}{end}_TEXT", id)
                ids.append(id)
        return ids


def _named(row: Choice, name: str, tag: str) -> Choice:
    return row.with_suffix(name.removeprefix(f"{tag}_"))

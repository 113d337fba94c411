"""The rows of the sheet survey, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from cxresearch.survey.export.loss import mixed_pages
from cxresearch.survey.export.xlsform.draw import Draws
from cxresearch.survey.export.xlsform.places import Places, is_typed, places_of
from cxresearch.survey.export.xlsform.questions import Questions, Row
from cxresearch.survey.export.xlsform.xpath import quoted, xpath
from cxresearch.survey.expression import both
from cxresearch.survey.form import Ending, Entry, Form, FormPage, Group, Option, Passage, last_rows
from cxresearch.survey.text import Text


class Rows:
    """Writes the rows of one form.

    Parameters
    ----------
    form : Form
    languages : tuple of str
    """

    def __init__(self, form: Form, languages: tuple[str, ...]) -> None:
        self.form = form
        self.languages = languages
        self.places: Places = places_of(form)
        self.questions = Questions(self.places, languages)
        self.draws = Draws(self.places)
        self.mixed = mixed_pages(form)

    def all(self) -> Iterator[Row]:
        """Yield every row of the sheet."""
        for kind in ("start", "end"):
            yield {"type": kind, "name": kind}
        for entry in self.form.entries:
            if entry.drawn:
                yield from self.draws.before(entry)
                self.questions.lose("drawn-by-form", entry.id, "note")
        gates: list[str] = []  # the interview has not ended yet
        for page in self.form.pages:
            yield from self._page(page, tuple(gates))
            if page.screenout:
                over = self.places.silent(f"{page.id}_screenout")
                yield from self._screenout(page, page.screenout, over, tuple(gates))
                gates.append(f"${{{over}}} != '1'")

    def _page(self, page: FormPage, gates: tuple[str, ...]) -> Iterator[Row]:
        name = self.places.silent(f"page_{page.id}")
        yield {
            "type": "begin_group",
            "name": name,
            "label": page.title,
            "appearance": "field-list",
            **self.questions.when(page.relevance, also=gates),
        }
        if page.intro:
            yield {"type": "note", "name": self.places.silent(f"{name}_intro"), "label": page.intro}
        for part in page.parts:
            if isinstance(part, Passage):
                note = {"type": "note", "name": self.places.silent(part.id), "label": part.text}
                yield note | self.questions.when(part.relevance)
            elif isinstance(part, Group):
                yield from self._group(part)
            elif part.drawn:
                yield self.draws.drawn(part) | self.questions.when(part.relevance)
            else:
                yield from self.questions.entry(part)
        yield {"type": "end_group"}
        if page.shuffle and len(page.parts) > 1:
            self.questions.lose("no-page-shuffle", page.id)
        if page.group in self.mixed:
            self.questions.lose("no-page-group", page.id, group=page.group)

    def _screenout(self, page: FormPage, end: Ending, over: str, gates: tuple[str, ...]) -> Iterator[Row]:
        condition = both(page.relevance, end.when)
        assert condition is not None
        parts = [*gates, xpath(condition, self.places.stored)]
        yield {"type": "calculate", "name": over, "calculation": f"if(({') and ('.join(parts)}), '1', '0')"}
        group = self.places.silent(f"{over}_page")
        relevant = f"${{{over}}} = '1'"
        yield {"type": "begin_group", "name": group, "appearance": "field-list", "relevant": relevant}
        thanks = self.questions.said("thanks")
        label = Text({one: f"{end.text.get(one)}\n\n{thanks.get(one)}" for one in self.languages})
        yield {"type": "note", "name": self.places.silent(f"{over}_text"), "label": label}
        yield {"type": "end_group"}
        self.questions.lose("screenout-as-pages", page.id, "changed")

    def _group(self, group: Group) -> Iterator[Row]:
        match group.kind:
            case "multiple":
                yield self._multiple(group)
            case "ranking":
                yield from self._ranking(group)
            case "dual":
                yield from self._dual(group)
            case "maxdiff":
                yield from self._maxdiff(group)
            case _:
                yield from self._stem(group)
                grid = group.kind == "grid"
                yield from self._grid(group, group.rows) if grid else self._plain(group, group.rows)
                yield {"type": "end_group"}
                self._unshuffled(group)

    def _stem(self, group: Group) -> Iterator[Row]:
        name = self.places.silent(group.id)
        yield {"type": "begin_group", "name": name, "label": group.text, **self.questions.when(group.relevance)}
        if group.hint:
            yield {"type": "note", "name": self.places.silent(f"{name}_hint"), "label": group.hint}

    def _plain(self, group: Group, rows: tuple[Entry, ...]) -> Iterator[Row]:
        for row in rows:
            yield from self.questions.entry(row, need=group.required)

    def _grid(self, group: Group, rows: tuple[Entry, ...]) -> Iterator[Row]:
        if any(is_typed(row) or row.widget == "dropdown" for row in rows):
            yield from self._plain(group, rows)
            return
        first = next(self.questions.entry(rows[0], ends_in_row=True))
        head = self.places.silent(f"{group.id}_head")
        yield {"type": first["type"], "name": head, "appearance": "label"}
        for row in rows:
            yield from self.questions.entry(row, need=group.required, appearance="list-nolabel", ends_in_row=True)

    def _dual(self, group: Group) -> Iterator[Row]:
        yield from self._stem(group)
        for number, rows in enumerate((group.rows, group.second)):
            name = self.places.silent(f"{group.id}_{number + 1}")
            yield {"type": "begin_group", "name": name, "label": group.heads[number] if group.heads else None}
            yield from self._grid(group, rows)
            yield {"type": "end_group"}
        yield {"type": "end_group"}
        self.questions.lose("dual-apart", group.id, "changed")
        self._unshuffled(group)

    def _unshuffled(self, group: Group) -> None:
        if group.shuffle and len(group.rows) > 1:
            self.questions.lose("no-row-shuffle", group.id)

    def _options(self, group: Group) -> str:
        choices: list[Row] = [{"name": self.places.options[row.id], "label": row.text} for row in group.rows]
        return self.questions.choices(group.id, choices)

    def _multiple(self, group: Group) -> Row:
        name = self.places.stored[group.rows[0].id].names[0]
        row: Row = {
            "type": f"select_multiple {self._options(group)}",
            "name": name,
            "label": group.text,
            "hint": group.hint,
            **self.questions.when(group.relevance),
            **self._need(group),
        }
        if group.shuffle:
            row["parameters"] = "randomize=true"
            last = [Option(code=one.id, text=one.text) for one in group.rows if one.id in last_rows(group)]
            self.questions.last(group.id, last)
        hidden = [entry for entry in group.rows if entry.relevance]
        if hidden:
            shown = [(quoted(self.places.options[one.id]), one.relevance) for one in hidden]
            parts = [f"(name != {o} or ({xpath(when, self.places.stored)}))" for o, when in shown if when]
            row["choice_filter"] = " and ".join(parts)
            self.questions.lose("option-conditions", group.id, "changed")
        return row | self._limits(group)

    def _limits(self, group: Group) -> Row:
        alone = [f"selected(., {quoted(self.places.options[id])})" for id in group.exclusive]
        parts, messages = [], []
        if alone:
            parts.append(f"not(({' or '.join(alone)}) and count-selected(.) > 1)")
            option = next(row.text for row in group.rows if row.id in group.exclusive)
            messages.append(self.questions.said("exclusive", option=option))
        if group.at_least and group.at_least > 1:
            parts.append(f"({' or '.join([f'count-selected(.) >= {group.at_least}', *alone])})")
            messages.append(self.questions.said("at_least", n=group.at_least))
        if group.at_most and group.at_most < len(group.rows):
            parts.append(f"count-selected(.) <= {group.at_most}")
            messages.append(self.questions.said("at_most", n=group.at_most))
        if not parts:
            return {}
        told = Text({one: " ".join(message.get(one) for message in messages) for one in self.languages})
        return {"constraint": " and ".join(parts), "constraint_message": told}

    def _need(self, group: Group) -> Row:
        needs = {group.required, *(row.required for row in group.rows)}
        if group.required == "no" and needs != {"no"}:
            self.questions.lose("required-as-a-whole", group.id, "changed")
        if "yes" in needs:
            return {"required": "yes", "required_message": self.questions.said("required")}
        if "soft" in needs:
            self.questions.lose("soft-required", group.id)
        return {}

    def _ranking(self, group: Group) -> Iterator[Row]:
        names = self.places.stored[group.rows[0].id]
        choices = self._options(group)
        shuffled = {"parameters": "randomize=true"} if group.shuffle else {}
        need = self._need(group)
        if any(row.relevance for row in group.rows):
            self.questions.lose("rank-conditions", group.id)
        if names.kind == "order":
            when = self.questions.when(group.relevance)
            row = {"type": f"rank {choices}", "name": names.names[0], "label": group.text, "hint": group.hint}
            yield row | when | need | shuffled
            return
        yield from self._stem(group)
        for number, name in enumerate(names.names, start=1):
            earlier = [f"name != ${{{one}}}" for one in names.names[: number - 1]]
            row = {"type": f"select_one {choices}", "name": name, "label": self.questions.said("place", n=number)}
            if earlier:
                row |= {"choice_filter": " and ".join(earlier), "relevant": f"${{{names.names[number - 2]}}} != ''"}
            yield row | need | shuffled
        yield {"type": "end_group"}
        self.questions.lose("top-by-place", group.id, "changed", top=len(names.names))

    def _maxdiff(self, group: Group) -> Iterator[Row]:
        yield from self._stem(group)
        seed = None
        if group.shuffle:
            seed = self.places.silent(f"{group.id}_seed")
            yield {"type": "calculate", "name": seed, "calculation": "once(int(random() * 1000000))"}
        names = [self.places.stored[row.id].names[0] for row in group.rows]
        for number, entry in enumerate(group.rows):
            for row in self.questions.entry(entry, need=group.required):
                row.pop("appearance", None)
                if len(names) > 1:
                    row["constraint"] = f". != ${{{names[1 - number]}}}"
                    row["constraint_message"] = self.questions.said("apart")
                yield row | ({"parameters": f"randomize=true, seed=${{{seed}}}"} if seed else {})
        yield {"type": "end_group"}

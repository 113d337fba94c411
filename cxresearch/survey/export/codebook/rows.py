"""The tables of a codebook: variables, values, blocks and constructs, all languages side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from cxresearch.survey.block import Diary, Vignette
from cxresearch.survey.export.paper.numbers import Numbers, numbered
from cxresearch.survey.export.paper.sentence import formula
from cxresearch.survey.export.paper.words import Words, printable
from cxresearch.survey.form import Form, Group, Passage, members
from cxresearch.survey.item import BackgroundField, Item
from cxresearch.survey.scale import Code
from cxresearch.survey.text import Text

Cell = str | int | float | None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table with its heading; `name` is English and never changes.

    Parameters
    ----------
    languages : tuple of str or None
        The language of each column, None where it is in that of the page.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    languages: tuple[str | None, ...]


class Book:
    """A codebook; what it says itself is in the first language."""

    def __init__(self, form: Form, languages: tuple[str, ...]) -> None:
        self.form, self.languages = form, languages
        self.base = "de" if languages[0].split("-")[0] == "de" else "en"
        self.numbers: Numbers = numbered(form)
        words = Words(languages[0])
        self.words = words
        self.pages = {entry.id: page.id for page in form.pages for entry in page.entries}
        parts = [part for page in form.pages for part in page.parts]
        self.groups = [part for part in parts if isinstance(part, Group)]
        self.passages = {part.id: part.text for part in parts if isinstance(part, Passage)}
        self.columns = {key: field for key, field in form.survey.fields.items() if field.text is None}

    def say(self, key: str, **values: object) -> str:
        """Return a word of the codebook itself."""
        return _words()[key][self.base].format(**values)

    def sheets(self) -> tuple[Sheet, ...]:
        """Return all tables.

        Examples
        --------
        >>> from cxresearch.survey.template import load_survey
        >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
        >>> [sheet.name for sheet in Book(form, ("de", "en")).sheets()]
        ['Variables', 'Values', 'Blocks', 'Constructs']
        """
        return (self._variables(), self._values(), self._blocks(), self._constructs())

    def _sheet(self, name: str, columns: list[str], rows: list[tuple[Cell, ...]]) -> Sheet:
        """Build a sheet; a column whose heading names a language stands once for each."""
        head: list[str] = []
        languages: list[str | None] = []
        for key in columns:
            wide = "{language}" in _words()[key][self.base]
            for language in self.languages if wide else (None,):
                head.append(self.say(key, language=language))
                languages.append(language)
        return Sheet(name=name, title=self.say(name), head=tuple(head), rows=tuple(rows), languages=tuple(languages))

    def _each(self, text: Text | None) -> tuple[str, ...]:
        return tuple(printable(text.get(language)) if text else "" for language in self.languages)

    def _variables(self) -> Sheet:
        columns = ["variable", "number", "page", "block", "kind", "name", "text", "hint", "low_end", "high_end"]
        columns += ["scale", "level", "low", "high", "step", "missing", "required", "asked_if", "construct", "reversed"]
        columns += ["touchpoint", "index", "expects", "random", "wording"]
        return self._sheet("Variables", columns, [*self._asked(), *self._given()])

    def _asked(self) -> Iterator[tuple[Cell, ...]]:
        shown = self.form.shown_when()
        blocks = {entry.id: group.id for group in self.groups for entry in group.entries}
        for entry in self.form.entries:
            source = entry.source
            item = source if isinstance(source, Item) else None
            kinds = {"number": "number_kind", "text": "text_kind"}
            kind = self.say("drawn") if entry.drawn else self.say(kinds.get(entry.kind, entry.kind))
            if isinstance(source, BackgroundField) and source.identifying:
                kind += f"; {self.say('identifying')}"
            condition = shown[entry.id]
            yield (
                entry.id,
                None if entry.drawn else self.numbers.variables[entry.id],
                self.pages[entry.id],
                blocks.get(entry.id),
                kind,
                *self._each(source.name),
                *self._each(None if entry.drawn else entry.text),
                *self._each(entry.hint),
                *self._each(entry.ends.low if entry.ends else None),
                *self._each(entry.ends.high if entry.ends else None),
                item.scale if item else None,
                entry.scale.level.value if entry.scale else None,
                *(None if entry.drawn else _tidy(value) for value in (entry.low, entry.high, entry.step)),
                ", ".join(str(code) for code in entry.missing),
                self.say(entry.required),
                formula(condition) if condition is not None else None,
                item.construct if item else None,
                self.say("yes") if item and item.reversed else None,
                item.touchpoint if item else None,
                item.index if item else None,
                entry.expects,
                self.say("shuffled") if entry.shuffle else None,
                _origin(item) if item else None,
            )

    def _given(self) -> Iterator[tuple[Cell, ...]]:
        width = len(self.languages)
        for key, field in self.columns.items():
            kind = self.say("given", kind=field.kind)
            kind += f"; {self.say('identifying')}" if field.identifying else ""
            missing = ", ".join(str(code) for code in field.missing)
            before = (key, None, None, None, kind, *self._each(field.name), *[""] * (4 * width), None, None)
            yield (*before, _tidy(field.low), _tidy(field.high), None, missing, *[None] * 9)

    def _values(self) -> Sheet:
        rows: list[tuple[Cell, ...]] = []
        for entry in self.form.entries:
            for option in entry.options:
                text = self.passages.get(f"{entry.id}_{option.code}") if entry.drawn else option.text
                rows.append(self._value(entry.id, option.code, text, option.missing))
            if entry.kind == "number" and entry.scale:
                rows += [self._value(entry.id, code, text, False) for code, text in entry.scale.labels.items()]
        for key, field in self.columns.items():
            rows += [self._value(key, code, text, False) for code, text in field.labels.items()]
            rows += [self._value(key, code, text, True) for code, text in field.missing.items()]
        return self._sheet("Values", ["variable", "code", "label", "is_missing"], rows)

    def _value(self, id: str, code: Code, text: Text | None, missing: bool) -> tuple[Cell, ...]:
        return (id, code, *self._each(text), self.say("yes") if missing else None)

    def _blocks(self) -> Sheet:
        rows: list[tuple[Cell, ...]] = []
        for group in self.groups:
            members = ", ".join(entry.id for entry in group.entries)
            number = self.numbers.parts[group.id]
            rows.append((group.id, number, group.kind, *self._each(group.text), self._rules(group), members))
        rows += self._rounds()
        return self._sheet("Blocks", ["block", "number", "kind", "stem", "rules", "members"], rows)

    def _rounds(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the blocks that ask the same several times, with what is said before the first."""
        for key, block in self.form.survey.blocks.items():
            if not isinstance(block, Vignette | Diary):
                continue
            if asked := [id for id in members(key, block) if id in self.pages]:
                said = [self._each(self.passages.get(f"{key}_{part}")) for part in ("stem", "hint")]
                told = ("\n".join(filter(None, each)) for each in zip(*said, strict=True))
                yield (key, None, block.kind, *told, "", ", ".join(asked))

    def _rules(self, group: Group) -> str:
        told = [] if group.required == "no" else [f"{self.say('required')}: {self.say(group.required)}"]
        told += [self.say("at_least", n=group.at_least)] if group.at_least else []
        told += [self.say("at_most", n=group.at_most)] if group.at_most else []
        told += [self.say("alone", ids=", ".join(group.exclusive))] if group.exclusive else []
        told += [self.say("top", n=group.top)] if group.top else []
        told += [self.say("rows_shuffled")] if group.shuffle else []
        return "; ".join(told)

    def _constructs(self) -> Sheet:
        rows: list[tuple[Cell, ...]] = []
        survey = self.form.survey
        for key, construct in survey.constructs.items():
            items = [item for item in survey.items_of(key, self.form.perspective) if item.id in self.pages]
            if not items:
                continue
            needed = self.say("of", n=construct.needed(len(items)), items=len(items))
            rows.append(
                (
                    key,
                    *self._each(construct.name),
                    *self._each(construct.definition),
                    self.say(construct.rule),
                    needed,
                    ", ".join(item.id for item in items),
                    ", ".join(item.id for item in items if item.reversed),
                    construct.source,
                )
            )
        columns = ["construct", "name", "definition", "rule", "min_answered", "items", "items_reversed", "source"]
        return self._sheet("Constructs", columns, rows)


def _tidy(number: float | None) -> int | float | None:
    return int(number) if number is not None and float(number).is_integer() else number


def _origin(item: Item) -> str:
    return "; ".join(part for part in (item.wording, item.source, item.licence) if part)


@cache
def _words() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("words.yaml")
    found: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found

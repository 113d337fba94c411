"""From a form to its pages on paper, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from cxresearch.survey.block import Diary
from cxresearch.survey.export.paper.answers import Answers
from cxresearch.survey.export.paper.numbers import Numbers
from cxresearch.survey.export.paper.paper import (
    MANY,
    ONE,
    Blank,
    Boxes,
    Cell,
    Heading,
    Paper,
    Paragraph,
    Piece,
    Ruler,
    Table,
    Together,
)
from cxresearch.survey.export.paper.sentence import Sentences
from cxresearch.survey.export.paper.words import Words, printable
from cxresearch.survey.expression import Condition
from cxresearch.survey.form import Entry, Form, FormPage, Group, Part, Passage
from cxresearch.survey.text import Text

FILTER = "▸ "


def paper_of(numbers: Numbers, language: str) -> Paper:
    """Return the questionnaire in one language.

    Examples
    --------
    >>> from cxresearch.survey.export.paper.numbers import numbered
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> paper_of(numbered(form), "de").title
    'Kurzbefragung zu Musterhaus'
    """
    return _Writer(numbers, language).paper()


def cards_of(numbers: Numbers, language: str) -> Paper | None:
    """Return the stories of all vignettes as cards to be drawn; None where there are none."""
    writer = _Writer(numbers, language)
    parts = tuple(writer.cards())
    if not parts:
        return None
    words = writer.words
    head = Heading(text=words.say("cards"), level=1)
    return Paper(
        title=f"{writer.text(numbers.form.title)}: {words.say('cards')}",
        subject=writer.subject(),
        language=language,
        tag=words.tag,
        foot=writer.foot(),
        parts=(Together(pieces=(head,)), *parts),
    )


class _Writer:
    def __init__(self, numbers: Numbers, language: str) -> None:
        self.numbers = numbers
        self.form: Form = numbers.form
        self.words = Words(language)
        self.answers = Answers(self.words)
        self.sentences = Sentences(self.words, numbers.references(self.words))
        self.apart: list[str] = []
        self.drawn = [entry.id for entry in self.form.entries if entry.drawn]

    def text(self, text: Text | None) -> str:
        return printable(text.get(self.words.language)) if text else ""

    def subject(self) -> str:
        return self.words.say("version", id=self.form.survey.id, version=printable(self.form.survey.version))

    def foot(self) -> str:
        # the page numbers are put in by whoever draws; other braces would be taken for them
        before = self.subject().replace("{", "(").replace("}", ")")
        return f"{before}  ·  {self.words.say('page', page='{page}', pages='{pages}')}"

    def paper(self) -> Paper:
        pages = list(self._pages())
        return Paper(
            title=self.text(self.form.title),
            subject=self.subject(),
            language=self.words.language,
            tag=self.words.tag,
            foot=self.foot(),
            parts=(*self._start(pages), *self._ended(pages)),
            apart=tuple(self.apart),
        )

    def _start(self, pages: list[Together]) -> Iterator[Together]:
        who = self.text(self.form.survey.perspectives[self.form.perspective].name)
        yield Together(
            pieces=(
                Heading(text=self.text(self.form.title), level=1),
                Paragraph(text=self.words.say("who", who=who), role="hint"),
            )
        )
        if told := [self.words.say(key) for key in _explained(pages)]:
            yield Together(pieces=tuple(Paragraph(text=one, role="small") for one in told), framed=True)

    def _ended(self, pages: list[Together]) -> list[Together]:
        """Say thanks after the last question, on the same page as it."""
        survey = self.form.survey
        thanks = Paragraph(text=self.words.say("thanks"), role="end")
        source = self.words.say("source", source=printable(survey.source), licence=printable(survey.licence))
        notices = [self.text(notice) for notice in survey.notices]
        end = (thanks, *(Paragraph(text=one, role="small") for one in (*notices, source)))
        if not pages or pages[-1].framed:
            return [*pages, Together(pieces=end)]
        return [*pages[:-1], Together(pieces=(*pages[-1].pieces, *end))]

    def _pages(self) -> Iterator[Together]:
        for page in self.form.pages:
            head: list[Piece] = []
            if page.title:
                head.append(Heading(text=self.text(page.title), level=2))
            elif page is not self.form.pages[0]:
                head.append(Heading(text="", level=2))
            if page.relevance is not None:
                head.append(self._filter("only_section", page.relevance))
            head += [Paragraph(text=one) for one in self.text(page.intro).split("\n") if one.strip()]
            parts = list(self._parts(page))
            if head and parts:
                # a heading never stands alone at the foot of a page
                yield Together(pieces=(*head, *parts[0].pieces))
                yield from parts[1:]
            else:
                yield from [Together(pieces=tuple(head))] if head else parts
            if page.screenout:
                clause = self.sentences.clause(page.screenout.when)
                pieces = (
                    Paragraph(text=f"{FILTER}{self.words.say('ends', clause=clause)}", role="filter"),
                    Paragraph(text=self.text(page.screenout.text)),
                )
                yield Together(pieces=pieces, framed=True)

    def _parts(self, page: FormPage) -> Iterator[Together]:
        kept = [part for part in page.parts if not self._is_story(part)]
        before: tuple[Piece, ...] = ()
        for condition, run in groupby(kept, lambda part: part.relevance):
            parts = list(run)
            asked = [part for part in parts if part.id in self.numbers.parts]
            for part in parts:
                pieces: list[Piece] = list(self._step(part))
                # what the whole section asks for is said once
                if condition not in (None, page.relevance) and part is parts[0]:
                    pieces.append(self._filter_of(condition, asked))
                before = (*before, *pieces, *self._part(part))
                # what leads up to questions, and which card to read, stays with the first of them
                if not (isinstance(part, Passage) or (isinstance(part, Entry) and part.drawn)):
                    yield Together(pieces=before)
                    before = ()
        if before:
            yield Together(pieces=before)

    def _filter_of(self, condition: Condition, asked: list[Part]) -> Paragraph:
        if len(asked) < 2:
            return self._filter("only", condition)
        numbers = [self.numbers.parts[part.id] for part in asked]
        clause = self.sentences.clause(condition)
        told = self.words.say("only_several", first=numbers[0], last=numbers[-1], clause=clause)
        return Paragraph(text=f"{FILTER}{told}", role="filter")

    def _filter(self, key: str, condition: Condition) -> Paragraph:
        told = self.words.say(key, clause=self.sentences.clause(condition))
        return Paragraph(text=f"{FILTER}{told}", role="filter")

    def _is_story(self, part: Part) -> bool:
        return isinstance(part, Passage) and any(re.fullmatch(rf"{re.escape(id)}_\d+", part.id) for id in self.drawn)

    def _step(self, part: Part) -> Iterator[Heading]:
        """Say which contact of a diary begins."""
        for block in self.form.survey.blocks.values():
            if isinstance(block, Diary):
                for count in range(1, block.most + 1):
                    if part.id == f"{block.items[0]}_{count}":
                        yield Heading(text=self.words.say("step", n=count, most=block.most), level=3)

    def _part(self, part: Part) -> Iterator[Piece]:
        match part:
            case Passage():
                yield Paragraph(text=self.text(part.text))
            case Group():
                yield from self._group(part)
            case Entry() if part.drawn:
                yield Heading(text=self.words.say("story_name", k=self.numbers.variables[part.id]), level=3)
                yield Blank(kind="number", text=self.words.say("story"))
                yield Paragraph(text=self.words.say("story_read"), role="hint")
            case Entry():
                yield Paragraph(text=self.text(part.text), role="question", number=self.numbers.parts[part.id])
                yield from self._hint(part.hint)
                yield from self.answers.below(part)

    def _hint(self, hint: Text | None) -> Iterator[Paragraph]:
        if hint:
            yield Paragraph(text=self.text(hint), role="hint")

    def _row(self, row: Entry) -> str:
        """Return the wording of a row with its hint and who should answer it."""
        told = [self.text(row.text)]
        told += [self.text(row.hint)] if row.hint else []
        if row.relevance is not None:
            told.append(f"({self.words.say('only_row', clause=self.sentences.clause(row.relevance))})")
        return "\n".join(told)

    def _lettered(self, row: Entry) -> str:
        number = self.numbers.variables[row.id].lstrip("0123456789")
        return f"{number}) {self._row(row)}" if number else self._row(row)

    def _group(self, group: Group) -> Iterator[Piece]:
        stem = self.text(group.text)
        if stem or group.kind != "kano":  # the two questions of a pair have numbers of their own
            yield Paragraph(text=stem, role="question", number=self.numbers.parts[group.id])
        yield from self._hint(group.hint)
        match group.kind:
            case "multiple":
                yield Paragraph(text=self._how_many(group), role="hint")
                yield self.answers.ticks(group.rows, self._row)
            case "ranking":
                key = "rank_top" if group.top and group.top < len(group.rows) else "rank"
                yield Paragraph(text=self.words.say(key, n=group.top or len(group.rows)), role="hint")
                head = (Cell(text=self.words.say("place")), Cell(text=self.words.say("option")))
                rows = tuple((Cell(), Cell(text=self._lettered(row))) for row in group.rows)
                yield Table(head=(head,), rows=rows, widths=(0.15, 0.85), words=(1,))
            case "maxdiff":
                yield Paragraph(text=self.words.say("extremes"), role="hint")
                yield self.answers.extremes(group, self.words.say("option"))
            case _:
                yield from self._rows(group)

    def _rows(self, group: Group) -> Iterator[Piece]:
        """Yield a grid as a table, or its rows one by one where a page is not wide enough."""
        head = self.words.say("topic" if group.second else "row")
        table = None if group.kind == "kano" else self.answers.table(group, self._lettered, head)
        if table:
            yield Paragraph(text=self.words.say("two_each" if group.second else "one_each"), role="hint")
            yield from table
            return
        if group.kind != "kano":
            self.apart.append(group.id)
        heads = [self.text(head) for head in group.heads] if group.heads and group.second else []
        for entry in group.entries:
            name = f" ({heads[1 if entry in group.second else 0]})" if heads else ""
            number = self.numbers.variables[entry.id]
            text, _, rest = self._row(entry).partition("\n")
            yield Paragraph(text=f"{text}{name}", role="question", number=number)
            if rest:
                yield Paragraph(text=rest, role="hint")
            yield from self.answers.below(entry)

    def _how_many(self, group: Group) -> str:
        least, most = group.at_least, group.at_most
        if least and most:
            told = self.words.say("several_between", least=least, most=most)
        elif least and least > 1:
            told = self.words.say("several_least", n=least)
        elif most:
            told = self.words.say("several_most", n=most)
        else:
            told = self.words.say("several")
        alone = [self.text(row.text) for row in group.rows if row.id in group.exclusive]
        quoted = self.words.say("or").join(self.words.say("quoted", text=one) for one in alone)
        return f"{told} {self.words.say('exclusive', option=quoted)}" if alone else told

    def cards(self) -> Iterator[Together]:
        """Yield the stories of each vignette once, with how to draw them."""
        stories = [part for page in self.form.pages for part in page.parts if self._is_story(part)]
        for entry in self.form.entries:
            if not entry.drawn or entry.apart:
                continue
            show = 1 + sum(entry.id in other.apart for other in self.form.entries)
            yield Together(pieces=(Paragraph(text=self.words.say("cards_how", show=show), role="hint"),))
            for story in stories:
                assert isinstance(story, Passage)
                if found := re.fullmatch(rf"{re.escape(entry.id)}_(\d+)", story.id):
                    title = Paragraph(text=self.words.say("card", n=found.group(1)), role="hint")
                    yield Together(pieces=(title, Paragraph(text=self.text(story.text), role="story")), framed=True)


def _explained(pages: list[Together]) -> Iterator[str]:
    """Yield the keys of what has to be explained first: only signs that are printed."""
    pieces = [piece for part in pages for piece in part.pieces]
    boxes = [box for piece in pieces if isinstance(piece, Boxes) for box in piece.boxes]
    marks = {box.mark for box in boxes} | {ONE for piece in pieces if isinstance(piece, Ruler)}
    marks |= {cell.text for piece in pieces if isinstance(piece, Table) for row in piece.rows for cell in row}
    if marks & {ONE, MANY}:
        yield "how" if {ONE, MANY} <= marks else "how_one" if ONE in marks else "how_several"
        yield "mistake"
    if any(isinstance(piece, Paragraph) and piece.role == "filter" for piece in pieces):
        yield "filters"
    if any(box.code for box in boxes):
        yield "small"

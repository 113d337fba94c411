"""SurveyJS: one JSON file for survey-core, which runs in any web page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby

from cxresearch.survey.block import Diary, MaxDiff, Vignette
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.loss import LossReport, mixed_pages
from cxresearch.survey.export.surveyjs.elements import PLATFORM, Elements, Json
from cxresearch.survey.export.surveyjs.places import SEED, layout_of
from cxresearch.survey.export.surveyjs.wording import Wording
from cxresearch.survey.expression import AnyOf, Condition, Every, Not, both, names
from cxresearch.survey.form import Entry, Form, FormPage, Part, members

# the generator of Park and Miller; the engine has no random numbers of its own for a value
FACTOR, MODULUS = 48271, 2147483647


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write a form for SurveyJS.

    Parameters
    ----------
    form : Form
    languages : tuple of str
    name : str
        Of the file, without ending.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> export(form, ("de", "en"), "pulse").files["pulse.json"][:18]
    b'{\\n "locale": "de",'
    """
    layout = layout_of(form)
    elements = Elements(layout=layout, wording=Wording(languages=languages))
    model = _Model(form, elements)
    data = {
        "locale": languages[0],
        "title": elements.wording.plain(form.title),
        "clearInvisibleValues": "onHiddenContainer",
        "pages": list(model.pages()),
        **model.drawn(),
        **model.screenouts(),
    }
    model.notes()
    codes = Codes(
        platform=PLATFORM,
        survey=form.survey.id,
        version=form.survey.version,
        perspective=form.perspective,
        languages={language: language for language in languages},
        columns=layout.columns,
    )
    report = LossReport(
        platform=PLATFORM,
        survey=form.survey.id,
        perspective=form.perspective,
        languages=languages,
        losses=tuple(elements.losses),
    )
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return Exported(files={f"{name}.json": text.encode()}, losses=report, codes=codes)


class _Model:
    def __init__(self, form: Form, elements: Elements) -> None:
        self.form = form
        self.elements = elements
        self.mixed = mixed_pages(form)
        self.ended: list[Condition] = []  # ends that no trigger can say: the pages after them are hidden

    def pages(self) -> Iterator[Json]:
        for page in self.form.pages:
            relevance = both(page.relevance, *(Not(part=end) for end in self.ended))
            yield {
                "name": self.elements.layout.pages[page.id],
                **({"title": self.elements.wording.plain(page.title)} if page.title else {}),
                **self.elements.when(relevance),
                **({"questionOrder": "random"} if page.shuffle else {}),
                "elements": list(self._elements(page)),
            }
            if page.group in self.mixed:
                self.elements.lose("page-group", page.id, "lost", group=page.group)
            if page.screenout and not _only_here(page):
                self.elements.lose("screenout-pages", page.id, "changed")
                self.ended.append(both(page.relevance, page.screenout.when) or page.screenout.when)

    def _elements(self, page: FormPage) -> Iterator[Json]:
        if page.intro:
            intro = {
                "name": self.elements.layout.names[f"{page.id}.intro"],
                "html": self.elements.wording.markup(page.intro),
            }
            yield {"type": "html", **intro, **({"randomize": False} if page.shuffle else {})}
        if page is self.form.pages[0] and any(entry.drawn for entry in self.form.entries):
            yield self._seed()
        for block, parts in groupby(page.parts, self._block):
            found = [element for part in parts for element in self.elements.part(part)]
            if page.shuffle and block and len(found) > 1:
                # what belongs together stays together
                yield {"type": "panel", "name": f"{self.elements.layout.pages[page.id]}_{block}", "elements": found}
            else:
                yield from found

    def _block(self, part: Part) -> str:
        """Return the story, diary or row of tasks that a part belongs to."""
        for key, block in self.form.survey.blocks.items():
            if not isinstance(block, Vignette | Diary | MaxDiff):
                continue
            if part.id in members(key, block) or re.fullmatch(rf"{re.escape(key)}_(\d+|\d+_\d+|stem)", part.id):
                return key
        return ""

    def drawn(self) -> Json:
        """Return the draws: each a number of the generator, without what was drawn before."""
        entries = [entry for entry in self.form.entries if entry.drawn]
        if not entries:
            return {}
        values = [value for entry in entries for value in self._draw(entry, entries)]
        return {"calculatedValues": values}

    def _draw(self, entry: Entry, entries: list[Entry]) -> Iterator[Json]:
        layout, writer = self.elements.layout, self.elements.writer
        name = layout.places[entry.id].question
        self.elements.lose("drawn", entry.id, "changed")
        turns = entries.index(entry) + 2
        number = f"{{{layout.names[SEED]}}}"
        for _ in range(turns):
            number = f"(({number} * {FACTOR}) % {MODULUS})"
        step = f"{name}_step0"
        yield {"name": step, "expression": f"{number} % {len(entry.options) - len(entry.apart)} + 1"}
        for back, other in enumerate(reversed(entry.apart), start=1):
            before = f"{layout.places[other].question}_step0"
            yield {"name": f"{name}_step{back}", "expression": f"{{{step}}} + iif({{{step}}} >= {{{before}}}, 1, 0)"}
            step = f"{name}_step{back}"
        # whoever is screened out before saw no story
        earlier = self.form.pages[: next(i for i, page in enumerate(self.form.pages) if entry in page.entries)]
        ends = [both(page.relevance, page.screenout.when) for page in earlier if page.screenout]
        shown = both(self.form.shown_when()[entry.id], *(Not(part=end) for end in ends if end is not None))
        expression = f"iif({writer.write(shown)}, {{{step}}}, '')" if shown is not None else f"{{{step}}}"
        yield {"name": name, "expression": expression, "includeIntoResult": True}

    def _seed(self) -> Json:
        """Return the hidden question that keeps the start of the generator: the clock, once."""
        name = self.elements.layout.names[SEED]
        start = f"iif({{{name}}} notempty, {{{name}}}, currentDate() % {MODULUS - 1} + 1)"
        return {
            "type": "text",
            "name": name,
            "visible": False,
            "clearIfInvisible": "none",
            "defaultValueExpression": start,
        }

    def screenouts(self) -> Json:
        """Return what ends the interview, and what is said then."""
        triggers, htmls = [], []
        for page in self.form.pages:
            if page.screenout is None:
                continue
            when = self.elements.writer.write(both(page.relevance, page.screenout.when) or page.screenout.when)
            if _only_here(page):
                triggers.append({"type": "complete", "expression": when})
                if page is not self.form.pages[-1]:
                    self.elements.lose("later-answers", page.id, "changed")
            htmls.append({"expression": when, "html": self.elements.wording.markup(page.screenout.text)})
        if not htmls:
            return {}
        return {"completedHtmlOnCondition": htmls, **({"triggers": triggers} if triggers else {})}

    def notes(self) -> None:
        """Keep what whoever runs the survey has to know."""
        survey = self.form.survey
        asked = {entry.id for entry in self.form.entries}
        conditions = [*self.form.shown_when().values(), *(page.relevance for page in self.form.pages)]
        conditions += [page.screenout.when for page in self.form.pages if page.screenout]
        outside = {name for one in conditions if one is not None for name in names(one)} - asked
        for name in sorted(outside):
            if name in survey.fields and survey.fields[name].text is None:
                self.elements.lose("outside", name, "note")
        for id, name in self.elements.layout.names.items():
            if id in asked and id != name:
                self.elements.lose("name", id, "changed", name=name)
        for quota in self.form.quotas:
            self.elements.lose("no-quotas", quota, "lost")
        self.elements.lose("runner", survey.id, "note")


def _only_here(page: FormPage) -> bool:
    """Tell whether the end cannot be reached before this page was answered, so that a trigger can say it."""
    assert page.screenout is not None
    here = {entry.id for entry in page.entries}
    return not _possible(page.screenout.when, here)


def _possible(condition: Condition, unanswered: set[str]) -> bool:
    """Tell whether a condition could hold while these are not answered."""
    match condition:
        case Every(parts=parts):
            return all(_possible(part, unanswered) for part in parts)
        case AnyOf(parts=parts):
            return any(_possible(part, unanswered) for part in parts)
        case Not():
            return True
        case _:
            return condition.name not in unanswered

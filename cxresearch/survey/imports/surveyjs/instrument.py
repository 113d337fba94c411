"""SurveyJS surveys: the JSON that Survey Creator shows, and that our own export writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, SurveyError, shown_path, unreadable
from cxresearch.survey.expression import LONGEST, names, parse
from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.imports.surveyjs.conditions import relevance
from cxresearch.survey.imports.surveyjs.questions import Builder
from cxresearch.survey.imports.surveyjs.settings import Settings
from cxresearch.survey.imports.surveyjs.text import Locales
from cxresearch.survey.imports.surveyjs.values import CHOICES, listed

Json = Mapping[str, Any]
_DEEPEST = 60
_PARTS = ("type", "name", "elements", "title", "description", "visibleIf", "questionOrder", "titleLocation")
_PAGE = ("name", "title", "description", "elements", "questions", "visibleIf", "questionOrder", "enableIf", "visible")


def read_surveyjs(path: str | Path) -> Imported:
    """Read a survey of SurveyJS; names of questions become ids, values become codes.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Imported
        Its `columns` name the columns of an answers file, where they differ from the ids; ``question=value`` is an
        option of a question with several answers.

    Raises
    ------
    SurveyError
        ``import.missing-file``, ``import.not-surveyjs``.
    """
    file = shown_path(path)
    try:
        data = json.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise SurveyError(_not_surveyjs(file, "The file is not JSON in UTF-8.")) from None
    except (OSError, ValueError):
        raise SurveyError(unreadable(path, "import.missing-file")) from None
    pages = data.get("pages") if isinstance(data, Mapping) else None
    if isinstance(data, Mapping) and pages is None:
        pages = [{"name": "page1", "elements": data.get("elements") or data.get("questions")}]
    found = [one for one in pages if isinstance(one, Mapping)] if isinstance(pages, list) else []
    if not any(isinstance(page.get(key), list) for page in found for key in ("elements", "questions")):
        raise SurveyError(_not_surveyjs(file, "The file has no pages with questions."))
    return _Reader(file, data, found).read()


def _not_surveyjs(file: str, what: str) -> Fault:
    do = "In Survey Creator: the tab JSON Editor, or Download survey JSON."
    return Fault(code="import.not-surveyjs", what=what, place=Place(file=file), do=do)


class _Reader:
    def __init__(self, file: str, data: Json, pages: list[Json]) -> None:
        self.data = data
        self.source = pages
        self.locales = Locales.of(data)
        self.draft = Draft(file, "surveyjs", self.locales.languages)
        self.own = data.get("clearInvisibleValues") == "onHiddenContainer"
        self.builder = Builder(self.draft, self.locales, self.own)
        self.settings = Settings(self.draft)
        self.page: dict[str, Any] = {}

    def read(self) -> Imported:
        for value in listed(self.data.get("calculatedValues")):
            self._calculated(value)
        for number, page in enumerate(self.source, start=1):
            self._page(page, str(page.get("name") or f"page{number}"))
        for part, expressions, where in self.builder.relevances:
            self._say(part, expressions, where)
        self._ends()
        self.settings.survey(self.data)
        title = self.locales.text(self.data.get("title"))
        more = {}
        if description := self.locales.text(self.data.get("description")):
            more["description"] = self.draft.wording(description, "description")
        name = next(iter(title.values()), "survey")
        return self.draft.imported(name, title or self.locales.ready("Umfrage", "Survey"), **more)

    def _calculated(self, value: Any) -> None:
        name = str(value.get("name")) if isinstance(value, Mapping) else ""
        if not name or name == "None":
            return
        self.draft.computed.add(name)
        what = "A value is computed; here it is not."
        self.draft.note("calculated", what, name, value.get("expression"), "lost")
        if value.get("includeIntoResult"):
            self.builder.column(name)

    # ---- pages ----

    def _page(self, page: Json, name: str) -> None:
        self.settings.unknown(page, _PAGE, name)
        if page.get("visible") is False:
            self.draft.note("hidden", "A page that is never shown is left out.", name)
            return
        self.base = [page.get("visibleIf")]
        self.name = name
        self._open(self.base, name)
        if title := self.locales.text(page.get("title")):
            self.page["title"] = self.draft.wording(title, name)
        if text := self.locales.text(page.get("description")):
            self.page["intro"] = self.draft.wording(text, name)
        if page.get("questionOrder") == "random":
            self.page["shuffle"] = True
        elements = page.get("elements", page.get("questions"))
        self._elements(elements if isinstance(elements, list) else [], [], 0)

    def _open(self, conditions: Sequence[Any], wanted: str) -> None:
        self.page = {"id": self.draft.id(wanted), "items": []}
        self.builder.wait(self.page, conditions, wanted)
        self.draft.pages.append(self.page)

    def _split(self, text: Mapping[str, str], conditions: Sequence[Any], where: str) -> None:
        """Begin a page with a text, because a text stands only at the top of one."""
        if not self.page["items"] and "intro" not in self.page and not any(conditions):
            self.page["intro"] = self.draft.wording(text, where)
            return
        self.draft.note("split", "A text in the midst of a page begins a page of its own.", where, severity="changed")
        self._open([*self.base, *conditions], self.name)
        self.page["intro"] = self.draft.wording(text, where)

    def _elements(self, elements: Sequence[Any], conditions: list[Any], depth: int) -> None:
        if depth > _DEEPEST:
            what = "Panels lie too deep inside each other; these questions are left out."
            self.draft.note("depth", what, self.name, ", ".join(_questions_in(elements)))
            return
        at = 0
        while at < len(elements):
            q = elements[at]
            at += 1
            if not isinstance(q, Mapping) or not q.get("name") or not q.get("type"):
                self.draft.note("no-name", "A part without name or type is left out.", self.name, q)
                continue
            name = str(q["name"])
            if q.get("visible") is False:
                self.draft.note("hidden", "A question that is never shown is left out.", name, q.get("title"))
            elif q["type"] == "panel":
                self._panel(q, conditions, depth)
            elif q["type"] == "html":
                self.settings.unknown(q, ("type", "name", "html", "visibleIf", "randomize"), name)
                if text := self.locales.text(q.get("html"), markup=True):
                    self._split(text, [*conditions, q.get("visibleIf")], name)
                    if q.get("visibleIf"):
                        self._open([*self.base, *conditions], self.name)
            else:
                aside = _aside(q, elements[at] if at < len(elements) else None)
                at += aside is not None
                self._question(q, aside, conditions)

    def _question(self, q: Json, aside: Json | None, conditions: list[Any]) -> None:
        made = self.builder.question(q, aside)
        if made or q["type"] == "expression":
            self.settings.question(q, aside)
        for id in made:
            self.builder.wait(self.draft.part(id), [*conditions, q.get("visibleIf")], str(q["name"]))
        self.page["items"] += made

    def _panel(self, q: Json, conditions: list[Any], depth: int) -> None:
        name = str(q["name"])
        self.settings.unknown(q, _PARTS, name)
        found = q.get("elements")
        inner: list[Any] = found if isinstance(found, list) else []
        heading, hint = self.locales.text(q.get("title")), self.locales.text(q.get("description"))
        when = [*conditions, q.get("visibleIf")]
        if not heading and not hint:
            self._elements(inner, when, depth + 1)
            return
        if self._grid(q, inner, heading, hint, when):
            return
        self.draft.note("panel", "The heading of a panel stands at the top of a page.", name, severity="changed")
        both = {one: "<br><br>".join(filter(None, (heading.get(one), hint.get(one)))) for one in self.locales.languages}
        self._split({one: text for one, text in both.items() if text}, when, name)
        self._elements(inner, when if not any(when) else [], depth + 1)
        self._open([*self.base, *conditions], self.name)

    def _grid(
        self,
        q: Json,
        inner: Sequence[Any],
        heading: Mapping[str, str],
        hint: Mapping[str, str],
        when: Sequence[Any],
    ) -> bool:
        """Make questions with the same answers the rows of a grid."""
        named = [one for one in inner if isinstance(one, Mapping) and one.get("name")]
        plain = [one for one in named if one.get("type") in CHOICES and not _special(one)]
        same = len({json.dumps(one.get("choices"), sort_keys=True, default=str) for one in plain}) == 1
        if not heading or not same or len(plain) != len(inner):
            return False
        block = self.draft.id(str(q["name"]))
        ids = []
        for one in plain:
            (id,) = self.builder.question(one)
            self.settings.question(one, None)
            self.builder.wait(self.draft.items[id], [one.get("visibleIf")], str(one["name"]))
            ids.append(id)
        # a grid has one scale
        for id in ids[1:]:
            self.draft.items[id]["scale"] = self.draft.items[ids[0]]["scale"]
        what = "Questions with the same answers became the rows of a grid."
        self.draft.note("grid", what, block, severity="changed")
        told: dict[str, Any] = {"kind": "grid", "text": self.draft.wording(heading, block), "items": ids}
        if hint:
            told["hint"] = self.draft.wording(hint, block)
        if q.get("questionOrder") == "random":
            told["shuffle"] = True
        self.draft.blocks[block] = told
        self.builder.wait(told, when, block)
        self.page["items"].append(block)
        return True

    # ---- conditions ----

    def _say(self, part: dict[str, Any], expressions: Sequence[str], where: str) -> None:
        said = [part["relevance"]] if part.get("relevance") else []
        for expression in dict.fromkeys(expressions):
            told = relevance(expression, self.builder.known)
            if told is None or len(told) > LONGEST:
                what = "A condition cannot be said in a survey file; it is not looked at."
                self.draft.note("relevance", what, where, expression)
            else:
                said.append(told)
        text = " and ".join(f"({one})" if len(said) > 1 else one for one in said)
        if len(text) > LONGEST:
            self.draft.note("relevance", "A condition is too long; this is always shown.", where, text)
        elif text:
            part["relevance"] = text

    def _ends(self) -> None:
        """Say what ends the interview at the page that asks last for what it looks at."""
        texts = {}
        for one in listed(self.data.get("completedHtmlOnCondition")):
            texts[str(one.get("expression"))] = self.locales.text(one.get("html"), markup=True)
        triggers = listed(self.data.get("triggers"))
        done = set()
        for one in triggers:
            expression = str(one.get("expression"))
            if one.get("type") != "complete":
                self.draft.note(
                    "trigger", f"A trigger of the type {one.get('type')!r} is not taken over.", None, dict(one)
                )
                continue
            if self._end(expression, texts.get(expression)):
                done.add(expression)
        for expression, text in texts.items():
            if expression not in done:
                what = "A farewell that depends on answers is not taken over."
                self.draft.note("completed-html", what, None, {expression: text})

    def _end(self, expression: str, text: Mapping[str, str] | None) -> bool:
        said = relevance(expression, self.builder.known)
        page = self._last(said) if said else None
        if page is None or "screenout" in page:
            what = "When the interview ends cannot be said in a survey file."
            self.draft.note("trigger", what, None, expression)
            return False
        if not text:
            what = "An early end has no farewell of its own; a ready one stands there."
            self.draft.note("farewell", what, page["id"], expression, "changed")
        told = text or self.locales.ready("Vielen Dank für Ihre Zeit.", "Thank you for your time.")
        page["screenout"] = {"when": said, "text": self.draft.wording(told, "screenout")}
        return True

    def _last(self, said: str) -> dict[str, Any] | None:
        try:
            wanted = names(parse(said))
        except CxError:
            return None
        found = None
        for page in self.draft.pages:
            asked = set(page["items"])
            for id in page["items"]:
                block = self.draft.blocks.get(id, {})
                asked |= {*block.get("items", ()), *block.get("second", ())}
            if asked & wanted:
                found = page
        return found


def _aside(q: Json, after: Any) -> Json | None:
    """Return the question that holds the answers that are none, as our export writes it."""
    if not isinstance(after, Mapping) or after.get("type") != "radiogroup" or not after.get("name"):
        return None
    return after if q.get("enableIf") == f"{{{after['name']}}} empty" and "resetValueIf" in q else None


def _questions_in(elements: Sequence[Any]) -> list[str]:
    found, left = [], list(elements)
    while left:
        one = left.pop(0)
        if isinstance(one, Mapping):
            inner = one.get("elements")
            left += inner if isinstance(inner, list) else []
            found += [] if one.get("type") == "panel" else [str(one.get("name"))]
    return found


def _special(q: Json) -> bool:
    return any(q.get(key) for key in ("showOtherItem", "hasOther", "showCommentArea", "hasComment"))

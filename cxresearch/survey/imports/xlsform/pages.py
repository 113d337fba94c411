"""The sheet survey as pages: groups, texts, early ends, and which question stands where under which condition."""

from __future__ import annotations

import re
from typing import Any

from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.imported import Severity
from cxresearch.survey.imports.xlsform.cells import ENDED, META, PLACE, SELECT, groups_of, is_yes, kind_of
from cxresearch.survey.imports.xlsform.questions import Questions
from cxresearch.survey.imports.xlsform.sheets import SheetRow
from cxresearch.survey.imports.xlsform.xpath import Untranslatable, Variable, relevance_of

NOT_COMPUTED = "A calculation is not taken over, nor is its column in the answers."


class Pages:
    """Reads the sheet survey row by row.

    Parameters
    ----------
    draft : Draft
    rows : list of SheetRow
    questions : Questions
        Makes the parts of the draft.
    """

    def __init__(self, draft: Draft, rows: list[SheetRow], questions: Questions) -> None:
        self.draft = draft
        self.rows = rows
        self.questions = questions
        self.variables = questions.variables
        self.groups: list[tuple[str, str]] = []  # end, relevance; the first is the page
        self.page: dict[str, Any] | None = None
        self.later: list[tuple[dict[str, Any], tuple[str, ...], SheetRow]] = []
        self.ends: dict[str, tuple[dict[str, Any], str, SheetRow]] = {}
        self.blocks = groups_of(rows)
        self.at = 0

    def read(self) -> None:
        """Read every row, then the conditions, which may look ahead."""
        while self.at < len(self.rows):
            row = self.rows[self.at]
            self.at += 1
            if row["type"]:
                self._row(row)
        for _, _, row in self.ends.values():
            self._note(row, "calculation", NOT_COMPUTED, row["calculation"])
        for where, xpaths, row in self.later:
            told = [one for one in (self._translated(xpath, row) for xpath in xpaths if xpath) if one]
            if told:
                where["relevance"] = told[0] if len(told) == 1 else " and ".join(f"({one})" for one in told)

    def _row(self, row: SheetRow) -> None:
        kind = kind_of(row)
        if kind in ("begin_group", "begin_repeat"):
            self._begin(row, kind)
        elif kind in ("end_group", "end_repeat"):
            if self.groups:
                self.groups.pop()
            if not self.groups:
                self.page = None
        elif kind in META:
            self._note(row, "metadata", "This is about the interview and no question.", kind, "note")
        elif kind == "note":
            self._passage(row)
        elif kind in ("calculate", "hidden"):
            self._calculation(row)
        else:
            self._question(row, kind)

    def _begin(self, row: SheetRow, kind: str) -> None:
        block = self.blocks[self.at - 1]
        inner = [] if block.nested else self.rows[self.at : block.end]
        self.questions.tell(row, around=True)
        if kind == "begin_repeat":
            self._note(row, "repeat", "A repeat is asked once.", row["name"])
        if not self.groups:
            if self._ended(row, inner):
                return
            title = {"title": self.questions.wording(row, "label")} if row.texts.get("label") else {}
            self._open(title, row)
            self.groups.append((row["name"], ""))
            return
        questions = [one for one in inner if kind_of(one) != "note" and one["appearance"] != "label"]
        if inner and (self._places(row, inner) or self._grid(row, inner, questions)):
            return
        if row.texts.get("label"):
            given = self.questions.wording(row, "label")[self.draft.languages[0]]
            self._note(row, "group-heading", "A heading inside a page is not taken over.", given)
        self.groups.append((row["name"], row["relevant"]))

    def _ended(self, row: SheetRow, inner: list[SheetRow]) -> bool:
        """Read a page that says goodbye early, as our own exports write it."""
        found = re.fullmatch(r"\$\{(\w+)\} = '1'", row["relevant"])
        if not found or found.group(1) not in self.ends or len(inner) != 1 or kind_of(inner[0]) != "note":
            return False
        page, when, _ = self.ends.pop(found.group(1))
        text = {
            one: re.sub(r"\n\n[^\n]+$", "", told) or told
            for one, told in self.questions.wording(inner[0], "label").items()
        }
        page["screenout"] = {"when": when, "text": text}
        self.at += len(inner) + 1
        return True

    def _open(self, page: dict[str, Any], row: SheetRow, *more: str) -> dict[str, Any]:
        self.page = {**page, "items": []}
        self.draft.pages.append(self.page)
        self.later.append((self.page, (row["relevant"] if not more else "", *more), row))
        return self.page

    def _here(self, row: SheetRow) -> dict[str, Any]:
        if self.page is None:
            self.page = {"items": []}
            self.draft.pages.append(self.page)
        return self.page

    def _passage(self, row: SheetRow) -> None:
        self.questions.tell(row, around=True)
        if not row.texts.get("label"):
            return
        text, page = self.questions.wording(row, "label"), self._here(row)
        outer = [xpath for _, xpath in self.groups if xpath]
        if not page["items"] and not row["relevant"] and not outer and "intro" not in page:
            page["intro"] = text
            return
        what = "A text between questions begins a page of its own, for that is where a survey has texts."
        self._note(row, "note", what, text[self.draft.languages[0]], "changed")
        whole = next((xpaths for one, xpaths, _ in self.later if one is page), ())
        self._open({"intro": text}, row, *whole, *outer, row["relevant"])
        if row["relevant"] or outer:  # what follows is shown without it
            self._open({}, row, *whole, "")

    def _calculation(self, row: SheetRow) -> None:
        ended = ENDED.fullmatch(row["calculation"])
        if ended and self.draft.pages and row["name"].endswith("_screenout"):
            try:
                when = relevance_of(ended.group(1), self.variables)
            except Untranslatable:
                self._note(row, "calculation", NOT_COMPUTED, row["calculation"])
                return
            if when in ("", "false"):
                self._note(row, "calculation", NOT_COMPUTED, row["calculation"])
                return
            self.ends[row["name"]] = (self.draft.pages[-1], when, row)
            self.variables[row["name"]] = Variable(ended=True)
            return
        self.draft.computed.add(row["name"])
        self._note(row, "calculation", NOT_COMPUTED, row["calculation"] or row["name"])

    def _question(self, row: SheetRow, kind: str) -> None:
        made = self.questions.question(row, kind)
        self._here(row)["items"] += made
        if made:
            self._shown(row, made[0])

    def _place(self, row: SheetRow, id: str) -> None:
        self._here(row)["items"].append(id)
        self._shown(row, id)

    def _shown(self, row: SheetRow, id: str, *more: str) -> None:
        outer = [xpath for _, xpath in self.groups if xpath]
        self.later.append((self.draft.part(id), (*outer, *more, row["relevant"]), row))

    def _places(self, group: SheetRow, inner: list[SheetRow]) -> bool:
        """Read a ranking that asks for one place after the other."""
        asked = [row for row in inner if kind_of(row) != "note"]
        chosen = [SELECT.fullmatch(kind_of(row)) for row in asked]
        lists = {one["list"] for one in chosen if one}
        if (
            len(asked) < 2
            or None in chosen
            or len(lists) != 1
            or not all(PLACE.fullmatch(r["choice_filter"]) for r in asked[1:])
        ):
            return False
        choices = self.questions.lists.get(next(iter(lists)), [])
        if len(choices) < max(2, len(asked)):
            return False
        scale = self.draft.ranks(len(choices))
        options = {one["name"]: self.draft.item(one["name"], self.questions.label(one), scale) for one in choices}
        items = list(options.values())
        more: dict[str, Any] = {"top": len(asked), **self._hint(inner)}
        more |= {"required": True} if is_yes(asked[0]["required"]) else {}
        more |= {"shuffle": True} if "randomize=true" in asked[0]["parameters"].replace(" ", "") else {}
        id = self.draft.block(group["name"], "ranking", items, self.questions.raw(group, "label"), **more)
        for rank, row in enumerate(asked, start=1):
            self.variables[row["name"]] = Variable(id=id, kind="place", options=options, rank=rank)
            self.draft.columns[row["name"]] = f"{id} {rank}"
        self._place(group, id)
        self.at += len(inner) + 1
        return True

    def _grid(self, group: SheetRow, inner: list[SheetRow], asked: list[SheetRow]) -> bool:
        chosen = [SELECT.fullmatch(kind_of(row)) for row in asked]
        lists = {one["list"] for one in chosen if one}
        alike = len(lists) == 1 and all(
            one and one["kind"].startswith(("select_one", "select one")) and not one["other"] for one in chosen
        )
        if not alike or not lists <= set(self.questions.lists) or len(asked) < 2:
            return False
        if any(row["choice_filter"] for row in asked):
            return False
        items = []
        for row in asked:
            self.questions.tell(row)
            items.append(self.questions.one(row, next(iter(lists))))
            self.later.append((self.draft.part(items[-1]), (row["relevant"],), row))
        text = self.questions.raw(group, "label") if group.texts.get("label") else None
        id = self.draft.block(group["name"] or "grid", "grid", items, text, **self._hint(inner))
        self._place(group, id)
        self.at += len(inner) + 1
        return True

    def _hint(self, inner: list[SheetRow]) -> dict[str, Any]:
        notes = [row for row in inner if kind_of(row) == "note" and row.texts.get("label")]
        for row in notes[1:]:
            self._note(
                row, "note", "A second text above a grid is not taken over.", next(iter(row.texts["label"].values()))
            )
        return {"hint": self.questions.wording(notes[0], "label")} if notes else {}

    def _translated(self, xpath: str, row: SheetRow) -> str:
        try:
            told = relevance_of(xpath, self.variables)
        except Untranslatable:
            self._note(row, "relevance", "This condition cannot be said; it is shown always.", xpath)
            return ""
        if told == "false":
            self._note(row, "relevance", "This can never be shown; the condition is left out.", xpath)
            return ""
        return told

    def _note(self, row: SheetRow, code: str, what: str, given: object = None, severity: Severity = "lost") -> None:
        self.questions.note(row, code, what, given, severity)

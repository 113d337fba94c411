"""The rows of an XLSForm as items, fields, blocks and pages."""

from __future__ import annotations

import re
from typing import Any

from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.xlsform.cells import (
    ENDED,
    META,
    PLACE,
    RANGE,
    SELECT,
    STEP,
    TYPED,
    at,
    code_named,
    inside,
    is_yes,
    kind_of,
    limits_of,
    tidy,
    unescaped,
    unread,
)
from cxresearch.survey.imports.xlsform.sheets import SheetRow
from cxresearch.survey.imports.xlsform.xpath import Untranslatable, Variable, relevance_of


class Questions:
    """Reads the sheet survey row by row."""

    def __init__(self, draft: Draft, rows: list[SheetRow], choices: list[SheetRow], default: str) -> None:
        self.draft = draft
        self.rows = rows
        self.default = draft.languages[0]
        self.variables: dict[str, Variable] = {}
        self.lists: dict[str, list[SheetRow]] = {}
        for row in choices:
            self.lists.setdefault(row["list_name"], []).append(row)
            extra = [one for one in (*row.cells, *row.texts) if one not in ("list_name", "name", "label")]
            for column in extra:
                given = row[column] or row.texts.get(column)
                self.draft.note(
                    "choice-column", "This column of a choice is not read.", at(row, "choices"), given, "note"
                )
        self.groups: list[tuple[str, str]] = []  # end, relevance; the first is the page
        self.page: dict[str, Any] | None = None
        self.later: list[tuple[dict[str, Any], tuple[str, ...], SheetRow]] = []
        self.ends: dict[str, dict[str, Any]] = {}
        self.at = 0

    def read(self) -> None:
        """Read every row, then the conditions, which may look ahead."""
        while self.at < len(self.rows):
            row = self.rows[self.at]
            self.at += 1
            if row["type"]:
                self._row(row)
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
            self._tell(row)
            self._question(row, kind)

    def _begin(self, row: SheetRow, kind: str) -> None:
        inner = inside(self.rows[self.at :])
        if kind == "begin_repeat":
            self._note(row, "repeat", "A repeat is asked once.", row["name"])
        if not self.groups:
            if self._ended(row, inner):
                return
            title = {"title": self._wording(row, "label")} if row.texts.get("label") else {}
            self._open(title, row)
            self.groups.append((row["name"], ""))
            return
        questions = [one for one in inner if kind_of(one) != "note" and one["appearance"] != "label"]
        if self._places(row, inner) or self._grid(row, inner, questions):
            return
        if row.texts.get("label"):
            given = self._wording(row, "label")[self.default]
            self._note(row, "group-heading", "A heading inside a page is not taken over.", given)
        self.groups.append((row["name"], row["relevant"]))

    def _ended(self, row: SheetRow, inner: list[SheetRow]) -> bool:
        """Read a page that says goodbye early, as our own exports write it."""
        found = re.fullmatch(r"\$\{(\w+)\} = '1'", row["relevant"])
        if not found or found.group(1) not in self.ends or len(inner) != 1 or kind_of(inner[0]) != "note":
            return False
        page = self.ends[found.group(1)]
        text = {one: re.sub(r"\n\n[^\n]+$", "", told) for one, told in self._wording(inner[0], "label").items()}
        page["screenout"] = {"when": page.pop("_when"), "text": text}
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
        if not row.texts.get("label"):
            return
        text, page = self._wording(row, "label"), self._here(row)
        outer = [xpath for _, xpath in self.groups if xpath]
        if not page["items"] and not row["relevant"] and not outer and "intro" not in page:
            page["intro"] = text
            return
        what = "A text between questions begins a page of its own, for that is where a survey has texts."
        self._note(row, "note", what, text[self.default], "changed")
        whole = next((xpaths for one, xpaths, _ in self.later if one is page), ())
        self._open({"intro": text}, row, *whole, *outer, row["relevant"])
        if row["relevant"] or outer:  # what follows is shown without it
            self._open({}, row, *whole, "")

    def _calculation(self, row: SheetRow) -> None:
        ended = ENDED.fullmatch(row["calculation"])
        if ended and self.draft.pages and row["name"].endswith("_screenout"):
            try:
                self.draft.pages[-1]["_when"] = relevance_of(ended.group(1), self.variables)
            except Untranslatable:
                self._note(row, "calculation", "A calculation is not asked.", row["calculation"])
                return
            self.ends[row["name"]] = self.draft.pages[-1]
            self.variables[row["name"]] = Variable(ended=True)
            return
        self._note(row, "calculation", "A calculation is not asked.", row["calculation"] or row["name"])

    def _question(self, row: SheetRow, kind: str) -> None:
        chosen = SELECT.fullmatch(kind)
        if chosen and chosen["list"] in self.lists:
            if chosen["kind"].startswith(("select_one", "select one")):
                if not self._aside(row):
                    id = self._one(row, chosen["list"], bool(chosen["other"]))
                    self._place(row, id)
                    if chosen["other"]:
                        self._specify(row, id)
            else:
                self._several(row, chosen)
        elif kind == "range":
            self._place(row, self._slider(row))
        elif kind in TYPED:
            self._place(row, self._typed(row, kind))
        else:
            self._note(row, "type", "A question of this type cannot be asked.", row["type"])

    def _place(self, row: SheetRow, id: str) -> None:
        self._here(row)["items"].append(id)
        self._shown(row, id)

    def _shown(self, row: SheetRow, id: str, *more: str) -> None:
        outer = [xpath for _, xpath in self.groups if xpath]
        self.later.append((self.draft.part(id), (*outer, *more, row["relevant"]), row))

    def _one(self, row: SheetRow, listed: str, other: bool = False) -> str:
        labels = [(code_named(choice["name"]), self._label(choice)) for choice in self.lists[listed]]
        if other:
            labels.append(
                ("other", {one: "anderes" if one.startswith("de") else "Other" for one in self.draft.languages})
            )
        plain, missing = self.draft.without_answer(labels, [], at(row))
        scale = self.draft.scale(plain, "ordinal" if len(plain) > 2 else "nominal", missing, at(row), listed)
        widget = "dropdown" if {"minimal", "autocomplete", "quick"} & set(row["appearance"].split()) else None
        id = self.draft.item(row["name"], self._raw(row, "label"), scale, widget=widget, **self._common(row))
        codes = {choice["name"]: code for choice, (code, _) in zip(self.lists[listed], labels, strict=False)}
        codes |= {"other": "other"} if other else {}
        self._named(row, Variable(id=id, kind="choice", codes=codes, missing=tuple(code for code, _ in missing)))
        if row["choice_filter"]:
            self._note(row, "choice-filter", "Every choice is offered.", row["choice_filter"])
        if row["constraint"]:
            self._note(row, "constraint", "This limit is not taken over.", row["constraint"])
        return id

    def _specify(self, row: SheetRow, id: str) -> None:
        text = {one: "Welches?" if one.startswith("de") else "Which one?" for one in self.draft.languages}
        other = self.draft.field(f"{row['name']}_other", "text", text, name=f"{row['name']}_other")
        self.draft.part(other)["relevance"] = f"{id} == 'other'"
        self._here(row)["items"].append(other)
        self._note(row, "or-other", "'or_other' became an answer and a text of its own.", row["type"], "changed")

    def _aside(self, row: SheetRow) -> bool:
        """Read "don't know" beside a number, as our own exports write it."""
        stem = row["name"].removesuffix("_missing")
        found = self.variables.get(stem)
        if stem == row["name"] or not found or found.kind == "choice" or f"${{{stem}}} = ''" not in row["relevant"]:
            return False
        chosen = SELECT.fullmatch(kind_of(row))
        assert chosen
        labels = {code_named(one["name"]): self._label(one) for one in self.lists[chosen["list"]]}
        texts = {code: self.draft.wording(text, at(row)) for code, text in labels.items()}
        part = self.draft.part(found.id)
        if "scale" in part:
            scale = dict(self.draft.scales[part["scale"]], missing=texts)
            part["scale"] = f"{part['scale']}_{row['name']}"
            self.draft.scales[part["scale"]] = scale
        else:
            part["missing"] = texts
        if row["required"]:
            part["required"] = True
        codes = {one["name"]: code_named(one["name"]) for one in self.lists[chosen["list"]]}
        found.beside = found.missing = tuple(codes.values())
        self.variables[row["name"]] = Variable(
            id=found.id, kind="choice", codes=codes, missing=found.missing, aside=True
        )
        return True

    def _typed(self, row: SheetRow, kind: str) -> str:
        more: dict[str, Any] = {"widget": "lines"} if "multiline" in row["appearance"] else {}
        limits: dict[str, Any] = {}
        if TYPED[kind] == "number":
            ends = {op: float(number) for op, number in RANGE.findall(row["constraint"])}
            limits = {name: tidy(ends[op]) for op, name in ((">=", "low"), ("<=", "high")) if op in ends}
            rest = re.sub(r"\band\b|\s", "", RANGE.sub("", row["constraint"]))
            step = STEP.search(row["constraint"])
            if rest and not step:
                self._note(row, "constraint", "This limit is not taken over.", row["constraint"])
        elif row["constraint"]:
            self._note(row, "constraint", "This limit is not taken over.", row["constraint"])
        common = self._common(row)
        common.pop("shuffle", None)
        label = self._raw(row, "label")
        name = self.draft.wording(label, at(row), row["name"])[self.default]
        id = self.draft.field(row["name"], TYPED[kind], label, name, **more, **common)
        self.draft.part(id).update(limits)
        if kind == "decimal":
            self.draft.part(id)["step"] = tidy(float(step.group(1))) if step else None
        elif kind == "integer" and step:
            self.draft.part(id)["step"] = tidy(float(step.group(1)))
        self._named(row, Variable(id=id, kind=TYPED[kind]))
        return id

    def _slider(self, row: SheetRow) -> str:
        told = dict(re.findall(r"(\w+)\s*=\s*(-?[\d.]+)", row["parameters"]))
        low, high, step = (float(told.get(name, other)) for name, other in (("start", 0), ("end", 10), ("step", 1)))
        scale = self.draft.range(low, high, step, at(row))
        id = self.draft.item(row["name"], self._raw(row, "label"), scale, widget="slider", **self._common(row))
        self._named(row, Variable(id=id, kind="number"))
        return id

    def _several(self, row: SheetRow, chosen: re.Match[str]) -> None:
        rank = chosen["kind"] == "rank"
        choices = self.lists[chosen["list"]]
        if len(choices) < 2 and rank:
            self._note(row, "type", "There is nothing to be ranked.", row["type"])
            return
        scale = self.draft.ranks(len(choices)) if rank else self.draft.ticked()
        options = {one["name"]: self.draft.item(one["name"], self._label(one), scale) for one in choices}
        limits, rest = ({}, "") if rank else limits_of(row["constraint"], options)
        if rest:
            self._note(row, "constraint", "A part of this limit is not taken over.", row["constraint"])
        common = self._common(row)
        id = self.draft.block(
            row["name"],
            "ranking" if rank else "multiple",
            list(options.values()),
            self._raw(row, "label"),
            **limits,
            **common,
        )
        self.draft.columns |= {f"{row['name']}/{name}": item for name, item in options.items()}
        self.variables[row["name"]] = Variable(id=id, kind="rank" if rank else "ticks", options=options)
        if chosen["other"]:
            self._note(row, "or-other", "'or_other' is not taken over; add the option and a text.", row["type"])
        if row["choice_filter"]:
            self._note(row, "choice-filter", "Every choice is offered.", row["choice_filter"])
        self._place(row, id)

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
        choices = self.lists.get(next(iter(lists)), [])
        scale = self.draft.ranks(len(choices))
        options = {one["name"]: self.draft.item(one["name"], self._label(one), scale) for one in choices}
        items = list(options.values())
        more: dict[str, Any] = {"top": len(asked), **self._hint(inner)}
        more |= {"required": True} if is_yes(asked[0]["required"]) else {}
        more |= {"shuffle": True} if "randomize=true" in asked[0]["parameters"].replace(" ", "") else {}
        id = self.draft.block(group["name"], "ranking", items, self._raw(group, "label"), **more)
        for rank, row in enumerate(asked, start=1):
            self.variables[row["name"]] = Variable(id=id, kind="place", options=options, rank=rank)
            self.draft.columns[row["name"]] = f"{id} {rank}"
        self._place(group, id)
        self.at += len(inner) + 1
        return True

    def _grid(self, group: SheetRow, inner: list[SheetRow], asked: list[SheetRow]) -> bool:
        chosen = [SELECT.fullmatch(kind_of(row)) for row in asked]
        lists = {
            one["list"]
            for one in chosen
            if one and one["kind"].startswith(("select_one", "select one")) and not one["other"]
        }
        alike = len(lists) == 1 and None not in chosen and all(one and not one["other"] for one in chosen)
        if not alike or len(asked) < 2 or any(row["choice_filter"] for row in asked):
            return False
        items = []
        for row in asked:
            self._tell(row)
            items.append(self._one(row, next(iter(lists))))
            self.later.append((self.draft.part(items[-1]), (row["relevant"],), row))
        text = self._raw(group, "label") if group.texts.get("label") else None
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
        return {"hint": self._wording(notes[0], "label")} if notes else {}

    def _common(self, row: SheetRow) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if row["required"]:
            if is_yes(row["required"]):
                out["required"] = True
            elif row["required"].lower() not in ("no", "false", "false()"):
                self._note(row, "required", "When this is required cannot be said.", row["required"])
        if row.texts.get("hint"):
            out["hint"] = self._wording(row, "hint")
        parameters = row["parameters"].replace(" ", "")
        if "randomize=true" in parameters:
            out["shuffle"] = True
        return out

    def _tell(self, row: SheetRow) -> None:
        for code, what, given, severity in unread(row):
            self._note(row, code, what, given, severity)

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

    def _named(self, row: SheetRow, variable: Variable) -> None:
        self.variables[row["name"]] = variable
        if variable.id != row["name"]:
            self.draft.columns[row["name"]] = variable.id

    def _raw(self, row: SheetRow, column: str) -> dict[str, str]:
        texts = row.texts.get(column, {})
        if any("{" in text.replace("\u2060", "") for text in texts.values()):
            what = "A text puts in an answer, or holds braces; these stand there in brackets."
            self._note(row, "piped-text", what, next(iter(texts.values())), "changed")
        return {one or self.default: unescaped(text) for one, text in texts.items()} or {self.default: row["name"]}

    def _wording(self, row: SheetRow, column: str) -> dict[str, str]:
        return self.draft.wording(self._raw(row, column), at(row))

    def _label(self, choice: SheetRow) -> dict[str, str]:
        name = choice["name"]
        return {one: text.removeprefix(f"{name} – ") or name for one, text in self._raw(choice, "label").items()}

    def _note(self, row: SheetRow, code: str, what: str, given: object = None, severity: Any = "lost") -> None:
        self.draft.note(code, what, at(row), given, severity)

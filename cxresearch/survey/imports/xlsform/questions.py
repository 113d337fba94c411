"""The questions of an XLSForm, type by type."""

from __future__ import annotations

import re
from typing import Any

from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.imported import Severity
from cxresearch.survey.imports.xlsform.cells import (
    RANGE,
    SELECT,
    STEP,
    TYPED,
    at,
    code_named,
    is_yes,
    kind_of,
    limits_of,
    tidy,
    unescaped,
    unread,
)
from cxresearch.survey.imports.xlsform.sheets import SheetRow
from cxresearch.survey.imports.xlsform.xpath import Variable


class Questions:
    """Turns rows into parts of a draft.

    Parameters
    ----------
    draft : Draft
    choices : list of SheetRow
        The sheet of that name.
    plain : str
        The language of a column that names none.

    Attributes
    ----------
    variables : dict
        Name in expressions to what it stands for.
    lists : dict
        Name of a list to its choices.
    """

    def __init__(self, draft: Draft, choices: list[SheetRow], plain: str) -> None:
        self.draft = draft
        self.default = draft.languages[0]
        self.plain = plain
        self.variables: dict[str, Variable] = {}
        self.lists: dict[str, list[SheetRow]] = {}
        for row in choices:
            self._choice(row)

    def _choice(self, row: SheetRow) -> None:
        extra = [one for one in (*row.cells, *row.texts) if one not in ("list_name", "name", "label")]
        for column in extra:
            given = row[column] or row.texts.get(column)
            self.note(row, "choice-column", "This column of a choice is not read.", given, "note")
        listed = self.lists.setdefault(row["list_name"], [])
        if not row["name"] or any(row["name"] == other["name"] for other in listed):
            what = "A choice without a name, or with the name of another one in its list, is left out."
            self.note(row, "choice", what, row.texts.get("label"))
        else:
            listed.append(row)

    def question(self, row: SheetRow, kind: str) -> list[str]:
        """Add a question; return what stands on the page, the question itself first."""
        self.tell(row)
        chosen = SELECT.fullmatch(kind)
        if chosen and chosen["list"] not in self.lists:
            self.note(row, "type", "The list of its choices is not in the sheet choices; it is left out.", row["type"])
            return []
        if chosen and chosen["kind"].startswith(("select_one", "select one")):
            if self._aside(row):
                return []
            id = self.one(row, chosen["list"], bool(chosen["other"]))
            return [id, self._specify(row, id)] if chosen["other"] else [id]
        if chosen:
            return self._several(row, chosen)
        if kind == "range":
            return [self._slider(row)]
        if kind in TYPED:
            return [self._typed(row, kind)]
        self.note(row, "type", "A question of this type cannot be asked.", row["type"])
        return []

    def one(self, row: SheetRow, listed: str, other: bool = False) -> str:
        """Add a choice of one; return its id."""
        labels = [(code_named(choice["name"]), self.label(choice)) for choice in self.lists[listed]]
        if other:
            labels.append(
                ("other", {one: "anderes" if one.startswith("de") else "Other" for one in self.draft.languages})
            )
        plain, missing = self.draft.without_answer(labels, [], at(row))
        numbered = len(plain) > 2 and not any(isinstance(code, str) for code, _ in plain)
        scale = self.draft.scale(plain, "ordinal" if numbered else "nominal", missing, at(row), listed)
        widget = "dropdown" if {"minimal", "autocomplete", "quick"} & set(row["appearance"].split()) else None
        id = self.draft.item(row["name"], self.raw(row, "label"), scale, widget=widget, **self._common(row))
        codes = {choice["name"]: code for choice, (code, _) in zip(self.lists[listed], labels, strict=False)}
        codes |= {"other": "other"} if other else {}
        self._named(row, Variable(id=id, kind="choice", codes=codes, missing=tuple(code for code, _ in missing)))
        if row["choice_filter"]:
            self.note(row, "choice-filter", "Every choice is offered.", row["choice_filter"])
        if row["constraint"]:
            self.note(row, "constraint", "This limit is not taken over.", row["constraint"])
        return id

    def _specify(self, row: SheetRow, id: str) -> str:
        text = {one: "Welches?" if one.startswith("de") else "Which one?" for one in self.draft.languages}
        other = self.draft.field(f"{row['name']}_other", "text", text, name=f"{row['name']}_other")
        self.draft.part(other)["relevance"] = f"{id} == 'other'"
        self.note(row, "or-other", "'or_other' became an answer and a text of its own.", row["type"], "changed")
        return other

    def _aside(self, row: SheetRow) -> bool:
        """Read "don't know" beside a number, as our own exports write it."""
        stem = row["name"].removesuffix("_missing")
        found = self.variables.get(stem)
        if stem == row["name"] or not found or found.kind == "choice" or f"${{{stem}}} = ''" not in row["relevant"]:
            return False
        chosen = SELECT.fullmatch(kind_of(row))
        assert chosen
        labels = {code_named(one["name"]): self.label(one) for one in self.lists[chosen["list"]]}
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
            if "low" in limits and "high" in limits and limits["low"] >= limits["high"]:
                self.note(row, "constraint", "Limits that leave no number are dropped.", row["constraint"])
                limits = {}
            rest = re.sub(r"\band\b|\s", "", RANGE.sub("", row["constraint"]))
            step = STEP.search(row["constraint"])
            if rest and not step:
                self.note(row, "constraint", "This limit is not taken over.", row["constraint"])
        elif row["constraint"]:
            self.note(row, "constraint", "This limit is not taken over.", row["constraint"])
        common = self._common(row)
        common.pop("shuffle", None)
        label = self.raw(row, "label")
        name = self.draft.wording(label, at(row), row["name"])[self.default]
        id = self.draft.field(row["name"], TYPED[kind], label, name, **more, **common)
        self.draft.part(id).update(limits)
        if kind == "decimal":
            self.draft.part(id)["step"] = (tidy(float(step.group(1))) if step else None) or None
        elif kind == "integer" and step:
            self.draft.part(id)["step"] = tidy(float(step.group(1))) or None
        self._named(row, Variable(id=id, kind=TYPED[kind]))
        return id

    def _slider(self, row: SheetRow) -> str:
        told = dict(re.findall(r"(\w+)\s*=\s*(-?\d+(?:\.\d+)?)(?![\d.])", row["parameters"]))
        if len(told) < row["parameters"].count("="):
            self.note(row, "parameters", "A limit of this range is no number.", row["parameters"], "changed")
        low, high, step = (float(told.get(name, other)) for name, other in (("start", 0), ("end", 10), ("step", 1)))
        scale = self.draft.range(low, high, step, at(row))
        id = self.draft.item(row["name"], self.raw(row, "label"), scale, widget="slider", **self._common(row))
        self._named(row, Variable(id=id, kind="number"))
        return id

    def _several(self, row: SheetRow, chosen: re.Match[str]) -> list[str]:
        rank = chosen["kind"] == "rank"
        choices = self.lists[chosen["list"]]
        if len(choices) < 2 and rank:
            self.note(row, "type", "There is nothing to be ranked.", row["type"])
            return []
        scale = self.draft.ranks(len(choices)) if rank else self.draft.ticked()
        options = {one["name"]: self.draft.item(one["name"], self.label(one), scale) for one in choices}
        limits, rest = ({}, "") if rank else limits_of(row["constraint"], options)
        if rest:
            self.note(row, "constraint", "A part of this limit is not taken over.", row["constraint"])
        common = self._common(row)
        id = self.draft.block(
            row["name"],
            "ranking" if rank else "multiple",
            list(options.values()),
            self.raw(row, "label"),
            **limits,
            **common,
        )
        self.draft.columns |= {f"{row['name']}/{name}": item for name, item in options.items()}
        self.variables[row["name"]] = Variable(id=id, kind="rank" if rank else "ticks", options=options)
        if chosen["other"]:
            self.note(row, "or-other", "'or_other' is not taken over; add the option and a text.", row["type"])
        if row["choice_filter"]:
            self.note(row, "choice-filter", "Every choice is offered.", row["choice_filter"])
        return [id]

    def _common(self, row: SheetRow) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if row["required"]:
            if is_yes(row["required"]):
                out["required"] = True
            elif row["required"].lower() not in ("no", "false", "false()"):
                self.note(row, "required", "When this is required cannot be said.", row["required"])
        if row.texts.get("hint"):
            out["hint"] = self.wording(row, "hint")
        parameters = row["parameters"].replace(" ", "")
        if "randomize=true" in parameters:
            out["shuffle"] = True
        return out

    def tell(self, row: SheetRow, around: bool = False) -> None:
        """Tell of the cells that nothing reads; a group or a text (`around`) has no hint either."""
        for code, what, given, severity in unread(row):
            self.note(row, code, what, given, severity)
        if around and row.texts.get("hint"):
            self.note(row, "hint", "A hint at a group or a text is not taken over.", row.texts["hint"])

    def _named(self, row: SheetRow, variable: Variable) -> None:
        if row["name"] in self.variables:
            what = "A second question bears this name; conditions look at the first."
            self.note(row, "duplicate-name", what, variable.id, "changed")
        self.variables.setdefault(row["name"], variable)
        if variable.id != row["name"]:
            self.draft.columns.setdefault(row["name"], variable.id)

    def raw(self, row: SheetRow, column: str) -> dict[str, str]:
        """Return a wording as the sheet has it, without the marks of Markdown."""
        texts = row.texts.get(column, {})
        if any("{" in text.replace("\u2060", "") for text in texts.values()):
            what = "A text puts in an answer, or holds braces; these stand there in brackets."
            self.note(row, "piped-text", what, next(iter(texts.values())), "changed")
        if not texts:
            self.note(row, "no-wording", "There is no wording; the name stands there.", row["name"], "changed")
        if "" in texts and texts.get(self.plain, texts[""]) != texts[""]:
            what = "There are two wordings for one language; the one that names its language is taken."
            self.note(row, "two-wordings", what, texts[""])
        said = {one or self.plain: unescaped(texts[one]) for one in sorted(texts)}
        return said or {self.default: row["name"]}

    def wording(self, row: SheetRow, column: str) -> dict[str, str]:
        """Return a wording in every language."""
        return self.draft.wording(self.raw(row, column), at(row))

    def label(self, choice: SheetRow) -> dict[str, str]:
        """Return the wording of a choice."""
        name = choice["name"]
        return {one: text.removeprefix(f"{name} – ") or name for one, text in self.raw(choice, "label").items()}

    def note(
        self,
        row: SheetRow,
        code: str,
        what: str,
        given: object = None,
        severity: Severity = "lost",
    ) -> None:
        """Tell of a row."""
        self.draft.note(code, what, at(row, "choices" if row["list_name"] else "survey"), given, severity)

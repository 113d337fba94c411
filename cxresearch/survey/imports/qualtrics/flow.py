"""Blocks and survey flow of Qualtrics as pages, relevance and quotas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cxresearch.survey.expression import LONGEST
from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.qualtrics.logic import condition, described, leaf_condition
from cxresearch.survey.imports.qualtrics.questions import Builder

_FIELD = "text"


@dataclass(frozen=True, kw_only=True)
class _Skip:
    """What follows is shown only where this does not hold, up to a question or the end of a block."""

    logic: Mapping[str, Any]
    until: str
    where: str


class Flow:
    """Goes through the survey in the order in which respondents do.

    Attributes
    ----------
    used : set of str
        Questions that were taken over or told of.
    """

    def __init__(self, draft: Draft, builder: Builder, questions: Mapping[str, Mapping[str, Any]], blocks: Any) -> None:
        self.draft = draft
        self.builder = builder
        self.questions = questions
        listed = blocks.values() if isinstance(blocks, Mapping) else blocks
        self.blocks = {str(one.get("ID")): one for one in listed if isinstance(one, Mapping)}
        self.used: set[str] = set()
        self._shown: set[str] = set()
        self._skips: list[_Skip] = []
        # parts and pages with the logic under which they are shown; said when every question is known
        self._waiting: list[tuple[dict[str, Any], str, list[tuple[Any, str, bool]]]] = []

    def run(self, flow: Any) -> None:
        """Go through the flow; without one, through all blocks."""
        if isinstance(flow, list):
            self._flow(flow, [])
        else:
            for id, block in self.blocks.items():
                if block.get("Type") != "Trash":
                    self._block(id, [])

    def _flow(self, flow: Iterable[Any], branches: list[tuple[Any, str, bool]], group: str | None = None) -> None:
        for element in flow:
            if not isinstance(element, Mapping):
                continue
            where, inner = str(element.get("FlowID") or element.get("ID")), element.get("Flow")
            inner = inner if isinstance(inner, list) else []
            match element.get("Type"):
                case "Block" | "Standard":
                    self._block(str(element.get("ID")), branches, group)
                case "Branch":
                    self._flow(inner, [*branches, (element.get("BranchLogic"), where, False)], group)
                case "Group" | "Root":
                    self._flow(inner, branches, group)
                case "BlockRandomizer":
                    self._random(element, inner, where, branches)
                case "EmbeddedData":
                    self._embedded(element, where)
                case "EndSurvey":
                    self._end(element, where, branches)
                case kind:
                    self.draft.note("flow", f"A step of the kind {kind} is not taken over.", where, dict(element))
                    self._flow(inner, branches, group)

    def _random(self, element: Mapping[str, Any], inner: list[Any], where: str, branches: list[Any]) -> None:
        subset = str(element.get("SubSet") or len(inner))
        if subset != str(len(inner)):
            what = f"Only {subset} of {len(inner)} parts are drawn; here all of them are shown, in random order."
            self.draft.note("random-subset", what, where, dict(element))
        if any(isinstance(one, Mapping) and one.get("Type") not in ("Block", "Standard") for one in inner):
            what = "Parts that are shuffled hold several blocks; here each page is shuffled by itself."
            self.draft.note("random-groups", what, where, severity="changed")
        self._flow(inner, branches, f"random_{where}")

    def _embedded(self, element: Mapping[str, Any], where: str) -> None:
        for field in _list(element.get("EmbeddedData")):
            if isinstance(field, Mapping) and (name := str(field.get("Field") or "")):
                if value := field.get("Value"):
                    what = "A field is set by the survey flow; here it is a column that comes with the data."
                    self.draft.note("embedded-value", what, where, f"{name} = {value}")
                if name not in self.draft.columns and name not in self.draft.fields:
                    id = self.draft.field(name, _FIELD, None, name)
                    if id != name:
                        self.draft.columns[name] = id

    def _end(self, element: Mapping[str, Any], where: str, branches: list[tuple[Any, str, bool]]) -> None:
        if element.get("Options"):
            what = "A message or a way out at an early end is not taken over."
            self.draft.note("end-options", what, where, element["Options"])
        if not branches:
            return
        what = "An early end became a condition of everything that follows."
        self.draft.note("end", what, where, described(branches[-1][0]), "changed")
        if len(branches) > 1:
            self.draft.note(
                "end-nested", "An early end stands in several branches; the inner one alone is used.", where
            )
        self._skips.append(_Skip(logic={"branch": branches[-1][0]}, until="ENDOFSURVEY", where=where))

    def _block(self, id: str, branches: list[tuple[Any, str, bool]], group: str | None = None) -> None:
        block = self.blocks.get(id)
        if block is None or id in self._shown:
            what = "The flow shows a block that does not exist, or shows one twice; that is left out."
            self.draft.note("block", what, id)
            return
        self._shown.add(id)
        options = block.get("Options") if isinstance(block.get("Options"), Mapping) else {}
        shuffle = self._options(id, options or {})
        page = self._page(branches, group, shuffle)
        for element in _list(block.get("BlockElements")):
            if not isinstance(element, Mapping):
                continue
            qid = str(element.get("QuestionID") or "")
            if element.get("Type") == "Page Break":
                page = self._page(branches, group, shuffle)
            elif qid in self.questions:
                self._skips = [skip for skip in self._skips if skip.until != qid]
                page = self._question(qid, page, branches, group, shuffle)
                self._skip(element, qid)
            else:
                self.draft.note("block-element", "A part of a block is not known.", id, dict(element))
        self._skips = [skip for skip in self._skips if skip.until == "ENDOFSURVEY" or skip.until.startswith("QID")]
        own = [page for page in self.draft.pages if page.get("group") == group and page.get("items")]
        if group and len(own) > 1 and sum(page in own for page in self.draft.pages) > len(own):
            self.draft.note("random-pages", "Pages of one block are shuffled as well.", id, severity="changed")

    def _options(self, id: str, options: Mapping[str, Any]) -> bool:
        for key, value in options.items():
            usual = key in (
                "BlockLocking",
                "BlockVisibility",
                "RandomizeQuestions",
                "CollapseBlock",
                "NextButton",
                "PreviousButton",
            )
            if not usual and value not in (None, "", "None", "false", False, [], {}):
                what = f"{key} of this block is not taken over." if "Loop" not in key else "This block is repeated."
                self.draft.note("loop" if "Loop" in key else "block-option", what, id, value)
        random = str(options.get("RandomizeQuestions") or "false")
        if random not in ("false", "true", "None"):
            what = "Questions are drawn from this block in an advanced way; here all of them come in random order."
            self.draft.note("block-random", what, id, options)
        return random not in ("false", "None")

    def _page(self, branches: list[tuple[Any, str, bool]], group: str | None, shuffle: bool) -> dict[str, Any]:
        page: dict[str, Any] = {"items": []}
        if group:
            page["group"] = group
        if shuffle:
            page["shuffle"] = True
        if branches:
            self._waiting.append((page, branches[-1][1], list(branches)))
        self.draft.pages.append(page)
        return page

    def _question(
        self, qid: str, page: dict[str, Any], branches: list[Any], group: str | None, shuffle: bool
    ) -> dict[str, Any]:
        """Put a question on the page; a passage begins a page of its own."""
        q = self.questions[qid]
        self.used.add(qid)
        logics = [(q[key], qid, False) for key in ("DisplayLogic", "InPageDisplayLogic") if q.get(key)]
        if q.get("QuestionType") == "DB":
            if page["items"] or logics or "intro" in page:
                what = "A text between questions begins a page here."
                self.draft.note("passage", what, qid, severity="changed")
                page = self._page(branches, group, shuffle)
            page["intro"] = self.draft.wording(self.builder.texts(q), qid)
            if logics or self._skips:
                what = "The text is shown with its page; its own condition is dropped."
                self.draft.note("passage-logic", what, qid, [described(one) for one, _, _ in logics])
            return page
        names = self.builder.question(qid, q)
        page["items"] += names
        logics += [(skip.logic, skip.where, True) for skip in self._skips]
        if logics:
            for name in names:
                self._waiting.append((self.draft.part(name), qid, logics))
        return page

    def _skip(self, element: Mapping[str, Any], qid: str) -> None:
        for skip in _list(element.get("SkipLogic")):
            if isinstance(skip, Mapping):
                until = str(skip.get("SkipToDestination") or "ENDOFSURVEY")
                self._skips.append(_Skip(logic={"skip": skip}, until=until, where=qid))
                what = "Skip logic became a condition of what is skipped."
                self.draft.note("skip", what, qid, described(skip), "changed")

    def conditions(self) -> None:
        """Say every logic as a relevance, now that every question is known; what cannot be said is told."""
        for logic, id, where in self.builder.logics:
            self._waiting.append((self.draft.part(id), where, [(logic, where, False)]))
        for part, where, logics in self._waiting:
            said = [part["relevance"]] if "relevance" in part else []
            for logic, at, negated in logics:
                told = self._said(logic)
                if told is None:
                    what = "A condition cannot be said in a survey file; this is always shown."
                    self.draft.note("logic", what, at if at == where else f"{where} ({at})", described(logic))
                else:
                    said.append(f"not ({told})" if negated else told)
            text = said[0] if len(said) == 1 else " and ".join(f"({one})" for one in said)
            if len(text) > LONGEST:
                self.draft.note(
                    "logic", "A condition is too long for a survey file; this is always shown.", where, text
                )
            elif text:
                part["relevance"] = text

    def _said(self, logic: Any) -> str | None:
        if isinstance(logic, Mapping) and "skip" in logic:
            return leaf_condition(logic["skip"], self.builder.asked)
        if isinstance(logic, Mapping) and "branch" in logic:
            return condition(logic["branch"], self.builder.asked)
        return condition(logic, self.builder.asked)

    def quota(self, where: str, payload: Mapping[str, Any]) -> None:
        """Add a quota where its logic can be said."""
        told = condition(payload.get("Logic"), self.builder.asked)
        n = str(payload.get("Occurrences") or "")
        name = str(payload.get("Name") or where)
        if told is None or not n.isdigit() or int(n) < 1:
            self.draft.note("quota", "A quota cannot be said in a survey file.", where, described(payload))
            return
        self.draft.quota(name, told, int(n))


def _list(value: Any) -> list[Any]:
    """Return a list; an object of numbered entries is one in some files."""
    return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []

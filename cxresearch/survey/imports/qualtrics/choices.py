"""Choices and answers of a Qualtrics question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cxresearch.survey.imports.draft import Draft, Wording, code_of, language_of
from cxresearch.survey.imports.qualtrics.logic import described
from cxresearch.survey.scale import Code

_KNOWN = frozenset(["Display", "TextEntry", "TextEntrySize", "ExclusiveAnswer", "DisplayLogic"])
# how large a field is
_SIZE = frozenset(["InputWidth", "InputHeight", "TextEntryLength"])
_NOT_ANALYSED = ("no", "off", "false")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice: its number in Qualtrics, its code in the data, and the ending of its column."""

    id: str
    code: Code
    suffix: str
    text: Wording
    missing: bool = False
    typed: bool = False
    exclusive: bool = False
    logic: Any = None

    @property
    def described(self) -> str:
        """Its display logic in Qualtrics' own words."""
        return described(self.logic)

    def with_suffix(self, suffix: str) -> Choice:
        """Return it with another ending of its column."""
        return replace(self, suffix=suffix)


Choices = Sequence[Choice]


def listed(q: Mapping[str, Any], what: str, order: str, main: str, qid: str, draft: Draft) -> Choices:
    """Return the choices of a question in their order; two with one recode value keep their own numbers.

    Parameters
    ----------
    q : mapping
        The payload of the question.
    what, order : str
        ``Choices`` and ``ChoiceOrder``, or ``Answers`` and ``AnswerOrder``.
    main : str
        The language outside of ``Language``.
    """
    found = q.get(what)
    if isinstance(found, Sequence) and not isinstance(found, str):
        # numbers from 0 on come as a list, as with the eleven points of a recommendation
        found = {str(i): one for i, one in enumerate(found)}
    choices = {str(id): one for id, one in found.items()} if isinstance(found, Mapping) else {}
    # recode values belong to the columns of a matrix and to the choices of everything else
    rows = what == "Choices" and bool(q.get("Answers"))
    recodes = q.get("RecodeValues") if not rows and isinstance(q.get("RecodeValues"), Mapping) else {}
    codes = {id: code_of(str((recodes or {}).get(id, id)).strip()) for id in choices}
    if len({str(code) for code in codes.values()}) < len(codes):
        told = "Two choices have one recode value; their own numbers are the codes."
        draft.note("recode-twice", told, qid, dict(recodes or {}), severity="changed")
        codes = {id: code_of(id) for id in choices}
    analysed = q.get("AnalyzeChoices") if isinstance(q.get("AnalyzeChoices"), Mapping) else {}
    if any(isinstance(code, int) and code < 0 for code in codes.values()):
        told = "A code below zero may stand for no answer; if so, move it to missing."
        draft.note("negative-code", told, qid, codes, severity="note")
    out = []
    for id in _ordered(q.get(order), choices):
        one = choices[id] if isinstance(choices[id], Mapping) else {"Display": str(choices[id])}
        if unknown := sorted(set(one) - _KNOWN - _SIZE):
            told = f"Settings of a choice are not known: {', '.join(unknown)}."
            draft.note("choice-setting", told, f"{qid}/{id}", {key: one[key] for key in unknown})
        code = codes[id]
        out.append(
            Choice(
                id=id,
                code=code,
                suffix=str(code),
                text=_texts(q, what, id, str(one.get("Display") or ""), main),
                missing=str((analysed or {}).get(id, "")).lower() in _NOT_ANALYSED,
                typed=str(one.get("TextEntry", "")).lower() in ("true", "on", "1"),
                exclusive=str(one.get("ExclusiveAnswer", "")).lower() in ("true", "on", "1"),
                logic=one.get("DisplayLogic"),
            )
        )
    return out


def _ordered(order: Any, choices: Mapping[str, Any]) -> list[str]:
    """Return the numbers of the choices in order, which stands there as a list or as an object."""
    values = order.values() if isinstance(order, Mapping) else order if isinstance(order, Sequence) else ()
    first = [str(id) for id in values if str(id) in choices]
    return list(dict.fromkeys([*first, *choices]))


def _texts(q: Mapping[str, Any], what: str, id: str, display: str, main: str) -> dict[str, str]:
    told = {main: display}
    languages = q.get("Language")
    for name, one in languages.items() if isinstance(languages, Mapping) else ():
        part = one.get(what) if isinstance(one, Mapping) else None
        choice = part.get(id) if isinstance(part, Mapping) else None
        if isinstance(choice, Mapping) and isinstance(choice.get("Display"), str):
            told.setdefault(language_of(str(name)) or "", choice["Display"])
    return told

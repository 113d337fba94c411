"""Qualtrics surveys: the QSF file that "Export survey" writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cxresearch.errors import Fault, Place, SurveyError, shown_path, unreadable
from cxresearch.survey.imports.draft import Draft, language_of
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.imports.qualtrics.flow import Flow
from cxresearch.survey.imports.qualtrics.questions import Builder

# what an element of the file is, where it is no part of an instrument
_NOTHING = frozenset(["RS", "STAT", "QC", "PROJ", "PL"])
# keys of a question that are read, or that only tell an editor what to show
_READ = frozenset(
    [
        "QuestionText",
        "DataExportTag",
        "QuestionType",
        "Selector",
        "SubSelector",
        "Choices",
        "ChoiceOrder",
        "Answers",
        "AnswerOrder",
        "RecodeValues",
        "ChoiceDataExportTags",
        "Language",
        "Validation",
        "Randomization",
        "DisplayLogic",
        "InPageDisplayLogic",
        "AnalyzeChoices",
        "AdditionalQuestions",
        "Labels",
        "QuestionID",
    ]
)
_SHOWN = frozenset(
    [
        "QuestionDescription",
        "DefaultChoices",
        "Configuration",
        "NextChoiceId",
        "NextAnswerId",
        "QuestionText_Unsafe",
        "NumberOfQuestions",
        "ChoiceColumnWidthPixels",
        "DataVisibility",
        "SearchSource",
    ]
)
_USUAL = {
    "SurveyProtection": "PublicSurvey",
    "SurveyExpiration": "None",
    "SurveyTermination": "DefaultMessage",
    "BallotBoxStuffingPrevention": "false",
}
_DEFAULT_TERMINATIONS = ("DefaultMessage", "None", None, "")


def read_qsf(path: str | Path) -> Imported:
    """Read a Qualtrics survey; recode values become codes, export tags become ids.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Imported
        Its `columns` name the columns of an answers file, where they differ from the ids.

    Raises
    ------
    SurveyError
        ``import.missing-file``, ``import.not-qsf``.
    """
    file = shown_path(path)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise SurveyError(_not_qsf(file, "The file is not UTF-8.")) from None
        raise SurveyError(unreadable(path, "import.missing-file")) from None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise SurveyError(_not_qsf(file, "The file is not JSON.")) from None
    elements = data.get("SurveyElements") if isinstance(data, Mapping) else None
    if not isinstance(elements, list) or not isinstance(data.get("SurveyEntry"), Mapping):
        raise SurveyError(_not_qsf(file, "The file has no SurveyEntry and SurveyElements."))
    return _Reader(file, data["SurveyEntry"], [one for one in elements if isinstance(one, Mapping)]).read()


def _not_qsf(file: str, what: str) -> Fault:
    do = "In Qualtrics: Tools, Import/Export, Export survey."
    return Fault(
        code="import.not-qsf", what=what, place=Place(file=file), allowed="a .qsf file as Qualtrics exports it", do=do
    )


class _Reader:
    def __init__(self, file: str, entry: Mapping[str, Any], elements: list[Mapping[str, Any]]) -> None:
        self.entry = entry
        self.elements = elements
        self.main = language_of(str(entry.get("SurveyLanguage") or "EN")) or "en"
        tags = self._languages()
        self.draft = Draft(file, "qualtrics", [self.main, *filter(None, map(language_of, tags))])
        for tag in tags:
            if language_of(tag) is None:
                self.draft.note("no-language", "This is no tag of a language; its wordings are left out.", "SO", tag)
        self.builder = Builder(self.draft, self.main)

    def read(self) -> Imported:
        questions = {str(q.get("QuestionID") or one.get("PrimaryAttribute")): q for one, q in self._payloads("SQ")}
        blocks: Any = next((payload for _, payload in self._payloads("BL", list | dict)), [])
        flow = Flow(self.draft, self.builder, questions, blocks)
        root: Any = next((payload for _, payload in self._payloads("FL")), None)
        flow.run(root.get("Flow") if isinstance(root, Mapping) else None)
        for qid in flow.used:
            self._keys(qid, questions[qid])
        for qid in sorted(set(questions) - flow.used):
            what = "This question stands in no block that is shown (or in the trash); it is left out."
            self.draft.note("unused", what, qid, questions[qid].get("QuestionText"))
        flow.conditions()
        for element in self.elements:
            self._element(element, flow)
        name = str(self.entry.get("SurveyName") or "survey")
        more = {}
        description = str(self.entry.get("SurveyDescription") or "")
        if description.strip() and description != name:
            more["description"] = self.draft.wording({self.main: description}, "SurveyDescription")
        return self.draft.imported(name, {self.main: name}, **more)

    def _payloads(self, kind: str, type: Any = dict) -> Iterator[tuple[Mapping[str, Any], Any]]:
        for element in self.elements:
            if element.get("Element") == kind and isinstance(element.get("Payload"), type):
                yield element, element["Payload"]

    def _languages(self) -> list[str]:
        found: list[str] = []
        for _, payload in self._payloads("SO"):
            available = payload.get("AvailableLanguages")
            found += [str(one) for one in available] if isinstance(available, Mapping) else []
        for _, payload in self._payloads("SQ"):
            languages = payload.get("Language")
            found += [str(one) for one in languages] if isinstance(languages, Mapping) else []
        return list(dict.fromkeys(found))

    def _keys(self, qid: str, q: Mapping[str, Any]) -> None:
        """Tell of every setting of a question that means something and is not taken over."""
        for key, value in q.items():
            if key == "ColumnLabels" and q.get("Selector") == "NPS":
                continue
            if key in _READ or key in _SHOWN or value in (None, "", [], {}, False, "None"):
                continue
            told = {
                "ChoiceGroups": "Choices stand under headings; here they stand in one list.",
                "ChoiceGroupOrder": None,
                "GradingData": "Answers are scored; that is left to the analysis.",
                "QuestionJS": "A script runs in this question.",
                "DynamicChoices": "Choices are carried over from another question; here all of them are shown.",
                "DynamicChoicesData": None,
                "ColumnLabels": "Headings of columns are not taken over.",
                "VariableNaming": "Answers have names of their own in the data; the wording stands as their label.",
                "DefaultValues": "Some answer is given beforehand; here none is.",
            }
            if key not in told:
                self.draft.note("setting", f"The setting {key} is not known.", qid, value)
            elif what := told[key]:
                severity = "changed" if key in ("ChoiceGroups", "VariableNaming") else "lost"
                self.draft.note(_coded(key), what, qid, value, severity)  # type: ignore[arg-type]
        found = q.get("Randomization")
        if isinstance(found, Mapping) and found.get("Type") not in (None, "", "None", "All"):
            what = "Only some choices come in random order, or they are turned round; here all of them are shuffled."
            self.draft.note("randomisation", what, qid, found, "changed")

    def _element(self, element: Mapping[str, Any], flow: Flow) -> None:
        kind, payload = str(element.get("Element") or ""), element.get("Payload")
        where = str(element.get("PrimaryAttribute") or kind)
        if kind in ("BL", "FL", "SQ") or kind in _NOTHING:
            return
        if kind == "SO" and isinstance(payload, Mapping):
            self._options(payload)
        elif kind == "SCO" and isinstance(payload, Mapping):
            if payload.get("ScoringCategories"):
                self.draft.note("scoring", "Answers are scored; that is left to the analysis.", where, payload)
        elif kind == "NT" and isinstance(payload, Mapping):
            notes = payload.get("Notes")
            for note in notes if isinstance(notes, list) else ():
                given = note.get("Message") if isinstance(note, Mapping) else note
                self.draft.note("note", "A note of an editor is left out.", str(payload.get("ParentID")), given)
        elif kind == "QO" and isinstance(payload, Mapping):
            flow.quota(where, payload)
        elif kind == "QG" and isinstance(payload, Mapping) and not payload.get("Quotas"):
            return
        elif payload not in (None, "", [], {}):
            self.draft.note("element", f"A part of the kind {kind} is not taken over.", where, payload)

    def _options(self, options: Mapping[str, Any]) -> None:
        look = []
        for key, value in options.items():
            if key in ("Header", "Footer", "EOSMessage", "CustomStyles", "SurveyMetaDescription") and value:
                self.draft.note("option", f"{key} of the survey is not taken over.", "SO", value)
            elif key in _USUAL and value != _USUAL[key]:
                self.draft.note(
                    "option", f"{key} of the survey has to be set where it is fielded.", "SO", value, "note"
                )
            elif key not in _USUAL and key != "AvailableLanguages" and value not in (None, "", [], {}):
                look.append(key)
        if look:
            what = "Look, navigation and access are no part of an instrument."
            self.draft.note("look", what, "SO", ", ".join(look), "note")


def _coded(key: str) -> str:
    return (
        "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in key)
        .strip("-")
        .replace("-j-s", "-js")
    )

"""What a SurveyJS file sets beyond the questions: told, as far as it means something to respondents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cxresearch.survey.imports.draft import Draft

Json = Mapping[str, Any]
_READ = [
    "type",
    "name",
    "title",
    "description",
    "isRequired",
    "visibleIf",
    "choices",
    "choicesOrder",
    "rows",
    "rowOrder",
    "rowsOrder",
    "columns",
    "items",
    "rateMin",
    "rateMax",
    "rateStep",
    "rateCount",
    "rateValues",
    "minRateDescription",
    "maxRateDescription",
    "inputType",
    "min",
    "max",
    "step",
    "showNoneItem",
    "hasNone",
    "noneText",
    "showOtherItem",
    "hasOther",
    "otherText",
    "showRefuseItem",
    "refuseText",
    "showDontKnowItem",
    "dontKnowText",
    "showCommentArea",
    "hasComment",
    "commentText",
    "labelTrue",
    "labelFalse",
    "valueTrue",
    "valueFalse",
    "maxSelectedChoices",
    "minSelectedChoices",
    "selectToRankEnabled",
    "eachRowRequired",
    "isAllRowRequired",
    "cellType",
    "correctAnswer",
    "customLabels",
    "sliderType",
    "titleLocation",
    "expression",
    "multiSelect",
    "validators",
]
_LOOK = [
    "startWithNewLine",
    "colCount",
    "width",
    "minWidth",
    "maxWidth",
    "indent",
    "rightIndent",
    "state",
    "placeholder",
    "maxLength",
    "autoGrow",
    "allowResize",
    "searchEnabled",
    "allowClear",
    "displayMode",
    "rateType",
    "rateColorMode",
    "scaleColorMode",
    "displayRateDescriptionsAsExtremeItems",
    "imageHeight",
    "imageWidth",
    "imageFit",
    "contentMode",
    "showLabel",
    "renderAs",
    "size",
    "showInMultipleColumns",
    "alternateRows",
    "showHeader",
    "verticalAlign",
    "titleActions",
    "hideNumber",
    "showNumber",
    "rateDescriptionLocation",
    "swapOrder",
    "itemSize",
    "descriptionLocation",
    "otherPlaceholder",
    "closeOnSelect",
    "textUpdateMode",
    "autocomplete",
    "inputMask",
    "maskType",
    "maskSettings",
    "selectToRankAreasLayout",
    "columnMinWidth",
    "rowTitleWidth",
    "displayStyle",
    "currency",
    "tooltipVisibility",
    "page",
    "useDisplayValuesInDynamicTexts",
]
_SURVEY = [
    "locale",
    "title",
    "description",
    "pages",
    "elements",
    "questions",
    "calculatedValues",
    "triggers",
    "completedHtmlOnCondition",
    "clearInvisibleValues",
]


@dataclass(frozen=True)
class Settings:
    """Tells of settings that are not taken over."""

    draft: Draft

    def question(self, q: Json, aside: Json | None) -> None:
        """Tell of the settings of a question; our own pair of a question and its "don't know" is understood."""
        name = str(q.get("name"))
        pair = ("enableIf", "resetValueIf", "requiredIf") if aside is not None else ()
        self.unknown(q, (*_READ, *pair), name)
        for one in _dicts(q.get("validators")):
            if not _understood(one):
                self.draft.note("validator", "An answer is checked; here it is not.", name, dict(one))
        rows = q.get("rows") if isinstance(q.get("rows"), list) else []
        for one in [*_dicts(q.get("choices")), *_dicts(rows), *_dicts(q.get("columns")), *_dicts(q.get("items"))]:
            self.unknown(one, ("value", "text", "randomize", "isExclusive", *_READ), f"{name}.{one.get('value', '')}")

    def unknown(self, part: Json, known: Iterable[str], where: str) -> None:
        """Tell of every setting that is not among these."""
        look = []
        for key, value in part.items():
            if key in known or value in (None, "", [], {}) or (value is False and key != "visible"):
                continue
            if key in _LOOK:
                look.append(f"{key}={value}")
            else:
                self.draft.note("setting", f"The setting {key} is not taken over.", where, value)
        if look:
            self.draft.note("look", "How a question looks is not taken over.", where, "; ".join(look), "note")

    def survey(self, data: Json) -> None:
        """Tell of the settings of the whole survey."""
        look = []
        for key, value in data.items():
            if key in _SURVEY or value in (None, "", [], {}):
                continue
            if re.search(r"html|text|quiz|timer|cookie|redirect|navigateTo|maxTime", key, re.IGNORECASE):
                self.draft.note("option", f"{key} of the survey is not taken over.", None, value)
            else:
                look.append(key)
        if look:
            what = "Look and navigation are no part of an instrument."
            self.draft.note("look", what, None, ", ".join(look), "note")


def _dicts(found: Any) -> list[Json]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _understood(validator: Json) -> bool:
    text = str(validator.get("expression") or "")
    kind = validator.get("type")
    return kind == "answercount" or (kind == "expression" and ("notempty" in text or ".length} >=" in text))

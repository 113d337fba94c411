"""Values, checks and numbers as a SurveyJS file holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cxresearch.survey.imports.draft import code_of
from cxresearch.survey.scale import Code

Json = Mapping[str, Any]
# value, settings that switch it on, setting of its wording, wording
SPECIAL = (
    ("none", ("showNoneItem", "hasNone"), "noneText", "nichts davon", "none of these"),
    ("refused", ("showRefuseItem",), "refuseText", "keine Angabe", "rather not say"),
    ("dontknow", ("showDontKnowItem",), "dontKnowText", "weiß nicht", "don't know"),
    ("other", ("showOtherItem", "hasOther"), "otherText", "anderes", "other"),
)
CHOICES = ("radiogroup", "dropdown", "buttongroup")
SEVERAL = ("checkbox", "tagbox")


def listed(value: Any) -> list[Json]:
    """Return the objects of a list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def validators(q: Json) -> list[Json]:
    """Return the checks of a question."""
    found = q.get("validators")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def expression(validator: Json) -> str:
    """Return the expression of a check."""
    return str(validator.get("expression") or "")


def reminds(validator: Json) -> bool:
    """Tell whether a check asks for an answer without holding back."""
    return validator.get("notificationType") == "warning" and "notempty" in expression(validator)


def row_need(q: Json, path: str) -> bool | str:
    """Tell whether a validator asks for the answer of a row."""
    for found in validators(q):
        if re.search(rf"(^| or |\()\{{{re.escape(path)}\}} notempty\)*$", expression(found)):
            return "soft" if reminds(found) else True
    return False


def written(value: Any) -> str:
    """Return a value as expressions and answers write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def code_for(value: Any) -> Code:
    """Return the code of a value."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return code_of(value)
    return whole(value) if abs(value) < 1e15 else str(value)


def whole(value: float) -> int | float:
    """Return a whole number where it is one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number_of(value: Any, otherwise: float) -> float:
    """Return a number, or another where there is none."""
    return otherwise if (found := bound(value)) is None else found


def bound(value: Any) -> int | float | None:
    """Return a number where there is a usable one."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e15:
        return None
    return whole(value)

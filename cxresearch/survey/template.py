"""From a YAML file to a Survey, with every fault and its line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cxresearch.errors import Fault, SurveyError, CxError, unknown_name
from cxresearch.located import Located, parse_yaml, read_yaml, validation_faults
from cxresearch.shipped import resolve
from cxresearch.survey.item import (
    BackgroundField,
    Construct,
    Item,
    Page,
    Perspective,
    Touchpoint,
    as_wordings,
)
from cxresearch.survey.scale import Scale
from cxresearch.survey.survey import LANGUAGE, Survey
from cxresearch.survey.text import Text

PARTS: dict[str, type] = {
    "perspectives": Perspective,
    "scales": Scale,
    "touchpoints": Touchpoint,
    "constructs": Construct,
    "items": Item,
    "fields": BackgroundField,
}
KEYS = sorted({f.name for cls in (Survey, Page, *PARTS.values()) for f in dataclasses.fields(cls)})


def load_survey(path: str | Path) -> Survey:
    """Read a survey template and check that its parts fit each other.

    Parameters
    ----------
    path : str or Path
        A YAML file, or ``"shipped:surveys/NAME.yaml"`` for one that comes with the package.

    Raises
    ------
    SurveyError
        All faults at once, each with file and line.

    Examples
    --------
    >>> survey = load_survey("shipped:surveys/credibility-gap.yaml")
    >>> survey.languages[:1]
    ('de',)
    """
    try:
        located = read_yaml(resolve(path))
    except CxError as error:
        raise SurveyError(*error.faults) from None
    return survey_from(located)


def parse_survey(text: str, name: str = "<text>") -> Survey:
    """Read a survey from YAML text; see :func:`load_survey`."""
    try:
        return survey_from(parse_yaml(text, name))
    except SurveyError:
        raise
    except CxError as error:
        raise SurveyError(*error.faults) from None


def survey_from(located: Located) -> Survey:
    """Build a survey from located YAML; raises SurveyError with all faults."""
    data = located.data
    if not isinstance(data, dict):
        raise SurveyError(
            Fault(
                code="survey.not-a-mapping",
                what="A survey file is a mapping with keys such as id, title, items.",
                place=located.place(),
                given=data,
            )
        )
    data = _with_ids(data)
    faults: list[Fault] = []
    survey: Survey | None = None
    try:
        survey = TypeAdapter(Survey).validate_python(data)
    except ValidationError as error:
        faults += validation_faults(error, located, "survey", KEYS)
    faults += list(_cross_faults(data, located))
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors or survey is None:
        raise SurveyError(*sorted(errors, key=_line))
    return survey


def _with_ids(data: dict[str, Any]) -> dict[str, Any]:
    """Give every part its key as id, and every item the full form of its wording."""
    perspectives = _keys(data, "perspectives")
    out = dict(data)
    for part in PARTS:
        if not isinstance(data.get(part), dict):
            continue
        out[part] = {
            key: {**value, "id": str(key)} if isinstance(value, dict) else value
            for key, value in data[part].items()
        }
    if isinstance(out.get("items"), dict):
        for value in out["items"].values():
            if isinstance(value, dict) and "text" in value:
                value["text"] = as_wordings(value["text"], perspectives)
    return out


def _line(fault: Fault) -> tuple[int, int]:
    place = fault.place
    return (place.line or 0, place.column or 0) if place else (0, 0)


def _keys(data: dict[str, Any], part: str) -> list[str]:
    value = data.get(part)
    return [str(key) for key in value] if isinstance(value, dict) else []


def _entries(data: dict[str, Any], part: str) -> Iterator[tuple[str, dict[str, Any]]]:
    value = data.get(part)
    for key, entry in (value if isinstance(value, dict) else {}).items():
        if isinstance(entry, dict):
            yield key, entry


def _cross_faults(data: dict[str, Any], located: Located) -> Iterator[Fault]:
    """Find references to parts that do not exist, on the raw data so that one fault hides no other."""
    languages = (
        [str(x) for x in data.get("languages") or []] if isinstance(data.get("languages"), list) else []
    )
    for i, language in enumerate(languages):
        if not LANGUAGE.match(language):
            yield Fault(
                code="survey.language",
                what="This is not a language tag.",
                place=located.place("languages", i),
                given=language,
                allowed="tags such as de (Sie), de-du (du), en",
            )
    perspectives = _keys(data, "perspectives")
    items = _keys(data, "items")
    for key, entry in _entries(data, "items"):
        yield from _item_faults(key, entry, data, located, perspectives)
    yield from _reference_faults(
        "perspective",
        ((("perspectives", k, "predicts"), e.get("predicts")) for k, e in _entries(data, "perspectives")),
        perspectives,
        located,
    )
    pages = data.get("pages")
    for i, page in enumerate(pages if isinstance(pages, list) else []):
        if isinstance(page, dict):
            yield from _reference_faults("item", _listed(page, ("pages", i, "items")), items, located)
            yield from _reference_faults(
                "perspective", _listed(page, ("pages", i, "perspectives")), perspectives, located
            )
    if isinstance(pages, list):
        yield from _page_faults(pages, items, located)
    yield from _text_faults(data, located, languages)


def _listed(page: dict[str, Any], where: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    values = page.get(where[-1])
    for j, value in enumerate(values if isinstance(values, list) else []):
        yield (*where, j), value


def _reference_faults(
    kind: str, found: Iterable[tuple[tuple[Any, ...], Any]], valid: list[str], located: Located
) -> Iterator[Fault]:
    for where, name in found:
        if isinstance(name, str) and name not in valid:
            yield unknown_name(f"survey.unknown-{kind}", kind, name, valid, located.place(*where))


def _item_faults(
    key: str, entry: dict[str, Any], data: dict[str, Any], located: Located, perspectives: list[str]
) -> Iterator[Fault]:
    for kind, part in (("scale", "scales"), ("construct", "constructs"), ("touchpoint", "touchpoints")):
        yield from _reference_faults(
            kind, [(("items", key, kind), entry.get(kind))], _keys(data, part), located
        )
    text = entry.get("text")
    if isinstance(text, dict):
        for name in text:
            if str(name) not in perspectives:
                yield unknown_name(
                    "survey.unknown-perspective",
                    "perspective",
                    name,
                    perspectives,
                    located.place("items", key, "text", name),
                )
    scale = dict(_entries(data, "scales")).get(str(entry.get("scale")), {})
    ranged = scale.get("low") is not None
    if entry.get("reversed") is True and scale and not ranged:
        yield Fault(
            code="survey.reversed-without-range",
            what="Only an item on a scale with low and high can be reversed.",
            place=located.place("items", key, "reversed"),
            given=entry.get("scale"),
        )
    if entry.get("index") == "nps" and scale and (scale.get("low"), scale.get("high")) != (0, 10):
        yield Fault(
            code="survey.nps-scale",
            what="The recommendation question of the NPS is answered from 0 to 10.",
            place=located.place("items", key, "scale"),
            given=entry.get("scale"),
            allowed="a scale with low 0 and high 10",
        )


def _page_faults(pages: list[Any], items: list[str], located: Located) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for i, page in enumerate(pages):
        for where, name in _listed(page, ("pages", i, "items")) if isinstance(page, dict) else ():
            if name in seen:
                yield Fault(
                    code="survey.item-twice",
                    what=f"This item already stands on page {seen[name] + 1}.",
                    place=located.place(*where),
                    given=name,
                )
            seen.setdefault(str(name), i)
    for name in items:
        if name not in seen:
            yield Fault(
                code="survey.item-on-no-page",
                what="The survey has pages, but this item stands on none.",
                place=located.place("items", name),
                given=name,
                do="List it under pages, or remove it.",
            )


def _text_faults(data: dict[str, Any], located: Located, languages: list[str]) -> Iterator[Fault]:
    for where, value in _texts(data):
        try:
            text = TypeAdapter(Text).validate_python(value)
        except ValidationError:
            continue
        for language in languages:
            if not text.has(language):
                yield Fault(
                    code="survey.missing-translation",
                    what=f"There is no wording in {language!r}.",
                    place=located.place(*where),
                    allowed=", ".join(languages),
                    do="Translate it, or take the language out of languages.",
                )
        for language in text.root:
            if language != "und" and language not in languages:
                yield unknown_name(
                    "survey.unknown-language",
                    "language",
                    language,
                    languages,
                    located.place(*where, language),
                )


def _texts(data: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every place where a wording stands."""
    for key in ("title", "description"):
        if key in data:
            yield (key,), data[key]
    for part in PARTS:
        for key, entry in _entries(data, part):
            for name in ("name", "definition"):
                if name in entry and entry[name] is not None:
                    yield (part, key, name), entry[name]
            for name in ("labels", "missing"):
                if isinstance(entry.get(name), dict):
                    for code, text in entry[name].items():
                        yield (part, key, name, code), text
            if part == "items" and isinstance(entry.get("text"), dict):
                for perspective, text in entry["text"].items():
                    yield (part, key, "text", perspective), text
    pages = data.get("pages")
    for i, page in enumerate(pages if isinstance(pages, list) else []):
        for name in ("title", "intro"):
            if isinstance(page, dict) and page.get(name) is not None:
                yield ("pages", i, name), page[name]

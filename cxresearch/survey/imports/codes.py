"""How answers to a questionnaire that was imported come home: the same mapping that an export writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from cxresearch.survey.block import Multiple, Ranking
from cxresearch.survey.export.codes import CodedColumn, Codes
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.survey import Survey

_TICKED: Mapping[str, Mapping[str, int]] = {"limesurvey": {"Y": 1}, "qualtrics": {"1": 1}}
_NOTHING: Mapping[str, str] = {"N/A": ""}  # yes and no in an export with labels, where nothing was answered
_TRUE: Mapping[str, int] = {"true": 1, "false": 0}


def codes_of(imported: Imported, platform: str) -> Codes:
    """Return the columns of a platform's answers for a survey that was imported from there.

    Parameters
    ----------
    imported : Imported
    platform : {"qualtrics", "limesurvey", "surveyjs"}

    Examples
    --------
    >>> text = '''{id: a, title: A, languages: [en], source: x, licence: x, scales: {s: {level: nominal, labels: {1: b}}},
    ... perspectives: {customer: {name: C, side: outside, role: customer}}, items: {Q1_1: {text: T, scale: s}}}'''
    >>> codes_of(Imported(yaml=text, columns={"Q1#1": "Q1_1"}), "qualtrics").home([{"Q1#1": "1"}])
    [{'Q1_1': '1'}]
    """
    survey = imported.survey
    return Codes(
        platform=platform,
        survey=survey.id,
        version=survey.version,
        perspective=next(iter(survey.perspectives)),
        languages={},
        columns=tuple(_columns(survey, imported.columns, platform)),
    )


def _columns(survey: Survey, renamed: Mapping[str, str], platform: str) -> Iterator[CodedColumn]:
    of: dict[str, list[str]] = {}
    for column, id in renamed.items():
        of.setdefault(id, []).append(column)
    for id in (*survey.items, *survey.fields):
        if id not in renamed:
            of.setdefault(id, []).append(id)
    done: set[str] = set()
    for key, block in survey.blocks.items():
        if platform == "surveyjs" and isinstance(block, Multiple | Ranking):
            yield from _together(key, block, of)
            done |= set(block.items)
        elif isinstance(block, Multiple):
            yield from _ticks(key, block, of, platform)
            done |= set(block.items)
        elif isinstance(block, Ranking) and platform == "limesurvey":
            yield from _places(key, block)
            done |= set(block.items)
    for id, columns in of.items():
        if id not in done:
            closed = id in survey.items or (id in survey.fields and survey.fields[id].labels)
            codes = _TRUE if platform == "surveyjs" else _NOTHING if platform == "limesurvey" and closed else {}
            yield from (CodedColumn(column=column, variables={"": id}, codes=codes) for column in columns)


def _together(key: str, block: Multiple | Ranking, of: Mapping[str, list[str]]) -> Iterator[CodedColumn]:
    """Yield the one column of SurveyJS; the importer calls its options ``question=option``."""
    # where two questions bear one name, only one of them has columns
    columns = {column: id for id in block.items for column in of.get(id, ())}
    options = {column.partition("=")[2]: id for column, id in columns.items()}
    kind: Literal["ticks", "order"] = "ticks" if isinstance(block, Multiple) else "order"
    if columns:
        name = next(iter(columns)).partition("=")[0]
        yield CodedColumn(column=name, kind=kind, variables=options, block=key)


def _ticks(key: str, block: Multiple, of: Mapping[str, list[str]], platform: str) -> Iterator[CodedColumn]:
    """Yield a column for each option, and for Qualtrics the one that holds all of them."""
    together: dict[str, dict[str, str]] = {}
    for id in block.items:
        for column in of.get(id, ()):
            stem, _, suffix = column.rpartition("_")
            codes = dict(_TICKED[platform])
            if platform == "qualtrics" and stem:
                codes[suffix] = 1
                together.setdefault(stem, {})[suffix] = id
            yield CodedColumn(column=column, kind="tick", variables={"": id}, codes=codes, block=key)
    for stem, ids in together.items():
        yield CodedColumn(column=stem, kind="ticks", variables=ids, block=key)


def _places(key: str, block: Ranking) -> Iterator[CodedColumn]:
    options = {id.removeprefix(f"{key}_"): id for id in block.items}
    for place in range(1, len(options) + 1):
        yield CodedColumn(column=f"{key}[{place}]", kind="position", variables=options, position=place, block=key)

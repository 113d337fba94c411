"""Which column of a file is which part of the survey: by name and wording, never by position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cxresearch.errors import Fault, Place, listing, unknown_name
from cxresearch.responses.codes import normal
from cxresearch.responses.readers.csv import RawTable
from cxresearch.survey.survey import Survey


@dataclass(frozen=True, kw_only=True)
class Match:
    """A column of the file and the part of the survey it belongs to."""

    column: str
    target: str
    how: str


def match_columns(
    table: RawTable, survey: Survey, perspective: str | None, columns: Mapping[str, str]
) -> tuple[list[Match], list[Fault]]:
    """Find what each column of the file is; what the user named in `columns` wins over what is found."""
    ids = [*survey.items, *survey.fields]
    faults: list[Fault] = []
    for given, target in columns.items():
        if given not in table.columns:
            faults.append(
                unknown_name("data.unknown-column", "column in the file", given, table.header, Place(file=table.file))
            )
        if target not in ids:
            faults.append(unknown_name("data.unknown-item", "item or field in the survey", target, ids))
    spellings = _spellings(survey, perspective)
    found: dict[str, Match] = {}
    for column in dict.fromkeys((*columns, *table.header)):
        matches = _candidates(column, columns, ids, spellings)
        if not matches or column not in table.columns or matches[0].target not in ids:
            continue
        if len(matches) > 1:
            faults.append(_ambiguous(table, matches))
            continue
        match = matches[0]
        first = found.setdefault(match.target, match)
        if first is match or (first.how == "given" and match.how != "given"):
            continue
        faults.append(
            Fault(
                code="data.column-twice",
                what=f"The columns {first.column!r} and {column!r} both belong to {match.target!r}.",
                place=Place(file=table.file, field=column),
                do=f"Say which one counts with columns={{{column!r}: {match.target!r}}}.",
            )
        )
    return sorted(found.values(), key=lambda match: table.header.index(match.column)), faults


def _spellings(survey: Survey, perspective: str | None) -> dict[str, dict[str, list[str]]]:
    """Return ids by how else they may be written: ids in another case, wordings in any language."""
    found: dict[str, dict[str, list[str]]] = {"id": {}, "wording": {}}
    for id in (*survey.items, *survey.fields):
        found["id"].setdefault(id.casefold(), []).append(id)
    texts = [(field.id, field.name) for field in survey.fields.values()]
    texts += [
        (item.id, text)
        for item in survey.items.values()
        for asked, text in item.text.items()
        if perspective in (None, asked)
    ]
    for id, text in texts:
        for wording in text.wordings():
            ids = found["wording"].setdefault(normal(wording), [])
            if id not in ids:
                ids.append(id)
    return found


def _candidates(
    column: str, columns: Mapping[str, str], ids: list[str], spellings: Mapping[str, Mapping[str, list[str]]]
) -> list[Match]:
    if column in columns:
        return [Match(column=column, target=columns[column], how="given")]
    if column in ids:
        return [Match(column=column, target=column, how="id")]
    for how, key in (("id", column.casefold()), ("wording", normal(column))):
        if targets := spellings[how].get(key):
            return [Match(column=column, target=target, how=how) for target in targets]
    return []


def _ambiguous(table: RawTable, matches: list[Match]) -> Fault:
    return Fault(
        code="data.ambiguous-column",
        what="This column may belong to several parts of the survey.",
        place=Place(file=table.file, field=matches[0].column),
        allowed=listing(match.target for match in matches),
        do=f"Say which one with columns={{{matches[0].column!r}: {matches[0].target!r}}}.",
    )

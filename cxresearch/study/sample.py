"""A study from a survey alone: made-up answers and the questions that fit, to see the report before anybody is asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cxresearch.responses.rehearse import rehearse
from cxresearch.responses.write import write_responses
from cxresearch.study.load import NAME, load_study
from cxresearch.survey.expression import names
from cxresearch.survey.form import Form
from cxresearch.survey.infer import survey_yaml
from cxresearch.survey.item import Item
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import file_name

SURVEY = "surveys/survey.yaml"
NOTEBOOKS = "shipped:notebooks"
SMALLEST_SCALE, WIDEST_RATING = 3, 21
MOST_GROUPS = 6
RESPONDENTS = 240

_COMMENT = """\
# A rehearsal: the answers in data/ are made up (cxresearch, seed {seed}), so that the report can be looked at
# before anybody is asked.  For the real study, put the real files in their place.
#
#   cxresearch run {name}       builds the report in {name}/built

"""
_TITLES = {
    "recommendation": {"de": "Wer empfiehlt weiter?", "en": "Who recommends?"},
    "ratings": {"de": "Wie wird geantwortet?", "en": "How do people answer?"},
    "measurement": {"de": "Ist auf die Messung Verlass?", "en": "Can the measurement be trusted?"},
    "gaps": {"de": "Wo gehen Innenbild und Außenbild auseinander?", "en": "Where do inside and outside views differ?"},
    "groups": {"de": "Unterscheiden sich die Gruppen?", "en": "Do groups differ?"},
}


def sample_study(survey: Survey, folder: Path, *, n: int = RESPONDENTS, seed: int = 1, text: str | None = None) -> Path:
    """Write a study with made-up answers into a folder that does not exist yet.

    Parameters
    ----------
    survey : Survey
    folder : Path
        Its name is that of the study.
    n : int
        Respondents of each perspective.
    seed : int
    text : str, optional
        The survey file as it is written, with its comments; by default it is written anew.

    Returns
    -------
    Path
        The study file; ``cxresearch run`` builds the report, with a stamp on every page.
    """
    asked = [who for who in survey.perspectives if survey.form(who).entries]
    building = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    try:
        (building / "surveys").mkdir(parents=True)
        (building / SURVEY).write_text(text or survey_yaml(survey), encoding="utf-8")
        for who in asked:
            write_responses(rehearse(survey, perspective=who, n=n, seed=seed), building / _file(who))
        languages: list[str] = [language for language in ("de", "en") if language in survey.languages] or ["en"]
        told = {
            "study": folder.name,
            "title": {language: survey.title.get(language) for language in languages},
            "languages": languages,
            "survey": SURVEY,
            "data": {who: _file(who) for who in asked},
            "seed": seed,
            "sections": list(_sections(survey, asked, languages)),
        }
        content = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110)
        (building / NAME).write_text(_COMMENT.format(seed=seed, name=folder.name) + content, encoding="utf-8")
        load_study(building)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder / NAME


def _file(who: str) -> str:
    return f"data/{file_name(who)}.csv"


def _sections(survey: Survey, asked: list[str], languages: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the questions that this survey can answer; what it cannot is left out."""
    for who in asked:
        form = survey.form(who)
        data = {"data": {who: _file(who)}}
        groups = _groups(form)
        nps = next((e.id for e in form.entries if isinstance(e.source, Item) and e.source.index == "nps"), None)
        if nps:
            yield _section(
                "recommendation", who, survey, languages, {**data, "item": nps, "by": next(iter(groups), "")}
            )
        if ratings := _ratings(form):
            yield _section("ratings", who, survey, languages, {**data, "items": ratings, "weights": ""})
        if groups and ratings:
            parameters = {**data, "outcome": nps or ratings[0], "by": groups[0]}
            yield _section("groups", who, survey, languages, parameters, notebook="comparison")
    pairs = list(_pairs(survey, asked))
    for inside, outside, constructs in pairs:
        data = {"data": {who: _file(who) for who in (inside, *outside)}}
        of = inside if len(pairs) > 1 else None
        whole = [key for key in constructs if len(_items(survey, key, inside)) >= SMALLEST_SCALE]
        if whole:
            yield _section("measurement", of, survey, languages, {**data, "constructs": whole})
        empty = dict.fromkeys(("score", "unit", "construct", "n", "by", "link", "weights", "cluster"), "")
        yield _section("gaps", of, survey, languages, {**data, "inside": inside, "outside": outside, **empty})


def _section(
    kind: str, who: str | None, survey: Survey, languages: list[str], parameters: dict[str, Any], notebook: str = ""
) -> dict[str, Any]:
    titles = {language: _TITLES[kind][language] for language in languages}
    if who:
        names = survey.perspectives[who].name
        titles = {language: f"{title} ({names.get(language)})" for language, title in titles.items()}
    return {
        "id": f"{kind}-{who}".lower().replace("_", "-") if who else kind,
        "notebook": f"{NOTEBOOKS}/{notebook or kind}.ipynb",
        "title": titles,
        "parameters": parameters,
    }


def _ratings(form: Form) -> list[str]:
    return [
        entry.id
        for entry in form.entries
        if isinstance(entry.source, Item)
        and entry.kind == "choice"
        and entry.scale is not None
        and entry.scale.is_range
        and len(entry.scale.codes) <= WIDEST_RATING
        and entry.expects is None
    ]


def _groups(form: Form) -> list[str]:
    # who is screened out answers nothing that could be compared
    deciding = {name for page in form.pages if page.screenout for name in names(page.screenout.when)}
    fields = [entry for entry in form.entries if not isinstance(entry.source, Item) and entry.kind == "choice"]
    found = [entry.id for entry in fields if 2 <= len(entry.options) - len(entry.missing) <= MOST_GROUPS]
    return [id for id in found if id not in deciding]


def _items(survey: Survey, construct: str, *perspectives: str) -> list[Item]:
    return [item for item in survey.items_of(construct) if all(who in item.text for who in perspectives)]


def _pairs(survey: Survey, asked: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each inside view, those outside who are asked the same, and what both are asked about."""
    sides = {who: survey.perspectives[who].side for who in asked if survey.perspectives[who].predicts is None}
    outsides = [who for who, side in sides.items() if side == "outside"]
    for inside in (who for who, side in sides.items() if side == "inside"):
        shared = {who: [key for key in survey.constructs if _items(survey, key, inside, who)] for who in outsides}
        found = {who: keys for who, keys in shared.items() if keys}
        if found:
            yield inside, list(found), next(iter(found.values()))

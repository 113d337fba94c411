"""The index pages of a batch: every unit with its status, respondents, headline figure and answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from cxresearch.study.batch.durable import write_whole
from cxresearch.study.batch.figures import Figure, common, named, picture, signed, span, written
from cxresearch.study.batch.record import FAILURES, HIDDEN, REPORTS, Line, failures
from cxresearch.study.batch.report import column_name, number, perspectives
from cxresearch.study.manifest import Manifest
from cxresearch.study.publish import environment, frame
from cxresearch.study.study import Study
from cxresearch.survey.survey import Survey
from cxresearch.words.catalog import say

TEMPLATES = Path(__file__).parent / "templates"
MOST_NAMES, MOST_FAILURES = 12, 100
OUTDATED = "outdated"
EARLIER = {"failed": 0, "outdated": 1, "ok": 2, "not-reportable": 3, "pooled": 4, "skipped": 5}


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the index pages of a batch show.

    Parameters
    ----------
    study : Study
    survey : Survey, optional
    columns : tuple of str
        The columns that make the units.
    lines : tuple of Line
    without : tuple of (file, n)
        Rows of each file that belong to no unit.
    least : int
        Smallest number of respondents that is told.
    manifest : dict
    open : int
        How many withheld figures can be computed from what is published.
    """

    study: Study
    survey: Survey | None
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    without: tuple[tuple[str, int], ...]
    least: int
    manifest: Manifest
    open: int = 0


def write_pages(out: Path, overview: Overview) -> None:
    """Write the index page in every language, and the main one once more at the top."""
    languages = list(overview.manifest["languages"])
    for language in overview.study.languages:
        if language not in languages:
            (out / language / "index.html").unlink(missing_ok=True)  # of an earlier batch
    for language in languages:
        write_whole(out / language / "index.html", page(overview, language, "../").encode("utf-8", "replace"))
    write_whole(out / "index.html", page(overview, languages[0], "").encode("utf-8", "replace"))


def page(overview: Overview, language: str, up: str) -> str:
    """Return the index page in one language."""
    study, lines = overview.study, overview.lines
    languages = list(overview.manifest["languages"])
    more = (TEMPLATES / "batch.css", TEMPLATES / "batch.js")
    common_parts = frame(study, language, languages, overview.manifest, up, more)
    columns = [column_name(column, overview.survey, language) for column in overview.columns]
    same = common(_figures(line) for line in lines)
    counted = perspectives((line.unit for line in lines), overview.survey, language)
    ordered = sorted(lines, key=lambda line: (line.unit.kind != "total", EARLIER[line.state]))
    pictures = _pictures(overview, same, language)
    return (
        environment(TEMPLATES)
        .get_template("batch.html.j2")
        .render(
            **{
                **common_parts,
                "title": say("batch.heading", language, title=study.title.get(language), columns=columns),
            },
            say=partial(_say, language),
            word=partial(_word, language),
            overview=overview,
            rows=[_row(overview, line, counted, pictures, language, up) for line in ordered],
            perspectives=list(counted.values()),
            figure_title=_figure_title(overview, same, language),
            states=[state for state in EARLIER if any(line.state == state for line in lines)],
            summary=_summary(lines, language),
            without=_without(overview, columns, language),
            failures=_failed(study, lines, language, up),
            failures_file=FAILURES,
            switch={lang: f"{up}{lang}/index.html" for lang in languages},
        )
    )


def _row(
    overview: Overview,
    line: Line,
    counted: Mapping[str, str],
    pictures: Mapping[str, tuple[Markup, str, float]],
    language: str,
    up: str,
) -> dict[str, Any]:
    unit, least = line.unit, overview.least
    shown = line.summary is not None
    drawn = pictures.get(unit.slug)
    said = line.summary["headlines"] if line.summary else {}
    told = said.get(language, [])
    own = language if language in said else next(iter(said), language)
    pool = next((other.unit.names[language] for other in overview.lines if other.unit.kind == "pool"), "")
    return {
        "kind": unit.kind,
        "name": unit.names[language],
        "href": f"{up}{REPORTS}/{unit.slug}/{own}/index.html" if shown else "",
        "state": line.state,
        "why": say(f"batch.reason.{line.reason}", language, n=least, pool=pool) if line.reason else "",
        "counts": [
            _count(None if name in unit.untold else unit.counts.get(name), least, shown, line.reason, language)
            for name in counted
        ],
        "picture": drawn[0] if drawn else "",
        "figure": drawn[1] if drawn else "",
        "value": drawn[2] if drawn else None,
        "sentence": told[0]["sentence"] if told else "",
        "more": [one["sentence"] for one in told[1:]],
        "answered": _answered(line, language),
    }


def _count(n: int | None, least: int, shown: bool, reason: str, language: str) -> tuple[str, int | None]:
    """Return a number of respondents as text and as value to sort by."""
    if n is None or reason in (HIDDEN, OUTDATED):  # the report on it counts others
        return ("\N{EN DASH}", None)
    told = n if shown and n >= least else None
    text = number(n, least, language) if told is not None or n < least else "\N{EN DASH}"
    return (text.removeprefix("n = "), told)


def _answered(line: Line, language: str) -> str:
    if line.summary is None or line.summary["answered"] == line.summary["sections"]:
        return ""
    return say("batch.answered", language, done=line.summary["answered"], total=line.summary["sections"])


def _figures(line: Line) -> list[Figure]:
    return [Figure(**figure) for figure in line.summary["figures"]] if line.summary else []


def _pictures(overview: Overview, same: tuple[str, ...] | None, language: str) -> dict[str, tuple[Markup, str, float]]:
    drawn = {}
    for line in overview.lines:
        figure = next((figure for figure in _figures(line) if figure.same == same), None)
        if figure is not None:
            drawn[line.unit.slug] = (line, figure)
    if not drawn:
        return {}
    ends = span(figure for _, figure in drawn.values())
    total = next((figure.value for line, figure in drawn.values() if line.unit.kind == "total"), None)
    return {
        slug: (
            Markup(picture(figure, ends, total, line.unit.names[language], language)),
            written(figure, language, signed(ends)),
            figure.value,
        )
        for slug, (line, figure) in drawn.items()
    }


def _figure_title(overview: Overview, same: tuple[str, ...] | None, language: str) -> str:
    if same is None:
        return ""
    title = next((s.title.get(language) for s in overview.study.sections if s.id == same[0]), same[0])
    return say("batch.figure_of", language, title=title, row=named(same, overview.survey, language)).strip()


def _summary(lines: Iterable[Line], language: str) -> str:
    states = [line.state for line in lines if line.unit.kind == "unit"]
    counted = {state: states.count(state) for state in EARLIER if state in states}
    parts = [say("batch.units", language, n=n, state=say(f"batch.states.{s}", language)) for s, n in counted.items()]
    return ", ".join(parts)


def _without(overview: Overview, columns: list[str], language: str) -> list[str]:
    return [
        say("batch.without_value", language, n=number(n, overview.least, language), file=file, columns=columns)
        for file, n in overview.without
        if n
    ]


def _failed(study: Study, lines: tuple[Line, ...], language: str, up: str) -> list[dict[str, Any]]:
    """Return what failed, once for each cause, with the reports in which it did."""
    shown = {line.unit.slug: line.summary is not None for line in lines}
    titles = {section.id: section.title.get(language) for section in study.sections}
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in failures(lines, language):
        key = (row["section"], str(row["cell"]), row["cause"], row["message"], row["details"])
        group = groups.setdefault(key, {**row, "title": titles.get(row["section"], row["section"]), "reports": {}})
        href = f"{up}{REPORTS}/{row['slug']}/{row['language']}/{row['section']}.html" if shown[row["slug"]] else ""
        group["reports"].setdefault(row["slug"], (row["unit"], href))
    found = list(groups.values())[:MOST_FAILURES]
    for group in found:
        names = list(group["reports"].values())
        group["units"], group["more"] = names[:MOST_NAMES], max(0, len(names) - MOST_NAMES)
    return found


def _say(language: str, key: str, **values: Any) -> str:
    return say(f"study.{key}", language, **values)


def _word(language: str, key: str, **values: Any) -> str:
    return say(f"batch.{key}", language, **values)

"""The pages of a report: one index and one page per question, in every language."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cxresearch.study.explained import explained
from cxresearch.study.made_up import is_made_up
from cxresearch.study.manifest import Manifest
from cxresearch.study.outcome import Outcome
from cxresearch.study.render import Body, render
from cxresearch.study.results import Found, headlines
from cxresearch.study.study import Section, Study
from cxresearch.words import catalog
from cxresearch.words.numbers import base

TEMPLATES = Path(__file__).parent / "templates"
NAMES = {"de": "Deutsch", "en": "English"}

Say = Callable[..., str]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One question in one language, ready for its page.

    Parameters
    ----------
    section : Section
    language : str
    outcome : Outcome
    notebook : dict, optional
        As executed; None where the kernel never started.
    found : tuple of Found
    differing : tuple of str
        Frames whose numbers differ from those of the main language.
    """

    section: Section
    language: str
    outcome: Outcome
    notebook: dict[str, Any] | None
    found: tuple[Found, ...] = ()
    differing: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The question in the language of the page."""
        return self.section.title.get(self.language)

    @property
    def headlines(self) -> tuple[Found, ...]:
        """What the index page says of it."""
        return headlines(self.found)

    def cause(self, say: Say, language: str | None = None) -> str:
        """Say why it is not simply answered, on a page in this language; by default its own."""
        if self.differing:
            return say("disagreement", frames=", ".join(self.differing))
        problem = self.outcome.problem
        if problem is None:
            return ""
        if language is None or base(language) == base(self.language):
            return problem.told
        return explained(problem, language).message

    def hint(self, say: Say) -> str:
        """Say what to do about it."""
        if self.differing:
            return say("hint.disagree")
        return say(f"hint.{self.outcome.problem.hint}") if self.outcome.problem else ""


def publish(built: Path, study: Study, chapters: tuple[Chapter, ...], manifest: Manifest, above: str = "") -> None:
    """Write all pages into a folder.

    Parameters
    ----------
    built : Path
        Folder of the report.
    study : Study
        For title, population, fieldwork and disclosure.
    chapters : tuple of Chapter
        In the order of the study, every language of a section together.
    manifest : dict
        What :func:`cxresearch.study.manifest.closed` returns.
    above : str
        Way from the report to the pages of its batch; empty where it stands alone.
    """
    languages = list(dict.fromkeys(chapter.language for chapter in chapters))
    for language in languages:
        own = tuple(chapter for chapter in chapters if chapter.language == language)
        for position, chapter in enumerate(own):
            page = _section_page(study, own, position, languages, manifest)
            _write(built / language / f"{chapter.section.id}.html", page)
        _write(built / language / "index.html", _index(study, chapters, language, languages, manifest, "../", above))
    _write(built / "index.html", _index(study, chapters, languages[0], languages, manifest, "", above))


def _section_page(
    study: Study, own: tuple[Chapter, ...], position: int, languages: list[str], manifest: Manifest
) -> str:
    chapter = own[position]
    say = speaker(chapter.language)
    body: Body | None = None
    if chapter.notebook is not None:
        body = render(chapter.notebook, chapter.found, chapter.section.id, chapter.language, say)
    run = next(s for s in manifest["sections"] if s["id"] == chapter.section.id)["runs"][chapter.language]
    return (
        environment()
        .get_template("section.html.j2")
        .render(
            **_common(study, chapter.language, languages, manifest, "../"),
            chapter=chapter,
            body=body,
            parameters={name: _value(value) for name, value in run["parameters"].items()},
            switch={lang: f"../{lang}/{chapter.section.id}.html" for lang in languages},
            previous=own[position - 1] if position else None,
            following=own[position + 1] if position + 1 < len(own) else None,
        )
    )


def _index(
    study: Study,
    chapters: tuple[Chapter, ...],
    language: str,
    languages: list[str],
    manifest: Manifest,
    up: str,
    above: str,
) -> str:
    say = speaker(language)
    own = [chapter for chapter in chapters if chapter.language == language]
    stated = study.disclosure.statements()
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            **_common(study, language, languages, manifest, up),
            chapters=own,
            overview=f"{up}{above}{language}/index.html" if above else "",
            failures=_failures(chapters, language),
            unreportable=[c for c in own if c.outcome.status == "not-reportable"],
            several=len(languages) > 1,
            total=len(study.sections),
            fieldwork=_fieldwork(study, language, say),
            stated={name: text.get(language) for name, text in stated.items() if text},
            missing=[say(f"point.{name}") for name, text in stated.items() if not text],
            switch={lang: f"{up}{lang}/index.html" for lang in languages},
        )
    )


def _failures(chapters: tuple[Chapter, ...], language: str) -> list[list[Chapter]]:
    """Return what failed in any language, once where the cause is the same; the page's own language first."""
    groups: dict[tuple[Any, ...], list[Chapter]] = {}
    for chapter in chapters:
        if not chapter.outcome.good:
            problem = chapter.outcome.problem
            cause = (problem.kind, problem.code, problem.cell) if problem else chapter.differing
            groups.setdefault((chapter.section.id, cause), []).append(chapter)
    return [sorted(group, key=lambda chapter: chapter.language != language) for group in groups.values()]


def _common(study: Study, language: str, languages: list[str], manifest: Manifest, up: str) -> dict[str, Any]:
    return {**frame(study, language, languages, manifest, up), "say": speaker(language)}


def frame(
    study: Study,
    language: str,
    languages: list[str],
    manifest: Manifest,
    up: str,
    more: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """Return what every page needs: title, languages, style, script and a policy that lets only that script run.

    Parameters
    ----------
    study : Study
    language : str
        Of the page.
    languages : list of str
        Of the report.
    manifest : dict
    up : str
        Way to the folder of the report.
    more : tuple of Path
        Scripts and styles of this page beyond those of every page.
    """
    script = _asset("report.js") + "".join(_read(path) for path in more if path.suffix == ".js")
    style = _asset("report.css") + "".join(_read(path) for path in more if path.suffix == ".css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {
        "study": study,
        "made_up": is_made_up(study),
        "title": study.title.get(language),
        "language": language,
        "languages": {lang: NAMES.get(base(lang), lang) for lang in languages},
        "up": up,
        "manifest": manifest,
        "finished": moment(manifest["finished"], language),
        "style": Markup(style),
        "script": Markup(script),
        "policy": f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "form-action 'none'; base-uri 'none'",
    }


def speaker(language: str) -> Say:
    """Return what says the words of a page."""
    return partial(_say, language)


def _say(language: str, key: str, **values: Any) -> str:
    return catalog.say(f"study.{key}", language, **values)


def _fieldwork(study: Study, language: str, say: Say) -> str:
    work = study.fieldwork
    dates: Mapping[str, str] = {
        name: format_date(date, format="long", locale=base(language))
        for name, date in (("start", work.start), ("end", work.end))
        if date
    }
    key = {2: "period", 1: "from" if work.start else "until", 0: ""}[len(dates)]
    note = work.note.get(language) if work.note else ""
    return ". ".join(part for part in (say(key, **dates) if key else "", note) if part)


def moment(text: str, language: str) -> str:
    """Write a moment in ISO format as people do."""
    when = dt.datetime.fromisoformat(text)
    pattern = {"de": "d. MMMM y, HH:mm", "en": "d MMMM y, HH:mm"}[base(language)]
    return f"{format_datetime(when, pattern, locale=base(language))} UTC"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="replace")


def _asset(name: str) -> str:
    return _read(TEMPLATES / name)


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() + "\n"


@cache
def environment(*folders: Path) -> Environment:
    """Return what fills the templates, those in `folders` first."""
    return Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

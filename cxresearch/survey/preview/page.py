"""One HTML file: the questionnaire, its flow, and nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cxresearch.errors import ArgumentError, CxError, Fault, shown_path, unknown_name
from cxresearch.survey.preview.content import content_of
from cxresearch.survey.survey import Survey

FOLDER = Path(__file__).resolve().parent
FORMAT = "cxresearch.answers/1"
HEIGHT = 680  # pixels of the frame in a notebook


@dataclass(frozen=True, kw_only=True, eq=False)
class Preview:
    """A questionnaire to click through; in a notebook it shows itself.

    Parameters
    ----------
    survey : Survey
    html : str
        The whole page.
    """

    survey: Survey
    html: str

    def write(self, path: str | Path) -> Path:
        """Write the page; it works offline, in any browser."""
        target = Path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.html, encoding="utf-8")
        except OSError as error:
            what, do = "The preview cannot be written.", f"The system says: {error}."
            raise CxError(Fault(code="preview.not-writable", what=what, given=shown_path(target), do=do)) from None
        return target

    def _repr_html_(self) -> str:
        shown = self.survey.public_title or self.survey.title
        title = html.escape(shown.get(self.survey.languages[0]), quote=True)
        return (
            f'<iframe title="{title}" srcdoc="{html.escape(self.html, quote=True)}" '
            f'sandbox="allow-scripts allow-forms allow-downloads allow-modals" style="width:100%;height:{HEIGHT}px;border:1px solid #bbb;box-sizing:border-box">'
            "</iframe>"
        )

    def __repr__(self) -> str:
        return f"<Preview of {self.survey.id}, {len(self.html) // 1024} KiB; write('file.html') keeps it>"


def preview(
    survey: Survey,
    *,
    perspectives: Iterable[str] | str | None = None,
    languages: Iterable[str] | str | None = None,
    collect: bool = False,
) -> Preview:
    """Return the questionnaire as respondents see it, with its flow.

    Parameters
    ----------
    survey : Survey
    perspectives, languages : str or iterable of str, optional
        By default all; with several of them the page lets choose.
    collect : bool
        Keep what is answered, for a class or a kiosk: in the browser, until it is saved as a file that
        :func:`cxresearch.read_responses` reads.  Otherwise nothing is stored.

    Raises
    ------
    ArgumentError
        ``survey.unknown-perspective``, ``survey.unknown-language``, ``export.nothing-asked``, ``data.not-a-survey``.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> shown = preview(load_survey("shipped:surveys/credibility-gap.yaml"), perspectives="customer", languages="de")
    >>> shown.html.startswith("<!DOCTYPE html>")
    True
    """
    if not isinstance(survey, Survey):
        what, do = "This is not a survey.", "Load it with load_survey('file.yaml')."
        raise ArgumentError(Fault(code="data.not-a-survey", what=what, given=survey, do=do))
    who = _named(perspectives, survey.perspectives, "perspective")
    spoken = _named(languages, survey.languages, "language")
    forms = [survey.form(perspective) for perspective in who]
    forms = [form for form in forms if form.entries] if perspectives is None else forms
    if not forms or not all(form.entries for form in forms):
        raise ArgumentError(Fault(code="export.nothing-asked", what="Nothing is asked here.", given=", ".join(who)))
    data = {
        "format": FORMAT,
        "survey": survey.id,
        "version": survey.version,
        "title": {language: forms[0].title.get(language) for language in spoken},
        "notices": [{language: notice.get(language) for language in spoken} for notice in survey.notices],
        "languages": list(spoken),
        "names": {language: _LANGUAGES.get(language, language) for language in spoken},
        "words": {language: _words(language) for language in spoken},
        "forms": [content_of(form, spoken) for form in forms],
        "collect": collect,
    }
    return Preview(survey=survey, html=_page(data, forms[0].title.get(spoken[0]), spoken[0]))


_LANGUAGES = {"de": "Deutsch", "de-du": "Deutsch (du)", "en": "English"}


def _named(given: Iterable[str] | str | None, known: Iterable[str], kind: str) -> tuple[str, ...]:
    wanted = (given,) if isinstance(given, str) else tuple(given or known)
    for name in wanted:
        if name not in known:
            raise ArgumentError(unknown_name(f"survey.unknown-{kind}", kind, name, known))
    return wanted


@cache
def _all_words() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return loaded


def _words(language: str) -> dict[str, str]:
    words = _all_words()
    base = language.split("-")[0]
    return {**words["en"], **words.get(base, {}), **words.get(language, {})}


def _page(data: dict[str, Any], title: str, language: str) -> str:
    style = (FOLDER / "preview.css").read_text(encoding="utf-8")
    script = (FOLDER / "preview.js").read_text(encoding="utf-8")
    # "<" would end the script element, whatever stands around it
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; form-action 'none'; base-uri 'none'"
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language.split("-")[0])}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<div id="app"></div>\n<noscript>JavaScript is needed. JavaScript wird gebraucht.</noscript>\n'
        f'<script type="application/json" id="content">{content}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

"""The codebook as one page that works offline and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from cxresearch.survey.export.codebook.rows import Book, Cell, Sheet
from cxresearch.survey.export.ddi.xml import tagged
from cxresearch.survey.export.paper.words import printable

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_of(book: Book, sheets: tuple[Sheet, ...]) -> str:
    """Return the page; every wording bears the language it is in.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> book = Book(form, ("de", "en"))
    >>> page_of(book, book.sheets())[:32]
    '<!doctype html>\\n<html lang="de">'
    """
    return "\n".join(_page(book, sheets)) + "\n"


def _page(book: Book, sheets: tuple[Sheet, ...]) -> Iterator[str]:
    survey, first = book.form.survey, book.languages[0]
    title = escape(printable(book.say("title", title=survey.title.get(first))))
    who = book.say("who", who=survey.perspectives[book.form.perspective].name.get(first))
    terms = book.say("terms", version=survey.version, source=survey.source, licence=survey.licence)
    yield f'<!doctype html>\n<html lang="{book.base}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>'
    yield f"<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    yield f"<p>{escape(printable(who))}<br>{escape(printable(terms))}</p>"
    for notice in survey.notices:
        yield f'<p class="notice">{escape(printable(notice.get(first)))}</p>'
    yield "<nav>\n<ul>"
    for sheet in sheets:
        if sheet.rows:
            yield f'<li><a href="#{sheet.name.lower()}">{escape(sheet.title)}</a></li>'
    yield "</ul>\n</nav>"
    tags = tagged(book.languages)
    for sheet in sheets:
        if sheet.rows:
            yield from _table(sheet, tags)
    yield "</main>\n</body>\n</html>"


def _table(sheet: Sheet, tags: dict[str, str]) -> Iterator[str]:
    used = [place for place in range(len(sheet.head)) if any(row[place] not in (None, "") for row in sheet.rows)]
    name = sheet.name.lower()
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(sheet.title)}</h2>'
    yield f'<div class="wide" tabindex="0" role="region" aria-labelledby="{name}">\n<table>\n<thead>\n<tr>'
    for place in used:
        yield f'<th scope="col">{escape(sheet.head[place])}</th>'
    yield "</tr>\n</thead>\n<tbody>"
    seen: set[Cell] = set()
    for row in sheet.rows:
        yield f"<tr{_anchor(sheet, row, seen)}>"
        for place in used:
            yield _cell(row[place], place, sheet.languages[place], tags, _link(sheet, row, place))
        yield "</tr>"
    yield "</tbody>\n</table>\n</div>\n</section>"


def _anchor(sheet: Sheet, row: tuple[Cell, ...], seen: set[Cell]) -> str:
    """Name a variable's row, and the first of its values, so that they can be gone to."""
    if row[0] in seen or sheet.name not in ("Variables", "Values"):
        return ""
    seen.add(row[0])
    return f' id="{sheet.name.lower()}-{escape(str(row[0]))}"'


def _link(sheet: Sheet, row: tuple[Cell, ...], place: int) -> str:
    return f"#variables-{row[0]}" if sheet.name == "Values" and place == 0 else ""


def _cell(value: Cell, place: int, language: str | None, tags: dict[str, str], link: str) -> str:
    text = "" if value is None else escape(printable(str(value))).replace("\n", "<br>")
    text = f'<a href="{escape(link)}">{text}</a>' if link else text
    if place == 0:
        return f'<th scope="row">{text}</th>'
    lang = f' lang="{tags[language]}"' if language and text else ""
    return f"<td{lang}>{text}</td>"


def _style() -> str:
    return Path(__file__).with_name("codebook.css").read_text(encoding="utf-8")

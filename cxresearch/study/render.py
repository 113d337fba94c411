"""From an executed notebook to the blocks of a page: answers in front, code folded behind them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from cxresearch.study.html import Heading, Outline, clean
from cxresearch.study.notebook import INJECTED, TAG, cell_tags, source_of
from cxresearch.study.outputs import IMAGES, joined, markdown, written
from cxresearch.study.portable import plain_text
from cxresearch.study.results import Found
from cxresearch.words.numbers import LANGUAGES, base

NOTHING = Markup("")
_TITLE = re.compile(r"\A\s*# .*\n*")
_H1 = re.compile(r"^# ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of a page.

    Parameters
    ----------
    html : Markup
        Prose or outputs.
    code : Markup
        The highlighted code behind it; empty for prose.
    log : str
        What the computation wrote to the error stream.
    """

    html: Markup
    code: Markup = NOTHING
    log: str = ""


@dataclass(frozen=True, kw_only=True)
class Body:
    """The content of a section page."""

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    setup: Markup = NOTHING


@dataclass(kw_only=True)
class _Page:
    section: str
    language: str
    say: Callable[..., str]
    found: dict[tuple[int, int], Found]
    outline: Outline
    blocks: list[Block] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    setup: list[str] = field(default_factory=list)
    fresh: bool = True  # a heading stands since the last result


def render(
    notebook: dict[str, Any],
    found: tuple[Found, ...],
    section: str,
    language: str,
    say: Callable[..., str],
) -> Body:
    """Render an executed notebook.

    Its first heading of level 1 gives way to the title of the section.  A Markdown cell that is tagged
    with a language (``de``, ``en``) is shown in that language only; ``remove-cell``, ``remove-input``
    and ``remove-output`` are understood as in Jupyter Book.

    Parameters
    ----------
    notebook : dict
        Content of the ``.ipynb`` file.
    found : tuple of Found
        Its results.
    section : str
        Id of the section, for the names of its tables.
    language : str
        Language of the page.
    say : callable
        ``say(key, **values)`` returns a word of the report in the language of the page.
    """
    cells = _shown(notebook["cells"], language)
    prose = [source_of(cell) for _, cell in cells if cell["cell_type"] == "markdown"]
    outline = Outline(shift=1 if any(_H1.search(text) for text in prose) else 0)
    places = {(f.cell, f.output): f for f in found}
    page = _Page(section=section, language=language, say=say, found=places, outline=outline)
    for position, cell in cells:
        if cell["cell_type"] == "markdown":
            _prose(cell, page)
        elif cell["cell_type"] == "code":
            _code(position, cell, page)
    code = _highlighted([*page.setup, *page.pending])
    return Body(blocks=tuple(page.blocks), headings=tuple(page.outline.headings), setup=code)


def _shown(cells: list[dict[str, Any]], language: str) -> list[tuple[int, dict[str, Any]]]:
    shown = []
    for position, cell in enumerate(cells):
        tags = cell_tags(cell)
        asked = [tag.removeprefix("lang:") for tag in tags if base(tag.removeprefix("lang:")) in LANGUAGES]
        foreign = asked and language not in asked and base(language) not in asked
        if "remove-cell" not in tags and not (cell["cell_type"] == "markdown" and foreign):
            shown.append((position, cell))
    first = next((i for i, (_, cell) in enumerate(shown) if cell["cell_type"] == "markdown"), None)
    if first is not None and _TITLE.match(source_of(shown[first][1])):
        position, cell = shown[first]
        shown[first] = (position, {**cell, "source": _TITLE.sub("", source_of(cell))})
    return shown


def _prose(cell: dict[str, Any], page: _Page) -> None:
    source = source_of(cell)
    for name, parts in cell.get("attachments", {}).items():
        for mime, data in parts.items():
            if mime in IMAGES:
                source = source.replace(f"attachment:{name}", f"data:{mime};base64,{''.join(data.split())}")
    if source.strip():
        before = len(page.outline.headings)
        text = clean(markdown(source), page.outline, page.say("figure"), page.say("table"))
        page.fresh = page.fresh or len(page.outline.headings) > before
        page.blocks.append(Block(html=Markup(text)))


def _code(position: int, cell: dict[str, Any], page: _Page) -> None:
    tags, source = cell_tags(cell), source_of(cell)
    if TAG in tags or INJECTED in tags:
        page.setup.append(source)
        return
    outputs = [] if "remove-output" in tags else cell.get("outputs", [])
    parts, log = [], ""
    for number, output in enumerate(outputs):
        if output.get("output_type") == "stream" and output.get("name") == "stderr":
            log += joined(output.get("text"))
            continue
        result = page.found.get((position, number))
        if result:
            parts.append(_result_heading(result, page))
            page.fresh = False
        parts.append(written(output, page.outline, page.say, page.language))
        if result:
            parts.append(_downloads(result, page))
    text = "".join(parts)
    if source.strip() and "remove-input" not in tags:
        page.pending.append(source)
    if text:
        code, page.pending = _highlighted(page.pending), []
        page.blocks.append(Block(html=Markup(text), code=code, log=plain_text(log)))
    elif log:
        page.blocks.append(Block(html=Markup(""), log=plain_text(log)))


def _result_heading(result: Found, page: _Page) -> str:
    """Give a result its question as heading, unless one stands above it already."""
    if page.fresh or not result.heading:
        return ""
    level, anchor = page.outline.add(2 - page.outline.shift)
    page.outline.text(result.heading)
    page.outline.close()
    return f'<h{level} id="{anchor}">{html.escape(result.heading)}</h{level}>'


def _downloads(result: Found, page: _Page) -> str:
    """Link the tables of a result as CSV; one table needs no name."""
    names = [html.escape(name) for name in result.frames]
    links = [
        f'<a href="../tables/{result.table_name(page.section, name)}" download>'
        f"{page.say('csv') if len(names) == 1 else page.say('csv_named', name=shown)}</a>"
        for name, shown in zip(result.frames, names, strict=True)
    ]
    return f'<p class="downloads">{"".join(links)}</p>' if links else ""


def _highlighted(sources: list[str]) -> Markup:
    text = "\n\n".join(source.strip() for source in sources if source.strip())
    return Markup(_coloured(text)) if text else NOTHING


@lru_cache(maxsize=1000)  # the reports of a batch show the same code
def _coloured(code: str) -> str:
    return str(highlight(code, *_colours()))


@cache
def _colours() -> tuple[PythonLexer, HtmlFormatter]:
    return PythonLexer(), HtmlFormatter(cssclass="source")

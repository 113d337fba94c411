"""One output of a cell as HTML."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from cxresearch.study.explained import RAISED_IN
from cxresearch.study.html import Outline, clean
from cxresearch.study.outcome import NOT_ENOUGH, Problem
from cxresearch.study.portable import plain_text
from cxresearch.words.numbers import base

Output = dict[str, Any]
Say = Callable[..., str]

IMAGES = ("image/png", "image/jpeg", "image/gif")
# the display of an object that means something to Python only
_OBJECT = re.compile(r"^\[?\(?<[\w.]+(?: object)? at 0x|^<Axes:|^<Figure |^Text\(|^\[?<matplotlib")


def written(output: Output, outline: Outline, say: Say, language: str = "en") -> str:
    """Write one output as HTML: the richest form a still page can show."""
    kind = output.get("output_type")
    if kind == "stream":
        return _pre(joined(output.get("text")), "stream")
    if kind == "error":
        return _error(output, say, language)
    data, metadata = output.get("data", {}), output.get("metadata", {})
    if "application/javascript" in data:
        return ""
    figure, table = say("figure"), say("table")
    if "text/html" in data:
        return f'<div class="output">{clean(joined(data["text/html"]), outline, figure, table)}</div>'
    if "image/svg+xml" in data:
        svg = joined(data["image/svg+xml"])
        code = base64.b64encode(svg.encode("utf-8", "replace")).decode()
        return _image("image/svg+xml", code, _alt(metadata, "image/svg+xml") or _described(svg) or figure)
    for mime in IMAGES:
        if mime in data:
            code = "".join(joined(data[mime]).split())
            return _image(mime, code, _alt(metadata, mime) or figure, metadata.get(mime))
    if "text/markdown" in data:
        text = clean(markdown(joined(data["text/markdown"])), outline, figure, table)
        return f'<div class="output">{text}</div>'
    plain = joined(data.get("text/plain"))
    return "" if not plain.strip() or _OBJECT.match(plain) else _pre(plain, "plain")


def _error(output: Output, say: Say, language: str) -> str:
    """Write why the computation stopped; in another language than the page's it is folded, for the page has told it."""
    problem = Problem(kind=str(output.get("ename", "Error")), message=plain_text(str(output.get("evalue", ""))))
    calm = problem.kind == NOT_ENOUGH
    foreign = base(language) != RAISED_IN and not (calm and problem.code is None)  # those are written for the page
    head = say("not_reportable" if calm else "stopped")
    raised = html.escape(problem.told or problem.kind)
    if not calm:
        raised = f"<code>{html.escape(problem.kind)}</code> {raised}"
    parts = [f'<div class="box {"state" if calm else "failure"}"><p><strong>{html.escape(head)}</strong></p>']
    if foreign:
        text = f'<p lang="{RAISED_IN}">{raised}</p>'
        parts.append(f"<details><summary>{html.escape(say('wording'))}</summary>{text}</details>")
    else:
        parts.append(f"<p>{raised}</p>")
    if not calm:
        trace = plain_text("\n".join(str(line) for line in output.get("traceback", [])))
        parts.append(f"<details><summary>{html.escape(say('traceback'))}</summary>{_pre(trace, 'plain')}</details>")
    return "".join([*parts, "</div>"])


def _image(mime: str, code: str, alt: str, size: Any = None) -> str:
    width = size.get("width") if isinstance(size, dict) else None
    wide = f' width="{int(width)}"' if isinstance(width, int | float) else ""
    return f'<figure><img src="data:{mime};base64,{html.escape(code)}" alt="{html.escape(alt, quote=True)}"{wide}></figure>'


def _alt(metadata: dict[str, Any], mime: str) -> str:
    own = metadata.get(mime)
    alt = (own.get("alt") if isinstance(own, dict) else None) or metadata.get("alt")
    return str(alt) if alt else ""


def _described(svg: str) -> str:
    match = re.search(r"<(desc|title)[^>]*>([^<]+)</\1>", svg)
    return html.unescape(match[2]).strip() if match else ""


def _pre(text: str, name: str) -> str:
    return f'<pre class="{name}" tabindex="0">{html.escape(plain_text(text))}</pre>'


def joined(value: Any) -> str:
    """Return text that a notebook file holds as string or list of lines."""
    return "".join(str(part) for part in value) if isinstance(value, list) else str(value or "")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def markdown(source: str) -> str:
    """Write Markdown as HTML; HTML inside it is shown as text."""
    return str(_parser().render(source))

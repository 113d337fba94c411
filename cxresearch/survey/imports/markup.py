"""What a platform wrote as HTML, as plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_BREAKS = frozenset(["br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "section"])
_LOST = {
    "img": "a picture",
    "video": "a video",
    "audio": "a sound",
    "iframe": "an embedded page",
    "script": "a script",
    "object": "an object",
    "embed": "an object",
    "svg": "a drawing",
    "canvas": "a drawing",
    "input": "an input field",
    "select": "an input field",
    "textarea": "an input field",
    "a": "a link",
}
_SILENT = ("script", "style")
# halves of a character, and what a text file cannot hold
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Text without markup, and what was in it that is no text."""

    text: str
    lost: tuple[str, ...] = ()


def plain(html: str) -> Plain:
    """Return what a person reads.

    Examples
    --------
    >>> plain("How <b>good</b>&nbsp;was it?<br>Really<script>x()</script>")
    Plain(text='How good was it?\\nReally', lost=('a script',))
    """
    reader = _Reader()
    reader.feed(_UNWRITABLE.sub("", html))
    reader.close()
    lost = [*reader.lost, *(["a character that cannot be written"] if _UNWRITABLE.search(html) else [])]
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.found).split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return Plain(text=text, lost=tuple(dict.fromkeys(lost)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.lost: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.found.append("\n")
        if tag in _LOST:
            self.lost.append(_LOST[tag])
        self.silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS and tag != "br":
            self.found.append("\n")
        self.silent -= tag in _SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data.replace("\xa0", " "))

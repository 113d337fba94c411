"""Make the HTML of an output safe and orderly: nothing that runs, balanced tags, headings in order."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = frozenset({"area", "br", "col", "hr", "img", "source", "track", "wbr"})
# these go with everything inside them
DROPPED = frozenset({"script", "iframe", "object", "applet", "frameset", "noscript", "template", "title", "textarea"})
# these go, what stands inside stays
UNWRAPPED = frozenset(
    {"html", "head", "body", "main", "meta", "base", "link", "embed", "frame"}
    | {"form", "button", "input", "select", "option"}
)
_URLS = frozenset({"href", "src", "action", "formaction", "xlink:href", "srcset", "poster", "background"})
_SAFE_URL = re.compile(r"^\s*(?:https?:|mailto:|#|data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]|[^:]*$)", re.IGNORECASE)
_HEADING = re.compile(r"h[1-6]")


@dataclass(frozen=True, kw_only=True)
class Heading:
    """One line of the table of contents."""

    level: int
    anchor: str
    text: str


class Outline:
    """The headings of a page in order, below its one ``h1``, without skipped levels.

    Parameters
    ----------
    shift : int
        Added to every level asked for.

    Examples
    --------
    >>> outline = Outline(shift=0)
    >>> outline.add(2), outline.add(4), outline.add(1)
    ((2, 's1'), (3, 's2'), (2, 's3'))
    """

    def __init__(self, shift: int = 1) -> None:
        self.shift = shift
        self._last = 1
        self._open: tuple[int, str] | None = None
        self._text: list[str] = []
        self._count = 0
        self.headings: list[Heading] = []

    def add(self, asked: int) -> tuple[int, str]:
        """Open a heading and return the level and anchor it gets."""
        level = max(2, min(asked + self.shift, self._last + 1, 6))
        self._last = level
        self._count += 1
        self._open = (level, f"s{self._count}")
        self._text = []
        return self._open

    def text(self, words: str) -> None:
        """Add words to the open heading, if there is one."""
        if self._open:
            self._text.append(words)

    def close(self) -> None:
        """Close the heading."""
        if self._open:
            level, anchor = self._open
            words = " ".join("".join(self._text).split())
            if words:
                self.headings.append(Heading(level=level, anchor=anchor, text=words[:200]))
        self._open = None


def clean(fragment: str, outline: Outline, picture: str, table: str) -> str:
    """Return a fragment without anything that runs, with balanced tags.

    Scripts, forms, frames and event handlers go; a picture without alt text gets `picture`; a table
    that cannot scroll on its own gets a box named `table`; headings are put in order.

    Examples
    --------
    >>> clean('<p onclick="x()">a<script>alert(1)</script> < b</p></div>', Outline(), "figure", "table")
    '<p>a &lt; b</p>'
    >>> clean('<img src="data:image/png;base64,AA=="><a href="javascript:x()">y</a>', Outline(), "figure", "table")
    '<img src="data:image/png;base64,AA==" alt="figure"><a>y</a>'
    """
    cleaner = _Cleaner(outline, picture, table)
    cleaner.feed(fragment)
    cleaner.close()
    return cleaner.finished()


class _Cleaner(HTMLParser):
    def __init__(self, outline: Outline, picture: str, table: str) -> None:
        super().__init__(convert_charrefs=True)
        self.outline, self.picture, self.table = outline, picture, table
        self.out: list[str] = []
        self.open: list[tuple[str, str, str]] = []  # tag, closing text, classes
        self.dropping: list[str] = []

    def updatepos(self, i: int, j: int) -> int:
        return j  # nobody asks for line and column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.dropping:
            if tag == self.dropping[-1]:
                self.dropping.append(tag)
            return
        drawn = any(name == "svg" for name, _, _ in self.open)  # there a title is a description
        if (tag in DROPPED and not (drawn and tag == "title")) or (tag == "style" and self._inside("cx-result")):
            self.dropping.append(tag)
            return
        if tag in UNWRAPPED:
            return
        kept = [(name, value) for name, value in attrs if _allowed(name, value)]
        classes = dict(kept).get("class") or ""
        closing = f"</{tag}>"
        if tag == "img" and not (dict(kept).get("src") or "").startswith("data:"):
            self.handle_data(dict(kept).get("alt") or "")  # nothing is fetched: its words stand in its place
            return
        if tag == "img" and not (dict(kept).get("alt") or "").strip():
            kept = [(name, value) for name, value in kept if name != "alt"] + [("alt", self.picture)]
        if tag == "table" and not self._inside("cx-scroll"):
            label = html.escape(self.table, quote=True)
            self.out.append(f'<div class="cx-scroll" role="region" tabindex="0" aria-label="{label}">')
            closing += "</div>"
        if _HEADING.fullmatch(tag):
            level, anchor = self.outline.add(int(tag[1]))
            kept = [(name, value) for name, value in kept if name != "id"] + [("id", anchor)]
            self.out.append(f"<h{level}{_written(kept)}>")
            closing = f"</h{level}>"
        else:
            self.out.append(f"<{tag}{_written(kept)}>")
        if tag not in VOID:
            self.open.append((tag, closing, classes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.dropping:
            if tag == self.dropping[-1]:
                self.dropping.pop()
            return
        if tag in UNWRAPPED or tag in VOID or all(name != tag for name, _, _ in self.open):
            return
        while self.open:
            if self._pop() == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.dropping:
            return
        self.outline.text(data)
        in_style = bool(self.open) and self.open[-1][0] == "style"
        self.out.append(data.replace("<", "") if in_style else html.escape(data, quote=False))

    def finished(self) -> str:
        while self.open:
            self._pop()
        return "".join(self.out)

    def _pop(self) -> str:
        tag, closing, _ = self.open.pop()
        self.out.append(closing)
        if _HEADING.fullmatch(tag):
            self.outline.close()
        return tag

    def _inside(self, name: str) -> bool:
        return any(name in classes.split() for _, _, classes in self.open)


def _allowed(name: str, value: str | None) -> bool:
    if name.startswith("on") or name in ("srcdoc", "autofocus", "accesskey"):
        return False
    if not re.fullmatch(r"[\w:.-]+", name):
        return False
    return name not in _URLS or bool(_SAFE_URL.match(value or ""))


def _written(attributes: list[tuple[str, str | None]]) -> str:
    parts = [f' {k}="{html.escape(v, quote=True)}"' if v is not None else f" {k}" for k, v in attributes]
    return "".join(parts)

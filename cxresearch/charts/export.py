"""From a figure to bytes that are the same on every run."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import matplotlib as mpl
from matplotlib.figure import Figure

from .palette import PAPER

RESOLUTION: Final = 192  # dots per inch: twice the 96 of a screen
SYSTEM_FONTS: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"

_DRAWING: Final = ("agg.", "hatch.", "path.", "savefig.", "svg.", "text.")
_ILLEGAL: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT: Final = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_VIEWBOX: Final = re.compile(r'viewBox="([^"]+)"')
_FONT: Final = re.compile(r"""(style="[^"<>]*)'DejaVu Sans'""")
_STYLE: Final = re.compile(r"\s*<defs>\s*<style[^>]*>\*\{[^}]*\}</style>\s*</defs>")


@contextmanager
def plain_settings(*prefixes: str) -> Iterator[None]:
    """Set matplotlib back to its defaults for a while, whatever the user's settings are.

    Examples
    --------
    >>> with mpl.rc_context({"font.size": 30}):
    ...     with plain_settings("font."):
    ...         print(mpl.rcParams["font.size"])
    10.0
    """
    with mpl.rc_context():
        mpl.rcParams.update({k: v for k, v in mpl.rcParamsDefault.items() if k.startswith(prefixes)})
        yield


def svg(figure: Figure, alt: str, title: str) -> str:
    """Write a figure as an ``<svg>`` element with text as text.

    The element can be put into a page as it is: it has a title and a
    description, shrinks with the page, brings no style sheet, and its
    identifiers differ from those of figures with another title or alt text.

    Parameters
    ----------
    figure : Figure
        Left as it is.
    alt : str
        What the picture says, in words: the finding with its numbers.
    title : str
        Short name of the picture.

    Returns
    -------
    str
        The same characters on every run.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> figure, ax = new_figure(height=2)
    >>> text = svg(figure, alt="Nothing & nobody.", title="Empty")
    >>> text[:34], "<desc>Nothing &amp; nobody.</desc>" in text
    ('<svg role="img" aria-label="Nothin', True)
    """
    told, named = _xml(alt, 4000), _xml(title, 400)
    salt = hashlib.sha256(f"{named}\n{told}".encode()).hexdigest()[:16]
    out = io.StringIO()
    with plain_settings(*_DRAWING):
        mpl.rcParams.update({"svg.hashsalt": salt, "svg.fonttype": "none"})
        figure.savefig(
            out,
            format="svg",
            facecolor=PAPER,
            edgecolor="none",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return _embeddable(out.getvalue(), told, named)


def png(figure: Figure, alt: str) -> bytes:
    """Write a figure as PNG with twice the pixels of a screen, alt text inside.

    Parameters
    ----------
    figure : Figure
        Left as it is.
    alt : str
        What the picture says, in words.

    Returns
    -------
    bytes
        The same bytes on every run.

    Examples
    --------
    >>> from cxresearch.charts.theme import new_figure
    >>> png(new_figure(height=2)[0], alt="Nothing.")[:4]
    b'\\x89PNG'
    """
    out = io.BytesIO()
    with plain_settings(*_DRAWING):
        figure.savefig(
            out,
            format="png",
            dpi=RESOLUTION,
            facecolor=PAPER,
            edgecolor="none",
            metadata={"Software": None, "Description": _ILLEGAL.sub(" ", str(alt)[:4000])},
        )
    return out.getvalue()


def _xml(text: str, most: int) -> str:
    """Escape a text for an element or an attribute."""
    kept = _ILLEGAL.sub(" ", str(text)[:most]).strip()
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        kept = kept.replace(character, entity)
    return kept


def _embeddable(document: str, told: str, named: str) -> str:
    """Cut the XML header and the style sheet, add role, title and description."""
    root = _ROOT.search(document)
    assert root is not None  # matplotlib always writes one
    view = _VIEWBOX.search(root.group())
    assert view is not None
    width, height = view.group(1).split()[2:]
    head = (
        f'<svg role="img" aria-label="{told}" width="{width}pt" height="{height}pt" viewBox="{view.group(1)}"'
        ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"'
        ' style="max-width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt">'
        f"\n <title>{named}</title>\n <desc>{told}</desc>"
    )
    body = _STYLE.sub("", document[root.end() :], count=1)
    body = _FONT.sub(rf"\1{SYSTEM_FONTS}", body)
    return head + body

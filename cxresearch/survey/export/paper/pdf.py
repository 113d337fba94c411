"""PDF: a questionnaire to print as it is, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxresearch.errors import ArgumentError, Fault
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.loss import Loss
from cxresearch.survey.export.paper.export import on_paper
from cxresearch.survey.export.paper.paper import Paper
from cxresearch.survey.export.paper.pdf_pages import FAMILY, Pages, lacking
from cxresearch.survey.form import Form

if TYPE_CHECKING:
    from fpdf import FPDF

PLATFORM = "paper"


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write a form as PDF files, with what :func:`on_paper` writes beside them.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> exported = export(form, ("en",), "pulse")
    >>> exported.files["pulse-en.pdf"][:5]
    b'%PDF-'
    """
    return on_paper(form, languages, name, platform="pdf", draw=drawn, losses=_losses)


def drawn(paper: Paper) -> bytes:
    """Draw a paper as a PDF file; a sign that the font lacks becomes a question mark in a box."""
    with _document() as document:
        return bytes(Pages(document, paper, _signs(document)).drawn())


@contextmanager
def _document() -> Iterator[FPDF]:
    try:
        from fpdf import FPDF
    except ImportError:
        what, do = "PDF files need fpdf2, which is not installed.", "Install the extra: cxresearch[pdf]."
        raise ArgumentError(Fault(code="export.not-installed", what=what, do=do)) from None
    document = FPDF(format="A4", unit="mm")
    try:
        for style, name in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold"), ("I", "DejaVuSans-Oblique")):
            document.add_font(FAMILY, style, str(_fonts() / f"{name}.ttf"))
        yield document
    finally:
        for font in document.fonts.values():
            file: Any = getattr(font, "ttfont", None)
            if file is not None:
                file.close()


def _signs(document: FPDF) -> frozenset[int]:
    """Return the signs that all styles of the font have."""
    fonts: list[Any] = list(document.fonts.values())
    return frozenset.intersection(*(frozenset(font.cmap) for font in fonts))


def _fonts() -> Path:
    """Return where matplotlib keeps the DejaVu fonts, which may be put into documents."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _losses(survey: str, papers: Iterable[Paper]) -> Iterator[Loss]:
    with _document() as document:
        known = _signs(document)
    signs = sorted(set().union(*(lacking(paper.text(), known) for paper in papers)))
    yield Loss(platform=PLATFORM, code="untagged", where=survey, severity="note")
    if signs:
        shown = " ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs)
        yield Loss(platform=PLATFORM, code="glyphs", where=survey, values={"signs": shown})

"""Write the cards: everything is made in a folder aside and moved when it is all there."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cxresearch.analysis.personas.cards.content import card_of, reasons_of
from cxresearch.analysis.personas.cards.page import MADE_BY, card_page, comparison_page
from cxresearch.analysis.personas.cards.picture import Picture, comparison_of, picture_of
from cxresearch.analysis.personas.cards.rows import card_rows
from cxresearch.analysis.personas.cards.verbatims import check_comments
from cxresearch.errors import ArgumentError, Fault, shown_path
from cxresearch.words.catalog import catalog

if TYPE_CHECKING:
    from cxresearch.analysis.personas.result import Personas

SHEET: Final = "comparison"
ENDINGS: Final = (".html", ".png", ".svg")
_CARD: Final = re.compile(r"persona-(\d{1,4})\.html")


def write_cards(
    found: Personas,
    folder: Path,
    lang: str,
    *,
    force: bool = False,
    comments: str | None = None,
    use: Sequence[str] = (),
    satisfaction: Sequence[str] = (),
) -> list[Path]:
    """Write a card a persona and a sheet that compares them, each as a page (HTML) and as a picture (PNG and SVG).

    Parameters
    ----------
    found : Personas
    folder : Path
        Made if it is not there; cards of an earlier run are replaced.
    lang : str
    force : bool
        Draw cards although the data do not support personas; each is stamped.
    comments : str, optional
        Column with free text, of which up to three comments of the surest members are shown, masked, where at least
        the minimum cell wrote one.  Masking is automatic: read them before anybody else does.
    use, satisfaction : list of str
        Columns of ``describe=`` that tell what people use, and how content they are.  By default those that the
        survey assigns to a touchpoint, and ratings with an index (NPS, CSAT, CES) or a touchpoint.

    Returns
    -------
    list of Path
        ``comparison.html``, ``.png``, ``.svg``, then ``persona-1.html`` and so on.

    Raises
    ------
    ArgumentError
        ``personas.not-supported`` without `force`, ``personas.comments``, ``personas.card-columns``,
        ``personas.cards-folder`` where the files cannot be written.
    """
    catalog(lang)
    if not found.supported and not force:
        raise ArgumentError(
            Fault(
                code="personas.not-supported",
                what="These data do not support personas, so there are no cards to draw.",
                given=reasons_of(found, "en"),
                do="Look at .proof(). With force=True cards are drawn all the same, and each is stamped.",
            )
        )
    if comments is not None:
        check_comments(found, comments)
    _check_folder(folder, found.k)
    rows = card_rows(found, use, satisfaction)
    cards = [card_of(found, rows, i, lang, comments) for i in range(1, found.k + 1)]
    pictures = [picture_of(found, rows, card.persona, lang, card.finding) for card in cards]
    sheet = comparison_of(found, rows, lang)
    files = _files(SHEET, comparison_page(found, cards, rows, sheet, lang), sheet)
    for card, picture in zip(cards, pictures, strict=True):
        files |= _files(f"persona-{card.persona}", card_page(found, card, rows, picture, lang), picture)
    return _moved(files, folder)


def _files(name: str, page: str, picture: Picture) -> dict[str, bytes]:
    return {
        f"{name}.html": page.encode("utf-8", errors="replace"),
        f"{name}.png": picture.png,
        f"{name}.svg": picture.svg.encode("utf-8", errors="replace"),
    }


def _check_folder(folder: Path, k: int) -> None:
    """Refuse a place where cards cannot be, before they are drawn."""
    names = [f"{name}{ending}" for name in (SHEET, *(f"persona-{i}" for i in range(1, k + 1))) for ending in ENDINGS]
    try:
        taken = next((name for name in names if (folder / name).is_dir()), None)
        nearest = next(place for place in (folder, *folder.parents) if place.exists() or place == place.parent)
        if taken is None and nearest.is_dir():
            return
    except OSError as error:
        raise _unwritable(folder, str(error)) from None
    raise _unwritable(folder, f"{taken} is a folder" if taken else f"{nearest.name} is a file")


def _moved(files: dict[str, bytes], folder: Path) -> list[Path]:
    aside: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".cards-", dir=folder))
        for name, content in files.items():
            (aside / name).write_bytes(content)
        for name in files:
            (aside / name).replace(folder / name)
        _sweep(folder, files)
    except (OSError, ValueError) as error:
        raise _unwritable(folder, str(error)) from None
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    return [folder / name for name in files]


def _unwritable(folder: Path, why: str) -> ArgumentError:
    return ArgumentError(
        Fault(
            code="personas.cards-folder",
            what="The cards cannot be written there.",
            given=shown_path(folder),
            allowed="a folder that may be written to, or that does not exist yet",
            do=f"The system says: {why}.",
        )
    )


def _sweep(folder: Path, files: dict[str, bytes]) -> None:
    """Take away cards of an earlier run with more personas, which would belong to another sheet."""
    for page in folder.glob("persona-*.html"):
        if page.name not in files and _CARD.fullmatch(page.name) and MADE_BY.encode() in page.read_bytes()[:2000]:
            for ending in ENDINGS:
                page.with_suffix(ending).unlink(missing_ok=True)

"""The pages as text: safe, orderly, complete in both languages, before any browser sees them."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cxresearch.words.catalog import catalog, placeholders

PAGES = [
    "index.html",
    *(f"{lang}/{p}.html" for lang in ("de", "en") for p in ("index", "gaps", "kinds", "few", "bad")),
]


class Page(HTMLParser):
    """Elements and text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.source = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, built: Path) -> Page:
    return Page(built / request.param)


def test_language_title_and_one_h1(page: Page) -> None:
    language = "en" if page.path.parent.name == "en" else "de"
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1


def test_headings_skip_no_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_only_our_own_script_may_run(page: Page) -> None:
    [script] = re.findall(r"<script>(.*?)</script>", page.source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert len(page.all("script")) == 1
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on")]


def test_nothing_comes_from_elsewhere_and_every_link_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.elements:
        source = attributes.get("src")
        assert source is None or source.startswith("data:")
        href = attributes.get("href")
        if href is None or href.startswith("data:"):
            continue
        assert tag == "a"
        if href.startswith("#"):
            assert href[1:] in ids
        else:
            assert (page.path.parent / href).is_file(), href


def test_every_picture_has_words(page: Page) -> None:
    assert all((image["alt"] or "").strip() for image in page.all("img"))


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_index_says_what_matters(built: Path, language: str) -> None:
    text = " ".join(" ".join(Page(built / language / "index.html").text).split())
    expected = {
        "de": [
            "Alle öffentlichen Schulen in New York City (1.700)",
            "1. Februar 2011 bis 1. März 2011",
            "Was nicht gelungen ist",
            "Angehalten in Zelle 3",
            "Lehrkräfte bewerten die Kommunikation um 0,71 Punkte besser als Eltern",
            "Vorsicht Bei Einbindung haben weniger als 30 Schulen geantwortet.",
            "1 Hinweis",
            "Nicht berichtbar",
            "Für diese Frage liegen nicht genug Antworten vor.",
            "Was nicht angegeben ist: Auswahl der Befragten, Gewichtung, Fragebogen und Grenzen.",
            "So wurde gerechnet",
            "20111",
        ],
        "en": [
            "February 1, 2011 to March 1, 2011",
            "What did not work",
            "Teachers rate communication 0.71 points higher than parents do",
            "Not stated: Selection of respondents, Weighting, Questionnaire, and Limitations.",
        ],
    }[language]
    assert [part for part in expected if part not in text] == []
    assert text.index(expected[0]) < text.index(expected[-1])


def test_prose_is_shown_in_its_language_and_the_title_once(built: Path) -> None:
    german, english = ((built / lang / "gaps.html").read_text() for lang in ("de", "en"))
    assert "Die Frage in einem Absatz." in german
    assert "The question in one paragraph" not in german
    assert "&lt;b&gt;not bold&lt;/b&gt;" in english
    assert "Gaps between perspectives" not in english
    assert ">The comparison</h2>" in english
    assert ">What do parents say?</h2>" in english  # from the result: no heading stands above it
    assert "Where do we see ourselves better?</h2>" not in english


def test_the_injected_cell_stands_only_at_the_end(built: Path) -> None:
    text = (built / "de" / "gaps.html").read_text()
    assert text.count("20111") >= 2
    assert text.index("20111") > text.index('id="method"')


def test_outputs_of_every_kind(built: Path) -> None:
    text = (built / "de" / "kinds.html").read_text()
    body = text[: text.index("<script>")]
    assert "plain red words" in body
    assert 'alt="one pixel" width="20"' in body
    assert 'alt="a square"' in body
    assert 'alt="Abbildung"' in body
    assert ">Aus Markdown</h3>" in body
    assert "hacked" not in body.replace("window", "", 1) or "Javascript object" not in body
    assert "object at 0x" not in body
    log = body.index("Meldungen während der Berechnung")
    assert body.index("a warning") > log


def test_words_agree_in_both_languages() -> None:
    german, english = ({k: v for k, v in catalog(lang).items() if k.startswith("study.")} for lang in ("de", "en"))
    assert german.keys() == english.keys()
    assert {k: placeholders(v) for k, v in german.items()} == {k: placeholders(v) for k, v in english.items()}


def test_what_failed_is_told_in_the_language_of_the_page(built: Path) -> None:
    """German pages fold the English message away; English ones show it as it was raised."""
    for name in ("de/bad.html", "de/index.html", "index.html"):
        page = (built / name).read_text(encoding="utf-8")
        shown = re.sub(r"<details\b.*?</details>", "", page, flags=re.DOTALL)
        assert "Eine Datei, die das Notebook liest, ist nicht da." in shown
        assert "Prüfen Sie den Pfad" in shown
        assert "No such file" not in shown
        assert shown.count("ist nicht da.") == 1
    german = (built / "de" / "bad.html").read_text(encoding="utf-8")
    assert "Die Meldung im Wortlaut (englisch)" in german
    assert "No such file" in german
    assert "No such file" in (built / "en" / "bad.html").read_text(encoding="utf-8")
    few = (built / "de" / "few.html").read_text(encoding="utf-8")
    shown = re.sub(r"<details\b.*?</details>", "", few, flags=re.DOTALL)
    assert "Für diese Frage liegen nicht genug Antworten vor. Fassen Sie Gruppen zusammen" in shown
    assert "Only 3 answers" not in shown
    assert "Only 3 answers" in few
    assert "--pool-below" not in few

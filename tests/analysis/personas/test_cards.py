"""Cards and the comparison sheet: what they say comes from the numbers, and nothing on them runs or leaks."""

from __future__ import annotations

import base64
import html
import re
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.analysis.personas.cards.rows import card_rows
from cxresearch.analysis.personas.question import personas
from cxresearch.errors import ArgumentError
from cxresearch.words.numbers import integer, interval, number, p_value, percent

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "reports" / "personas-demo" / "data" / "separated.csv"
SURVEY = ROOT / "surveys" / "service-preferences.yaml"
DESCRIBE = ["main_channel", "app_satisfaction", "branch_satisfaction", "recommendation", "visits"]
QUICK = {"starts": 4, "draws": 6, "halves": 2, "null_draws": 39, "seed": 1}
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def answers():
    return cx.read(DEMO, SURVEY, partial=True)


@pytest.fixture(scope="module")
def found(answers):
    return replace(personas(answers, k=3, describe=DESCRIBE, **QUICK), verdict="stable", reasons=())


@pytest.fixture(scope="module")
def refused(found):
    return replace(found, verdict="not supported", reasons=("no_structure", "dissolves"))


@pytest.fixture(scope="module")
def folders(found, refused, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    for lang in ("de", "en"):
        found.cards(folder / lang, lang, comments="comment")
        refused.cards(folder / f"refused-{lang}", lang, force=True)
    found.cards(folder / "new" / "again", "de", comments="comment")
    return folder


@pytest.fixture(scope="module")
def thin(answers, tmp_path_factory):
    """Return cards of people grouped without probabilities, of whom few answered one question."""
    few = answers.frame["recommendation"].where(np.arange(len(answers)) < 9)
    thin = replace(answers, frame=answers.frame.assign(recommendation=few))
    found = personas(thin, k=3, method="kmeans", describe=["recommendation", "app_satisfaction"], **QUICK)
    folder = tmp_path_factory.mktemp("thin")
    found.cards(folder, "en", force=True, comments="comment")
    return folder


@pytest.fixture(scope="module")
def one(answers):
    return personas(answers, k=1, describe=["recommendation"], **QUICK)


def words(page: Path) -> str:
    """Return the text of a page as a reader sees it, without style sheet."""
    text = re.sub(r"<style>.*?</style>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return " ".join(text.split())


def alt(page: Path) -> str:
    told = re.search(r'<img src="[^"]*" alt="([^"]*)"', page.read_text(encoding="utf-8"))[1]
    return html.unescape(told).replace("\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}", " = ")


def picture(page: Path) -> str:
    return base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]*)", page.read_text())[1]).decode()


def test_the_sheet_comes_first_and_every_file_is_there(found, tmp_path):
    care = replace(found, verdict="use with care", reasons=("unsure",))
    paths = care.cards(tmp_path / "new" / "cards", "en")
    names = [f"{name}.{ending}" for name in ("comparison", "persona-1", "persona-2", "persona-3")
             for ending in ("html", "png", "svg")]  # fmt: skip
    assert paths == [tmp_path / "new" / "cards" / name for name in names]
    assert sorted(p.name for p in (tmp_path / "new" / "cards").iterdir()) == sorted(names)
    assert all(p.stat().st_size > 1000 for p in paths)
    # care is said in plain words
    text = words(tmp_path / "new" / "cards" / "persona-1.html")
    assert "Use with care. To which persona somebody belongs is often unsure." in text
    assert "SUPPORTED" not in text


@pytest.mark.parametrize("lang", ["de", "en"])
def test_head_and_proof_are_those_of_the_table(found, folders, lang):
    for row in found.table.to_dict("records"):
        text = words(folders / lang / f"persona-{row['persona']}.html")
        assert found.name_of(row["persona"], lang)[1:] in text
        low, high = percent(row["ci_low"], lang), percent(row["ci_high"], lang)
        said = {"de": f"(95-%-KI {low} bis {high}), n = {row['n']}",
                "en": f"(95% CI {low} to {high}), n = {row['n']}"}[lang]  # fmt: skip
        assert " ".join(f"{percent(row['share'], lang)}".split()) in text
        assert " ".join(said.split()) in text
        assert f"Jaccard {number(row['jaccard'], lang)}" in text
        assert p_value(found.evidence.structure.p, lang) in text


def test_means_and_differences_are_those_of_the_people(found, answers, folders):
    of = found.members["persona"].to_numpy(dtype=float, na_value=np.nan)
    liking = answers.frame["recommendation"].to_numpy(dtype=float)
    for i in (1, 2, 3):
        here, there = liking[of == i], liking[(of != i) & ~np.isnan(of)]
        gap = here.mean() - there.mean()
        text = words(folders / "en" / f"persona-{i}.html")
        row = text[text.index("recommendation (0 to 10)") :]
        assert row.startswith(
            f"recommendation (0 to 10) {number(here.mean(), 'en')} {number(there.mean(), 'en')} "
            f"{number(gap, 'en', signed=True)} ["
        )
        profile = found.profile.query("item == 'recommendation' and persona == @i").iloc[0]
        assert interval(profile["ci_low"], profile["ci_high"], "en", signed=True) in row[:90]
        assert f"n = {integer(len(here), 'en')}" in row[:140]


def test_what_sets_them_apart_are_the_typical_grouping_items_and_nothing_else(found, answers, folders):
    for i in (1, 2, 3):
        text = words(folders / "en" / f"persona-{i}.html")
        part = text[text.index("What sets them apart") : text.index("What is not known")]
        rows = found.profile[(found.profile["persona"] == i) & (found.profile["role"] == "grouping")]
        assert rows["typical"].any()
        for row in rows.to_dict("records"):
            wording = answers.survey.items[row["item"]].label("en")
            assert (wording in part) == row["typical"]
            if row["typical"]:
                value = f"{wording} {number(row['value'], 'en', 1)} instead of {number(row['average'], 'en', 1)}"
                assert value in part
                higher, lower = part.find("Higher than average"), part.find("Lower than average")
                assert (part.index(wording) < lower) == (row["distance"] > 0) or lower < 0 or higher < 0


def test_use_tells_digital_from_analog(folders):
    text = words(folders / "en" / "persona-1.html")
    use = text[text.index("What they use") : text.index("Satisfaction and recommendation")]
    assert "Channel used most: app or website digital" in use
    assert "Channel used most: branch analog" in use
    assert use.index("app or website") < use.index("branch")
    assert "points" in use


def test_what_cannot_be_told_is_said(found, folders):
    for i in (1, 2, 3):
        text = words(folders / "de" / f"persona-{i}.html")
        part = text[text.index("Was nicht bekannt") : text.index("Im Vergleich zu allen übrigen")]
        rows = found.profile[(found.profile["persona"] == i) & (found.profile["role"] == "grouping")]
        for row in rows.to_dict("records"):
            named = f"„{found.names.of(row['item'], 'de')}“" in part
            assert named == (not row["typical"])


def test_what_the_adjusted_test_does_not_tell_is_not_told(found):
    profile = found.profile.copy()
    tested = (profile["item"] == "recommendation") & (profile["persona"] == 3)
    profile.loc[tested, ["ci_low", "ci_high", "p_adjusted", "typical"]] = [-0.9, -0.1, 0.08, True]
    states = card_rows(replace(found, profile=profile)).query("item == 'recommendation' and persona == 3")["state"]
    assert states.tolist() == ["unclear"]
    profile.loc[tested, "p_adjusted"] = 0.04
    states = card_rows(replace(found, profile=profile)).query("item == 'recommendation' and persona == 3")["state"]
    assert states.tolist() == ["typical"]


def test_suppressed_items_are_named_without_numbers(thin):
    text = words(thin / "persona-1.html")
    assert "Not shown, to protect groups of fewer than 5: “recommendation”." in text
    assert "recommendation (0 to 10)" not in text
    assert re.search(r"recommendation( –){3} –", words(thin / "comparison.html"))


def test_a_persona_below_the_minimum_cell_shows_nothing_of_itself(found, answers, tmp_path):
    cell = int(found.table["n"].max()) + 1
    small = personas(answers, k=3, describe=DESCRIBE, minimum_cell=cell, **QUICK)
    small.cards(tmp_path, "en", force=True, comments="comment")
    row = found.table.iloc[0]
    text = words(tmp_path / "persona-1.html")
    assert "size not shown" in text.casefold()
    assert f"{percent(row['ci_low'], 'en')} to {percent(row['ci_high'], 'en')}" not in text
    assert "Not described" in text
    assert not re.search(rf"n = {row['n']}\b", text)
    assert "In their own words Not shown" in text
    sheet = words(tmp_path / "comparison.html")
    figures = sheet[sheet.index("Key figures") : sheet.index("Use, satisfaction")]
    assert f" {row['n']} " not in figures
    assert percent(row["ci_low"], "en") not in figures


def test_the_sheet_has_a_row_a_persona(found, folders):
    text = words(folders / "en" / "comparison.html")
    part = text[text.index("Key figures") : text.index("Use, satisfaction")]
    for row in found.table.to_dict("records"):
        reach = f"{percent(row['ci_low'], 'en')} to {percent(row['ci_high'], 'en')}"
        assert f"{percent(row['share'], 'en')} {reach} {row['n']} {number(row['jaccard'], 'en')}" in part
    assert found.sentence("en") in text
    assert found.method("en") in text


def test_comments_are_masked_and_said_to_be(folders):
    text = " ".join(words(folders / "de" / f"persona-{i}.html") for i in (1, 2, 3))
    assert "Frau [Name] in der Filiale ist großartig." in text
    assert "Am Telefon [Nummer] erreicht man mich gut." in text
    assert "Gutscheine an [E-Mail], gern." in text
    assert text.count("automatisch unkenntlich gemacht") == 3
    everything = "".join(p.read_text(encoding="utf-8", errors="replace") for p in (folders / "de").glob("*.html"))
    assert not any(secret in everything for secret in ("Keller", "0171", "example.org"))


def test_methods_without_probability_do_not_claim_to_quote_the_surest(thin):
    text = words(thin / "persona-1.html")
    assert "does not say how surely somebody belongs" in text
    assert "chosen by how surely" not in text


def test_comments_stay_away_unless_asked_for(refused, folders):
    text = words(folders / "refused-de" / "persona-1.html")
    assert "In eigenen Worten" not in text
    assert "Die App reicht mir völlig" not in text


@pytest.mark.parametrize("lang", ["de", "en"])
def test_pages_speak_one_language(folders, lang):
    for page in sorted((folders / lang).glob("*.html")):
        source = page.read_text(encoding="utf-8")
        assert f'<html lang="{lang}">' in source
        text = words(page)
        assert not re.search(r"\{\w+[:}]", text)
        assert not re.search(r"personas\.\w+", text)
        wrong = r"\b0\.\d\d\b" if lang == "de" else r"\b0,\d\d\b"
        assert not re.search(wrong, text), page
        assert re.search(r"\b0,\d\d\b" if lang == "de" else r"\b0\.\d\d\b", text), page
    assert "Everybody" not in words(folders / "de" / "persona-1.html")
    assert "Alle übrigen" not in words(folders / "en" / "persona-1.html")


def test_alt_text_tells_the_finding(found, folders):
    row = found.profile[(found.profile["persona"] == 2) & (found.profile["role"] == "grouping")]
    top = row.sort_values("distance").iloc[-1]["item"]
    told = alt(folders / "en" / "persona-2.html")
    assert f"Above average: {found.names.of(top, 'en')}" in told
    assert f"Jaccard {number(found.table['jaccard'].iloc[1], 'en')}" in told
    assert told in html.unescape((folders / "en" / "persona-2.svg").read_text(encoding="utf-8"))
    assert found.heading("en") in alt(folders / "en" / "comparison.html")


def test_unsupported_personas_get_no_cards(refused, tmp_path):
    with pytest.raises(ArgumentError, match="force=True") as error:
        refused.cards(tmp_path / "out", "de")
    assert error.value.codes == ("personas.not-supported",)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("lang", "stamp"), [("de", "VON DEN DATEN NICHT GETRAGEN"), ("en", "NOT SUPPORTED BY THE DATA")]
)
def test_forced_cards_are_stamped_everywhere(folders, lang, stamp):
    pages = sorted((folders / f"refused-{lang}").glob("*.html"))
    assert len(pages) == 4
    for page in pages:
        source = page.read_text(encoding="utf-8")
        assert source.count(f">{stamp}</text>") >= 2
        assert f"<title>{stamp}" in source
        assert alt(page).startswith(stamp)
        assert 'class="notice"' in source
        assert f">{stamp}</text>" in re.sub(r"<(/?)tspan[^>]*>", "", picture(page))
        svg = page.with_suffix(".svg").read_text(encoding="utf-8")
        assert f'aria-label="{stamp}' in svg and f">{stamp}</text>" in svg
        assert stamp.encode("latin-1") in page.with_suffix(".png").read_bytes()


def test_supported_cards_bear_no_stamp(folders):
    for page in (folders / "de").iterdir():
        assert b"NICHT GETRAGEN" not in page.read_bytes()


def test_pages_need_nothing_from_elsewhere_and_run_nothing(folders):
    for page in folders.rglob("*.html"):
        source = html.unescape(page.read_text(encoding="utf-8"))
        assert "Content-Security-Policy\" content=\"default-src 'none'; img-src data:;" in source
        assert not re.search(r"<script|<iframe|<object|@import|url\(|\son\w+=", source, re.IGNORECASE)
        for address in re.findall(r'\s(?:src|href)="([^"]*)"', source):
            assert re.match(r"data:|comparison\.html$|persona-\d+\.html$", address), address
        assert not re.search(r'(?:href|src)="(?!#|data:)', picture(page))


def test_the_same_personas_give_the_same_bytes(folders):
    first = {p.name: p.read_bytes() for p in (folders / "de").iterdir()}
    assert first == {p.name: p.read_bytes() for p in (folders / "new" / "again").iterdir()}
    assert len(first) == 12


def test_pictures_have_twice_the_pixels_of_a_screen(folders):
    wide, _ = struct.unpack(">II", (folders / "de" / "persona-1.png").read_bytes()[16:24])
    assert wide == int(6.4 * 2 * 96)


@pytest.fixture(scope="module")
def hostile():
    """Personas of a plain frame whose columns, answers and comments mean harm."""
    rng = np.random.default_rng(3)
    kind = np.repeat([0, 1], [70, 50])
    yes = np.where(rng.random((120, 5)) < 0.9, kind[:, None], 1 - kind[:, None])
    frame = pd.DataFrame(yes, columns=[HOSTILE, "{{ 7 * 7 }}", "$x_y$", "\u202eevil\0", "x" * 3000])
    frame["</title><script>alert(2)</script>"] = np.where(kind == 1, "</td><script>alert(3)</script>", "'\"&amp;")
    frame["comment"] = [f"</blockquote><script>alert({i})</script> {HOSTILE} gut" for i in range(120)]
    found = personas(frame, list(frame.columns[:5]), k=2, describe=[frame.columns[5]], **QUICK)
    return replace(found, verdict="stable", reasons=())


@pytest.fixture(scope="module")
def harm(hostile, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    hostile.cards(folder, "en", comments="comment")
    return folder


def test_hostile_wordings_and_comments_stay_words(harm):
    text = words(harm / "persona-1.html")
    assert HOSTILE in text and "{{ 7 * 7 }}" in text and "49" not in re.findall(r"high: (\S+)", text)
    for page in harm.glob("*.html"):
        source = page.read_text(encoding="utf-8")
        assert not re.search(r"<script|<img src=x|<[^>]*\sonerror=", source)
        assert not re.search("[\x00\u202e]", source)
        inside = picture(page)
        assert "<script" not in inside and "<img" not in inside
    for drawn in harm.glob("*.svg"):
        assert not re.search(r"<script|<img", drawn.read_text(encoding="utf-8"))


def test_without_a_survey_columns_are_placed_as_asked(hostile, harm, tmp_path):
    column = str(hostile.profile.loc[hostile.profile["role"] == "describing", "item"].iloc[0])
    assert "What they use" not in words(harm / "persona-1.html")
    hostile.cards(tmp_path, "en", use=[column])
    assert "What they use" in words(tmp_path / "persona-1.html")


def test_unknown_columns_are_taught(found, tmp_path):
    for options in ({"use": ["vists"]}, {"satisfaction": ["online_first"]}):
        with pytest.raises(ArgumentError) as error:
            found.cards(tmp_path / "out", "en", **options)
        assert error.value.codes == ("personas.card-columns",)
    with pytest.raises(ArgumentError, match="Did you mean 'comment'"):
        found.cards(tmp_path / "out", "en", comments="coment")
    with pytest.raises(ArgumentError, match="Allowed: en, de"):
        found.cards(tmp_path / "out", "fr")
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_folder_is_taught(one, tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "taken", tmp_path / "taken" / "below", tmp_path / "a\0b"):
        with pytest.raises(ArgumentError) as error:
            one.cards(folder, "en", force=True)
        assert error.value.codes == ("personas.cards-folder",)
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_a_folder_in_place_of_a_card_leaves_everything_as_it_was(found, tmp_path):
    (tmp_path / "persona-2.png").mkdir()
    (tmp_path / "comparison.html").write_text("earlier", encoding="utf-8")
    with pytest.raises(ArgumentError, match=r"persona-2\.png is a folder"):
        found.cards(tmp_path, "en")
    assert (tmp_path / "comparison.html").read_text(encoding="utf-8") == "earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["comparison.html", "persona-2.png"]


def test_a_disc_that_is_full_leaves_everything_as_it_was(one, tmp_path, monkeypatch):
    def full(self, content):
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ArgumentError, match="No space left"):
        one.cards(tmp_path, "en", force=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_cards_of_an_earlier_run_with_more_personas_go_and_other_files_stay(found, answers, tmp_path):
    found.cards(tmp_path, "en")
    (tmp_path / "persona-9.html").write_text("<p>mine</p>", encoding="utf-8")
    two = replace(personas(answers, k=2, **QUICK), verdict="stable", reasons=())
    two.cards(tmp_path, "en")
    assert sorted(p.stem for p in tmp_path.glob("*.html")) == ["comparison", "persona-1", "persona-2", "persona-9"]
    assert not (tmp_path / "persona-3.svg").exists()


def test_one_group_can_be_drawn_by_force_only(one, tmp_path):
    with pytest.raises(ArgumentError, match="not support"):
        one.cards(tmp_path, "en")
    paths = one.cards(tmp_path, "en", force=True)
    assert len(paths) == 6
    assert "Near the average on all items" in words(tmp_path / "persona-1.html")


@pytest.mark.slow
def test_more_personas_than_marks_are_all_in_the_table(answers, tmp_path):
    many = replace(personas(answers, k=9, **(QUICK | {"draws": 5, "halves": 1})), verdict="stable", reasons=())
    many.cards(tmp_path, "en")
    text = words(tmp_path / "comparison.html")
    assert all(f"Persona {i} – " in text for i in range(1, 10))
    assert "Shown are the 8 largest of 9 personas." in (tmp_path / "comparison.svg").read_text(
        encoding="utf-8"
    ).replace("\n", " ")


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1280])
def test_pages_in_a_browser(folders, browser, width):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        for page in sorted(folders.rglob("*.html")):
            browser.get(page.as_uri())
            assert browser.get_log("browser") == [], page
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, page
            assert all(browser.execute_script("return [...document.images].map(i => i.alt)")), page
            loaded = "return [...document.images].every(i => i.complete && i.naturalWidth > 0)"
            assert browser.execute_script(loaded), page
            cut = (
                "return [...document.querySelectorAll('h1,h2,h3,p,li,td,th,blockquote')]"
                ".filter(e => !e.closest('.scroll') && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1)"
                ".map(e => e.textContent.slice(0, 40))"
            )
            assert browser.execute_script(cut) == [], page
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.browser
def test_hostile_cards_run_nothing_in_a_browser(harm, browser):
    metrics = {"width": 400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    for page in sorted(harm.glob("*.html")):
        browser.get(page.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 400, page
        assert browser.get_log("browser") == []
        assert browser.execute_script("return document.scripts.length") == 0
        assert browser.execute_script("return document.images.length") == 1
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.browser
def test_cards_are_printed_on_a4_without_scrolling(folders, browser):
    for page, most in (("de/persona-1.html", 2), ("de/comparison.html", 3), ("refused-en/persona-3.html", 2)):
        browser.get((folders / page).as_uri())
        made = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False})
        document = base64.b64decode(made["data"])
        boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", document)
        assert 1 <= len(boxes) <= most, page
        assert {tuple(round(float(side)) for side in box) for box in boxes} == {(595, 842)}, page

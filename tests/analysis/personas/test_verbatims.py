"""Comments on cards: masked, from enough people, of the surest members."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxresearch.analysis.personas.cards.masking import letters_left, masked
from cxresearch.analysis.personas.cards.verbatims import LONGEST, check_comments, cut, verbatims
from cxresearch.errors import ArgumentError
from cxresearch.survey.item import BackgroundField, Perspective
from cxresearch.survey.survey import Survey


def people(comments, *, persona=1, probability=None, unlike=None, cell=5, survey=None, order=None):
    """Stand for personas: what the choice of comments looks at, and no more."""
    n = len(comments)
    frame = pd.DataFrame({"comment": pd.array(comments, dtype=object), "stars": np.arange(n) % 5 + 1})
    members = pd.DataFrame(
        {
            "row": np.arange(n),
            "persona": pd.array([persona] * n if np.isscalar(persona) else persona, dtype="Int64"),
            "probability": np.linspace(1.0, 0.6, n) if probability is None else probability,
            "unlike": np.zeros(n, dtype=bool) if unlike is None else unlike,
        }
    )
    if order is not None:
        frame = frame.iloc[order].reset_index(drop=True)
        members = members.iloc[order].assign(row=np.arange(n))
    source = SimpleNamespace(frame=frame, survey=survey)
    return SimpleNamespace(members=members, frame=SimpleNamespace(source=source), minimum_cell=cell)


TEXTS = [f"Das ist der Kommentar von {word}." for word in ("eins", "zwei", "drei", "vier", "fünf", "sechs")]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Schreiben Sie an anna.maria@example.org, bitte", "Schreiben Sie an [E-Mail], bitte"),
        ("anna (at) example.org", "[E-Mail]"),
        ("anna [at] example dot org!", "[E-Mail]!"),
        ("ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "[E-Mail]"),
        ("an\u200bna@exa\u00admple.org", "[E-Mail]"),
        ("siehe https://example.org/a?b=c und www.example.de", "siehe [Link] und [Link]"),
        ("siehe example.de/kontakt", "siehe [Link]"),
        ("Tel. 0171/234 56 78", "Tel. [Nummer]"),
        ("+49 (0) 30 1234-567 ab acht", "[Nummer] ab acht"),
        ("geboren 12.05.1980", "geboren [Nummer]"),
        ("Vertrag AB123456 läuft", "Vertrag [Nummer] läuft"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [Kontonummer]"),
        ("IBAN DE89370400440532013000", "IBAN [Kontonummer]"),
        ("iban de89 3704 0044 0532 0130 00", "iban [Kontonummer]"),
        ("folgt @anna_b gern", "folgt [Nutzername] gern"),
        ("Frau Keller ist großartig.", "Frau [Name] ist großartig."),
        ("frau keller ist großartig", "frau [Name] ist großartig"),
        ("Frau Annegret Müller-Lüdenscheidt half", "Frau [Name] half"),
        ("Herr Dr. Müller half", "Herr Dr. [Name] half"),
        ("Frau Prof. Dr. h.c. Schmidt half", "Frau Prof. Dr. h.c. [Name] half"),
        ("Herrn von Weizsäcker sei Dank", "Herrn [Name] sei Dank"),
        ("Mr Smith and Mrs. O'Neil", "Mr [Name] and Mrs. [Name]"),
        ("Dr Patel was kind", "Dr [Name] was kind"),
        ("My name is John Q. Public.", "My name is [Name]."),
        ("Viele Grüße, Sabine", "Viele Grüße, [Name]"),
        ("Kollegin Meier war schnell", "Kollegin [Name] war schnell"),
        ("wohne Hauptstraße 12", "wohne [Adresse]"),
        ("live at 12 Baker Street", "live at [Adresse]"),
        ("B-AB 1234 stand im Weg", "[Nummer] stand im Weg"),
    ],
)
def test_what_points_to_a_person_is_masked(text, left):
    assert masked(text, "de") == left


@pytest.mark.parametrize(
    "text",
    [
        "Die Frau am Schalter war nett, der Herr an der Kasse auch.",
        "Frauen werden herrlich bedient.",
        "Seit 20 Minuten warte ich auf 3 Leute, 100 % genervt.",
        "Das war 2018 im Terminal 3 um 10 Uhr und kostete 15 Euro.",
        "I miss the old app.",
        "Mitarbeiter der Filiale sind freundlich.",
        "Die App reicht mir völlig.",
    ],
)
def test_what_points_to_nobody_stays(text):
    assert masked(text, "de") == text


def test_masks_speak_the_language_of_the_card():
    assert masked("anna@example.org", "en") == "[e-mail]"


@given(
    before=st.text(max_size=30),
    name=st.from_regex(r"[a-z][a-z0-9.]{0,10}[a-z0-9]", fullmatch=True),
    host=st.from_regex(r"[a-z][a-z0-9]{2,10}\.(de|com|org)", fullmatch=True),
    after=st.text(max_size=30),
)
def test_no_address_survives_wherever_it_stands(before, name, host, after):
    assert f"{name}@{host}" not in masked(f"{before} {name}@{host} {after}", "en")


@given(
    digits=st.lists(st.integers(0, 9), min_size=5, max_size=18),
    gap=st.sampled_from(["", " ", "-", "/", ".", " - "]),
    around=st.tuples(st.text(max_size=20), st.text(max_size=20)),
)
def test_no_long_number_survives(digits, gap, around):
    number = gap.join(map(str, digits))
    assert number not in masked(f"{around[0]} {number} {around[1]}", "en")


@given(st.text(max_size=300))
def test_any_text_becomes_one_visible_line(text):
    line = masked(text, "de")
    assert line == " ".join(line.split())
    assert not any(character in line for character in "\n\r\u202e\u200b\ue000")


def test_a_very_long_comment_is_read_in_no_time():
    for piece in ("a", "a.b", "frau ", "0 ", "x@", "AB12", "straße", "(((", "A.A. "):
        assert masked(piece * 5000, "en") is not None


@pytest.mark.parametrize(("n", "shown"), [(4, 0), (5, 3)])
def test_comments_need_the_minimum_cell(n, shown):
    found = verbatims(people(TEXTS[:n]), 1, "comment", "de")
    assert (found.people, found.enough, len(found.quotes)) == (n, shown > 0, shown)


def test_empty_comments_and_other_personas_do_not_count():
    texts = [*TEXTS[:4], "", "   ", None, np.nan, 5, *TEXTS]
    found = verbatims(people(texts, persona=[1] * 9 + [2] * 6), 1, "comment", "de")
    assert (found.people, found.quotes) == (4, ())


def test_people_without_a_persona_are_left_out():
    found = verbatims(people(TEXTS, persona=[None, 1, 1, 1, 1, 1]), 1, "comment", "de")
    assert found.people == 5
    assert TEXTS[0] not in found.quotes


def test_the_surest_speak_and_whoever_is_unlike_anyone_does_not():
    sure = [0.7, 0.99, 0.8, 0.95, 0.6, 1.0]
    found = verbatims(people(TEXTS, probability=sure, unlike=[False] * 5 + [True]), 1, "comment", "de")
    assert found.quotes == (TEXTS[1], TEXTS[3], TEXTS[2])


def test_the_order_of_the_file_does_not_matter():
    sure = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    first = verbatims(people(TEXTS, probability=sure), 1, "comment", "de")
    again = verbatims(people(TEXTS, probability=sure, order=[5, 2, 0, 4, 1, 3]), 1, "comment", "de")
    assert first.quotes == again.quotes


def test_methods_without_probabilities_still_quote():
    assert len(verbatims(people(TEXTS, probability=[np.nan] * 6), 1, "comment", "de").quotes) == 3


def test_the_same_words_count_once_and_short_ones_not_at_all():
    texts = [
        "Mehr Zeit, bitte.",
        "mehr zeit, bitte.",
        "ok",
        "-",
        "gut gut",
        "anna@example.org 0171 2345678 x",
        "Ja und?",
    ]
    found = verbatims(people(texts), 1, "comment", "de")
    assert found.quotes == ("Mehr Zeit, bitte.",)
    assert found.people == len(texts)


def test_long_comments_are_cut_at_a_word():
    found = verbatims(
        people([f"{word} " * 60 for word in ("eins", "zwei", "drei", "vier", "fünf")]), 1, "comment", "de"
    )
    for quote in found.quotes:
        assert len(quote) <= LONGEST + 1
        assert quote.endswith(" …")
        assert len(set(quote.removesuffix(" …").split())) == 1


def test_a_mask_is_never_cut_out_by_the_cut():
    text = "wort " * 46 + "und jetzt anna.maria.muster@example.org schreibt noch sehr viel mehr dazu"
    assert "anna" not in cut(masked(text, "de"))


def test_letters_left_do_not_count_masks():
    assert letters_left("Frau Keller: 0171 2345678") == len("Frau")


def asked():
    fields = {
        "comment": BackgroundField(id="comment", name="C", kind="text"),
        "secret": BackgroundField(id="secret", name="S", kind="text", identifying=True),
        "group": BackgroundField(id="group", name="G", kind="group"),
    }
    customer = Perspective(id="customer", name="C", side="outside", role="customer")
    return Survey(
        id="s", title="S", languages=("en",), perspectives={"customer": customer}, scales={}, fields=fields,
        source="own", licence="CC0-1.0",
    )  # fmt: skip


@pytest.mark.parametrize("column", ["coment", "stars", "secret", "group", "respondent"])
def test_other_columns_are_refused(column):
    found = people(TEXTS, survey=asked() if column != "stars" else None)
    for name in ("secret", "group", "respondent"):
        found.frame.source.frame[name] = "x"
    with pytest.raises(ArgumentError) as error:
        check_comments(found, column)
    assert error.value.codes == ("personas.comments",)
    assert "comment" in str(error.value)


def test_a_column_of_comments_is_taken():
    check_comments(people(TEXTS, survey=asked()), "comment")
    check_comments(people([None] * 6), "comment")

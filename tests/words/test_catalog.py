"""Both languages say the same things with the same placeholders."""

import math
import re

import pytest

from cxresearch.errors import ArgumentError
from cxresearch.words.catalog import catalog, placeholders, say, write
from cxresearch.words.numbers import LANGUAGES, interval, number, p_value, percent


def test_languages_have_the_same_keys():
    assert set(catalog("de")) == set(catalog("en"))


@pytest.mark.parametrize("key", sorted(catalog("en")))
def test_languages_have_the_same_placeholders(key):
    assert placeholders(catalog("de")[key]) == placeholders(catalog("en")[key])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_can_be_filled(language):
    for key, template in catalog(language).items():
        values = {}
        for name, spec in re.findall(r"{(\w+)(?::([^}]*))?}", template):
            values[name] = ["a", "b"] if spec == "list" else 0.05 if spec or name in ("x",) else "word"
        text = say(key, language, **values)
        assert text.strip() or template == ""
        assert "{" not in text


def test_german_does_not_use_english_words_of_statistics():
    english = re.compile(r"\b(mean|share|points|higher|lower|the|and|with|significant)\b", re.IGNORECASE)
    for key, template in catalog("de").items():
        words = re.sub(r"{[^}]*}", "", template)
        assert not english.search(words), (key, template)


def test_nothing_is_called_significant():
    for language in LANGUAGES:
        for key, template in catalog(language).items():
            assert "signifi" not in template.casefold(), key


def test_unknown_language_is_taught():
    with pytest.raises(ArgumentError, match=r"Allowed: en, de"):
        catalog("fr")


@pytest.mark.parametrize(
    ("value", "digits", "de", "en"),
    [
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-0.0001, 2, "0,00", "0.00"),
        (-0.5, 1, "−0,5", "−0.5"),
        (0.125, 2, "0,12", "0.12"),
        (math.nan, 2, "–", "–"),
        (math.inf, 2, "∞", "∞"),
    ],
)
def test_numbers(value, digits, de, en):
    assert number(value, "de", digits) == de
    assert number(value, "en", digits) == en


def test_p_is_never_zero_and_never_above_one():
    assert p_value(0.0, "en") == "p < 0.001"
    assert p_value(0.99999, "de") == "p = 1,000"
    assert write(0.0004, "p3", "de") == "< 0,001"


def test_percent_has_a_hard_space_in_german_only():
    assert percent(0.5, "de") == "50\u00a0%"
    assert percent(0.5, "en") == "50%"


def test_a_percentage_that_begins_a_german_word_has_hyphens():
    assert write(0.95, "%0-", "de") + "-KI" == "95-%-KI"
    assert write(0.95, "%0-", "en") == "95%"
    for key, template in catalog("de").items():
        assert not re.search(r":%\d}-|\d\s?%-", template), key


def test_intervals_are_unambiguous_with_decimal_commas():
    assert interval(1.5, 2.5, "de", 1) == "[1,5; 2,5]"

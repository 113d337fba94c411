"""Where a long word may be broken, when it does not fit and brings no soft hyphens of its own."""

from __future__ import annotations

import re
from typing import Final

_CLUSTER: Final = "sch|ch|ck|ph|th|qu|[b-df-hj-np-tv-zß]"
_SYLLABLE: Final = re.compile(f"(?=(?:{_CLUSTER})[aeiouyäöü])", re.IGNORECASE)
_INSIDE: Final = ("sch", "ch", "ck", "ph", "th", "qu")
_VOWEL: Final = re.compile("[aeiouyäöü]", re.IGNORECASE)
_SHORT: Final = 3  # letters that stay together at either end


def breaks(word: str) -> list[int]:
    """Positions before a syllable, by the rule for German: one consonant goes to the next line.

    This is a rule of thumb, not a dictionary: compounds may break beside their joint.

    Examples
    --------
    >>> word = "Ansprechpartnerinnen"
    >>> [f"{word[:k]}-{word[k:]}" for k in breaks(word)][2:4]
    ['Ansprechpart-nerinnen', 'Ansprechpartne-rinnen']
    >>> breaks("xxxxxxxxxx")
    []
    """
    found = []
    for match in _SYLLABLE.finditer(word):
        k = match.start()
        before = word[max(0, k - 2) : k + 1].lower()
        split = any(before.endswith(c[: len(c) - i]) for c in _INSIDE for i in range(len(c) - 1)) and (
            word[k].lower() in "hku" or before.endswith("sc")
        )
        within = _SHORT <= k <= len(word) - _SHORT and word[k - 1 : k + 1].isalpha()
        if within and not split and _VOWEL.search(word[:k]):
            found.append(k)
    return found

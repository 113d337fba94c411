"""Cut-offs as data, each with the work it is taken from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from cxresearch.errors import ArgumentError, unknown_name


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Rule:
    """Words for ranges of a statistic.

    Parameters
    ----------
    statistic : str
    source : str
        Citation.
    cuts : dict
        Word to the smallest absolute value it applies to, in ascending order.
    """

    statistic: str
    source: str
    cuts: dict[str, float]

    def word(self, value: float) -> str:
        """Return the word for a value."""
        found = next(iter(self.cuts))
        for word, least in self.cuts.items():
            if abs(value) >= least:
                found = word
        return found


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by id."""
    path = Path(__file__).parent / "rules.yaml"
    return TypeAdapter(dict[str, Rule]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))


def rule(name: str) -> Rule:
    """Return one rule.

    Examples
    --------
    >>> rule("hedges_g_cohen1988").word(-0.55)
    'medium'
    """
    if name not in rules():
        raise ArgumentError(unknown_name("words.unknown-rule", "rule", name, rules()))
    return rules()[name]

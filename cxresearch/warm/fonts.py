"""Spare matplotlib asking the same of a font again and again; what it draws is the same to the byte.

It looks up which fonts a text is set in, and what their tables say, a few times for every text of a figure and finds
what it found before.
"""

from __future__ import annotations

import weakref
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontManager, FontProperties
from matplotlib.ft2font import FT2Font

MOST = 1000
FAMILIES = ("family", "style", "variant", "weight", "stretch", "size")
NAMES = ("serif", "sans-serif", "cursive", "fantasy", "monospace")
SETTING: Any = dict.__getitem__  # the settings' own way in costs three times as much
SETTINGS = tuple(f"font.{name}" for name in (*FAMILIES, *NAMES))


def remember() -> None:
    """Remember from now on; where this version of matplotlib does not have them, nothing is changed."""
    if hasattr(FontManager, "_find_fonts_by_props"):
        _remember_fonts()
    if hasattr(FT2Font, "get_sfnt_table"):
        _remember_tables()


def _remember_fonts() -> None:
    find: Any = FontManager._find_fonts_by_props
    found: dict[tuple[Any, ...], list[Any]] = {}

    def _find_fonts_by_props(self: Any, prop: Any, *more: Any, **options: Any) -> list[Any]:
        if more or options or not isinstance(prop, FontProperties):
            return list(find(self, prop, *more, **options))
        key = (id(self), len(self.ttflist), len(self.afmlist), *vars(prop).values(), *map(_setting, SETTINGS))
        known = found.get(key)
        if known is None:
            known = find(self, prop)
            if len(found) < MOST and _all_there(self, prop):
                found[key] = known
        return list(known)

    FontManager._find_fonts_by_props = _find_fonts_by_props  # type: ignore[method-assign]


def _all_there(manager: Any, prop: FontProperties) -> bool:
    """Tell whether no family is missing; one that is, is told every time."""
    for family in prop.get_family():
        own = prop.copy()
        own.set_family(family)
        try:
            manager.findfont(own, fallback_to_default=False)
        except ValueError:
            return False
    return True


def _setting(name: str) -> Any:
    value = SETTING(mpl.rcParams, name)
    return tuple(value) if isinstance(value, list) else value


def _remember_tables() -> None:
    read: Any = FT2Font.get_sfnt_table
    found: weakref.WeakKeyDictionary[Any, dict[str, Any]] = weakref.WeakKeyDictionary()

    def get_sfnt_table(self: Any, name: str) -> Any:
        tables = found.setdefault(self, {})
        if name not in tables:
            tables[name] = read(self, name)
        table = tables[name]
        return None if table is None else dict(table)

    FT2Font.get_sfnt_table = get_sfnt_table  # type: ignore[method-assign]

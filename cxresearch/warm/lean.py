"""Put off a grammar that jsonschema builds when it is imported, for a check that hardly anyone asks for.

It takes a quarter of the start of a warm process.  Whoever does ask for the check gets the real one.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types

NAME = "rfc3987_syntax"


def is_valid_syntax(term: str, value: str) -> bool:
    """Tell whether a text is, for example, an ``iri``; the grammar is built now."""
    return bool(importlib.import_module(NAME).is_valid_syntax(term, value))


if importlib.util.find_spec(NAME) is not None and NAME not in sys.modules:
    stand_in = types.ModuleType(NAME)
    stand_in.__dict__["is_valid_syntax"] = is_valid_syntax
    sys.modules[NAME] = stand_in
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[NAME]

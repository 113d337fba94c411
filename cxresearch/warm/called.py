"""Call a function by its name."""

from __future__ import annotations

import importlib
from typing import Any


def call(function: str, arguments: dict[str, Any]) -> Any:
    """Import ``"module:function"`` and call it.

    Examples
    --------
    >>> call("os.path:basename", {"p": "a/b"})
    'b'
    """
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)(**arguments)

"""What every forked process finds imported."""

from __future__ import annotations

import subprocess
import sys


def told(text: str) -> str:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_nothing_computes_so_that_forking_is_safe() -> None:
    text = "import threading, cxresearch.study.preload; print(threading.active_count())"
    assert told(text) == "1"


def test_the_grammar_that_is_put_off_comes_when_it_is_asked_for() -> None:
    text = """
import sys
import cxresearch.study.preload
import jsonschema
before = "rfc3987_syntax" in sys.modules
checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
print(before, checker.conforms("https://example.org/größe", "iri"), checker.conforms("\\\\x", "iri"))
from rfc3987_syntax import parse
"""
    assert told(text) == "False True False"

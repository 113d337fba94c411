"""What every forked process finds imported."""

from __future__ import annotations

import subprocess
import sys

TEXT = """
import sys, threading
import cxresearch.warm.lean
import cxresearch.study.preload
import jsonschema
before = "rfc3987_syntax" in sys.modules
checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
print(threading.active_count(), before, checker.conforms("https://example.org/größe", "iri"), checker.conforms("\\\\x", "iri"))
from rfc3987_syntax import parse
assert "matplotlib_inline.backend_inline" not in sys.modules, "it has to find the kernel when it is imported"

# every step works, and leaves no figure
import warnings
import cxresearch.study.rehearsal as rehearsal
from cxresearch.study.preload import kernel
warnings.simplefilter("ignore")
for step in (rehearsal._draw, rehearsal._write_tables, rehearsal._answer, rehearsal._run_notebook, rehearsal._write_page):
    step()
import matplotlib.pyplot as plt
print(plt.get_fignums(), kernel().shell.execution_count)
"""


def test_nothing_computes_what_is_put_off_comes_when_asked_for_and_every_step_of_the_rehearsal_works() -> None:
    done = subprocess.run([sys.executable, "-c", TEXT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["1 False True False", "[] 1"]

"""Write the versions of a fresh resolution into uv.toml as constraints, without index addresses.

Run it after changing the dependencies in pyproject.toml::

    python3 tools/pin.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Written by tools/pin.py; do not edit the list by hand.
compile-bytecode = true
constraint-dependencies = [
"""
PIN = re.compile(r"^([A-Za-z0-9._-]+(?:\[[^\]]*\])?==[^ ;]+)(?:\s*;\s*(.+))?$")


def main() -> int:
    """Resolve anew and write uv.toml."""
    target = ROOT / "uv.toml"
    target.write_text("compile-bytecode = true\n", encoding="utf-8")
    (ROOT / "uv.lock").unlink(missing_ok=True)
    command = [sys.executable, "-m", "uv", "export", "--no-hashes", "--no-emit-project", "--all-groups", "--quiet"]
    exported = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    pins = []
    for line in exported.splitlines():
        if found := PIN.match(line.strip()):
            pins.append(f"{found[1]} ; {found[2]}" if found[2] else found[1])
    # markers hold double quotes in some versions of uv; TOML strings here are double-quoted
    lines = "".join(f'    "{pin.replace(chr(34), chr(39))}",\n' for pin in pins)
    target.write_text(f"{HEAD}{lines}]\n", encoding="utf-8")
    print(f"{len(pins)} versions pinned in uv.toml")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

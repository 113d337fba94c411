"""Finished sections by key, each one file that proves itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cxresearch.study.batch.durable import write_whole
from cxresearch.study.outcome import Outcome

SCHEMA = 1
SUFFIX = ".section"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A finished section.

    Parameters
    ----------
    outcome : Outcome
    notebook : bytes, optional
        The executed notebook; None where there is none.
    """

    outcome: Outcome
    notebook: bytes | None = None


def entry_path(folder: Path, key: str) -> Path:
    """Return where the section of a key is kept."""
    return folder / key[:2] / f"{key}{SUFFIX}"


def keep(path: Path, key: str, entry: Entry) -> None:
    """Write a finished section, whole or not at all."""
    body = entry.notebook or b""
    has = entry.notebook is not None
    content = {"schema": SCHEMA, "key": key, "outcome": entry.outcome.record(), "notebook": has}
    head = json.dumps(content, sort_keys=True).encode()
    write_whole(path, b"\n".join([_proof(head, body), head, body]))


def kept(path: Path, key: str) -> Entry | None:
    """Return the finished section of a key; None where there is none, or not all of it."""
    try:
        proof, head, body = path.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return None
    if proof != _proof(head, body):
        return None
    content = json.loads(head)
    if content["schema"] != SCHEMA or content["key"] != key:
        return None
    return Entry(outcome=Outcome.of(content["outcome"]), notebook=body if content["notebook"] else None)


def _proof(head: bytes, body: bytes) -> bytes:
    return hashlib.sha256(head + b"\n" + body).hexdigest().encode()

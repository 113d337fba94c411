"""Studies for batches: tiny notebooks that read their rows and do what these say."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from cxresearch.study.batch.journal import events

from ..notebooks import code, write_notebook

PARAMETERS = """
    language: str = "en"
    seed: int = 0
    minimum_cell: int = 5
    data: str = "missing.csv"
    shift: float = 0.0
"""

# reads the rows, shows their mean as a result does, and does what a cell of theirs asks for
MEAN = """
    import csv, os, time
    from IPython.display import display
    with open(data, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    values = [float(row["score"]) + shift for row in rows]
"""
DO = """
    for what in sorted({row["do"] for row in rows if row.get("do")}):
        print("asked to", what)
        if what == "raise":
            raise ValueError(f"a fault in {len(rows)} rows <script>alert(1)</script>")
        if what == "hang":
            time.sleep(600)
        if what == "eat":
            eaten = [bytearray(1 << 28) for _ in range(64)]
        if what == "exit":
            os._exit(3)
        if what == "few":
            class NotEnoughData(Exception): pass
            raise NotEnoughData("error few.rows: Only a few.")
"""
SHOW = """
    mean = sum(values) / len(values)
    sentence = f"Das Mittel ist {mean:.2f}." if language == "de" else f"The mean is {mean:.2f}."
    display({
        "text/plain": sentence,
        "text/html": f'<div class="cx-result"><p class="cx-answer">{sentence}</p></div>',
        "application/vnd.cxresearch.result+json": {
            "schema": 1, "kind": "mean", "lang": language, "heading": "Mean", "sentence": sentence, "caveats": [],
            "frames": {"table": [{"item": "score", "n": len(values), "mean": mean, "ci_low": mean - 1, "ci_high": mean + 1}]},
            "columns": {"table": ["item", "n", "mean", "ci_low", "ci_high"]},
        },
    }, raw=True)
"""

STUDY = """
    study: tiny
    title: {de: Kleine Befragung, en: Small survey}
    languages: [de, en]
    data: data/answers.csv
    seed: 7
    sections:
      - {id: mean, notebook: mean.ipynb, title: {de: Wie hoch ist das Mittel?, en: How high is the mean?}}
"""


def rows_of(units: Mapping[str, int], do: Mapping[str, str] | None = None, missing: int = 0) -> list[dict[str, str]]:
    """Return answers: for each unit so many rows; the first row of a unit may say what to do."""
    rows = [
        {"id": f"{unit}-{i}", "branch": unit, "wave": str(1 + i % 2), "score": str(1 + i % 5), "do": ""}
        for unit, n in units.items()
        for i in range(n)
    ]
    for unit, what in (do or {}).items():
        next(row for row in rows if row["branch"] == unit)["do"] = what
    return rows + [{"id": f"x{i}", "branch": "", "wave": "1", "score": "3", "do": ""} for i in range(missing)]


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    """Write answers as CSV."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")


def write_tiny(
    folder: Path,
    units: Mapping[str, int],
    do: Mapping[str, str] | None = None,
    missing: int = 0,
    batch: str = "batch: {by: branch}",
    study: str = STUDY,
) -> Path:
    """Write a study of one notebook on answers of some units."""
    write_rows(folder / "data" / "answers.csv", rows_of(units, do, missing))
    write_notebook(folder / "mean.ipynb", code(MEAN), code(DO), code(SHOW, "headline"), parameters=PARAMETERS)
    file = folder / "study.yaml"
    file.write_text(textwrap.dedent(study).lstrip() + textwrap.dedent(batch) + "\n", encoding="utf-8")
    return file


def content_of(out: Path) -> dict[str, str]:
    """Return what stands in a batch, without times: tables, notebooks and what manifests say."""
    found = {}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        if path.suffix in (".csv", ".ipynb"):
            found[name] = path.read_text(encoding="utf-8")
        elif path.name == "manifest.json":
            manifest = json.loads(path.read_text(encoding="utf-8"))
            manifest["outputs"] = [entry["path"] for entry in manifest["outputs"]]
            for key in ("started", "finished"):
                del manifest[key]
            for entry in manifest.get("reports", []):
                entry.pop("manifest", None)
            for section in manifest.get("sections", []):
                for run in section["runs"].values():
                    del run["seconds"]
            found[name] = json.dumps(manifest, sort_keys=True)
    return found


def counted(out: Path, event: str) -> Counter[tuple[str, str]]:
    """Return how often something happened to each unit and language."""
    return Counter((e["unit"], e["language"]) for e in events(out) if e["event"] == event)

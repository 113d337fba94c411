"""Small notebooks and studies as real files; they need nothing but IPython in the kernel."""

from __future__ import annotations

import json
import textwrap
import zlib
from pathlib import Path
from typing import Any

PARAMETERS = """
    from typing import Literal
    language: str = "en"
    seed: int = 0
    minimum_cell: int = 5
    data: str = "missing.csv"  # answers
    margin: float = 0.5  # smallest relevant gap
    inside: str = "teacher"
    outside: Literal["parent", "student"] = "parent"
    units: list[str] = []
    names: dict[str, str] = {}
    wave: int | None = None
    weighted: bool = False
"""

# shows a result the way cxresearch.result does, without its imports
HELPER = """
    import base64, html
    from IPython.display import display
    def show(kind, heading, sentence, rows, caveats=(), svg="", frame="table"):
        def cell(value):
            if value is None:
                return '<td class="cx-num">\\N{EN DASH}</td>'
            if isinstance(value, (int, float)):
                text = f"{value:.2f}" if language == "en" else f"{value:.2f}".replace(".", ",")
                return f'<td class="cx-num" data-value="{float(value)!r}">{text}</td>'
            return f'<td class="cx-text">{html.escape(value[:200])}</td>'
        side = {k: "cx-num" if isinstance(v, (int, float)) else "cx-text" for k, v in rows[0].items()}
        heads = "".join(f'<th scope="col" class="{side[k]}">{html.escape(k)}</th>' for k in rows[0])
        body = "".join("<tr>" + "".join(map(cell, row.values())) + "</tr>" for row in rows)
        notes = "".join(
            f'<p class="cx-caveat cx-{c["severity"]}"><strong>{c["severity"]}</strong> {html.escape(c["text"])}</p>'
            for c in caveats
        )
        picture = base64.b64encode(svg.encode()).decode()
        figure = f'<figure><img alt="{html.escape(sentence)}" src="data:image/svg+xml;base64,{picture}"></figure>'
        display({
            "text/plain": sentence,
            "text/html":
                f'<div class="cx-result" lang="{language}"><style>.cx-result{{color:red}}</style>'
                f'<p class="cx-answer">{html.escape(sentence)}</p>{notes}{figure if svg else ""}'
                f'<div class="cx-scroll" role="region" tabindex="0" aria-label="{html.escape(heading)}">'
                f'<table data-frame="{frame}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
                f'<details class="cx-method"><summary>{"Wie sicher" if language == "de" else "How sure"}</summary>'
                '<p>Welch, n = 2,650, Holm.</p></details></div>',
            "application/vnd.cxresearch.result+json": {
                "schema": 1, "kind": kind, "lang": language, "heading": heading, "sentence": sentence,
                "caveats": list(caveats), "frames": {frame: rows},
            },
        }, raw=True)
    def words(de, en):
        return de if language == "de" else en
"""

DUMBBELL = """
    rows = [
        {"construct": "Kommunikation", "n": 1204, "inside": 3.91, "outside": 3.2, "difference": 0.71, "low": 0.62, "high": 0.8},
        {"construct": "Sicherheit", "n": 1198, "inside": 4.05, "outside": 3.71, "difference": 0.34, "low": 0.25, "high": 0.43},
        {"construct": "Anspruch", "n": 1201, "inside": 3.6, "outside": 3.66, "difference": -0.06, "low": -0.15, "high": 0.03},
        {"construct": "Einbindung", "n": 12, "inside": None, "outside": 3.4, "difference": None, "low": None, "high": None},
    ]
    marks = "".join(
        f'<text x="4" y="{34 + 40 * i}" font-size="13">{r["construct"]}</text>'
        f'<line x1="{120 * (r["inside"] or r["outside"]) - 240}" x2="{120 * r["outside"] - 240}" y1="{30 + 40 * i}" y2="{30 + 40 * i}" stroke="#999" stroke-width="3"/>'
        f'<circle cx="{120 * r["outside"] - 240}" cy="{30 + 40 * i}" r="6" fill="#0072b2"/>'
        + (f'<rect x="{120 * r["inside"] - 246}" y="{24 + 40 * i}" width="12" height="12" fill="#d55e00"/>' if r["inside"] else "")
        for i, r in enumerate(rows)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 200" font-family="sans-serif">{marks}</svg>'
    show("gaps", words("Wo sehen wir uns besser?", "Where do we see ourselves better?"),
         words("Lehrkräfte bewerten die Kommunikation um 0,71 Punkte besser als Eltern (95-%-KI 0,62 bis 0,80).",
               "Teachers rate communication 0.71 points higher than parents do (95% CI 0.62 to 0.80)."),
         rows,
         [{"code": "paired", "severity": "note", "text": words("Verglichen werden Schulen, nicht Personen.", "Schools are compared, not persons.")},
          {"code": "few", "severity": "warning", "text": words("Bei Einbindung haben weniger als 30 Schulen geantwortet.", "Fewer than 30 schools answered on engagement.")}],
         svg)
"""

HOSTILE = """
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    show("verbatims", words("Was sagen die Eltern?", "What do parents say?"), words("Zwei Nennungen: ", "Two answers: ") + bad,
         [{"answer": bad, "n": 2}, {"answer": "=cmd()|' /C calc'!A0", "n": -1}, {"answer": "\\N{GRINNING FACE}" * 25_000, "n": 3}])
    display({"text/html": bad + "<p onclick='alert(3)'>survived</p><a href='javascript:alert(4)'>link</a></div></main>"}, raw=True)
    print(bad)
"""

PNG_BYTES = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

KINDS = f"""
    import sys
    from IPython.display import HTML, Markdown, Javascript
    print("plain \\x1b[31mred\\x1b[0m words")
    print("a warning", file=sys.stderr)
    display(Markdown(words("### Aus Markdown", "### From Markdown")))
    display(Javascript("window.hacked = true"))
    display({{"image/png": "{PNG_BYTES}"}}, metadata={{"image/png": {{"alt": "one pixel", "width": 20}}}}, raw=True)
    display({{"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><title>a square</title><script>alert(5)</script><rect width="30" height="30"/></svg>'}}, raw=True)
    display({{"image/png": "{PNG_BYTES}"}}, raw=True)
    heads = "".join(f"<th>column_{{i}}</th>" for i in range(25))
    display(HTML(f"<table><thead><tr>{{heads}}</tr></thead><tbody>" + ("<tr>" + "<td>1234567890</td>" * 25 + "</tr>") * 3 + "</tbody></table>"))
    object()
"""


def code(source: str, *tags: str) -> dict[str, Any]:
    """Return a code cell."""
    source = textwrap.dedent(source).strip()
    return {
        "cell_type": "code",
        "id": f"c{zlib.crc32(source.encode())}",
        "metadata": {"tags": list(tags)} if tags else {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def prose(source: str, *tags: str) -> dict[str, Any]:
    """Return a Markdown cell."""
    source = textwrap.dedent(source).strip()
    return {
        "cell_type": "markdown",
        "id": f"m{zlib.crc32(source.encode())}",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
    }


def write_notebook(path: Path, *cells: dict[str, Any], parameters: str = PARAMETERS) -> Path:
    """Write a notebook with a parameters cell first; none if `parameters` is empty."""
    first = [code(parameters, "parameters")] if parameters else []
    notebook = {
        "cells": [*first, *cells],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return path


def write_study(folder: Path, text: str) -> Path:
    """Write a study file with a data file beside it."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "answers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    file = folder / "study.yaml"
    file.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return file


GALLERY = """
    study: gallery
    title: {de: "Schulen im Spiegel: Eltern, Lehrkräfte und Jugendliche", en: "Schools in the mirror: parents, teachers and students"}
    languages: [de, en]
    data: data/answers.csv
    seed: 20111
    privacy: {minimum_cell: 7}
    population: {de: "Alle öffentlichen Schulen in New York City (1.700)", en: "All public schools of New York City (1,700)"}
    fieldwork: {start: 2011-02-01, end: 2011-03-01, note: {de: Drei Befragungen zugleich, en: Three surveys at a time}}
    disclosure:
      sponsor: {de: Bildungsbehörde der Stadt New York, en: New York City Department of Education}
      mode: {de: Papier und Internet, en: Paper and web}
    parameters: {margin: 0.25}
    sections:
      - id: gaps
        notebook: notebooks/gaps.ipynb
        title: {de: "Sehen wir uns besser, als die Eltern uns erleben?", en: "Do we see ourselves better than parents see us?"}
        parameters: {inside: teacher, outside: parent}
      - id: kinds
        notebook: notebooks/kinds.ipynb
        title: {de: Welche Ausgaben gibt es?, en: Which outputs are there?}
      - id: few
        notebook: notebooks/few.ipynb
        title: {de: Was sagen die Kleinsten?, en: What do the youngest say?}
      - id: bad
        notebook: notebooks/bad.ipynb
        title: {de: Was geht schief?, en: What goes wrong?}
"""


def write_gallery(folder: Path) -> Path:
    """Write a study with every kind of section: answered, not reportable, failing, hostile."""
    file = write_study(folder, GALLERY)
    notebooks = folder / "notebooks"
    write_notebook(
        notebooks / "gaps.ipynb",
        prose("# Gaps between perspectives\n\nThe question in one paragraph, <b>not bold</b>.", "en"),
        prose("# Abstände zwischen Perspektiven\n\nDie Frage in einem Absatz.", "de"),
        code(HELPER),
        code("total = 40 + 2"),
        prose("## Der Vergleich", "de"),
        prose("## The comparison", "en"),
        code(DUMBBELL, "headline"),
        code(HOSTILE),
    )
    write_notebook(
        notebooks / "kinds.ipynb",
        code(HELPER),
        prose("#### Deep\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 2 | b |\n| 10 | a |"),
        code(KINDS),
    )
    few = """
        print("before")
        class NotEnoughData(Exception): pass
        raise NotEnoughData(f"error few.answers: Only 3 answers; at least {minimum_cell} are needed.")
    """
    write_notebook(notebooks / "few.ipynb", code(few))
    write_notebook(
        notebooks / "bad.ipynb",
        code("x = 0"),
        code("import os\nopen(os.path.abspath('gone.csv'))"),
        code("print('never')"),
    )
    return file

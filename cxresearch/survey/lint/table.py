"""The rules as a table, so that documentation and rules agree."""

from __future__ import annotations

from cxresearch.survey.lint.rule import GROUPS, Rule, Words, rules

_HEADS = {
    "W": Words(de="Formulierung", en="Wording"),
    "S": Words(de="Skalen und Antworten", en="Scales and answers"),
    "F": Words(de="Ablauf", en="Flow"),
    "L": Words(de="Logik", en="Logic"),
    "T": Words(de="Übersetzung", en="Translation"),
    "M": Words(de="Perspektiven", en="Perspectives"),
    "X": Words(de="Plattformen", en="Platforms"),
    "B": Words(de="Aufwand", en="Burden"),
    "P": Words(de="Datenschutz", en="Privacy"),
}
_SEVERITY = {
    "error": Words(de="Fehler", en="error"),
    "warning": Words(de="Warnung", en="warning"),
    "note": Words(de="Hinweis", en="note"),
}
_COLUMNS = {
    "de": "| Regel | | Was | Warum | schlecht | besser | Quelle |",
    "en": "| rule | | what | why | bad | better | source |",
}


def table(language: str = "en") -> str:
    """Return all rules as Markdown, group by group.

    Parameters
    ----------
    language : {"en", "de"}

    Examples
    --------
    >>> table("de").splitlines()[0]
    '### Formulierung'
    >>> "| W05 | warning | Absolute statement |" in table("en")
    True
    """
    lines: list[str] = []
    known = rules()
    for group in GROUPS:
        lines += [f"### {_HEADS[group].get(language)}", "", _COLUMNS[language], "|---|---|---|---|---|---|---|"]
        lines += [_row(code, rule, language) for code, rule in sorted(known.items()) if code[0] == group]
        lines.append("")
    return "\n".join(lines)


def _row(code: str, rule: Rule, language: str) -> str:
    cells = [code, _SEVERITY[rule.severity].get(language), rule.title.get(language), rule.reason.get(language)]
    cells += [_example(rule.bad, language), _example(rule.good, language), rule.source]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _example(example: Words | str, language: str) -> str:
    if isinstance(example, Words):
        return example.get(language)
    return "<br>".join(f"`{line}`" for line in example.strip().splitlines())

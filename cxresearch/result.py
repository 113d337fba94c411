"""What every question returns: a table, a picture and a sentence from the same numbers."""

from __future__ import annotations

import html
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from cxresearch.survey.text import Text
from cxresearch.words import catalog

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONG = 40  # longer tables are folded away
MIME = "application/vnd.cxresearch.result+json"


@dataclass(frozen=True)
class Names:
    """Wording for ids, so that no id ever stands in a sentence.

    Parameters
    ----------
    texts : dict
        Id to wording; the codes of a column stand under ``"column=code"``.

    Examples
    --------
    >>> names = Names({"com": Text({"de": "Kommunikation", "en": "communication"})})
    >>> names.of("com", "de"), names.of("unknown", "de")
    ('Kommunikation', 'unknown')
    """

    texts: Mapping[str, Text] = field(default_factory=dict)

    def of(self, name: Any, lang: str) -> str:
        """Return the wording of an id, or the id where there is none."""
        text = self.texts.get(str(name))
        return text.get(lang) if text else str(name)

    def code(self, column: str, code: Any, lang: str) -> str:
        """Return the wording of a code in a column."""
        text = self.texts.get(f"{column}={plain(code)}")
        return text.get(lang) if text else plain(code)

    def adding(self, texts: Mapping[str, Text]) -> Names:
        """Return names with more wording."""
        return Names({**self.texts, **texts})


class Ids(tuple[str, ...]):
    """Ids in the values of a caveat, written as names in the language of the reader.

    Examples
    --------
    >>> names = Names({"com": Text({"de": "Kommunikation"})})
    >>> Caveat(code="items_without_answers", values={"items": Ids(["com", "x"])}).text("de", names)
    'Ohne jede Antwort: „Kommunikation“ und „x“.'
    """

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class Caveat:
    """Something a reader has to know before trusting a number.

    The wording stands under ``caveat.<code>`` in the language files.
    """

    code: str
    severity: Literal["note", "warning"] = "note"
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str, names: Names | None = None) -> str:
        """Return the caveat in words."""
        known = names or Names()
        values = {
            key: catalog.join(
                [catalog.say("common.quoted", lang, name=known.of(i, lang).rstrip(".")) for i in value], lang
            )
            if isinstance(value, Ids)
            else value
            for key, value in self.values.items()
        }
        return catalog.say(f"caveat.{self.code}", lang, **values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Result(ABC):
    """The answer to one question.

    Parameters
    ----------
    table : DataFrame
        The answer; unrounded, stable snake_case columns in every language.
    caveats : tuple of Caveat
    names : Names
        Wording for the ids in the table.
    lang : str
        Language of the display when none is asked for.
    """

    kind: ClassVar[str]
    # column -> format, in the order shown; formats as in cxresearch.words.catalog,
    # "name" (wording of an id), "text" (as it is) and "word:<key>" (a word of the language file)
    columns: ClassVar[Mapping[str, str]]

    table: pd.DataFrame
    caveats: tuple[Caveat, ...] = ()
    names: Names = Names()
    lang: str = "en"

    @abstractmethod
    def sentence(self, lang: str | None = None) -> str:
        """Say the answer in one or two sentences computed from the table."""

    @abstractmethod
    def heading(self, lang: str | None = None) -> str:
        """Name the question, for the title of a picture or section."""

    @abstractmethod
    def method(self, lang: str | None = None) -> str:
        """Say how the numbers were computed: variant, n used and dropped, adjustment."""

    @abstractmethod
    def _draw(self, ax: Axes, lang: str) -> Axes: ...

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return all tables of the result; the first is `table`."""
        return {"table": self.table}

    def plot(self, ax: Axes | None = None, lang: str | None = None) -> Axes:
        """Draw the answer.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; by default a new pyplot figure, which a notebook shows.
        lang : str, optional
        """
        lang = lang or self.lang
        if ax is None:
            import matplotlib.pyplot as plt

            # drawn once aside, because the height of a chart follows from its labels
            size = self._figure(lang).get_size_inches()
            ax = plt.figure(figsize=tuple(size)).add_axes((0, 0, 1, 1))
        return self._draw(ax, lang)

    def _figure(self, lang: str) -> Figure:
        from cxresearch.charts import theme

        figure, ax = theme.new_figure()
        self._draw(ax, lang)
        return figure

    def alt(self, lang: str | None = None) -> str:
        """Describe the picture for those who do not see it: its finding."""
        lang = lang or self.lang
        return f"{self.heading(lang)} {self.sentence(lang)}"

    def svg(self, lang: str | None = None) -> str:
        """Return the picture as SVG text with title and description."""
        from cxresearch.charts import theme

        lang = lang or self.lang
        return theme.svg(self._figure(lang), alt=self.alt(lang), title=self.heading(lang))

    def show(self, lang: str) -> Shown:
        """Return the result as it displays itself in `lang`."""
        catalog.catalog(lang)
        return Shown(result=self, lang=lang)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self.show(self.lang)._repr_mimebundle_(include, exclude)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.sentence()}>"

    def heads(self, frame: str, lang: str) -> dict[str, str]:
        """Return the headings of the shown columns of one of :meth:`frames`."""
        return {column: self._head(column, lang) for column in self.shown_columns(frame)}

    def shown_columns(self, frame: str) -> dict[str, str]:
        """Return the columns to show of one of :meth:`frames`, with their formats."""
        have = self.frames()[frame].columns
        return {column: how for column, how in self.columns.items() if column in have}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        """Write one value of a row of a table in a language."""
        how, value = self._format(column), row[column]
        if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
            return "\N{EN DASH}"
        if how == "name":
            return self.names.of(value, lang)
        if how == "text":
            return plain(value)
        if how == "code":
            if value in ("empty", "not_asked"):
                return catalog.say(f"common.{value}", lang)
            return self.names.code(str(row["item"]), value, lang)
        if how.startswith("word:"):
            return catalog.say(f"{how.removeprefix('word:')}.{value}", lang)
        return catalog.write(value, how, lang)

    def _format(self, column: str) -> str:
        return self.columns[column]

    def _head(self, column: str, lang: str) -> str:
        own = f"{self.kind}.column.{column}"
        return catalog.say(own if catalog.knows(own, lang) else f"column.{column}", lang)


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """A result in one language, as a notebook displays it."""

    result: Result
    lang: str

    def html(self) -> str:
        """Return sentence, caveats, picture, tables and method as an HTML fragment."""
        result, lang = self.result, self.lang
        parts = [f'<div class="cx-result" lang="{html.escape(lang)}">', _STYLE]
        parts.append(f'<p class="cx-answer">{html.escape(result.sentence(lang))}</p>')
        parts += [
            f'<p class="cx-caveat cx-{c.severity}" data-code="{html.escape(c.code)}">'
            f"<strong>{html.escape(catalog.say('common.' + c.severity, lang))}</strong> "
            f"{html.escape(c.text(lang, result.names))}</p>"
            for c in result.caveats
        ]
        parts.append(self._picture())
        first, *more = result.frames()
        parts.append(self._folded(first) if len(result.table) > LONG else self._table(first))
        for name in (n for n in more if result.shown_columns(n)):
            head = html.escape(catalog.say(f"frame.{name}", lang))
            parts.append(f'<details class="cx-more"><summary>{head}</summary>{self._table(name)}</details>')
        head = html.escape(catalog.say("common.how_sure", lang))
        parts.append(f'<details class="cx-method"><summary>{head}</summary>')
        parts.append(f"<p>{html.escape(result.method(lang))}</p></details></div>")
        return "\n".join(parts)

    def _folded(self, name: str) -> str:
        rows = catalog.say("common.rows", self.lang, n=len(self.result.frames()[name]))
        return f'<details class="cx-more"><summary>{html.escape(rows)}</summary>{self._table(name)}</details>'

    def _picture(self) -> str:
        import base64

        svg = self.result.svg(self.lang)
        data = base64.b64encode(svg.encode()).decode()
        alt = html.escape(self.result.alt(self.lang), quote=True)
        return f'<figure><img alt="{alt}" src="data:image/svg+xml;base64,{data}"></figure>'

    def _table(self, name: str) -> str:
        result, lang = self.result, self.lang
        frame = result.frames()[name]
        heads = result.heads(name, lang)
        label = html.escape(f"{result.heading(lang)} ({catalog.say('common.table', lang)})", quote=True)
        out = [
            f'<div class="cx-scroll" role="region" tabindex="0" aria-label="{label}">',
            f'<table data-frame="{name}"><thead><tr>',
        ]
        formats = result.shown_columns(name)
        for column, head in heads.items():
            out.append(f'<th scope="col" class="{_side(formats[column])}">{html.escape(head)}</th>')
        out.append("</tr></thead><tbody>")
        for record in frame[list(heads)].to_dict("records"):
            out.append("<tr>")
            row = {str(column): value for column, value in record.items()}
            for column, value in row.items():
                text = html.escape(shorten(result.cell(column, row, lang)))
                side = _side(formats[column])
                key = f' data-value="{float(value)!r}"' if side == "cx-num" and text != "\N{EN DASH}" else ""
                out.append(f'<td class="{side}"{key}>{text}</td>')
            out.append("</tr>")
        out.append("</tbody></table></div>")
        return "".join(out)

    def markdown(self) -> str:
        """Return sentence and caveats as Markdown."""
        result, lang = self.result, self.lang
        lines = [_escape_markdown(result.sentence(lang))]
        lines += [f"> {_escape_markdown(c.text(lang, result.names))}" for c in result.caveats]
        return "\n\n".join(lines)

    def text(self) -> str:
        """Return sentence, caveats and table as plain text."""
        result, lang = self.result, self.lang
        lines = [result.sentence(lang), *(f"! {c.text(lang, result.names)}" for c in result.caveats)]
        heads = result.heads("table", lang)
        records = result.table.to_dict("records")
        rows = [[shorten(result.cell(c, r, lang)) for c in heads] for r in records]  # type: ignore[arg-type]
        shown = pd.DataFrame(rows, columns=list(heads.values()))
        return "\n".join([*lines, "", shown.to_string(index=False)])

    def data(self) -> dict[str, Any]:
        """Return the machine-readable twin of the display."""
        result = self.result
        return {
            "schema": 1,
            "kind": result.kind,
            "lang": self.lang,
            "heading": result.heading(self.lang),
            "sentence": result.sentence(self.lang),
            "caveats": [
                {"code": c.code, "severity": c.severity, "text": c.text(self.lang, result.names)}
                for c in result.caveats
            ],
            # stored notebooks sort the keys of records, so the order of columns is told apart
            "columns": {name: [str(c) for c in frame.columns] for name, frame in result.frames().items()},
            "frames": {name: _records(frame) for name, frame in result.frames().items()},
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": self.text(),
            "text/markdown": self.markdown(),
            "text/html": self.html(),
            MIME: self.data(),
        }

    def __repr__(self) -> str:
        return self.text()


def plain(value: Any) -> str:
    """Write an id or code: 3.0 becomes "3".

    Examples
    --------
    >>> plain(3.0), plain("a"), plain(2.5)
    ('3', 'a', '2.5')
    """
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def shorten(text: str, most: int = 200) -> str:
    """Cut a very long answer for display; the table keeps it whole."""
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _side(how: str) -> str:
    return "cx-text" if how.split(":")[0] in ("name", "text", "code", "word") else "cx-num"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _json(v) for k, v in record.items()} for record in frame.to_dict("records")]


def _json(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)


def _escape_markdown(text: str) -> str:
    text = html.escape(text, quote=False)
    for mark in ("\\", "`", "*", "_", "[", "]", "|", "#"):
        text = text.replace(mark, "\\" + mark)
    return text


_STYLE = (
    "<style>.cx-result{max-width:48rem;font:15px/1.5 system-ui,sans-serif}"
    ".cx-result .cx-answer{font-size:1.1em;margin:.2em 0 .6em}"
    ".cx-result .cx-caveat{border-left:4px solid #0072b2;padding:.3em .7em;margin:.4em 0;background:#0072b211}"
    ".cx-result .cx-warning{border-color:#d55e00;background:#d55e0011}"
    ".cx-result figure{margin:.8em 0}.cx-result img{max-width:100%;height:auto;background:#fff}"
    ".cx-result .cx-scroll{overflow-x:auto;margin:.6em 0}"
    ".cx-result table{border-collapse:collapse;font-size:.9em}"
    ".cx-result th,.cx-result td{padding:.25em .6em;border-bottom:1px solid #8884;white-space:nowrap}"
    ".cx-result thead th{border-bottom:2px solid #888;vertical-align:bottom;white-space:normal}"
    ".cx-result .cx-text{text-align:left}"
    ".cx-result .cx-num{text-align:right;font-variant-numeric:tabular-nums}"
    ".cx-result summary{cursor:pointer}</style>"
)

"""How the columns and codes of a platform become those of the survey again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from cxresearch.errors import CxError, Fault, Place
from cxresearch.survey.scale import Code

Kind = Literal["value", "tick", "ticks", "order", "position"]
FORMAT = "cxresearch.codes/1"
UNTICKED = {"", "0", "0.0", "n", "no", "nein", "false", "falsch", "n/a"}  # how an option that was not ticked is written


@dataclass(frozen=True, kw_only=True)
class CodedColumn:
    """A column of a platform's answers.

    Parameters
    ----------
    column : str
        As the platform names it in its answers.
    kind : {"value", "tick", "ticks", "order", "position"}
        value: one answer.  tick: one option of a multiple choice.  ticks: all ticked options in one cell.
        order: options in order in one cell.  position: the option that stands at this place of a ranking.
    variables : dict
        For value and tick ``{"": id}``; else the platform's code of an option to the id of its item.
    codes : dict
        The platform's code to the survey's; what is not listed comes home as it is.
        For tick the codes that mean ticked, to 1.
    block : str, optional
        The block whose options belong together.
    position : int, optional
        For position, from 1.
    """

    column: str
    kind: Kind = "value"
    variables: Mapping[str, str]
    codes: Mapping[str, Code] = field(default_factory=dict)
    block: str | None = None
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The columns of one exported questionnaire; travels beside it as ``NAME.codes.json``.

    Parameters
    ----------
    platform, survey, version, perspective : str
    languages : dict
        The platform's name of a language to ours.
    columns : tuple of CodedColumn
    """

    platform: str
    survey: str
    version: str
    perspective: str
    languages: Mapping[str, str]
    columns: tuple[CodedColumn, ...]

    def json(self) -> str:
        """Return the mapping as a file holds it."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, text: str, name: str = "<text>") -> Codes:
        """Read the mapping back.

        Raises
        ------
        CxError
            ``codes.unreadable``
        """
        try:
            data = json.loads(text)
            if data.pop("format") != FORMAT:
                raise ValueError
            return cls(**{**data, "columns": tuple(CodedColumn(**column) for column in data["columns"])})
        except (ValueError, TypeError, KeyError, AttributeError):
            what, do = "This is not a mapping of codes that came with an export.", "Export the survey again."
            raise CxError(Fault(code="codes.unreadable", what=what, place=Place(file=name), do=do)) from None

    def home(self, answers: Sequence[Mapping[str, Any]]) -> list[dict[str, Code | None]]:
        """Return each respondent's answers by the ids of the survey.

        Parameters
        ----------
        answers : sequence of mapping
            The platform's column to its cell, as text, number or list; None or ``""`` where there is none.

        Returns
        -------
        list of dict
            Every variable of the questionnaire, None where it was not answered.  Where one option of a multiple
            choice was ticked, the others are 0; where none was, all are None.

        Examples
        --------
        >>> ticks = CodedColumn(column="used", kind="ticks", variables={"a": "used_app", "s": "used_shop"}, block="used")
        >>> codes = Codes(platform="x", survey="s", version="1", perspective="p", languages={}, columns=(ticks,))
        >>> codes.home([{"used": "a"}, {"used": ""}])
        [{'used_app': 1, 'used_shop': 0}, {'used_app': None, 'used_shop': None}]
        """
        return [self._home(row) for row in answers]

    def unmatched(self, columns: Iterable[str]) -> list[str]:
        """Return columns of the platform that stand for nothing here."""
        known = {column.column for column in self.columns}
        return [column for column in columns if column not in known]

    def _home(self, row: Mapping[str, Any]) -> dict[str, Code | None]:
        out: dict[str, Code | None] = {id: None for column in self.columns for id in column.variables.values()}
        blocks: dict[str, list[str]] = {}
        for column in self.columns:
            if column.kind in ("tick", "ticks"):
                blocks.setdefault(column.block or column.column, []).extend(column.variables.values())
            cell = row.get(column.column)
            if cell is None or (isinstance(cell, str | list | tuple) and not cell):
                continue
            if column.kind == "value":
                # an empty box beside a number takes nothing away from it
                if (code := _code(cell, column.codes)) != "":
                    out[column.variables[""]] = code
            elif column.kind == "tick":
                # what is neither is left for the reader of cells to accept or to refuse
                if written(cell) in column.codes:
                    out[column.variables[""]] = 1
                elif written(cell).casefold() not in UNTICKED:
                    out[column.variables[""]] = cell
            elif column.kind == "position":
                if id := column.variables.get(written(cell)):
                    out[id] = column.position
            else:
                for rank, one in enumerate(listed(cell), start=1):
                    if id := column.variables.get(written(one)):
                        out[id] = rank if column.kind == "order" else 1
        for ids in blocks.values():
            if any(out[id] is not None for id in ids):
                out |= {id: 0 for id in ids if out[id] is None}
        return out


def _code(cell: Any, codes: Mapping[str, Code]) -> Code:
    return codes.get(written(cell), cell)


def written(cell: Any) -> str:
    """Write a code as a platform does: whole numbers without a point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def listed(cell: Any) -> list[Any]:
    """Return the options of a cell that holds several."""
    return list(cell) if isinstance(cell, list | tuple) else str(cell).split()

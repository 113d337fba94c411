"""What a study is: an instrument, its answers and the questions put to them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from cxresearch.errors import CxError
from cxresearch.shipped import PREFIX, resolve, root
from cxresearch.survey.extend import ancestors
from cxresearch.survey.text import Text

STRICT = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)
ID = r"^[a-z0-9][a-z0-9_-]*$"
FILE_PARAMETERS = ("survey", "data")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Privacy:
    """Rules that protect those who answered.

    Parameters
    ----------
    minimum_cell : int
        Smallest group about which anything is reported.
    """

    minimum_cell: int = Field(default=5, ge=1, strict=True)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Fieldwork:
    """When the answers were collected."""

    start: dt.date | None = None
    end: dt.date | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Fieldwork:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"the fieldwork ends ({self.end}) before it starts ({self.start})")
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Disclosure:
    """What a reader has to know about where the answers come from; None means "not stated"."""

    sponsor: Text | None = None
    mode: Text | None = None
    sampling: Text | None = None
    weighting: Text | None = None
    instrument: Text | None = None
    limitations: Text | None = None

    def statements(self) -> dict[str, Text | None]:
        """Return every point of the checklist, stated or not."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Section:
    """One question of a study and the notebook that answers it.

    Parameters
    ----------
    id : str
        Name in links and files.
    notebook : str
        Relative to the study file, or ``shipped:notebooks/NAME.ipynb``.
    title : Text
        The question, as heading.
    parameters : dict
        Values for the ``parameters`` cell of the notebook.
    """

    id: str = Field(pattern=ID, max_length=80)
    notebook: str
    title: Text
    parameters: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Pool:
    """Small units taken together as one.

    Parameters
    ----------
    below : int
        A unit with fewer respondents than this goes into the pool.
    title : Text, optional
        What the pool is called.
    """

    below: int = Field(ge=2, strict=True)
    title: Text | None = None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Row:
    """One report of a batch, where they are listed one by one.

    Parameters
    ----------
    values : dict
        Column to the value that its rows have.
    title : Text, optional
    parameters : dict
        For this report only.
    """

    values: dict[str, str | int | float] = Field(min_length=1)
    title: Text | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Batch:
    """One report per branch, department or wave, see docs/batch.md.

    Parameters
    ----------
    by : str or tuple of str, optional
        Columns whose values make the units.
    matrix : tuple of Row
        The reports one by one, in place of every combination of values.
    shared : tuple of str
        Perspectives or files that every report gets whole.
    count : str, optional
        Column whose different values are counted as respondents; by default every row is one.
    minimum : int, optional
        Smallest unit about which anything is reported; at least ``privacy.minimum_cell``.
    total : bool
        Also report on all units together.
    pool : Pool, optional
    sections : tuple of str
        Some of those of the study; by default all.
    parameters : dict
        Given to every section whose notebook declares them, before the section's own values.
    """

    by: str | tuple[str, ...] | None = None
    matrix: tuple[Row, ...] = ()
    shared: tuple[str, ...] = ()
    count: str | None = None
    minimum: int | None = Field(default=None, ge=1, strict=True)
    total: bool = False
    pool: Pool | None = None
    sections: tuple[str, ...] = ()
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _same_columns(self) -> Batch:
        columns = {tuple(row.values) for row in self.matrix}
        if len(columns) > 1:
            raise ValueError("every row of the matrix has values for the same columns in the same order")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that make the units.

        Examples
        --------
        >>> Batch(by="branch").columns, Batch(matrix=(Row(values={"branch": "B1", "wave": 2}),)).columns
        (('branch',), ('branch', 'wave'))
        """
        if self.by is None:
            return tuple(self.matrix[0].values) if self.matrix else ()
        return (self.by,) if isinstance(self.by, str) else self.by


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Study:
    """A study file: data, languages, rules and sections.

    Read it with :func:`cxresearch.study.load.load_study`, which checks that what it names is there.

    Parameters
    ----------
    id : str
        Stands under ``study:`` in the file.
    title : Text
    languages : tuple of str
        The first is the main one.
    survey : str, optional
    data : str or dict, optional
        One file, or one per perspective; relative to the study file.
    seed : int
    privacy, population, fieldwork, disclosure
    parameters : dict
        Given to every section whose notebook declares them.
    sections : tuple of Section
    batch : Batch
    """

    id: str = Field(validation_alias="study", pattern=ID, max_length=80)
    title: Text
    languages: tuple[str, ...] = Field(min_length=1)
    survey: str | None = None
    data: str | dict[str, str] | None = None
    seed: int = Field(default=0, ge=0, lt=2**32, strict=True)
    privacy: Privacy = Privacy()
    population: Text | None = None
    fieldwork: Fieldwork = Fieldwork()
    disclosure: Disclosure = Disclosure()
    parameters: dict[str, Any] = Field(default_factory=dict)
    sections: tuple[Section, ...] = Field(min_length=1)
    batch: Batch = Batch()
    file: Path = dataclasses.field(init=False, default=Path("study.yaml"))

    @property
    def folder(self) -> Path:
        """Folder of the study file; every relative path starts here."""
        return self.file.resolve().parent

    def path(self, reference: str) -> Path:
        """Return the file behind a reference of the study file.

        Raises
        ------
        CxError
            ``shipped.unknown``
        """
        return resolve(reference) if reference.startswith(PREFIX) else self.folder / reference

    def standard_parameters(self, language: str) -> dict[str, Any]:
        """Return what the study offers to every notebook that declares it.

        Examples
        --------
        >>> section = Section(id="one", notebook="one.ipynb", title=Text("One"))
        >>> study = Study(id="demo", title=Text("Demo"), languages=("en",), sections=(section,), seed=7)
        >>> study.standard_parameters("en")
        {'language': 'en', 'seed': 7, 'minimum_cell': 5}
        """
        files = {name: getattr(self, name) for name in FILE_PARAMETERS}
        return {
            **{name: value for name, value in files.items() if value is not None},
            "language": language,
            "seed": self.seed,
            "minimum_cell": self.privacy.minimum_cell,
        }

    def inputs(self) -> dict[str, str]:
        """Return every file the study refers to, with its role.

        Returns
        -------
        dict
            Reference to ``"survey"``, ``"data"`` or ``"notebook"``.
        """
        found: dict[str, str] = {}
        for given in ({name: getattr(self, name) for name in FILE_PARAMETERS}, *self._section_files()):
            for role, value in given.items():
                for reference in file_references(value):
                    found.setdefault(reference, role)
                    for other in self._built_on(reference) if role == "survey" else ():
                        found.setdefault(other, role)
        for section in self.sections:
            found.setdefault(section.notebook, "notebook")
        return found

    def _built_on(self, reference: str) -> list[str]:
        """Return the surveys that a survey extends, as references."""
        try:
            files = ancestors(self.path(reference))
        except CxError:
            return []
        home = root().resolve()
        return [
            f"{PREFIX}{file.relative_to(home).as_posix()}"
            if reference.startswith(PREFIX) and file.is_relative_to(home)
            else Path(os.path.relpath(file, self.folder)).as_posix()
            for file in files
        ]

    def _section_files(self) -> list[dict[str, Any]]:
        return [{name: s.parameters[name] for name in FILE_PARAMETERS if name in s.parameters} for s in self.sections]


def file_references(value: Any) -> list[str]:
    """Return the files a ``survey`` or ``data`` value names.

    Examples
    --------
    >>> file_references("a.csv"), file_references({"customer": "c.csv"}), file_references(None)
    (['a.csv'], ['c.csv'], [])
    """
    if isinstance(value, str):
        return [value]
    return [v for v in value.values() if isinstance(v, str)] if isinstance(value, dict) else []

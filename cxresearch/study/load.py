"""From a study file to a Study, with every fault and its line, before anything runs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cxresearch.errors import CxError, Fault, Place, StudyError
from cxresearch.located import Located, parse_yaml, read_as_meant, read_yaml, validation_faults
from cxresearch.shipped import resolve
from cxresearch.study.batch.faults import batch_faults
from cxresearch.study.faults import file_faults, language_faults, section_faults
from cxresearch.study.study import Batch, Disclosure, Fieldwork, Pool, Privacy, Row, Section, Study

NAME = "study.yaml"
PARTS = (Study, Section, Privacy, Fieldwork, Disclosure, Batch, Pool, Row)
OUTERMOST = ["study", *sorted({f.name for f in dataclasses.fields(Study)} - {"id", "file"})]
KEYS = sorted({f.name for part in PARTS for f in dataclasses.fields(part)} - {"file"} | {"study"})


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A study file after all checks.

    Parameters
    ----------
    study : Study or None
        None when there are errors.
    faults : tuple of Fault
        Errors and warnings; those of the study file first, each file by line.
    """

    study: Study | None
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that make a run impossible."""
        return tuple(fault for fault in self.faults if fault.severity == "error")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that do not."""
        return tuple(fault for fault in self.faults if fault.severity != "error")


def load_study(path: str | Path) -> Study:
    """Read a study file and check everything it refers to.

    Parameters
    ----------
    path : str or Path
        The YAML file or its folder, or ``"shipped:reports/NAME/study.yaml"``.

    Raises
    ------
    StudyError
        All faults at once, each with file and line.
    """
    checked = check_study(path)
    if checked.errors or checked.study is None:
        raise StudyError(*checked.errors)
    return checked.study


def check_study(path: str | Path) -> Checked:
    """Read a study file and collect all faults and warnings; a faulty file raises nothing."""
    try:
        file = study_file(path)
        located = read_yaml(file)
    except CxError as error:
        return Checked(study=None, faults=error.faults)
    return study_from(located, file)


def study_file(path: str | Path) -> Path:
    """Return the study file for a file, a folder or a ``shipped:`` name."""
    file = resolve(path)
    return file / NAME if file.is_dir() else file


def parse_study(text: str, file: str | Path) -> Checked:
    """Check YAML text that is meant to lie at `file`."""
    try:
        return study_from(parse_yaml(text, str(file)), Path(file))
    except CxError as error:
        return Checked(study=None, faults=error.faults)


def study_from(located: Located, file: Path) -> Checked:
    """Build a study from located YAML."""
    data = located.data
    if not isinstance(data, dict):
        fault = Fault(
            code="study.not-a-mapping",
            what="A study file is a mapping with keys such as study, title, sections.",
            place=located.place(),
            given=data,
        )
        return Checked(study=None, faults=(fault,))
    if "study" not in data and {"perspectives", "items"} <= set(data):
        what, do = "This is a survey, not a study.", "A study begins with: cxresearch new NAME --template FILE."
        fault = Fault(code="study.is-a-survey", what=what, place=located.place(), do=do)
        return Checked(study=None, faults=(fault,))
    located, faults = read_as_meant(located, OUTERMOST, "study")
    data = located.data
    study: Study | None = None
    try:
        study = TypeAdapter(Study).validate_python(data)
        object.__setattr__(study, "file", file)
    except ValidationError as error:
        faults += validation_faults(error, located, "study", KEYS)
    faults += language_faults(data, located)
    faults += file_faults(data, located, file.parent)
    faults += section_faults(data, located, file.parent)
    faults += batch_faults(data, located, file.parent)
    distinct = {str(fault): fault for fault in faults}
    ordered = sorted(distinct.values(), key=lambda fault: _order(fault, located.file))
    bad = any(fault.severity == "error" for fault in ordered)
    return Checked(study=None if bad else study, faults=tuple(ordered))


def _order(fault: Fault, first: str) -> tuple[bool, str, int, int]:
    place = fault.place or Place(file="")
    return (place.file != first, place.file, place.line or 0, place.column or 0)

"""One questionnaire, written for one platform."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cxresearch.errors import ArgumentError, CxError, Fault, shown_path, unknown_name
from cxresearch.survey.export.codes import Codes
from cxresearch.survey.export.loss import LossReport
from cxresearch.survey.form import Form
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import file_name

# platform to the module that writes for it; imported when it is asked for
PLATFORMS: Mapping[str, str] = {
    "xlsform": "cxresearch.survey.export.xlsform.export",
    "limesurvey": "cxresearch.survey.export.limesurvey.export",
    "surveyjs": "cxresearch.survey.export.surveyjs.export",
    "qualtrics": "cxresearch.survey.export.qualtrics.export",
    "docx": "cxresearch.survey.export.paper.docx",
    "pdf": "cxresearch.survey.export.paper.pdf",
    "ddi": "cxresearch.survey.export.ddi.export",
    "codebook": "cxresearch.survey.export.codebook.export",
}


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written for a platform.

    Parameters
    ----------
    files : dict
        Name to content; the first is the questionnaire.
    losses : LossReport
    codes : Codes or None
        How answers come home; None where nobody answers in it (a codebook).
    """

    files: Mapping[str, bytes]
    losses: LossReport
    codes: Codes | None = None

    def write(self, folder: str | Path) -> tuple[Path, ...]:
        """Write the files, the loss report and the mapping of codes into a folder.

        Returns
        -------
        tuple of Path
            The questionnaire first.
        """
        target = Path(folder)
        name = next(iter(self.files)).rsplit(".", 1)[0]
        losses = json.dumps(self.losses.data(), ensure_ascii=False, indent=1) + "\n"
        contents = {**self.files, f"{name}.losses.json": losses.encode()}
        if self.codes is not None:
            contents[f"{name}.codes.json"] = self.codes.json().encode()
        try:
            target.mkdir(parents=True, exist_ok=True)
            for file, content in contents.items():
                (target / file).write_bytes(content)
        except OSError as error:
            what, do = "The export cannot be written.", f"The system says: {error}."
            raise CxError(Fault(code="export.not-writable", what=what, given=shown_path(target), do=do)) from None
        return tuple(target / file for file in contents)


class Exporter(Protocol):
    """What the module of a platform offers as ``export``."""

    def __call__(self, form: Form, languages: tuple[str, ...], name: str) -> Exported: ...


def export(
    survey: Survey, to: str, *, perspective: str | None = None, languages: Iterable[str] | None = None
) -> Exported:
    """Write the questionnaire of one perspective for a platform.

    Parameters
    ----------
    survey : Survey
    to : {"xlsform", "limesurvey", "surveyjs", "qualtrics", "docx", "pdf", "ddi", "codebook"}
    perspective : str, optional
        By default the first.
    languages : iterable of str, optional
        By default all; the first is the one a respondent begins with.

    Raises
    ------
    ArgumentError
        ``export.unknown-platform``, ``survey.unknown-perspective``, ``survey.unknown-language``,
        ``data.not-a-survey``.
    CxError
        ``export.refused`` and others of the platform, where it would silently damage the questionnaire.
    """
    if not isinstance(survey, Survey):
        what, do = "This is not a survey.", "Load it with load_survey('file.yaml')."
        raise ArgumentError(Fault(code="data.not-a-survey", what=what, given=survey, do=do))
    if to not in PLATFORMS:
        raise ArgumentError(unknown_name("export.unknown-platform", "platform", to, PLATFORMS))
    wanted = tuple(languages or survey.languages)
    for language in wanted:
        if language not in survey.languages:
            raise ArgumentError(unknown_name("survey.unknown-language", "language", language, survey.languages))
    form = survey.form(perspective or next(iter(survey.perspectives)))
    if not form.entries:
        what = f"Nothing is asked of {form.perspective!r} in this survey."
        raise ArgumentError(Fault(code="export.nothing-asked", what=what, given=survey.id))
    write: Exporter = importlib.import_module(PLATFORMS[to]).export
    return write(form, wanted, file_name(survey.id, form.perspective))

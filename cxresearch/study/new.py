"""Start a study of one's own from one that works."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cxresearch.errors import CxError, Fault, Place, StudyError, shown_path, unknown_name
from cxresearch.located import read_yaml
from cxresearch.shipped import PREFIX, resolve, shipped_surveys, survey_path
from cxresearch.study.load import NAME, load_study, study_file
from cxresearch.study.sample import sample_study
from cxresearch.study.study import ID, Study
from cxresearch.survey.extend import EXTENDS
from cxresearch.survey.paths import duration
from cxresearch.survey.template import load_survey
from cxresearch.words.catalog import say

TEMPLATES = {"gaps": "shipped:reports/nyc-schools", "nps": "shipped:reports/sfo-airport"}
FOLDERS = {"survey": "surveys", "notebook": "notebooks", "data": "data"}

_COMMENT = """\
# Your study.  Everything it needs lies in this folder and is yours to change:
#   surveys/    the questionnaire
#   data/       the answers
#   notebooks/  one notebook per question; the values below go into its cell tagged "parameters"
#
#   cxresearch check {name}     finds what is wrong, with the line
#   cxresearch run {name}       builds the report in {name}/built
#   cxresearch verify {name}    tells whether the report still belongs to these files

"""


@dataclass(frozen=True, kw_only=True)
class Template:
    """A study to start from."""

    name: str
    reference: str
    study: Study


def templates() -> tuple[Template, ...]:
    """Return the templates that come with the package."""
    found = []
    for name, reference in TEMPLATES.items():
        try:
            found.append(Template(name=name, reference=reference, study=load_study(reference)))
        except CxError:
            continue
    return tuple(found)


def new_study(name: str, template: str | Path = "gaps", into: str | Path = ".") -> Path:
    """Create a folder with a study that passes check and run.

    Questionnaire, notebooks and data are copied, so that everything can be changed.

    Parameters
    ----------
    name : str
        Name of the study and of its folder: lower-case letters, digits, ``-`` and ``_``.
    template : str or Path
        One of :func:`templates`, the path of another study, or a survey (shipped or a file): then the answers are
        made up, see :mod:`cxresearch.study.sample`.
    into : str or Path
        Where the folder is created.

    Returns
    -------
    Path
        The study file.

    Raises
    ------
    StudyError
        ``new.name``, ``new.exists``, ``new.unknown-template``, or the faults of the template.
    """
    folder = Path(into) / name
    survey = _survey_file(template)
    source = None if survey else load_study(_template_file(template))
    if not re.fullmatch(ID, name):
        raise StudyError(
            Fault(
                code="new.name",
                what="This cannot be the name of a study.",
                given=name,
                allowed="lower-case letters, digits, - and _, such as city-library-2025",
            )
        )
    if folder.exists():
        raise StudyError(
            Fault(
                code="new.exists",
                what="There is something of that name already; nothing was changed.",
                place=Place(file=shown_path(folder)),
                do="Choose another name.",
            )
        )
    if survey:
        return _of_survey(survey, folder)
    assert source is not None
    text = source.file.read_text(encoding="utf-8-sig")
    building = folder.with_name(f".{name}.new")
    shutil.rmtree(building, ignore_errors=True)
    try:
        building.mkdir(parents=True)
        for reference, target in _targets(source).items():
            path = building / target
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source.path(reference), path)
            text = _replaced(text, reference, target)
        text = re.sub(r"(?m)^study:.*$", f"study: {name}", text, count=1)
        # the schema lies where the template does, not in the new folder
        text = "".join(line for line in text.splitlines(keepends=True) if "yaml-language-server" not in line)
        (building / NAME).write_text(_COMMENT.format(name=name) + text, encoding="utf-8")
        load_study(building)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder / NAME


def _survey_file(template: str | Path) -> Path | None:
    """Return the file when the template is a survey."""
    if str(template) in TEMPLATES:
        return None
    try:
        path = survey_path(template)
    except CxError:
        return None  # told below, with all that a study can begin with
    if not path.is_file() or path.name == NAME:
        return None
    data = read_yaml(path).data
    is_survey = isinstance(data, dict) and "study" not in data and bool(set(data) & {"perspectives", "extends"})
    return path if is_survey else None


def _of_survey(path: Path, folder: Path) -> Path:
    survey = load_survey(path)
    # one that builds on another would not find it from the new folder
    alone = EXTENDS not in read_yaml(path).data
    text = path.read_text(encoding="utf-8-sig") if alone else None
    if text:
        text = "".join(line for line in text.splitlines(keepends=True) if "yaml-language-server" not in line)
    return sample_study(survey, folder, text=text)


def _template_file(template: str | Path) -> Path:
    reference = TEMPLATES.get(str(template))
    if reference:
        return study_file(reference)
    file = study_file(resolve(template))
    if not file.is_file():
        raise StudyError(
            unknown_name("new.unknown-template", "template", str(template), (*TEMPLATES, *shipped_surveys())),
        )
    return file


def _targets(study: Study) -> dict[str, str]:
    """Return where each file of a study goes in the new folder; two of one name keep apart."""
    taken: dict[str, str] = {}
    for reference, role in study.inputs().items():
        name = PurePosixPath(reference.removeprefix(PREFIX).replace("\\", "/"))
        target, number = f"{FOLDERS[role]}/{name.name}", 2
        while target in taken.values():
            target, number = f"{FOLDERS[role]}/{name.stem}-{number}{name.suffix}", number + 1
        taken[reference] = target
    return taken


def _replaced(text: str, reference: str, target: str) -> str:
    """Replace a reference where it stands as a whole value, so that comments and layout stay."""
    quoted = re.escape(reference)
    return re.sub(rf"(?<=[\s:\[{{,\"']){quoted}(?=[\s,\]}}\"']|$)", lambda _: target, text)


def listed(lang: str = "en") -> str:
    """Return the templates as lines for a terminal: studies with real data, then surveys with what they ask."""
    found = templates()
    surveys = {name: load_survey(path) for name, path in shipped_surveys().items()}
    wide = max(len(name) for name in (*(t.name for t in found), *surveys))
    lines = [say("new.studies", lang)]
    lines += [f"  {t.name:<{wide}}  {t.study.title.get(lang)}" for t in found]
    lines += ["", say("new.surveys", lang)]
    for name, survey in surveys.items():
        forms = [form for form in map(survey.form, survey.perspectives) if form.entries]
        if not forms:
            continue
        minutes = [duration(form).p50 for form in forms]
        asked = ", ".join(survey.perspectives[form.perspective].name.get(lang) for form in forms)
        questions = max(len([entry for entry in form.entries if not entry.drawn]) for form in forms)
        told = say("new.survey", lang, questions=questions, minutes=max(1, round(max(minutes))), asked=asked)
        lines += [f"  {name:<{wide}}  {survey.title.get(lang)}", f"  {'':<{wide}}  {told}"]
    return "\n".join(lines)

"""Start a study of one's own from one that works."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cxresearch.errors import CxError, Fault, Place, StudyError, listing, shown_path, unknown_name
from cxresearch.shipped import PREFIX, resolve
from cxresearch.study.load import NAME, load_study, study_file
from cxresearch.study.study import ID, Study

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
        One of :func:`templates`, or the path of another study.
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
    source = load_study(_template_file(template))
    folder = Path(into) / name
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


def _template_file(template: str | Path) -> Path:
    reference = TEMPLATES.get(str(template))
    if reference:
        return study_file(reference)
    file = study_file(resolve(template))
    if not file.is_file():
        raise StudyError(
            unknown_name("new.unknown-template", "template", str(template), TEMPLATES),
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


def listed() -> str:
    """Return the templates as lines for a terminal."""
    found = templates()
    if not found:
        return listing(())
    wide = max(len(t.name) for t in found)
    return "\n".join(f"{t.name:<{wide}}  {t.study.title.get('en')}" for t in found)

"""The commands ``cxresearch export``, ``import``, ``preview`` and ``paths``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cxresearch.errors import ArgumentError, CxError, Fault, Place, shown_path, unknown_name
from cxresearch.shipped import survey_path
from cxresearch.survey.export.export import export
from cxresearch.survey.form import Form
from cxresearch.survey.imports.codes import codes_of
from cxresearch.survey.imports.read import kind_of, read_instrument
from cxresearch.survey.paths import paths
from cxresearch.survey.preview.page import preview
from cxresearch.survey.routing.seconds import pace
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey
from cxresearch.survey.text import file_name

DONE, LOST = 0, 1
WITH_CODES = ("qualtrics", "limesurvey")  # whose answers bear names of their own


def export_survey(options: argparse.Namespace) -> int:
    """Write questionnaires; each comes with its loss report and, where answers come home, with its codes."""
    survey = load_survey(survey_path(options.survey))
    folder = Path(options.out or f"{file_name(survey.id)}-{options.to}")
    for who in _asked(survey, options.perspective):
        exported = export(survey, options.to, perspective=who, languages=_languages(options.language))
        for path in exported.write(folder):
            print(shown_path(path))
        if len(exported.losses):
            print(exported.losses.text(options.report), file=sys.stderr)
    return DONE


def import_survey(options: argparse.Namespace) -> int:
    """Read a questionnaire; 1 when something of it is lost."""
    imported = read_instrument(options.path)
    target = Path(options.out or f"{Path(options.path).stem}.yaml")
    if target.exists():
        what, do = "There is already a file of that name; nothing was written.", "Name another with --out."
        raise CxError(Fault(code="import.file-exists", what=what, place=Place(file=shown_path(target)), do=do))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(imported.yaml, encoding="utf-8")
        platform, _ = kind_of(Path(options.path).read_bytes())
        if platform in WITH_CODES:
            codes = target.with_suffix(".codes.json")
            codes.write_text(codes_of(imported, platform).json(), encoding="utf-8")
    except OSError as error:
        what, do = "The survey cannot be written.", f"The system says: {error}."
        raise CxError(
            Fault(code="import.not-writable", what=what, place=Place(file=shown_path(target)), do=do)
        ) from None
    if imported.notes:
        print(imported.report(), file=sys.stderr)
    print(shown_path(target))
    if platform in WITH_CODES:
        print(shown_path(codes))
    return LOST if imported.unmatched else DONE


def preview_survey(options: argparse.Namespace) -> int:
    """Write the preview."""
    survey = load_survey(survey_path(options.survey))
    languages = _languages(options.language)
    shown = preview(survey, perspectives=options.perspective, languages=languages, collect=options.collect)
    print(shown_path(shown.write(options.out or f"{file_name(survey.id)}.html")))
    return DONE


def tell_paths(options: argparse.Namespace) -> int:
    """Tell how many ways lead through the questionnaire, and how long they take."""
    survey = load_survey(survey_path(options.survey))
    languages = _languages(options.language) or list(survey.languages)
    for language in languages:
        if language not in survey.languages:
            raise ArgumentError(unknown_name("survey.unknown-language", "language", language, survey.languages))
    for who in _asked(survey, options.perspective):
        for line in _paths_told(survey.form(who), languages[0]):
            print(line)
    return DONE


def _paths_told(form: Form, language: str) -> list[str]:
    found = paths(form, language)
    minutes = found.minutes
    written = f"{pace().written:.0%}"
    lines = [
        f"{form.perspective}: {found.written()} {'path' if found.written() == '1' else 'paths'}, {found.screened:,} of them {'ends' if found.screened == 1 else 'end'} early",
        f"  minutes: {minutes.p50:.1f} for half of the interviews, {minutes.p90:.1f} for nine of ten"
        f" (assuming that {written} of the open questions that may be skipped are answered; below, all of them are)",
    ]
    for name, path in (("shortest", found.shortest), ("longest", found.longest)):
        if path is not None:
            lines.append(
                f"  {name}: {len(path.questions)} {'question' if len(path.questions) == 1 else 'questions'}, {path.minutes:.1f} min"
            )
    if found.never:
        lines.append(f"  never shown: {', '.join(found.never)}")
    lines += [f"  {number:,} complete paths miss {item}" for item, number in found.missing.items() if number]
    return lines


def _asked(survey: Survey, wanted: str | None) -> list[str]:
    return [wanted] if wanted else [who for who in survey.perspectives if survey.form(who).entries]


def _languages(text: str | None) -> list[str] | None:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None

"""The command ``cxresearch``: from a survey to its reports."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxresearch.study.batch.run import BatchRun
    from cxresearch.study.run import StudyRun

OK, DIFFERENT, IMPOSSIBLE = 0, 1, 2
DEMO = "cxresearch-demo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: all well.  1: a section failed, faults were found, or a report differs from its record.
    2: nothing could be done.
    """
    options = _parser().parse_args(arguments)
    from cxresearch.errors import CxError

    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(options.work(options))
    except CxError as error:
        print(error.told(options.language if options.work is check else "en"), file=sys.stderr)
        return IMPOSSIBLE
    except KeyboardInterrupt:
        goes_on = " 'cxresearch batch STUDY --resume' goes on from here." if options.work is batch else ""
        print(f"\nInterrupted; an earlier report was left as it was.{goes_on}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return OK


def run(options: argparse.Namespace) -> int:
    """Execute a study and build its report."""
    from cxresearch.errors import StudyError
    from cxresearch.study.load import check_study

    checked = check_study(options.study)
    if checked.errors or checked.study is None:
        raise StudyError(*checked.errors)
    if not options.quiet:
        for fault in checked.warnings:
            print(fault, file=sys.stderr)
    from cxresearch.study.progress import Progress
    from cxresearch.study.run import run as run_study

    done = run_study(
        checked.study,
        languages=_split(options.language),
        sections=_split(options.section),
        jobs=options.jobs,
        out=options.out,
        dry_run=options.dry_run,
        progress=Progress(None if options.quiet else sys.stderr),
    )
    if options.dry_run:
        _print_plan(done)
        return OK
    return _concluded(done)


def batch(options: argparse.Namespace) -> int:
    """Build one report for each unit of a study."""
    from cxresearch.errors import Fault, StudyError
    from cxresearch.study.batch.options import Options
    from cxresearch.study.batch.progress import BatchProgress
    from cxresearch.study.batch.run import run_batch

    names = {"by": options.by, "languages": options.language, "sections": options.section}
    given = {name: _split(value) for name, value in names.items() if value is not None}
    if options.only is not None:
        given["only"] = options.only
    for name in ("minimum", "pool_below", "total", "timeout", "cell_timeout", "memory", "who"):
        if getattr(options, name) is not None:
            given[name] = getattr(options, name)
    if options.resume and given:
        what = "A batch is resumed with the options it was begun with."
        allowed = "--resume with --jobs, --out and --quiet only"
        raise StudyError(Fault(code="batch.resume-options", what=what, given=", ".join(given), allowed=allowed))
    done = run_batch(
        options.study,
        Options.of(given),
        jobs=options.jobs,
        out=options.out,
        fresh=options.fresh,
        resume=options.resume,
        dry_run=options.dry_run,
        scheduler=options.scheduler,
        progress=BatchProgress(None if options.quiet else sys.stderr),
    )
    for warning in (done.prepared.mostly_pooled, "" if options.dry_run else done.prepared.alike):
        if warning and not options.quiet:
            print(warning, file=sys.stderr)
    if options.dry_run:
        print(done.prepared.told())
        return OK
    return _told_batch(done)


def check(options: argparse.Namespace) -> int:
    """Check surveys and studies without running anything."""
    from cxresearch.study.check import check_paths

    report = check_paths(options.paths, lang=options.language, lint=not options.no_lint)
    print(report.told(options.language))
    if report.empty:
        return IMPOSSIBLE
    return DIFFERENT if report.errors else OK


def new(options: argparse.Namespace) -> int:
    """Start a study from a template."""
    from cxresearch.errors import Fault, StudyError, shown_path
    from cxresearch.study.new import listed, new_study

    if options.list:
        print(listed(options.language))
        return OK
    if not options.name:
        raise StudyError(Fault(code="new.name", what="Give the new study a name.", allowed="cxresearch new NAME"))
    file = new_study(options.name, template=options.template)
    folder = shown_path(file.parent)
    print(f"Created {shown_path(file)}.\nNext: cxresearch run {folder}")
    return OK


def verify(options: argparse.Namespace) -> int:
    """Tell whether a report still belongs to its inputs."""
    from cxresearch.errors import shown_path
    from cxresearch.study.verify import verify as verify_report

    found = verify_report(options.path, options.study)
    for fault in found.faults:
        print(fault)
    where = shown_path(found.built)
    errors = sum(fault.severity == "error" for fault in found.faults)
    told = f"{errors} of {found.checked} files differ" if errors else f"all {found.checked} files are as recorded"
    print(f"{where}: {told}.")
    return OK if found.good else DIFFERENT


def audit(options: argparse.Namespace) -> int:
    """Attack the tables of a report or a batch and tell what could be computed back."""
    from cxresearch.privacy.command import audit as attack

    return attack(options)


def rehearse(options: argparse.Namespace) -> int:
    """Write made-up answers to a questionnaire."""
    from cxresearch.errors import shown_path
    from cxresearch.responses.rehearse import rehearse as made_up
    from cxresearch.responses.write import write_responses
    from cxresearch.shipped import survey_path
    from cxresearch.survey.template import load_survey
    from cxresearch.survey.text import file_name

    survey = load_survey(survey_path(options.survey))
    asked = [options.perspective] if options.perspective else [p for p in survey.perspectives if survey.form(p).entries]
    for who in asked:
        answers = made_up(survey, perspective=who, n=options.n, seed=options.seed)
        folder = Path(options.out or f"{file_name(survey.id)}-rehearsal")
        print(shown_path(write_responses(answers, folder / f"{file_name(who)}.csv")))
    return OK


def demo(options: argparse.Namespace) -> int:
    """Create and run the example study in ./cxresearch-demo."""
    from cxresearch.study.new import new_study
    from cxresearch.study.progress import Progress
    from cxresearch.study.run import run as run_study

    file = Path(DEMO) / "study.yaml"
    if not file.is_file():
        file = new_study(DEMO)
    return _concluded(run_study(file, progress=Progress(None if options.quiet else sys.stderr)))


def _concluded(done: StudyRun) -> int:
    from cxresearch.errors import shown_path

    failed = sum(not outcome.good for outcome in done.outcomes)
    if failed:
        print(f"{failed} of {len(done.outcomes)} runs failed; the report tells why.", file=sys.stderr)
    if done.index:
        print(shown_path(done.index))
    return OK if done.good else DIFFERENT


def _told_batch(done: BatchRun) -> int:
    from cxresearch.errors import shown_path

    states = [line.state for line in done.lines]
    told = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    print(f"{len(states)} units: {told}.", file=sys.stderr)
    if done.index:
        print(shown_path(done.index))
    if not done.possible:
        return IMPOSSIBLE
    if done.open:
        what = f"{done.open} figures of too few people stand in these tables or can be computed; 'cxresearch audit' says which."
        print(f"Do not pass them on: {what}", file=sys.stderr)
    return DIFFERENT if done.failed or done.open else OK


def _print_plan(done: StudyRun) -> None:
    for task in done.tasks:
        print(f"{task.section} \N{MIDDLE DOT} {task.language}  {task.reference}")
        for name, value in task.parameters.items():
            print(f"    {name} = {value!r}")
    print(f"{len(done.tasks)} runs planned; nothing was written.")


def _split(value: str | None) -> list[str] | None:
    return None if value is None else [part.strip() for part in value.split(",") if part.strip()]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from None


def _positive(text: str, least: int = 1) -> int:
    number = _whole(text)
    if number < least:
        raise argparse.ArgumentTypeError(f"must be {least} or more")
    return number


def _several(text: str) -> int:
    return _positive(text, least=2)


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, not {text!r}") from None
    if not number > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxresearch",
        description="Customer-experience research: design surveys, run studies, verify reports.",
        epilog="Exit codes: 0 all well; 1 something failed or differs; 2 nothing could be done.",
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("run", help="run a study and build its report")
    command.add_argument("study", metavar="STUDY", help="study file or its folder, or shipped:reports/NAME")
    command.add_argument("--language", metavar="de,en", help="only these languages")
    command.add_argument("--section", metavar="ID,...", help="only these sections")
    command.add_argument("--jobs", metavar="N", type=_positive, help="notebooks at a time (default: processors)")
    command.add_argument("--out", metavar="DIR", help="folder of the report (default: built beside the study file)")
    command.add_argument("--dry-run", action="store_true", help="check, print the plan, write nothing")
    command.add_argument("--quiet", action="store_true", help="no progress")
    command.set_defaults(work=run)

    _add_batch(commands)

    command = commands.add_parser("check", help="check surveys and studies, with all faults and their lines")
    command.add_argument("paths", metavar="PATH", nargs="+", help="files or folders")
    command.add_argument("--language", choices=["de", "en"], default="en", help="language of advice and summary")
    command.add_argument("--no-lint", action="store_true", help="faults only, no advice on wording and flow")
    command.set_defaults(work=check)

    _add_instrument(commands)

    command = commands.add_parser("rehearse", help="write made-up answers that obey the questionnaire")
    command.add_argument("survey", metavar="SURVEY", help="survey file, or the name of one that comes along")
    command.add_argument("--perspective", metavar="NAME", help="who answers (default: everybody who is asked)")
    command.add_argument("--n", metavar="N", type=_positive, default=200, help="respondents of each (default: 200)")
    command.add_argument("--seed", metavar="N", type=int, default=1, help="the same seed, the same answers")
    command.add_argument("--out", metavar="DIR", help="folder (default: SURVEY-rehearsal)")
    command.set_defaults(work=rehearse)

    command = commands.add_parser("new", help="start a study from a template")
    command.add_argument("name", metavar="NAME", nargs="?", help="name of the study and its folder")
    command.add_argument("--template", default="gaps", help="a template, another study or a survey (default: gaps)")
    command.add_argument("--list", action="store_true", help="list the templates")
    command.add_argument("--language", choices=["de", "en"], default="en", help="language of the list")
    command.set_defaults(work=new)

    command = commands.add_parser("verify", help="compare a report and its inputs with its record")
    command.add_argument("path", metavar="PATH", help="study folder, study file or built folder")
    command.add_argument("--study", metavar="STUDY", help="the study of a built folder that lies elsewhere")
    command.set_defaults(work=verify)

    command = commands.add_parser("audit", help="attack the tables of a report or a batch")
    command.add_argument("path", metavar="PATH", help="built report, or folder of a batch")
    command.add_argument("--language", choices=["de", "en"], default="en", help="language of the answer")
    command.set_defaults(work=audit)

    command = commands.add_parser("demo", help=f"run the example study in ./{DEMO}")
    command.add_argument("--quiet", action="store_true", help="no progress")
    command.set_defaults(work=demo)
    return parser


def _add_instrument(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("export", help="write a questionnaire for a survey platform, for print or an archive")
    _add_survey(command)
    platforms = "xlsform, limesurvey, surveyjs, qualtrics, docx, pdf, ddi, codebook"
    command.add_argument("--to", metavar="PLATFORM", required=True, help=platforms)
    command.add_argument("--out", metavar="DIR", help="folder (default: SURVEY-PLATFORM)")
    command.add_argument("--report", choices=["de", "en"], default="en", help="language of the loss report")
    command.set_defaults(work=_instrument("export_survey"))

    command = commands.add_parser("import", help="read a questionnaire of another platform as a survey")
    kinds = "XLSForm, SurveyJS JSON, LimeSurvey TXT or LSS, Qualtrics QSF, SPSS SAV"
    command.add_argument("path", metavar="FILE", help=kinds)
    command.add_argument("--out", metavar="FILE", help="survey file (default: NAME.yaml)")
    command.set_defaults(work=_instrument("import_survey"))

    command = commands.add_parser("preview", help="write the questionnaire as one HTML file to click through")
    _add_survey(command)
    command.add_argument("--out", metavar="FILE", help="HTML file (default: SURVEY.html)")
    command.add_argument("--collect", action="store_true", help="let it collect answers, for a class or a kiosk")
    command.set_defaults(work=_instrument("preview_survey"))

    command = commands.add_parser("paths", help="count all ways through a questionnaire, and their minutes")
    _add_survey(command)
    command.set_defaults(work=_instrument("tell_paths"))


def _add_survey(command: argparse.ArgumentParser) -> None:
    command.add_argument("survey", metavar="SURVEY", help="survey file, or the name of one that comes along")
    command.add_argument("--perspective", metavar="NAME", help="who is asked (default: everybody who is)")
    command.add_argument("--language", metavar="de,en", help="languages, the first is the main one (default: all)")


def _instrument(name: str) -> Callable[[argparse.Namespace], int]:
    def work(options: argparse.Namespace) -> int:
        from cxresearch.survey import command

        return int(getattr(command, name)(options))

    return work


def _add_batch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("batch", help="one report for each branch, department or wave")
    command.add_argument("study", metavar="STUDY", help="study file or its folder")
    command.add_argument("--by", metavar="COLUMN,...", help="columns whose values make the units")
    command.add_argument("--only", metavar="VALUE,...", action="append", help="only these units; can be repeated")
    command.add_argument("--language", metavar="de,en", help="only these languages")
    command.add_argument("--section", metavar="ID,...", help="only these sections")
    command.add_argument("--out", metavar="DIR", help="folder of the reports (default: batch beside the study file)")
    command.add_argument("--total", action="store_true", default=None, help="also report on all units together")
    command.add_argument("--minimum", metavar="N", type=_positive, help="smallest unit that is reported")
    command.add_argument("--pool-below", metavar="N", type=_several, help="report smaller units together")
    command.add_argument("--jobs", metavar="N", type=_positive, help="processes at a time (default: processors)")
    command.add_argument("--scheduler", metavar="ADDRESS", default="", help="Dask cluster, such as tcp://HOST:8786")
    command.add_argument("--timeout", metavar="S", type=_seconds, help="seconds of computing for each report")
    command.add_argument("--cell-timeout", metavar="S", type=_seconds, help="seconds for each cell")
    command.add_argument("--memory", metavar="MiB", type=_positive, help="memory for each section")
    command.add_argument("--who", metavar="NAME", help="who made this, for the record")
    command.add_argument("--resume", action="store_true", help="go on with an interrupted batch and its options")
    command.add_argument("--fresh", action="store_true", help="compute everything anew")
    command.add_argument("--dry-run", action="store_true", help="list the units, write nothing")
    command.add_argument("--quiet", action="store_true", help="no progress")
    command.set_defaults(work=batch)


class _Version(argparse.Action):
    """Print the version; it is looked up only then."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(version("cxresearch"))
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())

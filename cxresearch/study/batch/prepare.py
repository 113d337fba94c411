"""Before anything runs: the units, what is decided about them, and what each report consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cxresearch.study import manifest as record
from cxresearch.study.batch.disclosure import Decision, Rules, decide
from cxresearch.study.batch.kept import stays, there
from cxresearch.study.batch.keys import Keys, hashed, report_key
from cxresearch.study.batch.needs import Need, needs_of
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.record import REPORTS
from cxresearch.study.batch.report import as_json, study_of
from cxresearch.study.batch.scheduler import Report
from cxresearch.study.batch.slices import content_hash, write_slices
from cxresearch.study.batch.source import Source, sources
from cxresearch.study.batch.state import State
from cxresearch.study.batch.units import Unit, chosen, units_of
from cxresearch.study.batch.withholding import Levels, Narrowed, by_level, narrowed
from cxresearch.study.engine import ENGINE
from cxresearch.study.outcome import NOT_ENOUGH, Outcome, Problem
from cxresearch.study.plan import Task, plan
from cxresearch.study.study import Study
from cxresearch.survey.survey import Survey
from cxresearch.survey.template import load_survey
from cxresearch.words.catalog import say

ABOVE = "../../"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What is known of a batch before it runs.

    Parameters
    ----------
    study : Study
    survey : Survey, optional
    options : Options
    columns : tuple of str
        The columns that make the units.
    tasks : tuple of Task
        What a report on everything would execute.
    sources : tuple of Source
    rules : Rules
    decisions : tuple of Decision
    asked : frozenset of str
        Folders of the units that were asked for.
    withheld : dict
        Section to unit to what must not be shown of it: levels of its breakdown, figures, or the whole section.
    """

    study: Study
    survey: Survey | None
    options: Options
    columns: tuple[str, ...]
    tasks: tuple[Task, ...]
    sources: tuple[Source, ...]
    rules: Rules
    decisions: tuple[Decision, ...]
    asked: frozenset[str]
    withheld: Levels

    @property
    def mostly_pooled(self) -> str:
        """Say that more than half of the units are in the pool; empty where they are not."""
        units = [decision for decision in self.decisions if decision.unit.kind == "unit"]
        pooled = sum(decision.reason == "pooled" for decision in units)
        if 2 * pooled <= len(units):
            return ""
        return f"{pooled} of {len(units)} units have no report of their own, only one together; is the pool too large?"

    @property
    def alike(self) -> str:
        """Name units that differ in capitals only, which are often one; empty where there are none."""
        language, spoken = self.study.languages[0], dict[str, list[str]]()
        for decision in self.decisions:
            name = decision.unit.names[language]
            spoken.setdefault(" ".join(decision.unit.values.values()).casefold() or name, []).append(
                f"{name} [{decision.unit.slug}]"
            )
        told = [" and ".join(names) for names in spoken.values() if len(names) > 1]
        return f"Units that differ in capitals only; are they one in truth? {'; '.join(told)}" if told else ""

    def told(self) -> str:
        """List the units, for whoever planned the batch."""
        least, lines = self.rules.least, []
        for decision in self.decisions:
            unit = decision.unit
            counts = ", ".join(f"{name} {_at_least(n, least)}".strip() for name, n in unit.counts.items())
            state: str = decision.reason or ("report" if unit.slug in self.asked else "not asked for")
            if decision.runs and decision.without:
                state += f" without {', '.join(sorted(name or file for file, name in decision.without))}"
            lines.append(f"{unit.names[self.study.languages[0]]}  [{unit.slug}]  n: {counts}  {state}")
        lines += [
            f"{source.reference}: {_at_least(sum(source.left.values()), least)} without a value of "
            f"{', '.join(self.columns)}"
            for source in self.sources
            if source.left
        ]
        reports = sum(d.runs and d.unit.slug in self.asked for d in self.decisions)
        lines += [self.alike] if self.alike else []
        lines.append(f"{reports} reports of {len(self.tasks)} runs each planned; nothing was written.")
        return "\n".join(lines)


def prepare(study: Study, options: Options) -> Prepared:
    """Find the units of a study and decide what becomes of each.

    Raises
    ------
    StudyError
        ``batch.no-by``, ``batch.unknown-column``, ``batch.no-units``, ``batch.unknown-unit``,
        ``batch.privacy-lowered``, ``study.unknown-section``, ``study.unknown-language``
    """
    columns = options.columns(study)
    everything = Unit(slug="all", names=dict.fromkeys(study.languages, ""), keys=())
    tasks = plan(study_of(study, everything, {}), options.languages, options.wanted_sections(study))
    survey = load_survey(study.path(study.survey)) if study.survey else None
    found = sources(study, tasks, columns, survey)
    rules = Rules(least=options.least(study), below=options.below(study), total=options.wants_total(study))
    units = units_of(study, found, columns, survey)
    decisions = decide(study, units, found, tasks, rules)
    decisions, withheld = by_level(tasks, decisions, found, rules, survey)
    return Prepared(
        study=study,
        survey=survey,
        options=options,
        columns=columns,
        tasks=tasks,
        sources=found,
        rules=rules,
        decisions=decisions,
        asked=chosen((decision.unit for decision in decisions), options.only),
        withheld=withheld,
    )


def reports_of(
    prepared: Prepared, state: State, out: Path, opened: record.Manifest, fresh: bool = False
) -> tuple[Report, ...]:
    """Return every report that is to be there at the end, with its rows written; some are there already.

    A unit that was not asked for keeps its report, and its failure.
    """
    keys = Keys(ENGINE)
    needs = needs_of(prepared.tasks, (source for source in prepared.sources if not source.shared))
    found = []
    for decision in prepared.decisions:
        if not decision.runs:
            continue
        asked = decision.unit.slug in prepared.asked
        report = _report(prepared, decision, needs, state, out, opened, keys)
        if asked:
            report.unchanged = not fresh and there(report, state, out)
        elif not stays(report, state, out):
            continue
        found.append(report)
    return tuple(found)


def _report(
    prepared: Prepared,
    decision: Decision,
    needs: Mapping[str, Need],
    state: State,
    out: Path,
    opened: record.Manifest,
    keys: Keys,
) -> Report:
    study, unit, rules, options = prepared.study, decision.unit, prepared.rules, prepared.options
    taken = write_slices(unit, prepared.sources, state.work)
    least = rules.least
    made_less: dict[str, Narrowed] = {}
    gone: set[str] = set()
    for section, need in needs.items():
        task = next(task for task in prepared.tasks if task.section == section)
        less = narrowed(
            task,
            prepared.withheld.get(section, {}).get(unit.slug, ()),
            need.unread(unit.keys, least, decision.without),
            prepared.survey,
            prepared.sources,
        )
        made_less[section] = less
        if not less.shown or not need.met(unit.keys, least, decision.without):
            gone.add(section)
    changes = {section: less.parameters for section, less in made_less.items() if section not in gone}
    own = study_of(study, unit, taken, prepared.columns, prepared.survey, changes, least)
    tasks = plan(own, options.languages, options.wanted_sections(study))
    small = [task.section in gone for task in tasks]
    outcomes = [_not_shown(task, rules) if few else None for task, few in zip(tasks, small, strict=True)]
    key = tuple("" if few else keys.of(task) for task, few in zip(tasks, small, strict=True))
    target = out / REPORTS / unit.slug
    manifest = {
        **opened,
        "study_folder": record.way(target, study.folder),
        "unit": {"kind": unit.kind, "values": dict(unit.values), "names": dict(unit.names)},
    }
    made = as_json(own)
    shown = {
        "study": {name: value for name, value in made.items() if name != "file"},
        "least": least,
        "inputs": manifest["inputs"],
        "unit": manifest["unit"],
        "few": small,
    }
    return Report(
        unit=unit,
        tasks=tasks,
        keys=key,
        outcomes=list(outcomes),
        masked=frozenset(section for section, less in made_less.items() if less.masked),
        publish={
            "study": made,
            "opened": manifest,
            "building": str(out / f".building-{unit.slug}"),
            "target": str(target),
            "above": ABOVE,
        },
        key=report_key(shown, key),
        rows=hashed([content_hash(study.path(taken[s.reference])) for s in prepared.sources if not s.shared]),
    )


def _at_least(n: int, least: int) -> str:
    return str(n) if n >= least else f"fewer than {least}"


def _not_shown(task: Task, rules: Rules) -> Outcome:
    told = "hidden_section" if rules.total else "few_section"  # beside a total nobody is told which of both it is
    message = f"{say(f'batch.{told}', task.language, n=rules.least)} {say('failure.do_few', task.language)}"
    problem = Problem(kind=NOT_ENOUGH, message=message)
    return Outcome(section=task.section, language=task.language, status="not-reportable", seconds=0.0, problem=problem)

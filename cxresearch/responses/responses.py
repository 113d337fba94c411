"""Answers on a survey, and scores that come ready-made per unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from cxresearch.errors import ArgumentError, DataError, Fault, listing, unknown_name
from cxresearch.responses.codes import EMPTY
from cxresearch.responses.import_report import ImportReport
from cxresearch.result import Names
from cxresearch.survey.scale import Scale
from cxresearch.survey.survey import Survey
from cxresearch.survey.text import Text

RESPONDENT, PERSPECTIVE = "respondent", "perspective"
SYNTHETIC = "synthetic"  # the column of a file that holds made-up answers, and how its reader is called


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where data come from.

    Parameters
    ----------
    file, sha256, reader : str
    rows_read, rows_kept : int
    """

    file: str
    sha256: str
    reader: str
    rows_read: int
    rows_kept: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Responses:
    """Answers read onto a survey.

    Parameters
    ----------
    survey : Survey
    frame : DataFrame
        A row a respondent: ``respondent``, ``perspective``, fields and items by id;
        codes as numbers, NaN where there is no answer.
    reasons : DataFrame
        Same rows, a column an item or field: "" or why there is no answer.
    provenance : tuple of Provenance
    report : ImportReport
    """

    survey: Survey
    frame: pd.DataFrame
    reasons: pd.DataFrame
    provenance: tuple[Provenance, ...]
    report: ImportReport

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def perspectives(self) -> tuple[str, ...]:
        """Perspectives that answered."""
        return tuple(dict.fromkeys(self.frame[PERSPECTIVE]))

    @property
    def is_synthetic(self) -> bool:
        """True when any of the answers come from a rehearsal."""
        return any(one.reader.startswith(SYNTHETIC) for one in self.provenance)

    @property
    def names(self) -> Names:
        """Wording for everything in the frame."""
        return survey_names(self.survey)

    def where(self, **values: Any) -> Responses:
        """Return the respondents with these values, for example ``where(branch="Kiel")``.

        Raises
        ------
        ArgumentError
            ``responses.unknown-column``
        """
        keep = pd.Series(True, index=self.frame.index)
        for column, value in values.items():
            if column not in self.frame:
                raise ArgumentError(unknown_name("responses.unknown-column", "column", column, self.frame.columns))
            wanted = value if isinstance(value, list | tuple | set) else [value]
            keep &= self.frame[column].isin(list(wanted))
        return replace(
            self,
            frame=self.frame[keep].reset_index(drop=True),
            reasons=self.reasons[keep].reset_index(drop=True),
        )

    def __add__(self, other: Responses) -> Responses:
        return combine([self, other])

    def __repr__(self) -> str:
        counts = self.frame[PERSPECTIVE].value_counts(sort=False)
        who = ", ".join(f"{n} {p}" for p, n in counts.items())
        return f"<Responses to {self.survey.id}: {who}>\n{self.report}"


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitScores:
    """Ready-made scores: one row a unit, perspective and construct.

    Parameters
    ----------
    frame : DataFrame
        Columns unit, perspective, construct, score, n (may be NaN) and any groups.
    groups : tuple of str
        Further columns that describe the unit.
    provenance : tuple of Provenance
    names : Names
    lang : str
    dropped : dict
        Reason to number of rows without a score.
    scales : dict
        Construct to the scale of its scores, where the survey declares it.
    """

    frame: pd.DataFrame
    groups: tuple[str, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    names: Names = Names()
    lang: str = "en"
    dropped: Mapping[str, int]
    scales: Mapping[str, Scale] = field(default_factory=dict)

    @property
    def perspectives(self) -> tuple[str, ...]:
        """Perspectives that were scored."""
        return tuple(dict.fromkeys(self.frame[PERSPECTIVE]))

    @property
    def constructs(self) -> tuple[str, ...]:
        """Constructs that were scored."""
        return tuple(dict.fromkeys(self.frame["construct"]))

    def wide(self) -> pd.DataFrame:
        """Return one row a unit: ``teacher.ease`` per perspective and construct, ``teacher`` for their mean.

        A mean is taken only where every construct of the perspective has a score.
        """
        keys = ["perspective", "construct"]
        scores = self.frame.pivot(index="unit", columns=keys, values="score")
        columns: dict[str, pd.Series] = {}
        for who in self.perspectives:
            part = scores[who]
            columns |= {f"{who}.{construct}": part[construct] for construct in part.columns}
            columns[who] = pd.DataFrame(part).mean(axis=1, skipna=False)
        by_unit = self.frame.groupby("unit")
        described = by_unit[[g for g in self.groups if (by_unit[g].nunique() <= 1).all()]].first()
        return pd.concat([described, pd.DataFrame(columns)], axis=1).rename_axis("unit").reset_index()

    def wide_scales(self) -> dict[str, Scale]:
        """Return the scales of the columns of :meth:`wide`."""
        found = {f"{who}.{c}": scale for who in self.perspectives for c, scale in self.scales.items()}
        known = [self.scales[c] for c in self.constructs if c in self.scales]
        if len(known) == len(self.constructs) and len({(s.low, s.high) for s in known}) == 1:
            found |= dict.fromkeys(self.perspectives, known[0])
        return found

    def wide_names(self) -> Names:
        """Return wording for the columns of :meth:`wide`."""
        texts = dict(self.names.texts)
        for who in self.perspectives:
            for construct in self.constructs:
                one, two = texts.get(who), texts.get(construct)
                if one is not None and two is not None:
                    pairs = {lang: f"{one.get(lang)}: {two.get(lang)}" for lang in {**one.root, **two.root}}
                    texts[f"{who}.{construct}"] = Text.model_validate(pairs)
        return Names(texts)

    def __repr__(self) -> str:
        units = self.frame["unit"].nunique()
        return (
            f"<UnitScores: {units} units, perspectives {listing(self.perspectives)}, "
            f"constructs {listing(self.constructs)}>"
        )


def combine(parts: Sequence[Responses]) -> Responses:
    """Put answers to the same survey together, for example one file per perspective.

    Raises
    ------
    DataError
        ``responses.other-survey``, or ``responses.duplicate-respondent`` when one perspective
        has a respondent twice.
    """
    if not parts:
        raise ArgumentError(Fault(code="responses.nothing", what="There is nothing to combine."))
    survey = parts[0].survey
    for part in parts[1:]:
        if part.survey != survey:
            raise DataError(
                Fault(
                    code="responses.other-survey",
                    what="Only answers to the same survey can be combined.",
                    given=part.survey.id,
                    allowed=survey.id,
                )
            )
    frame = pd.concat([p.frame for p in parts], ignore_index=True)
    twice = frame[frame.duplicated([PERSPECTIVE, RESPONDENT])]
    if len(twice):
        raise DataError(
            Fault(
                code="responses.duplicate-respondent",
                what="The parts share respondents of one perspective.",
                given=listing(twice[RESPONDENT]),
                do="Read each file once, or give each wave its own respondent ids.",
            )
        )
    reports = [p.report for p in parts]
    return Responses(
        survey=survey,
        frame=frame,
        # what one file has no column for is empty in the others' rows
        reasons=pd.concat([p.reasons for p in parts], ignore_index=True).fillna(EMPTY),
        provenance=tuple(x for p in parts for x in p.provenance),
        report=ImportReport(
            columns=pd.concat([r.columns for r in reports], ignore_index=True),
            missing=pd.concat([r.missing for r in reports], ignore_index=True),
            absent=tuple(dict.fromkeys(x for r in reports for x in r.absent)),
            notes=tuple(x for r in reports for x in r.notes),
            names=reports[0].names,
            lang=reports[0].lang,
        ),
    )


def survey_names(survey: Survey) -> Names:
    """Return wording for constructs, perspectives, fields, items and their codes."""
    texts: dict[str, Text] = dict(survey.texts())
    texts |= {f"{PERSPECTIVE}={p.id}": p.name for p in survey.perspectives.values()}
    for item in survey.items.values():
        texts[item.id] = item.name or next(iter(item.text.values()))
        scale = survey.scales[item.scale]
        for code, label in (*scale.labels.items(), *scale.missing.items()):
            texts[f"{item.id}={_plain(code)}"] = label
    for column in survey.fields.values():
        for code, label in (*column.labels.items(), *column.missing.items()):
            texts[f"{column.id}={_plain(code)}"] = label
    return Names(texts)


def _plain(code: Any) -> str:
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)

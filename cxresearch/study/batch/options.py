"""What was asked for: the batch block of the study, and what the command line says beyond it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from cxresearch.errors import Fault, Place, StudyError, shown_path
from cxresearch.study.study import Study

Names = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What decides the content of a batch, and how it is computed.

    Parameters
    ----------
    by : tuple of str
        Columns whose values make the units; empty for those of the study.
    only : tuple of str
        Values or folder names of some units; empty for all.
    languages, sections : tuple of str, optional
        Some of those of the study.
    minimum, pool_below : int, optional
        In place of what the study says; the minimum can only be raised.
    total : bool, optional
        Also report on all units together.
    timeout, cell_timeout : float, optional
        Seconds of computing that a report, a cell may take.
    memory : int, optional
        MiB that the computation of a section may allocate.
    who : str
        Stands in the manifest; nobody by default.

    Examples
    --------
    >>> Options.of({"by": ["branch"], "total": True}).by
    ('branch',)
    """

    by: Names = ()
    only: Names = ()
    languages: Names | None = None
    sections: Names | None = None
    minimum: int | None = None
    pool_below: int | None = None
    total: bool | None = None
    timeout: float | None = None
    cell_timeout: float | None = None
    memory: int | None = None
    who: str = ""

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Options:
        """Read options as :meth:`stored` returned them; what an earlier version knew in addition is left out."""
        known = {field.name for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items() if k in known}
        return cls(**values)

    def stored(self) -> dict[str, Any]:
        """Return the options as JSON, those that were given only."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in dataclasses.asdict(self).items()
            if value not in (None, (), "")
        }

    def columns(self, study: Study) -> Names:
        """Return the columns whose values make the units.

        Raises
        ------
        StudyError
            ``batch.no-by``
        """
        columns = tuple(dict.fromkeys(self.by or study.batch.columns))
        if not columns:
            raise StudyError(
                Fault(
                    code="batch.no-by",
                    what="Nothing says what the reports are about.",
                    place=Place(file=shown_path(study.file)),
                    allowed="one or several columns of the data, such as branch or branch,wave",
                    do="Give --by COLUMN, or write batch: {by: COLUMN} into the study.",
                )
            )
        return columns

    def least(self, study: Study) -> int:
        """Return the smallest unit about which anything is reported.

        Raises
        ------
        StudyError
            ``batch.privacy-lowered``
        """
        floor = max(study.privacy.minimum_cell, study.batch.minimum or 0)
        if self.minimum is not None and self.minimum < floor:
            raise StudyError(
                Fault(
                    code="batch.privacy-lowered",
                    what="A batch cannot report smaller units than the study allows.",
                    given=self.minimum,
                    allowed=f"{floor} or more",
                    do="Give a larger --minimum, or change the rule in the study file.",
                )
            )
        return self.minimum or floor

    def below(self, study: Study) -> int | None:
        """Return the size under which units are pooled, None where they are not.

        Raises
        ------
        StudyError
            ``batch.pool-below``
        """
        if self.pool_below is not None and self.pool_below < 2:
            raise StudyError(
                Fault(
                    code="batch.pool-below",
                    what="Under this size there is no unit to pool.",
                    given=self.pool_below,
                    allowed="2 or more",
                )
            )
        return self.pool_below or (study.batch.pool.below if study.batch.pool else None)

    def wants_total(self, study: Study) -> bool:
        """Tell whether all units together get a report."""
        return study.batch.total if self.total is None else self.total

    def wanted_sections(self, study: Study) -> Names | None:
        """Return the sections to run, None for all."""
        return self.sections or study.batch.sections or None

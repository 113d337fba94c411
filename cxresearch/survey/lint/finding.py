"""What the linter says."""

from __future__ import annotations

from dataclasses import dataclass

from cxresearch.errors import Fault, Place, Severity
from cxresearch.survey.lint.rule import Words


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that respondents, analysts or platforms would stumble over.

    Parameters
    ----------
    code : str
        Of the rule, for example ``"W01"``.
    severity : {"error", "warning", "note"}
    message, suggestion : Words
        In German and English.
    place : Place, optional
    given : str, optional
        The text in question.
    """

    code: str
    severity: Severity
    message: Words
    suggestion: Words
    place: Place | None = None
    given: str | None = None

    def fault(self, language: str = "en") -> Fault:
        """Return it in one language, as checks carry it."""
        return Fault(
            code=f"lint.{self.code}",
            what=self.message.get(language),
            place=self.place,
            given=self.given,
            do=self.suggestion.get(language),
            severity=self.severity,
            language=language,
        )

"""The linter: what a respondent, an analyst or a platform would stumble over, in German and English."""

from cxresearch.survey.lint.finding import Finding
from cxresearch.survey.lint.rule import Rule, rules
from cxresearch.survey.lint.run import lint

__all__ = ["Finding", "Rule", "lint", "rules"]

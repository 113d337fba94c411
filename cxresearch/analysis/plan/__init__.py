"""Before the field: how many people to ask, in which quotas, and who gets what."""

from cxresearch.analysis.plan.question import plan
from cxresearch.analysis.plan.quotas import QuotaSheet, quota_sheet
from cxresearch.analysis.plan.randomisation import RandomisationList, randomisation_list
from cxresearch.analysis.plan.result import SurveyPlan

__all__ = ["QuotaSheet", "RandomisationList", "SurveyPlan", "plan", "quota_sheet", "randomisation_list"]

"""A laboratory for customer-experience research.

>>> import cxresearch as cx
>>> scores = cx.read_scores(cx.shipped_file("reports/nyc-schools/data/nyc_school_survey_2011_scores.csv"),
...                         unit="dbn", perspective="perspective", construct="dimension", score="score")
>>> gaps = cx.gaps(scores, inside="teacher", outside="parent", margin=0.5)
>>> gaps.table["verdict"].tolist()
['inside_lower', 'inside_lower', 'inside_lower', 'inside_lower']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# name -> module; imported when first used, so that `import cxresearch` costs nothing
_WHERE = {
    "load_survey": "cxresearch.survey.template",
    "infer_survey": "cxresearch.responses.infer",
    "write_survey": "cxresearch.survey.infer",
    "Survey": "cxresearch.survey.survey",
    "preview": "cxresearch.survey.preview.page",
    "export": "cxresearch.survey.export.export",
    "read_instrument": "cxresearch.survey.imports.read",
    "paths": "cxresearch.survey.paths",
    "rehearse": "cxresearch.responses.rehearse",
    "Style": "cxresearch.responses.crowd",
    "Truth": "cxresearch.responses.simulate",
    "PerspectiveName": "cxresearch.survey.named",
    "ConstructName": "cxresearch.survey.named",
    "ColumnName": "cxresearch.survey.named",
    "read": "cxresearch.responses.load",
    "read_responses": "cxresearch.responses.read",
    "read_scores": "cxresearch.responses.unit_scores",
    "Responses": "cxresearch.responses.responses",
    "UnitScores": "cxresearch.responses.responses",
    "score": "cxresearch.scores.scores",
    "describe": "cxresearch.analysis.describe",
    "compare": "cxresearch.analysis.compare",
    "gaps": "cxresearch.analysis.gaps",
    "confirm": "cxresearch.analysis.confirm",
    "credibility": "cxresearch.analysis.gaps.credibility",
    "johari": "cxresearch.analysis.gaps.johari",
    "profile": "cxresearch.analysis.gaps.profile",
    "raters": "cxresearch.analysis.raters",
    "ranking": "cxresearch.analysis.gaps.ranking",
    "expectation": "cxresearch.analysis.expectation.question",
    "personas": "cxresearch.analysis.personas.question",
    "plan": "cxresearch.analysis.plan",
    "quota_sheet": "cxresearch.analysis.plan",
    "randomisation_list": "cxresearch.analysis.plan",
    "power_gap": "cxresearch.analysis.power",
    "agreement": "cxresearch.analysis.agreement",
    "factors": "cxresearch.analysis.factors",
    "invariance": "cxresearch.analysis.invariance",
    "nps": "cxresearch.analysis.indices.nps",
    "silos": "cxresearch.analysis.silos",
    "maturity": "cxresearch.analysis.maturity",
    "calibration": "cxresearch.analysis.calibration",
    "reliability": "cxresearch.analysis.reliability",
    "csat": "cxresearch.analysis.indices.csat",
    "shipped_file": "cxresearch.shipped",
    "CxError": "cxresearch.errors",
    "NotEnoughData": "cxresearch.errors",
}

if TYPE_CHECKING:
    from cxresearch.analysis.agreement import agreement
    from cxresearch.analysis.calibration import calibration
    from cxresearch.analysis.compare import compare
    from cxresearch.analysis.confirm import confirm
    from cxresearch.analysis.describe import describe
    from cxresearch.analysis.expectation import expectation
    from cxresearch.analysis.factors import factors
    from cxresearch.analysis.gaps import gaps
    from cxresearch.analysis.gaps.credibility import credibility
    from cxresearch.analysis.gaps.johari import johari
    from cxresearch.analysis.gaps.profile import profile
    from cxresearch.analysis.gaps.ranking import ranking
    from cxresearch.analysis.indices.csat import csat
    from cxresearch.analysis.indices.nps import nps
    from cxresearch.analysis.invariance import invariance
    from cxresearch.analysis.maturity import maturity
    from cxresearch.analysis.personas.question import personas
    from cxresearch.analysis.plan import plan, quota_sheet, randomisation_list
    from cxresearch.analysis.power import power_gap
    from cxresearch.analysis.raters import raters
    from cxresearch.analysis.reliability import reliability
    from cxresearch.analysis.silos import silos
    from cxresearch.errors import CxError, NotEnoughData
    from cxresearch.responses.crowd import Style
    from cxresearch.responses.infer import infer_survey
    from cxresearch.responses.load import read
    from cxresearch.responses.read import read_responses
    from cxresearch.responses.rehearse import rehearse
    from cxresearch.responses.responses import Responses, UnitScores
    from cxresearch.responses.simulate import Truth
    from cxresearch.responses.unit_scores import read_scores
    from cxresearch.scores.scores import score
    from cxresearch.shipped import shipped_file
    from cxresearch.survey.export.export import export
    from cxresearch.survey.imports.read import read_instrument
    from cxresearch.survey.infer import write_survey
    from cxresearch.survey.named import ColumnName, ConstructName, PerspectiveName
    from cxresearch.survey.paths import paths
    from cxresearch.survey.preview.page import preview
    from cxresearch.survey.survey import Survey
    from cxresearch.survey.template import load_survey

__all__ = [
    "ColumnName",
    "ConstructName",
    "CxError",
    "NotEnoughData",
    "PerspectiveName",
    "Responses",
    "Style",
    "Survey",
    "Truth",
    "UnitScores",
    "agreement",
    "calibration",
    "compare",
    "confirm",
    "credibility",
    "csat",
    "describe",
    "expectation",
    "export",
    "factors",
    "gaps",
    "infer_survey",
    "invariance",
    "johari",
    "load_survey",
    "maturity",
    "nps",
    "paths",
    "personas",
    "plan",
    "power_gap",
    "preview",
    "profile",
    "quota_sheet",
    "randomisation_list",
    "ranking",
    "raters",
    "read",
    "read_instrument",
    "read_responses",
    "read_scores",
    "rehearse",
    "reliability",
    "score",
    "shipped_file",
    "silos",
    "write_survey",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'cxresearch' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})

"""Do they know what customers will answer? Forecasts of the customers' answers against the answers."""

from cxresearch.analysis.calibration.question import calibration
from cxresearch.analysis.calibration.result import Calibration

__all__ = ["Calibration", "calibration"]

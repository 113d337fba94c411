"""How far do departments differ among themselves, and each from the customers?"""

from cxresearch.analysis.silos.question import silos
from cxresearch.analysis.silos.result import Silos

__all__ = ["Silos", "silos"]

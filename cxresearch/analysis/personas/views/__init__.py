"""Further looks at personas: how many, what proof, who, how they split, where they lie, which touchpoints."""

from cxresearch.analysis.personas.views.map import Map, map_of
from cxresearch.analysis.personas.views.number import HowMany, how_many
from cxresearch.analysis.personas.views.portrait import Portrait, portrait
from cxresearch.analysis.personas.views.proof import Proof, proof
from cxresearch.analysis.personas.views.split import Split, split
from cxresearch.analysis.personas.views.touchpoints import Touchpoints, touchpoints

__all__ = [
    "HowMany",
    "Map",
    "Portrait",
    "Proof",
    "Split",
    "Touchpoints",
    "how_many",
    "map_of",
    "portrait",
    "proof",
    "split",
    "touchpoints",
]

"""Cards: each persona on one page with its proof, and all of them side by side."""

from cxresearch.analysis.personas.cards.write import write_cards

__all__ = ["write_cards"]

"""Is there anything at all, and does it come back?"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.personas.views.view import View, options
from cxresearch.words.catalog import say
from cxresearch.words.numbers import formatter, percent_formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.result import Personas

NORMAL = NormalDist()
ALPHA = 0.05


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Proof(View):
    """Whether there is anything at all, and whether it comes back; made by :meth:`Personas.proof`."""

    kind: ClassVar[str] = "persona_proof"
    columns: ClassVar[dict[str, str]] = {
        "test": "word:personas.test",
        "figure": "n2",
        "p": "p3",
        "persona": "text",
        "jaccard": "n2",
        "jaccard_low": "n2",
        "jaccard_high": "n2",
        "dissolved": "%0",
        "mean_probability": "n2",
        "null": "word:personas.proof",
        "k": "i",
        "index": "n3",
        "expected": "n3",
        "sd": "n3",
        "z": "+n1",
    }

    stability: pd.DataFrame
    structure: pd.DataFrame
    draws: pd.DataFrame = field(repr=False)

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "stability": self.stability, "structure": self.structure}

    def sentence(self, lang: str | None = None) -> str:
        """Say how the data compare with data without groups, and how the personas come back."""
        lang = lang or self.lang
        found = self.found.evidence
        key = "supported" if found.structure.p < ALPHA else "refused"
        parts = [say(f"personas.proof.{key}", lang, p=found.structure.p, z=found.structure.statistic)]
        if found.continuum is not None:
            even = "uneven" if found.continuum.p < ALPHA else "even"
            parts.append(say(f"personas.proof.{even}", lang, p=found.continuum.p))
        if found.stability is not None:
            least = float(np.min(found.stability.jaccard))
            parts.append(say("personas.proof.steady", lang, jaccard=least, ari=found.stability.ari))
        return " ".join(parts)

    def heading(self, lang: str | None = None) -> str:
        """Name the question."""
        return say("personas.proof.heading", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say what data without groups are."""
        lang = lang or self.lang
        steady = self.found.evidence.stability
        parts = [say("personas.proof.method", lang, draws=self.found.evidence.structure.draws)]
        if steady is not None:
            parts.append(say("personas.method.stability", lang, draws=steady.draws, halves=steady.halves))
        return " ".join([*parts, *self.found.sampled(lang)])

    def _draw(self, ax: Axes, lang: str) -> Axes:
        return self.draw(ax, lang, title=self.heading(lang))

    def draw(self, ax: Axes, lang: str, title: str) -> Axes:
        """Draw the data beside data without groups, a row a number of groups."""
        from cxresearch.charts.null_distribution import null_distribution

        rows = self.structure[self.structure["null"] != "continuum"]
        limit = -float(NORMAL.inv_cdf(ALPHA))
        frame = pd.DataFrame(
            {
                "row": rows["k"],
                "null": rows["null"],
                "observed": 1 - rows["index"],
                "text": [formatter(lang, 1, signed=True)(z) for z in rows["z"]],
                "hollow": rows["z"] < limit,
            }
        )
        return null_distribution(
            frame,
            draws=self.draws,
            null_labels={n: say(f"personas.proof.{n}", lang) for n in ("independent", "copula")},
            observed_label=say("personas.proof.observed", lang),
            value_label=say("personas.proof.value", lang),
            number=percent_formatter(lang),
            row_labels={k: say("personas.proof.row", lang, k=k) for k in frame["row"]},
            text_label=say("personas.proof.text", lang),
            title=title,
            subtitle=say("personas.proof.subtitle", lang),
            ax=ax,
        )


def proof(found: Personas) -> Proof:
    """See :meth:`Personas.proof`."""
    known = found.evidence
    clearest = int(known.structure.frame["z"].to_numpy().argmax())
    space = known.structure.frame["space"].iloc[clearest]
    tables, draws = [], []
    for null, test in (("independent", known.independent), ("continuum", known.continuum), ("copula", known.structure)):
        if test is None:
            continue
        here = (test.frame["space"] == space).to_numpy()
        part = test.frame[here].assign(null=null)
        tables.append(part[["null", "k", "index", "expected", "sd", "z"]])
        if null != "continuum":
            drawn = 1 - np.asarray(test.drawn)[:, here]
            draws += [pd.DataFrame({"null": null, "row": k, "value": drawn[:, i]}) for i, k in enumerate(part["k"])]
    structure = pd.concat(tables).sort_values(["k"], kind="stable").reset_index(drop=True)
    return Proof(
        stability=found.stability,
        structure=structure,
        draws=pd.concat(draws, ignore_index=True),
        **options(found, found.proof_table()),
    )

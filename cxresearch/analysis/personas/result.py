"""The answer: personas as table, picture and sentence, or the sentence that there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.analysis.personas import reuse, views
from cxresearch.analysis.personas.choose import Chosen
from cxresearch.analysis.personas.evidence import Evidence
from cxresearch.analysis.personas.input import Frame
from cxresearch.responses.responses import Responses
from cxresearch.result import Result, Shown
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxresearch.analysis.personas.reuse import Drift
    from cxresearch.analysis.personas.typing import TypingTool
    from cxresearch.analysis.personas.views import HowMany, Map, Portrait, Proof, Split, Touchpoints

MOST_ROWS = 20


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Personas(Result):
    """Personas and their proof; made by :func:`cxresearch.personas`.

    Parameters
    ----------
    verdict : {"stable", "use with care", "not supported"}
    reasons : tuple of str
        What held the verdict back.
    k : int
        Number of groups; 1 where one group fits best.
    members : DataFrame
        A row a respondent: row, persona, probability, unlike; not part of what is displayed or published.
    selection : DataFrame
        A row a number of groups.
    stability : DataFrame
        A row a persona: how well it comes back.
    profile : DataFrame
        A row a persona, item and answer.
    withheld : frozenset of int
        Personas that are not described, because one of them is below the minimum cell.
    chosen, evidence, frame, used
        What the numbers come from: fitted groupings, tests, the people as they were read, the rows that the models
        were made from in their own order.
    level, adjust, minimum_cell, seed, weights
        As they were asked for.
    """

    kind: ClassVar[str] = "personas"
    columns: ClassVar[dict[str, str]] = {
        "persona": "i",
        "name": "text",
        "item": "name",
        "answer": "text",
        "share": "%0",
        "value": "n2",
        "rest": "n2",
        "difference": "+n2",
        "distance": "+n2",
        "ci_low": "n2",
        "ci_high": "n2",
        "p_adjusted": "p3",
        "jaccard": "n2",
        "jaccard_low": "n2",
        "jaccard_high": "n2",
        "dissolved": "%0",
        "mean_probability": "n2",
        "test": "word:personas.test",
        "k": "i",
        "parameters": "i",
        "bic": "n1",
        "aic": "n1",
        "icl": "n1",
        "entropy": "n2",
        "blrt_p": "p3",
        "silhouette": "n2",
        "gap": "n2",
        "figure": "n2",
        "p": "p3",
        "n": "i",
    }
    order: ClassVar[tuple[str, ...]] = (
        "persona", "name", "share", "ci_low", "ci_high", "n", "jaccard", "jaccard_low", "jaccard_high", "dissolved",
        "mean_probability",
    )  # fmt: skip

    verdict: str
    reasons: tuple[str, ...]
    k: int
    members: pd.DataFrame = field(repr=False)
    selection: pd.DataFrame
    stability: pd.DataFrame
    profile: pd.DataFrame
    withheld: frozenset[int]
    chosen: Chosen
    evidence: Evidence
    frame: Frame
    used: np.ndarray
    level: float
    adjust: str
    minimum_cell: int
    seed: int
    weights: str | None = None

    @property
    def supported(self) -> bool:
        """Whether the data support personas at all."""
        return self.verdict != "not supported"

    def how_many(self) -> HowMany:
        """Show the criteria over k, and what decided."""
        return views.how_many(self)

    def proof(self) -> Proof:
        """Show how clear the grouping is beside data without groups, and how well each persona comes back."""
        return views.proof(self)

    def split(self) -> Split:
        """Show how people move when there is one persona fewer or more."""
        return views.split(self)

    def map(self) -> Map:
        """Show people and personas in the plane that tells personas apart most.

        Raises
        ------
        NotEnoughData
            ``personas.one-group``.
        """
        return views.map_of(self)

    def portrait(self, persona: int) -> Portrait:
        """Show one persona against everybody else.

        Raises
        ------
        ArgumentError
            ``personas.persona``.
        """
        return views.portrait(self, persona)

    def portraits(self, lang: str | None = None) -> list[Shown]:
        """Return a portrait of each persona, as a notebook shows them with ``display(*...)``."""
        return [self.portrait(i).show(lang or self.lang) for i in range(1, self.k + 1)]

    def touchpoints(self, items: Sequence[str] | None = None) -> Touchpoints:
        """Show ratings by persona as a heat map.

        Parameters
        ----------
        items : list of str, optional
            By default those that the survey assigns to a touchpoint; without a survey all.

        Raises
        ------
        ArgumentError
            ``personas.touchpoints``.
        """
        return views.touchpoints(self, items)

    def typing_tool(self, max_items: int = 6) -> TypingTool:
        """Find the fewest questions that tell to which persona somebody belongs.

        Parameters
        ----------
        max_items : int
            Most questions; fewer are taken where one more hardly helps.

        Returns
        -------
        TypingTool
            ``accuracy`` and ``confusion`` are cross-validated, the choice of questions included.

        Raises
        ------
        ArgumentError
            ``personas.max-items``, ``personas.one-group``.
        """
        from cxresearch.analysis.personas.typing import typing_tool

        return typing_tool(self, max_items)

    def assign(self, data: Responses | pd.DataFrame, *, perspective: str | None = None) -> pd.DataFrame:
        """Place other people (the next wave) by all items they answered.

        Returns
        -------
        DataFrame
            A row a respondent: row, persona, probability, and whether the answers are unlike those of anyone the
            personas were made from (rarer than those of 99 % of people who follow the model).
        """
        return reuse.assign(self, data, perspective)

    def attach(
        self, data: Responses | pd.DataFrame, *, members: pd.DataFrame | None = None, name: str = "persona"
    ) -> Responses | pd.DataFrame:
        """Add the persona as a column, so that any question can be asked by persona: ``gaps(..., by="persona")``.

        Parameters
        ----------
        data : Responses or DataFrame
            The data that the personas were made from, or those that `members` belong to.
        members : DataFrame, optional
            What :meth:`assign` returned for `data`.
        name : str
            Of the new column.

        Raises
        ------
        ArgumentError
            ``personas.attach``.
        """
        return reuse.attach(self, data, members, name)

    def drift(
        self,
        data: Responses | pd.DataFrame,
        *,
        perspective: str | None = None,
        weights: str | None = None,
        adjust: str = "holm",
    ) -> Drift:
        """Compare the sizes of personas with another wave, everybody placed by the same rule."""
        return reuse.drift(self, data, perspective=perspective, weights=weights, adjust_by=adjust)

    def cards(self, folder: str | Path, lang: str | None = None, *, force: bool = False, **about: Any) -> list[Path]:
        """Write a card for each persona (HTML, PNG, SVG) and a sheet that compares them.

        Parameters
        ----------
        folder : path
        lang : str, optional
        force : bool
            Draw cards although the data do not support personas; each is stamped.
        **about
            See :func:`cxresearch.analysis.personas.cards.write_cards`.

        Returns
        -------
        list of Path
            The files, the comparison sheet first.

        Raises
        ------
        ArgumentError
            ``personas.not-supported`` without `force`.
        """
        from cxresearch.analysis.personas.cards import write_cards

        return write_cards(self, Path(folder), lang or self.lang, force=force, **about)

    def frames(self) -> dict[str, pd.DataFrame]:
        return {"table": self.table, "profile": self.profile, "selection": self.selection, "proof": self.proof_table()}

    def shown_columns(self, frame: str) -> dict[str, str]:
        shown = super().shown_columns(frame)
        if frame == "table":
            return {c: "%0" if c in ("ci_low", "ci_high") else how for c, how in shown.items()}
        have = self.frames()[frame]
        return {c: how for c, how in shown.items() if not have[c].isna().all()}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column == "name":
            return self.name_of(row["persona"], lang)
        if column == "answer":
            return "" if pd.isna(row["answer"]) else self.names.code(row["item"], row["answer"], lang)
        if column in ("ci_low", "ci_high") and "share" in row and not pd.isna(row[column]):
            return say("personas.share", lang, share=row[column])
        return super().cell(column, row, lang)

    def name_of(self, persona: int, lang: str) -> str:
        """Return the proposed name of a persona."""
        return self.names.code("persona", persona, lang)

    def size_of(self, persona: int, lang: str) -> str:
        """Return share and number of people, where they may be shown."""
        if persona in self.withheld:
            return say("personas.size_withheld", lang)
        row = self.table[self.table["persona"] == persona].iloc[0]
        return say("personas.size", lang, share=row["share"], n=row["n"])

    def proof_table(self) -> pd.DataFrame:
        """Return a row a piece of evidence: figure, and its p-value or NaN."""
        found = self.evidence
        rows = [
            {"test": name, "figure": test.statistic, "p": test.p}
            for name, test in (
                ("copula", found.structure),
                ("continuum", found.continuum),
                ("independent", found.independent),
            )
            if test is not None
        ]
        if found.stability is not None:
            rows.append({"test": "halves", "figure": found.stability.ari, "p": np.nan})
            rows.append({"test": "jaccard", "figure": float(np.min(found.stability.jaccard)), "p": np.nan})
        chosen = self.selection[self.selection["chosen"]].iloc[0]
        if not pd.isna(chosen["entropy"]) and self.k > 1:
            rows.append({"test": "entropy", "figure": chosen["entropy"], "p": np.nan})
        return pd.DataFrame(rows, columns=["test", "figure", "p"])

    def sentence(self, lang: str | None = None) -> str:
        """Say whether there are personas, which, and on what proof."""
        lang = lang or self.lang
        values = {
            "n": int(self.members["persona"].notna().sum()),
            "p": self.evidence.structure.p,
            "why": self.why(lang),
        }
        if not self.supported:
            return say("personas.none", lang, **values)
        groups = [
            say("personas.one", lang, name=self.name_of(row["persona"], lang), share=row["share"])
            for row in self.table.to_dict("records")
            if row["persona"] not in self.withheld
        ]
        if self.withheld:
            groups.append(say("personas.withheld", lang, n=len(self.withheld)))
        key = "personas.stable" if self.verdict == "stable" else "personas.care"
        return say(key, lang, k=self.k, groups=join(groups, lang), jaccard=self._least(), **values)

    def why(self, lang: str) -> str:
        """Return what held the verdict back, a sentence each."""
        found = self.evidence
        even = found.continuum.p if found.continuum is not None else np.nan
        values = {"p": found.structure.p, "even": even, "jaccard": self._least()}
        return ". ".join(say(f"personas.reason.{reason}", lang, **values) for reason in self.reasons)

    def _least(self) -> float:
        least: float = self.stability["jaccard"].min()
        return least

    def heading(self, lang: str | None = None) -> str:
        """Say the verdict."""
        lang = lang or self.lang
        if not self.supported:
            return say("personas.heading.none", lang)
        key = "stable" if self.verdict == "stable" else "care"
        return say(f"personas.heading.{key}", lang, k=self.k)

    def method(self, lang: str | None = None) -> str:
        """Say how people were grouped, how k was chosen, and what was tested."""
        lang = lang or self.lang
        chosen, found = self.chosen, self.evidence
        n = len(self.used)
        parts = [
            say(f"personas.method.{chosen.grouping.method}", lang, n=n, items=len(self.frame.variables)),
            say(f"personas.method.why_{chosen.why}", lang),
            say(f"personas.method.criterion_{chosen.criterion}", lang, most=int(self.selection["k"].max())),
        ]
        if self.frame.style != "raw":
            parts.append(say(f"personas.method.{self.frame.style}", lang))
        parts.append(say("personas.method.structure", lang, draws=found.structure.draws))
        if found.stability is not None:
            steady = found.stability
            parts.append(say("personas.method.stability", lang, draws=steady.draws, halves=steady.halves))
        parts += self.sampled(lang)
        parts.append(say("personas.method.profile", lang, level=self.level))
        if (self.profile["role"] == "describing").any():
            tests = int(self.profile["p"].notna().sum())
            parts.append(say(f"common.adjust.{self.adjust}", lang, k=tests))
        if self.weights:
            parts.append(say("common.weights", lang, weights=self.weights))
        parts.append(say("personas.method.seed", lang, seed=self.seed))
        return " ".join(parts)

    def sampled(self, lang: str) -> list[str]:
        """Say that the proof rests on a sample, where it does."""
        few = self.evidence.n
        return [say("personas.method.sample", lang, n=few)] if few < len(self.used) else []

    def _draw(self, ax: Axes, lang: str) -> Axes:
        if not self.supported:
            return self.proof().draw(ax, lang, title=self.heading(lang))
        return self.draw_comparison(ax, lang)

    def draw_comparison(self, ax: Axes, lang: str) -> Axes:
        """Draw personas side by side against the average of all."""
        from cxresearch.charts.comparison import comparison

        rows = profile_rows(self.profile, MOST_ROWS)
        frame = pd.DataFrame(
            {
                "row": rows["row"],
                "persona": rows["persona"],
                "value": rows["distance"],
                "low": rows["distance_low"],
                "high": rows["distance_high"],
                "block": rows["role"],
            }
        )
        shares = {i: self.size_of(i, lang) for i in range(1, self.k + 1)}
        return comparison(
            frame,
            row_labels=self.row_labels(rows, lang),
            persona_labels={i: self.name_of(i, lang) for i in range(1, self.k + 1)},
            share_labels=shares,
            block_labels={r: say(f"personas.role.{r}", lang) for r in dict.fromkeys(rows["role"])},
            value_label=say("personas.distance_axis", lang),
            number=formatter(lang, 1, signed=True),
            title=self.heading(lang),
            subtitle=say("personas.comparison_subtitle", lang, level=self.level),
            ax=ax,
        )

    def row_labels(self, rows: pd.DataFrame, lang: str) -> dict[str, str]:
        """Return the wording of items (and answers) under the keys of :func:`profile_rows`."""
        labels = {}
        for row in rows.drop_duplicates("row").to_dict("records"):
            item = self.names.of(row["item"], lang)
            if not pd.isna(row["answer"]):
                answer = self.names.code(row["item"], row["answer"], lang)
                item = say("personas.name.answer", lang, item=item, answer=answer)
            labels[row["row"]] = item
        return labels


def profile_rows(profile: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the profile of the items that tell personas apart most, with a key a row of the picture."""
    keyed = profile.assign(
        row=[i if pd.isna(a) else f"{i}={a}" for i, a in zip(profile["item"], profile["answer"], strict=True)]
    )
    reach = keyed.assign(size=keyed["distance"].abs()).groupby("row", sort=False)["size"].max()
    kept = set(reach.sort_values(ascending=False, kind="stable").index[:most])
    return keyed[keyed["row"].isin(kept)]

"""Do groups read the questions alike, so that their means may be compared?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from cxresearch.checks.comparability import GATE, GATES
from cxresearch.checks.release import POOR_FIT
from cxresearch.errors import ArgumentError, Fault, NotEnoughData, listing, unknown_name
from cxresearch.responses.responses import PERSPECTIVE, Responses
from cxresearch.responses.source import Missing, ScaleLike, Source
from cxresearch.result import Caveat, Ids, Result
from cxresearch.scores.item_matrix import ItemMatrix, item_matrices
from cxresearch.stats.cfa import InvarianceResult, Rule, item_differences
from cxresearch.stats.cfa import invariance as fit_invariance
from cxresearch.stats.cfa import partial as fit_partial
from cxresearch.words.catalog import join, say
from cxresearch.words.numbers import formatter
from cxresearch.words.rules import rule as cutoff

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# cut-offs that a study can choose by name
RULES = {
    "cheung2002_chen2007": Rule(),
    "chen2007_small": Rule(delta_cfi=-0.005, delta_rmsea=0.010, source="Chen 2007, for groups of up to 300"),
    "meade2008": Rule(delta_cfi=-0.002, delta_rmsea=math.inf, source="Meade, Johnson & Braddy 2008"),
}
FEW_DF = 10  # below, RMSEA rejects good models (Kenny, Kaniskan & McCoach 2015)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Invariance(Result):
    """Measurement invariance over groups; made by :func:`cxresearch.invariance`.

    Parameters
    ----------
    items : DataFrame
        A row an item and group: how far the group reads it differently (dMACS).
    latent_means : DataFrame
        A row a construct and group, against the reference group.
    freed : DataFrame
        What was freed for partial invariance, in order.
    verdict : str
        "comparable", "partially_comparable" or "not_comparable".
    """

    kind: ClassVar[str] = "invariance"
    columns: ClassVar[dict[str, str]] = {
        "model": "word:invariance.model",
        "kind": "word:invariance.freed",
        "construct": "name",
        "item": "name",
        "group": "text",
        "reference": "text",
        "chi2": "n2",
        "df": "i",
        "p": "p3",
        "cfi": "n3",
        "tli": "n3",
        "rmsea": "n3",
        "rmsea_low": "n3",
        "rmsea_high": "n3",
        "srmr": "n3",
        "delta_cfi": "+n3",
        "delta_rmsea": "+n3",
        "index": "n1",
        "dmacs": "n2",
        "bias": "+n2",
        "difference": "+n2",
        "ci_low": "+n2",
        "ci_high": "+n2",
        "standardised": "+n2",
        "verdict": "word:invariance.step",
    }

    items: pd.DataFrame
    latent_means: pd.DataFrame
    freed: pd.DataFrame
    group: str
    groups: tuple[Any, ...]
    sizes: tuple[int, ...]
    n_dropped: int
    missing: str
    verdict: str
    rule: Rule
    level: float

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {"table": self.table, "latent_means": self.latent_means, "items": self.items, "freed": self.freed}
        return {name: frame for name, frame in found.items() if name == "table" or len(frame)}

    def shown_columns(self, frame: str) -> dict[str, str]:
        have = self.frames()[frame]
        return {c: how for c, how in super().shown_columns(frame).items() if have[c].notna().any()}

    def cell(self, column: str, row: Mapping[str, Any], lang: str) -> str:
        if column in ("group", "reference"):
            return self._name(row[column], lang)
        return super().cell(column, row, lang)

    def sentence(self, lang: str | None = None) -> str:
        """Say in words whether means may be compared, and what broke."""
        lang = lang or self.lang
        broken = list(dict.fromkeys(self.freed["item"])) if len(self.freed) else []
        steps = self.table.set_index("model")["delta_cfi"]
        rises = self.table.set_index("model")["delta_rmsea"]
        return say(
            f"invariance.verdict.{self.verdict}",
            lang,
            items=join([say("common.quoted", lang, name=self.names.of(i, lang)) for i in broken], lang),
            metric=steps.get("metric", math.nan),
            scalar=steps.get("scalar", math.nan),
            rmsea_metric=rises.get("metric", math.nan),
            rmsea_scalar=rises.get("scalar", math.nan),
        )

    def heading(self, lang: str | None = None) -> str:
        """Name the verdict."""
        return say(f"invariance.heading.{self.verdict}", lang or self.lang)

    def method(self, lang: str | None = None) -> str:
        """Say which models were fitted and which cut-offs decided."""
        lang = lang or self.lang
        return say(
            "invariance.method",
            lang,
            group=self.names.of(self.group, lang),
            n=sum(self.sizes),
            dropped=self.n_dropped,
            cfi=self.rule.delta_cfi,
            rmsea=self.rule.delta_rmsea,
            source=self.rule.source,
            missing=say(f"invariance.missing.{self.missing}", lang),
        )

    def _name(self, group: Any, lang: str) -> str:
        return self.names.of(group, lang) if self.group == PERSPECTIVE else self.names.code(self.group, group, lang)

    def _draw(self, ax: Axes, lang: str) -> Axes:
        from cxresearch.charts.interval import intervals

        if len(self.latent_means):
            means = self.latent_means
            frame = pd.DataFrame(
                {
                    "row": means["construct"],
                    "value": means["difference"],
                    "low": means["ci_low"],
                    "high": means["ci_high"],
                    "group": [self._name(g, lang) for g in means["group"]],
                }
            )
            return intervals(
                frame,
                row_labels={c: self.names.of(c, lang) for c in means["construct"]},
                value_label=say("invariance.axis", lang, reference=self._name(self.groups[0], lang)),
                number=formatter(lang, 2, signed=True),
                tick_number=formatter(lang, 1),
                reference=0.0,
                title=self.heading(lang),
                subtitle=say("invariance.subtitle", lang, level=self.level),
                ax=ax,
            )
        frame = pd.DataFrame(
            {"row": self.table["model"], "value": self.table["cfi"], "low": math.nan, "high": math.nan}
        )
        return intervals(
            frame,
            row_labels={m: say(f"invariance.model.{m}", lang) for m in self.table["model"]},
            value_label="CFI",
            number=formatter(lang, 3),
            title=self.heading(lang),
            subtitle=say("invariance.subtitle_fit", lang),
            ax=ax,
        )


def invariance(
    data: Responses | pd.DataFrame,
    constructs: Iterable[str] | Mapping[str, Sequence[str]] | None = None,
    *,
    group: str,
    partial: bool = False,
    fiml: bool = False,
    reversed: Iterable[str] = (),
    scale: ScaleLike | Mapping[str, ScaleLike] | None = None,
    missing: Missing | None = None,
    rule: Rule | str | None = None,
    level: float = 0.95,
) -> Invariance:
    """Test measurement invariance over groups: configural, metric, scalar, strict.

    Parameters
    ----------
    data : Responses or DataFrame
    constructs : optional
        Ids of the survey's constructs, or ``{construct: [columns]}`` for a frame; all are fitted
        together, each item on its construct.
    group : str
        Column with the groups, for example ``"perspective"``.
    partial : bool
        Where a step fails, free loadings or intercepts one by one by modification index.
    fiml : bool
        Use incomplete answers by full-information maximum likelihood; else listwise.
    reversed, scale, missing
        For a frame: see :func:`cxresearch.score`.
    rule : Rule or {"cheung2002_chen2007", "chen2007_small", "meade2008"}, optional
        Cut-offs; by default CFI may drop by .010 and RMSEA rise by .015, and with fewer than ten
        degrees of freedom CFI alone decides.
    level : float
        Confidence level of the latent means.

    Returns
    -------
    Invariance
        ``table``, a row a model: model, chi2, df, p, cfi, tli, rmsea, rmsea_low, rmsea_high, srmr,
        delta_cfi, delta_rmsea, verdict ("passes", "fails", "start").  ``latent_means``, ``items``
        (dMACS), ``freed``, ``verdict``.

    Raises
    ------
    ArgumentError
        ``invariance.no-construct``, unknown columns.
    NotEnoughData
        One group only, or fewer respondents than the model needs.

    Notes
    -----
    Maximum likelihood with mean structure (Meredith 1993; Vandenberg & Lance 2000); agrees with
    lavaan.  An inadmissible solution is named in the caveats and never passes.  In one model of
    several constructs an item that is read differently hardly moves CFI: the gate of
    :func:`cxresearch.gaps` tests each construct by itself, and so can you.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> ease = rng.normal(size=(800, 1)) + 0.7 * rng.normal(size=(800, 4))
    >>> frame = pd.DataFrame(ease, columns=list("abcd")).assign(who=["staff"] * 400 + ["customer"] * 400)
    >>> invariance(frame, {"ease": list("abcd")}, group="who").verdict
    'comparable'
    """
    rule = rule or None
    source, matrices = item_matrices(
        data, constructs or None, perspectives=_asked(data, group), reversed=reversed, scale=scale, missing=missing
    )
    matrices = tuple(m for m in matrices if m.items)
    if not matrices:
        raise ArgumentError(
            Fault(code="invariance.no-construct", what="No construct has items that all groups answer.")
        )
    items = [item for m in matrices for item in m.items]
    twice = sorted({i for i in items if items.count(i) > 1})
    if twice:
        raise ArgumentError(
            Fault(code="invariance.item-twice", what="An item belongs to one construct only.", given=listing(twice))
        )
    values = np.hstack([m.values for m in matrices])
    keys = source.key(group)
    rows = keys.notna().to_numpy() & ~np.isnan(values).all(axis=1)
    if isinstance(rule, str) and rule not in RULES:
        raise ArgumentError(unknown_name("invariance.unknown-rule", "rule", rule, RULES))
    cuts = RULES[rule] if isinstance(rule, str) else rule
    options: dict[str, Any] = {"missing": "fiml" if fiml else "listwise", "rule": cuts, "level": level}
    answers, who = values[rows], keys[rows].to_numpy()
    found = fit_invariance(answers, who, _model(matrices), **options)
    if cuts is None and found.fits["configural"].df < FEW_DF:
        options["rule"] = GATES[GATE]
        found = fit_invariance(answers, who, _model(matrices), **options)
    if partial and found.verdict != "comparable":
        found = fit_partial(answers, who, _model(matrices), anchor="soundest", **options)
    if len(found.groups) < 2:
        raise NotEnoughData(Fault(code="invariance.one-group", what="There is one group only.", given=group))
    return _result(found, source, matrices, items, group, int((~rows).sum()), level)


def _asked(data: Responses | pd.DataFrame, group: str) -> tuple[str, ...]:
    return data.perspectives if isinstance(data, Responses) and group == PERSPECTIVE else ()


def _model(matrices: Sequence[ItemMatrix]) -> dict[str, list[int]]:
    model, at = {}, 0
    for matrix in matrices:
        model[matrix.construct.id] = list(range(at, at + len(matrix.items)))
        at += len(matrix.items)
    return model


def _result(
    found: InvarianceResult,
    source: Source,
    matrices: Sequence[ItemMatrix],
    items: list[str],
    group: str,
    outside: int,
    level: float,
) -> Invariance:
    caveats = [c for m in matrices for c in m.caveats]
    bad = {name: fit.problems for name, fit in found.fits.items() if fit.problems}
    if bad:
        values = {"problems": "; ".join(f"{name}: {', '.join(p)}" for name, p in bad.items())}
        caveats.append(Caveat(code="inadmissible", severity="warning", values=values))
    short = [m.construct.id for m in matrices if len(m.items) < 3]
    if short:
        caveats.append(Caveat(code="few_items", values={"constructs": Ids(short)}))
    names = [m.construct.id for m in matrices]
    if len(names) > 1:
        caveats.append(Caveat(code="several_constructs", values={"k": len(names)}))
    fit = found.fits["configural"]
    if fit.cfi < cutoff(POOR_FIT).cuts["acceptable"]:
        caveats.append(Caveat(code="poor_fit", severity="warning", values={"constructs": Ids(names), "cfi": fit.cfi}))
    if found.verdict == "partially_comparable":
        caveats.append(Caveat(code="partial_assumes_most", values={"constructs": Ids(_of_freed(found, matrices))}))
    comparable = found.verdict != "not_comparable"
    return Invariance(
        table=_models(found),
        items=_dmacs(found, items) if "scalar" in found.fits else pd.DataFrame(),
        latent_means=_means(found) if comparable else pd.DataFrame(),
        freed=pd.DataFrame(
            [
                {
                    "step": step.step,
                    "model": step.model,
                    "kind": step.kind,
                    "item": items[int(step.item)],
                    "group": step.group,
                    "index": step.index,
                    "delta_cfi": step.delta_cfi,
                }
                for step in found.freed
            ]
        ),
        caveats=tuple({repr(c): c for c in caveats}.values()),
        names=source.names.adding({m.construct.id: m.construct.name for m in matrices}),
        lang=source.lang,
        group=group,
        groups=found.groups,
        sizes=found.sizes,
        n_dropped=found.n_dropped + outside,
        missing=found.missing,
        verdict=found.verdict,
        rule=found.rule,
        level=level,
    )


def _of_freed(found: InvarianceResult, matrices: Sequence[ItemMatrix]) -> list[str]:
    """Return the constructs of which an item was freed."""
    freed = {int(step.item) for step in found.freed}
    return [construct for construct, at in _model(matrices).items() if freed & set(at)]


def _models(found: InvarianceResult) -> pd.DataFrame:
    steps = {step.model: step for step in found.steps}
    rows = []
    for model, fit in found.fits.items():
        step = steps.get(model)
        rows.append(
            {
                "model": model,
                "chi2": fit.chi2,
                "df": fit.df,
                "p": fit.p,
                "cfi": fit.cfi,
                "tli": fit.tli,
                "rmsea": fit.rmsea,
                "rmsea_low": fit.rmsea_low,
                "rmsea_high": fit.rmsea_high,
                "srmr": fit.srmr,
                "delta_cfi": step.delta_cfi if step else math.nan,
                "delta_rmsea": step.delta_rmsea if step else math.nan,
                "verdict": "start" if step is None else "passes" if step.passes and not fit.problems else "fails",
            }
        )
    return pd.DataFrame(rows)


def _means(found: InvarianceResult) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "construct": mean.construct,
                "group": mean.group,
                "reference": found.groups[0],
                "difference": mean.estimate.value,
                "ci_low": mean.estimate.low,
                "ci_high": mean.estimate.high,
                "standardised": mean.standardised,
            }
            for mean in found.latent_means
        ]
    )


def _dmacs(found: InvarianceResult, items: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "construct": part.construct,
                "item": items[int(part.item)],
                "group": part.focal,
                "reference": part.reference,
                "dmacs": part.dmacs,
                "bias": part.bias,
            }
            for part in item_differences(found, "metric" if "metric" in found.fits else "scalar")
        ]
    )

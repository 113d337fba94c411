"""What is to be known after the survey: one target a statistic, read from names and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any

from cxresearch.errors import ArgumentError, Fault, listing, unknown_name

Given = str | Mapping[str, Any]
HALF = 0.5
NPS_VARIANCE = 0.6  # of one answer; 45 % promoters and 20 % detractors have .59

_TWO = ("ratio", "between", "correlation", "comparisons")
USED: dict[str, tuple[str, ...]] = {
    "share": ("margin", "share"),
    "mean": ("margin", "sd"),
    "nps": ("margin", "promoters", "detractors", "variance"),
    "share_difference": ("difference", "share", *_TWO),
    "mean_difference": ("difference", "sd", *_TWO),
    "nps_difference": ("difference", "promoters", "detractors", "variance", *_TWO),
    "gap": ("margin", "sd", "ratio", "comparisons"),
    "personas": ("people", "margin", "share", "shares", "personas", "probability"),
    "kano": ("shares",),
}
WANTED = {name: used[0] for name, used in USED.items()}
BETWEEN = ("groups", "waves")

# lowest and highest, both excluded, and how that is told
_OPEN = {
    "margin": (0.0, math.inf, "above 0"),
    "difference": (0.0, math.inf, "above 0"),
    "share": (0.0, 1.0, "above 0, below 1, such as 0.3 for 30 %"),
    "sd": (0.0, math.inf, "above 0"),
    "variance": (0.0, 1.0 + 1e-9, "above 0, at most 1"),
    "ratio": (0.0, math.inf, "above 0"),
    "correlation": (-1.0, 1.0, "above -1, below 1"),
    "probability": (0.0, 1.0, "above 0, below 1"),
    "promoters": (-1e-9, 1.0, "0 to 1"),
    "detractors": (-1e-9, 1.0, "0 to 1"),
}
_COUNTS = ("comparisons", "people", "personas")
_SHARES = ("share", "share_difference")


@dataclass(frozen=True, kw_only=True)
class Target:
    """One number that the survey is to tell; see :func:`cxresearch.plan` for what each part means."""

    statistic: str
    name: str | None = None
    margin: float | None = None
    difference: float | None = None
    share: float | None = None
    sd: float | Sequence[float] = 1.0
    promoters: float | None = None
    detractors: float | None = None
    variance: float | None = None
    ratio: float = 1.0
    between: str = "groups"
    correlation: float | None = None
    comparisons: int = 1
    people: int | None = None
    shares: Sequence[float] | None = None
    personas: int | None = None
    probability: float = 0.95

    @property
    def spreads(self) -> tuple[float, float]:
        """Standard deviations of both sides."""
        if isinstance(self.sd, Real):
            return float(self.sd), float(self.sd)
        first, second = self.sd  # type: ignore[misc]
        return float(first), float(second)


# what stands beside a single target, so that a slip in it is found as well
_OPTIONS = (
    *("level", "power", "n", "invitations", "population", "deff", "icc", "cluster_size", "weights_cv"),
    *("reach", "response", "completion", "screen_out", "quality_loss", "lang"),
)
_NAMES = tuple(f.name for f in fields(Target))


def targets_of(given: Given | Sequence[Given], single: Mapping[str, Any], sized: bool) -> list[Target]:
    """Return the targets that were named; `single` are the parts of the only one, `sized` says that n is known.

    Raises
    ------
    ArgumentError
        With all faults of all targets.
    """
    many = [given] if isinstance(given, str | Mapping) else list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(one, str | Mapping) for one in many):
        what, do = "A target is a name or a dictionary.", "Such as 'nps', or {'statistic': 'nps', 'margin': 3.5}."
        raise ArgumentError(Fault(code="plan.target", what=what, given=given, do=do))
    if single and len(many) != 1:
        what = "These belong to one target, and there are several."
        do = "Write each target as a dictionary, such as {'statistic': 'nps', 'margin': 3.5}."
        raise ArgumentError(Fault(code="plan.several", what=what, given=listing(single), do=do))
    if not many:
        what = "There is nothing to plan for."
        raise ArgumentError(Fault(code="plan.no-target", what=what, allowed=listing(USED)))
    faults: list[Fault] = []
    found = []
    for one in many:
        parts = {"statistic": one} if isinstance(one, str) else dict(one)
        wrong = _faults({**parts, **single}, sized, _OPTIONS if single else ())
        faults.extend(wrong)
        if not wrong:
            found.append(Target(**{name: part for name, part in {**parts, **single}.items() if part is not None}))
    if faults:
        raise ArgumentError(*faults)
    return found


def _faults(parts: dict[str, Any], sized: bool, beside: Sequence[str]) -> list[Fault]:
    statistic = parts.get("statistic")
    if statistic not in USED:
        return [unknown_name("plan.statistic", "statistic", statistic, USED)]
    allowed = ("statistic", "name", *USED[statistic])
    unknown = [name for name in parts if name not in allowed]
    if unknown:
        return [
            unknown_name("plan.unused", f"part of '{statistic}'", name, allowed)
            if name in _NAMES
            else unknown_name("plan.unknown", f"part of '{statistic}'", name, (*allowed, *beside))
            for name in unknown
        ]
    known = {name: value for name, value in parts.items() if value is not None}
    faults = [fault for name, value in known.items() for fault in _wrong(name, value)]
    return faults or _together(str(statistic), known, sized)


def _wrong(name: str, value: Any) -> list[Fault]:
    """Return what is wrong with one part by itself."""
    code = f"plan.{name}"
    if name in _COUNTS:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            return [Fault(code=code, what=f"{name} is a count.", given=value, allowed="1, 2, ...")]
    elif name == "between" and value not in BETWEEN:
        return [unknown_name(code, "kind of comparison", value, BETWEEN)]
    elif name == "shares":
        good = not isinstance(value, str | Real) and len(value) and all(_between(v, 0, 1 + 1e-9) for v in value)
        if not good or sum(value) > 1 + 1e-6:
            allowed = "a list such as [0.45, 0.3], each above 0, sum at most 1"
            return [Fault(code=code, what="These are not shares of people.", given=value, allowed=allowed)]
    elif name == "sd" and not isinstance(value, Real | str):
        if len(value) != 2 or not all(_between(v, 0, math.inf) for v in value):
            return [Fault(code=code, what="One spread, or one for each side.", given=value, allowed="above 0")]
    elif name in _OPEN:
        low, high, told = _OPEN[name]
        if not _between(value, low, high):
            return [Fault(code=code, what=f"{name} is not possible.", given=value, allowed=told)]
    elif name == "name" and (not isinstance(value, str) or not value.strip()):
        return [Fault(code=code, what="A name is text.", given=value)]
    return []


def _between(value: Any, low: float, high: float) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and low < float(value) < high


def _together(statistic: str, known: Mapping[str, Any], sized: bool) -> list[Fault]:
    """Return what is wrong with the parts beside each other."""
    faults = []
    wanted = WANTED[statistic]
    there = wanted in known or (statistic == "personas" and "margin" in known)
    if not there and (statistic == "kano" or not sized):
        what = f"How exact '{statistic}' has to be is not said."
        do = "Give it, or give n or invitations to learn what they can tell."
        faults.append(Fault(code="plan.missing", what=what, allowed=wanted, do=do))
    if statistic in _SHARES and known.get(wanted, 0) >= HALF:
        what, do = "Shares are told between 0 and 1.", "Write 0.05 for 5 percentage points."
        faults.append(Fault(code=f"plan.{wanted}", what=what, given=known[wanted], allowed="below 0.5", do=do))
    if statistic.startswith("nps"):
        faults.extend(_nps_faults(known))
    if "correlation" in known and known.get("between") != "waves":
        what = "Answers correlate where the same people answer twice."
        faults.append(Fault(code="plan.correlation", what=what, do="Say between='waves', or leave it out."))
    if "correlation" in known and known.get("ratio", 1.0) != 1:
        what = "The same people are as many in both waves."
        faults.append(Fault(code="plan.ratio", what=what, given=known["ratio"], allowed="1"))
    if isinstance(known.get("sd"), Sequence) and statistic == "mean":
        faults.append(Fault(code="plan.sd", what="One group has one spread.", given=known["sd"]))
    if statistic == "personas":
        faults.extend(_persona_faults(known))
    if statistic == "kano" and "shares" in known:
        top = sorted(known["shares"], reverse=True)[:2]
        if len(top) < 2 or top[0] <= top[1]:
            what = "A majority needs a first and a smaller second category."
            faults.append(
                Fault(code="plan.shares", what=what, given=list(known["shares"]), allowed="such as 0.45, 0.3")
            )
    return faults


def _nps_faults(known: Mapping[str, Any]) -> list[Fault]:
    parts = [name for name in ("promoters", "detractors") if name in known]
    if len(parts) == 1 or (parts and "variance" in known):
        what = "The spread of an NPS follows from promoters and detractors, or is given as a variance."
        return [Fault(code="plan.variance", what=what, given=listing(known), do="Give both shares, or the variance.")]
    if parts and not 0 < known["promoters"] + known["detractors"] <= 1 + 1e-9:
        total = known["promoters"] + known["detractors"]
        what = "Promoters and detractors are somebody, and not more than everybody."
        return [Fault(code="plan.promoters", what=what, given=total, allowed="above 0, at most 1 together")]
    return []


def _persona_faults(known: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if ("share" in known) == ("shares" in known):
        what = "Personas are told by the share of the smallest one, or by all shares."
        faults.append(Fault(code="plan.shares", what=what, do="Give share (and personas, how many), or shares."))
    if "people" in known and "margin" in known:
        what = "The people in each persona follow from the margin, or are given."
        faults.append(Fault(code="plan.people", what=what, do="Give people or margin."))
    if known.get("share", 0) * known.get("personas", 1) > 1 + 1e-9:
        what = "So many personas cannot all be so large."
        faults.append(Fault(code="plan.share", what=what, given=known["share"], allowed=f"1/{known['personas']}"))
    if "personas" in known and "shares" in known:
        what = "How many personas there are follows from shares."
        faults.append(Fault(code="plan.personas", what=what, do="Leave it out."))
    return faults

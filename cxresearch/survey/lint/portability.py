"""X: names and codes that platforms change or refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cxresearch.survey.lint.instrument import Instrument
from cxresearch.survey.lint.rule import Hit, finds, hit

LONGEST_CODE, LONGEST_ID = 5, 20
_CODE = re.compile(r"^[A-Za-z0-9]{1,5}$")
RESERVED = {
    "LimeSurvey": {
        "id", "token", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl",
        "savedid", "this", "self", "that", "sid", "saved",
    },
    "ODK": {"start", "end", "today", "deviceid", "meta", "instanceid", "instancename", "audit", "username"},
    "REDCap": {"record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_data_access_group"},
    "SPSS": {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"},
    "Qualtrics": {"responseid", "recordeddate", "userlanguage", "finished", "progress", "status"},
}  # fmt: skip


def _names(instrument: Instrument) -> Iterator[tuple[str, str]]:
    for part, id, _ in instrument.parts():
        yield part, id


@finds("X01")
def codes(instrument: Instrument) -> Iterator[Hit]:
    """Find answer codes that LimeSurvey does not take as they are."""
    survey = instrument.survey
    lists = [("scales", id, s.labels) for id, s in survey.scales.items() if id not in instrument.origin]
    lists += [(p, id, f.labels) for p, id, f in instrument.parts() if p == "fields" and hasattr(f, "labels")]
    for part, id, labels in lists:
        strange = [str(code) for code in labels if not _CODE.match(str(code))]
        if strange:
            yield hit((part, id, "labels"), ", ".join(strange[:5]), number=len(strange), id=id)


@finds("X02")
def ids(instrument: Instrument) -> Iterator[Hit]:
    """Find ids that LimeSurvey shortens; one finding for the survey."""
    names = list(_names(instrument))
    strange = [(p, id) for p, id in names if len(id) > LONGEST_ID or not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", id)]
    if strange:
        yield hit(strange[0], ", ".join(id for _, id in strange[:5]), number=len(strange), all=len(names))


@finds("X03")
def reserved(instrument: Instrument) -> Iterator[Hit]:
    """Find ids that a platform keeps for itself."""
    for part, id in _names(instrument):
        taken = [platform for platform, names in RESERVED.items() if id.lower() in names]
        if taken:
            yield hit((part, id), id, platforms=", ".join(taken))


@finds("X04")
def same_but_for_case(instrument: Instrument) -> Iterator[Hit]:
    """Find ids that differ in capitals or underscores only."""
    seen: dict[str, str] = {}
    for part, id in _names(instrument):
        bare = id.lower().replace("_", "")
        if bare in seen:
            yield hit((part, id), id, other=seen[bare])
        seen.setdefault(bare, id)

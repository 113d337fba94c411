"""A survey file broken in any one place is refused with faults and their lines; nothing else ever comes of it."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxresearch.errors import SurveyError
from cxresearch.located import Located, read_yaml
from cxresearch.survey.template import survey_from

WHOLE = read_yaml(Path(__file__).with_name("whole.yaml"))
STRANGE: tuple[Any, ...] = (
    *(None, True, 0, -3, 1.5, 1e300, 10**40, "", "x", "{nope}", "a == 1", "nps"),
    *([], ["x"], [None], [[1]], [{"a": 1}], {}, {"x": 1}, {"de": "a"}, {"de": None}, {1: 2}, {None: None}, {True: "x"}),
    *({"x": {"de": "a", "en": "b"}}, {"customer": {"de": "a"}}),
)


def places(data: Any, path: tuple[Hashable, ...] = ()) -> Iterator[tuple[Hashable, ...]]:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from places(value, (*path, key))


PLACES = list(places(WHOLE.data))
# where something is made of what stands there before it is known to be well-formed
FRAGILE = [
    path
    for path in PLACES
    if path[0] == "blocks" or len(path) == 1 or path[:2] in (("items", "step"), ("items", "mood"), ("items", "fair"))
]
where = st.one_of(st.sampled_from(PLACES), st.sampled_from(FRAGILE))


def broken(path: tuple[Hashable, ...], change: str, value: Any) -> Any:
    data = copy.deepcopy(WHOLE.data)
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    if change == "remove":
        del parent[path[-1]]
    elif change == "rename" and isinstance(parent, dict):
        parent[f"{path[-1]}_"] = parent.pop(path[-1])
    else:
        parent[path[-1]] = copy.deepcopy(value)
    return data


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=where, change=st.sampled_from(["set", "set", "remove", "rename"]), value=st.sampled_from(STRANGE))
def test_one_strange_part_is_told_of_or_harmless(path: tuple[Hashable, ...], change: str, value: Any) -> None:
    located = Located(data=broken(path, change, value), file="whole.yaml", places=WHOLE.places)
    try:
        survey = survey_from(located)
    except SurveyError as error:
        faults = error.faults
        assert str(error)  # noqa: PT017
    else:
        faults = ()
        for who in survey.perspectives:
            form = survey.form(who)
            ids = [entry.id for entry in form.entries]
            assert len(ids) == len(set(ids))
            assert set(form.shown_when()) == set(ids)
    assert all(fault.place is not None and fault.place.line for fault in faults)

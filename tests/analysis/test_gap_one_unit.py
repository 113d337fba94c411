"""A report on one branch: its respondents share that branch, so that there are no clusters to warn of."""

from __future__ import annotations

import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.shipped import resolve

FILES = {who: resolve(f"shipped:reports/credibility-demo/data/{who}.csv") for who in ("customer", "employee")}


@pytest.mark.parametrize(("branches", "told"), [(1, False), (2, True)])
def test_clusters_are_spoken_of_where_there_are_several(tmp_path, branches, told):
    files = {}
    for who, path in FILES.items():
        frame = pd.read_csv(path, dtype=str)
        files[who] = tmp_path / f"{who}.csv"
        frame.assign(branch=[f"B0{1 + i % branches}" for i in range(len(frame))]).to_csv(files[who], index=False)
    answers = cx.read(
        {who: str(path) for who, path in files.items()}, str(resolve("shipped:surveys/credibility-gap.yaml"))
    )
    found = cx.gaps(answers, inside="employee", outside="customer", margin=0.3, constructs=["friendliness"])
    assert ("clusters_ignored" in [caveat.code for caveat in found.caveats]) == told

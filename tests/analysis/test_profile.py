"""A profile of strengths is compared only where there is one."""

from __future__ import annotations

import numpy as np
import pandas as pd

import cxresearch as cx

NAMES = list("abcdef")
OPTIONS = {
    "inside": "staff", "outside": "customer", "perspective": "who", "constructs": {n.upper(): [n] for n in NAMES},
}  # fmt: skip


def frame(staff, customer, n=200):
    rng = np.random.default_rng(3)
    values = np.vstack([rng.normal(m, 1, size=(n, 6)) for m in (staff, customer)])
    return pd.DataFrame(values, columns=NAMES).assign(who=np.repeat(["staff", "customer"], n))


def test_a_flat_side_cannot_be_told():
    found = cx.profile(frame([3] * 6, [2, 3, 4, 3, 2, 4]), **OPTIONS)
    q = found.table.set_index("index").loc["q"]
    assert q["verdict"] == "undetermined" and np.isnan([q["ci_low"], q["ci_high"]]).all()
    assert "cannot be told" in found.sentence("en") and found.sentence("en").endswith("of staff.")
    assert "nicht zu sagen" in found.sentence("de")
    assert "Hotelling" in found.method("de")
    assert found.show("en").html()


def test_two_profiles_with_highs_and_lows_are_judged():
    found = cx.profile(frame([2, 3, 4, 3, 2, 4], [2, 3, 4, 3, 2, 4]), **OPTIONS)
    assert found.table["verdict"].tolist() == ["alike", "alike"]
    assert "alike" in found.sentence("en")

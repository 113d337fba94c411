"""What gaps, its views and silos are asked: refused where it has no place, and never dropped in silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import ArgumentError, NotEnoughData

CONSTRUCTS = {"A": ["a1", "a2", "a3"], "B": ["b1", "b2", "b3"], "C": ["c1", "c2", "c3"]}
SIDES: dict[str, Any] = {"inside": "staff", "outside": "customer", "perspective": "who", "scale": (1, 7)}
SHIFT = {"A": 0.0, "B": 0.8, "C": -0.8}


def people(n: int = 150, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    who = np.repeat(["staff", "customer", "partner"], n)
    columns: dict[str, Any] = {"who": who, "branch": [f"b{i % 10}" for i in range(3 * n)]}
    for construct, items in CONSTRUCTS.items():
        true = 4 + SHIFT[construct] * (who == "staff") + rng.normal(0, 0.8, 3 * n)
        for item in items:
            columns[item] = np.clip(np.round(true + rng.normal(0, 0.8, 3 * n)), 1, 7)
    return pd.DataFrame(columns).assign(w=1.0)


def units(n: int | None = 12) -> cx.UnitScores:
    rng = np.random.default_rng(3)
    rows = [
        (f"u{u:02d}", who, c, 5 + (who == "staff") * 0.5 + rng.normal(0, 0.4), n)
        for u in range(20)
        for c in ("A", "B")
        for who in ("staff", "customer")
    ]
    frame = pd.DataFrame(rows, columns=["unit", "perspective", "construct", "score", "n"])
    return cx.read_scores(frame.drop(columns="n")) if n is None else cx.read_scores(frame, n="n")


def gaps(frame: Any = None, **more: Any) -> Any:
    options = {"margin": 0.3, "constructs": CONSTRUCTS, **SIDES, **more}
    return cx.gaps(people() if frame is None else frame, **options)


VIEWS = {
    "gaps": gaps,
    "credibility": lambda f=None, **m: cx.credibility(
        people() if f is None else f, **{"constructs": CONSTRUCTS, **SIDES, **m}
    ),
    "ranking": lambda f=None, **m: cx.ranking(
        people() if f is None else f, **{"constructs": CONSTRUCTS, "unit": "branch", **SIDES, **m}
    ),
    "johari": lambda f=None, **m: cx.johari(people() if f is None else f, **{"constructs": CONSTRUCTS, **SIDES, **m}),
}


def codes(result: Any) -> set[str]:
    return {c.code for c in result.caveats}


def said(result: Any, code: str) -> dict[str, Any]:
    return next(dict(c.values) for c in result.caveats if c.code == code)


def refused(ask: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(ArgumentError) as caught:
        ask(*args, **more)
    return caught.value.codes[0]


# ---- arguments -------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"level": 95}, "gaps.level"),
        ({"level": -1.0}, "gaps.level"),
        ({"rule": "zzz", "gate": False}, "gate.unknown-rule"),
    ],
)
def test_all_views_check_what_they_share(view: str, more: dict[str, Any], code: str) -> None:
    assert refused(VIEWS[view], **more) == code


@pytest.mark.parametrize(
    ("view", "more", "code"),
    [
        ("gaps", {"per": "itm"}, "gaps.per"),
        ("gaps", {"minimum_cell": 0}, "gaps.minimum-cell"),
        ("gaps", {"margin": "0.3"}, "gaps.margin"),
        ("gaps", {"per": "item", "rule": "zzz"}, "gate.unknown-rule"),
        ("gaps", {"link": "branch", "cluster": "w"}, "gaps.link-and-cluster"),
        ("credibility", {"seed": -1}, "gaps.seed"),
        ("credibility", {"seed": "x"}, "gaps.seed"),
        ("ranking", {"minimum_cell": "5"}, "gaps.minimum-cell"),
        ("ranking", {"outside": ["customer", "partner"]}, "gaps.one-outside"),
        ("johari", {"outside": ["customer", "partner"]}, "gaps.one-outside"),
        ("johari", {"cut": "3"}, "johari.cut"),
        ("johari", {"scale": {"a1": (1, 5), "a2": (1, 7)}}, "scores.different-scales"),
    ],
)
def test_what_is_refused(view: str, more: dict[str, Any], code: str) -> None:
    assert refused(VIEWS[view], **more) == code


def test_faults_are_told_together() -> None:
    with pytest.raises(ArgumentError) as caught:
        gaps(level=2, margin=0, per="itm")
    assert set(caught.value.codes) == {"gaps.level", "gaps.margin", "gaps.per"}


@pytest.mark.parametrize("more", [{"seed": "x"}, {"seed": -1}])
def test_silos_needs_a_seed(more: dict[str, Any]) -> None:
    options = {"by": "branch", "inside": "staff", "reference": "customer", "perspective": "who", **more}
    assert refused(cx.silos, people(), constructs=CONSTRUCTS, **options) == "silos.seed"


def test_silos_does_not_take_unit_scores_for_people() -> None:
    assert refused(cx.silos, units(), inside="staff", reference="customer") == "silos.not-for-unit-scores"


def test_numbers_of_numpy_are_numbers() -> None:
    result = gaps(margin=np.int64(1), minimum_cell=np.int64(5), level=np.float64(0.9))
    assert result.table["margin"].eq(1).all()


@pytest.mark.parametrize("scale", [[1, 7], {i: (1, 7) for names in CONSTRUCTS.values() for i in names}])
def test_the_middle_of_any_form_of_scale(scale: Any) -> None:
    assert VIEWS["johari"](scale=scale).cut == 4.0


def test_an_item_to_reverse_may_stand_alone() -> None:
    frame = people()
    frame["a1"] = 8 - frame["a1"]
    one, listed = (gaps(frame, reversed=r).table for r in ("a1", ["a1"]))
    pd.testing.assert_frame_equal(one, listed)
    options = {"by": "branch", "inside": "staff", "reference": "customer", "perspective": "who", "scale": (1, 7)}
    tables = [cx.silos(frame, constructs=CONSTRUCTS, reversed=r, **options).table for r in ("a1", ["a1"])]
    pd.testing.assert_frame_equal(*tables)
    assert "A" in set(tables[0]["construct"])


def test_names_may_stand_alone_and_twice() -> None:
    assert gaps(constructs={"A": "a1"}, per="item").table["construct"].tolist() == ["a1"]
    once, twice = gaps().table, gaps(outside=["customer", "customer"]).table
    pd.testing.assert_frame_equal(once, twice)


def test_perspectives_may_be_numbers() -> None:
    frame = people()
    frame["who"] = frame["who"].map({"staff": 1, "customer": 2, "partner": 3})
    assert gaps(frame, inside=1, outside=2).table["outside"].eq(2).all()
    with pytest.raises(ArgumentError, match=r"not of type str.*Write 1\."):
        gaps(frame, inside="1", outside=2)


# ---- unit scores -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [{"gate": False}, {"override": True}, {"rule": "meade2008"}, {"scale": (1, 5)}, {"reversed": ["A"]},
     {"missing": [5]}, {"per": "item"}, {"weights": "n"}],
)  # fmt: skip
def test_unit_scores_refuse_what_needs_people(more: dict[str, Any]) -> None:
    options = {"inside": "staff", "outside": "customer", "margin": 0.3, **more}
    assert refused(cx.gaps, units(), **options) == "gaps.not-for-unit-scores"


def test_a_ranking_of_unit_scores_leaves_out_few_respondents() -> None:
    frame = units().frame.drop(columns="respondents", errors="ignore")
    frame.loc[(frame["unit"] == "u03") & (frame["perspective"] == "staff") & (frame["construct"] == "B"), "n"] = 3
    result = cx.ranking(cx.read_scores(frame, n="n"), inside="staff", outside="customer", minimum_cell=5)
    assert "u03" not in set(result.table["unit"])
    assert len(result.table) == 19
    assert said(result, "ranking_units_few") == {"n": 1, "cell": 5}
    assert result.table["n_inside"].eq(12).all()


def test_a_ranking_says_where_the_number_of_respondents_is_not_known() -> None:
    result = cx.ranking(units(None), inside="staff", outside="customer", minimum_cell=5)
    assert "ranking_people_unknown" in codes(result)
    assert len(result.table) == 20


# ---- nothing is dropped in silence -----------------------------------------------------------------


@pytest.mark.parametrize("how", ["by", "link", "cluster"])
def test_rows_without_a_group_are_counted(how: str) -> None:
    frame = people()
    frame.loc[frame.index[:7], "branch"] = None
    frame.loc[frame["who"] == "partner", "branch"] = None
    assert said(gaps(frame, **{how: "branch"}), "rows_without_value") == {"n": 7, "column": ("branch",)}


def test_rows_without_a_perspective_or_a_unit_are_counted() -> None:
    frame = people()
    frame.loc[frame.index[:5], "who"] = None
    assert said(gaps(frame), "rows_without_value") == {"n": 5, "column": ("who",)}
    frame = people()
    frame.loc[frame.index[:6], "branch"] = None
    assert said(VIEWS["ranking"](frame), "rows_without_value") == {"n": 6, "column": ("branch",)}


@pytest.mark.parametrize("view", ["credibility", "ranking", "johari"])
def test_a_construct_without_answers_does_not_stop_the_others(view: str) -> None:
    frame = people()
    frame.loc[frame["who"] == "staff", CONSTRUCTS["A"]] = np.nan
    result = VIEWS[view](frame)
    assert said(result, "constructs_without_scores") == {"constructs": ("A",)}
    rest = {c: items for c, items in CONSTRUCTS.items() if c != "A"}
    pd.testing.assert_frame_equal(result.table, VIEWS[view](frame, constructs=rest).table)


@pytest.mark.parametrize("view", VIEWS)
def test_without_the_gate_an_item_that_one_side_did_not_answer_counts_on_neither(view: str) -> None:
    frame = people()
    frame.loc[frame["who"] == "staff", "a3"] = np.nan
    result = VIEWS[view](frame, gate=False)
    assert said(result, "one_sided_items") == {"items": ("a3",)}
    two = VIEWS[view](frame, gate=False, constructs={**CONSTRUCTS, "A": ["a1", "a2"]})
    pd.testing.assert_frame_equal(result.table, two.table)


def test_linked_units_and_one_cluster_are_told_for_what_they_are() -> None:
    frame = people().assign(branch="one")
    with pytest.raises(NotEnoughData, match="1 units with both sides"):
        gaps(frame, link="branch")
    with pytest.raises(NotEnoughData, match="one cluster only"):
        gaps(frame, cluster="branch")


def test_several_outsides_are_named_in_what_the_gate_says() -> None:
    frame = people(300)
    frame.loc[frame["who"] == "customer", "a1"] = np.clip(frame["a1"] + 1, 1, 7)
    result = gaps(frame, outside=["customer", "partner"])
    assert said(result, "partially_comparable")["outside"] == ("customer",)
    assert "with “customer”" in next(c.text("en") for c in result.caveats if c.code == "partially_comparable")


def test_a_small_group_cannot_be_computed_back() -> None:
    frame = people()
    frame["team"] = [f"t{i % 3}" for i in range(len(frame))]
    staff = frame.index[(frame["who"] == "staff") & (frame["team"] == "t2")]
    frame.loc[staff[3:], "team"] = "t1"
    table = gaps(frame, by="team", minimum_cell=5).table
    gone = set(table.loc[table["verdict"] == "not_reportable", "group"])
    assert gone == {"t0", "t2"}  # t2 has three; t0 is the smaller of the others
    assert table.loc[table["group"].isin(gone), ["n_inside", "n_outside", "inside_mean"]].isna().all().all()
    assert set(table.loc[table["group"].isin(gone), "reason"]) == {"minimum_cell"}


def test_groups_with_numbers_stand_in_their_order() -> None:
    frame = people()
    frame["team"] = [i % 11 + 1 for i in range(len(frame))]
    groups = list(dict.fromkeys(gaps(frame, by="team", constructs={"A": ["a1"]}).table["group"]))
    assert groups == list(range(1, 12))


# ---- words -----------------------------------------------------------------------------------------


def test_the_method_speaks_of_weights_and_clusters_only_where_there_are_any() -> None:
    plain, weighted, clustered = gaps(), gaps(weights="w"), gaps(cluster="branch")
    for lang, weights, cluster in (("de", "Kish", "Cluster"), ("en", "Kish", "lusters")):
        assert weights not in plain.method(lang) and cluster not in plain.method(lang)
        assert weights in weighted.method(lang) and cluster not in weighted.method(lang)
        assert cluster in clustered.method(lang) and weights not in clustered.method(lang)
    assert "Klumpen" not in clustered.method("de")


def test_items_lose_their_full_stop_inside_a_sentence() -> None:
    frame = people().rename(columns={"a1": "It is easy.", "a2": "It is quick."})
    result = gaps(frame, constructs={"A": ["It is easy.", "It is quick."]}, per="item")
    for lang in ("de", "en"):
        assert ".”" not in result.sentence(lang) and ".“" not in result.sentence(lang)


def test_german_sentences_tell_the_sides_apart() -> None:
    assert gaps().sentence("de").startswith("Innen staff, außen customer: ")

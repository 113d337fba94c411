"""Personas: found where they are, refused where they are not, the same whatever the order and the cores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import cxresearch as cx
from cxresearch.errors import ArgumentError, NotEnoughData

DEMO = Path(cx.shipped_file("reports/personas-demo/data"))
QUICK = {"draws": 8, "halves": 3, "null_draws": 39, "k_max": 4, "starts": 6}
ITEMS = list("abcdefgh")


def demo(name: str) -> cx.Responses:
    return cx.read(DEMO / f"{name}.csv", "shipped:surveys/service-preferences.yaml", partial=True)


@pytest.fixture(scope="module")
def separated():
    return cx.personas(demo("separated"), describe=["main_channel", "recommendation", "visits"], **QUICK)


def planted(seed=1, n=300, step=2.2, k=3):
    """Return five-point answers of k kinds of people, and the kinds."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(k, n, p=np.array([0.45, 0.35, 0.2])[:k] / sum([0.45, 0.35, 0.2][:k]))
    centres = np.array([[1, 1, 1, 1, -1, -1, -1, -1], [-1, -1, 1, 1, 1, 1, -1, -1], [0, 0, -1, -1, 0, 0, 1, 1]])
    latent = step * centres[kind] / 2 + rng.normal(0, 0.7, (n, 8))
    return pd.DataFrame(np.clip(np.round(3 + latent), 1, 5), columns=ITEMS), kind


# ---- the answer ---------------------------------------------------------------------------------------------------


def test_groups_that_are_there_are_found(separated):
    truth = pd.read_csv(DEMO / "separated.truth.csv")["kind"]
    assert (separated.verdict, separated.k, separated.reasons) == ("stable", 3, ())
    assert adjusted_rand_score(truth, separated.members["persona"].astype(int)) > 0.95
    assert separated.table["share"].sum() == pytest.approx(1)
    assert separated.table["n"].sum() == len(separated.members) == 600
    assert (separated.table["jaccard"] > 0.9).all()
    assert separated.selection.loc[separated.selection["chosen"], "k"].tolist() == [3]


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "name",
    ["noise", *(pytest.param(name, marks=SLOW) for name in ("response_style", "one_dimension", "two_dimensions"))],
)
def test_where_there_are_none_the_answer_is_none(name):
    found = cx.personas(demo(name), **QUICK)
    assert found.verdict == "not supported"
    assert found.reasons
    for lang, word in (("de", "tragen keine Personas"), ("en", "do not support personas")):
        assert word in found.sentence(lang)
    with pytest.raises(ArgumentError) as caught:
        found.cards(Path("unused"))
    assert caught.value.codes == ("personas.not-supported",)


def test_nobody_is_dropped(separated):
    frame, _ = planted()
    frame.iloc[0] = np.nan
    frame.iloc[1, 2:] = np.nan
    found = cx.personas(frame, ITEMS, k=3, **QUICK)
    assert len(found.members) == len(frame)
    assert pd.isna(found.members["persona"].iloc[0])
    assert not pd.isna(found.members["persona"].iloc[1])
    assert {"personas_no_answer", "personas_partial_answers"} <= {c.code for c in found.caveats}


def test_neither_order_nor_cores_change_anything():
    frame, _ = planted(2, n=180)
    first = cx.personas(frame, ITEMS, jobs=1, **QUICK)
    second = cx.personas(frame.sample(frac=1, random_state=3), ITEMS, jobs=2, **QUICK)
    for name, table in first.frames().items():
        pd.testing.assert_frame_equal(table, second.frames()[name])
    pd.testing.assert_series_equal(first.members["persona"], second.members["persona"].sort_index())


def test_the_profile_is_that_of_the_members(separated):
    answers = demo("separated").frame
    labels = separated.members["persona"].to_numpy()
    row = separated.profile.query("persona == 1 and item == 'recommendation'").iloc[0]
    own = answers["recommendation"].to_numpy(dtype=float)[labels == 1]
    rest = answers["recommendation"].to_numpy(dtype=float)[labels != 1]
    assert row["value"] == pytest.approx(own.mean())
    assert row["difference"] == pytest.approx(own.mean() - rest.mean())
    everybody = np.concatenate([own, rest])
    assert row["distance"] == pytest.approx((own.mean() - everybody.mean()) / everybody.std())
    channel = separated.profile.query("persona == 2 and item == 'main_channel' and answer == 'branch'").iloc[0]
    assert channel["value"] == pytest.approx((answers["main_channel"].to_numpy()[labels == 2] == "branch").mean())


def test_what_grouped_people_is_not_tested(separated):
    profile = separated.profile
    assert profile.loc[profile["role"] == "grouping", "p"].isna().all()
    assert profile.loc[profile["role"] == "describing", "p"].notna().all()


def test_names_come_from_the_answers(separated):
    names = [separated.name_of(i, "en") for i in (1, 2, 3)]
    assert len(set(names)) == 3
    assert all(name.startswith("high: ") for name in names)


# ---- data of any kind -----------------------------------------------------------------------------------------------


def test_mixed_items_weights_and_styles():
    frame, kind = planted(4)
    rng = np.random.default_rng(4)
    frame["channel"] = np.where(rng.random(300) < 0.8, np.array(["app", "shop", "phone"])[kind], "app")
    frame["visits"] = rng.poisson(np.array([1, 4, 9])[kind])
    frame["spent"] = rng.normal(np.array([10.0, 20.0, 30.0])[kind], 2)
    frame["weight"] = rng.uniform(0.5, 2, 300)
    items = [*ITEMS[:4], "channel", "visits", "spent"]
    found = cx.personas(frame, items, weights="weight", kinds={"visits": "count"}, **QUICK)
    assert {v.name: v.kind for v in found.frame.variables}["visits"] == "count"
    assert adjusted_rand_score(kind, found.members["persona"].astype(int)) > 0.9
    share = np.average(found.members["persona"] == 1, weights=frame["weight"])
    assert found.table["share"].iloc[0] == pytest.approx(share)
    centred = cx.personas(frame, ITEMS, style="centred", k=2, **QUICK)
    assert "personas_centred" in {c.code for c in centred.caveats}
    assert centred.frame.indicators.q == 8


# the others of the two kinds are looked for in test_evidence as well
@pytest.mark.parametrize(
    "method", ["ward", "gower", pytest.param("kmeans", marks=SLOW), pytest.param("kprototypes", marks=SLOW)]
)
def test_partitions_find_what_is_there(method):
    frame, kind = planted(5)
    found = cx.personas(frame, ITEMS, method=method, **QUICK)
    assert found.k == 3
    assert adjusted_rand_score(kind, found.members["persona"].astype(int)) > 0.9
    assert "personas_no_probability" in {c.code for c in found.caveats}
    assert found.members["probability"].isna().all()


def test_numbers_are_grouped_by_a_gaussian_mixture():
    rng = np.random.default_rng(6)
    kind = np.repeat([0, 1], 120)
    frame = pd.DataFrame(rng.normal(size=(240, 4)) + 3.5 * kind[:, None] * [1, -1, 1, 0], columns=list("wxyz"))
    found = cx.personas(frame, list("wxyz"), **QUICK)
    assert found.chosen.grouping.method == "gaussian"
    assert (found.k, found.verdict) == (2, "stable")
    assert adjusted_rand_score(kind, found.members["persona"].astype(int)) > 0.95


# ---- reuse ----------------------------------------------------------------------------------------------------------


def test_the_next_wave_is_placed_and_strangers_are_told(separated):
    answers = demo("separated")
    again = separated.assign(answers)
    assert (again["persona"].to_numpy() == separated.members["persona"].to_numpy()).all()
    assert again["unlike"].mean() < 0.03
    odd = _rows(answers, np.arange(600) < 20)
    items = [v.name for v in separated.frame.variables]
    strange = odd.frame.assign(**dict(zip(items, [5, 1, 5, 5, 1, 5, 1, 5], strict=True)))
    assert not separated.assign(odd)["unlike"].all()
    assert separated.assign(replace(odd, frame=strange))["unlike"].all()


def test_sizes_that_move_are_told(separated):
    answers = demo("separated")
    same = separated.drift(answers)
    assert same.table["difference"].abs().max() == 0
    keep = (separated.members["persona"] != 1).to_numpy() | (np.arange(600) % 3 == 0)
    moved = separated.drift(_rows(answers, keep))
    assert moved.table.set_index("persona").loc[1, "p_adjusted"] < 0.01
    assert "shrunk" in moved.sentence("en") and "geschrumpft" in moved.sentence("de")


def test_three_people_move_no_sizes(separated):
    few = separated.drift(_rows(demo("separated"), np.arange(600) < 3))
    assert (few.table["p_adjusted"] > 0.05).all()
    assert "small_n" in {c.code for c in few.caveats}
    with pytest.raises(NotEnoughData):
        separated.drift(_rows(demo("separated"), np.arange(600) < 1))


def _rows(answers, keep):
    return replace(
        answers,
        frame=answers.frame[keep].reset_index(drop=True),
        reasons=answers.reasons[keep].reset_index(drop=True),
    )


def test_any_question_can_be_asked_by_persona(separated):
    answers = separated.attach(demo("separated"))
    by = cx.nps(answers, "recommendation", by="persona")
    assert len(by.table) == 3
    assert separated.name_of(1, "en") in by.show("en").html()
    with pytest.raises(ArgumentError) as caught:
        separated.attach(answers)
    assert caught.value.codes == ("personas.attach",)


# ---- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"items": ["a", "nope"]}, "data.unknown-column"),
        ({"items": ["a"]}, "personas.items"),
        ({"items": ["a", "a", "b"]}, "personas.items"),
        ({"k": "many"}, "personas.k"),
        ({"k": 0}, "personas.k"),
        ({"k_max": 1}, "personas.k"),
        ({"method": "lca"}, "personas.method"),
        ({"method": "gaussian"}, "personas.method"),
        ({"criterion": "gap"}, "personas.criterion"),
        ({"style": "ipsative"}, "personas.style"),
        ({"kinds": {"a": "text"}}, "personas.kind"),
        ({"kinds": {"z": "count"}}, "personas.kind"),
        ({"weights": "nope"}, "data.unknown-column"),
        ({"describe": ["a"]}, "personas.describe"),
        ({"level": 95}, "personas.level"),
        ({"minimum_cell": 1}, "personas.minimum-cell"),
        ({"null_draws": 19}, "personas.null-draws"),
        ({"draws": 0}, "personas.draws"),
        ({"halves": -1}, "personas.halves"),
        ({"starts": 0}, "personas.starts"),
        ({"seed": "x"}, "personas.seed"),
        ({"jobs": -1}, "personas.jobs"),
        ({"perspective": "staff"}, "personas.perspective"),
    ],
)
def test_what_cannot_be_is_taught(change, code):
    frame, _ = planted(n=60)
    with pytest.raises(ArgumentError) as caught:
        cx.personas(frame, **{"items": ITEMS, **QUICK, **change})
    assert code in caught.value.codes


def test_too_little_is_told():
    frame, _ = planted(n=60)
    for data in (
        frame.head(3),
        frame.assign(**dict.fromkeys(ITEMS, 3.0)),
        frame.assign(**dict.fromkeys(ITEMS, np.nan)),
    ):
        with pytest.raises(NotEnoughData):
            cx.personas(data, ITEMS, **QUICK)
    with pytest.raises(ArgumentError):
        cx.personas(frame.assign(w=0.0), ITEMS, weights="w", **QUICK)
    with pytest.raises(NotEnoughData) as caught:
        cx.personas(frame.head(20), ITEMS, **QUICK)
    assert caught.value.codes == ("personas.too-few",)
    two = frame.assign(**{c: np.repeat([1, 5], 30) for c in ITEMS})
    with pytest.raises(NotEnoughData):
        cx.personas(two, ITEMS, k=5, **QUICK)


def test_a_constant_item_is_left_out_and_said():
    frame, _ = planted(n=120)
    found = cx.personas(frame.assign(a=3.0, g="x"), ITEMS, k=np.int64(3), describe=["g"], **QUICK)
    assert "a" not in {v.name for v in found.frame.variables}
    assert {"personas_constant", "personas_describe_constant"} <= {c.code for c in found.caveats}


def test_answers_of_several_perspectives_are_not_mixed():
    data = Path(cx.shipped_file("reports/credibility-demo/data"))
    files = {who: data / f"{who}.csv" for who in ("management", "partner")}
    answers = cx.read(files, "shipped:surveys/credibility-gap.yaml", partial=True)
    with pytest.raises(ArgumentError) as caught:
        cx.personas(answers, **QUICK)
    assert caught.value.codes == ("personas.several-perspectives",)


def test_an_interrupt_cancels():
    frame, _ = planted(n=100)

    def stop(step, done, of):
        if step == "structure" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cx.personas(frame, ITEMS, progress=stop, **QUICK)


# ---- few people -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_a_few():
    """Four kinds of people, one of them three in number and unlike the others."""
    frame, _ = planted(8, n=240)
    odd = pd.DataFrame([[1, 5, 1, 5, 1, 5, 1, 5]] * 3, columns=ITEMS)
    return cx.personas(pd.concat([frame, odd], ignore_index=True), ITEMS, k=4, **QUICK | {"starts": 20})


def test_a_persona_of_a_few_is_not_described_nor_given_away(with_a_few):
    found = with_a_few
    sizes = found.members["persona"].value_counts()
    few = int(sizes.idxmin())
    assert sizes[few] == 3 and few in found.withheld and len(found.withheld) == 2
    gone = found.table["persona"].isin(found.withheld)
    assert found.table.loc[gone, ["share", "ci_low", "ci_high", "n"]].isna().all(axis=None)
    assert found.table.loc[~gone, ["share", "n"]].notna().all(axis=None)
    profile = found.profile
    assert profile.loc[profile["persona"].isin(found.withheld), ["value", "rest", "n"]].isna().all(axis=None)
    assert "personas_withheld" in {c.code for c in found.caveats}
    assert found.name_of(few, "en").startswith("not described")
    assert not any(" and " in found.name_of(i, "en") for i in range(1, 5))


def test_no_look_shows_what_the_table_withholds(with_a_few, tmp_path):
    found = with_a_few
    few = min(found.withheld)
    for lang in ("de", "en"):
        for result in (found, found.split(), found.map(), found.portrait(few), found.drift(found.frame.source.frame)):
            assert "n = 3)" not in result.show(lang).html()
    assert set(found.map().table["persona"]) == {1, 2, 3, 4} - found.withheld
    assert found.split().nodes.query("stage == 4")["group"].nunique() == 3
    assert found.drift(found.frame.source.frame).table.set_index("persona").loc[few].isna().all()
    assert "247" not in found.sentence("en") and "243 people" in found.sentence("en")
    assert all(path.stat().st_size > 1000 for path in found.cards(tmp_path, "de", force=True))
    tool = found.typing_tool()
    assert tool.confusion.loc[tool.confusion["persona"].isin(found.withheld), "n"].isna().all()
    assert "personas_typing_withheld" in {c.code for c in tool.caveats}
    assert tool.write(tmp_path / "tool.xlsx").stat().st_size > 1000

"""What every answer has to keep, whatever the question.

A new result class joins by being listed in RESULTS; a class that is not is found and reported.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import json
import pkgutil
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
import cxresearch.analysis
from cxresearch.charts.theme import new_figure
from cxresearch.result import MIME, Result

HOSTILE = "<script>alert('x')</script>"


def _people(seed=7, n=240, order=None, factor=1.0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "who": rng.choice(["staff", "customers", "partners"], n, p=[0.3, 0.5, 0.2]),
            "place": rng.choice(["Kiel", "Ulm", HOSTILE], n),
            "branch": [f"b{i % 8}" for i in range(n)],
            "weight": factor * rng.uniform(0.4, 2.2, n),
            "nps": rng.choice(11, n, p=[0.02] * 6 + [0.05, 0.13, 0.2, 0.25, 0.25]),
            "bought": rng.choice(["yes", "no"], n),
        }
    )
    lift = frame["who"].map({"staff": 0.9, "customers": 0.0, "partners": 0.1}).to_numpy()
    person = rng.normal(0, 0.7, n)
    for i, item in enumerate(("a", "b", "c", "d")):
        latent = 3.1 + lift + 0.3 * i + person + rng.normal(0, 0.8, n)
        frame[item] = np.clip(np.round(latent), 1, 5)
    frame.loc[::17, "a"] = 9
    return frame.sample(frac=1, random_state=order) if order is not None else frame


def _units(order=None):
    rng = np.random.default_rng(3)
    rows = []
    for unit in range(40):
        kind = "small" if unit % 2 else "large"
        for construct, gap in (("ease", 0.8), ("trust", 0.0)):
            for who, shift in (("staff", gap), ("customers", 0.0)):
                rows.append((f"u{unit:02d}", kind, who, construct, 5 + shift + rng.normal(0, 0.4), 12))
    frame = pd.DataFrame(rows, columns=["unit", "kind", "perspective", "construct", "score", "n"])
    return frame.sample(frac=1, random_state=order) if order is not None else frame


SCALE = dict.fromkeys("abcd", (1, 5))
MISSING = {"a": [9]}
CONSTRUCTS = {"ease": ["a", "b"], "trust": ["c", "d"]}


def _gaps(frame, level=0.95, **more):
    options = {"perspective": "who", "constructs": CONSTRUCTS, "scale": SCALE, "missing": MISSING, "margin": 0.4}
    return cx.gaps(frame, inside="staff", outside=["customers", "partners"], level=level, **options, **more)


QUICK = {"draws": 8, "halves": 2, "null_draws": 39, "k_max": 3, "starts": 4}
FOUND: dict[tuple, object] = {}


def _personas(frame, level, kind="two"):
    """Look for personas, once for the same people; a planted kind of people is told by their answers."""
    share = (frame["weight"] / frame["weight"].max()).to_numpy()
    two = (frame["bought"] == "yes").to_numpy()
    answers = {f"answer {c}": np.where((share * 997 * (i + 2)) % 1 > 0.1, two, ~two) for i, c in enumerate("uvwxyz")}
    answers = pd.DataFrame(answers, index=frame.index).astype(int)
    items = list(answers) if kind == "two" else list("bcd")
    data = frame[["b", "c", "d", "nps", "place"]].join(answers)
    key = (kind, level, tuple(frame.index), pd.util.hash_pandas_object(data).to_numpy().tobytes())
    if key not in FOUND:
        FOUND[key] = cx.personas(data, items, describe=["nps", "place"], level=level, **QUICK)
    return FOUND[key], data


RESULTS = {
    "personas": lambda f, level: _personas(f, level)[0],
    "personas not supported": lambda f, level: _personas(f, level, "none")[0],
    "persona number": lambda f, level: _personas(f, level)[0].how_many(),
    "persona proof": lambda f, level: _personas(f, level)[0].proof(),
    "persona portrait": lambda f, level: _personas(f, level)[0].portrait(1),
    "persona map": lambda f, level: _personas(f, level)[0].map(),
    "persona split": lambda f, level: _personas(f, level)[0].split(),
    "persona touchpoints": lambda f, level: _personas(f, level)[0].touchpoints(["nps"]),
    "persona typing": lambda f, level: _personas(f, level)[0].typing_tool(3),
    "persona drift": lambda f, level: _personas(f, level)[0].drift(
        _personas(f, level)[1].assign(who=f["who"]).query("who != 'partners'")
    ),
    "gaps people": lambda f, level: _gaps(f, level),
    "gaps one": lambda f, level: cx.gaps(
        f,
        inside="staff",
        outside="customers",
        margin=0.4,
        perspective="who",
        constructs={"ease": ["b"]},
        scale=SCALE,
        level=level,
    ),
    "gaps through the gate": lambda f, level: cx.gaps(
        f,
        inside="staff",
        outside=["customers", "partners"],
        margin=0.4,
        perspective="who",
        constructs={"all": list("abcd"), "ease": ["b", "c"]},
        scale=SCALE,
        missing=MISSING,
        level=level,
    ),
    "gaps per item": lambda f, level: _gaps(f, level, per="item"),
    "gaps weighted": lambda f, level: _gaps(f, level, weights="weight"),
    "gaps by place": lambda f, level: _gaps(f, level, by="place"),
    "gaps linked": lambda f, level: _gaps(f, level, link="place"),
    "credibility": lambda f, level: cx.credibility(
        f,
        inside="staff",
        outside=["customers", "partners"],
        perspective="who",
        constructs=CONSTRUCTS,
        scale=SCALE,
        missing=MISSING,
        level=level,
    ),
    "ranking": lambda f, level: cx.ranking(
        f,
        inside="staff",
        outside="customers",
        unit="branch",
        perspective="who",
        constructs=CONSTRUCTS,
        scale=SCALE,
        missing=MISSING,
        level=level,
    ),
    "profile": lambda f, level: cx.profile(
        f,
        inside="staff",
        outside=["customers", "partners"],
        perspective="who",
        scale=SCALE,
        missing=MISSING,
        constructs={"one": ["a"], "two": ["b"], "three": ["c"], "four": ["d"]},
        level=level,
    ),
    "johari": lambda f, level: cx.johari(
        f,
        inside="staff",
        outside="customers",
        cut=3.0,
        perspective="who",
        constructs=CONSTRUCTS,
        scale=SCALE,
        missing=MISSING,
        level=level,
    ),
    "reliability": lambda f, level: cx.reliability(
        f, {"all": list("abcd"), "ease": ["b", "c"]}, scale=SCALE, missing=MISSING, level=level
    ),
    "invariance": lambda f, level: cx.invariance(
        f[f["who"] != "partners"], {"all": list("abcd")}, group="who", scale=SCALE, missing=MISSING, level=level
    ),
    "confirm": lambda f, level: cx.confirm(f, {"all": list("abcd")}, scale=SCALE, missing=MISSING, level=level),
    "raters": lambda f, level: cx.raters(f, ["b", "c", "d"], metric="ordinal", scale=(1, 5), level=level),
    "factors": lambda f, level: cx.factors(f, list("abcd"), scale=SCALE, missing=MISSING),
    "agreement": lambda f, level: cx.agreement(f, "branch", CONSTRUCTS, scale=SCALE, missing=MISSING, level=level),
    "describe several": lambda f, level: cx.describe(f, list("abcd"), scale=SCALE, missing=MISSING, level=level),
    "describe one": lambda f, level: cx.describe(f, "b", scale=(1, 5), level=level),
    "describe weighted": lambda f, level: cx.describe(f, ["b", "c"], scale=SCALE, weights="weight", level=level),
    "describe words": lambda f, level: cx.describe(f, "bought", level=level),
    "nps": lambda f, level: cx.nps(f, "nps", level=level),
    "nps by place": lambda f, level: cx.nps(f, "nps", by="place", level=level),
    "nps weighted": lambda f, level: cx.nps(f, "nps", weights="weight", level=level),
    "csat": lambda f, level: cx.csat(f, "b", scale=(1, 5), level=level),
    "csat by place": lambda f, level: cx.csat(f, "b", scale=(1, 5), by="place", weights="weight", level=level),
    "compare two ordinal": lambda f, level: cx.compare(
        f, "b", "bought", scale=SCALE, measurement="ordinal", level=level
    ),
    "compare three ordinal": lambda f, level: cx.compare(
        f, "b", "who", scale=SCALE, measurement="ordinal", level=level
    ),
    "compare two means": lambda f, level: cx.compare(
        f, "b", "bought", scale=SCALE, measurement="interval", level=level
    ),
    "compare three means": lambda f, level: cx.compare(f, "b", "who", scale=SCALE, measurement="interval", level=level),
    "compare nominal": lambda f, level: cx.compare(f, "bought", "who", level=level),
    "compare paired": lambda f, level: cx.compare(f, ["b", "c"], scale=SCALE, measurement="interval", level=level),
    "compare three paired": lambda f, level: cx.compare(
        f, ["b", "c", "d"], scale=SCALE, measurement="ordinal", level=level
    ),
    "compare weighted means": lambda f, level: cx.compare(
        f, "b", "who", scale=SCALE, measurement="interval", weights="weight", level=level
    ),
    "compare weighted shares": lambda f, level: cx.compare(f, "bought", "who", weights="weight", level=level),
    "expectation pairs": lambda f, level: cx.expectation(
        f, expected=["a", "b"], experienced=["c", "d"], scale=SCALE, missing=MISSING, level=level
    ),
    "expectation one pair": lambda f, level: cx.expectation(f, expected="b", experienced="c", scale=SCALE, level=level),
    "expectation clustered": lambda f, level: cx.expectation(
        f.assign(team=f["weight"].rank(pct=True).mul(30).round()),
        expected=["c", "d"],
        experienced=["a", "b"],
        scale=SCALE,
        missing=MISSING,
        cluster="team",
        level=level,
    ),
    "expectation surface": lambda f, level: cx.expectation(
        f,
        expected=["a", "b"],
        experienced=["c", "d"],
        outcome="nps",
        scale={**SCALE, "nps": (0, 10)},
        missing=MISSING,
        level=level,
    ),
    "power given": lambda f, level: cx.power_gap(n_inside=60, n_outside=400, level=level),
    "power needed": lambda f, level: cx.power_gap(
        ratio=4.0, comparisons=3, icc=[0.0, 0.05], cluster_size=[1, 20], level=level
    ),
    "power linked": lambda f, level: cx.power_gap(n_inside=45, correlation=0.4, level=level),
    "power simulated": lambda f, level: cx.power_gap(
        n_inside=60, n_outside=90, shares=[0.05, 0.1, 0.25, 0.35, 0.25], draws=500, level=level
    ),
    "plan needed": lambda f, level: cx.plan(
        [
            {"statistic": "nps", "margin": 3.5, "promoters": 0.41, "detractors": 0.2},
            {"statistic": "share", "margin": 0.05, "name": HOSTILE},
            {"statistic": "gap", "margin": 0.3, "ratio": 4.0},
        ],
        population=9000,
        response=0.23,
        completion=0.9,
        icc=0.03,
        cluster_size=8,
        level=level,
    ),
    "plan waves": lambda f, level: cx.plan("nps_difference", difference=5.0, between="waves", level=level),
    "plan panel": lambda f, level: cx.plan(
        "share_difference", difference=0.05, share=0.7, between="waves", correlation=0.4, level=level
    ),
    "plan groups": lambda f, level: cx.plan("mean_difference", difference=0.3, sd=[0.9, 1.1], level=level),
    "plan personas": lambda f, level: cx.plan("personas", shares=[0.5, 0.3, 0.17], people=30, deff=1.3, level=level),
    "plan kano": lambda f, level: cx.plan("kano", shares=[0.41, 0.27, 0.2], level=level),
    "plan given": lambda f, level: cx.plan(
        [
            {"statistic": "nps", "margin": 3.5},
            {"statistic": "share_difference"},
            {"statistic": "share"},
            {"statistic": "mean"},
        ],
        invitations=5000,
        response=0.21,
        level=level,
    ),
    "quotas": lambda f, level: cx.quota_sheet(
        {"gender": {"female": 0.514, "male": 0.486}, "age": {"young": 1, HOSTILE: 2}}, 250
    ),
    "quotas crossed": lambda f, level: cx.quota_sheet(
        {"gender": {"female": 0.514, "male": 0.486}, "age": {"young": 1, "old": 2}}, 250, crossed=True, seed=3
    ),
    "randomisation": lambda f, level: cx.randomisation_list(["old", "new"], 30, seed=5),
    "randomisation in strata": lambda f, level: cx.randomisation_list(
        {"old": 1, HOSTILE: 2}, 20, strata={"place": ["Kiel", "Ulm"], "age": ["young", "old"]}, block_sizes=6, seed=5
    ),
    "silos": lambda f, level: cx.silos(
        f,
        by="place",
        inside="staff",
        reference="customers",
        perspective="who",
        constructs=CONSTRUCTS,
        scale=SCALE,
        missing=MISSING,
        level=level,
    ),
    "silos ranked": lambda f, level: cx.silos(
        f,
        by="place",
        inside="staff",
        reference="customers",
        perspective="who",
        constructs={i: [i] for i in "bcd"},
        scale=SCALE,
        margin=0.5,
        minimum_cell=23,
        level=level,
    ),
    "maturity": lambda f, level: cx.maturity(
        f,
        ["first", "second"],
        action={"first": ["b"], "second": ["c"]},
        importance={"first": ["c"], "second": ["d"]},
        inside="customers",
        perspective="who",
        scale=SCALE,
        level=level,
    ),
    "maturity done": lambda f, level: cx.maturity(
        f, action={"first": ["b"], "second": ["c"], "third": ["d"]}, scale=SCALE, level=level
    ),
    "calibration": lambda f, level: cx.calibration(
        f,
        forecast="staff",
        actual="customers",
        items=list("abcd"),
        perspective="who",
        scale=SCALE,
        missing=MISSING,
        level=level,
    ),
    "calibration linked": lambda f, level: cx.calibration(
        f.assign(person=f.sort_index().groupby("who").cumcount()),
        forecast="staff",
        actual="customers",
        own="partners",
        link="person",
        items=list("bc"),
        perspective="who",
        scale=SCALE,
        level=level,
    ),
}
every = pytest.mark.parametrize("name", list(RESULTS))


@functools.cache  # a result is frozen: what the tests ask of it, they ask of the same one
def make(name, *, order=None, factor=1.0, level=0.95) -> Result:
    return RESULTS[name](_people(order=order, factor=factor), level)


def _subclasses(cls):
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)


def test_every_result_class_is_held_to_the_contract():
    for module in pkgutil.walk_packages(cxresearch.analysis.__path__, "cxresearch.analysis."):
        importlib.import_module(module.name)
    concrete = {
        c.__name__ for c in _subclasses(Result) if "kind" in c.__dict__ and c.__module__.startswith("cxresearch")
    }
    assert concrete == {type(make(name)).__name__ for name in RESULTS}


@every
def test_is_frozen(name):
    result = make(name)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.table = None


@every
def test_a_terminal_shows_the_sentence_and_not_the_frames(name):
    result = make(name)
    assert repr(result) == f"<{type(result).__name__}: {result.sentence()}>"


@every
def test_columns_are_stable_names_with_headings_in_both_languages(name):
    result = make(name)
    for key, frame in result.frames().items():
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in frame.columns)
        for lang in ("de", "en"):
            assert all(result.heads(key, lang).values())


@every
@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_two_headings_of_a_table_are_the_same(name, lang):
    result = make(name)
    for key in result.frames():
        heads = list(result.heads(key, lang).values())
        assert sorted({head for head in heads if heads.count(head) > 1}) == [], key


@every
def test_numbers_are_not_rounded(name):
    table = make(name).table.select_dtypes("float")
    values = table.to_numpy().ravel()
    values = values[np.isfinite(values)]
    if len(values):
        assert any(abs(v - round(v, 8)) > 0 for v in values) or np.allclose(values, np.round(values))


# drawing takes long: each result by itself in one language and in the page of a cell in the other; the rest is slow
@every
@pytest.mark.parametrize("lang", [pytest.param("de", marks=pytest.mark.slow), "en"])
def test_plot_returns_the_given_axes_and_leaves_no_figure_open(name, lang):
    _, ax = new_figure()
    assert make(name).plot(ax=ax, lang=lang) is ax
    assert plt.get_fignums() == []


def test_plot_without_axes_shows_a_pyplot_figure():
    ax = make("nps").plot()
    assert plt.get_fignums() == [ax.figure.number]
    plt.close(ax.figure)


def _numbers(text, lang):
    text = text.replace("\u2212", "-").replace("\u00a0", " ")
    mark, group = (",", ".") if lang == "de" else (".", ",")
    found = re.findall(rf"[-+]?\d+(?:\{group}\d{{3}})*(?:\{mark}\d+)?", text)
    return sorted(abs(float(x.replace(group, "").replace(mark, "."))) for x in found)


@every
def test_sentence_has_the_same_numbers_in_both_languages(name):
    result = make(name)
    assert _numbers(result.sentence("de"), "de") == _numbers(result.sentence("en"), "en") != []


@every
def test_numbers_of_the_sentence_stand_in_the_tables(name):
    result = make(name)
    known = {95.0, 90.0, 0.001, 0.0, 0.7}
    known |= {9.0, 10.0, 6.0} if result.kind == "nps" else set()
    known |= {4.0, 5.0} if result.kind == "csat" else set()
    known |= {3.0} if result.kind == "johari" else set()
    for frame in result.frames().values():
        known |= {float(frame[c].sum()) for c in ("n", "n_now") if c in frame}
        known |= {float(k) for k in range(len(frame) + 1)}
        for value in frame.select_dtypes("number").to_numpy(dtype=float).ravel():
            if np.isfinite(value):
                for digits in (0, 1, 2, 3):
                    known |= {round(abs(value), digits), round(100 * abs(value), digits)}
    for number in _numbers(result.sentence("en"), "en"):
        assert any(abs(number - k) < 1e-9 for k in known), (number, result.sentence("en"))


@every
@pytest.mark.parametrize("lang", ["de", pytest.param("en", marks=pytest.mark.slow)])
def test_display_is_escaped_and_machine_readable(name, lang):
    bundle = make(name).show(lang)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/markdown", "text/html", MIME}
    assert "<script" not in bundle["text/html"]
    assert "<script" not in bundle["text/markdown"]
    assert 'alt="' in bundle["text/html"]
    data = json.loads(json.dumps(bundle[MIME], allow_nan=False))
    assert data["sentence"] == make(name).sentence(lang)
    assert data["frames"]["table"]


@every
def test_method_says_how_in_both_languages(name):
    result = make(name)
    assert len(result.method("de")) > 60
    assert len(result.method("en")) > 60
    for caveat in result.caveats:
        assert caveat.text("de") != caveat.text("en")


def _same(one: Result, other: Result):
    for key, frame in one.frames().items():
        pd.testing.assert_frame_equal(frame, other.frames()[key], rtol=1e-9, atol=1e-12)


@every
def test_order_of_respondents_changes_nothing(name):
    _same(make(name), make(name, order=5))


@every
def test_rescaled_weights_change_nothing(name):
    _same(make(name), make(name, factor=37.5))


@every
def test_an_interval_widens_with_its_level(name):
    narrow, wide = make(name), make(name, level=0.99)
    for key, frame in narrow.frames().items():
        for low in [c for c in frame if c.endswith("low")]:
            high = low.replace("low", "high")
            inner = (frame[high] - frame[low]).to_numpy(dtype=float)
            outer = (wide.frames()[key][high] - wide.frames()[key][low]).to_numpy(dtype=float)
            both = np.isfinite(inner) & np.isfinite(outer)
            assert (outer[both] >= inner[both] - 1e-12).all(), low


def test_unit_scores_keep_the_contract_too():
    def result(order=None, level=0.95):
        scores = cx.read_scores(_units(order), n="n")
        return cx.gaps(scores, inside="staff", outside="customers", margin=0.45, by="kind", level=level)

    _same(result(), result(order=9))
    assert _numbers(result().sentence("de"), "de") == _numbers(result().sentence("en"), "en")
    assert result().table["verdict"].tolist() == ["inside_higher", "aligned"] * 2

"""The typing tool: points against an independent classifier, accuracy against known rates, and its promises."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.naive_bayes import CategoricalNB

from cxresearch.analysis.personas.input import frame_of
from cxresearch.analysis.personas.typing import typing_tool
from cxresearch.analysis.personas.typing.questions import TypingQuestion, limits_of
from cxresearch.analysis.personas.typing.scoring import density, forward, learn, rare_below, simulated
from cxresearch.errors import ArgumentError
from cxresearch.responses.source import Source
from cxresearch.stats.mixture import fit
from cxresearch.survey.text import Text

SHARES = (0.5, 0.3, 0.2)


class Planted:
    """People of three kinds who answer independently within their kind; it knows everybody's kind."""

    is_model = True

    def __init__(self, tables, shares=SHARES):
        self.tables, self.shares = tables, np.array(shares)

    def draw(self, n, seed):
        rng = np.random.default_rng(seed)
        self.kind = rng.choice(len(self.shares), n, p=self.shares)
        cells = {
            f"q{j + 1}": [int(rng.choice(len(t), p=t[:, kind])) + 1 for kind in self.kind]
            for j, t in enumerate(self.tables)
        }
        return pd.DataFrame(cells)

    def bayes_rate(self, items):
        """Share that whoever knows the true probabilities places right by these items."""
        rate = 0.0
        for pattern in itertools.product(*(range(len(self.tables[j])) for j in items)):
            joint = self.shares * np.prod([self.tables[j][a] for j, a in zip(items, pattern, strict=True)], axis=0)
            rate += joint.max()
        return rate


class Known:
    """Places the people that a tool is made from where they belong."""

    def __init__(self, kind, used, k, sure):
        self.kind, self.k, self.is_model = np.asarray(kind)[used], k, sure

    def place(self, people):
        return self.kind + 1, np.eye(self.k)[self.kind] if self.is_model else np.full((people.n, self.k), np.nan)


def _made(data, kind, *, weights=None, kinds=None, seed=3, k=3, supported=True, sure=False, grouping=None):
    """Return what a typing tool is made from: people whose persona is known, or whom `grouping` places."""
    items = [c for c in data if c != weights]
    options = {"weights": weights, "kinds": kinds or {}, "style": "raw", "scale": None, "missing": None}
    frame = frame_of(data, items, perspective=None, **options)
    used = np.flatnonzero(frame.answered & (frame.weights > 0))
    keys = [frame.weights[used], *(v.column.values.map(str).to_numpy()[used] for v in frame.variables)]
    if kind is not None:
        keys.append(np.asarray(kind)[used])
    used = used[np.lexsort(keys)]
    names = {f"persona={i + 1}": Text({"de": f"Gruppe {i + 1}", "en": f"group {i + 1}"}) for i in range(k)}
    return SimpleNamespace(
        k=k,
        frame=frame,
        used=used,
        chosen=SimpleNamespace(grouping=grouping or Known(kind, used, k, sure)),
        names=frame.names.adding(names),
        lang=frame.source.lang,
        level=0.95,
        seed=seed,
        verdict="stable" if supported else "not supported",
        supported=supported,
        withheld=frozenset(),
    )


def _sharp(items, levels=3, grip=3.0):
    """Return tables in which each kind has an answer of its own, `grip` times as likely as the others."""
    tables = []
    for j in range(items):
        t = np.ones((levels, 3))
        for kind in range(3):
            t[(kind + j) % levels, kind] = grip
        tables.append(t / t.sum(axis=0))
    return tables


@pytest.fixture(scope="module")
def planted():
    return Planted(_sharp(8))


@pytest.fixture(scope="module")
def people(planted):
    return planted.draw(1200, 11), planted.kind.copy()


@pytest.fixture(scope="module")
def tool(people):
    return typing_tool(_made(*people), 6)


# ---- points against another implementation ----------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
def test_points_agree_with_naive_bayes_of_scikit_learn(weighted):
    rng = np.random.default_rng(5)
    levels = [2, 5, 3, 7]
    answers = np.column_stack([rng.integers(0, k, 150) for k in levels])
    kind = rng.integers(0, 4, 150)
    weights = rng.uniform(0.2, 3, 150) if weighted else np.ones(150)
    reference = CategoricalNB(alpha=0.5, min_categories=levels).fit(answers, kind, sample_weight=weights)
    scoring = learn(answers, levels, np.eye(4)[kind], weights)
    for item in range(len(levels)):
        np.testing.assert_allclose(scoring.points[item], reference.feature_log_prob_[item].T, atol=1e-12)
    theirs = reference.predict_joint_log_proba(answers) - reference.class_log_prior_
    np.testing.assert_allclose(scoring.sums(answers, range(4)) - scoring.start, theirs, atol=1e-12)
    # shares are smoothed like answers, so that a persona nobody belongs to stays possible
    size = np.bincount(kind, weights)
    np.testing.assert_allclose(scoring.start, np.log((size + 0.5) / (size + 0.5).sum()), atol=1e-12)


def test_an_item_is_learnt_from_those_who_answered_it():
    rng = np.random.default_rng(6)
    answers = np.column_stack([rng.integers(0, 3, 200), rng.integers(0, 4, 200)])
    kind = rng.integers(0, 2, 200)
    answers[rng.random(200) < 0.3, 1] = -1
    seen = answers[:, 1] >= 0
    reference = CategoricalNB(alpha=0.5, min_categories=[4]).fit(answers[seen, 1:], kind[seen])
    scoring = learn(answers, [3, 4], np.eye(2)[kind], np.ones(200))
    np.testing.assert_allclose(scoring.points[1], reference.feature_log_prob_[0].T, atol=1e-12)


@given(seed=st.integers(0, 10_000), k=st.integers(2, 5))
@settings(max_examples=40)
def test_points_are_probabilities(seed, k):
    rng = np.random.default_rng(seed)
    levels = rng.integers(1, 6, 3).tolist()
    answers = np.column_stack([rng.integers(-1, n, 30) for n in levels])
    scoring = learn(answers, levels, rng.dirichlet(np.ones(k), 30), rng.uniform(0, 2, 30))
    assert np.exp(scoring.start).sum() == pytest.approx(1)
    for points in scoring.points:
        np.testing.assert_allclose(np.exp(points).sum(axis=0), 1)
    every = np.array(list(itertools.product(*(range(n) for n in levels))))
    assert np.exp(density(scoring.sums(every, range(3)))).sum() == pytest.approx(1)


def test_whole_weights_are_repetitions_and_unsure_members_count_in_parts():
    rng = np.random.default_rng(7)
    answers, members = rng.integers(0, 3, (40, 2)), rng.dirichlet(np.ones(3), 40)
    times = rng.integers(0, 4, 40)
    once = learn(answers, [3, 3], members, times.astype(float))
    rows = np.repeat(np.arange(40), times)
    again = learn(answers[rows], [3, 3], members[rows], np.ones(len(rows)))
    np.testing.assert_allclose(once.start, again.start, atol=1e-12)
    np.testing.assert_allclose(once.points[0], again.points[0], atol=1e-12)
    mass = np.array([members[rows][answers[rows, 0] == a, 1].sum() + 0.5 for a in range(3)])
    np.testing.assert_allclose(again.points[0][:, 1], np.log(mass / mass.sum()), atol=1e-12)


# ---- accuracy ----------------------------------------------------------------------------------------


def test_accuracy_is_at_the_bayes_rate(planted):
    draws = [typing_tool(_made(planted.draw(1200, seed), planted.kind, seed=seed), 6) for seed in range(10)]
    found = np.array([tool.table["accuracy"] for tool in draws])
    rates = np.array([planted.bayes_rate(range(k)) for k in range(1, 7)])  # all items are equally good by design
    error = found.std(axis=0, ddof=1) / np.sqrt(len(draws))
    assert (np.abs(found.mean(axis=0) - rates) < 3.5 * error + 0.002).all()
    assert (np.abs(found - rates) < 0.08).all()


def test_accuracy_is_honest_on_noise():
    rng = np.random.default_rng(8)
    chosen, every, claimed = [], [], []
    for seed in range(8):
        kind = rng.choice(3, 400, p=SHARES)
        data = pd.DataFrame(rng.integers(1, 6, (400, 12)), columns=[f"q{j}" for j in range(12)])
        tool = typing_tool(_made(data, kind, seed=seed), 12)
        chosen.append(tool.accuracy - tool.baseline)
        every.append(tool.table["accuracy"].iloc[-1] - tool.baseline)
        answers = data.to_numpy() - 1
        sums = learn(answers, [5] * 12, np.eye(3)[kind], np.ones(400)).sums(answers, range(12))
        claimed.append((sums.argmax(axis=1) == kind).mean() - tool.baseline)
    assert max(chosen) < 0.04 and -0.06 < np.mean(chosen) < 0.01
    assert np.mean(every) < -0.03
    assert np.mean(claimed) > 0.04  # what placing the people that were learnt from would claim


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_fewest_questions_are_those_that_matter(seed):
    flat = [np.full((3, 3), 1 / 3)] * 3
    model = Planted([*flat, *_sharp(1, grip=18), *flat, *_sharp(2, grip=18)[1:], *flat, *_sharp(3, grip=18)[2:]])
    data = model.draw(900, seed)
    tool = typing_tool(_made(data, model.kind, seed=seed), 9)
    assert data.shape[1] == 12
    assert set(tool.items) == {"q4", "q8", "q12"}
    assert list(tool.table["item"][:3]) == list(tool.items)
    assert tool.table["used"].tolist() == ["yes"] * 3 + ["no"] * 6
    assert tool.accuracy == pytest.approx(model.bayes_rate([3, 7, 11]), abs=0.02)


def test_of_equal_questions_the_most_telling_comes_first():
    kind = np.repeat([0, 1], [90, 10])
    blunt, sharper = np.tile([0, 1], 50), np.r_[np.tile([0, 0, 1], 30), np.ones(10, int)]
    answers = np.column_stack([blunt, sharper])  # nobody leaves the large persona by either alone
    scoring = learn(answers, [2, 2], np.eye(2)[kind], np.ones(100))
    assert (scoring.sums(answers, [1]).argmax(axis=1) == 0).all()
    assert forward(scoring, answers, kind, np.ones(100), most=2) == [1, 0]


def test_confusion_adds_up(tool, people):
    assert tool.baseline == pytest.approx(np.bincount(people[1]).max() / 1200)
    assert tool.accuracy > tool.baseline + 0.2
    sums = tool.confusion.groupby("persona")["share"].sum()
    np.testing.assert_allclose(sums, 1)
    assert tool.confusion["n"].sum() == 1200
    right = tool.right_by_persona()
    sizes = np.bincount(people[1])
    assert (right["share"] * sizes).sum() / 1200 == pytest.approx(tool.accuracy)
    assert right["n"].sum() == pytest.approx(1200 * tool.accuracy)


def test_weights_count_and_their_unit_does_not(planted):
    data = planted.draw(600, 21)
    kind = planted.kind
    rng = np.random.default_rng(1)
    heavy = np.where(kind == 2, 4.0, 0.5) * rng.uniform(0.8, 1.2, 600)
    tools = [typing_tool(_made(data.assign(w=heavy * f), kind, weights="w"), 4) for f in (1, 40)]
    plain = typing_tool(_made(data, kind), 4)
    assert tools[0].baseline == pytest.approx(heavy[kind == 2].sum() / heavy.sum())
    pd.testing.assert_frame_equal(tools[0].table, tools[1].table)
    np.testing.assert_allclose(tools[0].points.start, tools[1].points.start, atol=1e-9)
    assert tools[0].points.start[2] > plain.points.start[2] + 0.5
    table = tools[0].table
    assert (table["ci_high"] - table["ci_low"] > plain.table["ci_high"] - plain.table["ci_low"]).all()


def test_people_without_weight_teach_nothing(planted):
    data = planted.draw(400, 22)
    kind = planted.kind.copy()
    half = typing_tool(_made(data[:200].assign(w=1.0), kind[:200], weights="w"), 4)
    both = typing_tool(_made(data.assign(w=[1.0] * 200 + [0.0] * 200), kind, weights="w"), 4)
    pd.testing.assert_frame_equal(half.table, both.table)
    pd.testing.assert_frame_equal(half.scoring, both.scoring)


def test_order_of_rows_and_running_again_change_nothing(people):
    data, kind = people
    first = typing_tool(_made(data, kind), 6)
    order = np.random.default_rng(9).permutation(len(data))
    for rows in (np.arange(len(data)), order):
        again = typing_tool(_made(data.iloc[rows], kind[rows]), 6)
        for part in ("table", "confusion", "scoring"):
            pd.testing.assert_frame_equal(getattr(first, part), getattr(again, part), check_exact=True)
    there = first.assign(data.iloc[order])
    here = first.assign(data)
    pd.testing.assert_frame_equal(there.drop(columns="row").sort_index(), here.drop(columns="row"), check_exact=True)


def test_a_fitted_mixture_is_recovered(planted):
    data = planted.draw(700, 31)
    data["calls"] = np.random.default_rng(1).poisson(2 + 5 * planted.kind)
    data["spent"] = np.random.default_rng(2).normal(20 + 15 * planted.kind, 6)
    kinds = {"calls": "count", "spent": "number"}
    frame = frame_of(
        data, list(data), perspective=None, weights=None, kinds=kinds, style="raw", scale=None, missing=None
    )
    mixture = fit(frame.indicators, 3, starts=4, seed=1)

    class Fitted:
        is_model = True

        @staticmethod
        def place(people):
            chance = np.asarray(mixture.classify(people))
            return chance.argmax(axis=1) + 1, chance

    tool = typing_tool(_made(data, None, kinds=kinds, grouping=Fitted), 5)
    assert {"calls", "spent"} <= set(tool.items)
    assert tool.accuracy > 0.9
    placed = tool.assign(data)
    own = Fitted.place(frame.indicators)[0]
    assert (placed["persona"].to_numpy(int) == own).mean() > 0.9
    assert placed.loc[placed["probability"] > 0.95, "row"].size > 300


# ---- questions ---------------------------------------------------------------------------------------


def _question(values, kind="number"):
    frame = frame_of(
        pd.DataFrame({"x": values, "y": np.arange(len(values)) % 2}),
        ["x", "y"],
        perspective=None,
        weights=None,
        kinds={"x": kind},
        style="raw",
        scale=None,
        missing=None,
    )
    return TypingQuestion.of(frame.variables[0]), frame


def test_numbers_are_cut_into_brackets_that_people_can_read():
    values = np.random.default_rng(1).lognormal(4, 0.7, 500)
    question, frame = _question(values)
    assert question.brackets and len(question.codes) == 5
    assert all(limit == round(limit, 1) for limit in question.limits)
    where = question.positions(frame.variables[0].column)
    cut = pd.cut(values, [-np.inf, *question.limits, np.inf], labels=False)  # closed on the right
    np.testing.assert_array_equal(where, cut)
    assert np.bincount(where).min() > 80
    labels = [question.answer_label(i, frame.names, "de") for i in range(5)]
    first, last = (f"{x:g}".replace(".", ",") for x in (question.limits[0], question.limits[-1]))
    assert labels[0] == f"bis {first}" and labels[-1] == f"über {last}"
    assert question.answer_label(1, frame.names, "en").startswith(f"over {question.limits[0]:g}, up to ")


def test_a_limit_itself_belongs_below_and_few_numbers_stay_themselves():
    question, _ = _question(np.repeat(np.arange(30.0), 4))
    column = Source.of(pd.DataFrame({"x": [question.limits[0], question.limits[0] + 0.01, -50, 1e9, np.nan]})).column(
        "x"
    )
    assert question.positions(column).tolist() == [0, 1, 0, len(question.limits), -1]
    few, _ = _question(np.repeat([0.5, 1.0, 2.5], 10))
    assert not few.brackets and few.codes == (0.5, 1.0, 2.5) and few.limits == ()


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: round(x, 4)), min_size=2, max_size=80))
def test_limits_leave_people_in_every_bracket(values):
    values = np.array(values)
    if len(np.unique(values)) < 2:
        return
    limits = limits_of(values)
    assert limits == sorted(set(limits)) and 1 <= len(limits) <= 4
    assert values.min() <= limits[0] and limits[-1] < values.max()
    assert limits == limits_of(values[::-1])


def test_nearly_everybody_at_one_end():
    assert limits_of(np.r_[np.full(95, 100.0), np.arange(5)]) == [4.0]
    assert limits_of(np.r_[np.zeros(95), np.arange(5)]) == [0.0]


# ---- other people ------------------------------------------------------------------------------------


def test_points_add_up_by_hand(tool, people):
    got = tool.assign(people[0].head(50))
    table = tool.scoring.set_index(["item", "answer"])
    for i in range(50):
        sums = tool.points.start.copy()
        for item in tool.items:
            sums = sums + table.loc[(item, str(people[0][item].iloc[i]))].to_numpy(float)
        chance = np.exp(sums) / np.exp(sums).sum()
        assert got["persona"].iloc[i] == chance.argmax() + 1
        assert got["probability"].iloc[i] == pytest.approx(chance.max())


def test_missing_and_new_answers_add_nothing(tool, people):
    data = people[0].head(4).astype(object)
    first, second, *rest = tool.items
    data.iloc[0] = np.nan
    data.loc[data.index[1], second] = np.nan
    data.loc[data.index[2], second] = 99  # an answer that nobody gave
    data[first] = [np.nan, 1, 1, 1]
    for item in rest:
        data[item] = [np.nan, 2, 2, 2]
    data[second] = data[second].astype(float)
    got = tool.assign(data)
    assert got["persona"].isna().tolist() == [True, False, False, False]
    assert np.isnan(got["probability"].iloc[0]) and not got["unlike"].iloc[0]
    assert got["probability"].iloc[1] == got["probability"].iloc[2] != got["probability"].iloc[3]
    assert str(got["persona"].dtype) == "Int64" and got["unlike"].dtype == bool


def test_new_people_keep_their_index_and_may_bring_other_columns(tool, people):
    data = people[0].head(3).set_axis(["x", "y", "x"]).assign(respondent=["a", "b", "c"], other="?")
    got = tool.assign(data[["other", "respondent", *reversed(tool.items)]])
    assert got.index.tolist() == ["x", "y", "x"] and got["row"].tolist() == [0, 1, 2]
    assert got["respondent"].tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(got["persona"], tool.assign(people[0].head(3))["persona"])


def test_a_question_that_is_not_there_is_taught(tool, people):
    with pytest.raises(ArgumentError, match=tool.items[0]) as error:
        tool.assign(people[0].drop(columns=tool.items[0]))
    assert error.value.codes == ("data.unknown-column",)


def test_words_where_brackets_of_numbers_are_asked_for_are_taught():
    rng = np.random.default_rng(2)
    kind = rng.choice(3, 200)
    data = pd.DataFrame({"spent": rng.normal(20 * kind, 4), "calls": rng.poisson(3 + 6 * kind)})
    tool = typing_tool(_made(data, kind, kinds={"spent": "number", "calls": "number"}), 2)
    assert "spent" in tool.items
    with pytest.raises(ArgumentError, match="column holds words") as error:
        tool.assign(pd.DataFrame({"spent": ["much", "little"], "calls": [1, 2]}))
    assert error.value.codes == ("personas.words-for-numbers",)
    text = tool.assign(data.head(20).map(str))
    pd.testing.assert_frame_equal(text, tool.assign(data.head(20)))
    empty = tool.assign(data.head(3).assign(spent=None))
    assert empty["persona"].notna().all()


def test_codes_are_recognised_however_a_wave_stores_them():
    rng = np.random.default_rng(3)
    kind = rng.choice(3, 150)
    answers = np.array(["1", "x", "y"])[np.where(rng.random(150) < 0.9, kind, 2)]
    truth = np.where(rng.random(150) < 0.9, kind == 0, kind == 1)
    data = pd.DataFrame({"code": answers, "owns": truth.astype(bool), "third": rng.choice(["a", "b"], 150)})
    tool = typing_tool(_made(data, kind), 3)
    wave = data[data["code"] == "1"].head(10)
    numbers = wave.assign(code=wave["code"].astype(float), owns=wave["owns"].astype(int))
    expected = tool.assign(wave)
    pd.testing.assert_frame_equal(tool.assign(numbers), expected)
    pd.testing.assert_frame_equal(tool.assign(wave.astype(str)), expected)


# ---- unlike anyone -----------------------------------------------------------------------------------


def test_one_in_a_hundred_is_called_unlike(planted, people):
    tool = typing_tool(_made(*people), 8)
    new = planted.draw(8000, 77)
    rate = tool.assign(new)["unlike"].mean()
    assert 0.002 < rate < 0.016
    holes = new.mask(np.random.default_rng(4).random(new.shape) < 0.3)
    assert 0.001 < tool.assign(holes)["unlike"].mean() < 0.016


def test_contradictory_answers_are_found():
    model = Planted([np.array([[0.85, 0.05], [0.10, 0.10], [0.05, 0.85]])] * 10, shares=(0.6, 0.4))
    data = model.draw(900, 5)
    few = typing_tool(_made(data, model.kind, k=2, sure=True), 10)
    questions = tuple(TypingQuestion.of(v) for v in few.frame.variables)
    points = learn(data.to_numpy() - 1, [3] * 10, np.eye(2)[model.kind], np.ones(900))
    tool = replace(few, questions=questions, points=points)
    odd = pd.DataFrame(1, index=range(4), columns=list(data))
    odd.iloc[0, ::2] = 3  # half like the one, half like the other
    odd.iloc[1] = 2
    odd.iloc[3] = 3
    assert tool.assign(odd)["unlike"].tolist() == [True, True, False, False]
    assert few.assign(odd)["unlike"].tolist()[1:] == [True, False, False]
    assert tool.assign(data)["unlike"].mean() < 0.03
    holes = odd.astype(float)
    holes.iloc[:, 3:] = np.nan
    assert not tool.assign(holes)["unlike"].iloc[[0, 2, 3]].any()  # too few answers to be sure


def test_the_limit_is_the_share_that_was_asked_for(tool):
    drawn = simulated(tool.points, 20_000, 1)
    seen = np.ones(len(tool.items), dtype=bool)
    below = density(tool.points.start + drawn.sum(axis=0))
    assert (below < rare_below(tool.points, drawn, seen, 0.05)).mean() == pytest.approx(0.05, abs=0.02)
    # what was not answered is left out of the comparison
    seen[0] = False
    assert rare_below(tool.points, drawn, seen, 0.01) > rare_below(tool.points, drawn, ~seen | seen, 0.01)


# ---- what it says ------------------------------------------------------------------------------------


def test_sentences_hold_the_numbers(tool):
    said = tool.sentence("en")
    row = tool.table[tool.table["used"] == "yes"].iloc[-1]
    assert f"{100 * row['accuracy']:.0f}%" in said and f"{100 * tool.baseline:.0f}%" in said
    worst = tool.right_by_persona().sort_values("share").iloc[0]
    assert f"“group {worst['persona']:.0f}”" in said and f"{100 * worst['share']:.0f}%" in said
    german = tool.sentence("de")
    assert "Befragten" in german and "KI" in german and "," in german
    assert str(len(tool.items)) in tool.heading("de")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_it_shows_itself_whatever_names_are_like(people, lang):
    found = _made(*people)
    hostile = "<script>{0}</script> & „hoch: sehr lange Frage “ " * 6
    found.names = found.names.adding({"persona=1": Text({"de": hostile, "en": hostile}), "q1": Text("{x} <b>")})
    found.lang = lang
    tool = typing_tool(found, 3)
    shown = tool.show(lang)
    assert "<script>" not in shown.html() and hostile.split()[-1] in tool.names.code("persona", 1, lang)
    assert "confusion" in shown.data()["frames"] and "{" not in re.sub(r"\{[0x]\}", "", tool.method(lang))
    heads = tool.heads("table", lang) | tool.heads("confusion", lang)
    assert set(heads) == {"step", "item", "accuracy", "ci_low", "ci_high", "used", "persona", "placed", "share", "n"}
    assert tool.plot(lang=lang).get_title(loc="left") is not None
    plt.close("all")


def test_an_unsupported_tool_says_so(people):
    tool = typing_tool(_made(*people, supported=False), 3)
    assert [c.code for c in tool.caveats] == ["personas_typing_unsupported"]
    assert tool.caveats[0].severity == "warning" and "nicht" in tool.caveats[0].text("de")


@pytest.mark.parametrize("given", [0, -1, 2.5, True, "3"])
def test_a_tool_has_questions(people, given):
    with pytest.raises(ArgumentError) as error:
        typing_tool(_made(*people), given)
    assert error.value.codes == ("personas.max-items",)


def test_one_group_cannot_be_told_apart(people):
    with pytest.raises(ArgumentError) as error:
        typing_tool(_made(people[0], np.zeros(1200, int), k=1), 3)
    assert error.value.codes == ("personas.one-group",)


def test_tiny_groups_and_few_people_do_not_fail():
    data = pd.DataFrame({"a": [1, 1, 2, 2, 3], "b": [1, 2, 1, 2, 1]})
    tool = typing_tool(_made(data, [0, 0, 1, 1, 2]), 6)
    assert 0 <= tool.accuracy <= 1 and len(tool.items) in (1, 2)
    nobody = typing_tool(_made(data, [0, 0, 1, 1, 1]), 6)  # a persona that nobody belongs to
    assert np.isnan(nobody.right_by_persona()["share"].iloc[2])
    assert "group 3" not in nobody.sentence("en")

"""The proof: on whom it rests, what refuses, and whose answers are unlike anyone's."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.analysis.personas import sample
from cxresearch.analysis.personas.evidence import judge
from cxresearch.analysis.personas.models import group
from cxresearch.analysis.personas.unlike import DRAWS, RARE, unlike
from cxresearch.stats.mixture import Indicators
from cxresearch.stats.mixture import sample as drawn_from

QUICK = {"draws": 6, "halves": 2, "null_draws": 39, "k_max": 3, "starts": 5}
ITEMS = list("abcdef")


def answers(n: int = 260, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = rng.random(n) < 0.4
    return pd.DataFrame((rng.random((n, 6)) < np.where(kind, 0.9, 0.1)[:, None]).astype(int), columns=ITEMS)


# ---- a sample of very many people -----------------------------------------------------------------------------------


def test_with_very_many_people_the_proof_rests_on_a_sample_and_says_so(monkeypatch):
    frame = answers()
    whole = cx.personas(frame, ITEMS, **QUICK)
    assert whole.evidence.n == 260 and not whole.sampled("en")
    monkeypatch.setattr(sample, "MOST_PROVED", 120)
    found = cx.personas(frame, ITEMS, jobs=1, **QUICK)
    assert (found.evidence.n, found.evidence.structure.n, len(found.chosen.proof)) == (120, 120, 120)
    assert found.members["persona"].tolist() == whole.members["persona"].tolist()
    assert found.table["share"].tolist() == whole.table["share"].tolist()
    for lang, said in (("en", "random sample of 120"), ("de", "Zufallsstichprobe von 120")):
        assert all(said in view.method(lang) for view in (found, found.proof(), found.how_many()))
    again = cx.personas(frame.sample(frac=1, random_state=5), ITEMS, jobs=2, **QUICK)
    for name, table in found.frames().items():
        pd.testing.assert_frame_equal(table, again.frames()[name])


@pytest.mark.parametrize("method", ["kmeans", "kprototypes"])
def test_partitions_of_very_many_people_are_proved_on_a_sample(monkeypatch, method):
    monkeypatch.setattr(sample, "MOST_PROVED", 120)
    found = cx.personas(answers(), ITEMS, method=method, criterion="gap", **QUICK)
    assert found.evidence.n == 120 and found.k == 2


# ---- what refuses ---------------------------------------------------------------------------------------------------


def test_a_persona_in_which_nobody_is_most_likely_is_none():
    clear = SimpleNamespace(p=0.01)
    chosen = SimpleNamespace(k=2, grouping=SimpleNamespace(is_model=False))
    steady = SimpleNamespace(jaccard=np.array([0.95, np.nan]))
    assert judge(chosen, clear, clear, steady) == ("not supported", ("dissolves",))


def test_a_grouping_that_one_start_found_is_told():
    found = cx.personas(answers(), ITEMS, k=2, **QUICK | {"starts": 1})
    assert "personas_best_of" in {c.code for c in found.caveats}
    assert "personas_best_of" not in {c.code for c in cx.personas(answers(), ITEMS, k=2, **QUICK).caveats}


def test_two_questions_with_two_answers_are_enough():
    frame = answers()[["a", "b"]]
    found = cx.personas(frame, ["a", "b"], **QUICK)
    assert found.evidence.structure.frame["k"].max() == 3  # with four groups every pattern is one
    assert found.verdict == "not supported"
    two = cx.personas(frame, ["a", "b"], k=2, **QUICK)
    assert "personas_not_identified" in {c.code for c in two.caveats}


# ---- unlike anyone --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("correlated", [False, True])
def test_whoever_is_unlike_is_compared_with_people_who_left_the_same_out(correlated):
    rng = np.random.default_rng(3)
    kind = rng.integers(0, 2, 300)
    x = rng.normal(size=(300, 3)) + 3 * kind[:, None]
    codes, counts = rng.integers(0, 3, (300, 2)), rng.poisson(1 + 3 * kind)[:, None]
    parts = {"numeric": x} if correlated else {"numeric": x, "categorical": codes, "counts": counts}
    options = {} if correlated else {"levels": [3, 3]}
    found = group(
        Indicators.of(**parts, **options), 2, "gaussian" if correlated else "latent_class",
        covariance="full" if correlated else "diagonal", starts=3,
    )  # fmt: skip
    holes = {name: np.where(rng.random(table.shape) < 0.3, np.nan, table) for name, table in parts.items()}
    people = Indicators.of(**holes, **options, newcomers=True)
    told = unlike(found, people, seed=4)
    drawn = drawn_from(found.model, DRAWS, np.random.default_rng(4))
    own = found.log_density(people)
    for row in range(40):
        seen = people.answered[row]
        p, q = people.p, people.q
        same = Indicators.of(
            categorical=np.where(seen[:p], drawn.categorical, -1) if p else None,
            numeric=np.where(seen[p : p + q], drawn.numeric, np.nan),
            counts=np.where(seen[p + q :], drawn.counts, np.nan) if people.r else None,
            newcomers=True,
            **options,
        )
        limit = np.quantile(found.model.log_density(same), RARE)
        assert told[row] == (seen.any() and own[row] < limit - 1e-9)

"""Items that few have answered are not shown: no count, mean, share, dot or word that tells of them."""

from __future__ import annotations

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import NotEnoughData
from cxresearch.result import MIME

N = 40


def people(**few: int) -> pd.DataFrame:
    """Return answers to two items that all have answered, and to items that few have."""
    frame = pd.DataFrame({"one": [1, 2, 3, 4] * (N // 4), "two": [5, 4, 3, 3] * (N // 4)})
    for name, n in few.items():
        frame[name] = [2.0] * n + [np.nan] * (N - n)
    return frame


def test_an_item_of_few_is_nowhere_in_what_is_published() -> None:
    frame = people(secret=2, hidden=4, enough=5)
    found = cx.describe(frame, ["one", "two", "secret", "hidden", "enough"], scale=(1, 5), minimum_cell=5)
    assert found.table["item"].tolist() == ["one", "two", "enough"]
    assert set(found.distribution["item"]) == {"one", "two", "enough"}
    told = [c for c in found.caveats if c.code == "items_not_reportable"]
    assert [dict(c.values) for c in told] == [{"k": 2, "cell": 5}]
    assert "2 items are not reported: fewer than 5 answers." in told[0].text("en", found.names)
    assert "2 Fragen werden nicht berichtet" in told[0].text("de", found.names)
    bundle = found._repr_mimebundle_()
    everything = json.dumps(bundle[MIME]) + bundle["text/html"] + found.sentence() + found.method()
    assert "secret" not in everything
    assert "hidden" not in everything
    plt.close("all")


def test_what_is_known_of_a_column_of_few_is_not_told_as_a_caveat() -> None:
    frame = people(secret=2)
    shown = [c.text("en", cx.describe(frame, minimum_cell=5).names) for c in cx.describe(frame, minimum_cell=5).caveats]
    assert not any("secret" in text for text in shown)


@pytest.mark.parametrize("items", [["secret"], ["secret", "silent"]])
def test_nothing_is_left_and_nobody_is_counted(items: list[str]) -> None:
    frame = people(secret=3, silent=0)
    with pytest.raises(NotEnoughData) as caught:
        cx.describe(frame, items, scale=(1, 5), minimum_cell=5)
    assert caught.value.codes == ("describe.too-few",)
    assert "3" not in str(caught.value)
    assert "fewer than 5" in str(caught.value)


def test_no_answer_at_all_is_told_as_before() -> None:
    frame = people(silent=0)
    found = cx.describe(frame, ["one", "silent"], scale=(1, 5), minimum_cell=5)
    assert "items_without_answers" in {c.code for c in found.caveats}
    with pytest.raises(NotEnoughData) as caught:
        cx.describe(frame, ["silent"], scale=(1, 5), minimum_cell=5)
    assert caught.value.codes == ("describe.no-answers",)


def test_who_counts_is_who_has_a_weight() -> None:
    frame = people(some=6).assign(weight=[1.0] * 3 + [np.nan] * 3 + [1.0] * (N - 6))
    found = cx.describe(frame, ["one", "some"], scale=(1, 5), weights="weight", minimum_cell=5)
    assert found.table["item"].tolist() == ["one"]


def test_a_single_answer_is_never_shown_by_default() -> None:
    found = cx.describe(people(secret=1, pair=2), ["one", "secret", "pair"], scale=(1, 5))
    assert found.table["item"].tolist() == ["one", "pair"]
    assert cx.describe(people(secret=1), "secret", scale=(1, 5), minimum_cell=1).table["n"].tolist() == [1]


@pytest.mark.parametrize("ask", [cx.nps, cx.csat])
def test_an_index_without_groups_is_held_to_the_same(ask) -> None:  # type: ignore[no-untyped-def]
    frame = people(secret=3).assign(all=[9, 10] * (N // 2))
    options = {} if ask is cx.nps else {"scale": (1, 10)}
    assert ask(frame, "all", minimum_cell=5, **options).table["n"].tolist() == [N]
    with pytest.raises(NotEnoughData) as caught:
        ask(frame, "secret", minimum_cell=5, **options)
    assert "3" not in str(caught.value)


def test_a_comparison_of_few_people_with_themselves_is_not_told():
    frame = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 3, 4, 4]})
    with pytest.raises(cx.NotEnoughData, match="fewer than 5"):
        cx.compare(frame, ["a", "b"], scale=(1, 5), minimum_cell=5)
    assert len(cx.compare(frame, ["a", "b"], scale=(1, 5)).table)


def test_means_of_different_scales_are_not_compared():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"a": rng.integers(1, 6, 40), "b": rng.integers(1, 4, 40), "c": rng.integers(0, 11, 40)})
    found = cx.describe(frame, ["c", "a", "b"], scale={"a": (1, 5), "b": (1, 5), "c": (0, 10)})
    assert found.table["scale"].tolist() == ["0..10", "1..5", "1..5"]
    assert found.sentence("en").startswith("Of 2 items, “a”")
    assert "c" not in {tick.get_text() for tick in found.plot(lang="en").get_yticklabels()}
    plt.close("all")
    told = [caveat for caveat in found.caveats if caveat.code == "other_scales"]
    assert "therefore not compared: \N{LEFT DOUBLE QUOTATION MARK}c" in told[0].text("en", found.names)
    alone = cx.describe(frame, ["c", "a"], scale={"a": (1, 5), "c": (0, 10)})
    assert "mean" in alone.sentence("en")
    assert "highest" not in alone.sentence("en")

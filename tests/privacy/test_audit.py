"""Reports are made by the real questions, published as a run publishes them, and attacked."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import cxresearch as cx
from cxresearch.errors import ArgumentError
from cxresearch.privacy import withheld
from cxresearch.privacy.audit import audit
from cxresearch.privacy.command import audit as command
from cxresearch.result import MIME
from cxresearch.study.results import results_in, write_tables

BRANCHES = {
    "north": {"a": 3, "b": 9, "c": 30},
    "south": {"a": 25, "b": 31, "c": 40},
    "west": {"a": 12, "b": 8, "c": 22},
}
MINIMUM = 5


def people(sizes=BRANCHES, seed=1):
    rng = np.random.default_rng(seed)
    rows = [(b, t, int(rng.integers(0, 11))) for b, teams in sizes.items() for t, n in teams.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["branch", "team", "answer"])


def publish(folder, sections):
    """Write results as a report does: {section: (parameters, results)}."""
    for section, (_, results) in sections.items():
        cells = [
            {"outputs": [{"data": {MIME: r._repr_mimebundle_()[MIME]}}], "metadata": {}, "cell_type": "code"}
            for r in results
        ]
        folder.mkdir(parents=True, exist_ok=True)
        write_tables(results_in({"cells": cells}), section, folder / "tables")
    entries = [{"id": s, "runs": {"en": {"parameters": given}}} for s, (given, _) in sections.items()]
    (folder / "manifest.json").write_text(json.dumps({"sections": entries}))


def recommendation(frame, **options):
    given = {"item": "answer", "by": "team", "minimum_cell": MINIMUM}
    results = [cx.nps(frame, "answer"), cx.nps(frame, "answer", by="team", minimum_cell=MINIMUM, **options)]
    return {"recommendation": (given, results)}


def naive(sections, frame):
    """Leave the smallest groups out and nothing else, as the package did before."""
    given, (whole, _) = sections["recommendation"]
    every = cx.nps(frame, "answer", by="team", minimum_cell=2)
    kept = every.table[every.table["n"] >= MINIMUM]
    return {"recommendation": (given, [whole, replace(every, table=kept)])}


def batch(folder, withhold, make=recommendation):
    frame = people()
    for branch, part in frame.groupby("branch"):
        publish(folder / "reports" / branch, make(part, withhold=withhold.get(branch, [])))
    publish(folder / "reports" / "total", make(frame, withhold=withhold.get("total", [])))
    return folder


def test_one_report_protects_itself(tmp_path):
    north = people().query("branch == 'north'")
    publish(tmp_path, recommendation(north))
    found = audit(tmp_path)
    assert found.safe and found.tables == 2 and found.relations == 1
    assert found.sentence().startswith("Nothing that is withheld can be computed")


def test_a_report_without_protection_gives_the_group_away_with_its_figure(tmp_path):
    north = people().query("branch == 'north'")
    publish(tmp_path, naive(recommendation(north), north))
    found = audit(tmp_path)
    assert not found.safe
    row = found.table.iloc[0]
    assert row["n"] == 3 and row["how"] == "algebra"
    hidden = north.query("team == 'a'")["answer"]
    assert row["mean"] == pytest.approx(100 * ((hidden >= 9).mean() - (hidden <= 6).mean()))
    assert "3 people" in found.lines("en")[0] and "3 Personen" in found.lines("de")[0]


def test_a_batch_gives_away_what_each_report_hides_and_withhold_mends_it(tmp_path):
    open_ = audit(batch(tmp_path / "open", {}))
    assert {(r["report"], r["n"]) for r in open_.table.to_dict("records")} >= {("north", 3)}
    counts = people().groupby(["branch", "team"]).size().rename("n").reset_index()
    counts = counts.rename(columns={"branch": "unit", "team": "level"})
    gone: dict[str, list[str]] = {}
    for unit, level in withheld(counts, MINIMUM, True):
        gone.setdefault(unit, []).append(level)
    closed = audit(batch(tmp_path / "closed", gone))
    assert closed.safe, closed.table
    assert closed.reports == 4 and closed.withheld > 0


def test_gaps_and_silos_are_read_together(tmp_path):
    rng = np.random.default_rng(2)
    staff = pd.DataFrame({"who": "staff", "team": [*"a" * 3, *"b" * 9, *"c" * 20]})
    customers = pd.DataFrame({"who": "customer", "team": [*"a" * 30, *"b" * 30, *"c" * 30]})
    frame = pd.concat([staff, customers], ignore_index=True)
    frame["ease"] = rng.integers(1, 6, len(frame))
    options = {"constructs": {"ease": ["ease"]}, "perspective": "who", "scale": (1, 5), "gate": False, "margin": 0.5}
    whole = cx.gaps(frame, inside="staff", outside="customer", **options)
    teams = cx.gaps(frame, inside="staff", outside="customer", by="team", minimum_cell=MINIMUM, **options)
    far = cx.silos(frame, by="team", inside="staff", reference="customer", minimum_cell=MINIMUM, **options)
    sections = {
        "gaps": ({"minimum_cell": MINIMUM}, [whole]),
        "teams": ({"minimum_cell": MINIMUM}, [teams]),
        "silos": ({"minimum_cell": MINIMUM, "inside": "staff", "reference": "customer"}, [far]),
    }
    publish(tmp_path / "good", sections)
    good = audit(tmp_path / "good")
    assert good.safe and good.relations >= 3
    careless = cx.silos(frame, by="team", inside="staff", reference="customer", minimum_cell=2, **options)
    numbers = ["n", "mean"]
    table = careless.table.astype({"n": "Int64"})
    table.loc[table["group"] == "a", numbers] = None
    bad = {**sections, "silos": (sections["silos"][0], [replace(careless, table=table)])}
    publish(tmp_path / "bad", bad)
    found = audit(tmp_path / "bad")
    assert {(r["groups"][0], r["n"]) for r in found.table.to_dict("records")} == {("a", 3)}
    assert found.table["mean"].iloc[0] == pytest.approx(
        staff.assign(x=frame["ease"][:32]).query("team == 'a'")["x"].mean()
    )


def test_people_in_no_group_are_found_and_protected(tmp_path):
    frame = people({"north": {"a": 12, "b": 9, "c": 30}})
    frame.loc[frame.index[:2], "team"] = None
    publish(tmp_path / "good", recommendation(frame))
    assert audit(tmp_path / "good").safe
    publish(tmp_path / "bad", naive(recommendation(frame), frame))
    found = audit(tmp_path / "bad")
    assert found.table["n"].tolist() == [2]
    assert "people in no published group" in found.lines()[0]


def test_weighted_means_are_not_taken_for_sums(tmp_path):
    north = people().query("branch == 'north'")
    sections = naive(recommendation(north), north)
    given, results = sections["recommendation"]
    publish(tmp_path, {"recommendation": ({**given, "weights": "w"}, results)})
    found = audit(tmp_path)
    assert found.table["n"].tolist() == [3] and found.table["mean"].isna().all()


def test_tables_that_count_other_people_are_told_and_not_used(tmp_path):
    north, south = people().query("branch == 'north'"), people().query("branch == 'south'")
    given, (whole, _) = recommendation(north)["recommendation"]
    _, (_, groups) = recommendation(south)["recommendation"]
    publish(tmp_path, {"recommendation": (given, [whole, groups])})
    found = audit(tmp_path)
    assert found.safe and found.odd == 1 and "do" in found.sentence()


def test_the_command_prints_and_tells_by_its_exit_code(tmp_path, capsys):
    north = people().query("branch == 'north'")
    publish(tmp_path / "good", recommendation(north))
    publish(tmp_path / "bad", naive(recommendation(north), north))
    assert command(argparse.Namespace(path=str(tmp_path / "good"), language="de")) == 0
    assert "Nichts, was zurückgehalten wurde" in capsys.readouterr().out
    assert command(argparse.Namespace(path=str(tmp_path / "bad"), language=None)) == 1
    assert "can be computed although it is too small" in capsys.readouterr().out


def test_no_report_and_a_broken_record(tmp_path):
    with pytest.raises(ArgumentError, match=r"no built report") as caught:
        audit(tmp_path)
    assert caught.value.codes == ("privacy.no-report",)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ArgumentError) as caught:
        audit(tmp_path)
    assert caught.value.codes == ("privacy.manifest",)


def test_a_report_without_groups_has_nothing_to_attack(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"sections": []}))
    found = audit(tmp_path)
    assert found.safe and "nothing to attack" in found.sentence("en")


def described(frame, items, minimum=MINIMUM, asked=2):
    return {"ratings": ({"minimum_cell": minimum}, [cx.describe(frame, items, scale=(0, 10), minimum_cell=asked)])}


def two_answers():
    frame = people().assign(rare=np.nan)
    for _, part in frame.groupby("branch"):
        frame.loc[part.index[:2], "rare"] = 4
    return frame


def test_a_number_of_people_below_the_minimum_is_a_finding_wherever_it_stands(tmp_path, capsys):
    frame = two_answers()
    publish(tmp_path / "bad", described(frame.query("branch == 'north'"), ["answer", "rare"]))
    found = audit(tmp_path / "bad")
    assert not found.safe and found.table.empty
    assert found.small[["figure", "n", "minimum"]].to_dict("records") == [{"figure": "rare", "n": 2, "minimum": 5}]
    for lang, words in {
        "en": "2 people are shown, fewer than 5. Leave",
        "de": "gezeigt, weniger als 5. Lassen",
    }.items():
        assert words in found.lines(lang)[0]
    assert "1 published number of people is below the minimum" in found.sentence()
    assert command(argparse.Namespace(path=str(tmp_path / "bad"), language="de")) == 1
    assert "unter dem Minimum" in capsys.readouterr().out
    publish(tmp_path / "good", described(frame.query("branch == 'north'"), ["answer", "rare"], asked=MINIMUM))
    assert audit(tmp_path / "good").safe


def test_a_batch_names_its_reports_and_says_what_to_do(tmp_path):
    frame = two_answers()
    for branch, part in frame.groupby("branch"):
        publish(tmp_path / "reports" / branch, described(part, ["answer", "rare"]))
    alone = audit(tmp_path)
    assert sorted(alone.small["report"]) == ["north", "south", "west"] and alone.kind == "batch"
    assert all("--pool-below" in line and "--total" not in line for line in alone.lines())
    publish(tmp_path / "reports" / "total", described(frame, ["answer", "rare"]))
    found = audit(tmp_path)
    assert len(found.small) == 3  # all together are six
    for lang in ("en", "de"):
        assert {line.split(",")[0] for line in found.lines(lang)} == {"north", "south", "west"}
        assert all("--pool-below" in line and "--total" in line for line in found.lines(lang))


def test_an_item_that_one_unit_hides_is_given_away_by_the_report_on_all(tmp_path):
    frame = people().assign(rare=np.nan)
    for branch, n in {"north": 2, "south": 20, "west": 20}.items():
        frame.loc[frame.query("branch == @branch").index[:n], "rare"] = 4
    for branch, part in frame.groupby("branch"):
        publish(tmp_path / "reports" / branch, described(part, ["answer", "rare"], asked=MINIMUM))
    assert audit(tmp_path).safe
    publish(tmp_path / "reports" / "total", described(frame, ["answer", "rare"], asked=MINIMUM))
    (line,) = audit(tmp_path).lines()
    assert "rare" in line and "2 people" in line and "drop --total" in line
    assert "people of units that do not show it" in line


def test_a_batch_of_one_report_names_it(tmp_path):
    north = people().query("branch == 'north'")
    publish(tmp_path / "reports" / "north", naive(recommendation(north), north))
    found = audit(tmp_path)
    assert found.lines() and all(line.startswith("north,") for line in found.lines())


def test_people_in_no_unit_are_told_of_the_report_on_all(tmp_path):
    frame = people()
    for branch in ("north", "south"):
        publish(tmp_path / "reports" / branch, described(frame.query("branch == @branch"), ["answer"]))
    more = frame.query("branch == 'west'").head(3)
    publish(tmp_path / "reports" / "total", described(pd.concat([frame.query("branch != 'west'"), more]), ["answer"]))
    (line,) = audit(tmp_path).lines()
    assert line.startswith("total,") and "3 people" in line


def test_the_minimum_is_the_one_of_the_section_else_of_the_study_else_five(tmp_path):
    frame = people({"north": {"a": 3, "b": 3}})
    alone = described(frame, ["answer"])["ratings"][1]
    publish(tmp_path / "five", {"ratings": ({}, alone)})
    assert audit(tmp_path / "five").safe
    other = {"other": ({"minimum_cell": 8}, []), "third": ({"minimum_cell": 12}, [])}
    publish(tmp_path / "study", {"ratings": ({}, alone), **other})
    assert audit(tmp_path / "study").small["minimum"].tolist() == [8]
    publish(tmp_path / "own", {"ratings": ({"minimum_cell": 6}, alone), **other})
    assert audit(tmp_path / "own").safe


def test_the_same_people_compared_with_themselves_are_counted_as_well(tmp_path):
    frame = people().head(4).assign(other=[1, 5, 2, 9])
    paired = cx.compare(frame, ["answer", "other"], scale=(0, 10), measurement="interval")
    publish(tmp_path, {"comparison": ({"outcome": ["answer", "other"], "minimum_cell": MINIMUM}, [paired])})
    assert set(audit(tmp_path).small["n"]) == {4}


@pytest.mark.parametrize(
    ("journal", "ended"),
    [
        ('{"event": "batch-begun"}\n{"event": "batch-ended"}\n', True),
        ('{"event": "batch-begun"}\n', False),
        ('{"event": "batch-ended"}\n{"event": "batch-begun"}\n', False),
        ('{"event": "batch-ended"}\n{"event": "batch-be', False),
        ('{"event": "batch-interrupted"}\n', False),
        ('["batch-ended"]\n', False),
        ("", False),
    ],
)
def test_a_batch_that_has_not_ended_is_not_safe(tmp_path, capsys, journal, ended):
    frame = people()
    for branch in ("north", "south"):
        publish(tmp_path / "reports" / branch, described(frame.query("branch == @branch"), ["answer"]))
    (tmp_path / "batch.jsonl").write_text(journal)
    assert command(argparse.Namespace(path=str(tmp_path), language="en")) == (0 if ended else 1)
    assert ("cxresearch batch STUDY --resume" in capsys.readouterr().out) is not ended
    assert audit(tmp_path).unfinished is not ended


def test_a_batch_interrupted_before_its_first_report_is_unfinished(tmp_path):
    (tmp_path / "batch.jsonl").write_text('{"event": "batch-begun"}\n')
    found = audit(tmp_path)
    assert not found.safe and found.reports == 0
    assert found.sentence("de").startswith("Diese Serie") and found.sentence("de").endswith("noch einmal.")


def test_the_journal_is_called_as_the_batch_calls_it():
    from cxresearch.privacy import published
    from cxresearch.study.batch import journal

    assert (published.JOURNAL, published.ENDED) == (journal.NAME, journal.ENDED)

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

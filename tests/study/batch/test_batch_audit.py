"""What the rules could not know is found by the attack on the published tables, and withheld in a further round."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from cxresearch.privacy.audit import audit
from cxresearch.shipped import shipped_file
from cxresearch.study.batch.journal import events
from cxresearch.study.batch.options import Options
from cxresearch.study.batch.run import run_batch
from cxresearch.warm import Processes

from .studies import write_rows

STUDY = """\
study: leak
title: {de: Leck, en: Leak}
languages: [en]
survey: shipped:surveys/sfo-airport.yaml
data: answers.csv
sections:
  - {id: nps, notebook: shipped:notebooks/recommendation.ipynb, title: {de: NPS, en: NPS}}
batch:
  by: BAREA
  total: true
  parameters: {by: Q5FIRSTTIME}
"""


def test_few_valid_answers_among_many_rows_are_not_given_away_by_the_total(tmp_path: Path, stack: Processes) -> None:
    (tmp_path / "study.yaml").write_text(STUDY)
    cells = {("A", "1"): (3, 17), ("A", "2"): (30, 0), ("B", "1"): (30, 0), ("B", "2"): (30, 0)}
    with shipped_file("reports/sfo-airport/data/sfo_2018.csv").open(encoding="utf-8", newline="") as file:
        like = next(csv.DictReader(file))
    rows = [
        {**like, "BAREA": area, "Q5FIRSTTIME": visit, "NETPRO": str(i % 11) if i < valid else "11"}
        for (area, visit), (valid, without) in cells.items()
        for i in range(valid + without)
    ]
    for n, row in enumerate(rows):
        row["RESPNUM"] = str(n)
    write_rows(tmp_path / "answers.csv", rows)
    done = run_batch(tmp_path / "study.yaml", Options(), pool=stack)
    assert done.out is not None
    # the notebook asks about the recommendation question of the survey, which no parameter names
    rounds = [event for event in events(done.out) if event["event"] == "withheld"]
    assert len(rounds) >= 1
    assert "total" in rounds[0]["units"]
    assert done.open == 0
    assert audit(done.out).safe
    # the next run knows it from the start: what is published never gives anything away again
    again = run_batch(tmp_path / "study.yaml", Options(), pool=stack)
    assert again.open == 0
    assert len([event for event in events(done.out) if event["event"] == "withheld"]) == len(rounds)
    # where a parameter names the item, the rules see it themselves
    text = STUDY.replace("{by: Q5FIRSTTIME}", "{by: Q5FIRSTTIME, item: NETPRO}")
    (tmp_path / "study.yaml").write_text(text)
    named = run_batch(tmp_path / "study.yaml", Options(), pool=stack, out=tmp_path / "named")
    assert named.out is not None
    assert named.open == 0
    assert [event for event in events(named.out) if event["event"] == "withheld"] == []
    runs = [
        json.loads(path.read_text())["sections"][0]["runs"]["en"] for path in named.out.rglob("reports/*/manifest.json")
    ]
    assert [run["parameters"]["withhold"] for run in runs if "withhold" in run["parameters"]]

"""Reference values and real data for the tests of the numbers floor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "reference"


@pytest.fixture(scope="session")
def ref() -> dict[str, Any]:
    """Values from R, see tests/reference/make_stats.R."""
    return json.loads((REFERENCE / "stats.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def given() -> dict[str, Any]:
    """Values that came with the data, see tests/reference/README.md."""
    return json.loads((REFERENCE / "stats_given.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def clus() -> pd.DataFrame:
    """Schools clustered in districts; weights as in make_stats.R."""
    frame = pd.read_csv(REFERENCE / "data" / "apiclus1.csv")
    return frame.assign(pw=frame["pw"] * (1 + (frame["enroll"] > 500)))


@pytest.fixture(scope="session")
def strat() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "apistrat.csv")


@pytest.fixture(scope="session")
def airport() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "sfo_2018_nps.csv")

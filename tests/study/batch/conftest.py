"""Small batches with real kernels; one pool of warm processes for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cxresearch.warm import Processes, processes, warm_modules

from .studies import write_tiny


@pytest.fixture(scope="session")
def pool() -> Iterator[Processes]:
    """Warm processes, two at a time."""
    with processes(2, preload=warm_modules()) as warm:
        yield warm


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A study of three branches, five rows and more each, and one branch of three."""
    return write_tiny(tmp_path / "study", {"Nord": 8, "Süd": 6, "West": 7, "Insel": 3})

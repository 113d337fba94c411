"""Small batches with real kernels."""

from __future__ import annotations

from pathlib import Path

import pytest

from .studies import write_tiny


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A study of three branches, five rows and more each, and one branch of three."""
    return write_tiny(tmp_path / "study", {"Nord": 8, "Süd": 6, "West": 7, "Insel": 3})

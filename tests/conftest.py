"""Fixtures shared by the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real corpora beside the checkout; the test is skipped where there is none."""
    if not SHARED.is_dir():
        pytest.skip("real corpora (../shared/data) are not present")
    return SHARED

"""A memory for the tests of one function."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenograph.memory import Memory


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    """A new memory, in the folder `memory`."""
    with Memory.open(tmp_path / "memory") as opened:
        yield opened

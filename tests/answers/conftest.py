"""A memory for the tests of answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenograph.memory import Memory


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path) as memory:
        yield memory

"""Fixtures of the fault suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("faults.ledger", "faults.stage")

from faults.nursery import Nursery  # noqa: E402


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where processes come from that are to be killed."""
    nursery = Nursery()
    yield nursery
    nursery.close()

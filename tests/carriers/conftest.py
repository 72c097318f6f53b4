"""Nano with adapters, as tests of the engine share it."""

from __future__ import annotations

import pytest
from carriers.engines import COUNT, jobs, loras, one_by_one, said

from scenograph.carriers import LocalCarrier, load_carrier


@pytest.fixture(scope="session")
def nano() -> LocalCarrier:
    """The bundled carrier."""
    return load_carrier("nano")


@pytest.fixture(scope="session")
def carrier(nano: LocalCarrier) -> LocalCarrier:
    """The bundled carrier with adapters."""
    return nano.with_adapters(loras(nano, 1))


@pytest.fixture(scope="session")
def alone(carrier: LocalCarrier) -> list[str]:
    """What each of the jobs gives alone."""
    return said(carrier, one_by_one(carrier, jobs(COUNT)))

"""A mind that is served for the tests of one file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from service.servers import served, untrained

from scenograph import Mind


@pytest.fixture(scope="module", autouse=True)
def _few_drafts(few_drafts: None) -> None:
    """No test here is about how many texts are tried."""


@pytest.fixture(scope="module")
def mind(built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mind]:
    """The small trained mind, awake."""
    folder = shutil.copytree(built_mind, tmp_path_factory.mktemp("served") / "mind")
    with Mind.open(folder) as mind:
        mind.wake()
        yield mind


@pytest.fixture(scope="module")
def client(mind: Mind) -> Iterator[httpx.Client]:
    """A client of the small trained mind."""
    with served(mind) as client:
        yield client


@pytest.fixture(scope="module")
def new_mind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mind]:
    """A mind that was never trained: it reads open text."""
    with untrained(tmp_path_factory.mktemp("served") / "new") as mind:
        yield mind


@pytest.fixture(scope="module")
def new_client(new_mind: Mind) -> Iterator[httpx.Client]:
    """A client of the mind that was never trained."""
    with served(new_mind) as client:
        yield client

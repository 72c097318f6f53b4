"""What tests of a mind share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from carriers.tiny import write_carrier

from scenograph.adapters.tune import Tuning


@pytest.fixture(scope="module", autouse=True)
def _few_drafts(few_drafts: None) -> None:
    """No test here is about how many texts are tried."""


@pytest.fixture(scope="module")
def short_lessons() -> Iterator[None]:
    """Teach in few and small steps, and try few scenes: how much is learned is measured elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenograph.adapters.tune.Tuning", partial(Tuning, steps=6, looks=2, batch=512))
        patch.setattr("scenograph.mind.teaching.rehearsal._OTHERS", 6)
        yield


@pytest.fixture(scope="session")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny carrier of another family."""
    return write_carrier(tmp_path_factory.mktemp("carriers") / "Qwen-Tiny", "qwen2")


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a server again at once, where none is there."""
    monkeypatch.setattr("scenograph.carriers.remote.client.FIRST_PAUSE", 0.01)

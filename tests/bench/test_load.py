"""The load of `bench/load.py` for some seconds: a real service, killed once, and what it had stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.scripts import script

from scenograph.mind import MindConfig, Workspace


@pytest.fixture
def mind(tmp_path: Path) -> Path:
    Workspace.create(tmp_path / "mind", MindConfig())
    return tmp_path / "mind"


@pytest.mark.slow  # a real service for ten seconds; tests/service and tests/faults have its parts
def test_nothing_acknowledged_is_lost_and_nothing_fails(mind: Path) -> None:
    load = script("load")
    asked = ["--minutes", "0.06", "--clients", "2", "--keep", "5", "--every", "1", "--kill-server", "2"]
    found = load.measure(mind, load.parsed([str(mind), *asked]))
    assert (found["missing"], found["problems"], found["client_codes"]) == ([], [], [0, 0])
    assert found["failed"] == {}
    assert found["failed_by_its_own_count"] == []
    assert found["answers"] > 0


def test_what_is_missing_is_found(mind: Path) -> None:
    """So that the run above is not passed by a check that sees nothing."""
    load = script("load")
    told = ["told", "a letter", "Anna sleeps.", [1]]
    missing, problems, count = load._examine(mind, [("", told), ("", ["told", "another", None, [2]])])
    assert (len(missing), problems, count) == (2, [], 2)
    assert load._examine(mind, [("", told), ("", ["forgetting", "x", [1]])]) == ([], [], 0)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [[], ["--kill-clients"], ["--kill-server", "30"]])
def test_nothing_is_lost_in_minutes(mind: Path, fault: list[str]) -> None:
    load = script("load")
    found = load.measure(mind, load.parsed([str(mind), "--minutes", "3", *fault]))
    assert (found["missing"], found["problems"], found["failed"]) == ([], [], {})
    assert found["acknowledged"] > 0

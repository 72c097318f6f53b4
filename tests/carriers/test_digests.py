"""Digests are hashed once for files that stay as they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from carriers.tiny import write_carrier
from hypothesis import given
from hypothesis import strategies as st

from scenograph.carriers import load_carrier, local
from scenograph.carriers.digests import cached_digest

OLD = (1_700_000_000, 1_700_000_000)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"weights")
    os.utime(path, OLD)
    return path


def counted() -> tuple[Callable[[], str], list[int]]:
    """A way to compute digests, and how often it was used."""
    calls: list[int] = []

    def compute() -> str:
        calls.append(1)
        return f"{len(calls):032x}"

    return compute, calls


def test_unchanged_files_are_hashed_once(weights: Path) -> None:
    compute, calls = counted()
    assert {cached_digest([weights], ["cpu"], compute) for _ in range(3)} == {f"{1:032x}"}
    assert len(calls) == 1


def test_other_files_types_or_versions_are_hashed_again(weights: Path, tmp_path: Path) -> None:
    compute, calls = counted()
    cached_digest([weights], ["cpu"], compute)
    cached_digest([weights], ["cuda"], compute)
    os.utime(weights, (OLD[0], OLD[1] + 1))
    cached_digest([weights], ["cpu"], compute)
    weights.write_bytes(b"weightz+")
    os.utime(weights, OLD)
    cached_digest([weights], ["cpu"], compute)
    copy = Path(shutil.copy2(weights, tmp_path / "copy.safetensors"))
    cached_digest([copy], ["cpu"], compute)
    assert len(calls) == 5


def test_files_that_just_changed_and_missing_ones_are_not_kept(weights: Path, tmp_path: Path) -> None:
    compute, calls = counted()
    os.utime(weights)
    for files in ([weights], [weights], [tmp_path / "nowhere"], [tmp_path / "nowhere"], [], []):
        cached_digest(files, [], compute)
    assert len(calls) == 6


@given(damage=st.binary(max_size=200))
def test_a_damaged_cache_is_an_empty_one(damage: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cache")
    path = folder / "model.safetensors"
    path.write_bytes(b"weights")
    os.utime(path, OLD)
    compute, _ = counted()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        cached_digest([path], [], compute)
        [kept] = (folder / "scenograph" / "digests").iterdir()
        kept.write_bytes(damage)
        assert cached_digest([path], [], compute) == f"{2:032x}"
        assert cached_digest([path], [], compute) == f"{2:032x}"


def test_a_cache_that_cannot_be_written_costs_a_hash(weights: Path, cache: Path) -> None:
    cache.write_text("a file where the folder should be", encoding="utf-8")
    compute, calls = counted()
    for _ in range(2):
        cached_digest([weights], [], compute)
    assert len(calls) == 2


def test_a_carrier_is_hashed_once_but_law_6_always(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_carrier(tmp_path / "llama", "llama")
    for path in folder.iterdir():
        os.utime(path, OLD)
    hashes: list[int] = []
    real = local.weights_digest

    def hashed(*arguments: object) -> str:
        hashes.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(local, "weights_digest", hashed)
    first, again = load_carrier(folder), load_carrier(folder)
    assert first.digest == again.digest == again.with_vocabulary(again.vocabulary).digest
    assert len(hashes) == 1
    assert again.digest_now() == first.digest
    assert len(hashes) == 2

"""Every vector index answers as a table of numbers does that is searched row by row."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scenograph.errors import MissingExtraError, StoreError
from scenograph.memory.index import faiss_index
from scenograph.memory.index.faiss_index import TOLERANCE, FaissIndex, Ivf, lists_for
from scenograph.memory.index.sealed import MissingIndexError, UnusableIndexError
from scenograph.memory.index.vector_index import (
    Address,
    Truth,
    VectorIndex,
    best,
    new_index,
    open_index,
    parse_address,
)
from scenograph.memory.index.vectors import DIMENSIONS, Vectors
from scenograph.memory.records import Watermark

pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")

SERVER = Address("qdrant", "http://localhost:6333", "", "letters")


def vector(number: int) -> Vectors:
    """A vector that is like those of numbers with the same tens, as scenes of one kind are."""
    kind, own = (np.random.default_rng(seed).standard_normal(DIMENSIONS) for seed in (number // 10, number))
    row = kind + own
    return (row / np.linalg.norm(row)).astype(np.float32)


def vectors(numbers: Sequence[int]) -> Vectors:
    return (
        np.stack([vector(number) for number in numbers]) if numbers else np.zeros((0, DIMENSIONS), np.float32)
    )


def truth(uuid: bytes = b"u" * 16, fingerprint: bytes = b"f" * 32) -> Truth:
    return Truth(
        uuid,
        fingerprint,
        lambda ids: {number: {"scene": f"(s / scene-{number})"} for number in ids},
    )


def local_server(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let Qdrant's client keep collections in *folder* instead of asking a server."""
    from qdrant_client import QdrantClient

    from scenograph.memory.index import server_index

    def connect(server: str, prefix: str = "") -> QdrantClient:
        return QdrantClient(path=str(folder / "server"), force_disable_check_same_thread=True)

    monkeypatch.setattr(server_index, "connect", connect)


class IndexMachine(RuleBasedStateMachine):
    """An index beside a dictionary of vectors; now and then it is saved, lost, opened again."""

    address = Address("faiss")
    most_flat = 20_000
    truth = truth()

    @initialize()
    def start(self) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(faiss_index, "MOST_FLAT", self.most_flat)
        self.patch.setattr(faiss_index, "_CODES", 1 << 40)  # all lists, so that nothing is missed
        self.folder = Path(tempfile.mkdtemp())
        if self.address.kind == "qdrant":
            local_server(self.patch, self.folder)
        self.index = new_index(self.address, self.folder, self.truth)
        self.model: dict[int, Vectors] = {}
        self.saved: dict[int, Vectors] | None = None

    def teardown(self) -> None:
        if hasattr(self, "index"):
            self.index.close()
            self.index.close()
            self.patch.undo()
            shutil.rmtree(self.folder)

    @rule(numbers=st.sets(st.integers(1, 300), min_size=1, max_size=60))
    def add(self, numbers: set[int]) -> None:
        new = sorted(numbers - self.model.keys())
        if new:
            self.index.add(new, vectors(new))
            self.model |= {number: vector(number) for number in new}
            self.index.watermark = Watermark(self.index.watermark.seq + 1, len(new))

    @rule(numbers=st.sets(st.integers(1, 300), max_size=60))
    def remove(self, numbers: set[int]) -> None:
        self.index.remove(numbers)
        for number in numbers:
            self.model.pop(number, None)
        self.index.watermark = Watermark(self.index.watermark.seq + 1, 0)

    @rule()
    def save(self) -> None:
        self.index.save()
        self.saved = dict(self.model)
        assert self.index.saved == self.index.watermark

    @rule()
    def lose_what_is_not_saved(self) -> None:
        mark, saved = self.index.watermark, self.index.saved
        self.index.close()
        try:
            self.index = open_index(self.address, self.folder, self.truth)
        except UnusableIndexError:
            assert saved != mark  # an index changed since its last saving may have to be built anew
            self.index = new_index(self.address, self.folder, self.truth)
            self.model = {}
            return
        assert saved is not None
        assert self.index.watermark == self.index.saved == saved
        if self.address.kind == "faiss":
            assert self.saved is not None
            self.model = dict(self.saved)

    @precondition(lambda self: len(self.model) > 0)
    @rule(number=st.integers(1, 300), k=st.integers(1, 12))
    def search(self, number: int, k: int) -> None:
        cue = vector(number)[None]
        exact = {held: float(row @ cue[0]) for held, row in self.model.items()}
        found = self.index.search(cue, k)
        off = 0.01 if self.index.tolerance > 1e-4 else 1e-4
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert np.allclose(list(found.values()), [exact[held] for held in found], atol=off)
        wanted = list(best(exact, k).values())
        assert len(found) == len(wanted)
        assert np.allclose(list(found.values()), wanted, atol=off)
        some = sorted(self.model)[::3]
        near = self.index.similarities(cue, some)
        assert list(near) == some
        assert np.allclose([near[held] for held in some], [exact[held] for held in some], atol=0.01)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if hasattr(self, "index"):
            assert len(self.index) == len(self.model)
            assert self.index.ids == self.model.keys()
            held = sorted(self.model)
            rows = self.index.vectors(held)
            assert rows.shape == (len(held), DIMENSIONS)
            assert np.abs(rows - vectors(held)).max(initial=0) <= self.index.tolerance


def machine(
    address: Address, most_flat: int = 20_000, examples: int = 12
) -> type[RuleBasedStateMachine.TestCase]:
    kind = type("Machine", (IndexMachine,), {"address": address, "most_flat": most_flat})
    case = kind.TestCase
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return case


TestFlat = machine(Address("faiss"))
TestCoded = machine(Address("faiss"), most_flat=40)
TestEdge = machine(Address("qdrant-edge"), examples=5)
TestServer = machine(SERVER, examples=3)


@pytest.fixture(params=["faiss:", "qdrant-edge:", "qdrant+http://localhost:6333/letters"])
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Address:
    local_server(monkeypatch, tmp_path)
    return parse_address(request.param)


def test_an_empty_index_finds_nothing(address: Address, tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError):
        open_index(address, tmp_path, truth())
    index = new_index(address, tmp_path, truth())
    nothing = np.zeros((1, DIMENSIONS), np.float32)
    assert index.search(vector(1)[None], 5) == {}
    index.add([7], vectors([7]))
    assert index.search(nothing, 5) == index.search(vector(1)[None], 0) == {}
    assert index.similarities(vector(1)[None], []) == {}
    assert index.vectors([]).shape == (0, DIMENSIONS)
    index.remove([])
    assert list(index.search(vector(7)[None], 5)) == [7]
    index.close()


def test_opening_it_again_and_again_harms_nothing(address: Address, tmp_path: Path) -> None:
    index = new_index(address, tmp_path, truth())
    for turn in range(2):
        index.add(range(100 * turn, 100 * turn + 60), vectors(range(100 * turn, 100 * turn + 60)))
        index.watermark = Watermark(turn + 1, 5)
        index.save()
        for _ in range(3):
            index.close()
            index = open_index(address, tmp_path, truth())
            assert len(index) == 60 * (turn + 1)
            assert index.watermark == index.saved == (turn + 1, 5)
            assert list(index.search(vector(7)[None], 1)) == [7]
    index.close()


def test_another_encoding_is_to_be_built_anew(address: Address, tmp_path: Path) -> None:
    index = new_index(address, tmp_path, truth())
    index.add([1, 2], vectors([1, 2]))
    index.save()
    index.close()
    with pytest.raises(UnusableIndexError):
        open_index(address, tmp_path, truth(fingerprint=b"g" * 32))
    index = new_index(address, tmp_path, truth(fingerprint=b"g" * 32))
    assert len(index) == 0
    index.close()


@pytest.mark.parametrize("most_flat", [10, 1000])
def test_a_file_serves_many_readers_and_one_who_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_flat: int
) -> None:
    monkeypatch.setattr(faiss_index, "MOST_FLAT", most_flat)
    first = FaissIndex(tmp_path, truth())
    first.add(range(1, 200), vectors(range(1, 200)))
    first.save()
    reader, writer = (FaissIndex.open(tmp_path, truth()) for _ in range(2))
    writer.remove(range(1, 100))
    writer.add([500], vectors([500]))
    writer.save()
    assert reader.ids == set(range(1, 200))
    assert list(reader.search(vector(50)[None], 1)) == [50]
    assert FaissIndex.open(tmp_path, truth()).ids == {*range(100, 200), 500}
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.index"]


def test_lists_may_be_emptied_and_filled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_index, "MOST_FLAT", 10)
    index = FaissIndex(tmp_path, truth())
    index.add(range(1, 40), vectors(range(1, 40)))
    index.remove(range(1, 40))
    index.save()
    index = FaissIndex.open(tmp_path, truth())
    assert index.search(vector(1)[None], 3) == {}
    index.add([3], vectors([3]))
    assert list(index.search(vector(3)[None], 3)) == [3]


def test_drafts_of_killed_processes_are_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "vectors.index.4194999-1.new").write_bytes(b"left behind")
    (tmp_path / "vectors.index.1-1.new").write_bytes(b"being written")
    FaissIndex(tmp_path, truth()).save()
    assert {path.name for path in tmp_path.iterdir()} == {"vectors.index", "vectors.index.1-1.new"}


def test_what_is_removed_is_in_no_file_any_more(address: Address, tmp_path: Path) -> None:
    if address.kind == "qdrant":
        pytest.skip("what a server keeps on its disk is its own affair")
    index = new_index(address, tmp_path, truth())
    index.add(range(1, 60), vectors(range(1, 60)))
    index.save()
    traces = [vector(30)[place : place + 8].tobytes() for place in range(0, DIMENSIONS, 64)]

    def found() -> int:
        files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        return sum(trace in data for trace in traces for data in files)

    assert found()
    index.remove([30])
    index.save()
    index.close()
    assert not found()


def gathered(count: int, seed: int = 0) -> Vectors:
    """Vectors of 40 kinds, as unlike within a kind as scenes are."""
    rng = np.random.default_rng(seed)
    kinds = rng.standard_normal((40, DIMENSIONS)).astype(np.float32)
    rows = kinds[rng.integers(0, 40, count)] + rng.standard_normal((count, DIMENSIONS)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_whole_vectors_are_found_as_if_all_were_compared_exactly(tmp_path: Path) -> None:
    rows = gathered(3000)
    index = FaissIndex(tmp_path, Truth(b"u" * 16, b"f" * 32, lambda _: {}))
    index.add(range(3000), rows)
    for cue in gathered(40, seed=1):
        exact = rows @ cue
        found = index.search(cue[None], 10)
        assert list(found) == np.argsort(-exact)[:10].tolist()
        assert np.allclose(list(found.values()), exact[list(found)], atol=1e-6)


def test_lists_miss_little_and_scores_are_near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_index, "MOST_FLAT", 1000)
    rows = gathered(2400)
    held = Truth(b"u" * 16, b"f" * 32, lambda _: {})
    index = FaissIndex(tmp_path, held)
    for start in range(0, 2400, 400):
        index.add(range(start, start + 400), rows[start : start + 400])
    index.remove(range(0, 2400, 7))
    index.save()
    index = FaissIndex.open(tmp_path, held)
    present = sorted(index.ids)
    rng = np.random.default_rng(1)
    shares: list[float] = []
    for number in rng.choice(present, 60):
        cue = rows[number] + rng.standard_normal(DIMENSIONS).astype(np.float32) / 32
        cue = (cue / np.linalg.norm(cue))[None].astype(np.float32)
        exact = rows[present] @ cue[0]
        found = rows[list(index.search(cue, 10))] @ cue[0]
        assert np.allclose(list(index.search(cue, 10).values()), found, atol=0.01)
        shares.append(float(np.mean(found >= np.sort(exact)[-10] - 0.001)))
    assert np.mean(shares) >= 0.95


def test_lists_grow_with_what_is_in_them() -> None:
    assert [lists_for(n) for n in (0, 1000, 20_000, 100_000, 1_000_000)] == [16, 32, 128, 256, 1024]
    rows = gathered(5000)
    coded = Ivf.train(rows[:300], 300)
    coded.add(np.arange(5000), rows)
    assert coded.outgrown
    grown = coded.regrown()
    assert not grown.outgrown
    assert np.sort(grown.ids).tolist() == list(range(5000))
    assert np.abs(grown.vectors(np.arange(5000)) - rows).max() <= 2 * TOLERANCE


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "is no URL of a vector index"),
        ("faiss", "is no URL of a vector index; use faiss:, qdrant-edge: or"),
        ("postgres://host/x", "is no URL of a vector index"),
        ("qdrant+http://", "is no URL of a vector index"),
        ("qdrant+http://host:6333/", "names no collection"),
        ("qdrant+http://host:port/x", "is no URL of a vector index"),
        ("qdrant+http://key@host/x", "must not hold a key; put it in the variable QDRANT_API_KEY"),
        ("qdrant+http://host/x?y=1", "is no URL of a vector index"),
    ],
)
def test_a_url_that_is_not_understood(url: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason) as caught:
        parse_address(url)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30) | st.text("qdrant+htps:/[]@?#1a", max_size=30).map("qdrant+http://".__add__))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    try:
        address = parse_address(url)
    except StoreError:
        return
    assert address.kind != "qdrant" or (address.server and address.collection)


def test_addresses() -> None:
    assert parse_address("qdrant+https://[::1]:1/a/b/c") == ("qdrant", "https://[::1]:1", "a/b", "c")
    assert parse_address("qdrant-edge:") == ("qdrant-edge", "", "", "")


@pytest.mark.parametrize(
    ("url", "package", "module"),
    [
        ("qdrant-edge:", "qdrant_edge", "edge_index"),
        ("qdrant+http://localhost/x", "qdrant_client", "server_index"),
    ],
)
@pytest.mark.parametrize("do", [open_index, new_index])
def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    url: str,
    package: str,
    module: str,
    do: Callable[[Address, Path, Truth], VectorIndex],
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"scenograph.memory.index.{module}", raising=False)
    with pytest.raises(MissingExtraError, match=r"scenograph\[qdrant\]"):
        do(parse_address(url), tmp_path, truth())

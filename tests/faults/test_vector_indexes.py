"""Whatever becomes of a vector index, its files or its server, recall is right or says what is wrong."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.index import faiss_index, server_index
from scenograph.memory.index.edge_index import EdgeIndex
from scenograph.memory.index.faiss_index import FaissIndex
from scenograph.memory.index.sealed import UnusableIndexError
from scenograph.memory.index.vector_index import Address, Truth, VectorIndex, open_index
from scenograph.memory.index.vectors import DIMENSIONS, Vectors
from scenograph.memory.learning.meanings import keep_meanings

pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")

SERVER = "qdrant+http://localhost:6333/letters"
URLS = ("faiss:", "qdrant-edge:", SERVER)
CUE = Scene.parse("(b / build :agent ?who :object (t / thing-3))")
NEW = Scene.parse('(b / build :agent (p / person :name "New") :object (t / thing-3))')


def client_of(folder: Path, **more: bool) -> Any:
    """Qdrant's client with its collections in *folder*."""
    from qdrant_client import QdrantClient  # takes seconds to import

    return QdrantClient(path=str(folder), **more)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder in which Qdrant's client keeps collections instead of asking a server."""
    folder = tmp_path / "server"

    def connect(server: str, prefix: str = "") -> Any:
        return client_of(folder, force_disable_check_same_thread=True)

    monkeypatch.setattr(server_index, "connect", connect)
    return folder


def fill(memory: Memory) -> None:
    scenes = [
        Scene.parse(f'(b / build :agent (p / person :name "Name {number}") :object (t / thing-{number % 6}))')
        for number in range(24)
    ]
    memory.remember_many([Note(scene, f"Text {place}", "en", "a book") for place, scene in enumerate(scenes)])


def recalled(memory: Memory) -> list[tuple[int, float]]:
    return [(hit.id, round(hit.resonance, 4)) for hit in memory.recall(CUE)]


@pytest.mark.parametrize("url", URLS)
def test_recall_is_the_same_by_every_index(tmp_path: Path, server: Path, url: str) -> None:
    with Memory.open(tmp_path / "plain") as plain, Memory.open(tmp_path / "other", vectors=url) as other:
        for memory in (plain, other):
            fill(memory)
        expected = recalled(plain)
        assert recalled(other) == expected
        for memory in (plain, other):
            memory.forget(4, 10)
            memory.remember(NEW)
        expected = recalled(plain)
        assert recalled(other) == expected
        assert other.check() == []
        assert (other.stats().index_bytes > 0) == (url != SERVER)
    with Memory.open(tmp_path / "other", vectors=url) as other:
        assert recalled(other) == expected
        with suppress(KeyError), other.transaction():
            other.remember(Scene.parse("(b / build :object (t / thing-3))"))
            other.forget(16)
            other.recall(CUE)
            raise KeyError
        assert recalled(other) == expected
        other.rebuild_index()
        assert recalled(other) == expected
        assert other.check() == []


def test_another_url_builds_another_index_and_leaves_no_old_one(tmp_path: Path, server: Path) -> None:
    folder = tmp_path / "memory"

    def left() -> set[str]:
        return {path.name for path in folder.iterdir() if path.name.startswith("vectors")}

    with Memory.open(folder) as memory:
        fill(memory)
        expected = recalled(memory)
    assert left() == {"vectors.index"}
    for url, files in (("qdrant-edge:", {"vectors.qdrant"}), (SERVER, set()), ("faiss:", {"vectors.index"})):
        with Memory.open(folder, vectors=url) as memory:
            assert recalled(memory) == expected
        assert left() == files


def test_other_items_build_the_index_anew(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        fill(memory)
        before = memory.recall(CUE)
        one = np.eye(2, dtype=np.float32)[0]
        with Memory.open(tmp_path) as other, other.transaction():  # as another process would
            things = {symbol: one for symbol in other._crystals.entities.symbols() if "thing" in symbol}
            keep_meanings(other._crystals.learned, things, "own")
        assert memory.recall(CUE)[0].parts["vector"] != before[0].parts["vector"]
        assert memory.check() == []
        with memory.transaction():
            memory._crystals.learned.drop("meanings")
        assert memory.recall(CUE) == before


def flip(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def cut(path: Path, rng: random.Random) -> None:
    with path.open("r+b") as file:
        file.truncate(rng.randrange(path.stat().st_size))


def vectors(count: int) -> Vectors:
    rows = np.random.default_rng(1).standard_normal((count, DIMENSIONS)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def truth() -> Truth:
    return Truth(b"u" * 16, b"f" * 32, lambda _: {})


def answers(index: VectorIndex) -> tuple[object, ...]:
    cue = vectors(200)[7:8]
    return index.ids, index.watermark, list(index.search(cue, 5)), index.vectors([3, 199]).tolist()


@pytest.mark.parametrize("most_flat", [50, 1000])
@pytest.mark.parametrize("rounds", [40, pytest.param(2000, marks=pytest.mark.slow)])
def test_every_harm_to_the_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_flat: int, rounds: int
) -> None:
    monkeypatch.setattr(faiss_index, "MOST_FLAT", most_flat)
    index = FaissIndex(tmp_path, truth())
    index.add(range(200), vectors(200))
    index.save()
    path = tmp_path / "vectors.index"
    whole = path.read_bytes()
    rng = random.Random(most_flat)
    for turn in range(rounds):
        (flip if turn % 2 else cut)(path, rng)
        with pytest.raises(UnusableIndexError):
            FaissIndex.open(tmp_path, truth())
        path.unlink()  # others may have mapped it into their memory
        path.write_bytes(whole)
    assert FaissIndex.open(tmp_path, truth()).ids == index.ids


@pytest.mark.parametrize("rounds", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_every_harm_to_a_shard_is_found_or_harmless(tmp_path: Path, rounds: int) -> None:
    index = EdgeIndex.create(tmp_path / "sound" / "vectors.qdrant", truth())
    index.add(range(200), vectors(200))
    index.save()
    index.close()
    address = Address("qdrant-edge")
    index = open_index(address, tmp_path / "sound", truth())
    expected = answers(index)
    index.close()
    rng = random.Random(1)
    for turn in range(rounds):
        folder = tmp_path / str(turn)
        shutil.copytree(tmp_path / "sound", folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
        path = files[turn % len(files)] if rounds > len(files) else rng.choice(files)
        (flip if turn % 2 else cut)(path, rng)
        try:
            index = open_index(address, folder, truth())
        except UnusableIndexError:
            pass
        else:
            assert path.name == "edge_config.json"  # which is ours, and written anew
            assert answers(index) == expected
            index.close()
        shutil.rmtree(folder)


def test_a_damaged_shard_is_built_anew_unasked(tmp_path: Path) -> None:
    with Memory.open(tmp_path, vectors="qdrant-edge:") as memory:
        fill(memory)
        expected = recalled(memory)
    chunk = next((tmp_path / "vectors.qdrant").rglob("*.mmap"))
    flip(chunk, random.Random(1))
    with Memory.open(tmp_path, vectors="qdrant-edge:") as memory:
        assert any("damaged; it will be rebuilt" in line for line in memory.check())
        assert recalled(memory) == expected
        assert memory.check() == []


def test_a_shard_serves_one_memory_at_a_time(tmp_path: Path) -> None:
    with Memory.open(tmp_path, vectors="qdrant-edge:") as one:
        fill(one)
        expected = recalled(one)
        with Memory.open(tmp_path, vectors="qdrant-edge:") as two:
            two.remember(NEW)
            with pytest.raises(StoreError, match="is open elsewhere, and it serves one memory at a time"):
                two.recall(CUE)
        assert recalled(one) != expected
    with Memory.open(tmp_path, vectors="qdrant-edge:") as two:
        assert two.recall(NEW)[0].scene == NEW


def test_a_server_keeps_the_crystals_themselves(tmp_path: Path, server: Path) -> None:
    with Memory.open(tmp_path / "memory", vectors=SERVER) as memory:
        fill(memory)
        memory.recall(CUE)
        memory.remember(memory.get(3).scene, text="Another text")
        memory.recall(CUE)
        learned = memory.get(3).learned.isoformat()
        memory.forget(5)
    client = client_of(server)
    assert client.count("letters").count == 23
    assert client.retrieve("letters", [5]) == []
    [point] = client.retrieve("letters", [3])
    assert point.payload is not None
    assert point.payload["scene"] == '(b / build :agent (p / person :name "Name 2") :object (t / thing-2))'
    assert point.payload["learned"] == learned
    assert [source["text"] for source in point.payload["sources"]] == ["Text 2", "Another text"]
    client.close()


def test_a_collection_of_another_memory_is_refused_and_left_alone(tmp_path: Path, server: Path) -> None:
    with Memory.open(tmp_path / "one", vectors=SERVER) as one:
        fill(one)
        one.rebuild_index()
    with Memory.open(tmp_path / "two", vectors=SERVER) as two:
        two.remember(NEW)
        with pytest.raises(StoreError, match=r"the collection letters .* is not of this memory; choose"):
            two.recall(CUE)
        with pytest.raises(StoreError, match="is not of this memory"):
            two.rebuild_index()
        assert any("is not of this memory" in line for line in two.check())
    with Memory.open(tmp_path / "one", vectors=SERVER) as one:
        assert one.check() == []
        assert len(one.recall(CUE)) == 10


def test_a_collection_that_was_emptied_is_built_anew(tmp_path: Path, server: Path) -> None:
    with Memory.open(tmp_path / "memory", vectors=SERVER) as memory:
        fill(memory)
        expected = recalled(memory)
    client = client_of(server)
    client.delete("letters", [1, 2, 3])
    client.close()
    with Memory.open(tmp_path / "memory", vectors=SERVER) as memory:
        assert recalled(memory) == expected
        assert memory.check() == []


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with Memory.open(tmp_path, vectors="qdrant+http://127.0.0.1:9/letters") as memory:
        fill(memory)  # which needs no vectors
        with pytest.raises(
            StoreError, match=r"letters at http://127.0.0.1:9 cannot be reached: .*refused"
        ) as caught:
            memory.recall(CUE)
        assert "\n" not in str(caught.value)
        assert len(memory) == 24
        assert len(memory.check()) == 1


class _Unwell(BaseHTTPRequestHandler):
    status, body = 500, b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(params=[(500, b"out of\nmemory"), (401, b"who are you"), (200, b"<html>"), (404, b"{}")])
def unwell(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server that answers, but not as Qdrant does."""
    handler = type("Handler", (_Unwell,), {"status": request.param[0], "body": request.param[1]})
    with HTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_a_server_that_is_unwell(tmp_path: Path, unwell: str) -> None:
    with Memory.open(tmp_path, vectors=f"qdrant+http://{unwell}/letters") as memory:
        fill(memory)
        with pytest.raises(StoreError, match=f"the collection letters at http://{unwell}") as caught:
            memory.recall(CUE)
        assert "\n" not in str(caught.value)


def test_a_url_that_is_not_understood_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is no URL of a vector index"):
        Memory.open(tmp_path / "new", vectors="chroma:")
    assert not (tmp_path / "new").exists()

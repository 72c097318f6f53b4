"""Who waits for whom: the queue, its bounds, clients that leave, and an end that finishes what was begun."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from service.servers import served

from scenograph import Mind
from scenograph.carriers.asker import Asker
from scenograph.carriers.protocol import Job
from scenograph.service.errors import BusyError
from scenograph.service.keys import Keys
from scenograph.service.queue import Queue

# A poet says so, hence the carrier has to read it: a plain sentence the graph head may read alone.
READ = {"text": "Hush, stars: Vera slept."}


def test_the_queue_takes_so_many_and_refuses_one_more() -> None:
    go_on = threading.Event()

    async def crowd() -> tuple[list[int], int]:
        queue = Queue(workers=2, waiting=3)
        done: list[int] = []
        refused = 0

        async def one(number: int) -> None:
            nonlocal refused
            try:
                done.append(await queue.run(lambda: (go_on.wait(10) and number) or 0))
            except BusyError:
                refused += 1

        async with anyio.create_task_group() as group:
            for number in range(1, 9):
                group.start_soon(one, number)
            await anyio.sleep(0.1)
            assert (queue.working, queue.waiting) == (2, 3)
            go_on.set()
        assert (queue.working, queue.waiting) == (0, 0)
        return done, refused

    done, refused = anyio.run(crowd)
    assert sorted(done) == [1, 2, 3, 4, 5]
    assert refused == 3


def crowded(workers: int, waiting: int, names: str) -> tuple[list[str], list[str], list[float]]:
    """
    Let clients of these *names* ask one after the other while all who work are held up.

    Returns:
        Who was served and who was refused, in order, and the seconds after which these may come again.
    """
    go_on = threading.Event()
    served: list[str] = []
    refused: list[str] = []
    seconds: list[float] = []

    async def crowd() -> None:
        queue = Queue(workers, waiting)

        async def one(name: str) -> None:
            def work() -> None:
                served.append(name)
                assert go_on.wait(10)

            with Asker(name).asking():
                try:
                    await queue.run(work)
                except BusyError as error:
                    refused.append(name)
                    seconds.append(error.seconds)

        async with anyio.create_task_group() as group:
            for name in names:
                group.start_soon(one, name)
                await anyio.sleep(0.02)
            go_on.set()
        assert (queue.working, queue.waiting) == (0, 0)

    anyio.run(crowd)
    return served, refused, seconds


def test_clients_have_turns() -> None:
    served, refused, _ = crowded(1, 10, "aaaaabbc")
    assert "".join(served) == "a" + "abcabaa"
    assert not refused


def test_a_client_with_many_requests_makes_room_for_others() -> None:
    served, refused, seconds = crowded(1, 4, "aaaaaaabbb")
    assert refused.count("a") == 4  # two found no room, two were pushed out
    assert refused.count("b") == 1  # as many as the other has, and no more
    assert sorted(served) == ["a", "a", "a", "b", "b"]
    assert all(1 <= it <= 60 for it in seconds)


@given(st.text("abc", max_size=12), st.integers(1, 3), st.integers(0, 4))
@settings(max_examples=8)
def test_everybody_is_served_or_refused(names: str, workers: int, waiting: int) -> None:
    served, refused, _ = crowded(workers, waiting, names)
    assert sorted([*served, *refused]) == sorted(names)
    assert len(served) == min(len(names), workers + waiting)


@contextlib.contextmanager
def slow_model(mind: Mind, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """In this block whoever reads with the model waits until the block ends; yield what was begun."""
    go_on = threading.Event()
    begun: list[str] = []
    really_read = mind.bridge.read_many

    def read_many(texts: Any, **options: Any) -> Any:
        begun.extend(texts)
        assert go_on.wait(120)
        return really_read(texts, **options)

    monkeypatch.setattr(mind.bridge, "read_many", read_many)
    try:
        yield begun
    finally:
        go_on.set()


def until(condition: Any) -> None:
    end = time.monotonic() + 100
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_health_and_recalls_do_not_wait_for_the_model(
    mind: Mind, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(16) as pool:
        with slow_model(mind, monkeypatch) as begun:
            crowd = [pool.submit(client.post, "/read", json=READ) for _ in range(8)]
            until(lambda: len(begun) == 8)
            assert client.get("/healthz", timeout=60).json()["status"] == "ok"
            assert client.get("/readyz", timeout=60).json()["status"] == "ok"
            recalls = [
                pool.submit(client.post, "/recall", json={"text": "Oleg"}, timeout=60) for _ in range(6)
            ]
            assert [it.result().status_code for it in recalls] == [200] * 6
        assert [it.result().status_code for it in crowd] == [200] * 8


def test_readings_do_not_wait_for_each_other(
    mind: Mind, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reading hangs in the model; another one, of open text, is answered meanwhile."""
    with ThreadPoolExecutor(2) as pool:
        with slow_model(mind, monkeypatch) as begun:
            one = pool.submit(client.post, "/read", json=READ)
            until(lambda: begun)
            other = client.post("/read", json={"text": "The database was full."}, timeout=60)
            assert other.json()["reader"] == "graph"
            assert not one.done()
        assert one.result().status_code == 200


def test_too_many_requests_are_refused_and_told_when_to_come_again(
    mind: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(mind, workers=1, waiting=2) as client, ThreadPoolExecutor(8) as pool:
        with slow_model(mind, monkeypatch) as begun:
            crowd = [pool.submit(client.post, "/read", json=READ) for _ in range(8)]
            until(lambda: sum(it.done() for it in crowd) == 5 and begun)
            assert len(begun) == 1
        answers = [it.result() for it in crowd]
    assert sorted(it.status_code for it in answers) == [200] * 3 + [429] * 5
    refused = [it for it in answers if it.status_code == 429]
    assert {it.json()["error"] for it in refused} == {"BusyError"}
    assert all(int(it.headers["retry-after"]) >= 1 for it in refused)


@contextlib.contextmanager
def sent(client: httpx.Client, path: str, body: Any, **headers: str) -> Iterator[None]:
    """Send a request, and close the connection when the block ends."""
    where, content = client.base_url, json.dumps(body)
    named = {"Host": "localhost", "Content-Type": "application/json", **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    with socket.create_connection((where.host, where.port or 0)) as gone:
        head = "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""])
        gone.sendall((head + content).encode())
        yield


def called(tool: str, era: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the body and the headers of a call of a tool, in an era of MCP."""
    params: dict[str, Any] = {"name": tool, "arguments": {"text": "Hush, stars: Oleg slept."}}
    headers = {"MCP-Protocol-Version": era, "Accept": "application/json, text/event-stream"}
    if era == "2026-07-28":
        about = {
            "protocolVersion": era,
            "clientCapabilities": {},
            "clientInfo": {"name": "a", "version": "1"},
        }
        params["_meta"] = {f"io.modelcontextprotocol/{name}": value for name, value in about.items()}
        headers |= {"Mcp-Method": "tools/call", "Mcp-Name": tool}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}, headers


DOORS: dict[str, tuple[str, Any, dict[str, str]]] = {
    "own": ("/read", {"text": "Hush, stars: Oleg slept."}, {}),
    "chat": (
        "/v1/chat/completions",
        {"model": "scenograph:read", "messages": [{"role": "user", "content": "Hush, stars: Oleg slept."}]},
        {},
    ),
    "stream": ("/read/stream", {"text": "Hush, stars: Oleg slept."}, {}),
    **{f"mcp {era}": ("/mcp", *called("read", era)) for era in ("2025-11-25", "2026-07-28")},
}


@pytest.mark.parametrize("door", DOORS)
def test_who_leaves_the_queue_is_not_worked_for(
    mind: Mind, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    path, body, headers = DOORS[door]
    with served(mind, workers=1, waiting=5) as client, ThreadPoolExecutor(2) as pool:
        with slow_model(mind, monkeypatch) as begun:
            first = pool.submit(client.post, "/read", json=READ)
            until(lambda: begun)
            with sent(client, path, body, **headers):
                until(lambda: "scenograph_waiting 1.0" in client.get("/metrics").text)
            until(lambda: "scenograph_waiting 0.0" in client.get("/metrics").text)
        assert first.result().status_code == 200
        assert begun == ["Hush, stars: Vera slept."]


@pytest.mark.parametrize("door", DOORS)
def test_nothing_more_is_written_for_who_leaves(
    mind: Mind, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    """A client leaves while the carrier writes; its rows leave, too, and its worker is free again."""
    path, body, headers = DOORS[door]
    carrier: Any = mind.bridge.carrier
    endless = Endless()
    jobs = [Job((("text", "Oleg slept."),), None, endless)]
    monkeypatch.setattr(mind.bridge, "read_many", lambda texts, **_: carrier.write(jobs))
    with served(mind, workers=1, waiting=5) as client:
        with sent(client, path, body, **headers):
            until(lambda: endless.count > 3)
            assert "scenograph_working 1.0" in client.get("/metrics").text
        until(lambda: "scenograph_working 0.0" in client.get("/metrics").text)
    assert endless.count < 1_000_000


def test_agents_have_turns_as_all_clients(mind: Mind, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent whose key is its own waits behind one request of each other client, not behind all of them."""
    keys = Keys(mind.workspace.folder)
    tokens = {name: {"Authorization": f"Bearer {keys.add(name, ['read'])}"} for name in ("many", "agent")}
    body, headers = called("read", "2026-07-28")
    try:
        with served(mind, workers=1, waiting=9) as client, ThreadPoolExecutor(6) as pool:
            with slow_model(mind, monkeypatch) as begun:
                asked = [
                    pool.submit(client.post, "/mcp", json=body, headers=headers | tokens["many"])
                    for _ in range(4)
                ]
                until(lambda: len(begun) == 1 and waiting(client, tokens["many"]) == 3)
                read = {"text": "Hush, stars: Vera slept."}
                asked.append(pool.submit(client.post, "/read", json=read, headers=tokens["agent"]))
                until(lambda: waiting(client, tokens["many"]) == 4)
            assert [it.result().status_code for it in asked] == [200] * 5
        assert begun.index("Hush, stars: Vera slept.") <= 2
    finally:
        for name in tokens:
            keys.remove(name)


def waiting(client: httpx.Client, headers: dict[str, str]) -> float:
    lines = client.get("/metrics", headers=headers).text.splitlines()
    return next(float(it.split()[1]) for it in lines if it.startswith("scenograph_waiting "))


class Endless:
    """A constraint that never lets an answer end."""

    budget, lark, schema = 1_000_000, None, None

    def __init__(self) -> None:
        self.count, self.was_cut = 0, False

    def over(self, vocabulary: Any) -> Any:
        import torch

        self.allowed = torch.zeros(vocabulary.size, dtype=torch.bool)
        self.allowed[300:310] = True
        return self

    def lark_over(self, vocabulary: Any) -> None: ...

    def forced(self) -> None: ...

    def mask(self) -> Any:
        return self.allowed

    def advance(self, token: int) -> None:
        self.count += 1


def test_what_was_begun_is_finished_when_the_service_is_stopped(mind_folder: Path) -> None:
    command = [sys.executable, "-m", "scenograph", "serve", str(mind_folder), "--port", "0", "--log"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        lines: list[str] = []
        while not lines or "serving" not in lines[-1]:
            lines.append(process.stderr.readline())
            assert lines[-1], lines
        url = lines[-1].split(" at ")[1].split()[0]
        many = {
            "requests": [
                {"operation": "remember", "request": {"text": f"Maria bought {n} books."}}
                for n in range(2, 5)
            ]
        }
        assert httpx.get(f"{url}/readyz", timeout=30).json()["status"] == "ok"
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(httpx.post, f"{url}/batch", json=many, timeout=60)
            until(lambda: answer.done() or "scenograph_working 0.0" not in httpx.get(f"{url}/metrics").text)
            process.send_signal(signal.SIGTERM)
            results = answer.result().json()["results"]
        assert [it["status"] for it in results] == [200] * len(results)
        assert process.wait(30) == 0
        logged = process.stderr.read()
        assert '"route": "/batch"' in logged
        assert "Maria" not in logged
    finally:
        process.kill()
        process.communicate()
    with Mind.open(mind_folder) as mind:
        stored = {it["result"][0]["crystal"] for it in results}
        assert {it.id for it in mind.crystals(stored)} == stored

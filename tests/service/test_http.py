"""The service over real HTTP: uvicorn on a free port of this machine, and httpx."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from scenograph import Mind, Scene
from scenograph.mind import MindConfig, Workspace
from scenograph.service import create_app

SCENE = '(s / sleep :agent (e / entity :name "Oleg") :in (f / forest) :tense past)'


@contextlib.contextmanager
def served(mind: Mind, **limits: Any) -> Iterator[httpx.Client]:
    server = uvicorn.Server(uvicorn.Config(create_app(mind, **limits), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def mind(built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mind]:
    folder = shutil.copytree(built_mind, tmp_path_factory.mktemp("served") / "mind")
    with Mind.open(folder) as mind:
        mind.wake()
        yield mind


@pytest.fixture(scope="module")
def client(mind: Mind) -> Iterator[httpx.Client]:
    with served(mind) as client:
        yield client


def test_health_names_the_mind(client: httpx.Client) -> None:
    health = client.get("/health").json()
    assert health["status"] == "ok"
    assert health["mind"] == "mind"
    assert health["crystals"] >= 12


def test_reading_gives_a_well_formed_scene_or_none(client: httpx.Client) -> None:
    reading = client.post("/read", json={"text": "Oleg slept in the forest."}).json()
    assert reading["language"] == "en"
    assert 0 <= reading["confidence"] <= 1
    assert reading["scene"] is None or Scene.parse(reading["scene"])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_speaking_is_guarded(client: httpx.Client, language: str) -> None:
    spoken = client.post("/speak", json={"scene": SCENE, "style": "poet", "language": language}).json()
    assert spoken["retention"] == 1.0
    assert spoken["language"] == language
    assert spoken["text"]


def test_a_scene_is_remembered_and_recalled(client: httpx.Client) -> None:
    crystal = client.post("/remember", json={"scene": SCENE, "source": "a test"}).json()["crystal"]
    assert client.post("/remember", json={"scene": SCENE}).json()["crystal"] == crystal
    hits = client.post(
        "/recall", json={"scene": "(s / sleep :agent ?who :place (f / forest))", "k": 5}
    ).json()
    best = next(hit for hit in hits if hit["id"] == crystal)
    assert Scene.parse(best["scene"]) == Scene.parse(SCENE)
    assert [source["source"] for source in best["sources"]] == ["a test"]


def test_asking_answers_with_crystals_that_exist(client: httpx.Client) -> None:
    answer = client.post("/ask", json={"question": "Who slept in the forest?"}).json()
    assert answer["text"]
    assert all(client.get(f"/crystals/{crystal}").json()["id"] == crystal for crystal in answer["crystals"])


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/speak", {"scene": "(s / sleep"}, "NotationError"),
        ("/read", {}, "RequestError"),
        ("/read", {"text": "a", "languages": "en"}, "RequestError"),
        ("/read", {"text": "a", "language": "fr"}, "RequestError"),
        ("/remember", {"text": "a", "scene": SCENE}, "RequestError"),
        ("/recall", {}, "RequestError"),
        ("/recall", {"text": "a", "k": 0}, "RequestError"),
    ],
)
def test_a_bad_request_is_refused_in_words(
    client: httpx.Client, path: str, body: dict[str, str], error: str
) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    assert answer.json()["error"] == error
    assert answer.json()["message"]


def test_another_host_name_is_refused(client: httpx.Client) -> None:
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 400


def test_it_documents_itself(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/health", "/read", "/speak", "/ask", "/remember", "/recall"} <= set(paths)
    assert {"/crystals", "/crystals/{crystal}", "/stats", "/history", "/contradictions"} <= set(paths)
    assert client.get("/docs").status_code == 200


@contextlib.contextmanager
def slow_request(mind: Mind, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In this block a reading is at work in the model, and it ends when the block does."""
    at_work, go_on = threading.Event(), threading.Event()
    really_read = mind.bridge.read_many

    def read_many(*arguments: Any, **options: Any) -> Any:
        at_work.set()
        assert go_on.wait(30)
        return really_read(*arguments, **options)

    monkeypatch.setattr(mind.bridge, "read_many", read_many)
    with ThreadPoolExecutor() as pool:
        request = pool.submit(client.post, "/read", json={"text": "Vera slept."})
        try:
            assert at_work.wait(30)
            yield
        finally:
            go_on.set()
        assert request.result().status_code == 200


def test_health_and_recalls_do_not_wait_for_the_model(
    mind: Mind, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with slow_request(mind, client, monkeypatch), ThreadPoolExecutor(8) as pool:
        assert client.get("/health", timeout=5).json()["status"] == "ok"
        recalls = [pool.submit(client.post, "/recall", json={"text": "Oleg"}, timeout=10) for _ in range(8)]
        assert [recall.result().status_code for recall in recalls] == [200] * 8
        stored = client.post("/remember", json={"scene": "(s / sleep :agent (v / vase))"}, timeout=10)
        assert stored.json()["crystal"]


def test_too_many_requests_for_the_model_are_refused_and_health_answers(
    mind: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(mind, waiting=2, patience=0.5) as client:
        with slow_request(mind, client, monkeypatch), ThreadPoolExecutor(8) as pool:
            crowd = [pool.submit(client.post, "/read", json={"text": "Vera slept."}) for _ in range(6)]
            answers = [request.result() for request in crowd]
            assert client.get("/health", timeout=5).status_code == 200
        assert [answer.status_code for answer in answers] == [503] * 6
        assert {answer.json()["error"] for answer in answers} == {"BusyError"}
        messages = sorted(answer.json()["message"] for answer in answers)
        assert messages[:4] == ["2 requests are waiting for the model already; try again later"] * 4
        assert messages[4:] == ["the model was busy for 0.5 s; try again later"] * 2
        assert all(answer.headers["retry-after"] for answer in answers)
        assert client.post("/read", json={"text": "Vera slept."}).status_code == 200


def test_requests_for_the_model_take_turns(client: httpx.Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(client.post, "/read", json={"text": "Vera slept."}) for _ in range(4)]
        assert [answer.result().status_code for answer in answers] == [200] * 4


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("fastapi", "fastapi is not installed; run: pip install 'scenograph[serve]'"),
        ("starlette", "fastapi is installed but cannot be imported (No module named 'starlette'); run: pip"),
    ],
)
def test_only_a_missing_package_is_called_missing(broken: str, message: str) -> None:
    program = f"""
import importlib.metadata, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {broken!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
there = importlib.metadata.distribution
def distribution(name):
    if name == {broken!r}:
        raise importlib.metadata.PackageNotFoundError(name)
    return there(name)
importlib.metadata.distribution = distribution
import scenograph.service
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert f"MissingExtraError: {message}" in done.stderr


def test_a_mind_that_was_never_trained_is_served(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "new", MindConfig())
    with Mind.open(tmp_path / "new") as new, served(new) as client:
        assert client.get("/health").json()["carrier"] == "none"
        reading = client.post("/read", json={"text": "Maria works in Berlin."}).json()
        assert reading["reader"] == "graph"
        assert {"source": "", "role": ":root", "target": "work"}.items() <= reading["links"][0].items()
        assert client.post("/remember", json={"text": "Maria works in Berlin."}).json() == {"crystal": 1}
        answer = client.post("/ask", json={"question": "Where does Maria work?"}).json()
        assert (answer["text"], answer["crystals"]) == ("In Berlin.", [1])
        assert [[answer["marks"][0]["text"][a:b] for a, b in answer["marks"][0]["spans"]]] == [["Berlin"]]

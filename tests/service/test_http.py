"""The service over real HTTP: uvicorn on a free port of this machine, and httpx."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from scenograph import Mind, Scene
from scenograph.service import create_app

SCENE = '(s / sleep :agent (p / person :name "Oleg") :place (f / forest))'


@contextlib.contextmanager
def served(mind: Mind) -> Iterator[httpx.Client]:
    server = uvicorn.Server(uvicorn.Config(create_app(mind), port=0, log_level="warning"))
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
def client(built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = shutil.copytree(built_mind, tmp_path_factory.mktemp("served") / "mind")
    with Mind.open(folder) as mind, served(mind) as client:
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


def test_requests_at_the_same_time_take_turns(client: httpx.Client) -> None:
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(client.post("/read", json={"text": "Vera slept."}).status_code)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4

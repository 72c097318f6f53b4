"""A running service takes over adapters that were trained again, and no request is dropped."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import torch
from service.servers import served

from scenograph import Mind, Scene
from scenograph.adapters.export import WEIGHTS
from scenograph.adapters.manifest import FILE
from scenograph.mind import Workspace
from scenograph.mind.adapters.layers import mind_adapters
from scenograph.mind.carrier import open_carrier
from scenograph.mind.retrained import MANIFEST, Trained
from scenograph.service.keys import Keys
from scenograph.service.server import reload_on_hangup
from scenograph.service.service import Service
from scenograph.service.settings import Settings

pytestmark = pytest.mark.usefixtures("short_answers")

SCENE = '(b / build :agent (e / entity :name "Oleg") :object (c / bridge :mod (o / old)) :tense past)'
ASKED = [
    {"scene": SCENE, "style": style, "language": language, "guard": False}
    for style in ("plain", "poet")
    for language in ("en", "ru")
]


@pytest.fixture(scope="module")
def retrained(built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The adapters of the small mind with other weights, written as training writes them."""
    workspace = Workspace(built_mind)
    _, adapters = mind_adapters(workspace, open_carrier(workspace))
    generator = torch.Generator().manual_seed(5)
    for pair in adapters.lora.pairs.values():
        pair.b.data.normal_(0, 0.02, generator=generator)
    folder = tmp_path_factory.mktemp("again") / "adapters"
    adapters.export(folder)
    return folder


@pytest.fixture
def mind(mind_folder: Path) -> Iterator[Mind]:
    with Mind.open(mind_folder) as mind:
        mind.wake()
        yield mind


@pytest.fixture
def client(mind: Mind) -> Iterator[httpx.Client]:
    with served(mind) as client:
        yield client


def put(new: Path, mind: Mind) -> None:
    """Replace the adapters of *mind* in one step, as training does."""
    folder = mind.workspace.adapters
    copied = shutil.copytree(new, folder.with_name("next"))
    folder.rename(folder.with_name("before"))
    copied.rename(folder)


def said(client: httpx.Client) -> list[str]:
    return [client.post("/speak", json=it).json()["text"] for it in ASKED]


def said_by(folder: Path) -> list[str]:
    with Mind.open(folder, read_only=True) as fresh:
        scene = Scene.parse(SCENE)
        return [fresh.speak(scene, str(it["style"]), str(it["language"]), guard=False).text for it in ASKED]


def test_the_name_of_a_manifest_is_known_without_torch() -> None:
    assert MANIFEST == FILE


def test_retrained_adapters_take_over_and_nothing_old_is_served(
    client: httpx.Client, mind: Mind, retrained: Path
) -> None:
    before = said(client)
    assert client.post("/reload").json()["changed"] is False
    put(retrained, mind)
    done = client.post("/reload").json()
    assert done == {"changed": True, "adapters": Trained(mind.workspace).digest()}
    after = said(client)
    assert after == said_by(mind.workspace.folder)  # prefixes that the old ones have seen are of no use
    assert after != before
    assert client.post("/reload").json()["changed"] is False
    assert client.get("/readyz").json() == {"status": "ok", "problem": ""}


def test_they_are_noticed_while_requests_are_at_work(
    client: httpx.Client, mind: Mind, retrained: Path
) -> None:
    old = mind.bridge.carrier
    failed: list[int] = []
    ends = threading.Event()

    def ask() -> None:
        while not ends.is_set():
            for it in ASKED:
                status = client.post("/speak", json=it).status_code
                if status != 200:
                    failed.append(status)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    put(retrained, mind)
    until = time.monotonic() + 60
    while mind.bridge.carrier is old and time.monotonic() < until:
        time.sleep(0.05)
    ends.set()
    for thread in asking:
        thread.join()
    assert mind.bridge.carrier is not old
    assert failed == []
    assert said(client) == said_by(mind.workspace.folder)
    other = client.post("/speak?namespace=anna", json=ASKED[0]).json()["text"]
    assert other == said(client)[0]


def test_the_first_request_after_training_uses_the_new_ones(
    client: httpx.Client, mind: Mind, retrained: Path
) -> None:
    before = said(client)
    put(retrained, mind)
    with ThreadPoolExecutor(4) as pool:  # all wait for one of them
        found = list(pool.map(lambda it: client.post("/speak", json=it).json()["text"], ASKED))
    assert found == said_by(mind.workspace.folder)
    assert found != before


def test_damaged_adapters_are_refused_and_the_earlier_ones_go_on(
    client: httpx.Client, mind: Mind, retrained: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = said(client)
    put(retrained, mind)
    weights = mind.workspace.adapters / "scene_interpreter" / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-7])
    with caplog.at_level(logging.WARNING, "scenograph.service"):
        refused = client.post("/reload")
        assert refused.status_code >= 400
        assert refused.headers["content-type"] == "application/problem+json"
        assert str(mind.workspace.folder) not in refused.text
        assert said(client) == before
    assert len([it for it in caplog.records if "the earlier ones go on" in it.message]) == 1
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert "scene_interpreter" in ready.json()["problem"]
    shutil.rmtree(mind.workspace.adapters)
    mind.workspace.adapters.with_name("before").rename(mind.workspace.adapters)
    assert client.post("/reload").json()["changed"] is False
    assert client.get("/readyz").json()["problem"] == ""
    assert said(client) == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signal")
def test_a_signal_lets_new_adapters_take_over(mind: Mind, retrained: Path) -> None:
    service, old = Service(mind, Settings()), mind.bridge.carrier
    put(retrained, mind)
    before = signal.getsignal(signal.SIGHUP)
    try:
        reload_on_hangup(service)
        os.kill(os.getpid(), signal.SIGHUP)
        until = time.monotonic() + 60
        while mind.bridge.carrier is old and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert mind.bridge.carrier is not old
    assert not service.reloader.reload().changed


def test_only_an_administrator_may_reload(mind: Mind) -> None:
    key = Keys(mind.workspace.folder).add("phone", ["read", "write"])
    bounded = Keys(mind.workspace.folder).add("anna", ["read", "write", "admin"], "anna")
    with served(mind, key=key) as client:
        assert client.post("/reload").status_code == 403
        headers = {"Authorization": f"Bearer {bounded}"}
        assert client.post("/reload", headers=headers).status_code == 403

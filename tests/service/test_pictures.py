"""Pictures through chats and the own API: drawings are read back, others are described by a model."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import openai
import pytest
from carriers.openai_server import said, serve
from service.servers import served

from scenograph import Mind, Scene
from scenograph.client import Client
from scenograph.errors import ServiceError
from scenograph.mind import MindConfig, Workspace
from scenograph.mind.sections import VisionConfig
from scenograph.service.keys import Keys
from scenograph.service.pictures import LONGEST, MOST
from scenograph.surfaces.drawing import draw

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
SCENE = Scene.parse('(b / buy :agent (e / entity :name "Zara") :object (t / ticket :quant 2) :tense past)')
DRAWN = draw(SCENE, "Zara bought two tickets.")
DRAWING = "data:image/svg+xml;base64," + base64.b64encode(DRAWN.encode()).decode()
PHOTO = "data:image/png;base64," + base64.b64encode(PIXEL).decode()


@pytest.fixture(scope="module")
def ai(new_client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{new_client.base_url}/v1", api_key="none", max_retries=0) as ai:
        yield ai


def message(*urls: str, text: str = "") -> Any:
    parts: list[dict[str, Any]] = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [{"role": "user", "content": parts + ([{"type": "text", "text": text}] if text else [])}]


def test_a_drawing_is_remembered_and_asked_about_in_one_message(ai: openai.OpenAI, new_mind: Mind) -> None:
    done = ai.chat.completions.create(model="new", messages=message(DRAWING, text="What did Zara buy?"))
    content = done.choices[0].message.content or ""
    assert content.endswith("Two tickets.")
    trace = done.model_dump()["scenograph"]
    [stored] = trace["stored"]
    assert new_mind.memory.get(stored["crystal"]).scene == SCENE
    assert trace["answer"]["crystals"] == [stored["crystal"]]


def test_a_drawing_is_read_and_said_in_other_words(ai: openai.OpenAI) -> None:
    read = ai.chat.completions.create(model="new:read", messages=message(DRAWING))
    assert Scene.parse(read.choices[0].message.content or "") == SCENE
    spoken = ai.chat.completions.create(model="new:speak", messages=message(DRAWING))
    assert spoken.choices[0].message.content == "Zara bought two tickets."
    parts: Any = [{"type": "input_image", "image_url": DRAWING, "detail": "auto"}]
    response = ai.responses.create(model="new:read", input=[{"role": "user", "content": parts}])
    assert Scene.parse(response.output_text) == SCENE


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.com/cat.png", "fetches no addresses"),
        ("http://169.254.169.254/latest", "fetches no addresses"),
        ("file:///etc/passwd", "fetches no addresses"),
        ("cat.png", "fetches no addresses"),
        (PHOTO, r"name its server in mind.toml"),
        ("data:image/png;base64,????", "damaged"),
        ("data:text/plain,hello", "of type 'text/plain'"),
        ("data:image/png;base64," + base64.b64encode(b"no picture").decode(), "neither a drawing"),
        ("data:image/svg+xml," + quote("<svg xmlns='http://www.w3.org/2000/svg'/>"), "neither a drawing"),
        ("data:image/png", "of type 'image/png'"),
    ],
)
def test_what_is_no_picture_here_is_refused(ai: openai.OpenAI, new_mind: Mind, url: str, why: str) -> None:
    before = len(new_mind.memory)
    with pytest.raises(openai.UnprocessableEntityError, match=why):
        ai.chat.completions.create(model="new", messages=message(url))
    assert len(new_mind.memory) == before


def test_limits(ai: openai.OpenAI, new_client: httpx.Client) -> None:
    with pytest.raises(openai.APIStatusError, match="send at most") as refused:
        ai.chat.completions.create(model="new", messages=message("data:image/png;base64," + "A" * LONGEST))
    assert refused.value.status_code == 413
    with pytest.raises(openai.UnprocessableEntityError, match=f"at most {MOST} pictures"):
        ai.chat.completions.create(model="new", messages=message(*[DRAWING] * (MOST + 1)))
    with pytest.raises(openai.UnprocessableEntityError, match="remembers nothing"):
        ai.chat.completions.create(model="new:ask", messages=message(DRAWING, text="What did Zara buy?"))
    too_long = new_client.post("/read", json={"picture": "data:image/png;base64," + "A" * (7 << 20)})
    assert too_long.status_code == 413
    assert new_client.post("/recall", json={"text": "x" * (2 << 20)}).status_code == 413


def test_the_own_api_takes_pictures(new_client: httpx.Client, new_mind: Mind) -> None:
    assert Scene.parse(new_client.post("/read", json={"picture": DRAWING}).json()["scene"]) == SCENE
    [stored] = new_client.post("/remember", json={"picture": DRAWING, "source": "a drawing"}).json()
    crystal = new_mind.memory.get(stored["crystal"])
    assert crystal.scene == SCENE
    assert "a drawing" in [source.source for source in crystal.sources]
    for both in ({"text": "Anna sleeps.", "picture": DRAWING}, {}):
        assert new_client.post("/read", json=both).status_code == 422
        assert new_client.post("/remember", json=both).status_code == 422
    both = {"scene": "(s / sleep)", "picture": DRAWING}
    assert new_client.post("/remember", json=both).status_code == 422


def test_the_client_of_python_sends_pictures(new_client: httpx.Client, new_mind: Mind) -> None:
    with Client(str(new_client.base_url)) as client:
        assert client.read(DRAWN.encode()).scene == SCENE
        [stored] = client.remember(DRAWN.encode(), source="a drawing")
        assert new_mind.memory.get(stored.crystal).scene == SCENE
        with pytest.raises(ServiceError, match="name its server"):
            client.read(PIXEL)


def test_a_model_that_sees_describes_other_pictures(tmp_path: Path) -> None:
    def answer(method: str, path: str, value: Any, headers: dict[str, str]) -> Any:
        return 200, {"data": [{"id": "eye"}]} if path.endswith("/models") else said("A dog sleeps.")

    with serve(answer) as address:
        Workspace.create(tmp_path / "mind", MindConfig(vision=VisionConfig(base=address)))
        with Mind.open(tmp_path / "mind") as mind, served(mind) as client:
            sent = {"model": "mind", "messages": message(PHOTO)}
            reply = client.post("/v1/chat/completions", json=sent).json()
            assert reply["choices"][0]["message"]["content"] == "Noted: A dog sleeps."
            assert mind.memory.get(1).scene.root_concept == "sleep"


def test_a_key_that_may_only_read_stores_no_picture(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind:
        key = Keys(mind.workspace.folder).add("guest", ["read"])
        with served(mind, key=key) as client:
            sent = {"model": "mind", "messages": message(DRAWING, text="What did Zara buy?")}
            assert client.post("/v1/chat/completions", json=sent).status_code == 403
            assert client.post("/read", json={"picture": DRAWING}).status_code == 200
        assert len(mind.memory) == 0

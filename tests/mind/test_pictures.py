"""What a mind makes of pictures: drawings say their scenes; of others a model that sees tells."""

from __future__ import annotations

import base64
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from carriers.openai_server import said, serve
from typer.testing import CliRunner

from scenograph import Mind, Scene
from scenograph.carriers.vision import LARGEST, picture_kind
from scenograph.cli.app import app
from scenograph.errors import CarrierError, CorpusError, MindError
from scenograph.mind import MindConfig, Workspace
from scenograph.mind.sections import VisionConfig
from scenograph.surfaces.drawing import draw

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
SCENE = Scene.parse('(b / buy :agent (e / entity :name "Anna") :object (t / ticket :quant 2) :tense past)')


@contextmanager
def seeing(folder: Path, text: str) -> Generator[tuple[Path, list[Any]]]:
    """A mind whose model that sees says *text* of any picture, and what that was asked."""
    asked: list[Any] = []

    def answer(method: str, path: str, value: Any, headers: dict[str, str]) -> Any:
        if path.endswith("/models"):
            return 200, {"data": [{"id": "eye"}]}
        asked.append(value)
        return 200, said(text)

    with serve(answer) as address:
        Workspace.create(folder, MindConfig(vision=VisionConfig(base=address)))
        yield folder, asked


def test_a_drawing_needs_no_model(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    file = tmp_path / "tickets.svg"
    file.write_text(draw(SCENE, "Anna bought two tickets."), encoding="utf-8")
    done = CliRunner().invoke(app, ["remember", str(tmp_path / "mind"), "-f", str(file)])
    assert done.exit_code == 0, done.output
    with Mind.open(tmp_path / "mind") as mind:
        assert mind.memory.get(1).scene == SCENE
        answer = mind.ask("What did Anna buy?")
        assert answer.text == "Two tickets."
        assert answer.crystals == (1,)
        assert mind.memory.get(1).sources[0].text == SCENE.format(indent=None)


def test_every_exact_surface_is_read(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind:
        for text in ("(n / not :op1 (s / sleep))", "¬sleep", draw(Scene.parse("(n / not :op1 (s / sleep))"))):
            reading = mind.read(text)
            assert (reading.scene, reading.reader, reading.confidence) == (
                Scene.parse("(n / not :op1 (s / sleep))"),
                "surface",
                1.0,
            )
            assert "<svg" not in reading.text


def test_a_model_that_sees_tells_of_a_picture(tmp_path: Path) -> None:
    (tmp_path / "street.png").write_bytes(PIXEL)
    with seeing(tmp_path / "mind", "A dog sleeps under a tree. Two boys play football.") as (folder, asked):
        done = CliRunner().invoke(app, ["remember", str(folder), "-f", str(tmp_path / "street.png")])
        assert (done.exit_code, done.stdout.split()) == (0, ["1", "2"])
        question = CliRunner().invoke(app, ["ask", str(folder), "Where does the dog sleep?"])
        assert question.stdout.startswith("Under a tree.")
    [part] = [part for part in asked[0]["messages"][0]["content"] if part["type"] == "image_url"]
    assert part["image_url"]["url"] == "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    assert asked[0]["model"] == "eye"


def test_any_object_may_see(tmp_path: Path) -> None:
    class Eye:
        name = "an eye"

        def describe(self, picture: bytes, language: str) -> str:
            return f"{len(picture)} {language}"

    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind:
        assert mind.describe(PIXEL, "ru", vision=Eye()) == f"{len(PIXEL)} ru"


def test_what_cannot_be_seen_is_refused(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "blind", MindConfig())
    with Mind.open(tmp_path / "blind") as mind, pytest.raises(MindError, match=r"\[vision\] base"):
        mind.describe(PIXEL)
    with seeing(tmp_path / "mind", "") as (folder, asked), Mind.open(folder) as mind:
        with pytest.raises(CorpusError, match="no picture"):
            mind.describe(b"Anna sleeps.")
        with pytest.raises(CorpusError, match="send at most"):
            mind.describe(PIXEL + bytes(LARGEST))
        assert asked == []
        with pytest.raises(CarrierError, match="says nothing of the picture"):
            mind.describe(PIXEL)


def test_an_address_is_needed() -> None:
    with pytest.raises(ValueError, match="is no address of a server"):
        VisionConfig(base="eye.gguf")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (PIXEL[:16], "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"", None),
    ],
)
def test_pictures_are_known_by_their_first_bytes(start: bytes, kind: str | None) -> None:
    assert picture_kind(start) == kind

"""Which reader reads what, and what is read together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from scenograph.errors import SurfaceError
from scenograph.mind.reading import MindReader
from scenograph.readers.graph_reader import bundled
from scenograph.readers.reading import Reading
from scenograph.world import World

WORLD = World()


class Parsing:
    """Stands for a carrier that has learned the world perfectly: it reads what the world's grammar parses."""

    can_read = True
    reader: Any = property(lambda self: self)

    def can_take(self, text: str) -> bool:
        return bool(text)

    def read_many(self, texts: Sequence[str], *, language: str | None = None) -> list[Reading]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Reading:
        for style in WORLD.styles:
            for language in WORLD.languages:
                try:
                    scene = WORLD.parse(text, style, language)
                except SurfaceError:
                    continue
                return Reading(text, scene, 1.0, language, scene)
        return Reading(text, None, 0.0, "en", None)


@pytest.fixture(scope="module")
def reader() -> MindReader:
    parsing: Any = Parsing()
    return MindReader(lambda: WORLD, bundled, lambda: parsing)


def test_a_text_of_the_domain_is_one_scene_however_many_sentences_it_has(reader: MindReader) -> None:
    rng = random.Random(5)
    texts = [
        WORLD.say(scene, style, language, rng)
        for scene in WORLD.scenes(12, 6)
        for style in WORLD.styles
        for language in WORLD.languages
    ]
    wanted = [Parsing().read_many([text])[0].scene for text in texts]
    assert [it.scene for it in reader.read_many(texts)] == wanted
    assert any(text.count(".") + text.count("?") > 1 for text in texts)
    for text, scene in zip(texts, wanted, strict=True):
        assert [it.reading.scene for it in reader.read_document(text, markup="plain")] == [scene]


def test_what_the_carrier_cannot_read_is_read_by_the_graph_head_sentence_by_sentence(
    reader: MindReader,
) -> None:
    text = "Олег построил мост. Мария работает в Берлине."
    [together] = reader.read_many([text])
    apart = list(reader.read_document(text, markup="plain"))
    assert [it.reading.reader for it in apart] == ["generation", "graph"]
    assert [text[it.sentence.start : it.sentence.end] for it in apart] == [
        "Олег построил мост.",
        "Мария работает в Берлине.",
    ]
    assert together.scene is not None
    assert together.scene.root_concept == "and"
    assert [together.scene.sub(op) for op in together.scene.targets(":op1") if isinstance(op, int)] == [
        apart[0].reading.scene
    ]


def test_a_statement_that_the_graph_head_is_sure_of_needs_no_carrier() -> None:
    def no_carrier() -> Any:
        raise AssertionError("the carrier is not needed")

    reader = MindReader(lambda: WORLD, bundled, no_carrier)
    [reading] = reader.read_many(["Oleg built the old bridge."])
    assert (reading.reader, reading.scene) == ("graph", WORLD.parse("Oleg built the old bridge."))
    for asked in ("Who built the old bridge?", "Олег построил мост."):  # a question; another language's words
        with pytest.raises(AssertionError):
            reader.read_many([asked])


def test_code_is_no_sentence_as_a_text_either(reader: MindReader) -> None:
    [reading] = reader.read_many(['for i in range(10): print(i); x = {"a": 1}'])
    assert reading.scene is None
    assert "code" in reading.note

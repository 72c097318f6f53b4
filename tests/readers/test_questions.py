"""Everyday questions in Russian, which treebanks hardly have, are read right."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.core import Scene
from scenograph.readers.graph_reader import bundled

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parents[2] / "bench" / "asked" / "ru.tsv").read_text("utf-8").splitlines()
]


def test_nearly_all_questions_are_read_right() -> None:
    readings = bundled().read_many([text for text, _ in ROWS], "ru")
    wrong = [it.text for (_, scene), it in zip(ROWS, readings, strict=True) if it.draft != Scene.parse(scene)]
    assert len(ROWS) == 40
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize("text", ["Где живёт Иван?", "Чья это книга?", "Чью машину купила Анна?"])
def test_what_was_unsure_is_sure(text: str) -> None:
    reading = bundled().read_many([text], "ru")[0]
    assert reading.unsure == ()
    assert reading.scene is not None
    assert reading.scene.unknowns


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("Как дела?", "(б / быть :subject (д / дело) :manner ?how :tense present)"),
        ("Как погода?", "(б / быть :subject (п / погода) :manner ?how :tense present)"),
        ("Как здоровье бабушки?",
         "(б / быть :subject (з / здоровье :of (б2 / бабушка)) :manner ?how :tense present)"),
    ],
)  # fmt: skip
def test_how_things_are(text: str, scene: str) -> None:
    draft = bundled().read_many([text], "ru")[0].draft
    assert draft is not None
    assert draft.without_links([it for it in draft.links if it.role == ":number"]) == Scene.parse(scene)

"""Questions about a scene, in both languages, with the scene of the answer."""

from __future__ import annotations

import random

from scenograph.core import Scene
from scenograph.domain import Question
from scenograph.errors import SurfaceError
from scenograph.world.description import Description, describe, links, to_description, to_scene
from scenograph.world.names import LETTERS
from scenograph.world.realise import frame_of, realise, role_of, slot_of, unknown_of
from scenograph.world.templates import LANGUAGES, load_questions


def answer_scene(value: Description | str, content: Description) -> Scene:
    """The scene of an answer: *value* is the part of *content* that was asked for, or yes or no."""
    return to_scene(describe("answer", [(":value", value), (":content", content)]))


def questions_about(scene: Scene, rng: random.Random) -> list[Question]:
    """Every question the world can ask about *scene*, in an order drawn from *rng*."""
    description = to_description(scene)
    found: list[tuple[Description, Scene]] = []
    denied = description[0] == "not"
    inner = links(description)[":op1"] if denied else description
    assert not isinstance(inner, str)
    wordings = load_questions("en")
    try:
        frame = frame_of(inner)
    except SurfaceError:
        return []
    if (frame, "whether") in wordings:
        asked = describe("whether", [(":content", inner)])
        found.append((asked, answer_scene(("no" if denied else "yes", ()), description)))
    if not denied:
        for link in inner[1]:
            slot = slot_of(*link)
            if (frame, slot) in wordings:
                unknown = unknown_of(slot, frame)
                rest = [(role_of(slot, unknown), unknown) if it == link else it for it in inner[1]]
                found.append((describe(inner[0], rest), answer_scene(link[1], inner)))
    rng.shuffle(found)
    return [
        Question(
            question, {code: tuple(realise(question, "plain", code, LETTERS)) for code in LANGUAGES}, answer
        )
        for question, answer in ((to_scene(asked), answer) for asked, answer in found)
    ]

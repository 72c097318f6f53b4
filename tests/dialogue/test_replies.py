"""Why something was done, said in a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenograph.core import Scene
from scenograph.dialogue import Speech, heard, spoken
from scenograph.dialogue.replies import Replies
from scenograph.mind import Mind
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace
from scenograph.readers.unsure import is_unsure, sure_part

MOVED = '(m / move :agent (i / I) :to (e / entity :name "Lisbon") :tense past)'
WHY_MOVED = '(m / move :agent (y / you) :because ?why :to (e / entity :name "Lisbon") :tense past)'
JOB = "(b / be :subject (j / job :poss (i / I)) :place (t / there) :tense present)"
Turn = tuple[str, str, str]
"""Who says it, a scene, its sentence."""


def joined(*turns: Turn, hearer: bool = True) -> Scene:
    """Return the last scene of some turns between Anna and Tom."""
    replies = Replies()
    scene = Scene.parse("(x / x)")
    for who, notation, text in turns:
        speech = Speech(who, {"Anna": "Tom", "Tom": "Anna"}[who] if hearer else "")
        scene = replies.joined(spoken(Scene.parse(notation), speech, text), text, speech)
    return scene


def reasons(scene: Scene) -> list[str]:
    """Return what *scene* says why, as others hear it: event, role, reason."""
    understood = heard(scene).scene
    return [
        " ".join([understood.concepts[link.source], link.role, understood.concepts[link.target]])
        for link in understood.links
        if link.role.endswith(("because", "purpose")) and isinstance(link.target, int)
    ]


@pytest.mark.parametrize("hearer", [True, False])
def test_a_reason_belongs_to_the_question_before_it(hearer: bool) -> None:
    asked, said = ("Anna", WHY_MOVED, "Why did you move to Lisbon?"), ("Tom", JOB, "Because my job is there.")
    found = joined(asked, said, hearer=hearer)
    assert reasons(found) == ["move :because be"]
    assert not any(is_unsure(link.role) for link in found.links)
    understood = heard(found).scene
    [move] = [node for node, concept in enumerate(understood.concepts) if concept == "move"]
    [agent] = understood.targets(":agent", move)
    assert isinstance(agent, int)
    assert understood.targets(":name", agent) == ('"Tom"',)


def test_why_alone_asks_of_what_was_said_before() -> None:
    turns = [("Tom", MOVED, "I moved to Lisbon."), ("Anna", "(x / ?why)", "Why?")]
    assert reasons(joined(*turns, ("Tom", JOB, "Because my job is there."))) == ["move :because be"]


def test_a_reason_after_anything_else_is_unsure() -> None:
    reason = ("Tom", JOB, "Because my job is there.")
    found = joined(("Tom", MOVED, "I moved to Lisbon."), reason)
    assert reasons(found) == ["move :unsure-because be"]
    assert sure_part(found) == spoken(Scene.parse(JOB), Speech("Tom", "Anna"))
    other = ("Anna", "(w / whether :content (r / rain))", "Is it raining?")
    assert reasons(joined(("Tom", MOVED, "I moved to Lisbon."), other, reason)) == []
    assert reasons(joined(reason)) == []


@pytest.mark.parametrize(
    ("scene", "text", "reason"),
    [
        ("(b / be :because (j / job :poss (i / I)))", "Because of my job.", "move :because job"),
        ("(b / be :near (s / sister))", "To be near my sister.", "move :purpose be"),
        ("(б / быть :subject (р / работа) :place (т / там :mod (п / потому)))", "Потому что там работа.",
         "move :because быть"),
        ("(е / ездить :onto (р / работа))", "Чтобы ездить на работу.", "move :purpose ездить"),
        (JOB, "My job is there.", ""),
        ("(s / stay :because (r / rain :tense past) :tense past)", "Because it rained, I stayed.",
         "stay :because rain"),
    ],
)  # fmt: skip
def test_a_reason_is_known_by_its_first_words(scene: str, text: str, reason: str) -> None:
    found = joined(("Anna", WHY_MOVED, "Why did you move to Lisbon?"), ("Tom", scene, text))
    events = [it for it in reasons(found) if it.startswith(("move", "stay"))]
    assert events == [reason] * bool(reason)
    assert "потому" not in found.concepts


@pytest.fixture
def mind(tmp_path: Path) -> Iterator[Mind]:
    with Mind.open(Workspace.create(tmp_path / "mind", MindConfig()).folder) as mind:
        yield mind


def test_a_chat_answers_why(mind: Mind) -> None:
    chat = "Anna: Why did you move to Lisbon?\nTom: Because my job is there.\nAnna: I like Lisbon.\n"
    list(mind.remember_document(chat, "chat.txt"))
    answer = mind.ask("Why did Tom move to Lisbon?")
    assert answer.text == "Because Tom's job is in Lisbon."
    assert [mark.text for mark in answer.marks] == ["Because my job is there."]
    assert not answer.findings[0].is_unsure

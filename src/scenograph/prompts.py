"""
Prompts: how a carrier is asked for each ability, and which adapter answers.

A prompt holds data (texts and scenes) and ends in commands. The adapter acts from the first command on, the
invocation token:

    read      text, ⟁read                             → scene
    restore   text, scene with masked links, ⟁restore → scene
    recall    several scenes, part of one, ⟁recall    → that scene
    hold      scene, distractor scenes, ⟁hold         → the first scene
    expand    scene with lexemes, ⟁expand             → scene
    compress  scene, ⟁compress                        → scene with lexemes
    speak     scene, ⟁say:poet, ⟁ru                   → text
    answer    answer scene, ⟁answer:poet, ⟁ru         → text
    think     text of a question, ⟁read               → a sequence with commands (`bridge.commands`)

Training and use take their prompts from here, so that they ask in the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scenograph.core import Scene, linearise

if TYPE_CHECKING:
    from scenograph.vocabulary import Prompt, Segment

ABILITIES: Final[tuple[str, ...]] = (
    "read",
    "speak",
    "answer",
    "restore",
    "recall",
    "hold",
    "expand",
    "compress",
)
READER: Final = "scene_interpreter"
"""The adapter of all abilities whose answer is a scene."""

THINKER: Final = "thinker"
"""The adapter that writes commands into its own sequence."""


class AdapterPrompt(NamedTuple):
    """
    A prompt with the adapter that answers it.

    Attributes:
        ability: one of `ABILITIES`, or `think`
        adapter: the adapter that answers: `scene_interpreter`, `decoder.poet`, `response_synthesizer.poet` …
        prompt: data segments, then commands
    """

    ability: str
    adapter: str
    prompt: Prompt


def read_prompt(text: str) -> AdapterPrompt:
    """Ask for the scene that *text* says."""
    return AdapterPrompt("read", READER, (("text", text), ("command", "⟁read")))


def speak_prompt(scene: Scene, style: str, language: str) -> AdapterPrompt:
    """Ask for a text that says *scene*; the response synthesizer says `answer` scenes, the decoder others."""
    if scene.root_concept == "answer":
        ability, adapter, command = "answer", "response_synthesizer", "answer"
    else:
        ability, adapter, command = "speak", "decoder", "say"
    commands: Prompt = (("command", f"⟁{command}:{style}"), ("command", f"⟁{language}"))
    return AdapterPrompt(ability, f"{adapter}.{style}", (scene_segment(scene), *commands))


def restore_prompt(text: str, masked: Scene) -> AdapterPrompt:
    """Ask for the scene that *text* says, given the same scene with some links masked."""
    return AdapterPrompt("restore", READER, (("text", text), scene_segment(masked), ("command", "⟁restore")))


def scenes_prompt(ability: str, *scenes: Scene) -> AdapterPrompt:
    """Ask for one of the abilities that take scenes only: recall, hold, expand or compress."""
    return AdapterPrompt(ability, READER, (*map(scene_segment, scenes), ("command", f"⟁{ability}")))


def think_prompt(text: str) -> AdapterPrompt:
    """Ask for the sequence that answers the question *text*; it begins as a reading does."""
    return AdapterPrompt("think", THINKER, read_prompt(text).prompt)


def scene_segment(scene: Scene) -> Segment:
    """Return *scene* as data of a prompt, or as an answer."""
    return ("scene", linearise(scene))

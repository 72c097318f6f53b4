"""
How a mind speaks: in a style, by its carrier; plainly, without one.

What no style has words for is said plainly, and so is everything in an untrained mind.

A text is read back by the graph head, and comes with the retention of what was read (law 8).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import scenograph.realiser as realiser
from scenograph.core.retention import retention
from scenograph.dialogue.speech import Speech, speech_of, spoken
from scenograph.errors import BridgeError
from scenograph.mind.given import check_language, check_plain
from scenograph.realiser.utterance import Utterance

if TYPE_CHECKING:
    from scenograph.core.scene import Scene
    from scenograph.domain import Domain
    from scenograph.mind.parts import Parts
    from scenograph.readers.graph_reader import GraphReader


def speak_many(
    parts: Parts, scenes: Sequence[Scene], style: str, language: str, surface: str, *, guard: bool
) -> list[Utterance]:
    """Say *scenes* with the *parts* of a mind; see `Mind.speak_many`."""
    if not parts.is_trained:
        check_language(language)
        if surface != "text":
            return _say_exactly(scenes, style, language, surface, parts.domain)
        check_plain(style, parts.workspace.folder)
        return say_plainly(scenes, language, parts.graph_reader)
    said = parts.bridge.speak_many(scenes, style=style, language=language, surface=surface, guard=guard)
    wordless = [number for number, it in enumerate(said) if it.fallback and it.surface == "penman"]
    plain = say_plainly(
        [scenes[number] for number in wordless],
        language,
        parts.graph_reader,
        style=style,
        known=parts.domain.concepts,
    )
    for number, utterance in zip(wordless, plain, strict=True):
        said[number] = replace(utterance, attempts=said[number].attempts)
    return said


def say_plainly(
    scenes: Sequence[Scene],
    language: str,
    reader: GraphReader,
    *,
    style: str = "plain",
    known: Collection[str] | None = None,
) -> list[Utterance]:
    """
    Say *scenes* by the realiser, each in the wording that *reader* understands best.

    One that it cannot say is given as an outline. Retention is that of the whole scene: the text names the
    speaker, and unsure links, the hearer and the date are lost in it.

    Args:
        reader: reads each text back
        style: what was asked for; another one than `plain` makes the utterance a fallback
        known: the concepts that the style has words for; the note names the others. None: there is no style
    """

    def read(texts: Sequence[str]) -> list[Scene | None]:
        return [reading.draft for reading in reader.read_many(texts, language)]

    found: list[Utterance] = []
    for scene, said in zip(scenes, realiser.choose(scenes, language, read), strict=True):
        note = _missing(scene, known)
        is_fallback = style != "plain" or bool(note)
        if said is None:
            outline = realiser.outline(scene, language)
            found.append(Utterance(outline, 1.0, style, language, "outline", True, note))
            continue
        share = retention(scene, _with_speaker(said.back, scene)) if said.back is not None else 0.0
        found.append(Utterance(said.text, share, style, language, "text", is_fallback, note))
    return found


def _say_exactly(
    scenes: Sequence[Scene], style: str, language: str, surface: str, domain: Domain
) -> list[Utterance]:
    """
    Say *scenes* on an exact surface, which needs no model.

    Raises:
        BridgeError: if there is no such surface
        SurfaceError: if it cannot express a scene
    """
    from scenograph.bridge.speak import SpeechRequest, exact
    from scenograph.surfaces.registry import SURFACES

    if surface not in SURFACES:
        raise BridgeError(f"there is no surface {surface!r}; choose from text, {', '.join(SURFACES)}")
    return [exact(SpeechRequest(scene, style, language), surface, domain) for scene in scenes]


def _with_speaker(back: Scene, scene: Scene) -> Scene:
    """Return *back*, said by the speaker of *scene*: the text has the name before it, as a chat has."""
    speaker = speech_of(scene).speaker
    return spoken(back, Speech(speaker)) if speaker else back


def _missing(scene: Scene, known: Collection[str] | None) -> str:
    """Name the concepts of *scene* that no style has words for."""
    missing = [] if known is None else [it for it in dict.fromkeys(scene.concepts) if it not in known]
    return f"no style has words for {', '.join(missing)}" if missing else ""

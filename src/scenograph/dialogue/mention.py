"""
Mentions: what the pronouns of a text or a dialogue mean (`scenograph.coreference`).

    Tom: My cousin Marta lives in Lisbon.
    Tom: She teaches.       (t / teach :agent (s / she :referent (c / cousin :name "Marta")) …)

A verb of Russian without a subject has the speaker: «Хочу открыть пекарню» says so by its form, «Нашла
помещение» does not, but it is likely, so that the link is an unsure one. «Едем в субботу» is said of us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, final

from scenograph.core.scene import Scene
from scenograph.coreference import Resolver, linked
from scenograph.morphology.russian import analyzer

AGENT: Final = ":unsure-agent"

_WORD: Final = re.compile(r"[А-Яа-яЁё]+")


@final
class Mentions:
    """Who and what was mentioned in a text or a dialogue; give it the scenes of its sentences in order."""

    def __init__(self) -> None:
        self._resolver = Resolver()

    def meant(self, scene: Scene, text: str, speaker: str, hearer: str) -> Scene:
        """
        Return *scene* with links from its pronouns to what they may mean, and note what it mentions.

        Args:
            scene: a scene with its speaker
            text: its sentence
            speaker, hearer: names of those who talk; neither is «he» or «she». Empty if nobody does
        """
        scene = _with_us(linked(scene, self._resolver.read(scene, without={speaker, hearer} - {""})), text)
        person = next((it for it in scene.targets(":speaker") if isinstance(it, int)), None)
        if not speaker or person is None:
            return scene
        own = [(verb, role, person) for verb, role in _without_subject(scene, text)]
        return Scene.build(scene.concepts, [*scene.triples, *own]) if own else scene


def _without_subject(scene: Scene, text: str) -> Iterator[tuple[int, str]]:
    """Yield verbs that lack their subject, with the role in which the speaker may be it."""
    for node, found in _lacking(scene, text):
        if {"1per", "sing"} <= found:
            yield node, ":agent"
        elif {"past", "sing"} <= found and "neut" not in found:
            yield node, AGENT


def _with_us(scene: Scene, text: str) -> Scene:
    """Return *scene* with «мы» as the subject of verbs whose form says so: «Едем в субботу»."""
    verbs = [node for node, found in _lacking(scene, text) if {"1per", "plur"} <= found]
    if not verbs:
        return scene
    us = next((node for node, it in enumerate(scene.concepts) if it == "мы"), len(scene.concepts))
    concepts = [*scene.concepts, "мы"] if us == len(scene.concepts) else scene.concepts
    return Scene.build(concepts, [*scene.triples, *((verb, ":agent", us) for verb in verbs)])


def _lacking(scene: Scene, text: str) -> list[tuple[int, set[str]]]:
    """Return the nodes of Russian verbs without a subject, each with what its forms in *text* can be."""
    forms: dict[str, set[str]] = {}
    for word in _WORD.findall(text):
        for reading in analyzer().parse(word.lower()):
            if reading.is_known and "VERB" in reading.tag.grammemes:
                forms.setdefault(reading.normal_form.replace("ё", "е"), set()).update(reading.tag.grammemes)
    return [
        (node, found)
        for node, concept in enumerate(scene.concepts)
        if (found := forms.get(concept))
        and not any(scene.targets(role, node) for role in (":agent", ":subject"))
        and scene.targets(":tense", node)
    ]

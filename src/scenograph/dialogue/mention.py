"""
Mentions: whom «he» and «she» may mean in a dialogue, by who was named last.

    Tom: My cousin Marta lives in Lisbon.
    Tom: She teaches.       (t / teach :agent (s / she :unsure-same (e / entity :name "Marta")) …)

That is a guess, so the link is an unsure one. A verb of Russian without a subject is treated in the same way:
«Хочу открыть пекарню» says by its form that it is the speaker, «Нашла помещение» does not, but it is likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, final

from scenograph.core.links import quote, unquote
from scenograph.core.scene import Scene
from scenograph.morphology.russian import analyzer
from scenograph.morphology.russian_forms import is_russian

SAME: Final = ":unsure-same"
AGENT: Final = ":unsure-agent"

_GENDERS: Final = {"he": "m", "him": "m", "он": "m", "she": "f", "her": "f", "она": "f"}
_FEMALE: Final = frozenset(
    ["mother", "mum", "mom", "sister", "daughter", "wife", "aunt", "grandmother", "woman", "girl", "lady"]
)
_MALE: Final = frozenset(
    ["father", "dad", "brother", "son", "husband", "uncle", "grandfather", "man", "boy", "mr"]
)
_WHO_ACTS: Final = frozenset({":agent", ":subject", ":recipient", ":object", ":with", ":op1", ":op2"})
_FAR: Final = 4  # sentences, after which a name is forgotten
_WORD: Final = re.compile(r"[А-Яа-яЁё]+")


class _Person(NamedTuple):
    """Somebody who was named; *gender* is empty if the name does not tell."""

    name: str
    gender: str
    at: int


@final
class Mentions:
    """Who was named in a dialogue; give it the scenes of its sentences in order."""

    def __init__(self) -> None:
        self._named: list[_Person] = []
        self._count = 0

    def meant(self, scene: Scene, text: str, speaker: str, hearer: str) -> Scene:
        """
        Return *scene* with unsure links from «he» and «she» to whom they may mean, and note whom it names.

        Args:
            scene: a scene with its speaker
            text: its sentence
            speaker, hearer: names of those who talk; neither is «he» or «she»
        """
        self._count += 1
        concepts = list(scene.concepts)
        links: list[tuple[int, str, int | str]] = list(scene.triples)
        talking = {speaker, hearer}
        own = {node: person for node, person in self._persons(scene) if person.name not in talking}
        before = [it for it in self._named if self._count - it.at <= _FAR and it.name not in talking]
        for node, concept in enumerate(scene.concepts):
            gender = _GENDERS.get(concept)
            if not gender or scene.targets(":same", node):
                continue
            here = [person for other, person in own.items() if other < node]
            fitting = [it for it in [*before, *here] if it.gender in ("", gender)]
            if fitting:
                links += [(node, SAME, len(concepts)), (len(concepts), ":name", quote(fitting[-1].name))]
                concepts.append("entity")
        if speaker:
            for verb, role in _without_subject(scene, text):
                person = next((t for t in scene.targets(":speaker") if isinstance(t, int)), None)
                if person is not None:
                    links.append((verb, role, person))
        self._named += own.values()
        del self._named[:-8]
        return Scene.build(concepts, links)

    def _persons(self, scene: Scene) -> Iterator[tuple[int, _Person]]:
        """Yield those whom *scene* names as somebody who acts."""
        acting = {target for _, role, target in scene.triples if role in _WHO_ACTS}
        for node, concept in enumerate(scene.concepts):
            names = [unquote(it) for it in scene.targets(":name", node) if isinstance(it, str)]
            if not names or not (node in acting or (node == 0 and concept != "entity")):
                continue
            kin = "f" if concept in _FEMALE else "m" if concept in _MALE else ""
            yield node, _Person(names[0], kin or _gender(names[0]), self._count)


def _gender(name: str) -> str:
    """Return the gender of a Russian name; empty if it does not tell."""
    word = name.split()[0]
    if not is_russian(word):
        return ""
    for reading in analyzer().parse(word.lower()):
        grammemes = set(reading.tag.grammemes)
        if "Name" in grammemes:
            return "f" if "femn" in grammemes else "m" if "masc" in grammemes else ""
    return ""


def _without_subject(scene: Scene, text: str) -> Iterator[tuple[int, str]]:
    """Yield verbs that lack their subject, with the role in which the speaker may be it."""
    forms: dict[str, set[str]] = {}
    for word in _WORD.findall(text):
        for reading in analyzer().parse(word.lower()):
            if reading.is_known and "VERB" in reading.tag.grammemes:
                forms.setdefault(reading.normal_form.replace("ё", "е"), set()).update(reading.tag.grammemes)
    for node, concept in enumerate(scene.concepts):
        found = forms.get(concept)
        lacks = not any(scene.targets(role, node) for role in (":agent", ":subject"))
        if found and lacks and scene.targets(":tense", node):
            if {"1per", "sing"} <= found:
                yield node, ":agent"
            elif {"past", "sing"} <= found and "neut" not in found:
                yield node, AGENT

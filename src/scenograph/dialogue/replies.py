"""
Replies: a sentence that only says why, joined with what it is the reason of.

    Anna: Why did you move to Lisbon?
    Tom: Because my job is there.

    (b / be :subject (j / job :poss (i / I :same t)) :place (t2 / there) :speaker (t / entity :name "Tom")
       :because-of (m / move :agent (t3 / entity :name "Tom") :to (e / entity :name "Lisbon") :tense past))

So «Why did Tom move to Lisbon?» has an answer. The link is sure where the sentence before asked why; after
any other sentence it is an unsure one, and the answer is «probably».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, final

from scenograph.core.links import is_unknown
from scenograph.core.scene import Scene
from scenograph.dialogue.speech import Speech, heard, spoken, unspoken
from scenograph.readers.unsure import UNSURE

_WHY: Final = "?why"
_REASONS: Final = (":because", ":purpose")
_BEGIN: Final = re.compile(
    r"\W*(?:(?P<because>because|'?cause|потому,? что|оттого,? что|так как|поскольку|из-за)"
    r"|(?P<purpose>so that|in order to|чтобы?)|(?P<to>to))\b",
    re.IGNORECASE,
)
"""How a reason begins; with «to» only where somebody asked why."""
_LEFT_OVER: Final = frozenset({"because", "потому", "потому-что", "оттого"})  # a conjunction read as a word
_NO_EVENT: Final = frozenset({"be", "быть"})
_JOINING: Final = frozenset({"and", "but"})


class _Said(NamedTuple):
    """A sentence that the next one may be the reason of, and whether it was asked why that is so."""

    scene: Scene
    text: str
    speech: Speech
    is_asked: bool


@final
class Replies:
    """What was said or asked last in a dialogue; give it the scenes of its sentences in order."""

    def __init__(self) -> None:
        self._before: _Said | None = None

    def joined(self, scene: Scene, text: str, speech: Speech) -> Scene:
        """
        Return *scene* with what it is the reason of, if it is a reason; and note what it says.

        Args:
            scene: a scene with its speaker
            text: its sentence
            speech: who says it, to whom
        """
        before = self._before
        begin = _BEGIN.match(text)
        if begin and before and (before.is_asked or not begin["to"]) and not _has_reason(scene):
            role = ":because" if begin["because"] else ":purpose"
            return _with_event(scene, role, before, speech)
        asks_why = any(_is_why(scene, node) for node in range(len(scene.concepts)))
        if asks_why and not list(_asks_of(scene)):  # «Why?» asks of what was said before
            self._before = before and before._replace(is_asked=True)
        elif asks_why or not _is_question(scene):
            self._before = _Said(scene, text, speech, asks_why)
        else:
            self._before = None
        return scene


def _with_event(scene: Scene, role: str, before: _Said, speech: Speech) -> Scene:
    """Return *scene*, a reason, with the event of the sentence *before*."""
    theirs = before.speech
    asked = before.scene
    if not theirs.hearer and theirs.speaker != speech.speaker:  # who answers is who was asked
        asked = spoken(unspoken(asked), theirs._replace(hearer=speech.speaker), before.text)
    asked = heard(asked, before.text).scene
    event = next(_asks_of(asked), None)
    event = _last(asked) if event is None else event
    reason = scene.without_links(
        [
            link
            for link in scene.links
            if isinstance(link.target, int)
            and scene.concepts[link.target] in _LEFT_OVER
            and not scene.out(link.target)
        ]
    )
    node = 0
    if reason.root_concept in _NO_EVENT and not reason.targets(":subject"):  # «Because of my job»
        nodes = [it for role in _REASONS for it in reason.targets(role) if isinstance(it, int)]
        node = next(iter(nodes), 0)
    count = len(reason.concepts)
    links: list[tuple[int, str, int | str]] = [*reason.triples]
    links += [
        (s + count, r, t + count if isinstance(t, int) else t)
        for s, r, t in asked.triples
        if t != _WHY and not (isinstance(t, int) and asked.concepts[t] == _WHY)
    ]
    links.append((event + count, role if before.is_asked else UNSURE + role[1:], node))
    kept = {0} | {it for source, _, target in links for it in (source, target) if isinstance(it, int)}
    concepts = [*reason.concepts, *asked.concepts]
    place = {old: new for new, old in enumerate(sorted(kept))}
    return Scene.build(
        [concepts[old] for old in place],
        [(place[s], r, place[t] if isinstance(t, int) else t) for s, r, t in links],
    )


def _has_reason(scene: Scene) -> bool:
    """Whether *scene* says what it is the reason of itself: «Because it rained, we stayed»."""
    is_event = scene.root_concept not in _NO_EVENT or bool(scene.targets(":subject"))
    return is_event and any(scene.targets(role) for role in _REASONS)


def _is_why(scene: Scene, node: int) -> bool:
    return scene.concepts[node] == _WHY or any(link.target == _WHY for link in scene.out(node))


def _asks_of(scene: Scene) -> Iterator[int]:
    """Yield the events whose reason *scene* asks for."""
    for source, role, target in scene.triples:
        is_why = target == _WHY or (isinstance(target, int) and scene.concepts[target] == _WHY)
        if is_why and role in _REASONS:
            yield source


def _last(scene: Scene) -> int:
    """Return what *scene* says, of several joined clauses the last one."""
    node, seen = 0, {0}
    while scene.concepts[node] in _JOINING:
        parts = [it.target for it in scene.out(node) if it.role[:3] == ":op" and isinstance(it.target, int)]
        if not parts or parts[-1] in seen:
            break
        node = parts[-1]
        seen.add(node)
    return node


def _is_question(scene: Scene) -> bool:
    return scene.root_concept == "whether" or any(map(is_unknown, scene.unknowns))

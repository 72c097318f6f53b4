"""
Answers are matched, not guessed.

A question is a scene with unknowns, or ``(whether :content C)``. Memory names the crystals that resonate with
it; the question is laid on each clause that one of them *asserts*, and what its unknowns bind is the answer::

    (build :agent ?who :object (bridge))                     who built the bridge?
    (because :cause (…) :effect (build :agent (person :name "Oleg") :object (bridge)))   crystal 7
    (answer :value P :content (build :agent P :object (bridge)))    P = (person :name "Oleg"), from crystal 7

A scene asserts its root; a conjunction asserts its parts, a because its cause and effect, an answer its
content. What is believed, denied, wondered about or said under a condition is not asserted. A clause may tell
more than was asked. ``whether`` is answered *yes* by an asserted clause that tells at least the content, and
*no* by an asserted ``(not :op1 D)`` whose D tells at most the content.

Nothing here asks a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, final

from scenograph.core.links import is_unknown
from scenograph.core.match import Bindings, match
from scenograph.core.scene import Scene

UNKNOWN = Scene.build(["answer", "unknown"], [(0, ":value", 1)])
"""The answer of a memory that does not know."""

_ASSERTS = {
    "and": re.compile(r":op[0-9]+"),
    "because": re.compile(r":(?:cause|effect)"),
    "answer": re.compile(r":content"),
}
_FIRST, _MOST = 32, 4096  # crystals asked for at first, and at most


class Resonant(Protocol):
    """A crystal that answers a cue, as :class:`scenograph.memory.Hit` is."""

    @property
    def id(self) -> int: ...
    @property
    def scene(self) -> Scene: ...
    @property
    def resonance(self) -> float: ...
    @property
    def parts(self) -> Mapping[str, float]: ...


class Recalls(Protocol):
    """A memory, as far as answering needs one."""

    def recall(self, cue: Scene | str, k: int = ...) -> Sequence[Resonant]:
        """The *k* crystals that resonate most with *cue*, best first."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """
    One answer to a question.

    Attributes:
        bindings: what each unknown of the question stands for; empty for yes and no
        scene: the answer, ``(answer :value X :content CLAUSE)``
        crystals: the ids of all crystals that say so, the most resonant first
        resonance: of the first of them, 0 to 1
    """

    bindings: Bindings
    scene: Scene
    crystals: tuple[int, ...]
    resonance: float


class _Evidence(NamedTuple):
    """One way in which one crystal answers."""

    bindings: Bindings
    scene: Scene
    crystal: int
    resonance: float
    is_exact: bool  # the clause tells nothing that was not asked


def find(question: Scene, memory: Recalls) -> list[Finding]:
    """
    Return the different answers that *memory* holds to *question*.

    Args:
        question: a scene with unknowns, ``(whether :content C)``, or any other, which asks whether it is so
        memory: where to look
    Returns:
        The answers: first those from clauses that tell just what was asked, then by resonance. None if memory
        does not know.
    """
    evidence: list[_Evidence] = []
    asks = _Whether(question) if not question.unknowns else _Unknowns(question)
    for hit in _resonant(asks.cue, memory):
        if not hit.scene.unknowns:
            for clause in asserted(hit.scene):
                evidence += asks.evidence(clause, hit)
    evidence.sort(key=lambda one: (not one.is_exact, -one.resonance))
    groups: dict[tuple[object, ...], list[_Evidence]] = {}
    for one in evidence:
        value = sorted(one.bindings.items()) or [one.scene.concepts[_value(one.scene)]]
        groups.setdefault(tuple(value), []).append(one)
    return [_finding(same) for same in groups.values()]


def _finding(same: Sequence[_Evidence]) -> Finding:
    first = same[0]
    crystals = tuple(dict.fromkeys(one.crystal for one in same))
    return Finding(first.bindings, first.scene, crystals, first.resonance)


def asserted(scene: Scene) -> Iterator[Scene]:
    """Yield the clauses that *scene* says are so, itself first."""
    waiting = [0]
    for node in waiting:
        yield scene.sub(node)
        inner = _ASSERTS.get(scene.concepts[node])
        if inner is not None:
            waiting += [
                link.target
                for link in scene.out(node)
                if isinstance(link.target, int) and link.target not in waiting and inner.fullmatch(link.role)
            ]


def _resonant(cue: Scene, memory: Recalls) -> Sequence[Resonant]:
    """Return enough crystals that none which holds all of *cue* is left out, up to a bound."""
    count = _FIRST
    while True:
        hits = memory.recall(cue, count)
        if len(hits) < count or count >= _MOST or hits[-1].parts.get("unified", 0.0) < 1.0:
            return hits
        count *= 4


def _value(answer: Scene) -> int:
    [value] = answer.targets(":value")
    assert isinstance(value, int), "yes and no are nodes"
    return value


@final
class _Unknowns:
    """Who, what, where, when: binds the unknowns of a question."""

    def __init__(self, question: Scene) -> None:
        self.cue = question

    def evidence(self, clause: Scene, hit: Resonant) -> Iterator[_Evidence]:
        for bindings in match(self.cue, clause):
            inner = sum(len(value.links) for value in bindings.values() if isinstance(value, Scene))
            is_exact = len(clause.links) <= len(self.cue.links) + inner
            values = [self._place(unknown, value, clause) for unknown, value in bindings.items()]
            yield _Evidence(bindings, _answer(values, clause), hit.id, hit.resonance, is_exact)

    def _place(self, unknown: str, value: Scene | str, clause: Scene) -> int | str | Scene:
        """Return the node of *clause* that *value* is, or *value* itself if it is a constant or a concept."""
        if isinstance(value, str):
            return Scene.build([value]) if unknown in self.cue.concepts else value
        roles = {link.role for link in self.cue.links if link.target == unknown}
        places = [link.target for link in clause.links if link.role in roles]
        return next(node for node in places if isinstance(node, int) and clause.sub(node) == value)


@final
class _Whether:
    """Yes or no: looks for the content of a question, or for its denial."""

    def __init__(self, question: Scene) -> None:
        asked = _only_part(question, "whether", ":content") or question
        denied = _only_part(asked, "not", ":op1")
        self.cue = denied or asked
        self.yes, self.no = ("no", "yes") if denied else ("yes", "no")

    def evidence(self, clause: Scene, hit: Resonant) -> Iterator[_Evidence]:
        denied = _only_part(clause, "not", ":op1")
        if match(self.cue, clause):
            says = self.yes
        elif denied is not None and match(denied, self.cue):
            says = self.no
        else:
            return
        is_exact = len((denied or clause).links) == len(self.cue.links)
        yield _Evidence({}, _answer([Scene.build([says])], clause), hit.id, hit.resonance, is_exact)


def _only_part(scene: Scene, concept: str, role: str) -> Scene | None:
    """Return what *role* of the root leads to if the root is *concept*, else None."""
    targets = scene.targets(role) if scene.root_concept == concept else ()
    return scene.sub(targets[0]) if len(targets) == 1 and isinstance(targets[0], int) else None


def _answer(values: Sequence[int | str | Scene], content: Scene) -> Scene:
    """Return the answer scene; values are nodes of *content*, constants, or scenes of one node."""
    concepts = ["answer", *content.concepts]
    links: list[tuple[int, str, int | str]] = [(0, ":content", 1)]
    for value in values:
        if isinstance(value, Scene):
            concepts += value.concepts
            value = len(concepts) - 2
        links.append((0, ":value", value + 1 if isinstance(value, int) else value))
    links += [(s + 1, role, t + 1 if isinstance(t, int) else t) for s, role, t in content.links]
    return Scene.build(concepts, links)


def is_question(scene: Scene) -> bool:
    """True for a scene that asks: it has unknowns, or is a *whether*."""
    return scene.root_concept == "whether" or any(map(is_unknown, scene.unknowns))

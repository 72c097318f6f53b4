"""
Answers are matched, not guessed.

A question is a scene with unknowns, or `(whether :content C)`. Memory names the crystals that resonate with
it; the question is laid on each clause that one of them *asserts*, and what its unknowns bind is the answer::

    (build :agent ?who :object (bridge))                     who built the bridge?
    (because :cause (…) :effect (build :agent (person :name "Oleg") :object (bridge)))   crystal 7
    (answer :value P :content (build :agent P :object (bridge)))    P = (person :name "Oleg"), from crystal 7

A scene asserts its root; a conjunction asserts its parts, a because its cause and effect, an answer its
content. What is believed, denied, wondered about or said under a condition is not asserted. A clause may tell
more than was asked. `whether` is answered *yes* by an asserted clause that tells at least the content, and
*no* by an asserted `(not :op1 D)` whose D tells at most the content.

Where no crystal answers by itself, those that rules may conclude an answer from are held in a field, which is
closed; the question is then laid on what follows, and an answer names all crystals that its proof rests on::

    (grandmother :agent ?who :object (person :name "Oleg"))      from crystals 3 and 7, by a rule

Nothing here asks a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

from scenograph.bridge.recalls import Recalls, gather, resonant
from scenograph.core.field import Field, Rule
from scenograph.core.field.proof import Proof
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


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """
    One answer to a question.

    Attributes:
        bindings: what each unknown of the question stands for; empty for yes and no
        scene: the answer, `(answer :value X :content CLAUSE)`
        crystals: the ids of all crystals that say so, the most resonant first; or of all that a conclusion
            rests on
        resonance: of the first of them, or the least of those that a conclusion rests on, 0 to 1
        proof: how it was concluded, with crystals' ids for the numbers of scenes; None if a crystal says it
    """

    bindings: Bindings
    scene: Scene
    crystals: tuple[int, ...]
    resonance: float
    proof: Proof | None = None


class _Clause(NamedTuple):
    """Something that is so: a clause with what it rests on."""

    scene: Scene
    crystals: tuple[int, ...]
    resonance: float
    proof: Proof | None = None
    numbers: tuple[int, ...] = ()  # of the crystals, where the proof numbers scenes


class _Evidence(NamedTuple):
    """One way in which one clause answers."""

    bindings: Bindings
    scene: Scene
    clause: _Clause
    is_exact: bool  # the clause tells nothing that was not asked


def find(question: Scene, memory: Recalls, rules: Sequence[Rule] = ()) -> list[Finding]:
    """
    Return the different answers that *memory* holds to *question*.

    Args:
        question: a scene with unknowns, `(whether :content C)`, or any other, which asks whether it is so
        memory: where to look
        rules: what to conclude by if no crystal answers
    Returns:
        The answers: first those from clauses that tell just what was asked, then by resonance. None if memory
        does not know.
    """
    asks = _Whether(question) if not question.unknowns else _Unknowns(question)
    evidence = [one for clause in _told(asks.cue, memory) for one in asks.evidence(clause)]
    if not evidence and rules:
        evidence = [one for clause in _concluded(asks.cue, memory, rules) for one in asks.evidence(clause)]
    evidence.sort(key=lambda one: (not one.is_exact, -one.clause.resonance))
    groups: dict[tuple[object, ...], list[_Evidence]] = {}
    for one in evidence:
        value = sorted(one.bindings.items()) or [one.scene.concepts[_value(one.scene)]]
        groups.setdefault(tuple(value), []).append(one)
    return [_finding(same) for same in groups.values()]


def _finding(same: Sequence[_Evidence]) -> Finding:
    first = same[0]
    crystals = tuple(dict.fromkeys(crystal for one in same for crystal in one.clause.crystals))
    proof, numbers = first.clause.proof, first.clause.numbers
    return Finding(
        first.bindings,
        first.scene,
        crystals,
        first.clause.resonance,
        None if proof is None else proof.renumbered(numbers),
    )


def _told(cue: Scene, memory: Recalls) -> Iterator[_Clause]:
    """Yield what the crystals that resonate with *cue* assert."""
    for hit in resonant(cue, memory):
        if not hit.scene.unknowns:
            for clause in asserted(hit.scene):
                yield _Clause(clause, (hit.id,), hit.resonance)


def _concluded(cue: Scene, memory: Recalls, rules: Iterable[Rule]) -> Iterator[_Clause]:
    """Yield what follows by *rules* from the crystals around *cue*."""
    hits = gather(cue, memory, rules)
    numbers = tuple(hit.id for hit in hits)
    for scene, proof in Field(hit.scene for hit in hits).close(rules).proofs():
        support = sorted((hits[number] for number in proof.support), key=lambda hit: -hit.resonance)
        yield _Clause(scene, tuple(hit.id for hit in support), support[-1].resonance, proof, numbers)


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


def _value(answer: Scene) -> int:
    [value] = answer.targets(":value")
    assert isinstance(value, int), "yes and no are nodes"
    return value


@final
class _Unknowns:
    """Who, what, where, when: binds the unknowns of a question."""

    def __init__(self, question: Scene) -> None:
        self.cue = question

    def evidence(self, clause: _Clause) -> Iterator[_Evidence]:
        scene = clause.scene
        for bindings in match(self.cue, scene):
            inner = sum(len(value.links) for value in bindings.values() if isinstance(value, Scene))
            is_exact = len(scene.links) <= len(self.cue.links) + inner
            values = [self._place(unknown, value, scene) for unknown, value in bindings.items()]
            yield _Evidence(bindings, _answer(values, scene), clause, is_exact)

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

    def evidence(self, clause: _Clause) -> Iterator[_Evidence]:
        denied = _only_part(clause.scene, "not", ":op1")
        if match(self.cue, clause.scene):
            says = self.yes
        elif denied is not None and match(denied, self.cue):
            says = self.no
        else:
            return
        is_exact = len((denied or clause.scene).links) == len(self.cue.links)
        yield _Evidence({}, _answer([Scene.build([says])], clause.scene), clause, is_exact)


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

"""
Answers are matched, not guessed.

Memory names the crystals that contain the question; the question is matched with each clause that one of them
asserts (`scenograph.answers.question`)::

    (build :agent ?who :object (bridge))                     who built the bridge?
    (because :cause (…) :effect (build :agent (person :name "Oleg") :object (bridge)))   crystal 7
    (answer :value P :content (build :agent P :object (bridge)))    P = (person :name "Oleg"), from crystal 7

If no crystal answers, rules are applied to the crystals from which they may conclude an answer. The question
is matched with the conclusions, and the answer names all crystals that its proof uses::

    (grandmother :agent ?who :object (person :name "Oleg"))      from crystals 3 and 7, by a rule
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

from scenograph.answers.question import Evidence, asserted, parsed
from scenograph.answers.recalls import Recalls, containing, premises
from scenograph.core.field import Field, Rule
from scenograph.core.field.proof import Proof
from scenograph.core.match import Bindings
from scenograph.core.scene import Scene


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """
    One answer to a question.

    Attributes:
        bindings: what each unknown of the question stands for; empty for yes and no
        scene: the answer, `(answer :value X :content CLAUSE)`
        crystals: the ids of all crystals that state it, or that its proof uses; the most resonant first
        resonance: 0 to 1; of the first crystal, or, of a conclusion, of the least resonant
        proof: how it was concluded, with the ids of crystals as numbers of scenes; None if a crystal states
            it
    """

    bindings: Bindings
    scene: Scene
    crystals: tuple[int, ...]
    resonance: float
    proof: Proof | None = None


class _Clause(NamedTuple):
    """A clause that is stated or concluded, and the crystals that support it."""

    scene: Scene
    crystals: tuple[int, ...]
    resonance: float
    proof: Proof | None = None
    numbers: tuple[int, ...] = ()  # the crystals that the scenes of the proof are


def find(question: Scene, memory: Recalls, rules: Sequence[Rule] = ()) -> list[Finding]:
    """
    Return the different answers that *memory* holds to *question*.

    Args:
        question: a scene with unknowns, `(whether :content C)`, or any other, which asks whether it is so
        memory: where to look
        rules: what to conclude by if no crystal answers
    Returns:
        The answers: first those of clauses that say only what was asked, then by resonance. Empty if memory
        does not know.
    """
    asked = parsed(question)
    found = [(it, clause) for clause in _stated(asked.cue, memory) for it in asked.evidence(clause.scene)]
    if not found and rules:
        clauses = _concluded(asked.cue, memory, rules)
        found = [(it, clause) for clause in clauses for it in asked.evidence(clause.scene)]
    found.sort(key=lambda pair: (not pair[0].is_exact, -pair[1].resonance))
    groups: dict[object, list[tuple[Evidence, _Clause]]] = {}
    for evidence, clause in found:
        same = tuple(sorted(evidence.bindings.items())) or _value(evidence.scene)
        groups.setdefault(same, []).append((evidence, clause))
    return [_finding(group) for group in groups.values()]


def _finding(group: Sequence[tuple[Evidence, _Clause]]) -> Finding:
    evidence, clause = group[0]
    crystals = tuple(dict.fromkeys(crystal for _, clause in group for crystal in clause.crystals))
    proof = clause.proof and clause.proof.renumbered(clause.numbers)
    return Finding(evidence.bindings, evidence.scene, crystals, clause.resonance, proof)


def _value(answer: Scene) -> str:
    """Return *yes* or *no*."""
    [value] = answer.targets(":value")
    assert isinstance(value, int), "yes and no are nodes"
    return answer.concepts[value]


def _stated(cue: Scene, memory: Recalls) -> Iterator[_Clause]:
    """Yield what the crystals that contain *cue* assert; a stored question asserts nothing."""
    for hit in containing(cue, memory):
        if not hit.scene.unknowns:
            for clause in asserted(hit.scene):
                yield _Clause(clause, (hit.id,), hit.resonance)


def _concluded(cue: Scene, memory: Recalls, rules: Iterable[Rule]) -> Iterator[_Clause]:
    """Yield what follows by *rules* from crystals about the things of *cue*."""
    hits = premises(cue, memory, rules)
    numbers = tuple(hit.id for hit in hits)
    for scene, proof in Field(hit.scene for hit in hits).close(rules).proofs():
        support = sorted((hits[number] for number in proof.support), key=lambda hit: -hit.resonance)
        crystals = tuple(hit.id for hit in support)
        yield _Clause(scene, crystals, support[-1].resonance, proof, numbers)

"""
Proof: why something is so in a field, down to the scenes that state it.

    (g / grandmother :agent (p / person :name "Anna") :object (p2 / person :name "Oleg"))
      by rule grandmother, from
        (m / mother :agent (p / person :name "Anna") :object (p2 / person :name "Vera"))
          stated in scene 0
        (p / parent :agent (p2 / person :name "Vera") :object (p3 / person :name "Oleg"))
          by rule mother is a parent, from
            (m / mother :agent (p / person :name "Vera") :object (p2 / person :name "Oleg"))
              stated in scene 1

Premises that are no facts stand there as well: what was computed, and what was absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

from ..links import is_unknown
from ..scene import Scene
from .closure import Closure, Derivation
from .facts import CONCEPT, Fact, Term
from .ground import Drawing, Ground
from .pattern import Atom


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Proof:
    """
    Why a claim is so.

    Attributes:
        claim: what is so; for an absence, what is not found; for a condition, what holds
        how: `stated`, `derived`, `absent` or `computed`
        scenes: the numbers of the scenes that state the claim, each of them alone; empty unless stated
        rule: the name of the rule that derived it; empty unless derived
        premises: what it was derived from
    """

    claim: Scene
    how: str
    scenes: tuple[int, ...] = ()
    rule: str = ""
    premises: tuple[Proof, ...] = ()

    @property
    def support(self) -> tuple[int, ...]:
        """The numbers of all scenes that the proof rests on, in ascending order."""
        return tuple(sorted({scene for proof in self.steps() for scene in proof.scenes}))

    def steps(self) -> Iterator[Proof]:
        """Yield this proof and all below it, each once, premises after what rests on them."""
        seen: set[int] = set()
        waiting: list[Proof] = [self]
        while waiting:
            proof = waiting.pop()
            if id(proof) not in seen:
                seen.add(id(proof))
                yield proof
                waiting += reversed(proof.premises)

    def renumbered(self, numbers: Sequence[int]) -> Proof:
        """Return this proof with `numbers[n]` for each scene n, in all its steps."""
        done: dict[int, Proof] = {}
        waiting: list[Proof] = [self]
        while waiting:
            proof = waiting[-1]
            missing = [premise for premise in proof.premises if id(premise) not in done]
            if missing:
                waiting += missing
                continue
            scenes = tuple(sorted(numbers[scene] for scene in proof.scenes))
            premises = tuple(done[id(premise)] for premise in proof.premises)
            done[id(proof)] = replace(proof, scenes=scenes, premises=premises)
            waiting.pop()
        return done[id(self)]

    def __str__(self) -> str:
        lines: list[str] = []
        shown: set[int] = set()
        waiting: list[tuple[int, Proof]] = [(0, self)]
        while waiting:
            depth, proof = waiting.pop()
            margin = "  " * (2 * min(depth, _DEEPEST))
            claim = proof.claim.format(indent=None)
            if proof.how in ("absent", "computed"):
                lines.append(f"{margin}{proof.how}: {claim}")
                continue
            lines.append(f"{margin}{claim}")
            if id(proof) in shown:
                lines.append(f"{margin}  as shown above")
                continue
            if proof.how == "stated":
                lines.append(f"{margin}  stated in {_scenes(proof.scenes)}")
                continue
            shown.add(id(proof))
            lines.append(f"{margin}  by rule {proof.rule}, from")
            waiting += [(depth + 1, premise) for premise in reversed(proof.premises)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Proof of {self.claim.format(indent=None)}, {self.how}>"


_CALLING = (CONCEPT, ":name")
_DEEPEST = 30  # levels below which lines are not indented further


def _scenes(numbers: Sequence[int]) -> str:
    return f"scene {numbers[0]}" if len(numbers) == 1 else f"scenes {', '.join(map(str, numbers))}"


@final
class Prover:
    """Finds proofs in a closed field, or in one without a closure."""

    def __init__(self, ground: Ground, closure: Closure | None) -> None:
        self.ground: Final = ground
        self._of = closure.of if closure is not None else {}
        self._proofs: dict[int, Proof] = {}
        self._claims: dict[int, Scene] = {}
        self._made: dict[int, Derivation] = {}
        if closure is not None:
            for derivation in closure.derivations:
                self._made.update(dict.fromkeys(derivation.nodes, derivation))

    def draw(self, node: int, facts: Iterable[Fact] = ()) -> Scene:
        """Return the scene that *node* roots, as stated or derived; or, in brief, what says *facts* of it."""
        facts = list(facts)
        drawing = Drawing(self.ground, brief=bool(facts))
        waiting = [node, *(target for *_, target in facts if isinstance(target, int))]
        seen: set[int] = set()
        for here in waiting:
            derivation = self._made.get(here)
            if derivation is not None and id(derivation) not in seen:
                seen.add(id(derivation))
                for source, role, target in derivation.facts:
                    if source in derivation.nodes:
                        drawing.fact(source, role, target)
                        waiting += [target] if isinstance(target, int) else []
        root = drawing.node(node)
        for fact in facts:
            drawing.fact(*fact)
        return drawing.scene(root).sub(0)

    def claim(self, derivation: Derivation) -> Scene:
        """Return what a rule said in one application."""
        claim = self._claims.get(id(derivation))
        if claim is None:
            facts = derivation.facts if derivation.head.root >= 0 else []
            claim = self.draw(derivation.root, [fact for fact in facts if fact[1] != CONCEPT])
            self._claims[id(derivation)] = claim
        return claim

    def derivation(self, fact: Fact) -> Derivation | None:
        """Return how *fact* was derived; None if it is stated."""
        return None if fact in self.ground.sources else self._of.get(fact)

    def support(self, facts: Iterable[Fact]) -> set[int]:
        """
        Return the numbers of the scenes that state what *facts* rest on.

        A fact that one scene states adds that scene. A fact that several state, such as a name, adds all of
        them, unless one of them is there already.
        """
        shared: dict[Fact, list[int]] = {}
        found: set[int] = set()
        seen: set[int] = set()
        waiting = list(facts)
        while waiting:
            fact = waiting.pop()
            derivation = self.derivation(fact)
            if derivation is None:
                sources = self.ground.sources.get(fact, [])
                if len(sources) == 1:
                    found.add(sources[0])
                else:
                    shared[fact] = sources
            elif id(derivation) not in seen:
                seen.add(id(derivation))
                waiting += instances(derivation.rule.body.atoms, derivation.values)
        return found.union(*(sources for sources in shared.values() if found.isdisjoint(sources)))

    def premises(self, facts: Sequence[Fact]) -> tuple[Proof, ...]:
        """
        Return proofs of *facts*, as few as say everything.

        Facts of one node that one scene states share a proof. What a thing is called often needs no proof of
        its own. An example are the facts that Anna is a mother of Vera (scene 0) and that Vera is a person
        called "Vera" (scenes 0 and 1). Scene 0 states the first and calls Vera so, and the proof of the first
        shows it.
        """
        by_node: dict[int, list[Fact]] = {}
        for fact in facts:
            by_node.setdefault(fact[0], []).append(fact)
        targets = {target for source, _, target in facts if target != source}
        found: dict[object, Proof] = {}
        for node, group in by_node.items():
            stated = [fact for fact in group if self.derivation(fact) is None]
            shared = self._common(stated)
            if shared and node in targets and all(role in _CALLING for _, role, _ in stated):
                others = (fact for fact in facts if fact not in stated)
                if not self.support(others).isdisjoint(shared):
                    stated, shared = [], []
            for part in [stated] if shared else [[fact] for fact in stated]:
                if part:
                    scenes = tuple(self._common(part))
                    key = (node, scenes)
                    found.setdefault(key, Proof(self.ground.stated(node, scenes[0]), "stated", scenes))
            for fact in group:
                derivation = self.derivation(fact)
                if derivation is not None:
                    found.setdefault(id(derivation), self.prove(derivation))
        return tuple(found.values())

    def prove(self, derivation: Derivation) -> Proof:
        """Return the proof of what was derived in one application of a rule."""
        waiting = [derivation]
        while waiting:
            here = waiting[-1]
            if id(here) in self._proofs:
                waiting.pop()
                continue
            facts = instances(here.rule.body.atoms, here.values)
            needed = [one for one in map(self.derivation, facts) if one is not None]
            missing = [one for one in needed if id(one) not in self._proofs]
            if missing:
                waiting += missing
                continue
            premises = (*self.premises(facts), *_tested(here))
            self._proofs[id(here)] = Proof(self.claim(here), "derived", (), here.rule.name, premises)
            waiting.pop()
        return self._proofs[id(derivation)]

    def _common(self, facts: Sequence[Fact]) -> list[int]:
        """Return the numbers of the scenes that state all of *facts*."""
        lists = [self.ground.sources.get(fact, []) for fact in facts]
        return sorted(set(lists[0]).intersection(*lists[1:])) if lists else []


def instances(atoms: Iterable[Atom], values: Sequence[Term] | dict[int, Term]) -> list[Fact]:
    """Return the fact that each of *atoms* found with *values* in the slots."""
    found: list[Fact] = []
    for atom in atoms:
        source = values[atom.source]
        assert isinstance(source, int), "what has links is a node"
        found.append(
            (source, atom.role, values[atom.target] if isinstance(atom.target, int) else atom.target)
        )
    return found


def _tested(derivation: Derivation) -> list[Proof]:
    """Return what was computed and what was absent, with the constants that unknowns stood for."""
    rule = derivation.rule
    constants = {
        rule.unknowns[slot]: value for slot, value in derivation.values.items() if isinstance(value, str)
    }

    def filled(term: int | str) -> int | str:
        return constants.get(term, term) if isinstance(term, str) and is_unknown(term) else term

    found: list[Proof] = []
    for role, how in ((":where", "computed"), (":unless", "absent")):
        for root in rule.scene.targets(role):
            assert isinstance(root, int)
            part = rule.scene.sub(root)
            links = [(source, name, filled(target)) for source, name, target in part.links]
            concepts = [str(filled(concept)) for concept in part.concepts]
            found.append(Proof(Scene.build(concepts, links), how))
    return found

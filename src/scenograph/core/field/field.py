"""
Field: many scenes together, reasoned over and asked.

    >>> from scenograph.core.scene import Scene
    >>> from scenograph.core.field import Rule
    >>> field = Field([
    ...     Scene.parse('(m / mother :agent (a / person :name "Anna") :object (v / person :name "Vera"))'),
    ...     Scene.parse('(m / mother :agent (v / person :name "Vera") :object (o / person :name "Oleg"))'),
    ... ])
    >>> field.close([Rule.parse('(r / rule :name "grandmother" :if (m / mother :agent ?x :object ?y)'
    ...     ' :if (n / mother :agent ?y :object ?z) :then (g / grandmother :agent ?x :object ?z))')])
    <Field of 2 scenes, 7 links stated, 2 derived>
    >>> [answer] = field.match(Scene.parse('(g / grandmother :agent ?who :object (o / person :name "Oleg"))'))
    >>> print(answer.bindings["?who"].format(indent=None), "by scenes", answer.scenes)
    (p / person :name "Anna") by scenes (0, 1)
    >>> field.why(answer)[0].rule
    'grandmother'

Vera is one thing in both scenes: `scenograph.core.field.identity` says when that is so. Only what
scenes assert counts: what Marta believes is no fact (`scenograph.core.field.assertion`). Scenes can be
added. What is derived depends on the scenes and the rules alone, not on their order (law 5). It is forgotten
when scenes are added: close the field again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import final

from ..match import Bindings
from ..scene import Scene
from .body import Body
from .closure import Closure, Derivation
from .conflict import Conflict, conflicts
from .facts import Fact, Facts, Term
from .ground import Ground
from .identity import Identify, Merge, by_name, merges
from .join import Plan
from .pattern import Pattern, Slots, whole
from .proof import Proof, Prover, instances
from .rules import Rule


@final
@dataclass(frozen=True, slots=True)
class Match:
    """
    One answer to a pattern.

    Attributes:
        bindings: what each unknown stands for
        supports: unknown → the numbers of the scenes that what binds it rests on
        scenes: the numbers of all scenes that the answer rests on, in ascending order
        facts: the facts in which it was found, one list for each way
    """

    bindings: Bindings
    supports: Mapping[str, tuple[int, ...]]
    scenes: tuple[int, ...]
    facts: tuple[tuple[Fact, ...], ...]


@final
class Field:
    """
    Many scenes, with what rules derive from them.

    Args:
        scenes: the scenes; their order gives them numbers and means nothing else
        identify: returns the name and type of a node; use `by_concept` for scenes made of triples
        kinds: type → the broader type that it is a kind of, as in `{"doctor": "person"}`
    Raises:
        SceneError: if a thing in a scene has two names
    """

    def __init__(
        self,
        scenes: Iterable[Scene] = (),
        *,
        identify: Identify = by_name,
        kinds: Mapping[str, str] | None = None,
    ) -> None:
        self._identify = identify
        self._kinds = dict(kinds or {})
        self._scenes: tuple[Scene, ...] = ()
        self._set(tuple(scenes))

    def __repr__(self) -> str:
        stated = self._ground.facts.count
        derived = f", {self._facts.count - stated} derived" if self._closure else ""
        return f"<Field of {len(self._scenes)} scenes, {stated} links stated{derived}>"

    # --- holding scenes -------------------------------------------------------------------------------------

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The scenes, by number."""
        return self._scenes

    @property
    def merges(self) -> tuple[Merge, ...]:
        """The things that are mentioned more than once, each with the reason why its mentions are one."""
        return self._merges

    @property
    def is_closed(self) -> bool:
        """Whether what rules derive is there."""
        return self._closure is not None

    def add(self, *scenes: Scene) -> None:
        """
        Hold further scenes.

        Raises:
            SceneError: if a thing in one of them has two names; nothing is added then
        """
        self._set((*self._scenes, *scenes))

    def _set(self, scenes: tuple[Scene, ...]) -> None:
        found = tuple(merges(scenes, self._identify, self._kinds))
        self._scenes, self._merges, self._ground = scenes, found, Ground(scenes, found)
        self._closed(None)

    def _closed(self, closure: Closure | None) -> None:
        self._closure = closure
        self._facts: Facts = closure.facts if closure is not None else self._ground.facts
        self._prover = Prover(self._ground, closure)

    # --- reasoning ------------------------------------------------------------------------------------------

    def close(self, rules: Iterable[Rule], *, depth: int = 8, limit: int = 1_000_000) -> Field:
        """
        Derive all that follows from the scenes by *rules*, in place of what was derived before.

        Args:
            rules: the rules, in any order
            depth: how deep new nodes may nest in new nodes
            limit: how many links may be derived, and how many things may follow from one rule at once
        Returns:
            the field itself
        Raises:
            RuleError: if a rule rests on its own absence or derives without end, or two share a name; it
                names the rule, and the field stays as it was
        """
        nodes = len(self._ground.mentions)
        self._closed(Closure(self._ground.facts, rules, nodes=nodes, depth=depth, limit=limit))
        return self

    @property
    def derived(self) -> tuple[Scene, ...]:
        """What rules have derived, conflicts not among it, in the order of derivation."""
        return tuple(claim for claim, _ in self._claims())

    def proofs(self) -> Iterator[tuple[Scene, Proof]]:
        """Return what rules have derived, as `derived` has it, each with its proof."""
        return ((claim, self._prover.prove(derivation)) for claim, derivation in self._claims())

    def _claims(self) -> Iterator[tuple[Scene, Derivation]]:
        seen: set[Scene] = set()
        for derivation in self._closure.derivations if self._closure is not None else ():
            if not derivation.head.is_conflict:
                claim = self._prover.claim(derivation)
                if claim not in seen:
                    seen.add(claim)
                    yield claim, derivation

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What cannot all be so, with a proof of each side."""
        return tuple(conflicts(self._prover, self._facts, self._closure))

    # --- asking ---------------------------------------------------------------------------------------------

    def match(self, pattern: Scene) -> list[Match]:
        """
        Return what the unknowns of *pattern* stand for, once for each different answer.

        It means what `scenograph.core.match.match` means, its root laid anywhere, over all scenes at
        once and what was derived; an unknown that occurs twice stands for one thing or one constant. See
        `scenograph.core.field.pattern`.
        """
        slots = Slots()
        compiled = whole(pattern.canonical(), slots)
        unknowns = {name: slot for name, slot in slots.numbers.items() if isinstance(name, str)}
        drawn: dict[Term, Scene | str] = {}
        ways: dict[tuple[Scene | str, ...], list[tuple[Fact, ...]]] = {}
        for values in self._rows(compiled):
            key: list[Scene | str] = []
            for slot in unknowns.values():
                term = values[slot]
                if term not in drawn:
                    drawn[term] = self._prover.draw(term) if isinstance(term, int) else term
                key.append(drawn[term])
            ways.setdefault(tuple(key), []).append(tuple(instances(compiled.atoms, values)))
        return [self._match(unknowns, key, facts, compiled) for key, facts in ways.items()]

    def why(self, asked: Scene | Match) -> list[Proof]:
        """
        Return proofs of an answer, or of each way in which a pattern is found; none if it is not.

        An answer found in several clauses has a proof for each, those of the first way first.
        """
        answers = [asked] if isinstance(asked, Match) else self.match(asked)
        proofs = (proof for answer in answers for way in answer.facts for proof in self._prover.premises(way))
        return list({(proof.claim, proof.how, proof.rule): proof for proof in proofs}.values())

    def _rows(self, pattern: Pattern) -> Iterable[dict[int, Term]]:
        plan = Plan(Body(pattern.atoms, pattern.apart), self._facts)
        places = plan.at.items()
        return ({slot: row[place] for slot, place in places} for row in plan.rows())

    def _match(
        self,
        unknowns: Mapping[str, int],
        key: tuple[Scene | str, ...],
        ways: list[tuple[Fact, ...]],
        pattern: Pattern,
    ) -> Match:
        supports: dict[str, set[int]] = {name: set() for name in unknowns}
        scenes: set[int] = set()
        for facts in ways:
            scenes |= self._prover.support(facts)
        for name, slot in unknowns.items():
            for atom, *of_ways in zip(pattern.atoms, *ways, strict=False):
                if slot in atom.slots:
                    supports[name] |= self._prover.support(of_ways)
        return Match(
            dict(zip(unknowns, key, strict=True)),
            {name: tuple(sorted(found)) for name, found in supports.items()},
            tuple(sorted(scenes)),
            tuple(ways),
        )

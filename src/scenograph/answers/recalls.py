"""What answering needs from a memory: the crystals that contain a question, and those that rules may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from scenograph.core.field import Rule
from scenograph.core.field.facts import CONCEPT
from scenograph.core.field.identity import by_name
from scenograph.core.field.pattern import Atom, Slots, whole
from scenograph.core.field.strata import leading_to, looked_for
from scenograph.core.links import Link
from scenograph.core.scene import Scene
from scenograph.errors import SceneError

if TYPE_CHECKING:
    from scenograph.memory import Hit

_FIRST, _MOST = 32, 4096  # crystals that `containing` asks for at first, and at most
_ROUNDS, _THINGS, _EACH, _PREMISES = 6, 64, 512, 1024  # bounds of `premises`


class Recalls(Protocol):
    """A memory, as `scenograph.memory.Memory` is one."""

    def recall(self, cue: Scene | str, k: int = ...) -> Sequence[Hit]:
        """The *k* crystals that resonate most with *cue*, best first."""
        ...


def containing(cue: Scene, memory: Recalls) -> Sequence[Hit]:
    """
    Return every crystal that contains *cue*, and perhaps others after them; at most 8,192.

    Crystals that contain the whole cue come first in a recall. If the last one does, too, there may be more,
    so four times as many are asked for.
    """
    count = _FIRST
    while True:
        hits = memory.recall(cue, count)
        if len(hits) < count or count >= _MOST or hits[-1].parts.get("unified", 0.0) < 1.0:
            return hits
        count *= 4


def premises(cue: Scene, memory: Recalls, rules: Iterable[Rule]) -> list[Hit]:
    """
    Return the crystals that *rules* may conclude an answer to *cue* from.

    They are about things that *cue* names, or about things that these crystals name, and so on. Each may hold
    a fact that a rule needs, and the rule may lead to an answer. If no rule does, there are none. The bounds
    are 6 rounds, 64 things, 512 crystals about each and 1,024 in all.
    """
    leading = leading_to(rules, whole(cue, Slots()).atoms)
    needed = [atom for rule in leading for atom in looked_for(rule)]
    if not leading:
        return []
    found: dict[int, Hit] = {}
    things = dict.fromkeys([*_named(cue)] or [cue])
    waiting = list(things)
    for _ in range(_ROUNDS):
        here, waiting = waiting, []
        for thing in here:
            for hit in memory.recall(thing, _EACH):
                is_about = thing is cue or hit.parts.get("unified", 0.0) == 1.0
                if hit.id in found or not is_about or not _may_hold(hit.scene, needed):
                    continue
                if len(found) == _PREMISES:
                    return list(found.values())
                found[hit.id] = hit
                for other in _named(hit.scene):
                    if other not in things and len(things) < _THINGS:
                        things[other] = None
                        waiting.append(other)
    return list(found.values())


def _may_hold(scene: Scene, needed: Iterable[Atom]) -> bool:
    """Return whether *scene* may hold one of the facts *needed*, and a field takes it."""
    roles = {link.role for link in scene.links}
    may = any(
        atom.target in scene.concepts
        if atom.role == CONCEPT and isinstance(atom.target, str)
        else atom.role in (*roles, CONCEPT) and (atom.concept is None or atom.concept in scene.concepts)
        for atom in needed
    )
    return may and not scene.unknowns and _is_well_named(scene)


def _named(scene: Scene) -> Iterator[Scene]:
    """Yield `(concept :name "…")` for each node of *scene* that has one name."""
    for node, concept in enumerate(scene.concepts):
        names = [target for target in scene.targets(":name", node) if isinstance(target, str)]
        if len(names) == 1 and not names[0].startswith("?"):
            yield Scene.build([concept], [Link(0, ":name", names[0])])


def _is_well_named(scene: Scene) -> bool:
    """Return whether no node of *scene* has two names; a field takes only such scenes."""
    try:
        for node in range(len(scene.concepts)):
            by_name(scene, node)
    except SceneError:
        return False
    return True

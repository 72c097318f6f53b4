"""
Links from pronouns to what they mean.

    A fire destroyed the old cinema. Its owner wants to rebuild it.

    (w / want :agent (o / owner :poss (i / it :referent (c / cinema :mod (o2 / old)))) …)

The pronoun stays, so that the sentence can be said again. What was mentioned in another sentence is described
once more beside it: its name, or its noun with what describes that. A link that is less than `SURE` is an
unsure one. What else a pronoun may mean is linked to as a candidate. That says nothing by itself, but a
question that takes something for granted can say which it is (`scenograph.answers.comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from scenograph.core.links import Link, quote
from scenograph.core.scene import Scene
from scenograph.coreference.mentions import CANDIDATE, PRONOUNS, REFERENT
from scenograph.coreference.resolver import Resolver
from scenograph.coreference.things import Reference, Thing
from scenograph.readers.unsure import LEAST_KEPT, UNSURE, is_unsure

SURE: Final = 0.8
"""
The least probability of a sure link. On documents of GUM that the weights had not seen, 90 of 100 such links
were right, and 74 of 100 that have at least .5 (docs/measurements-log.md).
"""

_DESCRIBING: Final = frozenset({":name", ":mod", ":of", ":poss", ":number", ":quant", ":same"})
_DEEP: Final = 2
_UNSURE_REFERENT: Final = UNSURE + REFERENT[1:]
_UNSURE_CANDIDATE: Final = UNSURE + CANDIDATE[1:]
_LINKS: Final = frozenset({REFERENT, _UNSURE_REFERENT, _UNSURE_CANDIDATE})
"""All roles that `linked` adds."""


def linked(scene: Scene, references: Sequence[Reference], *, candidates: bool = True) -> Scene:
    """
    Return *scene* with links from its pronouns to what they mean, where that is probable enough.

    Args:
        candidates: whether to add what else they may mean
    """
    concepts = list(scene.concepts)
    links: list[tuple[int, str, int | str]] = list(scene.triples)
    copied: dict[int, int] = {}

    def copy(thing: Thing) -> int:
        at = copied.get(id(thing))
        if at is None:
            at = copied[id(thing)] = _describe(thing.scene, thing.node, concepts, links, _DEEP)
            if thing.name and not any(link[:2] == (at, ":name") for link in links):
                links.append((at, ":name", quote(thing.name)))  # «They called it Biscuit»
            if thing.owner is not None:
                owner = thing.owner
                links.append((at, ":poss", _describe(owner.scene, owner.node, concepts, links, 0)))
        return at

    for reference in references:
        pronoun, thing, here, _, others = reference
        if role := _role(scene, reference):
            links.append((pronoun, role, copy(thing) if here is None else here))
        if candidates and role != REFERENT and not scene.targets(":same", pronoun):
            links += [
                (pronoun, _UNSURE_CANDIDATE, copy(other) if place is None else place)
                for other, place in others
            ]
    return Scene.build(concepts, links)


def joined(scenes: Sequence[Scene]) -> list[tuple[int, int, str, int, int]]:
    """
    Return the links between sentences of one text, which are joined by `and`.

    Returns:
        For each: the number of a scene and its pronoun, the role, the number of a scene and the node it means
    """
    resolver = Resolver()
    found: list[tuple[int, int, str, int, int]] = []
    numbers: dict[int, int] = {}  # of scenes; the resolver does not count those that mention nothing
    for number, scene in enumerate(scenes):
        references = resolver.read(scene)
        numbers.setdefault(resolver.sentence, number)
        for reference in references:
            if role := _role(scene, reference):
                sentence, node = reference.thing.noun
                found.append((number, reference.pronoun, role, numbers[sentence], node))
    return found


def _role(scene: Scene, reference: Reference) -> str:
    """Return the role of a link; empty if it is too improbable, or the scene says itself what is meant."""
    if reference.probability < LEAST_KEPT or scene.targets(":same", reference.pronoun):
        return ""
    return REFERENT if reference.probability >= SURE else _UNSURE_REFERENT


def parted(scene: Scene) -> tuple[Scene, dict[int, list[Scene]]]:
    """
    Return *scene* as its sentence says it, and what each pronoun in it may be: candidates by its node.

        >>> scene, found = parted(Scene.parse('(b / build :object (i / it :candidate (t / tower)))'))
        >>> print(scene.format(indent=None), found[1][0].format(indent=None))
        (b / build :object (i / it)) (t / tower)
    """
    candidates = [it for it in scene.links if it.role == CANDIDATE]
    if not candidates:
        return scene, {}
    links = [it for it in scene.links if it.role != CANDIDATE]
    forth: dict[int, list[int]] = {}
    back: dict[int, list[int]] = {}
    for source, _, target in links:
        if isinstance(target, int):
            forth.setdefault(source, []).append(target)
            back.setdefault(target, []).append(source)
    own = sorted(_reached([0], forth, back))
    found: dict[int, list[Scene]] = {}
    for pronoun, _, thing in candidates:
        if pronoun in own and isinstance(thing, int):
            parts = _reached([thing], forth)
            found.setdefault(own.index(pronoun), []).append(_of_nodes(scene, parts, links))
    return _of_nodes(scene, own, links), found


def _reached(nodes: list[int], *ways: Mapping[int, Sequence[int]]) -> list[int]:
    """Return *nodes* and what *ways* lead to from them."""
    for node in nodes:
        nodes += [
            it for it in dict.fromkeys(it for way in ways for it in way.get(node, ())) if it not in nodes
        ]
    return nodes


def _of_nodes(scene: Scene, nodes: Sequence[int], links: Sequence[Link]) -> Scene:
    """Return the scene of some *nodes* with those of *links* that leave them; the first is the root."""
    place = {node: number for number, node in enumerate(nodes)}
    return Scene.build(
        [scene.concepts[node] for node in nodes],
        [
            (place[source], role, place[target] if isinstance(target, int) else target)
            for source, role, target in links
            if source in place
        ],
    )


def without_references(scene: Scene) -> Scene:
    """Return *scene* without the links that `linked` adds, and what only they hold: undoes `linked`."""
    gone = [link for link in scene.links if link.role in _LINKS]
    return scene.without_links(gone) if gone else scene


def _describe(
    scene: Scene, node: int, concepts: list[str], links: list[tuple[int, str, int | str]], deep: int
) -> int:
    """Copy *node* with what describes it to *concepts* and *links*; return its new number."""
    at = len(concepts)
    concepts.append(scene.concepts[node])
    for source, role, target in scene.links:  # «the guided tour»
        if target == node and role in (":agent", ":object") and len(scene.out(source)) == 1 and deep:
            links.append((len(concepts), role, at))
            concepts.append(scene.concepts[source])
    for link in scene.out(node):
        is_kept = link.role in _DESCRIBING or link.role[:3] == ":op"
        if is_unsure(link.role) or not is_kept:
            continue
        if isinstance(link.target, str):
            links.append((at, link.role, link.target))
        elif deep and scene.concepts[link.target] not in PRONOUNS and link.target != node:
            links.append((at, link.role, _describe(scene, link.target, concepts, links, deep - 1)))
    return at

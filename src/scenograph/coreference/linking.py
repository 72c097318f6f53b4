"""
Links from pronouns to what they mean.

    A fire destroyed the old cinema. Its owner wants to rebuild it.

    (w / want :agent (o / owner :poss (i / it :referent (c / cinema :mod (o2 / old)))) …)

The pronoun stays, so that the sentence can be said again. What was mentioned in another sentence is described
once more beside it: its name, or its noun with what describes that. A link that is less than `SURE` is an
unsure one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scenograph.core.links import Link, quote
from scenograph.core.scene import Scene
from scenograph.coreference.mentions import PRONOUNS, REFERENT
from scenograph.coreference.resolver import Reference, Resolver
from scenograph.readers.unsure import LEAST_KEPT, UNSURE, is_unsure

SURE: Final = 0.8
"""
The least probability of a sure link. On documents of GUM that the weights had not seen, 90 of 100 such links
were right, and 74 of 100 that have at least .5 (docs/measurements-log.md).
"""

_DESCRIBING: Final = frozenset({":name", ":mod", ":of", ":poss", ":number", ":quant", ":same"})
_DEEP: Final = 2
_UNSURE_REFERENT: Final = UNSURE + REFERENT[1:]


def linked(scene: Scene, references: Sequence[Reference]) -> Scene:
    """Return *scene* with links from its pronouns to what they mean, where that is probable enough."""
    concepts = list(scene.concepts)
    links: list[tuple[int, str, int | str]] = list(scene.triples)
    copied: dict[int, int] = {}
    for reference in references:
        pronoun, thing, here, _ = reference
        role = _role(scene, reference)
        if not role:
            continue
        if here is not None:
            links.append((pronoun, role, here))
            continue
        at = copied.get(id(thing))
        if at is None:
            at = copied[id(thing)] = _describe(thing.scene, thing.node, concepts, links, _DEEP)
            if thing.name and not any(link[:2] == (at, ":name") for link in links):
                links.append((at, ":name", quote(thing.name)))  # «They called it Biscuit»
            if thing.owner is not None:
                owner = thing.owner
                links.append((at, ":poss", _describe(owner.scene, owner.node, concepts, links, 0)))
        links.append((pronoun, role, at))
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


def without_references(scene: Scene) -> Scene:
    """Return *scene* without the links that `linked` adds, and what only they hold: undoes `linked`."""
    gone = [link for link in scene.links if link.role in (REFERENT, _UNSURE_REFERENT)]
    return scene.without_links(gone) if gone else scene


def _describes(scene: Scene, link: Link) -> bool:
    """Whether a link leads to a participle before a noun: «the guided tour»."""
    return (
        link.role in (":object-of", ":agent-of")
        and isinstance(link.target, int)
        and not any(scene.out(link.target))
    )


def _describe(
    scene: Scene, node: int, concepts: list[str], links: list[tuple[int, str, int | str]], deep: int
) -> int:
    """Copy *node* with what describes it to *concepts* and *links*; return its new number."""
    at = len(concepts)
    concepts.append(scene.concepts[node])
    for link in scene.out(node):
        is_kept = link.role in _DESCRIBING or link.role[:3] == ":op" or _describes(scene, link)
        if is_unsure(link.role) or not is_kept:
            continue
        if isinstance(link.target, str):
            links.append((at, link.role, link.target))
        elif deep and scene.concepts[link.target] not in PRONOUNS and link.target != node:
            links.append((at, link.role, _describe(scene, link.target, concepts, links, deep - 1)))
    return at

"""
Identity: which nodes of different scenes are one thing.

Two mentions are one thing if they have the same *name* and compatible *types*, and for no other reason::

    (b / build :agent (p / person :name "Oleg"))        mention (0, 1)   person "Oleg"
    (s / sleep :agent (q / person :name "Oleg"))        mention (1, 1)   person "Oleg": the same
    (l / like  :object (d / dog :name "Oleg"))          mention (2, 1)   dog "Oleg": another

Nothing is guessed. Equal descriptions (*the old bridge*, twice) do not make two things one. A scene that has
two persons called Oleg holds them apart, so neither is known to be the Oleg of another scene: both stay
alone. Types are compatible if they are equal, or if one is stated to be a *kind* of the other (`{"doctor":
"person"}`), and all types that go by one name must be so in pairs: where *Oleg* is a doctor here, an
engineer there and a person elsewhere, that person could be either, and only equal types are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, TypeAlias, final

from ...errors import SceneError
from ..links import unquote
from ..scene import Scene


class Mention(NamedTuple):
    """A node of one of a field's scenes: the scene's number in the field, the node's in the scene."""

    scene: int
    node: int


class Identity(NamedTuple):
    """
    What a mention goes by.

    Attributes:
        name: the words of its name
        type: its concept; empty where the concept is the name
    """

    name: tuple[str, ...]
    type: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.type, f'"{" ".join(self.name)}"')))


Identify: TypeAlias = Callable[[Scene, int], Identity | None]
"""Says what a node of a scene goes by; None for a node without a name."""


def by_name(scene: Scene, node: int) -> Identity | None:
    """
    Identify a node by its `:name`: a constant, or AMR's `(n / name :op1 "Little" :op2 "Prince")`.

    A node whose concept is a quoted string goes by that.

    Raises:
        SceneError: if the node has two different names
    """
    found = dict.fromkeys(filter(None, (_words(scene, target) for target in scene.targets(":name", node))))
    concept = scene.concepts[node]
    if len(found) > 1:
        one, other, *_ = (" ".join(words) for words in found)
        raise SceneError(
            f"a {concept} has two names, {one!r} and {other!r}: give each thing one name, or two nodes"
        )
    if found:
        return Identity(next(iter(found)), concept)
    return Identity((unquote(concept),), "") if concept.startswith('"') else None


def by_concept(scene: Scene, node: int) -> Identity | None:
    """Identify a node by its concept: for scenes made of triples, where concepts name things."""
    return Identity((unquote(scene.concepts[node]),), "")


def _words(scene: Scene, target: int | str) -> tuple[str, ...]:
    """Return the words of a name, of which a constant is one."""
    if isinstance(target, str):
        return (unquote(target),)
    parts = [
        (len(link.role), link.role, unquote(link.target))  # :op2 before :op10
        for link in scene.out(target)
        if isinstance(link.target, str) and link.role.startswith(":op")
    ]
    return tuple(text for _, _, text in sorted(parts))


@final
@dataclass(frozen=True, slots=True)
class Merge:
    """
    Mentions that are taken for one thing, and why.

    Attributes:
        mentions: the mentions, in the order of their scenes
        name: the name that they share
        types: their types, each as often as it is mentioned
    """

    mentions: tuple[Mention, ...]
    name: str
    types: tuple[str, ...]

    def __str__(self) -> str:
        places = ", ".join(f"scene {mention.scene} node {mention.node}" for mention in self.mentions)
        distinct = [kind for kind in dict.fromkeys(self.types) if kind]
        types = f" and the type {' = '.join(distinct)}" if distinct else ""
        return f'{places} are one thing: they share the name "{self.name}"{types}'


def merges(
    scenes: Sequence[Scene],
    identify: Identify = by_name,
    kinds: Mapping[str, str] | None = None,
) -> list[Merge]:
    """
    Return the things that *scenes* mention more than once.

    Args:
        scenes: the scenes, whose order does not matter but for the numbers in mentions
        identify: what a node goes by
        kinds: type → the broader type that it is a kind of
    """
    by_words: dict[tuple[str, ...], dict[str, list[Mention]]] = {}
    for number, scene in enumerate(scenes):
        for identity, node in _unambiguous(scene, identify):
            by_words.setdefault(identity.name, {}).setdefault(identity.type, []).append(Mention(number, node))
    found: list[Merge] = []
    for words, by_type in by_words.items():
        for types in _compatible(by_type, kinds or {}):
            mentions = sorted((mention, kind) for kind in types for mention in by_type[kind])
            if len(mentions) > 1:
                places, sorts = zip(*mentions, strict=True)
                found.append(Merge(places, " ".join(words), sorts))
    return found


def _unambiguous(scene: Scene, identify: Identify) -> Iterable[tuple[Identity, int]]:
    """Yield the nodes that go by something that nothing else in the scene goes by."""
    found: dict[Identity, list[int]] = {}
    for node in range(len(scene.concepts)):
        if identity := identify(scene, node):
            found.setdefault(identity, []).append(node)
    for identity, nodes in found.items():
        if len(nodes) == 1:
            yield identity, nodes[0]


def _compatible(by_type: Mapping[str, Sequence[Mention]], kinds: Mapping[str, str]) -> list[Sequence[str]]:
    """Return all types in one group if they are compatible and never meet in one scene, else each alone."""
    types = list(by_type)
    scenes = [mention.scene for mentions in by_type.values() for mention in mentions]
    if len(set(scenes)) == len(scenes) and all(
        one in _broader(other, kinds) or other in _broader(one, kinds)
        for one, other in combinations(types, 2)
    ):
        return [types]
    return [[kind] for kind in types]


def _broader(kind: str, kinds: Mapping[str, str]) -> dict[str, None]:
    """Return *kind* and all that it is a kind of."""
    found = {kind: None}
    while (kind := kinds.get(kind, kind)) not in found:
        found[kind] = None
    return found

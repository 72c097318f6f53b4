"""
Unsure links: what the reader proposed and was not sure of, kept in the scene with a mark.

    (w / work :agent (e / entity :name "Maria") :unsure-in (e2 / entity :name "Berlin"))

The reader found «in Berlin», with a probability under one half. A memory keeps the link, so that a question
that nothing sure answers can be answered with «probably». Nobody takes it for certain: its role is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.readers.roles import TURNING, TURNING_ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scenograph.core.links import Link
    from scenograph.readers.reading import Reading

UNSURE: Final = ":unsure-"
"""How the role of an unsure link begins."""

_OF: Final = ":unsure-of-what"
"""The role of an unsure `:of`: `:unsure-of` would be `:unsure`, read backwards."""
_OLD_OF: Final = ":unsure"
"""What that was in memories before 30 November 2026: the link leads the other way."""

LEAST_LINK: Final = 0.5
"""A link is sure if it is at least as probable."""

LEAST_KEPT: Final = 0.25
"""Links that are less probable are not kept."""

_JOINING: Final = frozenset({"and", "or", "but"})


def is_unsure(role: str) -> bool:
    """Return whether *role* is that of an unsure link."""
    return role.startswith(UNSURE) or role == _OLD_OF


def _marked(role: str) -> str:
    """Return the role of a link of *role* that is unsure."""
    return _OF if role == ":of" else UNSURE + role[1:]


def kept(reading: Reading) -> Scene | None:
    """
    Return the scene of *reading* with its unsure links, marked so; None if it was not read.

    Law: `sure_part(kept(reading)) == reading.scene`.
    """
    draft, scene = reading.draft, reading.scene
    if scene is None or draft is None or len(reading.links) != len(draft.links) + 1:
        return scene  # read as a whole, or not at all
    chances = [read.probability for read in reading.links[1:]]
    unsure = [
        not read.is_sure and read.probability < LEAST_LINK and not is_essential(draft, link)
        for link, read in zip(draft.links, reading.links[1:], strict=True)
    ]
    marked = Scene.build(
        draft.concepts,
        [
            (link.source, _marked(link.role) if is_marked else link.role, link.target)
            for link, is_marked in zip(draft.links, unsure, strict=True)
        ],
    )
    return _part(
        marked,
        [not is_marked or chance >= LEAST_KEPT for is_marked, chance in zip(unsure, chances, strict=True)],
    )


def is_essential(scene: Scene, link: Link) -> bool:
    """
    Return whether a node is nothing, or something else, without *link*, however sure it is.

    That is the name of an entity, what is denied, asked or joined, and words that turn what is said: without
    «less» in it, «drink less coffee» would be advice to drink coffee.
    """
    concept = scene.concepts[link.source]
    return (
        link.role == ":name"
        or concept in ("not", "whether")
        or (concept in _JOINING and link.role[:3] == ":op")
        or turns(scene, link)
    )


def turns(scene: Scene, link: Link) -> bool:
    """
    Return whether *link* turns or limits what its source says: «less», «hardly», «only», «maybe», «if …».

    How many there are, and whether something must or may be, belongs to it.
    """
    target = link.target if isinstance(link.target, str) else scene.concepts[link.target]
    return link.role in TURNING_ROLES or unquote(target).lower() in TURNING


def sure_part(scene: Scene) -> Scene:
    """Return *scene* without its unsure links, and without what only they connected."""
    return _part(scene, [not is_unsure(link.role) for link in scene.links])


def hanging_together(scene: Scene, kept: Sequence[bool]) -> list[bool]:
    """
    Return for each link of *scene* whether it is *kept*, and links that are kept lead from the root to it.

    A clause that hangs on another is not reached by a subject that both share: unless it is sure that Anna
    says that she comes, «Anna, who comes» is not sure either.
    """
    forth: dict[int, list[int]] = {}
    back: dict[int, list[int]] = {}
    for (source, _, target), is_kept in zip(scene.links, kept, strict=True):
        if is_kept and isinstance(target, int):
            forth.setdefault(source, []).append(target)
            back.setdefault(target, []).append(source)
    loose = [link.target for link, it in zip(scene.links, kept, strict=True) if not it]
    hanging = _reached([it for it in loose if isinstance(it, int)], lambda node: forth.get(node, ()))
    reached = _reached(
        [0], lambda node: [*forth.get(node, ()), *(it for it in back.get(node, ()) if it not in hanging)]
    )
    return [is_kept and link.source in reached for link, is_kept in zip(scene.links, kept, strict=True)]


def _reached(starts: Sequence[int], beside: Callable[[int], Iterable[int]]) -> set[int]:
    """Return *starts*, and all that is *beside* them, step by step."""
    found, waiting = set(starts), list(starts)
    for node in waiting:
        new = set(beside(node)) - found
        found |= new
        waiting += new
    return found


def _part(scene: Scene, kept: Sequence[bool]) -> Scene:
    if all(kept):
        return scene
    hang = hanging_together(scene, kept)
    return scene.without_links([link for link, it in zip(scene.links, hang, strict=True) if not it])


def whole(scene: Scene) -> Scene:
    """Return *scene* as if all its links were sure."""
    links: list[tuple[int, str, int | str]] = []
    for source, role, target in scene.triples:
        if role == _OLD_OF and isinstance(target, int):
            links.append((target, ":of", source))
        elif role == _OF:
            links.append((source, ":of", target))
        else:
            links.append(
                (source, f":{role.removeprefix(UNSURE)}" if role.startswith(UNSURE) else role, target)
            )
    return Scene.build(scene.concepts, links)

"""Parts of scenes: what is left when links are masked, and a part that fits one scene alone."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Final

from scenograph.core import Scene

MASK: Final = "_"
_SHARE: Final = 0.3  # of the links that may be masked


def mask_links(scene: Scene, rng: random.Random) -> Scene:
    """
    Return *scene* with some links leading to a mask `_` instead: at least one, at most three of ten.

    What only a masked link led to is gone. A link is never masked if its own source would go with it.
    """
    for _ in range(max(1, round(_SHARE * len(scene.links) * rng.random()))):
        scene = _mask_one(scene, rng)
    return scene


def _mask_one(scene: Scene, rng: random.Random) -> Scene:
    """Return *scene* with one more link masked; the same scene if no link can be."""
    masks, fresh = scene.concepts.count(MASK), len(scene.concepts)
    for link in rng.sample(scene.links, len(scene.links)):
        if isinstance(link.target, int) and scene.concepts[link.target] == MASK:
            continue
        links = (*scene.links, (link.source, link.role, fresh))
        masked = Scene.build((*scene.concepts, MASK), links).without_links([link])
        if masked.concepts.count(MASK) > masks:
            return masked
    return scene


def part_of(scene: Scene, others: Iterable[Scene], rng: random.Random) -> Scene | None:
    """
    Return a part of *scene* that fits none of *others*: its root with some of the root's links.

    Returns:
        The part, or None if the root has one link only or every part that was tried fits another scene too.
    """
    links = list(scene.out())
    candidates = [(other.root_concept, _root_links(other)) for other in others]
    for _ in range(4):
        if len(links) < 2:
            return None
        part = scene.without_links(rng.sample(links, rng.randint(1, len(links) - 1)))
        wanted = _root_links(part)
        if not any(root == part.root_concept and wanted <= found for root, found in candidates):
            return part
    return None


def _root_links(scene: Scene) -> frozenset[tuple[str, str | bytes]]:
    """Return the roles of the root of *scene*, each with all that it leads to."""
    return frozenset(
        (role, scene.sub(target).form if isinstance(target, int) else target)
        for _, role, target in scene.out()
    )

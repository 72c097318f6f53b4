"""
Nothing: what is not done to anything is done to nothing.

    Kate didn't buy anything.       not (buy :object anything)  →  buy :object nothing
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scenograph.answers.families import CORE
from scenograph.core.scene import Scene

_NONE: Final[Mapping[str, str]] = {"anything": "nothing", "anyone": "nobody", "anybody": "nobody"}


def with_nothing(scene: Scene) -> Scene:
    """
    Return *scene* with «nothing» and «nobody» for «not … anything» and «not … anybody».

        >>> print(with_nothing(Scene.parse("(n / not :op1 (b / buy :object (a / anything)))")).format(None))
        (b / buy :object (n / nothing))
    """
    concepts = list(scene.concepts)
    means: dict[int, int] = {}
    for node, concept in enumerate(scene.concepts):
        inner = [link.target for link in scene.out(node)]
        if concept != "not" or len(inner) != 1 or not isinstance(inner[0], int):
            continue
        found = [
            link.target
            for link in scene.out(inner[0])
            if link.role in CORE and isinstance(link.target, int) and concepts[link.target] in _NONE
        ]
        if len(found) == 1 and not means:
            concepts[found[0]] = _NONE[concepts[found[0]]]
            means[node] = inner[0]
    if not means:
        return scene
    links = [
        (source, role, means.get(target, target) if isinstance(target, int) else target)
        for source, role, target in scene.triples
        if source not in means
    ]
    root = means.get(0, 0)
    order = [root, *(node for node in range(len(concepts)) if node != root and node not in means)]
    place = {node: number for number, node in enumerate(order)}
    return Scene.build(
        [concepts[node] for node in order],
        [(place[s], role, place[t] if isinstance(t, int) else t) for s, role, t in links],
    )

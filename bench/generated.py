"""
Scenes for memories of any size: kinds of scenes with their own roles, whose entities are more or less common.

The bundled world takes 0.4 ms for a scene; these take a few microseconds, are all different, and share names
as real ones do: few of a kind's entities are met often, most of them seldom.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from scenograph.core import Scene

_KINDS, _ROLES, _ENTITIES = 200, 80, 60_000
_SPANS = (50, 200, 1_000, 5_000, 20_000, 60_000)  # how many entities each of a kind's six roles draws from


def generated(count: int, seed: int = 0) -> Iterator[Scene]:
    """*count* different scenes of one to five links, drawn from *seed*."""
    fixed = random.Random("generated scenes")
    words = [
        "".join(fixed.choice("bdfghklmnprstvz") + fixed.choice("aeiou") for _ in range(fixed.randint(2, 4)))
        for _ in range(8_000)
    ]
    names = [
        "_".join(fixed.choice(words).capitalize() for _ in range(fixed.randint(1, 3)))
        for _ in range(_ENTITIES)
    ]
    roles = [fixed.sample(range(_ROLES), len(_SPANS)) for _ in range(_KINDS)]
    firsts = [[fixed.randrange(_ENTITIES) for _ in _SPANS] for _ in range(_KINDS)]
    rng = random.Random(seed)
    seen: set[tuple[object, ...]] = set()
    while len(seen) < count:
        kind = int(_KINDS * rng.random() ** 1.7)
        concepts = [f"kind{kind}"]
        links: list[tuple[int, str, int | str]] = []
        told: list[tuple[int, str]] = []
        for place in sorted(rng.sample(range(len(_SPANS)), rng.randint(1, 5))):
            name = names[(firsts[kind][place] + int(_SPANS[place] * rng.random() ** 2)) % _ENTITIES]
            told.append((place, name))
            if place % 2:
                links.append((0, f":role{roles[kind][place]}", name))
            else:
                links.append((0, f":role{roles[kind][place]}", len(concepts)))
                concepts.append(name)
        if (key := (kind, *told)) not in seen:
            seen.add(key)
            yield Scene.build(concepts, links)

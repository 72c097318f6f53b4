"""
Retention of dense scenes: how long the alignment takes, what it finds, and what it leaves open.

    python bench/dense.py [--repeat N] [--seed N]

Scenes are drawn with some number of nodes, links, roles and concepts; each is aligned with a damaged copy (a
fifth of the concepts and a tenth of the links changed, a tenth gone) and with another drawing. Each time is
the best of N, in processor time, from scenes that nothing was computed of before.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from random import Random

from scenograph.core import Scene
from scenograph.core.retention import align

SIZES = ((100, 300), (100, 1000), (100, 4000), (1000, 3000), (1000, 10_000))
LOOKS = ((1, 1), (5, 33), (40, 1), (40, 33))  # roles and concepts


def drawn(nodes: int, links: int, roles: int, concepts: int, random: Random) -> Scene:
    """Return a scene whose first links make a tree, with the others anywhere."""
    made = [(random.randrange(node), f":r{random.randrange(roles)}", node) for node in range(1, nodes)]
    made += [
        (random.randrange(nodes), f":r{random.randrange(roles)}", random.randrange(nodes))
        for _ in range(links - len(made))
    ]
    return Scene.build([f"c{random.randrange(concepts)}" for _ in range(nodes)], made)


def damaged(scene: Scene, random: Random) -> Scene:
    """Return *scene* with a fifth of its concepts and a tenth of its links changed, and a tenth gone."""
    nodes = len(scene.concepts)
    tree, rest = scene.links[: nodes - 1], scene.links[nodes - 1 :]
    kept = [link for link in rest if random.random() > 0.1]
    moved = [
        link._replace(target=random.randrange(nodes)) if random.random() < 0.1 else link for link in kept
    ]
    names = [name if random.random() > 0.2 else "thing" for name in scene.concepts]
    return Scene.build(names, [*tree, *moved])


def pairs(seed: int) -> Iterator[tuple[str, Scene, Scene]]:
    """Yield pairs of scenes, each with a line that says what they are."""
    for nodes, links in SIZES:
        for roles, concepts in LOOKS:
            random = Random(seed)
            scene = drawn(nodes, links, roles, concepts, random)
            name = f"{nodes:5} nodes {links:6} links {roles:3} roles {concepts:3} concepts"
            yield f"{name}  damaged copy", scene, damaged(scene, random)
            yield f"{name}  another one ", scene, drawn(nodes, links, roles, concepts, random)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3, help="rounds of each measurement")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn")
    options = parser.parse_args()
    worst: dict[int, float] = {}
    for name, one, other in pairs(options.seed):
        best = float("inf")
        for _ in range(options.repeat):
            fresh = [Scene.build(scene.concepts, scene.links) for scene in (one, other)]
            began = time.process_time()
            found = align(*fresh)
            best = min(best, time.process_time() - began)
        worst[len(one.concepts)] = max(best, worst.get(len(one.concepts), 0.0))
        print(
            f"{name}  {best * 1e3:6.1f} ms  retention {found.retention:.3f}, "
            f"at most {found.upper_bound:.3f}, {found.steps} steps",
            flush=True,
        )
    for nodes, seconds in worst.items():
        print(f"worst of {nodes} nodes: {seconds * 1e3:.1f} ms")


if __name__ == "__main__":
    main()

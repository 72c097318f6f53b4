"""
Clusters: similar crystals, and what the crystals of each have in common.

Vectors are grouped by spherical k-means. Three things say what a cluster is about: its *archetype*, the
pattern that the crystals near its centre of the commonest shape share (their least general generalisation);
the *lexeme* that most of these are compressed with; and its *telling* symbols, which are much more frequent
in it than elsewhere.
"""

from __future__ import annotations

import base64
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenograph.core.lexicon import Lexicon
from scenograph.core.lexicon.generalise import generalise
from scenograph.core.scene import Scene
from scenograph.memory.index.vectors import Vectors
from scenograph.memory.store.learned import Learned
from scenograph.memory.symbols import symbols_of

_MOST = 48  # clusters: as many as a person may want to look at
_NEAREST = 48  # crystals of a cluster that its archetype and lexeme are made from
_TELLING = 4  # telling symbols of a cluster
_LEAST_SHARE = 0.2  # of the crystals of a cluster that have a telling symbol


@dataclass(frozen=True, slots=True)
class Cluster:
    """
    Similar crystals.

    Attributes:
        size: how many of those that were clustered
        archetype: what the nearest ones of the commonest shape share, with holes for the rest
        lexeme: the one that most of the nearest are compressed with, if any
        telling: the symbols that distinguish it from the others, the strongest first
        centre: float32, shape (1024,), of unit length
    """

    size: int
    archetype: Scene
    lexeme: str | None
    telling: tuple[str, ...]
    centre: NDArray[np.float32]


def cluster(
    scenes: Sequence[Scene], vectors: Vectors, lexicon: Lexicon, *, seed: int = 0
) -> tuple[list[Cluster], NDArray[np.int64]]:
    """
    Group *scenes*, each with its vector, into clusters.

    Args:
        scenes, vectors: each scene with its vector
        lexicon: its lexemes name clusters
        seed: of the first centres; the same scenes and seed give the same clusters
    Returns:
        the clusters, the largest first, none of them empty; and the number of each scene's cluster
    """
    if not scenes:
        return [], np.zeros(0, np.int64)
    centres = _centres(vectors, seed)
    nearest = np.asarray((vectors @ centres.T).argmax(axis=1), np.int64)
    numbers, sizes = np.unique(nearest, return_counts=True)
    order = numbers[np.argsort(-sizes, kind="stable")]
    places = np.empty(len(centres), np.int64)
    places[order] = np.arange(len(order))
    of_scene = places[nearest]
    everywhere = Counter(symbol for scene in scenes for symbol in symbols_of(scene))
    made: list[Cluster] = []
    for place, number in enumerate(order):
        members = np.flatnonzero(of_scene == place)
        centre = centres[number]
        central = members[np.argsort(-(vectors[members] @ centre), kind="stable")][:_NEAREST]
        near = [scenes[int(member)].canonical() for member in central]
        inside = Counter(symbol for member in members for symbol in symbols_of(scenes[int(member)]))
        telling = _telling(inside, len(members), everywhere, len(scenes))
        made.append(Cluster(len(members), _archetype(near), _lexeme(near, lexicon), telling, centre))
    return made, of_scene


def _centres(vectors: Vectors, seed: int) -> NDArray[np.float32]:
    """The centres of as many clusters as suit the number of *vectors*: half of its square root."""
    import faiss

    count = max(1, min(_MOST, round(math.sqrt(len(vectors)) / 2)))
    # faiss leaves its classes untyped, and warns on stderr where a cluster has few points: they may be few.
    means: Any = faiss.Kmeans(
        vectors.shape[1], count, niter=25, seed=seed + 1, spherical=True, min_points_per_centroid=1
    )
    means.train(np.ascontiguousarray(vectors, np.float32))
    return np.asarray(means.centroids, np.float32)


def _archetype(scenes: Sequence[Scene]) -> Scene:
    """What the scenes of the commonest shape share: those whose roots link along the same roles."""
    shapes: dict[tuple[str, ...], list[Scene]] = {}
    for scene in scenes:
        shapes.setdefault(tuple(sorted({link.role for link in scene.out()})), []).append(scene)
    return reduce(generalise, max(shapes.values(), key=len))


def _lexeme(scenes: Sequence[Scene], lexicon: Lexicon) -> str | None:
    used = Counter(
        name for scene in scenes for name in set(lexicon.compress(scene).concepts) & lexicon.keys()
    )
    return min(used, key=lambda name: (-used[name], name), default=None)


def _telling(
    inside: Mapping[str, int], size: int, everywhere: Mapping[str, int], count: int
) -> tuple[str, ...]:
    """The symbols that say most about being in the cluster, of those that many of its crystals have."""

    def information(symbol: str) -> float:
        share = inside[symbol] / size
        return share * math.log(share * count / everywhere[symbol])

    found = [s for s in inside if inside[s] >= _LEAST_SHARE * size and information(s) > 0]
    return tuple(sorted(found, key=lambda symbol: (-information(symbol), symbol))[:_TELLING])


def keep_clusters(learned: Learned, clusters: Sequence[Cluster]) -> None:
    """Store *clusters* instead of earlier ones; forgetting something that they name drops them."""
    rows = [
        {
            "size": it.size,
            "archetype": it.archetype.format(indent=None),
            "lexeme": it.lexeme,
            "telling": it.telling,
            "symbols": symbols_of(it.archetype),
            "centre": base64.b64encode(it.centre.astype("<f2").tobytes()).decode(),
        }
        for it in clusters
    ]
    learned.put("clusters", json.dumps(rows, ensure_ascii=False).encode())


def kept_clusters(learned: Learned) -> list[Cluster]:
    """The clusters that are stored, the largest first."""
    rows = json.loads(learned.get("clusters") or b"[]")
    return [
        Cluster(
            row["size"],
            Scene.parse(row["archetype"]),
            row["lexeme"],
            tuple(row["telling"]),
            np.frombuffer(base64.b64decode(row["centre"]), "<f2").astype(np.float32),
        )
        for row in rows
    ]

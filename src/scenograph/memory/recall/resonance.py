"""
Resonance: how strongly a stored scene answers a cue, and what that is made of.

Parts, each from 0 to 1:

    unified      1 if every link and concept of the cue is found in the scene, unknowns matching anything
    structure    share of the cue's links and concepts found, under the best alignment of its nodes
    vector       similarity of the two as superposed role-filler bindings (`scenograph.memory.index.vectors`)
    association  share of the cue that the best chain of crystals it belongs to answers together, less what
                 each step of the chain costs (`scenograph.memory.recall.spreading`)
    symbols      share of the cue's symbols the scene has, rare ones counting more
    size         how well its number of links fits that of the cue
    text         BM25 of the words of its texts and symbols, as a share of the most there could be

A scene as cue is compared by all of these but the words, so that its resonance does not depend on the
language in which a scene was stated; a text as cue by its words, by the symbols that it names and by the
vectors of these. The weights are learned from the memory's own cues :

    resonance of a scene  =  (unified + weighted sum of the other parts) / 2
    resonance of a text   =  weighted sum of the parts

so that no scene that lacks a link of the cue ranks above one that has them all. Scenes that have them all and
scenes that have only some are weighed by different weights, since the first do not differ in structure.

There is a profile for each kind of cue, since they are answered by different things: a *question* has
unknowns, so that its answer has about as many links as it has; a *part* has none, so that what it is a part
of is larger; a *text* has no links at all. Crystals that hold all of a question or part differ in other ways
than those that hold only some of it, which are distinguished by how much: each have weights of their own.

    >>> Weights.of_json(DEFAULT.to_json()) == DEFAULT
    True
    >>> round(float(DEFAULT.question.fuse(dict.fromkeys(SCENE_PARTS, 1.0))), 6)
    1.0
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.index.segment import Scores
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.store.learned import Learned

SCENE_PARTS = ("structure", "vector", "symbols", "size", "association")
"""The parts of the resonance of a scene with a scene, beside `unified`."""
TEXT_PARTS = ("text", "symbols", "vector", "association")
"""The parts of the resonance of a scene with a text."""

BUCKETS = 17
"""Entries of a table of sizes: links of the scene per link of the cue, each √2 times the one before."""
_KEPT = "weights"
_ABOUT = ":"  # what no symbol is; kept about nothing, weights would go with a forgotten symbol like `text`
_EQUAL = 4  # the entry of a scene of as many links as the cue


@dataclass(frozen=True, slots=True)
class Profile:
    """
    How resonance is put together for one kind of cue.

    Attributes:
        parts: the weight of each part; they add up to 1
        near: those for crystals that hold only some of a cue; none: the same
        sizes: how well a scene's number of links fits that of the cue, 0 to 1, by their ratio (`BUCKETS`)
    """

    parts: Mapping[str, float]
    sizes: tuple[float, ...] = (1.0,) * BUCKETS
    near: Mapping[str, float] = field(default_factory=dict[str, float])

    def fuse(self, parts: Mapping[str, Any]) -> Any:
        """
        The weighted sum of *parts*, numbers or arrays of 0 to 1; one that is absent counts as 0.

        The part `unified` is 1 for those that hold all of a cue; where it is absent, all are taken to.
        """
        held = sum(weight * parts.get(name, 0.0) for name, weight in self.parts.items())
        if self.near:
            near = sum(weight * parts.get(name, 0.0) for name, weight in self.near.items())
            held = np.where(np.equal(parts.get("unified", 1.0), 1.0), held, near)
        return np.minimum(held, 1.0)

    def weighs(self, part: str) -> bool:
        """Whether *part* has a weight."""
        return self.parts.get(part, 0.0) > 0 or self.near.get(part, 0.0) > 0

    def fit(self, cue: int, sizes: NDArray[np.integer]) -> NDArray[np.float64]:
        """How well scenes of so many links fit a cue of *cue* links."""
        return np.array(self.sizes)[buckets(cue, sizes)]


@dataclass(frozen=True, slots=True)
class Weights:
    """A profile for each kind of cue."""

    question: Profile
    part: Profile
    text: Profile

    def to_json(self) -> bytes:
        """The weights as JSON; `of_json` undoes it."""
        return json.dumps({name: _stated(getattr(self, name)) for name in _KINDS}).encode()

    @classmethod
    def of_json(cls, data: bytes) -> Self:
        """
        Read weights.

        Raises:
            StoreError: if *data* are no weights
        """
        try:
            read = json.loads(data)
            return cls(**{name: _profile(read[name]) for name in _KINDS})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"these are no weights of recall ({error}); learn them again") from error


def keep_weights(learned: Learned, weights: Weights) -> None:
    """Keep *weights* instead of those learned before, within a transaction."""
    learned.put(_KEPT, {_ABOUT: weights.to_json()})


def kept_weights(learned: Learned) -> Weights:
    """The weights that were learned last; `DEFAULT` if none were."""
    data = learned.get(_KEPT, _ABOUT)
    return DEFAULT if data is None else _read_weights(data)


def buckets(cue: int, sizes: NDArray[np.integer]) -> NDArray[np.int64]:
    """The entry of a table of sizes for scenes of so many links and a cue of *cue* links."""
    ratio = 2 * np.log2((np.asarray(sizes, np.float64) + 0.5) / (cue + 0.5))
    return np.clip(np.round(ratio) + _EQUAL, 0, BUCKETS - 1).astype(np.int64)


_read_weights = lru_cache(maxsize=8)(Weights.of_json)
_KINDS = tuple(kind.name for kind in fields(Weights))


def _stated(profile: Profile) -> dict[str, object]:
    return {"parts": {**profile.parts}, "sizes": profile.sizes, "near": {**profile.near}}


def _profile(read: Mapping[str, object]) -> Profile:
    parts, sizes, near = read["parts"], read["sizes"], read.get("near", {})  # absent from older memories
    if not isinstance(parts, dict) or not isinstance(sizes, list) or not isinstance(near, dict):
        raise TypeError("parts, sizes and near are expected")
    found = [{str(name): float(value) for name, value in some.items()} for some in (parts, near)]
    fits = tuple(float(value) for value in sizes)
    numbers = (*found[0].values(), *found[1].values(), *fits)
    if len(fits) != BUCKETS or not all(0 <= value <= 1 and math.isfinite(value) for value in numbers):
        raise ValueError("a weight is not between 0 and 1")
    return Profile(found[0], fits, found[1])


# Learned on scenes of the bundled world, stated in English and Russian, by recipes/weights.py.
DEFAULT = Weights(
    question=Profile(
        {"structure": 0.0476, "vector": 0.3939, "symbols": 0.0, "size": 0.5585, "association": 0.0},
        (0, 0, 0, 0.7196, 1, 0.891, 0.774, 0.6226, 0.3851, 0.1131, 0, 0, 0, 0, 0, 0, 0),
        {"structure": 0.2324, "vector": 0.17, "symbols": 0.3155, "size": 0.2821, "association": 0.0},
    ),
    part=Profile(
        {"structure": 0.0476, "vector": 0.3712, "symbols": 0.0, "size": 0.5812, "association": 0.0},
        (0, 0, 0, 0, 0.7258, 1, 0.9809, 0.9465, 0.8018, 0.463, 0.0928, 0, 0, 0, 0, 0, 0),
        {"structure": 0.2383, "vector": 0.1788, "symbols": 0.3333, "size": 0.2496, "association": 0.0},
    ),
    text=Profile({"text": 0.3088, "symbols": 0.1264, "vector": 0.0472, "association": 0.5176}),
)
"""The weights of a memory that has not learned its own yet."""


_NOISE = 0.1  # unlike vectors of 1,024 numbers have an inner product of 0 ± 0.03


def of_scene(parts: Mapping[str, Any], profile: Profile) -> Any:
    """The resonance of a scene with *parts* and a cue that is a scene; of many, if the parts are arrays."""
    return (parts["unified"] + profile.fuse(parts)) / 2


def heard(similarity: Scores) -> Scores:
    """The similarities of vectors, 0 where chance may have made them."""
    return np.where(similarity > _NOISE, np.minimum(similarity, 1.0), 0.0)


def noise(count: int) -> float:
    """The similarity that the most similar of *count* unlike vectors has by chance; it deviates by 1/32."""
    return math.sqrt(2 * math.log(max(count, 1)) / 1024)


def structure(cue: Scene, scene: Scene) -> float:
    """
    The share of the cue's links and concepts found in *scene*, under the best alignment of their nodes.

    The cue may lie anywhere in the scene. An unknown or a mask matches anything; as a concept it says nothing
    and is not counted. A cue of nothing but an unknown is found everywhere.

    Example:
        >>> bridge = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
        >>> structure(Scene.parse('(b / build :agent ?who :object (c / bridge))'), bridge)
        1.0
        >>> structure(Scene.parse('(b / build :agent (p / person :name "Marta"))'), bridge)
        0.75
    """
    wanted = Cue(cue)
    return wanted.found_in(scene) / wanted.size if wanted.size else 1.0

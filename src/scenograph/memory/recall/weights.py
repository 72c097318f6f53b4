"""
Weights: how much each part of a resonance tells, learned from a memory's own cues.

There is a profile for each kind of cue, since they are answered by different things: a *question* has
unknowns, so that its answer has about as many links as it has; a *part* has none, so that what it is a part
of is larger; a *text* has no links at all.

    >>> Weights.of_json(DEFAULT.to_json()) == DEFAULT
    True
    >>> round(float(DEFAULT.question.fuse(dict.fromkeys(SCENE_PARTS, 1.0))), 6)
    1.0
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from scenograph.errors import StoreError
from scenograph.memory.store.learned import Learned

SCENE_PARTS = ("structure", "vector", "symbols", "size", "association")
"""What the resonance of a scene with a scene is made of, beside its being unified."""
TEXT_PARTS = ("text", "symbols", "vector", "association")
"""What the resonance of a scene with a text is made of."""

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
        sizes: how well a scene's number of links fits that of the cue, 0 to 1, by their ratio (`BUCKETS`)
    """

    parts: Mapping[str, float]
    sizes: tuple[float, ...] = (1.0,) * BUCKETS

    def fuse(self, parts: Mapping[str, Any]) -> Any:
        """The weighted sum of *parts*, numbers or arrays of 0 to 1; one that is absent counts as 0."""
        return np.minimum(sum(weight * parts.get(name, 0.0) for name, weight in self.parts.items()), 1.0)

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
        return json.dumps({name: asdict(getattr(self, name)) for name in _KINDS}).encode()

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
            raise StoreError(f"these are no weights of recall ({error}); learn them anew") from error


def keep_weights(learned: Learned, weights: Weights) -> None:
    """Keep *weights* in the place of those learned before, within a transaction."""
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
_KINDS = tuple(field.name for field in fields(Weights))


def _profile(read: Mapping[str, object]) -> Profile:
    parts, sizes = read["parts"], read["sizes"]
    if not isinstance(parts, dict) or not isinstance(sizes, list):
        raise TypeError("parts and sizes are expected")
    numbers = [float(value) for value in (*parts.values(), *sizes)]
    if len(sizes) != BUCKETS or not all(0 <= value <= 1 and math.isfinite(value) for value in numbers):
        raise ValueError("a weight is not between 0 and 1")
    names = [str(name) for name in parts]
    return Profile(dict(zip(names, numbers, strict=False)), tuple(numbers[len(names) :]))


# Learned on scenes of the bundled world, told in English and Russian, by recipes/weights.py.
DEFAULT = Weights(
    question=Profile(
        {"structure": 0.2623, "vector": 0.1233, "symbols": 0.3718, "size": 0.2426, "association": 0.0},
        (0, 0, 0, 0.6867, 1, 0.906, 0.8375, 0.7136, 0.4489, 0.1265, 0, 0, 0, 0, 0, 0, 0),
    ),
    part=Profile(
        {"structure": 0.2452, "vector": 0.1324, "symbols": 0.3321, "size": 0.2903, "association": 0.0},
        (0, 0, 0, 0, 0.7072, 1, 0.9421, 0.9557, 0.8101, 0.6195, 0.4569, 0.1565, 0, 0, 0, 0, 0),
    ),
    text=Profile({"text": 0.3247, "symbols": 0.1166, "vector": 0.0353, "association": 0.5234}),
)
"""The weights of a memory that has not learned its own yet."""

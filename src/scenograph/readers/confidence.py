"""
How probable each link of a scene is, by the evidence for it.

A parser is too sure, and its mistakes do not come independently. So a small network that has seen which links
of held-out text were right makes one probability of the evidence, which can be believed (Platt, 1999; Guo et
al., 2017): of the links with probability .8, about 80 % are right. It is the mean of several networks that
began differently (Lakshminarayanan et al., 2017).

`scenograph.readers.calibrate` trains it with torch; here it runs on NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, final

import numpy as np

from scenograph.errors import CarrierError
from scenograph.readers.evidence import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.core.scene import Scene

LARGEST: Final = 6.0
"""Standardised features count as at most this, and at least its negative."""

_BINS = 10


@final
class Judge(NamedTuple):
    """
    The networks of one language, m of them, each of two hidden layers of h units over f features.

    Attributes:
        mean, scale: of each feature, shape (f,)
        first: shape (m, f + 1, h); the last row is added
        second: shape (m, h + 1, h)
        last: shape (m, h + 1, 1)
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    last: NDArray[np.float32]

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of each link, shape (links,)."""
        values = np.clip((features - self.mean) / self.scale, -LARGEST, LARGEST)[None]
        values = np.maximum(values @ self.first[:, :-1] + self.first[:, -1:], 0)
        values = np.maximum(values @ self.second[:, :-1] + self.second[:, -1:], 0)
        said = (values @ self.last[:, :-1] + self.last[:, -1:]).mean(axis=0)[:, 0]
        return 1 / (1 + np.exp(-said.astype(np.float64)))


@final
class Confidence:
    """
    Turns the evidence for links into probabilities.

    Attributes:
        judges: language → what judges its links
    """

    def __init__(self, judges: Mapping[str, Judge]) -> None:
        """
        Take the networks.

        Raises:
            CarrierError: if one was trained on other features than this version has
        """
        for language, judge in judges.items():
            if len(judge.mean) != len(FEATURES):
                raise CarrierError(
                    f"the confidence in {language!r} weighs {len(judge.mean)} features, this version has "
                    f"{len(FEATURES)}; calibrate the reader again"
                )
        self.judges: Final = judges

    def probabilities(self, features: NDArray[np.float32], language: str) -> NDArray[np.float64]:
        """Return the probability of each link, shape (links,)."""
        return self.judges[language].probabilities(features)


def right_links(read: Scene, right: Scene) -> NDArray[np.bool_]:
    """
    Return whether each link of *read*, and then its root, is in *right*, as `link_triples` compares them.

    Where a triple stands more often in *read* than in *right*, the first ones count as right.
    """
    from scenograph.readers.score import ROOT, link_triples, triple

    left = link_triples(right)
    found: list[bool] = []
    for it in [*(triple(read, *link) for link in read.links), ("", ROOT, read.root_concept)]:
        found.append(left[it] > 0)
        left[it] -= 1
    return np.array(found)


def calibration_error(probabilities: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """
    Return the expected calibration error, 0 to 1 (Naeini et al., 2015).

    Links are put into ten bins by probability, of equal width. In each the mean probability is compared with
    the share that is right; the differences are averaged by the number of links.
    """
    places = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(probabilities[places == place].mean() - is_right[places == place].mean())
        * (places == place).mean()
        for place in range(_BINS)
        if (places == place).any()
    ]
    return float(np.sum(gaps))


def surest(probabilities: NDArray[np.float64], is_right: NDArray[np.bool_], share: float = 0.6) -> float:
    """Return how many of the surest *share* of links are right, 0 to 1."""
    best = np.argsort(-probabilities, kind="stable")[: int(share * len(probabilities))]
    return float(is_right[best].mean())

"""
How probable each link of a scene is, from what the parser is sure of.

A link rests on arcs of the tree, on the lemmas of the words at its ends, and on their features. The parser
gives each of these a probability, but it is too sure, and they do not fail independently. So a logistic
regression on held-out text turns their logarithms into one probability that can be believed (Platt, 1999):
of the links with probability .8, about 80 % are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, final

import numpy as np

from scenograph.errors import CorpusError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.core.scene import Scene
    from scenograph.readers.convert import Converted
    from scenograph.readers.parser import Parsed

FEATURES: Final = ("bias", "arcs", "worst arc", "lemmas", "tags", "words", "mark")
"""What a link's probability is computed from; each but the first and the last as a logarithm."""

MARKS: Final = frozenset({":tense", ":aspect", ":modal", ":mode", ":number", ":degree", ":name"})
"""Roles that say something of one node alone."""

_LEAST = 1e-4  # probabilities count as at least this
_PENALTY = 1e-2


def link_features(parsed: Parsed, converted: Converted) -> NDArray[np.float64]:
    """Return shape (links + 1, len(FEATURES)): a row for each of `scene.links`, the last for the root."""
    scene = converted.scene
    arcs, lemmas, tags = (
        np.log(np.clip(values, _LEAST, 1)) for values in (parsed.arcs, parsed.lemmas, parsed.tags)
    )
    size = float(np.log(len(parsed.sentence.words)))

    def row(rests_on: Sequence[int], words: set[int], is_mark: bool) -> list[float]:
        on, at = [number - 1 for number in rests_on], [number - 1 for number in sorted(words)]
        return [
            1.0,
            float(arcs[on].sum()),
            float(arcs[on].min(initial=0.0)),
            float(lemmas[at].sum()),
            float(tags[at].sum()),
            size,
            float(is_mark),
        ]

    rows: list[list[float]] = []
    for link, origin in zip(scene.links, converted.origins, strict=True):
        words = {*origin.words, *converted.words[link.source]}
        if isinstance(link.target, int):
            words.update(converted.words[link.target])
        rows.append(row(origin.arcs, words, link.role in MARKS))
    root = [word.id for word in parsed.sentence.words if word.head == 0]
    rows.append(row(root, set(converted.words[0]), False))
    return np.array(rows)


@final
class Confidence:
    """
    Turns features of links into probabilities.

    Attributes:
        weights: for each language one weight for each of `FEATURES`
    """

    def __init__(self, weights: Mapping[str, Iterable[float]]) -> None:
        self.weights = {language: tuple(map(float, values)) for language, values in weights.items()}

    @classmethod
    def fit(cls, samples: Mapping[str, tuple[NDArray[np.float64], NDArray[np.bool_]]]) -> Confidence:
        """
        Return the confidence that held-out text shows.

        Args:
            samples: language → features of links, and which of the links are right
        Raises:
            CorpusError: if a language has no link that is right, or none that is wrong
        """
        return cls({language: _regression(*sample, language) for language, sample in samples.items()})

    def probabilities(self, features: NDArray[np.float64], language: str) -> NDArray[np.float64]:
        """Return the probability of each link, shape (links,)."""
        return _sigmoid(features @ np.array(self.weights[language]))


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


def calibration_error(
    probabilities: NDArray[np.float64], is_right: NDArray[np.bool_], bins: int = 10
) -> float:
    """
    Return the expected calibration error, 0 to 1 (Naeini et al., 2015).

    Links are put into *bins* by probability, of equal width. In each the mean probability is compared with
    the share that is right; the differences are averaged by the number of links.
    """
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [
        abs(probabilities[places == place].mean() - is_right[places == place].mean())
        * (places == place).mean()
        for place in range(bins)
        if (places == place).any()
    ]
    return float(np.sum(gaps))


def _regression(
    features: NDArray[np.float64], is_right: NDArray[np.bool_], language: str
) -> NDArray[np.float64]:
    """Return the weights of a logistic regression with a small penalty, by Newton's method."""
    if is_right.all() or not is_right.any():
        raise CorpusError(f"confidence in {language!r} needs links that are right and links that are wrong")
    weights = np.zeros(features.shape[1])
    penalty = _PENALTY * np.eye(len(weights))
    for _ in range(50):
        said = _sigmoid(features @ weights)
        slope = features.T @ (is_right - said) - penalty @ weights
        curve = (features * (said * (1 - said))[:, None]).T @ features + penalty
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(values, -40, 40)))

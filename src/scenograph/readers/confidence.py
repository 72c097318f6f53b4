"""
How probable each link of a scene is, from what the parser is sure of.

A link rests on arcs of the tree, on the lemmas of the words at its ends, and on their features. The parser
gives each of these a probability, but it is too sure, and they do not fail independently. What stands around
a link tells as much: where other arcs are unsure, this one is less often right; and some roles are harder
than others. So a logistic regression on held-out text makes one probability of all that, which can be
believed (Platt, 1999): of the links with probability .8, about 80 % are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, final

import numpy as np

from scenograph.errors import CarrierError, CorpusError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.core.scene import Scene
    from scenograph.readers.convert import Converted
    from scenograph.readers.parser import Parsed

ROLES: Final = (
    "root", "agent", "object", "subject", "recipient", "content", "mod", "of", "poss", "quant", "time",
    "place", "same", "op", "number", "tense", "name", "degree", "mode", "manner", "aside", "and", "in",
    "measure", "remark", "as", "item", "-of", "other",
)  # fmt: skip
"""Kinds of roles that are not equally often right; `-of` is any that leads back, `other` all the rest."""

FEATURES: Final = (
    "bias", "arcs", "worst arc", "lemmas", "tags", "words", "mark",
    "all arcs", "arcs near", "no arc",
    "P(arcs)", "P(worst arc)", "P(lemmas)", "P(tags)", "P(arcs near)",
    "mark and arcs", "mark and lemmas", "mark and tags", "mark and arcs near",
    *(f"is {role}" for role in ROLES),
)  # fmt: skip
"""
What a link's probability is computed from. Probabilities count as logarithms, those in `P()` as they are.

Files of readers hold a weight for each, in this order. So new ones are added at the end: older files have no
weight for them, which counts as 0.
"""

MARKS: Final = frozenset({":tense", ":aspect", ":modal", ":mode", ":number", ":degree", ":name"})
"""Roles that say something of one node alone."""

_FIRST_ROLE: Final = FEATURES.index(f"is {ROLES[0]}")
_CHANCES: Final = slice(FEATURES.index("P(arcs)"), FEATURES.index("P(arcs near)") + 1)
_KINDS: Final = {role: number for number, role in enumerate(ROLES)}
_LEAST = 1e-4  # probabilities count as at least this
_PENALTY = 1e-2
_BINS = 10


def link_features(parsed: Parsed, converted: Converted) -> NDArray[np.float64]:
    """Return shape (links + 1, len(FEATURES)): a row for each of `scene.links`, the last for the root."""
    scene, words = converted.scene, parsed.sentence.words
    arcs, lemmas, tags = (
        np.log(np.clip(values, _LEAST, 1)).tolist() for values in (parsed.arcs, parsed.lemmas, parsed.tags)
    )
    neighbours = [{place} for place in range(len(words))]
    for place, word in enumerate(words):
        if word.head:
            neighbours[word.head - 1].add(place)
    size, everywhere = float(np.log(len(words))), sum(arcs) / len(arcs)

    def row(rests_on: Sequence[int], said_by: set[int], role: str) -> list[float]:
        on, at = [number - 1 for number in rests_on], [number - 1 for number in said_by]
        near = set[int]().union(*(neighbours[place] for place in at))
        sums = [
            sum(arcs[place] for place in on),
            min((arcs[place] for place in on), default=0.0),
            sum(lemmas[place] for place in at),
            sum(tags[place] for place in at),
        ]
        around = sum(arcs[place] for place in near) / len(near) if near else 0.0
        is_mark = float(role in MARKS)
        marked = [is_mark * value for value in (sums[0], sums[2], sums[3], around)]
        found = [1.0, *sums, size, is_mark, everywhere, around, float(not on), *sums, around, *marked]
        found += [0.0] * len(ROLES)
        found[_FIRST_ROLE + _kind(role)] = 1.0
        return found

    rows: list[list[float]] = []
    for link, origin in zip(scene.links, converted.origins, strict=True):
        said_by = {*origin.words, *converted.words[link.source]}
        if isinstance(link.target, int):
            said_by.update(converted.words[link.target])
        rows.append(row(origin.arcs, said_by, link.role))
    root = [word.id for word in words if word.head == 0]
    rows.append(row(root, set(converted.words[0]), ":root"))
    features = np.array(rows)
    features[:, _CHANCES] = np.exp(features[:, _CHANCES])
    return features


def _kind(role: str) -> int:
    """Return which of `ROLES` a role is."""
    name = role[1:]
    if name.startswith("op") and name[2:].isdigit():
        name = "op"
    elif name.endswith("-of"):
        name = "-of"
    return _KINDS.get(name, len(ROLES) - 1)


@final
class Confidence:
    """
    Turns features of links into probabilities.

    Attributes:
        weights: for each language one weight for each of `FEATURES`
    """

    def __init__(self, weights: Mapping[str, Iterable[float]]) -> None:
        """
        Take the weights; those of an older version may be fewer.

        Raises:
            CarrierError: if there are more than features, as a later version has them
        """
        self.weights: dict[str, tuple[float, ...]] = {}
        for language, values in weights.items():
            given = tuple(map(float, values))
            if len(given) > len(FEATURES):
                raise CarrierError(
                    f"the confidence in {language!r} has {len(given)} weights, this version knows "
                    f"{len(FEATURES)}; update Scenograph, or calibrate the reader again"
                )
            self.weights[language] = given + (0.0,) * (len(FEATURES) - len(given))

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

"""
Train the networks that say how probable each link of a reader is, on text that the reader was not trained on.

A forest of extremely randomised trees (Geurts et al., 2006) judges better than networks that learn from the
same links, but it is large. So the forest is the teacher: it judges many more rows, each blended of the
features of two links, and the networks learn what it says of them (Bucila et al., 2006; Hinton et al., 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from scenograph.errors import CorpusError
from scenograph.optional import optional
from scenograph.readers.confidence import LARGEST, Confidence, Judge, right_links
from scenograph.readers.convert import convert
from scenograph.readers.evidence import link_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.readers.parser import Parser
    from scenograph.readers.sentence import Sentence

_TREES: Final = 300
_LEAST_LEAF: Final = 3  # links
_FEATURES_TRIED: Final = 0.3  # share of the features that are tried at each fork
_COPIES: Final = 6  # blended rows of each link
_BLENDED: Final = 0.15  # share of the features that come from another link
_NETWORKS: Final = 4
_HIDDEN: Final = 64
_PASSES: Final = 6
_BATCH: Final = 256
_RATE: Final = 4e-3
_DECAY: Final = 1e-3
_LEAST_SCALE: Final = 1e-6
_LEAST: Final = 1e-3  # probabilities count as at least this, and as at most one less it

Teacher: TypeAlias = Callable[["NDArray[np.float32]"], "NDArray[np.float64]"]
"""Returns the probability of each link by its features."""


@final
class Sample(NamedTuple):
    """
    Links whose truth is known.

    Attributes:
        features: shape (links, features)
        is_right: shape (links,)
        sentences: the number of the sentence of each link, from 0, shape (links,)
    """

    features: NDArray[np.float32]
    is_right: NDArray[np.bool_]
    sentences: NDArray[np.int64]

    def only(self, chosen: NDArray[np.bool_]) -> Sample:
        """Return the links that are *chosen*."""
        return Sample(self.features[chosen], self.is_right[chosen], self.sentences[chosen])

    @classmethod
    def of(cls, parser: Parser, sentences: Sequence[Sentence], language: str) -> Sample:
        """Return the links that *parser* reads in *sentences*, whose trees say what is right."""
        features: list[NDArray[np.float32]] = []
        rights: list[NDArray[np.bool_]] = []
        parsed = parser.parse([sentence.text for sentence in sentences], language)
        for gold, tree in zip(sentences, parsed, strict=True):
            read = convert(tree.sentence)
            features.append(link_features(tree, read))
            rights.append(right_links(read.scene, convert(gold).scene))
        numbers = np.repeat(np.arange(len(rights)), [len(it) for it in rights])
        return cls(np.concatenate(features), np.concatenate(rights), numbers)


def joined(samples: Sequence[Sample]) -> Sample:
    """Return all links of *samples* as one; their sentences are numbered on."""
    starts = np.cumsum([0, *(int(it.sentences.max(initial=-1)) + 1 for it in samples)])
    return Sample(
        np.concatenate([it.features for it in samples]),
        np.concatenate([it.is_right for it in samples]),
        np.concatenate([it.sentences + start for it, start in zip(samples, starts, strict=False)]),
    )


def trained(samples: Mapping[str, Sample]) -> Confidence:
    """
    Return the confidence that held-out text shows. The same samples give the same one on one machine.

    Args:
        samples: language → links
    Raises:
        CorpusError: if a language has no link that is right, or none that is wrong
    """
    _check(samples)
    judges = {
        language: _judge(sample, _abroad([it for other, it in samples.items() if other != language]))
        for language, sample in samples.items()
    }
    return Confidence(judges)


def held_out(
    sample: Sample, parts: int = 4, more: Sequence[Sample] = (), others: Sequence[Sample] = ()
) -> NDArray[np.float64]:
    """
    Return the probability of each link of *sample*, by networks that have not seen its sentence.

    Sentences are dealt into *parts*; each part is judged by what the rest, and *more*, teach.

    Args:
        more: other links of the language
        others: links of other languages
    """
    _check({"held out": sample})
    found = np.zeros(len(sample.is_right))
    abroad = _abroad(others)
    for part in range(parts):
        own = sample.sentences % parts == part
        judge = _judge(joined([sample.only(~own), *more]), abroad)
        found[own] = judge.probabilities(sample.features[own])
    return found


def _check(samples: Mapping[str, Sample]) -> None:
    for language, sample in samples.items():
        if sample.is_right.all() or not sample.is_right.any():
            raise CorpusError(
                f"confidence in {language!r} needs links that are right and links that are wrong"
            )


def _judge(sample: Sample, abroad: Teacher | None) -> Judge:
    """Return networks that say what a teacher says who has learned from *sample* and asks *abroad*."""
    features = _blended(sample.features)
    said = torch.from_numpy(_teacher(sample, abroad)(features)).float()
    mean = sample.features.mean(axis=0, dtype=np.float64).astype(np.float32)
    scale = sample.features.std(axis=0, dtype=np.float64).astype(np.float32) + _LEAST_SCALE
    standard = torch.from_numpy(np.clip((features - mean) / scale, -LARGEST, LARGEST))
    layers = [_network(standard, said, seed) for seed in range(_NETWORKS)]
    return Judge(mean, scale, *(np.stack(own) for own in zip(*layers, strict=True)))


def _abroad(others: Sequence[Sample]) -> Teacher | None:
    """Return a forest that has learned from *others*, the links of other languages, if there are any."""
    if not others:
        return None
    elsewhere = joined(others)
    return _forest(elsewhere.features, elsewhere.is_right)


def _teacher(sample: Sample, abroad: Teacher | None) -> Teacher:
    """
    Return a forest that has learned from *sample*.

    What *abroad* says of a link is one more feature to it.
    """
    if abroad is None:
        return _forest(sample.features, sample.is_right)

    def seen(features: NDArray[np.float32]) -> NDArray[np.float32]:
        said = np.clip(abroad(features), _LEAST, 1 - _LEAST)
        return np.column_stack([features, np.log(said / (1 - said))]).astype(np.float32)

    own = _forest(seen(sample.features), sample.is_right)
    return lambda features: own(seen(features))


def _forest(features: NDArray[np.float32], is_right: NDArray[np.bool_]) -> Teacher:
    forest = optional("sklearn.ensemble", "map").ExtraTreesClassifier(
        _TREES, min_samples_leaf=_LEAST_LEAF, max_features=_FEATURES_TRIED, random_state=0
    )
    forest.fit(features, is_right)
    return lambda rows: np.asarray(forest.predict_proba(rows)[:, 1], dtype=np.float64)


def _blended(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows like those of *features*, in each of which some numbers are those of another link."""
    random = np.random.default_rng(0)
    rows: list[NDArray[np.float32]] = []
    for _ in range(_COPIES):
        other = features[random.integers(len(features), size=len(features))]
        rows.append(np.where(random.random(features.shape) < _BLENDED, other, features))
    return np.concatenate(rows)


def _network(features: torch.Tensor, wanted: torch.Tensor, seed: int) -> list[NDArray[np.float32]]:
    """Return the layers of one network; the last row of each is what is added."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        sizes = (features.shape[1], _HIDDEN, _HIDDEN, 1)
        layers = [nn.Linear(size, next_size) for size, next_size in pairwise(sizes)]
        weights = [weight for layer in layers for weight in layer.parameters()]
        optimizer = torch.optim.AdamW(weights, lr=_RATE, weight_decay=_DECAY)
        steps = max(1, _PASSES * len(features) // _BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps + 1)
        order = torch.cat([torch.randperm(len(features)) for _ in range(_PASSES + 1)])
        for step in range(steps):
            batch = order[step * _BATCH : (step + 1) * _BATCH]
            values = features[batch]
            for layer in layers[:-1]:
                values = functional.relu(layer(values))
            loss = functional.binary_cross_entropy_with_logits(layers[-1](values)[:, 0], wanted[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return [torch.cat([layer.weight.detach().T, layer.bias.detach()[None]]).numpy() for layer in layers]

"""
Train the networks that say how probable each link of a reader is, on text that the reader was not trained on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from scenograph.errors import CorpusError
from scenograph.readers.confidence import LARGEST, Confidence, Judge, right_links
from scenograph.readers.convert import convert
from scenograph.readers.evidence import link_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.readers.parser import Parser
    from scenograph.readers.sentence import Sentence

_NETWORKS: Final = 4
_HIDDEN: Final = 32
_PASSES: Final = 10
_BATCH: Final = 256
_RATE: Final = 4e-3
_DECAY: Final = 1e-3
_DROPPED: Final = (0.1, 0.2, 0.2)  # of the features and of each hidden layer
_LEAST_SCALE: Final = 1e-6


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
    return Confidence({language: _judge(sample, language) for language, sample in samples.items()})


def held_out(sample: Sample, parts: int = 4, more: Sequence[Sample] = ()) -> NDArray[np.float64]:
    """
    Return the probability of each link of *sample*, by networks that have not seen its sentence.

    Sentences are dealt into *parts*; each part is judged by what the others, and *more*, teach.
    """
    found = np.zeros(len(sample.is_right))
    for part in range(parts):
        own = sample.sentences % parts == part
        judge = _judge(joined([sample.only(~own), *more]), "held out")
        found[own] = judge.probabilities(sample.features[own])
    return found


def _judge(sample: Sample, language: str) -> Judge:
    """Return networks that are trained on *sample*."""
    is_right = sample.is_right
    if is_right.all() or not is_right.any():
        raise CorpusError(f"confidence in {language!r} needs links that are right and links that are wrong")
    mean = sample.features.mean(axis=0, dtype=np.float64).astype(np.float32)
    scale = sample.features.std(axis=0, dtype=np.float64).astype(np.float32) + _LEAST_SCALE
    standard = np.clip((sample.features - mean) / scale, -LARGEST, LARGEST)
    given, wanted = torch.from_numpy(standard), torch.from_numpy(is_right).float()
    layers = [_network(given, wanted, seed) for seed in range(_NETWORKS)]
    return Judge(mean, scale, *(np.stack(own) for own in zip(*layers, strict=True)))


def _network(features: torch.Tensor, is_right: torch.Tensor, seed: int) -> list[NDArray[np.float32]]:
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
            values = functional.dropout(features[batch], _DROPPED[0])
            for layer, dropped in zip(layers[:-1], _DROPPED[1:], strict=True):
                values = functional.dropout(functional.relu(layer(values)), dropped)
            loss = functional.binary_cross_entropy_with_logits(layers[-1](values)[:, 0], is_right[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return [torch.cat([layer.weight.detach().T, layer.bias.detach()[None]]).numpy() for layer in layers]

"""
The network of the graph head, forward only, in NumPy: it reads without torch.

Each word gets a vector of its features; layers of bidirectional LSTM see the words around it. Then
biaffine forms score every pair of words (Dozat and Manning, 2017): which word is the head of which, by which
relation, and which word has which of PropBank's roles for which predicate. One linear map scores what is said
of the word itself: part of speech, lemma's edit script, features.

`scenograph.readers.train` has the same network in torch. A test compares both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np

from scenograph.readers.features import features
from scenograph.readers.labels import Labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]


@final
class Scores(NamedTuple):
    """
    What the network says of one sentence of n words.

    Attributes:
        heads: shape (n, n + 1): log probability that word j - 1 is the head of word i; column 0 is the root
        properties: for each of `Labels.properties` the log probabilities of its values, shape (n, values)
        values: the number of each property's likeliest value, shape (properties, n)
        chances: the log probabilities of these values, shape (properties, n)
        relation: vectors of each word as dependent, and of the root and each word as head
        role: vectors of each word as argument, and of each word as predicate
    """

    heads: Array
    properties: Mapping[str, Array]
    values: NDArray[np.int64]
    chances: Array
    relation: tuple[Array, Array]
    role: tuple[Array, Array]


@final
class Network:
    """
    The trained network.

    Attributes:
        labels: what its outputs mean
    """

    def __init__(self, arrays: Mapping[str, Array], labels: Labels) -> None:
        """Take the weights by name, float32, and the labels of the outputs."""
        self.labels = labels
        self._arrays = arrays
        count = 1 + max(int(name.split(".")[1]) for name in arrays if name.startswith("layers."))
        self._layers = [
            (_direction(arrays, f"layers.{layer}.onward"), _direction(arrays, f"layers.{layer}.reverse"))
            for layer in range(count)
        ]

    def scores(
        self, sentences: Sequence[Sequence[str]], vectors: Sequence[Array] | None = None
    ) -> list[Scores]:
        """
        Return the scores of each sentence. Sentences are read at once.

        Args:
            sentences: their words as written
            vectors: of the words of each sentence, from a carrier, if the network was trained over one
        """
        lengths = np.array([len(sentence) for sentence in sentences])
        states = self._states(sentences, lengths, vectors)
        said = self._linear("property.2", _gelu(self._linear("property.0", states)))
        properties = {name: log_softmax(said[:, part]) for name, part in self.labels.slices.items()}
        values = np.stack([chances.argmax(axis=1) for chances in properties.values()])
        chances = np.stack([chances.max(axis=1) for chances in properties.values()])
        ends = np.cumsum(lengths)
        scores: list[Scores] = []
        arc = self._pair("arc_dependent", "arc_head", states)
        relation = self._pair("relation_dependent", "relation_head", states)
        argument, predicate = (self._project(f"role_{end}", states) for end in ("argument", "predicate"))
        for start, end in zip(ends - lengths, ends, strict=True):
            rows = slice(start, end)
            heads = _biaffine(arc[0][rows], self._arrays["arc.weight"], _rooted(arc[1], rows))
            scores.append(
                Scores(
                    log_softmax(heads[0]),
                    {name: found[rows] for name, found in properties.items()},
                    values[:, rows],
                    chances[:, rows],
                    (relation[0][rows], _rooted(relation[1], rows)),
                    (argument[rows], predicate[rows]),
                )
            )
        return scores

    def relations(self, scores: Scores, heads: NDArray[np.int64]) -> Array:
        """Return shape (n, relations): log probabilities of the relation of each word to its head."""
        dependent, head = scores.relation
        weight = self._arrays["relation.weight"]
        ends = _one(head[heads])
        return log_softmax(((_one(dependent) @ weight) * ends).sum(axis=2).T)

    def roles(self, scores: Scores, predicates: Sequence[int]) -> Array:
        """Return shape (predicates, n, roles): log probabilities of each word's role for each predicate."""
        argument, predicate = scores.role
        pairs = _biaffine(argument, self._arrays["role.weight"], predicate[list(predicates)])
        return log_softmax(pairs.transpose(2, 1, 0))

    def _states(
        self,
        sentences: Sequence[Sequence[str]],
        lengths: NDArray[np.int64],
        given: Sequence[Array] | None,
    ) -> Array:
        """Return the state of each word, shape (words of all sentences, 2 * hidden)."""
        seen = features(sentences)
        outside = [] if given is None else [self._linear("carrier", np.concatenate(given))]
        vectors = np.concatenate(
            [
                _sum(self._arrays["grams.weight"], seen.grams, seen.gram_starts),
                _sum(self._arrays["words.weight"], seen.words, seen.word_starts),
                seen.tags @ self._arrays["tags.weight"].T,
                self._linear("shapes", seen.shapes),
                *outside,
            ],
            axis=1,
            dtype=np.float32,
        )
        places, bounds = _packed(lengths)
        states = _gelu(self._linear("input", vectors))[places]
        for number, (onward, reverse) in enumerate(self._layers):
            both = np.concatenate(
                [_lstm(onward, states, bounds), _lstm(reverse, states, bounds, back=True)], axis=1
            )
            states = both + states if number else both
        found = np.empty_like(states)
        found[places] = states
        return found

    def _linear(self, name: str, values: Array) -> Array:
        return values @ self._arrays[f"{name}.weight"].T + self._arrays[f"{name}.bias"]

    def _project(self, name: str, values: Array) -> Array:
        return _gelu(self._linear(name, values))

    def _pair(self, dependent: str, head: str, states: Array) -> tuple[Array, Array]:
        """Return the vectors of words as dependents, and of the root and then of words as heads."""
        rooted = np.concatenate([self._arrays["root"][None], states])
        return self._project(dependent, states), self._project(head, rooted)


def _sum(table: Array, numbers: NDArray[np.int64], starts: NDArray[np.int64]) -> Array:
    """Return the sum of each word's rows of *table*, divided by the root of how many these are."""
    sizes = np.diff(np.append(starts, len(numbers)))
    sums = np.add.reduceat(table[numbers], starts, axis=0)
    return np.divide(sums, np.sqrt(sizes)[:, None], dtype=np.float32)


class _Direction(NamedTuple):
    """
    The weights of an LSTM in one direction, transposed.

    Those of the three gates are halved, since sigmoid(x) = tanh(x / 2) / 2 + 1 / 2: one tanh does for all.
    """

    given: Array  # (input, 4 * hidden)
    bias: Array
    hidden: Array  # (hidden, 4 * hidden)


def _direction(arrays: Mapping[str, Array], name: str) -> _Direction:
    bias = arrays[f"{name}.bias"]
    scale = np.full(len(bias), 0.5, dtype=np.float32)
    scale[len(bias) // 2 : 3 * len(bias) // 4] = 1  # what enters the cell is no gate
    given, hidden = arrays[f"{name}.weight_ih_l0"].T, arrays[f"{name}.weight_hh_l0"].T
    return _Direction(np.ascontiguousarray(given * scale), bias * scale, np.ascontiguousarray(hidden * scale))


def _packed(lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[int]]:
    """
    Return an order of all words in which the first words of all sentences come first, then the second ones.

    Longer sentences come before shorter ones, so that those that go on are always the first rows.

    Returns:
        the number of the word at each place, and where the words of each step begin, and end
    """
    order = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    sizes = [int((lengths > step).sum()) for step in range(int(lengths.max()))]
    places = np.concatenate([starts[:size] + step for step, size in enumerate(sizes)])
    return places, [0, *np.cumsum(sizes).tolist()]


def _lstm(weights: _Direction, states: Array, bounds: Sequence[int], *, back: bool = False) -> Array:
    """Return the hidden states of one direction for words in packed order."""
    width = len(weights.hidden)
    given = states @ weights.given
    given += weights.bias
    hidden = np.zeros((bounds[1], width), dtype=np.float32)
    cell = np.zeros_like(hidden)
    found = np.empty((len(states), width), dtype=np.float32)
    steps = range(len(bounds) - 1)
    for step in reversed(steps) if back else steps:
        rows = slice(bounds[step], bounds[step + 1])
        size = rows.stop - rows.start
        gates = given[rows]
        gates += hidden[:size] @ weights.hidden
        np.tanh(gates, out=gates)
        enter, forget, new, leave = (gates[:, place * width : (place + 1) * width] for place in range(4))
        for gate in (enter, forget, leave):
            gate *= 0.5
            gate += 0.5
        own = cell[:size]
        own *= forget
        own += enter * new
        np.multiply(leave, np.tanh(own), out=hidden[:size])
        found[rows] = hidden[:size]
    return found


def log_softmax(scores: Array) -> Array:
    """Return the logarithm of the softmax over the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _rooted(heads: Array, rows: slice) -> Array:
    """Return the vectors of the root, which stands first in *heads*, and of the words *rows*."""
    return np.concatenate([heads[:1], heads[rows.start + 1 : rows.stop + 1]])


def _biaffine(left: Array, weight: Array, right: Array) -> Array:
    """Return shape (labels, left, right): `left[x] · weight[n] · right[y]`, each side with a 1 added."""
    return np.matmul(_one(left) @ weight, _one(right).T, dtype=np.float32)


def _one(values: Array) -> Array:
    """Return *values* with a column of ones, by which a biaffine form has linear terms."""
    found = np.ones((len(values), values.shape[1] + 1), dtype=np.float32)
    found[:, :-1] = values
    return found


def _gelu(values: Array) -> Array:
    """Return GELU in its tanh form."""
    inner = np.float32(0.7978845608) * values * (1 + np.float32(0.044715) * values * values)
    return np.float32(0.5) * values * (1 + np.tanh(inner))

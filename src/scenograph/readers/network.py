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
        properties: shape (n, labels.outputs): scores before softmax, see `Labels.slices`
        relation: vectors of each word as dependent, and of the root and each word as head
        role: vectors of each word as argument, and of each word as predicate
    """

    heads: Array
    properties: Array
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
        self._layers = 1 + max(int(name.split(".")[1]) for name in arrays if name.startswith("layers."))

    def scores(self, sentences: Sequence[Sequence[str]]) -> list[Scores]:
        """Return the scores of each sentence, given its words as written. Sentences are read at once."""
        lengths = np.array([len(sentence) for sentence in sentences])
        states = self._states(sentences, lengths)
        found: list[Scores] = []
        for states_of_one, length in zip(states, lengths, strict=True):
            words = states_of_one[:length]
            rooted = np.concatenate([self._arrays["root"][None], words])
            heads = _biaffine(
                self._project("arc_dependent", words),
                self._arrays["arc.weight"],
                self._project("arc_head", rooted),
            )
            found.append(
                Scores(
                    log_softmax(heads[0]),
                    self._linear("property.2", _gelu(self._linear("property.0", words))),
                    (self._project("relation_dependent", words), self._project("relation_head", rooted)),
                    (self._project("role_argument", words), self._project("role_predicate", words)),
                )
            )
        return found

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

    def _states(self, sentences: Sequence[Sequence[str]], lengths: NDArray[np.int64]) -> Array:
        """Return the state of each word, shape (sentences, words, 2 * hidden)."""
        seen = features(sentences)
        vectors = np.concatenate(
            [
                _sum(self._arrays["grams.weight"], seen.grams, seen.gram_starts),
                _sum(self._arrays["words.weight"], seen.words, seen.word_starts),
                seen.tags @ self._arrays["tags.weight"].T,
                self._linear("shapes", seen.shapes),
            ],
            axis=1,
            dtype=np.float32,
        )
        vectors = _gelu(self._linear("input", vectors))
        states = np.zeros((len(lengths), int(lengths.max()), vectors.shape[1]), dtype=np.float32)
        within = np.arange(states.shape[1]) < lengths[:, None]
        states[within] = vectors
        for layer in range(self._layers):
            both = np.concatenate(
                [self._lstm(layer, states, lengths, back) for back in (False, True)], axis=2
            )
            states = both + states if layer else both
        return states

    def _lstm(self, layer: int, states: Array, lengths: NDArray[np.int64], back: bool) -> Array:
        """Return the hidden states of one direction of a layer; after its end, a sentence keeps its state."""
        name = f"layers.{layer}.{'reverse' if back else 'onward'}"
        weight = self._arrays[f"{name}.weight_hh_l0"].T
        given = states @ self._arrays[f"{name}.weight_ih_l0"].T
        given += self._arrays[f"{name}.bias"]
        width = weight.shape[0]
        hidden = np.zeros((len(lengths), width), dtype=np.float32)
        cell = np.zeros_like(hidden)
        found = np.zeros((*states.shape[:2], width), dtype=np.float32)
        steps = range(states.shape[1])
        for step in reversed(steps) if back else steps:
            gates = given[:, step] + hidden @ weight
            sigmoids = 1 / (1 + np.exp(-gates))
            enter, forget, leave = (
                sigmoids[:, :width],
                sigmoids[:, width : 2 * width],
                sigmoids[:, 3 * width :],
            )
            new = forget * cell + enter * np.tanh(gates[:, 2 * width : 3 * width])
            within = (step < lengths)[:, None]
            cell = np.where(within, new, cell)
            hidden = np.where(within, leave * np.tanh(new), hidden)
            found[:, step] = hidden
        return found

    def _linear(self, name: str, values: Array) -> Array:
        return values @ self._arrays[f"{name}.weight"].T + self._arrays[f"{name}.bias"]

    def _project(self, name: str, values: Array) -> Array:
        return _gelu(self._linear(name, values))


def _sum(table: Array, numbers: NDArray[np.int64], starts: NDArray[np.int64]) -> Array:
    """Return the sum of each word's rows of *table*, divided by the root of how many these are."""
    sizes = np.diff(np.append(starts, len(numbers)))
    sums = np.add.reduceat(table[numbers], starts, axis=0)
    return np.divide(sums, np.sqrt(sizes)[:, None], dtype=np.float32)


def log_softmax(scores: Array) -> Array:
    """Return the logarithm of the softmax over the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _biaffine(left: Array, weight: Array, right: Array) -> Array:
    """Return shape (labels, left, right): `left[x] · weight[n] · right[y]`, each side with a 1 added."""
    return np.matmul(_one(left) @ weight, _one(right).T, dtype=np.float32)


def _one(values: Array) -> Array:
    """Return *values* with a column of ones, by which a biaffine form has linear terms."""
    return np.pad(values, ((0, 0), (0, 1)), constant_values=1)


def _gelu(values: Array) -> Array:
    """Return GELU in its tanh form."""
    inner = np.float32(0.7978845608) * values * (1 + np.float32(0.044715) * values * values)
    return np.float32(0.5) * values * (1 + np.tanh(inner))

"""
The network of the graph head in torch, to be trained: the same as `scenograph.readers.network` computes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from scenograph.readers.batches import UNKNOWN, Batch
from scenograph.readers.features import GRAM_BUCKETS, GRAMMEMES, SHAPES, WORD_BUCKETS, lemma_buckets
from scenograph.readers.labels import PREDICATE, SCRIPT, UPOS, Labels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@final
@dataclass(frozen=True)
class Sizes:
    """Sizes of the network: of embeddings, LSTM layers, and the vectors that are compared in pairs."""

    gram: int = 128
    word: int = 96
    input: int = 256
    hidden: int = 256
    layers: int = 2
    arc: int = 256
    relation: int = 64
    role: int = 64
    property: int = 128
    carrier: int = 0  # length of a state of the carrier that it is trained over; 0: none
    outside: int = 160  # what such a state is projected to


@final
class TrainableNetwork(nn.Module):
    """The network of `scenograph.readers.network`, to be trained."""

    def __init__(self, labels: Labels, sizes: Sizes, dropout: float = 0.0, word_dropout: float = 0.0) -> None:
        super().__init__()
        self._dropout, self._word_dropout = dropout, word_dropout
        width = 2 * sizes.hidden
        self.grams = nn.EmbeddingBag(GRAM_BUCKETS, sizes.gram, mode="sum", sparse=True)
        self.words = nn.EmbeddingBag(WORD_BUCKETS, sizes.word, mode="sum", sparse=True)
        for table in (self.grams, self.words):
            nn.init.normal_(table.weight, std=0.1)
        self.tags = nn.Linear(len(GRAMMEMES), 48, bias=False)
        self.shapes = nn.Linear(SHAPES, 16)
        self.carrier = _Standardised(sizes.carrier, sizes.outside) if sizes.carrier else None
        outside = sizes.outside if sizes.carrier else 0
        self.input = nn.Linear(sizes.gram + sizes.word + 48 + 16 + outside, sizes.input)
        self.layers = nn.ModuleList(
            _BothWays(width if layer else sizes.input, sizes.hidden) for layer in range(sizes.layers)
        )
        self.root = nn.Parameter(torch.randn(width) * 0.1)
        for pair, size in (("arc", sizes.arc), ("relation", sizes.relation)):
            self.add_module(f"{pair}_dependent", nn.Linear(width, size))
            self.add_module(f"{pair}_head", nn.Linear(width, size))
        self.role_argument = nn.Linear(width, sizes.role)
        self.role_predicate = nn.Linear(width, sizes.role)
        self.arc = _Biaffine(sizes.arc, 1)
        self.relation = _Biaffine(sizes.relation, len(labels.relations))
        self.role = _Biaffine(sizes.role, len(labels.roles))
        self.property = nn.Sequential(
            nn.Linear(width, sizes.property), nn.GELU("tanh"), nn.Linear(sizes.property, labels.outputs)
        )

    def start_words(self, lemmas: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Begin with the *vectors* of *lemmas*, shape (lemmas, size), cut to the size of a word."""
        rows = torch.tensor(lemma_buckets(lemmas))
        with torch.no_grad():
            self.words.weight[rows] = 0
            self.words.weight.index_add_(0, rows, torch.from_numpy(vectors[:, : self.words.embedding_dim]))

    def start_carrier(self, mean: NDArray[np.float32], spread: NDArray[np.float32]) -> None:
        """Set what is subtracted from the states of the carrier, and what they are divided by."""
        if self.carrier is not None:
            self.carrier.mean.copy_(torch.from_numpy(mean))
            self.carrier.spread.copy_(torch.from_numpy(spread))

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights as `scenograph.readers.network.Network` takes them."""
        found: dict[str, NDArray[np.float32]] = {}
        for name, value in self.state_dict().items():
            if ".bias_hh_l0" in name:
                continue  # it is added to the other bias
            if ".bias_ih_l0" in name:
                value = value + self.state_dict()[name.replace("_ih_", "_hh_")]
                name = name.replace("bias_ih_l0", "bias")
            found[name] = value.detach().numpy().copy()
        if self.carrier is not None:
            del found["carrier.mean"], found["carrier.spread"]
            found |= {f"carrier.{name}": value for name, value in self.carrier.folded().items()}
        return found

    @staticmethod
    def state_of(arrays: Mapping[str, NDArray[np.float32]]) -> dict[str, Tensor]:
        """
        Return the state dictionary of a network without a carrier whose `arrays` these are.

        Law: a network that loads it has the same `arrays`.
        """
        found: dict[str, Tensor] = {}
        for name, values in arrays.items():
            layer = name.removesuffix("bias")
            if name != layer and f"{layer}weight_hh_l0" in arrays:  # both biases of an LSTM, added
                found[f"{layer}bias_ih_l0"] = torch.from_numpy(values)
                found[f"{layer}bias_hh_l0"] = torch.zeros(len(values))
            else:
                found[name] = torch.from_numpy(values)
        return found

    def states(self, batch: Batch) -> Tensor:
        """Return the state of each word, shape (sentences, words, 2 * hidden)."""
        keep = self._word_dropout if self.training else 0.0
        grams = _sum(self.grams, batch.grams, batch.gram_starts)
        words = _sum(self.words, batch.words, batch.word_starts)
        if keep:
            words = words * (torch.rand(len(words), 1) > keep)
            grams = grams * (torch.rand(len(grams), 1) > keep / 2)
        seen = [grams, words, self.tags(batch.tags), self.shapes(batch.shapes)]
        if self.carrier is not None:
            seen.append(self.carrier(batch.outside))
        vectors = torch.cat(seen, dim=1)
        vectors = functional.gelu(self.input(vectors), approximate="tanh")
        states = vectors.new_zeros(*batch.within.shape, vectors.shape[1])
        states[batch.within] = vectors
        states = self._drop(states)
        turned = _turned(batch.lengths, states.shape[1])
        for number, layer in enumerate(self.layers):
            both = layer(states, turned)
            states = self._drop(both + states if number else both)
        return states

    def losses(self, batch: Batch) -> Tensor:
        """Return the losses of heads, relations, properties and roles, shape (4,)."""
        states = self.states(batch)
        rooted = torch.cat([self.root.expand(len(states), 1, -1), states], dim=1)
        arcs = self.arc(self._project("arc_dependent", states), self._project("arc_head", rooted))[:, 0]
        arcs = arcs.masked_fill(~functional.pad(batch.within, (1, 0), value=True)[:, None], -1e9)
        heads = functional.cross_entropy(
            arcs.float().flatten(0, 1), batch.heads.flatten(), ignore_index=UNKNOWN
        )
        rows = torch.arange(len(states))[:, None]
        ends = self._project("relation_head", rooted)[rows, batch.heads.clamp(min=0)][batch.within]
        dependents = self._project("relation_dependent", states)[batch.within]
        relations = functional.cross_entropy(self.relation.rows(dependents, ends).float(), batch.relations)
        said = self.property(states)[batch.within].float()
        properties = said.new_zeros(())
        for number, (name, part) in enumerate(batch.slices.items()):
            if (batch.properties[:, number] != UNKNOWN).any():
                weight = 0.5 if name in (UPOS, SCRIPT, PREDICATE) else 0.15
                properties = properties + weight * functional.cross_entropy(
                    said[:, part], batch.properties[:, number], ignore_index=UNKNOWN
                )
        roles = said.new_zeros(())
        if len(batch.predicates):
            row, at = batch.predicates.unbind(1)
            scored = self.role.pairs(
                self._project("role_argument", states)[row], self._project("role_predicate", states)[row, at]
            )
            within = batch.within[row]
            roles = functional.cross_entropy(
                scored[within].float(), batch.roles[within], reduction="sum"
            ) / len(batch.predicates)
        return torch.stack([heads, relations, properties, 0.3 * roles])

    def _project(self, name: str, states: Tensor) -> Tensor:
        return self._drop(functional.gelu(self.get_submodule(name)(states), approximate="tanh"))

    def _drop(self, states: Tensor) -> Tensor:
        """Set the same values of all words of a sentence to zero (Gal and Ghahramani, 2016)."""
        if not self.training:
            return states
        kept = 1 - self._dropout
        return states * torch.bernoulli(torch.full((len(states), 1, states.shape[-1]), kept)) / kept


@final
class _Standardised(nn.Linear):
    """A linear map of what a carrier gives: each of its numbers less its mean, divided by its spread."""

    def __init__(self, size: int, out: int) -> None:
        super().__init__(size, out)
        self.mean: Tensor
        self.spread: Tensor
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("spread", torch.ones(size))

    def forward(self, states: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return shape (words, out)."""
        return super().forward((states - self.mean) / self.spread)

    def folded(self) -> dict[str, NDArray[np.float32]]:
        """Return the weight and bias of the plain linear map that does the same."""
        weight = self.weight.detach() / self.spread
        return {"weight": weight.numpy(), "bias": (self.bias.detach() - weight @ self.mean).numpy()}


@final
class _BothWays(nn.Module):
    """
    A bidirectional LSTM.

    Sentences are padded at their ends and turned within their lengths, so that padding never comes first.
    This takes less time than torch's packed sequences, whose gradients fill a whole batch for each word.
    """

    def __init__(self, size: int, hidden: int) -> None:
        super().__init__()
        self.onward = nn.LSTM(size, hidden, batch_first=True)
        self.reverse = nn.LSTM(size, hidden, batch_first=True)

    def forward(self, states: Tensor, turned: Tensor) -> Tensor:
        """Return shape (sentences, words, 2 * hidden); *turned* as `_turned` returns it."""
        rows = torch.arange(len(states))[:, None]
        back = self.reverse(states[rows, turned])[0][rows, turned]
        return torch.cat([self.onward(states)[0], back], dim=2)


def _turned(lengths: Tensor, longest: int) -> Tensor:
    """Return for each place in a padded sentence the place that it has when its words are turned round."""
    places = torch.arange(longest).expand(len(lengths), -1)
    turned = lengths[:, None] - 1 - places
    return torch.where(turned >= 0, turned, places)


@final
class _Biaffine(nn.Module):
    """`left · weight[n] · right` for each label n, each side with a 1 added."""

    def __init__(self, size: int, labels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(labels, size + 1, size + 1) * 0.5 / size)

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        """Return shape (batch, labels, left, right)."""
        return torch.einsum("bxi,nij,byj->bnxy", _one(left), self.weight, _one(right))

    def rows(self, left: Tensor, right: Tensor) -> Tensor:
        """Return shape (rows, labels), of each row of *left* with the same row of *right*."""
        return torch.einsum("xi,nij,xj->xn", _one(left), self.weight, _one(right))

    def pairs(self, left: Tensor, right: Tensor) -> Tensor:
        """Return shape (p, x, labels), of *left* (p, x, size) with *right* (p, size)."""
        return torch.einsum("pxi,pni->pxn", _one(left), torch.einsum("nij,pj->pni", self.weight, _one(right)))


def _sum(table: nn.EmbeddingBag, numbers: Tensor, starts: Tensor) -> Tensor:
    """Return the sum of each word's rows of *table*, divided by the root of how many these are."""
    sizes = torch.diff(starts, append=torch.tensor([len(numbers)]))
    return table(numbers, starts) / sizes.sqrt()[:, None]


def _one(values: Tensor) -> Tensor:
    return functional.pad(values, (0, 1), value=1.0)

"""
Training of the graph head's network.

One network learns trees, lemmas, features and PropBank's roles of all treebanks at once. A treebank without
roles trains all but these. The result is an average of the weights over the last hundreds of steps.

Sentences that a teacher read train it too: a reader with a larger encoder labels text that no person has
labelled (Anderson and Gómez-Rodríguez, 2020, distil parsers into smaller ones). Words of which the teacher
was not sure train nothing.

A run is cut into epochs. After each, everything is saved; a run that was stopped goes on from there and ends
in the same weights as one that was not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
import torch
from torch import Tensor, nn

from scenograph.errors import TrainingError
from scenograph.files import draft
from scenograph.readers.batches import Example, Targets, in_batches
from scenograph.readers.labels import Labels
from scenograph.readers.trainable import Sizes, TrainableNetwork
from scenograph.readers.weights import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.readers.sentence import Sentence

_FILE = "run.pt"
LONGEST = 150  # words of a sentence that is trained on; padding makes longer ones dear


@final
@dataclass(frozen=True)
class Schedule:
    """
    How it is trained.

    Attributes:
        epochs: passes over all sentences
        tokens: words of a batch
        rate: highest learning rate, reached after *warmup* steps; then it falls to 2 % of it in a line
        dropout: share of each layer's values that are set to zero
        word_dropout: share of words that are seen without their hashed word; half of it without n-grams
        seed: of weights, order and dropout
        lowered: share of sentences that are seen in lower case; none where a carrier sees them as written
        bfloat16: compute with shorter numbers, which is faster on a processor that has them
        share: of the treebanks' sentences that are seen, evenly chosen; enough to go on from a trained reader
    """

    epochs: int = 12
    tokens: int = 2000
    rate: float = 2e-3
    warmup: int = 200
    dropout: float = 0.3
    word_dropout: float = 0.2
    seed: int = 0
    lowered: float = 0.05
    bfloat16: bool = False
    share: float = 1.0


@final
class WordVectors(NamedTuple):
    """Lemmas, and a vector of what is known of each, float32, shape (lemmas, size)."""

    lemmas: Sequence[str]
    vectors: NDArray[np.float32]


@final
class CarrierStates(NamedTuple):
    """
    The states of a carrier for all words of a treebank, as `CarrierEncoder.vectors` gives them.

    Attributes:
        rows: shape (words of all sentences, size)
        starts: where each sentence's rows start
    """

    rows: NDArray[np.floating[Any]]
    starts: NDArray[np.int64]


@final
class Start(NamedTuple):
    """Where a training begins: the weights of another one, and the labels that it learned."""

    weights: Mapping[str, Tensor]
    labels: Labels


@final
@dataclass
class Trained:
    """Weights by name, the labels they were trained for, and the mean losses of each epoch."""

    arrays: dict[str, NDArray[np.float32]]
    labels: Labels
    losses: list[list[float]] = field(default_factory=list)


def fit(
    treebanks: Sequence[Sequence[Sentence]],
    folder: Path,
    sizes: Sizes,
    schedule: Schedule,
    *,
    words: WordVectors | None = None,
    states: Sequence[CarrierStates] | None = None,
    labelled: Sequence[Sequence[Sentence]] = (),
    start: Start | None = None,
    progress: Callable[[int, int, int, list[float]], None] | None = None,
    after_epoch: Callable[[int, Trained], None] | None = None,
) -> Trained:
    """
    Train a network on *treebanks*, or go on with the run that *folder* holds.

    Args:
        treebanks: sentences of each treebank; one in which no word has a roleset trains no roles
        folder: where the run is saved after each epoch
        sizes, schedule: of the network and the training
        words: what is known of words before training; None: nothing
        states: of the carrier, for each of *treebanks*; None: the network has no carrier
        labelled: sentences that a teacher read, by language. They add no labels, and their words may say
            in the note `Sure` how sure the teacher was, 0 to 1
        start: of a run or reader of the same sizes, as `trained_start` returns it. What the network says of
            labels that it lacks begins at random. None: all weights do
        progress: is given the epoch, the step, the number of steps of the epoch, and the mean losses
        after_epoch: is given the number of epochs done and the averaged network
    Raises:
        TrainingError: if *folder* holds a run with other settings
    """
    run = _Run(treebanks, labelled, folder / _FILE, sizes, schedule, words, states, start)
    while run.epoch < schedule.epochs:
        run.train_epoch(progress)
        run.save()
        if after_epoch:
            after_epoch(run.epoch, run.trained())
    return run.trained()


def trained_start(path: Path) -> Start:
    """
    Return what another training can start from.

    Args:
        path: the folder of a run, whose averaged weights are taken, or the file of a reader, whose weights
            were rounded to 8 bits
    Raises:
        TrainingError: if the reader was trained over a carrier: its file lacks what a training needs;
            or if the run is an old one, without its labels
    """
    if path.is_dir():
        saved = torch.load(path / _FILE, weights_only=True)
        if "labels" not in saved:
            raise TrainingError(f"{path} is a run from before labels were kept; start from its reader.npz")
        return Start(saved["average"], Labels.from_dict(saved["labels"]))
    weights = load(path)
    if weights.encoder:
        raise TrainingError(f"{path} holds a reader over a carrier; start from the folder of its run")
    return Start(TrainableNetwork.state_of(weights.arrays), weights.labels)


@final
class _Run:
    """A training run: the network, its optimizers, the average of its weights, and how far it has come."""

    def __init__(
        self,
        treebanks: Sequence[Sequence[Sentence]],
        labelled: Sequence[Sequence[Sentence]],
        path: Path,
        sizes: Sizes,
        schedule: Schedule,
        words: WordVectors | None,
        states: Sequence[CarrierStates] | None,
        start: Start | None,
    ) -> None:
        self._path, self._schedule = path, schedule
        self._labels = Labels.collect(sentence for treebank in treebanks for sentence in treebank)
        self._targets = Targets(self._labels)
        self._examples = [
            self._targets.example(sentence, has_roles, outside)
            for treebank, own, share in (
                *((it, state, schedule.share) for it, state in _paired(treebanks, states)),
                *((sentences, None, 1.0) for sentences in labelled),
            )
            for has_roles in (any(word.roleset for sentence in treebank for word in sentence.words),)
            for number, (sentence, outside) in enumerate(
                zip(treebank, _outside(treebank, own), strict=True), start=1
            )
            if len(sentence.words) <= LONGEST and int(number * share) > int((number - 1) * share)
        ]
        torch.manual_seed(schedule.seed)
        self._network = TrainableNetwork(self._labels, sizes, schedule.dropout, schedule.word_dropout)
        if start:
            self._network.load_state_dict(_with_labels(start, self._labels, self._network.state_dict()))
        if words:
            self._network.start_words(words.lemmas, words.vectors)
        if states:
            sample = np.concatenate([own.rows[::20].astype(np.float32) for own in states])
            self._network.start_carrier(sample.mean(0), sample.std(0) + 1e-4)
        sparse = [self._network.grams.weight, self._network.words.weight]
        self._dense = [
            value for value in self._network.parameters() if all(value is not table for table in sparse)
        ]
        self._optimizers = [
            torch.optim.AdamW(
                self._dense, lr=schedule.rate, betas=(0.9, 0.95), weight_decay=0.01, fused=True
            ),
            torch.optim.SparseAdam(sparse, lr=schedule.rate, betas=(0.9, 0.95)),
        ]
        self._average = {name: value.clone() for name, value in self._network.state_dict().items()}
        self._steps = schedule.epochs * sum(
            1 for _ in in_batches(self._examples, schedule.tokens, 1000 * schedule.seed)
        )
        self._settings = {
            "sizes": asdict(sizes),
            "schedule": asdict(schedule),
            "sentences": len(self._examples),
            "words": len(words.lemmas) if words else 0,
            "started": start is not None,
        }
        self._has_carrier = states is not None
        self.epoch, self._step = 0, 0
        self._losses: list[list[float]] = []
        if path.exists():
            self._resume()

    def train_epoch(self, progress: Callable[[int, int, int, list[float]], None] | None) -> None:
        """Train on every example once."""
        seed = 1000 * self._schedule.seed + self.epoch
        torch.manual_seed(seed)
        chance = random.Random(seed)
        batches = in_batches(self._examples, self._schedule.tokens, seed)
        total = torch.zeros(4)
        self._network.train()
        for number, examples in enumerate(batches, start=1):
            total += self._train_step(
                examples, lowered=chance.random() < self._schedule.lowered and not self._has_carrier
            )
            if progress and number % 20 == 0:
                progress(self.epoch, number, len(batches), (total / number).tolist())
        self._losses.append((total / len(batches)).tolist())
        self.epoch += 1

    def _train_step(self, examples: Sequence[Example], *, lowered: bool) -> Tensor:
        """Change the weights by one batch; return its losses."""
        warm = min(1.0, (self._step + 1) / self._schedule.warmup)
        rate = self._schedule.rate * warm * max(0.02, 1 - self._step / self._steps)
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad()
        batch = self._targets.batch(examples, lowered)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._schedule.bfloat16):
            losses = self._network.losses(batch)
        losses.sum().backward()
        nn.utils.clip_grad_norm_(self._dense, 2.0)
        for optimizer in self._optimizers:
            optimizer.step()
        self._step += 1
        if self._step % 10 == 0:
            share = max(0.02, 9 / (10 + self._step / 10))  # of few steps at first, then of the last 500
            for name, value in self._network.state_dict().items():
                self._average[name].lerp_(value, share)
        return losses.detach()

    def trained(self) -> Trained:
        """Return the averaged network."""
        return Trained(_averaged(self._network, self._average), self._labels, self._losses)

    def save(self) -> None:
        """Write the run to its file, which is the old or the new one at any time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with draft(self._path) as path:
            torch.save(
                {
                    "settings": self._settings,
                    "labels": self._labels.to_dict(),
                    "network": self._network.state_dict(),
                    "average": self._average,
                    "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
                    "epoch": self.epoch,
                    "step": self._step,
                    "losses": self._losses,
                },
                path,
            )

    def _resume(self) -> None:
        """Take up the run that the file holds."""
        saved = torch.load(self._path, weights_only=True)
        if saved["settings"] != self._settings:
            raise TrainingError(
                f"{self._path} holds a run with other settings, {saved['settings']}: remove it, or use these"
            )
        self._network.load_state_dict(saved["network"])
        self._average = saved["average"]
        for optimizer, state in zip(self._optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.epoch, self._step, self._losses = saved["epoch"], saved["step"], saved["losses"]


def _with_labels(start: Start, labels: Labels, own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of *start* for a network with *labels*; rows of those it lacks are *own* ones."""
    old, new = start.labels, labels
    sides: dict[str, tuple[Sequence[object], Sequence[object]]] = {
        "relation.weight": (old.relations, new.relations),
        "role.weight": (old.roles, new.roles),
        "property.2.weight": (old.values, new.values),
        "property.2.bias": (old.values, new.values),
    }
    found = dict(start.weights)
    for name, (before, after) in sides.items():
        places = {label: place for place, label in enumerate(before)}
        known = [number for number, label in enumerate(after) if label in places]
        found[name] = own[name].clone()
        found[name][known] = start.weights[name][[places[after[number]] for number in known]]
    return found


def _paired(
    treebanks: Sequence[Sequence[Sentence]], states: Sequence[CarrierStates] | None
) -> Iterator[tuple[Sequence[Sentence], CarrierStates | None]]:
    """Yield each treebank with its states, if there are any."""
    yield from zip(treebanks, states or [None] * len(treebanks), strict=True)


def _outside(
    treebank: Sequence[Sentence], states: CarrierStates | None
) -> Iterator[NDArray[np.floating[Any]] | None]:
    """Yield the states of each sentence's words; None without a carrier."""
    for number, sentence in enumerate(treebank):
        if states is None:
            yield None
        else:
            start = states.starts[number]
            yield states.rows[start : start + len(sentence.words)]


def _averaged(network: TrainableNetwork, average: dict[str, Tensor]) -> dict[str, NDArray[np.float32]]:
    """Return the averaged weights; *network* stays as it is."""
    own = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(average)
    arrays = network.arrays()
    network.load_state_dict(own)
    return arrays

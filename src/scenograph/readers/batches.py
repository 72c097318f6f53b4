"""
Sentences of treebanks as tensors: what the network sees, and what it shall say.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
import torch
from torch import Tensor

from scenograph.readers.features import features
from scenograph.readers.labels import PREDICATE, SCRIPT, UPOS, Labels
from scenograph.readers.lemmas import script

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.readers.sentence import Sentence

UNKNOWN = -100  # torch's mark of a target that no loss is computed for
SURE = "Sure"  # the note of a word that says how sure the teacher is of its link
LEAST = 0.5  # words of which a teacher is less sure train nothing


class Batch(NamedTuple):
    """
    Sentences with what the network shall say. `within` marks the words among the padding.

    Flat tensors have one row a word, without padding.
    """

    grams: Tensor
    gram_starts: Tensor
    words: Tensor
    word_starts: Tensor
    shapes: Tensor
    tags: Tensor
    lengths: Tensor
    within: Tensor
    heads: Tensor  # (sentences, words)
    relations: Tensor  # flat
    properties: Tensor  # flat, one column a property
    predicates: Tensor  # (predicates, 2): sentence, word
    roles: Tensor  # (predicates, words)
    outside: Tensor  # flat, the states of a carrier; no column without one
    slices: dict[str, slice]


@final
class Targets:
    """Numbers of the labels of sentences."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._relations = {name: number for number, name in enumerate(labels.relations)}
        self._roles = {name: number for number, name in enumerate(labels.roles)}
        self._values = {
            name: {value: number for number, value in enumerate(values)}
            for name, values in labels.properties.items()
        }

    def properties(self, sentence: Sentence, has_roles: bool) -> NDArray[np.int64]:
        rows: list[list[int]] = []
        for word in sentence.words:
            said = {
                UPOS: word.upos,
                SCRIPT: script(word.form, word.lemma),
                PREDICATE: "yes" if word.roleset else "-",
                **word.features,
            }
            row = [
                values.get(said.get(name, "-"), UNKNOWN if name == SCRIPT else 0)
                for name, values in self._values.items()
            ]
            if not has_roles:
                row[list(self._values).index(PREDICATE)] = UNKNOWN
            rows.append(row)
        return np.array(rows, dtype=np.int64)

    def batch(self, examples: Sequence[Example], lowered: bool = False) -> Batch:
        """Return *examples* as tensors."""
        forms = [example.forms for example in examples]
        seen = features([[form.lower() for form in words] for words in forms] if lowered else forms)
        lengths = np.array([len(words) for words in forms])
        longest = int(lengths.max())
        heads = np.full((len(examples), longest), UNKNOWN, dtype=np.int64)
        predicates: list[tuple[int, int]] = []
        roles: list[NDArray[np.int64]] = []
        for row, example in enumerate(examples):
            heads[row, : lengths[row]] = example.heads
            for predicate in example.predicates:
                line = np.zeros(longest, dtype=np.int64)
                for argument, at, role in example.roles:
                    if at == predicate:
                        line[argument] = role
                predicates.append((row, predicate))
                roles.append(line)
        return Batch(
            torch.from_numpy(seen.grams),
            torch.from_numpy(seen.gram_starts),
            torch.from_numpy(seen.words),
            torch.from_numpy(seen.word_starts),
            torch.from_numpy(seen.shapes),
            torch.from_numpy(seen.tags),
            torch.from_numpy(lengths),
            torch.from_numpy(np.arange(longest) < lengths[:, None]),
            torch.from_numpy(heads),
            torch.from_numpy(np.concatenate([example.relations for example in examples])),
            torch.from_numpy(np.concatenate([example.properties for example in examples])),
            torch.tensor(predicates, dtype=torch.int64).reshape(-1, 2),
            torch.from_numpy(np.array(roles, dtype=np.int64).reshape(-1, longest)),
            torch.from_numpy(
                np.concatenate([example.outside for example in examples]).astype(np.float32, copy=False)
            ),
            self._labels.slices,
        )

    def example(
        self, sentence: Sentence, has_roles: bool, outside: NDArray[np.floating[Any]] | None = None
    ) -> Example:
        """Return the numbers of a sentence; *outside* has a carrier's state for each word."""
        heads = np.array([word.head for word in sentence.words], dtype=np.int64)
        relations = np.array([self._relations[word.deprel] for word in sentence.words], dtype=np.int64)
        properties = self.properties(sentence, has_roles)
        for numbers in (heads, relations, properties):
            numbers[[float(word.notes.get(SURE, 1)) < LEAST for word in sentence.words]] = UNKNOWN
        return Example(
            [word.form for word in sentence.words],
            heads,
            relations,
            properties,
            [word.id - 1 for word in sentence.words if has_roles and word.roleset],
            [
                (word.id - 1, predicate - 1, self._roles[role])
                for word in sentence.words
                if has_roles
                for predicate, role in word.arguments
                if role in self._roles
            ],
            np.empty((len(sentence.words), 0), dtype=np.float32) if outside is None else outside,
        )


class Example(NamedTuple):
    """
    A sentence as numbers; `predicates` are places, `roles` are (argument, predicate, role), `outside` has
    a carrier's state for each word.
    """

    forms: list[str]
    heads: NDArray[np.int64]
    relations: NDArray[np.int64]
    properties: NDArray[np.int64]
    predicates: list[int]
    roles: list[tuple[int, int, int]]
    outside: NDArray[np.floating[Any]]


def in_batches(examples: Sequence[Example], tokens: int, seed: int) -> list[list[Example]]:
    """
    Return all *examples* in batches of similar length, in an order that *seed* draws.

    Args:
        tokens: most words of a batch, padding included, unless a single sentence has more
    """
    chance = random.Random(seed)
    order = list(range(len(examples)))
    chance.shuffle(order)
    batches: list[list[Example]] = []
    for start in range(0, len(order), 4000):
        batch: list[Example] = []
        for number in sorted(order[start : start + 4000], key=lambda number: len(examples[number].forms)):
            if batch and (len(batch) + 1) * len(examples[number].forms) > tokens:
                batches.append(batch)
                batch = []
            batch.append(examples[number])
        batches.append(batch)
    chance.shuffle(batches)
    return batches

"""
One subject and one object for each word: what a network gives twice is given once.

A network chooses the relation of each word by itself, so that a verb may get two subjects. No treebank has
that. Of two, the one that loses least gets another relation, or another head: «Критики отметили игру».
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNIQUE: Final = frozenset({"nsubj", "csubj", "obj", "iobj", "ccomp"})
_HEADS: Final = 4  # likeliest heads of a word that are tried
_ROUNDS: Final = 6
_NEVER: Final = 1e3  # more than any log probability differs from another


class _Change(NamedTuple):
    loss: float
    word: int
    head: int
    relation: int


def make_unique(
    names: Sequence[str],
    heads: NDArray[np.int64],
    arcs: NDArray[np.floating],
    relations: NDArray[np.floating],
    given: Callable[[NDArray[np.int64]], NDArray[np.floating]],
) -> None:
    """
    Change *heads* and *relations* in place until no word has two subjects or two objects.

    What is left to a word is as probable as it is without the relations that others have taken.

    Args:
        names: names of the relations
        heads: the head of each word, 0 for the root
        arcs: shape (n, n + 1): log probabilities of heads
        relations: shape (n, relations): log probabilities of the relation of each word to its head
        given: returns such relations for other heads
    """
    kinds = [name.partition(":")[0] if name != "nsubj:outer" else "" for name in names]
    unique = np.array([kind in UNIQUE for kind in kinds])
    for _ in range(_ROUNDS):
        best = relations.argmax(axis=1)
        if not unique[best].any():
            return
        groups: dict[tuple[int, str], list[int]] = {}
        for word in np.flatnonzero(unique[best]).tolist():
            groups.setdefault((int(heads[word]), kinds[best[word]]), []).append(word)
        doubled = next((words for (head, _), words in groups.items() if head and len(words) > 1), None)
        if doubled is None:
            return
        taken = {key for key in groups if key[0]}
        changes = [_cheapest(word, kinds, taken, heads, arcs, relations, given) for word in doubled]
        change = min(changes)
        if change.loss == np.inf:
            return
        if change.head != heads[change.word]:
            heads[change.word] = change.head
            relations[change.word] = given(heads)[change.word]
        row = relations[change.word]
        row[[(change.head, kind) in taken and kind in UNIQUE for kind in kinds]] -= _NEVER
        row -= np.logaddexp.reduce(row)


def _cheapest(
    word: int,
    kinds: Sequence[str],
    taken: set[tuple[int, str]],
    heads: NDArray[np.int64],
    arcs: NDArray[np.floating],
    relations: NDArray[np.floating],
    given: Callable[[NDArray[np.int64]], NDArray[np.floating]],
) -> _Change:
    """Return the change of head or relation of *word* that loses least."""
    own = int(heads[word])
    now = float(arcs[word, own] + relations[word].max())
    below = _below(word + 1, heads)
    found = _Change(np.inf, word, own, 0)
    for head in np.argsort(-arcs[word])[:_HEADS].tolist():
        if head == 0 or head in below or arcs[word, head] < -8:
            continue
        if head == own:
            chances = relations[word]
        else:
            moved = heads.copy()
            moved[word] = head
            chances = given(moved)[word]
        for relation in np.argsort(-chances)[:4].tolist():
            if (head, kinds[relation]) in taken and kinds[relation] in UNIQUE:
                continue
            loss = now - float(arcs[word, head] + chances[relation])
            if loss < found.loss:
                found = _Change(loss, word, head, relation)
    return found


def _below(top: int, heads: NDArray[np.int64]) -> set[int]:
    """Return *top* and all words below it, by their numbers."""
    found = {top}
    waiting = [top]
    for number in waiting:
        new = [int(kid) + 1 for kid in np.flatnonzero(heads == number) if int(kid) + 1 not in found]
        found.update(new)
        waiting += new
    return found

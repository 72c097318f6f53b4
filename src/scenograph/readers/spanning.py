"""
The best tree over the words of a sentence, and how probable each of its arcs is.

The tree is the one of highest score with one root (Chu and Liu, 1965; Edmonds, 1967). The probability of an
arc is its share of all trees with one root, by the matrix-tree theorem (Koo et al., 2007).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEVER = -1e30


def best_tree(scores: NDArray[np.floating]) -> NDArray[np.int64]:
    """
    Return the head of each word in the tree of the highest sum of scores.

    Args:
        scores: shape (n, n + 1): of word j - 1 as the head of word i; column 0 is the root
    Returns:
        int64, shape (n,): 0 for the root's one word, else the head's number, from 1
    """
    size = len(scores)
    full = np.full((size + 1, size + 1), _NEVER)
    full[1:] = scores
    np.fill_diagonal(full, _NEVER)
    heads = full.argmax(1)
    if (heads[1:] == 0).sum() == 1 and not len(_cycle(heads)):
        return heads[1:]
    # A bound that no tree passes, taken from each arc of the root, leaves one such arc in the best tree.
    finite = full[1:][full[1:] > _NEVER]
    full[1:, 0] -= size * (finite.max() - finite.min() + 1)
    return _arborescence(full)[1:]


def arc_probabilities(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """
    Return the share of each arc among all trees with one root, weighted by the exponential of their scores.

    Args:
        scores: as in `best_tree`
    Returns:
        float64, shape (n, n + 1); each row sums to 1
    """
    size = len(scores)
    shifted = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    weights = np.exp(np.maximum(shifted, -40))
    root, arcs = weights[:, 0], weights[:, 1:].copy()
    np.fill_diagonal(arcs, 0)
    laplacian = np.diag(arcs.sum(1)) - arcs
    laplacian[:, 0] = root  # one root: the first column is replaced
    inverse = np.linalg.inv(laplacian + 1e-12 * np.eye(size))
    found = np.zeros((size, size + 1))
    found[:, 0] = root * inverse[0]
    own = np.diag(inverse).copy()
    own[0] = 0  # the first column holds the root's weights instead
    crossed = inverse.T.copy()
    crossed[:, 0] = 0
    found[:, 1:] = arcs * (own[:, None] - crossed)
    found = np.clip(found, 0, 1)
    return found / np.maximum(found.sum(1, keepdims=True), 1e-12)


def _cycle(heads: NDArray[np.int64]) -> list[int]:
    """Return the nodes of a cycle of *heads*, where node 0 has no head; [] if there is none."""
    state = [0] * len(heads)
    state[0] = -1
    for start in range(1, len(heads)):
        node, path = start, []
        while state[node] == 0:
            state[node] = start
            path.append(node)
            node = int(heads[node])
        if state[node] == start:
            return path[path.index(node) :]
    return []


def _arborescence(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the heads of the best arborescence from node 0; `scores[i, j]` is for j as head of i."""
    heads = scores.argmax(1)
    heads[0] = 0
    cycle = _cycle(heads)
    if not cycle:
        return heads
    # The cycle becomes one node, last in the smaller graph. An arc into it breaks the cycle at its end.
    rest = [node for node in range(len(scores)) if node not in set(cycle)]
    inside = np.array([scores[node, heads[node]] for node in cycle])
    into = scores[np.ix_(cycle, rest)] - inside[:, None]
    out = scores[np.ix_(rest, cycle)]
    smaller = np.full((len(rest) + 1, len(rest) + 1), _NEVER)
    smaller[:-1, :-1] = scores[np.ix_(rest, rest)]
    smaller[-1, :-1] = into.max(0)
    smaller[:-1, -1] = out.max(1)
    smaller[0] = _NEVER
    found = _arborescence(smaller)
    for place, node in enumerate(rest):
        if place:
            head = int(found[place])
            heads[node] = cycle[int(out[place].argmax())] if head == len(rest) else rest[head]
    entry = int(found[-1])
    heads[cycle[int(into[:, entry].argmax())]] = rest[entry]
    return heads

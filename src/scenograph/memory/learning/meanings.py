"""
Meanings: short vectors of symbols, near for symbols that are used in similar links.

What a symbol links to, along which role, and what links to it, are counted over the scenes; a symbol's row of
positive pointwise mutual information with these is reduced to a few dimensions by a truncated singular value
decomposition (O. Levy, Y. Goldberg, I. Dagan, "Improving distributional similarity with lessons learned from
word embeddings", 2015: contexts smoothed by the power 0.75, square roots of the singular values).
`Alan_Bean` and `Buzz_Aldrin` come out similar without occurring together, since both are `:crewMembers`
of something.

No text and no model takes part, so that meanings are the same for every carrier.

Anything that turns names into vectors can be plugged in (`Memory.open(..., embedder=...)`); near vectors must
mean near meanings. With one, a cue may name what memory has never met: *automobile* finds what was stated of
a car.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.errors import MissingExtraError, StoreError
from scenograph.memory.index.vectors import HASHED, Items
from scenograph.memory.store.learned import Learned
from scenograph.memory.symbols import is_open, name_of

DIMENSIONS = 64
"""Numbers in a meaning, at most."""

_LEAST = 2  # uses of a symbol from which anything can be said of it
_MOST = 100_000  # symbols that get a meaning, the most used first
_SMOOTH = 0.75
_LARGEST = 65_504  # that a stored number can be (float16)

_Context = tuple[str, ...]


def learn_meanings(scenes: Iterable[Scene]) -> dict[str, NDArray[np.float32]]:
    """
    Learn from how *scenes* use their symbols.

    Returns:
        for each concept and constant that is used at least twice, float32, shape (dimensions,), of unit
        length, where dimensions is `DIMENSIONS` or what the scenes allow; none if they allow nothing.
    """
    pairs: Counter[tuple[str, _Context]] = Counter()
    uses: Counter[str] = Counter()
    for scene in scenes:
        concepts = scene.concepts
        uses.update(set(concepts).union(link.target for link in scene.links if isinstance(link.target, str)))
        for source, role, target in scene.links:
            one = concepts[source]
            other = target if isinstance(target, str) else concepts[target]
            pairs[one, (role, ">")] += 1
            pairs[other, (role, "<")] += 1
            if not is_open(other):
                pairs[one, (role, ">", other)] += 1
            if not is_open(one):
                pairs[other, (role, "<", one)] += 1
    by_use = sorted(uses, key=lambda word: (-uses[word], word))[:_MOST]
    known = [word for word in by_use if uses[word] >= _LEAST and not is_open(word)]
    return _reduced(_information(pairs, known), known)


def _information(pairs: Counter[tuple[str, _Context]], known: list[str]) -> Any:
    """Positive pointwise mutual information of symbols and contexts, as a sparse matrix."""
    from scipy import sparse

    row = {symbol: number for number, symbol in enumerate(known)}
    column: dict[_Context, int] = {}
    entries = [
        (row[symbol], column.setdefault(context, len(column)), count)
        for (symbol, context), count in sorted(pairs.items())
        if symbol in row
    ]
    if not entries:
        return sparse.csr_matrix((len(known), 0), dtype=np.float64)
    rows, columns, counts = (np.array(part) for part in zip(*entries, strict=True))
    counted = counts.astype(np.float64)
    of_row = np.bincount(rows, counted, len(known))
    of_column = np.bincount(columns, counted) ** _SMOOTH
    information = np.log(counted / of_row[rows] * of_column.sum() / of_column[columns])
    shape = (len(known), len(column))
    return sparse.csr_matrix((np.maximum(information, 0), (rows, columns)), shape=shape)


def _reduced(information: Any, known: list[str]) -> dict[str, NDArray[np.float32]]:
    dimensions = min(DIMENSIONS, *(size - 1 for size in information.shape))
    if dimensions < 1 or not information.nnz:
        return {}
    vectors = _left_singular(information, dimensions)
    lengths = np.linalg.norm(vectors, axis=1)
    return {
        symbol: (vectors[number] / lengths[number]).astype(np.float32)
        for number, symbol in enumerate(known)
        if lengths[number] > 1e-9
    }


def _left_singular(matrix: Any, count: int) -> NDArray[np.float64]:
    """
    The first *count* left singular vectors, each times the square root of its value.

    By randomised subspace iteration (N. Halko, P. Martinsson, J. Tropp, "Finding structure with randomness",
    2011) from a fixed start: ARPACK's vectors differ from call to call where singular values are equal.
    """
    start = np.random.default_rng(0).normal(size=(matrix.shape[1], min(count + 10, *matrix.shape)))
    basis = matrix @ start
    for _ in range(6):
        basis, _ = np.linalg.qr(basis)
        basis = matrix @ (matrix.T @ basis)
    basis, _ = np.linalg.qr(basis)
    small = np.asarray(matrix.T @ basis)
    values, rotation = np.linalg.eigh(small.T @ small)
    largest = np.argsort(-values, kind="stable")[:count]
    return (basis @ rotation[:, largest]) * np.maximum(values[largest], 0) ** 0.25


def embedded_meanings(
    symbols: Iterable[str], embedder: Embedder, width: int | None = None
) -> dict[str, NDArray[np.float32]]:
    """
    What *embedder* makes of the names of *symbols*; roles, and what has no name, have no meaning.

    Raises:
        StoreError: if it does not return one vector of finite numbers for each name, *width* long if given
    """
    by_name: dict[str, list[str]] = {}
    for symbol in symbols:
        if name := name_of(symbol):
            by_name.setdefault(name, []).append(symbol)
    if not by_name:
        return {}
    vectors = _embedded(embedder, list(by_name), width)
    named = zip(by_name.values(), vectors, strict=True)
    return {symbol: vector for known, vector in named for symbol in known}


def _embedded(embedder: Embedder, names: list[str], width: int | None) -> NDArray[np.float32]:
    try:
        vectors = np.asarray(embedder(names), np.float32)
    except (TypeError, ValueError) as error:
        raise StoreError(f"the embedder {embedder.name} returned no vectors of numbers: {error}") from error
    if vectors.ndim != 2 or len(vectors) != len(names) or not vectors.shape[1]:
        wanted = f"({len(names)}, d)"
        raise StoreError(f"the embedder {embedder.name} returned shape {vectors.shape}, not {wanted}")
    if width not in (None, vectors.shape[1]):
        raise StoreError(
            f"the embedder {embedder.name} returned vectors of {vectors.shape[1]} numbers, and those stored "
            f"have {width}; give an embedder of another length another name"
        )
    if not (np.abs(vectors) <= _LARGEST).all():
        raise StoreError(f"the embedder {embedder.name} returned numbers that are not finite, or too large")
    return vectors


def keep_meanings(learned: Learned, meanings: Mapping[str, NDArray[np.float32]], source: str) -> None:
    """Store *meanings*, which came from *source*, instead of earlier ones."""
    rows = _stored(meanings)
    learned.put("meaning", rows)
    learned.put("meanings from", source.encode(), tells=False)
    learned.put("meanings", _digest(rows).encode(), tells=False)


def _stored(meanings: Mapping[str, NDArray[np.float32]]) -> dict[str, bytes]:
    return {symbol: vector.astype("<f2").tobytes() for symbol, vector in meanings.items()}


def _digest(rows: Mapping[str, bytes]) -> str:
    digest = blake2b(digest_size=16)
    for symbol in sorted(rows):
        digest.update(symbol.encode() + b"\0" + rows[symbol])
    return digest.hexdigest()


def items_name(learned: Learned, embedder: Embedder | None = None) -> str:
    """The name of `kept_items`."""
    name = learned.get("meanings")
    return HASHED.name if name is None else _named(name.decode(), _source(learned, embedder))


def _named(digest: str, embedder: Embedder | None) -> str:
    return digest if embedder is None else f"{digest} {embedder.name}"


def _source(learned: Learned, embedder: Embedder | None) -> Embedder | None:
    """*embedder* if the meanings that are stored came from it."""
    if embedder is None or learned.get("meanings from") != embedder.name.encode():
        return None
    return embedder


def kept_items(learned: Learned, embedder: Embedder | None = None) -> Items:
    """
    Items by the meanings that are stored.

    Args:
        learned: where they are stored
        embedder: if the meanings came from it, it also gives those of symbols that are new since then; with
            and without it, items have different names
    """
    name = items_name(learned, embedder)
    if name == HASHED.name:
        return HASHED
    width = learned.size("meaning") // 2 or None
    return _items(lambda symbols: learned.of("meaning", symbols), name, _source(learned, embedder), width)


def coming_items(meanings: Mapping[str, NDArray[np.float32]], embedder: Embedder | None) -> Items:
    """What `kept_items` will be once *meanings* are stored, which came from *embedder* if there is one."""
    rows = _stored(meanings)
    width = next((len(vector) for vector in meanings.values()), None)
    return _items(lambda _: rows, _named(_digest(rows), embedder), embedder, width)


def _items(
    stored: Callable[[Sequence[str]], Mapping[str, bytes]],
    name: str,
    embedder: Embedder | None,
    width: int | None,
) -> Items:
    def meanings(symbols: Sequence[str]) -> list[NDArray[np.float32] | None]:
        rows = stored(symbols)
        found = {one: np.frombuffer(rows[one], "<f2").astype(np.float32) for one in symbols if one in rows}
        if embedder is not None:
            found |= embedded_meanings([one for one in symbols if one not in rows], embedder, width)
        return [found.get(symbol) for symbol in symbols]

    return Items(meanings, name)


PREFIX = "sentence-transformers:"
"""How a model of sentence-transformers is named in `mind.toml`, before its name or folder."""


@runtime_checkable
class Embedder(Protocol):
    """
    Turns names into vectors.

    Attributes:
        name: tells it from every other; vectors of another name are not compared with its
    """

    @property
    def name(self) -> str: ...

    def __call__(self, names: Sequence[str], /) -> NDArray[np.float32]:
        """Vectors of *names*, "alan bean" or "birth place": float32, shape (n, d), rows of unit length."""
        ...


class SentenceEmbedder:
    """
    A model of sentence-transformers.

    Args:
        model: its name at the hub, or a local folder
    Raises:
        MissingExtraError: if sentence-transformers is not installed
        StoreError: if there is no such model
    """

    def __init__(self, model: str) -> None:
        try:
            library: Any = import_module("sentence_transformers")  # typed or not, as it is installed or not
        except ImportError as error:
            raise MissingExtraError("sentence-transformers", "embed", error) from error
        try:
            self._model: Any = library.SentenceTransformer(model)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise StoreError(
                f"cannot load the embedder {model}: {reason}; check its name or folder"
            ) from error
        self.name = PREFIX + model

    def __call__(self, names: Sequence[str], /) -> NDArray[np.float32]:
        """Vectors of *names*."""
        found = self._model.encode(
            list(names), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(found, np.float32)


def embedder(named: str) -> Embedder:
    """
    The embedder that a setting names.

    Raises:
        StoreError: if it names none
    """
    if named.startswith(PREFIX) and len(named) > len(PREFIX):
        return SentenceEmbedder(named.removeprefix(PREFIX))
    raise StoreError(f"there is no embedder {named!r}; write {PREFIX}NAME, with a model's name or folder")

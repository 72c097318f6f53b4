"""
Embedders: where meanings come from if not from the memory itself.

Anything that turns names into vectors can be plugged in (`Memory.open(..., embedder=...)`); near vectors must
mean near meanings. With one, a cue may name what memory has never met: *automobile* finds what was told of
a car.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scenograph.errors import MissingExtraError, StoreError

PREFIX = "sentence-transformers:"
"""How a model of sentence-transformers is named in `mind.toml`, before its name or folder."""


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
            raise MissingExtraError("sentence-transformers", "embed") from error
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

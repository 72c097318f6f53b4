"""The source of the meanings of symbols in a mind's memory: its scenes, its carrier, or another model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, final

from scenograph.memory.learning.meanings import Embedder, embedder
from scenograph.mind.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from scenograph.carriers.protocol import Embeds


def mind_embedder(workspace: Workspace, carrier: Callable[[], Embeds]) -> Embedder | None:
    """
    Return the embedder that `mind.toml` names; None if memory learns from its own scenes.

    Args:
        workspace: the mind
        carrier: loads its carrier when something is first embedded
    Raises:
        StoreError: if there is no such model
        MissingExtraError: if sentence-transformers is not installed
    """
    named = workspace.config.memory.embedder
    if named == "own":
        return None
    if named == "carrier":
        return CarrierEmbedder(workspace.config.carrier.base, carrier)
    return embedder(named)


@final
class CarrierEmbedder:
    """
    Names by the carrier's own input embeddings.

    Meanings depend on the carrier then: after a change of carrier the next consolidation learns them again.
    The remembered scenes stay the same, byte by byte.
    """

    def __init__(self, base: str, carrier: Callable[[], Embeds]) -> None:
        self.name = f"carrier:{base}"
        self._carrier = carrier

    def __call__(self, names: Sequence[str], /) -> NDArray[np.float32]:
        """Vectors of *names*: float32, shape (n, d), rows of unit length."""
        return self._carrier().embed(names)

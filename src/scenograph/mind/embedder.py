"""Where a mind's memory learns what symbols mean: from its own scenes, its carrier, or another model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, final

from scenograph.memory.learning.embedders import Embedder, embedder
from scenograph.mind.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from scenograph.carriers import Carrier


def mind_embedder(workspace: Workspace, carrier: Callable[[], Carrier]) -> Embedder | None:
    """
    The embedder that `mind.toml` names; None where memory learns from its own scenes.

    Args:
        workspace: the mind
        carrier: loads its carrier, when something is first to be embedded
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
    Names by the carrier's own input embeddings: the mean of their tokens, less the mean of all tokens.

    It makes meanings depend on the carrier: they are learned anew by the consolidation after another is
    taken. What is remembered stays the same, byte by byte.
    """

    def __init__(self, base: str, carrier: Callable[[], Carrier]) -> None:
        self.name = f"carrier:{base}"
        self._carrier = carrier

    def __call__(self, names: Sequence[str], /) -> NDArray[np.float32]:
        """Vectors of *names*: float32, shape (n, d), rows of unit length."""
        import numpy as np
        import torch

        carrier = self._carrier()
        with torch.inference_mode():
            rows = carrier.model.get_input_embeddings().weight
            middle = rows.mean(dim=0)
            means = [
                rows[torch.tensor(carrier.vocabulary.encode_text(name), device=rows.device)].mean(dim=0)
                for name in names
            ]
            vectors = torch.nn.functional.normalize(torch.stack(means) - middle, dim=1)
        return np.asarray(vectors.float().cpu().numpy(), np.float32)

"""
How much memory a carrier needs, for training adapters over it and for serving, part by part.

    need = training_need(shape, "float32")
    need.total, need.parts          # bytes; {"process": …, "weights": …, "adapters": …, …}

The parts follow from the sizes. Training stores what its backward passes need up to a bound
(`Recipe.memory`), so that part does not grow with the model beyond it. On a CPU, libraries and Python come on
top (`PROCESS`), and while weights are loaded some of them are there twice for a moment, which is less than
training adds. `bench/carriers.py` compares the totals with measured peaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from scenograph.carriers.room import weight_bytes
from scenograph.carriers.shape import Shape

PROCESS: Final = 480 << 20  # Python with torch and transformers, on a CPU
CONTEXT: Final = 500 << 20  # CUDA's own, on a GPU
_FACTOR: Final = 4  # bytes of a number of an adapter: float32 always
_HEAD: Final = 1 << 20  # logits computed at once while training (adapters.loss)
_HEAD_ROWS: Final = 64


@dataclass(frozen=True, slots=True)
class Training:
    """
    What training is like.

    Attributes:
        adapters: how many are trained together
        rank: of each
        batch: tokens in one step
        width: tokens in one forward pass
        memory: most bytes stored for backward passes
    """

    adapters: int = 10
    rank: int = 16
    batch: int = 4096
    width: int = 1024
    memory: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Serving:
    """
    What serving is like.

    Attributes:
        adapters: how many are there
        rank: of each
        rows: answers that are written at a time
        length: tokens of a prompt and its answer
    """

    adapters: int = 10
    rank: int = 16
    rows: int = 32
    length: int = 512


class Need(NamedTuple):
    """Bytes by part; a part that does not exist is left out."""

    parts: dict[str, int]

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.parts.values())


def adapter_parameters(shape: Shape, rank: int) -> int:
    """Return the parameters of one adapter."""
    return shape.layers * rank * sum(wide + narrow for _, wide, narrow in shape.linear_widths)


def kv_bytes(shape: Shape, tokens: int, number: int) -> int:
    """Return the bytes of keys and values of *tokens* in *number* bytes each; windows are not counted on."""
    return 2 * shape.layers * shape.kv_heads * shape.head * tokens * number


def stored_bytes(shape: Shape, tokens: int, number: int) -> int:
    """
    Return what a backward pass through *tokens* needs: inputs of products, norms, gates and attention.

    Of each layer: its sums and norms (the hidden width), q, k and v with their rotated forms, what attention
    gives, and gate, up and their products (the inner width).
    """
    queries, keys = shape.heads * shape.head, shape.kv_heads * shape.head
    layer = 6 * shape.hidden + 4 * queries + 5 * keys + 5 * shape.inner
    return tokens * shape.layers * layer * number


def training_need(
    shape: Shape,
    dtype: str,
    quantisation: str | None = None,
    *,
    training: Training | None = None,
    device: str = "cpu",
) -> Need:
    """Return what training takes at its peak."""
    it = training or Training()
    number = 4 if dtype == "float32" else 2
    factors = it.adapters * adapter_parameters(shape, it.rank) * _FACTOR
    logits = max(_HEAD_ROWS * shape.vocabulary, _HEAD) * 4 * 3
    parts = {
        "process": PROCESS if device == "cpu" else CONTEXT,
        "weights": weight_bytes(shape, dtype, quantisation),
        "adapters": factors,
        "gradients": factors,
        "optimiser": 2 * factors,
        "activations": min(it.memory, stored_bytes(shape, it.width, number)),
        "kv": kv_bytes(shape, it.batch, number),
        "logits": logits,
    }
    return Need(parts)


def serving_need(
    shape: Shape,
    dtype: str,
    quantisation: str | None = None,
    *,
    serving: Serving | None = None,
    device: str = "cpu",
) -> Need:
    """Return what writing with adapters takes at its peak."""
    it = serving or Serving()
    number = 4 if dtype == "float32" else 2
    parts = {
        "process": PROCESS if device == "cpu" else CONTEXT,
        "weights": weight_bytes(shape, dtype, quantisation),
        "adapters": it.adapters * adapter_parameters(shape, it.rank) * _FACTOR,
        "kv": kv_bytes(shape, it.rows * it.length, number),
        "logits": it.rows * shape.vocabulary * 4 * 2,
    }
    return Need(parts)

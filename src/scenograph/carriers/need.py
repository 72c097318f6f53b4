"""
How much memory a carrier needs, for training adapters over it and for serving, part by part.

    need = training_need(shape, "float32")
    need.total, need.parts          # bytes; {"process": …, "weights": …, "adapters": …, …}

The parts follow from the sizes. What backward passes need is stored up to a bound (`Recipe.memory`), so that
part stops growing with the model. On a CPU, Python with its libraries comes on top (`PROCESS`), and so do the
tokenizer and writing a checkpoint: the numbers are there once more as bytes, and once more as one file.

Parts that follow each other are summed all the same: the allocator of a CPU keeps small blocks that were
freed, for each thread apart, and a backward pass and a checkpoint are made by different threads. Only blocks
of 32 MiB and more go back at once: of logits that are so large and the checkpoint, the larger counts.

`bench/carriers.py` compares the totals with measured peaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from scenograph.carriers.room import GIB, free_memory, weight_bytes
from scenograph.carriers.shape import Shape
from scenograph.errors import CarrierError

PROCESS: Final = 600 << 20  # on a CPU: Python, torch, transformers, peft, and buffers of first products
CONTEXT: Final = 500 << 20  # CUDA's own, on a GPU
_PIECE: Final = 800  # bytes of a piece in the tokenizer's tables, in its merges, and in Python
_LARGE: Final = 32 << 20  # bytes of a block from which on glibc gives it back as soon as it is freed
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
        prefix, suffix: tokens of a task before its invocation, and from there on
        checkpointing: whether layers are computed twice, to store less
        bfloat16: whether a carrier in float32 computes from a second copy of its weights, in bfloat16
    """

    adapters: int = 10
    rank: int = 16
    batch: int = 4096
    width: int = 1024
    memory: int = 1 << 30
    prefix: int = 32
    suffix: int = 40
    checkpointing: bool = False
    bfloat16: bool = False


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
    """
    Bytes by part.

    `process` is Python with its libraries, or CUDA's own on a GPU; `atoms` are the tables, written again with
    rows for atoms, while the file with all weights stays mapped; `copy` are the weights again in bfloat16;
    `kv` are keys and values.
    """

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


def stored_bytes(shape: Shape, training: Training, number: int) -> int:
    """
    Return what the backward pass of one slice needs, without its bound; measured by `adapters.row_size` too.

    For each token and layer: two sums and two norms (hidden), queries and keys with values twice, the four
    tensors of the inner width, and the narrow side of each adapted product. For each row the factors of its
    adapter. For each token before the invocation, keys and values, also repeated for all heads. In a mixture,
    each expert of a token stores its input, output and inner tensors, and the narrow sides of all adapters.
    Norms of queries and keys, and Gemma's after attention and feed-forward, store what goes in and comes out.
    """
    queries, keys = shape.heads * shape.head, shape.kv_heads * shape.head
    narrow = training.rank * (len(shape.linear_widths) if shape.experts == 1 else 4)
    inner = shape.used * 4 * shape.inner
    if shape.experts > 1:
        inner += shape.used * (3 * shape.hidden + 4 * training.adapters * training.rank)
    norms = 0
    if shape.family in ("qwen3", "gemma3_text"):
        norms += 2 * (queries + keys)
    if shape.family == "gemma3_text":
        norms += 4 * shape.hidden
    token = shape.layers * (4 * shape.hidden + 2 * queries + 2 * keys + inner + narrow + norms) * number
    row = adapter_parameters(shape, training.rank) * number if shape.experts == 1 else 0
    seen = 2 * shape.layers * (queries + 2 * keys) * number
    rows = max(1, training.width // training.suffix)
    whole = rows * (row + training.suffix * token + training.prefix * seen)
    if not training.checkpointing:
        return whole
    # The inputs of all layers, the states before them, and one layer whole.
    return rows * training.suffix * shape.layers * shape.hidden * number + whole // shape.layers


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
    copied = it.bfloat16 and dtype == "float32" and quantisation is None
    number = 4 if dtype == "float32" and not copied else 2
    factors = it.adapters * adapter_parameters(shape, it.rank) * _FACTOR
    block = max(_HEAD_ROWS * shape.vocabulary, _HEAD) * 4
    logits = 3 * block
    parts = {
        "process": PROCESS if device == "cpu" else CONTEXT,
        "tokenizer": _PIECE * shape.vocabulary if device == "cpu" else 0,
        "weights": weight_bytes(shape, dtype, quantisation),
        "atoms": shape.table * (4 if dtype == "float32" else 2) * (1 if shape.is_tied else 2),
        "copy": 2 * shape.parameters if copied else 0,
        "adapters": factors,
        "gradients": factors,
        "optimiser": 2 * factors,
        "activations": min(it.memory, stored_bytes(shape, it, number)),
        "kv": kv_bytes(shape, it.batch, number),
        "logits": logits,
    }
    if device == "cpu":
        written = 2 * 3 * factors
        parts["checkpoint"] = max(0, written - logits) if block >= _LARGE else written
    return Need(parts)


def check_training(
    shape: Shape, name: str, dtype: str, device: str, quantisation: str | None, training: Training
) -> None:
    """
    Refuse a carrier that cannot be trained in the free memory, before it is loaded.

    Raises:
        CarrierError: with what it needs and what there is
    """
    need = training_need(shape, dtype, quantisation, training=training, device=device)
    free = free_memory(device)
    if need.total <= free:
        return
    where = "GPU memory" if device.startswith("cuda") else "memory"
    kind = dtype if quantisation is None else f"{quantisation} over {dtype}"
    raise CarrierError(
        f"{name} is too large to be trained here: that needs about {need.total / GIB:.1f} GiB with "
        f"{training.adapters} adapters of rank {training.rank} in {kind}, and {free / GIB:.1f} GiB of "
        f"{where} are free; take a lower rank or fewer styles, or see `scenograph carriers fit`"
    )


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
        "tokenizer": _PIECE * shape.vocabulary if device == "cpu" else 0,
        "weights": weight_bytes(shape, dtype, quantisation),
        "atoms": shape.table * number * (1 if shape.is_tied else 2),
        "adapters": it.adapters * adapter_parameters(shape, it.rank) * _FACTOR,
        "kv": kv_bytes(shape, it.rows * it.length, number),
        "logits": it.rows * shape.vocabulary * 4 * 2,
    }
    return Need(parts)

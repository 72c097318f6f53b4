"""How much memory there is, and whether a carrier's weights go into it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from scenograph.carriers.shape import Shape
from scenograph.errors import CarrierError
from scenograph.optional import optional

GIB: Final = 2**30
_LIMITS: Final = (  # of a container, in the two forms that Linux has
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)
_BYTES: Final = {"float32": 4.0, "float16": 2.0, "bfloat16": 2.0}
_QUANTISED: Final = {"8bit": 1.0, "4bit": 0.5 + 0.5 / 16}  # with the scales of NF4, quantised again


def free_memory(device: str = "cpu") -> int:
    """Return the bytes that are free: of a GPU, or of the machine within the limit of its container."""
    if device.startswith("cuda"):
        import torch

        return torch.cuda.mem_get_info(device)[0]
    free: int = optional("psutil", "train").virtual_memory().available
    for limit, used in _LIMITS:
        with suppress(OSError, ValueError):
            free = min(free, int(Path(limit).read_text()) - int(Path(used).read_text()))
    return free


def weight_bytes(shape: Shape, dtype: str, quantisation: str | None = None) -> int:
    """Return the bytes of the weights; of a quantised carrier, all but linear layers stays in *dtype*."""
    quantised = 0 if quantisation is None else shape.linear
    short = quantised * _QUANTISED.get(quantisation or "", 0.0)
    return int(short + (shape.parameters - quantised) * _BYTES[dtype])


def check_room(shape: Shape, name: str, dtype: str, device: str, quantisation: str | None = None) -> None:
    """
    Refuse a carrier whose weights are larger than the free memory, before they are loaded.

    Raises:
        CarrierError: with what it needs and what there is
    """
    need, free = weight_bytes(shape, dtype, quantisation), free_memory(device)
    if need > free:
        where = "GPU memory" if device.startswith("cuda") else "memory"
        kind = dtype if quantisation is None else f"{quantisation} over {dtype}"
        raise CarrierError(
            f"{name} is too large: its weights need {need / GIB:.1f} GiB in {kind}, "
            f"and {free / GIB:.1f} GiB of {where} are free; `scenograph carriers fit` lists what fits"
        )

"""
How many tokens a second a carrier trains on and writes, estimated from its sizes and the machine's speed.

Training multiplies: a token that is trained through goes forward and back through each weight (4 operations),
one of a prefix forward only (2). Writing reads: each step goes through all weights once, whatever the number
of rows, and multiplies for each row. A machine has two numbers for that, and `Machine.origin` says where they
come from:

    measured now    a product and a copy, on the device that is here
    a data sheet    of a GPU with so much memory, which is not here
    given           by the person who asks

Of these numbers only a share is reached. `REACHED` is what training SmolLM2 reached on one core
(docs/measurements-log.md); on a GPU it is assumed, not measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from scenograph.carriers.need import Serving, Training
from scenograph.carriers.room import weight_bytes
from scenograph.carriers.shape import Shape

REACHED: Final = {"cpu": 0.35, "cuda": 0.30}
"""The share of the speed of one large product that training reaches."""


class Machine(NamedTuple):
    """
    What a machine can do.

    Attributes:
        products: operations a second in one large product, float32 on a CPU, bfloat16 on a GPU
        bytes: read from memory in a second
        origin: where these numbers come from, for a person
        device: `cpu` or `cuda`
    """

    products: float
    bytes: float
    origin: str
    device: str


_SHEETS: Final = (  # GiB, name, 10^12 operations a second in bfloat16 without sparsity, 10^9 bytes a second
    (12, "GeForce RTX 4070 Ti", 80, 504),
    (16, "GeForce RTX 4080", 97, 717),
    (24, "GeForce RTX 3090", 71, 936),
    (40, "A100 40 GB", 312, 1555),
    (48, "RTX A6000", 155, 768),
    (80, "A100 80 GB", 312, 2039),
    (141, "H200", 989, 4800),
)


def of_sheet(gib: float) -> Machine:
    """Return the numbers of the data sheet of the smallest listed GPU with *gib* GiB, or of the largest."""
    _, name, products, read = next((sheet for sheet in _SHEETS if sheet[0] >= gib), _SHEETS[-1])
    return Machine(products * 1e12, read * 1e9, f"data sheet of an NVIDIA {name}", "cuda")


def has_gpu() -> bool:
    """Return whether there is a GPU here that can be measured."""
    import torch

    return torch.cuda.is_available()


def measured(device: str = "cpu") -> Machine:
    """Measure *device*, in some tenths of a second; with as many threads as torch would use."""
    import torch

    kind = torch.float32 if device == "cpu" else torch.bfloat16
    side = 1024 if device == "cpu" else 8192
    one, other = (torch.ones(side, side, dtype=kind, device=device) for _ in range(2))
    large = torch.ones(1 << 26, dtype=torch.uint8, device=device)  # 64 MiB, more than caches hold
    into = torch.empty_like(large)

    def best(work: Callable[[], object]) -> float:
        times: list[float] = []
        for _ in range(4):
            began = time.perf_counter()
            work()
            if device != "cpu":
                torch.cuda.synchronize()
            times.append(time.perf_counter() - began)
        return min(times)

    products = 2 * side**3 / best(lambda: one @ other)
    read = 2 * len(large) / best(lambda: into.copy_(large))
    threads = torch.get_num_threads()
    name = (
        f"{threads} thread{'' if threads == 1 else 's'}"
        if device == "cpu"
        else torch.cuda.get_device_name(device)
    )
    return Machine(products, read, f"measured now on {name}", "cpu" if device == "cpu" else "cuda")


def training_speed(shape: Shape, machine: Machine, training: Training) -> float:
    """Return the tokens a second of training, those of prefixes included; two rows share a prefix."""
    through = shape.active + shape.table  # with the head
    operations = 4 * through * training.suffix + 2 * shape.active * training.prefix / 2
    operations *= 1.25 if training.checkpointing else 1
    tokens = training.suffix + training.prefix
    return REACHED[machine.device] * machine.products * tokens / operations


def serving_speed(
    shape: Shape, machine: Machine, dtype: str, quantisation: str | None, serving: Serving
) -> float:
    """Return the tokens a second of all rows together."""
    read = weight_bytes(shape, dtype, quantisation) / machine.bytes
    multiplied = (
        2 * (shape.active + shape.table) * serving.rows / (REACHED[machine.device] * machine.products)
    )
    return serving.rows / max(read, multiplied)

"""Which carriers fit into a memory, for training and for serving, in each precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scenograph.carriers.known import KNOWN
from scenograph.carriers.need import Serving, Training, serving_need, training_need
from scenograph.carriers.place import config_at
from scenograph.carriers.shape import Shape

PRECISIONS: Final = {"cpu": ("float32",), "cuda": ("float32", "bfloat16", "4bit")}
"""What weights may be in; on a CPU bfloat16 is many times slower, and 4 bit of no use."""


@dataclass(frozen=True, slots=True)
class Fit:
    """
    Whether a carrier fits, in one precision.

    Attributes:
        carrier: its name
        precision: `float32`, `bfloat16` or `4bit`
        can_train, can_serve: whether the total is within the memory
        training_total, serving_total: bytes
        training, serving: bytes by part
    """

    carrier: str
    precision: str
    can_train: bool
    can_serve: bool
    training_total: int
    serving_total: int
    training: dict[str, int]
    serving: dict[str, int]


def shapes(carriers: Sequence[str]) -> Iterator[tuple[str, Shape]]:
    """
    Yield name and sizes of *carriers*: known names, or what `load_carrier` takes; all known ones for none.

    Raises:
        CarrierError: if one of them is none of these
    """
    for name in carriers or KNOWN:
        if name in KNOWN:
            yield name, KNOWN[name].shape
        else:
            yield name, Shape.of_config(config_at(name), name)


def fits(
    name: str, shape: Shape, room: int, *, device: str, training: Training, serving: Serving
) -> Iterator[Fit]:
    """
    Yield whether *shape* fits into *room* bytes, for each precision that makes sense on *device*.

    Args:
        name: of the carrier
        shape: its sizes
        room: bytes that are free
        device: `cpu` or `cuda`
        training: how it would be trained
        serving: how it would be served
    """
    for precision in PRECISIONS[device]:
        dtype, quantisation = ("bfloat16", "4bit") if precision == "4bit" else (precision, None)
        trained = training_need(shape, dtype, quantisation, training=training, device=device)
        served = serving_need(shape, dtype, quantisation, serving=serving, device=device)
        yield Fit(
            name, precision, trained.total <= room, served.total <= room,
            trained.total, served.total, trained.parts, served.parts,
        )  # fmt: skip

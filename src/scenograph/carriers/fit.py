"""Which carriers fit into a memory, for training and for serving, in each precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scenograph.carriers.known import KNOWN
from scenograph.carriers.need import Serving, Training, serving_need, training_need
from scenograph.carriers.options import QUANTISATIONS
from scenograph.carriers.place import config_at
from scenograph.carriers.shape import Shape
from scenograph.carriers.speed import Machine, serving_speed, training_speed

PRECISIONS: Final = {"cpu": ("float32", "8bit", "4bit"), "cuda": ("float32", "bfloat16", "8bit", "4bit")}
"""What weights may be in; on a CPU bfloat16 is many times slower, and 8 and 4 bit save memory only."""


@dataclass(frozen=True, slots=True)
class Fit:
    """
    Whether a carrier fits, in one precision.

    Attributes:
        carrier: its name
        precision: `float32`, `bfloat16`, `8bit` or `4bit`
        can_train, can_serve: whether the total is within the memory
        training_total, serving_total: bytes
        training, serving: bytes by part
        training_speed, serving_speed: estimated tokens a second, for few bits on a GPU at most; None where
            the machine's numbers say nothing: few bits on a CPU, float32 on a GPU
        origin: where the numbers of the machine come from, by which speeds are estimated
    """

    carrier: str
    precision: str
    can_train: bool
    can_serve: bool
    training_total: int
    serving_total: int
    training: dict[str, int]
    serving: dict[str, int]
    training_speed: float | None
    serving_speed: float | None
    origin: str


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
    name: str, shape: Shape, room: int, *, machine: Machine, training: Training, serving: Serving
) -> Iterator[Fit]:
    """
    Yield whether *shape* fits into *room* bytes, for each precision that makes sense on *machine*.

    Args:
        name: of the carrier
        shape: its sizes
        room: bytes that are free
        machine: what it can do
        training: how it would be trained
        serving: how it would be served
    """
    device = machine.device
    for precision in PRECISIONS[device]:
        few = precision in QUANTISATIONS
        dtype = ("float32" if device == "cpu" else "bfloat16") if few else precision
        quantisation = precision if few else None
        is_known = not few if device == "cpu" else precision != "float32"
        trained = training_need(shape, dtype, quantisation, training=training, device=device)
        served = serving_need(shape, dtype, quantisation, serving=serving, device=device)
        yield Fit(
            name, precision, trained.total <= room, served.total <= room,
            trained.total, served.total, trained.parts, served.parts,
            training_speed(shape, machine, training) if is_known else None,
            serving_speed(shape, machine, dtype, quantisation, serving) if is_known else None,
            machine.origin,
        )  # fmt: skip

"""The shape of a set of adapters: their names and ranks, and the layers of a model that they adapt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, TypeAlias, final

from torch import nn

from scenograph.adapters.experts import NAME as EXPERTS
from scenograph.adapters.experts import Slice, slices_of
from scenograph.errors import AdapterError

AdapterActivation: TypeAlias = Literal["invocation", "always"]
"""Where an adapter acts: from the invocation token on, or on every token."""

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""Linear layers of attention and MLP, by the last part of their names, in Llama-like architectures."""


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """What the adapters of a set have in common."""

    names: tuple[str, ...]  # in the order in which they are stacked
    rank: int  # inner dimension of the low-rank product
    alpha: float  # the product is scaled by alpha / rank
    targets: tuple[str, ...] = TARGETS  # last name parts of the adapted linear layers
    activation: AdapterActivation = "invocation"
    first: int = 0  # the lowest adapted layer; those below it are the bare carrier's
    ranks: tuple[int, ...] = ()  # of each adapter, at most `rank`; empty: all have `rank`

    @property
    def scale(self) -> float:
        """Factor of the low-rank product."""
        return self.alpha / self.rank

    def rank_of(self, adapter: int) -> int:
        """Return the rank of adapter number *adapter*; the rest of its factors up to `rank` is zero."""
        return self.ranks[adapter] if self.ranks else self.rank

    def described(self) -> dict[str, Any]:
        """Return the fields as JSON values; without `first` and `ranks` where they say nothing."""
        value = asdict(self)
        for name in ("first", "ranks"):
            if not value[name]:
                del value[name]
        return value


class Pair(NamedTuple):
    """The stacked factors of one layer: `a` (n, r, in) and `b` (n, out, r), float32."""

    a: nn.Parameter
    b: nn.Parameter


def find_targets(model: nn.Module, targets: Sequence[str], first: int = 0) -> dict[str, nn.Linear | Slice]:
    """
    Return the linear layers of *model* whose last name part is in *targets*, by path, in model order.

    Those of decoder layers before layer *first* are left out.

    The experts of a mixture are no linear layers; where *targets* has `experts`, each slice of their
    parameters follows as a layer by itself (`adapters.experts`).

    Raises:
        AdapterError: if there is none
    """
    found: dict[str, nn.Linear | Slice] = {
        path: module
        for path, module in model.named_modules()
        if isinstance(module, nn.Linear) and path.rpartition(".")[2] in targets and layer_of(path) >= first
    }
    if EXPERTS in targets:
        found |= {path: own for path, own in slices_of(model).items() if layer_of(path) >= first}
    if not found:
        raise AdapterError(
            f"{type(model).__name__} has no linear layer named {', '.join(targets)}"
            f"{f' in layer {first} or above' if first else ''}; name the layers to adapt in targets"
        )
    return found


def layer_of(path: str) -> int:
    """Return the number of the decoder layer that *path* is in; 0 if it is in none."""
    found = re.search(r"\blayers\.(\d+)\.", path)
    return int(found[1]) if found else 0

"""
Adapters inside the experts of a mixture.

transformers 5 keeps all experts of a layer as two 3-D parameters, `gate_up_proj` (E, 2 * inner, hidden) and
`down_proj` (E, hidden, inner). There is no linear layer to hook. Here each slice of them is a layer by
itself, with a path that ends in its number, so that its factors are kept and trained as any other layer's:

    model.layers.0.mlp.experts.gate_up_proj.3

While adapters act, the forward pass of the experts is `run`, which adds the low-rank products between the
products with the slices. PEFT writes the factors of all slices as one matrix (`target_parameters`):
`to_peft` and `slice_of` translate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

NAME: Final = "experts"
"""What a list of targets calls them."""

_PARTS: Final = ("gate_up_proj", "down_proj")
_PATH: Final = re.compile(rf"(?P<module>.*\.{NAME})\.(?P<part>{'|'.join(_PARTS)})\.(?P<number>\d+)")
# PEFT wraps a parameter in the order in which the module has them; the last wrapper is the outer one.
_INNER: Final = {"gate_up_proj": ".base_layer", "down_proj": ""}


class Rows(Protocol):
    """The adapters of a running batch."""

    @property
    def is_acting(self) -> bool:
        """Whether any adapter acts on any token now."""
        ...

    def product(self, path: str, x: Tensor, places: Tensor, tokens: int) -> Tensor:
        """
        Return the low-rank products of the slice at *path*; float, shape (T, out).

        Args:
            path: of the slice
            x: its input, float, shape (T, in)
            places: int64, shape (T,), where these tokens stand among all
            tokens: of the whole batch, padding included
        """
        ...


class Slice(NamedTuple):
    """One expert's part of a parameter, as a layer."""

    weight: Tensor  # shape (out_features, in_features)
    in_features: int
    out_features: int


def slices_of(model: nn.Module) -> dict[str, Slice]:
    """Return the slices of all experts of *model* by path, in model order; none if it is no mixture."""
    found: dict[str, Slice] = {}
    for path, module in model.named_modules():
        if path.rpartition(".")[2] != NAME:
            continue
        for part in _PARTS:
            stack = getattr(module, part, None)
            if isinstance(stack, nn.Parameter) and stack.ndim == 3:
                for number, weight in enumerate(stack.detach()):
                    found[f"{path}.{part}.{number}"] = Slice(weight, weight.shape[1], weight.shape[0])
    return found


def is_slice(path: str) -> bool:
    """Return whether *path* is that of a slice."""
    return _PATH.fullmatch(path) is not None


@contextmanager
def adapted(model: nn.Module, paths: Iterable[str], rows: Rows) -> Generator[None]:
    """Let *rows* act on the experts that *paths* are slices of, while the block runs."""
    names = sorted({found["module"] for path in paths if (found := _PATH.fullmatch(path))})
    modules = [model.get_submodule(name) for name in names]
    for name, module in zip(names, modules, strict=True):
        module.forward = _forward(name, module, rows)
    try:
        yield
    finally:
        for module in modules:
            del module.forward


def _forward(name: str, module: Any, rows: Rows) -> Callable[..., Tensor]:
    plain = module.forward

    def forward(hidden_states: Tensor, top_k_index: Tensor, top_k_weights: Tensor) -> Tensor:
        if not rows.is_acting:
            return plain(hidden_states, top_k_index, top_k_weights)
        return run(name, module, rows, hidden_states, top_k_index, top_k_weights)

    return forward


def run(name: str, module: Any, rows: Rows, x: Tensor, index: Tensor, weights: Tensor) -> Tensor:
    """
    Return what the experts *module* make of the tokens *x*, with low-rank products.

    Args:
        name: path of *module*
        module: the experts, as in transformers 5
        rows: the adapters that act
        x: states, float, shape (T, hidden)
        index: the experts of each token, int64, shape (T, k)
        weights: of each of these, float, shape (T, k)
    """
    # Tokens in the order of their experts: each slice is one product, and no sum depends on threads.
    order = index.flatten().argsort(stable=True)
    tokens = order // index.shape[1]
    counts = index.flatten().bincount(minlength=len(module.down_proj)).tolist()
    outs: list[Tensor] = []
    for number, places in enumerate(tokens.split(counts)):
        if not len(places):
            continue

        def through(part: str, given: Tensor, number: int = number, places: Tensor = places) -> Tensor:
            out = linear(given, getattr(module, part)[number])
            return out + rows.product(f"{name}.{part}.{number}", given, places, len(x))

        gate, up = through("gate_up_proj", x[places]).chunk(2, -1)
        outs.append(through("down_proj", module.act_fn(gate) * up))
    back = torch.empty_like(order)
    back[order] = torch.arange(len(order), device=order.device)
    each = torch.cat(outs)[back].unflatten(0, index.shape)  # (T, k, hidden)
    return (each * weights[..., None]).sum(1).to(x.dtype)


# --- PEFT's form --------------------------------------------------------------------------------------------


def parameters_of(paths: Iterable[str]) -> list[str]:
    """Return what PEFT's `target_parameters` calls the experts that *paths* are slices of, sorted."""
    found = (_PATH.fullmatch(path) for path in paths)
    return sorted({f"{_last(each['module'])}.{each['part']}" for each in found if each})


def _last(module: str) -> str:
    return ".".join(module.split(".")[-2:])  # mlp.experts


def to_peft(factors: Mapping[str, tuple[Tensor, Tensor]]) -> dict[str, tuple[Tensor, Tensor]]:
    """
    Return path → factors with the slices of one parameter joined, under the path of PEFT's wrapper.

    A slice has A (r, in) and B (out, r). Joined, A is (E * r, in), experts outside, and B is (out, r * E),
    experts inside.
    """
    joined: dict[str, tuple[Tensor, Tensor]] = {}
    slices: dict[str, list[tuple[Tensor, Tensor]]] = {}
    for path, pair in factors.items():
        found = _PATH.fullmatch(path)
        if found is None:
            joined[path] = pair
        else:
            slices.setdefault(found["module"] + _INNER[found["part"]], []).append(pair)
    for path, pairs in slices.items():
        a = torch.cat([a for a, _ in pairs])
        b = torch.stack([b for _, b in pairs], 2).flatten(1)
        joined[path] = (a, b)
    return joined


def peft_path(path: str) -> tuple[str, int]:
    """Return where PEFT keeps the factors of *path*, and which slice of them; -1 for a whole layer."""
    found = _PATH.fullmatch(path)
    return (path, -1) if found is None else (found["module"] + _INNER[found["part"]], int(found["number"]))


def slice_of(a: Tensor, b: Tensor, number: int, experts: int) -> tuple[Tensor, Tensor]:
    """Return A (r, in) and B (out, r) of slice *number* of joined factors; undoes `to_peft`."""
    rank = len(a) // experts
    return a[number * rank : (number + 1) * rank], b.unflatten(1, (rank, experts))[:, :, number]

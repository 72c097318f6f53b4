"""
Adapters from elsewhere: a PEFT folder as a set of one adapter.

    peft = PeftFolder.load("bard/")
    adapters = peft.fitted("decoder.bard", carrier, shape, invocations=[2172])

PEFT can express more than a set here can: other ranks, biases, DoRA, layers saved whole. What cannot be used
as it is, is refused, with what it is; nothing is approximated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, cast, final

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn

from scenograph.adapters.adapterset import AdapterSet
from scenograph.adapters.compare import Factors
from scenograph.adapters.experts import Slice
from scenograph.adapters.export import CONFIG, WEIGHTS
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.manifest import Fit, Manifest
from scenograph.adapters.shape import Pair, Shape, find_targets
from scenograph.carriers.protocol import Trainable
from scenograph.errors import AdapterError

_PREFIX, _A, _B = "base_model.model.", ".lora_A.weight", ".lora_B.weight"
_PLAIN: Mapping[str, tuple[Any, ...]] = {
    "peft_type": ("LORA",),
    "bias": ("none", None),
    "use_dora": (False, None),
    "use_rslora": (False, None),
    "lora_bias": (False, None),
    "fan_in_fan_out": (False, None),
    "rank_pattern": ({}, None),
    "alpha_pattern": ({}, None),
    "modules_to_save": (None, []),
    "trainable_token_indices": (None, []),
    "target_parameters": (None, []),
}
"""Settings of a `LoraConfig` that a set of adapters has no place for, with the values that mean nothing."""


@final
@dataclass(frozen=True, slots=True)
class PeftFolder:
    """
    One LoRA adapter as PEFT writes it.

    Attributes:
        folder: where it is
        base: the model that it was trained over, as its configuration names it; empty if it does not
        rank, alpha: of the adapter
        invocation: ids of the token from which it acts on (aLoRA); None: it acts always
        layers: its factors by the path of the layer
    """

    folder: Path
    base: str
    rank: int
    alpha: float
    invocation: tuple[int, ...] | None
    layers: Mapping[str, tuple[Tensor, Tensor]]

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """
        Read the PEFT folder *folder*.

        Raises:
            AdapterError: if it is none, is damaged, or uses what a set of adapters has no place for
        """
        folder = Path(folder)
        config = _config(folder)
        for key, plain in _PLAIN.items():
            if config.get(key, plain[0]) not in plain:
                raise AdapterError(
                    f"{folder} cannot be used: its {key} is {config[key]!r}, and only plain LoRA is read"
                )
        try:
            rank, alpha = int(config["r"]), float(config["lora_alpha"])
            tokens = config.get("alora_invocation_tokens")
            invocation = None if tokens is None else tuple(int(token) for token in tokens)
            base = str(config.get("base_model_name_or_path") or "")
        except (KeyError, TypeError, ValueError) as error:
            raise AdapterError(
                f"{folder / CONFIG} is damaged (no {error}); export the adapter again"
            ) from error
        return cls(folder, base, rank, alpha, invocation, _layers(folder, rank))

    @property
    def scale(self) -> float:
        """Factor of the low-rank product."""
        return self.alpha / self.rank

    def factors(self) -> dict[str, Factors]:
        """Return the factors, by the path of the layer."""
        return {path: Factors(a, b, self.scale) for path, (a, b) in self.layers.items()}

    def fitted(
        self, name: str, carrier: Trainable, shape: Shape, invocations: Sequence[int], *, by_name: bool
    ) -> AdapterSet:
        """
        Return a set with this adapter alone, called *name*.

        Args:
            carrier: the model that it is to act on
            shape: of the sets that it is to be used with
            invocations: ids of the tokens from which an adapter of this name acts on this carrier
            by_name: whether it is known to act from these commands on, whose ids may be others elsewhere
        Raises:
            AdapterError: if rank, scale, layers or the place where it acts differ from *shape*, or its layers
                are not those of the carrier
        """
        mine = {path.rpartition(".")[2] for path in self.layers}
        acts = "always" if self.invocation is None else "invocation"
        for what, own, wanted in (
            ("rank", self.rank, shape.rank),
            ("alpha", self.alpha, shape.alpha),
            ("layers", " ".join(sorted(mine)), " ".join(sorted(shape.targets))),
            ("place where it acts", acts, shape.activation),
        ):
            if own != wanted:
                raise AdapterError(
                    f"{self.folder} does not fit: its {what} is {own}, and this mind's adapters have {wanted}"
                )
        here = [(token,) for token in invocations]
        if self.invocation is not None and not by_name and self.invocation not in here:
            raise AdapterError(
                f"{self.folder} does not fit: it acts from token {list(self.invocation)} on, and {name} is "
                f"asked by {' or '.join(map(str, invocations))}"
            )
        pairs = {
            path: self._pair(path, layer)
            for path, layer in find_targets(carrier.module, shape.targets, shape.first).items()
        }
        if unknown := self.layers.keys() - pairs.keys():
            raise AdapterError(f"{self.folder} does not fit: {carrier.name} has no layer {min(unknown)}")
        own = replace(shape, names=(name,), ranks=())
        manifest = Manifest(carrier.name, Fit.of(carrier), own, {}, {name: list(invocations)}, {})
        return AdapterSet(GroupedLora(own, pairs), manifest)

    def _pair(self, path: str, layer: nn.Linear | Slice) -> Pair:
        """Return the factors of *layer*; each gets a first dimension of 1."""
        if not isinstance(layer, nn.Linear):
            raise AdapterError(f"{self.folder} does not fit: here the experts are adapted too, and not there")
        if path not in self.layers:
            raise AdapterError(f"{self.folder} does not fit: it has nothing for layer {path}")
        a, b = self.layers[path]
        here, there = (layer.out_features, layer.in_features), (b.shape[0], a.shape[1])
        if here != there:
            raise AdapterError(
                f"{self.folder} does not fit: layer {path} has size {here} here and {there} there; "
                "it was made over another model"
            )
        device = layer.weight.device
        return Pair(*(nn.Parameter(factor[None].float().to(device)) for factor in (a, b)))


def _config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AdapterError(f"{folder} is no PEFT folder: it has no {CONFIG}") from None
    except (OSError, ValueError) as error:
        raise AdapterError(f"{path} is damaged ({error}); export the adapter again") from error
    if not isinstance(config, dict):
        raise AdapterError(f"{path} is damaged (no object); export the adapter again")
    return cast(dict[str, Any], config)


def _layers(folder: Path, rank: int) -> dict[str, tuple[Tensor, Tensor]]:
    path = folder / WEIGHTS
    try:
        tensors = load(path.read_bytes())
    except FileNotFoundError:
        raise AdapterError(f"{folder} is no PEFT folder: it has no {WEIGHTS}") from None
    except (OSError, SafetensorError) as error:
        raise AdapterError(f"{path} is damaged ({error}); export the adapter again") from error
    layers: dict[str, tuple[Tensor, Tensor]] = {}
    for key in tensors:
        if not key.startswith(_PREFIX) or not key.endswith((_A, _B)):
            raise AdapterError(f"{path} cannot be used: it has {key}, which is no factor of a plain LoRA")
        if key.endswith(_B):
            continue
        site = key.removeprefix(_PREFIX).removesuffix(_A)
        a, b = tensors[key], tensors.get(f"{_PREFIX}{site}{_B}")
        if b is None or a.shape[0] != rank or b.shape[1] != rank:
            raise AdapterError(f"{path} is damaged: the factors of {site} are not of rank {rank}")
        if not bool(torch.isfinite(a).all() and torch.isfinite(b).all()):
            raise AdapterError(f"{path} is damaged: {site} has numbers that are not finite")
        layers[site] = (a, b)
    if 2 * len(layers) != len(tensors) or not layers:
        raise AdapterError(f"{path} is damaged: a factor is missing")
    return layers

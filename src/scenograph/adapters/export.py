"""
Adapters as plain PEFT folders.

    adapter_config.json          a LoraConfig; for adapters that act from an invocation token on, with
                                 `alora_invocation_tokens` (PEFT's aLoRA); for experts of a mixture with
                                 `target_parameters`
    adapter_model.safetensors    lora_A and lora_B of every layer

`peft.PeftModel.from_pretrained(model, folder)` loads one and gives the logits that this package gives.
Only an adapter with both, a token and experts, is more than PEFT can do.
The bytes depend on the weights alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.nn.functional import pad

from scenograph.adapters.experts import Slice, is_slice, parameters_of, peft_path, slice_of, to_peft
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.shape import Pair, Shape, layer_of
from scenograph.carriers.hub import hub_id
from scenograph.errors import AdapterError
from scenograph.files import digest, write_bytes, write_json

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
_KEY = "base_model.model.{path}.lora_{factor}.weight"


def write_adapter(folder: Path, lora: GroupedLora, name: str, *, carrier: str, invocation: int | None) -> str:
    """
    Write adapter *name* of *lora* to the PEFT folder *folder*; return the digest of the weights file.

    Args:
        carrier: name or path of the base model, for PEFT to know
        invocation: id of the token from which it acts; None if it acts always
    """
    i = lora.index(name)
    rank = lora.shape.rank_of(i)
    factors = {
        path: (a.detach()[i, :rank].cpu(), b.detach()[i, :, :rank].cpu())
        for path, (a, b) in lora.pairs.items()
    }
    tensors = {
        _KEY.format(path=path, factor=factor): value.contiguous()
        for path, pair in to_peft(factors).items()
        for factor, value in zip("AB", pair, strict=True)
    }
    data = save(tensors, {"format": "pt"})
    write_bytes(folder / WEIGHTS, data)
    write_json(folder / CONFIG, _config(lora.shape, rank, lora.pairs.keys(), carrier, invocation))
    return digest(data)


def _config(
    shape: Shape, rank: int, paths: Collection[str], carrier: str, invocation: int | None
) -> dict[str, Any]:
    return peft_config(
        "LORA",
        carrier,
        r=rank,
        lora_alpha=shape.alpha if rank == shape.rank else shape.scale * rank,
        lora_dropout=0.0,
        bias="none",
        layers_to_transform=sorted({layer_of(path) for path in paths}) if shape.first else None,
        target_modules=sorted({path.rpartition(".")[2] for path in paths if not is_slice(path)}),
        target_parameters=parameters_of(paths) or None,
        alora_invocation_tokens=None if invocation is None else [invocation],
    )


def peft_config(kind: str, carrier: str, **values: Any) -> dict[str, Any]:
    """
    Return what `adapter_config.json` says; what it does not say has PEFT's default.

    It is written without PEFT, which takes four seconds to import.

    Args:
        kind: PEFT's name of the kind of adapter
        carrier: name or path of the base model
        values: arguments of PEFT's config of this kind
    """
    base = hub_id(carrier)
    return {
        "peft_type": kind,
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": carrier if base is None else base.repository,
        "revision": None if base is None else base.revision,
        "inference_mode": True,
        **values,
    }


def read_adapters(
    folder: Path, shape: Shape, digests: Mapping[str, str], layers: Sequence[tuple[str, nn.Linear | Slice]]
) -> GroupedLora:
    """
    Read the adapters that `write_adapter` wrote, each from the folder of its name in *folder*.

    Args:
        digests: of the weights files, by adapter
        layers: the model's adapted layers by path
    Raises:
        AdapterError: if a file is missing, damaged or of other layers
    """
    stacks: dict[str, tuple[list[Tensor], list[Tensor]]] = {path: ([], []) for path, _ in layers}
    for adapter, name in enumerate(shape.names):
        rank = shape.rank_of(adapter)
        path = folder / name / WEIGHTS
        try:
            data = path.read_bytes()
            if digest(data) != digests[name]:
                raise AdapterError(f"{path} is damaged or was changed; train again or copy the folder again")
            tensors = load(data)
            for site, (a, b) in stacks.items():
                place, number = peft_path(site)
                own_a, own_b = (tensors[_KEY.format(path=place, factor=factor)] for factor in "AB")
                if number >= 0:
                    own_a, own_b = slice_of(own_a, own_b, number, len(own_a) // rank)
                rest = shape.rank - rank
                a.append(pad(own_a, (0, 0, 0, rest)) if rest else own_a)
                b.append(pad(own_b, (0, rest)) if rest else own_b)
        except OSError as error:
            raise AdapterError(f"{path} cannot be read ({error.strerror}); train again") from error
        except (SafetensorError, KeyError) as error:
            raise AdapterError(f"{path} is no adapter for the layers of this carrier ({error})") from error
    pairs = {
        path: Pair(*(nn.Parameter(torch.stack(factors).to(layer.weight.device)) for factors in stacks[path]))
        for path, layer in layers
    }
    return GroupedLora(shape, pairs)

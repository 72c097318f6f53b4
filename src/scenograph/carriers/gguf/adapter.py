"""
Adapters as GGUF files, which llama.cpp loads beside the original quantised model.

    write_adapter(path, read_peft(folder), base)     PEFT folder → one file
    write_peft(folder, read_adapter(path, base))     and back, number for number

A file has the two factors of every adapted layer, `blk.0.attn_q.weight.lora_a` (rank, in) and `….lora_b`
(out, rank), and says what it is: `general.type` is `adapter`, `adapter.type` is `lora`, `adapter.lora.alpha`
scales the product by alpha / rank. Where an adapter acts from an invocation token on, as PEFT's aLoRA does,
`adapter.alora.invocation_tokens` has the ids of that token. llama.cpp lets it act from one token earlier on.

llama.cpp stores the rows of q and k of Llama models in pairs (`scenograph.carriers.gguf.layout`), so the rows
of their `lora_b` are stored in pairs, too. Source: `convert_lora_to_gguf.py` and `llama-adapter.cpp` of
llama.cpp. New rows of the vocabulary have no place in such a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.layout import Step, steps
from scenograph.errors import AdapterError
from scenograph.files import draft, write_bytes, write_json
from scenograph.optional import optional

_TYPE: Final = "general.type"
_KIND: Final = "adapter.type"
_ALPHA: Final = "adapter.lora.alpha"
_INVOCATION: Final = "adapter.alora.invocation_tokens"
_CONFIG: Final = "adapter_config.json"
_WEIGHTS: Final = "adapter_model.safetensors"
_BEFORE: Final = "base_model.model."
_ENDS: Final = {"a": ".lora_A.weight", "b": ".lora_B.weight"}

Factors = dict[str, NDArray[np.float32]]
"""The factors of one layer: `a` (rank, in) and `b` (out, rank), float32."""


@final
@dataclass(frozen=True, slots=True)
class LoraWeights:
    """
    One adapter.

    Attributes:
        layers: the factors of each adapted layer by its path, such as `model.layers.0.self_attn.q_proj`
        alpha: the product of a layer's factors is scaled by alpha / rank
        invocation: ids of the tokens from which on it acts; empty: it acts on every token
    """

    layers: Mapping[str, Factors]
    alpha: float
    invocation: tuple[int, ...] = ()

    @property
    def rank(self) -> int:
        """The inner dimension of the product."""
        return next(iter(self.layers.values()))["a"].shape[0]


# --- PEFT folders -------------------------------------------------------------------------------------------


def read_peft(folder: Path) -> LoraWeights:
    """
    Read the PEFT folder *folder*.

    Raises:
        AdapterError: if it is damaged, or more than one plain LoRA of linear layers
        OSError: if it cannot be read
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        config: dict[str, Any] = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        tensors = load((folder / _WEIGHTS).read_bytes())
        rank, alpha = int(config["r"]), float(config["lora_alpha"])
    except (ValueError, KeyError, TypeError, SafetensorError) as error:
        raise AdapterError(f"{folder} is no PEFT adapter, or a damaged one ({error})") from error
    for setting in ("use_dora", "rank_pattern", "alpha_pattern", "modules_to_save", "target_parameters"):
        if config.get(setting):
            raise AdapterError(f"{folder} uses {setting}, for which a GGUF adapter has no place")
    layers: dict[str, Factors] = {}
    for name, tensor in tensors.items():
        factor = next((factor for factor, end in _ENDS.items() if name.endswith(end)), None)
        if factor is None or not name.startswith(_BEFORE):
            raise AdapterError(f"{folder} holds {name}, for which a GGUF adapter has no place")
        path = name.removeprefix(_BEFORE).removesuffix(_ENDS[factor])
        layers.setdefault(path, {})[factor] = tensor.float().numpy()
    _check_factors(layers, str(folder), rank)
    scaled = alpha * sqrt(rank) if config.get("use_rslora") else alpha
    return LoraWeights(layers, scaled, tuple(config.get("alora_invocation_tokens") or ()))


def write_peft(folder: Path, lora: LoraWeights, carrier: str) -> None:
    """
    Write *lora* as a PEFT folder.

    Args:
        carrier: name or path of the base model, for PEFT to know
    """
    import torch
    from safetensors.torch import save

    tensors = {
        f"{_BEFORE}{path}{_ENDS[factor]}": torch.from_numpy(array.copy())
        for path, factors in lora.layers.items()
        for factor, array in factors.items()
    }
    write_bytes(folder / _WEIGHTS, save(tensors, {"format": "pt"}))
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": carrier,
        "r": lora.rank,
        "lora_alpha": lora.alpha,
        "target_modules": sorted({path.rpartition(".")[2] for path in lora.layers}),
        "lora_dropout": 0.0,
        "bias": "none",
        "inference_mode": True,
        "alora_invocation_tokens": list(lora.invocation) or None,
    }
    write_json(folder / _CONFIG, config)


# --- GGUF files ---------------------------------------------------------------------------------------------


def write_adapter(path: Path, lora: LoraWeights, base: GgufFile, *, name: str = "adapter") -> None:
    """
    Write *lora* to the file *path*, whole or not at all; `read_adapter` gives the same numbers back.

    Args:
        base: the model that it was trained over
        name: what the file says that it is called
    Raises:
        AdapterError: if a layer of it is none of *base*, or has another size
        CarrierError: if *base* is damaged
        OSError: if it cannot be written
    """
    gguf = optional("gguf", "gguf")
    places = _places(base)
    _check_fit(lora, places, base, f"the adapter {name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft(path) as unfinished:
        writer = gguf.GGUFWriter(unfinished, base.architecture)
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_name(name)
        writer.add_string(_KIND, "lora")
        writer.add_float32(_ALPHA, lora.alpha)
        if lora.invocation:
            kinds = gguf.GGUFValueType
            writer.add_key_value(_INVOCATION, list(lora.invocation), kinds.ARRAY, kinds.UINT32)
        for layer, factors in lora.layers.items():
            step = places[layer]
            b = factors["b"] if step.order is None else factors["b"][np.argsort(step.order)]
            writer.add_tensor(f"{step.source}.lora_a", np.ascontiguousarray(factors["a"]))
            writer.add_tensor(f"{step.source}.lora_b", np.ascontiguousarray(b))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


def read_adapter(path: Path, base: GgufFile) -> LoraWeights:
    """
    Read the GGUF adapter *path*, ours or another one.

    Args:
        base: the model that it was trained over
    Raises:
        AdapterError: if it is no adapter, or one of another model
        CarrierError: if the file is cut short or damaged
        OSError: if it cannot be read
    """
    file = GgufFile.read(path)
    kind = (file.metadata.get(_TYPE), file.metadata.get(_KIND))
    if kind != ("adapter", "lora"):
        what = "a model" if kind[0] in (None, "model") else f"of the kind {' '.join(map(str, kind))}"
        raise AdapterError(f"{path} is no LoRA adapter: it is {what}")
    if file.architecture != base.architecture:
        raise AdapterError(
            f"{path} is an adapter of a {file.architecture} model, and {base.path} is a "
            f"{base.architecture} model; give the model that it was trained over"
        )
    places = _places(base)
    paths = {step.source: layer for layer, step in places.items()}
    layers: dict[str, Factors] = {}
    for name, info in file.tensors.items():
        source, _, end = name.rpartition(".lora_")
        if end not in ("a", "b") or source not in paths:
            raise AdapterError(
                f"{path} adapts {source or name}, which {base.path} does not have; "
                "give the model that it was trained over"
            )
        layers.setdefault(paths[source], {})[end] = np.array(file.numbers(name, file.rows(info)))
    _check_factors(layers, str(path))
    alpha = float(file.metadata.get(_ALPHA) or 0.0)
    tokens: list[int] = file.metadata.get(_INVOCATION, [])
    # llama.cpp takes an alpha of 0 for a scale of 1.
    rank = next(iter(layers.values()))["a"].shape[0]
    lora = LoraWeights(layers, alpha or float(rank), tuple(tokens))
    _check_fit(lora, places, base, str(path))
    for layer, factors in layers.items():
        if (order := places[layer].order) is not None:
            factors["b"] = factors["b"][order]
    return lora


def _places(base: GgufFile) -> dict[str, Step]:
    """Return where the matrices of *base* lie, by the paths of their layers."""
    found = [step for step in steps(base) if step.name.endswith(".weight") and len(step.shape) == 2]
    return {step.name.removesuffix(".weight"): step for step in found if "embed" not in step.name}


def _check_factors(layers: Mapping[str, Factors], where: str, rank: int | None = None) -> None:
    """Refuse an adapter without layers, one with half a layer, and one of several ranks."""
    if not layers:
        raise AdapterError(f"{where} adapts no layer")
    for path, factors in layers.items():
        if len(factors) < 2:
            raise AdapterError(f"{where} is damaged: {path} has only one of its two factors")
        shapes = factors["a"].shape, factors["b"].shape
        rank = shapes[0][0] if rank is None else rank
        if [len(shape) for shape in shapes] != [2, 2] or {shapes[0][0], shapes[1][1]} != {rank}:
            raise AdapterError(
                f"{where}: {path} has factors of shape {shapes[0]} and {shapes[1]}; rank {rank}"
            )


def _check_fit(lora: LoraWeights, places: Mapping[str, Step], base: GgufFile, where: str) -> None:
    for path, factors in lora.layers.items():
        step = places.get(path)
        if step is None:
            raise AdapterError(f"{where} adapts {path}, which {base.path} does not have")
        found = factors["b"].shape[0], factors["a"].shape[1]
        if found != step.shape:
            raise AdapterError(
                f"{where} is for another model: its {path} has {found[0]} × {found[1]} numbers, "
                f"that of {base.path} {step.shape[0]} × {step.shape[1]}"
            )

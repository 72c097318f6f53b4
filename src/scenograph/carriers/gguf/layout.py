"""
A GGUF model in the names and settings of transformers.

llama.cpp stores the same numbers under other names, with three changes that are undone here:

- the rows of q and k of Llama models lie in pairs, as its rotation wants them (`Step.order`);
- the norms of Gemma models are stored plus one (`Step.less`);
- the experts of Mixtral lie in one tensor for each layer (`Step.expert`).

Llama 3.1 and later stretch their rotation. The file has only the factors (`rope_freqs.weight`); the settings
that give exactly these factors are found again, or the file is refused.

transformers can load such files itself. It builds its table of names again for every module and reads the
vocabulary twice: 40 seconds for SmolLM2 on an idle machine, and it forgets the stretched rotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenograph.carriers.gguf.file import GgufFile
from scenograph.errors import CarrierError

FAMILIES: Final = {"llama": "llama", "qwen2": "qwen2", "qwen3": "qwen3", "gemma3": "gemma3_text"}
"""Architecture in llama.cpp → family. Mistral is `llama` there, and Mixtral is `llama` with experts."""

_WHOLE: Final = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_BLOCK: Final = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_GEMMA: Final = {
    **_BLOCK,
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
}
_EXPERTS: Final = {"ffn_gate_exps": "w1", "ffn_down_exps": "w2", "ffn_up_exps": "w3"}
_MIXTRAL: Final = {**_BLOCK, "ffn_gate_inp": "block_sparse_moe.gate"}
_FACTORS: Final = "rope_freqs.weight"
_PLACE: Final = re.compile(r"blk\.(\d+)\.(\w+)\.(weight|bias)")


class Step(NamedTuple):
    """
    One tensor to write.

    Attributes:
        name: its name in transformers
        source: its name in the file
        shape: its shape
        order: which rows of the source it has, in this order; None: all of them
        less: what is taken away from each number
    """

    name: str
    source: str
    shape: tuple[int, ...]
    order: NDArray[np.intp] | None = None
    less: float = 0.0


def family_of(file: GgufFile) -> str:
    """
    Return the family of *file*, a key of `FAMILIES` of carriers.

    Raises:
        CarrierError: if there is none
    """
    if file.metadata.get("general.type") == "adapter":
        raise CarrierError(
            f"{file.path} is an adapter, no model; give the GGUF file that it was trained over"
        )
    family = FAMILIES.get(file.architecture)
    if family is None:
        raise CarrierError(
            f"{file.path} is a {file.architecture} model; a GGUF file can be {', '.join(sorted(FAMILIES))}"
        )
    return "mixtral" if family == "llama" and file.setting("expert_count", 0) else family


def config_of(file: GgufFile) -> dict[str, Any]:
    """
    Return what `config.json` of the same model says.

    Raises:
        CarrierError: if the file lacks a setting, or has one that is unknown here
    """
    family = family_of(file)
    config = {
        "model_type": family,
        "hidden_size": _needed(file, "embedding_length"),
        "num_hidden_layers": _needed(file, "block_count"),
        "intermediate_size": _needed(file, "feed_forward_length"),
        "num_attention_heads": (heads := _needed(file, "attention.head_count")),
        "num_key_value_heads": file.setting("attention.head_count_kv", heads),
        "rms_norm_eps": _needed(file, "attention.layer_norm_rms_epsilon"),
        "max_position_embeddings": _needed(file, "context_length"),
        "vocab_size": _rows_of(file, "token_embd.weight"),
        "tie_word_embeddings": "output.weight" not in file.tensors,
        "rope_theta": file.setting("rope.freq_base", 10_000.0),
    }
    for kind, name in (("bos", "bos"), ("eos", "eos"), ("pad", "padding")):
        config[f"{kind}_token_id"] = file.metadata.get(f"tokenizer.ggml.{name}_token_id")
    if family != "qwen2":
        config["head_dim"] = _head_size(file)
    if family == "llama":
        config["attention_bias"] = "blk.0.attn_q.bias" in file.tensors
    if family == "mixtral":
        config |= {
            "num_local_experts": file.setting("expert_count"),
            "num_experts_per_tok": _needed(file, "expert_used_count"),
            "sliding_window": None,
        }
    if family == "gemma3_text":
        config |= {
            "sliding_window": _needed(file, "attention.sliding_window"),
            "rope_local_base_freq": 10_000.0,
            "hidden_activation": "gelu_pytorch_tanh",
            # All sizes but the largest scale by the width of a head.
            "query_pre_attn_scalar": config["hidden_size"] // heads
            if config["num_hidden_layers"] == 62
            else config["head_dim"],
        }
    if (scaling := _rope_scaling(file, config)) is not None:
        config["rope_scaling"] = scaling
    return config


def steps(file: GgufFile) -> Iterator[Step]:
    """
    Yield every tensor of the model.

    Raises:
        CarrierError: if a tensor of the file has no place in it, or one is missing
    """
    family = family_of(file)
    table = {"gemma3_text": _GEMMA, "mixtral": _MIXTRAL}.get(family, _BLOCK)
    seen: set[tuple[int, str]] = set()
    layers = range(_needed(file, "block_count"))
    for source, info in file.tensors.items():
        if source == _FACTORS:
            continue
        less = 1.0 if family == "gemma3_text" and source.endswith("norm.weight") else 0.0
        if (name := _WHOLE.get(source)) is not None:
            yield Step(name, source, info.shape, less=less)
            continue
        place = _PLACE.fullmatch(source)
        layer = int(place[1]) if place else -1
        if place is None or layer not in layers:
            raise _no_place(file, source, family)
        seen.add((layer, place[2]))
        if family == "mixtral" and (part := _EXPERTS.get(place[2])) is not None:
            count, rows, columns = info.shape
            for expert in range(count):
                yield Step(
                    f"model.layers.{layer}.block_sparse_moe.experts.{expert}.{part}.weight",
                    source,
                    (rows, columns),
                    np.arange(expert * rows, (expert + 1) * rows),
                )
            continue
        if (part := table.get(place[2])) is None:
            raise _no_place(file, source, family)
        order = None
        if file.architecture == "llama" and place[2] in ("attn_q", "attn_k"):
            order = _unpaired(file, source)
        yield Step(f"model.layers.{layer}.{part}.{place[3]}", source, info.shape, order, less)
    _check_complete(file, family, seen)


def _check_complete(file: GgufFile, family: str, seen: set[tuple[int, str]]) -> None:
    """Refuse a file that lacks a tensor which another of its layers has, or every model of its kind."""
    needed = {part for _, part in seen}
    needed |= {"attn_q", "attn_k", "attn_v", "attn_output", "attn_norm", "ffn_norm"}
    needed |= set(_EXPERTS) if family == "mixtral" else {"ffn_gate", "ffn_up", "ffn_down"}
    for layer in range(_needed(file, "block_count")):
        if missing := sorted(part for part in needed if (layer, part) not in seen):
            raise CarrierError(f"{file.path} is damaged: layer {layer} has no {missing[0]}")
    for name in ("token_embd.weight", "output_norm.weight"):
        _rows_of(file, name)


def _no_place(file: GgufFile, source: str, family: str) -> CarrierError:
    return CarrierError(
        f"{file.path} holds a tensor {source}, for which a {family} model has no place; "
        "use a file made by a current llama.cpp"
    )


def _needed(file: GgufFile, key: str) -> Any:
    value = file.setting(key)
    if not isinstance(value, (int, float)) or value <= 0:
        raise CarrierError(f"{file.path} is damaged: {file.architecture}.{key} is {value!r}")
    return value


def _rows_of(file: GgufFile, name: str) -> int:
    if name not in file.tensors:
        raise CarrierError(f"{file.path} is damaged: it has no tensor {name}")
    return file.tensors[name].shape[0]


def _head_size(file: GgufFile) -> int:
    for key in ("attention.key_length", "rope.dimension_count"):
        if file.setting(key):
            return int(_needed(file, key))
    return int(_needed(file, "embedding_length") // _needed(file, "attention.head_count"))


def _unpaired(file: GgufFile, source: str) -> NDArray[np.intp]:
    """Return where each row of q or k lies in the file, which has the two halves of a head in turns."""
    rows, head = file.tensors[source].shape[0], _head_size(file)
    if head < 2 or head % 2 or rows % head:
        raise CarrierError(f"{file.path} is damaged: the {rows} rows of {source} are no heads of {head}")
    return np.arange(rows).reshape(rows // head, head // 2, 2).swapaxes(1, 2).reshape(-1)


def _rope_scaling(file: GgufFile, config: dict[str, Any]) -> dict[str, Any] | None:
    """Return how the rotation is stretched; None if it is not."""
    if (info := file.tensors.get(_FACTORS)) is not None:
        factors = file.rows(info).reshape(-1).view(np.float32)
        return _llama3_scaling(file, factors, config["head_dim"], config["rope_theta"])
    kind = file.setting("rope.scaling.type", "none")
    factor = file.setting("rope.scaling.factor", 1.0)
    if kind == "none" or factor in (0, 1):
        return None
    if kind == "linear":
        return {"rope_type": "linear", "factor": factor}
    if kind == "yarn":
        original = file.setting("rope.scaling.original_context_length")
        return {"rope_type": "yarn", "factor": factor, "original_max_position_embeddings": original}
    raise CarrierError(f"{file.path} stretches its rotation by {kind!r}, which is not known here")


def _llama3_scaling(file: GgufFile, factors: NDArray[np.float32], head: int, theta: float) -> dict[str, Any]:
    """Return the settings of Llama 3.1 and later that give *factors*."""
    factor, original = float(factors.max()), 8192
    wave = 2 * np.pi * theta ** (np.arange(0, head, 2) / head)
    smooth = (original / wave - 1.0) / (4.0 - 1.0)
    middle = 1 / ((1 - smooth) / factor + smooth)
    expected = np.where(wave < original / 4, 1.0, np.where(wave > original, factor, middle))
    if len(expected) != len(factors) or not np.allclose(expected, factors, rtol=1e-3):
        raise CarrierError(f"{file.path} stretches its rotation ({_FACTORS}) in a way that is not known here")
    return {
        "rope_type": "llama3",
        "factor": factor,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": original,
    }

"""
Tiny GGUF files of every architecture, written by the `gguf` package from tiny carriers of transformers.

Weights are changed as llama.cpp's converter changes them, so that loading has to change them back.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from carriers.tiny import BYTE_LEVEL, byte_level, sentencepiece_like, write_carrier
from safetensors.numpy import load_file
from tokenizers import Tokenizer, pre_tokenizers, trainers

from scenograph.world import World

ARCHITECTURES = ("llama", "qwen2", "qwen3", "mixtral", "gemma3_text")
NORMS = {"gemma3_text": 1.0}
Q8, F16, F32 = (getattr(gguf.GGMLQuantizationType, name) for name in ("Q8_0", "F16", "F32"))


def write_gguf(
    path: Path,
    family: str,
    *,
    kind: gguf.GGMLQuantizationType = F32,
    pre: str | None = "qwen2",
    tokenizer: Tokenizer | None = None,
    **metadata: Any,
) -> Path:
    """
    Write a random carrier of *family* as one file; the folder that it was made from is `<path>.hub`.

    Args:
        path: the file
        family: one of `ARCHITECTURES`
        kind: how tensors of two or more dimensions are stored, where their rows allow it
        pre: `tokenizer.ggml.pre`; None leaves it out
        tokenizer: another one than its family's
        metadata: further pairs, with `__` for `.`
    """
    folder = write_carrier(path.with_suffix(".hub"), family, tokenizer)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    architecture = {"gemma3_text": "gemma3", "mixtral": "llama"}.get(family, family)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    head = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    if architecture == "llama":
        writer.add_rope_dimension_count(head)
    if family in ("qwen3", "gemma3_text"):
        writer.add_key_length(head)
    theta = config["rope_parameters"]
    theta = theta.get("full_attention", theta)["rope_theta"]
    writer.add_rope_freq_base(theta)
    if family == "gemma3_text":
        writer.add_sliding_window(config["sliding_window"])
    if family == "mixtral":
        writer.add_expert_count(config["num_local_experts"])
        writer.add_expert_used_count(config["num_experts_per_tok"])
    _write_tokenizer(writer, folder, family, pre, config["vocab_size"])
    for key, value in metadata.items():
        writer.add_key_value(key.replace("__", "."), value, gguf.GGUFValueType.get_type(value))
    names = gguf.get_tensor_name_map(
        gguf.MODEL_ARCH.LLAMA if architecture == "llama" else gguf.MODEL_ARCH[architecture.upper()],
        config["num_hidden_layers"],
    )
    for name, array in _merged(load_file(folder / "model.safetensors")).items():
        stem, _, last = name.rpartition(".")
        target = f"{names.get_name(stem)}.{last}"
        if architecture == "llama" and ("attn_q" in target or "attn_k" in target):
            array = _paired(array, head)
        if target.endswith("norm.weight"):
            array = array + NORMS.get(family, 0.0)
        stored = kind if array.ndim > 1 and array.shape[-1] % 32 == 0 else F32
        data = gguf.quants.quantize(np.ascontiguousarray(array, np.float32), stored)
        writer.add_tensor(target, data, raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def wordy(family: str) -> Tokenizer:
    """A tokenizer of the kind of *family* that has hundreds of words, learned from the bundled world."""
    world = World()
    texts = [
        world.say(scene, style, language)
        for number, scene in enumerate(world.scenes(400, seed=2))
        for language, style in (("en", world.styles[number % 5]), ("ru", "plain"))
    ]
    names = [f"{word} {word.title()}" for scene in world.scenes(200, seed=3) for word in str(scene).split()]
    is_bytes = family in BYTE_LEVEL
    tokenizer = byte_level() if is_bytes else sentencepiece_like()
    description = json.loads(tokenizer.to_str())
    specials = [token["content"] for token in description["added_tokens"]]
    pieces = pre_tokenizers.ByteLevel.alphabet() if is_bytes else []
    in_bytes = [] if is_bytes else [f"<0x{i:02X}>" for i in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=1600, initial_alphabet=pieces, special_tokens=[*specials, *in_bytes], show_progress=False
    )
    tokenizer.train_from_iterator([*texts, *names], trainer)
    description = json.loads(tokenizer.to_str())
    description["added_tokens"] = description["added_tokens"][: len(specials)]
    return Tokenizer.from_str(json.dumps(description))


def _write_tokenizer(writer: gguf.GGUFWriter, folder: Path, family: str, pre: str | None, rows: int) -> None:
    description = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    ids: dict[str, int] = dict(description["model"]["vocab"])
    ids |= {token["content"]: token["id"] for token in description["added_tokens"]}
    tokens = sorted(ids, key=lambda token: ids[token])
    tokens += [f"<unused{i}>" for i in range(len(tokens), rows)]
    assert len(tokens) == rows
    special = {token["content"] for token in description["added_tokens"]}
    is_gemma = family == "gemma3_text"
    if is_gemma:
        renamed = {"<s>": "<bos>", "</s>": "<eos>", "<unused400>": "<pad>", "<unused401>": "<mask>"}
        tokens = [renamed.get(token, token) for token in tokens]
        special = {renamed.get(token, token) for token in special} | {"<pad>", "<mask>"}
    kinds = [
        gguf.TokenType.CONTROL if token in special
        else gguf.TokenType.BYTE if token.startswith("<0x")
        else gguf.TokenType.UNUSED if token.startswith("<unused")
        else gguf.TokenType.NORMAL
        for token in tokens
    ]  # fmt: skip
    is_bytes = description["decoder"]["type"] == "ByteLevel"
    writer.add_tokenizer_model("gpt2" if is_bytes else "llama")
    if pre is not None:
        writer.add_tokenizer_pre(pre if is_bytes else "default")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    merges = [" ".join(merge) for merge in description["model"]["merges"]]
    if is_bytes:
        writer.add_token_merges(merges)
    else:
        # SentencePiece has no merges: what is merged first has the higher score.
        built = {merge.replace(" ", ""): -float(i) for i, merge in enumerate(merges)}
        writer.add_token_scores([built.get(token, -1e4) for token in tokens])
        writer.add_unk_token_id(ids["<unk>"])
        writer.add_bos_token_id(ids["<s>"])
    if is_gemma:
        writer.add_pad_token_id(tokens.index("<pad>"))
        writer.add_add_space_prefix(False)
    writer.add_eos_token_id(ids["<|endoftext|>" if is_bytes else "</s>"])


def _merged(weights: dict[str, Any]) -> dict[str, Any]:
    """Join the experts of each layer under the names that llama.cpp knows."""
    found: dict[str, Any] = {}
    for name, array in weights.items():
        if name.endswith("experts.gate_up_proj"):
            stem = name.removesuffix("gate_up_proj")
            gate, up = np.split(array, 2, axis=1)
            found |= {f"{stem}w1.weight": gate, f"{stem}w3.weight": up}
        elif ".experts." in name and name.count(".") > 5 and name.split(".")[-2] in ("w1", "w2", "w3"):
            stem, _, rest = name.partition(".experts.")
            number, part, _ = rest.split(".")
            stacked = found.setdefault(f"{stem}.experts.{part}.weight", {})
            stacked[int(number)] = array
        else:
            found[name] = array
    return {
        name: np.stack([array[i] for i in sorted(array)]) if isinstance(array, dict) else array
        for name, array in found.items()
    }


def _paired(array: Any, head: int) -> Any:
    """Put the rows of q or k in pairs, as llama.cpp's converter does."""
    rows = array.shape[0]
    return array.reshape(rows // head, 2, head // 2, *array.shape[1:]).swapaxes(1, 2).reshape(array.shape)

"""Tiny random carriers of every family, written to disk as their like come from the hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from scenograph.carriers import LocalCarrier
from scenograph.vocabulary import Vocabulary

TEXTS = [
    "Marta believed that Oleg built the old bridge in 1931.",
    "Марта верила, что Олег построил старый мост в 1931 году.",
] * 10
BYTE_LEVEL = ("qwen2", "qwen3")
_QWEN3: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "initializer_range": 0.5,
}


def byte_level() -> Tokenizer:
    """A tokenizer like Qwen's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=350,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>", "<|im_end|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer


def sentencepiece_like(byte_fallback: bool = True) -> Tokenizer:
    """A tokenizer like Llama's and Mistral's: a space before every text, bytes for unknown letters."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=byte_fallback, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    byte_pieces = [f"<0x{i:02X}>" for i in range(256)] if byte_fallback else []
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<unk>", "<s>", "</s>", *byte_pieces], show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    description = json.loads(tokenizer.to_str())
    description["added_tokens"] = description["added_tokens"][:3]
    return Tokenizer.from_str(json.dumps(description))


def random_carrier(vocabulary: Vocabulary, places: int, **sizes: Any) -> LocalCarrier:
    """Return a small Qwen3 of random weights over *vocabulary*, for prompts of up to *places* tokens."""
    torch.manual_seed(1)
    config = Qwen3Config(
        vocab_size=vocabulary.size,
        max_position_embeddings=places,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
        **_QWEN3 | sizes,
    )
    return LocalCarrier("random", Qwen3ForCausalLM(config), vocabulary)


def write_carrier(folder: Path, family: str, tokenizer: Tokenizer | None = None) -> Path:
    """Write a random model of *family* with a tokenizer of its kind; its embedding has spare rows."""
    torch.manual_seed(0)
    byte_kind = family in BYTE_LEVEL
    tokenizer = tokenizer or (byte_level() if byte_kind else sentencepiece_like())
    sizes: dict[str, Any] = {
        "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "max_position_embeddings": 512, "initializer_range": 0.3,
        "vocab_size": tokenizer.get_vocab_size() + 7,
        "tie_word_embeddings": family in ("qwen3", "gemma3_text"),
    }  # fmt: skip
    if family == "qwen3":
        sizes["head_dim"] = 16
    if family == "gemma3_text":
        sizes |= {"head_dim": 16, "sliding_window": 8, "num_hidden_layers": 6, "query_pre_attn_scalar": 16}
    if family == "mixtral":
        sizes["num_local_experts"] = 4
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(family, **sizes))
    model.save_pretrained(folder)
    specials = {"eos_token": "<|endoftext|>"} if byte_kind else {"bos_token": "<s>", "eos_token": "</s>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **specials).save_pretrained(folder)
    return folder

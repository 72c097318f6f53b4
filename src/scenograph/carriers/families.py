"""
The embedded carrier, and the architectures that other carriers may have, as data.

Which well-known carriers there are, and how large they are, is in `known.toml` (`scenograph.carriers.known`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

NANO: Final = Path(__file__).parent / "nano"
"""The folder of the embedded carrier."""

ATTENTION: Final = ("q_proj", "k_proj", "v_proj", "o_proj")
FORWARD: Final = ("gate_proj", "up_proj", "down_proj")


class Family(NamedTuple):
    """
    One architecture.

    Attributes:
        title: its name
        examples: well-known carriers of this family
        targets: last name parts of the linear layers that adapters act on; `experts`: those of a mixture
        tokenizer: how it spells text: `byte-level` or `SentencePiece`, or both
        quirks: what is unusual; empty if nothing is
        transformers: the least version that loads it
    """

    title: str
    examples: str
    targets: tuple[str, ...] = ATTENTION + FORWARD
    tokenizer: str = "byte-level"
    quirks: str = ""
    transformers: str = "5.0"


FAMILIES: Final[dict[str, Family]] = {
    "llama": Family(
        "Llama",
        "Llama 2 and 3, Saiga, TinyLlama, SmolLM, YandexGPT 5 Lite",
        tokenizer="SentencePiece (Llama 2, YandexGPT), byte-level (Llama 3, SmolLM)",
        quirks="its GGUF files have the rows of q and k in another order, which is undone",
    ),
    "qwen2": Family("Qwen 2", "Qwen1.5, Qwen2, Qwen2.5, T-lite, T-pro", quirks="q, k and v have biases"),
    "qwen3": Family("Qwen 3", "Qwen3, T-lite 2, T-pro 2, the embedded nano", quirks="q and k are normalised"),
    "mistral": Family(
        "Mistral",
        "Mistral 7B, Nemo, Saiga-Mistral, Vikhr-Nemo",
        tokenizer="SentencePiece (7B), byte-level (Nemo)",
        quirks="the first 7B sees 4096 tokens back; as a GGUF file it is of the family llama",
    ),
    "mixtral": Family(
        "Mixtral",
        "Mixtral 8x7B",
        targets=(*ATTENTION, "experts"),
        tokenizer="SentencePiece",
        quirks="two of eight experts act on each token; all need memory, and experts have no 4 or 8 bit",
    ),
    "gemma3_text": Family(
        "Gemma 3",
        "Gemma 3 270M and 1B; 4B to 27B as GGUF files",
        tokenizer="SentencePiece",
        quirks="five of six layers see 512 or 1024 tokens back; its vocabulary has 262,144 tokens",
        transformers="5.0",
    ),
}
"""By the `model_type` of the carrier's `config.json`."""

"""The architectures that carriers may have, and what is worth knowing of each."""

from __future__ import annotations

from typing import Final, NamedTuple


class Family(NamedTuple):
    """
    One architecture.

    Attributes:
        title: its name in words
        examples: carriers people run that are of this family
    """

    title: str
    examples: str


FAMILIES: Final[dict[str, Family]] = {
    "llama": Family("Llama", "Llama 2 and 3, Saiga, TinyLlama, SmolLM"),
    "qwen2": Family("Qwen 2", "Qwen2, Qwen2.5"),
    "qwen3": Family("Qwen 3", "Qwen3, the embedded nano"),
    "mistral": Family("Mistral", "Mistral 7B, Nemo, Saiga-Mistral"),
    "mixtral": Family("Mixtral", "Mixtral 8x7B; its experts stay untouched, adapters act on attention"),
}
"""By the `model_type` of the carrier's `config.json`."""

"""The embedded carrier, and the architectures that other carriers may have."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

NANO: Final = Path(__file__).parent / "nano"
"""The folder of the embedded carrier."""


class Family(NamedTuple):
    """One architecture."""

    title: str
    examples: str  # well-known carriers of this family


FAMILIES: Final[dict[str, Family]] = {
    "llama": Family("Llama", "Llama 2 and 3, Saiga, TinyLlama, SmolLM"),
    "qwen2": Family("Qwen 2", "Qwen2, Qwen2.5"),
    "qwen3": Family("Qwen 3", "Qwen3, the embedded nano"),
    "mistral": Family("Mistral", "Mistral 7B, Nemo, Saiga-Mistral"),
    "mixtral": Family("Mixtral", "Mixtral 8x7B; its experts stay untouched, adapters act on attention"),
}
"""By the `model_type` of the carrier's `config.json`."""

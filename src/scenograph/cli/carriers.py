"""What can carry a mind: the families, or one model that is loaded and described."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scenograph.errors import CarrierError


def families() -> list[dict[str, Any]]:
    """The supported architectures, each with carriers people run; the embedded nano comes first."""
    from scenograph.carriers import FAMILIES, NANO

    size = (NANO / "model.safetensors").stat().st_size / 1e6
    return [
        {
            "carrier": "nano",
            "family": "qwen3",
            "is": f"embedded, {size:.1f} MB; knows the bundled world only",
        },
        *(
            {"carrier": "a folder or hub id", "family": name, "is": f"{family.title}: {family.examples}"}
            for name, family in FAMILIES.items()
        ),
    ]


def describe(model: str) -> dict[str, Any]:
    """
    Load the carrier *model* and say what it is.

    Raises:
        CarrierError: if it cannot carry a mind
    """
    from scenograph.carriers import load_carrier

    if "/" not in model and model != "nano" and not Path(model).exists():
        raise CarrierError(f"{model} is neither a folder here nor a hub id such as Qwen/Qwen3-0.6B")
    carrier = load_carrier(model)
    return {
        "carrier": carrier.name,
        "family": carrier.family,
        "parameters": carrier.parameters,
        "longest": f"{carrier.max_length} tokens",
        "vocabulary": carrier.vocabulary.size,
        "digest": carrier.digest,
    }

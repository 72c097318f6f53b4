"""What a mind returns, as JSON values: one shape for `--json` and for the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenograph.bridge import Answer, Reading, Utterance
    from scenograph.memory import Hit

Record = dict[str, Any]


def reading_record(reading: Reading) -> Record:
    """`text`, `scene` (notation, or null where the text could not be read), `confidence`, `language`."""
    return {
        "text": reading.text,
        "scene": None if reading.scene is None else str(reading.scene),
        "confidence": round(reading.confidence, 4),
        "language": reading.language,
    }


def utterance_record(utterance: Utterance) -> Record:
    """`text`, `retention`, `style`, `language`, `surface`, `fallback` (by the exact plain surface)."""
    return {
        "text": utterance.text,
        "retention": round(utterance.retention, 4),
        "style": utterance.style,
        "language": utterance.language,
        "surface": utterance.surface,
        "fallback": utterance.fallback,
    }


def answer_record(answer: Answer, sources: Mapping[int, list[str]]) -> Record:
    """`text`, `scene`, `retention`, and the `crystals` it rests on with the texts they came from."""
    return {
        "text": answer.text,
        "scene": None if answer.scene is None else str(answer.scene),
        "retention": round(answer.retention, 4),
        "crystals": [{"id": crystal, "sources": sources.get(crystal, [])} for crystal in answer.crystals],
    }


def hit_record(hit: Hit) -> Record:
    """`id`, `scene`, `resonance`, its `parts`, and the `sources` it came from."""
    return {
        "id": hit.id,
        "scene": str(hit.scene),
        "resonance": round(hit.resonance, 4),
        "parts": {name: round(value, 4) for name, value in hit.parts.items()},
        "sources": [source.text or source.source or "" for source in hit.sources],
    }

"""What a mind returns, as JSON values: one shape for `--json` and for the service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from scenograph.bridge import Answer, Reading, Utterance
    from scenograph.core import Scene
    from scenograph.memory import Crystal, Hit, Source, Validity

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


def answer_record(answer: Answer, crystals: Sequence[Crystal]) -> Record:
    """
    `text`, `scene` (null where the question was not read), `retention`, `confidence`, `fallback`, and the
    `crystals` it rests on, each with `id`, `scene` and `sources`.
    """
    return {
        "text": answer.text,
        "scene": None if answer.scene is None else str(answer.scene),
        "retention": round(answer.retention, 4),
        "confidence": round(answer.confidence, 4),
        "fallback": answer.fallback,
        "crystals": [
            {"id": crystal.id, "scene": str(crystal.scene), "sources": source_records(crystal.sources)}
            for crystal in crystals
        ],
    }


def hit_record(hit: Hit) -> Record:
    """`id`, `scene`, `resonance`, its `parts`, the `chain` to it, `sources`, `learned` and `validity`."""
    return {
        "id": hit.id,
        "scene": str(hit.scene),
        "resonance": round(hit.resonance, 4),
        "parts": {name: round(value, 4) for name, value in hit.parts.items()},
        "chain": [{"crystal": step.crystal, "through": step.through} for step in hit.chain],
        "sources": source_records(hit.sources),
        "learned": _iso(hit.learned),
        "validity": validity_records(hit.validity),
    }


def crystal_record(crystal: Crystal) -> Record:
    """`id`, `scene`, `digest`, `learned`, `validity`, `replaces` and `sources` of a crystal."""
    return {
        "id": crystal.id,
        "scene": str(crystal.scene),
        "digest": crystal.scene.digest.hex(),
        "learned": _iso(crystal.learned),
        "validity": validity_records(crystal.validity),
        "replaces": list(crystal.replaces),
        "sources": source_records(crystal.sources),
    }


def validity_records(validity: Sequence[Validity]) -> list[Record]:
    """When it was true and when believed, null where there is no limit; none of them: ever since learned."""
    return [
        {
            "true_from": _iso(it.true_from),
            "true_until": _iso(it.true_until),
            "known_from": _iso(it.known_from),
            "known_until": _iso(it.known_until),
            "replaced_by": it.replaced_by,
        }
        for it in validity
    ]


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def source_records(sources: Sequence[Source]) -> list[Record]:
    """`text`, `language` and `source` of each, null where unknown."""
    return [{"text": it.text, "language": it.language, "source": it.source} for it in sources]


def in_words(scene: Scene, sources: Sequence[Source]) -> str:
    """One line for a person: the texts of a remembered scene, or its notation, and where it came from."""
    texts = dict.fromkeys(source.text for source in sources if source.text)
    origins = dict.fromkeys(source.source for source in sources if source.source)
    line = " / ".join(texts) or scene.format(indent=None)
    return f"{line}  [{', '.join(origins)}]" if origins else line

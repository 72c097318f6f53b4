"""
A memory as JSON lines: to read, keep, move and merge.

One line per crystal in the order they were learned, then one per text that could not be read; keys in fixed
order, so that exporting, importing into an empty memory and exporting again gives the same bytes.

    {"digest": "9f…", "scene": "(b / build …)", "learned": "2026-01-31T12:00:00.000000+00:00",
     "sources": [{"text": "Oleg built …", "language": "en", "source": "book.txt", "time": "…"}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from scenograph.core.scene import Scene
from scenograph.errors import NotationError, SceneError, StoreError
from scenograph.memory.records import Source, UnreadText, micros
from scenograph.memory.store.crystals import Crystals, Told
from scenograph.memory.store.rows import chunks
from scenograph.memory.store.sources import Origin


def export_lines(crystals: Crystals) -> Iterator[str]:
    """The lines, each ended by a line feed. Raises `StoreError` at a damaged record."""
    for ids in crystals.walk():
        for crystal in map(crystals.get, ids):
            yield _line(
                {
                    "digest": crystal.scene.digest.hex(),
                    "scene": crystal.scene.canonical().format(indent=None),
                    "learned": _iso(crystal.learned),
                    "sources": list(map(_source, crystal.sources)),
                }
            )
    for unread in crystals.sources.unread():
        yield _line({"unread": _source(unread)})


def import_lines(lines: Iterable[str | bytes], crystals: Crystals) -> int:
    """
    Add what *lines* tell to *crystals*; return how many crystals were new.

    Raises:
        StoreError: naming the line that is not one of an export, or whose scene is not what its digest names
    """
    new = 0
    for some in chunks(enumerate(lines, 1)):
        told = [one for number, line in some if (one := _read(number, line, crystals)) is not None]
        new += sum(fresh for _, fresh in crystals.learn(told))
    return new


def _read(number: int, line: str | bytes, crystals: Crystals) -> Told | None:
    """What line *number* tells; None of a text that was not read, which is kept."""
    try:
        record = json.loads(line)
        if "unread" in record:
            crystals.sources.keep(_origin(record["unread"]))
            return None
        scene = Scene.parse(record["scene"])
        digest = bytes.fromhex(record["digest"])
        learned = micros(datetime.fromisoformat(record["learned"]))
        origins = tuple(map(_origin, record["sources"]))
    except (ValueError, KeyError, TypeError, NotationError, SceneError) as error:
        raise StoreError(f"line {number} is not one of a memory's export; nothing was imported") from error
    if scene.digest != digest:
        raise StoreError(
            f"line {number} is damaged: its scene is not what its digest names; nothing was imported"
        )
    return Told(scene, learned, origins)


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def _source(source: Source | UnreadText) -> dict[str, str | None]:
    return {
        "text": source.text,
        "language": source.language,
        "source": source.source,
        "time": _iso(source.time),
    }


def _origin(record: dict[str, object]) -> Origin:
    text, language, source = (_optional_text(record[key]) for key in ("text", "language", "source"))
    return Origin(text, language, source, micros(datetime.fromisoformat(str(record["time"]))))


def _optional_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"expected a text or null, found {value!r}")


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")

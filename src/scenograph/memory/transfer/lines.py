"""
A memory as JSON lines: to read, keep, move and merge.

The first line says what it is. Then comes a line for each crystal, in the order they were learned, one for
each text that could not be read, and one that counts them. Keys have a fixed order. A crystal whose validity
was never stated or corrected has no `validity`. Shortened:

    {"scenograph": "memory", "version": 5, "seal": "5d…"}
    {"digest": "9f…", "scene": "(l / lead …)", "learned": "2026-01-31T12:00:00.000000+00:00",
     "sources": [{"text": "Oleg leads …", "language": "en", "source": "book.txt", "time": "2026-…",
                  "place": {"start": 120, "end": 141, "paragraph": 2},
                  "measured": {"retention": 1.0, "method": "plain"}}],
     "validity": [{"true_from": "1990-…", "true_until": null, "known_from": "2026-…", "known_until": "2026-…",
                   "replaced_by": "07…"}], "seal": "c4…"}
    {"unread": {"text": "Gibberish", "language": "en", "source": null, "time": "2026-…"}, "seal": "aa…"}
    {"end": {"crystals": 1, "unread": 1}, "seal": "e0…"}

A *seal* is a checksum of what is before it in its line; remove it from a line that you change by hand.
A source has a `place` if it is known where in its document the text stands, `labels` and `expires` if it
was given some, and `measured` if it was. Older versions are read as well: version 4 had no measurements;
version 3 had no labels; version 2 had no places; version 1
had no first and last line, no validity and no seals either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any

from scenograph.core.scene import Scene
from scenograph.errors import NotationError, RefusedError, SceneError, StoreError
from scenograph.memory.labels import read_labels
from scenograph.memory.records import Measured, Place, micros, moment
from scenograph.memory.store.measured import checked
from scenograph.memory.store.sources import Origin
from scenograph.memory.store.validity import Belief, Interval
from scenograph.memory.transfer.exchange import Moved, Replaced

VERSION = 5

_SEAL = re.compile(r'^(\{.*),"seal":"([0-9a-f]{16})"\}$', re.DOTALL)


# --- writing -----------------------------------------------------------------------------------------------


def write_lines(records: Iterable[Moved | Origin]) -> Iterator[str]:
    """The lines of *records*, each ended by a line feed."""
    yield _line({"scenograph": "memory", "version": VERSION})
    crystals = unread = 0
    for record in records:
        if isinstance(record, Moved):
            crystals += 1
            yield _line(_crystal(record))
        else:
            unread += 1
            yield _line({"unread": _source(record)})
    yield _line({"end": {"crystals": crystals, "unread": unread}})


def _line(record: dict[str, Any]) -> str:
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":"))[:-1]
    return f'{body},"seal":"{_seal(body)}"}}\n'


def seal_of(record: Moved | Origin) -> str:
    """The seal in the line of *record*."""
    return _line(_crystal(record) if isinstance(record, Moved) else {"unread": _source(record)})[-19:-3]


def _seal(body: str) -> str:
    return blake2b(body.encode(), digest_size=8).hexdigest()


def _crystal(record: Moved) -> dict[str, Any]:
    line: dict[str, Any] = {
        "digest": record.digest.hex(),
        "scene": record.scene.format(indent=None),
        "learned": _iso(record.learned),
        "sources": list(map(_source, record.origins)),
    }
    if record.beliefs:
        line["validity"] = list(map(_validity, record.beliefs))
    return line


def _source(origin: Origin) -> dict[str, Any]:
    text, language, source, heard, place, labels, expires, measured = origin
    line: dict[str, Any] = {"text": text, "language": language, "source": source, "time": _iso(heard)}
    if place is not None:
        line["place"] = place._asdict()
    if labels is not None:
        line["labels"] = json.loads(labels)
    if expires is not None:
        line["expires"] = _iso(expires)
    if measured is not None:
        line["measured"] = measured._asdict()
    return line


def _validity(replaced: Replaced) -> dict[str, str | None]:
    belief, by = replaced
    start, end, until = (None if t is None else _iso(t) for t in (*belief.true, belief.known_until))
    return {
        "true_from": start,
        "true_until": end,
        "known_from": _iso(belief.known_from),
        "known_until": until,
        "replaced_by": None if by is None else by.hex(),
    }


def _iso(time: int) -> str:
    return moment(time).isoformat(timespec="microseconds")


# --- reading -----------------------------------------------------------------------------------------------


def read_lines(lines: Iterable[str | bytes]) -> Iterator[Moved | Origin]:
    """
    Undo `write_lines`.

    Raises:
        StoreError: naming the line that is not one of an export, is damaged, or missing
    """
    counts = {"crystals": 0, "unread": 0}
    number, is_open, is_over = 0, False, False
    for number, line in enumerate(lines, 1):
        record = None
        try:
            if is_over:
                raise RefusedError("stands after the end of the export")
            stated = json.loads(_unsealed(line.decode() if isinstance(line, bytes) else line))
            if "scenograph" in stated:
                _check_first(stated, number)
                is_open = True
            elif "end" in stated:
                _check_last(stated["end"], counts if is_open else {})
                is_open, is_over = False, True
            elif "unread" in stated:
                record = _origin(stated["unread"])
                counts["unread"] += 1
            else:
                record = _moved(stated)
                counts["crystals"] += 1
        except StoreError as error:
            raise RefusedError(f"line {number} {error}; nothing was imported") from None
        except (ValueError, KeyError, TypeError, OverflowError, NotationError, SceneError) as error:
            raise RefusedError(
                f"line {number} is not one of a memory's export; nothing was imported"
            ) from error
        if record is not None:
            yield record
    if is_open:
        raise RefusedError(
            f"line {number + 1} is missing: the export is cut off before its last line; nothing was imported"
        )


def _check_first(stated: dict[str, Any], number: int) -> None:
    if stated["scenograph"] != "memory" or number > 1:
        raise ValueError("no memory begins here")
    if stated["version"] not in range(2, VERSION + 1):
        raise RefusedError(
            f"says that the export has version {stated['version']}, and this Scenograph reads 1 to "
            f"{VERSION}; upgrade the package"
        )


def _check_last(stated: dict[str, int], counts: dict[str, int]) -> None:
    if stated != counts:
        raise RefusedError(
            f"counts {stated['crystals']} crystals and {stated['unread']} unread texts, but "
            f"{counts.get('crystals', 0)} and {counts.get('unread', 0)} came before it: lines are lost"
        )


def _unsealed(line: str) -> str:
    line = line.rstrip("\r\n")
    found = _SEAL.match(line)
    if found is None:
        return line
    body, sealed = found.groups()
    if _seal(body) != sealed:
        raise RefusedError("is damaged: its seal is not that of what it says")
    return body + "}"


def _moved(record: dict[str, Any]) -> Moved:
    scene = Scene.parse(record["scene"])
    if scene.digest != bytes.fromhex(record["digest"]):
        raise RefusedError("is damaged: its scene is not what its digest names")
    return Moved(
        scene.digest,
        scene,
        _micros(record["learned"]),
        tuple(map(_origin, record["sources"])),
        tuple(map(_belief, record.get("validity", ()))),
    )


def _origin(record: dict[str, object]) -> Origin:
    text, language, source = (_optional_text(record[key]) for key in ("text", "language", "source"))
    origin = Origin(
        text,
        language,
        source,
        _micros(record["time"]),
        _place(record.get("place")),
        _labels(record.get("labels")),
        None if record.get("expires") is None else _micros(record["expires"]),
        _measured(record.get("measured")),
    )
    _ = origin.said  # checks it
    return origin


def _labels(record: object) -> str | None:
    if record is None:
        return None
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    read_labels(text)  # checks it
    return text


def _place(record: object) -> Place | None:
    if record is None:
        return None
    if not isinstance(record, dict) or not all(type(number) is int for number in record.values()):
        raise TypeError(f"expected a place, found {record!r}")
    return Place(**record)


def _measured(record: object) -> Measured | None:
    if record is None:
        return None
    if not isinstance(record, dict) or type(record.get("retention")) not in (int, float):
        raise TypeError(f"expected a measurement, found {record!r}")
    return checked(Measured(**record))


def _belief(record: dict[str, object]) -> Replaced:
    start, end, known_until = (
        None if record[key] is None else _micros(record[key])
        for key in ("true_from", "true_until", "known_until")
    )
    by = _optional_text(record["replaced_by"])
    belief = Belief(Interval(start, end), _micros(record["known_from"]), known_until)
    if not belief.is_possible:
        raise ValueError("it ends before it begins")
    return Replaced(belief, None if by is None else bytes.fromhex(by))


def _optional_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"expected a text or null, found {value!r}")


def _micros(value: object) -> int:
    return micros(datetime.fromisoformat(str(value)))

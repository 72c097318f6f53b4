"""What memory takes in and gives back: notes, crystals, sources, hits, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from scenograph.core.scene import Scene


@dataclass(frozen=True, slots=True)
class Note:
    """
    A scene to be remembered, and where it comes from.

    Attributes:
        scene: the scene
        text: the text it was read from
        language: the language of the text, "en" or "ru"
        source: where the text was found: a file, an address, a name
        time: when it was learned; by default now
    """

    scene: Scene
    text: str | None = None
    language: str | None = None
    source: str | None = None
    time: datetime | None = None


class Ingested(NamedTuple):
    """How many notes were taken in, and how many crystals were new."""

    notes: int
    new: int


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where a crystal was learned from.

    Attributes:
        text, language, source: as in the `Note` that brought it
        time: when it was learned (UTC)
    """

    text: str | None
    language: str | None
    source: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Crystal:
    """
    A scene as memory holds it.

    Attributes:
        id: its number, never given to another one
        scene: the scene
        learned: when it was first learned (UTC)
        sources: all places it was learned from, in order
    """

    id: int
    scene: Scene
    learned: datetime
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class UnreadText:
    """A text that was kept though no scene could be read from it."""

    id: int
    text: str
    language: str | None
    source: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """
    A crystal that answers a cue.

    Attributes:
        id, scene, sources: as in `Crystal`
        resonance: how strongly it answers, 0 to 1; hits are sorted by it
        parts: what the resonance is made of, each 0 to 1; see `scenograph.memory.recall.resonance`
    """

    id: int
    scene: Scene
    resonance: float
    parts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    sources: tuple[Source, ...] = ()


ChangeKind = Literal["remember", "source", "forget"]
"""A new crystal, another source for a known one, a crystal forgotten."""


@dataclass(frozen=True, slots=True)
class Change:
    """
    What happened to one crystal.

    Attributes:
        seq: the number of the event, in order of time; crystals remembered at once share one
        time: when it happened (UTC)
        kind: a new crystal, another source for a known one, or a crystal forgotten
        crystal: the crystal's id
    """

    seq: int
    time: datetime
    kind: ChangeKind
    crystal: int


class Watermark(NamedTuple):
    """The last change that an index has taken in: its number and time; both zero before the first."""

    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Stats:
    """
    Figures of a memory.

    Attributes:
        crystals, sources, unread, symbols, changes: how many there are
        file_bytes: size of the database with its log
        index_bytes: size of the vector index file
        indexed: vectors in the index file or, once loaded, in the index
    """

    crystals: int
    sources: int
    unread: int
    symbols: int
    changes: int
    file_bytes: int
    index_bytes: int


def micros(time: datetime) -> int:
    """*time* as memory stores it: microseconds since 1970, UTC; a time without a zone is local time."""
    delta = time.astimezone(UTC) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(micros: int) -> datetime:
    """Undo `micros`."""
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

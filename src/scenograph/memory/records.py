"""What memory takes in and gives back: notes, crystals, sources, hits, changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple

from scenograph.core.field import Proof
from scenograph.core.scene import Scene
from scenograph.errors import RefusedError
from scenograph.memory.labels import Scalar

_NO_METADATA: Mapping[str, Scalar] = MappingProxyType({})


class Place(NamedTuple):
    """
    Where a text stands in the document that its source names.

    Attributes:
        start: of its first character, in code points from 0
        end: after its last character
        paragraph: number of the paragraph, from 1
    """

    start: int
    end: int
    paragraph: int


Method = Literal["given", "words", "plain", "unsaid"]
"""
How a retention was measured: the source is the scene itself (`given`); by exact words of the domain and its
parser (`words`); by a plain sentence and the reader (`plain`); no sentence says the scene (`unsaid`).
"""

METHODS: tuple[Method, ...] = ("given", "words", "plain", "unsaid")


class Measured(NamedTuple):
    """
    How well a scene is said in the language of its source and read again, without the source.

    Attributes:
        retention: share of its links that were found again, 0 to 1
        method: how it was said and read
    """

    retention: float
    method: Method


GIVEN = Measured(1.0, "given")
"""Of a source that is the scene itself."""


@dataclass(frozen=True, slots=True)
class Note:
    """
    A scene to be remembered, and where it comes from.

    Attributes:
        scene: the scene
        text, language: the text it was read from, and its language, such as "en" or "ru"
        source: where the text was found: a file, an address, a name
        time: when it was learned; by default now
        true_from, true_until: since when and until when it is true, the end not included; None is unknown
        place: where in *source* the text stands; None if that is not known
        tags, metadata: what else is to be known of it; see `scenograph.memory.labels`
        expires: when it is no longer to be recalled; None: never
        measured: how well the scene is said and read again; None: that was not measured
    """

    scene: Scene
    text: str | None = None
    language: str | None = None
    source: str | None = None
    time: datetime | None = None
    true_from: datetime | None = None
    true_until: datetime | None = None
    place: Place | None = None
    tags: Collection[str] = ()
    metadata: Mapping[str, Scalar] = field(default_factory=lambda: _NO_METADATA)
    expires: datetime | None = None
    measured: Measured | None = None


class Ingested(NamedTuple):
    """How many notes were taken in, and how many crystals were new."""

    notes: int
    new: int


class SourceTotal(NamedTuple):
    """
    A named source, such as a document, with how much of it is in memory.

    Attributes:
        source: its name
        crystals: how many crystals and unread texts it stated
        first, last: when memory learned the first and the last of them (UTC)
    """

    source: str
    crystals: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where a crystal was learned from.

    Attributes:
        text, language, source: as in the `Note` that brought it
        time: when it was learned (UTC)
        place: where in *source* the text stands; None if that is not known
        id: its number, by which `Memory.forget` removes it alone; sources are equal without regard to it
        tags, metadata, expires: as in the `Note`
        measured: how well the scene is said and read again; `given` of a source without a text. None: not
            measured yet; `scenograph memory measure` does that. An unread text has none
    """

    text: str | None
    language: str | None
    source: str | None
    time: datetime
    place: Place | None = None
    id: int = field(default=0, compare=False)
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Scalar] = field(default_factory=lambda: _NO_METADATA)
    expires: datetime | None = None
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """
    When a crystal is true, and since when that is believed; ends are not included.

    Attributes:
        true_from, true_until: since when and until when it is true (UTC); None is without limit
        known_from: since when this has been believed (UTC)
        known_until: until when; None if it still is
        replaced_by: the crystal that replaced it, itself where only its times were corrected; None if it is
            still believed, or the other one was forgotten
    """

    true_from: datetime | None
    true_until: datetime | None
    known_from: datetime
    known_until: datetime | None = None
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class Crystal:
    """
    A scene as memory holds it.

    Attributes:
        id: its number, never given to another one
        scene: the scene
        learned: when it was first learned (UTC)
        sources: all places it was learned from, in order
        validity: when it is true and since when that is believed; empty if it was never stated or corrected:
            believed since it was learned, true always
        replaces: the crystals that it has replaced
        unread: it is a text that no scene could be read from; its scene is `(x / _)`, its text in its sources
    """

    id: int
    scene: Scene
    learned: datetime
    sources: tuple[Source, ...]
    validity: tuple[Validity, ...] = ()
    replaces: tuple[int, ...] = ()
    unread: bool = False


@dataclass(frozen=True, slots=True)
class UnreadText:
    """
    A text that no scene could be read from, with one of its sources.

    Attributes:
        id: its number, as that of a crystal: `Memory.get` and `Memory.forget` take it
        text, language, source, time, place, tags, metadata, expires: as in `Source`
    """

    id: int
    text: str
    language: str | None
    source: str | None
    time: datetime
    place: Place | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Scalar] = field(default_factory=lambda: _NO_METADATA)
    expires: datetime | None = None


class Unmeasured(NamedTuple):
    """
    A source with a text whose retention was not measured yet.

    Attributes:
        source, crystal: their numbers
        scene: what was read from the text
        text, language: as in `Source`
    """

    source: int
    crystal: int
    scene: Scene
    text: str
    language: str | None


class Hop(NamedTuple):
    """
    One crystal of a chain that answers a cue together.

    Attributes:
        crystal: its id
        through: the name that it shares with the crystal before it, or the event that tied them; None for
            the first
    """

    crystal: int
    through: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """
    A crystal that answers a cue.

    Attributes:
        id, scene, sources, learned, validity, unread: as in `Crystal`
        resonance: how strongly it answers, 0 to 1; hits are sorted by it
        parts: what the resonance is made of, each 0 to 1; see `scenograph.memory.recall.resonance`
        chain: the crystals that answer the cue together with it, in order, and what joins them
    """

    id: int
    scene: Scene
    resonance: float
    parts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    sources: tuple[Source, ...] = ()
    learned: datetime | None = None
    validity: tuple[Validity, ...] = ()
    chain: tuple[Hop, ...] = ()
    unread: bool = False


ChangeKind = Literal["remember", "keep", "read", "source", "time", "correct", "restore", "withdraw", "forget"]
"""What can happen to a crystal."""

_HAPPENED: Mapping[ChangeKind, str] = {
    "remember": "was remembered",
    "keep": "was stored, a text that could not be read",
    "read": "was read at last: what it says is another crystal",
    "source": "was stated by another source",
    "time": "was stated to be true at another time",
    "correct": "was corrected",
    "restore": "was stated again after it had been corrected, and is believed again",
    "withdraw": "lost a source, which was forgotten",
    "forget": "was forgotten",
}


@dataclass(frozen=True, slots=True)
class Change:
    """
    What happened to one crystal.

    Attributes:
        seq: the number of the event, in order of time; crystals remembered at once share one
        time: when it happened (UTC)
        kind: what happened; `str(change)` says it in words
        crystal: the crystal's id
    """

    seq: int
    time: datetime
    kind: ChangeKind
    crystal: int

    def __str__(self) -> str:
        return f"{self.time:%Y-%m-%d %H:%M:%S} crystal {self.crystal} {_HAPPENED[self.kind]}"


class Watermark(NamedTuple):
    """The last change that an index has taken in: its number and time; both zero before the first."""

    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Erased:
    """
    What is gone of one crystal.

    Attributes:
        crystal: its number
        scene: its scene; None if the crystal stays, since other sources stated it, or could not be read:
            a damaged crystal is forgotten as well, and what could be read of it is listed
        texts: the texts that are gone, of it or of sources that it lost
        sources: the names of these sources
        vector: whether it had a vector that went with it
        associations: crystals that it was associated with
        derived: crystals that were put in its place, or in whose place it was put; they stay, and no longer
            name it
    """

    crystal: int
    scene: Scene | None
    texts: tuple[str, ...]
    sources: tuple[str, ...]
    vector: bool
    associations: tuple[int, ...]
    derived: tuple[int, ...]


class TrainedOn(NamedTuple):
    """
    An adapter that has learned from what was forgotten; only training it again takes that out.

    Attributes:
        adapter: its name
        carrier: the carrier of the mind that it belongs to
        file: the file in the mind's folder that taught it
        lines: how many lines of the file are about what was forgotten
    """

    adapter: str
    carrier: str
    file: str
    lines: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """
    What was forgotten: a receipt.

    Attributes:
        crystals: crystals and unread texts that are gone
        sources: sources that are gone of crystals that stay
        readable: what on the disk can still be read of it and when that ends; None if nothing can
        erased: what is gone of each crystal, of a thousand at most
        found: where a search of tables, indexes and bytes still finds any of it, or fails, a line each;
            empty if nowhere, and where `readable` says that it is too early to look
        adapters: adapters that were trained on it, as far as a mind knows
    """

    crystals: int
    sources: int
    readable: str | None = None
    erased: tuple[Erased, ...] = ()
    found: tuple[str, ...] = ()
    adapters: tuple[TrainedOn, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """
    Figures of a memory.

    Attributes:
        crystals, sources, unread, symbols, changes: how many there are
        unmeasured: how many sources have a text whose retention was not measured yet
        file_bytes: size of the database with its log
        index_bytes: size of the vector index file
        unerased_bytes: size of the files that may still hold what was forgotten; 0 if there are none. The
            next write or `close` erases it, once no process reads an older state of the memory
    """

    crystals: int
    sources: int
    unread: int
    symbols: int
    changes: int
    unmeasured: int
    file_bytes: int
    index_bytes: int
    unerased_bytes: int


def micros(time: datetime) -> int:
    """*time* as memory stores it: microseconds since 1970, UTC; a time without a zone is local time."""
    try:
        delta = time.astimezone(UTC) - _EPOCH
    except (OverflowError, ValueError) as error:
        raise RefusedError(f"{time} is outside the years 1 to 9999 (UTC); give None for no limit") from error
    return delta // timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """Undo `micros`."""
    return _EPOCH + timedelta(microseconds=micros)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Merged(NamedTuple):
    """
    What a memory gained from another one.

    Attributes:
        crystals: scenes that were new
        sources: sources that were new for scenes that were known
        validity: known scenes whose validity changed, and new ones that brought some
        unread: texts not yet read that were new
    """

    crystals: int
    sources: int
    validity: int
    unread: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """
    Crystals that cannot all be so.

    Attributes:
        rule: `denied`, or the name of the rule by which they cannot, such as `only one :birthDate`
        sides: a proof of each side; the numbers of scenes in it are ids of crystals
        crystals: the crystals that the sides rest on, with their texts and when they are true
    """

    rule: str
    sides: tuple[Proof, ...]
    crystals: tuple[Crystal, ...]

    def __str__(self) -> str:
        texts = (
            f"scene {crystal.id}: {source.text}"
            for crystal in self.crystals
            for source in crystal.sources
            if source.text
        )
        return "\n".join([f"contradiction ({self.rule}):", *map(str, self.sides), *texts])

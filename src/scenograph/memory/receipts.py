"""
Receipts: what forgetting removed, and what a search afterwards still found.

What was there is written down before, and looked for after: in the tables, in the indexes, and in the bytes
of every file of the memory. A receipt holds what was forgotten, so that whoever asked can check it; memory
keeps no copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, final

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.records import Erased, Source

if TYPE_CHECKING:
    from scenograph.memory.state import State

MOST = 1000
"""Crystals that a receipt lists."""

_LEAST = 12  # bytes of a text that is in a file by no chance
_BLOCK = 1 << 22

_Found = TypeVar("_Found")


@final
@dataclass(frozen=True, slots=True)
class _Before:
    scene: Scene | None
    sources: tuple[Source, ...]
    vector: bool
    associations: tuple[int, ...]
    derived: tuple[int, ...]


@final
class Receipt:
    """
    What is about to be forgotten, written down before.

    Args:
        state: the memory
        ids: crystals that may go, or may lose a source
    """

    def __init__(self, state: State, ids: Iterable[int]) -> None:
        self._state = state
        present = state.crystals.present(list(ids)[:MOST])
        had = _unless_damaged(self._vectors, set[int]()) if present else set[int]()
        self._before = {crystal: self._seen(crystal, crystal in had) for crystal in present}

    def _seen(self, crystal: int, vector: bool) -> _Before:
        crystals = self._state.crystals
        ties = _unless_damaged(lambda: crystals.ties.of([crystal]), [])
        return _Before(
            _unless_damaged(lambda: crystals.scenes([crystal])[crystal], None),
            _unless_damaged(lambda: crystals.sources.of([crystal])[crystal], ()),
            vector,
            tuple(sorted({end for tie in ties for end in tie[:2]} - {crystal})),
            tuple(sorted(_unless_damaged(lambda: self._derived(crystal), set[int]()) - {crystal})),
        )

    def _derived(self, crystal: int) -> set[int]:
        validities = self._state.validities
        rows = validities.of([crystal]).get(crystal, ()) if validities.is_used() else ()
        return {row.replaced_by for row in rows if row.replaced_by is not None} | {
            *validities.replaced_by(crystal)
        }

    def _vectors(self) -> set[int]:
        """The crystals that have a vector; none where no index is there, and none is built."""
        with self._state.synced():
            return self._state.vectors.ids()

    def erased(self) -> tuple[Erased, ...]:
        """Return what is gone of each."""
        crystals = self._state.crystals
        present = set(crystals.present(self._before))
        left = crystals.sources.ids(sorted(present))
        found: list[Erased] = []
        for crystal, it in self._before.items():
            stays = crystal in present
            gone = [source for source in it.sources if source.id not in left.get(crystal, ())]
            if stays and not gone:
                continue
            texts = dict.fromkeys(source.text for source in gone if source.text)
            names = dict.fromkeys(source.source for source in gone if source.source)
            found.append(
                Erased(
                    crystal,
                    None if stays else it.scene,
                    tuple(texts),
                    tuple(names),
                    it.vector and not stays,
                    () if stays else it.associations,
                    () if stays else it.derived,
                )
            )
        return tuple(found)

    def still_there(self, erased: Sequence[Erased]) -> tuple[str, ...]:
        """Return where a search finds any of it, or cannot be made: a line each; none if it is gone."""
        found: dict[str, None] = {}
        for search in (self._in_tables, self._in_vectors, self._in_files):
            try:
                for line in search(erased):
                    found[line] = None
            except (StoreError, OSError) as error:
                found[f"not all could be searched: {error}"] = None
        return tuple(found)

    def _gone(self, erased: Sequence[Erased]) -> list[int]:
        """The crystals that went whole, also those that could not be read."""
        present = set(self._state.crystals.present(it.crystal for it in erased))
        return [it.crystal for it in erased if it.scene is not None or it.crystal not in present]

    def _in_tables(self, erased: Sequence[Erased]) -> Iterator[str]:
        crystals = self._state.crystals
        for crystal in self._gone(erased):
            if crystals.present([crystal]):
                yield f"crystal {crystal} is there"
            if crystals.sources.ids([crystal])[crystal]:
                yield f"crystal {crystal} has sources"
            if crystals.ties.of([crystal]):
                yield f"crystal {crystal} has associations"
        for it in erased:
            if it.scene is not None and (known := crystals.find(it.scene)) is not None:
                yield f"the scene of crystal {it.crystal} is that of crystal {known}"

    def _in_vectors(self, erased: Sequence[Erased]) -> Iterator[str]:
        if gone := self._gone(erased):
            yield from (f"crystal {crystal} has a vector" for crystal in sorted(self._vectors() & {*gone}))

    def _in_files(self, erased: Sequence[Erased]) -> Iterator[str]:
        """Search the bytes of all files; what other sources state is there by right."""
        texts = {text for it in erased for text in it.texts if len(text.encode()) >= _LEAST}
        texts = {text for text in texts if not self._is_stated(text)}
        wanted = [text.encode() for text in texts]
        if wanted:
            database = self._state.database
            if _holds(database.blocks(_BLOCK), wanted):
                yield f"{database.path.name} holds a text of it"
            yield from (f"{path.name} holds a text of it" for path in self._files() if _has(path, wanted))

    def _is_stated(self, text: str) -> bool:
        query = (
            "SELECT 1 FROM sources WHERE instr(text, ?1) OR instr(origin, ?1) OR instr(labels, ?1) LIMIT 1"
        )
        return bool(self._state.database.execute(query, (text,)))

    def _files(self) -> Iterator[Path]:
        """The files but the database and its lock: to open and close these would drop SQLite's locks."""
        name = self._state.database.path.name
        for path in sorted(self._state.folder.iterdir()):
            if path.is_file() and path.name not in (name, f"{name}-shm"):
                yield path


def _unless_damaged(read: Callable[[], _Found], otherwise: _Found) -> _Found:
    """What *read* returns, or *otherwise* where that is damaged: it is forgotten as well."""
    with suppress(StoreError):
        return read()
    return otherwise


def _has(path: Path, wanted: Sequence[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            return _holds(iter(lambda: file.read(_BLOCK), b""), wanted)
    except FileNotFoundError:  # another process has just put an index in its place
        return False


def _holds(blocks: Iterable[bytes], wanted: Sequence[bytes]) -> bool:
    """Whether *blocks* of bytes hold any of *wanted*, also where a block ends within it."""
    overlap = max(map(len, wanted)) - 1
    rest = b""
    for block in blocks:
        block = rest + block
        if any(one in block for one in wanted):
            return True
        rest = block[-overlap:] if overlap else b""
    return False

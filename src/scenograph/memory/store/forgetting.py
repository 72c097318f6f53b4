"""
Forgetting: what is forgotten is removed from all tables and from all that was learned from it.

A crystal goes with its sources, words, ties and validity; an entity that no crystal uses any more goes with
its name and with what was learned of it. A lexicon cannot be made to forget one scene of many: where it knows
a symbol, or that one thing linked to another, which no crystal says any more, it is unlearned, and all
crystals are notation again until the next one is learned.

A source can go alone. What other sources stated stays, and a crystal goes with its last source:

    crystal 7   (b / build :object (c / bridge))     sources: a letter, a book
    withdraw "a letter"                              crystal 7 stays, without the letter's text and words
    withdraw "a book"                                crystal 7 goes

SQLite overwrites what is deleted (`secure_delete`). The log still holds it until `Database.scrub`, and other
pages may hold copies of it until `Database.wipe`. A row of `learned` stands until both are done (`ERASING`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.learned import ERASING
from scenograph.memory.store.lexicons import LinkText, link_texts
from scenograph.memory.store.rows import chunks, seal
from scenograph.memory.store.words import Words, further_rows, rows_of, symbol_words
from scenograph.memory.symbols import name_of, symbols_of

_LOOKED_AT = 200  # crystals that have the words of a statement, at most


def forget(crystals: Crystals, ids: Iterable[int]) -> int:
    """Forget the crystals *ids*; return how many were there."""
    execute = crystals.database.execute
    if present := crystals.present(ids):
        scenes = _taken_out(crystals, present)
        _delete_sources(crystals, "crystal", present)
        for crystal in present:
            crystals.ties.forget(crystal)
            _forget_validity(crystals, crystal)
            execute("DELETE FROM crystals WHERE id = ?", (crystal,))
        crystals.evict(present)
        crystals.changes.log("forget", present)
        if scenes is None:
            crystals.derive_anew()
            crystals.learned.clear()
            crystals.unlearn()
        else:
            _lose(crystals, scenes)
        crystals.learned.put(ERASING, b"", tells=False)
    return len(present)


def withdraw(crystals: Crystals, source: str | int, ids: Collection[int] = ()) -> tuple[int, int]:
    """
    Forget what one source stated.

    Args:
        crystals: the memory
        source: the name of a source, or the number of one
        ids: only what it stated of these crystals; of all if there are none
    Returns:
        How many crystals went, since they had no other source, and how many sources of others.
    Raises:
        StoreError: if a crystal that stays is damaged
    """
    return withdraw_all(crystals, crystals.sources.stated_by(source, ids))


def withdraw_all(crystals: Crystals, stated: Mapping[int, Mapping[int, int]]) -> tuple[int, int]:
    """
    Forget sources, given by crystal and number with when they were heard; return as `withdraw`.

    Raises:
        StoreError: if a crystal that stays is damaged
    """
    learned = crystals.learned_at(list(stated))
    others = crystals.sources.heard_apart_from(stated)
    # A scene that was stated without a source leaves none: then it is older than all its sources.
    alone = [one for one in stated if not others[one] and learned[one] >= min(stated[one].values())]
    staying = {crystal: heard for crystal, heard in stated.items() if crystal not in {*alone}}
    for crystal, heard in staying.items():
        if others[crystal] and learned[crystal] in heard.values():
            crystals.date(crystal, min(others[crystal]))
    _take_sources(crystals, staying)
    return forget(crystals, alone), sum(map(len, staying.values()))


def _take_sources(crystals: Crystals, stated: Mapping[int, Collection[int]]) -> None:
    """Remove these sources of crystals that stay, and what the word index has of them."""
    if not stated:
        return
    gone, new = list[tuple[int, Words]](), list[tuple[int, Words]]()
    texts = crystals.sources.texts(list(stated))
    for crystal, scene in crystals.scenes(list(stated)).items():
        before = texts.get(crystal, [])
        after = [text for text in before if text[0] not in stated[crystal]]
        taken = [text for text in before if text[0] in stated[crystal]]
        if before[:1] == after[:1]:
            gone += further_rows(taken)
        else:  # the row of the crystal has the first text, which the next one replaces
            gone += rows_of(crystal, symbols_of(scene), taken + after[:1])
            new += rows_of(crystal, symbols_of(scene), after[:1])
    crystals.words.remove(gone)
    crystals.words.add(new)
    crystals.words.scour(words for _, words in gone)
    _delete_sources(crystals, "id", chain.from_iterable(stated.values()))
    crystals.changes.log("withdraw", stated)
    crystals.learned.put(ERASING, b"", tells=False)


def _delete_sources(crystals: Crystals, column: str, values: Iterable[int]) -> None:
    execute = crystals.database.execute
    delete = f"DELETE FROM sources WHERE {column} = ? RETURNING CAST(text AS BLOB), CAST(origin AS BLOB)"
    origins: set[str] = set()
    for value in values:
        for text, origin in execute(delete, (value,)):
            crystals.forgotten.add((text or b"").decode(errors="ignore"))
            origins.add((origin or b"").decode(errors="ignore"))
    in_use = "SELECT 1 FROM sources WHERE origin = ? LIMIT 1"
    crystals.forgotten.update(origin for origin in origins if not execute(in_use, (origin,)))


def _taken_out(crystals: Crystals, ids: list[int]) -> list[Scene] | None:
    """Remove *ids* from the word index; return their scenes, or None if any of them is damaged."""
    try:
        found: list[Scene] = []
        for some in chunks(ids):
            scenes = crystals.scenes(some)
            rows = list(crystals.indexed(scenes))
            crystals.words.remove(rows)
            crystals.words.scour(words for _, words in rows)
            found += scenes.values()
    except StoreError:
        return None
    return found


def _forget_validity(crystals: Crystals, crystal: int) -> None:
    execute = crystals.database.execute
    execute("DELETE FROM validity WHERE crystal = ?", (crystal,))
    columns = "id, crystal, true_from, true_until, known_from, known_until"
    for row in execute(f"SELECT {columns} FROM validity WHERE replaced_by = ?", (crystal,)):
        execute("UPDATE validity SET replaced_by = NULL, seal = ? WHERE id = ?", (seal(*row, None), row[0]))


def _lose(crystals: Crystals, scenes: list[Scene]) -> None:
    """Remove what only *scenes* had: symbols, their names, and what was learned from them."""
    uses: Counter[str] = Counter()
    for scene in scenes:
        uses.update(symbols_of(scene))
    gone = crystals.entities.lose(uses)
    crystals.forgotten.update(unquote(symbol) for symbol in gone)
    crystals.forgotten.update(map(name_of, gone))
    crystals.learned.forget(gone)
    if crystals.lexicons.current().version:
        known = crystals.lexicons.knowledge()
        stated = {one for scene in scenes for one in link_texts(scene)} & known.stated
        if not known.symbols.isdisjoint(gone) or not all(_is_stated(crystals, one) for one in stated):
            crystals.unlearn()


def _is_stated(crystals: Crystals, stated: LinkText) -> bool:
    """Whether a crystal is still there that is sure to say this."""
    words = {word for symbol in stated for word in symbol_words(symbol).split()}
    if not words:
        return False
    together = " AND ".join(f'"{word}"' for word in sorted(words))
    found = crystals.database.execute(
        "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (f"names : ({together})", _LOOKED_AT)
    )
    scenes = crystals.scenes([row[0] for row in found])
    return any(stated in link_texts(scene) for scene in scenes.values())

"""
Forgetting: nothing of a forgotten crystal stays, in no table and in nothing that was learned from it.

The crystal goes with its sources, words, ties and validity; an entity that no crystal uses any more goes with
its name and with what was learned of it. A lexicon cannot be made to forget one scene of many: where it knows
a symbol, or that one thing linked to another, which no crystal tells any more, it is unlearned, and all
crystals are notation again until the next one is learned.

SQLite overwrites what is deleted (`secure_delete`); the log still holds it until `Database.scrub`, and
other pages may hold copies of it until `Database.wipe`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.lexicons import LinkText, link_texts
from scenograph.memory.store.rows import chunks, seal
from scenograph.memory.store.words import symbol_words
from scenograph.memory.symbols import name_of, symbols_of

_LOOKED_AT = 200  # crystals that have the words of a statement, at most


def forget(crystals: Crystals, ids: Iterable[int]) -> int:
    """Forget the crystals *ids*; return how many were there."""
    execute = crystals.database.execute
    if present := crystals.present(ids):
        scenes = _taken_out(crystals, present)
        for crystal in present:
            crystals.ties.forget(crystal)
            _forget_validity(crystals, crystal)
            stated = execute("DELETE FROM sources WHERE crystal = ? RETURNING CAST(text AS BLOB)", (crystal,))
            crystals.forgotten.update(text.decode(errors="ignore") for (text,) in stated if text)
            execute("DELETE FROM crystals WHERE id = ?", (crystal,))
        crystals.evict(present)
        crystals.changes.log("forget", present)
        if scenes is None:
            crystals.derive_anew()
            crystals.learned.clear()
            crystals.unlearn()
        else:
            _lose(crystals, scenes)
    return len(present)


def _taken_out(crystals: Crystals, ids: list[int]) -> list[Scene] | None:
    """Take *ids* out of the word index; their scenes, or None where damage hides what they said."""
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
    """Let go of what only *scenes* brought."""
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
    """Whether some crystal certainly tells this still."""
    words = {word for symbol in stated for word in symbol_words(symbol).split()}
    if not words:
        return False
    together = " AND ".join(f'"{word}"' for word in sorted(words))
    found = crystals.database.execute(
        "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (f"names : ({together})", _LOOKED_AT)
    )
    scenes = crystals.scenes([row[0] for row in found])
    return any(stated in link_texts(scene) for scene in scenes.values())

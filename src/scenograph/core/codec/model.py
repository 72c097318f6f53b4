"""
Models: scenes as numbers, by what `.tables` expects at each place.

Each event of a scene is a step of the coder by the first table that has it. There are two formats:

* Format 1 is for scenes whose words all stand in the tables. It once spelt unknown words too; such records
  are still read.
* Format 2 is for scenes with unknown words. It adapts to the record as it goes:

  - The escape of a kind of table gets a larger share the more often such tables have failed in this record:
    AMR under a lexicon of WebNLG fails nearly always, and soon pays little for it.
  - A word that was spelt is not spelt again: it has a number from then on.
  - The kinds of targets are expected as in this record so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, final

from ...errors import CodecError
from ..links import is_literal, is_role
from ..scene import Scene
from .coder import ESCAPE, Folder, Table, Unfolder
from .events import Builder, Event
from .tables import CONSTANT, KINDS, KNOWN, NODE, Tables

_ROOT, _ROLE, _ROLE_AFTER, _ANY_ROLE, _TARGET, _TARGET_ALONG, _LITERAL = range(7)  # kinds of tables
_WEIGHT, _NEW = 8, 4  # shares of the kinds of targets: in all by the lexicon, for each target of this record


# --- writing -----------------------------------------------------------------------------------------------


def write(tables: Tables, root: str, taken: Iterable[Event]) -> list[int] | None:
    """
    Return a scene in format 1, as the numbers of its chunks; `read` undoes it.

    Args:
        tables: what to expect
        root: the concept of its root
        taken: its events
    Returns:
        the numbers; None if the scene has a word that no table has
    """
    coder = Folder()
    tick, append = coder.tick, coder.steps.append
    roles, targets = tables.roles, tables.targets
    if not _put(coder, root, tables.roots, tables.literals):
        return None
    known = 1
    for concept, previous, role, target in taken:
        tick()
        table = roles[concept, previous]
        step = None if table is None else table.steps.get(role)
        if step is not None:
            append(step)
        elif not _put(coder, role, table, tables.roles_after[previous], tables.any_role):
            return None
        if not role:
            continue
        symbol = None if isinstance(target, int) else target
        table = targets[concept, role]
        step = None if table is None else table.steps.get(symbol)
        if step is not None:
            append(step)
        elif not _put(coder, symbol, table, tables.targets_along[role]):
            append(tables.kinds.steps[_kind(symbol)])
            if symbol is not None and not _put(coder, _word(symbol), tables.literals):
                return None
        if isinstance(target, int):
            append((1, target, known))
        elif isinstance(target, str):
            known += 1
    return coder.finish()


def write_open(tables: Tables, root: str, taken: Iterable[Event]) -> list[int]:
    """Return a scene in format 2, as the numbers of its chunks; `read` undoes it."""
    roles, roles_after, any_role = tables.roles, tables.roles_after, tables.any_role
    targets, targets_along = tables.targets, tables.targets_along
    coder = Folder()
    record = _OpenRecordWriter(coder, tables)
    put, tick = record.put, coder.tick
    if not put(_ROOT, tables.roots, root):
        record.literal(root)
    known = 1
    for concept, previous, role, target in taken:
        tick()
        if not (
            ((table := roles[concept, previous]) is not None and put(_ROLE, table, role))
            or ((table := roles_after[previous]) is not None and put(_ROLE_AFTER, table, role))
            or put(_ANY_ROLE, any_role, role)
        ):
            record.new(record.roles, role)
        if not role:
            continue
        symbol = None if isinstance(target, int) else target
        if not (
            ((table := targets[concept, role]) is not None and put(_TARGET, table, symbol))
            or ((table := targets_along[role]) is not None and put(_TARGET_ALONG, table, symbol))
        ):
            record.kind(KINDS.index(_kind(symbol)))
            if symbol is not None:
                record.literal(_word(symbol))
        if isinstance(target, int):
            coder.steps.append((1, target, known))
        elif isinstance(target, str):
            known += 1
    return coder.finish()


def _put(coder: Folder, symbol: str | tuple[str] | None, *tables: Table | None) -> bool:
    """Put *symbol* on *coder* by the first of *tables* that has it; return whether one has."""
    for table in tables:
        if table is not None:
            step = table.steps.get(symbol)
            coder.steps.append(step or table.escape)
            if step is not None:
                return True
    return False


def _kind(symbol: str | tuple[str] | None) -> str:
    return KNOWN if symbol is None else NODE if isinstance(symbol, str) else CONSTANT


def _word(symbol: str | tuple[str]) -> str:
    return symbol if isinstance(symbol, str) else symbol[0]


# --- reading -----------------------------------------------------------------------------------------------


def read(tables: Tables, numbers: list[int], *, is_open: bool) -> Scene:
    """
    Return the scene that *numbers* stand for; undoes `write`, or `write_open` if *is_open*.

    Raises:
        CodecError: if they stand for none
    """
    coder = Unfolder(numbers)
    record = _OpenRecordReader(coder, tables) if is_open else _RecordReader(coder, tables)
    tick, take_role, take_target = coder.tick, record.taker(_ROLE), record.taker(_TARGET)
    roles, targets = tables.roles, tables.targets
    concept = record.taker(_ROOT)(tables.roots)
    if concept is ESCAPE:
        concept = record.literal()
    builder = Builder(concept)
    concepts = builder.concepts
    here, previous = 0, ""
    stack: list[tuple[int, str]] = []
    while True:
        tick()
        table = roles[concept, previous]
        role = ESCAPE if table is None else take_role(table)
        if role is ESCAPE:
            role = record.role(previous)
        if not role:
            if not stack:
                break
            here, previous = stack.pop()
            concept = concepts[here]
            continue
        table = targets[concept, role]
        target = ESCAPE if table is None else take_target(table)
        if target is ESCAPE:
            target = record.target(role)
        if isinstance(target, str):
            stack.append((here, role))
            here = builder.node(here, role, target)
            concept, previous = target, ""
            continue
        if target is None:
            builder.reference(here, role, coder.take_one_of(len(concepts)))
        else:
            builder.constant(here, role, target[0])
        previous = role
    coder.finish()
    return builder.scene()


class _RecordReader:
    """Takes what the first table does not have off a record of format 1."""

    def __init__(self, coder: Unfolder, tables: Tables) -> None:
        self.coder, self.tables = coder, tables
        self.roles: dict[str, int] = {}  # spelt words, by number
        self.literals: dict[str, int] = {}

    def taker(self, level: int) -> Callable[[Table], Any]:
        """Return what takes symbols, or escapes, off the coder by tables of one kind."""
        return self.coder.take

    def kind(self) -> str:
        return self.coder.take(self.tables.kinds)

    def new(self, words: dict[str, int]) -> str:
        """Take off a word that no table has."""
        return self.tables.first_speller.read(self.coder)

    def role(self, previous: str) -> str:
        after = self.tables.roles_after[previous]
        role = ESCAPE if after is None else self.taker(_ROLE_AFTER)(after)
        if role is ESCAPE:
            role = self.taker(_ANY_ROLE)(self.tables.any_role)
        if role is ESCAPE:
            role = self.new(self.roles)
            if not is_role(role):
                raise CodecError(f"the record is damaged: it spells {role!r}, which is no role")
        return role

    def target(self, role: str) -> str | tuple[str] | None:
        along = self.tables.targets_along[role]
        target = ESCAPE if along is None else self.taker(_TARGET_ALONG)(along)
        if target is not ESCAPE:
            return target
        kind = self.kind()
        if kind == KNOWN:
            return None
        word = self.literal()
        return word if kind == NODE else (word,)

    def literal(self) -> str:
        word = self.taker(_LITERAL)(self.tables.literals)
        if word is ESCAPE:
            word = self.new(self.literals)
        if not is_literal(word):
            raise CodecError(f"the record is damaged: it spells {word!r}, which is no literal")
        return word


class _Seen:
    """What a record of format 2 has shown so far; its writer and its reader count the same."""

    def __init__(self, tables: Tables) -> None:
        self.hits = [0] * 7
        self.misses = [0] * 7
        steps = tables.kinds.steps
        self.kinds = [max(1, _WEIGHT * steps[kind][0] // tables.kinds.whole) for kind in KINDS]
        self.repeats = 0
        self.roles: dict[str, int] = {}  # spelt words, by number
        self.literals: dict[str, int] = {}

    def escape(self, level: int, table: Table) -> int:
        """Return the share of the escape of *table* now."""
        escape, known, _ = table.escape
        misses = self.misses[level]
        return max(escape, known * misses // (self.hits[level] + 1)) if misses else escape


@final
class _OpenRecordWriter(_Seen):
    def __init__(self, coder: Folder, tables: Tables) -> None:
        super().__init__(tables)
        self.coder, self.steps, self.tables = coder, coder.steps, tables

    def put(self, level: int, table: Table, symbol: Any) -> bool:
        """Put *symbol* on the coder by *table*, or its escape; return whether it is there."""
        known, escape = table.escape[1], self.escape(level, table)
        step = table.steps.get(symbol)
        if step is None:
            self.steps.append((escape, known, known + escape))
            self.misses[level] += 1
            return False
        self.steps.append((step[0], step[1], known + escape))
        self.hits[level] += 1
        return True

    def kind(self, number: int) -> None:
        shares = self.kinds
        self.steps.append((shares[number], sum(shares[:number]), sum(shares)))
        shares[number] += _NEW

    def literal(self, word: str) -> None:
        if not self.put(_LITERAL, self.tables.literals, word):
            self.new(self.literals, word)

    def new(self, words: dict[str, int], word: str) -> None:
        """Put a word that no table has on the coder: its number in *words*, or its letters."""
        number = words.get(word)
        if words:
            repeat, whole = self.repeats + 1, self.repeats + len(words) + 2
            self.steps.append((whole - repeat, repeat, whole) if number is None else (repeat, 0, whole))
        if number is None:
            words[word] = len(words)
            self.tables.speller.spell(self.coder, word)
        else:
            self.repeats += 1
            self.steps.append((1, number, len(words)))


@final
class _OpenRecordReader(_RecordReader, _Seen):
    """The same for format 2."""

    def __init__(self, coder: Unfolder, tables: Tables) -> None:
        _RecordReader.__init__(self, coder, tables)
        _Seen.__init__(self, tables)

    def taker(self, level: int) -> Callable[[Table], Any]:
        return partial(self._take, level)

    def _take(self, level: int, table: Table) -> Any:
        symbol = self.coder.take_within(table, self.escape(level, table))
        (self.misses if symbol is ESCAPE else self.hits)[level] += 1
        return symbol

    def kind(self) -> str:
        shares = self.kinds
        number = 0
        if not self.coder.take_first(shares[0], sum(shares)):
            number = 1 if self.coder.take_first(shares[1], shares[1] + shares[2]) else 2
        shares[number] += _NEW
        return KINDS[number]

    def new(self, words: dict[str, int]) -> str:
        if words and self.coder.take_first(self.repeats + 1, self.repeats + len(words) + 2):
            self.repeats += 1
            return list(words)[self.coder.take_one_of(len(words))]
        word = self.tables.speller.read(self.coder)
        words.setdefault(word, len(words))
        return word

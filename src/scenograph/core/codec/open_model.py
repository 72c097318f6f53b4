"""
Open model: scenes as numbers in format 2, for scenes with words that the lexicon does not know.

It uses the same `.tables` as format 1, and adapts to the record as it goes:

* The escape of a kind of table gets a larger share the more often such tables have failed in this record: AMR
  under a lexicon of WebNLG fails nearly always, and soon pays little for it.
* A word that was spelt is not spelt again: it has a number from then on.
* The kinds of targets are expected as in this record so far.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, final

from ...errors import CodecError
from ..links import is_literal, is_role
from ..scene import Scene
from .coder import ESCAPE, Folder, Table, Unfolder
from .events import Builder, Event
from .tables import CONSTANT, KNOWN, NODE, Tables

_KINDS = (NODE, CONSTANT, KNOWN)
_ROOT, _ROLE, _ROLE_AFTER, _ANY_ROLE, _TARGET, _TARGET_ALONG, _LITERAL = range(7)  # kinds of tables
_WEIGHT, _NEW = 8, 4  # shares of the kinds of targets: in all by the lexicon, for each target of this record


@final
class OpenModel:
    """
    Puts scenes on coders and takes them off.

    Args:
        tables: what to expect
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        steps = tables.kinds.steps
        self._kinds = [max(1, _WEIGHT * steps[kind][0] // tables.kinds.whole) for kind in _KINDS]

    def write(self, root: str, taken: Iterable[Event]) -> list[int]:
        """
        Return a scene as the numbers of its chunks; `read` undoes it.

        Args:
            root: the concept of its root
            taken: its events
        """
        tables = self._tables
        roles, roles_after, any_role = tables.roles, tables.roles_after, tables.any_role
        targets, targets_along = tables.targets, tables.targets_along
        coder = Folder()
        record = _Writer(coder, tables, self._kinds)
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
                record.kind(2 if symbol is None else 0 if isinstance(symbol, str) else 1)
                if symbol is not None:
                    record.literal(symbol if isinstance(symbol, str) else symbol[0])
            if isinstance(target, int):
                coder.steps.append((1, target, known))
            elif isinstance(target, str):
                known += 1
        return coder.finish()

    def read(self, numbers: list[int]) -> Scene:
        """
        Return the scene that *numbers* stand for; undoes `write`.

        Raises:
            CodecError: if they stand for none
        """
        tables = self._tables
        coder = Unfolder(numbers)
        record = _Reader(coder, tables, self._kinds)
        take = record.take
        concept = take(_ROOT, tables.roots)
        if concept is ESCAPE:
            concept = record.literal()
        builder = Builder(concept)
        here, previous = 0, ""
        stack: list[tuple[int, str]] = []
        while True:
            coder.tick()
            role = take(_ROLE, tables.roles[concept, previous])
            if role is ESCAPE:
                role = take(_ROLE_AFTER, tables.roles_after[previous])
            if role is ESCAPE:
                role = take(_ANY_ROLE, tables.any_role)
            if role is ESCAPE:
                role = record.new(record.roles)
                if not is_role(role):
                    raise CodecError(f"the record is damaged: it spells {role!r}, which is no role")
            if not role:
                if not stack:
                    break
                here, previous = stack.pop()
                concept = builder.concepts[here]
                continue
            target = take(_TARGET, tables.targets[concept, role])
            if target is ESCAPE:
                target = take(_TARGET_ALONG, tables.targets_along[role])
            if target is ESCAPE:
                kind = record.kind()
                target = None if kind == 2 else record.literal() if kind == 0 else (record.literal(),)
            if isinstance(target, str):
                stack.append((here, role))
                here = builder.node(here, role, target)
                concept, previous = target, ""
                continue
            if target is None:
                builder.reference(here, role, coder.take_one_of(len(builder.concepts)))
            else:
                builder.constant(here, role, target[0])
            previous = role
        coder.finish()
        return builder.scene()


class _Record:
    """What a record has shown so far; the same for its writer and its reader."""

    def __init__(self, tables: Tables, kinds: list[int]) -> None:
        self.tables = tables
        self.hits = [0] * 7
        self.misses = [0] * 7
        self.kinds = kinds.copy()
        self.roles: dict[str, int] = {}  # spelt words, by number
        self.literals: dict[str, int] = {}
        self.repeats = 0


@final
class _Writer(_Record):
    def __init__(self, coder: Folder, tables: Tables, kinds: list[int]) -> None:
        super().__init__(tables, kinds)
        self.coder = coder
        self.steps = coder.steps

    def put(self, level: int, table: Table, symbol: Any) -> bool:
        """Put *symbol* on the coder by *table*, or its escape; return whether it is there."""
        escape, known, _ = table.escape
        if misses := self.misses[level]:
            escape = max(escape, known * misses // (self.hits[level] + 1))
        step = table.steps.get(symbol)
        if step is None:
            self.steps.append((escape, known, known + escape))
            self.misses[level] = misses + 1
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
class _Reader(_Record):
    def __init__(self, coder: Unfolder, tables: Tables, kinds: list[int]) -> None:
        super().__init__(tables, kinds)
        self.coder = coder

    def take(self, level: int, table: Table | None) -> Any:
        """Take a symbol off the coder by *table*, or its escape."""
        if table is None:
            return ESCAPE
        escape, known, _ = table.escape
        if misses := self.misses[level]:
            escape = max(escape, known * misses // (self.hits[level] + 1))
        symbol = self.coder.take_within(table, escape)
        (self.misses if symbol is ESCAPE else self.hits)[level] += 1
        return symbol

    def kind(self) -> int:
        shares = self.kinds
        number = 0
        if not self.coder.take_first(shares[0], sum(shares)):
            number = 1 if self.coder.take_first(shares[1], shares[1] + shares[2]) else 2
        shares[number] += _NEW
        return number

    def literal(self) -> str:
        word = self.take(_LITERAL, self.tables.literals)
        if word is ESCAPE:
            word = self.new(self.literals)
        if not is_literal(word):
            raise CodecError(f"the record is damaged: it spells {word!r}, which is no literal")
        return word

    def new(self, words: dict[str, int]) -> str:
        """Take a word that no table has off the coder."""
        if words and self.coder.take_first(self.repeats + 1, self.repeats + len(words) + 2):
            self.repeats += 1
            return list(words)[self.coder.take_one_of(len(words))]
        word = self.tables.speller.read(self.coder)
        words.setdefault(word, len(words))
        return word

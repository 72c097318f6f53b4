"""
Model: scenes as numbers in format 1, which has a word for everything.

Each event of a scene is a step of the coder by the first of its `.tables` that has it. A scene with a word
that no table has is for `.open_model`; until that was there, format 1 spelt such words, and still reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from ...errors import CodecError
from ..links import is_literal, is_role
from ..scene import Scene
from .coder import ESCAPE, Folder, Table, Unfolder
from .events import Builder, Event
from .tables import CONSTANT, KNOWN, NODE, Tables


@final
class Model:
    """
    Puts scenes on coders and takes them off.

    Args:
        tables: what to expect
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # --- writing --------------------------------------------------------------------------------------------

    def write(self, root: str, taken: Iterable[Event]) -> list[int] | None:
        """
        Return a scene as the numbers of its chunks; `read` undoes it.

        Args:
            root: the concept of its root
            taken: its events
        Returns:
            the numbers; None if the scene has a word that no table has
        """
        coder = Folder()
        tick, append = coder.tick, coder.steps.append
        tables = self._tables
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
            number = None
            if isinstance(target, int):
                number, target = target, None
            table = targets[concept, role]
            step = None if table is None else table.steps.get(target)
            if step is not None:
                append(step)
            elif not self._put_target(coder, table, role, target):
                return None
            if number is not None:
                append((1, number, known))
            elif isinstance(target, str):
                known += 1
        return coder.finish()

    def _put_target(
        self, coder: Folder, failed: Table | None, role: str, target: str | tuple[str] | None
    ) -> bool:
        if _put(coder, target, failed, self._tables.targets_along[role]):
            return True
        kind = KNOWN if target is None else NODE if isinstance(target, str) else CONSTANT
        coder.steps.append(self._tables.kinds.steps[kind])
        if target is None:
            return True
        return _put(coder, target if isinstance(target, str) else target[0], self._tables.literals)

    # --- reading --------------------------------------------------------------------------------------------

    def read(self, numbers: list[int]) -> Scene:
        """
        Return the scene that *numbers* stand for; undoes `write`.

        Raises:
            CodecError: if they stand for none
        """
        coder = Unfolder(numbers)
        take, tick = coder.take, coder.tick
        roles, targets = self._tables.roles, self._tables.targets
        concept = self._literal(coder, self._tables.roots, self._tables.literals)
        builder = Builder(concept)
        concepts = builder.concepts
        here, previous = 0, ""
        stack: list[tuple[int, str]] = []
        while True:
            tick()
            table = roles[concept, previous]
            role = ESCAPE if table is None else take(table)
            if role is ESCAPE:
                role = self._role(coder, previous)
            if not role:
                if not stack:
                    break
                here, previous = stack.pop()
                concept = concepts[here]
                continue
            table = targets[concept, role]
            target = ESCAPE if table is None else take(table)
            if target is ESCAPE:
                target = self._target(coder, role)
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

    def _role(self, coder: Unfolder, previous: str) -> str:
        role = self._word(coder, self._tables.roles_after[previous], self._tables.any_role)
        if role and not is_role(role):
            raise CodecError(f"the record is damaged: it spells {role!r}, which is no role")
        return role

    def _target(self, coder: Unfolder, role: str) -> str | tuple[str] | None:
        along = self._tables.targets_along[role]
        if along is not None:
            target = coder.take(along)
            if target is not ESCAPE:
                return target
        kind = coder.take(self._tables.kinds)
        if kind is KNOWN:
            return None
        word = self._literal(coder, self._tables.literals)
        return word if kind is NODE else (word,)

    def _literal(self, coder: Unfolder, *tables: Table) -> str:
        word = self._word(coder, *tables)
        if not is_literal(word):
            raise CodecError(f"the record is damaged: it spells {word!r}, which is no literal")
        return word

    def _word(self, coder: Unfolder, *tables: Table | None) -> str:
        """Take off a word by the first of *tables* that has it, or spelt."""
        for table in tables:
            if table is not None:
                word = coder.take(table)
                if word is not ESCAPE:
                    return word
        return self._tables.first_speller.read(coder)


def _put(coder: Folder, symbol: str | tuple[str] | None, *tables: Table | None) -> bool:
    """Put *symbol* on *coder* by the first of *tables* that has it; return whether one has."""
    for table in tables:
        if table is not None:
            step = table.steps.get(symbol)
            coder.steps.append(step or table.escape)
            if step is not None:
                return True
    return False

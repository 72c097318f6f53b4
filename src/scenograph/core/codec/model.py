"""
Model: what a codec expects at each place of a scene, from statistics.

* a role, from the concept and the role before it; failing that from the role before alone; failing that from
  all roles;
* a target, from the concept and the role; failing that from the role alone; failing that first its kind (new
  node, constant, node told before), then its literal from all literals;
* the root's concept, from all roots; failing that from all literals.

What fails everywhere is spelt (`.spelling`). A table that fails says so by its escape, whose share goes
by how many of its symbols were seen only once (Good and Turing's estimate of what was never seen).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, final

from ...errors import CodecError
from ..links import is_literal, is_role
from ..scene import Scene
from .coder import ESCAPE, Folder, Table, Unfolder
from .spelling import Speller
from .statistics import Statistics
from .telling import Listener, tell

_NODE, _CONSTANT, _TOLD = "node", "constant", "told"
_SEEN, _ONCE, _LEAST = 10, 7, 3  # shares: of a symbol each time; of the escape for each seen once, at least


def _table(counts: Mapping[Any, int]) -> Table:
    once = sum(count == 1 for count in counts.values())
    return Table(counts, scale=_SEEN, escape=max(_LEAST, _ONCE * once))


@final
class Model:
    """
    Puts scenes on coders and takes them off.

    Args:
        statistics: what to expect
    """

    def __init__(self, statistics: Statistics) -> None:
        role_counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        target_counts: defaultdict[str, Counter[Any]] = defaultdict(Counter)
        for (_, previous), counts in statistics.roles.items():
            role_counts[previous].update(counts)
        for (_, role), targets in statistics.targets.items():
            target_counts[role].update(targets)
        all_roles: Counter[str] = sum(role_counts.values(), Counter({"": 1}))
        kinds = Counter({_NODE: 1, _CONSTANT: 1, _TOLD: 1})
        for targets in target_counts.values():
            for target, count in targets.items():
                kinds[_TOLD if target is None else _NODE if isinstance(target, str) else _CONSTANT] += count
        literals = statistics.literals()
        self._roles = {context: _table(counts) for context, counts in statistics.roles.items()}
        self._roles_after = {previous: _table(counts) for previous, counts in role_counts.items()}
        self._any_role = _table(all_roles)
        self._targets = {context: _table(counts) for context, counts in statistics.targets.items()}
        self._targets_along = {role: _table(counts) for role, counts in target_counts.items()}
        self._kinds = Table(kinds, scale=1, escape=0)
        self._roots = _table(statistics.roots)
        self._literals = _table(literals)
        self._speller = Speller([*literals, *all_roles])

    # --- telling --------------------------------------------------------------------------------------------

    def write(self, scene: Scene) -> list[int]:
        """Return *scene* as the numbers of its chunks; `read` undoes it."""
        coder = Folder()
        tick, append = coder.tick, coder.steps.append
        roles, targets = self._roles, self._targets
        self._put(coder, scene.concepts[0], self._roots, self._literals)
        told = 1
        for concept, previous, role, target in tell(scene):
            tick()
            table = roles.get((concept, previous))
            step = None if table is None else table.steps.get(role)
            if step is None:
                self._put_role(coder, table, previous, role)
            else:
                append(step)
            if not role:
                continue
            number = None
            if isinstance(target, int):
                number, target = target, None
            table = targets.get((concept, role))
            step = None if table is None else table.steps.get(target)
            if step is None:
                self._put_target(coder, table, role, target)
            else:
                append(step)
            if number is not None:
                append((1, number, told))
            elif isinstance(target, str):
                told += 1
        return coder.finish()

    def _put_role(self, coder: Folder, failed: Table | None, previous: str, role: str) -> None:
        if failed is not None:
            coder.steps.append(failed.escape)
        self._put(coder, role, self._roles_after.get(previous), self._any_role)

    def _put_target(
        self, coder: Folder, failed: Table | None, role: str, target: str | tuple[str] | None
    ) -> None:
        if failed is not None:
            coder.steps.append(failed.escape)
        along = self._targets_along.get(role)
        if along is not None:
            step = along.steps.get(target)
            coder.steps.append(step or along.escape)
            if step is not None:
                return
        kind = _TOLD if target is None else _NODE if isinstance(target, str) else _CONSTANT
        coder.steps.append(self._kinds.steps[kind])
        if target is not None:
            self._put(coder, target if isinstance(target, str) else target[0], self._literals)

    def _put(self, coder: Folder, word: str, *tables: Table | None) -> None:
        """Put *word* on *coder* by the first of *tables* that has it, or spelt."""
        for table in tables:
            if table is not None:
                step = table.steps.get(word)
                if step is not None:
                    coder.steps.append(step)
                    return
                coder.steps.append(table.escape)
        self._speller.spell(coder, word)

    # --- listening ------------------------------------------------------------------------------------------

    def read(self, numbers: list[int]) -> Scene:
        """
        Return the scene that *numbers* tell; undoes `write`.

        Raises:
            CodecError: if they tell none
        """
        coder = Unfolder(numbers)
        take, tick = coder.take, coder.tick
        roles, targets = self._roles, self._targets
        concept = self._literal(coder, self._roots, self._literals)
        listener = Listener(concept)
        concepts = listener.concepts
        here, previous = 0, ""
        stack: list[tuple[int, str]] = []
        while True:
            tick()
            table = roles.get((concept, previous))
            role = ESCAPE if table is None else take(table)
            if role is ESCAPE:
                role = self._role(coder, previous)
            if not role:
                if not stack:
                    break
                here, previous = stack.pop()
                concept = concepts[here]
                continue
            table = targets.get((concept, role))
            target = ESCAPE if table is None else take(table)
            if target is ESCAPE:
                target = self._target(coder, role)
            if isinstance(target, str):
                stack.append((here, role))
                here = listener.node(here, role, target)
                concept, previous = target, ""
                continue
            if target is None:
                listener.reference(here, role, coder.take_one_of(len(concepts)))
            else:
                listener.constant(here, role, target[0])
            previous = role
        coder.finish()
        return listener.scene()

    def _role(self, coder: Unfolder, previous: str) -> str:
        role = self._word(coder, self._roles_after.get(previous), self._any_role)
        if role and not is_role(role):
            raise CodecError(f"the record is damaged: it spells {role!r}, which is no role")
        return role

    def _target(self, coder: Unfolder, role: str) -> str | tuple[str] | None:
        along = self._targets_along.get(role)
        if along is not None:
            target = coder.take(along)
            if target is not ESCAPE:
                return target
        kind = coder.take(self._kinds)
        if kind is _TOLD:
            return None
        word = self._literal(coder, self._literals)
        return word if kind is _NODE else (word,)

    def _literal(self, coder: Unfolder, *tables: Table) -> str:
        word = self._word(coder, *tables)
        if not is_literal(word):
            raise CodecError(f"the record is damaged: it spells {word!r}, which is no literal")
        return word

    def _word(self, coder: Unfolder, *tables: Table | None) -> str:
        """Take off a word that `_put` put on by the same tables."""
        for table in tables:
            if table is not None:
                word = coder.take(table)
                if word is not ESCAPE:
                    return word
        return self._speller.read(coder)

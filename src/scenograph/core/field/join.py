"""
Join: how the facts of a pattern are found together, many rows at a time.

A *row* holds what some slots stand for; a *plan* is a list of steps, each of which turns rows into rows. For
the pattern `(p / parent :agent ?x :object ?y)` beside `(q / parent :agent ?y :object ?z)`::

    [()]  →  each p and ?x  →  each ?y of p  →  each q whose agent is ?y  →  each ?z of q

A condition such as `?y = ?x + 1` finds ?y without a look at all facts: each constant that writes this number
is tried. So it does not matter whether an atom finds ?y first, which is tested then, or the condition does.

The next atom is always the one that is expected to multiply the rows least, judged by the present sizes of
the indexes; differences, conditions and absences are tested as soon as what they speak of is known.

Two things keep a plan from holding more rows than memory has room for:

* Rows travel in chunks, the furthest first, so that each step has one chunk in hand, however many rows come
  out in the end. (A chunk is a list because a comprehension over many rows is what Python does fastest.)
* Of rows that differ only in what nobody asks for any more, the first is enough. What the caller wants to
  know is `keep`. Atoms that share no unknown are found apart from each other; where nobody asks for
  anything of them, it is enough that they are found once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final, NamedTuple, final

from .body import Body
from .conditions import Condition
from .facts import Facts, Term
from .pattern import Atom, Pattern
from .steps import JoinStep, Row, Rows, compute, differ, distinct, enter, older, project

_CHUNK: Final = 10_000  # rows: enough that a chunk's own cost does not count, few enough for any memory
_NOTHING: Mapping[Term, None] = {}
_NOBODY: Mapping[int, None] = {}


class _Step(NamedTuple):
    """
    A step of a plan.

    Attributes:
        run: what it does
        reads: the slots that it looks at
        width: how many slots are filled before it
        grows: whether it may make several rows of one; the others return a list
        thin: picks what the steps from here on and the caller ask for; None if that is everything
    """

    run: JoinStep
    reads: frozenset[int]
    width: int
    grows: bool = False
    thin: Callable[[Row], Row] | None = None


@final
class Plan:
    """
    Steps that find all rows of a body.

    Args:
        body: what to find
        facts: where
        bound: slots that the rows hold already, in their order
        entry: the atom that the delta of its index answers, in place of the index; None for none. Those
            before it must be of older rounds
        older: further atoms that must be of older rounds
        keep: the slots that are asked for: for each way to fill them at least one row is found, the first.
            None asks for all slots
    Attributes:
        at: slot → its place in the rows that come out
    """

    def __init__(
        self,
        body: Body,
        facts: Facts,
        bound: Sequence[int] = (),
        entry: int | None = None,
        *,
        older: Collection[Atom] = (),
        keep: Collection[int] | None = None,
    ) -> None:
        self.at: dict[int, int] = {slot: place for place, slot in enumerate(bound)}
        self._facts = facts
        self._steps: list[_Step] = []
        self._older = {*older, *body.atoms[: entry or 0]}
        begin = None if entry is None else body.atoms[entry]
        together = {*bound, *(begin.slots if begin is not None else ())}
        parts, between = body.parts(together)
        own = parts.pop(0) if together or len(parts) == 1 else Body()
        self._chain(own, begin)
        if parts:
            asked = None if keep is None else {*keep, *between.tested}
            for part in parts:
                self._beside(part, asked)
            self._chain(between)
        if keep is not None:
            self._thin(set(keep))

    def rows(self, rows: Iterable[Row] | None = None, boundary: int = 0) -> Iterator[Row]:
        """Yield the rows of `chunks`, one at a time."""
        return chain.from_iterable(self.chunks(rows, boundary))

    def chunks(self, rows: Iterable[Row] | None = None, boundary: int = 0) -> Iterator[Rows]:
        """
        Yield the rows that *rows* grow into, many at a time.

        Args:
            rows: rows of the bound slots; one empty row if there are none
            boundary: the first node of the present round
        """
        useless: set[int] = set()  # steps before which rows were compared and hardly one was left out
        waiting: list[tuple[int, Iterator[Row]]] = [(0, iter([()] if rows is None else rows))]
        while waiting:
            first, source = waiting[-1]
            chunk = list(islice(source, _CHUNK))
            if len(chunk) < _CHUNK:
                waiting.pop()
            for number in range(first, len(self._steps)):
                if not chunk:
                    break
                step = self._steps[number]
                if step.thin is not None and (
                    not step.reads or (len(chunk) == _CHUNK and number not in useless)
                ):
                    chunk = distinct(chunk, step.thin)
                    if len(chunk) > _CHUNK // 2:
                        useless.add(number)
                found = step.run(chunk, boundary)
                if step.grows:
                    waiting.append((number + 1, iter(found)))
                    break
                chunk = found if isinstance(found, list) else list(found)
            else:
                if chunk:
                    yield chunk

    def projection(self, slots: Sequence[int]) -> Callable[[Row], Row]:
        """Return the function that takes a row to what *slots* stand for."""
        return project([self.at[slot] for slot in slots])

    # --- building -------------------------------------------------------------------------------------------

    def _chain(self, body: Body, begin: Atom | None = None) -> None:
        """Add the steps that find *body*, each atom from what is known, *begin* from its delta."""
        self._apart, self._conditions = [*body.apart], [*body.conditions]
        self._given = self._givers(body)
        waiting = list(body.atoms)
        if begin is not None:
            same = any(earlier.source == begin.source for earlier in self._older)
            self._then(enter(self._facts.index(begin.key), begin, recent=not same), (), begin.slots)
            waiting.remove(begin)
        self._settle()
        while waiting:
            atom = min(waiting, key=self._cost)
            waiting.remove(atom)
            self._find(atom)
            if atom in self._older:
                self._then(older(self.at[atom.source]), (atom.source,))
            self._settle()
        for pattern in body.absences:
            self._absent(pattern)

    def _then(self, run: JoinStep, reads: Iterable[int], fills: Iterable[int] | None = None) -> None:
        """Add a step; one that makes several rows of one says which slots it fills."""
        self._steps.append(_Step(run, frozenset(reads), len(self.at), fills is not None))
        for slot in fills or ():
            self.at.setdefault(slot, len(self.at))

    def _cost(self, atom: Atom) -> float:
        """Return how many rows are expected of one row."""
        index = self._facts.index(atom.key)
        has_source = atom.source in self.at
        is_constant = isinstance(atom.target, str)
        if has_source and (is_constant or atom.target in self.at):
            return 0.0
        if has_source:
            return index.size / max(len(index.out), 1)
        if is_constant:
            return 1.0 + len(index.into.get(atom.target, _NOBODY))
        if atom.target in self.at:
            return index.size / max(len(index.into), 1)
        return 2.0 + index.size

    def _find(self, atom: Atom) -> None:
        """
        Add the step that finds *atom*.

        A step does one of two things. If both ends of the atom are known, it keeps the rows for which the
        fact is there. If not, it makes each row longer by what the index has for the known end, or by both
        ends. For `x :agent y` with x known, the row `(3,)` becomes `(3, 7)` and `(3, 8)` where node 3 has
        the agents 7 and 8. Each of the seven cases is one comprehension without a test inside, because these
        loops are where closing a field spends its time.
        """
        index, at = self._facts.index(atom.key), self.at
        out, into = index.out, index.into
        source, target = at.get(atom.source), atom.target
        goal = at.get(target) if isinstance(target, int) else None
        known = [slot for slot in atom.slots if slot in at]

        def keep(step: JoinStep) -> None:
            self._then(step, known)

        def grow(step: JoinStep) -> None:
            self._then(step, known, atom.slots)

        if source is not None and isinstance(target, str):
            keep(lambda rows, _: [row for row in rows if target in out.get(row[source], _NOTHING)])  # type: ignore[arg-type]
        elif source is not None and (goal is not None or target == atom.source):
            end = source if goal is None else goal
            keep(lambda rows, _: [row for row in rows if row[end] in out.get(row[source], _NOTHING)])  # type: ignore[arg-type]
        elif source is not None:
            grow(lambda rows, _: ((*row, t) for row in rows for t in out.get(row[source], _NOTHING)))  # type: ignore[arg-type]
        elif isinstance(target, str):
            grow(lambda rows, _: ((*row, s) for row in rows for s in into.get(target, _NOBODY)))
        elif goal is not None:
            grow(lambda rows, _: ((*row, s) for row in rows for s in into.get(row[goal], _NOBODY)))
        elif target == atom.source:
            grow(lambda rows, _: ((*row, s) for row in rows for s, t in index.pairs() if s == t))
        else:
            grow(lambda rows, _: ((*row, s, t) for row in rows for s, t in index.pairs()))

    def _settle(self) -> None:
        """Test and compute what can be, with the slots that are filled."""
        for pair in list(self._apart):
            one, other = pair
            if all(isinstance(end, str) or end in self.at for end in pair):
                self._apart.remove(pair)
                slots = [end for end in pair if isinstance(end, int)]
                self._then(differ(self._reader(one), self._reader(other)), slots)
        progress = True
        while progress:
            progress = False
            for condition in list(self._conditions):
                gives = condition.gives(frozenset(self.at))
                if gives is None and not condition.slots <= self.at.keys():
                    continue
                if gives in self._given and self._given[gives] != condition:
                    continue
                self._conditions.remove(condition)
                equal = self._facts.equal if gives is not None and gives not in self._given else None
                self._then(compute(condition, dict(self.at), gives, equal), condition.slots - {gives})
                if gives is not None:
                    self.at[gives] = len(self.at)
                progress = True

    def _givers(self, body: Body) -> dict[int, Condition]:
        """
        Return the slots of *body* that no atom finds, each with the equation that gives its value.

        Which one that is must not depend on the order in which atoms are found: of `?z = ?x` and `?z = ?y`,
        where one of them is 5 and the other 5.0, the first gives the value, and the second is tested.
        """
        given: dict[int, Condition] = {}
        known = {*self.at, *(slot for atom in body.atoms for slot in atom.slots)}
        waiting = [condition for condition in body.conditions if condition.is_equation]
        while found := next((one for one in waiting if one.gives(known) is not None), None):
            waiting.remove(found)
            slot = found.gives(known)
            assert slot is not None
            given[slot] = found
            known.add(slot)
        return given

    def _reader(self, end: Term) -> int | str:
        return self.at[end] if isinstance(end, int) else end

    def _absent(self, pattern: Pattern) -> None:
        """Add the step that keeps the rows of which *pattern* is not found."""
        shared = sorted(pattern.slots & self.at.keys())
        plan = Plan(Body(pattern.atoms, pattern.apart), self._facts, shared, keep=shared)
        key = self.projection(shared)
        width = len(shared)

        def step(rows: Rows, _: int) -> Rows:
            seeds = dict.fromkeys(map(key, rows))
            found: set[Row] = set()
            for chunk in plan.chunks(seeds):
                found.update(row[:width] for row in chunk)
                if len(found) == len(seeds):
                    return []
            return [row for row in rows if key(row) not in found] if found else rows

        self._then(step, shared)

    def _beside(self, part: Body, asked: Collection[int] | None) -> None:
        """Add the step that puts the rows of a part of its own beside each row."""
        plan = Plan(part, self._facts, older=self._older, keep=asked)
        some = [slot for slot in plan.at if asked is None or slot in asked]
        thin = plan.projection(some)

        def step(rows: Rows, boundary: int) -> Iterator[Row]:
            for chunk in plan.chunks(boundary=boundary):
                others = chunk if asked is None else distinct(chunk, thin)
                yield from ((*row, *other) for row in rows for other in others)
                if not some:
                    return

        self._then(step, (), plan.at)

    def _thin(self, asked: set[int]) -> None:
        """Let steps that multiply rows begin with those that differ in what is asked from there on."""
        order = list(self.at)
        for number, step in reversed([*enumerate(self._steps)]):
            asked |= step.reads
            places = [place for place, slot in enumerate(order[: step.width]) if slot in asked]
            if step.grows and len(places) < step.width:
                self._steps[number] = step._replace(thin=project(places))

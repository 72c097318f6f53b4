"""
What a memory was asked and what it acknowledged, written down outside of it; and memory held against that.

Each step is begun in the ledger before memory hears of it, and ended when memory has answered:

    {"by": "7", "begin": "remember", "add": {"9f…": "N482"}, "drop": [], "touch": []}
    {"by": "7", "end": {"9f…": 12}, "told": {"12": "Это N482"}, "corrected": []}

A step without an end is *undecided*: the process was killed in it, or was refused. All of it is there then,
or nothing of it. Every scene bears a mark of its own (`N482`), so that what was forgotten can be looked for
in every file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scenograph.memory import Crystal, Memory

_RECALLED = 3  # crystals, the latest ones


@dataclass
class Answer:
    """
    What memory answered to a step.

    Attributes:
        ids: the crystal of each digest that it brought
        told: texts that it was told of crystals
        corrected: crystals that are not believed any more
    """

    ids: dict[str, int] = field(default_factory=dict[str, int])
    told: dict[int, str] = field(default_factory=dict[int, str])
    corrected: list[int] = field(default_factory=list[int])


@dataclass
class Step:
    """
    Something that memory was asked to do.

    Attributes:
        kind: what
        add: the digests it brings
        drop: the crystals it forgets, with their digests
        touch: the crystals of which it changes whether they are believed
    """

    kind: str
    add: set[str]
    drop: dict[int, str]
    touch: list[int]


@dataclass
class Account:
    """
    What a ledger says.

    Attributes:
        held: crystals that must be there, with their digests
        told: texts that must be there, by crystal
        corrected: crystals that must not be believed
        undecided: steps that were begun and not ended
        refused: what memory said where it refused
        marks: the mark of each digest
        gone: marks of which nothing may be left
        events: what reached the disk
    """

    held: dict[int, str] = field(default_factory=dict[int, str])
    told: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    corrected: set[int] = field(default_factory=set[int])
    undecided: list[Step] = field(default_factory=list[Step])
    refused: list[str] = field(default_factory=list[str])
    marks: dict[str, str] = field(default_factory=dict[str, str])
    gone: set[str] = field(default_factory=set[str])
    events: list[str] = field(default_factory=list[str])

    def lose(self, crystals: Mapping[int, str]) -> None:
        """Note that *crystals* are forgotten."""
        for crystal, digest in crystals.items():
            self.told.pop(crystal, None)
            self.corrected.discard(crystal)
            self.gone.add(self.marks[digest])


class Ledger:
    """A file of steps; several processes and threads may write to one, each under a name of its own."""

    def __init__(self, path: Path, by: str = "") -> None:
        self.path = path
        self._by = by or str(os.getpid())
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def named(self, by: str) -> Ledger:
        """The same ledger, for another writer of this process."""
        return Ledger(self.path, f"{os.getpid()}-{by}")

    def write(self, **entry: object) -> None:
        """Write one line, whole."""
        os.write(self._file, (json.dumps({"by": self._by, **entry}) + "\n").encode())

    @contextmanager
    def step(
        self,
        kind: str,
        add: Mapping[str, str] | None = None,
        drop: Iterable[int] = (),
        touch: Iterable[int] = (),
    ) -> Generator[Answer]:
        """
        Write down that a step is begun, and behind the block, which fills in the answer, that it ended.

        Args:
            kind: what is done
            add: the digests it brings, with their marks
            drop: the crystals it forgets
            touch: the crystals of which it changes whether they are believed
        """
        self.begin(kind, add or {}, drop, touch)
        answer = Answer()
        yield answer
        self.end(answer)

    def begin(
        self, kind: str, add: Mapping[str, str], drop: Iterable[int] = (), touch: Iterable[int] = ()
    ) -> None:
        """Write down that a step is begun."""
        self.write(begin=kind, add=dict(add), drop=list(drop), touch=list(touch))

    def end(self, answer: Answer) -> None:
        """Write down that the step that was begun has ended."""
        self.write(end=answer.ids, told=answer.told, corrected=answer.corrected)

    def mend(self) -> None:
        """Cut off a last line of which its writer, when it was killed, had written only a part."""
        lines = self.path.read_bytes()
        os.truncate(self.path, lines.rfind(b"\n") + 1)

    def settle(self, present: Mapping[int, str], gone: Iterable[str]) -> None:
        """Write down what became of all that was undecided."""
        self.write(settled={digest: crystal for crystal, digest in present.items()}, gone=sorted(gone))

    def read(self) -> Account:
        """What it says."""
        account = Account()
        begun: dict[str, Step] = {}
        for line in self.path.read_text().splitlines():
            match json.loads(line):
                case {"by": by, "begin": kind, "add": add, "drop": drop, "touch": touch}:
                    if by in begun:  # it was refused, and the writer went on
                        account.undecided.append(begun[by])
                    account.marks |= add
                    account.corrected.difference_update(touch)
                    begun[by] = Step(kind, set(add), {one: account.held.pop(one) for one in drop}, touch)
                case {"by": by, "end": ids, "told": told, "corrected": corrected}:
                    account.corrected.update(corrected)
                    account.lose(begun.pop(by).drop)
                    account.held |= {crystal: digest for digest, crystal in ids.items()}
                    for crystal, text in told.items():
                        account.told.setdefault(int(crystal), set()).add(text)
                case {"settled": ids, "gone": gone}:
                    begun.clear()
                    account.undecided.clear()
                    account.held = {crystal: digest for digest, crystal in ids.items()}
                    account.told = {one: told for one, told in account.told.items() if one in account.held}
                    account.corrected &= account.held.keys()
                    account.gone |= set(gone)
                case {"by": _, "refused": why}:
                    account.refused.append(why)
                case {"by": _, "events": events}:
                    account.events = events
                case other:
                    raise ValueError(f"a ledger has no lines such as {other}")
        account.undecided += begun.values()
        return account


def examine(folder: Path, ledger: Ledger) -> Account:
    """
    Hold the memory in *folder*, which nobody has open, against *ledger*, and settle there what was undecided.

    Every acknowledged crystal and text is there and no other, what was begun is there wholly or not at all,
    all that is derived agrees with it, and what was forgotten is in no file.
    """
    ledger.mend()
    account = ledger.read()
    assert left_of(account.gone, folder) == {}
    with Memory.open(folder) as memory:
        assert [line for line in memory.check() if not line.endswith("when it is next needed")] == []
        present = {crystal.id: crystal for crystal in memory}
        held = {crystal.id: crystal.scene.digest.hex() for crystal in present.values()}
        rest = dict(held)
        assert {crystal: rest.pop(crystal, None) for crystal in account.held} == account.held
        for step in account.undecided:
            new = {crystal for crystal, digest in rest.items() if digest in step.add}
            assert len(new) in (0, len(step.add)), f"a part of {step}"
            old = step.drop.keys() & rest.keys()
            assert len(old) in (0, len(step.drop)), f"a part of {step}"
            if not old:
                account.lose(step.drop)
            if step.kind == "correct":
                assert bool(new) != all(map(believed, (present[one] for one in step.touch))), (
                    f"a part of {step}"
                )
            for crystal in new | old:
                del rest[crystal]
        assert rest == {}
        for crystal, texts in account.told.items():
            assert texts <= {source.text for source in present[crystal].sources}
        assert not any(believed(present[crystal]) for crystal in account.corrected)
        for crystal in list(filter(believed, present.values()))[-_RECALLED:]:
            found = memory.recall(crystal.scene, k=1)[0]
            assert (found.id, found.parts["unified"]) == (crystal.id, 1.0)
        assert memory.check() == []
    assert left_of(account.gone, folder) == {}
    assert list(folder.rglob("*.new")) == []
    ledger.settle(held, account.gone)
    return account


def believed(crystal: Crystal) -> bool:
    """Whether *crystal* is not corrected."""
    return not crystal.validity or any(row.known_until is None for row in crystal.validity)


def left_of(marks: Iterable[str], folder: Path) -> dict[str, list[str]]:
    """Those of *marks* that are in some file of *folder*, by file."""
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes().lower()  # a derived file may have it folded
            if here := [mark for mark in marks if mark.lower().encode() in data]:
                found[path.name] = here
    return found

"""
A disk that can be watched, cut off and made to fail, without a hook in the code under test.

`Disk` stands between a process and the files of one folder: it watches SQLite's file system (`faults.files`)
and the functions of `os` that sync, rename, link and remove. Whatever reaches it is an *event* with a number
and a name, `write memory.db-wal 3`. At an event the process can be killed, before it or, if it is a write,
with half of it done; an event can fail, once or from then on; and the power can go. What is killed behind one
event is killed before the next.

When the power goes, what was not synced is lost. Of each file it is known what it held when it was last
synced, and of the folder which names it had: `Disk.power_off` writes a folder as the disk may have kept it,
either without anything unsynced, or with any 512-byte sectors of it and any number of the latest renames.
"""

from __future__ import annotations

import errno
import os
import random
import re
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.files import watch

_SECTOR = 512
_DRAFT = re.compile(r"\.\d+-\d+\.new")


@dataclass(frozen=True)
class Plan:
    """
    What is to happen, and when.

    Attributes:
        at: the number of the event, from 1; 0 for none
        how: `kill` before it, `tear` it in half and be killed (writes), `power` off before it with all
            that is unsynced lost, `mix`: the same with any part of it lost, or `fail`
        error: the name of the error to fail with
        forever: whether all later events fail too
        image: where the folder is written as the disk kept it
    """

    at: int = 0
    how: str = "kill"
    error: str = "EIO"
    forever: bool = False
    image: str = ""


@dataclass
class _Inode:
    """A file: what it held when it was last synced."""

    durable: bytes = b""


@dataclass
class Disk:
    """
    The disk under *folder* in this process, watched from `install` on.

    Attributes:
        events: the names of all events so far, in order
        failing: whether planned failures happen; set it to False and the disk is sound again
    """

    folder: Path
    plan: Plan = field(default_factory=Plan)
    events: list[str] = field(default_factory=list[str])
    failing: bool = True
    _seen: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self._live = {self._name(path): _Inode(path.read_bytes()) for path in self._files()}
        self._names = [dict(self._live)]  # as the folder was last synced, and after each change since

    def install(self) -> None:
        """Take the place of SQLite's default file system and of functions of `os`, until the process ends."""
        watch(self)
        for name in ("fsync", "replace", "rename", "link", "unlink", "remove"):
            setattr(os, name, self._watched(name, getattr(os, name)))

    # --- events ---------------------------------------------------------------------------------------------

    def perform(
        self, kind: str, path: Path, act: Callable[[], Any], torn: Callable[[], object] | None = None
    ) -> Any:
        """
        Let *act* happen as an event of this *kind*, unless the plan has it otherwise.

        Args:
            kind, path: what happens to which file
            act: does it
            torn: does half of it
        Returns:
            What *act* returned.
        Raises:
            OSError: if it is to fail
        """
        if path.is_relative_to(self.folder):
            name = f"{kind} {_DRAFT.sub('.*.new', self._name(path))}"
            self._seen[name] += 1
            self.events.append(f"{name} {self._seen[name]}")
            self._intervene(torn)
        return act()

    def _intervene(self, torn: Callable[[], object] | None) -> None:
        plan, at = self.plan, len(self.events)
        match plan.how:
            case "fail" if self.failing and (at == plan.at or (plan.forever and 0 < plan.at < at)):
                number = getattr(errno, plan.error)
                raise OSError(number, os.strerror(number))
            case "kill" | "power" | "mix" if at == plan.at:
                self.stop()
            case "tear" if at == plan.at and torn is not None:
                torn()
                self.stop()
            case _:
                pass

    def stop(self) -> None:
        """End this process at once, with the power if that is planned."""
        if self.plan.how in ("power", "mix"):
            self.power_off(
                Path(self.plan.image), random.Random(self.plan.at) if self.plan.how == "mix" else None
            )
        os.kill(os.getpid(), signal.SIGKILL)

    def finish(self) -> None:
        """Let the power go behind the last event if it is planned for then."""
        if self.plan.at > len(self.events) and self.plan.how in ("power", "mix"):
            self.stop()

    # --- what is on the disk for good -----------------------------------------------------------------------

    def power_off(self, image: Path, chance: random.Random | None) -> None:
        """Write to *image* what is left without power: what was synced, and by *chance* some of the rest."""
        names = chance.choice(self._names) if chance is not None else self._names[0]
        live = {id(inode): name for name, inode in self._live.items()}
        for name, inode in names.items():
            content = inode.durable
            if chance is not None and id(inode) in live and (self.folder / live[id(inode)]).exists():
                content = _mixed(content, (self.folder / live[id(inode)]).read_bytes(), chance)
            if not name.endswith("-shm"):  # shared memory; SQLite makes it anew
                (image / name).parent.mkdir(parents=True, exist_ok=True)
                (image / name).write_bytes(content)

    def made(self, path: Path) -> None:
        """Note that *path* is a new file."""
        if path.is_relative_to(self.folder):
            self._live[self._name(path)] = _Inode()
            self._changed()

    def synced(self, path: Path) -> None:
        """Note that what is written to *path*, a file or the folder, is on the disk."""
        if path == self.folder:
            self._names = [dict(self._live)]
        elif path.is_file() and path.is_relative_to(self.folder):
            self._live.setdefault(self._name(path), _Inode()).durable = path.read_bytes()

    def renamed(self, old: Path, new: Path, *, keep: bool = False) -> None:
        """Note that *old* has the name *new* now; and its old one still if *keep*."""
        if new.is_relative_to(self.folder):
            inode = self._live.setdefault(self._name(old), _Inode())
            if not keep:
                del self._live[self._name(old)]
            self._live[self._name(new)] = inode
            self._changed()

    def removed(self, path: Path) -> None:
        """Note that *path* is gone."""
        if path.is_relative_to(self.folder):
            self._live.pop(self._name(path), None)
            self._changed()

    def _changed(self) -> None:
        self._names.append(dict(self._live))

    def _files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.folder))

    def _watched(self, name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def fsync(descriptor: int) -> None:
            path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
            self.perform("sync", path, lambda: plain(descriptor))
            self.synced(path)

        def move(old: Any, new: Any, **options: Any) -> None:
            self.perform(name, Path(new), lambda: plain(old, new, **options))
            self.renamed(Path(old), Path(new), keep=name == "link")

        def unlink(path: Any, **options: Any) -> None:
            self.perform("unlink", Path(path), lambda: plain(path, **options))
            self.removed(Path(path))

        return {"fsync": fsync, "unlink": unlink, "remove": unlink}.get(name, move)


def _mixed(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """*old* with any of the sectors that *new* has in its place; as long as either."""
    size = chance.choice([len(old), len(new)])
    sectors = [
        chance.choice([old, new])[start : start + _SECTOR].ljust(_SECTOR, b"\0")
        for start in range(0, size, _SECTOR)
    ]
    return b"".join(sectors)[:size]

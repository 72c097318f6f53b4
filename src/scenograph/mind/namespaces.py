"""
The namespaces of a mind: for each a memory of its own, opened when it is needed.

They lie in the mind's folder, one SQLite file each, so nothing of one can be found, counted, spelt or learned
from in another:

    my-mind/namespaces/anna/%/%/memory.db             the user anna
    my-mind/namespaces/anna/helper/%/memory.db        the agent helper with her

Many may be used at once; those that nobody has used for longest are closed. A namespace without a memory is
an empty one: to look into it makes no file, the first thing that is remembered does.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, final

from scenograph.errors import MindError
from scenograph.mind.namespace import OWN, Namespace

if TYPE_CHECKING:
    from scenograph.mind.parts import Parts

FOLDER = "namespaces"
OPEN = 64
"""Namespaces that stay open, each with about five files, though nobody uses them."""

_FORGOTTEN = ".forgotten-"
_BLOCK = 1 << 20
_PATIENCE = 30.0  # seconds that forgetting waits for requests at work in the namespace


@final
class _Open:
    """A namespace that is open."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.users = 0


@final
class Namespaces:
    """
    The namespaces of one mind.

    Args:
        folder: of the mind
        make: returns the parts of the mind with the memory in a folder
        most: how many stay open though nobody uses them
    """

    def __init__(self, folder: Path, make: Callable[[Path], Parts], most: int = OPEN) -> None:
        self.folder = folder / FOLDER
        self._make, self._most = make, most
        self._changed = threading.Condition()
        self._open: OrderedDict[Namespace, _Open] = OrderedDict()
        self._going: list[Namespace] = []

    @contextmanager
    def use(self, namespace: Namespace) -> Generator[Parts]:
        """The parts of the mind with the memory of *namespace*, which stays open in the block."""
        with self._changed:
            self._changed.wait_for(lambda: not any(it.covers(namespace) for it in self._going))
            one = self._open.get(namespace)
            if one is not None and one.parts.is_gone():  # another process forgot it
                del self._open[namespace]
                if not one.users:
                    one.parts.close()
                one = None
            if one is None:
                one = self._open[namespace] = _Open(self._make(self.folder / namespace.path))
            self._open.move_to_end(namespace)
            one.users += 1
        try:
            yield one.parts
        finally:
            with self._changed:
                one.users -= 1
                closing = self._unused()
                if not one.users and self._open.get(namespace) is not one and one.parts not in closing:
                    closing.append(one.parts)
                self._changed.notify_all()
            for parts in closing:
                parts.close()

    def _unused(self) -> list[Parts]:
        """Take out those that are too many; those that were used last stay."""
        found = [name for name, one in self._open.items() if not one.users]
        return [self._open.pop(name).parts for name in found[: max(0, len(self._open) - self._most)]]

    def all(self, within: Namespace = OWN) -> list[Namespace]:
        """Return all that have a memory and lie *within* one, in alphabetical order."""
        from scenograph.memory.state import DATABASE

        paths = [
            PurePosixPath(it.parent.relative_to(self.folder)) for it in self.folder.glob(f"*/*/*/{DATABASE}")
        ]
        found = [Namespace.of_path(path) for path in paths if not path.parts[0].startswith(_FORGOTTEN)]
        return sorted(it for it in found if within.covers(it))

    def forget(self, namespace: Namespace) -> list[Namespace]:
        """
        Remove the memory of *namespace* and all that lies in it, in one step; zeros overwrite its files.

        Returns:
            What is gone.
        Raises:
            MindError: if *namespace* is the mind's own, or somebody keeps using it
        """
        if not any(namespace):
            raise MindError("the mind's own memory is no namespace; forget its crystals, or delete the mind")
        with self._changed:
            self._going.append(namespace)
        try:
            with self._changed:
                free = self._changed.wait_for(lambda: not self._in_use(namespace), _PATIENCE)
                if not free:
                    raise MindError(f"the namespace {namespace} is in use; try again later")
                open_ = [self._open.pop(it).parts for it in list(self._open) if namespace.covers(it)]
            for parts in open_:
                parts.close()
            gone = self.all(namespace)
            place = self.folder / namespace.folder
            away = self.folder / f"{_FORGOTTEN}{secrets.token_hex(8)}"
            with suppress(FileNotFoundError):
                os.rename(place, away)
                with suppress(OSError):  # the last one of a user takes the user's folder with it
                    place.parent.rmdir()
            self.clean()
        finally:
            with self._changed:
                self._going.remove(namespace)
                self._changed.notify_all()
        return gone

    def _in_use(self, namespace: Namespace) -> bool:
        return any(one.users for name, one in self._open.items() if namespace.covers(name))

    def clean(self) -> None:
        """Overwrite and remove what was forgotten, also what a process left that was killed meanwhile."""
        for folder in self.folder.glob(f"{_FORGOTTEN}*"):
            with suppress(FileNotFoundError):  # another process cleans, too
                for path in folder.rglob("*"):
                    if path.is_file():
                        _overwrite(path)
                shutil.rmtree(folder)

    def opened(self) -> list[Parts]:
        """Return the parts of the mind in all namespaces that are open."""
        with self._changed:
            return [one.parts for one in self._open.values()]

    def close(self) -> None:
        """Close all that are open."""
        with self._changed:
            closing, self._open = [one.parts for one in self._open.values()], OrderedDict()
        for parts in closing:
            parts.close()


def _overwrite(path: Path) -> None:
    """Write zeros over all of a file."""
    with path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(bytes(min(left, _BLOCK)))
        os.fsync(file.fileno())

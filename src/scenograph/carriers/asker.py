"""Who asks a carrier, and whose turn it is: so that one that asks for much does not make others wait."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar, final

T = TypeVar("T")


@final
class Asker:
    """
    Who asks: one request of a service, or whoever has no name.

    Args:
        name: those of one name share a turn
        heard: called with the name of the adapter and each piece of text that it writes, as it comes
    Attributes:
        has_left: whether nobody waits for an answer any more
    """

    def __init__(self, name: str = "", heard: Callable[[str, str], None] | None = None) -> None:
        self.name, self.heard = name, heard
        self.has_left = False

    def leave(self) -> None:
        """Wait for nothing any more: what is written for this asker is dropped after the present pass."""
        self.has_left = True

    @contextmanager
    def asking(self) -> Generator[None]:
        """Let this asker be who asks in the block, in this thread or task and those that it starts."""
        token = _ASKER.set(self)
        try:
            yield
        finally:
            _ASKER.reset(token)


_ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)


def present_asker() -> Asker:
    """Return who asks in this thread or task."""
    return _ASKER.get() or Asker()


@final
class Turns(Generic[T]):
    """Things that wait, by name: the oldest of each name in turn."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[T]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, name: str, things: Iterable[T]) -> None:
        """Let *things* wait behind others of this *name*."""
        for thing in things:
            self._waiting.setdefault(name, deque()).append(thing)
            self._count += 1

    def next(self) -> T:
        """Return the thing that `take` would remove; there is one."""
        return next(iter(self._waiting.values()))[0]

    def take(self) -> T:
        """Remove and return the next thing; there is one."""
        name, own = self._waiting.popitem(last=False)
        thing = own.popleft()
        self._count -= 1
        if own:
            self._waiting[name] = own  # behind the others
        return thing

    def most(self) -> str:
        """Return the name that most things wait for; there is one."""
        return max(self._waiting, key=lambda name: len(self._waiting[name]))

    def waiting(self, name: str) -> int:
        """Return how many things wait for *name*."""
        return len(self._waiting.get(name, ()))

    def take_last(self, name: str) -> T:
        """Remove and return what began to wait last for *name*; there is something."""
        thing = self._waiting[name].pop()
        self._count -= 1
        if not self._waiting[name]:
            del self._waiting[name]
        return thing

    def remove(self, is_meant: Callable[[T], bool]) -> list[T]:
        """Remove and return the things that are meant."""
        gone: list[T] = []
        for name, own in list(self._waiting.items()):
            left = deque[T]()
            for it in own:
                (gone if is_meant(it) else left).append(it)
            if left:
                self._waiting[name] = left
            else:
                del self._waiting[name]
        self._count -= len(gone)
        return gone

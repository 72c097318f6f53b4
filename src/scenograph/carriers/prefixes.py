"""
Prefixes: the keys and values of beginnings of prompts, kept for prompts that begin in the same way.

A key says all that keys and values depend on: the ids, and the digest of the adapter that acted on them. An
adapter that acts from its invocation token on does not act on what stands before, and its digest is left out:
the scene of a prompt is seen once for all voices. The digest is of the weights, not of the name, so an
adapter that was loaded again under the same name never meets what its predecessor saw.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final, NamedTuple, final

from scenograph.carriers.seen import Seen

_BYTES: Final = 32 << 20


class PrefixKey(NamedTuple):
    """
    What keys and values depend on, besides the weights of the carrier.

    Attributes:
        adapter: digest of the adapter that acts on the ids; empty if none does
        ids: the beginning of the prompt
    """

    adapter: str
    ids: tuple[int, ...]


@final
class Prefixes:
    """
    Beginnings of prompts of one model, those used last. Engines of several sets of adapters may share them.

    Args:
        most: bytes of keys and values that are kept
    Attributes:
        found, missed: how often a beginning was asked for and was there, or was not
    """

    def __init__(self, most: int = _BYTES) -> None:
        self._most = most
        self._seen: OrderedDict[PrefixKey, Seen] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        self.found = self.missed = 0

    def __len__(self) -> int:
        return len(self._seen)

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._seen.clear()
            self._bytes = 0

    def get(self, key: PrefixKey) -> Seen | None:
        """Return what was seen of this beginning; None if it is not kept."""
        with self._lock:
            seen = self._seen.get(key)
            if seen is None:
                self.missed += 1
                return None
            self.found += 1
            self._seen.move_to_end(key)
            return seen

    def keep(self, key: PrefixKey, seen: Seen) -> None:
        """Keep *seen*; those that were not used for longest are dropped where there is no room."""
        if seen.bytes > self._most:
            return
        with self._lock:
            if (old := self._seen.pop(key, None)) is not None:
                self._bytes -= old.bytes
            self._seen[key] = seen
            self._bytes += seen.bytes
            while self._bytes > self._most:
                self._bytes -= self._seen.popitem(last=False)[1].bytes

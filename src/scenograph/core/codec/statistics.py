"""
Statistics: what followed what in the scenes that a lexicon has learned from.

Three kinds of counts, from which a codec takes all that it expects:

* how often each concept was a scene's root;
* which role followed which among the links of each concept, with an empty role at the end;
* what each concept linked to along each role: a node of some concept, a constant, or a node met before.

They are stored as bytes, which `pack` makes and `unpack` reads; counts of several generations add up.
"""

from __future__ import annotations

import lzma
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, final

from ...errors import CodecError
from ..scene import Scene
from .events import events
from .varint import read_varint, varint

Symbol = str | tuple[str] | None
"""A new node's concept, a constant in a tuple, or None for a node met before."""


def _counters() -> defaultdict[tuple[str, str], Counter[str]]:
    return defaultdict(Counter)


def _target_counters() -> defaultdict[tuple[str, str], Counter[Symbol]]:
    return defaultdict(Counter)


@final
@dataclass(slots=True)
class Statistics:
    """
    Counts.

    Attributes:
        roots: of the concepts of roots
        roles: for a concept and the role of the link before, of the next link's role; "" is none
        targets: for a concept and a role, of what is linked to
    """

    roots: Counter[str] = field(default_factory=Counter[str])
    roles: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=_counters)
    targets: defaultdict[tuple[str, str], Counter[Symbol]] = field(default_factory=_target_counters)

    def learn(self, scenes: Iterable[Scene]) -> None:
        """Count what is in *scenes*."""
        for scene in scenes:
            self.roots[scene.concepts[0]] += 1
            for concept, previous, role, target in events(scene):
                self.roles[concept, previous][role] += 1
                if role:
                    self.targets[concept, role][None if isinstance(target, int) else target] += 1

    def add(self, other: Statistics) -> None:
        """Count what *other* has counted."""
        self.roots.update(other.roots)
        for context, counts in other.roles.items():
            self.roles[context].update(counts)
        for context, counts in other.targets.items():
            self.targets[context].update(counts)

    def literals(self) -> Counter[str]:
        """Return how often each literal occurs, as a concept or a constant."""
        counts = Counter(self.roots)
        for targets in self.targets.values():
            for target, count in targets.items():
                if target is not None:
                    counts[target if isinstance(target, str) else target[0]] += count
        return counts


# --- as bytes ----------------------------------------------------------------------------------------------

_FILTERS = [{"id": lzma.FILTER_LZMA1, "preset": 9, "dict_size": 1 << 20, "lc": 0, "lp": 0, "pb": 0}]
_LARGEST = 1 << 28  # bytes that statistics may unpack to


def pack(statistics: Statistics) -> bytes:
    """Return *statistics* as bytes, the same for equal ones; `unpack` undoes it."""
    words = sorted(statistics.literals())
    number = {word: i for i, word in enumerate(words)}
    roles = sorted({role for counts in statistics.roles.values() for role in counts} | {""})
    role_number = {role: i for i, role in enumerate(roles)}
    text = "\n".join((*words, "", *roles)).encode("utf-8", "surrogatepass")
    columns = [bytearray() for _ in range(4)]  # similar things side by side pack better
    contexts, symbols, counts, sizes = columns

    def put(column: bytearray, *values: int) -> None:
        for value in values:
            column += varint(value)

    put(sizes, len(statistics.roots))
    last = 0
    for concept, count in sorted(statistics.roots.items()):
        put(contexts, number[concept] - last)
        put(counts, count)
        last = number[concept]

    def put_table(table: Mapping[tuple[str, str], Counter[Any]], code: Callable[[Any], int]) -> None:
        put(sizes, len(table))
        last = 0
        for (concept, role), found in sorted(table.items(), key=lambda item: item[0]):
            put(contexts, number[concept] - last, role_number[role])
            put(sizes, len(found))
            last = number[concept]
            for symbol, count in sorted((code(symbol), count) for symbol, count in found.items()):
                put(symbols, symbol)
                put(counts, count)

    def target_code(target: Symbol) -> int:
        if target is None:
            return 0
        return 2 * number[target] + 1 if isinstance(target, str) else 2 * number[target[0]] + 2

    put_table(statistics.roles, role_number.__getitem__)
    put_table(statistics.targets, target_code)
    body = b"".join(varint(len(part)) + bytes(part) for part in (text, *columns))
    return lzma.compress(body, lzma.FORMAT_RAW, filters=_FILTERS)


def unpack(data: bytes) -> Statistics:
    """
    Return the statistics that *data* holds; undoes `pack`.

    Raises:
        CodecError: if it holds none
    """
    try:
        return _unpack(data)
    except (lzma.LZMAError, EOFError, IndexError, ValueError) as error:
        raise CodecError(f"the statistics of a lexicon are damaged: {error}") from error


def _unpack(data: bytes) -> Statistics:
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=_FILTERS)
    body = unpacker.decompress(data, _LARGEST)
    parts: list[bytes] = []
    offset = 0
    for _ in range(5):
        size, offset = read_varint(body, offset)
        parts.append(body[offset : offset + size])
        offset += size
    if offset != len(body):
        raise ValueError("they are of another length than they say")
    lines = parts[0].decode("utf-8", "surrogatepass").split("\n")
    middle = lines.index("")
    words, roles = lines[:middle], lines[middle + 1 :]
    contexts, symbols, counts, sizes = (_varints(part) for part in parts[1:])
    made = Statistics()
    last = 0
    for _ in range(next(sizes)):
        last += next(contexts)
        made.roots[words[last]] = next(counts)

    def take_table(
        table: MutableMapping[tuple[str, str], Counter[Any]], symbol: Callable[[int], Any]
    ) -> None:
        last = 0
        for _ in range(next(sizes)):
            last += next(contexts)
            found = table[words[last], roles[next(contexts)]]
            for _ in range(next(sizes)):
                found[symbol(next(symbols))] = next(counts)

    def target(code: int) -> Symbol:
        if not code:
            return None
        word = words[(code - 1) // 2]
        return word if code % 2 else (word,)

    take_table(made.roles, roles.__getitem__)
    take_table(made.targets, target)
    return made


def _varints(data: bytes) -> Iterator[int]:
    offset = 0
    while offset < len(data):
        value, offset = read_varint(data, offset)
        yield value
    raise ValueError("they end too early")

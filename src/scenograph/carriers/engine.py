"""
The engine of a carrier in this process: what all threads ask for is written side by side.

Each thread hands in rows and waits. One thread of the engine goes through the model, again and again.
Between two passes rows that are over leave, and rows that wait are admitted, whatever their roles and voices:
nobody waits for the end of a batch. Where there is no room for all, those who ask take turns
(`carriers.asker`). What is written for one that has left is dropped.

    ( build:agent( person:name"Oleg"))⟁say:poet⟁ru
    └─ seen once, for all voices ───┘└─ here the adapter begins

Adapters act from their invocation token on, so what stands before it is the same for all voices. Its keys and
values are kept for a while (`carriers.prefixes`), and a prompt that begins with them begins there.

Law: what is written for a row does not depend on which rows are beside it, nor on when they came.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple, final
from weakref import WeakSet

from scenograph.carriers.asker import Turns, present_asker
from scenograph.carriers.prefixes import Prefixes, PrefixKey
from scenograph.carriers.protocol import Candidate
from scenograph.carriers.row import Adapters, Row
from scenograph.carriers.rows import Block
from scenograph.carriers.seen import Seen
from scenograph.errors import LeftError

_ROWS: Final = 128  # of one pass
_POSITIONS: Final = 16_384  # of all rows together, their answers included
_FIRST: Final = 4096  # positions of the first pass of rows that are admitted: all others wait for it
_LOGITS: Final = 1 << 25  # numbers that are held at once while guesses are checked
_PADDING: Final = 128  # positions for which a pass of its own costs more
_SHORT: Final = 8  # ids of a beginning that is not worth keeping
_LINGER: Final = 5.0  # seconds that the thread waits for more before it ends
_PATIENCE: Final = 30.0  # seconds for a pass to end after Ctrl-C, or when the process ends

_engines: WeakSet[Engine] = WeakSet()


def _end_all() -> None:
    for engine in list(_engines):
        engine.end()


# A thread that still lives while torch is taken down aborts the process.
atexit.register(_end_all)


@final
class _Request:
    """What one thread waits for: rows to be written, or candidates to be scored."""

    def __init__(self, rows: Sequence[Row] = (), candidates: Sequence[Candidate] = ()) -> None:
        self.asker = present_asker()
        self.candidates = candidates
        self.scores: list[list[float]] = []
        self.error: BaseException | None = None
        self.is_over = threading.Event()
        self._left = len(rows)

    def end(self, error: BaseException | None = None) -> None:
        """Record that one row is over."""
        self.error = self.error or error
        self._left -= 1
        if self._left <= 0:
            self.is_over.set()


class _Waiting(NamedTuple):
    """A row that waits, or, if it is None, a request for scores."""

    request: _Request
    row: Row | None


@final
class Engine:
    """
    Writes and scores for any number of threads.

    Args:
        model: a Hugging Face causal model in evaluation mode
        pad: the id that fills short rows
        stop: the id that ends an answer
        turn: held while the model is used
        adapters: the set that the rows' adapters belong to
        score: scores candidates; called in the engine's thread
        prefixes: where beginnings of prompts are kept
        rows: most rows of one pass
        positions: most positions of all rows together, their answers included
    """

    def __init__(
        self,
        model: Any,
        *,
        pad: int,
        stop: int,
        turn: AbstractContextManager[Any],
        adapters: Adapters | None,
        score: Callable[[Sequence[Candidate]], list[list[float]]],
        prefixes: Prefixes,
        rows: int = _ROWS,
        positions: int = _POSITIONS,
    ) -> None:
        self._model, self._pad, self._stop = model, pad, stop
        self._turn, self._adapters, self._score = turn, adapters, score
        self._prefixes = prefixes
        self._most, self._positions = rows, positions
        self._changed = threading.Condition()  # of what waits, and of the thread
        self._waiting = Turns[_Waiting]()
        self._thread: threading.Thread | None = None
        self._is_ending = False
        self._block: Block | None = None  # of the thread alone, as all that follows
        self._request: dict[Row, _Request] = {}
        _engines.add(self)

    def write(self, rows: Sequence[Row]) -> None:
        """
        Write *rows* to their ends, beside those of other threads.

        Raises:
            LeftError: if who asks has left meanwhile
            ScenographError: if the mask of a row allows nothing, or its adapter cannot act
        """
        request = _Request(rows=rows)
        self._wait(request, [_Waiting(request, row) for row in rows])
        for row in rows:
            if row.error is not None:
                raise row.error

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """Score *candidates* together with those of other threads; errors as for `write`."""
        request = _Request(candidates=candidates)
        self._wait(request, [_Waiting(request, None)] if candidates else [])
        return request.scores

    def end(self) -> None:
        """End the engine's thread; who still waits gets a `LeftError`. A later request starts a new one."""
        with self._changed:
            thread = self._thread
            self._is_ending = thread is not None
            self._changed.notify()
        if thread is not None:
            thread.join(_PATIENCE)

    def _wait(self, request: _Request, waiting: Sequence[_Waiting]) -> None:
        if not waiting:
            return
        with self._changed:
            self._waiting.add(request.asker.name, waiting)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
                self._thread.start()
        try:
            request.is_over.wait()
        except BaseException:  # such as Ctrl-C: nothing may go on behind it
            request.asker.leave()
            request.is_over.wait(_PATIENCE)
            raise
        if request.error is not None:
            raise request.error

    # --- the engine's thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                is_idle = self._block is None and not len(self._waiting)
                if is_idle:
                    self._changed.wait_for(lambda: self._is_ending or len(self._waiting) > 0, _LINGER)
                if self._is_ending:
                    self._fail_all(LeftError("the engine was ended"))
                if self._is_ending or (is_idle and not len(self._waiting)):
                    self._thread, self._is_ending = None, False
                    return
            try:
                self._dismiss()
                rows, scored = self._next()
                self._find_scores(scored)
                self._admit(rows)
                self._go_on()
            except BaseException as error:  # nobody may wait for ever
                self._fail_all(error)

    def _dismiss(self) -> None:
        """Drop what is written, or waits, for those who have left."""
        with self._changed:
            gone = self._waiting.remove(lambda it: it.request.asker.has_left)
        for it in gone:
            it.request.end(LeftError("who asked has left"))
        if self._block is not None:
            left = [row for row in self._block.rows if self._request[row].asker.has_left]
            self._retire(self._block, left, LeftError("who asked has left"))

    def _next(self) -> tuple[list[Row], list[_Request]]:
        """Take what there is room for, in turns."""
        live = [] if self._block is None else self._block.rows
        need = max((len(row.prompt) + row.most for row in live), default=0)
        rows: list[Row] = []
        scored: list[_Request] = []
        longest = 0
        with self._changed:
            while len(self._waiting):
                row = self._waiting.next().row
                if row is not None:
                    need = max(need, len(row.prompt) + row.most)
                    longest = max(longest, _length(row))
                    count = len(live) + len(rows) + 1
                    is_full = count > self._most or count * need > self._positions
                    if (is_full or (len(rows) + 1) * longest > _FIRST) and count > 1:
                        break
                it = self._waiting.take()
                if it.row is None:
                    scored.append(it.request)
                else:
                    rows.append(it.row)
                    self._request[it.row] = it.request
        return rows, scored

    def _find_scores(self, requests: Sequence[_Request]) -> None:
        """Score what was asked for: all together, or if that fails, each request alone."""
        if not requests:
            return
        try:
            found = self._score([it for request in requests for it in request.candidates])
        except Exception as error:
            if len(requests) == 1:
                requests[0].end(error)
                return
            for request in requests:
                self._find_scores([request])
            return
        for request in requests:
            count = len(request.candidates)
            request.scores, found = found[:count], found[count:]
            request.end()

    def _admit(self, rows: Sequence[Row]) -> None:
        """Let *rows* go through the model for the first time; one that begins as others do goes first."""
        now: list[Row] = []
        later: list[tuple[Row, PrefixKey]] = []
        begun: set[PrefixKey] = set()
        for row in rows:
            key = self._key(row)
            if key is None or (key not in begun and self._prefixes.get(key) is None):
                now.append(row)
                if key is not None:
                    begun.add(key)
            else:
                later.append((row, key))
        size = self._model.get_output_embeddings().weight.shape[0]
        going_on = {row: row.seen for row in now if row.seen is not None}
        for some in _alike([*going_on], size):
            self._enter(some, [going_on[row] for row in some])
        for some in _alike([row for row in now if row.seen is None], size):
            self._enter(some)
        known = [(row, self._prefixes.get(key)) for row, key in later]
        for some in _alike([row for row, seen in known if seen is None], size):
            self._enter(some)
        found = {row: seen for row, seen in known if seen is not None}
        for some in _alike([*found], size):
            self._enter(some, [found[row] for row in some])

    def _enter(self, rows: Sequence[Row], seen: Sequence[Seen] | None = None) -> None:
        """Let *rows* go through the model and into the block: together, or if that fails, each alone."""
        if not rows:
            return
        try:
            block = Block(
                self._model, rows, pad=self._pad, stop=self._stop, adapters=self._adapters, seen=seen
            )
            over = self._pass(block)
        except Exception as error:
            if len(rows) == 1:
                self._request.pop(rows[0]).end(error)
                return
            for i, row in enumerate(rows):
                self._enter([row], None if seen is None else [seen[i]])
            return
        if seen is None:
            for row in rows:
                if (key := self._key(row)) is not None:
                    self._prefixes.keep(key, block.seen(row, len(key.ids)))
        self._retire(block, over)
        if self._block is None:
            self._block = block
        else:
            self._block.join(block)

    def _go_on(self) -> None:
        """Go once through the model with all live rows."""
        block = self._block
        if block is None:
            return
        if block.rows:
            self._retire(block, self._pass(block))
        if not block.rows:
            self._block = None

    def _pass(self, block: Block) -> list[Row]:
        with self._turn:
            return block.go_on()

    def _retire(self, block: Block, rows: Sequence[Row], error: BaseException | None = None) -> None:
        """Take *rows* out of *block*, and tell who waits for them."""
        for row in rows:
            if row.keeps and error is None:
                block.keep(row)
        block.drop(rows)
        for row in rows:
            self._request.pop(row).end(error)

    def _fail_all(self, error: BaseException) -> None:
        with self._changed:
            waiting = self._waiting.remove(lambda _: True)
        live = list(self._request.values())
        self._block = None
        self._request.clear()
        for request in (*live, *(it.request for it in waiting)):
            request.end(error)

    def _key(self, row: Row) -> PrefixKey | None:
        """Return under which key the beginning of *row* is kept; None if it is not worth it."""
        if row.start < _SHORT or row.seen is not None:
            return None
        adapter = "" if self._adapters is None else self._adapters.before(row.adapter)
        return PrefixKey(adapter, tuple(row.prompt[: row.start]))


def _alike(rows: Sequence[Row], vocabulary: int) -> list[list[Row]]:
    """Return *rows* in parts of similar length, so that little is computed for padding."""
    parts: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: -_length(row)):
        if parts:
            first, count = parts[-1][0], len(parts[-1])
            guess = max(len(it.guess) for it in (row, *parts[-1]))
            is_wide = (count + 1) * (guess + 1) * vocabulary > _LOGITS
            if not is_wide and count * (_length(first) - _length(row)) <= _PADDING:
                parts[-1].append(row)
                continue
        parts.append([row])
    return parts


def _length(row: Row) -> int:
    return len(row.prompt) + len(row.guess)

"""
A carrier that many threads share: what waits is done together.

A model does one thing at a time. While it is at work, what other threads ask waits, and then all of it is
done as one batch, whatever its roles and voices are. So the more threads ask at once, the less each costs,
and a thread that is alone waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar, final

from scenograph.carriers.protocol import Candidate, Carrier, Job, Written

if TYPE_CHECKING:
    from scenograph.vocabulary import Prompt

Asked = TypeVar("Asked")
Found = TypeVar("Found")


@final
class SharedCarrier:
    """
    A `Carrier` whose `write` and `score` may be called by many threads at once.

    Args:
        carrier: does the work, in one thread at a time
    """

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        turn = Lock()
        self._write = _Together[Job, Written](carrier.write, turn)
        self._score = _Together[Candidate, "list[float]"](carrier.score, turn)

    def __repr__(self) -> str:
        return f"SharedCarrier({self.carrier!r})"

    @property
    def name(self) -> str:
        """What it was loaded as."""
        return self.carrier.name

    @property
    def adapters(self) -> tuple[str, ...]:
        """The adapters that it can use."""
        return self.carrier.adapters

    @property
    def atoms(self) -> frozenset[str]:
        """The texts that are one token to it."""
        return self.carrier.atoms

    @property
    def max_length(self) -> int:
        """The longest prompt and answer together, in tokens."""
        return self.carrier.max_length

    def close(self) -> None:
        """Close the carrier, if it is one that can be closed."""
        if (close := getattr(self.carrier, "close", None)) is not None:
            close()

    def length(self, prompt: Prompt) -> int:
        """Return the number of tokens of *prompt*."""
        return self.carrier.length(prompt)

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """Do all *jobs*, together with those of other threads."""
        return self._write(jobs)

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """Score all *candidates*, together with those of other threads; see `Carrier.score`."""
        return self._score(candidates)


@final
class _Request(Generic[Asked, Found]):
    """What one thread asks, and then what was found, or why nothing was."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self.asked = asked
        self.found: list[Found] | None = None
        self.error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        return self.found is not None or self.error is not None


@final
class _Together(Generic[Asked, Found]):
    """
    A function of many things that threads call with a few each.

    Args:
        do: does any number of things
        turn: held while it does
    """

    def __init__(self, do: Callable[[Sequence[Asked]], list[Found]], turn: Lock) -> None:
        self._do, self._turn = do, turn
        self._lock = Lock()  # of the list
        self._waiting: list[_Request[Asked, Found]] = []

    def __call__(self, asked: Sequence[Asked]) -> list[Found]:
        mine = _Request[Asked, Found](asked)
        with self._lock:
            self._waiting.append(mine)
        with self._turn:
            if not mine.is_done:
                with self._lock:
                    batch, self._waiting = self._waiting, []
                self._run(batch)
        if mine.error is not None:
            raise mine.error
        assert mine.found is not None
        return mine.found

    def _run(self, batch: list[_Request[Asked, Found]]) -> None:
        try:
            found = self._do([one for request in batch for one in request.asked])
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = error
                return
            for request in batch:  # so that only those fail that are at fault
                self._run([request])
            return
        except BaseException as error:  # such as Ctrl-C: nobody may wait for ever
            for request in batch:
                request.error = error
            return
        for request in batch:
            request.found, found = found[: len(request.asked)], found[len(request.asked) :]

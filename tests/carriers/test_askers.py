"""Who asks an engine: turns are fair, pieces are heard, and who leaves is dropped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from carriers.engines import COUNT, jobs, loras, until
from hypothesis import given
from hypothesis import strategies as st

from scenograph.carriers import LocalCarrier
from scenograph.carriers.asker import Asker, Turns
from scenograph.carriers.protocol import Job
from scenograph.errors import LeftError


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=30))
def test_turns_lose_nothing_and_go_round(things: list[tuple[str, int]]) -> None:
    turns = Turns[tuple[str, int]]()
    for name, number in things:
        turns.add(name, [(name, number)])
    taken = [turns.take() for _ in range(len(turns))]
    assert not len(turns)
    for name in "abc":
        assert [it for it in taken if it[0] == name] == [it for it in things if it[0] == name]
    left = {name: sum(it[0] == name for it in things) for name in "abc"}
    for first, second in pairwise(taken):
        left[first[0]] -= 1
        if first[0] == second[0]:  # only where nobody else waits
            assert not any(count for name, count in left.items() if name != first[0])


def test_a_large_batch_does_not_make_others_wait_for_its_end(nano: LocalCarrier) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    carrier.engine._most = 4
    order: list[str] = []

    def ask(name: str, some: Sequence[Job]) -> None:
        with Asker(name).asking():
            carrier.write(some)
        order.append(name)

    with ThreadPoolExecutor(2) as pool:
        large = pool.submit(ask, "large", jobs(40))
        until(lambda: carrier.engine._block is not None)
        small = pool.submit(ask, "small", jobs(2))
        small.result()
        large.result()
    assert order == ["small", "large"]


def test_who_leaves_is_dropped_and_others_go_on(nano: LocalCarrier, alone: list[str]) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    gone = Asker("gone")
    heard = threading.Event()
    gone.heard = lambda adapter, piece: heard.set()

    def leave() -> None:
        with gone.asking():
            carrier.write(jobs(12, budget=600))

    with ThreadPoolExecutor(2) as pool:
        leaving = pool.submit(leave)
        assert heard.wait(60)
        staying = pool.submit(carrier.write, jobs(COUNT))
        gone.leave()
        with pytest.raises(LeftError):
            leaving.result(30)
        assert [it.text for it in staying.result()] == alone
    until(lambda: carrier.engine._block is None)
    assert not carrier.engine._request


def test_pieces_are_heard_as_they_come(carrier: LocalCarrier) -> None:
    pieces: list[tuple[str, str]] = []
    asker = Asker(heard=lambda adapter, piece: pieces.append((adapter, piece)))
    [job] = jobs(1)
    with asker.asking():
        [written] = carrier.write([job])
    assert "".join(piece for _, piece in pieces).strip() == written.text.strip()
    assert len(pieces) > 1
    assert {adapter for adapter, _ in pieces} == {job.adapter}

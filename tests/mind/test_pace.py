"""A long text is stored every few seconds, however slow the machine; a fast one reads many at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.documents import Sentence
from scenograph.mind import Mind, pace
from scenograph.mind.config import MindConfig
from scenograph.mind.pace import FIRST, MOST, SECONDS, Pace
from scenograph.mind.workspace import Workspace


class Machine:
    """A clock, and a machine that reads *speed* sentences a second."""

    def __init__(self, speed: float) -> None:
        self.speed, self.now = speed, 0.0

    def read(self, sentences: list[Sentence]) -> float:
        """Read *sentences*; return how long that takes."""
        self.now += (took := len(sentences) / self.speed)
        return took


def of_paragraphs(lengths: list[int]) -> list[Sentence]:
    return [
        Sentence(f"Sentence {number}.", number, number + 1, paragraph, "text")
        for paragraph, length in enumerate(lengths)
        for number in range(length)
    ]


def read(sentences: list[Sentence], machine: Machine) -> Iterator[tuple[list[Sentence], float]]:
    """Yield what was read together, and the seconds that it took."""
    kept = Pace(clock=lambda: machine.now)
    for batch in kept.batches(sentences):
        yield batch, machine.read(batch)
        kept.read(len(batch))


@given(st.lists(st.integers(1, 30), max_size=60), st.floats(1, 1e4))
def test_each_sentence_is_read_once_and_in_order(lengths: list[int], speed: float) -> None:
    sentences = of_paragraphs(lengths)
    assert [it for batch, _ in read(sentences, Machine(speed)) for it in batch] == sentences


@given(st.floats(5, 1e4))
def test_nobody_waits_long_and_a_fast_machine_reads_many_at_once(speed: float) -> None:
    found = list(read(of_paragraphs([1] * 2000), Machine(speed)))
    assert len(found[0][0]) == FIRST
    assert max(took for _, took in found) <= 1.5 * SECONDS
    assert max(len(batch) for batch, _ in found) >= min(MOST, int(speed * SECONDS) - 1)


@given(st.lists(st.integers(1, 5), max_size=60))
def test_a_short_paragraph_is_not_read_in_parts(lengths: list[int]) -> None:
    for batch, _ in read(sentences := of_paragraphs(lengths), Machine(20)):
        for paragraph, part in groupby(batch, key=lambda it: it.paragraph):
            assert len(list(part)) == sum(it.paragraph == paragraph for it in sentences)


def test_a_very_long_text_costs_no_more_at_its_end() -> None:
    """Each batch looks one sentence ahead; what it looked at must not pile up."""
    sentences = of_paragraphs([1]) * 400_000
    batches = Pace(clock=iter(range(200_000)).__next__).batches(
        it._replace(paragraph=number) for number, it in enumerate(sentences)
    )
    assert sum(map(len, batches)) == 400_000


def test_what_was_read_before_ctrl_c_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", FIRST)
    text = "\n\n".join(f"Maria has {number} books in Berlin." for number in range(40))
    with Mind.open(Workspace.create(tmp_path / "mind", MindConfig()).folder) as mind:
        stored = mind.remember_document(text, "a file", markup="plain")
        next(stored)
        assert mind.memory.stats().crystals == FIRST
        stored.close()  # pyright: ignore[reportAttributeAccessIssue]
        assert mind.memory.stats().crystals == FIRST
        assert len(list(mind.remember_document(text, "a file", markup="plain"))) == 40

"""Atoms that borrow tokens of the base: the laws of spelling hold as before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene, linearise
from scenograph.errors import VocabularyError
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.vocabulary import Vocabulary
from scenograph.vocabulary.respelling import respelling

many = settings(suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def borrowed(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary with every atom on one of the longer pieces of its base."""
    pieces = vocabulary.base.token_bytes
    long = [i for i in range(len(pieces)) if len(pieces[i].decode(errors="ignore").strip()) > 2]
    return vocabulary.borrowing(long[-len(vocabulary.atoms) :])


@given(words=st.lists(st.integers(0, 9999), max_size=12), between=st.sampled_from(["", " ", "⟁", "Δ41 "]))
@many
def test_text_comes_back_and_is_never_an_atom(borrowed: Vocabulary, words: list[int], between: str) -> None:
    taken = [borrowed.base.token_bytes[i].decode() for i in borrowed.atom_ids]
    text = between.join(taken[number % len(taken)] for number in words)
    ids = borrowed.encode_text(text)
    assert borrowed.decode(ids) == text
    assert not set(ids) & set(borrowed.atom_ids)


@given(scenes())
@many
def test_scenes_come_back(borrowed: Vocabulary, vocabulary: Vocabulary, scene: Scene) -> None:
    linear = linearise(scene)
    ids = borrowed.encode_scene(linear)
    assert borrowed.decode(ids) == linear
    as_new = [i for i in vocabulary.encode_scene(linear) if i >= vocabulary.base_size]
    assert sum(i in set(borrowed.atom_ids) for i in ids) == len(as_new)


def test_it_has_no_new_ids(borrowed: Vocabulary, vocabulary: Vocabulary) -> None:
    assert borrowed.size == borrowed.base_size == vocabulary.base_size
    assert borrowed.digest != vocabulary.digest
    with pytest.raises(VocabularyError, match="cannot grow"):
        borrowed.with_roles([":birth-place"])


def test_the_pack_comes_back(borrowed: Vocabulary, tmp_path: Path) -> None:
    borrowed.save(tmp_path)
    back = Vocabulary.load(tmp_path)
    assert (back.digest, back.atom_ids, back.token_bytes) == (
        borrowed.digest, borrowed.atom_ids, borrowed.token_bytes,
    )  # fmt: skip


def test_the_token_that_invokes_follows_the_command(borrowed: Vocabulary, vocabulary: Vocabulary) -> None:
    scene = Scene.parse("(s / sleep)")
    for asked in (read_prompt("Oleg slept."), speak_prompt(scene, "poet", "ru")):
        marks = [borrowed.decode([i]) for i in borrowed.encode_prompt(asked.prompt) if i in borrowed.atom_ids]
        assert marks.count("⟁do") == 1
        command = next(content for kind, content in asked.prompt if kind == "command")
        assert marks[marks.index("⟁do") - 1] == command
        plain = [i for i in vocabulary.encode_prompt(asked.prompt) if i >= vocabulary.base_size]
        assert "⟁do" not in map(vocabulary.decode, ([i] for i in plain))


@given(st.data())
def test_respelling_joins_to_the_same_bytes(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    longer = {bytes(rng.integers(97, 100, size=rng.integers(2, 6)).tolist()) for _ in range(20)}
    pieces = [b"a", b"b", b"c", *sorted(longer)]
    taken = sorted({int(i) for i in rng.integers(3, len(pieces), size=8)})
    for token, parts in respelling(pieces, taken).items():
        assert b"".join(pieces[i] for i in parts) == pieces[token]
        assert not set(parts) & set(taken)


@pytest.mark.parametrize("ids", [[2, 2], [7], [0]])
def test_what_cannot_be_borrowed_is_refused(ids: list[int]) -> None:
    with pytest.raises(
        VocabularyError, match=r"is borrowed twice, or does not exist|cannot be spelt without"
    ):
        respelling([b"a", b"b", b"ab"], ids)

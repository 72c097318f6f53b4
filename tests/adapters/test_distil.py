"""Rows of atoms that learn from the spelt-out form: they alone change, and they come nearer to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from carriers.tiny import write_carrier

from scenograph.adapters.distil import Distilled, distil
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.core import linearise
from scenograph.errors import TrainingError, VocabularyError
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.vocabulary import Prompt, Segment, Vocabulary, needed_atoms
from scenograph.world import World

FAMILIES = ("qwen2", "qwen3", "llama", "mistral", "mixtral", "gemma3_text")


def pairs(count: int = 40) -> list[tuple[Prompt, Segment]]:
    """Reading and speaking of the world."""
    world = World()
    found: list[tuple[Prompt, Segment]] = []
    for scene in world.scenes(count // 2, seed=3):
        found.append((read_prompt(world.say(scene)).prompt, ("scene", linearise(scene))))
        found.append((speak_prompt(scene, "plain", "en").prompt, ("text", world.say(scene))))
    return found


def carrier_of(folder: Path, family: str) -> LocalCarrier:
    carrier = load_carrier(write_carrier(folder / family, family))
    return carrier.with_vocabulary(Vocabulary(carrier.vocabulary.base, needed_atoms(World())))


def learned(carrier: LocalCarrier, steps: int = 12, seed: int = 0) -> Distilled:
    return distil(carrier, pairs(), steps=steps, tokens=512, seed=seed)


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_learn_and_nothing_else_changes(tmp_path: Path, family: str) -> None:
    carrier = carrier_of(tmp_path, family)
    before = carrier.digest_now()
    tables = [carrier.module.get_input_embeddings().weight, carrier.module.get_output_embeddings().weight]
    own = [table[: carrier.own_rows].clone() for table in tables]
    done = learned(carrier)
    assert done.after < done.before
    assert (done.rows.written is None) == (tables[0] is tables[1])
    if done.rows.written is not None:  # a row that serves both ends follows the states first
        assert done.after_writing < done.before_writing

    better = carrier.with_vocabulary(carrier.vocabulary.with_rows(done.rows))
    assert before == carrier.digest_now() == better.digest_now() == better.digest
    now = [better.module.get_input_embeddings().weight, better.module.get_output_embeddings().weight]
    for table, old, rows in zip(now, own, (done.rows.given, done.rows.written), strict=True):
        assert torch.equal(table[: carrier.own_rows], old)
        rows = done.rows.given if rows is None else rows
        assert np.array_equal(table[carrier.own_rows :].numpy(), rows)
    assert all(parameter.grad is None for parameter in carrier.module.parameters())


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    carrier = carrier_of(tmp_path, "qwen2")
    first, again, other = (learned(carrier, 4, seed).rows.to_bytes() for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_rows_that_no_example_has_and_the_carriers_own_end_stay(tmp_path: Path) -> None:
    carrier = carrier_of(tmp_path, "llama")
    done = learned(carrier, 4)
    start = carrier.module.get_input_embeddings().weight[carrier.own_rows :].numpy()
    for atom, count in done.seen.items():
        row = carrier.vocabulary.id(atom) - carrier.own_rows
        stays = atom in ("⟁bos", "⟁eos") or not count
        given = np.array_equal(done.rows.given[row], start[row])
        assert given if stays else not given, atom
    assert done.seen["⟁recall"] == 0 < done.seen["⟁read"]


def test_a_pack_that_grows_keeps_the_rows_it_has(tmp_path: Path) -> None:
    carrier = carrier_of(tmp_path, "qwen3")
    vocabulary = carrier.vocabulary
    few = vocabulary.with_rows(None)
    early = Vocabulary(few.base, few.atoms[:-5])
    old = learned(carrier.with_vocabulary(early), 4).rows
    grown = early.with_rows(old).extended(few.atoms[-5:])
    new = learned(carrier.with_vocabulary(grown), 4).rows
    assert np.array_equal(new.given[: len(old)], old.given)
    assert len(new) == len(vocabulary.atoms)
    assert not np.array_equal(
        new.given[len(old) :], carrier.module.get_input_embeddings().weight[-5:].numpy()
    )
    assert grown.with_rows(new).grew_from(early.with_rows(old).digest)


def test_rows_of_another_carrier_are_refused(tmp_path: Path) -> None:
    carrier = carrier_of(tmp_path, "qwen2")
    vocabulary = carrier.vocabulary.with_rows(replace(learned(carrier, 1).rows, carrier="0" * 32))
    with pytest.raises(VocabularyError, match="learned over another carrier"):
        carrier.with_vocabulary(vocabulary)


def test_what_cannot_be_learned_is_said(tmp_path: Path) -> None:
    carrier = carrier_of(tmp_path, "qwen2")
    with pytest.raises(TrainingError, match="2 layers; states after layer 3"):
        distil(carrier, pairs(4), steps=1, layer=3)
    with pytest.raises(TrainingError, match="no task of the corpus"):
        distil(carrier, [], steps=1)
    with pytest.raises(TrainingError, match="own row for every atom"):
        distil(load_carrier("nano"), pairs(4), steps=1)

"""What a frozen core computes once: kept or computed again, alone or in a batch, it trains the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import torch
from adapters.test_objective import gradients
from adapters.tiny import FAMILIES, NAMES, make_examples, tiny_model, weights_digest
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from transformers import PreTrainedModel

from scenograph.adapters.encode import Encoded
from scenograph.adapters.frozen import FrozenCore
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import objective
from scenograph.adapters.shape import AdapterActivation, Shape
from scenograph.adapters.states import StateStore

GIB = 1 << 30


def filled(model: PreTrainedModel, activation: AdapterActivation, first: int) -> GroupedLora:
    lora = GroupedLora.fresh(Shape(NAMES, 4, 8.0, activation=activation, first=first), model, seed=3)
    generator = torch.Generator().manual_seed(5)
    for pair in lora.pairs.values():
        pair.b.data.normal_(0, 0.3, generator=generator)
    return lora


def learn(
    model: PreTrainedModel,
    lora: GroupedLora,
    examples: list[Encoded],
    core: FrozenCore | None,
    workers: int = 1,
    size: int = 1000,
) -> list[Tensor]:
    """The summed gradients of *examples*, in batches of *size*."""
    with objective(model, lora, width=300, workers=workers, core=core) as learner:
        for begin in range(0, len(examples), size):
            learner.backward(examples[begin : begin + size])
    return gradients(lora)


@pytest.mark.parametrize("activation", ["invocation", "always"])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("family", FAMILIES)
def test_kept_states_give_the_gradients_of_computed_ones(
    family: str, first: int, activation: AdapterActivation, tmp_path: Path
) -> None:
    model = tiny_model(family)
    before = weights_digest(model)
    lora = filled(model, activation, first)
    examples = make_examples(14)
    together = learn(model, lora, examples, None)
    computed = learn(model, lora, examples, FrozenCore(model, first))
    mine, other = (torch.cat([grad.flatten() for grad in grads]) for grads in (computed, together))
    # Sums in another order: either is 2e-5 to 4e-5 from what float64 gives, over Gemma.
    assert float((mine - other).norm()) <= 1e-4 * float(other.norm())
    store = StateStore(tmp_path / "states.db", GIB)
    for _ in ("cold", "warm"):
        kept = learn(model, lora, examples, FrozenCore(model, first, store, "tiny"))
        assert all(torch.equal(mine, other) for mine, other in zip(kept, computed, strict=True))
    nothing = first == 0 and activation == "always"
    assert store.found == store.missed
    assert bool(store.found) != nothing
    store.close()
    assert weights_digest(model) == before


def test_kept_states_do_not_depend_on_what_they_were_computed_with(tmp_path: Path) -> None:
    model = tiny_model()
    lora = filled(model, "invocation", 1)
    examples = make_examples(18)
    store = StateStore(tmp_path / "states.db", GIB)
    learn(model, lora, examples[::-1], FrozenCore(model, 1, store), workers=3, size=6)
    store.found = store.missed = 0
    expected = learn(model, lora, examples, FrozenCore(model, 1))
    found = learn(model, lora, examples, FrozenCore(model, 1, store))
    assert store.found
    assert not store.missed
    assert all(torch.equal(mine, other) for mine, other in zip(found, expected, strict=True))


def test_another_core_layer_or_precision_shares_no_states(tmp_path: Path) -> None:
    model = tiny_model()
    examples = make_examples(6)
    store = StateStore(tmp_path / "states.db", GIB)
    half = tiny_model().to(torch.bfloat16)
    for core, first, name in ((model, 1, "a"), (model, 0, "a"), (model, 1, "b"), (half, 1, "a")):
        learn(core, filled(core, "invocation", first), examples, FrozenCore(core, first, store, name))
        assert not store.found


def test_a_kept_state_that_is_damaged_is_computed_again(tmp_path: Path) -> None:
    model = tiny_model()
    lora = filled(model, "invocation", 1)
    examples = make_examples(9)
    path = tmp_path / "states.db"
    store = StateStore(path, GIB)
    expected = learn(model, lora, examples, FrozenCore(model, 1, store))
    store.close()
    with sqlite3.connect(path) as db:  # one byte of each tensor, not of its header
        rows = db.execute("SELECT key, data FROM states").fetchall()
        for key, data in rows:
            changed = data[:-2] + bytes([data[-2] ^ 64]) + data[-1:]
            db.execute("UPDATE states SET data = ? WHERE key = ?", (changed, key))
    store = StateStore(path, GIB)
    found = learn(model, lora, examples, FrozenCore(model, 1, store))
    assert (store.found, store.missed) == (0, len(rows))
    assert all(torch.equal(mine, other) for mine, other in zip(found, expected, strict=True))


def test_a_file_that_is_no_store_is_made_anew_and_one_that_cannot_be_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "states.db"
    path.write_bytes(b"no database" * 2000)
    store = StateStore(path, GIB)
    store.put({b"k": torch.ones(3)})
    assert torch.equal(store.get([b"k"])[b"k"], torch.ones(3))
    store.close()
    assert "is damaged; it is made again" in caplog.text
    (tmp_path / "file").write_text("in the way")
    store = StateStore(tmp_path / "file" / "states.db", GIB)
    store.put({b"k": torch.ones(3)})
    assert store.get([b"k"]) == {}
    assert "cannot be used" in caplog.text


def test_a_full_store_keeps_its_size_and_what_is_in_use(tmp_path: Path) -> None:
    path, limit = tmp_path / "states.db", 1 << 20
    store = StateStore(path, limit)
    many = {bytes([i]): torch.full((10_000,), float(i)) for i in range(60)}  # 40 KB each
    store.put(many)
    there = store.get(sorted(many))
    assert 15 <= len(there) < 30
    assert list(there) == sorted(many)[: len(there)]  # what came first stays
    assert all(torch.equal(there[key], many[key]) for key in there)
    assert 0.8 * limit < store.size() <= limit
    store.close()
    assert path.stat().st_size <= limit

    later = StateStore(path, limit)
    kept = sorted(there)[:3]
    later.get(kept)  # in use now
    fresh = {bytes([100 + i]): torch.full((10_000,), -1.0) for i in range(60)}
    later.put(fresh)
    assert len(later.get(sorted(fresh))) >= 10
    assert sorted(later.get(kept)) == kept
    later.close()
    assert path.stat().st_size <= limit


@given(st.dictionaries(st.binary(min_size=16, max_size=16), st.lists(st.floats(width=32), max_size=20)))
def test_what_is_put_is_found_as_it_was(tmp_path_factory: pytest.TempPathFactory, told: dict) -> None:
    store = StateStore(tmp_path_factory.mktemp("store") / "states.db", GIB)
    states = {key: torch.tensor(values) for key, values in told.items()}
    store.put(states)
    found = store.get([*states, b"unknown"])
    assert found.keys() == states.keys()
    assert all(torch.equal(found[k].view(torch.int32), states[k].view(torch.int32)) for k in states)
    store.close()

"""Gates for training: each passes what is right and stops what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from carriers.tiny import write_carrier

from scenograph.adapters import gates
from scenograph.adapters.encode import Encoded, encode_task
from scenograph.adapters.gates import NAMES, check_before_training, gates_of, training_gates
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.domains import load_domain
from scenograph.errors import TrainingError


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> LocalCarrier:
    return load_carrier(write_carrier(tmp_path_factory.mktemp("carrier") / "qwen2", "qwen2"))


def examples(carrier: LocalCarrier, count: int = 12) -> list[Encoded]:
    tasks = list(islice(domain_tasks(load_domain(), 1), count))
    adapters = sorted({task.adapter for task in tasks})
    return [encode_task(task, carrier.vocabulary, adapters) for task in tasks]


def failed(found: Iterable[Any]) -> dict[str, str]:
    return {verdict.gate: verdict.found for verdict in found if verdict.state == "failed"}


@pytest.mark.parametrize("family", ["qwen3", "llama", "mixtral", "gemma3_text"])
def test_tasks_of_the_world_pass_on_every_kind_of_carrier(tmp_path: Path, family: str) -> None:
    found = list(training_gates(load_carrier(write_carrier(tmp_path / family, family))))
    assert [verdict.gate for verdict in found] == list(NAMES)
    # A tiny tokenizer spells some tasks in more than the 512 tokens that these carriers take.
    assert failed(found).keys() <= {"lengths"}


def test_an_answer_that_does_not_end_or_ends_early_is_found(carrier: LocalCarrier) -> None:
    good = examples(carrier)
    end = carrier.vocabulary.eos
    cut = good[1]._replace(ids=good[1].ids[:-1])
    assert (
        "1 answers do not end with ⟁eos, that of task 2"
        in failed(gates_of([good[0], cut], carrier))["answers"]
    )
    twice = good[0]._replace(ids=np.append(good[0].ids, np.int32(end)))
    assert "hold ⟁eos before they end" in failed(gates_of([twice, good[1]], carrier))["answers"]
    empty = good[0]._replace(ids=np.append(good[0].ids[: good[0].answer], np.int32(end)))
    assert "1 answers have no token" in failed(gates_of([good[1], empty], carrier))["answers"]


def test_an_end_that_is_padding_is_found(carrier: LocalCarrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(carrier.vocabulary._ids, "⟁pad", carrier.vocabulary.eos)
    assert "is the padding" in failed(gates_of(examples(carrier), carrier))["answers"]


def test_a_label_without_a_row_is_found(carrier: LocalCarrier) -> None:
    good = examples(carrier)
    weight = carrier.module.get_output_embeddings().weight
    label = int(good[0].ids[-2])
    row = weight[label].clone()
    with torch.no_grad():
        weight[label] = 0
    try:
        assert "1 tokens of answers have an empty row" in failed(gates_of(good, carrier))["answers"]
    finally:
        with torch.no_grad():
            weight[label] = row


def test_a_task_that_would_be_cut_is_found(carrier: LocalCarrier) -> None:
    good = examples(carrier)[0]
    long = good._replace(ids=np.concatenate([good.ids[:-1]] * 40 + [good.ids[-1:]]))
    assert "1 of 2 tasks are longer than 512 tokens" in failed(gates_of([good, long], carrier))["lengths"]


def test_a_leak_between_tasks_is_found(carrier: LocalCarrier, monkeypatch: pytest.MonkeyPatch) -> None:
    """A core that sees the other rows of a batch: every state gets a part of the mean over the rows."""
    few = [example for example in examples(carrier) if len(example.ids) < 300]
    assert not failed(gates_of(few, carrier))

    def leaking(_module: Any, _given: Any, out: Any) -> Any:
        states = out if isinstance(out, torch.Tensor) else out[0]
        mixed = states + 0.3 * states.mean((0, 1), keepdim=True)
        return mixed if isinstance(out, torch.Tensor) else (mixed, *out[1:])

    handle = carrier.module.model.layers[0].register_forward_hook(leaking)
    try:
        assert "changes by" in failed(gates_of(few, carrier))["packing"]
    finally:
        handle.remove()


def test_nothing_is_trained_while_a_gate_fails(
    carrier: LocalCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = list(islice(domain_tasks(load_domain(), 1), 6))
    monkeypatch.setattr(carrier, "max_length", 20)
    with pytest.raises(TrainingError, match=r"gates fail: lengths \(6 of 6 tasks"):
        check_before_training(carrier, tasks)
    assert gates.NAMES == ("answers", "lengths", "packing")

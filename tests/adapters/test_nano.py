"""On the real carrier: tasks of the world, batched generation, PEFT."""

from __future__ import annotations

import warnings
from itertools import islice
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from transformers import Qwen3ForCausalLM

from scenograph.adapters import AdapterSet, Recipe, train_adapters
from scenograph.carriers import NANO, LocalCarrier, load_carrier
from scenograph.carriers.generate import generate
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.tasks import Task
from scenograph.world import World

MIXTURE = {"read": 1.0, "speak": 1.0}
STYLES = ["plain", "poet"]


@pytest.fixture(scope="module")
def carrier() -> LocalCarrier:
    """The nano carrier."""
    return load_carrier("nano")


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    """Some tasks for three adapters."""
    return list(islice(domain_tasks(World(), 5, mixture=MIXTURE, styles=STYLES), 40))


@pytest.fixture(scope="module")
def adapters(
    carrier: LocalCarrier, tasks: list[Task], tmp_path_factory: pytest.TempPathFactory
) -> AdapterSet:
    """Three adapters after three steps, which must not change the carrier (law 6)."""
    folder = tmp_path_factory.mktemp("adapters")
    names = ["scene_interpreter", "decoder.plain", "decoder.poet"]
    train_adapters(carrier, tasks, adapters=names, folder=folder, rank=4, steps=3, recipe=Recipe(batch=1000))
    assert carrier.digest_now() == carrier.digest
    return AdapterSet.load(folder, carrier)


def prompts_of(carrier: LocalCarrier, tasks: list[Task]) -> tuple[list[list[int]], list[str], list[int]]:
    """Prompts, adapters and invocation positions of *tasks*."""
    prompts = [carrier.vocabulary.encode_prompt(task.prompt) for task in tasks]
    starts = [next(i for i, token in enumerate(prompt) if token in carrier.invocations) for prompt in prompts]
    return prompts, [task.adapter for task in tasks], starts


def test_mixed_rows_are_generated_as_if_each_were_alone(
    carrier: LocalCarrier, tasks: list[Task], adapters: AdapterSet
) -> None:
    prompts, names, starts = prompts_of(carrier, tasks[:6])
    assert len(set(names)) > 1
    shared = {"stop": carrier.vocabulary.eos, "max_new": 12, "adapters": adapters}
    together = generate(carrier.module, prompts, names=names, starts=starts, **shared)  # type: ignore[arg-type]
    for i, answer in enumerate(together):
        (alone,) = generate(
            carrier.module,
            prompts[i : i + 1],
            names=names[i : i + 1],
            starts=starts[i : i + 1],
            **shared,  # type: ignore[arg-type]
        )
        assert alone.ids == answer.ids
        assert alone.logprobs == pytest.approx(answer.logprobs, abs=1e-3)


def test_peft_says_the_same_about_a_real_prompt(
    carrier: LocalCarrier, tasks: list[Task], adapters: AdapterSet, tmp_path: Path
) -> None:
    adapters.export(tmp_path)
    task = next(task for task in tasks if task.adapter == "decoder.poet")
    (prompt,), names, starts = prompts_of(carrier, [task])
    ids = torch.tensor([prompt])
    with torch.no_grad(), adapters.active(carrier.module, names, starts):
        ours = carrier.module(ids).logits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT's own
        peft = PeftModel.from_pretrained(
            Qwen3ForCausalLM.from_pretrained(NANO, dtype=torch.float32), tmp_path / "decoder.poet"
        )
    with torch.no_grad():
        torch.testing.assert_close(peft(input_ids=ids).logits, ours, atol=1e-4, rtol=1e-4)

"""The nano carrier's own transformer is the one of transformers, which reading never imports."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import Qwen3ForCausalLM

from scenograph.carriers import NANO, LocalCarrier, load_carrier


@pytest.fixture(scope="module")
def nano() -> LocalCarrier:
    return load_carrier("nano")


@pytest.fixture(scope="module")
def reference() -> Any:
    return Qwen3ForCausalLM.from_pretrained(NANO, dtype=torch.float32).eval().requires_grad_(False)


def padded() -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and positions of rows padded on the left."""
    ids = torch.randint(0, 2000, (4, 30), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[0, :7], mask[2, :29] = 0, 0
    return ids, mask, (mask.cumsum(1) - 1).clamp(min=0)


def test_states_and_logits(nano: LocalCarrier, reference: Any) -> None:
    ids, mask, places = padded()
    options = {"attention_mask": mask, "position_ids": places, "output_hidden_states": True}
    with torch.no_grad():
        ours, theirs = nano.module(ids, **options), reference(ids, **options)
    real = mask.bool()
    torch.testing.assert_close(ours.logits[real], theirs.logits[real], atol=1e-4, rtol=1e-4)
    assert len(ours.hidden_states) == len(theirs.hidden_states)
    for own, other in zip(ours.hidden_states, theirs.hidden_states, strict=True):
        torch.testing.assert_close(own[real], other[real], atol=1e-4, rtol=1e-4)


def test_steps_with_a_cache_from_which_rows_leave(nano: LocalCarrier, reference: Any) -> None:
    ids, mask, places = padded()
    found: list[list[Tensor]] = [[], []]
    for logits, model in zip(found, (nano.module, reference), strict=True):
        with torch.no_grad():
            out = model(ids[:, :20], attention_mask=mask[:, :20], position_ids=places[:, :20], use_cache=True)
            cache, rows = out.past_key_values, torch.tensor([0, 1, 3])
            cache.batch_select_indices(rows)
            for begin, end in ((20, 23), (23, 24), (24, 30)):
                out = model(
                    ids[rows, begin:end],
                    attention_mask=mask[rows, :end],
                    position_ids=places[rows, begin:end],
                    past_key_values=cache,
                    use_cache=True,
                    logits_to_keep=1,
                )
                logits.append(out.logits)
            assert cache.get_seq_length() == 30
    torch.testing.assert_close(torch.cat(found[0]), torch.cat(found[1]), atol=1e-4, rtol=1e-4)


def test_gradients(nano: LocalCarrier, reference: Any) -> None:
    grads: list[Tensor] = []
    for model in (nano.module, reference):
        handles: list[Any] = []
        shift = torch.zeros(192, requires_grad=True)
        for block in model.model.layers:
            handles.append(block.mlp.register_forward_hook(lambda _, __, out, shift=shift: out + shift))
        ids, mask, places = padded()
        logits = model(ids, attention_mask=mask, position_ids=places).logits
        logits[mask.bool()].logsumexp(-1).sum().backward()
        for handle in handles:
            handle.remove()
        assert shift.grad is not None
        grads.append(shift.grad)
    torch.testing.assert_close(*grads, atol=1e-3, rtol=1e-4)


def test_weights_have_the_same_names(nano: LocalCarrier, reference: Any) -> None:
    theirs = dict(reference.named_parameters())
    assert set(theirs) == {name for name, _ in nano.module.named_parameters()}
    assert all(torch.equal(theirs[name], weight) for name, weight in nano.module.named_parameters())


def test_nano_loads_and_writes_without_transformers() -> None:
    program = """
import sys
from scenograph.adapters import AdapterSet
from scenograph.bridge import Bridge
from scenograph.carriers import load_carrier
carrier = load_carrier("nano")
assert carrier.states(["Oleg slept."])[0].states.shape[1] == 192
heavy = {"transformers", "peft", "torch._dynamo", "torch._inductor"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_protocol_costs_no_torch() -> None:
    program = """
import sys
import scenograph.adapters, scenograph.carriers, scenograph.carriers.protocol, scenograph.vocabulary
scenograph.carriers.FAMILIES, scenograph.carriers.NANO
heavy = {"torch", "transformers", "pymorphy3", "sentencepiece", "tokenizers"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

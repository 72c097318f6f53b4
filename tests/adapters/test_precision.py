"""What the core computes in, and how training goes where nothing is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from adapters.test_frozen import filled, learn
from adapters.tiny import FAMILIES, make_examples, tiny_model, weights_digest
from transformers import LlamaConfig, LlamaForCausalLM

from scenograph.adapters.defaults import defaults
from scenograph.adapters.frozen import FrozenCore
from scenograph.adapters.precision import has_fast_bfloat16, in_precision


@pytest.mark.parametrize("family", FAMILIES)
def test_a_core_in_bfloat16_gives_nearly_the_same_gradients_and_leaves_the_carrier(family: str) -> None:
    model = tiny_model(family)
    before = weights_digest(model)
    half = in_precision(model, "bfloat16")
    assert {parameter.dtype for parameter in half.parameters()} == {torch.bfloat16}
    assert all(mine is theirs for mine, theirs in zip(half.buffers(), model.buffers(), strict=True))
    tied = model.get_input_embeddings().weight is model.get_output_embeddings().weight
    assert tied == (half.get_input_embeddings().weight is half.get_output_embeddings().weight)
    lora, examples = filled(model, "invocation", 1), make_examples(18)
    exact = torch.cat([grad.flatten() for grad in learn(model, lora, examples, FrozenCore(model, 1))])
    rough = torch.cat([grad.flatten() for grad in learn(half, lora, examples, FrozenCore(half, 1))])
    assert rough.dtype == torch.float32
    # Gemma multiplies embeddings by the root of their length first: .955, and above .99 for the others.
    assert float(torch.cosine_similarity(exact, rough, dim=0)) > (0.9 if family == "gemma3_text" else 0.99)
    assert weights_digest(model) == before


def test_what_has_the_precision_asked_for_is_left_as_it_is() -> None:
    model = tiny_model()
    assert in_precision(model, "float32") is model
    assert in_precision(model, "auto") is model  # tiny
    half = tiny_model().to(torch.bfloat16)
    assert in_precision(half, "auto") is half


def test_size_decides_where_nothing_is_said(tmp_path: Path) -> None:
    config = LlamaConfig(vocab_size=60_000, hidden_size=576, intermediate_size=64, num_hidden_layers=1)
    large = LlamaForCausalLM(config)
    auto = in_precision(large, "auto").get_input_embeddings().weight.dtype
    assert auto == (torch.bfloat16 if has_fast_bfloat16(torch.device("cpu")) else torch.float32)
    found = defaults(large, tmp_path / "not" / "there")
    assert found.learning_rate == pytest.approx(1.32e-3, rel=0.01)
    assert found.batch == 1024
    assert 0 < found.cache <= 4 << 30
    assert defaults(tiny_model(), tmp_path) == (3e-3, 4096, 0)

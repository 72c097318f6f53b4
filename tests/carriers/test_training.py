"""Every family goes the whole way: gates, a step of training, export, and PEFT's own logits."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch
from carriers.tiny import write_carrier
from peft import PeftModel
from transformers import AutoModelForCausalLM

from scenograph.adapters import AdapterSet, Recipe, train_adapters
from scenograph.carriers import FAMILIES, LocalCarrier, load_carrier
from scenograph.carriers.gates import check
from scenograph.carriers.options import QUANTISATIONS
from scenograph.core import Scene
from scenograph.corpus.tasks import Task

NAMES = ("scene_interpreter.plain", "decoder.poet")
RECIPE = Recipe(batch=256, width=128)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def tasks() -> list[Task]:
    """Two sentences, to be read and to be said."""
    made: list[Task] = []
    for word, text in (("bridge", "Marta built the bridge."), ("wait", "Марта ждёт.")):
        scene = Scene.build([word])
        given, said = ("scene", f"( {word})"), ("text", text)
        made.append(Task("read", NAMES[0], "en", "plain", (said, ("command", "⟁read")), given, scene))
        made.append(Task("speak", NAMES[1], "en", "poet", (given, ("command", "⟁say:poet")), said, scene))
    return made


def trained(carrier: LocalCarrier, folder: Path, **settings: object) -> AdapterSet:
    train_adapters(
        carrier, tasks(), adapters=NAMES, folder=folder, steps=2, recipe=RECIPE, rank=4, **settings
    )
    return AdapterSet.load(folder, carrier)


@pytest.mark.filterwarnings("ignore")  # PEFT's own
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_passes_the_gates_trains_and_is_exported(family: str, tmp_path: Path) -> None:
    folder = write_carrier(tmp_path / family, family)
    assert {verdict.state for verdict in check(folder)} == {"passed", "not checked"}

    carrier = load_carrier(folder)
    before = carrier.digest_now()
    adapters = trained(carrier, tmp_path / "adapters", activation="always")
    assert carrier.digest_now() == before
    assert all(bool(pair.b.any()) for pair in adapters.lora.pairs.values())

    # What PEFT makes of the plain model has no rows for atoms, so the text has none.
    ids = torch.tensor([carrier.vocabulary.encode_text("Marta. Марта.")])
    plain = AutoModelForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        bare = plain(ids).logits
        theirs = PeftModel.from_pretrained(plain, tmp_path / "adapters" / NAMES[1])(input_ids=ids).logits
        with adapters.active(carrier.module, [NAMES[1]], [0]):
            ours = carrier.module(ids).logits[..., : theirs.shape[-1]]
    torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)
    assert (theirs - bare).abs().max() > 2 * (ours - theirs).abs().max()


@pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("quantisation", QUANTISATIONS)
@pytest.mark.parametrize("family", ["qwen2", "mixtral"])
def test_adapters_train_over_few_bits(family: str, quantisation: str, tmp_path: Path) -> None:
    carrier = load_carrier(write_carrier(tmp_path / family, family), quantisation=quantisation)
    before = carrier.digest_now()
    adapters = trained(carrier, tmp_path / "adapters")
    assert carrier.digest_now() == before
    assert all(bool(pair.b.any() and pair.b.isfinite().all()) for pair in adapters.lora.pairs.values())


@pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("quantisation", "near"), [("4bit", 0.9999), ("8bit", 0.99)])
def test_gradients_go_through_few_bits(quantisation: str, near: float, tmp_path: Path) -> None:
    from bitsandbytes.functional import dequantize_4bit

    folder = write_carrier(tmp_path / "llama", "llama")
    few, plain = load_carrier(folder, quantisation=quantisation).module, load_carrier(folder).module
    for name, parameter in few.named_parameters():
        state = getattr(parameter, "quant_state", None)
        if state is not None:
            plain.get_parameter(name).data = dequantize_4bit(parameter.data, state)
    found: list[torch.Tensor] = []
    for model in (few, plain):
        states = model.get_input_embeddings()(torch.tensor([[3, 5, 7, 11]])).detach().requires_grad_()
        model(inputs_embeds=states).logits.float().square().sum().backward()
        assert states.grad is not None
        found.append(states.grad.flatten())
    assert torch.nn.functional.cosine_similarity(*found, dim=0) > near


def test_a_carrier_in_bfloat16_trains_with_layers_computed_twice(tmp_path: Path) -> None:
    carrier = load_carrier(write_carrier(tmp_path / "llama", "llama"), dtype="bfloat16")
    once = trained(carrier, tmp_path / "once")
    twice = trained(carrier, tmp_path / "twice", checkpointing=True)
    assert once.manifest.files == twice.manifest.files

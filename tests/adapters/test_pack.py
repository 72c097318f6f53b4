"""An exported vocabulary pack: plain transformers and PEFT load it, spell the same and compute the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from adapters.tiny import filled
from carriers.tiny import write_carrier
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from peft import PeftModel
from strategies import scenes
from transformers import AutoModelForCausalLM, AutoTokenizer

from scenograph.adapters import AdapterSet, Manifest
from scenograph.adapters.distil import distil
from scenograph.adapters.manifest import Fit
from scenograph.adapters.pack import write_pack, written
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.core import Scene, linearise
from scenograph.errors import VocabularyError
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.vocabulary import Prompt, Segment
from scenograph.world import World

FAMILIES = ("qwen2", "qwen3", "llama", "gemma3_text")  # both kinds of tokenizer, tied and not
texts = st.text(st.one_of(st.sampled_from("aZя Ё\n\t:()\"'=~7_é "), st.characters(codec="utf-8"))).filter(
    lambda text: not set(text) & set("⟁▁")
)


def learned(folder: Path, family: str) -> LocalCarrier:
    """A carrier whose atoms have rows that are no means."""
    carrier = load_carrier(write_carrier(folder / family, family))
    scene = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (r / bridge))')
    pairs: list[tuple[Prompt, Segment]] = [
        (speak_prompt(scene, "poet", "en").prompt, ("text", "Oleg built a bridge.")),
        (read_prompt("Oleg built a bridge.").prompt, ("scene", linearise(scene))),
    ]
    rows = distil(carrier, pairs, steps=2).rows
    return carrier.with_vocabulary(carrier.vocabulary.with_rows(rows))


@pytest.fixture(scope="module", params=FAMILIES)
def exported(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalCarrier, Path]:
    folder = tmp_path_factory.mktemp("pack")
    carrier = learned(folder, request.param)
    write_pack(folder / "pack", carrier)
    return carrier, folder


def loaded(folder: Path, family: str, size: int) -> Any:
    """The carrier with the pack, as a stranger loads them."""
    model: Any = AutoModelForCausalLM.from_pretrained(folder / family)
    model.resize_token_embeddings(size, mean_resizing=False)
    return PeftModel.from_pretrained(model, folder / "pack").merge_and_unload()


@pytest.mark.filterwarnings("ignore")  # PEFT's own
def test_plain_transformers_and_peft_compute_the_same(exported: tuple[LocalCarrier, Path]) -> None:
    carrier, folder = exported
    tokenizer = AutoTokenizer.from_pretrained(folder / "pack")
    scene = next(iter(World().scenes(1, seed=5)))
    prompt = speak_prompt(scene, "poet", "ru").prompt
    spelt = carrier.vocabulary.encode_prompt(prompt)
    assert tokenizer(written(carrier.vocabulary, prompt)).input_ids == spelt
    model = loaded(folder, carrier.family, carrier.vocabulary.size).eval()
    ids = torch.tensor([spelt])
    with torch.inference_mode():
        assert torch.equal(model(ids).logits, carrier.module(ids).logits)
    table = carrier.module.get_input_embeddings().weight
    assert torch.equal(model.get_input_embeddings().weight, table)

    invocation = carrier.vocabulary.id("⟁say:poet")
    lora = filled(carrier.module)
    name = lora.shape.names[0]
    manifest = Manifest(
        carrier.name, Fit.of(carrier), lora.shape, {}, {key: [invocation] for key in lora.shape.names}, {}
    )
    AdapterSet(lora, manifest).export(folder / "adapters")
    both = PeftModel.from_pretrained(model, folder / "adapters" / name).eval()
    with torch.inference_mode(), lora.active(carrier.module, [name], [spelt.index(invocation)]):
        ours = carrier.module(ids).logits
    with torch.inference_mode():
        torch.testing.assert_close(both(input_ids=ids).logits, ours, atol=1e-4, rtol=1e-4)


@given(scenes(), texts, st.sampled_from(["plain", "poet"]))
@settings(suppress_health_check=list(HealthCheck))
def test_the_exported_tokenizer_spells_as_the_vocabulary(
    exported: tuple[LocalCarrier, Path], scene: Scene, text: str, style: str
) -> None:
    carrier, folder = exported
    vocabulary, tokenizer, linear = carrier.vocabulary, plain_tokenizer(folder / "pack"), linearise(scene)
    assume(not set(linear) & set("⟁▁"))
    prompts: list[Prompt] = [
        (("scene", linear), ("command", f"⟁say:{style}"), ("command", "⟁en")),
        (("text", text), ("text", "Oleg slept."), ("command", "⟁read")),
    ]
    for prompt in prompts:
        assert tokenizer(written(vocabulary, prompt)).input_ids == vocabulary.encode_prompt(prompt)


@cache
def plain_tokenizer(folder: Path) -> Any:
    return AutoTokenizer.from_pretrained(folder)


def test_what_has_no_plain_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="letter by letter"):
        write_pack(tmp_path, load_carrier("nano"))
    assert not any(tmp_path.iterdir())

"""A GGUF file that llama.cpp runs, against the same weights in this process."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from carriers.gguf_files import wordy, write_gguf
from hypothesis import given
from hypothesis import strategies as st

from scenograph.adapters.export import write_adapter as export_peft
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.shape import Shape
from scenograph.bridge.forms import SceneForm, TextForm
from scenograph.bridge.grammar import domain_grammar, open_grammar
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.carriers.borrow import with_borrowed_tokens
from scenograph.carriers.gguf.adapter import LoraWeights, read_peft, write_adapter
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.runtime import has_runtime
from scenograph.carriers.gguf.served import Drafted, GgufCarrier, mass_of
from scenograph.carriers.protocol import Candidate, Job
from scenograph.errors import CarrierError
from scenograph.prompts import read_prompt, scene_segment, speak_prompt
from scenograph.vocabulary import Vocabulary
from scenograph.vocabulary.atoms import DO
from scenograph.world import World

pytestmark = pytest.mark.skipif(not has_runtime(), reason="xllamacpp is not installed")

READER, POET = "scene_interpreter", "decoder.poet"


class Both(NamedTuple):
    """The same carrier twice."""

    local: LocalCarrier
    served: GgufCarrier


class Adapters:
    """Two adapters that differ from one another and from nothing."""

    names = (READER, POET)

    def __init__(self, carrier: LocalCarrier) -> None:
        self.lora = GroupedLora.fresh(Shape(self.names, 4, 8.0), carrier.module, seed=3)
        generator = torch.Generator().manual_seed(5)
        for pair in self.lora.pairs.values():
            pair.b.data.normal_(0, 0.2, generator=generator)
        self.active, self.before = self.lora.active, self.lora.before


@pytest.fixture(scope="module", params=["llama", "qwen2"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A tiny random file with two adapters."""
    root = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
        path = write_gguf(root / "model.gguf", request.param, tokenizer=wordy(request.param))
        bare = load_carrier(path)
    table = bare.module.get_input_embeddings().weight[: bare.own_rows]
    local = bare.with_vocabulary(with_borrowed_tokens(bare.vocabulary, table))
    adapters = Adapters(local)
    files: dict[str, Path] = {}
    for name in adapters.names:
        export_peft(root / name, adapters.lora, name, carrier=str(path), invocation=None)
        lora = replace(read_peft(root / name), invocation=(local.vocabulary.id(DO),))
        files[name] = root / f"{name}.gguf"
        write_adapter(files[name], lora, GgufFile.read(path), name=name)
    served = GgufCarrier(path, local.vocabulary, files)
    yield Both(local.with_adapters(adapters), served)
    served.close()


def jobs(adapted: bool) -> list[Job]:
    """Scenes under a closed grammar and an open one, texts with names of a scene and without."""
    world = World()
    scenes = list(world.scenes(2, seed=9))
    found: list[Job] = []
    for scene in scenes:
        read, said = read_prompt(world.say(scene, "plain", "en")), speak_prompt(scene, "poet", "en")
        closed = SceneForm(domain_grammar(world), 64, frozenset({"Oleg", "Анна"}))
        found += [
            Job(read.prompt, READER if adapted else None, closed),
            Job(read.prompt, READER if adapted else None, SceneForm(open_grammar(), 48)),
            Job(said.prompt, POET if adapted else None, TextForm(12, scene, "en", world.names)),
            Job(said.prompt, POET if adapted else None, TextForm(12)),
        ]
    return found


@pytest.mark.parametrize("adapted", [False, True])
def test_what_is_written_is_what_the_same_weights_write_here(both: Both, adapted: bool) -> None:
    expected, found = (carrier.write(jobs(adapted)) for carrier in both)
    assert [it.text for it in found] == [it.text for it in expected]
    assert [it.was_cut for it in found] == [it.was_cut for it in expected]
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours.logprobs, theirs.logprobs, atol=0.06)


def test_adapters_change_what_is_written(both: Both) -> None:
    plain, adapted = (both.served.write(jobs(which)) for which in (False, True))
    assert all(a.text != b.text for a, b in zip(plain, adapted, strict=True))


@pytest.mark.parametrize("adapted", [False, True])
def test_scores_are_those_of_the_same_weights(both: Both, adapted: bool) -> None:
    world = World()
    candidates: list[Candidate] = []
    for scene in world.scenes(3, seed=4):
        text = world.say(scene, "plain", "ru")
        read, said = read_prompt(text), speak_prompt(scene, "poet", "ru")
        candidates.append(Candidate(read.prompt, READER if adapted else None, scene_segment(scene)))
        candidates.append(Candidate(said.prompt, POET if adapted else None, ("text", f"🜂 {text} ⟁7")))
    expected, found = both.local.score(candidates), both.served.score(candidates)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_what_it_is(both: Both) -> None:
    prompt = read_prompt("Oleg slept.").prompt
    assert both.served.length(prompt) == both.local.length(prompt)
    assert both.served.adapters == (READER, POET)
    assert both.served.atoms == both.local.atoms
    assert both.served.max_length == 512
    with pytest.raises(CarrierError, match=r"is served without the adapter 'decoder\.prose'"):
        both.served.score([Candidate(prompt, "decoder.prose", ("text", "a"))])


def test_a_prompt_that_is_too_long_is_refused_in_one_line(both: Both) -> None:
    prompt = read_prompt("Oleg slept. " * 300).prompt
    with pytest.raises(CarrierError, match=r"llama\.cpp refuses a request .* context size") as refusal:
        both.served.write([Job(prompt, READER, TextForm(5))])
    assert "\n" not in str(refusal.value)


def test_a_vocabulary_with_new_rows_is_refused(both: Both) -> None:
    vocabulary = both.local.vocabulary
    grown = Vocabulary(vocabulary.base, vocabulary.atoms)
    with pytest.raises(CarrierError, match=r"llama\.cpp takes no new rows"):
        GgufCarrier(Path(both.served.name), grown)


def test_an_adapter_of_another_model_is_refused_in_one_line(both: Both, tmp_path: Path) -> None:
    other = GgufFile.read(write_gguf(tmp_path / "gemma.gguf", "gemma3_text"))
    layer = "model.layers.5.self_attn.q_proj"
    rng = np.random.default_rng(0)
    factors = {"a": rng.normal(size=(4, 64)), "b": rng.normal(size=(64, 4))}
    lora = LoraWeights({layer: {kind: array.astype(np.float32) for kind, array in factors.items()}}, 8.0)
    write_adapter(tmp_path / "a.gguf", lora, other)
    with pytest.raises(CarrierError, match=r"llama\.cpp cannot load .* with a\.gguf") as refusal:
        GgufCarrier(Path(both.served.name), both.local.vocabulary, {READER: tmp_path / "a.gguf"})
    assert "\n" not in str(refusal.value)


@given(
    seed=st.integers(0, 9999), shown=st.integers(1, 40), share=st.floats(0.01, 1.0), flat=st.floats(0.1, 5)
)
def test_the_mass_of_what_is_allowed_lies_between_its_bounds(
    seed: int, shown: int, share: float, flat: float
) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=60) * flat
    logprobs = logits - np.log(np.exp(logits).sum())
    allowed = rng.random(60) < share
    allowed[rng.integers(60)] = True
    top = np.argsort(-logprobs)[:shown]
    token = int(np.flatnonzero(allowed)[np.argmax(logprobs[allowed])])
    drafted = Drafted(token, float(logprobs[token]), {int(i): float(logprobs[i]) for i in top})
    low, high = mass_of(drafted, allowed)
    assert low - 1e-6 <= math.fsum(np.exp(logprobs[allowed])) <= high + 1e-6

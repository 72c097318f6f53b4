"""Carriers of every family behind one interface, and what is refused."""

from __future__ import annotations

import gc
import importlib.util
import json
import shutil
import weakref
from pathlib import Path

import pytest
import torch
from carriers.gguf_files import write_gguf
from carriers.tiny import BYTE_LEVEL, TEXTS, sentencepiece_like, write_carrier

from scenograph.carriers import FAMILIES, LocalCarrier, load_carrier
from scenograph.carriers.generate import generate
from scenograph.carriers.options import QUANTISATIONS
from scenograph.carriers.protocol import Candidate
from scenograph.carriers.room import weight_bytes
from scenograph.carriers.shape import Shape
from scenograph.errors import CarrierError, MissingExtraError, VocabularyError
from scenograph.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("carriers")
    return {family: write_carrier(root / family, family) for family in FAMILIES}


@pytest.fixture(scope="module", params=sorted(FAMILIES))
def carrier(request: pytest.FixtureRequest, folders: dict[str, Path]) -> LocalCarrier:
    return load_carrier(folders[request.param])


def test_loads_frozen(carrier: LocalCarrier) -> None:
    assert carrier.family in FAMILIES
    assert not carrier.module.training
    assert not any(parameter.requires_grad for parameter in carrier.module.parameters())
    assert carrier.max_length == 512
    assert len(carrier.invocations) == 16


def test_text_comes_back_and_is_never_a_special_token(carrier: LocalCarrier) -> None:
    vocabulary = carrier.vocabulary
    for text in ("<s> </s> <|im_end|> <|endoftext|>", " Marta", "▁ ⟁say:poet Δ41 🜂\n", ""):
        ids = vocabulary.encode_text(text)
        assert vocabulary.decode(ids) == text
        assert not set(ids) & set(vocabulary.base.specials.values())


def test_atoms_stand_behind_the_carriers_own_rows(carrier: LocalCarrier) -> None:
    vocabulary = carrier.vocabulary
    assert vocabulary.base_size == carrier.own_rows
    for module in (carrier.module.get_input_embeddings(), carrier.module.get_output_embeddings()):
        weight = module.weight
        assert weight.shape[0] == vocabulary.size
        atom = vocabulary.id("⟁say:poet")
        expected = weight[vocabulary.gloss("⟁say:poet")].mean(0)
        torch.testing.assert_close(weight[atom], expected)


def test_the_carriers_own_bos_is_kept(carrier: LocalCarrier) -> None:
    rows = carrier.module.get_input_embeddings().weight
    own = carrier.vocabulary.base.specials.get("bos")
    assert (own is None) == (carrier.family in BYTE_LEVEL)
    if own is not None:
        assert torch.equal(rows[carrier.vocabulary.bos], rows[own])


def test_digest_is_over_own_weights(carrier: LocalCarrier, folders: dict[str, Path]) -> None:
    digest = carrier.digest
    again = load_carrier(folders[carrier.family])
    assert digest == again.digest == carrier.digest_now()
    wider = again.with_vocabulary(again.vocabulary.with_roles([":birth-place"]))
    assert wider.digest == wider.digest_now() == digest
    with torch.no_grad():
        again.module.get_input_embeddings().weight[0, 0] += 1
    assert again.digest_now() != digest


def test_generation_in_a_batch_is_generation_alone(carrier: LocalCarrier) -> None:
    vocabulary = carrier.vocabulary
    texts = [TEXTS[0], "Мост", TEXTS[1] + TEXTS[0]]
    prompts = [vocabulary.encode_prompt([("text", text), ("command", "⟁read")]) for text in texts]
    answers = generate(carrier.module, prompts, stop=vocabulary.eos, max_new=8, pad=vocabulary.pad)
    for prompt, answer in zip(prompts, answers, strict=True):
        ids = list(prompt)
        for token, logprob in zip(answer.ids, answer.logprobs, strict=True):
            with torch.inference_mode():
                logits = carrier.module(torch.tensor([ids])).logits[0, -1]
            assert int(logits.argmax()) == token
            assert float(logits.log_softmax(-1)[token]) == pytest.approx(logprob, abs=1e-3)
            ids.append(token)


@pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is not None, reason="bitsandbytes is installed")
@pytest.mark.parametrize("quantisation", QUANTISATIONS)
def test_few_bits_name_the_missing_package(folders: dict[str, Path], quantisation: str) -> None:
    with pytest.raises(MissingExtraError, match=r"scenograph\[quantise\]"):
        load_carrier(folders["llama"], quantisation=quantisation)


@pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("quantisation", QUANTISATIONS)
def test_few_bits(folders: dict[str, Path], quantisation: str) -> None:
    for folder in (folders["llama"], folders["mixtral"]):
        carrier = load_carrier(folder, quantisation=quantisation)
        prompt = carrier.vocabulary.encode_prompt([("text", "Мост"), ("command", "⟁read")])
        answers = generate(carrier.module, [prompt], stop=carrier.vocabulary.eos, max_new=3)
        assert len(answers[0].ids) <= 3
        assert carrier.digest == carrier.digest_now()
        whole = load_carrier(folder)
        assert carrier.digest != whole.digest
        shape = Shape.of_config(whole.module.config.to_dict(), "it")
        held = sum(tensor.nbytes for tensor in carrier.module.parameters() if tensor.dtype != torch.float32)
        found = sum(tensor.nbytes for tensor in carrier.module.parameters())
        assert weight_bytes(shape, "float32", quantisation) == pytest.approx(found, rel=0.02)
        assert held == shape.linear * (1 if quantisation == "8bit" else 0.5)


def test_the_attention_that_was_asked_for_is_used(folders: dict[str, Path]) -> None:
    for folder in (str(folders["llama"]), "nano"):
        eager, plain = load_carrier(folder, attention="eager"), load_carrier(folder)
        assert eager.module.config._attn_implementation == "eager"
        assert eager.digest == plain.digest
        [one], [other] = eager.states(["Мост"]), plain.states(["Мост"])
        assert one.states == pytest.approx(other.states, abs=1e-3)
    with pytest.raises(CarrierError, match="attention 'flash' needs"):
        load_carrier(folders["llama"], attention="flash")
    with pytest.raises(CarrierError, match="no attention 'blink'"):
        load_carrier(folders["llama"], attention="blink")


def test_refusals(folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(CarrierError, match=r"config\.json"):
        load_carrier(tmp_path)
    with pytest.raises(CarrierError, match="quantisation"):
        load_carrier(folders["llama"], quantisation="3bit")
    with pytest.raises(CarrierError, match="no device 'abacus'"):
        load_carrier(folders["llama"], device="abacus")
    if not torch.cuda.is_available():
        with pytest.raises(CarrierError, match="no GPU"):
            load_carrier(folders["llama"], device="cuda")


def test_other_architectures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}), encoding="utf-8")
    with pytest.raises(CarrierError, match="is a gpt2 model; carriers can be gemma3_text, llama"):
        load_carrier(tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_damaged_files_are_refused(folders: dict[str, Path], tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(folders["qwen2"], tmp_path / "damaged")
    (folder / name).write_bytes(b"\0" * 100)
    with pytest.raises(CarrierError) as refusal:
        load_carrier(folder)
    assert "\n" not in str(refusal.value)


def test_tokenizer_that_changes_texts_is_refused(tmp_path: Path) -> None:
    folder = write_carrier(tmp_path / "lossy", "llama", sentencepiece_like(byte_fallback=False))
    with pytest.raises(VocabularyError, match="changes text"):
        load_carrier(folder)


def test_vocabulary_of_another_carrier_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    llama, qwen = load_carrier(folders["llama"]), load_carrier(folders["qwen2"])
    with pytest.raises(VocabularyError, match="another carrier"):
        llama.with_vocabulary(qwen.vocabulary)


def test_hub_pack_comes_back(folders: dict[str, Path], tmp_path: Path) -> None:
    carrier = load_carrier(folders["llama"])
    carrier.vocabulary.save(tmp_path / "pack")
    loaded = Vocabulary.load(tmp_path / "pack")
    assert loaded.digest == carrier.vocabulary.digest
    assert loaded.encode_text("Мост ▁ 1931") == carrier.vocabulary.encode_text("Мост ▁ 1931")
    assert carrier.with_vocabulary(loaded).digest == carrier.digest


def test_two_vocabularies_over_one_base_stand_side_by_side(folders: dict[str, Path]) -> None:
    base = load_carrier(folders["llama"])
    prompts = [base.vocabulary.encode_prompt([("text", TEXTS[0]), ("command", "⟁read")])]
    alone = generate(base.module, prompts, stop=base.vocabulary.eos, max_new=6)
    first = base.with_vocabulary(base.vocabulary.with_roles([":birth-place", ":wingspan"]))
    rows = first.module.get_input_embeddings().weight.clone()
    second = base.with_vocabulary(base.vocabulary.with_roles([":genre"]))
    for carrier in (first, second):
        for table in (carrier.module.get_input_embeddings(), carrier.module.get_output_embeddings()):
            assert table.weight.shape[0] == carrier.vocabulary.size
        assert carrier.digest_now() == base.digest
    assert torch.equal(first.module.get_input_embeddings().weight, rows)
    assert generate(base.module, prompts, stop=base.vocabulary.eos, max_new=6) == alone
    own = dict(base.module.named_parameters())
    shared = dict(second.module.named_parameters())
    assert all(own[name] is shared[name] for name in own if "layers" in name)


def test_a_carrier_with_another_vocabulary_does_not_hold_the_first(folders: dict[str, Path]) -> None:
    base = load_carrier(folders["llama"])
    digest, held = base.digest, weakref.ref(base)
    wider = base.with_vocabulary(base.vocabulary.with_roles([":birth-place"]))
    del base
    gc.collect()
    assert held() is None
    assert wider.digest == wider.digest_now() == digest


def test_states_are_those_of_one_text_at_a_time(carrier: LocalCarrier) -> None:
    texts = [TEXTS[0], "Мост", TEXTS[1]]
    together = carrier.states(texts)
    for text, found in zip(texts, together, strict=True):
        [alone] = carrier.states([text])
        assert found.ends[-1] == len(text.encode())
        assert len(found.states) == len(found.ends)
        assert found.states == pytest.approx(alone.states, abs=1e-4)


@pytest.mark.parametrize("layer", [0, 1])
def test_states_after_a_layer_are_those_of_the_whole_forward(carrier: LocalCarrier, layer: int) -> None:
    [found] = carrier.states(["Мост"], layer)
    ids = torch.tensor([[carrier.vocabulary.bos, *carrier.vocabulary.encode_text("Мост")]])
    whole = carrier.module.base_model(input_ids=ids, output_hidden_states=True).hidden_states[layer]
    assert found.states == pytest.approx(whole[0, 1:].detach().float().numpy(), abs=1e-5)


def test_scores_are_the_logarithms_of_the_plain_forward(carrier: LocalCarrier) -> None:
    candidates = [
        Candidate((("text", text), ("command", "⟁read")), None, ("text", answer))
        for text, answer in ((TEXTS[0], "Мост"), ("Мост", TEXTS[1]), (TEXTS[1], ""))
    ]
    for candidate, scores in zip(candidates, carrier.score(candidates), strict=True):
        prompt = carrier.vocabulary.encode_prompt(candidate.prompt)
        answer = carrier.vocabulary.encode_answer(candidate.answer)
        with torch.no_grad():
            logits = carrier.module(torch.tensor([prompt + answer])).logits[0, len(prompt) - 1 : -1]
        expected = logits.log_softmax(-1).gather(1, torch.tensor(answer)[:, None])[:, 0].tolist()
        assert scores == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("spec", ["{folder}", "{folder}/missing", "./missing"])
def test_a_folder_without_a_model_is_no_hub_id(spec: str, tmp_path: Path) -> None:
    with pytest.raises(CarrierError, match=r"there is no .*config\.json; give the folder"):
        load_carrier(spec.format(folder=tmp_path))


@pytest.mark.parametrize("quantisation", [None, *QUANTISATIONS])
@pytest.mark.parametrize("kind", ["nano", "folder", "file"])
def test_what_is_too_large_is_refused_before_it_is_loaded(
    folders: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    quantisation: str | None,
) -> None:
    if quantisation is not None and importlib.util.find_spec("bitsandbytes") is None:
        pytest.skip("bitsandbytes is not installed")
    spec = {"nano": "nano", "folder": folders["mixtral"]}.get(kind) or write_gguf(
        tmp_path / "m.gguf", "llama"
    )
    monkeypatch.setattr("scenograph.carriers.room.free_memory", lambda device="cpu": 10_000)
    for loads in ("load._model", "load._nano", "place.converted"):
        monkeypatch.setattr(f"scenograph.carriers.{loads}", None)
    with pytest.raises(CarrierError, match=r"is too large: its weights need .* of memory are free"):
        load_carrier(spec, quantisation=quantisation)

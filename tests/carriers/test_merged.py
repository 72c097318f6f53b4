"""A repository with a LoRA only: it and the model under it are one frozen core."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from carriers.gguf_files import write_gguf
from carriers.hub import COMMITS, hub
from carriers.tiny import write_carrier
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from scenograph.carriers import load_carrier
from scenograph.carriers.fit import shapes
from scenograph.carriers.gates import check
from scenograph.carriers.merged import base_of
from scenograph.errors import CarrierError

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("scenograph.carriers.gguf.spelling.has_runtime", lambda: False)
    return tmp_path / "cache" / "scenograph"


def write_lora(folder: Path, base: Path, named: str | None = None, **more: object) -> Path:
    """Write a random LoRA over the model in *base*, whose configuration names *named*."""
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT's own
        model = get_peft_model(
            AutoModelForCausalLM.from_pretrained(base),
            LoraConfig(r=4, lora_alpha=8, target_modules=TARGETS, init_lora_weights=False),
        )
        model.save_pretrained(folder)
    change(folder, base_model_name_or_path=named or str(base), **more)
    return folder


def change(folder: Path, **more: object) -> None:
    path = folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


@pytest.mark.parametrize("family", ["llama", "mistral", "qwen2"])
def test_the_core_is_the_model_with_the_lora(tmp_path: Path, family: str) -> None:
    base = write_carrier(tmp_path / "base", family)
    lora = write_lora(tmp_path / "lora", base)
    carrier = load_carrier(lora)
    plain = AutoModelForCausalLM.from_pretrained(base)
    ids = torch.tensor([[3, 5, 7, 11]])
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT's own
        ours, bare = carrier.module(ids).logits, plain(ids).logits
        theirs = PeftModel.from_pretrained(plain, lora)(input_ids=ids).logits
    size = theirs.shape[-1]
    torch.testing.assert_close(ours[..., :size], theirs, atol=1e-4, rtol=1e-4)
    assert (ours[..., :size] - bare).abs().max() > 0.1
    assert {verdict.state for verdict in check(lora)} == {"passed", "not checked"}
    assert [shape for _, shape in shapes([str(lora)])] == [shape for _, shape in shapes([str(base)])]


def test_the_digest_covers_both(tmp_path: Path) -> None:
    base = write_carrier(tmp_path / "base", "llama")
    lora = write_lora(tmp_path / "lora", base)
    first = load_carrier(lora)
    assert first.digest == load_carrier(lora).digest == first.digest_now()
    assert first.digest != load_carrier(base).digest
    for changed, name in ((base, "model.safetensors"), (lora, "adapter_model.safetensors")):
        tensors = load_file(changed / name)
        next(tensors[key] for key in tensors if "layers.0" in key and "q_proj" in key)[0, 0] += 1
        save_file(tensors, changed / name, {"format": "pt"})
        again = load_carrier(lora)
        assert again.digest != first.digest
        first = again


def test_it_is_merged_once(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lora = write_lora(tmp_path / "lora", write_carrier(tmp_path / "base", "llama"))
    digest = load_carrier(lora).digest
    [made] = (cache / "merged").glob("*-float32")
    with monkeypatch.context() as patched:
        patched.setattr("scenograph.carriers.merged._merge", None)
        assert load_carrier(lora).digest == digest
    (made / "model.safetensors").write_bytes(b"torn")
    assert load_carrier(lora).digest == digest


def test_its_own_tokenizer_is_taken(tmp_path: Path) -> None:
    base = write_carrier(tmp_path / "base", "qwen2")
    lora = write_lora(tmp_path / "lora", base)
    for file in base.glob("tokenizer*"):
        (lora / file.name).write_bytes(file.read_bytes())
        file.unlink()
    assert load_carrier(lora).vocabulary.decode(load_carrier(lora).vocabulary.encode_text("Мост")) == "Мост"


def test_the_model_under_it_may_be_a_file_an_adapter_or_elsewhere(tmp_path: Path, cache: Path) -> None:
    file = write_gguf(tmp_path / "model.gguf", "llama")
    folder = load_carrier(file) and next((cache / "gguf").glob("*-float32"))
    lora = write_lora(tmp_path / "lora", folder, named="nobody/has-this")
    with pytest.raises(CarrierError, match=r"is a LoRA over nobody/has-this, and that is not here: .*--over"):
        load_carrier(lora)
    assert load_carrier(lora, over=str(file)).digest == load_carrier(lora, over=str(folder)).digest
    second = write_lora(tmp_path / "second", folder, named=str(lora))
    change(lora, base_model_name_or_path=str(folder))
    assert load_carrier(second).digest not in {load_carrier(lora).digest, load_carrier(folder).digest}
    change(lora, base_model_name_or_path=str(second))
    with pytest.raises(CarrierError, match="over adapters without end"):
        load_carrier(second)


def test_both_may_come_from_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from carriers.test_hub import reach
    from huggingface_hub import constants

    base = write_carrier(tmp_path / "base", "llama")
    lora = write_lora(tmp_path / "lora", base, named="org/base", revision="v1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with hub({"org/lora": {"main": lora}, "org/base": {"v1": base}}) as (address, _):
        reach(monkeypatch, address)
        assert load_carrier("org/lora").digest == load_carrier(lora, over=str(base)).digest
        assert load_carrier("org/lora", over=f"org/base@{COMMITS['v1']}").family == "llama"


def test_a_mind_names_both(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from scenograph.cli import app
    from scenograph.mind.carrier import bare_carrier, carrier_files
    from scenograph.mind.workspace import Workspace

    base = write_carrier(tmp_path / "base", "llama")
    lora = write_lora(tmp_path / "lora", base, named="nobody/has-this")
    mind = tmp_path / "mind"
    assert (
        CliRunner().invoke(app, ["init", str(mind), "--carrier", str(lora), "--over", str(base)]).exit_code
        == 0
    )
    workspace = Workspace(mind)
    assert bare_carrier(workspace).family == "llama"
    assert {"adapter_model.safetensors", "over/model.safetensors"} <= set(carrier_files(workspace))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda lora: change(lora, peft_type="IA3"), "is a IA3 adapter; only a LoRA"),
        (lambda lora: change(lora, alora_invocation_tokens=[7]), "from an invocation token on"),
        (lambda lora: change(lora, base_model_name_or_path=None), "does not say which model it is over"),
        (lambda lora: change(lora, target_modules=["nothing"]), "does not fit the model under it"),
        (lambda lora: change(lora, r=5), "does not fit the model under it"),
        (lambda lora: (lora / "adapter_model.safetensors").unlink(), "but no adapter_model.safetensors"),
        (lambda lora: (lora / "adapter_model.safetensors").write_bytes(b"torn"), "does not fit"),
        (lambda lora: (lora / "adapter_config.json").write_text("{"), "is damaged"),
    ],
)
def test_what_cannot_be_merged_is_one_line(
    tmp_path: Path, cache: Path, harm: Callable[[Path], object], message: str
) -> None:
    lora = write_lora(tmp_path / "lora", write_carrier(tmp_path / "base", "llama"))
    harm(lora)
    with pytest.raises(CarrierError, match=message) as refusal:
        load_carrier(lora)
    assert "\n" not in str(refusal.value)
    assert not [path for path in (cache / "merged").glob("*") if path.is_dir()]


def test_a_lora_over_another_model_is_refused(tmp_path: Path) -> None:
    lora = write_lora(tmp_path / "lora", write_carrier(tmp_path / "base", "llama"))
    other = write_carrier(tmp_path / "other", "gemma3_text")
    with pytest.raises(CarrierError, match="does not fit the model under it"):
        load_carrier(lora, over=str(other))


def test_too_large_a_model_under_it_is_refused_before_it_is_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lora = write_lora(tmp_path / "lora", write_carrier(tmp_path / "base", "llama"))
    monkeypatch.setattr("scenograph.carriers.room.free_memory", lambda device="cpu": 1000)
    monkeypatch.setattr("scenograph.carriers.merged._merge", None)
    with pytest.raises(CarrierError, match="is too large"):
        load_carrier(lora)


def test_the_revision_of_the_model_under_it_is_kept(tmp_path: Path) -> None:
    lora = write_lora(tmp_path / "lora", write_carrier(tmp_path / "base", "llama"), "org/base", revision="v2")
    assert base_of(lora, "it") == "org/base@v2"

"""Adapters as GGUF files: a round trip in every family, and what is refused."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from adapters.tiny import filled
from carriers.gguf_files import ARCHITECTURES, write_gguf
from hypothesis import given
from hypothesis import strategies as st
from peft import PeftModel
from strategies import dear
from transformers import AutoModelForCausalLM

from scenograph.adapters.export import write_adapter as export_peft
from scenograph.carriers.gguf.adapter import (
    LoraWeights,
    read_adapter,
    read_peft,
    write_adapter,
    write_peft,
)
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.layout import steps
from scenograph.errors import AdapterError, CarrierError


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, GgufFile]:
    """One file of each architecture."""
    root = tmp_path_factory.mktemp("gguf")
    return {name: GgufFile.read(write_gguf(root / f"{name}.gguf", name)) for name in ARCHITECTURES}


def random_lora(base: GgufFile, rank: int, seed: int = 0, share: float = 1.0) -> LoraWeights:
    """An adapter of a part of the layers of *base*."""
    rng = np.random.default_rng(seed)
    matrices = [s for s in steps(base) if s.name.endswith("_proj.weight")]
    chosen = matrices[: max(1, int(share * len(matrices)))]
    layers = {
        step.name.removesuffix(".weight"): {
            "a": rng.normal(size=(rank, step.shape[1])).astype(np.float32),
            "b": rng.normal(size=(step.shape[0], rank)).astype(np.float32),
        }
        for step in chosen
    }
    return LoraWeights(layers, float(rng.integers(1, 64)), (7,) if seed % 2 else ())


def assert_same(found: LoraWeights, expected: LoraWeights) -> None:
    """Equal number for number."""
    assert (found.alpha, found.invocation, found.rank) == (expected.alpha, expected.invocation, expected.rank)
    assert set(found.layers) == set(expected.layers)
    for path, factors in expected.layers.items():
        for kind, array in factors.items():
            np.testing.assert_array_equal(found.layers[path][kind], array, err_msg=f"{path} {kind}")


@dear
@given(
    family=st.sampled_from(ARCHITECTURES),
    rank=st.integers(1, 9),
    seed=st.integers(0, 99),
    share=st.floats(0, 1),
)
def test_reading_undoes_writing(
    bases: dict[str, GgufFile],
    tmp_path_factory: pytest.TempPathFactory,
    family: str,
    rank: int,
    seed: int,
    share: float,
) -> None:
    folder = tmp_path_factory.mktemp("adapter")
    lora = random_lora(bases[family], rank, seed, share)
    write_adapter(folder / "a.gguf", lora, bases[family])
    back = read_adapter(folder / "a.gguf", bases[family])
    assert_same(back, lora)
    write_peft(folder / "peft", back, "base")
    assert_same(read_peft(folder / "peft"), lora)


def test_what_was_trained_is_what_peft_loads_after_both_ways(
    bases: dict[str, GgufFile], tmp_path: Path
) -> None:
    base = bases["llama"]
    hub = base.path.with_suffix(".hub")
    model = AutoModelForCausalLM.from_pretrained(hub).double()  # no rounding: float32 differs by 1.7e-5
    lora = filled(model, "always")
    export_peft(tmp_path / "ours", lora, "reader", carrier=str(hub), invocation=None)
    write_adapter(tmp_path / "a.gguf", read_peft(tmp_path / "ours"), base)
    write_peft(tmp_path / "back", read_adapter(tmp_path / "a.gguf", base), str(hub))
    ids = torch.arange(3, 40)[None]
    with torch.inference_mode(), lora.active(model, ["reader"], [0]):
        expected = model(ids).logits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT's own
        theirs = PeftModel.from_pretrained(model, str(tmp_path / "back")).double().eval()
    with torch.inference_mode():
        found = theirs(ids).logits
    torch.testing.assert_close(found, expected, atol=1e-9, rtol=1e-9)


def test_only_llama_models_have_rows_in_pairs(bases: dict[str, GgufFile], tmp_path: Path) -> None:
    for family in ("llama", "qwen2"):
        lora = random_lora(bases[family], 4)
        write_adapter(tmp_path / "a.gguf", lora, bases[family])
        file = GgufFile.read(tmp_path / "a.gguf")
        q, v = (file.tensors[f"blk.0.attn_{kind}.weight.lora_b"] for kind in "qv")
        as_stored = [np.asarray(file.rows(info)).view(np.float32) for info in (q, v)]
        q_is_same = np.array_equal(as_stored[0], lora.layers["model.layers.0.self_attn.q_proj"]["b"])
        assert q_is_same == (family == "qwen2")
        np.testing.assert_array_equal(as_stored[1], lora.layers["model.layers.0.self_attn.v_proj"]["b"])


def test_the_file_says_what_it_is(bases: dict[str, GgufFile], tmp_path: Path) -> None:
    write_adapter(tmp_path / "a.gguf", random_lora(bases["qwen2"], 4, seed=1), bases["qwen2"], name="poet")
    said = GgufFile.read(tmp_path / "a.gguf").metadata
    assert said["general.type"] == "adapter"
    assert said["general.name"] == "poet"
    assert said["general.architecture"] == "qwen2"
    assert said["adapter.type"] == "lora"
    assert said["adapter.alora.invocation_tokens"] == [7]


# --- what is refused ----------------------------------------------------------------------------------------


@dear
@given(share=st.floats(0.0, 0.999))
def test_an_adapter_that_was_cut_short_is_refused(
    bases: dict[str, GgufFile], tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.gguf"
    write_adapter(path, random_lora(bases["llama"], 4), bases["llama"])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CarrierError, match=r"cut short|is no GGUF file") as refusal:
        read_adapter(path, bases["llama"])
    assert "\n" not in str(refusal.value)


def test_an_adapter_of_another_model_is_refused(bases: dict[str, GgufFile], tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    write_adapter(path, random_lora(bases["qwen2"], 4), bases["qwen2"])
    with pytest.raises(AdapterError, match=r"is an adapter of a qwen2 model, and .* is a llama model"):
        read_adapter(path, bases["llama"])
    gemma = random_lora(bases["gemma3_text"], 4)
    with pytest.raises(AdapterError, match=r"adapts model\.layers\.2\..*, which .*qwen2.gguf does not have"):
        write_adapter(tmp_path / "b.gguf", gemma, bases["qwen2"])
    wide = random_lora(bases["qwen2"], 4)
    wide.layers["model.layers.0.mlp.up_proj"]["b"] = np.zeros((99, 4), np.float32)
    with pytest.raises(AdapterError, match=r"is for another model: its .*up_proj has 99 × 64 numbers"):
        write_adapter(tmp_path / "b.gguf", wide, bases["qwen2"])
    assert not (tmp_path / "b.gguf").exists()


def test_a_model_is_no_adapter_and_an_adapter_is_no_model(bases: dict[str, GgufFile], tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="is no LoRA adapter: it is a model"):
        read_adapter(bases["llama"].path, bases["llama"])
    write_adapter(tmp_path / "a.gguf", random_lora(bases["llama"], 4), bases["llama"])
    with pytest.raises(CarrierError, match="is an adapter, no model"):
        list(steps(GgufFile.read(tmp_path / "a.gguf")))


def test_a_file_with_half_a_layer_is_refused(bases: dict[str, GgufFile], tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "half.gguf", "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_tensor("blk.0.attn_q.weight.lora_a", np.zeros((4, 64), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(AdapterError, match="q_proj has only one of its two factors"):
        read_adapter(tmp_path / "half.gguf", bases["qwen2"])


@pytest.mark.parametrize(
    ("setting", "value"), [("use_dora", True), ("modules_to_save", ["lm_head"]), ("rank_pattern", {"q": 2})]
)
def test_what_a_file_has_no_place_for_is_refused(
    bases: dict[str, GgufFile], tmp_path: Path, setting: str, value: object
) -> None:
    write_peft(tmp_path / "peft", random_lora(bases["qwen2"], 4), "base")
    config = tmp_path / "peft" / "adapter_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), setting: value}))
    with pytest.raises(AdapterError, match=f"uses {setting}, for which a GGUF adapter has no place"):
        read_peft(tmp_path / "peft")
    shutil.rmtree(tmp_path / "peft")
    with pytest.raises(OSError, match="No such file"):
        read_peft(tmp_path / "peft")

"""GGUF files as carriers: the same weights, the same answers; what is damaged is refused in one line."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from carriers.gguf_files import ARCHITECTURES, F16, Q8, write_gguf
from carriers.tiny import TEXTS
from hypothesis import example, given
from hypothesis import strategies as st
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from scenograph.carriers import load_carrier
from scenograph.carriers.gguf import convert, spelling
from scenograph.carriers.gguf.convert import converted
from scenograph.carriers.gguf.file import GgufFile, is_gguf
from scenograph.carriers.gguf.layout import config_of, steps
from scenograph.carriers.shape import Shape
from scenograph.errors import CarrierError, ScenographError, VocabularyError


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file of each architecture."""
    root = tmp_path_factory.mktemp("gguf")
    return {family: write_gguf(root / f"{family}.gguf", family) for family in ARCHITECTURES}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "scenograph" / "gguf"


# --- the same model -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ARCHITECTURES)
def test_a_file_is_the_carrier_that_it_was_made_from(files: dict[str, Path], family: str) -> None:
    carrier = load_carrier(files[family])
    original = AutoModelForCausalLM.from_pretrained(files[family].with_suffix(".hub"))
    assert carrier.family == family
    assert carrier.parameters == sum(p.numel() for p in original.parameters())
    ids = torch.tensor([list(range(3, 60))])
    with torch.inference_mode():
        expected = original(ids).logits
        found = carrier.module(ids).logits[..., : expected.shape[-1]]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("family", ARCHITECTURES)
def test_the_shape_counts_the_parameters(files: dict[str, Path], family: str) -> None:
    file = GgufFile.read(files[family])
    shape = Shape.of_config(config_of(file), family)
    assert shape.parameters == file.parameters == load_carrier(files[family]).parameters


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [Q8, F16], ids=["Q8_0", "F16"])
@pytest.mark.parametrize("family", ["llama", "qwen2", "gemma3_text"])
def test_weights_are_those_that_transformers_reads(
    tmp_path: Path, family: str, kind: gguf.GGMLQuantizationType
) -> None:
    path = write_gguf(tmp_path / "model.gguf", family, kind=kind)
    ours = load_file(converted(GgufFile.read(path)) / "model.safetensors")
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file=path.name).state_dict()
    assert set(theirs) - set(ours) <= {"lm_head.weight"}  # where it is the embedding
    for name, tensor in ours.items():
        assert torch.equal(tensor, theirs[name]), name


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_weights_come_in_the_type_that_was_asked_for(files: dict[str, Path], dtype: str) -> None:
    carrier = load_carrier(files["llama"], dtype=dtype)
    assert {str(p.dtype) for p in carrier.module.parameters()} == {f"torch.{dtype}"}
    assert carrier.digest == carrier.digest_now()


def test_what_was_loaded_can_be_saved_and_trained(files: dict[str, Path], tmp_path: Path) -> None:
    carrier = load_carrier(files["qwen2"])
    assert getattr(carrier.module.config, "quantization_config", None) is None
    carrier.module.save_pretrained(tmp_path / "saved")
    carrier.module.requires_grad_(True)
    ids = torch.tensor([[5, 6, 7]])
    carrier.module(ids, labels=ids).loss.backward()
    assert carrier.module.get_input_embeddings().weight.grad is not None


@pytest.mark.parametrize("theta", [10_000.0, 500_000.0])
def test_the_stretched_rotation_of_llama_3_is_found_again(
    files: dict[str, Path], tmp_path: Path, theta: float
) -> None:
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    scaling = {
        "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192, "rope_theta": theta,
    }  # fmt: skip
    config = LlamaConfig(hidden_size=64, num_attention_heads=4, rope_parameters=scaling)
    stretched, _ = ROPE_INIT_FUNCTIONS["llama3"](config, torch.device("cpu"))
    plain = 1 / theta ** (torch.arange(0, 16, 2) / 16)
    path = tmp_path / "llama.gguf"
    source = gguf.GGUFReader(files["llama"])
    writer = gguf.GGUFWriter(path, "llama")
    for field in source.fields.values():
        if not field.name.startswith(("GGUF.", "general.architecture", "llama.rope.freq_base")):
            inner = field.types[1] if len(field.types) > 1 else None
            writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=inner)
    writer.add_rope_freq_base(theta)
    for tensor in source.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.add_tensor("rope_freqs.weight", np.asarray(plain / stretched, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    model = load_carrier(path).module
    torch.testing.assert_close(model.model.rotary_emb.inv_freq, stretched, rtol=1e-4, atol=0.0)


# --- its tokenizer ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["llama", "qwen2", "gemma3_text"])
def test_texts_come_back(files: dict[str, Path], family: str) -> None:
    vocabulary = load_carrier(files[family]).vocabulary
    for text in (*TEXTS[:2], " ⟁7 Δ41 🜂\n\n  ", "<s> </s> <|endoftext|>", ""):
        assert vocabulary.decode(vocabulary.encode_text(text)) == text


def test_a_splitting_that_is_known_to_nobody_is_refused(
    files: dict[str, Path], tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spelling, "has_runtime", lambda: False)
    path = write_gguf(tmp_path / "odd.gguf", "qwen2", pre="deepseek-coder")
    with pytest.raises(CarrierError, match=r"splitting 'deepseek-coder', which is not known here") as refusal:
        load_carrier(path)
    assert "\n" not in str(refusal.value)
    assert not list(cache.glob("*-float32"))
    with pytest.raises(CarrierError, match="a splitting that it does not name"):
        load_carrier(write_gguf(tmp_path / "none.gguf", "qwen2", pre=None))


def test_single_digits_are_split_where_the_file_asks_for_it(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "digits.gguf", "qwen2", pre="smollm")
    tokenizer = spelling.tokenizer_of(GgufFile.read(path))
    assert [text for text, _ in tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str("in 1931")] == [
        "in", "Ġ", "1", "9", "3", "1",
    ]  # fmt: skip


# --- the cache ----------------------------------------------------------------------------------------------


def test_a_file_is_converted_once(
    files: dict[str, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_carrier(files["llama"])
    monkeypatch.setattr(convert, "steps", lambda _: pytest.fail("converted again"))
    copy = shutil.copy2(files["llama"], cache.parent / "of-another-name.gguf")
    assert load_carrier(files["llama"]).digest == load_carrier(copy).digest == first.digest
    assert len(list(cache.glob("*-float32"))) == 1


def test_a_conversion_that_was_stopped_leaves_nothing_to_be_used(
    files: dict[str, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = GgufFile.read(files["llama"])
    real, count = convert._write_tensor, 0

    def stopped(*arguments: object) -> None:
        nonlocal count
        count += 1
        if count == 5:
            raise KeyboardInterrupt
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(convert, "_write_tensor", stopped)
    with pytest.raises(KeyboardInterrupt):
        converted(file)
    assert [path.name for path in cache.iterdir()] == [".lock"]
    monkeypatch.setattr(convert, "_write_tensor", real)
    assert (converted(file) / "model.safetensors").is_file()


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "made.json", "config.json"])
def test_a_folder_with_a_damaged_file_is_made_anew(files: dict[str, Path], name: str) -> None:
    before = load_carrier(files["llama"]).digest
    folder = converted(GgufFile.read(files["llama"]))
    (folder / name).write_bytes((folder / name).read_bytes()[:-7])
    assert load_carrier(files["llama"]).digest == before


def test_a_folder_of_other_versions_is_made_anew(files: dict[str, Path]) -> None:
    file = GgufFile.read(files["llama"])
    folder = converted(file)
    made = json.loads((folder / "made.json").read_text())
    (folder / "made.json").write_text(json.dumps({**made, "by": [1, "gguf 0.1", *made["by"][2:]]}))
    assert json.loads((converted(file) / "made.json").read_text()) == made


def test_two_at_once_make_it_once(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    file, made = GgufFile.read(files["qwen3"]), []
    real = convert._make
    monkeypatch.setattr(convert, "_make", lambda *arguments: (made.append(1), real(*arguments)))
    folders: list[Path] = []
    threads = [threading.Thread(target=lambda: folders.append(converted(file))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(folders)) == len(made) == 1


# --- what is refused ----------------------------------------------------------------------------------------


@given(share=st.floats(0.0, 0.999))
def test_a_file_that_was_cut_short_is_refused_before_anything_is_made(
    files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    whole = files["qwen2"].read_bytes()
    path = tmp_path_factory.mktemp("cut") / "model.gguf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(CarrierError, match=r"cut short|is no GGUF file") as refusal:
        load_carrier(path)
    assert "\n" not in str(refusal.value)
    assert str(path) in str(refusal.value)


@given(place=st.integers(0, 3000), byte=st.integers(0, 255))
@example(place=396, byte=1)  # heads of one row
def test_damage_in_the_header_is_an_error_of_ours_or_none(
    files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, place: int, byte: int
) -> None:
    data = bytearray(files["llama"].read_bytes())
    data[place] = byte
    path = tmp_path_factory.mktemp("damaged") / "model.gguf"
    path.write_bytes(data)
    refusal, is_same_model = "", False
    try:
        file = GgufFile.read(path)
        Shape.of_config(config_of(file), "it")
        is_same_model = {step.source for step in steps(file)} == set(file.tensors)
    except ScenographError as error:
        refusal = str(error)
    assert refusal or is_same_model  # the byte did not matter for the shape of the model
    assert "\n" not in refusal


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (b"PK\x03\x04" + b"\0" * 100, "a zip archive"),
        (b"version https://git-lfs.example/spec/v1\noid sha256:00\n", "git lfs pull"),
        (b"<!doctype html><html>", "a web page"),
        ((40).to_bytes(8, "little") + b'{"a": 1}' + b" " * 100, "a safetensors file"),
        (b"just text", "whatever its name$"),
        (b"", "it has 0 bytes"),
    ],
)
def test_a_renamed_file_is_refused_by_what_it_is(tmp_path: Path, content: bytes, seems: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(CarrierError, match=seems):
        load_carrier(path)


def test_a_gguf_file_of_another_name_is_one_all_the_same(files: dict[str, Path], tmp_path: Path) -> None:
    path = shutil.copy2(files["qwen2"], tmp_path / "weights.bin")
    assert is_gguf(Path(path))
    assert load_carrier(path).family == "qwen2"


def test_unknown_architectures_parts_and_versions_are_refused(files: dict[str, Path], tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "clip.gguf", "clip")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(CarrierError, match="is a clip model; a GGUF file can be gemma3, llama, qwen2, qwen3"):
        load_carrier(tmp_path / "clip.gguf")
    part = write_gguf(tmp_path / "part.gguf", "llama", split__count=3)
    with pytest.raises(CarrierError, match="one of 3 parts; join them"):
        load_carrier(part)
    data = bytearray(files["llama"].read_bytes())
    data[4] = 9
    (tmp_path / "nine.gguf").write_bytes(data)
    with pytest.raises(CarrierError, match="GGUF version 9"):
        load_carrier(tmp_path / "nine.gguf")


def test_tensors_that_have_no_place_or_are_missing_are_refused(
    files: dict[str, Path], tmp_path: Path
) -> None:
    data = files["llama"].read_bytes()
    (tmp_path / "other.gguf").write_bytes(data.replace(b"blk.1.attn_v.weight", b"blk.1.attn_x.weight"))
    with pytest.raises(CarrierError, match=r"tensor blk\.1\.attn_x\.weight, for which a llama model has no"):
        load_carrier(tmp_path / "other.gguf")
    (tmp_path / "less.gguf").write_bytes(data.replace(b"output_norm.weight", b"rope_freqs_weight."))
    with pytest.raises(CarrierError, match=r"no place|no tensor"):
        load_carrier(tmp_path / "less.gguf")


def test_a_carrier_that_is_too_large_is_refused_before_it_is_made(
    files: dict[str, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenograph.carriers import room

    monkeypatch.setattr(room, "free_memory", lambda _: 100_000)
    for spec in (files["llama"], files["llama"].with_suffix(".hub")):
        with pytest.raises(CarrierError, match=r"too large: its weights need .* in float32, and 0\.0 GiB"):
            load_carrier(spec)
    assert not cache.exists()


def test_a_cache_without_room_is_named(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(files["llama"].parent)._replace(free=1000)
    monkeypatch.setattr(convert.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CarrierError, match="set XDG_CACHE_HOME to a larger disk"):
        load_carrier(files["llama"])


def test_a_type_that_does_not_exist_is_refused(files: dict[str, Path]) -> None:
    with pytest.raises(CarrierError, match="no type 'float8' for weights; choose from float32"):
        load_carrier(files["llama"], dtype="float8")


def test_a_tokenizer_that_changes_texts_is_refused(tmp_path: Path) -> None:
    from carriers.tiny import sentencepiece_like

    path = write_gguf(tmp_path / "lossy.gguf", "llama", tokenizer=sentencepiece_like(byte_fallback=False))
    with pytest.raises(VocabularyError, match="changes text"):
        load_carrier(path)


# --- real files ---------------------------------------------------------------------------------------------

REAL = Path(os.environ.get("SCENOGRAPH_GGUF", "../shared/models"))


@pytest.mark.slow
@pytest.mark.skipif(not (REAL / "smollm2.gguf").is_file(), reason="SCENOGRAPH_GGUF has no smollm2.gguf")
def test_smollm2_knows_a_capital() -> None:
    from scenograph.carriers.generate import generate

    carrier = load_carrier(REAL / "smollm2.gguf")
    assert carrier.parameters == 134_515_008
    ids = carrier.vocabulary.encode_text("The capital of France is")
    [answer] = generate(carrier.module, [ids], stop=carrier.vocabulary.eos, max_new=2)
    assert carrier.vocabulary.decode(answer.ids).startswith(" Paris")

"""Every gate passes what is right and stops what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from carriers.gguf_files import write_gguf
from carriers.tiny import sentencepiece_like, write_carrier

from scenograph.carriers import LocalCarrier, gates, load_carrier
from scenograph.carriers.gates import NAMES, Verdict, check, check_loaded
from scenograph.carriers.gguf import spelling
from scenograph.errors import CarrierError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder of this test's own, and no runtime: the tokenizers here are too small for it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(spelling, "has_runtime", lambda: False)


@pytest.fixture
def carrier(tmp_path: Path) -> LocalCarrier:
    return load_carrier(write_carrier(tmp_path / "qwen2", "qwen2"))


def states(verdicts: list[Verdict]) -> dict[str, str]:
    return {verdict.gate: verdict.state for verdict in verdicts}


def failed(carrier: LocalCarrier) -> dict[str, str]:
    return {verdict.gate: verdict.found for verdict in check_loaded(carrier) if verdict.state == "failed"}


def test_a_file_passes_every_gate(tmp_path: Path) -> None:
    template = "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}"
    path = write_gguf(tmp_path / "model.gguf", "qwen2", tokenizer__chat_template=template)
    found = list(check(path))
    assert states(found) == dict.fromkeys(NAMES, "passed")
    assert "not compared with llama.cpp" in next(v.found for v in found if v.gate == "splitting")


def test_a_folder_passes_what_can_be_checked(tmp_path: Path) -> None:
    found = states(list(check(write_carrier(tmp_path / "llama", "llama"))))
    assert set(found.values()) == {"passed", "not checked"}
    assert found["template"] == "not checked"


def test_nano_passes() -> None:
    assert {verdict.state for verdict in check("nano")} == {"passed", "not checked"}


@pytest.mark.parametrize(
    ("name", "content", "gate"), [("cut.gguf", b"GGUF\3\0\0\0", "file"), ("not.gguf", b"<html>", "file")]
)
def test_a_file_that_cannot_be_read_fails_and_the_rest_is_not_checked(
    tmp_path: Path, name: str, content: bytes, gate: str
) -> None:
    (tmp_path / name).write_bytes(content)
    found = states(list(check(tmp_path / name)))
    assert found[gate] == "failed"
    assert set(found.values()) == {"failed", "not checked"}


def test_an_unknown_splitting_fails(tmp_path: Path) -> None:
    found = states(list(check(write_gguf(tmp_path / "odd.gguf", "qwen2", pre="viking"))))
    assert found["splitting"] == "failed"
    assert found["glyphs"] == "not checked"


def test_a_tokenizer_that_changes_texts_fails(tmp_path: Path) -> None:
    folder = write_carrier(tmp_path / "lossy", "llama", sentencepiece_like(byte_fallback=False))
    [loading] = [verdict for verdict in check(folder) if verdict.gate == "loading"]
    assert loading.state == "failed"
    assert "changes text" in loading.found


def test_weights_that_are_no_numbers_fail(carrier: LocalCarrier) -> None:
    with torch.no_grad():
        next(carrier.module.model.layers[0].parameters())[0, 0] = torch.nan
    assert set(failed(carrier)) == {"numbers"}


def test_an_empty_row_fails(carrier: LocalCarrier) -> None:
    row = carrier.vocabulary.encode_text("x")[0]
    with torch.no_grad():
        carrier.module.get_output_embeddings().weight[row] = 0
    assert "'x' for one" in failed(carrier)["rows"]


def test_an_end_without_a_row_of_its_own_fails(carrier: LocalCarrier) -> None:
    weight = carrier.module.get_output_embeddings().weight
    with torch.no_grad():
        weight[carrier.vocabulary.eos] = weight[carrier.vocabulary.id("⟁sep")]
    assert failed(carrier) == {"end": "the end of an answer has the same row as '⟁sep'"}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("{% for m in messages %}{{ m.content | trim }}{% endfor %}", None),
        ("{% for m in messages %}{{ m.content | upper }}{% endfor %}", "it changes what was said"),
        ("{{ messages[7].content.x }}", "it cannot be filled in"),
    ],
)
def test_templates(tmp_path: Path, template: str, found: str | None) -> None:
    path = write_gguf(tmp_path / "model.gguf", "qwen2", tokenizer__chat_template=template)
    verdict = gates._template(gates.folder_of(path, gates.LoadOptions()))
    assert (verdict.state == "passed") == (found is None)
    assert (found or "") in verdict.found


def test_a_file_that_is_not_there_has_no_verdicts_and_in_an_empty_folder_nothing_passes(
    tmp_path: Path,
) -> None:
    with pytest.raises(CarrierError, match="there is no file"):
        next(check(tmp_path / "none.gguf"))
    assert "passed" not in states(list(check(tmp_path))).values()

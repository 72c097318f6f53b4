"""Tokenizers of GGUF files against llama.cpp itself."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from carriers.gguf_files import write_gguf

from scenograph.carriers import load_carrier
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.runtime import Runtime, has_runtime
from scenograph.carriers.gguf.spelling import compared, tokenizer_of
from scenograph.errors import CarrierError

pytestmark = pytest.mark.skipif(not has_runtime(), reason="xllamacpp is not installed")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("family", "pre"),
    [("qwen2", "qwen2"), ("qwen2", "smollm"), ("qwen2", "gpt-2"), ("qwen2", "llama-bpe"),
     ("llama", "default"), ("gemma3_text", "default")],
)  # fmt: skip
def test_texts_are_spelt_as_llama_cpp_spells_them(tmp_path: Path, family: str, pre: str) -> None:
    file = GgufFile.read(write_gguf(tmp_path / "model.gguf", family, pre=pre))
    found = compared(file, tokenizer_of(file), always=True)
    assert found.is_right, found.how


def test_a_splitting_that_is_not_rendered_rightly_is_refused(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "falcon.gguf", "qwen2", pre="falcon")
    with pytest.raises(CarrierError, match=r"spells \d+ of \d+ texts otherwise than llama\.cpp does"):
        load_carrier(path)


def test_what_llama_cpp_cannot_load_is_one_clear_line(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "odd.gguf", "qwen2", pre="no-such-splitting")
    with pytest.raises(CarrierError, match=r"llama\.cpp cannot load .*odd\.gguf") as refusal, Runtime(path):
        pass
    assert "\n" not in str(refusal.value)


def test_an_end_of_llama_cpp_is_an_error_and_not_our_end(tmp_path: Path) -> None:
    with Runtime(write_gguf(tmp_path / "model.gguf", "qwen2")) as runtime:
        assert runtime.spell(["a"])
        os.kill(runtime.pid, signal.SIGABRT)
        os.waitid(os.P_PID, runtime.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(CarrierError, match=r"llama\.cpp ended with status -6"):
            runtime.spell(["a"])


def test_a_closed_runtime_leaves_no_process(tmp_path: Path) -> None:
    runtime = Runtime(write_gguf(tmp_path / "model.gguf", "qwen2"))
    runtime.close()
    runtime.close()
    with pytest.raises(ProcessLookupError):
        os.kill(runtime.pid, 0)

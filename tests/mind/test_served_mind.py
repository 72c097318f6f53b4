"""A mind whose GGUF file is run by llama.cpp."""

from __future__ import annotations

import gc
import os
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from carriers.gguf_files import wordy, write_gguf

from scenograph.carriers.gguf.adapter import read_adapter, read_peft
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.runtime import has_runtime
from scenograph.carriers.gguf.served import GgufCarrier
from scenograph.core import Scene
from scenograph.errors import AdapterError, CarrierError, MindError
from scenograph.evaluate.step import STEPS
from scenograph.mind import Mind
from scenograph.mind.adapters.exchange import export_gguf
from scenograph.mind.config import MindConfig
from scenograph.mind.config_file import load_config
from scenograph.mind.sections import AdapterConfig, CarrierConfig, CorpusConfig
from scenograph.mind.steps import run_steps
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent

pytestmark = [
    pytest.mark.skipif(not has_runtime(), reason="xllamacpp is not installed"),
    pytest.mark.usefixtures("short_answers"),
]


@pytest.fixture(scope="module")
def mind_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mind with two training steps over a tiny random file."""
    root = tmp_path_factory.mktemp("served-mind")
    file = write_gguf(root / "model.gguf", "qwen2", tokenizer=wordy("qwen2"))
    config = MindConfig(
        carrier=CarrierConfig(base=str(file), runtime="llama.cpp"),
        corpus=CorpusConfig(world=60, styles=("plain",), languages=("en",), long="skip"),
        adapters=AdapterConfig(rank=2, steps=2),
    )
    workspace = Workspace.create(root / "mind", config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
        for _ in run_steps(workspace, STEPS, Silent(), last="adapters"):
            pass
    return workspace.folder


@pytest.fixture(autouse=True)
def cache(mind_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache that the mind was made with."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(mind_folder.parent / "cache"))
    return mind_folder.parent / "cache"


def test_it_reads_and_speaks_through_llama_cpp(mind_folder: Path, cache: Path) -> None:
    with closing(Mind.open(mind_folder)) as mind:
        carrier = mind.bridge.carrier
        assert isinstance(carrier, GgufCarrier)
        assert "carrier" not in mind._parts.__dict__  # the weights were not loaded into this process
        [reading] = mind.bridge.read_many(["Oleg built the old bridge."])
        assert reading.draft is None or isinstance(reading.draft, Scene)
        said = mind.speak(Scene.parse("(s / sleep)"), "plain", guard=False)
        assert said.text
    assert len(list((cache / "scenograph" / "gguf-adapters").glob("*.gguf"))) == len(carrier.adapters)


def test_other_adapters_are_taken_by_another_llama_cpp_and_the_earlier_one_ends(
    mind_folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(mind_folder, tmp_path / "mind")
    with closing(Mind.open(copy)) as mind:
        at_work = mind.bridge
        earlier = at_work.carrier
        assert isinstance(earlier, GgufCarrier)
        pid = earlier._runtime.pid
        said = mind.speak(Scene.parse("(s / sleep)"), "plain", guard=False)
        config = copy / "mind.toml"
        config.write_text(config.read_text().replace("steps = 2", "steps = 3"))
        for _ in run_steps(Workspace(copy), STEPS, Silent(), last="adapters"):
            pass
        mind.reload()
        later = mind.bridge.carrier
        assert isinstance(later, GgufCarrier)
        assert later._runtime.pid != pid
        assert mind.speak(Scene.parse("(s / sleep)"), "plain", guard=False).text
        assert at_work.speak(Scene.parse("(s / sleep)"), "plain", guard=False) == said
        del at_work, earlier
        gc.collect()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_its_vocabulary_has_no_new_rows(mind_folder: Path) -> None:
    from scenograph.vocabulary import Vocabulary

    vocabulary = Vocabulary.load(Workspace(mind_folder).vocabulary)
    assert vocabulary.size == vocabulary.base_size
    assert len(set(vocabulary.atom_ids)) == len(vocabulary.atoms)


def test_adapters_that_changed_and_another_file_are_refused(mind_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(mind_folder, tmp_path / "mind")
    weights = next((copy / "adapters").glob("scene_interpreter/*.safetensors"))
    kept = weights.read_bytes()
    weights.write_bytes(kept[:-3] + b"abc")
    with closing(Mind.open(copy)) as mind, pytest.raises(AdapterError, match="is damaged or was changed"):
        _ = mind.bridge
    weights.write_bytes(kept)
    file = Path(load_config(copy).carrier.base)
    other = tmp_path / "other.gguf"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1  # one bit of one weight
    other.write_bytes(data)
    text = (copy / "mind.toml").read_text()
    (copy / "mind.toml").write_text(text.replace(str(file), str(other)))
    with closing(Mind.open(copy)) as mind, pytest.raises(AdapterError, match="do not fit the carrier"):
        _ = mind.bridge
    other.write_bytes(data[: len(data) // 2])
    with closing(Mind.open(copy)) as mind, pytest.raises(CarrierError, match="is cut short"):
        _ = mind.bridge


@pytest.mark.parametrize(
    ("change", "said"),
    [("base = \"nano\"", "llama.cpp runs GGUF files, and nano is none"),
     ("base = \"m.gguf\"\nquantisation = \"4bit\"", "in its own quantisation")],
)  # fmt: skip
def test_a_runtime_that_does_not_fit_is_named(tmp_path: Path, change: str, said: str) -> None:
    (tmp_path / "mind.toml").write_text(f'version = 1\n[carrier]\nruntime = "llama.cpp"\n{change}\n')
    with pytest.raises(MindError, match=said):
        load_config(tmp_path)


def test_an_adapter_is_exported_as_a_file_for_llama_cpp(mind_folder: Path, tmp_path: Path) -> None:
    workspace = Workspace(mind_folder)
    base = GgufFile.read(workspace.config.carrier.base)
    export_gguf(workspace, "scene_interpreter", tmp_path / "reader.gguf")
    ours = read_peft(workspace.adapters / "scene_interpreter")
    found = read_adapter(tmp_path / "reader.gguf", base)
    for path, factors in ours.layers.items():
        for kind, array in factors.items():
            np.testing.assert_array_equal(found.layers[path][kind], array)
    with pytest.raises(AdapterError, match="is there already"):
        export_gguf(workspace, "scene_interpreter", tmp_path / "reader.gguf")
    with pytest.raises(AdapterError, match=r"there is no adapter 'decoder\.nobody'"):
        export_gguf(workspace, "decoder.nobody", tmp_path / "nobody.gguf")

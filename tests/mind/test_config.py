"""mind.toml: what it accepts, and that a bad one is refused with everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.errors import MindError
from scenograph.memory.index.vector_index import DEFAULT
from scenograph.mind.config import FORMAT, MindConfig
from scenograph.mind.config_file import load_config, render_config
from scenograph.mind.sections import (
    AdapterConfig,
    BridgeConfig,
    CarrierConfig,
    CorpusConfig,
    EvaluationConfig,
    MemoryConfig,
    SchedulePoint,
    TrainingConfig,
)
from scenograph.mind.workspace import Workspace


def write(folder: Path, text: str) -> Path:
    (folder / "mind.toml").write_text(text, encoding="utf-8")
    return folder


def test_an_almost_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, f"version = {FORMAT}\n")) == MindConfig()


@pytest.mark.parametrize(
    "config",
    [
        MindConfig(seed=7, carrier=CarrierConfig(base='C:\\models\\"odd"'), adapters=AdapterConfig(steps=12)),
        MindConfig(adapters=AdapterConfig(seconds=90.5, rank=4, activation="always")),
        MindConfig(
            training=TrainingConfig(
                learning_rate=1e-3,
                batch=512,
                layers=8,
                precision="float32",
                cache=0.5,
                ranks={"decoder.poet": 8, "новый": 2},
                mixture={"read": 0.25, "speak": 1.0},
                schedule=(
                    SchedulePoint(at=0.0, mixture={"read": 1.0}),
                    SchedulePoint(at=0.75, mixture={"read": 0.5, "speak": 0.5}),
                ),
            )
        ),
        MindConfig(
            corpus=CorpusConfig(
                world=0, imported=5, styles=("poet",), languages=("ru",), held_out=0.5, long="skip"
            ),
            adapters=AdapterConfig(steps=1),
            memory=MemoryConfig(scenes=0, vectors="qdrant+https://host:6333/letters"),
            bridge=BridgeConfig(threshold=0.9, confidence=0.3),
            evaluation=EvaluationConfig(items=3),
        ),
    ],
)
def test_what_is_rendered_is_read_back(tmp_path: Path, config: MindConfig) -> None:
    assert load_config(write(tmp_path, render_config(config))).model_dump() == config.model_dump()


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    text = f'version = {FORMAT}\nseeds = 1\n[adapters]\nrank = 0\n[corpus]\nlanguages = ["fr"]\n'
    with pytest.raises(MindError) as caught:
        load_config(write(tmp_path, text))
    message = str(caught.value)
    assert "3 mistakes" in message
    for name in ("seeds", "adapters.rank", "corpus.languages"):
        assert name in message
    assert "\n" not in message


def test_settings_of_training_are_checked(tmp_path: Path) -> None:
    lines = ["batch = 1", 'precision = "half"', 'ranks = { "decoder.poet" = 0 }', "mixture = { sing = 1.0 }"]
    with pytest.raises(MindError) as caught:
        load_config(write(tmp_path, f"version = {FORMAT}\n[training]\n" + "\n".join(lines)))
    message = str(caught.value)
    assert "4 mistakes" in message
    for name in (
        "batch",
        "precision",
        "ranks.decoder.poet",
        "mixture: there is no ability 'sing'; choose from",
    ):
        assert f"training.{name}" in message
    with pytest.raises(MindError, match="all weights are 0"):
        load_config(write(tmp_path, f"version = {FORMAT}\n[training]\nmixture = {{ read = 0 }}\n"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{ at = 1.5, mixture = { read = 1 } }", r"schedule\.0\.at: .*less than or equal to 1"),
        ("{ at = 0 }", r"schedule\.0\.mixture: Field required"),
        ("{ at = 0, mixture = {} }", r"schedule\.0\.mixture: give a weight to some ability"),
        ("{ at = 0, mixture = { sing = 1 } }", "there is no ability 'sing'"),
        ("{ at = 0, mixture = { read = -1 } }", r"schedule\.0\.mixture\.read: .*greater than or equal"),
        ("{ at = 1, mixture = { read = 1 } }, { at = 0, mixture = { read = 1 } }", "put its points in order"),
        (", ".join(["{ at = 1, mixture = { read = 1 } }"] * 3), "three points at one place"),
        ("{ at = 0, mixture = { read = 1, hold = 1 } }", "weight to hold, and the mixture has no such tasks"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(tmp_path: Path, line: str, said: str) -> None:
    text = f"[training]\nmixture = {{ read = 1, speak = 1 }}\nschedule = [{line}]\n"
    with pytest.raises(MindError, match=said):
        load_config(write(tmp_path, f"version = {FORMAT}\n{text}"))


def test_a_vector_index_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        MindError, match=r"memory\.vectors: 'chroma:' is no URL of a vector index; use faiss:"
    ):
        load_config(write(tmp_path, f'version = {FORMAT}\n[memory]\nvectors = "chroma:"\n'))


def test_two_budgets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MindError, match="keep one"):
        load_config(write(tmp_path, f"version = {FORMAT}\n[adapters]\nsteps = 3\nseconds = 3\n"))


@pytest.mark.parametrize("line", ["version = 99", 'version = "1"', "seed = 1"])
def test_another_version_is_refused_in_words(tmp_path: Path, line: str) -> None:
    with pytest.raises(MindError, match="reads version 1"):
        load_config(write(tmp_path, line + "\n"))


def test_a_folder_that_is_no_mind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MindError, match="scenograph init"):
        load_config(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"version = = 1"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mind.toml").write_bytes(content)
    with pytest.raises(MindError, match="cannot be read"):
        load_config(tmp_path)


def test_a_mind_is_not_made_over_another(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with pytest.raises(MindError, match="is a mind already"):
        Workspace.create(tmp_path / "mind", MindConfig())
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(MindError, match="is a file"):
        Workspace.create(tmp_path / "file", MindConfig())


def test_the_default_index_is_the_memorys() -> None:
    assert MindConfig().memory.vectors == DEFAULT

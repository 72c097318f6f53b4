"""Carriers that a mind cannot be carried to, and what a table of `mind.toml` may say of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from carriers.gguf_files import write_gguf
from mind.carrying import everything, run

from scenograph import Mind, Scene
from scenograph.errors import MindError
from scenograph.mind.config import carrier_label
from scenograph.mind.config_file import FILE, load_config
from scenograph.mind.workspace import Workspace

pytestmark = pytest.mark.usefixtures("short_answers")


def test_a_gguf_file_and_a_hub_id(mind_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenograph.mind.steps.confidence.TEXTS", 2)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = write_gguf(tmp_path / "tiny.gguf", "llama")
    done = run("carry", mind_folder, "--to", path, "--steps", 1)
    assert done.exit_code == 0, done.output
    assert Workspace(mind_folder).carriers == ("nano", "tiny")
    with Mind.open(mind_folder, carrier="tiny") as mind:
        assert mind.is_trained
        assert mind.speak(Scene.parse("(s / sleep)")).text


def refused(folder: Path, *arguments: object) -> str:
    """Run a carry that is refused; check that the mind is as it was, and return the one line."""
    before = everything(folder, but="")
    done = run("carry", folder, *arguments)
    assert done.exit_code in (1, 2), done.output
    assert everything(folder, but="") == before
    assert not (folder / "carriers").exists()
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    if done.exit_code == 1:
        assert len(lines) == 1
        return lines[0]
    return done.stderr


def test_a_carrier_too_large_is_refused_before_it_is_loaded(
    mind_folder: Path, qwen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scenograph.carriers.need as need

    monkeypatch.setattr(need, "free_memory", lambda device="cpu": 100 << 20)
    monkeypatch.setattr("scenograph.mind.carrier.bare_carrier", lambda _: pytest.fail("it was loaded"))
    message = refused(mind_folder, "--to", qwen)
    assert "is too large to be trained here: that needs about" in message
    assert "0.1 GiB of memory are free" in message


def test_train_refuses_what_is_too_large(tmp_path: Path, qwen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import scenograph.carriers.need as need

    assert run("init", tmp_path / "m", "--carrier", qwen, "--world", 50, "--steps", 1).exit_code == 0
    monkeypatch.setattr(need, "free_memory", lambda device="cpu": 100 << 20)
    monkeypatch.setattr("scenograph.mind.carrier.bare_carrier", lambda _: pytest.fail("it was loaded"))
    done = run("train", tmp_path / "m")
    assert done.exit_code == 1
    assert "too large to be trained here" in done.stderr
    assert not (tmp_path / "m" / "vocabulary").exists()


@pytest.mark.usefixtures("quick_retries")
def test_bad_carriers_are_refused_in_one_line(mind_folder: Path, qwen: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    assert "there is no file" in refused(mind_folder, "--to", tmp_path / "none.gguf")
    assert "config.json" in refused(mind_folder, "--to", tmp_path / "notes")
    (tmp_path / "cut.gguf").write_bytes(b"GGUF" + bytes(20))
    assert "cut.gguf" in refused(mind_folder, "--to", tmp_path / "cut.gguf")
    assert "already" in refused(mind_folder, "--to", "nano")
    assert "cannot name a carrier" in refused(mind_folder, "--to", qwen, "--name", "a b")
    assert "another carrier of the name nano" in refused(mind_folder, "--to", qwen, "--name", "nano")
    assert "llama.cpp runs GGUF files" in refused(mind_folder, "--to", qwen, "--runtime", "llama.cpp")
    assert "not both" in refused(mind_folder, "--to", qwen, "--steps", 1, "--seconds", 9)
    assert "leave out dtype" in refused(mind_folder, "--to", "http://127.0.0.1:9/v1", "--dtype", "bfloat16")
    assert "127.0.0.1:9" in refused(mind_folder, "--to", "http://127.0.0.1:9/v1")


def test_an_unmapped_tokenizer_is_refused(mind_folder: Path, tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "odd.gguf", "qwen2", pre="never-heard-of")
    message = refused(mind_folder, "--to", path)
    assert "its tokenizer uses the splitting 'never-heard-of', which is not known here" in message


def test_a_full_disk_leaves_the_mind_as_it_was(
    mind_folder: Path, qwen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scenograph.mind.steps.vocabulary as step

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, "write_text", full)
    before = everything(mind_folder, but="")
    done = run("carry", mind_folder, "--to", qwen)
    assert (done.exit_code, "No space left" in done.stderr) == (1, True)
    assert everything(mind_folder, but="") == before


@pytest.mark.parametrize(
    ("base", "label"),
    [
        ("nano", "nano"),
        ("/models/Qwen 2.5.gguf", "qwen-2.5"),
        ("org/Model-1B@abc", "model-1b"),
        ("http://host:80/v1", "host-80"),
        ("./", "carrier"),
    ],
)
def test_labels(base: str, label: str) -> None:
    assert carrier_label(base) == label


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[carriers.nano]\nbase = "x"', "so the first carrier is called"),
        ('[carriers."a b"]\nbase = "x"', "cannot name a carrier"),
        ('[carriers.a]\nbase = "http://h/v1"\ndtype = "bfloat16"', "carriers.a: a server chooses"),
        ('[carriers.a]\nbase = "x"\ncolour = "red"', "carriers.a.colour: there is no such setting"),
    ],
)
def test_mistakes_in_a_table_are_named(mind_folder: Path, table: str, says: str) -> None:
    path = mind_folder / FILE
    path.write_text(path.read_text() + "\n" + table + "\n")
    with pytest.raises(MindError, match="1 mistake") as error:
        Workspace(mind_folder)
    assert says in str(error.value)


def test_a_carrier_has_its_own_training_where_its_table_says_so(mind_folder: Path) -> None:
    path = mind_folder / FILE
    path.write_text(
        path.read_text() + '\n[carriers."q.5"]\nbase = "q"\n[carriers."q.5".adapters]\nrank = 5\n'
    )
    config = Workspace(mind_folder, "q.5").config
    assert (config.carrier.base, config.adapters.rank, config.memory) == (
        "q",
        5,
        load_config(mind_folder).memory,
    )

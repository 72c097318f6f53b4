"""A mind is carried to other carriers: one memory, which stays as it is, byte for byte (law 7)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from carriers.openai_server import nano
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mind.carrying import everything, run
from minds import SMALL
from strategies import scenes

from scenograph import Mind, Scene
from scenograph.carriers import load_carrier
from scenograph.errors import ScenographError
from scenograph.evaluate.step import STEPS
from scenograph.files import file_digest
from scenograph.memory import Memory, Note
from scenograph.memory.contents import contents_of
from scenograph.mind.carry import carry
from scenograph.mind.config_file import FILE, load_config, render_config
from scenograph.mind.sections import BridgeConfig, FurtherCarrier
from scenograph.mind.steps import run_steps
from scenograph.mind.steps.tasks import read_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent

pytestmark = pytest.mark.usefixtures("short_answers")

OPEN = "Our deploy failed because the database was full."


def crystals(folder: Path) -> dict[int, bytes]:
    """Return the digest of each remembered scene."""
    with Memory.open(folder / "memory", read_only=True) as memory:
        return {crystal.id: crystal.scene.digest for crystal in memory}


@pytest.fixture(scope="module")
def first(short_answers: None, built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mind over nano that remembers what nobody taught it; not to be changed."""
    folder = Path(shutil.copytree(built_mind, tmp_path_factory.mktemp("minds") / "first"))
    config = SMALL.model_copy(update={"bridge": BridgeConfig(confidence=0.0)})
    (folder / FILE).write_text(render_config(config), encoding="utf-8")
    for status in run_steps(Workspace(folder), STEPS, Silent(), last="confidence"):
        assert status.step == "confidence" or status.state == "up to date"
    with Mind.open(folder) as mind:
        mind.remember(OPEN, source="a chat")
        mind.remember("Vera planted an apple tree.", source="a letter", speaker="Anna")
    return folder


@pytest.fixture(scope="module")
def carried(first: Path, qwen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same mind, carried by the command; not to be changed."""
    folder = Path(shutil.copytree(first, tmp_path_factory.mktemp("minds") / "carried"))
    done = run("carry", folder, "--to", qwen, "--steps", 2, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["carrier"] == "qwen-tiny"
    assert found["before"] == found["after"]
    assert found["before"]["crystals"] == len(crystals(first))
    return folder


@pytest.fixture
def mind_folder(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "mind"))


# --- law 7 --------------------------------------------------------------------------------------------------


def test_memory_is_the_same_to_the_byte(first: Path, carried: Path) -> None:
    assert crystals(carried) == crystals(first)
    assert contents_of(carried / "memory") == contents_of(first / "memory")
    database = "memory/memory.db"
    assert everything(carried)[database] == everything(first)[database]
    with Memory.open(carried / "memory") as memory:
        assert not memory.check()


def test_nothing_of_the_first_carrier_changes_but_the_new_table(first: Path, carried: Path) -> None:
    before, after = everything(first), everything(carried)
    assert {name for name in before | after if before.get(name) != after.get(name)} == {FILE}
    assert (carried / FILE).read_text().startswith((first / FILE).read_text())


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    notes=st.lists(st.tuples(scenes(), st.sampled_from(["He said so.", "Он так сказал.", None])), max_size=6)
)
def test_law_7_for_any_memory(
    notes: list[tuple[Scene, str | None]], first: Path, qwen: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = Path(shutil.copytree(first, tmp_path_factory.mktemp("any") / "mind"))
    with Memory.open(folder / "memory") as memory:
        memory.remember_many([Note(scene, text, "en" if text else None) for scene, text in notes])
        if notes:
            memory.correct(memory.find(notes[0][0]) or 0, Scene.parse("(n / never-said)"))
    before = crystals(folder), everything(folder)["memory/memory.db"]
    done = carry(Workspace(folder), FurtherCarrier(base=str(qwen)), Silent(), steps=1)
    assert done.is_proved
    assert (crystals(folder), everything(folder)["memory/memory.db"]) == before


def test_the_proof_finds_a_changed_crystal_and_a_changed_source(mind_folder: Path) -> None:
    import apsw

    memory = mind_folder / "memory"
    whole = contents_of(memory)
    for change in (
        "UPDATE crystals SET learned = learned + 1 WHERE id = 1",
        "UPDATE sources SET origin = 'elsewhere' WHERE id = 1",
    ):
        connection = apsw.Connection(str(memory / "memory.db"))
        connection.execute(change)
        connection.close()
        (memory / "memory.db-sums").unlink(missing_ok=True)
        now = contents_of(memory)
        assert now != whole
        assert now.changes == whole.changes
        whole = now


def test_a_memory_that_changed_without_a_word_is_an_error(
    mind_folder: Path, qwen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import apsw

    def spoil(status: Any) -> None:
        if status.step != "confidence":
            return
        connection = apsw.Connection(str(mind_folder / "memory" / "memory.db"))
        connection.execute("UPDATE crystals SET learned = learned + 1 WHERE id = 1")
        connection.close()
        (mind_folder / "memory" / "memory.db-sums").unlink(missing_ok=True)

    with pytest.raises(ScenographError, match="is not as it was before the carry"):
        carry(Workspace(mind_folder), FurtherCarrier(base=str(qwen)), Silent(), steps=1, on_status=spoil)


def test_what_others_remember_meanwhile_is_no_fault(mind_folder: Path, qwen: Path) -> None:
    told: list[int | None] = []

    def remember(status: Any) -> None:
        if status.step == "vocabulary":
            with Mind.open(mind_folder) as mind:
                told.append(mind.remember("Oleg sold his boat."))

    done = carry(
        Workspace(mind_folder), FurtherCarrier(base=str(qwen)), Silent(), steps=1, on_status=remember
    )
    assert not done.is_proved
    assert done.before is not None
    assert contents_of(mind_folder / "memory", up_to=done.before.last).scenes == done.before.scenes
    assert told[0] in crystals(mind_folder)


# --- what is learned ----------------------------------------------------------------------------------------


def test_it_learns_what_memory_holds_and_not_what_is_held_out(carried: Path) -> None:
    workspace = Workspace(carried, "qwen-tiny")
    tasks = list(read_tasks(workspace.remembered / "tasks.jsonl"))
    texts = {content for task in tasks for kind, content in (*task.prompt, task.answer) if kind == "text"}
    assert texts <= {OPEN, "Vera planted an apple tree."}
    assert texts
    assert all(":speaker" not in str(task.scene) for task in tasks)


def test_its_vocabulary_has_a_role_of_memory(carried: Path) -> None:
    from scenograph.vocabulary import Vocabulary

    workspace = Workspace(carried, "qwen-tiny")
    tasks = read_tasks(workspace.remembered / "tasks.jsonl")
    roles = {link.role for task in tasks for link in task.scene.links}
    atoms = {atom.text for atom in Vocabulary.load(workspace.vocabulary).atoms}
    strange = roles - set(workspace.domain.roles)
    assert strange
    assert strange & atoms


# --- both carriers ------------------------------------------------------------------------------------------


def test_both_read_and_speak_from_one_memory(carried: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(carried, tmp_path / "mind"))
    with Mind.open(folder) as mind:
        assert mind.carriers == ("nano", "qwen-tiny")
        other = mind.over("qwen-tiny")
        assert other.memory is mind.memory
        assert (mind.carrier.name, other.carrier.name.rpartition(os.sep)[2]) == ("nano", "Qwen-Tiny")
        crystal = other.remember("Boris likes tea.")
        assert crystal in [hit.id for hit in mind.recall("Boris")]
        answers = [it.ask("Who likes tea?") for it in (mind, other)]
        assert [answer.crystals for answer in answers] == [(crystal,), (crystal,)]
        scene = Scene.parse('(s / sleep :agent (e / entity :name "Oleg") :tense past)')
        assert mind.speak(scene).retention == other.speak(scene).retention == 1.0  # by the guard, if need be
        assert other.over("nano").memory is mind.memory
        other.close()
        assert mind.memory.find(scene) is None  # memory is still open


def test_the_commands_choose_a_carrier(carried: Path) -> None:
    for command in (("read", carried, "Boris slept."), ("ask", carried, "Who slept?")):
        for more in ((), ("--carrier", "qwen-tiny"), ("-c", "nano")):
            done = run(*command, *more)
            assert done.exit_code in (0, 1), done.output
            assert "error" not in done.stderr, done.stderr
        done = run(*command, "--carrier", "gpt")
        assert done.exit_code == 1
        assert "this mind has no carrier 'gpt'; it has nano, qwen-tiny" in done.stderr


@pytest.mark.slow
def test_eval_shows_them_side_by_side(carried: Path) -> None:
    done = run("eval", carried, "--items", 1, "--json")
    assert done.exit_code == 0, done.output
    one, other = (json.loads(line) for line in done.stdout.splitlines())
    assert (one.pop("carrier"), other.pop("carrier")) == ("nano", "qwen-tiny")
    assert one.keys() == other.keys()
    assert one.keys() == {
        "exact_read", "retention", "abilities", "questions", "speed", "n", "seed",
    }  # fmt: skip
    alone = run("eval", carried, "--items", 1, "--json", "--carrier", "qwen-tiny")
    found = json.loads(alone.stdout)
    assert {key: found[key] for key in ("exact_read", "retention", "n", "seed")} == {
        key: other[key] for key in ("exact_read", "retention", "n", "seed")
    }


def test_eval_shows_one_table(carried: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("measure", "abilities"):
        monkeypatch.setattr(f"scenograph.evaluate.{module}.MEASURED", ("restore",))
    done = run("eval", carried, "--items", 1)
    assert done.exit_code == 0, done.output
    head = next(line for line in done.stdout.splitlines() if "qwen-tiny" in line)
    assert head.split() == ["nano", "qwen-tiny"]
    assert all(len(line) <= len(head) for line in done.stdout.splitlines()[1:])
    assert run("eval", carried, "--html", "x.html").exit_code == 2


def test_train_says_what_else_is_not_up_to_date(carried: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(carried, tmp_path / "mind"))
    assert "scenograph carry" not in run("train", folder, "--step", "corpus").stderr
    shutil.rmtree(folder / "carriers" / "qwen-tiny" / "adapters")
    assert f"scenograph carry {folder} --to qwen-tiny" in run("train", folder, "--step", "corpus").stderr
    done = run("speak", folder, "(s / sleep)", "-s", "poet", "--carrier", "qwen-tiny")
    assert done.exit_code == 1


# --- again, and after a kill --------------------------------------------------------------------------------


def test_a_second_carry_is_a_round_from_the_adapters_that_are_there(carried: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(carried, tmp_path / "mind"))
    workspace = Workspace(folder, "qwen-tiny")
    former = everything(workspace.adapters)
    done = run("carry", folder, "--to", "qwen-tiny", "--steps", 1)
    assert done.exit_code == 0, done.output
    assert everything(workspace.home / "start") == former
    assert everything(workspace.adapters) != former
    assert load_config(folder).carriers["qwen-tiny"].adapters.steps == 1  # pyright: ignore[reportOptionalMemberAccess]
    assert contents_of(folder / "memory") == contents_of(carried / "memory")


CARRY = """
import sys
from scenograph.cli.app import main
sys.argv = ["scenograph", "carry", *sys.argv[1:]]
main()
"""


def start(folder: Path, *more: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CARRY, str(folder), *map(str, more)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_for(process: subprocess.Popen[str], path: Path, pattern: str) -> None:
    for _ in range(6000):
        if list(path.glob(pattern)):
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError(f"{path / pattern} did not appear")


@pytest.mark.slow
def test_a_killed_carry_goes_on_and_two_at_once_are_refused(first: Path, qwen: Path, tmp_path: Path) -> None:
    whole, killed = (Path(shutil.copytree(first, tmp_path / name)) for name in ("whole", "killed"))
    assert run("carry", whole, "--to", qwen, "--steps", 60).exit_code == 0
    process = start(killed, "--to", qwen, "--steps", 60)
    try:
        home = killed / "carriers" / "qwen-tiny"
        wait_for(process, home / ".training", "*/checkpoint.safetensors")
        for command in (
            ("carry", killed, "--to", qwen),
            ("carry", killed, "--to", "nano-2"),
            ("train", killed),
        ):
            refused = run(*command)
            assert refused.exit_code == 1
            assert "another process" in refused.stderr or "nano-2" in refused.stderr
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not (home / "adapters").exists()
    assert contents_of(killed / "memory") == contents_of(first / "memory")
    done = run("carry", killed, "--to", qwen, "--steps", 60)
    assert done.exit_code == 0, done.output
    of = {name: Workspace(folder, "qwen-tiny").adapters for name, folder in (("a", whole), ("b", killed))}
    weights = [
        {path.parent.name: file_digest(path) for path in folder.glob("*/*.safetensors")}
        for folder in of.values()
    ]
    assert weights[0] == weights[1]  # law 6
    assert everything(whole) == everything(killed)


# --- other kinds of carriers --------------------------------------------------------------------------------


def test_back_to_nano(qwen: Path, first: Path, tmp_path: Path) -> None:
    config = load_config(first)
    folder = tmp_path / "mind"
    Workspace.create(folder, config.model_copy(update={"carrier": replace_base(str(qwen)), "carriers": {}}))
    for _ in run_steps(Workspace(folder), STEPS, Silent(), last="memory"):
        pass
    before = contents_of(folder / "memory")
    assert run("carry", folder, "--to", "nano", "--steps", 1).exit_code == 0
    assert contents_of(folder / "memory") == before
    assert run("read", folder, "Oleg slept.", "--carrier", "nano").exit_code in (0, 1)


def replace_base(base: str) -> Any:
    from scenograph.mind.sections import CarrierConfig

    return CarrierConfig(base=base)


def test_a_server_gets_examples_only(mind_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with nano(load_carrier("nano")) as (address, _):
        done = run("carry", mind_folder, "--to", address, "--name", "served")
        assert done.exit_code == 0, done.output
        assert "it obeys" in done.stderr
        home = mind_folder / "carriers" / "served"
        assert not (home / "adapters").exists()
        with Mind.open(mind_folder, carrier="served") as mind:
            assert mind.is_trained
            assert mind.workspace.config.is_remote
            assert mind.recall("database")
    assert not Workspace(mind_folder).config.is_remote


# --- what cannot work ---------------------------------------------------------------------------------------


def test_other_settings_for_a_known_carrier_are_refused(carried: Path, qwen: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(carried, tmp_path / "mind"))
    before = everything(folder, but="")
    done = run("carry", folder, "--to", qwen, "--dtype", "bfloat16")
    assert (done.exit_code, "has other settings in this mind" in done.stderr) == (1, True)
    (folder / FILE).write_text((folder / FILE).read_text().replace("steps = 2 ", "steps = 2"))
    done = run("carry", folder, "--to", qwen, "--steps", 5)
    assert (done.exit_code, "was changed by hand" in done.stderr) == (1, True)
    before[FILE] = everything(folder, but="")[FILE]
    assert everything(folder, but="") == before


# --- all carriers -------------------------------------------------------------------------------------------


def test_the_adapters_of_each_carrier_are_listed(carried: Path) -> None:
    for carrier, named in (("nano", "nano"), ("qwen-tiny", "Qwen-Tiny")):
        done = run("adapters", "list", carried, "--carrier", carrier, "--json")
        assert done.exit_code == 0, done.output
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert {it["name"] for it in found} >= {"scene_interpreter", "decoder.plain"}
        assert {Path(it["carrier"]).name for it in found} == {named}


def test_doctor_looks_at_each_carrier(carried: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(carried, tmp_path / "mind"))
    (folder / "carriers" / "qwen-tiny" / "manifests" / "adapters.json").unlink()
    lines = run("doctor", folder).stdout.splitlines()
    [line] = [line for line in lines if "step adapters over qwen-tiny" in line]
    assert f"scenograph carry {folder} --to qwen-tiny" in " ".join(lines[lines.index(line) :][:2])

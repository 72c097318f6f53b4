"""A mind whose carrier is a server: the embedded carrier behind OpenAI's API, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from carriers.openai_server import nano, said, serve
from typer.testing import CliRunner

from scenograph import Mind, Scene
from scenograph.carriers import load_carrier
from scenograph.carriers.remote import RemoteCarrier
from scenograph.cli.app import app
from scenograph.errors import CarrierError, MindError
from scenograph.evaluate.step import steps_of
from scenograph.mind.config_file import FILE, load_config
from scenograph.mind.steps import confidence, run_steps
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent

pytestmark = pytest.mark.usefixtures("short_answers")

PAIRS = (
    '{"scene": "(a / Alan_Shepard :birthPlace (n / New_Hampshire))",'
    ' "texts": ["Alan Shepard hails from New Hampshire."], "language": "en"}\n'
    '{"scene": "(a / Ada_Lovelace :birthPlace (l / London))", "texts": ["Ada Lovelace hails from London."],'
    ' "language": "en"}\n'
)


class Served(NamedTuple):
    folder: Path
    address: str
    asked: list[dict[str, Any]]


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mind that was made and trained by the commands."""
    folder = tmp_path_factory.mktemp("minds") / "remote"
    with nano(load_carrier("nano")) as (address, asked), pytest.MonkeyPatch.context() as patch:
        patch.setattr(confidence, "TEXTS", 3)
        done = run("init", str(folder), "--carrier", address, "--world", "120")
        assert done.exit_code == 0, done.output
        done = run("train", str(folder))
        assert done.exit_code == 0, done.output
        assert "nothing can be trained there" in done.stderr
        yield Served(folder, address, asked)


def test_init_names_the_model_and_how_it_is_bound(served: Served) -> None:
    server = load_config(served.folder).server
    assert server is not None
    assert (server.model, server.form, server.key_from) == ("nano", "llguidance", "SCENOGRAPH_API_KEY")
    text = (served.folder / FILE).read_text(encoding="utf-8")
    assert served.address in text
    assert "secret" not in text


def test_no_adapters_are_made(served: Served) -> None:
    assert not (served.folder / "adapters").exists()
    assert not (served.folder / "vocabulary").exists()
    with Mind.open(served.folder) as mind:
        assert mind.is_trained
        assert isinstance(mind.carrier, RemoteCarrier)
        assert [step.name for step in steps_of(mind.workspace)] == ["corpus", "memory", "confidence"]


def test_training_again_asks_nothing(served: Served) -> None:
    before = len(served.asked)
    states = [
        it.state for it in run_steps(Workspace(served.folder), steps_of(Workspace(served.folder)), Silent())
    ]
    assert states == ["up to date"] * 3
    assert len(served.asked) == before


def test_it_reads_speaks_remembers_and_answers(served: Served) -> None:
    with Mind.open(served.folder) as mind:
        [world, open_text] = mind.read_many(
            ["Vera built the old bridge.", "The committee postponed its decision."]
        )
        assert world.reader == "generation"
        assert world.scene == Scene.parse(
            '(b / build :agent (e / entity :name "Vera") :object (c / bridge :mod (o / old)) :tense past)'
        )
        assert open_text.reader == "graph"
        assert open_text.scene is not None
        spoken = mind.speak(world.scene)
        assert (spoken.retention, spoken.fallback) == (1.0, False)
        mind.remember("Vera built the old bridge.", source="a letter")
        assert "Vera" in mind.ask("Who built the old bridge?").text
        assert mind.recall("Vera")


def test_prompts_show_examples_of_the_corpus(served: Served) -> None:
    with Mind.open(served.folder) as mind:
        mind.read("Vera built the old bridge.")
    messages = [
        it["messages"] for it in served.asked if it["messages"][-1]["content"] == "Vera built the old bridge."
    ][-1]
    assert [it["role"] for it in messages] == ["system", *("user", "assistant") * 8, "user"]
    assert "old" in messages[-3]["content"]  # the nearest example stands last


@pytest.mark.usefixtures("quick_retries")
def test_a_server_that_is_away_loses_nothing(served: Served, tmp_path: Path) -> None:
    with dead() as address:
        text = (served.folder / FILE).read_text(encoding="utf-8").replace(served.address, address)
    folder = tmp_path / "mind"
    folder.mkdir()
    (folder / FILE).write_text(text, encoding="utf-8")
    (folder / "corpus").symlink_to(served.folder / "corpus")
    with Mind.open(folder) as mind:
        scene = Scene.parse("(s / sleep)")
        mind.remember(scene)
        with pytest.raises(CarrierError, match="no server answers at"):
            mind.remember("Vera built the old bridge.")
        with pytest.raises(CarrierError, match="no server answers at"):
            mind.speak(scene)
        assert mind.read("The committee postponed its decision.").scene is not None
        assert [hit.scene for hit in mind.recall(scene)] == [scene]
    done = run("read", str(folder), "Vera built the old bridge.")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


@contextmanager
def dead() -> Iterator[str]:
    """The address of a server that is gone."""
    with serve(lambda *_: (200, said(""))) as address:
        yield address


# --- schemas learned from pairs -----------------------------------------------------------------------------


def test_texts_of_an_imported_schema_go_to_the_server(tmp_path: Path) -> None:
    right = "( Grace_Hopper:birthPlace New_York)"

    def answer(method: str, path: str, value: Any, _: dict[str, str]) -> Any:
        if path.endswith("/models"):
            return 200, {"data": [{"id": "good"}]}
        last = value["messages"][-1]["content"]
        if "capital of France" in last:
            return 200, said("Paris")  # obeys nothing
        if "Grace" in last and last.startswith("Grace"):
            return 200, said(right, logprobs=[-0.01])
        if last.startswith("("):
            return 200, said("Grace Hopper hails from New York.")
        return 200, said("( Nobody:birthDay Never)", logprobs=[-0.01])

    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(PAIRS, encoding="utf-8")
    folder = tmp_path / "mind"
    with serve(answer) as address:
        assert run("init", str(folder), "--carrier", address, "--world", "0").exit_code == 0
        assert run("corpus", "add", str(folder), str(pairs)).exit_code == 0
        done = run("train", str(folder), "--step", "memory")
        assert done.exit_code == 0, done.output
        with Mind.open(folder) as mind:
            read, other, invented = mind.read_many(
                ["Grace Hopper hails from New York.", "Birds sing.", "Bob hails from Rome."]
            )
            assert (read.reader, str(read.scene).split()[2]) == ("generation", "Grace_Hopper")
            assert other.reader == "graph"  # words that no example has
            assert invented.reader == "graph"  # the server invents a role, so it did not read
            spoken = mind.speak(read.scene)
            assert (spoken.text, spoken.fallback) == ("Grace Hopper hails from New York.", False)


# --- what cannot be -----------------------------------------------------------------------------------------


def test_what_cannot_be_trained_is_said(served: Served) -> None:
    done = run("train", str(served.folder), "--step", "adapters")
    assert done.exit_code == 1
    assert "is a server, and nothing can be trained there" in done.stderr
    assert "memory, recall and questions work" in done.stderr


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (["--dtype", "float16"], "a server chooses its weights itself"),
        (["--model", "gpt"], "has no model 'gpt'; it has nano"),
    ],
)
def test_init_refuses_and_makes_nothing(served: Served, tmp_path: Path, more: list[str], line: str) -> None:
    folder = tmp_path / "mind"
    done = run("init", str(folder), "--carrier", served.address, *more)
    assert done.exit_code != 0
    assert line in " ".join(done.stderr.replace("│", " ").split())
    assert not folder.exists()


def test_a_model_is_named_for_servers_only(tmp_path: Path) -> None:
    done = run("init", str(tmp_path / "mind"), "--model", "gpt")
    assert done.exit_code == 2
    assert "--model is for a carrier that is a server" in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            '[carrier]\nbase = "nano"\n[server]\nmodel = "x"',
            r"\[server\] is for a carrier that is an address",
        ),
        ('[carrier]\nbase = "http://h:1/v1"\ndevice = "cuda"', "a server chooses its weights and its device"),
        ('[carrier]\nbase = "http://h:1/v1"\n[memory]\nembedder = "carrier"', "a server gives no vectors"),
        ('[carrier]\nbase = "http://h:1/v1"\n[server]\nform = "xml"', "server.form"),
    ],
)
def test_a_wrong_mind_toml_is_refused(tmp_path: Path, text: str, line: str) -> None:
    (tmp_path / FILE).write_text(f"version = 1\n{text}\n", encoding="utf-8")
    with pytest.raises(MindError, match=line):
        load_config(tmp_path)


@pytest.mark.usefixtures("quick_retries")
def test_check_prints_a_verdict_for_each_gate(served: Served) -> None:
    done = run("carriers", "check", served.address)
    assert done.exit_code == 0
    assert "obeys llguidance" in " ".join(done.output.split())
    for gate in ("server", "model", "answer", "grammar", "glyphs", "probabilities", "context"):
        assert gate in done.output
    with dead() as address:
        pass
    done = run("carriers", "check", address, "--json")
    assert done.exit_code == 1
    assert "no server answers at" in done.stdout

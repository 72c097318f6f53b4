"""The vocabulary of a mind over a carrier from outside: chosen, grown, learned, exported."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from carriers.tiny import write_carrier
from typer.testing import CliRunner

from scenograph.cli.app import app
from scenograph.evaluate.step import STEPS
from scenograph.mind.config import MindConfig
from scenograph.mind.config_file import render_config
from scenograph.mind.sections import CarrierConfig, CorpusConfig, VocabularyConfig
from scenograph.mind.steps import run_steps
from scenograph.mind.steps.vocabulary import atom_uses
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.vocabulary import Vocabulary, lexeme_atoms, needed_atoms
from scenograph.world import World

pytestmark = pytest.mark.usefixtures("short_answers")


def config(carrier: Path, distil: int) -> MindConfig:
    return MindConfig(
        carrier=CarrierConfig(base=str(carrier)),
        corpus=CorpusConfig(world=60, styles=("plain",), long="skip"),
        vocabulary=VocabularyConfig(distil=distil),
    )


def made(workspace: Workspace) -> Vocabulary:
    for _ in run_steps(workspace, STEPS, Silent(), last="vocabulary"):
        pass
    return Vocabulary.load(workspace.vocabulary)


@pytest.fixture(scope="module")
def mind(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Vocabulary]:
    """A mind of the world alone, up to its vocabulary."""
    folder = tmp_path_factory.mktemp("vocabulary")
    carrier = write_carrier(folder / "qwen3", "qwen3")
    workspace = Workspace.create(folder / "mind", config(carrier, 0))
    return folder, made(workspace)


def test_it_has_what_the_corpus_needs_and_no_more(mind: tuple[Path, Vocabulary]) -> None:
    folder, vocabulary = mind
    world = World()
    assert world.lexicon is not None
    needed = [a.text for a in (*needed_atoms(world), *lexeme_atoms(world.lexicon))]
    assert [atom.text for atom in vocabulary.atoms][: len(needed)] == needed
    assert "Δ31" not in vocabulary
    uses = {use.atom.text: use for use in atom_uses(Workspace(folder / "mind"))[1]}
    assert uses[":agent"].spared == uses[":agent"].uses * (len(vocabulary.encode_text(":agent")) - 1) > 0


def test_it_grows_and_then_learns_and_is_exported(mind: tuple[Path, Vocabulary]) -> None:
    folder, before = mind
    roles = " :wingspan (x / thing) :mouth-width (y / thing)"
    line = json.dumps({"scene": f"(b / bird{roles})", "texts": ["A bird."]})
    (folder / "birds.jsonl").write_text(f"{line}\n" * 3, encoding="utf-8")
    run = CliRunner().invoke
    added = run(app, ["corpus", "add", str(folder / "mind"), str(folder / "birds.jsonl")])
    assert added.exit_code == 0, added.output
    workspace = Workspace(folder / "mind")
    (workspace.folder / "mind.toml").write_text(render_config(config(folder / "qwen3", 2)), encoding="utf-8")
    after = made(Workspace(folder / "mind"))
    assert after.grew_from(before.digest) == (after.rows is None)
    assert after.atoms[: len(before.atoms)] == before.atoms
    # The grammar stays closed over the world unless a role that the world lacks has an atom.
    assert {":wingspan", ":mouth-width"} & {atom.text for atom in after.atoms}
    assert after.rows is not None
    assert len(after.rows) == len(after.atoms)
    assert np.isfinite(after.rows.given).all()

    shown = run(app, ["vocabulary", "show", str(workspace.folder), "--json"])
    assert shown.exit_code == 0, shown.output
    rows = [json.loads(row) for row in shown.output.splitlines() if row.startswith("{")]
    assert {"(", ":agent"} <= {row["atom"] for row in rows}
    exported = run(app, ["vocabulary", "export", str(workspace.folder), str(folder / "pack")])
    assert exported.exit_code == 0, exported.output
    assert {"tokenizer.json", "adapter_config.json", "README.md"} <= {
        p.name for p in (folder / "pack").iterdir()
    }
    again = run(app, ["vocabulary", "export", str(workspace.folder), str(folder / "pack")])
    assert (again.exit_code, "is there already" in again.output) == (1, True)

"""compress, expand, diff, apply, lexicon: over files and pipes, without a mind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenograph import Scene
from scenograph.cli import app
from scenograph.core import parse_many
from scenograph.world import World

runner = CliRunner()
TOLD = list(World().scenes(60, seed=11))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with scenes and a lexicon learned from them."""
    folder = tmp_path_factory.mktemp("crystals")
    (folder / "scenes.penman").write_text("\n\n".join(map(str, TOLD)), encoding="utf-8")
    learned = runner.invoke(
        app, ["lexicon", "learn", str(folder / "scenes.penman"), "--out", str(folder / "lexicon.json")]
    )
    assert learned.exit_code == 0, learned.stderr
    assert "from 60 scenes" in learned.stderr
    return folder


def scenes(text: str) -> list[Scene]:
    return [entry.scene for entry in parse_many(text)]


@pytest.mark.parametrize("lexicon", [[], ["--lexicon", "lexicon.json"]])
def test_crystals_open_into_the_same_scenes(folder: Path, lexicon: list[str]) -> None:
    options = [str(folder / word) if word.endswith("json") else word for word in lexicon]
    packed = runner.invoke(app, ["compress", "-f", str(folder / "scenes.penman"), *options])
    assert packed.exit_code == 0
    assert scenes(packed.stdout) != TOLD
    opened = runner.invoke(app, ["expand", *options], input=packed.stdout)
    assert scenes(opened.stdout) == TOLD
    left = runner.invoke(app, ["expand", "--depth", "0", *options], input=packed.stdout)
    assert scenes(left.stdout) == scenes(packed.stdout)


def test_an_archive_needs_no_lexicon_beside_it(folder: Path) -> None:
    archive = folder / "scenes.scna"
    made = runner.invoke(
        app,
        [
            "compress",
            "-f",
            str(folder / "scenes.penman"),
            "-L",
            str(folder / "lexicon.json"),
            "-o",
            str(archive),
        ],
    )
    assert (made.exit_code, made.stdout) == (0, "")
    assert f"60 scenes in {archive.stat().st_size:,} bytes" in made.stderr
    opened = runner.invoke(app, ["expand", "-f", str(archive)])
    assert scenes(opened.stdout) == TOLD
    archive.write_bytes(archive.read_bytes()[:-1])
    damaged = runner.invoke(app, ["expand", "-f", str(archive)])
    assert (damaged.exit_code, damaged.stdout) == (1, "")
    assert "error: the archive is damaged" in damaged.stderr


def test_json_says_what_was_spared(folder: Path) -> None:
    packed = runner.invoke(app, ["compress", str(TOLD[0]), "-L", str(folder / "lexicon.json"), "--json"])
    record = json.loads(packed.stdout)
    assert record["length"] <= record["was"]
    assert record["bytes"] < 40


def test_a_difference_is_applied(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.penman"
    other.write_text("\n\n".join(map(str, reversed(TOLD))), encoding="utf-8")
    old = str(folder / "scenes.penman")
    deltas = runner.invoke(app, ["diff", old, str(other)])
    assert deltas.exit_code == 0
    (tmp_path / "deltas.penman").write_text(deltas.stdout, encoding="utf-8")
    changed = runner.invoke(app, ["apply", str(tmp_path / "deltas.penman"), old])
    assert scenes(changed.stdout) == list(reversed(TOLD))
    piped = runner.invoke(app, ["apply", "-", "(b / bridge :mod (o / old))"], input=runner.invoke(
        app, ["diff", "(b / bridge :mod (o / old))", "(b / bridge :mod (n / new))"]
    ).stdout)  # fmt: skip
    assert scenes(piped.stdout) == [Scene.parse("(b / bridge :mod (n / new))")]


def test_a_lexicon_is_extended_and_shown(folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.penman"
    more.write_text("\n\n".join(map(str, World().scenes(60, seed=12))), encoding="utf-8")
    base, later = str(folder / "lexicon.json"), str(tmp_path / "later.json")
    learned = runner.invoke(app, ["lexicon", "learn", str(more), "--base", base, "-o", later])
    assert learned.exit_code == 0
    before, after = (
        runner.invoke(app, ["lexicon", "show", path]).stdout.splitlines() for path in (base, later)
    )
    assert set(before) <= set(after)
    assert before[0].startswith("⟁1\t(")
    limited = runner.invoke(app, ["lexicon", "show", later, "--limit", "2", "--json"])
    assert [json.loads(line)["name"] for line in limited.stdout.splitlines()] == [
        line.partition("\t")[0] for line in after[:2]
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["expand", "(x / ⟁99)"], 1, "no ⟁99"),
        (["diff", "(a / a)", "nowhere.penman"], 1, "no such file"),
        (["diff", "(a / a) (b / b)", "(a / a)"], 2, "make no pairs"),
        (["apply", "(a / a)", "(a / a)"], 1, "no delta"),
        (["compress", "(a / a)", "-L", "README.md"], 1, "no lexicon in JSON"),
        (["compress", "(a / a)", "-L", "nowhere.json"], 1, "nowhere.json: No such file"),
    ],
)
def test_what_cannot_be_done_is_one_error(arguments: list[str], code: int, said: str) -> None:
    result = runner.invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr

"""Every command that the README and the help show is run, and prints what is shown under it."""

from __future__ import annotations

import doctest
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from carriers.gguf_files import write_gguf
from carriers.tiny import write_carrier
from docs.shell import FENCED, Shown, check, run, shown_commands
from typer.testing import CliRunner

from scenograph.cli import app
from scenograph.cli.reference import reference
from scenograph.core import Scene
from scenograph.memory import Memory
from scenograph.mind import mind as mind_module
from scenograph.world import World

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "README.ru.md"]
HELP = "the help of every command"
DEMO = 215
"""Crystals of the demo's mind."""
LONG = ("demo", "train", "eval", "serve", "mcp", "carry", "style add", "vocabulary export", "adapt demo-mind")
"""Commands that take minutes or never end: their words are parsed only."""
UNREAD = re.compile(
    r"not read|cannot be read|could not be read|do not know|не знаю|nothing in memory|no crystal says"
    r"|BAD step"
)
"""What a mind that has learned nothing may say instead."""
OLD = re.compile("BAD step")
"""What a mind that another version has made may say."""
WEBNLG = """<benchmark><entries><entry eid="1"><modifiedtripleset>
<mtriple>Bridge | architect | Oleg</mtriple></modifiedtripleset><lex>Oleg built the bridge.</lex>
</entry></entries></benchmark>"""


def examples(page: str) -> list[Shown]:
    """The commands on *page*, or those of all helps."""
    if page != HELP:
        return list(shown_commands((ROOT / page).read_text(encoding="utf-8")))
    return [Shown(line, "", "") for line in re.findall(r"Example:\n +(scenograph .*)", reference())]


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the examples are run, with the files that they name."""
    monkeypatch.chdir(tmp_path)
    for corpus in ("data/webnlg/en/train", "path/to/corpus"):
        (tmp_path / corpus).mkdir(parents=True)
        (tmp_path / corpus / "a.xml").write_text(WEBNLG, encoding="utf-8")
    (tmp_path / "diary.txt").write_text("Anna sleeps. Oleg bought milk.\n", encoding="utf-8")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "report.md").write_text("# Report\n\nМария работает в Берлине.\n", encoding="utf-8")
    for name in ("pairs.jsonl", "feedback.jsonl"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    (tmp_path / "notes.md").write_text("- Anna sleeps.\n", encoding="utf-8")
    for page in PAGES:  # `cat` shows what is in a file
        for line, _, output in examples(page):
            if line.startswith("cat "):
                (tmp_path / line.removeprefix("cat ")).write_text(output, encoding="utf-8")
    family = (tmp_path / "family.penman").read_text(encoding="utf-8")
    for name in ("old.penman", "scenes.penman"):
        (tmp_path / name).write_text(family, encoding="utf-8")
    (tmp_path / "new.penman").write_text(family.replace("Vera", "Lena"), encoding="utf-8")
    (tmp_path / "lexicon.json").write_text(json.dumps(World().lexicon.to_json()), encoding="utf-8")
    write_carrier(tmp_path / "models" / "Qwen3-0.6B", "qwen3")
    template = "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}"
    write_gguf(tmp_path / "model.gguf", "qwen2", tokenizer__chat_template=template)
    return tmp_path


@pytest.fixture
def small_mind(workshop: Path, built_mind: Path) -> Path:
    """A mind that has learned nothing, with as many crystals as the help speaks of."""
    folder = Path(shutil.copytree(built_mind, workshop / "demo-mind"))
    stock(folder, 13)
    return folder


def stock(mind: Path, crystals: int) -> None:
    """Store scenes until there are at least this many *crystals*."""
    with Memory.open(mind / "memory") as memory:
        memory.ingest(World().scenes(2 * crystals, 5))
        assert memory.get(crystals)


@pytest.fixture(scope="module")
def trained_mind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mind of `make demo`: the one here if nothing was stored in it since, or a new one."""
    folder, made = tmp_path_factory.mktemp("demo") / "demo-mind", ROOT / "demo-mind"
    if (made / "memory" / "memory.db").exists():
        shutil.copytree(made, folder)
        with Memory.open(folder / "memory") as memory:
            if len(memory) == DEMO:
                return folder
        shutil.rmtree(folder)
    assert CliRunner().invoke(app, ["demo", str(folder)], catch_exceptions=False).exit_code == 0
    return folder


def faults(page: str, mind: Path, *, is_trained: bool) -> Iterator[str]:
    """Run what *page* shows, and say what is not as it should be."""
    memory, before = mind / "memory", mind.with_name("memory-before")
    shutil.copytree(memory, before)
    for line, _, output in examples(page):
        if page == HELP:  # its examples know nothing of each other
            shutil.rmtree(memory)
            shutil.copytree(before, memory)
        done = run(line, LONG)
        excuse = (OLD if is_trained else UNREAD).search(done.stdout + done.stderr)
        if done.code > 1 or (done.code and not excuse):
            yield f"{line}: exit code {done.code}: {done.stdout}{done.stderr}"
        is_known = is_trained or "demo-mind" not in line
        if output and is_known and not done.code and done.stdout.strip() != output.strip():
            yield f"{line}: prints {done.stdout}"


@pytest.mark.parametrize("page", [*PAGES, HELP])
def test_examples_run(page: str, small_mind: Path) -> None:
    if page != HELP:
        stock(small_mind, DEMO + 1)
    assert list(faults(page, small_mind, is_trained=False)) == []


@pytest.mark.slow
@pytest.mark.parametrize("page", [*PAGES, HELP])
def test_examples_print_what_is_shown(page: str, workshop: Path, trained_mind: Path) -> None:
    mind = Path(shutil.copytree(trained_mind, workshop / "demo-mind"))
    assert list(faults(page, mind, is_trained=True)) == []


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_first_example_reads_the_scene_of_the_page(page: str, workshop: Path, trained_mind: Path) -> None:
    shutil.copytree(trained_mind, workshop / "demo-mind")
    text = (ROOT / page).read_text(encoding="utf-8")
    (scene,) = (block for kind, block in FENCED.findall(text) if block.startswith("(b / believe"))
    shown = next(it.line for it in examples(page) if it.line.startswith("scenograph read demo-mind"))
    assert Scene.parse(run(shown).stdout) == Scene.parse(scene)


@pytest.mark.parametrize("page", PAGES)
def test_remarks_show_what_is_printed(page: str) -> None:
    (convert,) = (shown for shown in examples(page) if shown.line.startswith("scenograph convert"))
    assert convert.remark.partition(";")[0] == run(convert.line).stdout.strip()


def python_of(page: str) -> str:
    (program,) = (block for kind, block in FENCED.findall((ROOT / page).read_text()) if kind == "python")
    return program


@pytest.mark.parametrize("page", PAGES)
def test_python_examples_run(page: str, small_mind: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(python_of(page), {})
    assert capsys.readouterr().out


@pytest.mark.slow
def test_doctests_that_need_a_mind(
    workshop: Path, trained_mind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(trained_mind, workshop / "demo-mind")
    text = (mind_module.__doc__ or "").replace("# doctest: +SKIP", "")
    test = doctest.DocTestParser().get_doctest(text, {}, "mind", None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0


def test_no_other_doctest_is_skipped() -> None:
    skipped = {path.name for path in (ROOT / "src").rglob("*.py") if "doctest: +SKIP" in path.read_text()}
    assert skipped == {"mind.py"}


@pytest.mark.parametrize(
    "line",
    ["scenograph train", "scenograph eval m --items no", "scenograph demo --what", "scenograph nothing"],
)
def test_what_is_wrong_in_a_command_that_is_not_run_is_found(line: str) -> None:
    assert check(line.split()[1:]).code == 2


def test_lines_are_run_as_a_shell_does(workshop: Path) -> None:
    done = run(
        "cat family.penman | scenograph convert --to formula > out.txt && cat out.txt | scenograph nothing"
    )
    assert (done.code, done.stdout) == (2, "")
    assert Path("out.txt").read_text(encoding="utf-8").startswith("mother(poss: Vera")

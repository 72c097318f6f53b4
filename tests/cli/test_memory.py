"""The commands that look after a memory, from a terminal's point of view; memory needs no trained mind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scenograph.cli import app
from scenograph.core.scene import Scene
from scenograph.memory import Memory, Note, Place
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace

runner = CliRunner()

BEAN = '(a / Alan_Bean :birthDate "1932-03-15" :mission (m / Apollo_12))'


@pytest.fixture
def mind(tmp_path: Path) -> str:
    """A mind that is not trained, with a memory."""
    workspace = Workspace.create(tmp_path / "mind", MindConfig())
    with Memory.open(workspace.memory) as memory:
        memory.remember_many(
            [
                Note(Scene.parse(BEAN), "Alan Bean flew on Apollo 12.", "en", "a book"),
                Note(
                    Scene.parse('(a / Alan_Bean :birthDate "1935-03-15")'),
                    "Родился в 1935 году.",
                    "ru",
                    "газета",
                ),
                *(Scene.parse(f"(b / bridge :length {n} :in (c / city :size {n % 5}))") for n in range(30)),
            ]
        )
    return str(workspace.folder)


def run(*arguments: str, code: int = 0) -> Result:
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result


def records(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_grep_lists_all_that_says_something(mind: str) -> None:
    assert run("memory", "grep", mind, "flew apollo").stdout.split("\n")[0].strip() == (
        "1  Alan Bean flew on Apollo 12.  [a book]"
    )
    assert [found["id"] for found in records(run("memory", "grep", mind, "родился", "--json"))] == [2]
    assert len(records(run("memory", "grep", mind, "cities", "--json"))) == 30
    assert "no crystal says that" in run("memory", "grep", mind, "submarine", code=1).stderr
    assert "no word to look for" in run("memory", "grep", mind, "?", code=1).stderr


def test_recall_says_why_and_since_when(mind: str) -> None:
    shown = run("recall", mind, "Alan Bean", "-k", "1", "--why")
    assert "crystal 1: Alan Bean flew on Apollo 12.  [a book]" in shown.stdout
    assert "symbols 1.00" in shown.stdout
    assert "learned 20" in shown.stdout
    [hit] = records(run("recall", mind, BEAN, "--scenes", "-k", "1", "--json"))
    assert (hit["id"], hit["parts"]["unified"], hit["validity"]) == (1, 1.0, [])  # type: ignore[index]
    assert run("recall", mind, "Alan Bean", "--known", "2001-01-01", code=1).stdout == ""


def test_what_is_corrected_is_kept_but_not_recalled(mind: str) -> None:
    found = run("memory", "contradictions", mind, "--only-one", ":birthDate", code=1)
    assert "only one :birthDate" in found.stdout
    assert "Родился в 1935 году.  [газета]" in found.stdout
    right = '(a / Alan_Bean :birthDate "1932-03-15")'
    [put] = records(run("correct", mind, "2", right, "--scenes", "--source", "NASA", "--json"))
    assert put["corrected"] == 2
    assert run("memory", "contradictions", mind, "--only-one", ":birthDate").stdout == ""
    assert "crystal 2:" not in run("recall", mind, "Alan Bean").stdout
    shown = run("memory", "show", mind, "2").stdout
    assert f"replaced by crystal {put['crystal']}" in shown
    assert "«" not in shown
    kinds = [change["kind"] for change in records(run("memory", "history", mind, "2", "--json"))]
    assert kinds == ["remember", "correct"]
    assert "correct" in run("memory", "history", mind).stdout
    again = run("correct", mind, "2", right, "--scenes", code=1)
    assert "not believed any more" in again.stderr


def test_what_is_forgotten_is_gone(mind: str) -> None:
    gone = run("forget", mind, "1", "1", "--yes")
    assert "1 crystal forgotten" in gone.stderr
    assert "Apollo" not in run("recall", mind, "Apollo 12").stdout
    assert "there is no crystal 1" in run("forget", mind, "1", "-y", code=1).stderr


def test_show_and_history_tell_how_well_a_fact_is_said_and_how_to_correct_it(mind: str) -> None:
    with Memory.open(Path(mind) / "memory") as memory:
        crystal = memory.remember(
            Scene.parse("(s / sing :agent (c / cat) :tense past)"), text="The cat sang.", language="en"
        )
    before = run("memory", "show", mind, str(crystal))
    assert "retention not measured" in before.stdout
    assert f"scenograph memory measure {mind}" in before.stderr
    assert records(run("memory", "stats", mind, "--json"))[0]["unmeasured"] >= 1
    assert run("memory", "measure", mind, "--json").exit_code == 0
    after = run("memory", "show", mind, str(crystal))
    assert "said plainly and read again" in after.stdout
    assert f"scenograph correct {mind} {crystal} " in after.stderr
    listed = run("memory", "history", mind, str(crystal))
    assert "said plainly and read again" in listed.stderr
    assert f"scenograph correct {mind} {crystal} " in listed.stderr


def test_show_tells_where_in_its_document_a_text_stands(mind: str) -> None:
    with Memory.open(Path(mind) / "memory") as memory:
        memory.remember(Scene.parse(BEAN), text="Bean flew.", source="a.txt", place=Place(5, 15, 2))
    shown = run("memory", "show", mind, "1").stdout
    assert "from “Bean flew.” [a.txt, paragraph 2, characters 5–15]" in shown
    assert "[a book]" in shown
    [crystal] = records(run("memory", "show", mind, "1", "--json"))
    places = [source["place"] for source in crystal["sources"]]  # type: ignore[attr-defined]
    assert places == [None, {"start": 5, "end": 15, "paragraph": 2}]


def test_one_source_is_forgotten_alone(mind: str) -> None:
    with Memory.open(Path(mind) / "memory") as memory:
        memory.remember(Scene.parse(BEAN), text="He was born in 1932.", source="a wrong letter")
        number = memory.get(1).sources[1].id
    assert f"(source {number})" in run("memory", "show", mind, "1").stdout
    [done] = records(run("forget", mind, "--source-id", str(number), "--yes", "--json"))
    erased = {"crystal": 1, "scene": None, "texts": ["He was born in 1932."], "sources": ["a wrong letter"]}
    rest = {"vector": False, "associations": [], "derived": []}
    assert done == {
        **{"crystals": 0, "sources": 1, "readable": None},
        **{"erased": [{**erased, **rest}], "found": [], "adapters": []},
    }
    assert "wrong letter" not in run("memory", "show", mind, "1").stdout
    assert "1 crystal forgotten" in run("forget", mind, "--source", "газета", "--yes").stderr
    assert "there is no crystal 2" in run("memory", "show", mind, "2", code=1).stderr
    assert "give numbers of crystals or a source" in run("forget", mind, code=2).stderr


def test_a_damaged_crystal_is_forgotten(mind: str) -> None:
    with Memory.open(Path(mind) / "memory") as memory, memory.transaction():
        memory._database.execute("UPDATE crystals SET seal = zeroblob(8) WHERE id = 2")
    assert "damaged" in run("memory", "show", mind, "2", code=1).stderr
    done = run("forget", mind, "2", "1", "--yes")
    assert "crystal 2: damaged, so that it cannot be shown" in done.stderr
    assert "2 crystals forgotten" in done.stderr
    assert "there is no crystal 2" in run("forget", mind, "2", "--yes", code=1).stderr
    with Memory.open(Path(mind) / "memory") as memory:
        assert memory.check() == []


def test_consolidate_stats_and_map(mind: str, tmp_path: Path) -> None:
    done = run("memory", "consolidate", mind)
    assert "bytes a crystal" in done.stdout
    [again] = records(run("memory", "consolidate", mind, "--json"))
    assert again["rewritten"] == 0
    assert again["gained"] == {}
    assert "gained: bytes each -" in done.stdout
    assert "gained: nothing" in run("memory", "consolidate", mind).stdout
    [stats] = records(run("memory", "stats", mind, "--json"))
    assert stats["crystals"] == 32
    assert "crystals" in run("memory", "stats", mind).stdout
    picture = tmp_path / "map.svg"
    drawn = run("memory", "map", mind, "--out", str(picture))
    assert "length" in drawn.stdout
    assert picture.read_text(encoding="utf-8").lstrip().startswith("<?xml")
    rows = records(run("memory", "map", mind, "--out", str(picture), "--json"))
    assert sum(int(str(row["size"])) for row in rows) == 32


def test_check_finds_damage_and_repairs_what_is_derived(mind: str) -> None:
    assert "32 crystals: all is sound" in run("memory", "check", mind).stderr
    with Memory.open(Path(mind) / "memory") as memory, memory.transaction():
        memory._database.execute("UPDATE entities SET uses = 77 WHERE symbol = 'bridge'")
    assert "bridge" in run("memory", "check", mind, code=1).stdout
    run("memory", "check", mind, "--repair")
    run("memory", "check", mind)


@pytest.mark.parametrize("form", ["jsonl", "rdf"])
def test_exports_and_minds_are_imported(mind: str, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"memory.{form}"
    run("memory", "export", mind, str(file), "--format", form)
    other = str(Workspace.create(tmp_path / "other", MindConfig()).folder)
    [added] = records(run("memory", "import", other, str(file), "--json"))
    assert added["new"] == 32
    back = tmp_path / "back"
    run("memory", "export", other, str(back), "--format", form)
    assert back.read_bytes() == file.read_bytes()
    third = str(Workspace.create(tmp_path / "third", MindConfig()).folder)
    assert "32 new crystals" in run("memory", "import", third, mind).stderr
    assert run("memory", "export", third, "--format", form).stdout == file.read_text(encoding="utf-8")
    file.write_bytes(file.read_bytes()[:-30])
    assert "error: " in run("memory", "import", other, str(file), code=1).stderr


def test_corpora_are_ingested(mind: str, shared_data: Path) -> None:
    corpus = shared_data / "webnlg" / "ru" / "dev"
    [added] = records(run("memory", "import", mind, str(corpus), "--json"))
    assert int(str(added["new"])) > 500
    found = run("recall", mind, "аэропорт", "-k", "1").stdout
    assert "эропорт" in found

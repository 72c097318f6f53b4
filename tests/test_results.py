"""One shape for each result: the fields of the dataclass, in Python, in `--json` and over HTTP."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from scenograph import Mind, Scene
from scenograph.bridge import Answer, Reading, Utterance
from scenograph.cli import app
from scenograph.memory import Change, Contradiction, Crystal, Hit, Note, Source, Stats, Validity
from scenograph.results import record
from scenograph.service import create_app
from scenograph.service.schemas import field_names, model

RESULTS = [Reading, Utterance, Answer, Hit, Crystal, Source, Validity, Stats, Contradiction, Change]
SCENE = '(s / sleep :agent (e / entity :name "Oleg") :in (f / forest) :tense past)'


@pytest.fixture(scope="module")
def folder(built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mind that remembers dates, corrections, a contradiction and an unread text."""
    folder = Path(shutil.copytree(built_mind, tmp_path_factory.mktemp("results") / "mind"))
    with Mind.open(folder) as mind:
        memory = mind.memory
        [wrong, _] = memory.remember_many(
            [
                Note(
                    Scene.parse('(b / bear :object (p / person :name "Alan") :time 1932)'),
                    "Alan was born in 1932.",
                    "en",
                    "a book",
                    true_from=datetime.fromisoformat("1932-03-15T00:00:00+00:00"),
                ),
                Scene.parse(SCENE),
            ]
        )
        memory.correct(wrong, Note(Scene.parse('(b / bear :object (p / person :name "Alan") :time 1933)')))
        memory.remember_many(
            Scene.parse(f'(b / book{n} :author (p / person :name "N{n}"))')
            for n in range(25)
            for _ in range(2)
        )
        memory.remember_many([Scene.parse(f"(n / not :op1 {SCENE})")])
        memory.keep("жжж xyzzy", language="ru", source="a letter")
    return folder


@pytest.fixture(scope="module")
def mind(folder: Path) -> Iterator[Mind]:
    with Mind.open(folder) as mind:
        yield mind


@pytest.fixture(scope="module")
def client(mind: Mind) -> Iterator[TestClient]:
    with TestClient(create_app(mind), base_url="http://localhost") as client:
        yield client


def lines(*arguments: str) -> list[Any]:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def without(records: list[Any], key: str) -> list[Any]:
    """Leave out the one field that says which of many inputs a line belongs to."""
    return [{name: value for name, value in record.items() if name != key} for record in records]


@pytest.mark.parametrize("result", RESULTS)
def test_openapi_shows_exactly_the_fields(client: TestClient, result: type) -> None:
    schema = client.get("/openapi.json").json()["components"]["schemas"][result.__name__]
    assert list(schema["properties"]) == field_names(result)
    assert schema["required"] == field_names(result)
    assert is_dataclass(result)


@pytest.mark.parametrize("text", ["Oleg slept in the forest.", "жжж xyzzy"])
def test_readings(mind: Mind, client: TestClient, folder: Path, text: str) -> None:
    expected = record(mind.read(text))
    assert client.post("/read", json={"text": text}).json() == expected
    assert lines("read", str(folder), text) == [expected]


@pytest.mark.parametrize("surface", ["plain", "emoji"])
def test_utterances(mind: Mind, client: TestClient, folder: Path, surface: str) -> None:
    expected = record(mind.speak(Scene.parse(SCENE), surface=surface))
    assert client.post("/speak", json={"scene": SCENE, "surface": surface}).json() == expected
    given = {"scene": record(Scene.parse(SCENE))}  # so that a line says what was spoken
    assert lines("speak", str(folder), SCENE, "--surface", surface) == [given | expected]


def test_answers(mind: Mind, client: TestClient, folder: Path) -> None:
    for question in ("Who slept in the forest?", "жжж xyzzy?"):
        expected = record(mind.ask(question))
        assert client.post("/ask", json={"question": question}).json() == expected
        assert without(lines("ask", str(folder), question), "question") == [expected]


def test_answers_with_a_proof_are_json(mind: Mind) -> None:
    question = Scene.parse("(s / sleep :agent ?who :place (f / forest))")
    answer = mind.bridge.ask(question, mind.memory)
    value = record(answer)
    assert value["crystals"] == list(answer.crystals) != []
    assert value["findings"][0]["scene"] == answer.findings[0].scene.format(indent=None)
    assert model(Answer).model_validate(value).model_dump() == value
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("cue", ["Oleg", "Alan", "xyzzy"])
def test_hits(mind: Mind, client: TestClient, folder: Path, cue: str) -> None:
    expected = record(mind.recall(cue))
    assert expected
    assert client.post("/recall", json={"text": cue}).json() == expected
    assert without(lines("recall", str(folder), cue), "cue") == expected


def test_crystals(mind: Mind, client: TestClient, folder: Path) -> None:
    for words in ("born 1932", "xyzzy"):
        expected = record(mind.crystals(mind.memory.saying(words)))
        assert expected
        assert client.get("/crystals", params={"words": words}).json() == expected
        assert lines("memory", "grep", str(folder), words) == expected
        [first, *_] = expected
        assert client.get(f"/crystals/{first['id']}").json() == first
        assert lines("memory", "show", str(folder), str(first["id"])) == [first]


def test_changes_stats_and_contradictions(mind: Mind, client: TestClient, folder: Path) -> None:
    changes = record(mind.memory.history())
    assert client.get("/history").json() == changes == lines("memory", "history", str(folder))
    conflicts = record(mind.memory.contradictions())
    assert conflicts
    assert client.get("/contradictions").json() == conflicts
    assert lines("memory", "contradictions", str(folder)) == conflicts
    stats = record(mind.memory.stats())
    assert client.get("/stats").json() == stats
    assert lines("memory", "stats", str(folder))[0].keys() == stats.keys()


def test_an_unknown_crystal_is_not_found(client: TestClient) -> None:
    answer = client.get("/crystals/999999")
    assert (answer.status_code, answer.json()["error"]) == (404, "UnknownCrystalError")


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON form for object"):
        record({"a": object()})

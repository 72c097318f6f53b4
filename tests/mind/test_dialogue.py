"""A mind that is told who speaks: in Python, on the command line and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from scenograph.cli import app
from scenograph.core import Scene
from scenograph.dialogue import Speech, speech_of, spoken, unspoken
from scenograph.mind import Mind
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace
from scenograph.readers.unsure import is_unsure
from scenograph.service.app import create_app

pytestmark = pytest.mark.usefixtures("short_answers")

runner = CliRunner()
CHAT = "2025-01-13\nAnna: I moved to Lisbon yesterday.\nTom: My sister lives there. I visited your parents.\n"


@pytest.fixture
def mind(tmp_path: Path) -> Iterator[Mind]:
    with Mind.open(Workspace.create(tmp_path / "mind", MindConfig()).folder) as mind:
        yield mind


def test_i_is_who_speaks_and_the_words_are_marked(mind: Mind) -> None:
    crystal = mind.remember("I moved to Lisbon.", speaker="Anna", date=date(2025, 6, 1))
    answer = mind.ask("Where did Anna move?")
    assert (answer.text, answer.crystals) == ("To Lisbon.", (crystal,))
    assert [mark.text[start:end] for mark in answer.marks for start, end in mark.spans] == ["Lisbon"]
    who = mind.ask("Who moved to Lisbon?")
    assert who.text == "Anna."
    assert [mark.text[start:end] for mark in who.marks for start, end in mark.spans] == ["I"]
    assert speech_of(mind.memory.get(crystal or 0).scene) == Speech("Anna", "", "2025-06-01")
    assert mind.ask("Where did I move?", speaker="Anna").text == "To Lisbon."
    assert mind.ask("Where did I move?", speaker="Tom").crystals == ()


def test_a_chat_is_remembered_turn_by_turn(mind: Mind) -> None:
    stored = list(mind.remember_document(CHAT, "chat.txt"))
    assert [CHAT[it.sentence.start : it.sentence.end] for it in stored] == [
        "I moved to Lisbon yesterday.",
        "My sister lives there.",
        "I visited your parents.",
    ]
    assert mind.ask("When did Anna move to Lisbon?").text == "Yesterday (12 January 2025)."
    assert mind.ask("Who visited Anna's parents?").text == "Tom."
    assert mind.forget(source="chat.txt").crystals == 3


NOTES = """The old cinema burnt down on Monday. Twelve families had to leave their homes.
The mayor visited them in the morning.
Marta is on sick leave until 10 March, so Ivan will take over her tasks.

У Кирилла день рождения. Мы подарим ему велосипед."""


def test_pronouns_of_a_document_mean_what_was_mentioned(mind: Mind) -> None:
    stored = list(mind.remember_document(NOTES, "notes.md"))
    assert mind.ask("Who will take over Marta's tasks?").text in ("Ivan.", "Probably Ivan.")
    assert mind.ask("Who visited the families?").text in ("The mayor.", "Probably the mayor.")
    assert mind.ask("Что мы подарим Кириллу?").text in ("Велосипед.", "Вероятно, велосипед.")
    third = mind.memory.get(stored[2].crystal)
    assert third.scene != unspoken(third.scene)
    assert mind.speak(third.scene).text == "The mayor visited them in the morning."


def test_pronouns_of_one_text_mean_what_its_other_sentences_mention(mind: Mind) -> None:
    mind.remember("Helen has a brother. He lives in Oslo.")
    assert mind.ask("Where does Helen's brother live?").text == "In Oslo."


def test_pronouns_of_a_file_mean_what_its_other_sentences_mention(mind: Mind) -> None:
    list(mind.remember_document("Helen met her brother in Oslo. He works there.", "notes.txt"))
    assert mind.ask("Where does Helen's brother work?").text == "Probably in Oslo."


def test_what_is_unsure_is_kept_apart_from_what_is_read(mind: Mind) -> None:
    texts = (
        "The dentist appointment is on Friday at 3 pm.",
        "The new manager, Alice Brown, starts on 1 March.",
        "Рейс задержали на два часа из-за тумана.",
    )
    text = next(text for text in texts if (it := mind.read(text)).scene is not None and it.unsure)
    crystal = mind.remember(text)
    assert crystal is not None
    stored = mind.memory.get(crystal).scene
    reading = mind.read(text)
    unsure = [link for link in stored.links if is_unsure(link.role)]
    assert stored.without_links(unsure) == reading.scene
    assert len(unsure) <= len(reading.unsure)


def test_retention_counts_what_the_text_does_not_say(mind: Mind) -> None:
    scene = mind.read("I moved to Lisbon.").scene
    assert scene is not None
    said = mind.speak(spoken(scene, Speech("Anna")))
    assert (said.text, said.retention) == ("Anna: I moved to Lisbon.", 1.0)
    dated = mind.speak(spoken(scene, Speech("Anna", date="2025-06-01")))
    assert dated.text == said.text
    assert dated.retention < 1.0
    links = [
        (source, ":unsure-to" if role == ":to" else role, target) for source, role, target in scene.triples
    ]
    unsure = mind.speak(Scene.build(scene.concepts, links))
    assert unsure.text == "I moved."
    assert unsure.retention < 1.0


def test_a_turn_that_cannot_be_read_keeps_its_speaker(mind: Mind) -> None:
    assert mind.remember("Zzyzx qwrtp.", speaker="Anna") is None or mind.recall("Anna")
    [stored] = mind.remember_document("!!!", speaker="Anna")
    assert mind.memory.get(stored.crystal).sources[0].text == "Anna: !!!"


def test_the_command_line_takes_who_speaks(mind: Mind, tmp_path: Path) -> None:
    folder = str(mind.workspace.folder)
    said = ["I gave you my bike.", "--speaker", "Anna", "--hearer", "Tom", "--date", "2025-06-01"]
    assert runner.invoke(app, ["remember", folder, *said]).exit_code == 0
    asked = runner.invoke(app, ["ask", folder, "Who gave Tom the bike?"])
    assert asked.stdout.splitlines()[0].removeprefix("Probably ") == "Anna."
    assert "crystal 1 (Anna, 2025-06-01)" in asked.stdout
    turns = tmp_path / "chat.jsonl"
    lines = [{"speaker": "Ole", "text": "I sold my boat."}, {"speaker": "Ida", "text": "I bought it."}]
    turns.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert runner.invoke(app, ["remember", folder, "-f", str(turns)]).exit_code == 0
    assert runner.invoke(app, ["ask", folder, "Who sold a boat?"]).stdout.startswith("Ole.")


def test_http_takes_who_speaks(mind: Mind) -> None:
    with TestClient(create_app(mind), base_url="http://localhost") as client:
        told = {"text": "I moved to Lisbon.", "speaker": "Anna", "date": "2025-06-01"}
        assert client.post("/remember", json=told).json()[0]["crystal"] == 1
        answer = client.post("/ask", json={"question": "Where did I move?", "speaker": "Anna"}).json()
        assert answer["text"] == "To Lisbon."
        finding = answer["findings"][0]
        assert (finding["said_by"], finding["said"], finding["is_unsure"]) == ("Anna", "2025-06-01", False)
        assert client.post("/remember", json=told | {"date": "soon"}).status_code == 422

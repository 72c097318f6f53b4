"""Each fact carries how well it is said and read again, and that figure goes where the fact goes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from scenograph.core import Scene
from scenograph.memory import Measured, Memory
from scenograph.mind import Mind, MindConfig, Workspace
from scenograph.mind.keeper import AT_ONCE
from scenograph.mind.measuring import Measurer, Stated
from scenograph.readers.graph_reader import bundled
from scenograph.world import World

pytestmark = pytest.mark.usefixtures("short_answers")

TEXTS = (
    "Maria works in Berlin.",
    "Мария живёт в Москве.",
    "Anna gave the old book to her brother on Monday.",
    "Oleg slept. Marta sang a song.",
    "What she said was less than what he had hoped for.",
)


@pytest.fixture
def mind(tmp_path: Path) -> Iterator[Mind]:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as opened:
        yield opened


def figures(memory: Memory) -> dict[str | None, Measured | None]:
    return {source.text: source.measured for crystal in memory for source in crystal.sources}


def test_little_is_measured_when_it_is_stored(mind: Mind) -> None:
    for text in TEXTS[:2]:
        crystal = mind.remember(text)
        assert crystal is not None
        [source] = mind.memory.get(crystal).sources
        assert source.measured == Measured(1.0, "plain")
    list(mind.remember_document(TEXTS[4]))
    measured = figures(mind.memory)[TEXTS[4]]
    assert measured is not None
    assert 0 < measured.retention < 1
    assert mind.memory.stats().unmeasured == 0


def test_a_figure_depends_on_the_text_alone_not_on_when_it_is_measured(mind: Mind) -> None:
    mind.remember_many(TEXTS)
    at_once = figures(mind.memory)
    assert all(at_once.values())
    assert mind.measure(again=True) == len(mind.memory)
    assert figures(mind.memory) == at_once
    mind.forget(*(crystal.id for crystal in mind.memory))
    list(mind.remember_document("\n\n".join([*(f"Ivan has {n} books." for n in range(AT_ONCE)), *TEXTS[:3]])))
    later = figures(mind.memory)
    assert [text for text, figure in later.items() if figure is None] == list(TEXTS[:3])
    assert mind.memory.stats().unmeasured == 3
    assert mind.measure() == 3
    assert mind.measure() == 0
    for text in TEXTS[:3]:
        assert figures(mind.memory)[text] == at_once[text]


def test_several_sentences_are_measured_each_for_itself(mind: Mind) -> None:
    crystal = mind.remember(TEXTS[3])
    assert crystal is not None
    assert mind.memory.get(crystal).scene.root_concept == "and"
    [source] = mind.memory.get(crystal).sources
    assert source.measured == Measured(1.0, "plain")


def test_what_is_given_exactly_is_said_to_be_given(mind: Mind) -> None:
    scene = mind.remember(Scene.parse('(s / sleep :agent (p / person :name "Oleg"))'), source="a file")
    written = mind.remember("(s / sing :agent (c / cat))")
    silent = mind.remember(Scene.parse("(s / sing :agent (d / dog))"))
    unread = mind.remember("zxcvb qwrtp 123 ?!")
    assert scene is not None
    assert written is not None
    assert silent is not None
    for crystal in (scene, written):
        [source] = mind.memory.get(crystal).sources
        assert source.measured == Measured(1.0, "given")
    assert mind.memory.get(silent).sources == ()
    if unread is None:
        [kept] = [mind.memory.get(it.id) for it in mind.memory.unread()]
        assert kept.unread
        assert kept.sources[0].measured is None
    assert mind.memory.stats().unmeasured == 0


@pytest.mark.parametrize("language", ["en", "ru"])
def test_scenes_of_the_domain_are_measured_by_its_exact_words(language: str) -> None:
    world = World()
    stated = [Stated(it, world.say(it, "plain", language), language) for it in world.scenes(20, 1, "test")]
    assert Measurer(lambda: world, bundled).many(stated) == [Measured(1.0, "words")] * 20


def test_what_somebody_says_is_measured_without_the_name(mind: Mind) -> None:
    crystal = mind.remember("I moved to Lisbon.", speaker="Anna")
    assert crystal is not None
    [source] = mind.memory.get(crystal).sources
    assert source.measured == Measured(1.0, "plain")


def test_a_correction_is_measured_anew_and_shows_the_way_back(mind: Mind) -> None:
    wrong = mind.remember(TEXTS[0])
    assert wrong is not None
    right = mind.correct(wrong, "Maria works in Madrid.")
    [source] = mind.memory.get(right).sources
    assert source.measured == Measured(1.0, "plain")
    given = mind.correct(right, Scene.parse("(w / work :agent (m / man))"), source="me")
    assert mind.memory.get(given).sources[0].measured == Measured(1.0, "given")


def test_figures_survive_consolidation_and_moving(mind: Mind, tmp_path: Path) -> None:
    mind.remember_many(TEXTS)
    before = figures(mind.memory)
    mind.writable.consolidate(full=True)
    assert figures(mind.memory) == before
    assert mind.memory.check() == []
    lines = io.StringIO()
    mind.memory.export_to(lines)
    with Memory.open(tmp_path / "other") as other:
        other.import_from(io.StringIO(lines.getvalue()))
        assert figures(other) == before
    with Memory.open(tmp_path / "third") as third:
        third.merge(tmp_path / "other")
        assert figures(third) == before
        for crystal in list(third):
            third.forget(crystal.id)
        assert third.check() == []


def test_a_damaged_figure_is_named_and_hides_no_fact(mind: Mind) -> None:
    crystal = mind.remember(TEXTS[0])
    assert crystal is not None
    folder = mind.memory.folder
    mind.close()
    (folder / "memory.db-sums").unlink()
    with apsw.Connection(str(folder / "memory.db")) as database:
        database.execute("UPDATE measured SET retention = 0.5")
    with Memory.open(folder) as memory:
        assert memory.get(crystal).sources[0].measured is None
        assert any("measured of source 1 is damaged" in line for line in memory.check())
    with Mind.open(folder.parent) as again:
        assert again.measure(again=True) == 1
        assert again.memory.check() == []
        assert figures(again.memory) == {TEXTS[0]: Measured(1.0, "plain")}

"""Laws of the bundled world: every text gives its scene back, and no text means two things."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.world import World
from scenograph.world.questions import answer_scene
from scenograph.world.templates import STYLES, compile_template

WORLD = World()
PAIRS = [(style, language) for style in STYLES for language in ("en", "ru")]


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_every_wording_gives_its_scene_back(style: str, language: str) -> None:
    for scene in WORLD.scenes(60, seed=3):
        for text in WORLD.texts(scene, style, language)[:6]:
            assert WORLD.parse(text, style, language) == scene, text


def _collisions(scenes: Callable[[], Iterable[Scene]]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for style, language in PAIRS:
        meant: dict[str, bytes] = {}
        for scene in scenes():
            for text in WORLD.texts(scene, style, language):
                if meant.setdefault(text, scene.digest) != scene.digest:
                    found.append((style, language, text))
    return found


def test_no_text_means_two_things() -> None:
    few = list(WORLD.scenes(600, seed=1))
    assert not _collisions(lambda: few)


@pytest.mark.slow
def test_no_text_means_two_things_in_100_000_scenes() -> None:
    assert not _collisions(lambda: WORLD.scenes(100_000, seed=2))


def test_scenes_are_reproducible_and_differ_by_seed() -> None:
    first, again, other = (list(WORLD.scenes(40, seed)) for seed in (5, 5, 6))
    assert first == again
    assert first != other


@pytest.mark.parametrize("language", ["en", "ru"])
def test_questions_are_read_back_and_name_what_they_ask(language: str) -> None:
    rng = random.Random(4)
    asked = 0
    for scene in WORLD.scenes(80, seed=8):
        for question in WORLD.questions(scene, rng):
            for text in question.texts[language]:
                assert text.endswith("?")
                assert WORLD.parse(text, "plain", language) == question.scene, text
                asked += 1
    assert asked > 100


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_answers_are_said_and_read_back(style: str, language: str) -> None:
    rng = random.Random(4)
    for scene in WORLD.scenes(25, seed=9):
        for question in WORLD.questions(scene, rng):
            text = WORLD.say(question.answer, style, language)
            assert WORLD.parse(text, style, language) == question.answer, text


def test_the_scene_of_the_readme() -> None:
    scene = Scene.parse(
        '(b / believe :agent (m / entity :name "Marta") :tense past :content (u / build'
        ' :agent (o / entity :name "Oleg") :object (r / bridge :mod (a / old)) :time 1931 :tense past))'
    )
    english = "Marta believed that Oleg built the old bridge in 1931."
    russian = "Марта верила, что Олег построил старый мост в 1931 году."
    assert WORLD.say(scene, "plain", "en") == english
    assert WORLD.say(scene, "plain", "ru") == russian
    assert WORLD.parse(english, "plain", "en") == WORLD.parse(russian, "plain", "ru") == scene


@pytest.mark.parametrize(
    "notation",
    [
        "(x / zebra)",
        '(b / build :agent (e / entity :name "Oleg") :tense past)',
        '(b / build :agent (e / entity :name "марта") :object (r / bridge) :tense past)',
        '(b / build :agent (e / entity :name "Oleg") :object (r / bridge) :manner (s / slow) :tense past)',
        '(s / sleep :agent (e / entity :name "Oleg"))',
        '(s / sleep :agent (e / entity :name "Oleg") :tense future)',
        '(s / sleep :agent (e / entity :name "Oleg") :place (f / forest) :tense past)',
        '(s / sleep :agent (e / entity :name "Oleg") :on (f / forest) :tense past)',
        '(s / sleep :agent (e / entity :name "Oleg") :in (f / forest) :at (m / market) :tense past)',
        '(c / cold :subject (e / entity :name "Oleg") :tense present)',
        "(b / brave :subject (b2 / bridge) :tense present)",
        "(a / and :op1 (n / not :op1 a) :op2 (n2 / not))",
        "(e / equal :op1 (p / plus :op1 3 :op2 x) :op2 7)",
    ],
)
def test_what_the_world_cannot_say_is_refused_in_words(notation: str) -> None:
    with pytest.raises(SurfaceError):
        WORLD.texts(Scene.parse(notation), "plain", "ru")


@pytest.mark.parametrize(
    "text", ["", "Hello there.", "Oleg built", "⟁say:poet", "Oleg built the bridge. Yes."]
)
def test_what_is_no_text_of_the_world_is_refused(text: str) -> None:
    with pytest.raises(SurfaceError, match="not a text"):
        WORLD.parse(text)


def _damaged(scene: Scene, rng: random.Random) -> Scene:
    """Return *scene* with a concept, a role or a constant of the world in a place where it may not fit."""
    concepts, links = list(scene.concepts), [*scene.links]
    place = rng.randrange(len(links)) if links else 0
    if not links or rng.random() < 0.4:
        concepts[rng.randrange(len(concepts))] = rng.choice(sorted(WORLD.concepts))
    elif rng.random() < 0.6:
        links[place] = links[place]._replace(role=rng.choice(WORLD.roles))
    elif isinstance(links[place].target, str):
        links[place] = links[place]._replace(target=rng.choice(['"Anna"', "7", "?who", "1812", "foo", '""']))
    return Scene.build(concepts, links)


def test_damaged_scenes_are_said_exactly_or_refused_in_words() -> None:
    rng = random.Random(10)
    refused = said = 0
    for scene in WORLD.scenes(400, seed=12):
        scene = _damaged(scene, rng)
        style, language = rng.choice(PAIRS)
        try:
            text = WORLD.say(scene, style, language)
        except SurfaceError:
            refused += 1
        else:
            assert WORLD.parse(text, style, language) == scene
            said += 1
    assert refused > 100
    assert said > 20


def test_an_answer_shares_the_node_it_names() -> None:
    scene = next(s for s in WORLD.scenes(50, seed=1) if s.root_concept == "have")
    question = next(q for q in WORLD.questions(scene, random.Random(0)) if q.scene.root_concept == "have")
    assert any(link.role == ":value" for link in question.answer.out(0))
    assert answer_scene(("yes", ()), ("not", ())).root_concept == "answer"


@pytest.mark.parametrize(
    "source",
    ["{agent} {verb}", "{agent} {verb} {object}", "{content}, {agent} {verb}[ {time}]", "{agent} {kim}"],
)
def test_a_template_that_loses_a_role_is_refused(source: str) -> None:
    frame = "mental" if "content" in source else "transitive"
    with pytest.raises(ValueError, match=frame):
        compile_template(frame, source)

"""What pronouns mean, of sentences that the reader which ships has read."""

from __future__ import annotations

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.coreference import REFERENT, Resolver, linked, without_references
from scenograph.coreference.linking import joined
from scenograph.coreference.mentions import PRONOUNS, THERE, mentions
from scenograph.coreference.things import Reference
from scenograph.readers.graph_reader import bundled
from scenograph.readers.unsure import kept, whole
from tests.strategies import scenes

WORDS = [
    "he",
    "it",
    "they",
    "она",
    "она",
    "there",
    "dog",
    "Anna",
    "teacher",
    "мост",
    "cities",
    "and",
    "sleep",
    "have",
]
ROLES = ("agent", "object", "poss", "in", "subject", "op1", "op2")


@st.composite
def speaking(draw: st.DrawFn) -> Scene:
    """Draw a scene with pronouns, nouns, and roles in which they stand."""
    scene = draw(scenes(concepts=st.sampled_from(WORDS)))
    roles = draw(st.lists(st.sampled_from(ROLES), min_size=len(scene.triples), max_size=len(scene.triples)))
    links = [
        (source, f":{role}" if isinstance(target, int) else own, target)
        for (source, own, target), role in zip(scene.triples, roles, strict=True)
    ]
    return Scene.build(scene.concepts, links)


MEANS = [
    "Marta is on sick leave until 10 March, so Ivan will take over her tasks. | she Marta",
    "Twelve families had to leave their homes. | they family",
    "Helen met her brother in Oslo. He lives there. | she Helen; he brother; there Oslo",
    "Volta has bought a factory. It makes batteries. | it Volta",
    "Peter called his mother. She was at home. | he Peter; she mother",
    "Ivan and Marta live in Riga. They have two children. | they and",
    "Дима потерял чемодан. Его нашли в аэропорту. | он чемодан",
    "Сторожа зовут Степаныч, он живёт в посёлке. У него две козы. | он Степаныч; он Степаныч",
    "Kate moved to Oslo. She works there. | she Kate; there Oslo",
    "Катя переехала в Казань. Она работает там. | она Катя; там Казань",
    "Тётя Вера вышла на пенсию. Она живёт в Самаре. | она Вера",
    "У Кирилла день рождения. Мы подарим ему велосипед. | он Кирилл",
    "Мост построили в 1900 году. Он соединяет два берега. | он мост",
    "The old bridge. It has been closed since May. | it bridge",
    "Нашего врача зовут Ольга. Она живёт в Твери. | она Ольга",
    "Анна приехала. Её брат живёт в Риге. | она Анна",
    "Соседи продали дом. Они уехали в Пермь. | они сосед",
    "Ночью загорелось здание склада. Оно сгорело за час. | оно здание",
    "Мы нашли старое письмо. Анна прочла его вслух. | он письмо",
]
OPEN = [
    "He works there.",
    "Kate flew to Oslo from a farm in Kent. Rain fell there.",
    "It is cold in Rome.",
    "The bus left. She was late.",
    "Мост закрыли. Она опоздала.",
    "Tom saw him.",
    "Old bridges. It is cold.",
    "No ticket was sold. It cost ten euros.",
    "Никакого письма не пришло. Оно потерялось.",
]


def _resolved(text: str) -> tuple[list[Scene], list[list[Reference]]]:
    language = "en" if text.isascii() else "ru"
    resolver = Resolver()
    sentences = [it.strip() + "." for it in text.split(".") if it.strip()]
    read = [scene for it in bundled().read_many(sentences, language) if (scene := kept(it))]
    return read, [resolver.read(scene) for scene in read]


def _referents(scene: Scene) -> list[int]:
    return [it.target for it in scene.links if it.role == REFERENT and isinstance(it.target, int)]


@pytest.mark.parametrize("row", MEANS)
def test_a_pronoun_means_what_was_mentioned(row: str) -> None:
    text, _, wanted = row.partition(" | ")
    read, found = _resolved(text)
    said = [
        f"{scene.concepts[it.pronoun]} {it.thing.name or it.thing.concept}"
        for scene, references in zip(read, found, strict=True)
        for it in references
    ]
    assert "; ".join(said) == wanted


@pytest.mark.parametrize("text", OPEN)
def test_what_does_not_fit_is_left_open(text: str) -> None:
    read, found = _resolved(text)
    assert [linked(scene, it) for scene, it in zip(read, found, strict=True)] == read


def test_what_another_sentence_mentions_is_described_once_more() -> None:
    read, found = _resolved("The old cinema burnt down. Its owner wants to rebuild it.")
    scene = whole(linked(read[1], found[1]))
    described = {scene.sub(node).format(indent=None) for node in _referents(scene)}
    assert described == {"(c / cinema :mod (o / old))"}


def test_what_the_same_sentence_mentions_is_linked_to() -> None:
    [scene], [found] = _resolved("Marta is on sick leave until 10 March, so Ivan will take over her tasks.")
    [node] = _referents(linked(scene, found))
    assert scene.targets(":name", node) == ('"Marta"',)


def test_sentences_that_are_joined_are_linked_across() -> None:
    read, _ = _resolved("The old cinema burnt down. Its owner wants to rebuild it.")
    meant = {(one, read[other].concepts[node]) for one, _, _, other, node in joined(read)}
    assert meant == {(1, "cinema")}


@pytest.mark.parametrize("first", ["We slept.", "The cinema is old.", "Why?"])
def test_links_across_count_sentences_that_mention_nothing(first: str) -> None:
    read = [
        kept(it) for it in bundled().read_many([first, "Helen has a brother.", "He lives in Oslo."], "en")
    ]
    scenes = [scene for scene in read if scene is not None]
    [(one, pronoun, _, other, node)] = joined(scenes)
    assert (scenes[one].concepts[pronoun], scenes[other].concepts[node]) == ("he", "brother")


@given(st.lists(speaking(), max_size=4))
def test_links_across_lead_to_nodes_that_there_are(given_: list[Scene]) -> None:
    for one, pronoun, role, other, node in joined(given_):
        assert given_[one].concepts[pronoun]
        assert given_[other].concepts[node]
        assert role in (REFERENT, ":unsure-referent")


def test_a_list_that_holds_itself_is_no_endless_one() -> None:
    scene = Scene.parse('(s / sleep :agent (a / and :op1 a :op2 (e / entity :name "Ivan") :op3 (p / dog)))')
    assert [it.concept for it in mentions(scene)] == ["and", "entity", "dog"]


def test_a_thing_is_forgotten_after_some_sentences() -> None:
    _, found = _resolved(
        "Marta lives in Riga. The sun shines. The sun shines. The sun shines. The sun shines. She sings."
    )
    assert found[-1] == []


@given(speaking())
def test_linking_is_undone(scene: Scene) -> None:
    resolver = Resolver()
    resolver.read(Scene.parse('(m / meet :agent (e / entity :name "Anna") :object (d / dog :mod (o / old)))'))
    assert without_references(linked(scene, resolver.read(scene))) == scene


@given(speaking())
def test_a_pronoun_never_means_itself_and_is_in_the_scene(scene: Scene) -> None:
    for reference in Resolver().read(scene):
        assert scene.concepts[reference.pronoun] in PRONOUNS.keys() | THERE
        assert 0 <= reference.probability <= 1
        assert reference.here is None or scene.concepts[reference.here] not in PRONOUNS


def test_the_scenes_of_these_laws_have_pronouns_that_are_resolved() -> None:
    assert Resolver().read(find(speaking(), lambda scene: bool(Resolver().read(scene))))


@pytest.mark.parametrize("text", ["It rained in May.", "It was snowing when we left.", "It was Monday."])
def test_the_it_of_weather_and_time_means_nothing(text: str) -> None:
    before, scene = (kept(it) for it in bundled().read_many(["The ferry left the port.", text], "en"))
    assert before is not None
    assert scene is not None
    resolver = Resolver()
    resolver.read(before)
    assert resolver.read(scene) == []

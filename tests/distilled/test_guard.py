"""The guard keeps a text that says its scene, whatever a style puts around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from strategies import scenes

from scenograph.core import Scene
from scenograph.distilled.candidates import Said
from scenograph.distilled.guard import Shown, beside, judge, look, missing, new_words, news_of
from scenograph.readers.graph_reader import bundled

SOLD = Said(
    Scene.parse('(s / sell :agent (e / entity :name "Anna") :object (h / house) :tense past)'),
    "Anna sold the house.",
    "en",
)


def reads(language: str) -> Callable[[str], Scene | None]:
    """What reads one text of a language."""
    return lambda text: bundled().read_many([text], language)[0].draft


SHOWN = Shown({"beep"}, {"sentence"}, "an old sea captain")


@given(scene=scenes())
def test_a_scene_stands_in_itself_and_under_a_remark(scene: Scene) -> None:
    assert missing(scene, scene) == []
    links = [
        (link.source + 1, link.role, link.target + 1 if isinstance(link.target, int) else link.target)
        for link in scene.links
    ]
    under = Scene.build(["zzz-say", *scene.concepts], [(0, ":zzz-content", 1), *links])
    assert missing(scene, under) == []


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", "empty"),
        ("!!!", "empty"),
        ("Sentence: Anna sold the house.", "notation"),
        ("( sell:agent Anna)", "notation"),
        ("Анна продала дом.", "language"),
        ("Aye, Anna sold the house, хозяин.", "language"),
        ("Aye, Anna sold the house " + "and so on " * 9, "long"),
        ("Aye, old sea captain, Anna sold the house.", "borrowed"),
        ("anna sold THE house!", "copied"),
        ("Beep, Anna sold the house.", "borrowed"),
    ],
)
def test_what_is_refused_before_it_is_read(text: str, verdict: str) -> None:
    assert look(text, SOLD, (), SHOWN) == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Aye, Anna sold the house.", "kept"),
        ("Aye, Anna sold it.", "lost"),
        ("Aye, Boris sold the house.", "lost"),
        ("Aye, Anna will sell the house.", "lost"),
        ("Aye, Anna did not sell the house.", "changed"),
        ("Aye, if it rains, Anna sold the house.", "changed"),
        ("It is false, Anna sold the house.", "changed"),
        ("Anna sold the red house.", "added"),
        ("Anna quickly sold the house.", "added"),
        ("Anna sold the house, which she hated.", "added"),
        ("In the old days, Anna sold the house.", "added"),
        ("Well, Anna sold the house, and the stars twinkled.", "added"),
        ("Anna sold the house, by the seven seas!", "kept"),
        ("You will not believe it, dear, Anna sold the house!", "kept"),
    ],
)
def test_what_is_refused_after_it_is_read(text: str, verdict: str) -> None:
    assert look(text, SOLD, (), Shown()) is None
    found = judge(text, SOLD, reads("en"))
    assert (found.verdict, bool(found.note)) == (verdict, verdict != "kept"), found.note
    assert found.scene == SOLD.scene


@pytest.mark.parametrize(
    ("plain", "text", "verdict"),
    [
        ("Банк закрыл три отделения.", "Банк закрыл три отделения, братцы!", "kept"),
        ("Лена говорит на трёх языках.", "Клянусь трубкой, Лена говорит на трёх языках!", "kept"),
        ("Банк закрыл три отделения.", "Неправда, банк закрыл три отделения.", "changed"),
        ("Банк закрыл три отделения.", "Банк тайком закрыл три отделения.", "added"),
        ("Банк закрыл три отделения.", "Банк закрыл три двери, братцы!", "lost"),
        ("Банк закрыл три отделения.", "Я сказал, что банк закрыл три отделения.", "added"),
    ],
)
def test_russian_flourishes(plain: str, text: str, verdict: str) -> None:
    read = reads("ru")
    scene = read(plain)
    assert scene is not None
    found = judge(text, Said(scene, plain, "ru"), read)
    assert found.verdict == verdict, found.note


def test_a_word_that_no_dictionary_has_is_refused() -> None:
    said = Said(Scene.parse("(с / спать)"), "Вера спит.", "ru")
    assert look("Ох, Вера нерушительно спит.", said, (), Shown()) == "unknown"
    assert look("Ох, Вера крепко спит.", said, (), Shown()) is None


def test_articles_may_be_left_out_and_the_scene_says_so() -> None:
    read = reads("en")
    plain = "Anna gave Peter a small notebook."
    said = Said(read(plain) or SOLD.scene, plain, "en")
    assert any(link.role == ":definite" for link in said.scene.links)
    found = judge("Anna gave Peter small notebook.", said, read)
    assert found.verdict == "kept"
    assert found.scene == read("Anna gave Peter the small notebook.")
    assert judge("Anna gave Peter the small notebook.", said, read).verdict == "lost"


@given(scene=scenes())
def test_a_scene_tells_nothing_of_itself(scene: Scene) -> None:
    assert news_of(scene, scene) == []
    assert beside(scene, scene) == []


def test_nothing_read_is_nothing_said() -> None:
    assert judge("Aye.", SOLD, lambda _: None)[:2] == ("unread", "")
    assert new_words("Aye, Anna sold the old house!", SOLD) == ["aye", "old"]

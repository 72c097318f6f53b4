"""The realiser's laws: every scene of a tree is said or refused with a reason, and nothing of it is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from strategies import scenes
from tree_strategies import trees

from scenograph.core import Scene
from scenograph.core.links import unquote
from scenograph.errors import SurfaceError
from scenograph.morphology import english_words
from scenograph.morphology.english_forms import compared, plural, verb
from scenograph.morphology.russian import analyzer
from scenograph.morphology.russian_forms import plain
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert
from scenograph.readers.sentence import Sentence
from scenograph.realiser import outline, phrase, say

LANGUAGES = ("en", "ru")
SILENT = {"and", "or", "but", "nor", "not", "whether", "be", "быть", "entity"}
"""Concepts that a sentence says by its form or by a word of its own."""
PRONOUNS = {"i", "you", "he", "she", "it", "we", "they", "я", "ты", "он", "она", "оно", "мы", "вы", "они"}
"""Concepts with forms that share no letter with them."""


@pytest.mark.parametrize("language", LANGUAGES)
@given(trees())
def test_the_scene_of_any_tree_is_said_or_refused(language: str, sentence: Sentence) -> None:
    scene = convert(sentence).scene
    try:
        text = say(scene, language)
    except SurfaceError:
        return
    assert text.strip()
    assert "\n" not in text
    assert say(scene, language) == text


@pytest.mark.parametrize("language", LANGUAGES)
@given(scenes())
def test_any_scene_is_said_or_refused(language: str, scene: Scene) -> None:
    for target in range(len(scene.concepts)):
        try:
            assert isinstance(say(scene, language), str)
            assert isinstance(phrase(scene, target, language, ":in"), str)
        except SurfaceError:
            continue


def test_what_joins_itself_is_said() -> None:
    """It was looked for among its own members without end, and memory with it."""
    assert say(Scene.parse("(x / or :part (b / bridge :agent y) :op1 x :op2 x)"), "en")


@given(scenes())
def test_an_outline_names_every_node_and_constant(scene: Scene) -> None:
    lines = outline(scene)
    for literal in (*scene.concepts, *(target for _, _, target in scene.triples if isinstance(target, str))):
        assert unquote(literal) in lines


def _forms(word: str) -> set[str]:
    """Return every form that *word* may take in a text."""
    forms = {word, plural(word), *(verb(word, tag) for tag in ("VBD", "VBG", "VBZ", "VBN"))}
    forms.update(form for found in english_words.forms(word).values() for form in found)
    forms.update(piece for degree in ("more", "most") for piece in compared(word, degree).split())
    for reading in analyzer().parse(word):
        forms.update(form.word for form in reading.lexeme)
    return {plain(form) for form in forms}


def _unsaid(scene: Scene, text: str) -> list[str]:
    """Return the words of concepts and names that *text* does not have in any form."""
    said = {plain(word) for word in re.findall(r"[\w'@./+-]+", text)}
    said |= {piece for word in said for piece in word.strip(".'").split("-")} | {
        word.strip(".") for word in said
    }
    missing: list[str] = []
    for node, concept in enumerate(scene.concepts):
        word = unquote(concept)
        roles = {link.role for link in scene.out(node)}
        if word in SILENT | PRONOUNS or concept.startswith("?") or not re.fullmatch(r"[a-zа-яё]+", word):
            continue
        if ":name" not in roles and said.isdisjoint(_forms(word)):
            missing.append(word)
    return missing


@pytest.mark.parametrize(("language", "name"), [("en", "en_ewt/dev"), ("ru", "ru_gsd/dev")])
def test_sentences_of_treebanks_are_said_with_all_their_words(
    language: str, name: str, shared_data: Path
) -> None:
    text = (shared_data / "ud" / f"{name}.conllu").read_text(encoding="utf-8")
    sentences = [sentence for sentence in parse(text.split("\n")) if len(sentence.words) <= 15]
    found = [convert(sentence).scene for sentence in sentences]
    lost: list[tuple[list[str], str]] = []
    for scene in found:
        said = say(scene, language)
        if missing := _unsaid(scene, said):
            lost.append((missing, said))
    assert len(lost) <= len(found) / 50, lost

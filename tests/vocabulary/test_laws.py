"""Laws of spelling: nothing is lost, and no text is a command."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene, linearise
from scenograph.errors import VocabularyError
from scenograph.vocabulary import Vocabulary, standard_atoms
from scenograph.vocabulary.scan import scan
from scenograph.world import World

many = settings(suppress_health_check=[HealthCheck.too_slow])

odd_texts = st.lists(
    st.one_of(
        st.sampled_from("aZя Ё\n\t▁⟁Δ🜂:()\"'\\=~7_?🏗️é\0\u2028"),
        st.sampled_from([" Oleg", "⟁say:poet", " построила", "Δ41", "<s>", "<0x41>", " bridge"]),
        st.characters(codec="utf-8"),
    )
).map("".join)


@given(odd_texts)
@many
def test_text_comes_back(vocabulary: Vocabulary, text: str) -> None:
    ids = vocabulary.encode_text(text)
    assert vocabulary.decode(ids) == text
    assert b"".join(vocabulary.token_bytes[i] for i in ids) == text.encode()


@given(odd_texts)
@many
def test_text_never_makes_an_atom(vocabulary: Vocabulary, text: str) -> None:
    assert all(i < vocabulary.base_size for i in vocabulary.encode_text(text))


@given(odd_texts)
@many
def test_scan_and_encode_scene_lose_nothing_of_any_string(vocabulary: Vocabulary, text: str) -> None:
    assert "".join(piece for _, piece in scan(text)) == text
    assert vocabulary.decode(vocabulary.encode_scene(text)) == text


@given(scenes())
@many
def test_scenes_come_back(vocabulary: Vocabulary, scene: Scene) -> None:
    linear = linearise(scene)
    assert vocabulary.decode(vocabulary.encode_scene(linear)) == linear


def test_structure_roles_and_lexemes_are_atoms(vocabulary: Vocabulary) -> None:
    ids = vocabulary.encode_scene('( ⟁7:agent( person:name"Δ41"):object Δ3)')
    atoms = [vocabulary.decode([i]) for i in ids if i >= vocabulary.base_size]
    assert atoms == ["(", "⟁7", ":agent", "(", ":name", '"', '"', ")", ":object", "Δ3", ")"]


def test_unseen_names_are_spelt_letter_by_letter(vocabulary: Vocabulary) -> None:
    for text, letters in ((" Zulgradis", list("Zulgradis")), (" Зулградиса", list("Зулградиса"))):
        assert [vocabulary.decode([i]) for i in vocabulary.encode_text(text)] == [" ", *letters]


def test_names_are_spelt_alike_in_text_and_scene(vocabulary: Vocabulary) -> None:
    name = vocabulary.encode_text("Vugrim")
    for ids in (vocabulary.encode_scene('( person:name"Vugrim")'), vocabulary.encode_text("with Vugrim.")):
        assert any(ids[i : i + len(name)] == name for i in range(len(ids)))


def test_common_words_begin_sentences_without_being_spelt(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.encode_text("Because")) < len("Because")


def test_concepts_share_their_piece_with_english_text(vocabulary: Vocabulary) -> None:
    (bridge,) = vocabulary.encode_text(" bridge")
    assert bridge in vocabulary.encode_scene("( build:object bridge)")
    assert bridge in vocabulary.encode_text("Oleg built the bridge.")


def test_prompt_has_its_marks(vocabulary: Vocabulary) -> None:
    ids = vocabulary.encode_prompt(
        [("text", "a"), ("scene", "( b)"), ("command", "⟁say:poet"), ("command", "⟁ru")]
    )
    assert ids[0] == vocabulary.bos
    assert ids.count(vocabulary.sep) == 1
    assert ids[-2:] == [vocabulary.id("⟁say:poet"), vocabulary.id("⟁ru")]
    assert vocabulary.encode_answer(("text", "a"))[-1] == vocabulary.eos


def test_unknown_command_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(VocabularyError, match="⟁fly"):
        vocabulary.encode_prompt([("command", "⟁fly")])


def test_further_atoms_leave_ids_as_they_are(vocabulary: Vocabulary) -> None:
    wider = vocabulary.with_roles([":agent", ":birth-place"])
    assert wider.size == vocabulary.size + 1
    assert wider.id(":birth-place") == vocabulary.size
    assert all(wider.id(atom.text) == vocabulary.id(atom.text) for atom in vocabulary.atoms)
    assert wider.digest != vocabulary.digest


def test_roles_have_inverses() -> None:
    names = {atom.text for atom in standard_atoms(World())}
    assert {":agent", ":agent-of", ":1", "⟁read", "⟁say:poet", "⟁31", "Δ31", "🜂"} <= names

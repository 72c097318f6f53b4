"""Which atoms a corpus is worth: what is said to be spared is spared, exactly."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import dear, scenes

from scenograph.core import Lexicon, Scene, linearise
from scenograph.vocabulary import Atom, Vocabulary, lexeme_atoms, needed_atoms
from scenograph.vocabulary.atoms import role_atom
from scenograph.vocabulary.choice import chosen, uses
from scenograph.world import World

some = settings(dear, suppress_health_check=[HealthCheck.too_slow])


def plain(vocabulary: Vocabulary) -> Vocabulary:
    """The same tokenizer with the commands and brackets alone."""
    return Vocabulary(vocabulary.base, [a for a in needed_atoms(World()) if not a.text.startswith(":")])


def roles_of(scenes: list[Scene]) -> list[Atom]:
    return [role_atom(role) for role in sorted({link.role for scene in scenes for link in scene.links})]


@given(st.lists(scenes(), min_size=1, max_size=6), st.integers(1, 20), st.integers(1, 4))
@some
def test_what_is_chosen_spares_what_is_said(
    vocabulary: Vocabulary, drawn: list[Scene], least: int, most: int
) -> None:
    before, linear = plain(vocabulary), [linearise(scene) for scene in drawn]
    best = chosen(uses(before, linear, roles_of(drawn)), least=least, most=most)
    after = before.extended(use.atom for use in best)
    spelt, shorter = (sum(len(v.encode_scene(text)) for text in linear) for v in (before, after))
    assert spelt - shorter == sum(use.spared for use in best)
    assert len(best) <= most
    assert all(use.spared >= least for use in best)


@given(st.lists(scenes(), min_size=1, max_size=6), st.integers(1, 4))
@some
def test_no_other_choice_spares_more(vocabulary: Vocabulary, drawn: list[Scene], most: int) -> None:
    before, linear = plain(vocabulary), [linearise(scene) for scene in drawn]
    found = uses(before, linear, roles_of(drawn))
    best = chosen(found, least=1, most=most)
    left = [use.spared for use in found if use not in best]
    assert max(left, default=0) <= min((use.spared for use in best), default=0) or not left
    assert len(best) == most or max(left, default=0) <= 0


def test_an_atom_that_spares_nothing_is_never_chosen(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.encode_text(":")) == 1
    found = uses(plain(vocabulary), ["( a:x( b))"] * 9, [Atom(":", " colon"), Atom(":y", " y")])
    assert chosen(found, least=0) == []


def test_every_lexeme_has_a_gloss_of_its_own() -> None:
    lexicon = World().lexicon
    assert isinstance(lexicon, Lexicon)
    atoms = lexeme_atoms(lexicon)
    assert [atom.text for atom in atoms] == list(lexicon)
    assert len({atom.gloss for atom in atoms}) == len(atoms)

"""Edit scripts of lemmas."""

from hypothesis import given
from hypothesis import strategies as st

from scenograph.readers.lemmas import apply, dictionary, script

_words = st.text(st.characters(categories=["Lu", "Ll", "Nd", "Pd"]), min_size=1, max_size=12)


@given(_words, _words)
def test_a_script_makes_the_lemma_it_was_made_of(form: str, lemma: str) -> None:
    assert apply(script(form, lemma), form) == lemma


@given(_words, _words, _words)
def test_a_script_of_another_word_can_be_applied(form: str, lemma: str, other: str) -> None:
    assert isinstance(apply(script(form, lemma), other), str)


def test_words_of_one_pattern_share_a_script() -> None:
    assert script("walked", "walk") == script("talked", "talk")
    assert script("Москве", "Москва") == script("Уфе", "Уфа")


def test_the_dictionary_knows_every_lemma_of_a_form() -> None:
    assert {"стать", "сталь"} <= set(dictionary("стали"))

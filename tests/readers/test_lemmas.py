"""Edit scripts of lemmas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.readers.lemmas import Lemma, Lemmas, apply, dictionary, script
from scenograph.readers.sentence import Sentence, Word

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


def test_the_dictionary_knows_every_lemma_of_a_form_as_a_part_of_speech() -> None:
    assert {"стать", "сталь"} <= {*dictionary("стали", "VERB"), *dictionary("стали", "NOUN")}
    assert dictionary("left", "VERB") == ("leave",)
    assert dictionary("Left", "ADJ") == ("left",)
    assert dictionary("blorps", "NOUN") == ()


def test_a_dictionary_overrules_a_guess_that_is_no_word() -> None:
    chosen = Lemmas({}).choose("took", "VERB", "too", lambda lemma: 0.9 if lemma == "too" else 0.05)
    assert chosen == Lemma("take", 1.0)


def test_a_guess_that_the_dictionary_has_stands() -> None:
    assert Lemmas({}).choose("saw", "VERB", "see", lambda _: 0.8) == Lemma("see", 0.8)


def test_a_treebank_overrules_the_dictionary() -> None:
    said = Sentence(tuple(Word(number, "i", "I", "PRON", head=number - 1) for number in (1, 2)), "i i")
    assert Lemmas.collect([said]).choose("I", "PRON", "i", lambda _: 0.5) == Lemma("I", 1.0)


@given(st.sampled_from(["whom", "Whom", "Helen", "кем", "Омск"]), st.text("aeшя", max_size=4))
def test_no_lemma_is_of_two_alphabets(form: str, guess: str) -> None:
    lemma = Lemmas({}).choose(form, "PRON", guess, lambda _: 0.9).text
    assert form.isascii() == lemma.isascii()


def test_a_name_keeps_its_capital() -> None:
    assert Lemmas({}).choose("Gloria", "PROPN", "gloria", lambda _: 0.6).text == "Gloria"


@pytest.mark.parametrize(
    ("form", "part", "features", "lemma"),
    [
        ("Петровны", "PROPN", {"Case": "Gen", "Number": "Sing"}, "Петровна"),
        ("Юрьевич", "PROPN", {"Case": "Nom", "Number": "Sing"}, "Юрьевич"),
        ("старейшего", "ADJ", {"Case": "Gen", "Number": "Sing"}, "старейший"),
        ("Толстой", "PROPN", {"Case": "Nom", "Number": "Sing", "Gender": "Masc"}, "Толстой"),
        ("Ахматовой", "PROPN", {"Case": "Dat", "Number": "Sing", "Gender": "Fem"}, "Ахматова"),
        ("США", "PROPN", {"Case": "Loc", "Number": "Plur"}, "США"),
        ("Митчелл", "PROPN", {"Case": "Gen", "Number": "Sing"}, "Митчелл"),
    ],
)
def test_a_russian_dictionary_gives_the_lemma_that_treebanks_give(
    form: str, part: str, features: dict[str, str], lemma: str
) -> None:
    assert Lemmas({}).choose(form, part, form.lower(), lambda _: 0.0, features).text == lemma


def test_no_script_leaves_nothing_of_a_word() -> None:
    assert Lemmas({}).choose("r", "NOUN", "", lambda _: 0.6).text == "r"


@pytest.mark.parametrize(
    ("form", "part", "features", "lemma"),
    [
        ("попали", "VERB", {"Tense": "Past", "Number": "Sing"}, "попасть"),
        ("перешли", "VERB", {"Mood": "Ind", "Tense": "Past"}, "перейти"),
        ("перешли", "VERB", {"Mood": "Imp"}, "переслать"),
        ("Зайцев", "PROPN", {"Case": "Gen", "Number": "Plur"}, "зайцев"),
        ("основные", "ADJ", {}, "основной"),
        ("новые", "ADJ", {}, "новый"),
        ("предгорьях", "NOUN", {}, "предгорье"),
        ("учтиво", "ADV", {}, "учтиво"),
        ("меньше", "ADV", {}, "меньше"),
        ("Больше", "ADV", {}, "больше"),
        ("быстро", "ADV", {}, "быстро"),
    ],
)
def test_the_dictionary_of_russian(form: str, part: str, features: dict[str, str], lemma: str) -> None:
    assert dictionary(form, part, features) == (lemma,)

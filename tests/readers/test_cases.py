"""Case, number and gender fit each other, the dictionary and the tree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from scenograph.readers.cases import Government, agree, places
from scenograph.readers.dictionary import inflections
from scenograph.readers.sentence import Sentence, Word

VALUES = {
    "Case": ("-", "Acc", "Dat", "Gen", "Ins", "Loc", "Nom"),
    "Number": ("-", "Plur", "Sing"),
    "Gender": ("-", "Fem", "Masc", "Neut"),
}
FORMS = [
    "Карла",
    "Ивана",
    "Андерлехта",
    "Тюлле",
    "нехватки",
    "города",
    "стола",
    "старого",
    "её",
    "США",
    "Ъ",
    "Rome",
]


def _chosen(
    form: str, part: str, place: str, likely: dict[str, str], government: Government, share: float = 0.6
) -> dict[str, str]:
    """Return the features of a word to which a network gives the values *likely*, each by itself."""
    scores: dict[str, tuple[tuple[str, ...], NDArray[np.float32]]] = {}
    for name, values in VALUES.items():
        chances = np.full((1, len(values)), (1 - share) / (len(values) - 1), dtype=np.float32)
        chances[0, values.index(likely[name])] = share
        scores[name] = values, np.log(chances)
    features = [{name: value for name, value in likely.items() if value != "-"}]
    agree([form], [part], [0], [place], features, scores, government)
    return features[0]


def _sentence(preposition: str, noun: str, case: str) -> Sentence:
    words = [
        Word(1, preposition, preposition, "ADP", head=2, deprel="case"),
        Word(2, noun, noun, "NOUN", feats=f"Case={case}", head=0, deprel="obl"),
    ]
    return Sentence(tuple(words), f"{preposition} {noun}")


def test_a_form_has_a_case_that_it_can_have_and_the_likeliest_in_its_place() -> None:
    nominative = {"Case": "Nom", "Number": "Sing", "Gender": "Masc"}
    assert _chosen("Иван", "PROPN", "nmod", nominative, Government({})) == nominative
    by_place = Government({"nmod": {"Gen": 1.0, "Acc": -3.0}, "obj": {"Gen": -1.0, "Acc": 2.0}})
    assert _chosen("Ивана", "PROPN", "nmod", nominative, by_place) == {**nominative, "Case": "Gen"}
    assert _chosen("Ивана", "PROPN", "obj", nominative, by_place) == {**nominative, "Case": "Acc"}


def test_case_and_gender_fit_each_other() -> None:
    unlike = {"Case": "Nom", "Number": "Sing", "Gender": "Masc"}
    found = _chosen("Светлана", "PROPN", "root", unlike, Government({}))
    assert found == {**unlike, "Gender": "Fem"}


def test_the_words_of_a_name_have_one_case_and_gender() -> None:
    forms, relations, heads = ["Лев", "Толстой"], ["nsubj", "flat:name"], [0, 1]
    likely = [("Nom", "Sing", "Masc"), ("Gen", "Sing", "Fem")]
    scores: dict[str, tuple[tuple[str, ...], NDArray[np.float32]]] = {}
    for place, name in enumerate(VALUES):
        chances = np.full((2, len(VALUES[name])), 0.05, dtype=np.float32)
        for word, values in enumerate(likely):
            chances[word, VALUES[name].index(values[place])] = 0.6
        scores[name] = VALUES[name], np.log(chances)
    features: list[dict[str, str]] = [{}, {}]
    agree(forms, ["PROPN", "PROPN"], heads, relations, features, scores, Government({}))
    assert [tuple(it[name] for name in VALUES) for it in features] == [("Nom", "Sing", "Masc")] * 2
    alone: list[dict[str, str]] = [{}, {}]
    agree(forms, ["PROPN", "PROPN"], [0, 1], ["nsubj", "obl"], alone, scores, Government({}))
    assert [tuple(it[name] for name in VALUES) for it in alone] == likely


@given(
    st.sampled_from(FORMS),
    st.sampled_from(["NOUN", "PROPN", "ADJ", "PRON", "VERB"]),
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
)
def test_what_was_changed_is_a_form_that_the_dictionary_has(
    form: str, part: str, likely: dict[str, str]
) -> None:
    before = {name: value for name, value in likely.items() if value != "-"}
    after = _chosen(form, part, "root", likely, Government({}))
    if after == before:
        return
    options = [(it.case, it.number or after.get("Number", "")) for it in inflections(form, part)]
    assert (after["Case"], after.get("Number", "")) in options


def test_treebanks_say_which_case_follows_a_preposition() -> None:
    government = Government.collect(
        [*[_sentence("к", "дому", "Dat")] * 20, *[_sentence("из", "дома", "Gen")] * 20]
    )
    assert government.gain("obl к", "Dat") > 0 > government.gain("obl к", "Gen")
    assert government.gain("obl из", "Gen") > 0 > government.gain("obl из", "Dat")
    assert government.gain("obl из", "Nom") == government.gain("nsubj", "Gen") == 0


def test_words_of_other_languages_and_rare_places_say_nothing() -> None:
    assert Government.collect([_sentence("to", "him", "Acc")] * 20).gains == {}
    assert Government.collect([_sentence("к", "дому", "Dat")] * 2).gains == {}


def test_the_first_preposition_of_a_noun_counts() -> None:
    forms, heads = ["из", "-", "за", "дома"], [4, 4, 4, 0]
    assert places(forms, heads, ["case", "punct", "case", "root"])[3] == "root из"
    assert places(["дома"], [0], ["nmod:poss"]) == ["nmod"]


@pytest.mark.parametrize("form", ["Rome", "Ъ"])
def test_what_no_dictionary_knows_stays(form: str) -> None:
    likely = {"Case": "Nom", "Number": "Sing", "Gender": "Masc"}
    assert _chosen(form, "ADJ", "root", likely, Government({})) == likely

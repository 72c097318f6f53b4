"""Two Russian words for one thing, names beside other nouns, and ordinals of two words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.morphology.russian_forms import adjective
from scenograph.readers.corrections import correct
from scenograph.readers.graph_reader import bundled
from scenograph.readers.sentence import Word

_TENS = ("двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "сто", "двести", "девятьсот")
_UNITS = ("первый", "второй", "третий", "четвёртый", "пятый", "восьмой", "девятый")


@given(tens=st.sampled_from(_TENS), unit=st.sampled_from(_UNITS), case=st.sampled_from(["nom", "gen", "ins"]))
def test_an_ordinal_of_two_words_is_one(tens: str, unit: str, case: str) -> None:
    said = adjective(f"{tens}-{unit}", case, "m")
    assert said == f"{tens} {adjective(unit, case, 'm')}"
    words = [
        Word(1, tens, tens, "NUM", head=3, deprel="nummod:gov"),
        Word(2, said.rpartition(" ")[2], unit, "ADJ", feats="Case=Loc", head=3, deprel="amod"),
        Word(3, "доме", "дом", "NOUN", feats="Case=Loc"),
    ]
    correct(words)
    assert [(it.head, it.deprel) for it in words] == [(3, "amod"), (1, "fixed"), (0, "root")]
    assert not correct(list(words))


@pytest.mark.parametrize(
    ("number", "ordinal", "noun"),
    [
        ("двадцать", "пятого", "мая"),  # a date
        ("двадцать", "пятом", "году"),  # a year
        ("пять", "первых", "мест"),
        ("двадцать", "новых", "домов"),
        ("20", "первых", "мест"),
    ],
)
def test_a_number_that_counts_stays(number: str, ordinal: str, noun: str) -> None:
    lemmas = {"пятого": "пятый", "пятом": "пятый", "первых": "первый", "новых": "новый"}
    nouns = {"мая": "май", "году": "год", "мест": "место", "домов": "дом"}
    words = [
        Word(1, number, number, "NUM", head=3, deprel="nummod:gov"),
        Word(2, ordinal, lemmas[ordinal], "ADJ", head=3, deprel="amod"),
        Word(3, noun, nouns[noun], "NOUN"),
    ]
    correct(words)
    assert words[1].deprel == "amod"


_ANNA = Word(2, "Анна", "Анна", "PROPN", feats="Animacy=Anim|Case=Nom|Number=Sing", head=1, deprel="nsubj")
_VET = Word(4, "ветеринар", "ветеринар", "NOUN", feats="Animacy=Anim|Number=Sing", head=2, deprel="conj")


@pytest.mark.parametrize(
    ("verb", "between", "relation"),
    [
        ("пришла", ",", "appos"),
        ("пришли", ",", "conj"),  # both came
        ("пришла", "и", "conj"),
        ("дом", ",", "conj"),
    ],
)
def test_who_somebody_is_has_no_verb_of_many(verb: str, between: str, relation: str) -> None:
    sign = Word(3, between, between, "CCONJ" if between == "и" else "PUNCT", head=4, deprel="cc")
    sign = sign._replace(deprel="punct") if between == "," else sign
    words = [Word(1, verb, verb, "VERB"), _ANNA, sign, _VET]
    correct(words)
    assert words[3].deprel == relation


@pytest.mark.parametrize(
    ("said", "scene"),
    [
        (
            "Её вылечил Пётр Ильич, хирург, живущий рядом.",
            '(в / вылечить :agent (e / entity :name "Пётр Ильич" :same (х / хирург)))',
        ),
        (
            "Из какой школы Олег Титов?",
            '(б / быть :subject (e / entity :name "Олег Титов") :from (ш / школа :same ?which))',
        ),
        (
            "Кто по профессии Марина Львовна?",
            '(x / ?who :subject (e / entity :name "Марина Львовна") :по (п / профессия))',
        ),
        (
            "Книга, которую он любил, и письмо, которое принесли вчера, сгорели.",
            "(п / принести :time (в / вчера) :object (п2 / письмо))",
        ),
        (
            "Что Анне посоветовали прочитать?",
            '(п / посоветовать :recipient (e / entity :name "Анна") :content (ч / прочитать :object ?what))',
        ),
        ("Кран течёт каждый месяц.", "(т / течь :agent (к / кран) :time (м / месяц :quant каждый))"),
    ],
)
def test_it_is_read(said: str, scene: str) -> None:
    [reading] = bundled().read_many([said], "ru")
    assert reading.draft is not None
    draft, expected = reading.draft, Scene.parse(scene)
    found = {_named(draft, *link) for link in draft.triples}
    assert found >= {_named(expected, *link) for link in expected.triples}


def _named(scene: Scene, source: int, role: str, target: int | str) -> tuple[str, str, str]:
    return scene.concepts[source], role, scene.concepts[target] if isinstance(target, int) else target

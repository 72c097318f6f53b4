"""Russian trees that treebanks annotate in two ways give one scene."""

from __future__ import annotations

import pytest

from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert


def _scene(*rows: str) -> str:
    """Return the scene of words given as «form lemma part features head relation»."""
    lines = []
    for number, row in enumerate(rows, start=1):
        form, lemma, part, features, head, relation = row.split()
        lines.append(f"{number}\t{form}\t{lemma}\t{part}\t_\t{features}\t{head}\t{relation}\t_\t_")
    (sentence,) = parse(lines)
    return convert(sentence).scene.format(indent=None)


_LOST = "потерял потерять VERB Tense=Past|VerbForm=Fin|Mood=Ind 0 root"


def test_thousands_are_a_number_of_what_they_count_however_they_hang() -> None:
    as_noun = _scene(
        "Он он PRON Case=Nom 2 nsubj", _LOST, "пять пять NUM Case=Acc 4 nummod:gov",
        "тысяч тысяча NOUN Case=Gen|Number=Plur 2 obj", "рублей рубль NOUN Case=Gen|Number=Plur 4 nmod",
    )  # fmt: skip
    as_number = _scene(
        "Он он PRON Case=Nom 2 nsubj", _LOST, "пять пять NUM Case=Acc 4 nummod",
        "тысяч тысяча NUM Case=Gen 5 nummod:gov", "рублей рубль NOUN Case=Gen|Number=Plur 2 obj",
    )  # fmt: skip
    assert (
        as_noun == as_number == "(п / потерять :agent (о / он) :object (р / рубль :quant 5000) :tense past)"
    )


@pytest.mark.parametrize("relation", ["obj", "iobj", "obl"])
@pytest.mark.parametrize(("verb", "role"), [("стать", "as"), ("заниматься", "instrument")])
def test_the_instrumental_is_one_role_whatever_its_relation(relation: str, verb: str, role: str) -> None:
    scene = _scene(
        "Он он PRON Case=Nom 2 nsubj", f"_ {verb} VERB Tense=Past|VerbForm=Fin|Mood=Ind 0 root",
        f"врачом врач NOUN Case=Ins|Number=Sing 2 {relation}",
    )  # fmt: skip
    assert f":{role} (в / врач)" in scene


def test_units_have_their_whole_word_and_foreign_names_are_names() -> None:
    scene = _scene(
        "Honda Honda X Foreign=Yes 2 nsubj", _LOST, "5 5 NUM _ 4 nummod", "км км NOUN Case=Gen 2 obj"
    )
    assert (
        scene
        == '(п / потерять :agent (e / entity :name "Honda") :object (к / километр :quant 5) :tense past)'
    )


def test_a_superlative_says_its_degree_by_its_lemma() -> None:
    assert ":degree" not in _scene(
        "лучший лучший ADJ Case=Nom|Degree=Sup 2 amod", "друг друг NOUN Case=Nom 0 root"
    )


def test_a_date_beside_a_noun_or_a_verb_says_when() -> None:
    of_noun = _scene(
        "встреча встреча NOUN Case=Nom 0 root", "7 7 ADJ Case=Gen 3 amod", "мая май NOUN Case=Gen 1 nmod"
    )
    assert of_noun == "(в / встреча :time XXXX-05-07)"
    of_verb = _scene(_LOST, "7 7 ADJ Case=Gen 3 amod", "мая май NOUN Case=Gen 1 obj")
    assert of_verb == "(п / потерять :time XXXX-05-07 :tense past)"


def test_an_hour_with_its_half_of_the_day_is_a_time_of_day() -> None:
    scene = _scene(
        _LOST,
        "завтра завтра ADV _ 5 advmod",
        "в в ADP _ 5 case",
        "6 6 NUM _ 5 nummod",
        "вечера вечер NOUN Case=Gen 1 obl",
    )
    assert scene == '(п / потерять :time (з / завтра) :time "18:00" :tense past)'
    evenings = _scene(_LOST, "три три NUM _ 3 nummod", "вечера вечер NOUN Case=Gen 1 obj")
    assert '"15:00"' not in evenings


def test_a_sign_of_money_is_a_word_of_the_language() -> None:
    assert "/ процент :quant 5)" in _scene(_LOST, "5 5 NUM _ 3 nummod", "% % SYM _ 1 obj")

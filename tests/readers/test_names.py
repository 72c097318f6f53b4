"""Names: what belongs to one, and what says what it names."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert


@pytest.mark.parametrize(
    ("first", "subject"),
    [
        ("Leo", '(e / entity :name "Leo Tolstoy")'),
        ("President", '(p / president :name "Tolstoy")'),
        ("Mr.", '(m / mr. :name "Tolstoy")'),
    ],
)
def test_a_word_before_a_name_is_part_of_it_unless_it_is_a_title(first: str, subject: str) -> None:
    [sentence] = parse(
        f"1\t{first}\t{first}\tPROPN\t_\tNumber=Sing\t2\tnmod:desc\t_\t_\n"
        "2\tTolstoy\tTolstoy\tPROPN\t_\tNumber=Sing\t3\tnsubj\t_\t_\n"
        "3\tslept\tsleep\tVERB\t_\tTense=Past|VerbForm=Fin\t0\troot\t_\t_".split("\n")
    )
    assert convert(sentence).scene == Scene.parse(f"(s / sleep :agent {subject} :tense past)")


def _scene(table: str) -> Scene:
    """Return the scene of a tree: a word a line, with its lemma, part of speech, feature, head, relation."""
    rows = [line.split() for line in table.strip().splitlines()]
    lines = [
        f"{number}\t{form}\t{lemma}\t{part}\t_\t{feature}\t{head}\t{relation}\t_\t_"
        for number, (form, lemma, part, feature, head, relation) in enumerate(rows, start=1)
    ]
    [sentence] = parse(lines)
    return convert(sentence).scene


def test_a_title_in_quotation_marks_is_one_name() -> None:
    scene = _scene("""
        Tolstoy Tolstoy PROPN Number=Sing 2 nsubj
        wrote write VERB Tense=Past|VerbForm=Fin 0 root
        “ “ PUNCT _ 4 punct
        War war NOUN Number=Sing 2 obj
        and and CCONJ _ 6 cc
        Peace peace NOUN Number=Sing 4 conj
        ” ” PUNCT _ 4 punct
    """)
    tolstoy, title = '(e / entity :name "Tolstoy")', '(e2 / entity :name "War and Peace")'
    assert scene == Scene.parse(f"(w / write :agent {tolstoy} :object {title} :tense past)")


def test_a_russian_title_is_put_into_the_nominative() -> None:
    inflected = _scene("""
        Иван Иван PROPN Case=Nom 2 nsubj
        читал читать VERB Tense=Past|VerbForm=Fin 0 root
        « « PUNCT _ 4 punct
        Войну война NOUN Case=Acc 2 obj
        и и CCONJ _ 6 cc
        мир мир NOUN Case=Acc 4 conj
        » » PUNCT _ 4 punct
    """)
    after_its_kind = _scene("""
        Иван Иван PROPN Case=Nom 2 nsubj
        читал читать VERB Tense=Past|VerbForm=Fin 0 root
        роман роман NOUN Case=Acc 2 obj
        « « PUNCT _ 5 punct
        Война война NOUN Case=Nom 3 appos
        и и CCONJ _ 7 cc
        мир мир NOUN Case=Nom 5 conj
        » » PUNCT _ 5 punct
    """)
    for scene, kind in ((inflected, "entity"), (after_its_kind, "роман")):
        title = f'(x / {kind} :name "Война и мир")'
        assert scene == Scene.parse(
            f'(ч / читать :agent (e / entity :name "Иван") :object {title} :tense past)'
        )


def test_quoted_speech_and_a_quoted_word_are_no_titles() -> None:
    scene = _scene("""
        “ “ PUNCT _ 2 punct
        Wait wait VERB VerbForm=Fin 5 ccomp
        , , PUNCT _ 2 punct
        ” ” PUNCT _ 2 punct
        said say VERB Tense=Past|VerbForm=Fin 0 root
        the the DET _ 8 det
        “ “ PUNCT _ 8 punct
        boss boss NOUN Number=Sing 5 nsubj
        ” ” PUNCT _ 8 punct
    """)
    assert set(scene.concepts) == {"say", "wait", "boss"}


def test_quotation_marks_made_of_two_signs_are_marks_too() -> None:
    scene = _scene("""
        Он он PRON Case=Nom 2 nsubj
        основал основать VERB Tense=Past|VerbForm=Fin 0 root
        группу группа NOUN Case=Acc|Number=Sing 2 obj
        `` `` PUNCT _ 5 punct
        Чайф чайф NOUN Case=Nom|Number=Sing 3 appos
        &#39;&#39; &#39;&#39; PUNCT _ 5 punct
    """)
    group = '(г / группа :name "Чайф")'
    assert scene == Scene.parse(f"(о / основать :agent (он / он) :object {group} :tense past)")


def test_a_russian_name_is_one_however_a_tree_joins_it() -> None:
    joined = [
        _scene(f"""
            Анатолий Анатолий PROPN Case=Nom|Number=Sing 3 nsubj
            Шарий Шарий PROPN Case=Nom|Number=Sing 1 {relation}
            спит спать VERB Tense=Pres|VerbForm=Fin 0 root
        """)
        for relation in ("flat:name", "appos")
    ]
    assert (
        joined[0]
        == joined[1]
        == Scene.parse('(с / спать :agent (e / entity :name "Анатолий Шарий") :tense present)')
    )


def test_a_name_in_the_nominative_after_its_kind_is_its_name_and_a_genitive_is_not() -> None:
    village = _scene("""
        Он он PRON Case=Nom 2 nsubj
        живет жить VERB Tense=Pres|VerbForm=Fin 0 root
        в в ADP _ 4 case
        селе село NOUN Case=Loc|Number=Sing 2 obl
        Батурино Батурино PROPN Case=Nom|Number=Sing 4 nmod
    """)
    method = _scene("""
        Это это PRON Case=Nom 2 nsubj
        алгоритм алгоритм NOUN Case=Nom|Number=Sing 0 root
        Евклида Евклид PROPN Case=Gen|Number=Sing 2 appos
    """)
    place = '(с / село :name "Батурино")'
    assert village == Scene.parse(f"(ж / жить :agent (он / он) :in {place} :tense present)")
    assert method == Scene.parse(
        '(а / алгоритм :subject (э / это) :of (e / entity :name "Евклид") :tense present)'
    )


def test_the_number_after_a_noun_is_its_name_and_nothing_else() -> None:
    scene = _scene("""
        Game game NOUN Number=Sing 0 root
        4 4 NUM _ 1 flat
    """)
    assert scene == Scene.parse('(g / game :name "4")')

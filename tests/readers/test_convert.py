"""The converter's laws: any tree gives one valid scene that names every word of content."""

from __future__ import annotations

import pytest
from hypothesis import given
from tree_strategies import trees

from scenograph.core import Scene
from scenograph.errors import CorpusError
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert
from scenograph.readers.sentence import Sentence, Word

CONTENT = {"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "SYM", "X"}


@given(trees())
def test_any_tree_gives_one_valid_scene(sentence: Sentence) -> None:
    converted = convert(sentence)
    scene = converted.scene
    assert Scene.parse(str(scene)) == scene
    assert convert(sentence).scene.triples == scene.triples
    assert len(converted.words) == len(scene.concepts)
    assert len(converted.origins) == len(scene.triples)
    numbers = set(range(1, len(sentence.words) + 1))
    for words in (
        *converted.words,
        *(o.words for o in converted.origins),
        *(o.arcs for o in converted.origins),
    ):
        assert numbers.issuperset(words)


@given(trees())
def test_every_word_of_content_is_named(sentence: Sentence) -> None:
    converted = convert(sentence)
    named = {number for words in converted.words for number in words}
    for origin in converted.origins:
        named.update(origin.words)
    assert named >= {word.id for word in sentence.words if word.upos in CONTENT}


def test_words_that_are_no_tree_are_refused() -> None:
    with pytest.raises(CorpusError, match="both roots"):
        convert(Sentence((Word(1, "a", "a", "X"), Word(2, "b", "b", "X")), "a b"))


def test_a_chain_of_ten_thousand_words_is_converted() -> None:
    words = [
        Word(n, "x", "x", "NOUN", "_", "_", n - 1, "nmod" if n > 1 else "root") for n in range(1, 10_001)
    ]
    assert len(convert(Sentence(tuple(words), "x " * 10_000)).scene.concepts) == 10_000


def test_a_question_word_at_the_top_asks_even_if_a_parser_takes_it_for_a_conjunction() -> None:
    words = [
        Word(1, "Когда", "когда", "SCONJ", head=2, deprel="mark"),
        Word(2, "родился", "родиться", "VERB", feats="Tense=Past|VerbForm=Fin", head=0),
        Word(3, "Лев", "Лев", "PROPN", head=2, deprel="nsubj"),
        Word(4, "?", "?", "PUNCT", head=2, deprel="punct"),
    ]
    asked = convert(Sentence(tuple(words), "Когда родился Лев?")).scene
    assert asked == Scene.parse('(р / родиться :agent (e / entity :name "Лев") :time ?when :tense past)')


def _read(rows: str) -> Scene:
    words = [
        Word(number, form, lemma, part, feats=feats, head=int(head), deprel=relation)
        for number, (form, lemma, part, feats, head, relation) in enumerate(
            map(str.split, rows.split(";")), 1
        )
    ]
    return convert(Sentence(tuple(words), " ".join(word.form for word in words))).scene


def test_brackets_after_a_noun_name_it_again_whatever_the_tree_calls_them() -> None:
    for relation in ("appos", "parataxis"):
        scene = _read(
            "Лондон Лондон PROPN Case=Nom 0 root; ( ( PUNCT _ 3 punct;"
            f" столица столица NOUN Case=Nom 1 {relation}; ) ) PUNCT _ 3 punct"
        )
        assert scene == Scene.parse('(e / entity :name "Лондон" :same (с / столица))')


def test_what_somebody_becomes_is_no_object() -> None:
    for relation in ("obj", "obl", "xcomp"):
        scene = _read(
            "Она она PRON Case=Nom 2 nsubj; стала стать VERB Tense=Past|VerbForm=Fin 0 root;"
            f" врачом врач NOUN Case=Ins|Number=Sing 2 {relation}"
        )
        assert scene == Scene.parse("(с / стать :agent (о / она) :as (в / врач) :tense past)")


def test_a_word_between_subject_and_noun_only_points() -> None:
    scene = _read(
        "Волга Волга PROPN Case=Nom 4 nsubj; — — PUNCT _ 4 punct; это это PRON Case=Nom 4 nsubj;"
        " река река NOUN Case=Nom|Number=Sing 0 root"
    )
    assert scene == Scene.parse('(р / река :subject (e / entity :name "Волга") :tense present)')


def test_a_number_counts_years_only_after_their_plural() -> None:
    which = _read("В в ADP _ 3 case; 605 605 NUM _ 3 nummod; году год NOUN Case=Loc|Number=Sing 0 root")
    many = _read("5 5 NUM _ 2 nummod; лет год NOUN Case=Gen|Number=Plur 0 root")
    assert ":mod" in {role for _, role, _ in which.triples}
    assert many == Scene.parse("(г / год :quant 5)")


def test_one_of_them_is_a_number() -> None:
    for part in ("NUM", "DET"):
        scene = _read(
            f"один один {part} Case=Nom 0 root; из из ADP _ 3 case;"
            " братьев брат NOUN Case=Gen|Number=Plur 1 nmod"
        )
        assert scene == Scene.parse("(x / 1 :from (б / брат :number plural))")


def test_a_forbidding_sentence_is_a_command() -> None:
    (sentence,) = parse(
        [
            "1\tDo\tdo\tAUX\t_\tMood=Imp|VerbForm=Fin\t3\taux\t_\t_",
            "2\tnot\tnot\tPART\t_\tPolarity=Neg\t3\tadvmod\t_\t_",
            "3\ttouch\ttouch\tVERB\t_\tVerbForm=Inf\t0\troot\t_\t_",
            "4\tit\tit\tPRON\t_\t_\t3\tobj\t_\t_",
        ]
    )
    assert convert(sentence).scene.format(indent=None) == (
        "(n / not :op1 (t / touch :object (i / it) :mode command))"
    )


def test_in_how_much_asks_for_the_hour() -> None:
    words = [
        Word(1, "Во", "в", "ADP", head=2, deprel="case"),
        Word(2, "сколько", "сколько", "NUM", head=3, deprel="obl"),
        Word(3, "придёт", "прийти", "VERB", "_", "Tense=Fut|VerbForm=Fin", deprel="root"),
        Word(4, "врач", "врач", "NOUN", head=3, deprel="nsubj"),
        Word(5, "?", "?", "PUNCT", head=3, deprel="punct"),
    ]
    scene = convert(Sentence(tuple(words), "Во сколько придёт врач?")).scene
    assert scene == Scene.parse("(p / прийти :agent (v / врач) :time ?when :tense future)")


@pytest.mark.parametrize("kind", ["Int", "Dem", "Prs"])
def test_which_asks_whatever_kind_of_pronoun_a_parser_takes_it_for(kind: str) -> None:
    assert _read(
        f"С с ADP _ 3 case;какого какой DET PronType={kind} 3 det;вокзала вокзал NOUN Case=Gen 4 obl;"
        "уходит уходить VERB Tense=Pres|VerbForm=Fin 0 root;поезд поезд NOUN _ 4 nsubj;? ? PUNCT _ 4 punct"
    ) == Scene.parse("(у / уходить :agent (п / поезд) :с (в / вокзал :same ?which) :tense present)")


def test_which_number_asks_for_a_date() -> None:
    words = [
        Word(1, "На", "на", "ADP", head=3, deprel="case"),
        Word(2, "какое", "какой", "DET", head=3, deprel="det"),
        Word(3, "число", "число", "NOUN", head=4, deprel="obl"),
        Word(4, "перенесли", "перенести", "VERB", "_", "Tense=Past|VerbForm=Fin", deprel="root"),
        Word(5, "встречу", "встреча", "NOUN", head=4, deprel="obj"),
        Word(6, "?", "?", "PUNCT", head=4, deprel="punct"),
    ]
    scene = convert(Sentence(tuple(words), "На какое число перенесли встречу?")).scene
    assert scene == Scene.parse(
        "(p / перенести :time (n / число :same ?which) :object (v / встреча) :tense past)"
    )

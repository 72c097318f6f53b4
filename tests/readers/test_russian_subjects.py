"""Who acts in a Russian sentence stands in the nominative, whatever a parser takes for the subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.readers.conllu import check_tree
from scenograph.readers.corrections import correct
from scenograph.readers.graph_reader import bundled
from scenograph.readers.sentence import Word

_GUESTS = {"гостей": "гость", "больных": "больной", "туристку": "туристка", "врача": "врач"}
_HOSTS = {
    "филиал": "филиал",
    "оркестр": "оркестр",
    "кафе": "кафе",
    "гостиница": "гостиница",
    "хозяйка": "хозяйка",
}


@given(
    guest=st.sampled_from(sorted(_GUESTS)),
    host=st.sampled_from(sorted(_HOSTS)),
    is_wrong=st.booleans(),
    is_first=st.booleans(),
)
def test_who_acts_does_not_depend_on_what_a_parser_took_for_the_subject(
    guest: str, host: str, is_wrong: bool, is_first: bool
) -> None:
    of_guest, of_host = ("nsubj", "obj") if is_wrong else ("obj", "nsubj")
    at_guest, at_host = (1, 3) if is_first else (3, 1)
    places = {
        at_guest: Word(at_guest, guest, _GUESTS[guest], "NOUN", feats="Case=Acc", head=2, deprel=of_guest),
        2: Word(2, "принимает", "принимать", "VERB"),
        at_host: Word(at_host, host, _HOSTS[host], "NOUN", feats="Case=Nom", head=2, deprel=of_host),
    }
    words = [places[place] for place in (1, 2, 3)]
    correct(words)
    check_tree(words)
    assert {word.form: word.deprel for word in words} == {guest: "obj", "принимает": "root", host: "nsubj"}
    assert not correct(list(words))


@pytest.mark.parametrize(
    ("subject", "verb", "thing"),
    [
        (("депутатов", "депутат"), ("предоставили", "предоставить"), ("сведения", "сведение")),  # they agree
        (("денег", "деньги"), ("жаль", "жаль"), ("брату", "брат")),
        (("гостей", "гость"), ("встречают", "встречать"), ("оркестр", "оркестр")),  # it does not agree
        (("гостей", "гость"), ("встречает", "встречать"), ("их", "они")),  # no noun
        (("мать", "мать"), ("любит", "любить"), ("дочь", "дочь")),  # either may be
    ],
)
def test_what_may_be_the_subject_stays(
    subject: tuple[str, str], verb: tuple[str, str], thing: tuple[str, str]
) -> None:
    words = [
        Word(1, "40", "40", "NUM", head=2, deprel="nummod")
        if subject[1] == "депутат"
        else Word(1, "И", "и", "PART", head=3, deprel="discourse"),
        Word(2, *subject, "NOUN", head=3, deprel="nsubj"),
        Word(3, *verb, "VERB"),
        Word(4, *thing, "PRON" if thing[1] == "они" else "NOUN", head=3, deprel="obj"),
    ]
    correct(words)
    assert words[1].deprel == "nsubj"


@pytest.mark.parametrize(
    ("said", "scene"),
    [
        (
            "Туристов из Китая размещает гостиница «Волга».",
            '(р / размещать :agent (г / гостиница :name "Волга") :object (т / турист '
            ':from (e / entity :name "Китай") :number plural) :tense present)',
        ),
        (
            "Посетителей временно принимает отделение на улице Лесной.",
            "(п / принимать :agent (о / отделение) :object (п2 / посетитель :number plural))",
        ),
        (
            "Из-за снега трамваи номер шесть стоят.",
            "(с / стоять :agent (т / трамвай :mod (н / номер) :number plural) :because (с2 / снег))",
        ),
        (
            "Мама отдала в чистку белую куртку.",
            "(о / отдать :agent (м / мама) :object (к / куртка :mod (б / белый)) :to (ч / чистка))",
        ),
        (
            "Из города вывезли на дачу старую мебель.",
            "(в / вывезти :object (м / мебель :mod (с / старый)) :onto (д / дача) :from (г / город))",
        ),
        (
            "Ремонтируют школу номер пять.",
            "(р / ремонтировать :object (ш / школа))",
        ),
    ],
)
def test_who_acts_is_read(said: str, scene: str) -> None:
    [reading] = bundled().read_many([said], "ru")
    assert reading.draft is not None
    draft, expected = reading.draft, Scene.parse(scene)
    found = {_named(draft, *link) for link in draft.triples}
    assert found >= {_named(expected, *link) for link in expected.triples}


def _named(scene: Scene, source: int, role: str, target: int | str) -> tuple[str, str, str]:
    return scene.concepts[source], role, scene.concepts[target] if isinstance(target, int) else target

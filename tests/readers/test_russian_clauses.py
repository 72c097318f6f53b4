"""Russian clauses whose parts hang in several ways, and say one thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.readers.convert import convert
from scenograph.readers.graph_reader import bundled
from scenograph.readers.sentence import Sentence, Word

_NEEDS = [
    Word(4, "надо", "надо", "VERB"),
    Word(4, "нужно", "нужный", "ADJ", feats="Gender=Neut|Number=Sing|Variant=Short"),
    Word(4, "пора", "пора", "NOUN", feats="Case=Nom|Gender=Fem|Number=Sing"),
    Word(4, "пришлось", "прийтись", "VERB", feats="Gender=Neut|Number=Sing|Tense=Past|VerbForm=Fin"),
]


@given(
    need=st.sampled_from(_NEEDS),
    act=st.sampled_from(["csubj", "xcomp"]),
    heads=st.tuples(*[st.sampled_from([4, 5])] * 2),
)
def test_what_must_be_done_is_one_scene_wherever_it_hangs(
    need: Word, act: str, heads: tuple[int, int]
) -> None:
    def scene(act: str, thing: int, moment: int) -> Scene:
        words = (
            Word(1, "Олегу", "Олег", "PROPN", feats="Animacy=Anim|Case=Dat", head=4, deprel="iobj"),
            Word(2, "завтра", "завтра", "ADV", head=moment, deprel="advmod"),
            Word(3, "лодку", "лодка", "NOUN", feats="Case=Acc|Number=Sing", head=thing, deprel="obj"),
            need,
            Word(5, "красить", "красить", "VERB", feats="VerbForm=Inf", head=4, deprel=act),
        )
        return convert(Sentence(words, "Олегу завтра лодку надо красить")).scene

    made = scene(act, *heads)
    assert made == scene("xcomp", 5, 5)
    [inside] = [target for _, role, target in made.triples if role == ":content"]
    assert {role for source, role, _ in made.triples if source == inside} >= {":agent", ":object", ":time"}


@pytest.mark.parametrize(
    ("said", "scene"),
    [
        (
            "Забор вокруг сада нужно покрасить.",
            "(н / нужно :content (п / покрасить :object (з / забор :around (с / сад))))",
        ),
        ("Что нужно покрасить?", "(н / нужно :content (п / покрасить :object ?what))"),
        (
            "Лодку удалось починить.",
            "(у / удаться :content (п / починить :object (л / лодка)) :tense past)",
        ),
        (
            "Олегу пришлось продать машину.",
            '(п / прийтись :recipient (e / entity :name "Олег") :content (п2 / продать :agent e '
            ":object (м / машина)) :tense past)",
        ),
        (
            "До какого дня следует отправить письмо?",
            "(с / следовать :content (о / отправить :object (п / письмо) :until (д / день :same ?which)) "
            ":tense present)",
        ),
        (
            "Письмо следует отправить до пятницы.",
            "(с / следовать :content (о / отправить :object (п / письмо) :until (п2 / пятница)) "
            ":tense present)",
        ),
    ],
)
def test_what_must_be_done_is_read(said: str, scene: str) -> None:
    [draft] = bundled().read_many([said], "ru")
    assert draft.scene == Scene.parse(scene)

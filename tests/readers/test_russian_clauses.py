"""Russian clauses whose parts hang in several ways, and say one thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.readers.convert import convert
from scenograph.readers.graph_reader import bundled
from scenograph.readers.sentence import Sentence, Word
from scenograph.realiser import say

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


_JUDGED = [
    Word(3, "лучше", "хорошо", "ADV", feats="Degree=Cmp"),
    Word(3, "лучше", "хороший", "ADJ", feats="Degree=Cmp"),
]


@given(
    better=st.sampled_from(_JUDGED),
    heads=st.tuples(*[st.sampled_from([3, 4])] * 2),
)
def test_what_is_better_is_one_scene_wherever_it_hangs(better: Word, heads: tuple[int, int]) -> None:
    def scene(better: Word, thing: int, place: int) -> Scene:
        words = (
            Word(1, "где", "где", "ADV", feats="PronType=Int", head=place, deprel="advmod"),
            Word(2, "билет", "билет", "NOUN", feats="Case=Acc|Number=Sing", head=thing, deprel="obj"),
            better,
            Word(4, "купить", "купить", "VERB", feats="VerbForm=Inf", head=3, deprel="csubj"),
            Word(5, "?", "?", "PUNCT", head=3, deprel="punct"),
        )
        return convert(Sentence(words, "где билет лучше купить?")).scene

    expected = Scene.parse(
        "(х / хороший :subject (к / купить :place ?where :object (б / билет)) :degree more)"
    )
    assert scene(better, *heads) == expected


@pytest.mark.parametrize(
    ("said", "scene"),
    [
        (
            "На чём удобнее ехать до центра?",
            "(у / удобный :subject (е / ехать :on ?what :until (ц / центр)) :degree more)",
        ),
        (
            "До центра удобнее ехать на трамвае.",
            "(у / удобный :subject (е / ехать :until (ц / центр) :on (т / трамвай)) :degree more)",
        ),
        (
            "На трамвае ехать удобнее.",
            "(у / удобный :subject (е / ехать :on (т / трамвай)) :degree more)",
        ),
        ("Какой ширины мост?", "(ш / ширина :of (м / мост) :same ?which)"),
        ("Какой глубины озеро?", "(г / глубина :of (о / озеро) :same ?which)"),
        ("Какая глубина озера?", "(г / глубина :of (о / озеро) :same ?which)"),
    ],
)
def test_what_is_judged_and_measured_is_read(said: str, scene: str) -> None:
    [draft] = bundled().read_many([said], "ru")
    assert draft.scene == Scene.parse(scene)


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


_SUBJECTS = {
    "брат": ("NOUN", "Animacy=Anim|Case=Nom|Gender=Masc|Number=Sing"),
    "сестра": ("NOUN", "Animacy=Anim|Case=Nom|Gender=Fem|Number=Sing"),
    "братья": ("NOUN", "Animacy=Anim|Case=Nom|Gender=Masc|Number=Plur"),
    "я": ("PRON", "Case=Nom|Number=Sing|Person=1"),
    "вы": ("PRON", "Case=Nom|Number=Plur|Person=2"),
}
_COMES = {
    "придёт": {"брат", "сестра"},
    "приду": {"я"},
    "придёте": {"вы"},
    "придут": {"братья"},
    "пришёл": {"брат", "я"},
    "пришла": {"сестра", "я"},
    "пришли": {"братья", "вы"},
    "пришло": set[str](),  # «время» may have come
}


def _told(subject: str, mark: str, verb: str, relation: str) -> Scene:
    part, feats = _SUBJECTS[subject]
    words = (
        Word(1, subject, {"братья": "брат"}.get(subject, subject), part, feats=feats, head=2, deprel="nsubj"),
        Word(2, "знают", "знать", "VERB", feats="Tense=Pres|VerbForm=Fin"),
        Word(3, ",", ",", "PUNCT", head=5, deprel="punct"),
        Word(4, mark, mark, "SCONJ", head=5, deprel="mark"),
        Word(5, verb, "прийти", "VERB", feats="VerbForm=Fin", head=2, deprel=relation),
    )
    return convert(Sentence(words, f"{subject} знают, {mark} {verb}")).scene


@given(
    subject=st.sampled_from(sorted(_SUBJECTS)),
    verb=st.sampled_from(sorted(_COMES)),
    clause=st.sampled_from([("что", "ccomp"), ("если", "advcl"), ("хотя", "advcl")]),
)
def test_a_clause_shares_the_subject_above_if_its_verb_agrees(
    subject: str, verb: str, clause: tuple[str, str]
) -> None:
    mark, relation = clause
    scene = _told(subject, mark, verb, relation)
    agents = {scene.concepts[source]: target for source, role, target in scene.triples if role == ":agent"}
    assert agents.get("прийти") == (agents["знать"] if subject in _COMES[verb] else None)


@pytest.mark.parametrize("subject", sorted(_SUBJECTS))
@pytest.mark.parametrize("verb", sorted(_COMES))
def test_of_a_wish_somebody_else_is_the_subject(subject: str, verb: str) -> None:
    scene = _told(subject, "чтобы", verb, "ccomp")
    assert sum(role == ":agent" for _, role, _ in scene.triples) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Жители жалуются, что отключили воду.",
        "Павел знает, что дом продали.",
        "Олег заметил, что стемнело.",
        "Мама решила, что придётся ждать.",
        "Анна спросила Олега, когда придёт.",
    ],
)
def test_clauses_of_nobody_stay_without_an_agent(said: str) -> None:
    [draft] = bundled().read_many([said], "ru")
    assert draft.draft is not None
    assert sum(link.role == ":agent" for link in draft.draft.links) == 1


@pytest.mark.parametrize(
    ("said", "scene"),
    [
        (
            "Фирма объявила, что построит новый мост.",
            "(о / объявить :agent (ф / фирма) :content (п / построить :agent ф :object (м / мост :mod "
            "(н / новый)) :tense future) :tense past)",
        ),
        (
            "Директор объявил, что уходит.",
            "(о / объявить :agent (д / директор) :content (у / уходить :agent д :tense present) :tense past)",
        ),
        (
            "Кот не ест, если боится.",
            "(n / not :op1 (е / есть :agent (к / кот) :if (б / бояться :agent к :tense present) "
            ":tense present))",
        ),
        (
            "Иван рассказал, что любит свою работу.",
            '(р / рассказать :agent (e / entity :name "Иван") :content (л / любить :agent e '
            ":object (р2 / работа :poss e) :tense present) :tense past)",
        ),
    ],
)
def test_a_shared_subject_is_read_and_left_out_again(said: str, scene: str) -> None:
    [draft] = bundled().read_many([said], "ru")
    assert draft.scene == Scene.parse(scene)
    assert say(Scene.parse(scene), "ru") == said

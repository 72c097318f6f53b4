"""Kinds of sentences that people write and the network alone reads wrong: rules put them right."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.readers.graph_reader import bundled

ROWS = [
    # names with digits
    (
        "Anna1003x2 called the support.",
        '(c / call :agent (e / entity :name "Anna1003x2") :object (s / support :definite yes) :tense past)',
    ),
    (
        "The new router is called Falcon7.",
        '(c / call :object (r / router :mod (n / new)) :as (e / entity :name "Falcon7") :tense present)',
    ),
    (
        "We released version 2.4.",
        '(r / release :agent (w / we) :object (v / version :name "2.4") :tense past)',
    ),
    ("Sarah is 35.", '(x / 35 :subject (e / entity :name "Sarah") :tense present)'),
    (
        "In 1545 Anna closed the bottle.",
        '(c / close :agent (e / entity :name "Anna") :object (b / bottle) :time 1545 :tense past)',
    ),
    # a Russian noun with a capital
    (
        "Вчера Наташа купила корм в Пятёрочке.",
        '(к / купить :agent (e / entity :name "Наташа") :object (к2 / корм) :time (в / вчера) '
        ':in (e2 / entity :name "Пятёрочка") :tense past)',
    ),
    # what somebody is called
    ("Кошку зовут Муся.", '(з / звать :object (к / кошка) :as (e / entity :name "Муся") :tense present)'),
    ("Его зовут Иван.", '(з / звать :object (о / он) :as (e / entity :name "Иван") :tense present)'),
    (
        "У Марины есть кошка по кличке Муся.",
        '(б / быть :subject (к / кошка :name "Муся") :poss (e / entity :name "Марина") :tense present)',
    ),
    (
        "She has a cat named Tom.",
        '(h / have :agent (s / she) :object (c / cat :name "Tom" :definite no) :tense present)',
    ),
    # a dash instead of a verb
    (
        "День рождения Юли — 21 октября.",
        '(д / день :subject XXXX-10-21 :of (р / рождение) :of (e / entity :name "Юля") :tense present)',
    ),
    (
        "У Петра день рождения 14 марта.",
        "(б / быть :subject (д / день :of (р / рождение) :time XXXX-03-14) "
        ':poss (e / entity :name "Петр") :tense present)',
    ),
    # an unknown of two words
    (
        "How much have we spent?",
        "(s / spend :agent (w / we) :object ?how-much :aspect perfect :tense present)",
    ),
    ("How long is the bridge?", "(l / long :subject (b / bridge) :manner ?how :tense present)"),
    # questions with a preposition at an end
    ("What was the fire caused by?", "(c / cause :agent ?what :object (f / fire) :tense past)"),
    ("What is the book written in?", "(w / write :object (b / book) :in ?what :tense present)"),
    (
        "Until when is Marta on sick leave?",
        '(b / be :subject (e / entity :name "Marta") :until ?when :on (l / leave :mod (s / sick)) '
        ":tense present)",
    ),
    ("What is the puppy called?", "(c / call :object (p / puppy) :as ?what :tense present)"),
    (
        "What does Biscuit bark at?",
        '(b / bark :agent (e / entity :name "Biscuit") :at ?what :tense present)',
    ),
    (
        "Сколько у Степаныча коз?",
        '(б / быть :subject (к / коза :quant ?how-many) :poss (e / entity :name "Степаныч") :tense present)',
    ),
    # an object that verbs share, who is told to do something, names that are given
    (
        "Свёклу трут на тёрке и тушат с уксусом.",
        "(a / and :op1 (т / тереть :object (с / свекла) :on (т2 / терка) :tense present) "
        ":op2 (т3 / тушить :object с :with (у / уксус) :tense present))",
    ),
    (
        "Dr Patel told me not to eat.",
        '(t / tell :agent (e / entity :name "Dr Patel") :recipient (i / I) '
        ":content (n / not :op1 (e2 / eat :agent i)) :tense past)",
    ),
    (
        "They named it Biscuit.",
        '(n / name :agent (t / they) :object (i / it) :as (e / entity :name "Biscuit") :tense past)',
    ),
    (
        "You can borrow up to five books.",
        "(b / borrow :agent (y / you) :object (b2 / book :quant (x / 5 :mod (u / up-to))) :modal can)",
    ),
    (
        "Летом на Байкал приезжают тысячи туристов.",
        "(п / приезжать :agent (т / турист :quant (т2 / тысяча :number plural)) :time (л / лето) "
        ':onto (e / entity :name "Байкал") :tense present)',
    ),
    ("Who was Ada Lovelace?", '(x / ?who :subject (e / entity :name "Ada Lovelace") :tense past)'),
    # how long, and how often
    ("Мы уехали на неделю.", "(у / уехать :agent (м / мы) :onto (н / неделя) :tense past)"),
    (
        "По утрам она пьёт чай.",
        "(п / пить :agent (о / она) :object (ч / чай) :time (у / утро :number plural) :tense present)",
    ),
    (
        "Сколько весит твой кот?",
        "(в / весить :agent (к / кот :poss (т / ты)) :quant ?how-many :tense present)",
    ),
    # an object that only the infinitive can have, and a subject that cannot be shared
    ("Его начали искать.", "(н / начать :content (и / искать :object (о / он)) :tense past)"),
    (
        "Дима потерял чемодан, но его обещали привезти в среду.",
        '(b / but :op1 (п / потерять :agent (e / entity :name "Дима") :object (ч / чемодан) :tense past) '
        ":op2 (о / обещать :content (п2 / привезти :object (о2 / он) :time (с / среда)) :tense past))",
    ),
    # passives and owners in questions
    ("When was the bridge opened?", "(o / open :object (b / bridge) :time ?when :tense past)"),
    (
        "When does Tom's flight land?",
        '(l / land :agent (f / flight :agent (e / entity :name "Tom")) :time ?when :tense present)',
    ),
    (
        "Сколько коробок уничтожил пожар?",
        "(у / уничтожить :agent (п / пожар) :object (к / коробка :quant ?how-many) :tense past)",
    ),
    # one name has one gender, and that of what is said of it
    (
        "Директором школы стала Ольга Петрова.",
        '(с / стать :agent (e / entity :name "Ольга Петрова") '
        ":as (д / директор :of (ш / школа)) :tense past)",
    ),
    (
        "Книгу написала Мария Иванова.",
        '(н / написать :agent (e / entity :name "Мария Иванова") :object (к / книга) :tense past)',
    ),
    (
        "Иванова уехала в Москву.",
        '(у / уехать :agent (e / entity :name "Иванова") :to (e2 / entity :name "Москва") :tense past)',
    ),
    # how long ago
    (
        "Машину мы купили в кредит три года назад.",
        "(к / купить :agent (м / мы) :object (м2 / машина) :to (к2 / кредит) "
        ":time (г / год :quant 3 :mod (н / назад)) :tense past)",
    ),
    # a preposition before what is asked for
    (
        "On which floor is the office?",
        "(b / be :subject (o / office) :on (f / floor :same ?which) :tense present)",
    ),
    (
        "Who did I lend my bike to?",
        "(l / lend :agent (i / I) :object (b / bike :poss i) :recipient ?who :tense past)",
    ),
    (
        "What is Julia allergic to?",
        '(a / allergic :subject (e / entity :name "Julia") :to ?what :tense present)',
    ),
    ("Whose house did they go to?", "(g / go :agent (t / they) :to (h / house :poss ?whose) :tense past)"),
    (
        "За сколько соседи продали дом?",
        "(п / продать :agent (с / сосед :number plural) :object (д / дом) :за ?how-many :tense past)",
    ),
    # one word, not two
    (
        "I lent David my bike.",
        "(l / lend :agent (i / I) :object (b / bike :poss i) "
        ':recipient (e / entity :name "David") :tense past)',
    ),
    # to whom
    (
        "Анна сказала Марку о встрече.",
        '(с / сказать :agent (e / entity :name "Анна") :recipient (e2 / entity :name "Марк") '
        ":about (в / встреча) :tense past)",
    ),
    # five floors, and the fifth
    (
        "The office is on the fifth floor.",
        "(b / be :subject (o / office) :on (f / floor :mod (f2 / fifth)) :tense present)",
    ),
    # who wants to learn what
    (
        "Какой язык хочет выучить Аня?",
        '(х / хотеть :agent (e / entity :name "Аня") :content (в / выучить :agent e '
        ":object (я / язык :same ?which)) :tense present)",
    ),
    # no meeting finishes itself, unless they are many
    (
        "Ремонт школы закончат к сентябрю.",
        "(з / закончить :object (р / ремонт :of (ш / школа)) :toward (с / сентябрь) :tense future)",
    ),
    # what somebody has, and of what
    (
        "У мамы аллергия на кошек.",
        "(б / быть :subject (а / аллергия :onto (к / кошка :number plural)) :poss (м / мама) :tense present)",
    ),
    (
        "Дедушка был лётчиком и летал в Африку.",
        "(a / and :op1 (л / летчик :subject (д / дедушка) :tense past) "
        ':op2 (л2 / летать :agent д :to (e / entity :name "Африка") :tense past))',
    ),
    (
        "The keys hang next to the door.",
        "(h / hang :agent (k / key :number plural :definite yes) :next-to (d / door) :tense present)",
    ),
    # comparing
    (
        "Андрей старше Бориса.",
        '(с / старший :subject (e / entity :name "Андрей") :than (e2 / entity :name "Борис") :tense present)',
    ),
    # the future, and what shares its auxiliaries
    (
        "The landlord is going to raise the rent.",
        "(r / raise :agent (l / landlord) :object (r2 / rent) :tense future)",
    ),
    (
        "The landlord will raise the rent and paint the house.",
        "(a / and :op1 (r / raise :agent (l / landlord) :object (r2 / rent) :tense future) "
        ":op2 (p / paint :agent l :object (h / house) :tense future))",
    ),
    # one name, one node
    (
        "Anna said that Anna's mother slept.",
        '(s / say :agent (e / entity :name "Anna") '
        ":content (s2 / sleep :agent (m / mother :poss e) :tense past) :tense past)",
    ),
]


@pytest.mark.parametrize(("text", "scene"), ROWS)
def test_an_everyday_sentence_is_read_right(text: str, scene: str) -> None:
    [reading] = bundled().read_many([text])
    assert reading.draft == Scene.parse(scene)


def test_few_are_not_a_few() -> None:
    few, some = bundled().read_many(["Nina bought few apples.", "Nina bought a few apples."])
    assert few.scene is not None
    assert some.scene is not None
    assert few.scene != some.scene


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Врач посоветовал пить меньше кофе.", "меньше"),
        ("The doctor told Greta to drink less coffee.", "less"),
        ("Возможно, Борис приедет завтра.", "возможно"),
        ("Олег купил билет за пять тысяч рублей.", "5000"),
    ],
)
def test_a_word_that_turns_a_sentence_is_in_what_is_given_out(text: str, word: str) -> None:
    [reading] = bundled().read_many([text])
    assert reading.scene is not None
    assert word in str(reading.scene)

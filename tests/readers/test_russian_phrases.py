"""Russian sentences whose parts a parser hangs on the wrong word, and rules put right."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.readers.graph_reader import bundled

ROWS = [
    # numbers in words
    (
        "Ремонт школы обошёлся в сорок миллионов рублей.",
        "(о / обойтись :agent (р / ремонт :of (ш / школа)) :to (р2 / рубль :quant 40000000) :tense past)",
    ),
    (
        "Музей купил картину за шестьдесят пять тысяч евро.",
        "(к / купить :agent (м / музей) :object (к2 / картина) :за (е / евро :quant 65000) :tense past)",
    ),
    (
        "В зале сидели сорок два зрителя.",
        "(с / сидеть :agent (з2 / зритель :quant 42) :in (з / зал) :tense past)",
    ),
    (
        "Студенты получают стипендию 5000 рублей.",
        "(п / получать :agent (с / студент :number plural) :object (с2 / стипендия :of (р / рубль "
        ":quant 5000)) :tense present)",
    ),
    (
        "Площадка обошлась в два миллиона триста тысяч рублей.",
        "(о / обойтись :agent (п / площадка) :to (р / рубль :quant 2300000) :tense past)",
    ),
    (
        "Качели высотой три метра подарил завод «Маяк».",
        '(п / подарить :agent (з / завод :name "Маяк") :object (к / качели :instrument (в / высота '
        ":of (м / метр :quant 3))) :tense past)",
    ),
    # what somebody has to do
    (
        "Когда должен прийти врач?",
        "(д / должен :subject (в / врач) :content (п / прийти :agent в) :time ?when :tense present)",
    ),
    # what stands behind a phrase
    (
        "Мать испекла из яблок пирог.",
        "(и / испечь :agent (м / мать) :object (п / пирог) :from (я / яблоко :number plural) :tense past)",
    ),
    (
        "Дедушка поставил в углу ёлку.",
        "(п / поставить :agent (д / дедушка) :object (е / елка) :in (у / угол) :tense past)",
    ),
    (
        "Анна прожила месяц с подругой в Сочи.",
        '(п / прожить :agent (e / entity :name "Анна") :object (м / месяц) :with (п2 / подруга) '
        ':in (e2 / entity :name "Сочи") :tense past)',
    ),
    (
        "Учитель всем подарил книги.",
        "(п / подарить :agent (у / учитель) :object (к / книга :number plural) :recipient (в / весь) "
        ":tense past)",
    ),
    # who acts
    (
        "Какую песню поёт Даша?",
        '(п / петь :agent (e / entity :name "Даша") :object (п2 / песня :same ?which) :tense present)',
    ),
    (
        "Сколько лет Смирнова преподавала химию?",
        '(п / преподавать :agent (e / entity :name "Смирнова") :object (х / химия) :time (г / год '
        ":quant ?how-many) :tense past)",
    ),
    (
        "С какого года Белова живёт в Омске?",
        '(ж / жить :agent (e / entity :name "Белова") :с (г / год :same ?which) :in (e2 / entity '
        ':name "Омск") :tense present)',
    ),
    (
        "По словам врача, операция пройдёт в среду.",
        "(п / пройти :agent (о / операция) :по (с / слово :of (в / врач) :number plural) "
        ":time (с2 / среда) :tense future)",
    ),
    ("Чего боятся дети?", "(б / бояться :agent (р / ребенок :number plural) :object ?what :tense present)"),
    # what somebody has
    (
        "Где у Ольги дача?",
        '(б / быть :subject (д / дача) :poss (e / entity :name "Ольга") :place ?where :tense present)',
    ),
    (
        "Петя не пойдёт в кино: у него температура.",
        '(a / and :op1 (n / not :op1 (п / пойти :agent (e / entity :name "Петя") :to (к / кино) '
        ":tense future)) :op2 (б / быть :subject (т / температура) :poss (о / он) :tense present))",
    ),
    # what follows
    (
        "Дорогу размыло, поэтому автобус не пришёл.",
        "(a / and :op1 (р / размыть :object (д / дорога) :tense past) :op2 (n / not :op1 (п / прийти "
        ":agent (а / автобус) :mod поэтому :tense past)))",
    ),
    # what stands before a predicate
    (
        "Забор школы надо покрасить до мая.",
        "(н / надо :content (п / покрасить :object (з / забор :of (ш / школа)) :until (м / май)))",
    ),
    (
        "Отец научил меня чинить велосипед.",
        "(н / научить :agent (о / отец) :object (я / я) :content (ч / чинить :agent я :object "
        "(в / велосипед)) :tense past)",
    ),
    (
        "К нам пришли сорок два школьника.",
        "(п / прийти :agent (ш / школьник :quant 42) :toward (м / мы) :tense past)",
    ),
    (
        "Я приду поздно, потому что работаю до семи.",
        "(п / прийти :agent (я / я) :manner (п2 / поздно) :because (р / работать :agent я :until 7 "
        ":tense present) :tense future)",
    ),
    (
        "Мы ходили в горы и каждый вечер пили какао.",
        "(a / and :op1 (х / ходить :agent (м / мы) :to (г / гора :number plural) :tense past) "
        ":op2 (п / пить :agent м :object (к / какао) :time (в / вечер :quant каждый) :tense past))",
    ),
    (
        "Урок в среду в 10:30.",
        '(у / урок :time (с / среда) :time "10:30")',
    ),
    (
        "Анна ничего не нашла.",
        '(n / not :op1 (н / найти :agent (e / entity :name "Анна") :object (н2 / ничто) :tense past))',
    ),
    (
        "Рама, сломанная ветром, упала.",
        "(у / упасть :agent (р / рама :object-of (с / сломать :agent (в / ветер))) :tense past)",
    ),
    # what somebody is called
    (
        "Повара зовут Маркелыч, он живёт на первом этаже.",
        '(a / and :op1 (з / звать :object (п / повар) :as (e / entity :name "Маркелыч") :tense present) '
        ":op2 (ж / жить :agent (о / он) :on (э / этаж :mod (п2 / первый)) :tense present))",
    ),
]


@pytest.mark.parametrize(("text", "scene"), ROWS)
def test_each_word_hangs_where_its_form_lets_it(text: str, scene: str) -> None:
    [reading] = bundled().read_many([text])
    assert reading.draft == Scene.parse(scene)

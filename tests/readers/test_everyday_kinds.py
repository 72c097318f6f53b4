"""More kinds of sentences that people write, and rules put right: hours, prices, polite words, beginnings."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.readers.graph_reader import bundled

ROWS = [
    # a sentence has a subject
    (
        "At the start of every month entry is free.",
        "(f / free :subject (e / entry) :at (s / start :of (m / month :quant every)) :tense present)",
    ),
    # the verb of a question
    (
        "How long does the ferry trip last?",
        "(l / last :agent (t / trip :agent (f / ferry)) :mod (l2 / long :degree ?how) :tense present)",
    ),
    # from how many to how many
    (
        "The rent rose from 700 to 750 dollars.",
        "(r / rise :agent (r2 / rent) :from 700 :to (d / dollar :quant 750) :tense past)",
    ),
    (
        "The shop is open from eight to five on weekdays.",
        "(o / open :subject (s / shop) :from 8 :to 5 :on (w / weekday :number plural) :tense present)",
    ),
    # what somebody is called, and what he does
    (
        "The owner, a baker named Ruth, apologised and promised to bring a new cake.",
        '(a / and :op1 (a2 / apologise :agent (o / owner :same (b / baker :name "Ruth" :definite no)) '
        ":tense past) :op2 (p / promise :agent o :content (b2 / bring :agent o "
        ":object (c / cake :mod (n / new) :definite no)) :tense past))",
    ),
    # a semicolon parts sentences
    (
        "Nobody who rents a garage should wash a car; cars without a number will be towed by the city.",
        "(a / and :op1 (w / wash :agent (n / nobody :agent-of (r / rent "
        ":object (g / garage :definite no) :tense present)) :object (c / car "
        ":definite no) :modal should) :op2 (t / tow :agent (c3 / city) :object (c2 / car :number plural) "
        ":without (n2 / number :definite no) :tense future))",
    ),
    # a polite word
    (
        "Передай, пожалуйста, соль и хлеб.",
        "(п / передать :object (a / and :op1 (с / соль) :op2 (х / хлеб)) :remark пожалуйста :mode command)",
    ),
    # hours
    (
        "Собираемся у школы в семь.",
        "(с / собираться :at (ш / школа) :time 7 :tense present)",
    ),
    ("До скольки открыт магазин?", "(о / открыть :object (м / магазин) :until ?when :tense past)"),
    # amounts
    (
        "Торт весит 2 килограмма и стоит 900 рублей.",
        "(a / and :op1 (в / весить :agent (т / торт) :object (к / килограмм :quant 2) :tense present) "
        ":op2 (с / стоить :agent т :object (р / рубль :quant 900) :tense present))",
    ),
    ("Во сколько обошлась поездка?", "(о / обойтись :agent (п / поездка) :to ?how-many :tense past)"),
    ("Какова длина тоннеля?", "(д / длина :subject ?what :of (т / тоннель) :tense present)"),
    (
        "Пришло около ста зрителей.",
        "(п / прийти :agent (з / зритель :quant (x / 100 :degree около)) :tense past)",
    ),
    (
        "Рюкзак весит около пяти килограммов.",
        "(в / весить :agent (р / рюкзак) :object (к / килограмм :quant (x / 5 :degree около)) "
        ":tense present)",
    ),
    # an adjective far from its noun
    (
        "Куртку он купил тёплую.",
        "(к / купить :agent (о / он) :object (к2 / куртка :mod (т / теплый)) :tense past)",
    ),
    # bones, or Костя
    (
        "Какая у Кости машина?",
        '(б / быть :subject (м / машина :same ?which) :poss (e / entity :name "Костя") :tense present)',
    ),
    # no singular acts by a plural
    ("Что не кладут в суп?", "(n / not :op1 (к / класть :object ?what :to (с / суп) :tense present))"),
    # a command follows a condition
    (
        "If you smell smoke, press Stop.",
        '(p / press :object (e / entity :name "Stop") :if (s / smell :agent (y / you) '
        ":object (s2 / smoke) :tense present) :mode command)",
    ),
    # not at whose door twenty chairs are
    (
        "Дети поставили у двери двадцать стульев.",
        "(п / поставить :agent (р / ребенок :number plural) :object (с / стул :quant 20) "
        ":at (д / дверь) :tense past)",
    ),
    # somebody has, and is not had
    ("У кого есть собака?", "(б / быть :subject (с / собака) :poss ?who :tense present)"),
    # numbers and dates in words
    (
        "На праздник пришли тридцать два гостя.",
        "(п / прийти :agent (г / гость :quant 32) :onto (п2 / праздник) :tense past)",
    ),
    (
        "Собрание пройдёт двадцать третьего мая.",
        "(п / пройти :agent (с / собрание) :time XXXX-05-23 :tense future)",
    ),
    (
        "Dinner is served from seven to ten on the terrace.",
        "(s / serve :object (d / dinner) :from 7 :to 10 :on (t / terrace) :tense present)",
    ),
    # who acts, and on what
    (
        "Ключи гости получат на входе.",
        "(п / получить :agent (г / гость :number plural) :object (к / ключ :number plural) "
        ":on (в / вход) :tense future)",
    ),
    (
        "Что надо выключать на уроках?",
        "(н / надо :content (в / выключать :object ?what :on (у / урок :number plural)))",
    ),
    # he may be somebody
    (
        "Его дом сгорел.",
        "(с / сгореть :agent (д / дом :poss (о / он)) :tense past)",
    ),
    # from and to have a number each
    (
        "The library works from nine to five on weekdays.",
        "(w / work :agent (l / library) :from 9 :to 5 :on (w2 / weekday :number plural) :tense present)",
    ),
    (
        "The museum is open from nine to six in summer.",
        "(o / open :subject (m / museum) :from 9 :to 6 :time (s / summer) :tense present)",
    ),
    # a name before an adjective is no amount
    (
        "Who is Clara angry with?",
        '(a / angry :subject (e / entity :name "Clara") :with ?who :tense present)',
    ),
    # nothing grows cold by itself
    (
        "Мы поняли, что похолодало.",
        "(п / понять :agent (м / мы) :content (п2 / похолодать :tense past) :tense past)",
    ),
    # what is easier, and what is only more
    (
        "Легче доехать на автобусе.",
        "(л / легкий :subject (д / доехать :on (а / автобус)) :degree more)",
    ),
    ("Больше работать!", "(р / работать :mod (б / больше))"),
]


@pytest.mark.parametrize(("text", "scene"), ROWS)
def test_a_kind_of_sentence_is_read_right(text: str, scene: str) -> None:
    [reading] = bundled().read_many([text])
    assert reading.draft == Scene.parse(scene)

"""Russian sentences that were faults once: each line is a scene and what is said of it."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.morphology import russian_forms, russian_names
from scenograph.morphology.russian_yo import with_yo
from scenograph.realiser import phrase, say

SAID = [
    ("(у / удобный :subject (е / ехать :on ?what :until (ц / центр)) :degree more)",
     "На чём удобнее ехать до центра?"),
    ("(х / хороший :subject (к / купить :object (б / билет) :place ?where) :degree more)",
     "Где лучше купить билет?"),
    ("(н / надо :recipient (я / я) :content (п / починить :agent я :object (к / крыша)) :tense past)",
     "Мне надо было починить крышу."),
    ("(н / надо :content (п / починить :object ?what))",
     "Что надо починить?"),
    ("(п / прийтись :recipient (e / entity :name \"Олег\") :content (п2 / продать :agent e :object "
     "(л / лодка)) :tense past)",
     "Олегу пришлось продать лодку."),
    ("(п / посвящаться :recipient (e / entity :name \"А Н Майков\") :tense present)",
     "Посвящается А. Н. Майкову."),
    ("(п / поехать :agent (о / он) :to (e / entity :name \"Северная Америка\") :tense past)",
     "Он поехал в Северную Америку."),
    ("(п / плыть :agent (о / он) :toward (e / entity :name \"Британские остров\") :tense past)",
     "Он плыл к Британским островам."),
    ("(к / корабль :in (e / entity :name \"Тихий океан\"))",
     "Корабль в Тихом океане."),
    ("(л / лежать :agent (х / хлеб) :on (у / уста :number plural) :tense present)",
     "Хлеб лежит на устах."),
    ("(и / идти :manner (д / дальше :degree more) :mode command)",
     "Дальше иди."),
    ("(п / проявляться :agent (с / сущность) :manner (я / ярко :degree more) :tense present)",
     "Сущность ярче проявляется."),
    ("(ф / фотография :quant (x / 5 :degree (n / not :op1 менее)) :mod (р / реальный))",
     "Не менее пяти реальных фотографий."),
    ("(г / год :quant (x / 2 :mod (x2 / 3)))",
     "2-3 года."),
    ("(n / not :op1 (с / светить :agent (с2 / святой :quant (n2 / not :op1 1)) :recipient (м / мы) "
     ":tense present))",
     "Ни один святой не светит нам."),
    ("(n / not :op1 (г / говорить :agent (м / мнение) :about (n2 / not :op1 (ч / что)) :tense "
     "present))",
     "Мнение не говорит ни о чём."),
    ("(п / пейзаж :subject (э / это) :time (ч / часто :of (в / все) :degree more) :tense present)",
     "Это чаще всего пейзаж."),
    ("(b / but :op1 (в / выйти :onto (у / улица)) :op2 (б / быть :subject (л / лето) :place (т / "
     "там) :tense present))",
     "Выйти на улицу, но там есть лето."),
    ("(г / готовый :subject (я / я) :content (п / получать :agent я :measure сам) :tense present)",
     "Я готов сам получать."),
    ("(x / entity :name \"Э Хинкс\" :subject (э / это) :tense past)",
     "Это был Э. Хинкс."),
    ("(ш / шарахнуть :agent (к / кто-то) :tense past)",
     "Кто-то шарахнул."),
    ("(в / важный :subject (ч / чувствовать) :recipient (e / entity :name \"Анна\") :tense present)",
     "Анне важно чувствовать."),
    ("(з / забыть :object сам-себя :tense past)",
     "Забыл самого себя."),
    ("(с / свеча :before (я / я) :in (м / мрак))",
     "Свеча передо мной во мраке."),
    ("(a / and :op1 (з / задышать :agent (т / туча :number plural) :tense future) :op2 (з2 / "
     "загудеть :agent (м / мехи :number plural) :tense future) :op3 (з3 / запеть :agent т :tense "
     "future))",
     "Тучи задышат, меха загудят, и тучи запоют."),
    ("(a / and :op1 (с / стоять :agent (п / парк) :tense present) :op2 (г / готовый :toward (с2 / "
     "смерть)))",
     "Парк стоит и готов к смерти."),
    ("(с / счастливый :subject (п / поэт :agent-of (з / знать :object (э / это) :tense present)) "
     ":tense present)",
     "Счастлив поэт, который знает это."),
    ("(ж / живопись :agent-of (д / достичь :object (у / уровень :mod (в / высокий))))",
     "Живопись, достигшая высокого уровня."),
    ("(р / руководить :agent (у / ученый) :instrument (о / она) :tense past)",
     "Учёный руководил ею."),
    ("(в / выполнить :object (у / упражнение) :of (р / раз :quant 3) :по (с / секунда :quant 7) "
     ":mode command)",
     "Три раза выполни упражнение по семь секунд."),
    ("(п / получиться :agent (b / but :op1 (n / not :op1 (г / голова)) :op2 (м / мяч)) :tense "
     "past)",
     "Получился не голова, а мяч."),
    ("(м / можно :agent (д / докупить :object (н / накладка :number plural)))",
     "Можно докупить накладки."),
    ("(г / говорить :of (р / раз :quant 100 :time (д / день)) :agent (т / ты) :tense present)",
     "Ты 100 раз в день говоришь."),
    ("(в / вдалбливать :recipient (м / мы) :tense present)",
     "Нам вдалбливают."),
    ("(п / пойти :agent (т / ты) :manner (д / домой) :mode command)",
     "Ты домой пойди."),
    ("(р / решать :agent (о / он :topic (e / entity :name \"Олег\")) :tense present)",
     "Олег, он решает."),
    ("(п / простить :mod же :mode command)",
     "Прости же."),
    ("(г / говорить :with (а / акцент :mod (т / такой :as-at (я / я))) :tense past)",
     "Говорил с акцентом, таким, как у меня."),
    ("(п / понять :agent (я / я) :content (б / быть :subject (д / дело) :in ?what :tense present) "
     ":tense past)",
     "Я понял, в чём дело."),
    ("(x / ?what :subject (ф / фамилия) :recipient (т / ты) :tense present)",
     "Что тебе фамилия?"),
    ("(ж / жить :agent (о / он) :в-процесс (р / работа) :tense past)",
     "Он жил в процессе работы."),
    ("(з / значить :agent (э / это) :object ?what :aside (п / по-моему) :remark but :tense "
     "present)",
     "Но, по-моему, что это значит?"),
    ("(м / место :mod (в / второй :time (у / уже)))",
     "Уже второе место."),
    ("(с / стоять :agent (д / дом) :in (д2 / деревня :name \"Поповка\" :of (о / область)) :tense "
     "present)",
     "Дом стоит в деревне Поповка области."),
    ("(о / обнаружить :agent (о2 / он) :object (к / клинопись) :instrument (п / первый) :tense "
     "past)",
     "Он первым обнаружил клинопись."),
    ("(b / but :op1 (n / not :op1 (с / спать :agent (о / он) :tense present)) :op2 (ч / читать "
     ":agent о :tense present))",
     "Он не спит, а читает."),
    ("(у / утроить :agent (я / я) :if нет :tense future)",
     "Я утрою, если нет."),
    ("(д / дать :agent (т / ты) :object (с / страданье :number plural) :tense past)",
     "Ты дал страданья."),
    ("(о / описать :agent (о2 / он) :object (л / логаэд :number plural) :tense past)",
     "Он описал логаэды."),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "text"), SAID)
def test_said(notation: str, text: str) -> None:
    assert say(Scene.parse(notation), "ru") == text


@pytest.mark.parametrize(
    ("name", "case", "form"),
    [
        ("А Н Майков", "dat", "А. Н. Майкову"),
        ("А А Ахматова", "gen", "А. А. Ахматовой"),
        ("Мятлев Иван", "gen", "Мятлева Ивана"),
        ("Верховный Совет", "prep", "Верховном Совете"),
        ("Московский государственный университет", "gen", "Московского государственного университета"),
        ("Красная Армия", "ins", "Красной Армией"),
        ("Британские остров", "nom", "Британские острова"),
        ("Соединенные Штаты Америки", "prep", "Соединенных Штатах Америки"),
        ("Королева Виктория", "dat", "Королеве Виктории"),
        ("Александр II", "gen", "Александра II"),
        ("Битлз", "gen", "Битлз"),
    ],
)
def test_names_are_declined(name: str, case: str, form: str) -> None:
    assert russian_names.declined(name, case) == form


def test_comparatives_stay_what_they_are() -> None:
    assert [russian_forms.comparative(word) for word in ("дальше", "скорее", "ярко")] == [
        "дальше",
        "скорее",
        "ярче",
    ]


@pytest.mark.parametrize(
    ("notation", "text"),
    [
        (
            "(л / любить :agent (я / я) :object (ч / чай :mod (з / зеленый)) :tense present)",
            "Я люблю зелёный чай.",
        ),
        ("(и / идти :agent (д / дождь) :mod (е / еще) :tense present)", "Дождь ещё идёт."),
        ("(в / видеть :agent (я / я) :object (в2 / все) :tense present)", "Я вижу все."),
        ('(п / прийти :agent (e / entity :name "Петр") :tense past)', "Петр пришёл."),
        (
            '(ч / читать :agent (я / я) :object (ж / журнал :name "еще") :tense present)',
            "Я читаю журнал «еще».",
        ),
    ],
)
def test_yo_stands_where_nothing_else_can_and_not_in_names(notation: str, text: str) -> None:
    assert say(Scene.parse(notation), "ru") == text


def test_a_phrase_has_yo() -> None:
    scene = Scene.parse("(л / любить :agent (я / я) :object (ч / чай :mod (з / зеленый)) :tense present)")
    assert phrase(scene, 2, "ru", ":object") == "зелёный чай"


def test_yo_is_never_written_where_the_dictionary_has_another_word() -> None:
    words = "все небо берет идет еще мое афера осел чем узнает зеленый елка блорпе бытие"
    said = "все небо берет идёт ещё моё афера осел чем узнает зелёный ёлка блорпе бытие"
    assert list(map(with_yo, words.split())) == said.split()

"""Everyday Russian: what a question and a sentence say in other forms; read by the reader that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.answers.answer import Answer
from scenograph.coreference import Resolver
from scenograph.coreference.linking import linked
from scenograph.memory import Memory
from scenograph.mind.answering import answer_open
from scenograph.readers.graph_reader import bundled
from scenograph.readers.unsure import kept

ROWS = """
Билеты раздавала Ольга. | Кто раздал билеты? | Ольга.
Гость собирался уехать. | Кто собрался уехать? | Гость.
Таблетки пьют два раза в день. | Как часто пьют таблетки? | Два раза в день.
Таблетки пьют два раза в день. | Сколько раз в день пьют таблетки? | 2.
Олег звонит маме раз в неделю. | Как часто Олег звонит маме? | Раз в неделю.
Моей сестре двадцать лет. | Сколько лет моей сестре? | 20.
Анне было шесть лет, когда она переехала в Тверь. | Сколько лет было Анне, когда она переехала в Тверь? | 6.
Анне исполнилось семьдесят лет. | Сколько лет Анне? | 70.
Ключи от подвала лежат у дворника. | У кого ключи от подвала? | У дворника.
Мост разрушило наводнение. | Чем разрушило мост? | Наводнением.
Забор, сломанный грузовиком, починят. | Чем сломали забор? | Грузовиком.
Следующий концерт назначили на субботу. | Когда будет следующий концерт? | В субботу.
Соседка болеет вторую неделю. | Как долго болеет соседка? | Вторую неделю.
Врач посоветовал больше гулять. | Что мне посоветовал врач? | Больше гулять.
В музее запрещено фотографировать картины. | Где запрещено фотографировать картины? | В музее.
Анна преподавала химию. | Что раньше преподавала Анна? | Химию.
Анна здесь работает с мая. | С какого времени Анна работает в банке? | С мая.
Мебель вывезли, а сторож остался и закрыл ворота. | Кто закрыл ворота? | Сторож.
Сочинения надо сдать не позже пятого мая. | До какого числа надо сдать сочинения? | До 5 мая.
Писательница жила в Пскове. | Где она жила? | В Пскове.
Команда приехала утром. | Кто приехал утром? | Команда.
Дочь, которая живёт в Омске, навещает Марию. | Где живёт дочь Марии? | В Омске.
Магазин работает по будням с девяти до шести. | Когда работает магазин? | По будням, с 9 до 6.
Олег живёт в сорок пятой квартире. | В какой квартире живёт Олег? | В сорок пятой квартире.
Пришла Анна, соседка. | Кто Анна? | Соседка.
Башню высотой 90 метров построил Олег. | Какой высоты башня? | 90 метров.
Башню высотой 90 метров построил Олег. | Какова высота башни? | 90 метров.
Для теста нужны два яйца, сахар и полкило муки. | Сколько яиц нужно для теста? | 2.
Для крема нужны мёд, стакан молока и два яйца. | Сколько молока нужно для крема? | Стакан молока.
Для крема нужны сахар, мёд и пачка масла. | Сколько масла нужно для крема? | Пачка масла.
Ремонт обошёлся в сорок тысяч рублей. | Во сколько обошёлся ремонт? | В 40 000 рублей.
Нина не придёт: у неё экзамен в среду. | Когда у Нины экзамен? | В среду.
Мать испекла из яблок пирог. | Что испекла мать? | Пирог.
Забор школы надо покрасить до мая. | До какого времени надо покрасить забор? | До мая.
Дорогу размыло, поэтому автобус не пришёл. | Почему автобус не пришёл? | Потому что дорога размыта.
Студенты получают стипендию 5000 рублей. | Какую стипендию получают студенты? | Стипендию 5000 рублей.
""".strip().splitlines()

UNANSWERED = """
Таблетки пьют два раза в день. | Когда пьют таблетки?
Таблетки пьют дважды в день. | Когда пьют таблетки?
Он уехал на неделю. | Когда он уехал?
Писательница жила в Пскове. | Где он жил?
Ветка упала на крышу. | Кто упал на крышу?
Собрание назначили на апрель. | Когда было собрание?
Среди преподавателей был Иван Петров. | Какое образование было у её отца?
Врач велел Олегу лежать. | Что мне велел врач?
Мост разрушил Олег. | Чем Олег разрушил мост?
Колодец выкопали рабочие из Твери. | Какой глубины колодец?
Башню высотой 90 метров построил Олег. | Какой ширины башня?
Для теста нужны два яйца, сахар и полкило муки. | Сколько сахара нужно для теста?
""".strip().splitlines()


def _answer(folder: Path, text: str, question: str) -> Answer:
    resolver = Resolver()
    sentences = [f"{it.strip(' .')}." for it in text.split(". ")]
    *said, asked = bundled().read_many([*sentences, question], "ru")
    with Memory.open(folder) as memory:
        for reading, sentence in zip(said, sentences, strict=True):
            scene = kept(reading)
            assert scene is not None
            memory.remember(linked(scene, resolver.read(scene)), text=sentence)
        return answer_open(question, asked, memory, (), "ru", graph=bundled)


@pytest.mark.parametrize("row", ROWS)
def test_what_is_said_in_another_form_is_found(tmp_path: Path, row: str) -> None:
    text, question, wanted = row.split(" | ")
    answer = _answer(tmp_path, text, question).text.removeprefix("Вероятно, ")  # as sure as the reader is
    assert answer[:1].upper() + answer[1:] == wanted


@pytest.mark.parametrize("row", UNANSWERED)
def test_what_is_not_said_stays_open(tmp_path: Path, row: str) -> None:
    text, question = row.split(" | ")
    assert not _answer(tmp_path, text, question).findings


def test_who_has_a_mother_is_a_person() -> None:
    [family, mother] = bundled().read_many(["Вера жила с семьёй в Туле.", "Её мать умела петь."], "ru")
    resolver = Resolver()
    scenes = [scene for it in (family, mother) if (scene := kept(it)) is not None]
    found = [reference for scene in scenes for reference in resolver.read(scene)]
    assert [it.thing.name for it in found] == ["Вера"]

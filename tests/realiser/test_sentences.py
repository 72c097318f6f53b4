"""Sentences and phrases as a reader of each language would write them; each line was a fault or is a rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.realiser import outline, phrase, say
from scenograph.surfaces.registry import SURFACES

_PAGE = (Path(__file__).parents[2] / "docs" / "scenes.md").read_text(encoding="utf-8")
_EXAMPLES = _PAGE.partition("## Examples")[2].partition("\n## ")[0]
_SHOWN = re.findall(r"^([^\n`]+)\n\n```\n([^`]+)```$", _EXAMPLES, re.M)
_OTHER_WORDS = {  # the same scene in other words: another order, active for passive, no quotes
    "Call mom tomorrow at 6 pm.": "Call the mom tomorrow at 18:00.",
    "“We can wait,” said the old man.": "The old man said that we can wait.",
    "Лев Толстой родился в 1828 году в Ясной Поляне.": "В 1828 году Лев Толстой родился в Ясной Поляне.",
    "Вчера в Казани открыли новую станцию метро.": "Вчера новая станция метро была открыта в Казани.",
    "Мост построен рабочими.": "Рабочие построили мост.",
    "Купи хлеб и молоко вечером.": "Вечером купи хлеб и молоко.",
    "Если пойдёт дождь, мы останемся дома.": "Мы останемся дома, если дождь пойдёт.",
    "Молока нет.": "Нет молока.",
}


@pytest.mark.parametrize(("text", "notation"), _SHOWN)
def test_the_examples_of_the_page_are_said(text: str, notation: str) -> None:
    language = "ru" if re.search("[а-я]", text) else "en"
    assert say(Scene.parse(notation), language) == _OTHER_WORDS.get(text, text)


ENGLISH = [
    (
        "(n / not :op1 (c / come :agent (h / he) :time (s / still) :aspect perfect :tense present))",
        "He still has not come.",
    ),
    (
        "(c / come :agent (p / people :quant (x / 50 :degree more)) :tense past)",
        "More than 50 people came.",
    ),
    (
        "(s / swim :agent (t / they) :time (t2 / time :quant 3) :time (w / week :definite no))",
        "They swim three times a week.",
    ),
    ("(r / return :agent (t / they) :time (w / week :definite no))", "They return in a week."),
    ("(m / meet :agent (w / we) :time (m2 / morning :mod (f / friday)) :tense past)",
     "We met on Friday morning."),
    ("(w / work :agent (s / she) :time (n / night) :tense present)", "She works at night."),
    ('(f / found :object (e / entity :name "Bank" :of (e2 / entity :name "England")) :time 1694 :tense past)',
     "The Bank of England was founded in 1694."),
    ('(p / pay :agent (e / entity :name "Anna") :quant ?how-much :tense past)', "How much did Anna pay?"),
    ("(b / be :subject (p / problem) :tense present)", "There is a problem."),
    ("(b / be :subject (c / car :quant 2) :on (s / street) :tense past)",
     "There were two cars on the street."),
    ("(g / good :subject (s / shop :mod this) :degree most :tense present)", "This shop is the best."),
    ("(p / person :mod (t / tired))", "Tired person."),
    ("(s / see :agent (i / I) :object (b / book :object-of (r / read :agent i :tense past)) :tense past)",
     "I saw the book that I read."),
    ("(s / see :agent (i / I) :object (v / vase :object-of (b / break)) :tense past)",
     "I saw the broken vase."),
    ("(s / see :agent (i / I)"
     " :object (e / event :object-of (s2 / sponsor :agent (e2 / entity :name \"Enron\")))"
     " :tense past)", "I saw the event sponsored by Enron."),
    ("(w / want :agent (a / entity :name \"Anna\") :content (c / come :agent (o / entity :name \"Oleg\"))"
     " :tense past)", "Anna wanted for Oleg to come."),
    ("(a / ask :agent (h / he) :recipient (s / she) :content (c / come :agent s) :tense past)",
     "He asked her to come."),
    ("(a / ask :agent (h / he) :content (w / whether :content (s / sleep :agent (t / they) :tense past))"
     " :tense past)", "He asked whether they slept."),
    ("(a / and :op1 (g / go :agent (h / he) :tense past) :op2 (s / sleep :agent h :tense past))",
     "He went and slept."),
    ("(r / run :agent (d / dog :definite yes :number plural) :aspect progressive :tense present)",
     "The dogs are running."),
    ("(r / run :agent (d / dog) :aspect perfect :tense past)", "The dog had run."),
    ("(n / not :op1 (r / run :agent (t / they) :modal can))", "They cannot run."),
    ("(n / not :op1 (r / run :mode command))", "Do not run."),
    ("(p / pick-up :agent (w / we) :object (k / key :number plural) :tense past)", "We picked up keys."),
    ("(c / come :agent (w / we) :time XXXX-03-14 :tense future)", "We will come on 14 March."),
    ("(c / city :same ?which :subject (t / this) :tense present)", "Which city is this?"),
    ("(h / have :agent (y / you) :object (b / brother :quant ?how-many) :tense present)",
     "How many brothers do you have?"),
    ("(o / entity :name \"Oleg\" :same (b / builder))", "Oleg: builder."),
    ("(s / send :agent (w / we) :object (l / letter) :recipient (t / they) :tense past)",
     "We sent them the letter."),
    ("(f / fail :agent (d / deploy :poss (w / we)) :tense past)", "Our deploy failed."),
    ("(w / work :agent (p / president :name \"Bush\") :tense past)", "President Bush worked."),
    ("(l / live :agent (h / he) :in (c / city :name \"Bonn\") :tense present)",
     "He lives in the city of Bonn."),
    ("(s / say :agent (d / darin) :tense past)", "The darin said."),
    ("(x / entity :name \"iPhone\" :quant 3)", "Three iPhone."),
    ("(a / announce :agent (h / he) :content (l / leave :agent h :tense future)"
     " :time (m / month :mod (l2 / last)) :tense past)", "Last month, he announced that he will leave."),
    ("(a / and :op1 (f / friendly :subject (s / service) :tense past) :op2 (f2 / fast :degree very))",
     "Service was friendly and very fast."),
    ("(c / club :subject ?what :number plural :mod (g / good) :tense present)", "What are good clubs?"),
    ("(t / thank :object (y / you) :for (t2 / time :poss y) :tense present)", "Thank you for your time."),
    ("(l / love :agent (i / I) :object (s / she) :remark (x / \":)\") :tense present)", "I love her :)"),
    ("(g / get :agent (w / we) :object (t / ticket :number plural) :for (t2 / third :of (p / price))"
     " :tense past)", "We got tickets for a third of the price."),
    ("(h / have :agent (w / we) :object (h2 / house :poss w) :content (p / paint :object h2) :tense past)",
     "We had our house painted."),
    ("(l / look-up :object (i / it) :mode command)", "Look it up."),
    ("(s / see :object (w / we) :time (n / never) :aspect perfect :tense present)",
     "We have never been seen."),
    ("(a / and :op1 (k / know :agent (i / I) :object (s / somebody :agent-of (h / have"
     " :object (c / car :definite no) :tense past)) :tense past)"
     " :op2 (l / like :agent i :object (i2 / it) :tense past))",
     "I knew somebody who had a car, and I liked it."),
    ("(s / see :agent (i / I) :object (s2 / store :mod (r / repair :object (c / computer))) :tense past)",
     "I saw the computer repair store."),
    ("(w / write :agent (x / 1 :of (b / boy :number plural)) :tense past)", "One of the boys wrote."),
    ("(t / try :object (i / it) :if (p / possible) :mode command)", "Try it if possible."),
    ("(o / one :subject (s / school :mod this) :mod (b / bad :degree most) :tense present)",
     "This school is the worst one."),
    ("(n / not :op1 (b / be :subject (d / difference) :since (w / work :agent (i / it) :tense present)"
     " :tense future))", "There will not be a difference since it works."),
    ("(h / hello :addressee (e / entity :name \"Bill\"))", "Hello, Bill."),
    ("(g / go :if not :place here :mode command)", "If not, go here."),
    ("(l / live :agent (t / they) :time (y / year :quant (x / 11 :x 15)) :tense present)",
     "They live 11-15 years."),
    ("(g / game :name \"4\" :mod (t / thursday :same XXXX-06-14))", "Game 4 Thursday (14 June)."),
    ("(h / happen :agent (t / they) :time (d / daily) :tense present)", "They happen daily."),
    ("(l / look :as (f / fine) :tense present)", "Looks fine."),
    ("(a / appear :agent (s / situation) :content (b / bad :mod even :degree more) :tense present)",
     "The situation appears even worse."),
    ("(s / see :agent (w / we) :object (p / punch :mod (m / much :while (s2 / scary :subject (i / it)"
     " :tense present) :degree so)) :tense present)", "We see the punch so much that it is scary."),
    ("(i / interesting :subject (t / take :agent (p / press) :object (s / spin :same ?what) :tense future)"
     " :tense present)", "It is interesting what spin the press will take."),
    ("(a / and :op1 (c / come :agent (h / he) :tense past) :op2 (b / and :op1 (e / eat :agent (t / they)"
     " :tense past) :op2 (d / drink :agent (w / we) :tense past)))", "He came; they ate, and we drank."),
    ("(m / move :agent (i / I) :time (m2 / may) :tense past)", "I moved in May."),
    ("(b / be :subject (a / ad :quant no :number plural) :tense present)", "There are no ads."),
    ("(c / come :agent (t / they) :within (d / day :quant a-few :number plural) :tense present)",
     "They come within a few days."),
    ("(f / few :subject (w / we) :tense present)", "We are few."),
    ("(c / come :agent (g / guest :mod few :number plural) :tense past)", "Few guests came."),
    ("(c / come :agent (g / guest :mod a-few :number plural) :tense past)", "A few guests came."),
    ("(l / leave :agent (h / he) :time (a / ago :time (m / month :quant a-few :number plural)) :tense past)",
     "He left a few months ago."),
    ("(c / customer :mod (h / happy) :number plural :remark 3)", "3. Happy customers."),
    ("(t / thank :agent (i / I) :object (y / you) :degree enough :modal can)", "I can thank you enough."),
    ("(t / thank :agent (i / I) :object (y / you) :degree (m / much :degree very) :for (h / help)"
     " :tense present)", "I thank you very much for help."),
    ("(t / thank :object (y / you) :addressee (m / madam :name \"Speaker\") :tense present)",
     "Madam Speaker, thank you."),
    ("(k / kind :mod this :of (i / innovation))", "This kind of innovation."),
    ("(b / be :subject (h / he) :at (s / sea) :tense present)", "He is at sea."),
    ("(l / late :subject (x / \"08:00\" :x \"20:00\") :tense present)", "08:00 - 20:00 is late."),
    ("(b / bear :object (e / entity :name \"Goode\")"
     " :in (e2 / entity :name \"Exeter\" :mod (e3 / entity :name \"Devon\")) :tense past)",
     "Goode was born in Exeter, Devon."),
    ("(w / wait :agent (h / he) :when (i / invite :object h) :tense past)", "He waited when invited."),
    ("(a / appear :agent (s / she) :as (q / queen) :tense past)", "She appeared as a queen."),
    ("(x / 1 :of (e / entity :name \"World Cups\" :mod (b / bad :degree most)))",
     "One of the worst World Cups."),
    ("(d / date :subject XXXX-01-03 :tense present)", "3 January is a date."),
    ("(i / important :subject (i2 / it) :content (e / eat :agent (t / they) :tense present)"
     " :to (f / faith) :tense present)", "It is important to faith that they eat."),
    ("(t / talk :agent (w / we) :measure about :place here :tense present)", "We talk about here."),
    ("(i / issue :agent (b / billing) :number plural)", "Billing issues."),
    ("(c / couple :of (p / package :number plural) :mod (a / available :to (y / you)))",
     "Couple of packages available to you."),
    ("(n / notice :agent (i / I) :object (o / order :mod (e / executive) :agent-of (f / follow))"
     " :tense past)", "I noticed the following executive order."),
    ("(t / throw :agent (w / we) :object (p / party :mod (b / big) :definite no) :tense past)",
     "We threw a big party."),
    ("(x / enrongss.xls :mod (n / new))", "New enrongss.xls."),
    ("(s / see :agent (w / we) :object (g / good :poss (t / they) :degree most) :tense past)",
     "We saw their best."),
    ("(p / pay :agent (i / I) :object (m / more :degree much) :tense past)", "I paid much more."),
    ("(h / hi :addressee (m / mr. :name \"Katsof\"))", "Hi, Mr. Katsof."),
    ("(s / sink-in :agent (s2 / shock) :mod kind-of :aspect perfect :tense present)",
     "The shock has kind of sunk in."),
    ("(b / bear :object (h / he) :around (x / 347 :mod AD) :tense past)", "He was born around 347 AD."),
    ("(s / see :agent (w / we) :object (o / one :agent-of (c / come :tense past)) :tense past)",
     "We saw the one who came."),
    ("(h / have :agent (w / we) :object (t / time :mod (h2 / hard) :definite no) :tense past)",
     "We had a hard time."),
    ("(b / buy :agent (w / we) :object (c / car :mod (e / expensive :degree more) :definite no) :tense past)",
     "We bought a more expensive car."),
    ("(l / leave :agent (h / he) :after (d / debate :mod (m / much)) :tense past)",
     "He left after much debate."),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "text"), ENGLISH)
def test_english(notation: str, text: str) -> None:
    assert say(Scene.parse(notation), "en") == text


RUSSIAN = [
    ("(х / ходить :agent (п / папа) :time (a / and :op1 (в / вторник :number plural) "
     ":op2 (ч / четверг :number plural)) :tense present)", "По вторникам и четвергам папа ходит."),
    ("(у / уехать :agent (о / он) :time (д / день :mod (с / следующий)) :tense past)",
     "На следующий день он уехал."),
    ("(с / стоить :agent (р / ремонт :on (к / кухня)) :quant ?how-many :tense past)",
     "Сколько стоил ремонт на кухне?"),
    ("(п / попросить :agent (о / она) :recipient (б / брат) :content (п2 / помочь :agent б) :tense past)",
     "Она попросила брата помочь."),
    ("(b / but :op1 (п / потерять :agent (о / он) :object (б / билет) :tense past) "
        ":op2 (о2 / обещать :content (н / найти :object (о3 / он)) :tense past))",
        "Он потерял билет, но обещали найти его."),
    ("(к / купить :agent (о / она) :object (к2 / книга :quant 5 :mod (н / новый)) :tense past)",
     "Она купила пять новых книг."),
    ("(к / купить :agent (о / они) :object (к2 / машина :quant 2 :mod (н / старый)) :tense past)",
     "Они купили две старые машины."),
    ("(в / видеть :agent (я / я) :object (с / студент :mod (н / новый)) :tense present)",
     "Я вижу нового студента."),
    ("(с / стать :agent (о / он) :as (в / врач) :tense past)", "Он стал врачом."),
    ("(г / говорить :agent (м / мы) :about (и / игра :mod (н / новый)) :tense present)",
     "Мы говорим о новой игре."),
    ("(г / говорить :agent (м / мы) :about (э / это) :tense present)", "Мы говорим об этом."),
    ("(ж / жить :agent (о / он) :in (e / entity :name \"Франция\") :tense present)",
     "Он живёт во Франции."),
    ("(п / прийти :agent (о / он) :with (я / я) :tense past)", "Он пришёл со мной."),
    ("(п / прийти :agent (я / я) :with (о / она) :modal would)", "Я пришёл бы с ней."),
    ("(л / любить :agent (e / entity :name \"Анна Каренина\") :object (e2 / entity :name \"Лев Толстой\")"
     " :tense present)", "Анна Каренина любит Льва Толстого."),
    ("(л / любить :agent (о / Оля) :object (с / собака :poss о) :tense present)", "Оля любит свою собаку."),
    ("(n / not :op1 (б / быть :subject (в / время) :poss (я / я) :tense present))", "У меня нет времени."),
    ("(б / быть :subject (я / язык :quant 2) :in (e / entity :name \"Мали\") :tense present)",
     "В Мали есть два языка."),
    ("(с / старый :subject (д / дом) :tense past)", "Дом был старым."),
    ("(с / существовать :of (т / точка :quant несколько :number plural) :tense present)",
     "Существует несколько точек."),
    ("(я / являться :agent (э / это) :as (д / дом :mod (у / узнаваемый :mod (с / самый))) :tense present)",
     "Это является самым узнаваемым домом."),
    ("(г / готовый :subject (м / машина) :tense present)", "Машина готова."),
    ("(д / должен :subject (о / она) :content (с / спать :agent о) :tense past)", "Она была должна спать."),
    ("(в / врач :subject (п / она) :tense present)", "Она врач."),
    ("(в / врач :subject (e / entity :name \"Ольга\") :tense past)", "Ольга была врачом."),
    ("(д / дешевый :subject (м / машина) :degree more :tense present :than (о / дом))",
     "Машина дешевле, чем дом."),
    ("(ч / читать :agent (о / он) :while (с / сидеть :agent о) :tense present)", "Он читает, сидя."),
    ("(в / видеть :agent (я / я) :object (с / студент :agent-of (ч / читать :object (к / книга)))"
     " :tense present)",
     "Я вижу студента, читающего книгу."),
    ("(з / знать :agent (я / я) :object (ч / человек :agent-of (п / прийти :tense past)) :tense present)",
     "Я знаю человека, который пришёл."),
    ("(с / спросить :agent (о / он) :content (w / whether"
     " :content (п / прийти :agent (e / entity :name \"Анна\")"
     " :tense past)) :tense past)", "Он спросил, пришла ли Анна."),
    ("(и / индекс :subject 27040 :mod (п / почтовый) :tense present)", "Почтовый индекс — 27040."),
    ("(с / случиться :agent (э / это) :time XXXX-03-14 :tense past)", "Это случилось 14 марта."),
    ("(р / работать :agent (о / он) :in (т / тот :mod же) :tense past)", "Он работал в том же."),
    ("(x / 1 :from (п / провинция :number plural))", "Одна из провинций."),
    ("(с / способствовать :agent (р / рост) :object (м / мир) :tense past)", "Рост способствовал миру."),
    ("(р / расположить :object (с / село) :on (р2 / река) :tense past)", "Село расположено на реке."),
    ("(п / признать :agent (о / он) :object (с / себя) :as (в / виновный) :tense past)",
     "Он признал себя виновным."),
    ("(р / работать :agent (о / он) :since 1974 :tense present)", "Он работает с 1974 года."),
    ("(п / проживать :of (ж / житель :quant 250) :in (г / город) :tense past)",
     "Проживало 250 жителей в городе."),
    ("(в / вулкан :subject (э / это) :of (в2 / высота :of (м / метр :quant 744)) :tense present)",
     "Это вулкан высоты 744 метра."),
    ("(м / мочь :agent (г / гражданин :number plural) :content (у / участвовать :agent г)"
     " :in (в / выбор :number plural) :tense past)", "В выборах граждане могли участвовать."),
    ("(n / not :op1 (у / угрожать :agent (о / он) :recipient (м / мы) :measure (n2 / not :op1 (р / раз))"
     " :tense past))", "Он не угрожал нам ни разу."),
    ("(г / галерея :subject (э / это) :mod (х / хороший) :remark (x / \"☺\") :tense present)",
     "Это хорошая галерея ☺"),
    ("(т / требоваться :content (з / заплатить) :tense past)", "Требовалось заплатить."),
    ("(a / and :op1 (п / простой :subject (в / вышивка :number plural) :tense present) :op2 (ч / четкий))",
     "Вышивки просты и чётки."),
    ("(п / появляться :agent (г / гимн :number plural) :in (з / запись :mod и) :tense present)",
     "Гимны появляются и в записи."),
    ("(д / видный :subject (г / гора) :tense present)", "Гора видна."),
    ("(ж / жаркий :tense past)", "Было жарко."),
    ("(в / время :number plural :tense past)", "Были времена."),
    ("(к / казаться :recipient (я / я) :mod тоже :tense present)", "Мне тоже кажется."),
    ("(п / повезти :recipient (о / он) :tense past)", "Ему повезло."),
    ("(з / захотеться :recipient (т / ты) :tense future)", "Тебе захочется."),
    ("(n / not :op1 (б / быть :subject (о / она) :in (д / дух) :time (с / сегодня) :tense present))",
     "Сегодня она не в духе."),
    ("(в / вот :subject (ш / шкаф) :recipient (т / ты) :tense present)", "Вот тебе шкаф."),
    ("(н / нарисовать :agent (я / я) :object (к / кирпич :mod (б / большой :degree more)) :tense past)",
     "Я нарисовал кирпич побольше."),
    ("(о / отпустить :agent (о2 / он) :object (д / динар :quant (т / тысяча :quant 20 :number plural))"
     " :tense past)", "Он отпустил 20 тысяч динаров."),
    ("(в / вздохнуть :agent (п / птица :quant весь :quant 4) :tense past)", "Все четыре птицы вздохнули."),
    ("(б / быть :subject (м / миллион) :poss (к / кто-то) :tense present)", "У кого-то есть миллион."),
    ("(г / глядеть :agent (я / я) :на (к / купаться) :tense present)", "Я гляжу на купающихся."),
    ("(а / альбом :subject (e / entity :name \"Дети гор\") :of (г / группа :name \"Чайф\")"
     " :tense present)", "«Дети гор» — альбом группы «Чайф»."),
    ("(с / стоять :agent (д / дом) :in (с2 / село :name \"Батурино\") :tense present)",
     "Дом стоит в селе Батурино."),
    ("(и / играть :agent (о / он) :time (г / год :mod (x / 1984 :mod 1989) :number plural) :tense past)",
     "В 1984-1989 годах он играл."),
    ("(ж / жить :agent (о / он) :in (г / город) :time (г2 / год :quant 2) :tense past)",
     "Два года он жил в городе."),
    ("(с / составить :agent (у / ущерб) :aside например :object (р / рубль :quant 5) :tense past)",
     "Например, ущерб составил пять рублей."),
    ("(у / утро :mod (д / добрый) :addressee (e / entity :name \"Юлия\") :remark (x / \"☺\"))",
     "Юлия, доброе утро ☺"),
    ("(з / знать :agent (я / я) :content (о / окунаться :agent (о2 / он) :because ?why :tense present)"
     " :tense present)", "Я знаю, почему он окунается."),
    ("(n / not :op1 (о / отставать :agent (м / мы) :mod (т / так-что) :tense present))",
     "Мы так что не отстаём."),
    ("(с / скупой :subject (о / она) :degree настолько :while (о2 / отказывать :agent о :tense past)"
     " :tense past)", "Она была настолько скупа, что отказывала."),
    ("(a / and :op1 (п / прийти :agent (о / он) :tense past) :op2 (b / and :op1 (с / сесть :agent (м / мы)"
     " :tense past) :op2 (в / встать :agent (я / я) :tense past)))", "Он пришёл; мы сели, и я встал."),
    ("(о / открыть :agent (о2 / они) :object (у / улица :mod (л / лучший :degree most)) :tense past)",
     "Они открыли лучшую улицу."),
    ("(к / купить :agent (я / я) :object (п / перец :mod немного) :tense past)", "Я купил немного перца."),
    ("(у / уйти :agent (в / время :quant много) :tense past)", "Много времени ушло."),
    ("(к / купить :agent (я / я) :object (к2 / книга :quant много) :tense past)", "Я купил много книг."),
    ("(у / уехать :agent (о / он) :time (г / год :quant 3 :mod (н / назад)) :tense past)",
     "Три года назад он уехал."),
    ("(с / старший :subject (e / entity :name "
     '"Андрей") :than (e2 / entity :name "Борис") :tense present)', "Андрей старше, чем Борис."),
    ("(с / стоить :agent (д / дом) :object (р / рубль :quant 5000000) :tense present)",
     "Дом стоит 5\u00a0000\u00a0000 рублей."),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "text"), RUSSIAN)
def test_russian(notation: str, text: str) -> None:
    assert say(Scene.parse(notation), "ru") == text


WORKS = Scene.parse(
    '(w / work :in (e / entity :name "Berlin") :agent (s / server :mod (n / new)) :tense past)'
)
COMICS = Scene.parse(
    "(l / look :in (s / section :mod (n / new) :mod (c / comic :number plural)) :mode command)"
)
РАБОТАЕТ = Scene.parse(
    '(р / работать :in (e / entity :name "Сбербанк") :agent (с / сервер :mod (н / новый)))'
)


@pytest.mark.parametrize(
    ("scene", "node", "language", "role", "text"),
    [
        (WORKS, 1, "en", ":in", "in Berlin"),
        (WORKS, 1, "en", None, "Berlin"),
        (WORKS, 2, "en", ":agent", "the new server"),
        (WORKS, "1828", "en", ":time", "in 1828"),
        (WORKS, "XXXX-03-14", "en", ":time", "on 14 March"),
        (WORKS, '"18:00"', "en", ":time", "at 18:00"),
        (WORKS, "5", "en", ":quant", "five"),
        (WORKS, "?who", "en", ":agent", "who"),
        (COMICS, 1, "en", ":in", "in the new comics section"),
        (РАБОТАЕТ, 1, "ru", ":in", "в Сбербанке"),
        (РАБОТАЕТ, 2, "ru", ":agent", "новый сервер"),
        (РАБОТАЕТ, 2, "ru", ":with", "с новым сервером"),
        (РАБОТАЕТ, 2, "ru", ":object", "новый сервер"),
        (РАБОТАЕТ, "1828", "ru", ":time", "в 1828 году"),
        (РАБОТАЕТ, "XXXX-03-14", "ru", ":time", "14 марта"),
        (РАБОТАЕТ, "5", "ru", ":quant", "пять"),
    ],
)
def test_phrases(scene: Scene, node: int | str, language: str, role: str | None, text: str) -> None:
    assert phrase(scene, node, language, role) == text


def test_what_cannot_be_said_names_the_part() -> None:
    deep = "(x / not :op1 " * 60 + "(s / sleep)" + ")" * 60
    for variable in range(60):
        deep = deep.replace("(x /", f"(n{variable} /", 1)
    with pytest.raises(SurfaceError, match="nested deeper"):
        say(Scene.parse(deep), "en")
    assert outline(Scene.parse(deep)).endswith("sleep")
    with pytest.raises(SurfaceError, match="language 'de'"):
        say(WORKS, "de")


def test_letters_without_a_name_are_said_as_they_are() -> None:
    scene = Scene.parse('("свой-\U000187d9в" :tense past)'.replace('("', '(x / "'))
    assert "\U000187d9" in say(scene, "ru")


@pytest.mark.parametrize("name", ["", " ", "\N{NO-BREAK SPACE}"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_blank_name_does_no_harm(name: str, language: str) -> None:
    scene = Scene.parse(f'(s / see :agent (c / cat) :object (e / entity :name "{name}" :mod (b / big)))')
    assert "at see" in say(scene, language).lower().replace("sees", "see").replace("the ", "")


def test_an_outline_shows_what_hangs_on_what() -> None:
    scene = Scene.parse('(b / book :object-of (w / write :agent (e / entity :name "Oleg") :tense past))')
    assert outline(scene).split("\n") == [
        "book", "  object of: write", "    agent: entity", "      name: Oleg", "    tense: past",
    ]  # fmt: skip


def test_the_registry_says_open_scenes() -> None:
    surface = SURFACES["sentence"]
    assert surface.read is None
    assert surface.write([WORKS, WORKS], "en") == "\n".join(["The new server worked in Berlin."] * 2)

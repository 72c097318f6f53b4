"""Everyday questions, of somebody, nobody, anybody; the sentences are read by the reader that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.answers.answer import Answer
from scenograph.answers.limits import affirmed
from scenograph.core import Scene
from scenograph.memory import Memory
from scenograph.mind.answering import answer_open
from scenograph.readers.graph_reader import bundled
from scenograph.readers.unsure import kept

ROWS = """
On 12 May I ordered a lamp from your shop. | When did I order the lamp? | On 12 May.
The lamp arrived on 2 June. | When did the lamp arrive? | On 2 June.
Nobody told Mark about the meeting. | Did anybody tell Mark about the meeting? | No, nobody told Mark about the meeting.
Nobody told Mark about the meeting. | Did Anna tell Mark about the meeting? | No, nobody told Mark about the meeting.
Nobody told Mark about the meeting. | Who told Mark about the meeting? | Nobody.
Anna told Mark about the meeting. | Did anybody tell Mark about the meeting? | Yes, Anna told Mark about the meeting.
No trains run on Sunday. | Do trains run on Sunday? | No, no trains run on Sunday.
No trains run on Sunday. | What runs on Sunday? | No trains.
None of the students came. | Did the students come? | No, none of the students came.
Nobody came. | Did she come? | No, nobody came.
Nothing happened yesterday. | What happened yesterday? | Nothing.
Nothing happened yesterday. | Did anything happen yesterday? | No, nothing happened yesterday.
Anna bought nothing. | Did Anna buy milk? | No, Anna bought nothing.
There are no eggs in the fridge. | Are there any eggs in the fridge? | No, there are no eggs in the fridge.
You can park behind the school. | Where can I park? | Behind the school.
Tom gave Mary a book about space. | What is the book about? | Probably about space.
Соседи продали дом за пять миллионов рублей. | За сколько соседи продали дом? | За 5 000 000 рублей.
Both of my cousins work in Rome. | Where do my cousins work? | In Rome.
Hannah wants to learn Japanese and move to Kyoto. | Where does Hannah want to move? | To Kyoto.
If you press the red button, the machine stops. | What happens if I press the red button? | The machine stops if you press the red button.
У Кати есть кот. | У кого есть кот? | У Кати.
Мой дедушка был лётчиком и часто летал в Африку. | Куда летал дедушка? | В Африку.
Ремонт в школе закончат к сентябрю. | Когда закончат ремонт в школе? | К сентябрю.
Neither Tom nor Kate passed the test. | Did Tom pass the test? | No, neither Tom nor Kate passed the test.
Neither Tom nor Kate passed the test. | Who passed the test? | Neither Tom nor Kate.
Paul used to work for Nokia. | Who did Paul work for? | For Nokia.
The train leaves on Monday. | When does the train leave? | On Monday.
It snowed all day, so we stayed in. | Why did we stay in? | Because it snowed all day.
The fish is two feet long and lives in the mud. | Where does the fish live? | In the mud.
Eleven guests came. | How many guests came? | 11.
The pump has been out of order since May. | Since when has the pump been out of order? | Since May.
Paul is on sick leave until 4 May. | Until when is Paul on sick leave? | Until 4 May.
There are two lamps on every desk. | What is there on every desk? | Two lamps.
Tom left with nothing. | Did Tom leave? | Yes, Tom left with nothing.
The company employs about 300 people. | How many people does the company employ? | About 300.
We decided to postpone the release because the tests are failing. | Why did we postpone the release? | Because the tests are failing.
Мы решили переехать в Берлин в мае. | Когда мы переедем в Берлин? | В мае.
The doctor forbade my father to smoke. | What did the doctor forbid? | To smoke.
The bug is caused by an expired certificate. | What is the bug caused by? | An expired certificate.
The scanner no longer needs a cable. | Does the scanner need a cable? | No, the scanner does not need a cable anymore.
Tickets are no longer sold at the station. | Are tickets sold at the station? | No, tickets are not sold at the station anymore.
He is no longer a teacher. | Is he a teacher? | No, he is not a teacher anymore.
Our printer does not work any more. | Does our printer work? | No, our printer does not work anymore.
Maria is at the dentist on Fridays. | When is Maria at the dentist? | On Friday.
The library is closed on Sundays. | When is the library closed? | On Sunday.
The film was two hours long. | How long was the film? | Two hours.
Volta has bought a factory for 300 million euros. | How much did Volta pay for the factory? | 300,000,000 euros.
Anna paid 20 dollars for the book. | How much did the book cost? | 20 dollars.
The book costs 20 dollars. | How much did Anna pay for the book? | 20 dollars.
Соседи купили дом за пять миллионов рублей. | Сколько соседи заплатили за дом? | 5 000 000 рублей.
Ремонт на кухне стоил нам двести тысяч рублей. | Сколько стоил ремонт на кухне? | 200 000 рублей.
The tower is 90 metres tall. | What is the height of the tower? | 90 metres.
The tower with a height of 90 metres was built by Anna. | What is the height of the tower? | 90 metres.
The whale weighs two tonnes. | What is the weight of the whale? | Two tonnes.
The height of the tower is 90 metres. | How tall is the tower? | 90 metres.
The price of the lamp is 20 euros. | How much does the lamp cost? | 20 euros.
Anna rented a flat of sixty square metres. | How big is the flat? | 60 square metres.
The school is ten minutes from our house. | How far is the school from our house? | Ten minutes from our house.
Билет стоит сто рублей. | Какова цена билета? | 100 рублей.
Цена билета — сто рублей. | Сколько стоит билет? | 100 рублей.
Sam owns the bar on Hill Road. | Who is the owner of the bar? | Sam.
The manager of the bank is Tom Hill. | Who manages the bank? | Tom Hill.
Our coach, Maria Lopez, speaks Greek. | Who coaches us? | Maria Lopez.
Kate Miller is a nurse. | What does Kate Miller do for a living? | A nurse.
The shop didn't open until Monday. | When did the shop open? | On Monday.
The roof won't be repaired until next year. | When will the roof be repaired? | Next year.
The guests did not leave until the rain stopped. | When did the guests leave? | When the rain stopped.
Brazil have not won the cup since 2002. | When did Brazil last win the cup? | In 2002.
Kate didn't buy anything. | What did Kate buy? | Nothing.
Kate didn't buy anything. | Did Kate buy milk? | No, Kate bought nothing.
Frank didn't charge me anything. | How much did Frank charge me? | Probably nothing.
The concert will be on Monday in the old church. | Where will the concert be? | In the old church.
I left a letter on the desk. | What is on the desk? | Probably a letter on the desk.
The shop will be closed between Christmas and New Year. | When will the shop be closed? | Between Christmas and New Year.
The film was shown before Halloween. | When was the film shown? | Probably before Halloween.
My uncle gave us a crate of apples. | Who gave us apples? | My uncle.
Hunters have found a rare species of snake in Peru. | Where was the snake found? | In Peru.
You need four onions and a litre of milk. | How many onions do I need? | Four.
Tom drank two litres of water. | How much water did Tom drink? | Two litres of water.
Мама купила два килограмма муки. | Сколько муки купила мама? | Два килограмма муки.
Do not wash the pan with soap. | What should I not wash the pan with? | With the soap.
Boil the syrup at 110 degrees. | At what temperature do I boil the syrup? | At 110 degrees.
The bed was soft, but the walls are thin, so we heard our neighbours. | Why did we hear our neighbours? | Because the walls are thin.
The fine for a late book is 20 cents a day. | How much is the fine for a late book? | 20 cents a day.
The app has been downloaded more than 50,000 times. | How often has the app been downloaded? | More than 50,000 times.
It took Kate two hours to write the letter. | How long did it take Kate to write the letter? | Probably two hours.
It took two hours to write the letter. | How long did it take to write the letter? | Probably two hours.
Kate wrote the letter in two hours. | How long did it take Kate to write the letter? | Probably in two hours.
Sam Quick is nine years old. | How old is Sam Quick? | Probably nine years.
Tom worked for a bank before. | Who did Tom work for before? | For a bank.
Anna comes from Riga. | Where does Anna come from? | From Riga.
The work must be finished by Friday. | By when must the work be finished? | By Friday.
Самолёт задержали на три часа. | На сколько задержали самолёт? | Вероятно, на три часа.
Папа ходит в бассейн по вторникам и четвергам. | Когда папа ходит в бассейн? | По вторникам и четвергам.
Дима потерял чемодан, но его обещали привезти в среду. | Что потерял Дима? | Чемодан.
It rained all day, so we stayed in and watched two films. | Why did we stay in? | Probably because it rained all day.
Электричество отключают почти каждую неделю, поэтому папа хочет купить генератор. | Почему папа хочет купить генератор? | Потому что почти каждую неделю отключают электричество.
Электричество отключают почти каждую неделю. | Как часто отключают электричество? | Почти каждую неделю.
Leo is getting married to Sofia in June. | When is Leo getting married? | In June.
Dr Patel told me not to eat for two hours. | What did Dr Patel tell me? | Not to eat for two hours.
My grandmother turned eighty last week. | How old is my grandmother? | 80.
Мясо варят полтора часа. | Сколько варят мясо? | Полтора часа.
Вишня зимой замёрзла. | Что случилось с вишней? | Зимой вишня замёрзла.
Сторожа зовут Степаныч. | Как зовут сторожа? | Степаныч.
У Степаныча две козы и собака. | Сколько у Степаныча коз? | 2.
Готовый борщ должен постоять в холодильнике ночь. | Где должен постоять борщ? | Вероятно, в холодильнике.
Baikal is the deepest lake in the world. | Which lake is the deepest in the world? | Probably Baikal.
Байкал — самое глубокое озеро в мире. | Какое озеро самое глубокое в мире? | Байкал.
Пропуск можно получить у секретаря на втором этаже. | Где можно получить пропуск? | У секретаря, на втором этаже.
Никто не сказал Анне о встрече. | Кто-нибудь сказал Анне о встрече? | Нет, никто не сказал Анне о встрече.
Никто не сказал Анне о встрече. | Кто сказал Анне о встрече? | Никто.
Анна ничего не купила. | Что купила Анна? | Ничего.
Анна ничего не купила. | Анна купила молоко? | Нет, Анна не купила ничего.
Анна не купила молоко. | Что не купила Анна? | Молоко.
Никакие поезда не ходят в воскресенье. | Поезда ходят в воскресенье? | Нет, в воскресенье никакие поезда не ходят.
Торт весит 2 килограмма и стоит 900 рублей. | Сколько стоит торт? | 900 рублей.
Поездка обошлась в сорок тысяч рублей. | Во сколько обошлась поездка? | Вероятно, в 40 000 рублей.
Магазин работает каждый день до восьми вечера. | До скольки работает магазин? | До 20:00.
Олег купил тёплую куртку. | Какую куртку купил Олег? | Тёплую куртку.
Куртку Олег купил тёплую. | Какую куртку купил Олег? | Тёплую куртку.
У Кости красная машина. | Какая у Кости машина? | Красная машина.
Мы не кладём в суп картошку. | Что не кладут в суп? | Картошка.
The cheese costs 15 dollars. | How much is the cheese? | 15 dollars.
Глубина озера достигает 40 метров. | Какова глубина озера? | 40 метров.
Пенсия составляет 20 тысяч рублей. | Какова пенсия? | 20 000 рублей.
Leave wet shoes in the hall. | Where should I leave wet shoes? | In the hall.
If you hear the alarm, leave the building. | What should I do if I hear the alarm? | Leave the building if you hear the alarm.
There are too few chairs in the room. | How many chairs are there in the room? | Too few.
Several neighbours came. | How many neighbours came? | Several.
Cars are not allowed, except electric cars. | Are cars allowed? | No, cars are not allowed except electric cars.
The club meets on the first Monday of each month. | When does the club meet? | On the first Monday of each month.
Breakfast is served from seven to ten on the terrace. | Where is breakfast served? | On the terrace.
We are open from Tuesday to Sunday. | When are we open? | From Tuesday to Sunday.
Магазин открыт с девяти до шести. | Когда открыт магазин? | С 9 до 6.
Собрание пройдёт первого сентября. | Когда пройдёт собрание? | 1 сентября.
The walk takes about an hour. | How long does the walk take? | About an hour.
I practise for fifteen minutes a day. | How long do I practise? | For 15 minutes.
У Степана есть собака. | У кого есть собака? | У Степана.
Дети поставили у двери двадцать стульев. | Кто поставил стулья? | Дети.
Пропуск можно получить у секретаря. | У кого можно получить пропуск? | У секретаря.
Отчёт надо сдать до десятого мая. | До какого числа надо сдать отчёт? | До 10 мая.
The house has nine windows. | How many windows does the house have? | Nine.
There are nine windows in the house. | How many windows does the house have? | Nine.
There are six eggs. | How many eggs do we have? | Six.
У Оли три кошки. | Сколько кошек у Оли? | 3.
The bakery was closed, so Anna bought bread in the market for two euros. | Why did Anna buy bread in the market? | Because the bakery was closed.
They sang for fun. | Why did they sing? | For fun.
The walk took two days. | How much time did the walk take? | Two days.
Обед занял сорок минут. | Сколько времени занял обед? | 40 минут.
Обед занял сорок минут. | Как долго длился обед? | 40 минут.
Игорь тренировался полгода. | Сколько тренировался Игорь? | Полгода.
Мы ехали два часа и десять минут. | Сколько времени мы ехали? | Два часа и десять минут.
Рабочие убрали снег за два часа. | За сколько времени рабочие убрали снег? | За два часа.
The concert lasted three hours. | How long was the concert? | Three hours.
We copied the film in ten minutes. | How long did the copy take? | In ten minutes.
Kate spent 70 dollars. | How much money did Kate spend? | 70 dollars.
Катя потратила триста рублей. | Сколько денег потратила Катя? | 300 рублей.
The rent of the shop amounted to 800 pounds. | What is the rent of the shop? | 800 pounds.
The fare comes to twelve euros. | How much is the fare? | 12 euros.
The pay of a cook is 2000 dollars. | What pay does a cook have? | 2000 dollars.
My bike is a blue Trek. | What bike do I have? | Blue Trek.
Средняя пенсия врача составляет сорок тысяч рублей. | Какая пенсия у врача? | 40 000 рублей.
Вес слона — пять тонн. | Какой вес у слона? | Пять тонн.
Население посёлка составит тысячу человек. | Какое население у посёлка? | 1000 человек.
Соседи жалуются, что лифт сломался. | На что жалуются соседи? | Что лифт сломался.
Дед научил Олю нырять. | Чему дед научил Олю? | Нырять.
Лена мечтает увидеть море. | О чём мечтает Лена? | Увидеть море.
Tom is afraid that the roof will fall. | What is Tom afraid of? | That the roof will fall.
The council agreed to paint the fence. | What did the council agree to? | To paint the fence.
The driver complained that the road was icy. | What did the driver complain about? | That the road was icy.
Туристы жалуются, что в номере нет двери. | На что жалуются туристы? | Что в номере нет двери.
The old lamp is to blame for the fire. | What is to blame for the fire? | The old lamp.
Kate thinks that the wind is to blame. | What is to blame? | The wind, according to Kate.
The bus stops in Hull but not in Leeds. | Does the bus stop in Leeds? | No, the bus stops in Hull, but not Leeds.
Kate sold the car, not the house. | Did Kate sell the house? | No, Kate sold the car and not the house.
Олег читал книгу, а не газету. | Олег читал газету? | Нет, Олег читал книгу, но не газету.
Дорога домой займёт неделю. | Сколько времени займёт дорога домой? | Неделю.
He thinks that the wind is to blame. | What is to blame? | The wind, according to him.
""".strip().splitlines()  # noqa: E501

UNANSWERED = """
Tom will write to her tonight. | Who wrote about the bakery?
Nina spoke to the mayor. | Who spoke about the bridge?
Автобус отходит в 18:40. | С какой платформы отходит автобус?
Cars are not allowed, except electric cars. | Are electric cars allowed?
Cars are not allowed, except electric cars. | Are old cars allowed?
Nobody came except Anna. | Did Anna come?
The tall trees are beautiful. | How many trees are beautiful?
Anna can leave wet shoes in the hall. | Where should I leave wet shoes?
Магазин работает каждый день. | До скольки работает магазин?
Everybody was in the garden. | Who was against the plan?
The cat is under the table. | What is on the table?
The dog is behind the sofa. | Who is on the sofa?
The dogs ran away. | What will happen to dogs without a collar?
Олег купил куртку. | Какую куртку купил Олег?
У нас есть квартира. | Какая у нас квартира?
Anna bought a house. | Which house did Anna buy?
No trains run on Sunday. | Do buses run on Sunday?
None of the students came. | Did the bus come?
Nobody came. | Did the bus come?
Nobody came. | Who did not come?
Neither Tom nor Kate passed the test. | Did Oleg pass the test?
Anna told Mark about the meeting. | Did nobody tell Boris about the meeting?
Анна не купила молоко. | Что купила Анна?
We decided to postpone the release. | Did we postpone the release?
Baikal is a deep lake. | Which lake is the deepest?
Байкал — глубокое озеро. | Какое озеро самое глубокое?
Tom decided to buy the house. | Who bought the house?
I bought bread for my mother. | How much did I pay for bread?
The storm broke nine windows. | How many windows does the house have?
Anna broke six eggs. | How many eggs do we have?
The road ends after nine miles. | How many miles does the river have?
Продали три дома. | Сколько домов у соседа?
На столе лежат три книги. | Сколько книг имеет библиотека?
The plumber repaired the tap for free. | Why did the plumber repair the tap?
They left the country for good. | Why did they leave the country?
Oleg bought the boat for 300 dollars. | Why did Oleg buy the boat?
The walk took two guides. | How much time did the walk take?
Обед занял два стола. | Сколько времени занял обед?
Катя потратила два часа. | Сколько денег потратила Катя?
Kate bought two books. | How much money did Kate spend?
We will copy the film in ten minutes. | How long will the copy take?
They filmed the lake in two days. | How long is the film?
The tram comes to two villages. | How much is the tram?
The team of the town totals three players. | What team does the town have?
The lid of the jar broke. | Which lid does the jar have?
Пенсия врача составляет сорок тысяч рублей. | Какая пенсия у повара?
Комиссия города составила два отчёта. | Какая комиссия у города?
Пенсия врача выросла. | Какая пенсия у врача?
Соседи жалуются каждое утро. | На что жалуются соседи?
Лена ответила, что придёт. | На что ответила Лена?
Kate wrote that she was tired. | What did Kate write with?
Kate asked Tom to sing. | What did Kate ask about?
The plan is to leave. | Who leaves?
The bus stops in Hull but not in Leeds. | Does the tram stop in Leeds?
The bus stops in Hull but not in Leeds on Sundays. | Does the bus stop in Leeds?
The bus stops not only in Hull. | Does the bus stop in Hull?
Олег читал книгу, а не газету. | Анна читала газету?
The tower is 90 metres tall. | What is the weight of the tower?
Anna rented a flat of sixty square metres. | How big is the house?
A team of doctors came. | How big is the team?
The hotel is two miles from the beach. | How far is the hotel from the station?
Our coach, Maria Lopez, speaks Greek. | Who coaches the Wolves?
The owner of the bar sold the lamp. | Who owns the bar?
Kate hasn't danced since May. | When did Kate dance?
The shop didn't open until Monday. | When did the bank open?
He works in Paris. | What is in Paris?
There is no letter on the desk. | What is on the desk?
There are no eggs in the fridge. | What is in the fridge?
Tom was not born in Christmas Street. | When was Tom born?
Tom eats pears in the morning. | When do I eat pears?
Do not wash the pan with soap. | What do I wash the pan with?
Tom drank two litres of water. | How much milk did Tom drink?
Anna bought apples. | How many apples did Anna buy?
It took Kate two hours to write the letter. | How long did it take Tom to write the letter?
It took Kate two hours to write the letter. | How long did it take Kate to read the letter?
""".strip().splitlines()


def _answer(folder: Path, text: str, question: str) -> Answer:
    language = "en" if text.isascii() else "ru"
    [said, asked] = bundled().read_many([text, question], language)
    scene = kept(said)
    assert scene is not None
    with Memory.open(folder) as memory:
        memory.remember(scene, text=text)
        return answer_open(question, asked, memory, (), language, graph=bundled)


@pytest.mark.parametrize("row", ROWS)
def test_an_everyday_question_is_answered(tmp_path: Path, row: str) -> None:
    text, question, wanted = row.split(" | ")
    assert _plainly(_answer(tmp_path, text, question).text) == _plainly(wanted)


def _plainly(answer: str) -> str:
    """Return an answer without «probably»: how sure a link is, other weights judge otherwise."""
    plain = answer.removeprefix("Probably ").removeprefix("Вероятно, ")
    return plain[:1].lower() + plain[1:]


@pytest.mark.parametrize("row", UNANSWERED)
def test_no_more_is_denied_than_was_said(tmp_path: Path, row: str) -> None:
    text, question = row.split(" | ")
    assert not _answer(tmp_path, text, question).findings


def test_none_of_none_ends() -> None:
    clause = Scene.parse("(c / come :agent (n / none :of (m / nobody :of n)))")
    assert affirmed(clause) == [Scene.parse("(c / come)")]

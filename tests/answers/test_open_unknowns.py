"""Which part of an open scene fills the unknown of a question: one table."""

from __future__ import annotations

import pytest
from open_scenes import asked, cases, scene, texts

from scenograph import realiser
from scenograph.answers import answer_text
from scenograph.memory import Memory

TABLE = """
(b / buy :agent @Anna :object (x / book :quant 3 :mod (o / old)) :tense past)
(r / read :agent @Vera :object (b / book :poss @Oleg) :tense past)
(g / go :agent @Vera :to @Kazan :by (t / train) :tense past)
(s / say :agent @Vera :content (r / rain :tense present) :tense past)
    ? (b / buy :agent @Anna :object (x / book :quant ?how-many))
    = 3
    ? (r / read :agent ?who :object (b / book :poss @Oleg))
    = @Vera
    ? (r / read :agent @Vera :object (b / book :poss ?whose))
    = @Oleg
    ? (g / go :agent @Vera :manner ?how)
    = (t / train)
    ? (g / go :agent @Vera :to (c / city :same ?which))
    = @Kazan
    ? (s / say :agent @Vera :object ?what)
    = (r / rain :tense present)

(w / work :agent @Maria :in (s / shop) :tense present)
(b / buy :object (m / milk) :time (t / tomorrow) :mode command)
(s / sleep :agent (d / dog :mod (b / black) :poss @Maria) :tense past)
(n / not :op1 (c / come :agent @Maria :because (i / ill :tense past) :tense past))
    ? (k / know :agent (y / you) :content (w / work :agent @Maria :place ?where))
    = (s / shop)
    ? (x / whether :content (k / know :content (w / work :agent @Maria :place ?where)))
    = (s / shop)
    ? (a / and :op1 (h / hello) :op2 (w / work :agent @Maria :place ?where))
    = (s / shop)
    ? (n / need :agent (i / I) :content (b / buy :agent i :object ?what) :tense present)
    = (m / milk)
    ? (h / own :agent @Maria :object (d / dog :same ?which))
    = (d / dog :mod (b / black) :poss @Maria)
    ? (n / not :op1 (c / come :agent @Maria :because ?why))
    = (i / ill :tense past)

(l / live :agent @Anna :in @Rome :for (y / year :quant 3) :tense past)
(o / old :subject @Anna :time (y / year :quant 30) :tense present)
(c / call :agent @Anna :time (s / sometimes) :tense present)
(g / go :agent @Anna :time (m / monday) :by (b / bus) :tense past)
    ? (l / live :agent @Anna :time (x / long :degree ?how))
    = (y / year :quant 3)
    ? (o / old :subject @Anna :degree ?how)
    = (y / year :quant 30)
    ? (c / call :agent @Anna :time (o / often :degree ?how))
    = (s / sometimes)
    ? (g / go :agent @Anna :manner ?how)
    = (b / bus)

# the unknown hangs on the verb above
(w / want :agent (a / entity :name "Anna") :content (o / open :agent a :object (b / bakery)))
    ? (w / want :agent (a / entity :name "Anna") :object ?what :content (o / open :agent a))
    = (b / bakery)

# a second agent is the object
(к / купить :agent @Дарья :object (в / велосипед) :on (р / рынок))
    ? (к / купить :agent @Дарья :agent ?what :on (р / рынок))
    = (в / велосипед)

(g / give :agent @Anna :object (b / bike) :recipient @Tom)
    ? (g / give :agent @Anna :object ?what :object @Tom)
    = (b / bike)

(c / call :object (d / dog) :as @Luna)
    ? (c / call :object ?what :object (d / dog))
    = @Luna

(c / call :object (b / boss :poss @Rosa) :as @Henrique)
    ? (b / boss :subject ?who :poss @Rosa)
    = @Henrique

(н / называться :agent (п / пекарня) :as @Крендель)
    ? (н / называться :agent (п / пекарня) :manner ?how)
    = @Крендель

(o / old :subject (s / singer) :time (y / year :quant 90) :tense past)
    ? (o / old :subject (s / singer) :manner ?how :tense past)
    = (y / year :quant 90)

(l / lose :agent (a / entity :name "Anna") :object (k / key :poss a) :time (m / monday))
    ? (l / lose :agent @Anna :object (k / key :poss (s / she)) :time ?when)
    = (m / monday)

(c / call :object @Anna :as @Ann)
    ? (c / call :agent @Anna :object ?what)
    = nothing

# where is answered by what something is by
(b / be :subject (h / house) :by (r / river) :tense present)
    ? (b / be :subject (h / house) :place ?where :tense present)
    = (r / river)

# what the question names itself is no answer
(m / mock :agent (w / we) :object all :object (p / past))
    ? (m / mock :agent (w / we) :object ?what :object all)
    = (p / past)

# but it may be one where the clause links to it again
(r / read :agent (a / aunt) :object (b / book :poss a) :tense past)
    ? (r / read :agent (a / aunt) :object (b / book :poss ?whose))
    = (a / aunt)

(w / want :agent (u / uncle) :content (s / see :object u))
    ? (s / see :agent (u / uncle) :object ?who)
    = nothing

# a place may hang on the verb or on its object
(b / build :agent @Tommy :object (c / computer :at @Bletchley) :tense past)
    ? (b / build :agent ?who :object (c / computer) :at @Bletchley :tense past)
    = @Tommy
    ? (b / build :agent ?who :object (c / computer) :at @London :tense past)
    = nothing

# a slip in a word is no reason to leave the word out
(l / look :agent (i / I) :into (v / valley) :from (s / summit) :tense present)
(l / look :agent (i / I) :at (r / row :of (b / bottle)) :tense present)
    ? (l / look :agent (i / I) :place ?where :from (s / summit))
    = (v / valley)
    ? (l / look :agent (i / I) :place ?where :from (s / sumimt))
    = (v / valley)
"""


@pytest.mark.parametrize(("said", "question", "answer"), cases(TABLE))
def test_the_unknown_is_filled(memory: Memory, said: list[str], question: str, answer: str) -> None:
    assert texts(asked(memory, question, *said)) == ([] if answer == "nothing" else [answer])


def test_an_age_is_said_as_an_amount(memory: Memory) -> None:
    question = "(o / old :subject (s / singer) :manner ?how :tense past)"
    found = asked(memory, question, "(o / old :subject (s / singer) :time (y / year :quant 90) :tense past)")
    assert answer_text(found, "en", realiser) == "90 years."


def test_one_who_takes_part_in_two_roles_is_not_taken_for_the_other(memory: Memory) -> None:
    said = "(a / acquire :agent @Enron :object @CES :tense past)"
    assert asked(memory, "(a / acquire :agent @CES :object ?what)", said) == []
    assert asked(memory, "(a / acquire :agent ?who :object @Enron)") == []


def test_nothing_is_overlooked_in_a_crowd(memory: Memory) -> None:
    said = '(m / meet :agent @Anna :object (p / entity :name "P{}") {} :tense past)'
    memory.remember_many(scene(said.format(number, "")) for number in range(300))
    [found] = asked(
        memory,
        "(m / meet :agent @Anna :place ?where :tense past)",
        said.format("x", ":in (g / garden)"),
    )
    assert texts([found]) == ["(g / garden)"]


def test_a_clause_that_describes_a_noun_answers(memory: Memory) -> None:
    [found] = asked(
        memory,
        "(w / write :agent ?who :object (b / book) :tense past)",
        "(b / buy :agent @Anna :object (b2 / book :object-of (w / write :agent "
        "@Oleg :tense past)) :tense past)",
    )
    assert answer_text([found], "en", realiser) == "Oleg."


@pytest.mark.parametrize(
    ("asked_role", "said_role"), [(":mod", ":of"), (":of", ":mod"), (":poss", ":of"), (":mod", ":for")]
)
def test_roles_of_noun_phrases_stand_for_each_other(memory: Memory, asked_role: str, said_role: str) -> None:
    [found] = asked(
        memory,
        f"(p / password :subject ?what {asked_role} (w / wifi) :tense present)",
        f"(p / password :subject (s / sunflower) {said_role} (w / wifi :mod (g / guest)) :tense present)",
    )
    assert texts([found]) == ["(s / sunflower)"]
    assert found.grade < 1


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ('(c / capital :subject @Paris :of @France)', 1.0),
        ('(e / entity :name "Paris" :subject (c / capital :of @France))', 0.97),
        ('(s / see :agent (i / I) :object (e / entity :name "Paris" :same (c / capital :of @France)))', 0.95),
        ('(s / see :agent (i / I) :object (c / capital :name "Paris" :of @France))', 0.9),
    ],
)  # fmt: skip
def test_what_a_thing_is_stands_in_many_places(memory: Memory, said: str, grade: float) -> None:
    found = asked(memory, "(c / capital :subject ?what :of @France :tense present)", said)
    assert answer_text(found, "en", realiser) == "Paris."
    assert found[0].grade == pytest.approx(grade)

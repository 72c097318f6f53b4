"""Kinds of English sentences of which a parser's tree is put right, or brought into one form, by rules."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.readers.graph_reader import bundled

ROWS = [
    # what a number counts, and which words say one
    ("Seven dogs barked.", "(b / bark :agent (d / dog :quant 7) :tense past)"),
    (
        "Forty-three thousand people visited the castle.",
        "(v / visit :agent (p / people :quant 43000) :object (c / castle) :tense past)",
    ),
    ("One hundred and thirty guests came.", "(c / come :agent (g / guest :quant 130) :tense past)"),
    (
        "The firm has three hundred forty workers.",
        "(h / have :agent (f / firm) :object (w / worker :quant 340) :tense present)",
    ),
    # a number that is not exact, and what somebody tells about
    (
        "The roof will cost about 2,700 dollars.",
        "(c / cost :agent (r / roof) :object (d / dollar :quant (x / 2700 :degree about)) :tense future)",
    ),
    ("They talked about 300 jobs.", "(t / talk :agent (t2 / they) :about (j / job :quant 300) :tense past)"),
    (
        "The film is about two sisters.",
        "(b / be :subject (f / film) :about (s / sister :quant 2) :tense present)",
    ),
    (
        "We will leave in about 20 minutes.",
        "(l / leave :agent (w / we) :in (m / minute :quant (x / 20 :degree about)) :tense future)",
    ),
    # how long something is
    (
        "The bug is only six millimetres long.",
        "(l / long :subject (b / bug) :measure (m / millimetre :quant 6 :mod only) :tense present)",
    ),
    (
        "The wall is two metres high and hides the garden.",
        "(a / and :op1 (h / high :subject (w / wall) :measure (m / metre :quant 2) :tense present) "
        ":op2 (h2 / hide :agent w :object (g / garden) :tense present))",
    ),
    # nouns
    (
        "Until when is Paul on leave?",
        '(b / be :subject (e / entity :name "Paul") :until ?when :on (l / leave) :tense present)',
    ),
    # what there is somewhere
    (
        "There are too many chairs in the hall.",
        "(b / be :subject (c / chair :mod (m / many :degree too) :number plural) :in (h / hall) "
        ":tense present)",
    ),
    (
        "How many chairs are there in the hall?",
        "(b / be :subject (c / chair :quant ?how-many :number plural) :in (h / hall) :tense present)",
    ),
    ("What is there on the roof?", "(b / be :subject ?what :on (r / roof) :tense present)"),
    ("Who was there?", "(b / be :subject ?who :place (t / there) :tense past)"),
    # verbs and what belongs to them
    ("Who felt tired?", "(f / feel :agent ?who :as (t / tired) :tense past)"),
    ("Where are we going to swim?", "(s / swim :agent (w / we) :place ?where :tense future)"),
    (
        "Who did Kate get the letter from?",
        '(g / get :agent (e / entity :name "Kate") :object (l / letter) :from ?who :tense past)',
    ),
    (
        "Are cats allowed?",
        "(w / whether :content (a / allow :object (c / cat :number plural) :tense present))",
    ),
    # who somebody is
    (
        "A teacher named Paul rang the bell.",
        '(r / ring :agent (t / teacher :name "Paul" :definite no) :object (b / bell) :tense past)',
    ),
    # what hangs on which word
    (
        "They called him Rex.",
        '(c / call :agent (t / they) :object (h / he) :as (e / entity :name "Rex") :tense past)',
    ),
    (
        "My uncle turned sixty last month.",
        "(t / turn :agent (u / uncle :poss (i / I)) :object 60 :time (m / month :mod (l / last)) "
        ":tense past)",
    ),
    (
        "Kate is getting married to Paul in May.",
        '(m / marry :object (e / entity :name "Kate") :to (e2 / entity :name "Paul") :time (m2 / may) '
        ":aspect progressive :tense present)",
    ),
    (
        "Since when has the pump been out of order?",
        "(b / be :subject (p / pump) :since ?when :from (o / order) :aspect perfect :tense present)",
    ),
    (
        "Who was Ada Blom's father?",
        '(f / father :subject ?who :poss (e / entity :name "Ada Blom") :tense past)',
    ),
    ("Who coaches the team?", "(c / coach :agent ?who :object (t / team) :tense present)"),
    ("What is the song about?", "(b / be :subject (s / song) :about ?what :tense present)"),
    (
        "Tom paid 30 euros for the lamp.",
        '(p / pay :agent (e / entity :name "Tom") :object (e2 / euro :quant 30) :for (l / lamp) :tense past)',
    ),
    (
        "The train stops in York but not in Selby.",
        '(s / stop :agent (t / train) :in (b / but :op1 (e / entity :name "York") '
        ':op2 (n / not :op1 (e2 / entity :name "Selby"))) :tense present)',
    ),
]


@pytest.mark.parametrize(("text", "scene"), ROWS)
def test_a_kind_of_english_sentence_is_read_right(text: str, scene: str) -> None:
    [reading] = bundled().read_many([text], "en")
    assert reading.draft == Scene.parse(scene)

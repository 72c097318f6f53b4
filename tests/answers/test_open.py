"""Answers over open scenes: hand-checked scenes, a real memory, no reader and no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from open_scenes import asked, scene, texts

from scenograph import realiser
from scenograph.answers import answer_text, find, is_open
from scenograph.core import Rule, Scene
from scenograph.memory import Memory
from scenograph.world import World

_PAGE = (Path(__file__).parents[2] / "docs" / "scenes.md").read_text(encoding="utf-8")
_EXAMPLES = _PAGE.partition("## Examples")[2].partition("\n## ")[0]
SAID = {
    text: Scene.parse(block) for text, block in re.findall(r"^([^\n`]+)\n\n```\n([^`]+)```$", _EXAMPLES, re.M)
}


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """A memory of the sentences of docs/scenes.md, questions included."""
    with Memory.open(tmp_path_factory.mktemp("memory")) as memory:
        for text, scene in SAID.items():
            memory.remember(scene, text=text)
        yield memory


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ('(w / work :agent @Maria :place ?where :tense present)', "en", "At Siemens, in Berlin."),
        ('(c / capital :subject ?what :of @France :tense present)', "en", "Paris."),
        ('(x / ?what :subject @Paris :tense present)', "en", "The capital of France."),
        ("(f / fail :agent (d / deploy) :because ?why)", "en", "Because the database was full."),
        ("(b / be :subject (m / meeting :with (c / client)) :time ?when)", "en", "On Thursday."),
        ('(b / bear :object @Turing :place ?where :tense past)', "en", "In London."),
        ('(b / bear :object @Alan_Turing :time ?when :tense past)', "en", "On 23 June 1912."),
        ('(u / unveil :agent ?who :object @iPhone :tense past)', "en", "Apple."),
        ('(w / whether :content (s / sleep :agent @Anna :tense past))', "en", "No, Anna did not sleep."),
        ('(w / whether :content (n / not :op1 (s / sleep :agent @Anna)))', "en", "Yes, Anna did not sleep."),
        ("(b / be :subject (b2 / book) :place ?where :tense present)", "en", "On the table."),
        ('(р / работать :agent @Мария :place ?where :tense present)', "ru", "В Сбербанке."),
        ('(р / родиться :agent @Толстой :time ?when :tense past)', "ru", "В 1828 году."),
        ("(у / упасть :agent (с / сервер) :because ?why)", "ru", "Из-за нехватки памяти, по словам Сергея."),
        ("(о / открыть :object (с / станция :of (м / метро)) :place ?where :tense past)", "ru", "В Казани."),
        ("(н / нужно :content (к / купить :object ?what) :tense present)", "ru", "Хлеб и молоко."),
        ('(х / столица :subject ?what :of @Россия :tense present)', "ru", "Москва."),
        ("(п / построить :agent ?who :object (м / мост) :tense past)", "ru", "Рабочие."),
    ],
)  # fmt: skip
def test_questions_about_the_examples_are_answered(
    examples: Memory, question: str, language: str, answer: str
) -> None:
    findings = find(scene(question), examples)
    assert answer_text(findings, language, realiser) == answer


@pytest.mark.parametrize(
    "question",
    [
        '(w / work :agent @Anna :place ?where :tense present)',  # nobody says so
        '(b / buy :agent @Anna :object ?what :tense past)',  # only a question says so
        "(п / пойти :agent ?what :tense future)",  # only under a condition
        '(s / sleep :agent ?who :tense past)',  # it is denied, and wanted
        '(п / продавать :agent ?who :object (д / дом) :tense present)',  # not wanted
        '(c / capital :subject ?what :of @Spain :tense present)',
        '(w / whether :content (b / be :subject @Maria :at (h / home) :tense present))',
    ],
)  # fmt: skip
def test_what_nobody_says_is_not_known(examples: Memory, question: str) -> None:
    assert find(scene(question), examples) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ('(h / husband :subject ?who :poss @Kate :tense present)', "Lars."),
        ('(x / ?what :subject @Lars :tense present)', "A carpenter."),
        ('(x / ?who :subject @Lars :tense present)', "Kate's husband and a carpenter."),
        ('(x / ?who :subject @Kate :tense present)', "My sister."),
        ('(x / ?what :subject (p / password) :tense present)', "sunflower42."),
    ],
)  # fmt: skip
def test_a_name_says_who_and_a_kind_what(memory: Memory, question: str, answer: str) -> None:
    memory.remember(scene('(c / carpenter :subject (h / husband :name "Lars" :poss @Kate) :tense present)'))
    memory.remember(scene('(s / sleep :agent (s2 / sister :name "Kate" :poss (i / I)) :tense present)'))
    memory.remember(scene("(s / sunflower42 :subject (p / password) :tense present)"))
    assert answer_text(find(scene(question), memory), "en", realiser) == answer


def test_an_answer_explains_itself(examples: Memory) -> None:
    [finding] = find(scene("(b / bear :object @Turing :place ?where)"), examples)
    assert [str(part.grade) for part in finding.parts] == ["1.0", "0.95", "1.0"]
    assert [(part.asked, part.said) for part in finding.parts] == [
        ("bear", "bear"),
        (':object "Turing"', ':object "Alan Turing"'),
        (":place ?where", ':in "London"'),
    ]
    assert finding.grade == pytest.approx(0.95)
    assert [fill.role for fill in finding.fills] == [":in"]
    assert finding.source == SAID["Alan Turing was born in London on 23 June 1912."]


def test_marks_forbid_no_answer_but_decide_the_order(memory: Memory) -> None:
    found = asked(
        memory,
        "(l / like :agent (i / I) :object ?what :tense present)",
        "(l / like :agent (i / I) :object (c / coffee) :tense past)",
        "(l / like :agent (i / I) :object (t / tea) :tense present)",
    )
    assert texts(found) == ["(t / tea)", "(c / coffee)"]
    assert answer_text(found, "en", realiser) == "Tea and coffee."


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("(b / buy :agent ?who :object (h / house) :tense past)", "en", "Maria."),
        ("(b / buy :agent ?who :object (h / house :definite yes) :tense past)", "en", "Maria."),
        ("(b / buy :agent @Maria :object ?what :tense past)", "en", "A house."),
        ("(w / whether :content (b / buy :agent @Maria :object (h / house :definite yes) :tense past))",
         "en", "Yes, Maria bought a house."),
        ("(к / купить :agent ?who :object (д / дом) :tense past)", "ru", "Maria."),
        ("(s / sleep :agent (d / dog :definite no) :place ?where :tense present)", "en", "In the garden."),
        ("(d / doctor :subject ?who :tense present)", "en", "Anna."),
        ("(x / ?what :subject @Anna :tense present)", "en", "The doctor."),
        ("(x / ?what :subject @Oleg :tense present)", "en", "A builder."),
    ],
)  # fmt: skip
def test_articles_forbid_no_answer_and_are_said_as_remembered(
    memory: Memory, question: str, language: str, answer: str
) -> None:
    found = asked(
        memory,
        question,
        "(b / buy :agent @Maria :object (h / house :definite no) :tense past)",
        "(s / sleep :agent (d / dog) :in (g / garden) :tense present)",
        "(d / doctor :subject @Anna :definite yes :tense present)",
        "(b / builder :subject @Oleg :tense present)",
    )
    assert answer_text(found, language, realiser) == answer


def test_a_question_with_an_article_is_answered_by_rules(memory: Memory) -> None:
    memory.remember(scene("(b / buy :agent @Maria :object (h / house :definite no) :tense past)"))
    rule = Rule.parse("(r / rule :if (b / buy :agent ?x :object ?y) :then (o / own :agent ?x :object ?y))")
    question = scene("(o / own :agent ?who :object (h / house :definite yes) :tense present)")
    assert answer_text(find(question, memory, [rule]), "en", realiser) == "Maria."


def test_an_answer_is_given_once_with_all_its_crystals(memory: Memory) -> None:
    found = asked(
        memory,
        "(v / visit :agent ?who :object @Rome)",
        "(v / visit :agent @Anna :object @Rome :tense past)",
        "(v / visit :agent @Anna :object @Rome :time 1999 :tense past)",
    )
    assert [it.crystals for it in found] == [(1, 2)]


def test_yes_needs_the_same_time_and_the_same_sureness(memory: Memory) -> None:
    comes = "(c / come :agent @Anna {})"
    question = f"(w / whether :content {comes.format(':tense past')})"
    assert asked(memory, question, comes.format(":tense future")) == []
    assert asked(memory, question, comes.format(":modal can")) == []
    [found] = asked(memory, question, comes.format(":tense past :in (h / house)"))
    assert found.value == "yes"


def test_no_denies_at_most_what_was_asked(memory: Memory) -> None:
    built = "(b / build :agent @Oleg :object (c / bridge {}) :tense past)"
    question = f"(w / whether :content {built.format('')})"
    assert asked(memory, question, f"(n / not :op1 {built.format(':mod (o / old)')})") == []
    denied = f"(n / not :op1 {built.format('')})"
    [found] = asked(memory, question, denied)
    assert found.value == "no"
    [content] = found.scene.targets(":content")
    assert isinstance(content, int)
    assert found.scene.sub(content) == scene(denied)


def test_a_conclusion_answers_whatever_the_tense_of_the_question(memory: Memory) -> None:
    rule = Rule.parse(
        "(r / rule :if (b / bear :agent ?x :object ?y) :then (m / mother :subject ?x :poss ?y))"
    )
    memory.remember_many([scene("(b / bear :agent @Anna :object @Oleg :tense past)")])
    question = scene("(m / mother :subject ?who :poss @Oleg :tense past)")
    [found] = find(question, memory, [rule])
    mother = "(m / mother :subject e :poss @Oleg :tense past)"
    assert found.scene == scene(f'(a / answer :value (e / entity :name "Anna") :content {mother})')
    assert find(question, memory) == []


def test_the_worlds_clauses_and_open_ones_are_open_and_sums_are_not() -> None:
    for one in World().scenes(200, seed=3, split="test"):
        assert is_open(one) == (one.root_concept not in ("equal", "greater"))
    assert all(map(is_open, SAID.values()))
    assert not is_open(Scene.parse("(b / birthPlace :subject ?who :object (p / Paris))"))


def test_a_question_without_marks_is_answered_by_open_scenes(memory: Memory) -> None:
    [found] = asked(
        memory,
        "(f / fail :agent (d / deploy) :because ?why)",
        "(f / fail :agent (d / deploy) :because (h / heat) :tense past)",
    )
    assert answer_text([found], "en", realiser) == "Because of heat."


def test_why_alone_asks_nothing(examples: Memory) -> None:
    assert find(scene("(x / ?why :about @Maria)"), examples) == []


@pytest.mark.parametrize(
    ("said", "question", "language", "answer"),
    [
        (
            "(s / sell :agent @Anna :object (b / book :number plural :in @Rome) :tense present)",
            "(s / sell :agent @Anna :object (b / book :number plural) :place ?where :tense present)",
            "en",
            "In Rome.",
        ),
        (  # a place that is no place of the verb's object alone comes first
            "(s / sell :agent @Anna :object (b / book :in @French) :at (f / fair) :tense present)",
            "(s / sell :agent @Anna :place ?where :tense present)",
            "en",
            "At the fair.",
        ),
        (
            "(д / день :of (р / рождение :of (м / мама) :time XXXX-05-04))",
            "(д / день :of (р / рождение :of (м / мама)) :time ?when)",
            "ru",
            "4 мая.",
        ),
        (
            "(д / день :subject XXXX-05-04 :of (р / рождение :of (м / мама)) :tense present)",
            "(д / день :of (р / рождение :of (м / мама)) :time ?when)",
            "ru",
            "4 мая.",
        ),
        (
            "(o / open :agent (b / bakery :mod new) :at 7 :tense present)",
            "(o / open :agent (b / bakery) :time ?when :tense present)",
            "en",
            "At seven.",
        ),
        (
            "(п / посоветовать :recipient (я / я) :content (с / спать :agent я) :tense past)",
            "(п / посоветовать :object ?what :tense past)",
            "ru",
            "Спать.",
        ),
    ],
)
def test_an_answer_may_hang_elsewhere(
    memory: Memory, said: str, question: str, language: str, answer: str
) -> None:
    memory.remember(scene(said))
    assert answer_text(find(scene(question), memory), language, realiser) == answer


def test_who_is_taller_need_not_be_the_tallest(memory: Memory) -> None:
    memory.remember(scene("(t / tall :subject @Alex :than @Ben :degree more :tense present)"))
    tallest = scene("(t / tall :subject ?who :degree most :tense present)")
    assert find(tallest, memory) == []
    memory.remember(scene("(t / tall :subject @Chris :degree most :tense present)"))
    assert answer_text(find(tallest, memory), "en", realiser) == "Chris."

"""What somebody said, reported, or was not sure of, and the words of a sentence that answer."""

from __future__ import annotations

import pytest
from open_scenes import asked, scene

from scenograph import realiser
from scenograph.answers import answer_text, find, marked, spans_of
from scenograph.core import Rule, Scene
from scenograph.memory import Memory

SPEAKS = (
    '(m / move :agent (i / I :same (a / entity :name "Anna")) :to (e / entity :name "Lisbon")'
    ' :time (y / yesterday) :tense past :speaker a :said "2025-01-13")'
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("(m / move :agent @Anna :place ?where :tense past)", "To Lisbon."),
        ("(m / move :agent ?who :to @Lisbon :tense past)", "Anna."),
        ("(m / move :agent @Anna :time ?when :tense past)", "Yesterday (12 January 2025)."),
        (
            "(d / do :agent @Anna :object ?what :time XXXX-01-12 :tense past)",
            "Anna moved to Lisbon yesterday.",
        ),
        ("(d / do :agent @Anna :object ?what :time XXXX-01-14 :tense past)", ""),
        (
            "(w / whether :content (m / move :agent @Anna :to @Lisbon :tense past))",
            "Yes, Anna moved to Lisbon yesterday.",
        ),
        ("(m / move :agent @Tom :place ?where :tense past)", ""),
    ],
)  # fmt: skip
def test_what_somebody_says_is_understood_by_his_name(memory: Memory, question: str, answer: str) -> None:
    memory.remember(Scene.parse(SPEAKS), text="I moved to Lisbon yesterday.")
    found = find(scene(question), memory)
    assert answer_text(found, "en", realiser) == answer
    if answer:
        assert (found[0].said_by, found[0].said, found[0].is_unsure) == ("Anna", "2025-01-13", False)


def test_we_means_the_speaker_too(memory: Memory) -> None:
    memory.remember(scene("(c / celebrate :agent (w / we) :at @Enzo :speaker @Tom :tense past)"))
    found = find(scene("(c / celebrate :agent @Tom :place ?where :tense past)"), memory)
    assert answer_text(found, "en", realiser) == "At Enzo."


def test_what_somebody_said_about_something(memory: Memory) -> None:
    memory.remember(Scene.parse(SPEAKS), text="I moved to Lisbon yesterday.")
    memory.remember(
        scene("(s / say :agent @Oleg :content (f / fall :agent (t / tree) :near @Riga) :tense past)"),
        text="Oleg said that a tree fell near Riga.",
    )
    anna = scene("(s / say :agent @Anna :object ?what :about @Lisbon :tense past)")
    assert answer_text(find(anna, memory), "en", realiser) == "Anna moved to Lisbon yesterday."
    oleg = scene("(s / say :agent @Oleg :object ?what :about @Riga :tense past)")
    assert [it.grade > 0.5 for it in find(oleg, memory)] == [True]
    for question in (
        "(s / say :agent @Anna :object ?what :about @Riga)",
        "(s / say :agent @Oleg :object ?what :about @Lisbon)",
    ):
        assert find(scene(question), memory) == []


def test_reports_answer_as_reported_and_the_rest_of_what_is_said_does_not(memory: Memory) -> None:
    fell = "(f / fall :agent (s / server) :because (h / heat) :tense past)"
    question = "(f / fall :agent (s / server) :because ?why :tense past)"
    for said in (
        f"(n / not :op1 {fell})",
        f"(s2 / stay :agent (w / we) :if {fell} :tense future)",
        f"(w / whether :content {fell})",
        f"(w / want :agent @Anna :content {fell} :tense present)",
        f"(n / not :op1 (s2 / say :agent (h2 / he) :content {fell} :tense past))",
    ):  # fmt: skip
        assert asked(memory, question, said) == []
    [found] = asked(memory, question, f"(s2 / say :agent @Anna :content {fell} :tense past)")
    assert found.reported_by == scene("@Anna")
    assert answer_text([found], "en", realiser) == "Because of heat, according to Anna."
    [found] = asked(memory, question, f"(k / know :agent (w / we) :content {fell} :tense present)")
    assert (found.reported_by, found.grade) == (None, 1.0)


def test_the_content_of_a_message_is_reported_by_its_writer(memory: Memory) -> None:
    memory.remember(
        scene(
            "(g / get :agent @Tom :object"
            " (m / message :poss @Anna :content (m2 / move :agent @Oleg :to @Ulm)))"
        )
    )
    found = find(scene("(m / move :agent @Oleg :place ?where)"), memory)
    assert answer_text(found, "en", realiser) == "To Ulm, according to Anna."


def test_unsure_links_answer_only_if_nothing_sure_does(memory: Memory) -> None:
    memory.remember(scene("(w / work :agent @Maria :unsure-in @Berlin :tense present)"))
    question = scene("(w / work :agent @Maria :place ?where :tense present)")
    [finding] = find(question, memory)
    assert finding.is_unsure
    assert answer_text([finding], "en", realiser) == "Probably in Berlin."
    assert answer_text([finding], "ru", realiser) == "Вероятно, «in Berlin»."
    memory.remember(scene("(w / work :agent @Maria :in @Ulm :tense present)"))
    assert [(answer_text([it], "en", realiser), it.is_unsure) for it in find(question, memory)] == [
        ("In Ulm.", False)
    ]


def test_a_rule_concludes_nothing_from_an_unsure_link(memory: Memory) -> None:
    memory.remember(scene("(k / know :agent @Anna :unsure-object @Oleg)"))
    rule = Rule.parse("(r / rule :if (k / know :agent ?x :object ?y) :then (l / like :agent ?x :object ?y))")
    assert find(scene("(l / like :agent @Anna :object ?who)"), memory, [rule]) == []


def test_the_words_that_answer_are_marked(memory: Memory) -> None:
    said = "Maria works at Siemens, and Paris is the big capital of France."
    [found] = asked(
        memory,
        "(w / work :agent @Maria :place ?where)",
        "(w / work :agent @Maria :at @Siemens :tense present)",
    )
    assert marked(said, spans_of(found, said)) == said.replace("Siemens", "[Siemens]")
    part = found.source.sub(2)
    places = spans_of(
        found, said, "en", lambda text, language, asked_part: [(0, 5)] if asked_part == part else None
    )
    assert marked(said, places) == said.replace("Maria", "[Maria]")
    [found] = asked(
        memory,
        "(x / ?what :subject @Paris :tense present)",
        "(c / capital :subject @Paris :mod (b / big) :of @France :tense present)",
    )
    shown = marked(said, spans_of(found, said, "en", lambda *_: [(0, len(said))]))
    assert shown == said.replace("big capital", "[big capital]").replace("France", "[France]")


@pytest.mark.parametrize(
    ("text", "said", "question", "shown"),
    [
        ("The train leaves at 18:30.", '(l / leave :agent (t / train) :time "18:30")',
         "(l / leave :agent (t / train) :time ?when)", "The train leaves at [18:30]."),
        ("It costs 240 dollars.", "(c / cost :agent (i / it) :object (d / dollar :quant 240))",
         "(c / cost :agent (i / it) :object ?what)", "It costs [240 dollars]."),
        ("Встречу 3 дня назад перенесли на 14 марта.", "(m / move :object (e / meeting) :time XXXX-03-14)",
         "(m / move :object (e / meeting) :time ?when)", "Встречу 3 дня назад перенесли на [14 марта]."),
        ("On May 2nd, 2024 we moved.", "(m / move :agent (w / we) :time 2024-05-02)",
         "(m / move :agent (w / we) :time ?when)", "On [May 2nd], [2024] we moved."),
    ],
)  # fmt: skip
def test_numbers_are_marked_whole(memory: Memory, text: str, said: str, question: str, shown: str) -> None:
    memory.remember(Scene.parse(said), text=text)
    [finding] = find(scene(question[:-1] + " :tense present)"), memory)
    assert marked(text, spans_of(finding, text, "en")) == shown


@pytest.mark.parametrize(
    ("text", "language", "quantity", "shown"),
    [
        ("We stay for three weeks.", "en", "(n / week :quant 3)", "We stay for [three weeks]."),
        ("We stay for thirty-five weeks.", "en", "(n / week :quant 35)", "We stay for [thirty-five weeks]."),
        ("We stay for two hundred weeks and two days.", "en", "(n / week :quant 200)",
         "We stay for [two hundred weeks] and two days."),
        ("Мы живём там три недели.", "ru", "(н / неделя :quant 3)", "Мы живём там [три недели]."),
        ("Они ждут сорок пять дней, а мы пять.", "ru", "(д / день :quant 45)",
         "Они ждут [сорок пять дней], а мы пять."),
    ],
)  # fmt: skip
def test_numbers_in_words_are_marked(
    memory: Memory, text: str, language: str, quantity: str, shown: str
) -> None:
    memory.remember(scene(f"(s / stay :agent (w / we) :for {quantity})"), text=text)
    [finding] = find(scene("(s / stay :agent (w / we) :for ?what)"), memory)
    noun = text.index(shown[: shown.index("]")].rpartition(" ")[2])
    place = (noun, noun + len(shown[: shown.index("]")].rpartition(" ")[2]))
    assert marked(text, spans_of(finding, text, language, lambda *_: [place])) == shown


def test_who_does_what_is_promised_is_not_marked(memory: Memory) -> None:
    """He is no part of the answer «to help», though the scene has him there once more."""
    text = "The mayor came and promised help."
    memory.remember(
        scene("(p / promise :agent (m / mayor) :content (h / help :agent m) :tense past)"), text=text
    )
    [finding] = find(scene("(p / promise :agent (m / mayor) :object ?what :tense past)"), memory)
    assert marked(text, spans_of(finding, text, "en")) == "The mayor came and promised [help]."


def test_a_span_outside_of_a_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="no span from 3 to 9 in a text of 5 characters"):
        marked("Maria", [(3, 9)])

"""Wordings: each says the whole scene, and the chosen one is never read worse than the plain one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear
from tree_strategies import trees

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert
from scenograph.readers.graph_reader import bundled
from scenograph.readers.score import link_score
from scenograph.readers.sentence import Sentence
from scenograph.realiser import PLAIN, Wording, choose, say
from scenograph.realiser.realise import worded
from scenograph.realiser.wording import choices

wordings = st.builds(Wording, **{name: st.sampled_from(values) for name, values in choices().items()})
"""Any wording."""


@pytest.mark.parametrize("language", ["en", "ru"])
@given(trees(), wordings)
def test_a_wording_says_the_whole_scene_or_refuses(
    language: str, sentence: Sentence, wording: Wording
) -> None:
    scene = convert(sentence).scene
    try:
        text = say(scene, language, wording)  # it refuses a scene of which a node is left out
    except SurfaceError:
        return
    assert text.strip()
    assert say(scene, language, wording) == text


@dear
@given(st.lists(trees(), max_size=3), st.data(), st.integers(1, 12))
def test_a_choice_is_never_worse_than_the_plain_wording(
    sentences: list[Sentence], data: st.DataObject, most: int
) -> None:
    scenes = [convert(sentence).scene for sentence in sentences]
    readings: dict[str, Scene | None] = {}
    seen: list[str] = []

    def read(texts: Sequence[str]) -> list[Scene | None]:
        seen.extend(texts)
        for text in texts:
            if text not in readings:
                readings[text] = data.draw(st.sampled_from([None, *scenes]))
        return [readings[text] for text in texts]

    found = choose(scenes, "en", read, most=most)
    for scene, said in zip(scenes, found, strict=True):
        if said is None:
            with pytest.raises(SurfaceError):
                say(scene, "en")
            continue
        assert said.text == say(scene, "en", said.wording)
        assert said.back == readings[said.text]
        assert said.score == link_score([(said.right, said.back)])
        assert said.plain == link_score([(said.right, readings[say(scene, "en")])])
        assert said.score.f1 > said.plain.f1 or said.wording == PLAIN
        assert 1 <= said.readings <= most
        assert said.plain.f1 < 1 or said.readings == 1
    assert len(seen) == sum(said.readings for said in found if said)
    assert choose(scenes, "en", read, most=most) == found


def test_no_text_of_a_scene_is_read_twice() -> None:
    scene = Scene.parse("(l / let-down :agent (f / food) :object (p / place) :time (n / now) :tense present)")
    seen: list[str] = []

    def read(texts: Sequence[str]) -> list[Scene | None]:
        seen.extend(texts)
        return [None] * len(texts)

    [said] = choose([scene], "en", read, most=100)
    assert said
    assert said.wording == PLAIN
    assert len(set(seen)) == len(seen) == said.readings


def test_the_name_of_the_speaker_is_not_read() -> None:
    scene = Scene.parse('(l / leave :agent (i / I :same (a / entity :name "Anna")) :speaker a)')
    seen: list[str] = []

    def read(texts: Sequence[str]) -> list[Scene | None]:
        seen.extend(texts)
        return [Scene.parse("(l / leave :agent (i / I))")] * len(texts)

    [said] = choose([scene], "en", read)
    assert said
    assert (said.text, said.score.f1, seen) == ("Anna: I leave.", 1.0, ["I leave."])


def test_a_wrong_choice_is_refused() -> None:
    wrong: dict[str, str] = {"times": "never"}
    with pytest.raises(SurfaceError, match="times='never' is no wording; choose from plain, first"):
        Wording(**wrong)  # type: ignore[arg-type]
    with pytest.raises(SurfaceError, match="language 'de'"):
        choose([], "de", lambda texts: [])


def test_what_is_chosen_is_read_better(shared_data: Path) -> None:
    text = (shared_data / "ud" / "en_ewt" / "dev.conllu").read_text(encoding="utf-8")
    scenes = [convert(it).scene for it in parse(text.split("\n")) if 4 <= len(it.words) <= 10][:60]
    reader = bundled()

    def read(texts: Sequence[str]) -> list[Scene | None]:
        return [reading.draft for reading in reader.read_many(texts, "en")]

    found = [said for said in choose(scenes, "en", read) if said]
    assert len(found) == len(scenes)
    assert sum(it.score.both for it in found) > sum(it.plain.both for it in found)
    assert sum(it.readings for it in found) < 10 * len(found)


ENGLISH = [
    ("(c / come :agent (h / he) :to (w / we) :time (m / monday) :tense past)",
     {"times": "first"}, "On Monday, he came to us."),
    ("(c / come :agent (h / he) :to (w / we) :time (m / monday) :tense past)",
     {"times": "early"}, "He came on Monday to us."),
    ("(s / say :agent (h / he) :content (l / leave :agent h :tense future) :time (m / monday) :tense past)",
     {"times": "last"}, "He said that he will leave on Monday."),
    ("(p / person :mod (t / tired))", {"stop": "none"}, "Tired person"),
    ('(g / good :subject (e / entity :name "Urban Decay") :tense present)', {"articles": "names"},
     "The Urban Decay is good."),
    ("(t / talk :with (b / boss))", {"articles": "none"}, "Talk with boss."),
    ("(c / come :mode command)", {"stop": "exclaimed"}, "Come!"),
    ("(l / leave :agent (h / he) :object (w / we) :manner (q / quickly) :tense past)",
     {"adverbs": "middle"}, "He quickly left us."),
    ("(l / leave :agent (h / he) :object (w / we) :manner (q / quickly) :time (m / monday) :tense past)",
     {"adverbs": "last"}, "He left us on Monday quickly."),
    ("(l / let-down :agent (h / he) :object (p / place) :tense past)",
     {"particles": "last"}, "He let the place down."),
    ("(t / think :agent (i / I) :content (s / sleep :agent (h / he) :tense present) :tense present)",
     {"that": "none"}, "I think he sleeps."),
    ("(m / man :agent-of (c / come :tense past))", {"relatives": "that"}, "Man that came."),
    ("(b / book :object-of (r / read :agent (h / he) :tense past))",
     {"relatives": "which"}, "Book which he read."),
    ("(b / book :object-of (r / read :agent (h / he) :tense past))", {"relatives": "none"}, "Book he read."),
    ("(c / come :addressee (e / entity :name \"Anna\") :mode command)",
     {"addressees": "last"}, "Come, Anna."),
    ("(h / hello :addressee (e / entity :name \"Bill\"))", {"addressees": "first"}, "Bill, hello."),
    ("(s / stay :agent (w / we) :if (r / rain :agent (i / it) :tense present) :tense present)",
     {"clauses": "first"}, "If it rains, we stay."),
    ("(s / see :agent (w / we) :object (a / and :op1 (c / cat) :op2 (d / dog) :op3 (b / bird)) :tense past)",
     {"lists": "comma"}, "We saw the cat, the dog, and the bird."),
    ("(a / and :op1 (c / come :agent (h / he) :tense past) :op2 (l / leave :agent (s / she) :tense past))",
     {"lists": "close"}, "He came and she left."),
    ("(c / car :quant 2)", {"numbers": "digits"}, "2 cars."),
    ("(c / come :agent (e / entity :name \"Oleg\" :same (b / builder)) :tense past)",
     {"same": "commas"}, "Oleg, the builder, came."),
    ("(e / entity :name \"Oleg\" :same (b / builder))", {"same": "dash"}, "Oleg – builder."),
    ("(m / meet :agent (h / he) :object (w / we) :in (e / entity :name \"Berlin\") :tense past)",
     {"places": "first"}, "In Berlin, he met us."),
    ("(s / speak :agent (h / he) :with (b / boss :mod (n / new)) :place here :tense past)",
     {"late": "short"}, "He spoke here with the new boss."),
    ("(s / speak :agent (h / he) :with (w / we) :about (y / you) :tense past)",
     {"late": "turned"}, "He spoke about you with us."),
    ("(n / not :op1 (k / know :agent (i / I) :object (i2 / it) :tense present))",
     {"contractions": "short"}, "I don't know it."),
    ("(b / build :agent (e / entity :name \"Oleg\") :object (b2 / bridge) :tense past)",
     {"voice": "passive"}, "The bridge was built by Oleg."),
    ("(c / come :agent (w / we) :time 2001-03-14 :tense past)",
     {"dates": "month_first"}, "We came on March 14, 2001."),
    ("(r / read :agent (h / he) :object (e / entity :name \"War and Peace\") :tense past)",
     {"quotes": "names"}, "He read “War and Peace”."),
    ("(c / come :agent (h / he) :aside (l / late) :to (w / we) :tense past)",
     {"asides": "commas"}, "He came, late, to us."),
    ("(c / come :agent (h / he) :aside (l / late) :tense past)", {"asides": "dash"}, "He came – late."),
    ("(g / give :agent (w / we) :recipient (b / boss) :object (l / letter) :tense past)",
     {"recipients": "first"}, "We gave the boss the letter."),
    ("(g / give :agent (w / we) :recipient (s / she) :object (l / letter) :tense past)",
     {"recipients": "last"}, "We gave the letter to her."),
    ("(a / and :op1 (c / come :agent (h / he) :tense past) :op2 (l / leave :agent h :tense past))",
     {"subjects": "again"}, "He came, and he left."),
    ("(w / whether :content (c / come :agent (h / he) :tense past))", {"questions": "spoken"}, "He came?"),
    ("(l / leave :agent (h / he) :object (w / we) :manner (q / quickly) :tense past)",
     {"adverbs": "first"}, "Quickly, he left us."),
    ("(a / and :op1 (c / come :agent (h / he) :tense past) :op2 (l / leave :agent (s / she) :tense past))",
     {"lists": "semicolon"}, "He came; she left."),
    ("(c / come :agent (h / he) :purpose (h2 / help :agent h :object (w / we)) :tense past)",
     {"purposes": "in_order"}, "He came in order to help us."),
    ("(s / see :agent (i / I) :object (v / vase :object-of (b / break)) :tense past)",
     {"participles": "after"}, "I saw the vase broken."),
    ("(h / house :mod (b / big) :mod (u / ugly))", {"adjectives": "comma"}, "Big, ugly house."),
    ("(c / cost :agent (i / it) :object (d / dollar :quant 5) :tense past)",
     {"signs": "used"}, "It cost $5."),
    ("(r / right :subject (s / stay :place there) :tense present)",
     {"actions": "verbs"}, "It is right to stay there."),
    ("(l / leave :agent (h / he) :because (f / fear :object (s / she)) :tense past)",
     {"actions": "nouns"}, "He left because of the fear of her."),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "choice", "text"), ENGLISH)
def test_english_wordings(notation: str, choice: dict[str, str], text: str) -> None:
    assert say(Scene.parse(notation), "en", Wording(**choice)) == text  # type: ignore[arg-type]


def test_every_choice_is_documented() -> None:
    lines = re.split(r"\n {8}(?=[a-z]+: )", Wording.__doc__ or "")
    shown = {line.partition(":")[0]: set(re.findall(r"`([a-z_]+)`", line)) for line in lines[1:]}
    assert shown == {name: {*values} - {"plain"} for name, values in choices().items()}
    assert all(value in shown[name] for _, choice, _ in ENGLISH for name, value in choice.items())


@dear
@given(trees(), st.sampled_from(["en", "ru"]))
def test_only_a_choice_that_is_asked_for_changes_the_text(sentence: Sentence, language: str) -> None:
    scene = convert(sentence).scene
    try:
        text, asked = worded(scene, language, PLAIN)
    except SurfaceError:
        return
    for other in PLAIN.others():
        if not any(getattr(other, name) != "plain" for name in asked):
            assert say(scene, language, other) == text

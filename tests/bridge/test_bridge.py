"""What a bridge promises over any carrier, shown on one of random weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import scenes

from scenograph.adapters import AdapterSet, GroupedLora, Shape
from scenograph.answers import UNKNOWN
from scenograph.bridge import Bridge, Utterance
from scenograph.bridge.grammar import closes_over
from scenograph.bridge.speak import DRAFTS, Speaker, SpeechRequest
from scenograph.carriers import LocalCarrier
from scenograph.carriers.protocol import Job, Written
from scenograph.core.lexicon import Lexicon
from scenograph.core.linear import delinearise, linearise
from scenograph.core.scene import Scene
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.errors import BridgeError, SurfaceError
from scenograph.memory import Memory
from scenograph.vocabulary import standard_atoms
from scenograph.world import World

pytestmark = pytest.mark.usefixtures("short_answers")

BUILT = Scene.parse(
    '(b / build :agent (e / entity :name "Oleg") :object (c / bridge :mod (o / old)) :time 1931 :tense past)'
)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path) as memory:
        yield memory


# --- reading -----------------------------------------------------------------------------------------------


@settings(max_examples=3)
@given(
    texts=st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip),
        min_size=12,
        max_size=16,
    )
)
def test_whatever_is_read_is_a_scene(bridge: Bridge, texts: list[str]) -> None:
    for draft in bridge.reader.drafts(texts):
        assert delinearise(linearise(draft.scene)) == draft.scene
        assert all(value <= 0 for value in draft.logprobs)


@pytest.mark.parametrize("grammar", ["closed", "open"])
def test_both_grammars_read_only_scenes(carrier: LocalCarrier, adapters: AdapterSet, grammar: str) -> None:
    bridge = Bridge(carrier.with_adapters(adapters), domain=World(), grammar=grammar)  # pyright: ignore[reportArgumentType]
    texts = [
        "Oleg built the old bridge.",
        "Олег построил мост.",
        "⟁say:poet Δ41 ⟁7 🜂",
        '( a:b "c") =1 ~2',
        "7",
    ]
    for draft in bridge.reader.drafts(texts):
        assert delinearise(linearise(draft.scene)) == draft.scene
        if grammar == "closed":
            assert set(draft.scene.concepts) <= set(World().concepts)


def test_an_unread_text_is_kept_and_nothing_is_invented(bridge: Bridge) -> None:
    text = "  the slithy toves\tdid gyre "
    reading = bridge.read(text)
    assert reading.text == text
    assert reading.scene is None
    assert 0 <= reading.confidence < bridge.reader.threshold
    assert reading.language == "en"
    assert bridge.read("Олег спал.").language == "ru"
    assert bridge.read("Олег спал.", language="en").language == "en"


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_empty_texts_are_refused_in_words(bridge: Bridge, text: str) -> None:
    with pytest.raises(BridgeError, match="text 2 is empty"):
        bridge.read_many(["Oleg slept.", text])


def test_long_texts_are_refused_in_words(bridge: Bridge) -> None:
    with pytest.raises(BridgeError, match=r"text 1 is too long: \d+ tokens"):
        bridge.read("Oleg slept. " * 200)


def test_nothing_read_nothing_said(bridge: Bridge, memory: Memory) -> None:
    assert bridge.read_many([]) == []
    assert bridge.speak_many([]) == []
    assert bridge.ask_many([], memory) == []


# --- speaking ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", World.styles)
def test_the_guard_lets_nothing_pass_that_was_not_read_back(bridge: Bridge, style: str) -> None:
    told = list(World().scenes(2, seed=4))
    for scene, said in zip(told, bridge.speak_many(told, style=style, language="ru"), strict=True):
        assert (said.retention, said.fallback, said.surface) == (1.0, True, "plain")
        assert said.text == World().say(scene, language="ru")
        assert (said.style, said.language) == (style, "ru")


FOUND = Scene.parse('(f / find :agent (e / entity :name "Panuza") :object (b / bag) :tense past)')


@pytest.mark.parametrize(
    ("text", "retention", "passes"),
    [
        ("Слушай, ветер: сумку нашла Пануза.", 0.5, True),  # the grammar reads it, whatever the carrier read
        ("Слушай, ветер: сумку нашёл Пануза.", 1.0, False),  # the carrier forgives the gender
        ("Слушай, ветер: сумка нашла Пануза.", 1.0, False),  # and the case
        ("Слушай, ветер: сумку нашла Вера.", 1.0, False),
        ("Пануза нашла сумку.", 1.0, False),  # true, but not the poet's
    ],
)
def test_the_guard_of_the_world_forgives_no_slip(
    bridge: Bridge, text: str, retention: float, passes: bool
) -> None:
    free = Utterance(text, retention, "poet", "ru", "text", fallback=False)
    [said] = judging(bridge).guard_many([SpeechRequest(FOUND, "poet", "ru")], [free])
    assert (said.retention, said.fallback) == (1.0, not passes)
    assert said.text == (text if passes else "Пануза нашла сумку.")


def test_a_lower_threshold_lets_lesser_losses_pass_but_no_slips(
    carrier: LocalCarrier, adapters: AdapterSet
) -> None:
    speaker = judging(Bridge(carrier.with_adapters(adapters), domain=World(), threshold=0.5))
    for text, passes in (("Vera found the bag.", True), ("Panuza finded the bag.", False)):
        free = Utterance(text, 1.0, "plain", "en", "text", fallback=False)
        [said] = speaker.guard_many([SpeechRequest(FOUND, "plain", "en")], [free])
        assert (said.fallback, said.text == text) == (not passes, passes)
        assert said.retention == (pytest.approx(0.875) if passes else 1.0)


def test_names_are_copied_where_no_role_is_foreign_to_the_world(bridge: Bridge) -> None:
    assert bridge.reader.copies_names
    atoms = standard_atoms(World(), [":wingspan"])
    assert not closes_over((atom.text for atom in atoms), World())


@pytest.mark.parametrize(("grammar", "style"), [("open", "poet"), ("closed", "pirate")])
def test_what_the_world_has_no_grammar_for_is_judged_by_reading(
    carrier: LocalCarrier, adapters: AdapterSet, grammar: Literal["open", "closed"], style: str
) -> None:
    speaker = judging(Bridge(carrier.with_adapters(adapters), domain=World(), grammar=grammar))
    for kept in (1.0, 0.5):
        free = Utterance("Arr, Panuza found the bag!", kept, style, "en", "text", fallback=False)
        [said] = speaker.guard_many([SpeechRequest(FOUND, style, "en")], [free])
        assert said.fallback == (kept < 1)


def judging(bridge: Bridge) -> Speaker:
    """Return a speaker that judges a draft, and writes no further ones."""
    return Speaker(bridge.runner, bridge.reader, bridge.speaker.threshold, drafts=0)


@pytest.mark.parametrize("good", ["Panuza found the bag.", "Panuza found."])
def test_a_draft_that_loses_something_is_written_again(
    carrier: LocalCarrier, adapters: AdapterSet, good: str
) -> None:
    """All further drafts are written in one call; the best is spoken if it is good enough."""
    calls: list[list[int]] = []

    class Scripted:
        """Writes a poor text; of the further drafts, the third is better."""

        def __init__(self) -> None:
            own = carrier.with_adapters(adapters)
            self.adapters, self.atoms, self.max_length = own.adapters, own.atoms, own.max_length
            self.length, self.name = own.length, own.name

        def write(self, jobs: Sequence[Job]) -> list[Written]:
            calls.append([job.draw for job in jobs])
            return [Written(good if job.draw == 3 else "Panuza ran.", [], False) for job in jobs]

    bridge = Bridge(Scripted(), domain=World(), grammar="closed")  # type: ignore[arg-type]
    said = bridge.speak(FOUND)
    is_good = good == "Panuza found the bag."
    assert said.text == "Panuza found the bag."
    assert (said.fallback, said.attempts, said.retention) == (not is_good, 1 + DRAFTS, 1.0)
    assert calls == [[0], [*range(1, DRAFTS + 1)]]


def test_drafts_are_drawn_and_the_same_each_time(bridge: Bridge) -> None:
    request = SpeechRequest(BUILT, "poet", "ru")
    numbers = list(range(1, 9))
    drafts = bridge.speaker.drafted([request] * 8, numbers)
    assert len({*drafts}) > 1
    assert [bridge.speaker.drafted([request], [number])[0] for number in numbers[:3]] == drafts[:3]


def test_without_the_guard_the_loss_is_told(bridge: Bridge) -> None:
    [said] = bridge.speak_many([BUILT], guard=False)
    assert said.retention < 1.0
    assert not said.fallback
    assert said.surface == "text"


@settings(max_examples=2)
@given(given=st.lists(scenes(max_nodes=4), min_size=4, max_size=4))
def test_what_has_no_words_is_given_in_notation(bridge: Bridge, given: list[Scene]) -> None:
    for scene, said in zip(given, bridge.speak_many(given), strict=True):
        assert said.fallback
        assert said.retention == 1.0
        if said.surface == "penman":
            assert Scene.parse(said.text) == scene


def test_an_answer_that_has_no_words_here_is_said_plainly(bridge: Bridge, memory: Memory) -> None:
    memory.remember(
        Scene.parse('(s / solder :agent (e / entity :name "Greta") :object (w / widget) :tense past)')
    )
    who = Scene.parse("(s / solder :agent ?who :object (w / widget) :tense past)")
    answer = bridge.ask(who, memory, style="poet")
    assert (answer.text, answer.style, answer.fallback, answer.retention) == ("Greta.", "plain", True, None)


def test_two_nodes_of_one_description_are_not_said_as_one(bridge: Bridge) -> None:
    scene = delinearise('( see:agent( entity:name"Oleg"):object( entity:name"Oleg"~2))')
    said = bridge.speak(scene)
    assert (said.surface, said.fallback) == ("penman", True)
    assert Scene.parse(said.text) == scene
    with pytest.raises(SurfaceError, match="same description"):
        bridge.speak(scene, surface="plain")


@pytest.mark.parametrize("surface", ["plain", "emoji", "formula", "penman", "triples"])
def test_exact_surfaces_need_no_adapters(carrier: LocalCarrier, surface: str) -> None:
    said = Bridge(carrier, domain=World()).speak(BUILT, surface=surface)
    assert (said.surface, said.retention, said.fallback) == (surface, 1.0, False)
    assert said.text


def test_scenes_that_are_too_long_for_the_carrier_are_said_exactly(bridge: Bridge) -> None:
    scene = BUILT
    name = "Oleg" + "oleg" * 6
    for _ in range(8):
        scene = delinearise(f'( believe:agent( entity:name"{name}"):content{linearise(scene)}:tense\' past)')
    said = bridge.speak(scene)
    assert said.fallback
    assert said.text == World().say(scene)


# --- answering ---------------------------------------------------------------------------------------------


def test_questions_as_scenes_need_no_adapters(carrier: LocalCarrier, memory: Memory) -> None:
    crystal = memory.remember(BUILT)
    answer = Bridge(carrier, domain=World()).ask(
        delinearise("( build:agent ?who:object( bridge:mod old):tense' past)"), memory
    )
    assert answer.text == "Oleg. Oleg built the old bridge in 1931."
    assert answer.crystals == (crystal,)
    assert answer.bindings == {"?who": delinearise('( entity:name"Oleg")')}
    assert (answer.retention, answer.confidence, answer.language) == (1.0, 1.0, "en")
    assert answer.scene is not None
    assert answer.scene.root_concept == "answer"


@pytest.mark.parametrize("style", World.styles)
def test_not_knowing_is_said_in_every_style(bridge: Bridge, memory: Memory, style: str) -> None:
    answer = bridge.ask(delinearise("( sleep:agent ?who)"), memory, style=style, language="ru")
    assert answer.scene == UNKNOWN
    assert answer.crystals == ()
    assert answer.text in World().texts(UNKNOWN, style, "ru")


def test_a_question_that_cannot_be_read_is_not_answered(bridge: Bridge, memory: Memory) -> None:
    crystal = memory.remember(BUILT, text="Мост построил Олег.")
    english, russian = bridge.ask_many(["Who wimpled the frobnitz?", "Кто сбырил мост?"], memory)
    assert english.scene is None
    assert english.crystals == ()
    assert english.text == "I could not read this question."
    assert russian.text == "Этот вопрос мне не удалось прочесть."
    assert english.passages == ()
    [passage] = russian.passages
    assert (passage.text, passage.crystal) == ("Мост построил Олег.", crystal)


def test_what_speaks_of_a_question_is_quoted_only_where_nothing_answers(
    carrier: LocalCarrier, memory: Memory
) -> None:
    memory.remember(BUILT, text="Oleg built the old bridge.")
    bridge = Bridge(carrier, domain=World())
    assert bridge.ask(delinearise("( build:agent ?who:object( bridge))"), memory).passages == ()
    unknown = bridge.ask(delinearise("( paint:agent ?who:object( bridge))"), memory)
    assert unknown.scene == UNKNOWN
    assert [passage.text for passage in unknown.passages] == ["Oleg built the old bridge."]


# --- refusals ----------------------------------------------------------------------------------------------


def test_a_bridge_without_adapters_says_what_is_missing(carrier: LocalCarrier, memory: Memory) -> None:
    bare = Bridge(carrier, domain=World())
    with pytest.raises(BridgeError, match="no adapters yet"):
        bare.read("Oleg slept.")
    with pytest.raises(BridgeError, match="no adapters yet"):
        bare.speak(BUILT)
    with pytest.raises(BridgeError, match="no adapters yet"):
        bare.ask("Who slept?", memory)


def test_unknown_styles_languages_and_surfaces_are_refused(bridge: Bridge, memory: Memory) -> None:
    with pytest.raises(BridgeError, match=r"no style 'pirate'.*poet"):
        bridge.speak(BUILT, style="pirate")
    with pytest.raises(BridgeError, match=r"'fr'.*en, ru"):
        bridge.speak(BUILT, language="fr")
    with pytest.raises(BridgeError, match=r"no surface 'mime'.*emoji"):
        bridge.speak(BUILT, surface="mime")
    with pytest.raises(BridgeError, match="no style 'pirate'"):
        bridge.ask(BUILT, memory, style="pirate")


def test_a_missing_adapter_is_named(carrier: LocalCarrier, adapters: AdapterSet, memory: Memory) -> None:
    lora = GroupedLora.fresh(Shape(("decoder.poet",), 2, 2.0), carrier.module, seed=0)
    poet = Bridge(carrier.with_adapters(AdapterSet(lora, adapters.manifest)), domain=World())
    with pytest.raises(BridgeError, match=r"no adapter 'scene_interpreter'.*decoder.poet"):
        poet.read("Oleg slept.")
    with pytest.raises(BridgeError, match=r"no style 'plain'.*poet"):
        poet.speak(BUILT)


# --- abilities and calibration -----------------------------------------------------------------------------


def test_abilities_give_texts_and_well_formed_scenes(bridge: Bridge) -> None:
    lexicon = Lexicon.learn(list(World().scenes(60, seed=2)))
    tasks = [task for task in islice(domain_tasks(World(), 1, lexicon=lexicon), 60) if len(task.prompt) < 5][
        :24
    ]
    for task, done in zip(tasks, bridge.do_many(tasks), strict=True):
        if task.answer[0] == "scene":
            assert linearise(delinearise(done))
    assert {task.answer[0] for task in tasks} == {"text", "scene"}


def test_calibration_sets_the_threshold(carrier: LocalCarrier, adapters: AdapterSet) -> None:
    bridge = Bridge(carrier.with_adapters(adapters), domain=World())
    line = bridge.calibrate(["Oleg slept.", "Marta sang."], ["zzz qqq", "??!"])
    assert 0 <= line <= 1
    assert bridge.reader.threshold == line
    with pytest.raises(BridgeError, match="of both"):
        bridge.calibrate([], ["zzz"])

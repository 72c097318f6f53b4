"""What is quoted where nothing answers, and that answering needs no model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scenograph.answers import passages
from scenograph.answers.passages import MOST
from scenograph.core import Scene
from scenograph.memory import Memory

BUILT = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
SLEPT = Scene.parse('(s / sleep :agent (p / person :name "Marta"))')


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    memory = Memory.open(tmp_path)
    memory.remember(BUILT, text="Oleg built the bridge in a night.", source="a letter")
    memory.remember(SLEPT)
    return memory


def test_passages_that_speak_of_a_question_are_quoted_with_their_source(memory: Memory) -> None:
    [passage] = passages("Who has painted the bridge?", memory)
    assert (passage.text, passage.crystal, passage.source) == (
        "Oleg built the bridge in a night.",
        1,
        "a letter",
    )
    assert 0 < passage.resonance <= 1


def test_a_text_that_could_not_be_read_is_quoted_as_unread(memory: Memory) -> None:
    crystal = memory.keep("Harold frobnicated the bridge.", language="en", source="a diary")
    quoted = {passage.text: passage for passage in passages("Who frobnicated the bridge?", memory)}
    passage = quoted["Harold frobnicated the bridge."]
    assert (passage.crystal, passage.unread, passage.source) == (crystal, True, "a diary")
    assert not quoted["Oleg built the bridge in a night."].unread


def test_a_passage_without_a_sentence_is_quoted_in_notation(memory: Memory) -> None:
    first = passages(
        Scene.parse('(w / whether :content (d / dream :agent (p / person :name "Marta")))'), memory
    )[0]
    assert (Scene.parse(first.text), first.crystal, first.source) == (SLEPT, 2, None)


def test_what_memory_does_not_speak_of_has_no_passages(memory: Memory) -> None:
    assert passages("Zzyzx qwrtp?", memory) == ()
    assert passages(Scene.parse("(g / glow :agent (m / moon))"), memory) == ()


def test_a_sentence_is_quoted_once(memory: Memory) -> None:
    for concept in ("paint", "burn"):
        scene = Scene.parse(f"(b / {concept} :object (c / bridge))")
        memory.remember(scene, text="The bridge was painted, and it burnt.")
    texts = [passage.text for passage in passages("What of the bridge?", memory)]
    assert len(texts) == len(set(texts)) > 1


STATED = Scene.parse(
    "(r / run :agent (b / backup :of (s / server)) :time (n / night :quant every) :tense present)"
)
BARE = {
    "Backup": "(b / backup)",
    "Nightly backup": "(b / backup :mod (n / nightly) :number plural)",
    "Backup of the server": "(b / backup :of (s / server :definite yes))",
    "Hello, backup!": '(h / hello :addressee (b / backup) :speaker (e / entity :name "Anna"))',
    "Backup server": None,
}


def keep(memory: Memory, text: str, scene: str | None) -> None:
    if scene is None:
        memory.keep(text, language="en")
    else:
        memory.remember(Scene.parse(scene), text=text)


@pytest.mark.parametrize("first", [False, True])
def test_headings_and_greetings_come_after_what_states_something(memory: Memory, first: bool) -> None:
    stated = "The backup of the server runs every night."
    if first:
        memory.remember(STATED, text=stated)
    for text, scene in BARE.items():
        keep(memory, text, scene)
    alone = [it.text for it in passages("Who made the backup?", memory) if it.text != stated]
    assert alone
    assert set(alone) <= BARE.keys()
    if not first:
        memory.remember(STATED, text=stated)
    assert passages("Who made the backup?", memory)[0].text == stated
    assert len(passages("Who made the backup?", memory)) == MOST


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("No backup yesterday.", "(b / backup :quant no :mod (y / yesterday))"),
        ("Backup: 5 May", "(b / backup :mod XXXX-05-05)"),
        ("Backup in Berlin", '(b / backup :in (e / entity :name "Berlin"))'),
        ("Make a backup!", "(m / make :object (b / backup :definite no) :mode command)"),
        ("Копия готова.", "(г / готовый :subject (b / backup))"),
        ("Backup: done", None),
    ],
)
def test_a_few_words_that_state_something_are_no_heading(
    memory: Memory, text: str, scene: str | None
) -> None:
    keep(memory, "Backup", "(b / backup)")
    keep(memory, text, scene)
    assert passages("Who made the backup?", memory)[0].text == text


def test_answering_a_scene_imports_no_torch(tmp_path: Path) -> None:
    program = f"""
import sys
from scenograph.answers import find, passages
from scenograph.core import Scene
from scenograph.memory import Memory

with Memory.open({str(tmp_path)!r}) as memory:
    memory.remember(Scene.parse({str(BUILT)!r}))
    [finding] = find(Scene.parse("(b / build :agent ?who :object (c / bridge))"), memory)
    assert finding.crystals == (1,)
    assert passages(Scene.parse("(p / paint :object (c / bridge))"), memory)
assert not {{"torch", "transformers", "llguidance"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

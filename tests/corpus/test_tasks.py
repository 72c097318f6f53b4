"""Ability tasks: reproducible, well formed, and right."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene, delinearise, match
from scenograph.corpus import Example
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.example_tasks import example_tasks
from scenograph.corpus.parts import MASK, mask_links, part_of
from scenograph.corpus.tasks import MOST_DISTRACTORS, Task
from scenograph.errors import CorpusError
from scenograph.mind.steps.corpus import split_by_scene
from scenograph.prompts import ABILITIES
from scenograph.world import World
from scenograph.world.generate import in_test_split


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    even = dict.fromkeys(ABILITIES, 1.0)
    return list(islice(domain_tasks(World(), 11, mixture=even, lexicon=World().lexicon), 400))


def by(tasks: list[Task], ability: str) -> list[Task]:
    found = [task for task in tasks if task.ability == ability]
    assert found, ability
    return found


def scenes_of(task: Task) -> list[Scene]:
    return [delinearise(content) for kind, content in task.prompt if kind == "scene"]


def test_seeds_tell_streams_apart(tasks: list[Task]) -> None:
    even = dict.fromkeys(ABILITIES, 1.0)
    again = list(islice(domain_tasks(World(), 11, mixture=even, lexicon=World().lexicon), 50))
    other = list(islice(domain_tasks(World(), 12, mixture=even, lexicon=World().lexicon), 50))
    assert again == tasks[:50]
    assert not set(again) & set(other)


def test_every_ability_style_and_language_is_drawn(tasks: list[Task]) -> None:
    counts = Counter(task.ability for task in tasks)
    assert set(counts) == set(ABILITIES)
    world = World()
    spoken = by(tasks, "speak")
    assert {task.style for task in spoken} == set(world.styles)
    assert {task.language for task in spoken} == set(world.languages)


def test_prompts_end_in_commands(tasks: list[Task]) -> None:
    for task in tasks:
        kinds = [kind for kind, _ in task.prompt]
        commands = kinds.count("command")
        assert kinds[-commands:] == ["command"] * commands
        assert kinds.index("command") == len(kinds) - commands
        assert commands == (2 if task.ability in ("speak", "answer") else 1)


def test_read_and_speak_are_inverse_to_the_world(tasks: list[Task]) -> None:
    world = World()
    for task in by(tasks, "speak") + by(tasks, "answer"):
        assert world.parse(task.answer[1], task.style, task.language) == task.scene == scenes_of(task)[0]
    for task in by(tasks, "read"):
        assert delinearise(task.answer[1]) == task.scene
        if not task.scene.unknowns and task.scene.root_concept != "whether":
            assert world.parse(task.prompt[0][1], task.style, task.language) == task.scene


def test_adapters(tasks: list[Task]) -> None:
    for task in tasks:
        expected = {"speak": f"decoder.{task.style}", "answer": f"response_synthesizer.{task.style}"}
        assert task.adapter == expected.get(task.ability, "scene_interpreter")
    assert all(task.scene.root_concept == "answer" for task in by(tasks, "answer"))


def test_restore_masks_something(tasks: list[Task]) -> None:
    for task in by(tasks, "restore"):
        (masked,) = scenes_of(task)
        assert MASK in masked.concepts
        assert delinearise(task.answer[1]) == task.scene != masked


def test_recall_has_one_right_answer(tasks: list[Task]) -> None:
    for task in by(tasks, "recall"):
        *shown, cue = scenes_of(task)
        assert [scene for scene in shown if match(cue, scene)] == [task.scene]


def test_hold_asks_for_the_first(tasks: list[Task]) -> None:
    lengths = set()
    for task in by(tasks, "hold"):
        shown = scenes_of(task)
        lengths.add(len(shown) - 1)
        assert shown[0] == task.scene == delinearise(task.answer[1])
    assert lengths == set(range(MOST_DISTRACTORS + 1))


def test_expand_and_compress_are_inverse(tasks: list[Task]) -> None:
    lexicon = World().lexicon
    for task in by(tasks, "expand"):
        (packed,) = scenes_of(task)
        assert lexicon.expand(packed) == task.scene == delinearise(task.answer[1])
        assert packed != task.scene
    for task in by(tasks, "compress"):
        assert lexicon.expand(delinearise(task.answer[1])) == task.scene == scenes_of(task)[0]


def test_splits_share_no_name() -> None:
    for split, kept in (("train", False), ("test", True)):
        for task in islice(domain_tasks(World(), 3, split=split, mixture={"read": 1.0}), 100):
            names = [
                t.strip('"') for _, role, t in task.scene.links if role == ":name" and isinstance(t, str)
            ]
            assert all(in_test_split(name) == kept for name in names)


def test_without_a_lexicon_lexemes_are_left_out() -> None:
    drawn = {task.ability for task in islice(domain_tasks(World(), 1), 300)}
    assert drawn == set(ABILITIES) - {"expand", "compress"}


def test_two_texts_of_a_scene_are_read_one_after_the_other_and_shares_stay() -> None:
    drawn = list(islice(domain_tasks(World(), 4, mixture={"read": 2, "speak": 3}, voicings=2), 400))
    reading = [task for task in drawn if task.ability == "read"]
    assert len(reading) / len(drawn) == pytest.approx(0.4, abs=0.08)
    pairs = [(a, b) for a, b in pairwise(reading) if a.scene == b.scene]
    assert len(pairs) > 0.45 * len(reading)
    assert all(a.prompt != b.prompt and a.answer == b.answer for a, b in pairs)
    assert all((a.language, a.style) != (b.language, b.style) for a, b in pairs)
    one_voice = domain_tasks(World(), 4, mixture={"read": 1}, styles=["poet"], languages=["ru"], voicings=2)
    assert len(list(islice(one_voice, 20))) == 20  # a scene has but one text then


def test_unknown_ability_is_refused() -> None:
    with pytest.raises(CorpusError, match="fly"):
        next(domain_tasks(World(), 1, mixture={"fly": 1.0}))


@given(scenes(), st.integers(0, 99))
def test_masked_scenes_differ_and_stay_scenes(scene: Scene, seed: int) -> None:
    masked = mask_links(scene, random.Random(seed))
    assert masked.root_concept == scene.root_concept
    assert Scene.parse(str(masked)) == masked
    if MASK not in scene.concepts and scene.out():
        assert MASK in masked.concepts


def test_parts_fit_only_their_scene() -> None:
    scene = Scene.parse('(s / see :agent (p / person :name "Oleg") :object (b / bag) :time 1931)')
    other = Scene.parse('(s / see :agent (p / person :name "Oleg") :object (b / bag) :time 1932)')
    parts = [part_of(scene, [other], random.Random(seed)) for seed in range(60)]
    found = [part for part in parts if part is not None]
    assert len(found) > 40
    for part in found:
        assert match(part, scene)
        assert not match(part, other)
        assert len(part.links) < len(scene.links)
    assert part_of(scene, [scene], random.Random(1)) is None  # every part fits an equal scene too


def examples() -> list[Example]:
    world = World()
    made: list[Example] = []
    for scene in world.scenes(40, seed=2):
        made += [Example(scene, (world.say(scene, "plain", code),), code, "test") for code in world.languages]
    return made


def test_examples_serve_what_they_can() -> None:
    drawn = list(
        islice(example_tasks(examples(), 1, languages=World.languages, lexicon=World().lexicon), 300)
    )
    assert {task.ability for task in drawn} == set(ABILITIES) - {"answer"}
    assert drawn == list(
        islice(example_tasks(examples(), 1, languages=World.languages, lexicon=World().lexicon), 300)
    )


def test_all_texts_of_an_example_can_be_read_at_once_and_shares_stay() -> None:
    (first, *others) = examples()
    several = [Example(first.scene, ("One.", "Two.", "One."), "en", "test"), *others[:30:2]]
    drawn = list(islice(example_tasks(several, 1, languages=World.languages, voicings=2), 800))
    reading = [task for task in drawn if task.ability == "read"]
    assert len(reading) / len(drawn) == pytest.approx(0.4 / 0.94, abs=0.06)  # of those that can be drawn
    places = [i for i, task in enumerate(drawn) if task.prompt[0][1] in ("One.", "Two.")]
    places = [i for i in places if drawn[i].ability == "read"]
    assert len(places) > 10
    for first_place, second in zip(places[::2], places[1::2], strict=True):
        assert second == first_place + 1
        assert {drawn[first_place].prompt[0][1], drawn[second].prompt[0][1]} == {"One.", "Two."}


def test_other_languages_are_read_but_not_spoken() -> None:
    (first, *_) = examples()
    german = Example(first.scene, ("Ein Satz.",), "de", "test")
    assert {task.ability for task in islice(example_tasks([german], 1, languages=World.languages), 60)} <= {
        "read", "restore", "hold", "recall",
    }  # fmt: skip


def test_examples_without_scenes_are_refused() -> None:
    with pytest.raises(CorpusError, match="no example has a scene"):
        next(example_tasks([Example(None, ("text",), "en", "test")], 1, languages=World.languages))


@pytest.mark.parametrize("seed", range(3))
def test_no_scene_is_both_trained_on_and_held_out(seed: int) -> None:
    trained, unseen = split_by_scene(examples(), 0.3, seed)
    assert len(trained) + len(unseen) == len(examples())
    assert unseen
    assert not {example.scene for example in trained} & {example.scene for example in unseen}

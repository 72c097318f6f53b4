"""What is measured, without a model: items, scores, shapes."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from evaluate_samples import CORPUS, EVALUATION, LANGUAGES, STYLES

from scenograph.core import Scene, match, retention
from scenograph.evaluate.corpora import Match, compare, match_triples
from scenograph.evaluate.drawn import (
    clear_question,
    draw_items,
    measure_questions,
    measure_reading,
    value_of,
)
from scenograph.evaluate.evaluation import Evaluation
from scenograph.evaluate.table import as_text
from scenograph.memory import Memory
from scenograph.progress import Silent
from scenograph.world import World


def test_the_record_has_the_agreed_shape() -> None:
    record = json.loads(json.dumps(EVALUATION.record()))
    assert set(record) == {"exact_read", "retention", "abilities", "questions", "speed", "n", "seed"}
    assert record["exact_read"]["poet"]["ru"] == 0.9
    assert record["retention"]["plain"]["en"] == {"unguarded": 0.97, "guarded": 1.0, "fallback": 0.1}
    assert record["abilities"] == {"hold": 1.0, "restore": 0.3333}
    assert (record["n"], record["seed"]) == (10, 7)


def test_smatch_counts_the_triples_of_all_scenes_together() -> None:
    small, large = Scene.parse("(a / a)"), Scene.parse("(a / a :r (b / b) :s (c / c) :t 7)")
    matches = [match_triples(small, small), match_triples(None, large)]
    assert matches == [(2, 4), (0, 7)]
    assert [match.f1 for match in matches] == [1.0, 0.0]
    assert Match(*map(sum, zip(*matches, strict=True))).f1 == 4 / 11
    assert match_triples(small, large).f1 == retention(small, large)


def test_corpora_are_recorded_where_they_were_measured() -> None:
    record = Evaluation(n=0, seed=1, corpora={"dev": {"en": CORPUS}}).record()
    assert record["corpora"]["dev"]["en"]["bleu"] == 10.0
    assert "dev\n  en: 5 examples" in as_text(Evaluation(n=0, seed=1, corpora={"dev": {"en": CORPUS}}))


def test_the_table_names_every_style() -> None:
    text = as_text(EVALUATION)
    assert all(style in text for style in STYLES)
    assert "hold 1.000" in text


def test_items_are_drawn_from_the_seed() -> None:
    one, same, other = (draw_items(World(), 8, seed, STYLES, LANGUAGES) for seed in (1, 1, 2))
    assert one.scenes == same.scenes != other.scenes
    assert len({scene.digest for scene in one.scenes}) == 8
    assert one.rng("a").random() == same.rng("a").random() != one.rng("b").random()


def test_clear_questions_have_one_answer_only() -> None:
    items = draw_items(World(), 30, 5, STYLES, LANGUAGES)
    rng = random.Random(5)
    asked = [clear_question(World(), scene, items.scenes, rng) for scene in items.scenes]
    assert sum(question is not None for question in asked) > 10
    for question, scene in zip(asked, items.scenes, strict=True):
        if question is not None and question.scene.unknowns:
            assert [other for other in items.scenes if match(question.scene, other, anywhere=True)] == [scene]


def test_the_value_of_an_answer_is_what_was_asked_for() -> None:
    scene = World().parse("Oleg built the old bridge in 1931.", "plain", "en")
    values = {value_of(question.answer) for question in World().questions(scene, random.Random(1))}
    assert {"1931", Scene.parse('(e / entity :name "Oleg")'), Scene.parse("(y / yes)")} <= values
    assert value_of(None) is None
    assert value_of(scene) is None


def test_scores_of_texts_are_those_of_sacrebleu() -> None:
    texts = ["Oleg built the old bridge .", "Vera slept in the forest ."]
    assert compare(texts, [[text] for text in texts]) == pytest.approx((100, 100))
    several = compare(texts, [["quite another thing", texts[0]], [texts[1]]])
    assert several == pytest.approx((100, 100))
    assert compare(texts, [["no word of it"], ["nor of this"]])[0] < 5


class Canned:
    """Stands for a mind and returns prepared scenes, so that the measure alone is tested."""

    def __init__(self, scenes: Sequence[Scene | None]) -> None:
        self.scenes = scenes
        self.stored = 0
        self.bridge = self

    def ask_many(self, texts: Sequence[str], *, language: str, memory: Memory) -> list[SimpleNamespace]:
        self.stored = len(memory)
        return self.read_many(texts)

    def read_many(self, texts: Sequence[str]) -> list[SimpleNamespace]:
        return [SimpleNamespace(scene=scene) for _, scene in zip(texts, self.scenes, strict=True)]


WRONG = [None, Scene.parse("(a / answer :value nobody)"), Scene.parse("(s / sleep)")]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("right", [0, 3, 8])
def test_an_answer_is_right_only_if_it_names_the_value(right: int, wrong: Scene | None) -> None:
    items = draw_items(World(), 8, 5, STYLES, LANGUAGES)
    rng = items.rng("questions")
    found = (clear_question(items.domain, scene, items.scenes, rng) for scene in items.scenes)
    answers = [question.answer for question in found if question is not None]
    mind: Any = Canned([answer if i < right else wrong for i, answer in enumerate(answers)])
    shares, _ = measure_questions(mind, items, Silent())
    assert shares == dict.fromkeys(LANGUAGES, min(right, len(answers)) / len(answers))
    assert mind.stored == len(items.scenes)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_reading_is_exact_only_if_it_is_the_scene(wrong: Scene | None) -> None:
    items = draw_items(World(), 4, 5, STYLES, LANGUAGES)
    mind: Any = Canned([scene if language == "ru" else wrong for language, scene in items.rows()])
    shares, _ = measure_reading(mind, items, Silent())
    assert shares == {style: {"en": 0.0, "ru": 1.0} for style in STYLES}

"""Laws of answering open questions, for any scenes."""

from __future__ import annotations

import math

from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.answers import asked as asking
from scenograph.answers.ground import Ground
from scenograph.answers.marking import marked
from scenograph.answers.standing import standings
from scenograph.answers.subsume import LEAST, covers, matches
from scenograph.core.scene import Scene

UNKNOWNS = ["?who", "?what", "?which", "?where", "?when", "?why", "?how", "?whose", "?how-many"]


@st.composite
def questions(draw: st.DrawFn) -> Scene:
    """Scenes in which one or two targets are unknown, or which stand under *whether*."""
    scene = draw(scenes())
    if draw(st.booleans()):
        links = [(s + 1, r, t + 1 if isinstance(t, int) else t) for s, r, t in scene.links]
        return Scene.build(["whether", *scene.concepts], [(0, ":content", 1), *links])
    roles = st.sampled_from(
        [":agent", ":object", ":place", ":time", ":same", ":subject", ":quant", ":degree"]
    )
    nodes = st.integers(0, len(scene.concepts) - 1)
    asked = draw(st.lists(st.tuples(nodes, roles, st.sampled_from(UNKNOWNS)), min_size=1, max_size=2))
    return scene.with_links(asked)


@given(questions(), scenes())
def test_any_question_can_be_laid_on_any_scene(question: Scene, scene: Scene) -> None:
    ground = Ground(scene)
    for pattern in asking.asked(question).patterns:
        for match in matches(pattern, ground, misspelt=True):
            assert LEAST <= match.grade <= 1
            assert math.isclose(match.grade, math.prod(part.grade for part in match.parts))
            assert 0 <= match.clause < len(scene.concepts)
            for fill in match.fills:
                assert fill.target not in ("_", "?who")
                assert isinstance(fill.target, str) or scene.sub(fill.target)


def _with_articles(scene: Scene, data: st.DataObject) -> Scene:
    marks = data.draw(st.lists(st.sampled_from(["", "yes", "no"]), min_size=len(scene.concepts)))
    return scene.with_links(
        [(node, ":definite", it) for node, it in enumerate(marks[: len(scene.concepts)]) if it]
    )


def _laid(question: Scene, scene: Scene) -> list[tuple[float, object]]:
    ground = Ground(scene)
    found = [it for one in asking.asked(question).patterns for it in matches(one, ground)]
    return [(match.grade, match.fills) for match in found]


@given(questions(), scenes(), st.data())
def test_articles_change_no_match(question: Scene, scene: Scene, data: st.DataObject) -> None:
    found = _laid(_with_articles(question, data), _with_articles(scene, data))
    assert found == _laid(question, scene)


@given(scenes())
def test_every_scene_says_itself(scene: Scene) -> None:
    assume(not scene.unknowns and scene.root_concept not in {"and", "but", "or", "not", "whether"})
    [pattern] = asking.asked(scene).patterns
    match = covers(pattern, Ground(scene), least=0.99)
    assert match is not None
    assert match.grade == 1


@given(scenes())
def test_every_node_has_at_most_one_standing(scene: Scene) -> None:
    found = standings(scene)
    assert len(found) == len(scene.concepts)
    assert all(it is None or 0 < it.grade <= 1 for it in found)


@given(st.text(max_size=30), st.data())
def test_marking_adds_signs_and_changes_no_letter(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    spans = data.draw(
        st.lists(st.tuples(places, places).map(lambda ends: (min(ends), max(ends))), max_size=4)
    )
    shown = marked(text, spans, ("\x01", "\x02"))
    assert shown.replace("\x01", "").replace("\x02", "") == text.replace("\x01", "").replace("\x02", "")
    assert shown.count("\x01") - text.count("\x01") == shown.count("\x02") - text.count("\x02")


def test_reports_of_reports_of_reports_are_no_trouble() -> None:
    inner = [f" :content (x{number} / say :agent (w{number} / we)" for number in range(900)]
    scene = Scene.parse("(a / say" + "".join(inner) + ")" * 901)
    question = Scene.parse("(s / say :agent ?who :content (y / say :agent (w / we)) :tense past)")
    [pattern] = asking.asked(question).patterns
    grades = [match.grade for match in matches(pattern, Ground(scene))]
    assert grades[:2] == [0.9, 0.9 * 0.9]
    assert min(grades) >= LEAST
    assert asking.asked(scene).patterns == ()  # so long a question is matched exactly or not at all
    assert len(standings(scene)) == 1801

"""Feedback: lines are read, written and compared; what is none is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene
from scenograph.errors import CorpusError
from scenograph.mind.teaching.feedback import Feedback, added, contradict, format_feedback, read_feedback
from scenograph.mind.teaching.pairs import Pair
from scenograph.world import World

SLEPT = '(s / sleep :agent (e / entity :name "Vera") :tense past)'
SLEEPS = '(s / sleep :agent (e / entity :name "Vera"))'
READ = {"text": "Vera slept.", "scene": SLEEPS}
SAID = {"scene": SLEPT, "text": "Vera slept.", "style": "poet", "language": "en"}


def read(folder: Path, *records: object) -> tuple[list[Feedback], list[str]]:
    path = folder / "feedback.jsonl"
    path.write_text("".join(json.dumps(it, ensure_ascii=False) + "\n" for it in records), encoding="utf-8")
    return read_feedback(path, World())


def test_what_was_read_teaches_the_reader(tmp_path: Path) -> None:
    lines, remarks = read(tmp_path, READ | {"corrected": SLEPT})
    [line] = lines
    assert (line.adapter, line.style, remarks) == ("scene_interpreter", None, [])
    assert (line.right.scene, line.right.text) == (Scene.parse(SLEPT), "Vera slept.")
    assert line.wrong == SLEEPS


def test_what_was_said_teaches_the_voice_of_its_style(tmp_path: Path) -> None:
    answer = {"scene": "(a / answer :value 3)", "text": "Три.", "style": "plain", "accepted": True}
    lines, _ = read(tmp_path, SAID | {"corrected": "Hush: Vera slept."}, answer)
    assert [line.adapter for line in lines] == ["decoder.poet", "response_synthesizer.plain"]
    assert (lines[0].right.text, lines[0].wrong) == ("Hush: Vera slept.", "Vera slept.")
    assert (lines[1].right.language, lines[1].wrong) == ("ru", None)


def test_lines_without_a_verdict_are_left_out_and_that_is_said(tmp_path: Path) -> None:
    graph = READ | {"reader": "graph", "accepted": True}
    lines, remarks = read(tmp_path, READ, SAID, SAID | {"accepted": False}, graph, SAID | {"accepted": True})
    assert len(lines) == 1
    assert remarks == [
        "2 lines left out: no verdict",
        "1 line left out: not accepted, and nothing says what would have been right",
        "1 line left out: read by the graph head, which does not learn from feedback",
    ]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (READ | {"corrected": ""}, 'line 2: "corrected" is empty'),
        (READ | {"corrected": "(s / sleep"}, 'line 2: "corrected", column'),
        (READ | {"corrected": SLEPT, "accepted": True}, "both"),
        (READ | {"accepted": "yes"}, '"accepted" must be true or false'),
        ({"text": "Vera slept.", "scene": None, "accepted": True}, '"scene" is null'),
        ({"scene": SLEPT, "accepted": True}, '"text" is missing'),
        (SAID | {"style": "rapper", "accepted": True}, "there is no style 'rapper'"),
        ({"text": "Hush.", "style": "poet", "accepted": True}, '"scene" is missing'),
        (SAID | {"language": "fr", "accepted": True}, "the language 'fr' is not spoken here"),
        ([1], "expected a JSON object"),
        (READ | {"corrected": SLEEPS}, "line 1 and line 2 contradict each other"),
    ],
)
def test_what_is_no_feedback_is_named_with_its_line(tmp_path: Path, record: object, message: str) -> None:
    with pytest.raises(CorpusError, match=message) as refused:
        read(tmp_path, READ | {"corrected": SLEPT}, record)
    assert "\n" not in str(refused.value)


def test_a_text_that_one_line_accepts_and_another_corrects_is_a_contradiction(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="line 1 and line 2 contradict each other"):
        read(tmp_path, SAID | {"accepted": True}, SAID | {"corrected": "Hush: Vera slept."})


def test_two_right_texts_of_a_scene_are_no_contradiction(tmp_path: Path) -> None:
    lines, _ = read(
        tmp_path, SAID | {"accepted": True}, SAID | {"text": "Hush: Vera slept.", "accepted": True}
    )
    assert len(lines) == 2


def test_a_repeated_line_is_used_once(tmp_path: Path) -> None:
    lines, remarks = read(tmp_path, *[SAID | {"accepted": True}] * 3)
    assert (len(lines), remarks) == (1, ["2 repeated lines are used once"])


def test_a_file_without_verdicts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nothing can be learned"):
        read(tmp_path, READ)


def test_new_lines_take_the_place_of_what_they_repeat_or_contradict(tmp_path: Path) -> None:
    kept, _ = read(tmp_path, SAID | {"accepted": True}, READ | {"corrected": SLEPT})
    new, _ = read(tmp_path, SAID | {"corrected": "Hush: Vera slept."}, READ | {"corrected": SLEPT})
    lines, gone = added(kept, new)
    assert (lines, gone) == (new, 1)


_texts = st.text(st.characters(codec="utf-8"), min_size=1).map(str.strip).filter(bool)


@st.composite
def feedback(draw: st.DrawFn) -> Feedback:
    right = Pair(draw(scenes()), draw(_texts), draw(st.sampled_from(["en", "ru"])), "line 1")
    style = draw(st.sampled_from([None, "plain", "poet"]))
    wrong = draw(scenes()).format(indent=None) if style is None else draw(_texts)
    same = right.scene.format(indent=None) if style is None else right.text
    return Feedback(right, style, None if draw(st.booleans()) or wrong == same else wrong)


@given(feedback())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, line: Feedback) -> None:
    path = tmp_path_factory.mktemp("feedback") / "lines.jsonl"
    path.write_text(format_feedback([line]), encoding="utf-8", newline="\n")
    [found] = read_feedback(path, World()).lines
    assert (found.right.scene, found.right.text) == (line.right.scene, line.right.text)
    assert (found.style, _meant(found)) == (line.style, _meant(line))


def _meant(line: Feedback) -> Scene | str | None:
    """What was wrong; a scene may be written in several ways."""
    return Scene.parse(line.wrong) if line.wrong is not None and line.style is None else line.wrong


@given(feedback(), feedback())
def test_contradiction_is_mutual_and_no_line_contradicts_itself(one: Feedback, two: Feedback) -> None:
    assert contradict(one, two) == contradict(two, one)
    assert not contradict(one, one)

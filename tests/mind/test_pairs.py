"""Pairs that teach a style: what is no pair is refused in one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene
from scenograph.errors import CorpusError
from scenograph.mind.teaching.pairs import (
    LEAST,
    Given,
    Pair,
    check_name,
    format_pairs,
    load_pairs,
    read_pairs,
    split_pairs,
)
from scenograph.world import World

SLEEP = '(s / sleep :agent (e / entity :name "Vera"))'


def nothing(texts: Sequence[str]) -> list[Scene | None]:
    """Read no text."""
    return [None for _ in texts]


def lines(*more: dict[str, object], good: int = LEAST) -> list[dict[str, object]]:
    pairs = [
        {"scene": f'(s / sleep :agent (e / entity :name "V{number}"))', "text": f"Hush: V{number} slept."}
        for number in range(good)
    ]
    return [*pairs, *more]


def read(folder: Path, *records: dict[str, object] | str) -> Given:
    path = folder / "pairs.jsonl"
    path.write_text(
        "".join((it if isinstance(it, str) else json.dumps(it, ensure_ascii=False)) + "\n" for it in records),
        encoding="utf-8",
    )
    return read_pairs(path, World(), nothing)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"scene": SLEEP, "text": ""}, r'line 6: "text" is empty'),
        ({"scene": SLEEP, "text": "  "}, r'line 6: "text" is empty'),
        ({"scene": SLEEP}, r'line 6: "text" is empty'),
        ({"scene": SLEEP, "texts": ["a b", "c d"]}, r'line 6: give one "text" a line'),
        ({"text": "Hush."}, r'line 6: give either "scene" or "plain"'),
        (
            {"scene": SLEEP, "plain": "Vera slept.", "text": "Hush."},
            r'line 6: give either "scene" or "plain"',
        ),
        ({"scene": "(s / sleep", "text": "Hush."}, r'line 6: "scene", column'),
        ({"plain": "Vera slept.", "text": "Hush."}, r"line 6: 'Vera slept\.' cannot be read"),
        ({"scene": SLEEP, "text": "12"}, r"line 6: the language 'und' is not spoken here"),
        ({"scene": SLEEP, "text": "Hush.", "language": "fr"}, r"the language 'fr' is not spoken here"),
        ("{", r"line 6: this is not JSON"),
        ("[]", r"line 6: expected a JSON object"),
        (
            {"scene": SLEEP, "text": "Hush: V0 slept."},
            r"line 1 and line 6 contradict each other: 'Hush: V0 slept\.' is to say two scenes",
        ),
    ],
)
def test_what_is_no_pair_is_named_with_its_line(
    tmp_path: Path, record: dict[str, object] | str, message: str
) -> None:
    with pytest.raises(CorpusError, match=message) as refused:
        read(tmp_path, *lines(), record)
    assert "\n" not in str(refused.value)


def test_several_faults_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r'line 6: "text" is empty.*; line 7: give either'):
        read(tmp_path, *lines(), {"scene": SLEEP, "text": ""}, {"text": "Hush."})


def test_one_pair_teaches_no_style(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="1 pair teaches a few texts and no style; give at least 5"):
        read(tmp_path, *lines(good=1))
    with pytest.raises(CorpusError, match="the file is empty"):
        read(tmp_path)


def test_a_repeated_pair_is_used_once_and_that_is_said(tmp_path: Path) -> None:
    given = read(tmp_path, *lines(), lines()[2])
    assert len(given.pairs) == LEAST
    assert given.remarks[0] == "repeated pairs are used once: line 6 repeats line 3"


def test_repeated_pairs_do_not_make_up_a_style(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="1 pair teaches"):
        read(tmp_path, *[lines()[0]] * 9)


def test_two_wordings_of_a_scene_are_no_contradiction(tmp_path: Path) -> None:
    given = read(tmp_path, *lines({"scene": lines()[0]["scene"], "text": "Hush, hush: V0 slept."}))
    assert len(given.pairs) == LEAST + 1


def test_a_language_without_pairs_is_said(tmp_path: Path) -> None:
    assert read(tmp_path, *lines()).remarks == ["no pair is in Russian; there the style only guesses"]


@pytest.mark.parametrize("name", ["Bard", "", "ba rd", "бард", "a" * 32, "../x", "1st"])
def test_names_that_no_style_can_have(name: str) -> None:
    with pytest.raises(CorpusError, match="a style cannot be called"):
        check_name(name, World())


def test_a_style_of_the_domain_is_not_taught_again() -> None:
    with pytest.raises(CorpusError, match="has a style 'poet' already"):
        check_name("poet", World())


@given(
    st.lists(
        st.tuples(scenes(), st.text(min_size=1).filter(str.strip), st.sampled_from(["en", "ru"])), min_size=1
    ),
    st.integers(0, 3),
)
def test_a_split_loses_nothing_and_no_scene_is_on_both_sides(
    items: list[tuple[Scene, str, str]], seed: int
) -> None:
    pairs = [Pair(scene, text, language, "line 1") for scene, text, language in items]
    learn, hold_out = split_pairs(pairs, seed)
    assert sorted(map(repr, [*learn, *hold_out])) == sorted(map(repr, pairs))
    assert hold_out
    assert not {pair.scene.digest for pair in learn} & {pair.scene.digest for pair in hold_out}


@given(
    st.lists(
        st.tuples(scenes(), st.text(st.characters(codec="utf-8"), min_size=1), st.sampled_from(["en", "ru"])),
        min_size=1,
    )
)
def test_kept_pairs_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, items: list[tuple[Scene, str, str]]
) -> None:
    pairs = [Pair(scene, text, language, "line 1") for scene, text, language in items]
    path = tmp_path_factory.mktemp("pairs") / "bard.jsonl"
    path.write_text(format_pairs("bard", pairs), encoding="utf-8", newline="\n")
    assert load_pairs(path) == pairs

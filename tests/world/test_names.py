"""Names come back unchanged: through the other script and through every Russian case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.morphology.russian import CASES
from scenograph.world.generate import SceneMaker, in_test_split
from scenograph.world.names import bases, cyrillic, decline, is_woman, latin, undecline

LATIN = st.from_regex(r"[A-Z][a-z]{1,10}(-[A-Z][a-z]{1,6})?", fullmatch=True)
CYRILLIC = st.from_regex(r"[А-ЯЁ][а-яё]{1,10}", fullmatch=True)


@given(LATIN)
def test_latin_names_come_back_from_russian_text(name: str) -> None:
    assert latin(cyrillic(name)) == name


@given(CYRILLIC)
def test_cyrillic_spellings_come_back_from_scenes(name: str) -> None:
    assert cyrillic(latin(name)) == name


@given(CYRILLIC, st.sampled_from(CASES))
def test_the_base_is_among_the_readings_of_a_declined_name(name: str, case: str) -> None:
    assert name in bases(decline(name, case), case)


@pytest.mark.parametrize(
    ("name", "case", "form"),
    [
        ("Марта", "gen", "Марты"),
        ("Марта", "dat", "Марте"),
        ("Марта", "ins", "Мартой"),
        ("Ольга", "gen", "Ольги"),
        ("Даша", "ins", "Дашей"),
        ("София", "dat", "Софии"),
        ("Олег", "acc", "Олега"),
        ("Сергей", "ins", "Сергеем"),
        ("Дмитрий", "acc", "Дмитрия"),
        ("Франсуа", "gen", "Франсуы"),
        ("Wang", "gen", "Wang"),
    ],
)
def test_declension(name: str, case: str, form: str) -> None:
    assert decline(name, case) == form
    assert undecline(form, case) == name


@pytest.mark.parametrize("split", ["train", "test"])
def test_drawn_names_are_exact_in_every_case_and_belong_to_their_split(split: str) -> None:
    maker = SceneMaker(11, split)
    names = {maker.name(woman) for woman in (True, False) for _ in range(300)}
    assert len(names) > 400
    for name in names:
        assert in_test_split(name) == (split == "test")
        spelt = cyrillic(name)
        for case in ("nom", "gen", "dat", "acc", "ins"):
            assert latin(undecline(decline(spelt, case), case)) == name
    assert {is_woman(name) for name in names} == {True, False}

"""The two aspects of a Russian verb are found by their forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.answers.similarity import like_word
from scenograph.morphology.aspect import are_a_pair

_PAIRS = (
    "раздавать раздать", "заменять заменить", "говорить поговорить", "устанавливать установить",
    "выбирать выбрать", "открывать открыть", "принимать принять", "начинать начать", "помогать помочь",
    "увозить увезти", "приходить прийти", "уезжать уехать", "спрашивать спросить", "запрещать запретить",
    "разрешать разрешить", "заряжать зарядить", "покрывать покрыть", "защищать защитить", "умирать умереть",
    "собираться собраться", "назначать назначить", "изобретать изобрести", "вставать встать",
    "зажигать зажечь",
    "предлагать предложить", "отдыхать отдохнуть", "опаздывать опоздать", "исчезать исчезнуть",
)  # fmt: skip


@given(pair=st.sampled_from(_PAIRS), is_turned=st.booleans())
def test_a_pair_is_one_whichever_comes_first(pair: str, is_turned: bool) -> None:
    one, other = reversed(pair.split()) if is_turned else pair.split()
    assert are_a_pair(one, other)
    assert like_word(one, other) == 0.85


@given(pairs=st.lists(st.sampled_from(_PAIRS), min_size=2, max_size=2, unique=True))
def test_verbs_of_two_pairs_are_none(pairs: list[str]) -> None:
    assert not any(are_a_pair(one, other) for one in pairs[0].split() for other in pairs[1].split())


@pytest.mark.parametrize(
    "words",
    [
        "мочь помочь",
        "строить настроить",
        "писать списать",
        "весить повесить",
        "купать купить",
        "открывать закрыть",
        "приезжать уехать",
        "выдавать выдавить",
        "переживать передать",
        "забивать забыть",
        "открывать открыться",
        "открыть открыть",
        "стол столить",
        "work working",
    ],
)
def test_others_are_no_pair(words: str) -> None:
    one, other = words.split()
    assert not are_a_pair(one, other)

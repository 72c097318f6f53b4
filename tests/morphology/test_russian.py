"""The dictionary of Russian takes any text that a person may write."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scenograph.morphology.russian import analyzer


def test_a_letter_without_a_name_is_an_unknown_word() -> None:
    [reading] = analyzer().parse("𗀀")  # of Tangut; pymorphy3 asks Unicode for the name of each letter
    assert (reading.word, reading.normal_form, str(reading.tag)) == ("𗀀", "𗀀", "UNKN")
    assert reading.inflect({"gent"}) is None


@given(st.text(min_size=1, max_size=8))
def test_every_text_has_a_reading(text: str) -> None:
    assert analyzer().parse(text)

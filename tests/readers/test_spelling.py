"""Signs that stand for others."""

from hypothesis import given
from hypothesis import strategies as st

from scenograph.readers.spelling import FILLER, marked, plain

_messy = st.text(st.sampled_from("&#39;quot`',.ab́и "), max_size=20)


@given(_messy)
def test_marking_keeps_every_place(text: str) -> None:
    found = marked(text)
    assert len(found) == len(text)
    assert not found.startswith(FILLER)
    assert [a.isspace() for a in found] == [a.isspace() for a in text]


@given(_messy)
def test_a_word_that_is_meant_plainly_stays(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_entities_and_double_signs_are_read_as_what_they_stand_for() -> None:
    assert plain("&quot;") == plain("``") == plain("&#39;&#39;") == '"'
    assert plain("AT&T") == "AT&T"


def test_stress_marks_go_and_letters_stay() -> None:
    assert plain("И́горь") == "Игорь"
    assert plain("и\u0306") == "й"
    assert plain("café") == "café"

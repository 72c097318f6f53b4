"""The verb of a short sentence in which a network found none."""

from __future__ import annotations

import pytest

from scenograph.readers.predicates import finite, missing


def _missing(text: str, chances: dict[str, float], parts: str) -> str | None:
    forms = [*text[:-1].split(), text[-1]]
    place = missing(forms, parts.split(), [chances.get(form, 0.0) for form in forms], text)
    return None if place is None else forms[place]


def test_the_one_word_that_can_be_a_verb_is_it() -> None:
    assert _missing("Мама мыла раму.", {"мыла": 0.002}, "NOUN NOUN NOUN PUNCT") == "мыла"
    assert _missing("Smoke rises.", {"rises": 0.05}, "NOUN NOUN PUNCT") == "rises"
    assert _missing("Tom paints houses.", {"paints": 0.01}, "PROPN NOUN NOUN PUNCT") == "paints"


@pytest.mark.parametrize(
    ("text", "chances", "parts"),
    [
        ("Car repairs.", {"repairs": 0.0001}, "NOUN NOUN PUNCT"),  # the network excludes it
        ("Smoke rises:", {"rises": 0.05}, "NOUN NOUN PUNCT"),  # no sentence
        ("Smoke rises.", {"rises": 0.9}, "NOUN VERB PUNCT"),  # there is a verb
        (
            "Teams work wonders.",
            {"work": 0.08, "wonders": 0.02},
            "NOUN NOUN NOUN PUNCT",
        ),  # another is likelier
        ("Best regards.", {"regards": 0.01}, "ADJ NOUN PUNCT"),  # no subject before it
        ("Red houses.", {"houses": 0.0}, "ADJ NOUN PUNCT"),
    ],
)
def test_otherwise_nothing_is_changed(text: str, chances: dict[str, float], parts: str) -> None:
    assert _missing(text, chances, parts) is None


def test_a_dictionary_says_tense_and_number() -> None:
    assert finite("melts") == {
        "Mood": "Ind", "Number": "Sing", "Person": "3", "Tense": "Pres", "VerbForm": "Fin",
    }  # fmt: skip
    assert finite("мыла") == {"Mood": "Ind", "Number": "Sing", "Tense": "Past", "VerbForm": "Fin"}
    assert finite("table") == finite("раму") == {}

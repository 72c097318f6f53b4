"""What the forms of Russian nouns and verbs rule out."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.readers import conllu
from scenograph.readers.agreement import OBJECT, SUBJECT, apart, forbidden


def _forbidden(*words: tuple[str, str, int, str]) -> list[tuple[str, str]]:
    """Return the forms and relations that a tree cannot have; a word is form, part, head, relation."""
    forms, parts, heads, relations = zip(*words, strict=True)
    return [(forms[place], relation) for place, relation in forbidden(forms, parts, heads, relations)]


def _pair(noun: str, verb: str, *, below: str = "") -> list[str]:
    """Return what *noun* cannot be to *verb*; *below* is the relation of a word that hangs on it."""
    words = [(noun, "NOUN", 2, "nsubj"), (verb, "VERB", 0, "root")]
    if below:
        words.append(("слово", "NOUN", 1, below))
    return [relation for form, relation in _forbidden(*words) if form == noun]


@pytest.mark.parametrize(
    ("noun", "verb", "ruled_out"),
    [
        ("директор", "подписал", [OBJECT]),  # its accusative is «директора»
        ("договор", "подписал", []),
        ("собрание", "перенесли", [SUBJECT]),  # one meeting, and many who do it
        ("письмо", "отправил", [SUBJECT]),
        ("письмо", "отправила", [SUBJECT]),
        ("письмо", "пришло", []),
        ("врач", "пришла", [OBJECT]),  # a doctor who is a woman
        ("чашку", "разбил", [SUBJECT]),
        ("мама", "мыла", [OBJECT]),
        ("книга", "люблю", [SUBJECT, OBJECT]),
        ("миром", "правит", [SUBJECT]),  # an object in the instrumental
        ("денег", "нет", []),
        ("денег", "хватает", []),
        ("сына", "зовут", [SUBJECT]),
    ],
)
def test_an_ending_rules_out_what_the_noun_cannot_be(noun: str, verb: str, ruled_out: list[str]) -> None:
    assert _pair(noun, verb) == ruled_out


def test_what_is_joined_counted_or_many_may_have_a_plural_verb() -> None:
    assert SUBJECT in _pair("стул", "сломались")
    assert _pair("стул", "сломались", below="conj") == []
    assert _pair("ряд", "сломались", below="nmod") == []
    assert _pair("стула", "сломались", below="nummod") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("директор", "завода", "Пётр"), [("Пётр", "завода")]),
        (("директора", "завода", "Петра"), []),
        (("директор", "с", "именем", "Пётр"), []),
        (("человек", "по", "имени", "Пётр"), []),
        (("Олег", "был", "врачом"), []),
        (("фабрика", "города", "Иваново"), []),
    ],
)
def test_a_name_in_the_nominative_hangs_on_no_other_case(
    words: tuple[str, ...], found: list[tuple[str, str]]
) -> None:
    parts = ["PROPN" if word[0].isupper() else "NOUN" for word in words]
    assert [(words[name], words[noun]) for name, noun in apart(words, parts)] == found


def test_unknown_words_and_other_languages_are_left_to_the_network() -> None:
    assert _forbidden(("Лелюх", "PROPN", 2, "obj"), ("пришёл", "VERB", 0, "root")) == []
    assert _forbidden(("dogs", "NOUN", 2, "obj"), ("sleeps", "VERB", 0, "root")) == []


@pytest.mark.parametrize("name", ["ru_gsd", "ru_taiga"])
def test_trees_of_people_hardly_ever_have_what_is_ruled_out(name: str, shared_data: Path) -> None:
    is_ruled_out: list[bool] = []
    with (shared_data / "ud" / name / "dev.conllu").open(encoding="utf-8") as lines:
        for sentence in conllu.parse(lines):
            words = sentence.words
            found = forbidden(
                [word.form for word in words],
                [word.upos for word in words],
                [word.head for word in words],
                [word.deprel for word in words],
            )
            for place, word in enumerate(words):
                if word.deprel in (SUBJECT, OBJECT):
                    is_ruled_out.append((place, word.deprel) in found)
    assert sum(is_ruled_out) < 0.01 * len(is_ruled_out)

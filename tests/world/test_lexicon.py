"""The world's words: every form they need exists, and none of them means two things."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib import resources

import pytest

from scenograph.morphology import russian
from scenograph.world.lexicon import KINDS, Concept, load_lexicon

LEXICON = load_lexicon()
GENDERS = ("m", "f", "n", "pl")
FRAMES = {"actions": {"transitive", "ditransitive", "intransitive"}, "mental": {"mental", "speech"}}
KEYS = {"frame", "en", "ru", "emoji", "objects", "tags", "applies", "gender", "of", "named", "tools"}
CYRILLIC = re.compile(r"[а-яё]+")
JOINER, PICTURE = "\N{ZERO WIDTH JOINER}", "\N{VARIATION SELECTOR-16}"


def forms(concept: Concept, language: str) -> set[str]:
    """Every form of *concept* that a text of the world may show."""
    if language == "en":
        return set(concept.en)
    ru, kind = concept.ru, concept.kind
    if kind in FRAMES:
        return {ru, russian.past(ru, "m"), russian.past(ru, "f")}
    if kind in ("things", "professions", "kinship"):
        numbers = (False, True) if kind == "things" else (False,)
        return {russian.noun(ru, case, plural) for case in russian.CASES for plural in numbers}
    if kind in ("qualities", "traits"):
        return {russian.adjective(ru, case, of) for case in russian.CASES for of in GENDERS}
    return {ru}


def shared(rows: Iterable[tuple[str, set[str]]]) -> dict[str, list[str]]:
    """Forms that more than one of the named sets holds, with the names."""
    owners: dict[str, list[str]] = {}
    for name, words in rows:
        for word in words:
            owners.setdefault(word, []).append(name)
    return {word: names for word, names in owners.items() if len(names) > 1}


def test_enough_concepts() -> None:
    assert len(LEXICON.by_name) >= 150


@pytest.mark.parametrize("kind", KINDS)
def test_tables_say_what_their_kind_needs(kind: str) -> None:
    path = resources.files("scenograph.world") / "lexicon" / f"{kind}.toml"
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        assert re.fullmatch(r"[a-z]+", name)
        assert set(table) <= KEYS, name
        assert {"en", "ru", "emoji"} <= set(table), name
    for concept in LEXICON.of(kind):
        assert concept.frame in FRAMES.get(kind, {""}), concept.name
        assert len(concept.en) == {"actions": 3, "mental": 3, "things": 2}.get(kind, 1), concept.name
        assert not concept.named or ("{name}" in concept.en[0] and "{name}" in concept.ru)
        assert bool(concept.gender) == (kind == "kinship"), concept.name


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_form_belongs_to_two_concepts_of_a_kind(kind: str, language: str) -> None:
    assert shared((c.name, forms(c, language)) for c in LEXICON.of(kind)) == {}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_verbs_and_adjectives_are_told_apart_across_kinds(language: str) -> None:
    for kinds in (("actions", "mental"), ("qualities", "traits"), ("professions", "kinship", "things")):
        assert shared((c.name, forms(c, language)) for kind in kinds for c in LEXICON.of(kind)) == {}


def test_names_are_lemmas() -> None:
    for concept in LEXICON.by_name.values():
        if concept.kind not in ("places", "times", "logic"):
            assert concept.en[0] == concept.name


def test_nouns_have_all_their_forms() -> None:
    for concept in LEXICON.of("things"):
        for case in russian.CASES:
            for plural in (False, True):
                assert CYRILLIC.fullmatch(russian.noun(concept.ru, case, plural)), (concept.name, case)
        assert russian.noun(concept.ru, "nom") == concept.ru
        assert russian.noun(concept.ru, "nom", True) != concept.ru, f"{concept.ru} has no plural"
        assert russian.noun(concept.ru, "gen") != concept.ru, f"{concept.ru} is not declined"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("мост", "мост моста мосту мост мостом мосте мосты мостов мостам мосты мостами мостах"),
        ("яблоко", "яблоко яблока яблоку яблоко яблоком яблоке яблоки яблок яблокам яблоки яблоками яблоках"),
        ("дверь", "дверь двери двери дверь дверью двери двери дверей дверям двери дверями дверях"),
        (
            "дерево",
            "дерево дерева дереву дерево деревом дереве деревья деревьев деревьям деревья деревьями деревьях",
        ),
        ("кольцо", "кольцо кольца кольцу кольцо кольцом кольце кольца колец кольцам кольца кольцами кольцах"),
        ("нож", "нож ножа ножу нож ножом ноже ножи ножей ножам ножи ножами ножах"),
    ],
)
def test_declension(word: str, expected: str) -> None:
    assert [
        russian.noun(word, case, plural) for plural in (False, True) for case in russian.CASES
    ] == expected.split()


@pytest.mark.parametrize(
    ("verb", "man", "woman"),
    [
        ("найти", "нашёл", "нашла"),
        ("сжечь", "сжёг", "сожгла"),
        ("украсть", "украл", "украла"),
        ("исчезнуть", "исчез", "исчезла"),
        ("смеяться", "смеялся", "смеялась"),
        ("бояться", "боялся", "боялась"),
        ("понять", "понял", "поняла"),
        ("поклясться", "поклялся", "поклялась"),
    ],
)
def test_past(verb: str, man: str, woman: str) -> None:
    assert (russian.past(verb, "m"), russian.past(verb, "f")) == (man, woman)


def test_every_verb_has_a_past_for_each_gender() -> None:
    for concept in [*LEXICON.of("actions"), *LEXICON.of("mental")]:
        man, woman = russian.past(concept.ru, "m"), russian.past(concept.ru, "f")
        assert man != woman
        assert CYRILLIC.fullmatch(man + woman)


def test_every_action_has_objects_and_every_thing_a_quality() -> None:
    things = LEXICON.of("things")
    for verb in LEXICON.of("actions"):
        if verb.frame != "intransitive":
            assert "*" in verb.tags or sum(bool(t.tags & verb.tags) for t in things) >= 2, verb.name
    known = {tag for thing in things for tag in thing.tags} | {"*"}
    for concept in LEXICON.by_name.values():
        assert concept.tags <= known, concept.name
    for thing in things:
        assert sum("*" in q.tags or bool(q.tags & thing.tags) for q in LEXICON.of("qualities")) >= 5


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_fixed_phrase_begins_another(language: str) -> None:
    concepts = [*LEXICON.of("places"), *LEXICON.of("times")]
    said = [(c.en[0] if language == "en" else c.ru) for c in concepts]
    for one in said:
        assert not [other for other in said if other != one and other.startswith(one)], one


def test_emoji_are_single_signs_and_unique() -> None:
    seen: dict[str, str] = {}
    for concept in LEXICON.by_name.values():
        sign = concept.emoji.replace(PICTURE, "")
        assert 1 <= len(sign.split(JOINER)) <= 2, concept.name
        assert all(len(part) == 1 for part in sign.split(JOINER)), concept.name
        assert sign not in seen, f"{concept.name} and {seen[sign]} share {sign}"
        seen[sign] = concept.name

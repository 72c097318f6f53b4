"""Names come back unchanged: through the other script and through every Russian case."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.morphology.russian import CASES
from scenograph.world import World
from scenograph.world.declension import bases, decline, undecline
from scenograph.world.generate import SceneMaker, in_test_split
from scenograph.world.names import Spellings, cyrillic, is_name, is_woman, latin

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


def _names(word: st.SearchStrategy[str], capital: str, particles: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Names of one script: plain, with a hyphen, an apostrophe, a particle or initials, in capitals."""
    initials = st.from_regex(rf"{capital}\.( ?{capital}\.){{0,2}} ?", fullmatch=True)
    words = st.one_of(
        word,
        word.map(str.upper),
        st.tuples(word, word).map("-".join),
        st.tuples(st.from_regex(capital, fullmatch=True), word).map("'".join),
        st.tuples(word, word).map("".join),  # McCoy
    )
    return st.one_of(
        words,
        st.tuples(words, words).map(" ".join),
        st.tuples(initials, words).map("".join),
        st.tuples(words, st.sampled_from(particles), words).map(" ".join),
    )


NAMES = st.one_of(
    _names(st.from_regex("[A-ZÉŁ][a-zéñü]{1,7}", fullmatch=True), "[A-Z]", ("de", "van der", "bin")),
    _names(st.from_regex("[А-ЯЁ][а-яё]{1,7}", fullmatch=True), "[А-ЯЁ]", ("де", "фон", "ибн")),
)


def _sleeping(name: str) -> Scene:
    links = [(0, ":agent", 1), (1, ":name", f'"{name}"'), (0, ":tense", "past")]
    return Scene.build(["sleep", "entity"], links)


def _is_common(name: str, language: str) -> bool:
    return not World().names.common_words(language).isdisjoint(name.lower().split(" "))


@given(NAMES)
@example("O'Brien")
@example("J. R. R. Tolkien")
@example("Charles de Gaulle")
@example("Семён")
@example("А. С. Пушкин")
@example("A.Ya")
def test_a_name_comes_out_as_it_was_written_or_is_refused(name: str) -> None:
    world, scene = World(), _sleeping(name)
    for language in world.languages:
        spelt = world.names.spelling(name, language)
        if _is_common(spelt, language):
            continue
        if not is_name(spelt, language):  # «А.Я» of A.Ya: a reader would not take it for a name
            with pytest.raises(SurfaceError, match="no exact spelling"):
                world.say(scene, language=language)
            continue
        text = world.say(scene, language=language)
        assert text.startswith(f"{spelt} ")
        assert world.respelt(world.parse(text, language=language), scene, language) == scene
        assert spelt == name or not spelt.isascii()
        assert spelt in world.names.found(text, language).values()


@given(NAMES.filter(lambda name: not name.isascii()))
@example("Йоа Оф")
@example("Be Éa")  # in English its first word is no name
def test_a_russian_text_comes_back_from_its_scene_as_it_was_written(name: str) -> None:
    world = World()
    if _is_common(name, "ru"):
        return
    verb = "спала" if is_woman(world.names.spellings.latin(name)) else "спал"
    scene = world.parse(f"{name} {verb}.", language="ru")
    assert world.say(scene, language="ru") == f"{name} {verb}."
    if _is_common(world.names.spelling(name, "en"), "en"):
        return
    try:
        text = world.say(scene)
    except SurfaceError:  # «Of» of Йоа Оф: no reader would take it for a part of a name
        return
    assert world.parse(text) == scene


@given(NAMES, NAMES)
def test_two_long_names_side_by_side_are_exact_or_refused(place: str, name: str) -> None:
    links = [(0, ":agent", 1), (1, ":name", f'"{name}"'), (0, ":in", 2), (2, ":name", f'"{place}"')]
    scene = Scene.build(["sleep", "entity", "city"], [*links, (0, ":tense", "past")])
    world = World()
    for language in world.languages:
        try:
            for text in world.texts(scene, "poet", language):
                assert world.respelt(world.parse(text, "poet", language), scene, language) == scene
        except SurfaceError:
            pass


@given(st.one_of(LATIN, CYRILLIC).map(str.lower))
def test_a_name_in_small_letters_is_refused(name: str) -> None:
    for language in World.languages:
        with pytest.raises(SurfaceError, match="no exact spelling"):
            World().say(_sleeping(name), language=language)
        assert name not in World().names.found(f"It was {name} who slept.", language).values()


def test_no_part_is_cut_from_a_name() -> None:
    text = "O'Brien, J. R. R. Tolkien and Ludwig van Beethoven met iPhone's Anna Olegova."
    parts = ["O'Brien", "J. R. R. Tolkien", "Ludwig van Beethoven", "Anna", "Anna Olegova", "Olegova"]
    assert sorted(World().names.found(text, "en")) == sorted(parts)


WELL_KNOWN = [
    ("Maria", "Мария"),
    ("Olga", "Ольга"),
    ("Mikhail", "Михаил"),
    ("Livia", "Ливия"),
    ("Oleg", "Олег"),
]


@pytest.mark.parametrize(("name", "spelt"), WELL_KNOWN)
def test_well_known_names_have_their_usual_spelling_in_both_scripts(name: str, spelt: str) -> None:
    world = World()
    english, russian = f"{name} slept.", f"{spelt} {'спала' if is_woman(name) else 'спал'}."
    scene = world.parse(english)
    assert world.say(scene, language="ru") == russian
    assert world.parse(russian, language="ru") == scene
    assert set(world.names.found(russian, "ru").items()) >= {(name, spelt)}
    assert spelt in world.names.forms(name, "ru")


def test_a_form_of_a_well_known_name_is_taken_for_no_other() -> None:
    assert set(World().names.found("Мария спала.", "ru")) == {"Maria"}
    assert set(World().names.found("Сумку Марии нашёл Олег.", "ru")) >= {"Maria", "Oleg"}


@given(CYRILLIC)
def test_a_name_keeps_its_cyrillic_spelling_through_scenes(spelt: str) -> None:
    assert Spellings().cyrillic(Spellings().latin(spelt)) == spelt


@dataclass
class Memory:
    """The names that a memory has seen."""

    seen: tuple[str, ...] = ()
    known_pairs: dict[str, str] = field(default_factory=dict[str, str])

    def has(self, name: str) -> bool:
        return name in self.seen

    def pairs(self) -> dict[str, str]:
        return self.known_pairs


def test_a_spelling_that_memory_has_seen_wins_over_the_table_and_the_rule() -> None:
    russian = "Мария спала."
    assert str(World().parse(russian, language="ru")).count('"Maria"') == 1
    for seen, expected in ((("Mariya",), "Mariya"), (("Mariya", "Maria"), "Maria"), (("Anna",), "Maria")):
        world = World().knowing(Memory(seen))
        scene = world.parse(russian, language="ru")
        assert scene == world.parse(f"{expected} slept.")
        assert world.say(scene, language="ru") == russian


def test_a_pair_of_spellings_that_memory_holds_wins_over_all_else() -> None:
    world = World().knowing(Memory(("Maria",), {"Marya": "Мария", "Wang": "Вонг"}))
    assert world.parse("Мария спала.", language="ru") == world.parse("Marya slept.")
    assert world.say(world.parse("Wang slept."), language="ru") == "Вонг спал."
    assert world.parse("Вонг спал.", language="ru") == world.parse("Wang slept.")


def test_names_of_one_spelling_are_told_apart_by_the_scene_that_was_said() -> None:
    world = World()
    scene = world.parse("Mariya slept.")
    parsed = world.parse(world.say(scene, language="ru"), language="ru")
    assert parsed != scene
    assert world.respelt(parsed, scene, "ru") == scene
    assert world.respelt(parsed, scene, "en") == parsed
    with pytest.raises(SurfaceError, match="same spelling"):
        world.say(world.parse("Mariya is Maria's sister."), language="ru")

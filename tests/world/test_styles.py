"""The styles beside plain: they word everything themselves, keep every link, never say two things alike."""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import product

import pytest

from scenograph.core import Scene
from scenograph.morphology.russian import CASES
from scenograph.world import World
from scenograph.world.description import Description, describe, is_person, person, to_description, to_scene
from scenograph.world.lexicon import load_lexicon
from scenograph.world.names import is_woman
from scenograph.world.templates import FRAMES, Agreement, Group, Item, Slot, Template, load_style

WORLD = World()
PAIRS = [(style, language) for style in WORLD.styles if style != "plain" for language in WORLD.languages]
FORMS = {
    "en": {
        "verb": {"", "base", "part"},
        "property": {"", "a"},
        "class": {"", "bare"},
        "person": {"", "poss"},
    },
    "ru": {
        "verb": {"", "inf"},
        "kin": {"", "nom", "ins"},
        "property": {"", "ins", "m", "f", "n", "pl"},
        "class": {"", "ins"},
        "person": {"", *CASES} - {"prep"},  # the prepositional does not give every name back
        "thing": {"", *CASES} - {"prep"},
    },
}
LATIN = re.compile(r"[A-Za-z]+")


def sources(style: str, language: str) -> Iterator[tuple[str, str, str]]:
    """(frame, clause or text, wording) as the style's file has them."""
    path = resources.files("scenograph.world") / "styles" / f"{style}.toml"
    for frame, kinds in tomllib.loads(path.read_text(encoding="utf-8"))[language].items():
        for kind, wordings in kinds.items():
            for wording in wordings:
                yield frame, kind, wording


def templates(style: str, language: str) -> Iterator[Template]:
    loaded = load_style(style, language)
    for table in (loaded.clauses, loaded.texts):
        for rows in table.values():
            yield from rows


def flat(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        if isinstance(item, Group):
            yield from flat(item.items)


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_every_frame_has_two_wordings_of_its_own(style: str, language: str) -> None:
    own = Counter((frame, kind) for frame, kind, _ in sources(style, language))
    assert {frame for frame, _ in own} == set(FRAMES)
    for frame in FRAMES:
        kinds = [kind for kind in ("clause", "text") if own[frame, kind]]
        assert kinds, frame
        assert all(own[frame, kind] >= 2 for kind in kinds), frame
        assert frame in ("answer", "ignorance") or own[frame, "clause"], (
            f"{frame} cannot stand inside another"
        )


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_slots_have_forms_that_the_language_has(style: str, language: str) -> None:
    for template in templates(style, language):
        for item in flat(template.items):
            if isinstance(item, Slot):
                allowed = FORMS[language].get(
                    item.kind, {"cap"} if item.kind in ("clause", "value") else set()
                )
                assert item.form in allowed | {""}, template.source
            elif isinstance(item, Agreement):
                assert len(item.options) == 2 or (len(item.options) == 4 and language == "ru"), (
                    template.source
                )


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_wordings_are_written_as_prose(style: str, language: str) -> None:
    for frame, kind, wording in sources(style, language):
        words = re.sub(r"\{[^{}|]*\}|\{[^{}|]*\|", "", wording)
        assert "  " not in wording, wording
        if kind == "text":
            assert wording[-1] in ".!", (frame, wording)
        else:
            assert not re.search(r"[.!?;]", wording), (frame, wording)
            assert not wording[0].isupper(), (frame, wording)
        if language == "ru":
            assert set(LATIN.findall(words)) <= {"P"}, wording
        else:
            assert not re.search("[А-яЁё]", words), wording


@cache
def drawn(count: int, seed: int, split: str = "train") -> list[Scene]:
    """Return scenes of the world, drawn once for all styles and languages."""
    return list(WORLD.scenes(count, seed, split))


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_every_link_is_read_back(style: str, language: str) -> None:
    rng = random.Random(6)
    for scene in drawn(60, 16, "test"):
        texts = WORLD.texts(scene, style, language)
        for text in rng.sample(texts, min(3, len(texts))):
            assert WORLD.parse(text, style, language) == scene, text


PAST = (":tense", "past")


def _asleep(name: str) -> Description:
    return describe("sleep", [(":agent", person(name)), PAST])


def _fact(name: str) -> Description:
    built = describe("boat", [(":quant", "3"), (":poss", person("Vera"))])
    made: list[tuple[str, Description | str]] = [(":agent", person(name)), (":object", built)]
    return describe("repair", [*made, (":by", ("river", ())), (":time", "1931"), PAST])


@cache
def _nested() -> list[Scene]:
    """Every operator inside every other, on either side, around facts that end in a place and a time."""
    anna, boris, karim = _fact("Anna"), _fact("Boris"), _asleep("Karim")
    sides = {
        "know": (":content",),
        "whisper": (":content",),
        "not": (":op1",),
        "because": (":cause", ":effect"),
        "if": (":condition", ":consequence"),
        "and": (":op1", ":op2"),
        "or": (":op1", ":op2"),
    }

    def clause(root: str, parts: list[Description]) -> Description:
        links: list[tuple[str, Description | str]] = list(zip(sides[root], parts, strict=False))
        if len(sides[root]) == 1 and root != "not":
            links += [(":agent", person("Nina")), (":time", ("monday", ())), PAST]
        return describe(root, links)

    made: list[Scene] = []
    for outer, inner in product(sides, sides):
        for at in range(len(sides[outer])):
            parts = [karim, karim]
            parts[at] = clause(inner, [anna, boris])
            made.append(to_scene(clause(outer, parts)))
    return made


@pytest.mark.parametrize("language", WORLD.languages)
@pytest.mark.parametrize("style", WORLD.styles)
def test_no_nesting_can_be_bracketed_in_two_ways(style: str, language: str) -> None:
    rng = random.Random(8)
    for scene in _nested():
        text = WORLD.say(scene, style, language, rng)
        assert WORLD.parse(text, style, language) == scene, text


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_two_scenes_never_share_a_text(style: str, language: str) -> None:
    meant: dict[str, Scene] = {}
    for scene in drawn(150, 26):
        for text in WORLD.texts(scene, style, language):
            assert meant.setdefault(text, scene) == scene, text


@pytest.mark.parametrize("language", WORLD.languages)
def test_the_styles_differ(language: str) -> None:
    for scene in WORLD.scenes(30, seed=36):
        said = {style: set(WORLD.texts(scene, style, language)) for style in WORLD.styles}
        for style in WORLD.styles[1:]:
            assert not said[style] & said["plain"], said[style] & said["plain"]


BELIEF = {
    "poet": (
        "There is a song of Marta: how she believed that it was Oleg who built the old bridge in 1931.",
        "Слушай, ветер: верила Марта, что старый мост построил Олег в 1931 году.",
    ),
    "logician": (
        "Thesis: in 1931 Oleg built the old bridge. Attitude: Marta believed that it holds.",
        "Тезис: в 1931 году Олег построил старый мост. Отношение: Марта верила, что это так.",
    ),
    "bodily": (
        "Marta believed it in her bones: Oleg, flesh and blood, built the old bridge in 1931.",
        "У Марты сжалось сердце: она верила, что Олег, живой и тёплый, построил старый мост в 1931 году.",
    ),
    "philosopher": (
        "To believe is human: Marta believed that it fell to Oleg to build the old bridge in 1931.",
        "Верить свойственно человеку: Марта верила, что Олегу выпало построить старый мост в 1931 году.",
    ),
}


@pytest.mark.parametrize("style", BELIEF)
def test_one_scene_in_four_styles(style: str) -> None:
    scene = Scene.parse(
        '(b / believe :agent (m / entity :name "Marta") :tense past :content (u / build'
        ' :agent (o / entity :name "Oleg") :object (r / bridge :mod (a / old)) :time 1931 :tense past))'
    )
    for language, text in zip(("en", "ru"), BELIEF[style], strict=True):
        assert text in WORLD.texts(scene, style, language)
        assert WORLD.parse(text, style, language) == scene


def _apart(scenes: Iterable[Scene], styles: Sequence[str], language: str, every: int) -> list[int]:
    """
    Say *scenes* in all wordings; check that no two share a text of one style, and that some are read back.

    Args:
        every: of one scene in so many, all texts are read back
    Returns:
        How many texts each style has said.
    """
    # Digests of texts and scenes, 8 bytes each: among a million texts, two meet by chance once in 10⁷ times.
    meant: list[dict[bytes, bytes]] = [{} for _ in styles]
    for number, scene in enumerate(scenes):
        digest = scene.digest[:8]
        for style, known in zip(styles, meant, strict=True):
            for text in WORLD.texts(scene, style, language):
                key = hashlib.blake2b(text.encode(), digest_size=8).digest()
                assert known.setdefault(key, digest) == digest, text
                if number % every == 0:
                    assert WORLD.parse(text, style, language) == scene, text
    return list(map(len, meant))


def _in_a_hamlet(scene: Scene) -> Scene:
    """
    Return *scene* with two words of each kind, four people, two towns and two years.

    Few words make scenes alike that differ in their build alone, which is where texts are likely to meet.
    """
    lexicon = load_lexicon()
    kinds: dict[tuple[object, ...], list[str]] = {}
    small: dict[str, str] = {}
    for concept in lexicon.by_name.values():
        alone = concept.name if concept.kind == "logic" or concept.name == "year" else ""
        preposition = concept.preposition if concept.kind == "places" else ""
        kind = (alone, preposition, concept.kind, concept.frame, concept.gender, concept.of, concept.named)
        alike = kinds.setdefault(kind, [])
        alike.append(concept.name)
        small[concept.name] = alike[(len(alike) - 1) % 2]

    def renamed(part: Description) -> Description:
        made: list[tuple[str, Description | str]] = []
        for role, target in part[1]:
            if not isinstance(target, str):
                made.append((role, renamed(target)))
            elif role == ":name":
                one = len(target) % 2
                if not is_person(part):
                    names = ("Begor", "Vomdorf")
                else:
                    names = ("Anna", "Vera") if is_woman(target.strip('"')) else ("Oleg", "Ivan")
                made.append((role, f'"{names[one]}"'))
            elif role == ":time":
                made.append((role, str(1930 + int(target) % 2)))
            else:
                made.append((role, target))
        return describe(small.get(part[0], part[0]), made)

    return to_scene(renamed(to_description(scene)))


@cache
def _hamlet(n: int, seed: int) -> list[Scene]:
    """Different scenes of the hamlet, of *n* that were drawn."""
    made = map(_in_a_hamlet, WORLD.scenes(n, seed=seed))
    return list({scene.digest: scene for scene in made}.values())


@pytest.mark.parametrize("language", WORLD.languages)
def test_a_hamlet_s_scenes_are_said_apart(language: str) -> None:
    assert min(_apart(_hamlet(200, seed=56), WORLD.styles, language, every=10)) > 200


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", WORLD.languages)
def test_100_000_scenes_are_said_apart(language: str) -> None:
    """No two different scenes share any of their wordings in a style; of one in 200, all are read back."""
    said = _apart(WORLD.scenes(100_000, seed=46), WORLD.styles, language, every=200)
    print(language, said)
    assert min(said) > 250_000


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", WORLD.languages)
def test_a_hamlet_s_100_000_scenes_are_said_apart(language: str) -> None:
    said = _apart(_hamlet(100_000, seed=66), WORLD.styles, language, every=200)
    print(language, said)
    assert min(said) > 150_000

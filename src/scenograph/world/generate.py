"""
Scenes drawn from a seed.

Names are made of syllables, so most of them were never seen before; a name belongs to the training or the
test split for good (`in_test_split`), and a scene of one split never holds a name of the other.
"""

from __future__ import annotations

import random
import zlib
from typing import Final, final

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.morphology.russian import is_word
from scenograph.world.description import Description, Target, describe, person, to_scene
from scenograph.world.forms import common_words
from scenograph.world.lexicon import Concept, WorldLexicon, load_lexicon
from scenograph.world.names import Spellings, bases, cyrillic, decline

_ONSETS = [
    *"bdfghklmnprstvz" * 3,
    "sh",
    "zh",
    "ch",
    "br",
    "dr",
    "gr",
    "kr",
    "pr",
    "tr",
    "st",
    "sv",
    "vl",
    "sl",
]
_VOWELS = "aaaeeeiioou"
_CODAS = ["", "", "", "", "n", "r", "l", "s", "m", "k"]
_MEN = ["n", "r", "l", "s", "m", "k", "t", "d", "v", "g", "b", "p", "f", "y"]
_TOWNS = ["grad", "burg", "sk", "pol", "ovo", "dorf", "mir", "tal", "stan", "gor"]
_KNOWN_MEN = ["Oleg", "Ivan", "Anton", "Boris", "Viktor", "Egor", "Maksim", "Pavel", "Roman", "Timur",
              "Adam", "David", "Robert", "Martin", "Simon", "Artur", "Sergey", "Nikolay"]  # fmt: skip
_KNOWN_WOMEN = ["Marta", "Anna", "Irina", "Vera", "Nina", "Lena", "Mariya", "Elena", "Dasha", "Zhanna",
                "Laura", "Sara", "Diana", "Klara", "Alisa", "Yuliya", "Marina", "Rita"]  # fmt: skip

_BASE = {
    "transitive": 30, "ditransitive": 12, "intransitive": 14, "property": 8, "trait": 6,
    "class": 7, "kinship": 8, "possession": 8, "location": 7,
}  # fmt: skip
_ROOTS = {
    "base": 46,
    "mental": 17,
    "speech": 7,
    "because": 10,
    "if": 7,
    "not": 4,
    "and": 3,
    "or": 3,
    "sum": 3,
}
_INNER = {"base": 80, "mental": 6, "speech": 3, "because": 4, "if": 2, "not": 3, "and": 1, "or": 1}
_MAX_CLAUSES = 5


def in_test_split(name: str) -> bool:
    """Whether a name is kept for testing; one in eight is."""
    return zlib.crc32(name.encode()) % 8 == 0


def _spellable(name: str) -> bool:
    """
    Whether *name* is spelt exactly in Cyrillic, comes back from every case, and is no common word.

    A name that shares its Cyrillic spelling with a more usual one (Yuliya and Julia) does not come back.
    """
    spellings = Spellings()
    spelt = spellings.cyrillic(name)
    if (
        len(name) > 8
        or spelt.isascii()
        or spellings.latin(spelt) != name
        or name.lower() in common_words("en")
    ):
        return False
    forms = {case: decline(spelt, case) for case in ("nom", "gen", "dat", "acc", "ins")}
    return all(
        bases(form, case)[:1] == (spelt,) and form.lower() not in common_words("ru")
        for case, form in forms.items()
    )


@final
class SceneMaker:
    """
    Draws scenes.

    Args:
        seed: equal seeds draw equal scenes
        split: `train` or `test`; which names are used
    """

    def __init__(self, seed: int, split: str = "train") -> None:
        if split not in ("train", "test"):
            raise SurfaceError(f"the world has the splits 'train' and 'test', not '{split}'")
        self.rng: Final = random.Random(f"{split}:{seed}")
        self.test: Final = split == "test"
        self.lexicon: Final[WorldLexicon] = load_lexicon()
        self._people: list[Description] = []
        self._clauses = 0

    def scene(self) -> Scene:
        """Draw one scene."""
        return to_scene(self.clause_tree())

    def clause_tree(self, kinds: dict[str, int] = _ROOTS) -> Description:
        """Draw one description whose root is of one of *kinds* (weights)."""
        while True:
            self._people, self._clauses = [], 0
            made = self._clause(kinds, 0)
            if self._clauses <= _MAX_CLAUSES and _says_each_once(made):
                return made

    # -- entities -------------------------------------------------------------------------------

    def name(self, woman: bool) -> str:
        """A person's name of the split."""
        rng = self.rng
        while True:
            if rng.random() < 0.08:
                name = rng.choice(_KNOWN_WOMEN if woman else _KNOWN_MEN)
            else:
                syllables = rng.choice((1, 1, 1, 2)) if woman else rng.choice((0, 1, 1))
                name = "".join(self._syllable() for _ in range(syllables))
                name += rng.choice(_ONSETS) + ("a" if woman else rng.choice(_VOWELS + "a"))
                if not woman:
                    name += rng.choice(_MEN)
                if woman and len(name) < 4:
                    name = self._syllable() + name
            name = name.capitalize()
            known = name in _KNOWN_MEN or name in _KNOWN_WOMEN
            if (
                in_test_split(name) == self.test
                and _spellable(name)
                and (known or not is_word(cyrillic(name)))
            ):
                return name

    def town(self) -> str:
        """A named place's name of the split."""
        while True:
            name = (self._syllable() + self.rng.choice(_TOWNS)).capitalize()
            if in_test_split(name) == self.test and _spellable(name):
                return name

    def _syllable(self) -> str:
        return self.rng.choice(_ONSETS) + self.rng.choice(_VOWELS) + self.rng.choice(_CODAS)

    def _person(self, woman: bool | None = None) -> Description:
        rng = self.rng
        if woman is None and self._people and rng.random() < 0.3:
            return rng.choice(self._people)
        made = person(self.name(rng.random() < 0.5 if woman is None else woman))
        self._people.append(made)
        return made

    def _other(self, than: Description) -> Description:
        while True:
            made = self._person()
            if made != than:
                return made

    def _thing(self, tags: frozenset[str], counted: bool = True, owned: bool = True) -> Description:
        rng = self.rng
        fitting = [c for c in self.lexicon.of("things") if "*" in tags or c.tags & tags]
        noun = rng.choice(fitting)
        made: list[tuple[str, Target]] = []
        if rng.random() < 0.45:
            made.append((":mod", (self._quality(noun).name, ())))
        if counted and rng.random() < 0.2:
            made.append((":quant", str(rng.randint(2, 10))))
        if owned and rng.random() < 0.12:
            made.append((":owner", self._person()))
        return describe(noun.name, made)

    def _quality(self, noun: Concept) -> Concept:
        fitting = [c for c in self.lexicon.of("qualities") if "*" in c.tags or c.tags & noun.tags]
        return self.rng.choice(fitting)

    def _place(self) -> Description:
        concept = self.rng.choice(self.lexicon.of("places"))
        return (concept.name, ((":name", f'"{self.town()}"'),) if concept.named else ())

    def _time(self) -> Target:
        rng = self.rng
        if rng.random() < 0.5:
            return str(rng.randint(1500, 2099))
        return (rng.choice([c for c in self.lexicon.of("times") if c.name != "year"]).name, ())

    def _of(self, kind: str, frame: str = "") -> Concept:
        return self.rng.choice([c for c in self.lexicon.of(kind) if not frame or c.frame == frame])

    # -- clauses --------------------------------------------------------------------------------

    def _clause(self, kinds: dict[str, int], depth: int) -> Description:
        rng = self.rng
        self._clauses += 1
        kind = rng.choices(list(kinds), list(kinds.values()))[0]
        if depth >= 3 or self._clauses >= _MAX_CLAUSES:
            kind = "base"
        inner = _INNER
        if kind == "base":
            return self._base()
        if kind in ("mental", "speech"):
            made: list[tuple[str, Target]] = [(":agent", self._person())]
            if rng.random() < 0.2:
                made.append((":time", self._time()))
            made.append((":content", self._clause(inner, depth + 1)))
            return describe(self._of("mental", kind).name, made)
        if kind == "sum":
            return self._sum()
        first, second = {
            "because": (":cause", ":effect"), "if": (":condition", ":consequence"),
            "not": (":op1", ""), "and": (":op1", ":op2"), "or": (":op1", ":op2"),
        }[kind]  # fmt: skip
        return describe(kind, [(role, self._clause(inner, depth + 1)) for role in (first, second) if role])

    def _sum(self) -> Description:
        rng = self.rng
        a, b = rng.randint(0, 60), rng.randint(0, 60)
        if rng.random() < 0.35:
            return describe("greater", [(":op1", str(max(a, b) + 1)), (":op2", str(min(a, b)))])
        name = rng.choice(("plus", "minus", "times"))
        if name == "times":
            a, b = a % 13, b % 13
        result = {"plus": a + b, "minus": max(a, b) - min(a, b), "times": a * b}[name]
        if name == "minus":
            a, b = max(a, b), min(a, b)
        return describe(
            "equal", [(":op1", describe(name, [(":op1", str(a)), (":op2", str(b))])), (":op2", str(result))]
        )

    def _base(self) -> Description:
        rng, lexicon = self.rng, self.lexicon
        frame = rng.choices(list(_BASE), list(_BASE.values()))[0]
        made: list[tuple[str, Target]]
        if frame in ("transitive", "ditransitive", "intransitive"):
            verb = self._of("actions", frame)
            agent = self._person()
            made = [(":agent", agent)]
            if frame != "intransitive":
                made.append((":object", self._thing(verb.tags)))
            if frame == "ditransitive":
                made.append((":recipient", self._other(agent)))
            if verb.tools and rng.random() < 0.35:
                made.append((":instrument", self._thing(frozenset({"tool"}), counted=False, owned=False)))
            if rng.random() < 0.25:
                made.append((":place", self._place()))
            if rng.random() < 0.35:
                made.append((":time", self._time()))
            return describe(verb.name, made)
        if frame == "property":
            thing = self._thing(frozenset({"*"}), counted=False)
            thing = (thing[0], tuple(link for link in thing[1] if link[0] != ":mod"))
            return describe(
                "be", [(":object", thing), (":property", (self._quality(lexicon[thing[0]]).name, ()))]
            )
        if frame == "trait":
            return describe("be", [(":object", self._person()), (":property", (self._of("traits").name, ()))])
        if frame == "class":
            return describe(
                "be", [(":object", self._person()), (":class", (self._of("professions").name, ()))]
            )
        if frame == "kinship":
            kin = self._of("kinship")
            agent = self._person(woman=kin.gender == "f")
            other = self._person(woman=kin.of == "f") if kin.of else self._other(agent)
            return describe(kin.name, [(":agent", agent), (":object", other)])
        if frame == "possession":
            thing = self._thing(frozenset({"*"}), owned=False)
            return describe("have", [(":agent", self._person()), (":object", thing)])
        thing = self._thing(frozenset({"*"}), counted=False)
        return describe("located", [(":object", thing), (":place", self._place())])


def _says_each_once(description: Description) -> bool:
    """Whether no clause and no owned thing stands twice: such scenes are rare and read oddly."""
    seen: set[Description] = set()

    def walk(part: Description) -> bool:
        rich = any(not isinstance(target, str) and target[1] for _, target in part[1])
        if rich and part in seen:
            return False
        seen.add(part)
        return all(isinstance(target, str) or walk(target) for _, target in part[1])

    return walk(description)

"""
Scenes drawn from a seed.

Names are made of syllables, so most of them were never seen before; a name belongs to the training or the
test split for good (`in_test_split`), and a scene of one split holds no name of the other.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from typing import Final, final

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.morphology.russian import is_word
from scenograph.world.bundled import table
from scenograph.world.declension import decline, undecline
from scenograph.world.description import Description, Target, describe, person, to_scene
from scenograph.world.lexicon import Concept, WorldLexicon, load_lexicon
from scenograph.world.names import LETTERS, cyrillic, is_name
from scenograph.world.phrases import SUMS
from scenograph.world.realise import role_of, tense_of
from scenograph.world.templates import FRAMES

_SYLLABLES: Final[dict[str, list[str]]] = {
    part: choices.replace("_", "").split(" ") for part, choices in table("scenes")["syllables"].items()
}
_KNOWN: Final[dict[str, list[str]]] = {of: names.split() for of, names in table("scenes")["known"].items()}
_WEIGHTS: Final[dict[str, dict[str, int]]] = table("scenes")["weights"]
_MAX_CLAUSES = 5


def in_test_split(name: str) -> bool:
    """Return whether a name belongs to the test split; one in eight does."""
    return zlib.crc32(name.encode()) % 8 == 0


def _is_exact(name: str) -> bool:
    """
    Return whether *name* has an exact Cyrillic spelling, comes back from every case and is no common word.

    A name that shares its Cyrillic spelling with a more usual one (Yuliya and Julia) does not come back.
    """
    spelt = LETTERS.cyrillic(name)
    if len(name) > 8 or spelt.isascii() or LETTERS.latin(spelt) != name or not is_name(name, "en"):
        return False
    forms = ((decline(spelt, case), case) for case in ("nom", "gen", "dat", "acc", "ins"))
    return all(undecline(form, case) == spelt and is_name(form, "ru") for form, case in forms)


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
        while True:
            self._people, self._clauses = [], 0
            made = self._clause(_WEIGHTS["root"], 0)
            if self._clauses <= _MAX_CLAUSES and _says_each_once(made):
                return to_scene(made)

    # -- entities -------------------------------------------------------------------------------

    def name(self, woman: bool) -> str:
        """Draw a person's name of the split."""
        rng = self.rng
        while True:
            if rng.random() < 0.08:
                name = rng.choice(_KNOWN["women" if woman else "men"])
            else:
                syllables = rng.choice((1, 1, 1, 2)) if woman else rng.choice((0, 1, 1))
                name = "".join(self._syllable() for _ in range(syllables))
                name += rng.choice(_SYLLABLES["onsets"])
                name += "a" if woman else rng.choice([*_SYLLABLES["vowels"], "a"])
                if not woman:
                    name += rng.choice(_SYLLABLES["men"])
                if woman and len(name) < 4:
                    name = self._syllable() + name
            name = name.capitalize()
            known = any(name in names for names in _KNOWN.values())
            if self._is_usable(name) and (known or not is_word(cyrillic(name))):
                return name

    def town(self) -> str:
        """Draw the name of a place of the split."""
        while True:
            name = (self._syllable() + self.rng.choice(_SYLLABLES["towns"])).capitalize()
            if self._is_usable(name):
                return name

    def _is_usable(self, name: str) -> bool:
        return in_test_split(name) == self.test and _is_exact(name)

    def _syllable(self) -> str:
        return "".join(self.rng.choice(_SYLLABLES[part]) for part in ("onsets", "vowels", "codas"))

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
            made.append((":poss", self._person()))
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
        self._clauses += 1
        kind = self._weighted(kinds)
        if kind == "base" or depth >= 3 or self._clauses >= _MAX_CLAUSES:
            return self._base()
        if kind == "sum":
            return self._sum()
        made: list[tuple[str, Target]] = []
        if kind in ("mental", "speech"):
            made.append((":agent", self._person()))
            if self.rng.random() < 0.2:
                made.append((":time", self._time()))
            made.append((":content", self._clause(_WEIGHTS["inner"], depth + 1)))
            return describe(self._of("mental", kind).name, [*made, *tense_of(kind)])
        parts = [(f":{role}", self._clause(_WEIGHTS["inner"], depth + 1)) for role in FRAMES[kind].fillers]
        return describe(kind, parts)

    def _weighted(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _sum(self) -> Description:
        rng = self.rng
        a, b = rng.randint(0, 60), rng.randint(0, 60)
        if rng.random() < 0.35:
            return describe("greater", [(":op1", str(max(a, b) + 1)), (":op2", str(min(a, b)))])
        name = rng.choice(SUMS)
        if name == "plus":
            result = a + b
        elif name == "minus":
            a, b = max(a, b), min(a, b)
            result = a - b
        else:
            a, b = a % 13, b % 13
            result = a * b
        left = describe(name, [(":op1", str(a)), (":op2", str(b))])
        return describe("equal", [(":op1", left), (":op2", str(result))])

    def _base(self) -> Description:
        frame = self._weighted(_WEIGHTS["base"])
        if frame.endswith("transitive"):
            return self._action(frame)
        anything, root = frozenset({"*"}), FRAMES[frame].root
        made: Sequence[tuple[str, Target]]
        if frame == "property":
            noun, found = self._thing(anything, counted=False)
            thing = (noun, tuple(link for link in found if link[0] != ":mod"))
            made, root = [(":subject", thing)], self._quality(self.lexicon[noun]).name
        elif frame == "trait":
            made, root = [(":subject", self._person())], self._of("traits").name
        elif frame == "class":
            made, root = [(":subject", self._person())], self._of("professions").name
        elif frame == "possession":
            thing = self._thing(anything, owned=False)
            made = [(":agent", self._person()), (":object", thing)]
        elif frame == "location":
            thing, place = self._thing(anything, counted=False), self._place()
            made = [(":subject", thing), (role_of("place", place), place)]
        else:
            kin = self._of("kinship")
            subject = self._person(woman=kin.gender == "f")
            other = self._person(woman=kin.of == "f") if kin.of else self._other(subject)
            made, root = [(":subject", subject), (":poss", other)], kin.name
        return describe(root, [*made, *tense_of(frame)])

    def _action(self, frame: str) -> Description:
        rng, verb = self.rng, self._of("actions", frame)
        agent = self._person()
        made: list[tuple[str, Target]] = [(":agent", agent)]
        if frame != "intransitive":
            made.append((":object", self._thing(verb.tags)))
        if frame == "ditransitive":
            made.append((":recipient", self._other(agent)))
        if verb.tools and rng.random() < 0.35:
            made.append((":with", self._thing(frozenset({"tool"}), counted=False, owned=False)))
        if rng.random() < 0.25:
            place = self._place()
            made.append((role_of("place", place), place))
        if rng.random() < 0.35:
            made.append((":time", self._time()))
        return describe(verb.name, [*made, *tense_of(frame)])


def _says_each_once(description: Description) -> bool:
    """Return whether no clause and no owned thing stands twice; such scenes read oddly."""
    seen: set[Description] = set()

    def walk(part: Description) -> bool:
        rich = any(not isinstance(target, str) and target[1] for _, target in part[1])
        if rich and part in seen:
            return False
        seen.add(part)
        return all(isinstance(target, str) or walk(target) for _, target in part[1])

    return walk(description)

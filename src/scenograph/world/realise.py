"""Scene → text: every wording of a scene in a style, or one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Final, TypeAlias

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.morphology import russian
from scenograph.world.lexicon import Concept, load_lexicon
from scenograph.world.names import Spellings, is_woman
from scenograph.world.phrases import (
    Description,
    English,
    Phrases,
    Russian,
    capital,
    describe,
    is_person,
    links,
    name_of,
)
from scenograph.world.templates import (
    FRAMES,
    LANGUAGES,
    Agreement,
    Group,
    Item,
    Literal,
    Slot,
    Style,
    Template,
    load_questions,
    load_style,
)

Pick: TypeAlias = Callable[[Sequence[Template]], Sequence[Template]]
Value: TypeAlias = "Description | str"

SUMS: Final = ("plus", "minus", "times")
TRUTHS: Final = ("yes", "no", "unknown")
MAX_DEPTH: Final = 12


LETTERS: Final = Spellings()
"""Spellings by the table and the rules, without a memory."""


@lru_cache(maxsize=64)
def phrases(language: str, spellings: Spellings = LETTERS) -> Phrases:
    """Return the phrase maker of a language."""
    if language not in LANGUAGES:
        raise SurfaceError(f"the world speaks {' and '.join(LANGUAGES)}, not '{language}'")
    return English(spellings) if language == "en" else Russian(spellings)


def to_description(scene: Scene) -> Description:
    """
    Return *scene* as a nested description, re-entrant nodes repeated.

    Raises:
        SurfaceError: if the scene is cyclic, too deep or walks a link backwards
    """
    seen: set[int] = set()

    def walk(node: int, depth: int) -> Description:
        if depth > MAX_DEPTH:
            raise SurfaceError(f"the world nests scenes at most {MAX_DEPTH} deep, or the scene is cyclic")
        seen.add(node)
        return describe(
            scene.concepts[node],
            [
                (link.role, link.target if isinstance(link.target, str) else walk(link.target, depth + 1))
                for link in scene.out(node)
            ],
        )

    description = walk(0, 0)
    if len(seen) < len(scene.concepts):
        raise SurfaceError("part of the scene is not reachable from its root, which the world cannot say")
    return description


def to_scene(description: Description) -> Scene:
    """Return the scene of a description: equal descriptions become one node."""
    concepts: list[str] = []
    edges: list[tuple[int, str, int | str]] = []
    known: dict[Description, int] = {}

    def walk(part: Description) -> int:
        if part in known:
            return known[part]
        node = known[part] = len(concepts)
        concepts.append(part[0])
        for role, target in part[1]:
            edges.append((node, role, target if isinstance(target, str) else walk(target)))
        return node

    walk(description)
    return Scene.build(concepts, edges)


def frame_of(description: Description) -> str:
    """
    Return the frame in which a clause is said.

    Raises:
        SurfaceError: if the world has no frame for it
    """
    concept = load_lexicon().by_name.get(description[0])
    if concept is None:
        raise SurfaceError(f"the world does not know the concept '{description[0]}'")
    if concept.frame:
        return concept.frame
    roles = {role for role, _ in description[1]}
    if concept.kind == "kinship":
        return "kinship"
    if concept.name == "be" and ":class" in roles:
        return "class"
    if concept.name == "be" and ":property" in roles:
        quality = links(description)[":property"]
        known = load_lexicon().by_name.get(quality if isinstance(quality, str) else quality[0])
        return "trait" if known is not None and known.kind == "traits" else "property"
    if concept.name == "answer" and links(description).get(":value") == ("unknown", ()):
        return "ignorance"
    frame = {"have": "possession", "located": "location"}.get(concept.name, concept.name)
    if frame not in FRAMES:
        raise SurfaceError(f"'{concept.name}' is not something that can be said by itself in the world")
    return frame


class Realiser:
    """
    Says descriptions in one style and language.

    Args:
        style: the wordings
        pick: which of the wordings of a frame to use: all, the first, or one at random
        spellings: how names are spelt
    """

    def __init__(self, style: Style, pick: Pick, spellings: Spellings) -> None:
        self.style: Final = style
        self.pick: Final = pick
        self.phrases: Final = phrases(style.language, spellings)
        self.lexicon: Final = load_lexicon()

    def texts(self, description: Description) -> Iterator[str]:
        """Whole utterances: clauses with a capital and a full stop, or what the style says instead."""
        question = self._question(description)
        if question is not None:
            yield from map(capital, self._all(question[1], question[0]))
            return
        concept = self.lexicon.by_name.get(description[0])
        if concept is not None and (
            concept.kind in ("things", "places", "times") or concept.name == "person"
        ):
            yield capital(self.phrases.say(description)) + "."
            return
        frame = frame_of(description)
        if frame in self.style.texts:
            for text in self._all(self.style.texts[frame], description):
                yield capital(text)
        else:
            for text in self.clauses(description):
                yield f"{capital(text)}."

    def clauses(self, description: Description) -> Iterator[str]:
        """Clauses that can stand inside other clauses."""
        frame = frame_of(description)
        if frame not in self.style.clauses:
            raise SurfaceError(f"'{description[0]}' can only be the root of a scene of the world")
        yield from self._all(self.style.clauses[frame], description)

    def _question(self, description: Description) -> tuple[Description, Sequence[Template]] | None:
        wordings = load_questions(self.style.language).wordings
        if description[0] == "whether":
            inner = links(description).get(":content")
            if inner is None or isinstance(inner, str):
                raise SurfaceError("a 'whether' needs a scene as its :content")
            key = (frame_of(inner), "whether")
        else:
            asked = [role for role, target in description[1] if isinstance(target, str) and target[0] == "?"]
            if not asked:
                return None
            inner, key = description, (frame_of(description), asked[0][1:])
            if len(asked) > 1 or links(description)[asked[0]] != unknown_of(asked[0], key[0]):
                raise SurfaceError("the world asks for one unknown at a time, by its usual name")
        if key not in wordings:
            raise SurfaceError(f"the world has no question for the {key[1]} of '{inner[0]}'")
        return inner, wordings[key]

    def _all(self, templates: Sequence[Template], description: Description) -> Iterator[str]:
        found = links(description)
        for template in self.pick(templates):
            must, may = FRAMES[template.frame]
            for role in found:
                if role not in must and role not in may:
                    raise SurfaceError(f"the world has no words for {role} of '{description[0]}'")
            for role in must:
                if role not in found and template.frame != "ignorance":
                    raise SurfaceError(f"'{description[0]}' lacks its {role}")
            parts = [self._say(item, template, description, found) for item in template.items]
            for combination in product(*parts):
                yield "".join(combination)

    def _say(
        self, item: Item, template: Template, description: Description, found: dict[str, Value]
    ) -> list[str]:
        if isinstance(item, Literal):
            return [item.text]
        if isinstance(item, Group):
            if f":{item.role}" not in found or item.role == template.asked:
                return [""]
            inner = [self._say(part, template, description, found) for part in item.items]
            return ["".join(combination) for combination in product(*inner)]
        if isinstance(item, Agreement):
            return [item.options[self._agreement(found.get(f":{item.role}"), len(item.options))]]
        if item.kind == "clause":
            target = found[f":{item.role}"]
            if isinstance(target, str):
                raise SurfaceError(f"the world needs a scene as :{item.role} of '{description[0]}'")
            said = list(self.clauses(target))
            return [capital(text) for text in said] if item.form == "cap" else said
        return [self._word(item, template, description, found)]

    def _word(self, item: Slot, template: Template, description: Description, found: dict[str, Value]) -> str:
        """What stands in a slot that is not a clause."""
        if item.kind == "verb":
            return self._verb(self.lexicon[description[0]], item.form, found.get(":agent"))
        if item.kind == "kin":
            return self._kin(description, item.form, found)
        target = found[f":{item.role}"]
        if item.kind == "place":
            return self.phrases.place(target)
        if item.kind == "time":
            return self.phrases.time(target)
        if item.kind == "number":
            return self.phrases.number(target)
        if item.kind == "sum":
            return self._sum(target)
        if item.kind in ("class", "property"):
            concept = self._leaf(target, item.kind)
            return (self._class if item.kind == "class" else self._property)(
                concept, item.form, template, found
            )
        if item.kind == "value":
            return self._value(target, item.form, found.get(":content"))
        if isinstance(target, str):
            raise SurfaceError(f"the world has no words for {target} as :{item.role}")
        person = item.role in ("agent", "recipient") or template.frame in ("trait", "class", "kinship")
        if person != is_person(target):
            kind = "person" if person else "thing"
            raise SurfaceError(f"the :{item.role} of '{description[0]}' must be a {kind}, not '{target[0]}'")
        return self.phrases.noun_phrase(target, item.form or "nom")

    def _verb(self, verb: Concept, form: str, agent: Value | None) -> str:
        if self.style.language == "en":
            return verb.en[{"base": 0, "": 1, "part": 2}[form]]
        woman = agent is not None and is_person(agent) and is_woman(name_of(agent))  # type: ignore[arg-type]
        return verb.ru if form == "inf" else russian.past(verb.ru, "f" if woman else "m")

    def _kin(self, description: Description, form: str, found: dict[str, Value]) -> str:
        kin = self.lexicon[description[0]]
        agent = found.get(":agent")
        if agent is not None and not isinstance(agent, str) and kin.gender:
            woman = is_woman(name_of(agent))
            if woman != (kin.gender == "f"):
                raise SurfaceError(
                    f"{name_of(agent)} cannot be a {kin.name} in the world, by the name's ending"
                )
        return kin.en[0] if self.style.language == "en" else russian.noun(kin.ru, form or "nom")

    def _leaf(self, target: Value, kind: str) -> Concept:
        kinds = ("professions",) if kind == "class" else ("qualities", "traits")
        concept = None if isinstance(target, str) or target[1] else self.lexicon.by_name.get(target[0])
        if concept is None or concept.kind not in kinds:
            raise SurfaceError(f"the world has no words for {target} as :{kind}")
        return concept

    def _class(self, concept: Concept, form: str, template: Template, found: dict[str, Value]) -> str:
        if self.style.language == "en":
            return concept.en[0] if form == "bare" else _with_article(concept.en[0])
        return russian.noun(concept.ru, form or "nom")

    def _property(self, concept: Concept, form: str, template: Template, found: dict[str, Value]) -> str:
        if self.style.language == "en":
            return _with_article(concept.en[0]) if form == "a" else concept.en[0]
        if form in ("m", "f", "n", "pl"):
            return russian.adjective(concept.ru, "nom", form)
        target = found.get(":object")
        if target is None or isinstance(target, str):  # «какая вещь тяжёлая?», «кто смелый?»
            return russian.adjective(concept.ru, form or "nom", "f" if template.frame == "property" else "m")
        return russian.adjective(
            concept.ru, form or "nom", "mfn"[self._agreement(target, 4)] if not _plural(target) else "pl"
        )

    def _sum(self, target: Value) -> str:
        if isinstance(target, str) or target[0] not in SUMS:
            raise SurfaceError(f"the world can add, subtract and multiply, not {target}")
        found = links(target)
        if set(found) != {":op1", ":op2"}:
            raise SurfaceError(f"'{target[0]}' takes exactly :op1 and :op2")
        concept = self.lexicon[target[0]]
        word = concept.en[0] if self.style.language == "en" else concept.ru
        return f"{self.phrases.number(found[':op1'])} {word} {self.phrases.number(found[':op2'])}"

    def _value(self, target: Value, form: str, content: Value | None) -> str:
        role = "" if content is None or isinstance(content, str) else _role_of(target, content)
        if not isinstance(target, str) and target[0] in TRUTHS and not target[1]:
            concept = self.lexicon[target[0]]
            said = concept.en[0] if self.style.language == "en" else concept.ru
        elif role == ":time":
            said = self.phrases.time(target)
        else:
            said = self.phrases.say(target)
        return capital(said) if form == "cap" else said

    def _agreement(self, target: Value | None, options: int) -> int:
        if target is None or isinstance(target, str):
            return 0
        if target[0] == "person":
            return int(is_woman(name_of(target)))
        if options == 2:
            return int(_plural(target))
        concept = self.lexicon.by_name.get(target[0])
        if concept is None:
            raise SurfaceError(f"the world does not know the concept '{target[0]}'")
        return 3 if _plural(target) else "mfn".index(russian.gender(concept.ru))


def _plural(target: Description) -> bool:
    return any(role == ":quant" for role, _ in target[1])


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _role_of(target: Value, content: Description) -> str:
    return next((role for role, other in content[1] if other == target), "")


def unknown_of(role: str, frame: str) -> str:
    """The usual name of the unknown a question for *role* asks for."""
    if role == ":place":
        return "?where"
    if role == ":time":
        return "?when"
    person = role in (":agent", ":recipient") or frame in ("trait", "class", "kinship")
    return "?who" if person else "?what"


@lru_cache(maxsize=64)
def _realiser_of_all(style: str, language: str, spellings: Spellings) -> Realiser:
    return Realiser(load_style(style, language), lambda templates: templates, spellings)


def realise(
    scene: Scene, style: str, language: str, pick: Pick | None = None, spellings: Spellings = LETTERS
) -> Iterator[str]:
    """
    Yield the texts of *scene* in *style*, in *language*.

    Raises:
        SurfaceError: if the world has no exact words for the scene
    """
    description = to_description(scene)
    if len(scene.concepts) != len(to_scene(description).concepts):
        raise SurfaceError("two nodes of the scene have the same description, which the world takes for one")
    known = names_of(scene)
    if len({phrases(language, spellings).spelling(name) for name in known}) < len(known):
        raise SurfaceError(f"two names of the scene have the same spelling in '{language}'")
    if pick:
        realiser = Realiser(load_style(style, language), pick, spellings)
    else:
        realiser = _realiser_of_all(style, language, spellings)
    yield from realiser.texts(description)


def names_of(scene: Scene) -> frozenset[str]:
    """Return the names of persons and places in *scene*, without their quotes."""
    return frozenset(
        link.target[1:-1]
        for link in scene.links
        if isinstance(link.target, str) and link.target[0] == '"' and len(link.target) > 2
    )

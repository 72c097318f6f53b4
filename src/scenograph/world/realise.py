"""Scene → text: every wording of a scene in a style, or one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Final, TypeAlias, final

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.morphology import russian
from scenograph.world.description import (
    Description,
    Target,
    is_person,
    links,
    name_of,
    names_of,
    to_description,
    to_scene,
)
from scenograph.world.languages import phrases
from scenograph.world.lexicon import Concept, load_lexicon
from scenograph.world.names import Spellings, is_woman
from scenograph.world.phrases import Phrases, capital
from scenograph.world.templates import (
    FRAMES,
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
"""Chooses some of the wordings of a frame: all, the first, one at random."""
Fillers: TypeAlias = Mapping[str, Target]
"""What fills each role, by the role's name without its colon."""

_FRAMES_BY_KIND: Final = {
    "kinship": "kinship", "qualities": "property", "traits": "trait", "professions": "class",
}  # fmt: skip
_TENSE: Final = ":tense"
_UNKNOWN: Final = ("unknown", ())
_UNKNOWNS: Final = {"person": "?who", "place": "?where", "time": "?when"}


def frame_of(description: Description) -> str:
    """
    Return the frame in which a clause is said.

    Raises:
        SurfaceError: if the world has no frame for it
    """
    lexicon = load_lexicon()
    concept = lexicon.by_name.get(description[0])
    if concept is None:
        raise SurfaceError(f"the world does not know the concept '{description[0]}'")
    if concept.frame:
        return concept.frame
    if concept.kind in _FRAMES_BY_KIND:
        return _FRAMES_BY_KIND[concept.kind]
    if concept.name == "answer" and links(description).get(":value") == _UNKNOWN:
        return "ignorance"
    frame = {"have": "possession", "be": "location"}.get(concept.name, concept.name)
    if frame not in FRAMES:
        raise SurfaceError(f"'{concept.name}' is not something that can be said by itself in the world")
    return frame


def unknown_of(slot: str, frame: str) -> str:
    """Return the unknown that a question for *slot* asks for: `?who`, `?what`, `?where` or `?when`."""
    return _UNKNOWNS.get(FRAMES[frame].fillers.get(slot, ""), "?what")


def slot_of(role: str, target: Target) -> str:
    """
    Return the slot that says a link: the role without its colon, but `place` for each preposition of a place.

    Example:
        >>> slot_of(":at", ("market", ())), slot_of(":agent", "?who")
        ('place', 'agent')
    """
    concept = None if isinstance(target, str) else load_lexicon().by_name.get(target[0])
    is_place = concept is not None and concept.kind == "places" and role == concept.preposition
    return "place" if is_place else role.removeprefix(":")


def role_of(slot: str, target: Target) -> str:
    """Return the role of what *slot* says; undoes `slot_of`."""
    concept = None if isinstance(target, str) else load_lexicon().by_name.get(target[0])
    return concept.preposition if slot == "place" and concept is not None else f":{slot}"


def tense_of(frame: str) -> list[tuple[str, Target]]:
    """Return the link of the tense in which *frame* is said; none if it has no tense."""
    tense = FRAMES[frame].tense
    return [(_TENSE, tense)] if tense else []


@final
class Realiser:
    """
    Says descriptions in one style and language.

    Args:
        style: the wordings
        pick: which wordings of each frame to use
        phrases: the words of the slots
    """

    def __init__(self, style: Style, pick: Pick, phrases: Phrases) -> None:
        self.style: Final = style
        self.pick: Final = pick
        self.phrases: Final = phrases

    def texts(self, description: Description) -> Iterator[str]:
        """Yield whole utterances: clauses with a capital and a full stop, or the style's own texts."""
        asked = self._question(description)
        concept = self.phrases.lexicon.by_name.get(description[0])
        if asked is not None:
            yield from map(capital, self._all(*asked))
        elif concept and (concept.kind in ("things", "places", "times") or is_person(description)):
            yield capital(self.phrases.say_entity(description)) + "."
        elif (frame := frame_of(description)) in self.style.texts:
            yield from map(capital, self._all(description, self.style.texts[frame]))
        else:
            for text in self.clauses(description):
                yield f"{capital(text)}."

    def clauses(self, description: Description) -> Iterator[str]:
        """Yield clauses that can stand inside other clauses."""
        frame = frame_of(description)
        if frame not in self.style.clauses:
            raise SurfaceError(f"'{description[0]}' can only be the root of a scene of the world")
        yield from self._all(description, self.style.clauses[frame])

    def _question(self, description: Description) -> tuple[Description, Sequence[Template]] | None:
        """Return what is said of a question, and its wordings; None if *description* is no question."""
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
            if len(asked) > 1 or links(description)[asked[0]] != unknown_of(key[1], key[0]):
                raise SurfaceError("the world asks for one unknown at a time, by its usual name")
        wordings = load_questions(self.style.language)
        if key not in wordings:
            raise SurfaceError(f"the world has no question for the {key[1]} of '{inner[0]}'")
        return inner, wordings[key]

    def _all(self, description: Description, templates: Sequence[Template]) -> Iterator[str]:
        """Yield every text of *description* by the picked ones of *templates*, which are of one frame."""
        frame = FRAMES[templates[0].frame]
        said = links(description)
        if said.pop(_TENSE, "") != frame.tense:
            tense = f"with :tense {frame.tense} only" if frame.tense else "without a tense"
            raise SurfaceError(f"the world says '{description[0]}' {tense}")
        found = {slot_of(role, target): target for role, target in said.items()}
        if len(found) < len(said):
            raise SurfaceError(f"'{description[0]}' has two places, which the world cannot say")
        for role in found:
            if role not in frame.fillers:
                raise SurfaceError(f"the world has no words for :{role} of '{description[0]}'")
            if role == "place" and ":place" in said and not isinstance(said[":place"], str):
                raise SurfaceError("a place of the world has its preposition as its role")
        for role in frame.required - found.keys():
            raise SurfaceError(f"'{description[0]}' lacks its :{role}")
        for template in self.pick(templates):
            yield from self._join(template.items, template, description, found)

    def _join(
        self, items: Sequence[Item], template: Template, description: Description, found: Fillers
    ) -> Iterator[str]:
        """Yield every text of *items*, one after the other."""
        parts = [self._texts_of(item, template, description, found) for item in items]
        return map("".join, product(*parts))

    def _texts_of(
        self, item: Item, template: Template, description: Description, found: Fillers
    ) -> Sequence[str]:
        if isinstance(item, Literal):
            return [item.text]
        if isinstance(item, Group):
            is_said = item.role in found and item.role != template.asked
            return list(self._join(item.items, template, description, found)) if is_said else [""]
        if isinstance(item, Agreement):
            return [self._agreeing(item.options, found.get(item.role))]
        if item.kind != "clause":
            return [self._slot(item, template.frame, description, found)]
        target = found[item.role]
        if isinstance(target, str):
            raise SurfaceError(f"the world needs a scene as :{item.role} of '{description[0]}'")
        clauses = list(self.clauses(target))
        return list(map(capital, clauses)) if item.form == "cap" else clauses

    def _slot(self, slot: Slot, frame: str, description: Description, found: Fillers) -> str:
        """Return the words of a slot that is no clause."""
        words = self.phrases
        concept = words.lexicon[description[0]]
        if slot.kind == "verb":
            return words.word(concept, slot.form, self._gender(found.get("agent")))
        if slot.kind == "kin":
            return self._kin(concept, slot.form, found.get("subject"))
        if slot.kind == "class":
            return words.word(concept, slot.form)
        if slot.kind == "property":
            # «какая вещь тяжёлая?», «кто смелый?»: what is asked for has the gender of the question's word
            asked = "f" if frame == "property" else "m"
            return words.word(concept, slot.form, self._gender(found.get("subject"), asked))
        target = found[slot.role]
        if slot.kind == "value":
            said = self._value(target, found.get("content"))
            return capital(said) if slot.form == "cap" else said
        return words.say(slot.kind, target, slot.form)

    def _value(self, target: Target, content: Target | None) -> str:
        """Return the words for an answer's value; a number that is a time in its content is a year."""
        is_time = not isinstance(content, str | None) and (":time", target) in content[1]
        return self.phrases.say("time", target) if is_time else self.phrases.say_entity(target)

    def _kin(self, kin: Concept, form: str, subject: Target | None) -> str:
        if subject is not None and not isinstance(subject, str) and self._gender(subject) != kin.gender:
            name = name_of(subject)
            raise SurfaceError(f"{name} cannot be a {kin.name} in the world, by the name's ending")
        return self.phrases.word(kin, form)

    def _agreeing(self, options: Sequence[str], target: Target | None) -> str:
        """Return the option that agrees with *target*; the first if a question asks for it."""
        if target is None or isinstance(target, str):
            return options[0]
        if len(options) == 2 and not is_person(target):
            return options[_is_plural(target)]
        return options[("m", "f", "n", "pl").index(self._gender(target))]

    def _gender(self, target: Target | None, asked: str = "m") -> str:
        """Return m, f, n or pl; *asked* if *target* is what a question asks for."""
        if target is None or isinstance(target, str):
            return asked
        if is_person(target):
            return "f" if is_woman(name_of(target)) else "m"
        if _is_plural(target):
            return "pl"
        if target[0] not in self.phrases.lexicon or self.phrases.lexicon[target[0]].kind != "things":
            raise SurfaceError(f"the world does not know the thing '{target[0]}'")
        return russian.gender(self.phrases.lexicon[target[0]].ru)


def _is_plural(thing: Description) -> bool:
    return any(role == ":quant" for role, _ in thing[1])


@lru_cache(maxsize=64)
def _realiser_of_all(style: str, language: str, spellings: Spellings) -> Realiser:
    return Realiser(load_style(style, language), lambda templates: templates, phrases(language, spellings))


def realise(
    scene: Scene, style: str, language: str, spellings: Spellings, pick: Pick | None = None
) -> Iterator[str]:
    """
    Yield the texts of *scene* in *style*, in *language*.

    Args:
        spellings: how names are spelt
        pick: which wordings of each frame to use; None: all
    Raises:
        SurfaceError: if the world has no exact words for the scene
    """
    words = phrases(language, spellings)
    description = to_description(scene)
    if len(scene.concepts) != len(to_scene(description).concepts):
        raise SurfaceError("two nodes of the scene have the same description, which the world takes for one")
    names = names_of(scene)
    if len(set(map(words.spelling, names))) < len(names):
        raise SurfaceError(f"two names of the scene have the same spelling in '{language}'")
    if pick:
        realiser = Realiser(load_style(style, language), pick, words)
    else:
        realiser = _realiser_of_all(style, language, spellings)
    yield from realiser.texts(description)

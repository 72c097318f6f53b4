"""
Text → scene: the templates of a style read backwards.

Take the text `Oleg built the bridge in 1931` and the template `{agent} {verb} {object}[ {place}][ {time}]`,
which is read item by item. A *state* is a place in the text, with what was read up to it. Each item leads
from one state to any number of others::

    {agent}     (4,  {agent: Oleg})
    " "         (5,  {agent: Oleg})
    {verb}      (10, {agent: Oleg, verb: build})
    " "         (11, …)
    {object}    (21, {agent: Oleg, verb: build, object: bridge})
    [ {place}]  (21, …)                            it is not there
    [ {time}]   (21, …), (29, {…, time: 1931})     left out, or read

A state at the end of the text is a reading. Reading accepts too much, such as «Олег построила», so the scene
that was found is said again: it counts if one of its texts is exactly the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias, final

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.world.description import Description, Target, describe, to_scene
from scenograph.world.languages import phrases
from scenograph.world.names import Spellings
from scenograph.world.phrases import starts
from scenograph.world.realise import realise, role_of, tense_of, unknown_of
from scenograph.world.templates import (
    FRAMES,
    Agreement,
    Group,
    Item,
    Literal,
    Slot,
    Template,
    load_questions,
    load_style,
)

Values: TypeAlias = Mapping[str, "Target"]
"""What was read for each slot, by the slot's role."""
State: TypeAlias = tuple[int, Values]
"""A place in the text, and what was read up to it."""


@final
class _Recogniser:
    """Reads one text in one style and language; `furthest` is how far it got."""

    def __init__(self, text: str, style: str, language: str, spellings: Spellings) -> None:
        self.text: Final = text
        self.language: Final = language
        self.style: Final = load_style(style, language)
        self.phrases: Final = phrases(language, spellings)
        self.furthest = 0
        self._clauses: dict[int, list[tuple[int, Description]]] = {}

    def descriptions(self) -> Iterator[Description]:
        """Yield every description that the whole text may mean."""
        for (_, asked), templates in load_questions(self.language).items():
            for template in templates:
                for _, values in self._whole(template):
                    yield _question(template.frame, asked, values)
        for templates in self.style.texts.values():
            for template in templates:
                for _, values in self._whole(template):
                    yield _described(template.frame, values)
        for end, target in (*self._clauses_at(0), *self.phrases.read_entity(self.text, 0)):
            if self.text[end:] == "." and not isinstance(target, str):
                yield target

    def _whole(self, template: Template) -> Iterator[State]:
        """Yield the states in which *template* has read the whole text."""
        return (state for state in self._read(template, template.items, 0, {}) if state[0] == len(self.text))

    def _read(self, template: Template, items: Sequence[Item], at: int, values: Values) -> list[State]:
        """Return the states after *items*, read one after the other from the state `(at, values)`."""
        reached = states = [(at, values)]
        for item in items:
            states = [new for at, values in states for new in self._after(template, item, at, values)]
            if not states:
                break
            reached = states
        self.furthest = max(self.furthest, *(at for at, _ in reached))
        return states

    def _after(self, template: Template, item: Item, at: int, values: Values) -> Iterator[State]:
        """Yield every state after *item*, read from the state `(at, values)`."""
        match item:
            case Literal(text):
                if starts(self.text, text, at):
                    yield at + len(text), values
            case Agreement(_, options):
                for option in dict.fromkeys(options):
                    if starts(self.text, option, at):
                        yield at + len(option), values
            case Group(role, items):
                yield at, values
                if role != template.asked:
                    yield from self._read(template, items, at, values)
            case Slot(role):
                for end, target in self._fillers(template.frame, item, at):
                    if values.get(role, target) == target:  # a role that is said twice is the same both times
                        yield end, {**values, role: target}

    def _fillers(self, frame: str, slot: Slot, at: int) -> Iterator[tuple[int, Target]]:
        """Yield what may fill *slot* at *at*, with the place where it ends."""
        if slot.kind == "clause":
            yield from self._clauses_at(at)
        elif slot.kind in ("verb", "kin"):  # only these: a quality may stand after an article
            yield from self.phrases.read_word(frame, self.text, at)
        else:
            yield from self.phrases.read(slot.kind, self.text, at, slot.form)

    def _clauses_at(self, at: int) -> list[tuple[int, Description]]:
        """Return every clause that may stand at *at*; each place is read once."""
        if at not in self._clauses:
            # No template begins with a clause, so this place is not asked for again while it is being read.
            self._clauses[at] = [
                (end, _described(template.frame, values))
                for templates in self.style.clauses.values()
                for template in templates
                for end, values in self._read(template, template.items, at, {})
            ]
        return self._clauses[at]


def _described(frame: str, values: Values) -> Description:
    """Return what a template of *frame* says if its slots hold *values*."""
    slot = FRAMES[frame].slot
    root = values[slot] if slot else FRAMES[frame].root
    made = [(role_of(role, target), target) for role, target in values.items() if role != slot]
    if frame == "ignorance":
        made = [(":value", ("unknown", ()))]
    return describe(root if isinstance(root, str) else root[0], [*made, *tense_of(frame)])


def _question(frame: str, asked: str, values: Values) -> Description:
    if asked == "whether":
        return describe("whether", [(":content", _described(frame, values))])
    return _described(frame, {**values, asked: unknown_of(asked, frame)})


def recognise(text: str, style: str, language: str, spellings: Spellings) -> Scene:
    """
    Return the scene that *text* says in *style*.

    Law: the scene of a text that `realise` gives for a scene is that scene, or the text is refused because it
    means two things.

    Raises:
        SurfaceError: if the style has no such text, with the place up to which it could be read
    """
    recogniser = _Recogniser(text, style, language, spellings)
    found: dict[bytes, Scene] = {}
    for description in dict.fromkeys(recogniser.descriptions()):
        try:
            scene = to_scene(description)
            if text in realise(scene, style, language, spellings):
                found[scene.digest] = scene
        except SurfaceError:
            continue  # the style would not say it
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise SurfaceError(f"the text means {len(found)} things: " + " or ".join(map(str, found.values())))
    read, rest = text[: recogniser.furthest], text[recogniser.furthest :]
    raise SurfaceError(
        f"not a text of '{style}' in '{language}': after {read[-40:]!r} cannot read {rest[:40]!r}"
    )

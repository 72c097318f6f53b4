"""
Text → scene: the templates of a style read backwards.

A clause is tried against every wording of every frame at a place in the text; slots read generously and
the scene found is said again, so that what comes out is exactly what the text says, or an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, TypeAlias

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.morphology import russian
from scenograph.world.lexicon import load_lexicon
from scenograph.world.names import Spellings
from scenograph.world.phrases import Description, describe, starts
from scenograph.world.realise import LETTERS, SUMS, TRUTHS, phrases, realise, to_scene, unknown_of
from scenograph.world.templates import (
    Agreement,
    Group,
    Item,
    Literal,
    Slot,
    Template,
    load_questions,
    load_style,
)

Values: TypeAlias = "tuple[tuple[str, Description | str], ...]"
_ROOTS: Final = {
    "property": "be", "trait": "be", "class": "be", "possession": "have", "location": "located",
    "ignorance": "answer",
}  # fmt: skip
_LETTER = re.compile(r"[^\W_]")


@cache
def _forms(language: str, kind: str) -> dict[str, list[tuple[str, str]]]:
    """Words by their first letter: (form, concept) for the verbs of a frame or the concepts of a kind."""
    lexicon = load_lexicon()
    rows: set[tuple[str, str]] = set()
    for concept in lexicon.by_name.values():
        if kind in ("professions", "kinship") and concept.kind == kind:
            if language == "en":
                rows.add((concept.en[0], concept.name))
            else:
                rows |= {(russian.noun(concept.ru, case), concept.name) for case in russian.CASES}
        elif kind == "property" and concept.kind in ("qualities", "traits"):
            if language == "en":
                rows.add((concept.en[0], concept.name))
            else:
                cases = [(case, of) for case in russian.CASES for of in ("m", "f", "n", "pl")]
                rows |= {(russian.adjective(concept.ru, case, of), concept.name) for case, of in cases}
        elif concept.frame == kind:
            if language == "en":
                rows |= {(form, concept.name) for form in concept.en}
            else:
                rows |= {(russian.past(concept.ru, of), concept.name) for of in "mf"} | {
                    (concept.ru, concept.name)
                }
    table: dict[str, list[tuple[str, str]]] = {}
    for form, name in sorted(rows, key=lambda row: (-len(row[0]), row)):
        table.setdefault(form[0].lower(), []).append((form, name))
    return table


class Recogniser:
    """Reads one text in one style and language; keeps what it found at each place."""

    def __init__(self, text: str, style: str, language: str, spellings: Spellings) -> None:
        self.text: Final = text
        self.language: Final = language
        self.style: Final = load_style(style, language)
        self.phrases: Final = phrases(language, spellings)
        self.known: dict[int, list[tuple[int, Description]]] = {}
        self.furthest = 0

    def scenes(self) -> Iterator[Description]:
        """Every description that the whole text may mean, by the words alone."""
        text = self.text
        for (frame, asked), templates in load_questions(self.language).wordings.items():
            for template in templates:
                for end, values in self._items(template, template.items, 0, 0, ()):
                    if end == len(text):
                        yield self._question(frame, asked, values)
        for templates in self.style.texts.values():
            for template in templates:
                for end, values in self._items(template, template.items, 0, 0, ()):
                    if end == len(text):
                        yield self._described(template.frame, values)
        for end, description in [*self._clauses(0), *self._entities()]:
            if text[end:] == ".":
                yield description

    def _entities(self) -> Iterator[tuple[int, Description]]:
        text, read = self.text, self.phrases
        for end, target in [
            *read.read_noun_phrase(text, 0, "nom"),
            *read.read_place(text, 0),
            *read.read_time(text, 0),
        ]:
            if not isinstance(target, str):
                yield end, target

    def _clauses(self, at: int) -> list[tuple[int, Description]]:
        if at not in self.known:
            self.known[at] = []  # a clause never begins with a clause, so this is not read while it is filled
            found: dict[tuple[int, Description], None] = {}
            for frame, templates in self.style.clauses.items():
                for template in templates:
                    for end, values in self._items(template, template.items, 0, at, ()):
                        found[end, self._described(frame, values)] = None
            self.known[at] = list(found)
        return self.known[at]

    def _described(self, frame: str, values: Values) -> Description:
        made: list[tuple[str, Description | str]]
        made = [(f":{role}", target) for role, target in values if role not in ("verb", "kin")]
        roots = [target for role, target in values if role in ("verb", "kin")]
        if frame == "ignorance":
            made = [(":value", ("unknown", ()))]
        root = roots[0] if roots else _ROOTS.get(frame, frame)
        assert isinstance(root, str)
        return describe(root, made)

    def _question(self, frame: str, asked: str, values: Values) -> Description:
        if asked == "whether":
            return describe("whether", [(":content", self._described(frame, values))])
        role = f":{asked}"
        return self._described(frame, (*values, (asked, unknown_of(role, frame))))

    def _items(
        self, template: Template, items: Sequence[Item], index: int, at: int, values: Values
    ) -> Iterator[tuple[int, Values]]:
        """Every way to read `items[index:]` from *at* on."""
        self.furthest = max(self.furthest, at)
        if index == len(items):
            yield at, values
            return
        item, text = items[index], self.text
        if isinstance(item, Literal):
            if starts(text, item.text, at):
                yield from self._items(template, items, index + 1, at + len(item.text), values)
        elif isinstance(item, Agreement):
            for option in dict.fromkeys(item.options):
                if starts(text, option, at):
                    yield from self._items(template, items, index + 1, at + len(option), values)
        elif isinstance(item, Group):
            if item.role != template.asked:
                for end, inner in self._items(template, item.items, 0, at, values):
                    yield from self._items(template, items, index + 1, end, inner)
            yield from self._items(template, items, index + 1, at, values)
        else:
            for end, target in self._slot(template, item, at):
                known = dict(values)
                if item.role in known:
                    if known[item.role] == target:
                        yield from self._items(template, items, index + 1, end, values)
                else:
                    yield from self._items(template, items, index + 1, end, (*values, (item.role, target)))

    def _slot(self, template: Template, slot: Slot, at: int) -> Iterator[tuple[int, Description | str]]:
        if slot.kind == "clause":
            yield from self._clauses(at)
        elif slot.kind == "verb":
            yield from self._word(template.frame, at)
        elif slot.kind == "kin":
            yield from self._word("kinship", at)
        elif slot.kind == "property":
            start = self._after_article(at) if slot.form == "a" else at
            yield from ((end, (name, ())) for end, name in self._word("property", start))
        elif slot.kind == "class":
            start = at if slot.form else self._after_article(at)
            yield from ((end, (name, ())) for end, name in self._word("professions", start))
        elif slot.kind == "place":
            yield from self.phrases.read_place(self.text, at)
        elif slot.kind == "time":
            yield from self.phrases.read_time(self.text, at)
        elif slot.kind == "number":
            yield from self.phrases.read_number(self.text, at)
        elif slot.kind == "sum":
            yield from self._sum(at)
        elif slot.kind == "value":
            yield from self._value(at)
        else:
            yield from self.phrases.read_noun_phrase(self.text, at, slot.form or "nom")

    def _after_article(self, at: int) -> int:
        for article in ("an ", "a "):
            if self.language == "en" and starts(self.text, article, at):
                return at + len(article)
        return at

    def _word(self, kind: str, at: int) -> Iterator[tuple[int, str]]:
        for form, name in _forms(self.language, kind).get(self.text[at : at + 1].lower(), ()):
            end = at + len(form)
            if starts(self.text, form, at) and not _LETTER.match(self.text, end):
                yield end, name

    def _sum(self, at: int) -> Iterator[tuple[int, Description]]:
        for first, left in self.phrases.read_number(self.text, at):
            for name in SUMS:
                concept = load_lexicon()[name]
                word = f" {concept.en[0] if self.language == 'en' else concept.ru} "
                if starts(self.text, word, first):
                    for end, right in self.phrases.read_number(self.text, first + len(word)):
                        yield end, describe(name, [(":op1", left), (":op2", right)])

    def _value(self, at: int) -> Iterator[tuple[int, Description | str]]:
        for name in TRUTHS:
            concept = load_lexicon()[name]
            word = concept.en[0] if self.language == "en" else concept.ru
            if starts(self.text, word, at):
                yield at + len(word), (name, ())
        yield from self.phrases.read_noun_phrase(self.text, at, "nom")
        yield from self.phrases.read_place(self.text, at)
        yield from self.phrases.read_time(self.text, at)


def recognise(text: str, style: str, language: str, spellings: Spellings = LETTERS) -> Scene:
    """
    Return the scene that *text* says in *style*.

    Law: `recognise(t, style, language) == s` for every `t` of `realise(s, style, language)`.

    Raises:
        SurfaceError: if the style has no such text, with the place up to which it could be read
    """
    reader = Recogniser(text, style, language, spellings)
    found: dict[bytes, Scene] = {}
    for description in dict.fromkeys(reader.scenes()):
        try:
            scene = to_scene(description)
            if any(text == said for said in realise(scene, style, language, spellings=spellings)):
                found[scene.digest] = scene
        except SurfaceError:
            continue  # a reading that the style would not say is no reading
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise SurfaceError(f"the text means {len(found)} things: " + " or ".join(map(str, found.values())))
    read, rest = text[: reader.furthest], text[reader.furthest :]
    raise SurfaceError(
        f"not a text of '{style}' in '{language}': after {read[-40:]!r} cannot read {rest[:40]!r}"
    )

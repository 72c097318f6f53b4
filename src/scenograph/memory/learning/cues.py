"""
Cues made of scenes: parts, questions and texts by which a memory should find again what they were made of.

    >>> scene = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
    >>> print(subjects_hidden(scene).format(indent=None))
    (x / ?subject :agent (p / person :name "Oleg") :object (b / bridge))
    >>> print(objects_hidden(scene, random.Random(1)).format(indent=None))
    (b / build :agent ?x0 :object ?x1)

They are what the weights of recall are learned from (`scenograph.memory.learning.weights`) and what it is
measured by (`bench/memory.py`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from scenograph.core.links import Link, is_literal, quote, unquote
from scenograph.core.scene import Scene
from scenograph.memory.symbols import is_open
from scenograph.morphology.lemmas import STOP_WORDS, WORD, lemma, words
from scenograph.morphology.russian import analyzer

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LETTERS = {True: "абвгдежзиклмнопрстуфхцчшыья", False: "abcdefghijklmnoprstuvwyz"}
_ENGLISH_ENDINGS = ("s", "es", "ed", "ing", "er", "ian")


def objects_hidden(scene: Scene, rng: random.Random) -> Scene:
    """*scene* with the targets of half of its links made unknown, and without what hangs on them alone."""
    hidden = rng.sample(scene.links, (len(scene.links) + 1) // 2)
    unknown = [Link(link.source, link.role, f"?x{number}") for number, link in enumerate(hidden)]
    kept = list(scene.links)
    for link in hidden:
        kept.remove(link)
    return _largest_part(scene.concepts, [*kept, *unknown])


def subjects_hidden(scene: Scene, rng: random.Random | None = None) -> Scene:
    """*scene* with its root made unknown."""
    del rng
    return Scene.build(["?subject", *scene.concepts[1:]], scene.links)


def links_dropped(scene: Scene, rng: random.Random) -> Scene:
    """*scene* without half of its links, and without what hung on them alone."""
    return _largest_part(scene.concepts, rng.sample(scene.links, (len(scene.links) + 1) // 2))


def damaged(scene: Scene, rng: random.Random) -> Scene:
    """*scene* with one word of each concept and constant misspelt, inflected or abbreviated."""
    changed: dict[str, str] = {}

    def change(literal: str) -> str:
        if literal not in changed:
            changed[literal] = literal if is_open(literal) else _damaged_literal(literal, rng)
        return changed[literal]

    links = [
        (source, role, change(target) if isinstance(target, str) else target)
        for source, role, target in scene.links
    ]
    return Scene.build(map(change, scene.concepts), links)


def some_words(text: str, rng: random.Random) -> str:
    """Half of the telling words of *text*, one of them misspelt, in another order."""
    telling = [word for word in dict.fromkeys(words(text)) if lemma(word) not in STOP_WORDS]
    kept = rng.sample(telling, (len(telling) + 1) // 2)
    if kept:
        place = rng.randrange(len(kept))
        kept[place] = damaged_word(kept[place], rng)
    return " ".join(kept)


def damaged_word(word: str, rng: random.Random) -> str:
    """*word* misspelt, inflected or abbreviated; never as it was."""
    ways = [_misspelt, _inflected, _abbreviated] if word.isalpha() and len(word) > 3 else [_misspelt]
    changed = rng.choice(ways)(word, rng)
    return changed if changed != word else _misspelt(word, rng)


def _damaged_literal(literal: str, rng: random.Random) -> str:
    text = unquote(literal)
    found = list(WORD.finditer(text))
    if not found:
        return literal
    word = rng.choice([one for one in found if len(one[0]) > 2] or found)
    changed = text[: word.start()] + damaged_word(word[0], rng) + text[word.end() :]
    return changed if is_literal(changed) and not literal.startswith('"') else quote(changed)


def _misspelt(word: str, rng: random.Random) -> str:
    """One letter replaced, left out, doubled, or swapped with the next."""
    letters = "0123456789" if word.isdigit() else _LETTERS[_CYRILLIC.search(word) is not None]
    at = rng.randrange(len(word))
    ways = [
        word[:at] + rng.choice([letter for letter in letters if letter != word[at].lower()]) + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    ]
    if len(word) > 2:
        ways.append(word[:at] + word[at + 1 :])
        ways.append(word[: at and at - 1] + word[at and at - 1 : at + 1][::-1] + word[at + 1 :])
    changed = rng.choice(ways)
    return changed if changed != word else ways[0]


def _abbreviated(word: str, rng: random.Random) -> str:
    """The beginning of a word, at least three letters of it."""
    return word[: rng.randint(3, max(3, len(word) // 2 + 1))]


def _inflected(word: str, rng: random.Random) -> str:
    """Another form of a Russian word, or an English word with an ending."""
    if _CYRILLIC.search(word) is None:
        return word + rng.choice(_ENGLISH_ENDINGS)
    forms = {form.word for form in analyzer().parse(word)[0].lexeme} - {word.lower()}
    if not forms:
        return word
    form = rng.choice(sorted(forms))
    return form.capitalize() if word[0].isupper() else form


def _largest_part(concepts: Sequence[str], links: Sequence[Link]) -> Scene:
    """The largest connected part of what is left, rooted where it can be."""
    near: dict[int, set[int]] = {node: set() for node in range(len(concepts))}
    for source, _, target in links:
        if isinstance(target, int):
            near[source].add(target)
            near[target].add(source)
    parts: list[list[int]] = []
    rest = set(near)
    while rest:
        part = [min(rest)]
        rest.discard(part[0])
        for node in part:
            part += sorted(near[node] & rest)
            rest -= near[node]
        parts.append(part)
    part = max(parts, key=lambda nodes: (sum(link.source in nodes for link in links), -nodes[0]))
    number = {node: place for place, node in enumerate(part)}
    return Scene.build(
        [concepts[node] for node in part],
        [
            Link(number[source], role, number[target] if isinstance(target, int) else target)
            for source, role, target in links
            if source in number
        ],
    )

"""
Cues made of scenes: parts, questions and texts by which a memory should find again what they were made of.

    >>> scene = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
    >>> print(subjects_hidden(scene).format(indent=None))
    (x / ?subject :agent (p / person :name "Oleg") :object (b / bridge))
    >>> print(objects_hidden(scene, random.Random(1)).format(indent=None))
    (b / build :agent ?x0 :object ?x1)

The weights of recall are learned from them (`scenograph.memory.learning.weights`), and recall is measured by
them (`bench/memory.py`).

Some cues are answered by two crystals together that share a rare name. The cue has a rare name of the first
crystal and a few words of both that many crystals use, as the relations in a question are. The shared name is
left out, as in a question that names one end of a chain and asks about the other:

    Ceelmakoile is a town in Somalia. + Hassan leads Somalia.  →  "ceelmakoile town leads"
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scenograph.core.links import Link, is_literal, quote, unquote
from scenograph.core.scene import Scene
from scenograph.memory.index.features import name, numbers, said, word
from scenograph.memory.recall.associations import SharedNames, joined_by, names_of
from scenograph.memory.recall.searched import Searched
from scenograph.memory.recall.wording import telling
from scenograph.memory.symbols import is_open
from scenograph.morphology.lemmas import STOP_WORDS, lemma, word_pattern, words
from scenograph.morphology.russian import analyzer

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LETTERS = {True: "абвгдежзиклмнопрстуфхцчшыья", False: "abcdefghijklmnoprstuvwyz"}
_ENGLISH_ENDINGS = ("s", "es", "ed", "ing", "er", "ian")


def objects_hidden(scene: Scene, rng: random.Random) -> Scene:
    """*scene* with unknowns for the targets of half of its links, and without what only these led to."""
    hidden = rng.sample(scene.links, (len(scene.links) + 1) // 2)
    unknown = [Link(link.source, link.role, f"?x{number}") for number, link in enumerate(hidden)]
    kept = list(scene.links)
    for link in hidden:
        kept.remove(link)
    return _largest_part(scene.concepts, [*kept, *unknown])


def subjects_hidden(scene: Scene, rng: random.Random | None = None) -> Scene:
    """*scene* with an unknown for its root."""
    del rng
    return Scene.build(["?subject", *scene.concepts[1:]], scene.links)


def links_dropped(scene: Scene, rng: random.Random) -> Scene:
    """*scene* without half of its links, and without what only these led to."""
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
    """Half of the content words of *text*, one of them misspelt, in another order."""
    content = [word for word in dict.fromkeys(words(text)) if lemma(word) not in STOP_WORDS]
    chosen = rng.sample(content, (len(content) + 1) // 2)
    if chosen:
        place = rng.randrange(len(chosen))
        chosen[place] = damaged_word(chosen[place], rng)
    return " ".join(chosen)


def damaged_word(word: str, rng: random.Random) -> str:
    """*word* misspelt, inflected or abbreviated; never as it was."""
    ways = [_misspelt, _inflected, _abbreviated] if word.isalpha() and len(word) > 3 else [_misspelt]
    changed = rng.choice(ways)(word, rng)
    return changed if changed != word else _misspelt(word, rng)


def _damaged_literal(literal: str, rng: random.Random) -> str:
    text = unquote(literal)
    found = list(word_pattern(text).finditer(text))
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
        swapped = max(at - 1, 0)
        ways += [word[:at] + word[at + 1 :], word[:swapped] + word[swapped : at + 1][::-1] + word[at + 1 :]]
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
    stay = [
        Link(number[source], role, number[target] if isinstance(target, int) else target)
        for source, role, target in links
        if source in number
    ]
    return Scene.build([concepts[node] for node in part], stay)


_WORDS = 2  # words of each crystal, at most: a question names a relation by a word or two
_USED = 0.01  # share of crystals that use a word for a relation, at least
_TELLING = 5  # crystals that use the name that is given, at most
_BRIDGE = 20  # crystals that use the name that is left out, at most


class ChainCue(NamedTuple):
    """
    A text, and the two crystals that answer it together.

    Attributes:
        text: some words of both, in no order
        first: the crystal that the text names
        second: the one that is found through the first
    """

    text: str
    first: int
    second: int


def chain_cue(searched: Searched, first: int, rng: random.Random) -> ChainCue | None:
    """A cue that begins with the crystal *first*; None if it shares no rare name, or has none of its own."""
    found = SharedNames(searched.postings, searched.admits).reach(np.array([first], np.int64))
    scene = searched.crystals.scenes([first])[first]
    joining = joined_by(scene)
    own = names_of(scene)
    uses = dict(zip(own, searched.postings.uses(numbers([*map(name, own)])).tolist(), strict=True))
    ends = [
        (second, bridge)
        for second, through in zip(found.crystal.tolist(), found.through.tolist(), strict=True)
        if uses[bridge := joining[through]] <= _BRIDGE
    ]
    if not ends:
        return None
    second, bridge = rng.choice(sorted(ends))
    others = set(names_of(searched.crystals.scenes([second])[second]))
    hidden = set(telling(bridge))
    rare = [one for one in own if uses[one] <= _TELLING and one not in others]
    given = [one for one in rare if not hidden & set(telling(one))]
    if not given:
        return None
    texts = searched.crystals.sources.texts([first, second], damaged="pass")
    words: list[str] = []
    for crystal, scene in searched.crystals.scenes([first, second]).items():
        spoken = said(scene, [text for _, text in texts.get(crystal, ())])
        words += _relations(spoken, hidden, searched, rng)
    return ChainCue(" ".join([rng.choice(given), *words]), first, second)


def _relations(said: list[str], hidden: set[str], searched: Searched, rng: random.Random) -> list[str]:
    """Some of the words *said* that many crystals use."""
    distinct = sorted(set(telling(" ".join(said))) - hidden)
    uses = searched.postings.uses(numbers([*map(word, distinct)])).tolist()
    least = max(2, _USED * len(searched.postings))
    common = [one for one, used in zip(distinct, uses, strict=True) if used >= least]
    return rng.sample(common, min(rng.randint(1, _WORDS), len(common)))

"""
Sentences that the realiser says, with their trees: text for the reader to learn from how scenes are spoken.

    python recipes/said.py --data UD --run RUN --treebanks en_ewt en_gum en_atis ru_taiga ru_poetry --out SAID
    python recipes/reader.py train --data UD --run NEW --start RUN --labelled SAID/*.conllu …

Each gold tree gives a scene, the realiser says it, plainly and in some other wordings, and the reader of RUN
reads the texts. Most words of a text stand in the gold tree too. So their links, lemmas and roles are known,
and the reader finds what is between them: articles, prepositions, commas. The scene is the judge: a tree is
kept if its scene is the one that was said, or nearly (`--least`). RUN must not have seen a treebank that NEW
is measured on.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from reader import TRAINED_ON, WEIGHTS, treebank

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.files import draft
from scenograph.readers import conllu
from scenograph.readers.convert import convert
from scenograph.readers.parser import KnownLinks, Parser
from scenograph.readers.score import link_score
from scenograph.readers.sentence import Sentence, Word
from scenograph.realiser import say
from scenograph.realiser.wording import PLAIN

Twins: TypeAlias = dict[int, Word]
"""Number of a word of the said text → the word of the gold tree that it stands for."""

_ADDED = frozenset(["punct", "det", "aux", "cop", "mark", "cc"])
"""Relations of words that the realiser chooses itself: their gold links are not those of the text."""
_LONGEST = 60  # words of a text that is said


class Said(NamedTuple):
    """A gold tree, its scene, and the text that the realiser says."""

    gold: Sentence
    scene: Scene
    text: str


def spoken(sentences: Sequence[Sentence], language: str, longest: int, wordings: int) -> list[Said]:
    """Say the scene of each sentence of up to *longest* words in up to *wordings* ways, plainly first."""
    chance = random.Random(0)
    found: list[Said] = []
    for sentence in sentences:
        if len(sentence.words) > longest:
            continue
        scene = convert(sentence).scene
        others = list(PLAIN.others())
        chance.shuffle(others)
        texts: dict[str, None] = {}
        for wording in (PLAIN, *others):
            if len(texts) < wordings:
                try:
                    texts[say(scene, language, wording)] = None
                except SurfaceError:
                    break
        found += [Said(sentence, scene, text) for text in texts]
    return found


def twins(gold: Sentence, said: Sentence) -> Twins:
    """
    Find the words of both trees: by form, then by lemma, then by how they begin.

    Words that are the same occur as often in one tree as in the other.
    """
    found: Twins = {}

    def pair(key: Callable[[Word], str]) -> None:
        taken = {word.id for word in found.values()}
        sides: tuple[dict[str, list[Word]], ...] = (defaultdict(list), defaultdict(list))
        for side, words, done in ((0, gold.words, taken), (1, said.words, found)):
            for word in words:
                if word.upos != "PUNCT" and word.id not in done:
                    sides[side][key(word)].append(word)
        for name, mine in sides[1].items():
            theirs = sides[0].get(name, [])
            if len(mine) == len(theirs):
                found.update((word.id, twin) for word, twin in zip(mine, theirs, strict=True))

    pair(lambda word: _plain(word.form))
    pair(lambda word: _plain(word.lemma))
    pair(lambda word: _plain(word.lemma)[:5])
    return found


def known_links(pairs: Twins) -> KnownLinks:
    """Return the links of the gold tree whose ends are both said."""
    places = {twin.id: number for number, twin in pairs.items()} | {0: 0}
    return {
        number: (places[twin.head], twin.deprel)
        for number, twin in pairs.items()
        if twin.head in places and twin.deprel.partition(":")[0] not in _ADDED
    }


def tagged(tree: Sentence, pairs: Twins, has_roles: bool) -> Sentence:
    """Give words of *tree* part of speech, lemma and roles of their twins; features too if the form is so."""
    places = {twin.id: number for number, twin in pairs.items()}
    words: list[Word] = []
    for word in tree.words:
        twin = pairs.get(word.id)
        roles = word.arguments
        is_predicate = word.roleset is not None
        if twin:
            is_same = _plain(twin.form) == _plain(word.form)
            word = word._replace(
                lemma=twin.lemma, upos=twin.upos, feats=twin.feats if is_same else word.feats
            )
            is_predicate = twin.roleset is not None
            told = [(places[number], role) for number, role in twin.arguments if number in places]
            roles = (*told, *(link for link in roles if link[0] not in pairs))
        misc = [] if word.space_after else ["SpaceAfter=No"]
        if has_roles and is_predicate:
            misc.append("Roleset=_")
        if has_roles and roles:
            misc.append("Args=" + ",".join(f"{number}:{role}" for number, role in sorted(roles)))
        words.append(word._replace(misc="|".join(misc) or "_"))
    return Sentence(tuple(words), tree.text, comments=(f"# text = {tree.text}",))


def best(said: Said, trees: Sequence[Sentence]) -> tuple[Sentence, float]:
    """Return the tree whose scene agrees best with the one that was said, and their link F1."""
    scored = [link_score([(said.scene, convert(tree).scene)]).f1 for tree in trees]
    place = max(range(len(trees)), key=lambda number: scored[number])
    return trees[place], scored[place]


def trees_of(
    parser: Parser, rows: Sequence[Said], language: str, has_roles: bool
) -> list[tuple[Sentence, float]]:
    """Return the best tree of each text, with the link F1 of its scene."""
    texts = [said.text for said in rows]
    free = [parsed.sentence for parsed in parser.parse(texts, language)]
    pairs = [twins(said.gold, tree) for said, tree in zip(rows, free, strict=True)]
    bound = parser.parse(texts, language, known=[known_links(own) for own in pairs])
    return [
        best(
            said,
            [tagged(led.sentence, own, has_roles), tagged(tree, own, has_roles), tagged(tree, {}, has_roles)],
        )
        for said, tree, led, own in zip(rows, free, bound, pairs, strict=True)
    ]


def _plain(text: str) -> str:
    return text.lower().replace("ё", "е")


def main() -> None:
    """Write a file for each treebank."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True, help="the folder of treebanks")
    options.add_argument("--run", type=Path, required=True, help="a run whose reader reads what is said")
    options.add_argument("--treebanks", nargs="+", choices=TRAINED_ON, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--longest", type=int, default=25, help="words of the longest sentence")
    options.add_argument("--wordings", type=int, default=2, help="texts of a scene")
    options.add_argument("--least", type=float, default=0.9, help="link F1 of a tree that is kept")
    given = options.parse_args()
    parser = Parser.open(given.run / WEIGHTS)
    given.out.mkdir(parents=True, exist_ok=True)
    for name in given.treebanks:
        began = time.time()
        sentences = treebank(given.data, name, TRAINED_ON[name])
        has_roles = any(word.roleset for sentence in sentences for word in sentence.words)
        rows = [
            said
            for said in spoken(sentences, name[:2], given.longest, given.wordings)
            if 0 < len(parser.words(said.text, name[:2])) <= _LONGEST
        ]
        kept = [tree for tree, share in trees_of(parser, rows, name[:2], has_roles) if share >= given.least]
        with draft(given.out / f"{name}.conllu") as unfinished, unfinished.open("w", encoding="utf-8") as out:
            out.writelines(map(conllu.format, kept))
        print(
            f"{name}: {len(sentences)} trees, {len(rows)} said, {len(kept)} kept, {time.time() - began:.0f} s"
        )


if __name__ == "__main__":
    main()

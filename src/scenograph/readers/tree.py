"""
The tree of a sentence, with what the converter asks it: the children of a word, its bare relation, its kind.

Words are named by their numbers, from 1, as in CoNLL-U; 0 stands above the root.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from scenograph.readers import conventions
from scenograph.readers.conllu import check_tree
from scenograph.readers.roles import RELATIVE, UNKNOWNS
from scenograph.readers.sentence import Sentence, Word

CONTENT: Final = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "SYM", "X"})
"""Parts of speech whose words every scene names."""

CLAUSE: Final = frozenset(
    {"nsubj", "csubj", "obj", "iobj", "obl", "ccomp", "xcomp", "advcl", "advmod", "parataxis", "discourse",
     "vocative", "dislocated", "orphan", "list", "cc"}
)  # fmt: skip
"""Relations of what belongs to a clause, not to the noun that may be its predicate."""


@final
class Tree:
    """
    The tree of *sentence*.

    Attributes:
        words: the words; number n is `words[n - 1]`; see `scenograph.readers.conventions`
        heads: the head of each number; `heads[0]` is unused
        kids: the numbers of the children of each number, in text order
        rel: the relation of each number without its subtype
        arguments: PropBank's arguments of each predicate, as (word, role)
        lemmas: the lemma of each number; the form in lower case where the treebank gives none
        russian: whether the sentence is written in Cyrillic
    """

    __slots__ = ("arguments", "heads", "kids", "lemmas", "rel", "root", "russian", "sentence", "words")

    def __init__(self, sentence: Sentence) -> None:
        check_tree(sentence.words)
        self.sentence = sentence
        cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in sentence.text)
        latin = sum("a" <= letter <= "z" for letter in sentence.text.lower())
        self.russian = cyrillic > latin
        self.words: tuple[Word, ...] = (conventions.russian if self.russian else conventions.english)(
            sentence.words
        )
        count = len(self.words)
        self.heads: list[int] = [0] * (count + 1)
        self.kids: list[list[int]] = [[] for _ in range(count + 1)]
        self.rel: list[str] = ["root"] * (count + 1)
        self.lemmas: list[str] = [""] * (count + 1)
        for number, word in enumerate(self.words, start=1):
            self.heads[number] = word.head
            self.kids[word.head].append(number)
            self.rel[number] = word.deprel.partition(":")[0]
            lemma = word.form.lower() if word.lemma == "_" and word.form != "_" else word.lemma
            # Treebanks and dictionaries do not agree on ё; a name stays as it is.
            self.lemmas[number] = lemma if word.upos == "PROPN" else lemma.replace("ё", "е")
        self.arguments: dict[int, list[tuple[int, str]]] = {}
        for word in self.words:
            for predicate, label in word.arguments:
                self.arguments.setdefault(predicate, []).append((word.id, label))
        self.root = self.kids[0][0]

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, len(self.words) + 1))

    def word(self, number: int) -> Word:
        """Return the word *number*."""
        return self.words[number - 1]

    def feature(self, number: int, name: str) -> str:
        """Return a morphological feature of a word, '' if it has none of this name."""
        return self.words[number - 1].features.get(name, "")

    def subtype(self, number: int) -> str:
        """Return what follows the colon in the relation of a word: `pass` of `nsubj:pass`."""
        return self.words[number - 1].deprel.partition(":")[2]

    def of(self, number: int, *relations: str) -> list[int]:
        """Return the children of a word by one of *relations*, given without subtypes."""
        rel = self.rel
        return [kid for kid in self.kids[number] if rel[kid] in relations]

    def is_verb(self, number: int) -> bool:
        """Whether a word is a verb, or an auxiliary that stands alone as one."""
        upos = self.words[number - 1].upos
        return upos == "VERB" or (upos == "AUX" and self.rel[number] not in ("aux", "cop"))

    def is_denial(self, number: int) -> bool:
        """Whether a word says that something is not there: «Молока нет»."""
        return self.words[number - 1].upos == "VERB" and self.lemmas[number].lower() == "нет"

    def is_passive(self, number: int) -> bool:
        """Whether a verb is in the passive voice."""
        if self.feature(number, "Voice") == "Pass":
            return True
        return any(self.subtype(kid) == "pass" and self.rel[kid] in _PASSIVE for kid in self.kids[number])

    def is_question_word(self, number: int) -> bool:
        """Whether a word can ask: who, what, где …"""
        word = self.words[number - 1]
        if self.lemmas[number].lower() not in UNKNOWNS or word.upos not in _ASKING:
            return False
        kinds = set(word.features.get("PronType", "").split(","))
        if self.lemmas[number].lower() in _ALWAYS_ASKING:
            kinds -= _TAKEN_FOR
        return _NOT_ASKING.isdisjoint(kinds) or "Int" in kinds or "Rel" in kinds

    def is_relative(self, number: int) -> bool:
        """Whether a word can stand for what a relative clause describes: who, which, который …"""
        word = self.words[number - 1]
        lemma = self.lemmas[number].lower()
        if lemma == "that" and word.upos == "DET":
            return False
        return lemma in RELATIVE and word.upos in _RELATING


_PASSIVE: Final = frozenset({"nsubj", "csubj", "aux"})
_RELATING: Final = frozenset({"PRON", "ADV", "DET", "ADJ", "SCONJ", "ADP"})
_NOT_ASKING: Final = frozenset({"Ind", "Neg", "Dem", "Prs", "Art"})
_ALWAYS_ASKING: Final = frozenset({"какой", "который", "каков", "чей"})
_TAKEN_FOR: Final = frozenset({"Dem", "Prs", "Art"})
"""Kinds of pronouns that these never are: «какого» is not «такого»."""
_ASKING: Final = frozenset({"PRON", "ADV", "DET", "ADJ", "SCONJ", "NUM"})

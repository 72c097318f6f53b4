"""
A sentence with its tree: words with their heads, as CoNLL-U has them, and where they stand in the text.

Columns stay as a file has them, so that a sentence can be written back exactly (`scenograph.readers.conllu`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, final

_EMPTY: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=1 << 13)
def pairs(column: str) -> Mapping[str, str]:
    """Return what a column such as `Number=Sing|Person=3` says; a part without `=` has the value ''."""
    if column == "_":
        return _EMPTY
    split = (part.partition("=") for part in column.split("|"))
    return MappingProxyType({name: value for name, _, value in split})


@lru_cache(maxsize=1 << 13)
def _arguments(column: str) -> tuple[tuple[int, str], ...]:
    """Return the pairs of an `Args` value: `5:ARG0,9:ARGM-TMP` → ((5, 'ARG0'), (9, 'ARGM-TMP'))."""
    found: list[tuple[int, str]] = []
    for part in column.split(","):
        number, _, role = part.partition(":")
        if not (number.isascii() and number.isdigit() and role):
            raise ValueError(part)
        found.append((int(number), role))
    return tuple(found)


class Word(NamedTuple):
    """
    One word of a sentence: a node of its tree.

    Attributes:
        id: its number, from 1
        form: as written
        lemma: its dictionary form; `_` if the file does not say
        upos: universal part of speech
        xpos: part of speech of the treebank; `_` if the file does not say
        feats: morphological features as written, `Number=Sing|Person=3` or `_`; see `features`
        head: number of the word that it depends on; 0 for the root
        deprel: its relation to *head*
        deps: the column of enhanced dependencies, as written
        misc: the last column as written; see `notes`
        start, end: offsets in the text of the sentence; `text[start:end]` is the form. A word inside a
            multiword token that does not spell its words (French «au» = à + le) has the offsets of the token
    """

    id: int
    form: str
    lemma: str
    upos: str
    xpos: str = "_"
    feats: str = "_"
    head: int = 0
    deprel: str = "root"
    deps: str = "_"
    misc: str = "_"
    start: int = 0
    end: int = 0

    @property
    def features(self) -> Mapping[str, str]:
        """Morphological features: `{"Number": "Sing"}`."""
        return pairs(self.feats)

    @property
    def notes(self) -> Mapping[str, str]:
        """What the last column says: `{"SpaceAfter": "No"}`."""
        return pairs(self.misc)

    @property
    def space_after(self) -> bool:
        """Whether a blank follows the word in the text."""
        return self.notes.get("SpaceAfter") != "No"

    @property
    def roleset(self) -> str | None:
        """PropBank's roleset of this word, such as `give.01`; None if it is marked as no predicate."""
        return self.notes.get("Roleset")

    @property
    def arguments(self) -> tuple[tuple[int, str], ...]:
        """
        PropBank's roles of this word as (predicate's number, role).

        `Args=5:ARG0,9:ARGM-TMP` says that it heads the agent of word 5 and a time of word 9.
        """
        value = self.notes.get("Args")
        return _arguments(value) if value else ()


class Token(NamedTuple):
    """
    A multiword token: written as one, and several words in the tree, as «don't» is do + n't.

    Attributes:
        first, last: numbers of its words
        form: as written
        misc: the last column, as written
        columns: the other columns, as written: almost always `_`
    """

    first: int
    last: int
    form: str
    misc: str = "_"
    columns: tuple[str, ...] = ("_",) * 7


class EmptyNode(NamedTuple):
    """
    A node of the enhanced graph that no word of the text stands for.

    Attributes:
        after: number of the word before it; 0 at the start of the sentence
        number: 1 for the first empty node after that word
        columns: all columns but the first, as written
    """

    after: int
    number: int
    columns: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class Sentence:
    """
    One sentence with its tree.

    Attributes:
        words: the words; `words[i].id == i + 1`
        text: the sentence as written, in which `Word.start` counts
        tokens: multiword tokens
        empty: empty nodes
        comments: the lines before the first word, each with its `#`
    """

    words: tuple[Word, ...]
    text: str
    tokens: tuple[Token, ...] = ()
    empty: tuple[EmptyNode, ...] = ()
    comments: tuple[str, ...] = ()

    def comment(self, name: str) -> str | None:
        """Return what the comment `# name = …` says, '' for a bare `# name`; None if there is none."""
        for line in self.comments:
            key, _, value = line[1:].partition("=")
            if key.strip() == name:
                return value.strip()
        return None

    @property
    def sent_id(self) -> str | None:
        """The name of the sentence in its treebank, if it has one."""
        return self.comment("sent_id")

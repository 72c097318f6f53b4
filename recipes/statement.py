"""The main clause of a statement, cut into pieces of which questions are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from scenograph.readers.batches import SURE
from scenograph.readers.sentence import Sentence, Word

_LEAST_SURE: Final = 0.9
LONGEST_PART: Final = 5  # words of an argument
_KEPT: Final = frozenset({"nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent", "advmod", "aux", "xcomp"})


class Piece(NamedTuple):
    """A word of a question: what it hangs on is the number of another one in `key`; 0 for the root."""

    key: int
    word: Word
    head: int
    deprel: str


class Clause:
    """The main clause of a statement, as far as questions are made of it."""

    def __init__(self, sentence: Sentence, verb: Word) -> None:
        self.words = sentence.words
        self.verb = verb
        self._next = len(self.words)
        self.parts = [word for word in self.below(verb) if word.deprel in _KEPT and self._is_plain(word)]
        self.subject = next((word for word in self.parts if word.deprel.startswith("nsubj")), None)

    def below(self, word: Word) -> list[Word]:
        """Return the words that hang on *word*."""
        return [other for other in self.words if other.head == word.id]

    def phrase(self, word: Word) -> list[Word]:
        """Return *word* and all that hangs on it, as they stand."""
        found = [word]
        for one in found:
            found += self.below(one)
        return sorted(found, key=lambda it: it.id)

    def _is_plain(self, word: Word) -> bool:
        """Whether the phrase of *word* is short, unbroken, sure, and asks for nothing itself."""
        phrase = self.phrase(word)
        return (
            len(phrase) <= LONGEST_PART
            and phrase[-1].id - phrase[0].id == len(phrase) - 1
            and all(is_sure(it) for it in phrase)
            and not any(it.upos == "PUNCT" or it.deprel in ("conj", "cc") for it in phrase)
            and not any(it.features.get("PronType") in ("Rel", "Int", "Exc") for it in phrase)
            and not any(it.form.lower() in ("ли", "же", "бы", "б") for it in phrase)
        )

    def pieces(self, words: Sequence[Word], head: int | None = None, deprel: str = "") -> list[Piece]:
        """Return *words* as pieces; the first that hangs on none of them hangs on *head* by *deprel*."""
        inside = {word.id for word in words}
        return [
            Piece(word.id, word, word.head, word.deprel)
            if word.head in inside or head is None
            else Piece(word.id, word, head, deprel)
            for word in words
        ]

    def new(self, form: str, lemma: str, upos: str, feats: str, head: int, deprel: str) -> Piece:
        """Return a new word."""
        self._next += 1
        return Piece(self._next, Word(self._next, form, lemma, upos, feats=feats), head, deprel)


def is_sure(word: Word) -> bool:
    return float(word.notes.get(SURE, 1)) >= _LEAST_SURE


def sentence_of(pieces: Sequence[Piece]) -> Sentence:
    """Return the question that *pieces* make."""
    number = {piece.key: place for place, piece in enumerate(pieces, start=1)}
    root = next(piece.key for piece in pieces if piece.head == 0)
    words: list[Word] = []
    text = ""
    for place, piece in enumerate(pieces, start=1):
        form = piece.word.form
        if place == 1:
            form = form[:1].upper() + form[1:]
        elif piece.word.upos not in ("PROPN", "X") and (len(form) == 1 or not form.isupper()):
            form = form[:1].lower() + form[1:]
        text += (" " if text else "") + form
        misc = "SpaceAfter=No" if place == len(pieces) else "_"
        word = piece.word._replace(
            id=place, form=form, head=number.get(piece.head, 0), deprel=piece.deprel, deps="_", misc=misc,
            start=len(text) - len(form), end=len(text),
        )  # fmt: skip
        words.append(word)
    mark = Word(
        len(words) + 1,
        "?",
        "?",
        "PUNCT",
        head=number[root],
        deprel="punct",
        start=len(text),
        end=len(text) + 1,
    )
    text += "?"
    return Sentence((*words, mark), text, comments=(f"# text = {text}",))

"""Clauses cut from the trees of longer sentences, and those that a sentence leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from scenograph.morphology import english_words
from scenograph.readers.sentence import Sentence, Word

_LONGEST: Final = 12  # words of a clause
_VERB_NEEDS: Final = frozenset(
    {"aux", "aux:pass", "compound:prt", "iobj", "nsubj", "nsubj:pass", "obj", "obl:agent"}
)
_NOUN_NEEDS: Final = frozenset(
    {"amod", "case", "compound", "det", "fixed", "flat", "goeswith", "nmod:poss", "nmod:unmarked", "nummod"}
)
"""Of a phrase, with all their subtypes."""
_BREAKS: Final = frozenset(
    {"ccomp", "xcomp", "csubj", "csubj:pass", "csubj:outer", "expl", "cop", "obl:npmod"}
)
"""A verb with such a word says something else without it."""
_ASKS: Final = frozenset({"Int", "Rel", "Exc"})
_NOUNS: Final = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
ACTS: Final = "ARG0"
PRESENT: Final = "Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin"
ANYBODY: Final = Word(-1, "Somebody", "somebody", "PRON", "NN", "Number=Sing", deprel="nsubj")
"""The subject of a clause that has none, until a name replaces it."""


class Clause(NamedTuple):
    """
    A clause of a gold tree.

    Attributes:
        words: those that stay, with the numbers that they have in the whole
        verb: the verb, which becomes the root
        subject: its subject
        phrase: what stays beside subject and objects, `obl` or `nmod`; None: nothing
        glued: numbers of words that no blank follows
    """

    words: tuple[Word, ...]
    verb: Word
    subject: Word
    phrase: Word | None
    glued: frozenset[int]

    def below(self, word: Word) -> list[Word]:
        """Return the words that hang on *word*."""
        return [it for it in self.words if it.head == word.id]

    def part(self, word: Word) -> list[Word]:
        """Return *word* and all below it, as they stand."""
        return sorted(below(self.words, word), key=lambda it: it.id)


def cuts(sentence: Sentence) -> Iterator[Clause]:
    """Yield each clause of *sentence*: bare, and with each phrase of its verb and of its object."""
    words = sentence.words
    glued = frozenset(it.id for it, after in pairwise(words) if it.end == after.start)
    for verb in words:
        own = [it for it in words if it.head == verb.id]
        subject = next((it for it in own if it.deprel in ("nsubj", "nsubj:pass")), None)
        if subject is None or not _is_statement(verb, subject, own):
            continue
        kept = {verb.id}
        for word in own:
            if word.deprel in _VERB_NEEDS or word.features.get("Polarity") == "Neg":
                kept |= _short(words, word)
        phrases = [it for it in own if it.deprel == "obl"]
        for thing in own:
            if thing.deprel == "obj":
                phrases += [it for it in words if it.head == thing.id and it.deprel == "nmod"]
        for phrase in (None, *phrases):
            if phrase and not (preposition_of(words, phrase) and phrase.upos in _NOUNS):
                continue
            numbers = kept | _short(words, phrase) if phrase else kept
            stay = tuple(it for it in words if it.id in numbers)
            if 1 < len(stay) <= _LONGEST and not any(it.features.get("PronType") in _ASKS for it in stay):
                yield Clause(stay, verb, subject, phrase, glued)


def unsaid(sentence: Sentence) -> Iterator[Clause]:
    """
    Yield the English clauses of *sentence* whose verb has an object and no subject that a name replaces.

    «He hopes to sell his car in Hull.» has somebody sell a car in Hull: `ANYBODY`, who has no name yet.
    """
    words = sentence.words
    glued = frozenset(it.id for it, after in pairwise(words) if it.end == after.start)
    for verb in words:
        own = [it for it in words if it.head == verb.id]
        thing = next((it for it in own if it.deprel == "obj" and it.id > verb.id), None)
        kinds = {it.deprel for it in own}
        if verb.upos != "VERB" or thing is None or kinds & _BREAKS or kinds & {"aux:pass", "nsubj:pass"}:
            continue
        if "nsubj" in kinds and "aux" not in kinds:
            continue  # `cuts` has it
        misc = f"Args={verb.id}:{ACTS}" if verb.roleset else "_"
        somebody = ANYBODY._replace(head=verb.id, misc=misc)
        acting = verb._replace(xpos="VBZ", feats=PRESENT)
        kept = {verb.id} | _short(words, thing)
        for word in own:
            if word.deprel in ("compound:prt", "iobj"):
                kept |= _short(words, word)
        phrases = [it for it in own if it.deprel == "obl" and it.id > verb.id]
        phrases += [it for it in words if it.head == thing.id and it.deprel == "nmod"]
        for phrase in (None, *phrases):
            if phrase and not (preposition_of(words, phrase) and phrase.upos in _NOUNS):
                continue
            numbers = kept | _short(words, phrase) if phrase else kept
            stay = [acting if it == verb else it for it in words if it.id in numbers]
            is_asked = any(it.features.get("PronType") in _ASKS for it in stay)
            if len(stay) < _LONGEST and not is_asked and is_known(verb):
                yield Clause((somebody, *stay), acting, somebody, phrase, glued)


def below(words: Sequence[Word], word: Word) -> list[Word]:
    found = [word]
    for one in found:
        found += [it for it in words if it.head == one.id]
    return found


def _short(words: Sequence[Word], word: Word) -> set[int]:
    """Return the numbers of *word* and of what its phrase cannot be without."""
    found = [word]
    for one in found:
        found += [
            it for it in words if it.head == one.id and _NOUN_NEEDS & {it.deprel, it.deprel.partition(":")[0]}
        ]
    return {it.id for it in found}


def preposition_of(words: Sequence[Word], word: Word) -> str:
    return " ".join(it.form.lower() for it in words if it.head == word.id and it.deprel == "case")


def _is_statement(verb: Word, subject: Word, own: Sequence[Word]) -> bool:
    """Whether a clause tells something, as it stands, and can do without what hangs on it."""
    return (
        verb.upos == "VERB"
        and not verb.deprel.startswith("acl")
        and verb.features.get("Mood") != "Imp"
        and subject.upos in _NOUNS
        and (verb.features.get("VerbForm") == "Fin" or any(it.deprel.startswith("aux") for it in own))
        and not any(it.deprel in _BREAKS or it.features.get("PronType") in _ASKS for it in own)
        and not any(it.deprel.startswith("aux") and it.id < subject.id < verb.id for it in own)
    )


def is_known(verb: Word) -> bool:
    """Whether the dictionary has the forms of *verb*."""
    return {"VB", "VBZ", "VBD"} <= set(english_words.forms(verb.lemma))

"""Rules for English trees about names: who is called so, whose they are, and what stands before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_TITLES: Final = frozenset({"Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Mr.", "Mrs.", "Ms.", "Dr.", "Prof."})


def _own_by_titles(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a title and the name behind it be one owner: «Mrs Green's shop».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Mrs", "Mrs", "PROPN", head=4, deprel="nmod:poss"),
        ...          Word(2, "Green", "Green", "PROPN", head=4, deprel="nmod:poss"),
        ...          Word(3, "'s", "'s", "PART", head=2, deprel="case"), Word(4, "shop", "shop", "NOUN")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words[:3]]
        [(4, 'nmod:poss'), (1, 'flat'), (1, 'case')]
    """
    for place, (title, name) in enumerate(pairwise(words)):
        if title.form not in _TITLES or name.upos != "PROPN" or title.head != name.head:
            continue
        if name.deprel == "nmod:poss" and title.deprel in ("nmod:poss", "compound", "nmod"):
            yield place, title._replace(deprel="nmod:poss")
            yield place + 1, name._replace(head=title.id, deprel="flat")
            for word in words:
                if word.head == name.id:
                    yield word.id - 1, word._replace(head=title.id)


def _name_with_titles(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a name behind what somebody is be who acts, not a club before it: «Rovers coach Ines Blom said no».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Rovers", "Rovers", "PROPN", head=4, deprel="nsubj"),
        ...          Word(2, "coach", "coach", "NOUN", head=3, deprel="nmod:desc"),
        ...          Word(3, "Ines", "Ines", "PROPN", head=1, deprel="appos"),
        ...          Word(4, "left", "leave", "VERB")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words[:3]]
        [(2, 'compound'), (3, 'nmod:desc'), (4, 'nsubj')]
    """
    for club, title, name in zip(words, words[1:], words[2:], strict=False):
        if {club.upos, name.upos} != {"PROPN"} or title.upos not in _NOUNS or not title.form.islower():
            continue
        if not (club.form[:1].isupper() and name.form[:1].isupper()):  # «from charlotte north carolina»
            continue
        above = {it.id: it.head for it in (club, title, name)}
        tops = [it for it in (club, title, name) if it.head not in above]
        if tops == [title] and club.deprel == "compound" and name.deprel in ("flat", "appos"):
            yield club.id - 1, club  # there is no doubt of it
            yield name.id - 1, name
            continue
        if tops != [club] or name.deprel not in ("appos", "flat") or title.deprel == "flat":
            continue
        yield club.id - 1, club._replace(head=title.id, deprel="compound")
        yield title.id - 1, title._replace(head=name.id, deprel="nmod:desc", upos="NOUN", lemma=title.form)
        yield name.id - 1, name._replace(head=club.head, deprel=club.deprel)
        for word in words:
            if word.head == club.id and word not in (title, name):
                yield word.id - 1, word._replace(head=name.id)


def _describe_by_names(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «named» behind a noun describe it, where another verb says what happened: «A man named Tom rang».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "A", "a", "DET", head=2, deprel="det"),
        ...          Word(2, "man", "man", "NOUN", head=3, deprel="nsubj"), Word(3, "named", "name", "VERB"),
        ...          Word(4, "Tom", "Tom", "PROPN", head=3, deprel="obj"),
        ...          Word(5, "rang", "ring", "VERB", head=3, deprel="conj")]
        >>> correct(words)
        [1, 2, 3, 4]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(5, 'nsubj'), (2, 'acl'), (3, 'xcomp'), (0, 'root')]
    """
    for place, verb in enumerate(words):
        if verb.head or verb.form not in ("named", "called") or not 0 < place < len(words) - 1:
            continue
        noun, name = words[place - 1], words[place + 1]
        below = [word for word in words if word.head == verb.id]
        acts = [it for it in below if it.deprel in ("conj", "parataxis") and it.upos == "VERB"]
        if noun.upos != "NOUN" or name.upos != "PROPN" or name.head != verb.id or not acts:
            continue
        if not any(it.head == noun.id and it.lemma == "a" for it in words):
            continue
        if any(it.deprel.startswith("aux") for it in below) or acts[0].id < name.id:
            continue
        if any(it.head == acts[0].id and it.deprel.partition(":")[0] in ("nsubj", "cc") for it in words):
            continue  # «A man called Tom and left»
        feats = "Tense=Past|VerbForm=Part|Voice=Pass"
        yield place, verb._replace(head=noun.id, deprel="acl", feats=feats)
        yield name.id - 1, name._replace(deprel="xcomp", lemma=name.form)
        yield acts[0].id - 1, acts[0]._replace(head=0, deprel="root")
        for word in below:
            if word not in (name, acts[0]):
                yield word.id - 1, word._replace(head=acts[0].id)


def _describe_named(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «named» between a noun with «a» and a name describe it: «Her son, a boy named Ed, ran».

    What was joined to it is what the one above the noun does, if that was taken for the whole sentence.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "son", "son", "NOUN"), Word(2, "a", "a", "DET", head=3, deprel="det"),
        ...          Word(3, "boy", "boy", "NOUN", head=1, deprel="appos"),
        ...          Word(4, "named", "name", "VERB", head=1, deprel="acl"),
        ...          Word(5, "Tom", "Tom", "PROPN", head=4, deprel="obj"),
        ...          Word(6, "ran", "run", "VERB", head=4, deprel="conj")]
        >>> correct(words)
        [0, 3, 4, 5]
        >>> [(word.head, word.deprel) for word in words]
        [(6, 'nsubj'), (3, 'det'), (1, 'appos'), (3, 'acl'), (4, 'xcomp'), (0, 'root')]
    """
    for noun, verb, name in zip(words, words[1:], words[2:], strict=False):
        if verb.form not in ("named", "called") or noun.upos != "NOUN" or name.upos != "PROPN":
            continue
        below = [it for it in words if it.head == verb.id]
        if name.head != verb.id or not verb.head or any(it.deprel.startswith("aux") for it in below):
            continue
        if not any(it.head == noun.id and it.lemma == "a" for it in words):
            continue
        feats = "Tense=Past|VerbForm=Part|Voice=Pass"
        yield verb.id - 1, verb._replace(head=noun.id, deprel="acl", feats=feats)
        yield name.id - 1, name._replace(deprel="xcomp", lemma=name.form)
        acts = [it for it in below if it.deprel == "conj" and it.upos == "VERB" and it.id > name.id]
        top = noun
        while top.head and top.deprel in ("appos", "nmod"):
            top = words[top.head - 1]
        doing = words[top.head - 1] if top.head else top
        if acts and doing.upos == "VERB" and name.id < doing.id < acts[0].id:  # «…, apologised and promised»
            for act in acts:
                feats = doing.feats if "VerbForm=Part" in act.feats else act.feats
                yield act.id - 1, act._replace(head=doing.id, feats=feats)
            continue
        is_sentence = not top.head and not any(it.head == top.id and it.deprel == "cop" for it in words)
        if not acts or not is_sentence or words[acts[0].id - 2].deprel == "cc":
            continue
        first, *others = acts
        yield first.id - 1, first._replace(head=0, deprel="root")
        yield top.id - 1, top._replace(head=first.id, deprel="nsubj")
        for word in words:
            is_mark = word.head == top.id and word.upos == "PUNCT" and word.id > first.id
            if word in others or is_mark or (word in below and word.upos == "PUNCT"):
                yield word.id - 1, word._replace(head=first.id)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _own_by_titles,
    _name_with_titles,
    _describe_by_names,
    _describe_named,
)
"""In the order in which they are tried."""

"""Rules for English trees about what belongs to a clause: its subject, an infinitive, a name, a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.morphology import english_words
from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_TITLES: Final = frozenset({"Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Mr.", "Mrs.", "Ms.", "Dr.", "Prof."})


def _find_subjects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give a sentence its subject, which was taken into the phrase before it: «On Monday mornings tea is free».

    An English sentence that states something has a subject. Where none was found, and two nouns stand before
    the verb, the second is not a part of the phrase with the preposition.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "At", "at", "ADP", head=3, deprel="case"),
        ...          Word(2, "night", "night", "NOUN", head=3, deprel="compound"),
        ...          Word(3, "tea", "tea", "NOUN", head=5, deprel="obl"),
        ...          Word(4, "is", "be", "AUX", head=5, deprel="cop"), Word(5, "free", "free", "ADJ")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words[:3]]
        [(2, 'case'), (5, 'obl'), (5, 'nsubj')]
    """
    top = next((word for word in words if not word.head), None)
    if top is None or words[0].upos != "ADP" or words[-1].form == "?":
        return
    below = [word for word in words if word.head == top.id]
    if any(it.deprel.partition(":")[0] in ("nsubj", "csubj", "expl") for it in below):
        return
    helpers = [it for it in below if it.deprel.partition(":")[0] in ("aux", "cop") and it.id < top.id]
    first = helpers[0] if helpers else top
    if "VerbForm=Fin" not in first.feats and first.lemma not in ("be", "will", "can", "have", "do"):
        return
    if first.id < 4 or not first.form.isascii():
        return
    subject, before = words[first.id - 2], words[first.id - 3]
    if subject.upos not in _NOUNS or (before.head, before.deprel) != (subject.id, "compound"):
        return
    if subject.deprel not in ("nmod", "obl") or not any(
        it.head == subject.id and it.deprel == "case" for it in words
    ):
        return
    is_passive = any(it.deprel == "aux:pass" for it in helpers)
    yield before.id - 1, before._replace(head=subject.head, deprel=subject.deprel)
    yield subject.id - 1, subject._replace(head=top.id, deprel="nsubj:pass" if is_passive else "nsubj")
    for word in words:
        if word.head == subject.id and word.id < before.id:
            yield word.id - 1, word._replace(head=before.id)


def _act_by_infinitives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «to» and an infinitive be what somebody offers, not a direction: «Ada offered to bake bread».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "offered", "offer", "VERB"), Word(2, "to", "to", "PART", head=4, deprel="case"),
        ...          Word(3, "bake", "bake", "VERB", feats="VerbForm=Inf", head=4, deprel="compound"),
        ...          Word(4, "bread", "bread", "NOUN", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(3, 'mark'), (1, 'xcomp'), (3, 'obj')]
    """
    for place, (to, verb) in enumerate(pairwise(words)):
        noun = words[verb.head - 1] if verb.deprel in ("compound", "amod") and verb.head else None
        if noun is None or to.form != "to" or to.head != noun.id or to.upos != "PART" or not noun.head:
            continue
        above = words[noun.head - 1]
        if "VerbForm=Inf" not in verb.feats or above.upos != "VERB" or noun.id < verb.id:
            continue
        yield place, to._replace(head=verb.id, deprel="mark")
        yield place + 1, verb._replace(head=above.id, deprel="xcomp")
        yield noun.id - 1, noun._replace(head=verb.id, deprel="obj")
        for word in words[noun.id :]:
            if word.head == above.id and word.deprel == "obl":
                yield word.id - 1, word._replace(head=verb.id)


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
        acts = [it for it in below if it.deprel == "conj" and it.upos == "VERB"]
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


def _command_after_conditions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a command follow a condition, and not a name with a noun before it: «If the door sticks, push Open».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "If", "if", "SCONJ", head=3, deprel="mark"),
        ...          Word(2, "it", "it", "PRON", head=3, deprel="nsubj"),
        ...          Word(3, "sticks", "stick", "VERB", head=6, deprel="advcl"),
        ...          Word(4, ",", ",", "PUNCT", head=3, deprel="punct"),
        ...          Word(5, "push", "push", "NOUN", head=6, deprel="compound"),
        ...          Word(6, "Open", "open", "PROPN")]
        >>> correct(words)
        [2, 4, 5]
        >>> [(word.head, word.deprel) for word in words[4:]]
        [(0, 'root'), (5, 'obj')]
    """
    top = next((word for word in words if not word.head), None)
    if top is None or words[0].lemma not in ("if", "when", "once", "before", "after"):
        return
    is_named = top.upos == "VERB" and top.form.istitle() and top.id > 1  # a button that is called «Stop»
    if top.upos not in _NOUNS and not is_named:
        return
    below = [word for word in words if word.head == top.id]
    said = ("compound", "amod", "nsubj") if is_named else ("compound", "amod")
    first = next((it for it in below if it.deprel in said and it.id < top.id), None)
    condition = next((it for it in below if it.deprel == "advcl"), None)
    if first is None or condition is None or condition.id > first.id or words[first.id - 2].form != ",":
        return
    if first.form.lower() not in english_words.lemmas(first.form).get("VERB", ()):
        return
    others = [it for it in below if it is not first]
    if any(it.deprel.partition(":")[0] in ("nsubj", "cop", "aux") for it in others):
        return
    yield first.id - 1, first._replace(head=0, deprel="root", upos="VERB", feats="Mood=Imp|VerbForm=Fin")
    named = top._replace(upos="PROPN", lemma=top.form, feats="Number=Sing") if is_named else top
    yield top.id - 1, named._replace(head=first.id, deprel="obj")
    for word in others:
        if word.deprel in ("advcl", "advmod") or word.upos == "PUNCT":
            yield word.id - 1, word._replace(head=first.id)


_BY_HOW: Final = frozenset({"free", "early", "late", "first", "last", "alone"})


def _come_in_somehow(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «in» belong to the verb before «free» or «late»: «Students got in free».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "came", "come", "VERB"), Word(2, "in", "in", "ADP", head=3, deprel="case"),
        ...          Word(3, "late", "late", "ADJ", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(1, 'compound:prt'), (1, 'advmod')]
    """
    for place, (sign, word) in enumerate(pairwise(words)):
        if sign.form != "in" or sign.head != word.id or word.lemma not in _BY_HOW or not word.head:
            continue
        verb = words[word.head - 1]
        if word.upos in ("ADJ", "ADV") and word.deprel in ("obl", "advmod", "xcomp") and verb.upos == "VERB":
            yield place, sign._replace(head=verb.id, deprel="compound:prt")
            yield place + 1, word._replace(deprel="advmod", upos="ADV")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _own_by_titles,
    _describe_by_names,
    _act_by_infinitives,
    _find_subjects,
    _command_after_conditions,
    _come_in_somehow,
)
"""In the order in which they are tried."""

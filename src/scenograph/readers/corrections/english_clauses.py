"""Rules for English trees about what belongs to a clause: its subject, an infinitive, a name, a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.morphology import english_words
from scenograph.readers import values
from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN"})


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
        if noun is None or to.form != "to" or to.head != noun.id or not noun.head:
            continue
        above = words[noun.head - 1]
        may_be = verb.form in english_words.lemmas(verb.form).get("VERB", ())
        meant = above.lemma in _MEANING and may_be and above.id == to.id - 1 and "Number=Plur" in noun.feats
        if not meant and ("VerbForm=Inf" not in verb.feats or to.upos != "PART"):
            continue
        if above.upos != "VERB" or noun.id < verb.id:
            continue
        verb = verb._replace(upos="VERB", lemma=verb.form, feats="VerbForm=Inf") if meant else verb
        yield place, to._replace(head=verb.id, deprel="mark", upos="PART")
        yield place + 1, verb._replace(head=above.id, deprel="xcomp")
        yield noun.id - 1, noun._replace(head=verb.id, deprel="obj")
        for word in words[noun.id :]:
            if word.head == above.id and word.deprel == "obl":
                yield word.id - 1, word._replace(head=verb.id)


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
    if top is None or words[0].lemma not in _CONDITIONS:
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


_LINKING: Final = frozenset(
    {
        "feel",
        "look",
        "sound",
        "seem",
        "appear",
        "become",
        "get",
        "turn",
        "stay",
        "remain",
        "taste",
        "smell",
        "grow",
    }
)
_MEANING: Final = frozenset(
    {"offer", "promise", "want", "decide", "plan", "hope", "try", "refuse", "agree", "need", "love", "learn"}
)
"""Verbs behind which «to» and a verb say what somebody means to do."""
_CONDITIONS: Final = frozenset({"if", "when", "once", "before", "after"})
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


def _act_by_agents(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let nobody act who stands behind another preposition than «by»: «No dogs are allowed except guide dogs».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "sold", "sell", "VERB"), Word(2, "but", "but", "ADP", head=3, deprel="case"),
        ...          Word(3, "bread", "bread", "NOUN", head=1, deprel="obl:agent")]
        >>> correct(words)
        [2]
        >>> words[2].deprel
        'obl'
    """
    for place, word in enumerate(words):
        if word.deprel != "obl:agent" or not word.form.isascii():
            continue
        signs = {it.lemma for it in words if it.head == word.id and it.deprel == "case"}
        if signs and "by" not in signs:
            yield place, word._replace(deprel="obl")


def _feel_somehow(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an adjective say how somebody feels or what becomes of him, not whom he feels: «Who felt sick?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "felt", "feel", "VERB"), Word(2, "sick", "sick", "ADJ", head=1, deprel="obj")]
        >>> correct(words)
        [1]
        >>> words[1].deprel
        'xcomp'
    """
    for place, word in enumerate(words):
        if word.upos != "ADJ" or word.deprel not in ("obj", "obl", "advmod") or not word.form.isascii():
            continue
        verb = words[word.head - 1] if word.head else word
        below = {it.deprel for it in words if it.head == word.id}
        if values.number([word.form.lower()]):  # «She turned eighty»
            continue
        if verb.lemma in _LINKING and verb.id < word.id and below.isdisjoint({"det", "case", "nummod"}):
            yield place, word._replace(deprel="xcomp")


def _do_with_to(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «to» and an infinitive behind a verb be what one is going to do: «Where are we going to ride?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "tried", "try", "VERB"), Word(2, "to", "to", "PART", head=3, deprel="mark"),
        ...          Word(3, "ride", "ride", "VERB", feats="VerbForm=Inf", head=1, deprel="obl")]
        >>> correct(words)
        [2]
        >>> words[2].deprel
        'xcomp'
    """
    for verb, to, act in zip(words, words[1:], words[2:], strict=False):
        if to.form != "to" or (to.head, to.deprel) != (act.id, "mark") or act.upos != "VERB":
            continue
        if verb.upos == "VERB" and act.head == verb.id and act.deprel in ("obl", "obj", "nmod", "dep"):
            yield act.id - 1, act._replace(deprel="xcomp")


def _command_behind_conditions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a command follow a condition that was taken for the whole sentence: «If the door sticks, push Open».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "If", "if", "SCONJ", head=3, deprel="mark"),
        ...          Word(2, "it", "it", "PRON", head=3, deprel="nsubj"), Word(3, "sticks", "stick", "VERB"),
        ...          Word(4, ",", ",", "PUNCT", head=3, deprel="punct"),
        ...          Word(5, "push", "push", "NOUN", head=6, deprel="compound"),
        ...          Word(6, "Open", "Open", "PROPN", head=3, deprel="appos")]
        >>> correct(words)
        [2, 4, 5]
        >>> [(word.head, word.deprel) for word in words[2:]]
        [(5, 'advcl'), (3, 'punct'), (0, 'root'), (5, 'obj')]
    """
    top = next((word for word in words if not word.head), None)
    if (
        top is None
        or words[0].lemma not in _CONDITIONS
        or (words[0].head, words[0].deprel) != (top.id, "mark")
    ):
        return
    for comma, first, named in zip(words, words[1:], words[2:], strict=False):
        is_verb = first.form in english_words.lemmas(first.form).get("VERB", ())
        if comma.form != "," or first.id < top.id or not is_verb or first.upos == "VERB":
            continue
        if (first.head, first.deprel) != (named.id, "compound") or named.upos != "PROPN":
            continue
        yield top.id - 1, top._replace(head=first.id, deprel="advcl")
        feats = "Mood=Imp|VerbForm=Fin"
        yield first.id - 1, first._replace(head=0, deprel="root", upos="VERB", feats=feats, lemma=first.form)
        yield named.id - 1, named._replace(head=first.id, deprel="obj", lemma=named.form)
        for word in words[named.id :]:
            if word.upos == "PUNCT" and word.head in (top.id, named.id):
                yield word.id - 1, word._replace(head=first.id)
        return


def _let_do(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take what one lets somebody do for a verb, where it has an object: «Let's welcome Tom».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Let", "let", "VERB"), Word(2, "'s", "we", "PRON", head=1, deprel="obj"),
        ...          Word(3, "welcome", "welcome", "ADJ", head=1, deprel="xcomp"),
        ...          Word(4, "Tom", "Tom", "PROPN", head=3, deprel="obj")]
        >>> correct(words)
        [2]
        >>> words[2].upos
        'VERB'
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else word
        is_let = above.lemma == "let" and word.deprel == "xcomp" and word.upos in ("ADJ", "NOUN")
        has_object = any(it.head == word.id and it.deprel == "obj" and it.id > word.id for it in words)
        if is_let and has_object and word.form in english_words.lemmas(word.form).get("VERB", ()):
            yield place, word._replace(upos="VERB", lemma=word.form, feats="VerbForm=Inf")


def _command_buttons(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take a word with a capital behind a command for a name: «If you smell smoke, press Stop».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Now", "now", "ADV", head=2, deprel="advmod"), Word(2, "press", "press", "VERB"),
        ...          Word(3, "Stop", "stop", "NOUN", head=2, deprel="obj")]
        >>> correct(words)
        [2]
        >>> words[2].upos, words[2].lemma
        ('PROPN', 'Stop')
    """
    if not any(word.form.islower() for word in words):
        return
    acting = {word.head for word in words if word.deprel.startswith("nsubj")}
    for verb, word in pairwise(words):
        is_object = (word.head, word.deprel) == (verb.id, "obj") and word.upos in ("NOUN", "VERB", "ADJ")
        is_command = verb.upos == "VERB" and verb.id not in acting and verb.form.islower()
        is_button = word.form.istitle() and word.form.isascii() and "Number=Plur" not in word.feats
        if is_object and is_command and is_button:
            yield word.id - 1, word._replace(upos="PROPN", lemma=word.form, feats="Number=Sing")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _act_by_agents,
    _feel_somehow,
    _do_with_to,
    _let_do,
    _command_behind_conditions,
    _act_by_infinitives,
    _find_subjects,
    _command_after_conditions,
    _command_buttons,
    _come_in_somehow,
)
"""In the order in which they are tried."""

"""Rules for names in Russian trees: whose name it is, and how it stands in the nominative."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from scenograph.readers.corrections.forms import in_nominative, may_be, name_in, noun_in
from scenograph.readers.roles import NAMING
from scenograph.readers.sentence import Word

_NAMES: Final = frozenset({"appos", "flat:name", "flat", "nmod"})


def _name_who_agrees(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give a name in the nominative to the noun that agrees with it: «Пришёл врач школы Иван Лось».

    A school in the genitive is not called «Иван». What follows the name belongs to that noun, too.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "врач", "врач", "NOUN", feats="Animacy=Anim|Case=Nom"),
        ...          Word(2, "школы", "школа", "NOUN", feats="Case=Gen", head=1, deprel="nmod"),
        ...          Word(3, "Иван", "Иван", "PROPN", feats="Case=Nom", head=2, deprel="appos")]
        >>> correct(words)
        [2]
        >>> words[2].head, words[2].deprel
        (1, 'appos')
    """
    for place, name in enumerate(words):
        owned = words[name.head - 1] if name.head and name.head < name.id else None
        if owned is None or name.upos != "PROPN" or name.deprel not in _NAMES or not owned.head:
            continue
        above = words[owned.head - 1]
        if owned.upos not in ("NOUN", "PROPN") or above.upos != "NOUN" or above.id > owned.id:
            continue
        if owned.deprel != "nmod" or owned.features.get("Case") != "Gen":
            continue
        if name.features.get("Case") != "Nom" or above.features.get("Case") != "Nom" or may_be(name, "Gen"):
            continue
        if "Animacy=Anim" not in above.feats:
            continue  # «кафе отеля „Прага“»
        yield place, name._replace(head=above.id, deprel="appos")
        for word in words[name.id :]:
            if word.head == owned.id and word.deprel == "conj":
                yield word.id - 1, word._replace(head=above.id)


def _sign_by_name(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give a name in the nominative to the person before it, not to a phrase: «С уважением, врач Иван Лось».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "С", "с", "ADP", head=2, deprel="case"),
        ...          Word(2, "уважением", "уважение", "NOUN", feats="Case=Ins"),
        ...          Word(3, ",", ",", "PUNCT", head=4, deprel="punct"),
        ...          Word(4, "врач", "врач", "NOUN", feats="Animacy=Anim|Case=Nom", head=2, deprel="conj"),
        ...          Word(5, "Иван", "Иван", "PROPN", feats="Case=Nom", head=2, deprel="appos")]
        >>> correct(words)
        [4]
        >>> words[4].head, words[4].deprel
        (4, 'appos')
    """
    signs = {word.head for word in words if word.deprel == "case"}
    for place, name in enumerate(words):
        noun = words[name.head - 1] if name.head and name.head < name.id else None
        if noun is None or name.upos != "PROPN" or name.deprel not in _NAMES or noun.id not in signs:
            continue
        if name.features.get("Case") != "Nom" or noun.features.get("Case") == "Nom":
            continue
        between = words[noun.id : place]
        people = [it for it in between if it.upos == "NOUN" and "Animacy=Anim" in it.feats]
        people = [it for it in people if it.features.get("Case") == "Nom" and it.head == noun.id]
        if len(people) == 1 and any(it.form == "," for it in words[noun.id : people[0].id]):
            yield place, name._replace(head=people[0].id, deprel="appos")


def _call_in_nominative(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let all words of a name after «зовут» be nominatives, if they can: «Соседку зовут Полина Громова».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "зовут", "звать", "VERB"),
        ...          Word(2, "Полина", "Полин", "PROPN", feats="Case=Nom", head=1, deprel="xcomp"),
        ...          Word(3, "Громова", "Громов", "PROPN", feats="Case=Acc", head=2, deprel="flat")]
        >>> correct(words)
        [1, 2]
        >>> [word.lemma for word in words[1:]]
        ['Полина', 'Громова']
    """
    for place, name in enumerate(words):
        above = words[name.head - 1] if name.head else None
        if above is None or name.upos != "PROPN" or name.deprel != "xcomp" or above.lemma not in NAMING:
            continue
        first = name_in(name.form, "Nom")
        if first is None:
            continue
        yield place, name._replace(lemma=name.form, feats=_with(name, first))
        for word in words:
            if word.head == name.id and word.upos == "PROPN" and word.deprel.startswith("flat"):
                other = name_in(word.form, "Nom", gender=first.get("Gender", ""))
                if other is not None:
                    yield word.id - 1, word._replace(lemma=word.form, feats=_with(word, other))


def _with(word: Word, changed: dict[str, str]) -> str:
    """Return the features of *word* with those that are *changed*."""
    feats = {**word.features, **changed}
    return "|".join(f"{name}={feats[name]}" for name in sorted(feats) if feats[name])


def _name_whom(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let who is named by «зовут» be its object, not its subject or a verb: «Сторожа зовут Степаныч».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Как", "как", "ADV", head=2, deprel="advmod"), Word(2, "зовут", "звать", "VERB"),
        ...          Word(3, "сторожа", "сторожить", "VERB", feats="VerbForm=Conv", head=2, deprel="xcomp")]
        >>> correct(words)
        [2]
        >>> words[2].lemma, words[2].upos, words[2].deprel
        ('сторож', 'NOUN', 'obj')
    """
    for verb in words:
        if verb.form.lower() not in ("зовут", "звали"):
            continue
        below = [word for word in words if word.head == verb.id]
        names = [word for word in below if word.upos == "PROPN" and word.deprel in ("xcomp", "obj")]
        names = [word for word in names if word.deprel == "xcomp" or may_be(word, "Nom")]
        asks = any(word.lemma == "как" for word in below)
        if not (names or asks) or any(word.deprel == "obj" and word not in names for word in below):
            continue
        for word in below:
            is_common = word.upos == "NOUN" or (word.upos == "VERB" and "Conv" in word.feats)
            if is_common and word.deprel in ("nsubj", "xcomp", "obl", "advcl"):
                found = noun_in(word.form, "Acc", number="Sing")
                if found is None:
                    continue
                noun = word._replace(lemma=found.lemma, upos="NOUN", feats=found.feats, deprel="obj")
                yield word.id - 1, noun
                yield from ((it.id - 1, in_nominative(it)._replace(deprel="xcomp")) for it in names)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _name_who_agrees,
    _sign_by_name,
    _name_whom,
    _call_in_nominative,
)
"""In the order in which they are tried."""

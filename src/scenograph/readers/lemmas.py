"""
Lemma of a word by an edit script: what to cut from its end and what to add.

    >>> script("running", "run"), apply("d4+", "running")
    ('d4+', 'run')
    >>> script("Москве", "Москва"), apply("u1+а", "Казани")
    ('u1+а', 'Казана')

The first character says the case of the lemma: `d` lower case, `u` first letter upper, `U` all upper. `=` is
the word as written, `!good` is the lemma itself, for words such as "better". The idea is UDPipe 2's
(Straka, 2018).

A network scores the scripts. It is overruled by what is known for certain: the lemma that a treebank gives to
this very form, or the lemmas that a dictionary has for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, final

from scenograph.morphology import english_words
from scenograph.readers.dictionary import as_names, case_and_number, is_known, lemma_of, readings
from scenograph.readers.spelling import plain

if TYPE_CHECKING:
    from scenograph.readers.sentence import Sentence

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_NO_FEATURES: Final[Mapping[str, str]] = MappingProxyType({})
_GENDERS: Final = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}
_HARD: Final = frozenset("бвгджзклмнпрстфхцчшщ")
_ENDINGS: Final = frozenset({"ом", "ем", "ём", "ым", "им", "ам", "ям", "ах", "ях", "их", "ых"})
_LONGEST_ACRONYM: Final = 5
_LEAST_SHARE = 0.7  # of the most frequent lemma of a form that treebanks give several lemmas


@final
class Lemma(NamedTuple):
    """A lemma, and how sure it is, 0 to 1."""

    text: str
    probability: float


@final
class Lemmas:
    """
    Chooses the lemma of a word.

    Attributes:
        seen: part of speech → form in lower case → the lemma that treebanks give it, where the dictionaries
            alone would not lead to it
    """

    def __init__(self, seen: Mapping[str, Mapping[str, str]]) -> None:
        self.seen = seen

    @classmethod
    def collect(cls, sentences: Iterable[Sentence]) -> Lemmas:
        """Return what the *sentences* of treebanks say of lemmas."""
        counts: dict[tuple[str, str], Counter[str]] = {}
        for sentence in sentences:
            for word in sentence.words:
                counts.setdefault((word.upos, word.form.lower()), Counter())[word.lemma] += 1
        seen: dict[str, dict[str, str]] = {}
        for (part, form), lemmas in sorted(counts.items()):
            [(lemma, count)] = lemmas.most_common(1)
            known = dictionary(form, part)
            plain = form.capitalize() if part == "PROPN" else form
            sure = count >= max(2, _LEAST_SHARE * lemmas.total())
            if sure and known != (lemma,) and (known or lemma != plain):
                seen.setdefault(part, {})[form] = lemma
        return cls(seen)

    def choose(
        self,
        form: str,
        part: str,
        guess: str,
        score: Callable[[str], float],
        features: Mapping[str, str] = _NO_FEATURES,
    ) -> Lemma:
        """
        Return the lemma of *form*.

        Args:
            form: a word as written
            part: its part of speech, as `NOUN`
            guess: the lemma that the network prefers
            score: the network's probability of a lemma
            features: its case and number: «Карла» is Карл in the genitive, Карла in the nominative
        """
        found = self._chosen(plain(form), part, guess, score, features)
        return found._replace(text=_written(found.text, form)) if part == "PROPN" else found

    def _chosen(
        self, form: str, part: str, guess: str, score: Callable[[str], float], features: Mapping[str, str]
    ) -> Lemma:
        guess = guess or form  # a script may cut off all of a short word
        if _is_of_two_alphabets(guess, form):
            guess = form.lower()
        seen = self.seen.get(part, {}).get(form.lower())
        known = dictionary(form, part, features)
        if seen is not None and not _is_slip(seen, form, part, known):
            return Lemma(seen, 1.0)
        if part == "PROPN":
            as_written = form.isupper() and len(form) > 1  # «США»
            known = tuple(
                form if as_written and lemma == form.lower() else lemma.capitalize() for lemma in known
            )
            if form[:1].isupper() and guess[:1].islower():
                guess = guess[:1].upper() + guess[1:]
            if _stands_as_written(form, features):
                return Lemma(form, max(score(form), _LEAST_SHARE))
        if not known or _plain(guess) in map(_plain, known):
            return Lemma(guess, score(guess))
        scores = [score(lemma) for lemma in known]
        best = max(range(len(known)), key=scores.__getitem__)  # of equals the first, which is the likeliest
        return Lemma(known[best], max(scores[best], 1 / len(known)))


def _is_of_two_alphabets(lemma: str, form: str) -> bool:
    """
    Return whether a script for the other language made *lemma*: one network scores the scripts of both.

        >>> _is_of_two_alphabets(apply("d2+то", "whom"), "whom"), _is_of_two_alphabets("кто", "кем")
        (True, False)
    """
    has_letters = any(map(str.isalpha, form))
    return has_letters and bool(_CYRILLIC.search(lemma)) != bool(_CYRILLIC.search(form))


def _is_slip(seen: str, form: str, part: str, known: tuple[str, ...]) -> bool:
    """
    Return whether the lemma that treebanks have *seen* is not that of this *form*.

    A verb is that of the dictionary, unless the form is one of another: «the train leaves» is no leaf. A name
    is what case and gender allow: «Мария Иванова» is no «Иванов».
    """
    if part == "PROPN":
        return seen.lower() in dictionary(form, part) and seen.lower() not in known
    return part == "VERB" and form.isascii() and bool(known) and not {seen, form.lower()} & {*known}


def _written(lemma: str, form: str) -> str:
    """
    Return a name's *lemma* with capitals after its hyphens where *form* has them.

        >>> _written("Санкт-петербург", "Санкт-Петербурге"), _written("Тахсин-паша", "Тахсина-паши")
        ('Санкт-Петербург', 'Тахсин-паша')
    """
    own, seen = lemma.split("-"), form.split("-")
    if len(own) == 1 or len(own) != len(seen):
        return lemma
    pairs = zip(own[1:], seen[1:], strict=True)
    rest = (part[:1].upper() + part[1:] if like[:1].isupper() else part for part, like in pairs)
    return "-".join([own[0], *rest])


def _stands_as_written(form: str, features: Mapping[str, str]) -> bool:
    """Whether a Russian name is its own lemma: «США», and unknown ones such as «Митчелл»."""
    if not _CYRILLIC.search(form):
        return False
    if form.isupper() and 1 < len(form) <= _LONGEST_ACRONYM:
        return True
    if is_known(form) or not form[:1].isupper():
        return False
    if features.get("Case") == "Nom" and features.get("Number") != "Plur":
        return True
    return form[-1] in _HARD and form[-2:] not in _ENDINGS


def _plain(lemma: str) -> str:
    return lemma.lower().replace("ё", "е")


def script(form: str, lemma: str) -> str:
    """Return the script that makes *lemma* of *form*: `apply(script(form, lemma), form) == lemma`."""
    if lemma == form:
        return "="
    lower, plain = form.lower(), lemma.lower()
    same = 0
    while same < min(len(lower), len(plain)) and lower[same] == plain[same]:
        same += 1
    for case in "duU":
        found = f"{case}{len(lower) - same}+{plain[same:]}"
        if same and apply(found, form) == lemma:
            return found
    return f"!{lemma}"


def apply(script: str, form: str) -> str:
    """Return the lemma that *script* makes of *form*."""
    if script == "=":
        return form
    if script[0] == "!":
        return script[1:]
    cut, added = script[1:].split("+", 1)
    lower = form.lower()
    lemma = lower[: max(0, len(lower) - int(cut))] + added
    if script[0] == "u":
        return lemma[:1].upper() + lemma[1:]
    return lemma.upper() if script[0] == "U" else lemma


def dictionary(form: str, part: str, features: Mapping[str, str] = _NO_FEATURES) -> tuple[str, ...]:
    """
    Return the lemmas that a dictionary has for *form* as a *part* of speech, the likeliest first.

    No dictionary has English names. A Russian word that is in none gets the lemmas that its ending suggests.
    Of Russian readings those with the case, number, tense and mood of *features* are taken, if there are any.
    """
    if not _CYRILLIC.search(form):
        return () if part == "PROPN" else english_words.lemmas(form).get(part, ())
    wanted = (features.get(it, "") for it in ("Case", "Number", "Gender", "Tense", "Mood"))
    return tuple(_russian(form, part, *wanted))


_MORE_OR_LESS: Final = frozenset({"больше", "меньше"})
"""Treebanks let these be their own lemmas: «пить меньше» is not «пить маленький»."""


@lru_cache(maxsize=1 << 13)
def _russian(
    form: str, part: str, case: str, number: str, gender: str, tense: str, mood: str
) -> Mapping[str, float]:
    """Return the lemmas of a Russian form with their shares among its readings, the largest first."""
    found = readings(form, part)
    if part == "ADV" and form.endswith("о") and all(it.tag.POS == "ADJS" for it in found):
        return MappingProxyType({form.lower(): 1.0})  # «учтиво»: how, not «учтивый»
    if part == "ADV" and form.lower() in _MORE_OR_LESS:
        return MappingProxyType({form.lower(): 1.0})
    if part == "PROPN":
        found = as_names(found)
    if part == "PROPN" and gender in _GENDERS:  # «Толстой» is a man, or of a woman
        found = [it for it in found if it.tag.gender == _GENDERS[gender]] or found
    if mood == "Imp" or tense == "Past":  # «попали» is of «попасть», and a command of «попалить»
        found = [it for it in found if (it.tag.mood == "impr") == (mood == "Imp")] or found
    for place, wanted in enumerate((case, number)):
        if wanted:
            found = [it for it in found if case_and_number(it)[place] == wanted] or found
    shares: dict[str, float] = {}
    for reading in found:
        lemma = lemma_of(reading)
        if lemma.endswith("ие") and form.lower().startswith(f"{lemma[:-2]}ь"):
            lemma = f"{lemma[:-2]}ье"  # «предгорьях» is of «предгорье», not of «предгорие»
        shares[lemma] = shares.get(lemma, 0.0) + reading.score
    for lemma in [it for it in shares if part == "ADJ" and it.endswith("ый") and f"{it[:-2]}ой" in shares]:
        del shares[lemma]  # «основные»: dictionaries have «основный» too, and nobody says it
    return MappingProxyType(dict(sorted(shares.items(), key=lambda it: -it[1])))

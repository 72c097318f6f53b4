"""
Lemma → form in Russian for any word, through pymorphy3; words that no dictionary has follow their endings.

    >>> noun("мост", "ins"), noun("ребёнок", "gen", True), adjective("старый", "acc", "m", animate=True)
    ('мостом', 'детей', 'старого')
    >>> past("построить", "f"), present("работать", 3, "m")
    ('построила', 'работает')
    >>> participle("построить", "past", "pssv", "nom", "pl")
    'построенные'

Cases are nom, gen, dat, acc, ins and prep. Agreement is m, f, n or pl. A word that has no such form stays as
it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scenograph.morphology.russian import analyzer

if TYPE_CHECKING:
    from pymorphy3.analyzer import Parse


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CASE: Final = {"nom": "nomn", "gen": "gent", "dat": "datv", "acc": "accs", "ins": "ablt", "prep": "loct"}
GENDER: Final = {"masc": "m", "femn": "f", "neut": "n"}
_NUMBER: Final = {"m": {"masc", "sing"}, "f": {"femn", "sing"}, "n": {"neut", "sing"}, "pl": {"plur"}}
_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
_SECOND: Final = _words(
    "год лес сад пол шкаф угол берег мост снег аэропорт порт бой плен край глаз рот нос лёд лед лоб "
    "отпуск бок "
    "мозг крым дон век ход вид"
) - {"век", "ход", "вид", "мозг"}
"""Nouns with a locative of their own after «в» and «на»: «в году», «на мосту»."""
_PARTS: Final = {
    "NOUN": "noun", "ADJF": "adj", "PRTF": "adj", "ADJS": "adj", "INFN": "verb", "ADVB": "adv",
    "PRCL": "adv",
    "CONJ": "adv", "INTJ": "adv", "PRED": "pred", "NPRO": "pron", "NUMR": "num", "COMP": "adv",
    "PREP": "adv",
}  # fmt: skip


def plain(word: str) -> str:
    """Return *word* in lower case with е for ё: how treebanks write lemmas."""
    return word.lower().replace("ё", "е")


@lru_cache(maxsize=1 << 13)
def is_russian(word: str) -> bool:
    """
    Whether *word* is written in Cyrillic.

    A word with a letter that Unicode data have no name for is not: pymorphy fails on it.
    """
    return _CYRILLIC.search(word) is not None and all(
        unicodedata.name(one, "") for one in word if one.isalpha()
    )


@lru_cache(maxsize=1 << 13)
def parts(lemma: str) -> frozenset[str]:
    """Return the parts of speech that a lemma may be: noun, adj, verb, adv, pred, pron, num."""
    if not is_russian(lemma):
        return frozenset()
    found = {part for parse in _lemmas(lemma) if (part := _PARTS.get(str(parse.tag.POS)))}
    if not found and _short(lemma):
        found.add("adj")
    return frozenset(found)


def is_known(word: str) -> bool:
    """Whether the dictionary has *word* as it is written."""
    return is_russian(word) and bool(analyzer().word_is_known(word))


@lru_cache(maxsize=1 << 13)
def _lemmas(lemma: str) -> tuple[Parse, ...]:
    """Return the readings of *lemma* as a dictionary form, the likeliest first."""
    if not is_russian(lemma):
        return ()
    readings = [
        p
        for p in analyzer().parse(lemma)
        if plain(p.normal_form) == plain(lemma) or p.tag.POS in ("PRTF", "COMP") or "Supr" in p.tag
    ]
    if not readings:  # «достичь», which it takes for «достигнуть»
        readings = [p for p in analyzer().parse(lemma) if p.tag.POS == "INFN" and p.is_known]
    if not readings:  # «латы», which pymorphy takes for a form of «лата»
        readings = [p for p in analyzer().parse(lemma) if {"NOUN", "nomn"} <= p.tag.grammemes]
    own = {"nomn", "masc", "sing"}
    readings = [p for p in readings if p.tag.POS not in ("PRTF", "ADJF") or own <= p.tag.grammemes]
    known = [p for p in readings if p.is_known]
    return tuple(known or readings)


@lru_cache(maxsize=1 << 13)
def _noun(lemma: str) -> Parse | None:
    readings = [p for p in _lemmas(lemma) if p.tag.POS == "NOUN" and "nomn" in p.tag and "Surn" not in p.tag]
    readings = readings or [p for p in _lemmas(lemma) if p.tag.POS == "NOUN" and "nomn" in p.tag]
    common = [p for p in readings if not {"Name", "Abbr", "Geox"} & p.tag.grammemes] or readings
    best = [p for p in common if "sing" in p.tag] or common
    return best[0] if best else None


@lru_cache(maxsize=1 << 13)
def gender(lemma: str) -> str:
    """Return the gender of a noun, m, f or n; pl if it has a plural alone."""
    parse = _noun(lemma)
    if parse is None:
        return gender_by_ending(lemma)
    if "Pltm" in parse.tag or "plur" in parse.tag:
        return "pl"
    return GENDER.get(str(parse.tag.gender), "m")


def gender_by_ending(lemma: str) -> str:
    lower = lemma.lower()
    if is_russian(lemma) and lower.endswith(("ая", "яя", "а", "я")):
        return "f"
    return "n" if is_russian(lemma) and lower.endswith(("ое", "ее", "о", "е")) else "m"


@lru_cache(maxsize=1 << 13)
def is_animate(lemma: str) -> bool:
    """Whether a noun names somebody who lives."""
    parse = _noun(lemma)
    return parse is not None and "anim" in parse.tag


@lru_cache(maxsize=1 << 13)
def noun(lemma: str, case: str, plural: bool = False, *, second: bool = False) -> str:
    """
    Return a noun in *case*.

    Args:
        second: whether «в» or «на» stands before it, where some nouns have a form of their own
    """
    parse = _noun(lemma)
    if parse is None:
        if "adj" in parts(lemma):
            return adjective(lemma, case, "pl" if plural else "m")
        return _regular(lemma, case, plural)
    if plural and plain(lemma) == "человек" and case != "nom":
        return {"gen": "людей", "dat": "людям", "acc": "людей", "ins": "людьми", "prep": "людях"}[case]
    if second and case == "prep" and not plural and plain(lemma) in _SECOND:
        found = parse.inflect({"loc2", "sing"})
        if found:
            return _cased(found.word, lemma)
    wanted = {CASE[case], "plur" if plural or gender(lemma) == "pl" else "sing"}
    found = parse.inflect(wanted) or parse.inflect({CASE[case]})
    return _cased(found.word if found else lemma, lemma)


_REGULAR: Final = {
    False: {"gen": "а", "dat": "у", "ins": "ом", "prep": "е"},
    True: {"nom": "ы", "gen": "ов", "dat": "ам", "acc": "ы", "ins": "ами", "prep": "ах"},
}


def _regular(lemma: str, case: str, plural: bool) -> str:
    """Return a word that no dictionary has as a masculine noun, if it ends like one: «логаэдов»."""
    if not is_russian(lemma) or lemma[-1:] not in "бвдзлмнпрстф" or not lemma.islower() or parts(lemma):
        return lemma
    return lemma + _REGULAR[plural].get(case, "")


def counted(lemma: str) -> str:
    """Return a noun as it stands after «пять»: the genitive plural, «лет» of «год»."""
    special = {"год": "лет", "человек": "человек"}
    return special.get(plain(lemma)) or noun(lemma, "gen", True)


def _cased(word: str, like: str) -> str:
    """Return *word* with the capitals of *like*, and е for ё if *like* is written so."""
    word = spelt(word, like)
    if like.isupper() and len(like) > 1:
        return word.upper() if len(word) <= len(like) + 2 and plain(word) == plain(like) else like
    if like[:1].isupper():
        return word[:1].upper() + word[1:]
    return word


@lru_cache(maxsize=1 << 13)
def _adjective(lemma: str) -> Parse | None:
    readings = [p for p in _lemmas(lemma) if p.tag.POS in ("ADJF", "PRTF") and "nomn" in p.tag]
    known = [p for p in readings if p.tag.POS == "ADJF"] or readings
    return known[0] if known else None


@lru_cache(maxsize=1 << 13)
def adjective(lemma: str, case: str, of: str, *, animate: bool = False, degree: str = "") -> str:
    """Return an adjective in *case* for a noun of gender *of*; with *degree* `most` the superlative."""
    if "-" in lemma and lemma[:1].isdigit():
        return _ordinal(lemma, case, of)
    tens, _, unit = lemma.rpartition("-")
    if tens and all(_is_numeral(it) for it in tens.split("-")):  # «сорок пятый»
        return f"{tens.replace('-', ' ')} {adjective(unit, case, of, animate=animate)}"
    parse = _adjective(lemma)
    if parse is None:
        return lemma
    if case == "acc" and of != "f":
        case = "nom" if of == "n" or not animate else "gen"
    wanted = {CASE[case], *_NUMBER[of]}
    if "Supr" in parse.tag:  # «лучший», which pymorphy takes for a form of «хороший»
        stem = lemma[:-2]
        forms = (form for form in parse.lexeme if form.word.startswith(stem) and "Supr" in form.tag)
        own = next((form.word for form in forms if wanted <= form.tag.grammemes), lemma)
        return _cased(own, lemma)
    if degree == "most":
        found = parse.inflect({*wanted, "Supr"})
        best = (
            spelt(found.word, lemma)
            if found and "Supr" in found.tag and not found.word.startswith("наи")
            else ""
        )
        plain_form = parse.inflect(wanted)
        return best or f"{adjective('самый', case, of)} {plain_form.word if plain_form else lemma}"
    found = parse.inflect(wanted)
    return _cased(found.word if found else lemma, lemma)


@lru_cache(maxsize=1 << 10)
def _is_numeral(word: str) -> bool:
    """Whether a word can be a number: «сорок»."""
    return any(parse.tag.POS == "NUMR" for parse in analyzer().parse(word))


def _ordinal(lemma: str, case: str, of: str) -> str:
    """Return «20-й» in the form asked for: «20-е», «20-х»."""
    digits = lemma.split("-")[0]
    model = adjective("пятый", case, of)
    ending = model[3:]
    return f"{digits}-{ending[-1:] if len(ending) < 3 else ending[1:]}"


@lru_cache(maxsize=1 << 13)
def comparative(lemma: str) -> str:
    """Return the comparative of an adjective or adverb: «дешевле»; with «более» if it has none."""
    if any(parse.tag.POS == "COMP" for parse in _lemmas(lemma)):
        return lemma  # «дальше», as some treebanks have lemmas
    for parse in _lemmas(lemma):
        if parse.tag.POS in ("ADJF", "ADVB"):
            found = parse.inflect({"COMP"})
            if found and "COMP" in found.tag:
                return found.word
    known = {
        "мало": "меньше",
        "много": "больше",
        "хорошо": "лучше",
        "плохо": "хуже",
        "часто": "чаще",
        "редко": "реже",
    }
    if found_word := known.get(lemma):
        return found_word
    if lemma[-1:] in "ои":
        for ending in ("ый", "ий", "ой"):
            if is_known(lemma[:-1] + ending):
                return comparative(lemma[:-1] + ending)
    return f"более {lemma}"


def _short(lemma: str) -> Parse | None:
    """Return the reading of a lemma that is a short adjective itself: «должен»."""
    readings = [
        p for p in analyzer().parse(lemma) if p.tag.POS == "ADJS" and {"masc", "sing"} <= p.tag.grammemes
    ]
    return next((p for p in readings if p.is_known), None)


def is_full(lemma: str) -> bool:
    """Whether a lemma is an adjective in its full form."""
    return _adjective(lemma) is not None


@lru_cache(maxsize=1 << 13)
def short(lemma: str, of: str) -> str:
    """Return an adjective in its short form, as a predicate has it; '' if it has none."""
    parse = _adjective(lemma) or _short(lemma)
    may = parse is not None and parse.is_known and parse.tag.POS in ("ADJF", "ADJS")
    found = parse.inflect({"ADJS", *_NUMBER[of]}) if parse and may else None
    return spelt(found.word, lemma) if found and "ADJS" in found.tag else ""


def spelt(word: str, like: str) -> str:
    """Return *word* with е for ё, unless its lemma has ё: a text writes the one or the other."""
    return word if "ё" in like.lower() else word.replace("ё", "е")


# --- verbs -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 13)
def _verb(lemma: str) -> Parse | None:
    readings = [p for p in _lemmas(lemma) if p.tag.POS == "INFN"]
    return min(readings, key=lambda p: "Impe" in p.tag, default=None)  # «билет стоил», before «стоило идти»


def _conjugated(lemma: str, grammemes: Iterable[str]) -> str:
    parse = _verb(lemma)
    if parse is None:
        return ""
    wanted = frozenset(grammemes)
    if "Impe" in parse.tag:  # «захочется» has no person, «захотелось» no gender but the neuter
        wanted -= {"1per", "2per", "3per", "masc", "femn", "plur"}
    found = parse.inflect(set(wanted))
    return spelt(found.word, lemma) if found and wanted <= found.tag.grammemes else ""


def is_perfective(lemma: str) -> bool:
    """Whether a verb is perfective: it has no present."""
    parse = _verb(lemma)
    return parse is not None and "perf" in parse.tag


@lru_cache(maxsize=1 << 13)
def past(lemma: str, of: str) -> str:
    """Return the past of a verb for a subject of gender *of* or a plural."""
    return _conjugated(lemma, {"past", "indc", *_NUMBER[of]}) or lemma


@lru_cache(maxsize=1 << 13)
def present(lemma: str, person: int, of: str) -> str:
    """Return the present of an imperfective verb, the future of a perfective one."""
    number = "plur" if of == "pl" else "sing"
    if lemma == "быть":
        return "есть"
    tense = "futr" if is_perfective(lemma) else "pres"
    return _conjugated(lemma, {tense, "indc", f"{person}per", number}) or lemma


def future(lemma: str, person: int, of: str) -> str:
    """Return the future of a verb: one word or «будет» with the infinitive."""
    number = "plur" if of == "pl" else "sing"
    will = _conjugated("быть", {"futr", "indc", f"{person}per", number})
    if lemma == "быть":
        return will
    return present(lemma, person, of) if is_perfective(lemma) else f"{will} {lemma}"


@lru_cache(maxsize=1 << 13)
def imperative(lemma: str, plural: bool = False) -> str:
    """Return the command: «купи», «купите»."""
    number = "plur" if plural else "sing"
    return _conjugated(lemma, {"impr", "excl", number}) or _conjugated(lemma, {"impr", number}) or lemma


@lru_cache(maxsize=1 << 13)
def gerund(lemma: str) -> str:
    """Return the adverbial participle: «читая», «прочитав»; '' if there is none."""
    parse = _verb(lemma)
    if parse is None:
        return ""
    tense = "past" if "perf" in parse.tag else "pres"
    return _conjugated(lemma, {"GRND", tense})


@lru_cache(maxsize=1 << 13)
def participle(lemma: str, tense: str, voice: str, case: str, of: str, *, animate: bool = False) -> str:
    """Return a participle; *tense* is past or pres, *voice* actv or pssv; '' if the verb has none."""
    if case == "acc" and of != "f":
        case = "nom" if of == "n" or not animate else "gen"
    return _conjugated(lemma, {"PRTF", tense, voice, CASE[case], *_NUMBER[of]})


@lru_cache(maxsize=1 << 13)
def short_participle(lemma: str, of: str) -> str:
    """Return the short passive participle: «построен»; '' if there is none."""
    return _conjugated(lemma, {"PRTS", "past", "pssv", *_NUMBER[of]})


@lru_cache(maxsize=1 << 13)
def is_transitive(lemma: str) -> bool:
    """Whether a verb always takes an object, as far as the dictionary knows it."""
    readings = [p for p in _lemmas(lemma) if p.tag.POS == "INFN" and p.is_known]
    return bool(readings) and all("tran" in p.tag for p in readings)


@lru_cache(maxsize=1 << 13)
def is_intransitive(lemma: str) -> bool:
    """Whether a verb takes no object, as far as the dictionary knows it."""
    readings = analyzer().parse(lemma) if is_russian(lemma) else []
    verbs = [p for p in readings if p.tag.POS == "INFN" and p.is_known]
    return bool(verbs) and all("intr" in p.tag for p in verbs)

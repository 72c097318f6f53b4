"""
Lemma → form in Russian for any word, through pymorphy3; words that no dictionary has follow their endings.

    >>> noun("мост", "ins"), noun("ребёнок", "gen", True), adjective("старый", "acc", "m", animate=True)
    ('мостом', 'детей', 'старого')
    >>> past("построить", "f"), present("работать", 3, "m")
    ('построила', 'работает')
    >>> participle("построить", "past", "pssv", "nom", "pl")
    'построенные'
    >>> name("Лев Толстой", "gen"), name("Ясная Поляна", "prep"), name("Siemens", "gen")
    ('Льва Толстого', 'Ясной Поляне', 'Siemens')

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


_CASE: Final = {"nom": "nomn", "gen": "gent", "dat": "datv", "acc": "accs", "ins": "ablt", "prep": "loct"}
_GENDER: Final = {"masc": "m", "femn": "f", "neut": "n"}
_NUMBER: Final = {"m": {"masc", "sing"}, "f": {"femn", "sing"}, "n": {"neut", "sing"}, "pl": {"plur"}}
_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
_SECOND: Final = _words(
    "год лес сад пол шкаф угол берег мост снег аэропорт порт бой плен край глаз рот нос лёд лед лоб "
    "отпуск бок "
    "мозг крым дон век ход вид"
) - {"век", "ход", "вид", "мозг"}
"""Nouns with a locative of their own after «в» and «на»: «в году», «на мосту»."""
_DECLINED: Final = ("NOUN", "ADJF", "PRTF")
_PARTS: Final = {
    "NOUN": "noun", "ADJF": "adj", "PRTF": "adj", "ADJS": "adj", "INFN": "verb", "ADVB": "adv",
    "PRCL": "adv",
    "CONJ": "adv", "INTJ": "adv", "PRED": "pred", "NPRO": "pron", "NUMR": "num", "COMP": "adv",
    "PREP": "adv",
}  # fmt: skip


def plain(word: str) -> str:
    """Return *word* in lower case with е for ё: how treebanks write lemmas."""
    return word.lower().replace("ё", "е")


@lru_cache(maxsize=1 << 14)
def is_russian(word: str) -> bool:
    """
    Whether *word* is written in Cyrillic.

    A word with a letter that Unicode data have no name for is not: pymorphy fails on it.
    """
    return _CYRILLIC.search(word) is not None and all(
        unicodedata.name(one, "") for one in word if one.isalpha()
    )


@lru_cache(maxsize=1 << 14)
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


@lru_cache(maxsize=1 << 14)
def _lemmas(lemma: str) -> tuple[Parse, ...]:
    """Return the readings of *lemma* as a dictionary form, the likeliest first."""
    if not is_russian(lemma):
        return ()
    readings = [
        p
        for p in analyzer().parse(lemma)
        if plain(p.normal_form) == plain(lemma) or p.tag.POS == "PRTF" or "Supr" in p.tag
    ]
    own = {"nomn", "masc", "sing"}
    readings = [p for p in readings if p.tag.POS not in ("PRTF", "ADJF") or own <= p.tag.grammemes]
    known = [p for p in readings if p.is_known]
    return tuple(known or readings)


@lru_cache(maxsize=1 << 14)
def _noun(lemma: str) -> Parse | None:
    readings = [p for p in _lemmas(lemma) if p.tag.POS == "NOUN" and "nomn" in p.tag and "Surn" not in p.tag]
    readings = readings or [p for p in _lemmas(lemma) if p.tag.POS == "NOUN" and "nomn" in p.tag]
    best = [
        p for p in readings if "sing" in p.tag and "Name" not in p.tag and "Abbr" not in p.tag
    ] or readings
    return best[0] if best else None


@lru_cache(maxsize=1 << 14)
def gender(lemma: str) -> str:
    """Return the gender of a noun, m, f or n; pl if it has a plural alone."""
    parse = _noun(lemma)
    if parse is None:
        return _gender_of_other(lemma)
    if "Pltm" in parse.tag or "plur" in parse.tag:
        return "pl"
    return _GENDER.get(str(parse.tag.gender), "m")


def _gender_of_other(lemma: str) -> str:
    lower = lemma.lower()
    if is_russian(lemma) and lower.endswith(("ая", "яя", "а", "я")):
        return "f"
    return "n" if is_russian(lemma) and lower.endswith(("ое", "ее", "о", "е")) else "m"


@lru_cache(maxsize=1 << 14)
def is_animate(lemma: str) -> bool:
    """Whether a noun names somebody who lives."""
    parse = _noun(lemma)
    return parse is not None and "anim" in parse.tag


@lru_cache(maxsize=1 << 15)
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
        return lemma
    if plural and plain(lemma) == "человек" and case != "nom":
        return {"gen": "людей", "dat": "людям", "acc": "людей", "ins": "людьми", "prep": "людях"}[case]
    if second and case == "prep" and not plural and plain(lemma) in _SECOND:
        found = parse.inflect({"loc2", "sing"})
        if found:
            return _cased(found.word, lemma)
    wanted = {_CASE[case], "plur" if plural or gender(lemma) == "pl" else "sing"}
    found = parse.inflect(wanted) or parse.inflect({_CASE[case]})
    return _cased(found.word if found else lemma, lemma)


def counted(lemma: str) -> str:
    """Return a noun as it stands after «пять»: the genitive plural, «лет» of «год»."""
    special = {"год": "лет", "человек": "человек"}
    return special.get(plain(lemma)) or noun(lemma, "gen", True)


def _cased(word: str, like: str) -> str:
    """Return *word* with the capitals of *like*, and е for ё if *like* is written so."""
    word = _spelt(word, like)
    if like.isupper() and len(like) > 1:
        return word.upper() if len(word) <= len(like) + 2 and plain(word) == plain(like) else like
    if like[:1].isupper():
        return word[:1].upper() + word[1:]
    return word


@lru_cache(maxsize=1 << 14)
def _adjective(lemma: str) -> Parse | None:
    readings = [p for p in _lemmas(lemma) if p.tag.POS in ("ADJF", "PRTF") and "nomn" in p.tag]
    known = [p for p in readings if p.tag.POS == "ADJF"] or readings
    return known[0] if known else None


@lru_cache(maxsize=1 << 15)
def adjective(lemma: str, case: str, of: str, *, animate: bool = False, degree: str = "") -> str:
    """Return an adjective in *case* for a noun of gender *of*; with *degree* `most` the superlative."""
    if "-" in lemma and lemma[:1].isdigit():
        return _ordinal(lemma, case, of)
    parse = _adjective(lemma)
    if parse is None:
        return lemma
    if case == "acc" and of != "f":
        case = "nom" if of == "n" or not animate else "gen"
    wanted = {_CASE[case], *_NUMBER[of]}
    if "Supr" in parse.tag:  # «лучший», which pymorphy takes for a form of «хороший»
        stem = lemma[:-2]
        forms = (form for form in parse.lexeme if form.word.startswith(stem) and "Supr" in form.tag)
        own = next((form.word for form in forms if wanted <= form.tag.grammemes), lemma)
        return _cased(own, lemma)
    if degree == "most":
        found = parse.inflect({*wanted, "Supr"})
        best = (
            _spelt(found.word, lemma)
            if found and "Supr" in found.tag and not found.word.startswith("наи")
            else ""
        )
        plain_form = parse.inflect(wanted)
        return best or f"{adjective('самый', case, of)} {plain_form.word if plain_form else lemma}"
    found = parse.inflect(wanted)
    return _cased(found.word if found else lemma, lemma)


def _ordinal(lemma: str, case: str, of: str) -> str:
    """Return «20-й» in the form asked for: «20-е», «20-х»."""
    digits = lemma.split("-")[0]
    model = adjective("пятый", case, of)
    ending = model[3:]
    return f"{digits}-{ending[-1:] if len(ending) < 3 else ending[1:]}"


@lru_cache(maxsize=1 << 14)
def comparative(lemma: str) -> str:
    """Return the comparative of an adjective or adverb: «дешевле»; with «более» if it has none."""
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
            if "adj" in parts(lemma[:-1] + ending):
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


@lru_cache(maxsize=1 << 14)
def short(lemma: str, of: str) -> str:
    """Return an adjective in its short form, as a predicate has it; '' if it has none."""
    parse = _adjective(lemma) or _short(lemma)
    may = parse is not None and parse.is_known and parse.tag.POS in ("ADJF", "ADJS")
    found = parse.inflect({"ADJS", *_NUMBER[of]}) if parse and may else None
    return _spelt(found.word, lemma) if found and "ADJS" in found.tag else ""


def _spelt(word: str, like: str) -> str:
    """Return *word* with е for ё, unless its lemma has ё: a text writes the one or the other."""
    return word if "ё" in like.lower() else word.replace("ё", "е")


# --- verbs -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 14)
def _verb(lemma: str) -> Parse | None:
    readings = [p for p in _lemmas(lemma) if p.tag.POS == "INFN"]
    return readings[0] if readings else None


def _conjugated(lemma: str, grammemes: Iterable[str]) -> str:
    parse = _verb(lemma)
    if parse is None:
        return ""
    wanted = frozenset(grammemes)
    if "Impe" in parse.tag:  # «захочется» has no person, «захотелось» no gender but the neuter
        wanted -= {"1per", "2per", "3per", "masc", "femn", "plur"}
    found = parse.inflect(set(wanted))
    return _spelt(found.word, lemma) if found and wanted <= found.tag.grammemes else ""


def is_perfective(lemma: str) -> bool:
    """Whether a verb is perfective: it has no present."""
    parse = _verb(lemma)
    return parse is not None and "perf" in parse.tag


def is_impersonal(lemma: str) -> bool:
    """Whether a verb has no subject: «захочется»."""
    parse = _verb(lemma)
    return parse is not None and "Impe" in parse.tag


@lru_cache(maxsize=1 << 15)
def past(lemma: str, of: str) -> str:
    """Return the past of a verb for a subject of gender *of* or a plural."""
    return _conjugated(lemma, {"past", "indc", *_NUMBER[of]}) or lemma


@lru_cache(maxsize=1 << 15)
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


@lru_cache(maxsize=1 << 14)
def imperative(lemma: str, plural: bool = False) -> str:
    """Return the command: «купи», «купите»."""
    number = "plur" if plural else "sing"
    return _conjugated(lemma, {"impr", "excl", number}) or _conjugated(lemma, {"impr", number}) or lemma


@lru_cache(maxsize=1 << 14)
def gerund(lemma: str) -> str:
    """Return the adverbial participle: «читая», «прочитав»; '' if there is none."""
    parse = _verb(lemma)
    if parse is None:
        return ""
    tense = "past" if "perf" in parse.tag else "pres"
    return _conjugated(lemma, {"GRND", tense})


@lru_cache(maxsize=1 << 15)
def participle(lemma: str, tense: str, voice: str, case: str, of: str, *, animate: bool = False) -> str:
    """Return a participle; *tense* is past or pres, *voice* actv or pssv; '' if the verb has none."""
    if case == "acc" and of != "f":
        case = "nom" if of == "n" or not animate else "gen"
    return _conjugated(lemma, {"PRTF", tense, voice, _CASE[case], *_NUMBER[of]})


@lru_cache(maxsize=1 << 14)
def short_participle(lemma: str, of: str) -> str:
    """Return the short passive participle: «построен»; '' if there is none."""
    return _conjugated(lemma, {"PRTS", "past", "pssv", *_NUMBER[of]})


# --- names -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 14)
def name(text: str, case: str) -> str:
    """Return a name in *case*; what is not written in Cyrillic stays."""
    if case == "nom" or not is_russian(text):
        return text
    words = text.split(" ")
    readings = _name_readings(tuple(words))
    found: list[str] = []
    for word, parse in zip(words, readings, strict=True):
        if parse is None:
            found.append(word)
            continue
        number = "plur" if "plur" in parse.tag else "sing"
        grammemes = {_CASE[case], number}
        if parse.tag.POS == "ADJF" and case == "acc":
            grammemes = {"accs"} if "femn" in parse.tag else {"gent" if _is_person(readings) else "nomn"}
            grammemes |= {number}
        if parse.tag.gender:
            grammemes |= {str(parse.tag.gender)} if number == "sing" else set()
        form = parse.inflect(grammemes)
        found.append(_like(form.word, word) if form else word)
    return " ".join(found)


@lru_cache(maxsize=1 << 14)
def name_gender(text: str) -> str:
    """Return the gender of a name, m, f, n, or pl."""
    readings = [p for p in _name_readings(tuple(text.split(" "))) if p is not None]
    nouns = [p for p in readings if p.tag.POS == "NOUN"] or readings
    if nouns and not nouns[0].is_known and text.endswith("о"):
        return "m"
    if not nouns:
        known = any(p.is_known for p in analyzer().parse(text))
        return _gender_of_other(text) if " " not in text and (known or not text.endswith("о")) else "m"
    if "plur" in nouns[0].tag:
        return "pl"
    return _GENDER.get(str(nouns[0].tag.gender), "m")


@lru_cache(maxsize=1 << 14)
def is_intransitive(lemma: str) -> bool:
    """Whether a verb takes no object, as far as the dictionary knows it."""
    readings = analyzer().parse(lemma) if is_russian(lemma) else []
    verbs = [p for p in readings if p.tag.POS == "INFN" and p.is_known]
    return bool(verbs) and all("intr" in p.tag for p in verbs)


@lru_cache(maxsize=1 << 14)
def is_person(text: str) -> bool:
    """Whether a name is a person's."""
    return _is_person(_name_readings(tuple(text.split(" "))))


def _is_person(readings: Iterable[Parse | None]) -> bool:
    return any(
        p is not None and ("Name" in p.tag or "Surn" in p.tag or "Patr" in p.tag or "anim" in p.tag)
        for p in readings
    )


@lru_cache(maxsize=1 << 14)
def _name_readings(words: tuple[str, ...]) -> tuple[Parse | None, ...]:
    """Return for each word of a name the reading that is declined; None for a word that stays."""
    options = [_nominatives(word) for word in words]
    if len(words) == 1:
        return (options[0][0] if options[0] else None,)
    persons = [
        [p for p in option if "Name" in p.tag or "Surn" in p.tag or "Patr" in p.tag] for option in options
    ]
    first = persons[0]
    if first and "Name" in first[0].tag:
        gender = first[0].tag.gender
        found: list[Parse | None] = [first[0]]
        for option, person in zip(options[1:], persons[1:], strict=True):
            fitting = [p for p in person or option if p.tag.gender == gender]
            found.append(fitting[0] if fitting and (person or not option or len(words) == 2) else None)
        return tuple(found)
    head = next((n for n, option in enumerate(options) if option and option[0].tag.POS == "NOUN"), None)
    if head is None:
        return tuple(option[0] if option and n == 0 else None for n, option in enumerate(options))
    noun_parse = options[head][0]
    found = []
    for place, option in enumerate(options):
        if place < head:
            number = "plur" if "plur" in noun_parse.tag else "sing"
            fitting = [
                p
                for p in option
                if p.tag.POS != "NOUN"
                and number in p.tag
                and (number == "plur" or p.tag.gender == noun_parse.tag.gender)
            ]
            found.append(fitting[0] if fitting else None)
        else:
            found.append(noun_parse if place == head else None)
    return tuple(found)


def _nominatives(word: str) -> list[Parse]:
    """Return the readings of one word of a name as a nominative, the likeliest first."""
    if not is_russian(word) or (word.isupper() and len(word) > 1) or "." in word or not word[:1].isupper():
        return []
    piece = word.strip("«»\"'()")
    if "-" in piece and not piece.replace("-", "").isalpha():
        return []
    readings = [
        p
        for p in analyzer().parse(piece)
        if "nomn" in p.tag and p.tag.POS in _DECLINED and "Fixd" not in p.tag
    ]
    fixed = [p for p in analyzer().parse(piece) if "nomn" in p.tag and "Fixd" in p.tag and p.is_known]
    if fixed and (not any(p.is_known for p in readings) or "Geox" in fixed[0].tag):
        return []
    readings = [p for p in readings if p.is_known or p.tag.POS != "NOUN" or "plur" not in p.tag]
    names = [
        p
        for p in readings
        if {"Name", "Surn", "Patr", "Geox", "Orgn"} & p.tag.grammemes and "plur" not in p.tag
    ]
    rest = [p for p in readings if p not in names]
    return [*names, *[p for p in rest if "sing" in p.tag], *[p for p in rest if "sing" not in p.tag]]


def _like(word: str, pattern: str) -> str:
    """Return *word* with the capitals of *pattern*: also after a hyphen."""
    pieces, models = word.split("-"), pattern.split("-")
    if len(pieces) != len(models):
        return word[:1].upper() + word[1:]
    return "-".join(
        p[:1].upper() + p[1:] if m[:1].isupper() else p for p, m in zip(pieces, models, strict=True)
    )

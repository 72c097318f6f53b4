"""
Open information extraction by patterns over parts of speech, after ReVerb (A. Fader et al., 2011).

    Maria, an engineer, works at Siemens in Berlin.
    →  work :agent Maria,  work :at Siemens,  work :in Berlin

No tree and nothing learned: the dictionaries (lemminflect, pymorphy3) say what a word may be, and its
neighbours what it is. A clause is a noun phrase, a group of verbs, and what follows: a noun phrase, and noun
phrases with their prepositions. In Russian the case says which noun is the subject.

The published systems of this kind for English (ReVerb, Stanford OpenIE, OpenIE 5) need Java or parsers; the
port that PyPI has, triplet-extract, is under the GPL. So the patterns are written here, and a triple is
written with our roles: who acts is `:agent`, the noun after the verb `:object`, the others by preposition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scenograph.core.links import quote
from scenograph.morphology import english_words, russian
from scenograph.readers import roles
from scenograph.readers.score import Triple

_WORD: Final = re.compile(
    r"n['’]t\b|['’](?:s|re|ve|ll|d|m)\b|[^\W_]+?(?=n['’]t\b)|[^\W_]+(?:[-.][^\W_]+)*|[^\w\s]"
)

_ENGLISH: Final = {
    "D": "the a an this that these those my your his her its our their some any no every each all both many "
    "much few several another other such what which whose 's",
    "P": "of in on at by for with from to into about over under after before between through during against "
    "among without within near since until toward towards across behind beyond per via upon off around",
    "N": "i you he she it we they me him us them who someone everyone anybody nobody everything nothing "
    "something one there here",
    "A": "am is are was were be been being do does did have has had will would can could may might must "
    "shall should 'm 're 've 'll 'd ca wo",
    "X": "not n't never also just still already only always often then now very too so",
    "C": "and or but nor",
    "S": "if because while when where why how although though unless whether as than",
}
_RUSSIAN: Final = {
    "NOUN": "N", "NPRO": "N", "VERB": "V", "INFN": "V", "GRND": "V", "ADJS": "V", "PRTS": "V", "PRED": "V",
    "ADJF": "J", "PRTF": "J", "NUMR": "J", "PREP": "P", "CONJ": "S", "PRCL": "X", "ADVB": "X",
}  # fmt: skip
_CLOSED: Final = {word: kind for kind, words in _ENGLISH.items() for word in words.split()}
_OBJECTS: Final = {"me": "I", "him": "he", "us": "we", "them": "they", "i": "I"}
_BE: Final = frozenset({"am", "is", "are", "was", "were", "be", "been", "being", "'m", "'re"})
_CASES: Final = {"nomn": "Nom", "gent": "Gen", "gen2": "Gen", "datv": "Dat", "accs": "Acc", "ablt": "Ins",
                 "loct": "Loc", "loc2": "Loc"}  # fmt: skip


@dataclass
class Item:
    """A word: its kind (Noun, Verb, aDjective, Preposition, …), lemma, and in Russian its cases."""

    form: str
    kind: str
    lemma: str
    cases: frozenset[str] = frozenset()
    participle: bool = False


@dataclass
class Phrase:
    """A noun phrase: what its head is called, whether that is a name, and its cases."""

    head: str
    name: bool
    cases: frozenset[str]

    def triples(self, source: str, role: str) -> list[Triple]:
        """What a link from *source* says."""
        if not self.name:
            return [(source, role, self.head)]
        return [(source, role, "entity"), ("entity", ":name", quote(self.head))]


def extracted(text: str, language: str) -> Counter[Triple]:
    """Return the triples that the patterns find in *text*."""
    items = (_english if language == "en" else _russian)(_WORD.findall(text))
    found: Counter[Triple] = Counter()
    for clause in _clauses(items):
        found.update(_triples(clause, language))
    return found


def _english(forms: Sequence[str]) -> list[Item]:
    items: list[Item] = []
    for place, form in enumerate(forms):
        low = form.lower().replace("’", "'")
        before = items[-1].kind if items else "."
        if not any(map(str.isalnum, form)) and low != "'s":
            items.append(Item(form, ".", form))
            continue
        if low == "to" and place + 1 < len(forms) and "VB" in english_words.tags(forms[place + 1]):
            items.append(Item(form, "T", "to"))
            continue
        if low in _CLOSED and (low != "'s" or before in "NE"):
            kind = _CLOSED[low]
            items.append(Item(form, kind, _OBJECTS.get(low, low)))
            continue
        tags = english_words.tags(form)
        verbal, nominal = any(t[0] == "V" for t in tags), any(t[0] == "N" for t in tags)
        known = english_words.lemmas(form)
        if form[:1].isupper() and ((place and before != ".") or not tags):
            kind = "E"
        elif form[0].isdigit():
            kind = "J"
        elif verbal and (before in "TAX" or not nominal or (before in "NE" and "VB" not in tags)):
            kind = "V"
        elif verbal and before == "N" and items[-1].form.lower() in _ENGLISH["N"].split():
            kind = "V"  # "I work"
        elif "JJ" in tags and nominal:
            after = english_words.tags(forms[place + 1]) if place + 1 < len(forms) else frozenset[str]()
            is_last = not any(t[0] == "N" for t in after) or forms[place + 1].lower() in _CLOSED
            kind = "N" if is_last and before in "DJP" else "J"
        elif nominal:
            kind = "N"
        elif any(t.startswith("JJ") for t in tags):
            kind = "J"
        elif any(t.startswith("RB") for t in tags):
            kind = "X"
        else:
            kind = "N"
        part = {"V": "VERB", "J": "ADJ"}.get(kind, "NOUN")
        lemma = form if kind == "E" else known.get(part, (low,))[0]
        items.append(Item(form, kind, lemma, participle=kind == "V" and bool({"VBN", "VBD"} & tags)))
    return items


def _russian(forms: Sequence[str]) -> list[Item]:
    items: list[Item] = []
    for place, form in enumerate(forms):
        if not any(map(str.isalnum, form)):
            items.append(Item(form, ".", form))
            continue
        parses: list[Any] = russian.analyzer().parse(form)
        best = parses[0]
        kind = _RUSSIAN.get(str(best.tag.POS), "N" if not form[0].isdigit() else "J")
        lemma = best.normal_form.replace("ё", "е")
        if kind == "S" and lemma in ("и", "или", "а", "но"):
            kind = "C"
        is_name = not {"Name", "Surn", "Patr", "Geox", "Orgn"}.isdisjoint(best.tag.grammemes)
        if kind == "N" and form[:1].isupper() and (is_name or (place and items[-1].kind != ".")):
            kind, lemma = "E", form if form.isupper() else best.normal_form.capitalize()
        cases = frozenset(
            _CASES[str(it.tag.case)]
            for it in parses
            if it.tag.POS == best.tag.POS and str(it.tag.case) in _CASES
        )
        items.append(Item(form, kind, lemma, cases, str(best.tag.POS) == "PRTS"))
    return items


def _clauses(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield what stands between marks and subordinating words."""
    clause: list[Item] = []
    for item in items:
        if item.kind in ".S" and clause:
            yield clause
            clause = []
        elif item.kind not in ".S":
            clause.append(item)
    if clause:
        yield clause


def _phrase(items: Sequence[Item], at: int, language: str) -> tuple[Phrase | None, int]:
    """Return the noun phrase that begins at *at*, and where it ends."""
    end, run = at, list[Item]()
    while end < len(items) and items[end].kind in ("D", "J", "N", "E"):
        item = items[end]
        if run and language == "ru" and run[-1].kind in "NE" and item.kind != "E":
            break
        if run and run[-1].kind == "N" and item.kind == "D" and item.form.lower() not in ("'s", "’s"):
            break
        run.append(item)
        end += 1
    nouns = [item for item in run if item.kind in "NE"]
    if not nouns:
        return None, at
    if nouns[-1].kind == "E":
        named = [item for item in nouns if item.kind == "E"]
        return Phrase(" ".join(it.lemma for it in named), True, nouns[-1].cases), end
    return Phrase(nouns[-1].lemma, False, nouns[-1].cases), end


def _triples(items: Sequence[Item], language: str) -> Iterator[Triple]:
    """Yield the triples of one clause."""
    subject: Phrase | None = None
    at = 0
    while at < len(items):
        kind = items[at].kind
        if kind in ("D", "J", "N", "E"):
            phrase, end = _phrase(items, at, language)
            if phrase is not None and (language == "en" or "Nom" in phrase.cases or not phrase.cases):
                subject = phrase
            at = max(end, at + 1)
        elif kind in "VA":
            at = yield from _after_subject(items, at, subject, language)
            if language == "en":
                subject = None
        elif kind == "P":
            _, at = _phrase(items, at + 1, language)
            at = max(at, at + 1) if at < len(items) and items[at].kind == "P" else at
        else:
            at += 1


def _after_subject(items: Sequence[Item], at: int, subject: Phrase | None, language: str) -> Any:
    """Yield the triples of a group of verbs that begins at *at*; return where what belongs to it ends."""
    start = at
    while at < len(items) and items[at].kind in "VAXT":
        at += 1
    group = items[start:at]
    verbs = [item for item in group if item.kind == "V"]
    is_be = any(item.form.lower().replace("’", "'") in _BE for item in group)
    if not verbs:  # a copula: what follows is said of the subject
        said, end = _phrase(items, at, language)
        lemma = said.head if said else ""
        if said is None and at < len(items) and items[at].kind == "J":
            lemma, end = items[at].lemma, at + 1
        if is_be and lemma and subject is not None and not (said and said.name):
            yield from subject.triples(lemma, ":subject")
        return max(end, at)
    verb = verbs[-1]
    passive = verb.participle and (language == "ru" or is_be)
    if subject is not None:
        yield from subject.triples(verb.lemma, ":object" if passive else ":agent")
    first = True
    while at < len(items):
        if items[at].kind == "P":
            phrase, end = _phrase(items, at + 1, language)
            if phrase is None:
                return at + 1
            case = next(iter(phrase.cases - {"Nom"}), "") if language == "ru" else ""
            preposition = items[at].lemma
            role = "agent" if passive and preposition == "by" else roles.preposition(preposition, case)
            yield from phrase.triples(verb.lemma, f":{role}")
            at = end
        elif items[at].kind in ("D", "J", "N", "E") and (first or language == "ru"):
            phrase, end = _phrase(items, at, language)
            if phrase is None:
                return at + 1
            if language == "en" or "Acc" in phrase.cases:
                if not passive:
                    yield from phrase.triples(verb.lemma, ":object")
            elif phrase.cases == {"Nom"} and subject is None:
                yield from phrase.triples(verb.lemma, ":agent")
            at = end
        else:
            return at
        first = False
    return at

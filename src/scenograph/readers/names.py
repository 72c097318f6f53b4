"""
Names: which words of a tree are one name, how it is written, and what kind of thing the text says it names.

«Lev Tolstoy», «the Federal Reserve», «President Bush», «город Казань», “War and Peace”: one node each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from scenograph.morphology import english_words
from scenograph.readers.roles import PLACE_KINDS
from scenograph.readers.spelling import plain
from scenograph.readers.tree import Tree
from scenograph.readers.values import WEEKDAYS, month

ENTITY: Final = "entity"
"""The concept of a name of which the text does not say what it names."""

_INSIDE: Final = frozenset("-–—.'’&/,")
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "st", "sir", "lady", "lord", "madam"})
_OPENING: Final = frozenset({"«", "“", "„", '"'})
_CLOSING: Final = frozenset({"»", "”", "“", '"'})
_LONGEST_TITLE: Final = 8  # words
NAME_NOUNS: Final = frozenset(
    {"кличка", "имя", "прозвище", "фамилия", "название", "псевдоним", "name", "nickname", "title"}
)
"""Nouns of what a name is."""
_BY_NAME: Final = frozenset({"по", "под", "с", "by", "with", "under"})
_CALLING: Final = frozenset({"name", "call", "title", "dub", "nickname"})
_CLAUSES: Final = frozenset({"root", "ccomp", "parataxis", "discourse", "vocative"})
_PARTS: Final = frozenset({"flat", "compound", "goeswith", "amod", "fixed", "nmod", "appos", "nummod"})


@final
@dataclass(frozen=True, slots=True)
class Name:
    """
    A name in a sentence.

    Attributes:
        text: how it is written, in its base form
        parts: the numbers of its words, in text order
        kind: the number of the noun that says what it names; 0 if none does
        silent: the numbers of words that say only that it is a name: «по кличке», “called”
    """

    text: str
    parts: tuple[int, ...]
    kind: int = 0
    silent: tuple[int, ...] = ()


def names(tree: Tree) -> dict[int, Name]:
    """Return the names of *tree* by the number of the word that stands for the whole in the tree."""
    found = _titles(tree)
    taken = {part for name in found.values() for part in name.parts}
    for number in tree:
        if _is_proper(tree, number) and number not in taken and not _is_part(tree, number):
            parts = _parts(tree, number)
            taken.update(parts)
            found[number] = Name(_written(tree, parts), tuple(parts))
    for number in list(found):
        kind = _kind(tree, number, found) if number in found else 0
        holder = kind if kind and tree.heads[number] == kind else number
        if kind and (holder == number or holder not in found):
            name = found.pop(number)
            found.pop(kind, None)
            found[holder] = Name(name.text, name.parts, kind)
    for number in list(found):
        if number in found and (bearer := _bearer(tree, number, found[number])):
            name, (holder, silent) = found.pop(number), bearer
            found[holder] = Name(name.text, name.parts, holder, silent)
    for number in tree:
        head = tree.heads[number]
        if _is_label(tree, number) and head not in found and head not in taken:
            found[head] = Name(tree.word(number).form, (number,), head)
    return found


def _bearer(tree: Tree, number: int, name: Name) -> tuple[int, tuple[int, ...]] | None:
    """
    Return the noun that bears a name by words that say so, and these words; None if there are none.

    «кот по кличке Барсик», «роман под названием „Мать“», “a cat named Tom”.
    """
    above = number if name.kind == number else tree.heads[number]
    if not above or above in name.parts:
        return None
    holder, lemma = tree.heads[above], tree.lemmas[above].lower()
    if not holder or tree.word(holder).upos != "NOUN" or holder > above:
        return None
    signs = tree.of(above, "case")
    is_noun = lemma in NAME_NOUNS and len(signs) == 1 and tree.lemmas[signs[0]].lower() in _BY_NAME
    is_verb = lemma in _CALLING and tree.rel[above] == "acl" and tree.is_verb(above)
    rest = [it for it in tree.kids[above] if it not in (*signs, *name.parts) and tree.rel[it] != "punct"]
    if not (is_noun or is_verb) or rest or above > name.parts[0]:
        return None
    return holder, (*signs, above)


def _is_label(tree: Tree, number: int) -> bool:
    """
    Whether a number is the name of the noun before it: «Game 4», «flight 733».

    English counts before the noun alone; «часа два» are some two hours, and «July 4» is a day.
    """
    head = tree.heads[number]
    if tree.word(number).upos != "NUM" or tree.kids[number] or not 0 < head < number:
        return False
    noun, lemma = tree.word(head), tree.lemmas[head]
    is_count = not noun.form.isascii() or tree.feature(head, "Number") == "Plur"
    labels = tree.rel[number] == "flat" or (
        tree.rel[number] == "nummod" and head == number - 1 and not is_count and month(lemma) is None
    )
    return labels and noun.upos == "NOUN"


def _titles(tree: Tree) -> dict[int, Name]:
    """
    Return the titles in quotation marks by the word that stands for each in the tree.

    A title begins with a capital, is a noun with what belongs to it, and does not tell what somebody does: so
    quoted speech is no title.
    """
    found: dict[int, Name] = {}
    opened = 0
    for number in tree:
        form = plain(tree.word(number).form)  # also «``» and «&#39;&#39;»
        if opened and form in _CLOSING:
            inside = range(opened + 1, number)
            tops = [it for it in inside if tree.heads[it] not in inside]
            if 0 < len(inside) <= _LONGEST_TITLE and len(tops) == 1 and _is_title_of(tree, tops[0], inside):
                found[tops[0]] = Name(_titled(tree, tops[0], inside), tuple(inside))
            opened = 0
        elif form in _OPENING:
            opened = number
    return found


def _is_title_of(tree: Tree, top: int, inside: range) -> bool:
    """Whether the words *inside* quotation marks, which hang on *top*, are a title."""
    return (
        tree.word(inside[0]).form[:1].isupper()
        and tree.word(top).upos in ("NOUN", "PROPN", "X")
        and tree.rel[top] not in _CLAUSES
        and not any(tree.word(it).upos in ("VERB", "AUX") for it in inside)
    )


def _titled(tree: Tree, top: int, inside: range) -> str:
    """Return a title as written; a Russian one that is not in the nominative is put into it."""
    text, first = tree.sentence.text, tree.word(inside[0]).start
    if tree.feature(top, "Case") in ("", "Nom") or any(it in inside for it in tree.of(top, "case")):
        return " ".join(text[first : tree.word(inside[-1]).end].split())
    agreeing = {top, *tree.of(top, "conj", "amod", "det")}
    agreeing |= {kid for it in tree.of(top, "conj") for kid in tree.of(it, "amod", "det")}
    pieces: list[str] = []
    end = first
    for number in inside:
        word = tree.word(number)
        pieces += text[end : word.start], _base(tree, number) if number in agreeing else word.form
        end = max(end, word.end)
    return " ".join("".join(pieces).split())


def _is_proper(tree: Tree, number: int) -> bool:
    lemma = tree.lemmas[number].lower()
    return tree.word(number).upos == "PROPN" and lemma not in WEEKDAYS and month(lemma) is None


def _is_part(tree: Tree, number: int) -> bool:
    """Whether a proper noun belongs to the name of its head."""
    head = tree.heads[number]
    return bool(head) and _is_proper(tree, head) and _belongs(tree, number)


def _belongs(tree: Tree, kid: int) -> bool:
    """Whether *kid* is written as a part of the name that its head, a proper noun, stands for."""
    word, relation = tree.word(kid), tree.rel[kid]
    if _is_next_name(tree, kid):
        return True
    if relation == "nmod" and tree.subtype(kid) == "desc" and kid < tree.heads[kid]:
        return word.upos == "PROPN" and not tree.kids[kid] and not _is_title(word.form)
    if relation not in _PARTS or any(tree.rel[k] in ("case", "cc", "conj", "cop") for k in tree.kids[kid]):
        return False
    if relation in ("flat", "goeswith", "fixed"):
        return True
    capital = word.form[:1].isupper() or word.form[:1].isdigit()
    if relation == "compound":
        return word.upos == "PROPN" or (capital and word.upos in ("NOUN", "ADJ", "NUM", "X"))
    if relation == "amod":
        return capital and word.upos in ("ADJ", "PROPN", "VERB") and tree.feature(kid, "Degree") != "Sup"
    if relation == "nummod":
        return kid > tree.heads[kid] and not tree.of(kid, "punct")  # «iPhone 15»
    return False


def _is_next_name(tree: Tree, kid: int) -> bool:
    """
    Whether a Russian proper noun goes on with the one before it in the same case: «Анатолий Шарий».

    Some treebanks, and parsers that learned from them, take it for an apposition.
    """
    head, case = tree.heads[kid], tree.feature(kid, "Case")
    if not tree.russian or kid != head + 1 or tree.word(kid).upos != "PROPN" or not case:
        return False
    if case != tree.feature(head, "Case") or tree.of(kid, "case", "cc", "conj", "punct"):
        return False
    return tree.rel[kid] == "appos" or (tree.rel[kid] == "nmod" and case != "Gen")


def _is_title(form: str) -> bool:
    """Whether a word before a name says what is named: «President», «Mr.», but not «Leo» before «Tolstoy»."""
    return "." in form or form.lower() in _TITLES or "NOUN" in english_words.lemmas(form)


def _parts(tree: Tree, number: int) -> list[int]:
    """Return the words of the name that *number* stands for: its parts, and theirs."""
    parts = [number]
    for here in parts:
        parts += [kid for kid in tree.kids[here] if _belongs(tree, kid) and not _is_far(tree, here, kid)]
    return sorted(parts)


def _is_far(tree: Tree, head: int, kid: int) -> bool:
    """Whether words of another kind stand between two words; hyphens, dots and parts of names may."""
    low, high = min(head, kid), max(head, kid)
    return any(
        tree.word(n).upos not in ("PROPN", "PUNCT", "ADJ", "NOUN", "X", "NUM") for n in range(low + 1, high)
    )


def _written(tree: Tree, parts: list[int]) -> str:
    """Return the name as the text writes it; in Russian in the nominative."""
    first, last = tree.word(parts[0]), tree.word(parts[-1])
    whole = tree.sentence.text[first.start : last.end]
    between = set(range(parts[0], parts[-1] + 1)) - set(parts)
    if any(tree.word(n).form not in _INSIDE for n in between):
        return " ".join(_base(tree, n) for n in parts)
    pieces: list[str] = []
    end = first.start
    for number in range(parts[0], parts[-1] + 1):
        word = tree.word(number)
        pieces += whole[end - first.start : word.start - first.start], _base(tree, number)
        end = max(end, word.end)
    return " ".join("".join(pieces).split()) or first.form


def _base(tree: Tree, number: int) -> str:
    """Return one word of a name in its base form: as written, or in Russian as the dictionary has it."""
    word, lemma = tree.word(number), tree.lemmas[number]
    if word.upos == "PUNCT":
        return word.form
    if lemma.casefold() == word.form.casefold():
        is_plain = word.form.islower() or word.form.isupper() or word.form.istitle()
        return lemma if is_plain else word.form  # «СПбГПУ», «iPhone»
    if not any("\u0400" <= letter <= "\u04ff" for letter in word.form):
        return word.form
    base = lemma
    if word.upos == "ADJ" or (word.upos == "DET"):
        base = _agreeing(tree, number, lemma)
    return base[:1].upper() + base[1:] if word.form[:1].isupper() else base


def _agreeing(tree: Tree, number: int, lemma: str) -> str:
    """Return an adjective in the nominative, in the gender of the noun that it belongs to: «Ясная Поляна»."""
    gender = tree.feature(number, "Gender") or tree.feature(tree.heads[number], "Gender")
    plural = tree.feature(number, "Number") == "Plur"
    if not lemma.endswith(("ый", "ий", "ой")):
        return lemma
    stem, soft = lemma[:-2], lemma.endswith("ий") and lemma[-3:-2] not in "гкх"
    hushing = lemma[-3:-2] in "жшчщ"
    if plural:
        return stem + ("ие" if soft or lemma[-3:-2] in "гкхжшчщ" else "ые")
    if gender == "Fem":
        return stem + ("яя" if soft and not hushing else "ая")
    if gender == "Neut":
        return stem + ("ее" if soft or (hushing and not lemma.endswith("ой")) else "ое")
    return lemma


def _kind(tree: Tree, number: int, found: dict[int, Name]) -> int:
    """Return the noun that says what the name at *number* names: «President Bush», «the city of Berlin»."""
    parts = found[number].parts
    for kid in tree.of(number, "nmod"):
        if tree.subtype(kid) == "desc" and kid not in found and kid not in parts and kid < number:
            return kid
    for kid in tree.of(number, "nmod"):
        if tree.subtype(kid) == "desc" and kid in found and kid < number and not tree.kids[kid]:
            return kid
    head, relation = tree.heads[number], tree.rel[number]
    if not head or tree.word(head).upos != "NOUN" or head > number:
        return 0
    lemma = tree.lemmas[head].lower()
    case = tree.feature(number, "Case")
    named = relation == "nmod" and (tree.subtype(number) == "unmarked" or (tree.russian and case == "Nom"))
    owned = tree.russian and relation == "appos" and case == "Gen" != tree.feature(head, "Case")
    if (relation in ("appos", "flat") or named) and not owned:
        between = range(head + 1, parts[0])
        if any(tree.word(n).upos == "PUNCT" and plain(tree.word(n).form) not in "«\"“'" for n in between):
            return 0
        return 0 if tree.of(number, "case", "cop", "nsubj") else head
    if relation == "nmod" and lemma in PLACE_KINDS:
        cases = tree.of(number, "case")
        if len(cases) == 1 and tree.lemmas[cases[0]] == "of":
            return head
    return 0

"""
Which words of a tree get a node of their own, and what becomes of the others.

A word is a node, a part of another node (`pick` + `up`, the parts of a name), a role (prepositions and
conjunctions), a mark (auxiliaries, «not») or silent (commas, articles).
"""

from __future__ import annotations

from typing import Final, final

from scenograph.readers import roles
from scenograph.readers.draft import joined
from scenograph.readers.moments import Value, moments
from scenograph.readers.names import Name, names
from scenograph.readers.tree import CONTENT, Tree

_DASHES: Final = frozenset({"—", "–", "-", "--"})
_AT: Final = frozenset({"в", "во"})
_OF_HOURS: Final = _AT | {"до", "с", "со", "к", "ко"}
"""Prepositions of a time of day."""
_CLAUSAL: Final = frozenset({"ccomp", "csubj", "advcl", "acl", "parataxis", "root"})


@final
class Plan:
    """
    What becomes of each word of *tree*.

    Attributes:
        names: names, by the word that stands for the whole
        values: dates, times and numbers, by the word that stands for the whole
        gone: whether a word has no node of its own
        rel: the relation of a word to the word above it, without its subtype
        above: the nearest word above a word that has a node; 0 for the root
        below: the words that have a node, by the word above them
        function: the function words of a word by what they do: case, mark, aux, cop, cc, neg, article
        alias: relative pronouns, each with the word that it stands for
        most: adjectives in the superlative, each with the word that says so: «самый глубокий»
        own: words for «one's own», which say that the owner is the subject of the clause
        unknown: words that ask for what the sentence does not say, each with all that do: «how many»
        is_question: whether the sentence asks; see `asks`
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        count = len(tree.words) + 1
        self.names: dict[int, Name] = names(tree)
        self.values: dict[int, Value] = {}
        self.gone = [False] * count
        self.rel = list(tree.rel)
        self.above = [0] * count
        self.below: list[list[int]] = [[] for _ in range(count)]
        self.function: dict[str, list[list[int]]] = {
            kind: [[] for _ in range(count)]
            for kind in ("case", "mark", "aux", "cop", "cc", "neg", "article")
        }
        self.alias: dict[int, int] = {}
        self.unknown: dict[int, list[int]] = {}
        self.most: dict[int, int] = {}
        self.own: list[int] = []
        self.is_question = asks(tree)
        self._absorb()
        self._climb()
        self._find_relatives()
        self._find_unknowns()

    def _absorb(self) -> None:
        """Decide which words are a part of another node, or a role or mark."""
        tree, gone = self.tree, self.gone
        for holder, name in self.names.items():
            for part in (*name.parts, name.kind, *name.silent):
                if part and part != holder:
                    gone[part] = True
        held = {part for name in self.names.values() for part in (*name.parts, name.kind, *name.silent)}
        for top, value in moments(tree).items():
            if not held.intersection(value.parts):
                self.values[top] = value
                for part in value.parts:
                    if part != top:
                        gone[part] = True
        for number in tree:
            if number != tree.root and not gone[number]:
                self._absorb_function(number)
            if tree.is_denial(number):
                self.function["neg"][number].append(number)

    def _absorb_function(self, number: int) -> None:
        tree = self.tree
        word, relation, head = tree.word(number), tree.rel[number], tree.heads[number]
        content = word.upos in CONTENT
        kind = ""
        if relation == "mark" and head == tree.root and self.is_question and self._asks_when(number):
            self.rel[number] = "advmod"
            return
        if word.upos == "PUNCT" or (relation == "punct" and not content):
            self.gone[number] = True
            return
        if relation in ("fixed", "goeswith") or tree.subtype(number) == "prt":
            self.gone[number] = True
            return
        if tree.lemmas[number] == "самый" and self._grades(number):
            self.gone[number] = True
            self.most[number + 1] = number
            return
        label = word.upos == "NUM" and tree.word(head).upos in ("NOUN", "PROPN")
        if relation == "flat" and not label and head not in self.names and number not in self.names:
            self.gone[number] = True
            return
        if relation in ("case", "mark", "cc") or (
            relation in ("aux", "cop") and word.upos not in ("NOUN", "PROPN", "ADJ", "NUM")
        ):
            kind = relation
        elif (relation == "expl" and not content) or self._points(number):
            self.gone[number] = True
            return
        elif relation == "det" and tree.lemmas[number].lower() in roles.ARTICLES:
            kind = "article"
        elif relation == "advmod" and tree.lemmas[number].lower() in ("not", "n't", "не", "ни"):
            kind = "neg"
        elif relation == "advmod" and tree.lemmas[number].lower() == "ли":
            kind = "mark"
        if kind:
            self.gone[number] = True
            self.function[kind][head].append(number)

    def _grades(self, number: int) -> bool:
        """Whether «самый» belongs to the adjective behind it: «самое глубокое озеро», not «тот самый»."""
        if number >= len(self.tree.words) or (number > 1 and self.tree.lemmas[number - 1] in ("тот", "этот")):
            return False
        return self.tree.word(number + 1).upos == "ADJ"

    def _points(self, number: int) -> bool:
        """Whether «это» stands between a subject and a noun that is said of it: «Волга — это река»."""
        tree = self.tree
        if tree.lemmas[number] != "это" or tree.rel[number] != "nsubj" or number < 3:
            return False
        subjects = [kid for kid in tree.of(tree.heads[number], "nsubj", "csubj") if kid < number]
        return bool(subjects) and tree.word(number - 1).form in _DASHES

    def _asks_when(self, number: int) -> bool:
        """Whether a word asks, though a parser took it for a conjunction: «Когда …?» begins a main clause."""
        return self.tree.lemmas[number].lower() in roles.ASKED_ROLES and self.tree.is_question_word(number)

    def _climb(self) -> None:
        """Find the node above each word, and hand on the function words of words that have none."""
        tree = self.tree
        for number in tree:
            head = tree.heads[number]
            while head and self.gone[head]:
                head = tree.heads[head]
            self.above[number] = head
            if not self.gone[number]:
                if self.rel[number] == "conj" and tree.heads[number] != head:
                    self.rel[number] = "dep"
                self.below[head].append(number)
        for lists in self.function.values():
            for number in tree:
                if lists[number] and self.gone[number] and (above := self.above[number]):
                    lists[above] = sorted(lists[above] + lists[number])
        for number in tree:
            if self.rel[number] == "conj" and not self.gone[number]:
                self._part(number)
            elif tree.lemmas[number].lower() == roles.REFLEXIVE_OWNER and self._is_own(number):
                self.gone[number] = True
                self.below[self.above[number]].remove(number)
                self.own.append(number)
            elif self.rel[number] == "advcl" and not self.gone[number] and tree.subtype(number) != "relcl":
                self._mark_times(number)
        for moment, value in self.values.items():
            if value.is_time and self.above[moment]:
                self._hand_up(moment)

    def _hand_up(self, moment: int) -> None:
        """Let «tomorrow» at a time of day say when the same thing happens: «завтра в 6 вечера»."""
        above = self.above[moment]
        for kid in self.kids(moment, "advmod"):
            if self.tree.lemmas[kid].lower() in roles.TIME_ADVERBS and not self.below[kid]:
                self.below[moment].remove(kid)
                self.above[kid] = above
                self.below[above] = sorted([*self.below[above], kid])

    def _is_own(self, number: int) -> bool:
        """Whether «свой» says whose the word above it is, and nothing hangs on it."""
        return not self.gone[number] and self.rel[number] in ("det", "amod") and not self.below[number]

    def _mark_times(self, number: int) -> None:
        """Let «when» and its like introduce an adverbial clause: «When he came, she slept»."""
        for kid in self.kids(number, "advmod", "mark"):
            if self.tree.is_question_word(kid) and not self.below[kid]:
                self.gone[kid] = True
                self.below[number].remove(kid)
                self.function["mark"][number].append(kid)

    def _part(self, number: int) -> None:
        """Part a noun from the one it is joined to if its preposition is another: «from Bonn or to Ulm»."""
        first, cases = self.above[number], self.function["case"]
        if self.rel[first] not in ("obl", "nmod") or not cases[number] or not self.above[first]:
            return
        if {self.tree.lemmas[n] for n in cases[number]} != {self.tree.lemmas[n] for n in cases[first]}:
            self.rel[number] = self.rel[first]
            self.below[first].remove(number)
            self.above[number] = self.above[first]
            self.below[self.above[first]].append(number)
            self.below[self.above[first]].sort()

    def kids(self, number: int, *relations: str) -> list[int]:
        return [kid for kid in self.below[number] if self.rel[kid] in relations]

    def lemma(self, number: int) -> str:
        """Return the lemma of a word with the words that are fixed to it: `pick-up`, `because-of`."""
        tree = self.tree
        kids = tree.kids[number]
        lemma = tree.lemmas[number]
        if not kids:
            return lemma
        pieces = [lemma]
        for kid in kids:
            relation = tree.rel[kid]
            if tree.subtype(kid) == "prt" or (
                relation in ("fixed", "flat") and self.gone[kid] and number not in self.names
            ):
                pieces.append(self.lemma(kid))
        return joined(pieces)

    def clause(self, number: int) -> int:
        """Return the word that heads the nearest clause around *number*, or at it."""
        while self.rel[number] not in _CLAUSAL and self.above[number]:
            number = self.above[number]
        return number

    def _find_relatives(self) -> None:
        tree = self.tree
        for number in tree:
            if self.gone[number] or not tree.is_relative(number):
                continue
            clause = self.clause(number)
            if clause == number or self.rel[clause] != "acl" or not self.above[clause]:
                continue
            relative = tree.subtype(clause) == "relcl" or "Rel" in tree.feature(number, "PronType")
            if relative and not self.below[number]:
                self.alias[number] = self.above[clause]

    def _find_unknowns(self) -> None:
        tree = self.tree
        for number in tree:
            if self.gone[number] or number in self.alias or not tree.is_question_word(number):
                continue
            clause = self.clause(number)
            relation = self.rel[clause]
            if any(tree.subtype(kid) == "relcl" for kid in self.kids(number, "acl")) and not self.is_question:
                continue
            if relation == "advcl" or (relation == "acl" and tree.subtype(clause) == "relcl"):
                continue
            inner = relation in ("ccomp", "csubj", "acl")
            if (inner or self.is_question) and self._is_how_many(number):
                continue
            if inner or (self.is_question and tree.feature(number, "PronType") != "Exc"):
                self.unknown[number] = [number]

    def _is_how_many(self, number: int) -> bool:
        """Let «how» and the «many» above it be one unknown; whether it was so."""
        above = self.above[number]
        if self.tree.lemmas[number].lower() != "how" or not above or self.below[number]:
            return False
        if self.tree.lemmas[above].lower() not in ("many", "much"):
            return False
        self.gone[number] = True
        self.below[above].remove(number)
        self.unknown[above] = sorted([number, above])
        return True

    def spread(self, number: int) -> list[int]:
        """Return the words that make one lemma with *number*."""
        found = [number]
        for kid in self.tree.kids[number]:
            fixed = self.tree.rel[kid] in ("fixed", "flat", "goeswith") or self.tree.subtype(kid) == "prt"
            if fixed and self.gone[kid]:
                found += self.spread(kid)
        return sorted(found)

    def is_owner(self, number: int) -> bool:
        tree = self.tree
        if tree.subtype(number) == "poss" or tree.feature(number, "Poss") == "Yes":
            return True
        return self.rel[number] == "det"

    def asks_hour(self, number: int) -> bool:
        """Whether a word asks for a time of day: «во сколько начинается совещание», «до скольки»."""
        cases = [self.lemma(case).lower() for case in self.function["case"][number]]
        if self.lemma(number).lower() != "сколько" or len(cases) != 1:
            return False
        above = self.above[number]
        costs = bool(above) and self.tree.lemmas[above].lower() in roles.AMOUNTING  # «во сколько обошлось»
        return cases[0] in _OF_HOURS and not (costs and cases[0] in _AT)

    def is_predicate(self, number: int) -> bool:
        """Whether a word that is no verb is said of a subject."""
        return bool(self.function["cop"][number] or self.kids(number, "nsubj", "csubj", "swapped"))

    def is_clause(self, number: int) -> bool:
        return self.tree.is_verb(number) or self.is_predicate(number)


def asks(tree: Tree) -> bool:
    """
    Whether a sentence asks: it ends with a question mark, or ends with no mark and is built like a question.

    «what flights are there», «does it fly to Boston», as they are written in chats and spoken corpora.
    """
    words = tree.words
    if any(word.upos == "PUNCT" and "?" in word.form for word in words[-3:]):
        return True
    if words[-1].upos == "PUNCT" or tree.russian:
        return False
    first = next((n for n in tree if tree.word(n).upos not in ("INTJ", "CCONJ", "PUNCT")), 1)
    root = tree.root
    subjects = [kid for kid in tree.of(root, "nsubj", "csubj", "expl") if tree.subtype(kid) != "outer"]
    helpers = [first] if tree.word(first).upos == "AUX" else tree.of(root, "aux", "cop")
    if tree.word(first).upos == "AUX" and (first == root or tree.heads[first] == root):
        return any(first < kid for kid in subjects)
    if not tree.is_question_word(first) or tree.feature(first, "PronType") == "Exc":
        return False
    if first == root or any(first in (kid, *tree.kids[kid]) for kid in subjects):
        return True
    return any(helper < kid for helper in helpers for kid in subjects)

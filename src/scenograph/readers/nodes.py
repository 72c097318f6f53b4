"""The nodes of a scene: words, names and values, and what joins them (and, not, whether, being somewhere)."""

from __future__ import annotations

from typing import Final, final

from scenograph.core.links import quote
from scenograph.readers import roles
from scenograph.readers.draft import Draft, literal
from scenograph.readers.names import ENTITY, Name
from scenograph.readers.plan import Plan
from scenograph.readers.tree import CLAUSE
from scenograph.readers.values import RUSSIAN_SIGNS, SIGNS

_NOMINAL: Final = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM", "X", "DET", "ADV"})
_CONSTANT: Final = roles.DEGREE_ADVERBS | roles.OTHER_ADVERBS | roles.QUANTIFIERS
_WHETHER: Final = frozenset({"whether", "if", "ли"})


@final
class Nodes:
    """
    The nodes of *draft* that the words of *plan* become.

    Attributes:
        node: the node of a word itself
        base: the node that the rest of the clause of a word hangs on. It is not *node* where the word says
            where somebody is, or who: then it is `be`, or the noun that the word is said of
        inner: *base*, negated if the word is
        outer: *inner* with all that is joined to it
        joined: for a word with conjuncts, the node that joins them, and the others
        beside: for a clause with clauses beside it, the node that joins them, the first, and the others
        frame: for a clause that is said of a subject, the node `be` between them
        spoken: for a clause that somebody says, the word that says who: «…», said Anna
    """

    def __init__(self, plan: Plan, draft: Draft) -> None:
        self.plan = plan
        self.tree = plan.tree
        self.draft = draft
        count = len(plan.gone)
        self.node = [-1] * count
        self.base = [-1] * count
        self.inner = [-1] * count
        self.outer = [-1] * count
        self.speakers: dict[str, int] = {}
        self.named: dict[tuple[str, str], int] = {}
        self.quoted = any(word.form in '"«»“”' for word in self.tree.words)
        self.joined: dict[int, tuple[int, list[int]]] = {}
        self.beside: dict[int, tuple[int, int, list[int]]] = {}
        self.spoken: dict[int, int] = {}
        self.frame: dict[int, int] = {}
        self._make_nodes()
        self._make_wrappers()

    def _make_nodes(self) -> None:
        tree, draft = self.tree, self.draft
        for number in tree:
            if self.plan.gone[number] or number in self.plan.alias:
                continue
            if number in self.plan.unknown:
                self.node[number] = draft.node(
                    self._unknown(number), self.plan.unknown[number], is_value=True
                )
            elif name := self.plan.names.get(number):
                self.node[number] = self._name_node(number, name)
            elif value := self.plan.values.get(number):
                self.node[number] = draft.node(literal(value.text), value.parts, is_value=True)
            else:
                self.node[number] = self._word_node(number)
        for number, antecedent in self.plan.alias.items():
            while antecedent in self.plan.alias:
                antecedent = self.plan.alias[antecedent]
            self.node[number] = self.node[antecedent]

    def _unknown(self, number: int) -> str:
        if self.plan.asks_hour(number):
            return "?when"
        lemma = self.tree.lemmas[number].lower()
        return f"?how-{lemma}" if lemma in ("many", "much") else roles.UNKNOWNS[lemma]

    def _name_node(self, number: int, name: Name) -> int:
        concept = literal(self.tree.lemmas[name.kind].lower()) if name.kind else ENTITY
        words = sorted({*name.parts, name.kind or number, *name.silent})
        if (concept, name.text) in self.named:  # «Anna said that Anna slept»: one Anna
            node = self.named[concept, name.text]
            self.draft.words[node] += words
            return node
        node = self.named[concept, name.text] = self.draft.node(concept, words)
        arcs = [part for part in words if part != number]
        self.draft.link(node, ":name", quote(name.text), name.parts, arcs)
        return node

    def _word_node(self, number: int) -> int:
        tree = self.tree
        word, lemma = tree.word(number), self.plan.lemma(number)
        lower = lemma.lower()
        if word.upos in ("PRON", "DET") and self.plan.is_owner(number):
            lemma = roles.OWNERS.get(lower) or roles.OWNERS.get(word.form.lower()) or lemma
            lower = lemma.lower()
            is_pronoun = lower in roles.OWNERS.values()  # «его брат»: he may be somebody who was named
        else:
            is_pronoun = False
        if lower in roles.SPEAKERS or lower == "i":
            lemma = "I" if lower == "i" else lower
            if not self.quoted:
                node = self.speakers.get(lemma)
                if node is None:
                    node = self.speakers[lemma] = self.draft.node(lemma)
                self.draft.words[node].append(number)
                return node
        elif tree.is_denial(number):
            lemma = "быть"
        elif lower == "few" and number > 1 and tree.word(number - 1).form.lower() == "a":
            lemma = "a-few"  # «a few apples» are some, «few apples» are hardly any
        elif word.upos == "SYM":
            lemma = (RUSSIAN_SIGNS if tree.russian else SIGNS).get(lemma, lemma)
        elif word.upos == "PROPN":
            lemma = lower  # a month or a day of the week
        elif word.upos == "ADJ" and tree.feature(number, "NumType") == "Ord" and not tree.russian:
            lemma = word.form.lower()
        is_value = (word.upos in ("DET", "PART") and not is_pronoun) or (
            word.upos in ("ADV", "ADJ") and lower in _CONSTANT
        )
        return self.draft.node(literal(lemma), self.plan.spread(number), is_value=is_value)

    def _make_wrappers(self) -> None:
        """Add the nodes that stand for more than one word: being somewhere, not, and, whether."""
        tree, draft = self.tree, self.draft
        for number in tree:
            if self.plan.gone[number]:
                continue
            base = self.node[number]
            if number not in self.plan.alias and self._needs_be(number):
                verb = "быть" if tree.russian else "be"
                base = draft.node(verb, self.plan.function["cop"][number])
            self.base[number] = base
        for number in tree:
            if not self.plan.gone[number] and number not in self.plan.alias:
                self._swap(number)
        for number in tree:
            if self.plan.gone[number]:
                continue
            inner = self.base[number]
            if number not in self.plan.alias and self._has_outer(number):
                verb = "быть" if tree.russian else "be"
                inner = draft.node(verb, self.plan.function["cop"][number])
                draft.link(inner, ":content", self.base[number], [number], [])
                self.frame[number] = inner
            negations = self.plan.function["neg"][number]
            if negations and number not in self.plan.alias:
                wrapper = draft.node("not", negations)
                draft.link(wrapper, ":op1", inner, negations, negations)
                inner = wrapper
            self.inner[number] = self.outer[number] = inner
        for number in tree:
            if not self.plan.gone[number] and number not in self.plan.alias:
                self._join(number)
        for number in tree:
            if not self.plan.gone[number] and self._asks_whether(number):
                marks = [m for m in self.plan.function["mark"][number] if tree.lemmas[m].lower() in _WHETHER]
                wrapper = draft.node("whether", marks)
                draft.link(wrapper, ":content", self.outer[number], marks, marks)
                self.outer[number] = wrapper
        for number, (wrapper, members) in self.joined.items():
            draft.link(wrapper, ":op1", self.inner[number], [number], [])
            for place, member in enumerate(members, 2):
                signs = self.plan.function["cc"][member]
                draft.link(wrapper, f":op{place}", self.top(member), [member], [member, *signs])
        for number, (wrapper, first, members) in self.beside.items():
            draft.link(wrapper, ":op1", first, [number], [])
            for place, member in enumerate(members, 2):
                draft.link(wrapper, f":op{place}", self.top(member), [member], [member])
        for number, speech in self.spoken.items():
            draft.link(self.base[speech], ":content", self.outer[number], [speech], [speech])

    def _needs_be(self, number: int) -> bool:
        tree = self.tree
        word = tree.word(number)
        if tree.is_verb(number) or word.upos not in _NOMINAL:
            return False
        asks = tree.lemmas[number].lower() in roles.ASKED_ROLES and number in self.plan.unknown
        placed = self.plan.function["case"][number] or word.upos == "ADV" or asks
        if not placed:
            return False
        return self.plan.is_predicate(number) or (
            self.plan.rel[number] in ("root", "parataxis") and bool(self.plan.function["case"][number])
        )

    def _has_outer(self, number: int) -> bool:
        """Whether a clause is what a subject is said to be: «The problem is that the server fell»."""
        return any(self.tree.subtype(kid) == "outer" for kid in self.plan.kids(number, "nsubj", "csubj"))

    def _swap(self, number: int) -> None:
        """Let «The capital is Paris» and «What is the capital?» say the same as «Paris is the capital»."""
        tree = self.tree
        if tree.is_verb(number) or self.base[number] != self.node[number]:
            return
        subjects = self.plan.kids(number, "nsubj")
        if len(subjects) != 1 or not self.plan.is_predicate(number):
            return
        subject = subjects[0]
        if self.plan.kids(subject, "conj") or tree.subtype(subject) == "outer":
            return
        if tree.word(subject).upos != "NOUN" or subject in self.plan.unknown or subject in self.plan.values:
            return
        named = number in self.plan.names and not self.plan.names[number].kind
        if not (
            named
            or number in self.plan.values
            or (number in self.plan.unknown and tree.word(number).upos == "PRON")
        ):
            return
        if self.plan.below[number] != [
            k for k in self.plan.below[number] if self.plan.rel[k] in CLAUSE | {"conj"}
        ]:
            return
        self.base[number] = self.node[subject]
        self.plan.rel[subject] = "swapped"

    def _join(self, number: int) -> None:
        """Make the nodes that join what is coordinated with a word, then the sentences beside it."""
        draft = self.draft
        if conjuncts := self.plan.kids(number, "conj"):
            signs = [sign for kid in conjuncts for sign in self.plan.function["cc"][kid]]
            lemma = self.plan.lemma(signs[-1]).lower() if signs else "and"
            wrapper = draft.node(literal(roles.COORDINATION.get(lemma, lemma)), signs)
            self.joined[number] = (wrapper, conjuncts)
            self.outer[number] = wrapper
        beside: list[int] = []
        for kid in self.plan.kids(number, "parataxis"):
            if self._is_speech(kid) and number not in self.spoken:
                self.spoken[number] = kid
            elif self.plan.is_clause(kid) and self.plan.is_clause(number) and not self.is_bracketed(kid):
                beside.append(kid)
        if beside:
            wrapper = draft.node("and")
            self.beside[number] = (wrapper, self.outer[number], beside)
            self.outer[number] = wrapper

    def top(self, number: int) -> int:
        """Return the node that others link to for a word: its own, or what says that somebody said it."""
        while number in self.spoken:
            number = self.spoken[number]
        return self.outer[number]

    def _is_speech(self, number: int) -> bool:
        """Whether a clause beside another says who said it: «…», said Anna."""
        tree = self.tree
        return (
            tree.is_verb(number)
            and tree.lemmas[number].lower() in roles.SPEAKING
            and bool(self.plan.kids(number, "nsubj"))
            and not self.plan.kids(number, "ccomp", "obj", "xcomp")
        )

    def is_bracketed(self, number: int) -> bool:
        """Whether a word and what hangs on it stand in brackets."""
        marks = [self.tree.word(kid).form for kid in self.tree.of(number, "punct")]
        return any(mark in "([" for mark in marks)

    def _asks_whether(self, number: int) -> bool:
        tree = self.tree
        if any(tree.lemmas[m].lower() in _WHETHER for m in self.plan.function["mark"][number]):
            return self.plan.rel[number] in ("ccomp", "csubj") or self._has_li(number)
        if number != tree.root or not self.plan.is_question:
            return False
        return not any(self._clause_is_root(word) for word in self.plan.unknown)

    def _has_li(self, number: int) -> bool:
        return any(self.tree.lemmas[m].lower() == "ли" for m in self.plan.function["mark"][number])

    def _clause_is_root(self, number: int) -> bool:
        clause = self.plan.clause(number)
        while self.plan.above[clause] and (
            self.plan.rel[clause] == "parataxis"
            or (self.plan.rel[clause] == "csubj" and self.tree.feature(clause, "VerbForm") == "Inf")
        ):  # «Что надо купить?»
            clause = self.plan.clause(self.plan.above[clause])
        return clause == self.tree.root

    def root(self) -> int:
        return self.top(self.tree.root)

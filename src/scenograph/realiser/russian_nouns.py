"""Russian noun phrases: cases, agreement, numbers and dates, what stands before a noun and what after it."""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple, final

from scenograph.morphology import russian as numerals
from scenograph.morphology import russian_forms as forms
from scenograph.realiser import russian_words as words
from scenograph.realiser.speaker import Form, Speaker
from scenograph.realiser.text import Words, aside
from scenograph.realiser.values import Moment, is_number, moment, year
from scenograph.realiser.view import Edge, Target

_ADJECTIVE: Final = frozenset({"adj"})
CASES: Final = ("nom", "gen", "dat", "acc", "ins", "prep")


@final
class Agreement(NamedTuple):
    """
    What words that belong to a noun agree with.

    Attributes:
        of: m, f, n or pl
        person: 1, 2 or 3
        animate: whether it lives
    """

    of: str = "m"
    person: int = 3
    animate: bool = False


class RussianNouns(Speaker):
    """Says nouns, names, pronouns and values."""

    JOINING: ClassVar = {"and": "и", "or": "или", "but": "но", "nor": "ни"}

    def parts(self, lemma: str) -> frozenset[str]:
        """Return the parts of speech that *lemma* may be."""
        return forms.parts(lemma)

    def has_adjective(self, target: Target) -> bool:
        """Whether an adjective or a determiner describes *target*: then it is a noun."""
        return any(
            self.parts(self.view.word(edge.target)) == _ADJECTIVE for edge in self.view.out(target, "mod")
        )

    def unknown(self, target: Target, case: str = "nom", preposition: str = "") -> Words:
        """Say an unknown that *target* is, with what hangs on it; [] if it is none."""
        asked = self.view.unknown(target)
        if not asked:
            return []
        said = words.UNKNOWNS.get(asked, asked.replace("-", " "))
        found = self.pronoun(said, case, preposition)
        if not found:
            found = [self.agreeing(said, case, "m", False)] if said in ("какой", "чей") else [said]
        if isinstance(target, int) and target not in self.view.named:
            return self.described_word(target, " ".join(found))
        return found

    # --- words ------------------------------------------------------------------------------------------

    def spelt(self, lemma: str) -> str:
        """Return a lemma as text has it: `может-быть` as two words."""
        return words.FIXED.get(lemma, lemma)

    def date(self, at: Moment, case: str = "nom") -> str:
        """Return a date or time of day as text, without a preposition: «23 июня 1912 года»."""
        if at.clock:
            return at.clock
        pieces: list[str] = []
        if at.day is not None and at.month is None:
            return f"{at.day} число"
        if at.day is not None and at.month is not None:
            pieces += [str(at.day), forms.noun(words.MONTHS[at.month - 1], "gen")]
        elif at.month is not None:
            pieces.append(forms.noun(words.MONTHS[at.month - 1], case))
        if at.year is not None:
            pieces += [str(at.year), "года" if pieces else forms.noun("год", case, second=case == "prep")]
        return " ".join(pieces)

    def agreement(self, target: Target) -> Agreement:
        """Return what a verb or adjective agrees with, said of *target*."""
        view = self.view
        word = view.word(target)
        if view.is_joining(target) or view.is_not(target):
            inside = view.inside(target)
            joined = view.is_joining(inside) or view.is_not(inside)
            return Agreement("pl") if word == "and" or joined else self.agreement(inside)
        if asked := view.unknown(target):
            return Agreement("n" if asked in ("what", "how-many", "how-much") else "m", 3, asked == "who")
        if (pronoun := words.PRONOUNS.get(word)) and not view.name(target):
            return Agreement(pronoun[7], int(pronoun[6]), True)
        if word in words.ENGLISH_PRONOUNS:
            return Agreement({"she": "f", "it": "n", "we": "pl", "they": "pl", "you": "pl"}.get(word, "m"),
                             {"I": 1, "we": 1, "you": 2}.get(word, 3), True)  # fmt: skip
        if isinstance(target, str) and (is_number(word) or moment(word)):
            return Agreement("n")
        if self.is_plural(target) or word in words.PLURAL:
            return Agreement("pl", 3, forms.is_animate(word))
        name = view.name(target)
        if name and word == "entity":
            return Agreement(forms.name_gender(name), 3, forms.is_person(name))
        if isinstance(target, int) and "noun" not in self.parts(word) and self.is_clause(target):
            return Agreement("n")
        for edge in view.out(target, "quant"):
            said = view.word(edge.target)
            if is_number(said) or said in words.QUANTIFIERS_GENITIVE or view.unknown(edge.target):
                if said in ("1", "1.0"):
                    break
                return Agreement(
                    "n" if said in words.QUANTIFIERS_GENITIVE or view.unknown(edge.target) else "pl"
                )
        if "noun" not in self.parts(word) and "adj" in self.parts(word):
            return Agreement("m")
        return Agreement(forms.gender(word), 3, forms.is_animate(word))

    def gender(self, node: Target) -> str:
        """Return the gender of a noun itself, whatever is counted: m, f, n or pl."""
        word = self.view.word(node)
        if pronoun := words.PRONOUNS.get(word):
            return pronoun[7]
        return forms.gender(word) if "noun" in self.parts(word) or "adj" not in self.parts(word) else "m"

    def is_plural(self, target: Target) -> bool:
        """Whether a noun is marked as plural."""
        return any(edge.target == "plural" for edge in self.view.out(target, "number"))

    # --- noun phrases -----------------------------------------------------------------------------------

    def nominal(self, target: Target, case: str = "nom", *, preposition: str = "") -> Words:
        """Say a noun with all that hangs on it in *case*; *preposition* is what stands before it."""
        return self.view.deeper(lambda: self._nominal(target, case, preposition))

    def _nominal(self, target: Target, case: str, preposition: str) -> Words:
        view = self.view
        if isinstance(target, str) or target in view.named or view.unknown(target):
            return self.mention(target, case, preposition)
        if view.is_whether(target):
            return self.clause(target, Form())
        if self.is_clause(target):
            return self.anything(target)
        view.named.add(target)
        if view.is_joining(target) or view.is_not(target):
            return self._joined_nouns(target, case, preposition)
        return self._noun(target, case, preposition)

    def _joined_nouns(self, node: int, case: str, preposition: str) -> Words:
        view = self.view
        edges = view.members(node)
        view.done.update(edge.place for edge in edges)
        if view.is_not(node):
            front, after = self.around(node)
            return [*front, "не", *self.nominal(edges[0].target, case, preposition=preposition), *after]
        own: Words = []
        for edge in view.take(node, "poss"):
            own += self.owner(edge.target, case, Agreement("pl"))
        front, after = self.around(node)
        pieces = [self.nominal(edge.target, case, preposition=preposition) for edge in edges]
        close = ["," not in piece for piece in pieces]
        if view.word(node) == "but":
            close = [False] * len(pieces)
        return [*front, *own, *self.join(view.word(node), pieces, close), *after, *self.described(node, case)]

    def _noun(self, node: int, case: str, preposition: str) -> Words:
        view = self.view
        word = view.word(node)
        name = view.name(node)
        pronoun = self.pronoun(word, case, preposition) if not name else []
        agreement = self.agreement(node) if name and word == "entity" else Agreement(self.gender(node))
        plural = view.mark(node, "number") == "plural"
        degree = view.mark(node, "degree")
        of = "pl" if plural else agreement.of
        animate = forms.is_animate(word) or (word == "entity" and forms.is_person(name))
        edges = [edge for edge in view.take(node) if edge.role != "name" or isinstance(edge.target, int)]
        # The amount decides the number and case of what it counts.
        amount: Words = []
        head_case, head_plural, count_as = case, plural, ""
        determiner: Words = []
        for edge in edges:
            if edge.role == "quant":
                said, head_case, head_plural, count_as = self._amount(
                    edge.target, word, case, of, animate, plural
                )
                amount += said
                break
        counted_edge = next((edge for edge in edges if edge.role == "quant"), None)
        before: Words = []
        after: Words = []
        only: Words = []
        late: Words = []
        adjective_case = head_case
        adjective_of = "pl" if count_as in ("many", "pl") or head_plural else of
        if head_case == "gen" and case in ("nom", "acc") and amount and not head_plural and count_as == "few":
            adjective_case, adjective_of = ("nom" if of == "f" else "gen"), "pl"
        for edge in edges:
            role, target = edge.role, edge.target
            if edge is counted_edge:
                continue
            said_word = view.word(target)
            if role == "poss":
                is_own = target in view.named and target == self.around_subject
                said = self.owner(target, adjective_case, Agreement(adjective_of, 3, animate))
                is_pronoun = is_own or view.word(target) in words.OWNERS or bool(view.unknown(target))
                if isinstance(target, int) and not is_pronoun:
                    after += said
                else:
                    determiner += said
            elif role == "quant":
                before += self._amount(target, word, case, of, animate, plural)[0]
            elif role == "same" and view.unknown(target):
                self.unknown(target)
                determiner += [self.agreeing("какой", adjective_case, adjective_of, animate)]
            elif role in ("mod", "degree") and said_word in words.PARTICLES_BEFORE and not view.out(target):
                view.name_bare(target)
                only += self.spelt(said_word).split()
            elif role == "mod" and said_word in words.PARTICLES_AFTER and not view.out(target):
                view.name_bare(target)
                late += [said_word]
            else:
                position, phrase = self._modifier(
                    edge, node, adjective_case, Agreement(adjective_of, 3, animate)
                )
                (before if position == "before" else only if position == "front" else after).extend(phrase)
        head = pronoun or self._head(node, word, name, head_case, head_plural, preposition, count_as)
        if name and word != "entity" and after and len(head) > 1:
            first = len(self.declined(word, head_case, head_plural).split())
            owned = [edge for edge in edges if edge.role in ("of", "poss")]
            if (
                len(owned) == 1
                and len([e for e in edges if e.role not in ("of", "poss", "mod", "quant")]) == 0
            ):
                head, after = head[:first], [*after, *head[first:]]
        if degree:
            before = ["более" if degree == "more" else "самый", *before]
        back_before, back_after = self._described(node, adjective_case, Agreement(adjective_of, 3, animate))
        core = [*determiner, *amount, *back_before, *before, *head]
        return [*only, *core[:1], *late, *core[1:], *after, *back_after]

    def pronoun(self, word: str, case: str, preposition: str) -> Words:
        """Return a pronoun in *case*; [] if *word* is none."""
        if word == "друг-друг":
            said = words.EACH_OTHER[case]
            return said.split()
        found = words.PRONOUNS.get(word)
        if found is None:
            return []
        said = found[CASES.index(case)]
        if preposition and word in ("он", "она", "оно", "они") and case != "nom":
            said = words.AFTER_PREPOSITION.get(said, said)
        return [said]

    def _head(
        self, node: int, word: str, name: str, case: str, plural: bool, preposition: str, count_as: str
    ) -> Words:
        view = self.view
        second = preposition in ("в", "на")
        if name and word == "entity":
            return forms.name(name, case).split() or [name]
        if view.is_quoted(node) or is_number(word):
            head = word
        elif at := moment(word):
            head = self.date(at, case)
        elif count_as in ("many", "pl") and case == "gen" and plural:
            head = forms.counted(word)
        else:
            head = self.declined(word, case, plural, second=second)
        if not name:
            return head.split() or [word]
        kind_known = "noun" in self.parts(word) or not forms.is_russian(word)
        is_person = forms.is_animate(word) and kind_known
        written = (
            forms.name(name, case)
            if is_person or (word in ("город", "река", "озеро") and " " not in name)
            else name
        )
        return [*head.split(), *written.split()]

    def declined(self, lemma: str, case: str, plural: bool, *, second: bool = False) -> str:
        """Return a noun, with what is written after its hyphen, in *case*."""
        fixed = self.spelt(lemma)
        if fixed != lemma:
            return fixed
        parts = self.parts(lemma)
        if parts and not parts & {"noun", "adj"}:
            return lemma
        if "noun" not in parts and "adj" in parts:
            return forms.adjective(lemma, case, "pl" if plural else "m")
        return forms.noun(lemma, case, plural, second=second)

    def agreeing(self, lemma: str, case: str, of: str, animate: bool, degree: str = "") -> str:
        """Return an adjective or determiner that agrees with a noun."""
        return forms.adjective(lemma, case, of, animate=animate, degree=degree)

    def _amount(
        self, target: Target, word: str, case: str, of: str, animate: bool, plural: bool
    ) -> tuple[Words, str, bool, str]:
        """
        Say how many of a noun.

        Returns:
            the words; the case of the noun; whether it is plural; how it is counted: one, few, many or ''
        """
        view = self.view
        said = view.word(target)
        bare = isinstance(target, str) or not view.out(target)
        direct = case in ("nom", "acc") and not (case == "acc" and animate and said in ("2", "3", "4"))
        if isinstance(target, int) and target in view.named:
            return self.mention(target), case, plural, ""
        if view.unknown(target):
            return self.unknown(target), "gen", True, "many"
        if is_number(said):
            spoken = self._number(said, case, of, animate, "noun" in self.parts(word))
            if isinstance(target, int):
                spoken = self.described_word(target, spoken[0])
            if "." in said:
                return spoken, "gen" if direct else case, False, ""
            count = int(said) % 100
            if count % 10 == 1 and count != 11:
                return spoken, case, plural, ""
            if not direct:
                return spoken, case if case not in ("acc",) else "gen", True, "pl"
            if count % 10 in (2, 3, 4) and not 11 < count < 15:
                return spoken, "gen", False, "few"
            return spoken, "gen", True, "many"
        if said in words.QUANTIFIERS_GENITIVE and said not in ("большинство", "меньшинство"):
            spoken = self.described_word(target, said) if isinstance(target, int) else [said]
            if case in ("nom", "acc"):
                return spoken, "gen", True, "many"
            stem = words.QUANTIFIER_CASES.get(said)
            if stem:
                ending = {"gen": "их", "dat": "им", "ins": "ими", "prep": "их"}[case]
                return [stem + ending], case, True, "pl"
            return spoken, "gen", True, "many"
        if said in ("оба",):
            said = "обе" if of == "f" else "оба"
            if isinstance(target, int):
                view.named.add(target)
            if case in ("nom", "acc"):
                return [said], "gen", False, "few"
            stem = "обеи" if of == "f" else "обои"
            return [stem + {"gen": "х", "dat": "м", "ins": "ми", "prep": "х"}[case]], case, True, "pl"
        if not bare or "adj" in self.parts(said) or isinstance(target, str):
            if isinstance(target, str):
                many = plural or said in ("многие", "некоторые", "немногие")
                return (
                    [self.agreeing(said, case, "pl" if many else of, animate)],
                    case,
                    many,
                    "pl" if many else "",
                )
            return self.attribute(target, case, Agreement(of, 3, animate)), case, plural, ""
        return self.nominal(target, case), "gen" if "noun" in self.parts(said) else case, plural, ""

    def _number(self, text: str, case: str, of: str, animate: bool, is_known: bool = True) -> Words:
        """Return a number as text; small ones as words."""
        if text == "1" and is_known:
            return [self.agreeing("один", case, of, animate)]
        if text.isdecimal() and not text.startswith("0") and 2 <= int(text) <= 10:
            shape = "gen" if case == "acc" and animate and int(text) < 5 else case
            return [numerals.numeral(int(text), shape, "f" if of == "f" else "m")]
        return [text.replace(".", ",")]

    def described_word(self, node: int, said: str) -> Words:
        """Say an adverb, a number or another word that does not change, with what hangs on it."""
        view = self.view
        view.named.add(node)
        degree = view.mark(node, "degree")
        view.mark(node, "number")
        if degree == "more":
            said = forms.comparative(view.word(node))
        elif degree == "most":
            said = f"наиболее {said}"
        before: Words = []
        after: Words = []
        for edge in view.take(node):
            if is_number(said) and edge.role == "mod" and is_number(view.word(edge.target)):
                after += ["—", *self.adverb(edge.target)]
            elif edge.role in ("degree", "mod", "quant", "manner") and not self.is_clause(edge.target):
                before += self.adverb(edge.target)
            else:
                after += self.beside(edge, node)
        return [*before, *said.split(), *after, *self.described(node, "nom")]

    def adverb(self, target: Target) -> Words:
        """Say an adverb or whatever else says how."""
        return self.view.deeper(lambda: self._adverb(target))

    def _adverb(self, target: Target) -> Words:
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target):
            return asked
        if isinstance(target, str):
            at = moment(word)
            return (self.date(at) if at else self.spelt(word)).split() or [word]
        if target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            view.named.add(target)
            edges = view.members(target)
            view.done.update(edge.place for edge in edges)
            pieces = [self.adverb(edge.target) for edge in edges]
            front, after = self.around(target)
            joined = (
                ["не", *pieces[0]] if view.is_not(target) else self.join(word, pieces, [True] * len(pieces))
            )
            return [*front, *joined, *after, *self.described(target, "nom")]
        if view.name(target) or word in words.PRONOUNS:
            return self.nominal(target)
        if self.is_clause(target):
            return self.anything(target)
        parts = self.parts(word)
        if "adv" in parts or not parts & {"noun", "adj"}:
            return self.described_word(target, self.spelt(word))
        if "noun" in parts:
            return self.nominal(target)
        return self.attribute(target, "nom", Agreement())

    def owner(self, target: Target, case: str, of: Agreement) -> Words:
        """Say whose something is: «мой», «его», «Петра»."""
        view = self.view
        if self.unknown(target):
            return [self.agreeing("чей", case, of.of, of.animate)]
        word = view.word(target)
        if target in view.named and target == self.around_subject:
            return [self.agreeing("свой", case, of.of, of.animate)]
        own = words.OWNERS.get(word)
        if own and not (isinstance(target, int) and view.out(target)):
            if isinstance(target, int):
                view.named.add(target)
            said = own if own in ("его", "её", "их") else self.agreeing(own, case, of.of, of.animate)
            return [said, *(self.described(target, "gen") if isinstance(target, int) else [])]
        return self.nominal(target, "gen")

    def attribute(self, target: Target, case: str, of: Agreement) -> Words:
        """Say an adjective that agrees with its noun, with what hangs on it."""
        return self.view.deeper(lambda: self._attribute(target, case, of))

    def _attribute(self, target: Target, case: str, of: Agreement) -> Words:
        view = self.view
        if isinstance(target, str) or target in view.named:
            word = view.word(target)
            if "adj" in self.parts(word):
                return [self.agreeing(word, case, of.of, of.animate)]
            return self.mention(target, "nom")
        word = view.word(target)
        if view.is_joining(target) or view.is_not(target):
            view.named.add(target)
            edges = view.members(target)
            view.done.update(edge.place for edge in edges)
            pieces = [self.attribute(edge.target, case, of) for edge in edges]
            front, after = self.around(target)
            joined = (
                ["не", *pieces[0]] if view.is_not(target) else self.join(word, pieces, [True] * len(pieces))
            )
            return [*front, *joined, *after, *self.described(target, case)]
        view.named.add(target)
        degree = view.mark(target, "degree")
        view.mark(target, "number")
        if degree == "more" and "adj" in self.parts(word):
            said = f"более {self.agreeing(word, case, of.of, of.animate)}"
        else:
            said = self.agreeing(word, case, of.of, of.animate, degree)
        before: Words = []
        after: Words = []
        for edge in view.take(target):
            if view.word(edge.target) in words.PARTICLES_AFTER:
                after += self.adverb(edge.target)
            elif edge.role == "mod" and self.parts(view.word(edge.target)) == _ADJECTIVE:
                before += self.attribute(edge.target, case, of)  # «самой узнаваемой»
            elif edge.role in ("degree", "mod", "manner") and not self.is_clause(edge.target):
                before += self.adverb(edge.target)
            else:
                after += self.beside(edge, target)
        return [*before, *said.split(), *after, *self.described(target, case)]

    # --- modifiers --------------------------------------------------------------------------------------

    def _modifier(self, edge: Edge, node: int, case: str, of: Agreement) -> tuple[str, Words]:
        """Return where a link of a noun is said (front, before, after), and its words."""
        view = self.view
        role, target = edge.role, edge.target
        word = view.word(target)
        if role in ("mod", "degree", "manner", "time", "place"):
            if isinstance(target, int) and (self.is_clause(target) or self.gap(target, node)):
                return "after", self.anything_of(target, node, case, of)
            inside = view.inside(target)
            parts = self.parts(view.word(inside))
            if is_number(word):
                return "before", self.adverb(target)
            if role == "time":
                return "after", self.when(target)
            if view.name(inside):
                return "after", self._beside_name(target, case)
            if "adj" in parts and not ("noun" in parts and view.has(inside, "of", "poss", "number")):
                if self.is_heavy(target):
                    return "after", aside(self.attribute(target, case, of))
                return "before", self.attribute(target, case, of)
            if "noun" in parts:
                return "after", self.nominal(target, case if view.is_not(target) else "nom")
            if not forms.is_russian(word):
                return "before" if self.view.word(node) != "entity" else "after", self.adverb(target)
            return "before", self.adverb(target)
        if role == "remark":
            return "front", self.beside(edge, node)
        if role == "same" and not self.is_clause(target):  # commas would make it one more member
            return "after", ["(", *self.nominal(target, case), ")"]
        if role == "of" and isinstance(target, str) and year(word):
            return "after", [word, "года"]
        return "after", self.beside(edge, node)

    def _beside_name(self, target: Target, case: str) -> Words:
        return self.nominal(target, case)

    def anything_of(self, target: Target, node: int, case: str, of: Agreement) -> Words:
        """Say a clause that a noun links to: a relative clause if the noun is a part of it."""
        role = self.gap(target, node)
        if role and isinstance(target, int) and target not in self.view.named:
            return self.relative(target, node, role, case, of)
        return self.anything(target)

    def described(self, node: int, case: str) -> Words:
        """Say the clauses that describe a node, all of them after it."""
        before, after = self._described(node, case, self.agreement(node), may_stand_before=False)
        return [*before, *after]

    def _described(
        self, node: int, case: str, of: Agreement, *, may_stand_before: bool = True
    ) -> tuple[Words, Words]:
        """Say the clauses that describe a noun: before it («построенный»), and after it."""
        view = self.view
        before: Words = []
        after: Words = []
        for edge in view.take_back(node):
            if not isinstance(edge.target, int):
                continue
            source = self.climb(edge.target)
            if isinstance(source, int) and source in view.named:
                continue
            if may_stand_before and source == edge.target and self._is_bare_participle(edge):
                form = self.participle(edge.target, edge.role, case, of)
                if form:
                    view.named.add(edge.target)
                    said: Words = []
                    for other in view.take(edge.target):
                        said += self.adverb(other.target)
                    before += [*said, *form.split(), *self.described(edge.target, case)]
                    continue
            after += self.relative(source, node, edge.role, case, of)
        return before, after

    def _is_bare_participle(self, edge: Edge) -> bool:
        """Whether a verb describes a noun alone, or with an adverb: «построенный», «хорошо известный»."""
        view = self.view
        if edge.role not in ("object", "agent") or self.is_finite(edge.target):
            return False
        others = [other for other in view.out(edge.target) if other.place != edge.place]
        return not view.into(edge.target) and all(
            other.role in ("degree", "manner", "mod", "time")
            and "adv" in self.parts(view.word(other.target))
            and not view.out(other.target)
            for other in others
        )

    def participle(self, node: Target, role: str, case: str, of: Agreement) -> str:
        """Return the participle by which a verb describes the noun that is its *role*; '' if it has none."""
        verb = self.view.word(node)
        perfective = forms.is_perfective(verb)
        if role == "object" and not verb.endswith("ся"):
            for tense in ("past", "pres"):
                if found := forms.participle(verb, tense, "pssv", case, of.of, animate=of.animate):
                    return found
            return ""
        return forms.participle(
            verb, "past" if perfective else "pres", "actv", case, of.of, animate=of.animate
        )

    def relative(self, source: Target, node: int, role: str, case: str, of: Agreement) -> Words:
        """Say a clause that describes the noun *node*, which is its *role*."""
        raise NotImplementedError

    def when(self, target: Target, role: str = "time") -> Words:
        """Say when: «в 1828 году», «в понедельник», «14 марта»."""
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target):
            return ["когда"] if asked in (["что"], ["какой"]) else asked
        if isinstance(target, str):
            at = moment(word)
            if at:
                if at.clock:
                    return ["в", at.clock]
                if at.day is not None and at.month is not None:
                    return self.date(at).split()
                return ["в", *self.date(at, "prep").split()]
            if year(word):
                return ["в", word, "году"]
            return [self.spelt(word)] if not is_number(word) else ["в", word]
        if target in view.named:
            return self.mention(target)
        inside = view.inside(target)
        word = view.word(inside)
        at = moment(word)
        if at and at.day is not None:
            return self.nominal(target, "gen")
        if at or year(word):
            preposition = "в"
            if at and at.clock:
                return [preposition, *self.nominal(target, "acc", preposition="в")]
            return [
                preposition,
                *self.nominal(target, "prep", preposition="в"),
                *(["году"] if year(word) else []),
            ]
        parts = self.parts(word)
        if "noun" not in parts or ("adv" in parts and not view.out(inside)):
            return self.adverb(target)
        lemma = forms.plain(word)
        mods = {view.word(edge.target) for edge in view.out(inside, "mod", "quant")}
        if mods & {"каждый"} or lemma in ("раз",):
            return self.nominal(target, "acc")
        if lemma in (
            "год",
            "месяц",
            "век",
            "столетие",
            "десятилетие",
            "начало",
            "конец",
            "середина",
            *words.MONTHS,
        ):
            return ["в", *self.nominal(target, "prep", preposition="в")]
        if lemma == "неделя":
            return ["на", *self.nominal(target, "prep", preposition="на")]
        if lemma in ("утро", "вечер", "ночь", "лето", "весна", "осень", "зима") and not mods:
            return self.nominal(target, "ins")
        if lemma in ("день",) and not mods and not view.has(inside, "number", "of"):
            return self.nominal(target, "ins")
        return ["в", *self.nominal(target, "acc", preposition="в")]

    def mention(self, target: Target, case: str = "nom", preposition: str = "") -> Words:
        """Say a constant, or shortly what has been said before."""
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target, case, preposition):
            return asked
        if pronoun := self.pronoun(word, case, preposition):
            return pronoun
        if isinstance(target, str):
            at = moment(word)
            if at:
                if at.day is not None and case != "nom":
                    return self.date(at, "gen").split()
                return self.date(at, case).split()
            if view.is_quoted(target) or is_number(word):
                return word.split() or [word]
            return self.declined(word, case, False).split() or [word]
        if (
            view.is_joining(target)
            or view.is_not(target)
            or view.is_whether(target)
            or self.is_clause(target)
        ):
            return self.pronoun("они" if view.is_joining(target) else "это", case, preposition)
        name = view.name(target)
        return self._head(target, word, name, case, self.is_plural(target), preposition, "")

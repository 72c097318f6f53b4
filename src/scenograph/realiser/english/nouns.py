"""English noun phrases: what stands before a noun, what after it, whose it is."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import english_forms as forms
from scenograph.readers.articles import DETERMINERS, MASS
from scenograph.realiser.english import words
from scenograph.realiser.english.relatives import EnglishRelatives
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words
from scenograph.realiser.values import is_number
from scenograph.realiser.view import Edge, Target

_ADVERB: Final = frozenset({"adv"})


class EnglishNouns(EnglishRelatives):
    """Says nouns, names and pronouns with all that hangs on them."""

    def nominal(self, target: Target, case: str = "object", *, is_said_of: bool = False) -> Words:
        """
        Say a noun with all that hangs on it.

        Args:
            target: the noun's node, or a constant
            case: `subject`, `object` or `owner`; it counts for pronouns and names
            is_said_of: whether it is what somebody is or becomes: «is a doctor»
        """
        return self.view.deeper(lambda: self._nominal(target, case, is_said_of))

    def _nominal(self, target: Target, case: str, is_said_of: bool) -> Words:
        view = self.view
        if isinstance(target, str) or target in view.named or view.unknown(target):
            return self.mention(target, case)
        if view.is_whether(target):
            return self.clause(target, Form())
        if self.is_clause(target):
            return self.anything(target)
        view.named.add(target)
        if view.is_joining(target) or view.is_not(target):
            return self._joined_nouns(target, case, is_said_of)
        return self._noun(target, case, is_said_of)

    def _joined_nouns(self, node: int, case: str, is_said_of: bool) -> Words:
        view = self.view
        edges = view.members(node)
        view.done.update(edge.place for edge in edges)
        owner = view.out(node, "poss")
        before: Words = []
        for edge in owner:
            view.done.add(edge.place)
            before += self.owner(edge.target)
        front, after = self.around(node)
        if view.is_not(node):
            return [
                *front,
                "not",
                *before,
                *self.nominal(edges[0].target, case, is_said_of=is_said_of),
                *after,
            ]
        pieces = [self.nominal(edge.target, case, is_said_of=is_said_of) for edge in edges]
        if view.word(node) == "nor" and len(pieces) > 1:
            before = ["neither", *before]
        close = ["," not in piece for piece in pieces]
        if any(self._has_phrase(edge.target) for edge in edges[:-1]):
            close = [False] * len(pieces)
        if view.word(node) == "but":
            close = [False] * len(pieces)
        return [*front, *before, *self.join(view.word(node), pieces, close), *after, *self.described(node)]

    def _has_phrase(self, target: Target) -> bool:
        """Whether something stands after a noun: «food with a name», so that a comma must end it."""
        before = ("mod", "quant", "poss", "number", "name", "degree", "remark")
        return not self.is_clause(target) and any(edge.role not in before for edge in self.view.out(target))

    def _noun(self, node: int, case: str, is_said_of: bool) -> Words:
        view = self.view
        word = view.word(node)
        pronoun = words.PRONOUNS.get(word)
        cased = str(pronoun[("subject", "object", "owner").index(case)]) if pronoun else ""
        if cased and not view.out(node):
            return [cased, *self.described(node)]
        name = view.name(node)
        plural = view.mark(node, "number") == "plural"
        degree = view.mark(node, "degree")
        only: Words = []
        determiner: Words = []
        quant: Words = []
        before: Words = []
        beside: Words = []  # nouns next to the head: «a new flower shop»
        near: Words = []  # «a couple of packages available here»
        after: Words = []
        late: Words = []
        amount = ""
        for edge in view.take(node):
            if edge.role == "name":
                continue
            said = view.word(edge.target)
            is_compound = edge.role == "agent" and self._is_action(edge.target)  # «billing issues»
            if is_compound:
                beside += self.modifier_words(edge.target)
            elif edge.role in ("poss", "agent") and not determiner and not self.is_clause(edge.target):
                determiner = self.owner(edge.target)
            elif edge.role == "quant":
                amount = said
                quant += self.amount(edge.target)
            elif edge.role == "mod" and said in DETERMINERS and not view.out(edge.target) and not determiner:
                view.name_bare(edge.target)
                many = plural or (is_number(amount) and amount != "1")
                determiner = [words.PLURAL_DETERMINERS.get(said, said) if many else said]
            elif edge.role in ("mod", "degree") and self._limits(edge.target):
                only += self.adverb(edge.target)
            elif edge.role == "same" and view.unknown(edge.target):
                determiner = self.unknown(edge.target)
            else:
                position, phrase = self._modifier(edge, node)
                if self._is_region(edge, node):
                    position, phrase = "after", [",", *phrase, ","]  # «Exeter, Devon»
                if position == "before":
                    before += [",", *phrase] if before and self._has_comma(edge.target) else phrase
                elif position == "beside":
                    beside += phrase
                elif position == "after" and edge.role == "of":
                    near += phrase
                elif position == "after":
                    after += phrase
                elif position == "front":
                    only += phrase
                else:
                    late += phrase
        after = [*near, *after]
        is_compared = bool(degree) and not name and "adj" in self.parts(word)
        if degree and not is_compared:
            before = [degree, *before]
        counted = is_number(amount) and amount not in ("1", "1.0")
        many = plural or counted or amount in ("many", "few", "a-few", "several", "both", "?how-many")
        head = [cased] if cased and not name else self._head(node, name, many)
        if is_compared:
            head = forms.compared(word, degree).split()  # «her best»
        back_before, back_after = self._described(node)
        if back_before == ["following"]:
            before, back_before = [*back_before, *before], []  # «the following executive order»
        before = [*before, *back_before, *beside]
        after += back_after
        if determiner == ["such"] and not many and not quant and word not in MASS:
            determiner += [forms.article([*before, *head][0])]
        elif not determiner:
            determiner = self._article(node, name, is_said_of, many, quant, [*before, *head])
        if quant and quant[-1] in ("all", "both", "half", "such"):
            determiner, quant = [*quant, *determiner], []
        if self.wording.signs == "used" and not before and not only and quant[:1] and is_number(amount):
            quant, head = self._with_sign(word, amount, quant, head)
        found = [*only, *determiner, *quant, *before, *head, *after, *late]
        return self._owning(found) if case == "owner" else found

    def _has_comma(self, target: Target) -> bool:
        """Whether a comma stands before a second adjective: «a big, old house»."""
        is_adjective = isinstance(target, int) and self.parts(self.view.word(target)) == frozenset({"adj"})
        return is_adjective and self.wording.adjectives == "comma"

    def _is_action(self, target: Target) -> bool:
        """Whether a word is a noun of action alone, which stands before another noun: «billing issues»."""
        return self._is_bare_noun(target) or (
            self.view.word(target).endswith("ing") and not self.view.out(target)
        )

    def _with_sign(self, word: str, amount: str, quant: Words, head: Words) -> tuple[Words, Words]:
        """Return an amount and what it counts, with a sign for the latter: «$5», «21%»."""
        if len(quant) == 1 and len(head) == 1 and word in words.MONEY:
            return [], [f"{words.MONEY[word]}{amount}"]
        if len(quant) == 1 and len(head) == 1 and word == "percent":
            return [], [f"{amount}%"]
        return quant, head

    def _is_region(self, edge: Edge, node: int) -> bool:
        """Whether a name stands after another name: «Exeter, Devon»."""
        view = self.view
        names = [view.word(it) == "entity" and bool(view.name(it)) for it in (node, edge.target)]
        return edge.role == "mod" and all(names)

    def _limits(self, target: Target) -> bool:
        """Whether an adverb stands before a whole noun phrase: «only the path», «absolutely my favourite»."""
        word = self.view.word(target)
        if self.view.out(target) or word in words.AFTER_NOUNS:
            return False
        return word in words.BEFORE_NOUNS or self.parts(word) == _ADVERB

    def owner(self, target: Target) -> Words:
        """Say whose something is: «my», «Oleg's»."""
        view = self.view
        if self.unknown(target):
            return ["whose"]
        if (
            isinstance(target, int)
            and (pronoun := words.PRONOUNS.get(view.word(target)))
            and not view.out(target)
        ):
            view.named.add(target)
            return [pronoun[2], *self.described(target)]
        if isinstance(target, str) and (pronoun := words.PRONOUNS.get(view.word(target))):
            return [pronoun[2]]
        return self.nominal(target, "owner")

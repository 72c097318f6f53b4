"""Russian noun phrases: cases, agreement, what stands before a noun and what after it."""

from __future__ import annotations

from scenograph.morphology import russian_forms as forms
from scenograph.morphology import russian_names as names
from scenograph.realiser.form import Form
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import Agreement
from scenograph.realiser.russian.relatives import RussianRelatives
from scenograph.realiser.text import Words
from scenograph.realiser.values import is_number
from scenograph.realiser.view import Edge, Target


class RussianNouns(RussianRelatives):
    """Says nouns, names and pronouns with all that hangs on them."""

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
            target = edges[0].target
            if self.is_denied and not self.is_clause(target):  # «не видел ни разу», «ни о чём не говорит»
                by_case = "gen" if case == "acc" and not preposition else case
                is_times = view.word(target) == "раз"
                said = ["разу"] if is_times else self.nominal(target, by_case, preposition=preposition)
                view.name_bare(target)
                return [*front, "ни", *said, *after]
            return [*front, "не", *self.nominal(target, case, preposition=preposition), *after]
        own: Words = []
        for edge in view.take(node, "poss"):
            own += self.owner(edge.target, case, Agreement("pl"))
        front, after = self.around(node)
        pieces = [self.nominal(edge.target, case, preposition=preposition) for edge in edges]
        close = ["," not in piece for piece in pieces]
        if view.word(node) == "but":
            close = [False] * len(pieces)
            if view.is_not(edges[0].target) and len(edges) == 2:  # «не голова, а мяч»
                return [*front, *own, *pieces[0], ",", "а", *pieces[1], *after, *self.described(node, case)]
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
        animate = forms.is_animate(word) or (word == "entity" and names.is_person(name))
        edges = [edge for edge in view.take(node) if edge.role != "name" or isinstance(edge.target, int)]
        # The amount decides the number and case of what it counts.
        amount: Words = []
        head_case, head_plural, count_as = case, plural, ""
        determiner: Words = []
        counting = [edge for edge in edges if edge.role == "quant" or self._counts(edge, word)]
        numbers = [edge for edge in counting if is_number(view.word(edge.target))]  # «все четыре птицы»
        counted_edge = next(iter(numbers or counting), None)
        if counted_edge:
            amount, head_case, head_plural, count_as = self._amount(
                counted_edge.target, word, case, of, animate, plural
            )
        before: Words = []
        after: Words = []
        only: Words = []
        late: Words = []
        end: Words = []
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
                many = "pl" if count_as else of
                determiner += self._amount(target, word, case, many, animate, plural or bool(count_as))[0]
            elif role == "same" and view.unknown(target):
                self.unknown(target)
                determiner += [self.agreeing("какой", adjective_case, adjective_of, animate)]
            elif (
                role in ("mod", "degree", "time")
                and said_word in words.PARTICLES_BEFORE
                and not view.out(target)
            ):
                view.name_bare(target)
                only += self.spelt(said_word).split()
            elif role == "mod" and said_word in words.PARTICLES_AFTER and not view.out(target):
                view.name_bare(target)
                late += [said_word]
            elif role == "mod" and said_word in words.POSTPOSITIONS and not view.out(target):
                view.name_bare(target)
                end += [said_word]
            else:
                position, phrase = self._modifier(
                    edge, node, adjective_case, Agreement(adjective_of, 3, animate)
                )
                places = {"before": before, "front": only, "end": end}
                places.get(position, after).extend(phrase)
        head = pronoun or self._head(node, word, name, head_case, head_plural, preposition, count_as)
        if name and word != "entity" and after and len(head) > 1:
            first = len(self.declined(word, head_case, head_plural).split())
            owned = [edge for edge in edges if edge.role in ("of", "poss")]
            follows = forms.is_animate(word) or word in ("столица", "центр")  # «президент России Путин»
            if (
                follows
                and len(owned) == 1
                and len([e for e in edges if e.role not in ("of", "poss", "mod", "quant")]) == 0
            ):
                head, after = head[:first], [*after, *head[first:]]
        if degree:
            before = ["более" if degree == "more" else "самый", *before]
        back_before, back_after = self._described(node, adjective_case, Agreement(adjective_of, 3, animate))
        core = [*determiner, *amount, *back_before, *before, *head]
        return [*only, *core[:1], *late, *core[1:], *after, *back_after, *end]

    def _counts(self, edge: Edge, word: str) -> bool:
        """Whether a description says how much, or how many thousands or millions."""
        said = self.view.word(edge.target)
        if edge.role == "mod" and said in words.LITTLE_OR_MUCH and not self.view.out(edge.target):
            return True  # «немного перца»
        return edge.role == "mod" and word in words.COUNTS and is_number(said)

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

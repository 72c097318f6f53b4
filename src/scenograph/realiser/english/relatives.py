"""Clauses that describe an English noun: «the book that Oleg wrote», «broken», «sponsored by Enron»."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import english_forms as forms
from scenograph.realiser.english import words
from scenograph.realiser.english.modifiers import EnglishModifiers
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words, word_set
from scenograph.realiser.view import Edge, Target

_PEOPLE: Final = words.PRONOUNS.keys() | word_set(
    "someone somebody anyone everyone people person man woman one those"
)
"""Words after which «who» stands rather than «that»."""


class EnglishRelatives(EnglishModifiers):
    """Says relative clauses and participles."""

    def described(self, node: int) -> Words:
        """Say the clauses that describe a node, all of them after it."""
        before, after = self._described(node, may_stand_before=False)
        return [*before, *after]

    def _described(self, node: int, *, may_stand_before: bool = True) -> tuple[Words, Words]:
        """Say the clauses that describe a noun: before it («broken»), and after it."""
        before: Words = []
        after: Words = []
        for edge in self.view.take_back(node):
            if not isinstance(edge.target, int):
                continue
            source = self.climb(edge.target)
            if isinstance(source, int) and source in self.view.named:
                continue
            may_stand_before &= self.wording.participles == "plain"
            if may_stand_before and source == edge.target and self._is_bare_participle(edge):
                self.view.named.add(edge.target)
                tag = "VBN" if edge.role == "object" else "VBG"
                said: Words = []
                for other in self.view.take(edge.target):
                    said += self.adverb(other.target)
                before += [*said, *forms.verb(self.view.word(edge.target), tag).split()]
                before += self.described(edge.target)
                continue
            if after and self.is_finite(source):
                after += ["and"] if after[-1] != "," else []
            after += self.relative(source, node, edge.role)
        return before, after

    def _is_bare_participle(self, edge: Edge) -> bool:
        """Whether a verb describes a noun alone, or with an adverb: «broken», «well known»."""
        view = self.view
        if edge.role not in ("object", "agent") or "verb" not in self.parts(view.word(edge.target)):
            return False
        if self.is_finite(edge.target) or forms.split(view.word(edge.target))[1]:
            return False
        others = [other for other in view.out(edge.target) if other.place != edge.place]
        return (
            all(
                other.role in ("degree", "manner", "mod")
                and "adv" in self.parts(view.word(other.target))
                and all(
                    edge.role == "degree" and not view.out(edge.target) for edge in view.out(other.target)
                )
                for other in others
            )
            and len(view.into(edge.target)) == 0
        )

    def relative(self, source: Target, node: int, role: str) -> Words:
        """Say a clause that describes the noun *node*, which is its *role*."""
        view = self.view
        silent = frozenset[Target]({node})
        if isinstance(source, str):
            return []
        if not self.is_clause(source):
            view.done -= {edge.place for edge in view.out(source) if edge.target == node}
            return ["(", *self.nominal(source), ")"]
        inside = view.inside(source)
        is_bare = not self.is_finite(source) and isinstance(inside, int) and self.is_verb(inside)
        if is_bare and role in ("agent", "object"):
            return self.clause(source, Form("participle", silent=silent))
        person = view.word(node) in _PEOPLE
        person |= view.word(node) in ("all", "many", "some", "few", "a-few", "both") and role in (
            "agent",
            "subject",
        )
        choice = self.wording.relatives
        who = "that" if choice == "that" or not person else "who"
        which = "which" if choice == "which" and not person else "that"
        own = self.subject(source)
        if role in ("agent", "subject") or (role == "object" and own and own.target == node):
            return ["who" if who == "who" else which, *self.clause(source, Form(silent=silent))]
        if view.word(node) in ("what", "whatever", "whoever", "who", "whichever"):
            return self.clause(source, Form(silent=silent))
        if role in ("object", "content", "as", "measure"):
            is_short = choice == "none" and own is not None and own.target != node
            return [*([] if is_short else [which]), *self.clause(source, Form(silent=silent))]
        if role == "poss":
            return ["whose", *self.clause(source, Form(silent=silent))]
        adverbs = {"time": "when", "place": "where", "because": "why", "manner": "that"}
        if role in adverbs:
            return [adverbs[role], *self.clause(source, Form(silent=silent))]
        return [
            *self.preposition(role),
            "whom" if person else "which",
            *self.clause(source, Form(silent=silent)),
        ]

"""Clauses that describe a Russian noun: «книга, которую написал Олег», «построенный рабочими»."""

from __future__ import annotations

from abc import abstractmethod

from scenograph.morphology import russian_forms as forms
from scenograph.realiser.form import Form
from scenograph.realiser.russian.agreement import Agreement
from scenograph.realiser.russian.modifiers import RussianModifiers
from scenograph.realiser.text import Words, aside
from scenograph.realiser.view import Edge, Target


class RussianRelatives(RussianModifiers):
    """Says relative clauses and participles."""

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
            is_bare = may_stand_before and source == edge.target and self._is_bare_participle(edge)
            if is_bare and self.wording.relatives != "which":
                form = self.participle(edge.target, edge.role, case, of)
                if form:
                    view.named.add(edge.target)
                    said: Words = []
                    for other in view.take(edge.target):
                        said += self.adverb(other.target)
                    before += [*said, *form.split(), *self.described(edge.target, case)]
                    continue
            if may_stand_before and self.wording.relatives == "before" and self._is_participial(edge, source):
                before += self._led_by_dependents(edge, case, of)
                continue
            after += self.relative(source, node, edge.role, case, of)
        return before, after

    def _is_participial(self, edge: Edge, source: Target) -> bool:
        """Whether a verb describes a noun by a participle that may stand before it."""
        if source != edge.target or self.is_finite(source) or edge.role not in ("agent", "object"):
            return False
        return self.is_verb(source) and bool(
            self.participle(source, edge.role, "nom", Agreement()) if isinstance(source, int) else ""
        )

    def _led_by_dependents(self, edge: Edge, case: str, of: Agreement) -> Words:
        """Say a participle before its noun, after what hangs on it: «оскверненный им небосвод»."""
        assert isinstance(edge.target, int)
        form = self.participle(edge.target, edge.role, case, of)
        node = self.view.out(edge.target, edge.role)[0].target
        return [word for word in self._participial(edge.target, form, frozenset({node})) if word != ","]

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
        view = self.view
        silent = frozenset[Target]({node})
        if isinstance(source, str):
            return []
        if not self.is_clause(source):
            return ["(", *self.nominal(source), ")"]
        inside = view.inside(source)
        if (
            not self.is_finite(source)
            and source == inside
            and isinstance(inside, int)
            and self.is_verb(inside)
            and role in ("agent", "object")
        ):
            form = self.participle(inside, role, case, of) if self.wording.relatives != "which" else ""
            if form:
                return aside(self._participial(inside, form, silent))
        if role in ("agent", "subject"):
            who = [self.agreeing("который", "nom", of.of, False)]
        elif role == "object":
            reflexive = (
                isinstance(inside, int) and self._is_reflexive(inside) and not view.has(inside, "agent")
            )
            shape = "nom" if reflexive else self.object_case(view.word(inside))
            who = [self.agreeing("который", shape, of.of, of.animate)]
        elif role == "poss":
            who = [self.agreeing("который", "gen", of.of, False)]
        elif role == "time":
            who = ["когда"]
        elif role == "place":
            who = ["где"]
        else:
            preposition, shape = self.preposition(role)
            who = [*preposition.split(), self.agreeing("который", shape, of.of, of.animate)]
        return aside([*who, *self.clause(source, Form(silent=silent))])

    def _is_reflexive(self, node: Target) -> bool:
        return self.view.word(node).endswith(("ся", "сь"))

    @abstractmethod
    def preposition(self, role: str) -> tuple[str, str]:
        """Return the preposition that a role stands for, and the case after it."""

    @abstractmethod
    def object_case(self, lemma: str) -> str:
        """Return the case of the object of a verb."""

    @abstractmethod
    def _participial(self, node: int, form: str, silent: frozenset[Target]) -> Words:
        """Say a participle with all that hangs on it."""

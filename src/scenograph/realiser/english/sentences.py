"""
An open scene as an English sentence.

    >>> from scenograph.core import Scene
    >>> from scenograph.realiser.view import View
    >>> scene = Scene.parse('(n / not :op1 (s / sleep :agent (e / entity :name "Anna") :tense past))')
    >>> English(View(scene)).sentence()
    'Anna did not sleep.'
"""

from __future__ import annotations

from typing import final

from scenograph.realiser.english.clauses import EnglishClauses
from scenograph.realiser.english.contractions import contracted
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words
from scenograph.realiser.view import Target


@final
class English(EnglishClauses):
    """Says a scene in English."""

    def anything(self, target: Target, *, asks: bool = False) -> Words:
        """Say a clause or a noun, whichever it is."""
        if isinstance(target, int) and target not in self.view.named and self.is_clause(target):
            if self.is_finite(target):
                return self.clause(target, Form(asks=asks))
            inside = self.view.inside(target)
            own = self.subject(inside)
            kind = "finite" if own or target == 0 else "infinitive"
            if kind == "finite" or self.view.roles(inside) - {"mod", "object"}:
                return self.clause(target, Form(kind, asks=asks))
            return self.clause(target, Form("infinitive"))
        if isinstance(target, int) and target not in self.view.named:
            parts = self.parts(self.view.word(self.view.inside(target)))
            is_noun = not parts or "noun" in parts or target in self.view.definite
            if not (is_noun or self.view.name(target)):
                return self.adverb(target)
        return self.nominal(target, "subject" if target == 0 else "object")

    def polished(self, words: Words) -> Words:
        """Return *words* with the short forms of speech, if these are asked for: «don't»."""
        return contracted(words) if self.wording.contractions == "short" else words

    def added(self, target: Target, subject: Target | None) -> Words:
        """Say one more thing that is said of *subject*, after «and»: «friendly and very fast»."""
        inside = self.view.inside(target)
        if (
            isinstance(target, int)
            and target not in self.view.named
            and target not in self.view.definite
            and self.parts(self.view.word(inside)) & {"adj", "adv"}
        ):
            return self.adverb(target)
        return self.nominal(target, is_said_of=True)

    def alone(self, target: Target) -> Words:
        """Say a node outside any sentence: a clause, or a noun in the nominative."""
        is_clause = isinstance(target, int) and self.is_clause(target)
        if is_clause and self._is_bare_content(target):
            return self.clause(target, Form("infinitive"))  # «asked Anna to rest»: to rest
        return self.anything(target) if is_clause else self.nominal(target, "subject")

    def _is_bare_content(self, target: Target) -> bool:
        """Whether a clause is what somebody is to do: it has no tense, and nobody is said to do it."""
        view = self.view
        inside = view.inside(target)
        if view.roles_into(inside) != frozenset({"content"}) or not self.is_verb(inside):
            return False
        return not view.has(inside, "tense", "modal", "mode", "agent", "subject")

    def owned_by(self, target: Target) -> Words:
        """Say whose something is, outside any sentence: «my», «Oleg's»."""
        return self.owner(target)

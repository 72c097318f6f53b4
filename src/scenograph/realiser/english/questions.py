"""English questions: which word asks, and what stands in front."""

from __future__ import annotations

from typing import Final

from scenograph.realiser.english import words
from scenograph.realiser.english.verbs import EnglishVerbs
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words, word_set
from scenograph.realiser.view import Edge, Target

_BARE: Final = word_set("object subject place time manner degree because content as quant mod measure agent")
"""Roles that a question word needs no preposition for."""


class EnglishQuestions(EnglishVerbs):
    """Says what a question asks for."""

    def _front(self, asked: Edge) -> Words:
        view = self.view
        view.done.add(asked.place)
        role, target = asked.role, asked.target
        if view.unknown(target):
            asked_word = words.UNKNOWNS.get(view.unknown(target), view.unknown(target)).split()
            if isinstance(target, int):
                asked_word = self.described_word(target, " ".join(asked_word))
            if role in _BARE:
                if role == "because" and view.unknown(target) in ("why", "what"):
                    return ["why"]
                return asked_word
            if role == "purpose" and view.unknown(target) == "why":
                return ["why"]
            if role in ("to", "from") and view.unknown(target) == "where":
                return ["where"] if role == "to" else ["from", "where"]
            return [*self.preposition(role), *("whom" if word == "who" else word for word in asked_word)]
        if role in ("object", "subject", "as", "measure", "content"):
            return self.nominal(target)
        if role in ("mod", "degree", "manner"):
            return self.adverb(target)
        if role == "time":
            return self.when(target)
        return [*self.preposition(role), *self.nominal(target)]

    def whether(self, content: Target, form: Form) -> Words:
        """Say an embedded yes/no question."""
        if not self.is_clause(content):
            return ["whether", *self.nominal(content)]
        if self.wording.questions == "spoken" and self.is_finite(content):
            return ["if", *self.clause(content, Form())]
        kind = "finite" if self.is_finite(content) or self.subject(content) else "infinitive"
        return [
            "whether",
            *self.clause(content, Form(kind, silent=frozenset() if kind == "finite" else form.silent)),
        ]

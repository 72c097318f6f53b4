"""
An open scene as a Russian sentence.

    >>> from scenograph.core import Scene
    >>> from scenograph.realiser.view import View
    >>> scene = Scene.parse('(n / not :op1 (б / быть :subject (м / молоко) :tense present))')
    >>> Russian(View(scene)).sentence()
    'Нет молока.'
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from scenograph.morphology.russian_yo import with_yo
from scenograph.realiser.form import Form
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import Agreement
from scenograph.realiser.russian.brackets import closed
from scenograph.realiser.russian.clauses import RussianClauses
from scenograph.realiser.russian.euphony import euphonic
from scenograph.realiser.russian.terms import VERB
from scenograph.realiser.shape import CLAUSAL
from scenograph.realiser.text import Words
from scenograph.realiser.view import Target

_SAID_AS_CLAUSES: Final = frozenset(
    {"agent", "object", "subject", "content", "topic", "and", "as", "than", "like"}
)


@final
class Russian(RussianClauses):
    """Says a scene in Russian."""

    def anything(self, target: Target, *, asks: bool = False) -> Words:
        """Say a clause or a noun, whichever it is."""
        view = self.view
        if isinstance(target, int) and target not in view.named and self.is_clause(target):
            inside = view.inside(target)
            finite = (
                view.word(inside) == "быть"
                or self.is_finite(target)
                or self.subject(inside) is not None
                or view.word(inside) in words.PREDICATIVES
            )
            return self.clause(target, Form("finite" if finite else "infinitive"))
        if isinstance(target, int) and target not in view.named:
            parts = self.parts(view.word(view.inside(target)))
            if view.word(target) in words.PREDICATIVES:
                return self.clause(target, Form())
            if parts and not parts & {"noun", "pron", "num"} and not view.name(target):
                return self.attribute(target, "nom", Agreement()) if "adj" in parts else self.adverb(target)
        return self.nominal(target, "nom")

    def is_clause(self, target: Target) -> bool:
        """Whether *target* is said as a clause, not as a noun."""
        inside = self.view.inside(target)
        if (
            isinstance(inside, int)
            and self.view.word(inside) in words.PREDICATIVES
            and self.view.has(inside, "content")
        ):
            return True
        if (
            isinstance(inside, int)
            and not self.view.out(inside)
            and self.parts(self.view.word(inside)) == VERB
        ):
            above = self.view.roles_into(inside)
            names = (words.PREPOSITIONS.keys() | {"recipient", "of", "poss"}) - CLAUSAL - _SAID_AS_CLAUSES
            if above and above <= names:
                return False  # «глядеть на купающихся»
        return super().is_clause(target)

    def may_add(self, target: Target, clause: Target) -> bool:
        """Whether *target* is said of the subject of *clause*; after a verb, too: «стоит, и готов к бою»."""
        return super().may_add(target, clause) or self._is_adjective(target)

    def added(self, target: Target, subject: Target | None) -> Words:
        """Say one more thing that is said of *subject*, after «и»: «простые и четкие»."""
        view = self.view
        word = view.word(view.inside(target))
        if not isinstance(target, int) or target in view.named or subject is None or view.name(target):
            return self.anything(target)
        if not self.parts(word) & {"adj"} or self.view.has(target, "number", "quant", "poss", "of"):
            return self.anything(target)
        of = self.agreement(subject)
        if not view.is_joining(target) and (said := self.attribute_short(target, of.of, is_short=True)):
            return said
        return self.attribute(target, "nom", of)

    def alone(self, target: Target) -> Words:
        """Say a node outside any sentence: a clause, or a noun in the nominative."""
        return self.anything(target)

    def phrase(self, target: Target, role: str | None) -> Words:
        """Return the words of one node in the form that *role* asks for; that of an object is its verb's."""
        if role != "object" or self.is_clause(target):
            return super().phrase(target, role)
        verbs = (edge.source for edge in self.view.scene.links if edge[1:] == (":object", target))
        verb = next((self.view.word(node) for node in verbs), "")
        return self.polished(self.nominal(target, self.object_case(verb)))

    def identity(self, target: Target, role: str) -> Words:
        """Say what something is, in the nominative, or works as, in the instrumental."""
        return (
            self.nominal(target, "ins") if role == "as" and not self.is_clause(target) else self.alone(target)
        )

    def owned_by(self, target: Target) -> Words:
        """Say whose something is, outside any sentence: «мой», «Петра»."""
        return self.owner(target, "nom", Agreement())

    def polished(self, words: Words) -> Words:
        """Return *words* with «во», «со», «об» where the next word asks for them, and ё outside names."""
        view = self.view
        nodes = range(len(view.scene.concepts))
        as_written = [view.name(node) for node in nodes] + [
            view.word(it) for it in nodes if view.is_quoted(it)
        ]
        kept = {piece for text in as_written for piece in text.split()}
        return euphonic(
            [word if word in kept else " ".join(map(with_yo, word.split(" "))) for word in closed(words)]
        )

    def join(self, concept: str, pieces: Sequence[Words], close: Sequence[bool]) -> Words:
        """Join *pieces*: «не спит, а читает»."""
        if concept == "and" and self.wording.lists == "semicolon" and not all(close[1:]):
            return [word for piece in pieces for word in (";", *piece)][1:]
        is_simple = len(pieces) == 2 and close[1] and "," not in pieces[0]
        is_instead = is_simple and "не" in pieces[0] and "не" not in pieces[1]
        if concept == "but" and (self.wording.contrasts == "a" or is_instead):
            return super().join("а", pieces, [False] * len(pieces))
        return super().join(concept, pieces, close)

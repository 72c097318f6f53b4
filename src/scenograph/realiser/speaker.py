"""
What saying a scene needs in any language: which nodes are clauses, what joins them, what describes a noun.

A language is a subclass. It says a predicate (`predicate`), a noun with all that hangs on it (`nominal`) and
what stands beside a verb. Each says every link of its node; so a connected scene is said in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, final

from scenograph.realiser.text import Words, word_set
from scenograph.realiser.view import Edge, Target, View

CLAUSAL: Final = word_set(
    "content purpose while if when because although after before since until unless so-that as-if as-soon-as "
    "whether once"
)
"""Roles whose target is more often a clause than a noun."""

_FINITE: Final = ("tense", "modal", "aspect", "mode")
_LIGHT: Final = ("mod", "degree", "quant", "number", "name", "measure", "manner")
_NOUN_SIGNS: Final = ("number", "quant", "poss", "name", "of", "same")
_VERBAL: Final = frozenset(["manner", "purpose", "while", "recipient"])
_NOMINAL: Final = frozenset(["agent", "object", "recipient", "subject", "of", "poss", "same", "quant"])
"""Roles whose target is more often a noun than a clause."""
_VERB_SIGNS: Final = ("agent", "recipient", "content", "object")


@final
@dataclass(frozen=True, slots=True)
class Form:
    """
    The form in which a clause is asked for.

    Attributes:
        kind: `finite`, `infinitive`, `bare` (an infinitive without «to»), `gerund`, `participle`
        silent: nodes that are not said in it: the noun that it describes, the subject that it shares
        denied: whether it is denied
        asks: whether it is a question of its own
        asked: what an embedded question asks for has been found above
    """

    kind: str = "finite"
    silent: frozenset[Target] = frozenset()
    denied: bool = False
    asks: bool = False

    def but(self, **changes: object) -> Form:
        """Return this form with *changes*."""
        return replace(self, **changes)  # type: ignore[arg-type]


class Speaker:
    """Says *view* in one language."""

    JOINING: ClassVar[Mapping[str, str]]  # concepts that join others → the word between them

    def __init__(self, view: View) -> None:
        self.view = view
        self._clauses: dict[int, bool] = {}
        self.around_subject: Target | None = None  # the subject of the clause that is being said

    # --- what a language says ---------------------------------------------------------------------------

    def parts(self, lemma: str) -> frozenset[str]:
        """Return the parts of speech that *lemma* may be."""
        raise NotImplementedError

    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""
        raise NotImplementedError

    def beside(self, edge: Edge, source: int) -> Words:
        """Say a link of a node that joins or denies: what is not one of its members."""
        raise NotImplementedError

    # --- kinds ------------------------------------------------------------------------------------------

    def is_clause(self, target: Target) -> bool:
        """
        Whether *target* is said as a clause, not as a noun.

        A scene does not say what part of speech a word is: «need» may be either. What hangs on it tells, and
        by which roles others lead to it.
        """
        target = self.view.inside(target)
        if isinstance(target, str):
            return False
        found = self._clauses.get(target)
        if found is None:
            found = self._clauses[target] = self._is_clause(target)
        return found

    def _is_clause(self, node: int) -> bool:
        view = self.view
        roles = view.roles(node)
        if self.is_finite(node) or "subject" in roles:
            return True
        if view.name(node) or view.unknown(node):
            return False
        word = view.word(node)
        if word in ("be", "быть"):
            return True
        parts = self.parts(word)
        if "verb" not in parts:
            return not parts and "agent" in roles and not roles.intersection(_NOUN_SIGNS)
        if roles.intersection(_NOUN_SIGNS) and not roles.intersection(_VERB_SIGNS):
            return False
        if "noun" not in parts and "adj" not in parts:
            return True
        if roles.intersection(_NOUN_SIGNS) or self.has_adjective(node):
            return False
        above = view.roles_into(node)
        if view.is_described_by(node) or above & {"content", "purpose"}:
            return True
        if self._shares_agent(node):
            return True
        if above & _NOMINAL:
            return ("noun" not in parts and bool(roles.intersection(_VERB_SIGNS))) or bool(roles & _VERBAL)
        if "agent" in roles or "recipient" in roles:
            return True
        return bool(roles.intersection(_VERB_SIGNS)) and (not above or bool(above & CLAUSAL))

    def _shares_agent(self, node: int) -> bool:
        """Whether who does something is said elsewhere too: then the word is a verb."""
        return any(len(self.view.into(edge.target)) > 1 for edge in self.view.out(node, "agent"))

    def has_adjective(self, target: Target) -> bool:
        """Whether an adjective or a determiner describes *target*: then it is a noun."""
        raise NotImplementedError

    def is_finite(self, target: Target) -> bool:
        """Whether a clause has a tense or another mark that only a finite verb, or a command, has."""
        target = self.view.inside(target)
        return any(self.view.is_mark(edge) for edge in self.view.out(target, *_FINITE))

    def is_command(self, target: Target) -> bool:
        """Whether a clause is a command."""
        target = self.view.inside(target)
        return any(self.view.is_mark(edge) for edge in self.view.out(target, "mode"))

    def subject(self, target: Target) -> Edge | None:
        """Return the link to the subject of a clause, as this language says it."""
        raise NotImplementedError

    def first_is_name(self, words: Words) -> bool:
        """Whether the first word belongs to a name that is written with a small letter: «iPhone»."""
        first = next((word for word in words if word and word != ","), "")
        names = [self.view.name(node) for node in range(len(self.view.scene.concepts))]
        return any(name.split(" ")[0] == first for name in names if name) or "/" in first or "@" in first

    def is_heavy(self, target: Target) -> bool:
        """Whether a modifier is too long to stand before its noun: «full of water», «близкий к морю»."""
        view = self.view
        seen: set[Target] = set()
        queue = [target]
        for here in queue:
            if here in seen or isinstance(here, str) or here in view.named:
                continue
            seen.add(here)
            for edge in view.out(here):
                if edge.role not in _LIGHT and edge.role[:2] != "op":
                    return True
                queue.append(edge.target)
        return len(seen) > 12

    # --- clauses ----------------------------------------------------------------------------------------

    def clause(self, target: Target, form: Form) -> Words:
        """Say a clause, with what denies and joins it."""
        return self.view.deeper(lambda: self._clause(target, form))

    def _clause(self, target: Target, form: Form) -> Words:
        view = self.view
        if isinstance(target, str) or target in view.named:
            return self.mention(target)
        if view.is_not(target) and self.is_clause(target):
            view.named.add(target)
            [member] = view.members(target)
            view.done.add(member.place)
            before, after = self.around(target)
            return [*before, *self.clause(member.target, form.but(denied=not form.denied)), *after]
        if view.is_joining(target) and any(self.is_clause(e.target) for e in view.members(target)):
            return self._joined_clauses(target, form)
        if view.is_whether(target):
            view.named.add(target)
            [content, *_] = view.out(target, "content")
            view.done.add(content.place)
            before, after = self.around(target)
            return [*before, *self.whether(content.target, form), *after]
        return self.predicate(target, form)

    def whether(self, content: Target, form: Form) -> Words:
        """Say an embedded yes/no question."""
        raise NotImplementedError

    def around(self, node: int) -> tuple[Words, Words]:
        """Say what hangs on a node beside its members: before them, and after them."""
        before: Words = []
        after: Words = []
        for edge in self.view.take(node):
            if self.view.is_mark(edge):
                continue
            said = self.beside(edge, node)
            if edge.role in ("remark", "addressee", "topic"):
                before += said
            else:
                after += said
        return before, after

    def _joined_clauses(self, node: int, form: Form) -> Words:
        view = self.view
        view.named.add(node)
        edges = view.members(node)
        view.done.update(edge.place for edge in edges)
        before, after = self.around(node)
        subject: Target | None = None
        pieces: list[Words] = []
        shared: list[bool] = []
        for place, edge in enumerate(edges):
            own = self.subject(edge.target)
            same = own is None or (own.target == subject and subject is not None)
            is_shared = bool(
                place and same and self.shares(edge.target, own) and self.shares(edges[0].target, own)
            )
            silent = form.silent | {subject} if is_shared and subject is not None else form.silent
            if not self.is_clause(edge.target):
                said = self.anything(edge.target)
            else:
                self.around_subject = subject if subject is not None else self.around_subject
                said = self.clause(edge.target, form.but(silent=silent, asks=form.asks and not place))
            if place == 0 and own:
                subject = own.target
            pieces.append(said)
            shared.append(is_shared or bool(place and own and own.target in form.silent))
        words = self.join(view.word(node), pieces, shared)
        return [*before, *words, *after]

    def shares(self, target: Target, own: Edge | None) -> bool:
        """Whether a clause may leave out *own*, a subject that it shares with the one it is joined to."""
        return True

    def join(self, concept: str, pieces: Sequence[Words], close: Sequence[bool]) -> Words:
        """Join *pieces*; a comma stands before the last one unless it is *close* to the others."""
        sign = self.JOINING.get(concept, concept).replace("-", " ")
        words: Words = list(pieces[0])
        for place, piece in enumerate(pieces[1:], start=1):
            last = place == len(pieces) - 1
            if not last:
                words += [",", *piece]
            elif close[place] and concept != "but":
                words += [*sign.split(), *piece]
            else:
                words += [",", *sign.split(), *piece]
        return words

    def anything(self, target: Target) -> Words:
        """Say a clause or a noun, whichever it is."""
        raise NotImplementedError

    def mention(self, target: Target) -> Words:
        """Say shortly what has been said before."""
        raise NotImplementedError

    # --- what describes a noun --------------------------------------------------------------------------

    def climb(self, source: Target) -> Target:
        """Return what joins or denies a clause that describes a noun, if it has not been said."""
        seen: set[Target] = {source}
        while True:
            above = [
                edge.target
                for edge in self.view.into(source)
                if edge.target not in self.view.named
                and edge.target not in seen
                and self.view.is_wrapper(edge)
            ]
            if not above:
                return source
            source = above[0]
            seen.add(source)

    def gap(self, target: Target, node: int) -> str:
        """Return the role by which a clause leads to the noun *node* that it describes; '' if by none."""
        seen: set[Target] = set()
        queue = [target]
        for here in queue:
            if here in seen or isinstance(here, str):
                continue
            seen.add(here)
            for edge in self.view.out(here):
                if edge.target == node:
                    return edge.role
            joined = self.view.members(here) if self.view.is_joining(here) or self.view.is_not(here) else []
            queue += [edge.target for edge in joined]
            if here == target or joined:
                queue += [edge.target for edge in self.view.out(here, "content")]
        return ""

"""
What saying a scene needs in any language: sentences, questions, and clauses that are joined or denied.

A language is a subclass. It says a predicate (`predicate`), a noun with all that hangs on it (`nominal`) and
what stands beside a verb (`beside`). Each says every link of its node; so a connected scene is said in full.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from scenograph.realiser.form import Form
from scenograph.realiser.shape import CLAUSAL, Shape
from scenograph.realiser.text import Words, line, word_set
from scenograph.realiser.view import SPEAKERS, THEY, Edge, Target, View
from scenograph.realiser.wording import PLAIN, Wording

_ASKED_INSIDE: Final = ("same", "poss", "quant", "degree", "mod")
"""Roles of a noun whose unknown makes the whole noun what is asked for: «which city», «whose book»."""

_BARE: Final = word_set("agent object subject content op1 op2 same measure name")
"""Roles that a phrase is said without a preposition for."""


class Speaker(Shape):
    """
    Says *view* in one language.

    Attributes:
        around_subject: the subject of the clause that is being said
        is_denied: whether that clause is denied
    """

    JOINING: ClassVar[Mapping[str, str]]
    """Concepts that join others, and the word between them."""
    DENYING: ClassVar[str]
    """The word that denies the one after it."""

    def __init__(self, view: View, wording: Wording = PLAIN) -> None:
        super().__init__(view, wording)
        self.around_subject: Target | None = None
        self.is_denied = False

    # --- what a language says ---------------------------------------------------------------------------

    @abstractmethod
    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""

    @abstractmethod
    def anything(self, target: Target, *, asks: bool = False) -> Words:
        """Say a clause or a noun, whichever it is; *asks*: a clause is a question of its own."""

    @abstractmethod
    def nominal(self, target: Target) -> Words:
        """Say a noun with all that hangs on it."""

    @abstractmethod
    def mention(self, target: Target) -> Words:
        """Say a constant, or shortly what has been said before."""

    @abstractmethod
    def adverb(self, target: Target) -> Words:
        """Say an adverb or whatever else says how."""

    @abstractmethod
    def described_word(self, node: int, said: str) -> Words:
        """Say an adverb, a number or another word that does not change, with what hangs on it."""

    @abstractmethod
    def beside(self, edge: Edge, source: int) -> Words:
        """Say a link by its preposition, case or conjunction."""

    @abstractmethod
    def whether(self, content: Target, form: Form) -> Words:
        """Say an embedded yes/no question."""

    @abstractmethod
    def subject(self, target: Target) -> Edge | None:
        """Return the link to the subject of a clause, as this language says it."""

    @abstractmethod
    def shares(self, target: Target, own: Edge | None) -> bool:
        """Whether a clause may leave out *own*, a subject that it shares with the one it is joined to."""

    @abstractmethod
    def alone(self, target: Target) -> Words:
        """Say a node outside any sentence, as a dictionary would name it."""

    @abstractmethod
    def owned_by(self, target: Target) -> Words:
        """Say whose something is, outside any sentence."""

    @abstractmethod
    def added(self, target: Target, subject: Target | None) -> Words:
        """Say one more thing that is said of *subject*, after «and»: «friendly and very fast»."""

    @abstractmethod
    def identity(self, target: Target, role: str) -> Words:
        """Say what something is (`is`) or works as (`as`), without the verb: «a doctor», «врачом»."""

    def polished(self, words: Words) -> Words:
        """Return *words* with what the sound of the next word changes."""
        return words

    # --- sentences and phrases --------------------------------------------------------------------------

    def sentence(self) -> str:
        """Return the scene as one sentence."""
        view, root = self.view, 0
        asks = view.is_whether(root) or self.asks(root)
        if view.is_whether(root):
            content, before, after = self._asked_content(root)
            if self.is_clause(content):
                said = self.clause(content, Form(asks=self.wording.questions == "plain"))
            else:
                said = self.nominal(content)
            found = [*before, *said, *after]
        else:
            found = self.anything(root, asks=asks)
        return line(self.polished(found), "?" if asks else self._stop(), keep=self.first_is_name(found))

    def _stop(self) -> str:
        """Return the mark at the end of a sentence that is no question."""
        members = [edge.target for edge in self.view.members(0)] or [0]
        if self.wording.stop == "none" and not any(map(self.is_clause, members)):
            return ""
        return "!" if self.wording.stop == "exclaimed" else "."

    def phrase(self, target: Target, role: str | None) -> Words:
        """Return the words of one node in the form that *role* asks for; None: none."""
        if role == "name" and isinstance(target, str):
            return self.view.word(target).split()
        if role is None or role in _BARE:
            return self.polished(self.alone(target))
        if role == "poss":
            return self.owned_by(target)
        if role in ("as", "is"):
            return self.polished(self.identity(target, role))
        source = target if isinstance(target, int) else 0
        return self.polished(self.beside(Edge(-1, role, target), source))

    def first_is_name(self, words: Words) -> bool:
        """Whether the first word belongs to a name that is written with a small letter: «iPhone»."""
        first = next((word for word in words if word and word != ","), "")
        names = [self.view.name(node) for node in range(len(self.view.scene.concepts))]
        is_file = "." in first[1:-1] and first.islower()
        return (
            any(name.split(" ")[0] == first for name in names if name)
            or "/" in first
            or "@" in first
            or is_file
        )

    # --- questions --------------------------------------------------------------------------------------

    def asks(self, target: Target) -> bool:
        """Whether a clause has an unknown that is not inside another clause."""
        view = self.view
        queue = [target]
        seen: set[Target] = set()
        for here in queue:
            if here in seen or isinstance(here, str):
                continue
            seen.add(here)
            if view.unknown(here):
                return True
            for edge in view.out(here):
                if view.unknown(edge.target):
                    return True
                inner = self.is_clause(edge.target) and self.is_finite(edge.target)
                inner &= here != target or edge.role == "subject"
                if not inner and not (edge.role in CLAUSAL and self.is_finite(edge.target)):
                    queue.append(edge.target)
        return False

    def asked(self, node: int, own: Edge | None) -> Edge | None:
        """Return the link of a clause that leads to what it asks for; *own* leads to its subject."""
        edges = [*([own] if own else []), *self.view.out(node)]
        return next(
            (edge for edge in edges if edge.place not in self.view.done and self._holds_unknown(edge)), None
        )

    def _holds_unknown(self, edge: Edge) -> bool:
        view, target = self.view, edge.target
        if view.unknown(target):
            return True
        if isinstance(target, str) or target in view.named or self.is_clause(target):
            return False
        return any(view.unknown(inner.target) for inner in view.out(target, *_ASKED_INSIDE))

    # --- clauses and what is joined ---------------------------------------------------------------------

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
            content, before, after = self._asked_content(target)
            return [*before, *self.whether(content, form), *after]
        return self.predicate(target, form)

    def _asked_content(self, node: int) -> tuple[Target, Words, Words]:
        """Return what *whether* asks, and say what stands around it: before and after."""
        view = self.view
        view.named.add(node)
        [content, *_] = view.out(node, "content")
        view.done.add(content.place)
        return content.target, *self.around(node)

    def around(self, node: int) -> tuple[Words, Words]:
        """Say what hangs on a node beside its members: before them, and after them."""
        before: Words = []
        after: Words = []
        for edge in self.view.take(node):
            if self.view.is_mark(edge):
                continue
            said = self.beside(edge, node)
            if edge.role in ("remark", "addressee", "topic") and not self.is_called_last(edge):
                before += said
            else:
                after += said
        return before, after

    def is_called_last(self, edge: Edge) -> bool:
        """Whether a link leads to who is spoken to, and he is named at the end."""
        return edge.role == "addressee" and self.wording.addressees == "last"

    def _joined_clauses(self, node: int, form: Form) -> Words:
        view = self.view
        view.named.add(node)
        edges = view.members(node)
        view.done.update(edge.place for edge in edges)
        before, after = self.around(node)
        subject: Target | None = None
        said_last = edges[0].target  # the clause that was said last
        pieces: list[Words] = []
        shared: list[bool] = []
        for place, edge in enumerate(edges):
            own = self.subject(edge.target)
            same = own is None or (own.target == subject and subject is not None)
            is_shared = bool(
                place and same and self.shares(edge.target, own) and self.shares(edges[0].target, own)
            )
            if self.wording.subjects == "again" and own and self.is_finite(edge.target):
                is_shared &= self.view.word(own.target) not in SPEAKERS | THEY
            if is_shared and subject is not None and self._may_mislead(edges[place - 1].target, subject):
                is_shared = False
            silent = form.silent | {subject} if is_shared and subject is not None else form.silent
            if not self.is_clause(edge.target):
                is_shared = bool(place) and self.is_clause(said_last) and self.may_add(edge.target, said_last)
                said = self.added(edge.target, subject) if is_shared else self.anything(edge.target)
            else:
                self.around_subject = subject if subject is not None else self.around_subject
                asks = form.asks and (self.asks(edge.target) or (view.is_whether(0) and not place))
                said = self.clause(edge.target, form.but(silent=silent, asks=asks))
            if own and not is_shared:
                subject = own.target
            if self.is_clause(edge.target):
                said_last = edge.target
            pieces.append(said)
            both_command = bool(place) and own is None and self.is_command(edge.target)
            both_command &= self.is_command(edges[0].target)
            both_command &= not view.has(view.inside(edges[0].target), "content")
            shared.append(is_shared or both_command or bool(place and own and own.target in form.silent))
        is_free = self.wording.lists == "semicolon" and not any(shared)
        is_free &= all(self.is_clause(edge.target) for edge in edges)
        if view.word(node) == "and" and (is_free or any(self._is_nest(edge.target) for edge in edges)):
            words = [word for piece in pieces for word in (";", *piece)][1:]  # «He came; they ate and drank»
        else:
            words = self.join(view.word(node), pieces, shared)
        return [*before, *words, *after]

    def may_add(self, target: Target, clause: Target) -> bool:
        """Whether *target* is one more thing that is said of the subject of *clause*, said before it."""
        return not self.is_verb(self.view.inside(clause))

    def _is_nest(self, target: Target) -> bool:
        """Whether a member of joined clauses joins clauses itself."""
        joins = self.view.is_joining(target) and self.view.word(target) == "and"
        return joins and all(self.is_clause(edge.target) for edge in self.view.members(target))

    def _may_mislead(self, target: Target, subject: Target) -> bool:
        """
        Whether what follows a clause would be taken for a part of another clause inside it.

        «I knew somebody who had one, and I loved it»: without the second «I» somebody else loved it. Only a
        pronoun is said again.
        """
        if self.view.word(subject) not in SPEAKERS | THEY:
            return False
        view = self.view
        here = view.inside(target)
        seen: set[Target] = {here}
        queue = [here]
        for node in queue:
            below = [*view.out(node), *(edge for edge in view.into(node) if view.is_backward(edge))]
            for edge in below:
                if edge.target in seen or isinstance(edge.target, str):
                    continue
                if self.is_clause(edge.target) and self.is_finite(edge.target):
                    return True
                seen.add(edge.target)
                queue.append(edge.target)
        return False

    def join(self, concept: str, pieces: Sequence[Words], close: Sequence[bool]) -> Words:
        """Join *pieces*; a comma stands before the last one unless it is *close* to the others."""
        sign = self.JOINING.get(concept, concept).replace("-", " ")
        signs = set(self.JOINING.values())
        words: Words = list(pieces[0])
        if self.wording.lists == "close":
            close = [True] * len(pieces)
        elif self.wording.lists == "comma" and len(pieces) > 2:
            close = [False] * len(pieces)
        for place, piece in enumerate(pieces[1:], start=1):
            last = place == len(pieces) - 1
            if not last or (piece and piece[0] in signs and concept == "and"):  # «…, but he came»
                words += [",", *piece]
            elif close[place] and concept != "but" and not sign.startswith(("а ", "но ")):
                words += [*sign.split(), *piece]
            else:
                words += [",", *sign.split(), *piece]
        return words

    def joined(self, target: int, say: Callable[[Target], Words]) -> Words:
        """Say the members of a node that joins or denies words, each by *say*."""
        view = self.view
        view.named.add(target)
        edges = view.members(target)
        view.done.update(edge.place for edge in edges)
        pieces = [say(edge.target) for edge in edges]
        front, after = self.around(target)
        if view.is_not(target):
            return [*front, self.DENYING, *pieces[0], *after]
        return [*front, *self.join(view.word(target), pieces, [True] * len(pieces)), *after]

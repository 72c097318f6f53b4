"""What hangs on an English word by a preposition, a conjunction or as its content."""

from __future__ import annotations

from typing import Final

from scenograph.readers.articles import BARE_WORDS
from scenograph.readers.roles import SPEAKING
from scenograph.realiser.english import words
from scenograph.realiser.english.questions import EnglishQuestions
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words, word_set
from scenograph.realiser.values import is_number
from scenograph.realiser.view import Edge, Target

_BEFORE_ADJECTIVES: Final = word_set("than as like if when whenever where until although unless while")
"""Roles whose conjunction stands before an adjective alone, too: «if possible»."""
_BEFORE_PARTICIPLES: Final = word_set(
    "while when after before since than as if once although until unless like whether"
)
"""Roles whose conjunction stands before a verb without a subject: «while sleeping»."""
_PASSIVE_PARTICIPLES: Final = word_set("when while if once although unless until")
"""Of these, the ones that a passive participle may follow: «when invited»."""


class EnglishLinks(EnglishQuestions):
    """Says the links of a node, each as its role asks."""

    def beside(self, edge: Edge, source: int) -> Words:
        """Say a link by its preposition or conjunction."""
        view = self.view
        role, target = edge.role, edge.target
        if role == "remark":
            word = view.word(target)
            if word in ("but", "and", "or", "so", "yet") and not view.out(target):
                view.name_bare(target)
                return [word]
            if isinstance(target, str) and is_number(word):
                return [f"{word}."]  # «3. Satisfied customers»
            if is_number(word) and not view.out(target):
                view.name_bare(target)
                return [f"{word}."]
            if not view.out(target) and word not in words.PRONOUNS:
                return [*self.exclaimed(target), *([] if word == "please" else [","])]
            return [*self.anything(target), ","]
        is_called = role == "addressee" and view.word(target) not in BARE_WORDS
        if is_called and (not self.is_clause(source) or self.is_called_last(edge)):
            return [",", *self.anything(target), ","]  # «Hello, Bill»
        if role in ("addressee", "topic"):
            return [*self.anything(target), ","]
        if role == "aside":
            marks = {"commas": (",", ","), "dash": ("–", "")}.get(self.wording.asides, ("(", ")"))
            return [marks[0], *self.anything(target), marks[1]]
        if role == "same":  # between commas a reader takes it for one more member
            said = self.anything(target)
            if self.wording.same == "commas":
                return [",", *said, ","]
            if self.is_headline(source):
                return ["–" if self.wording.same == "dash" else ":", *said]
            return ["(", *said, ")"]
        if role == "item":
            return self._entry(target)
        if role == "number" or (role == "name" and isinstance(target, str)):
            return [view.word(target)]
        if role == "content":
            return self._content(target, Form(), source)
        if role == "object" and view.word(source) in ("worth", "like", "unlike", "near"):
            return self.nominal(target)
        if role == "poss":
            return ["of", *self.nominal(target)]
        if role == "'s" or role.endswith("-'s"):
            before = [] if role == "'s" else self.preposition(role[:-3])
            return [*before, *self.nominal(target, "owner")]
        if role in ("mod", "degree", "manner", "place") and not self.is_clause(target):
            return self.adverb(target)
        if role == "mod" and isinstance(target, int):
            return self.anything_of(target, source)
        if role == "time" and not self.is_clause(target):
            return self.when(target)
        if (
            role == "measure"
            and view.has(target, "degree")
            and self.parts(view.word(target)) & {"adv", "adj"}
        ):
            return self.adverb(target)  # «fits best»
        if role == "x":
            return ["-", *self.anything(target)]  # «8:00 - 10:00»
        if role in ("measure", "quant") and not self.is_clause(target):
            return self.nominal(target) if role == "measure" else self.amount(target)
        if view.unknown(target):
            return [*self.preposition(role), *self.mention(target)]
        if self.is_clause(target) and not (isinstance(target, int) and target in view.named):
            return self._adverbial(role, target, source)
        if role == "purpose":
            return ["for", *self.nominal(target)]
        if role in _BEFORE_ADJECTIVES and isinstance(target, str) and not view.is_quoted(target):
            return [*words.CONJUNCTIONS.get(role, role).split(), *self.mention(target)]  # «if not»
        if role in _BEFORE_ADJECTIVES and isinstance(target, int):
            parts = self.parts(view.word(view.inside(target)))
            is_noun = "noun" in parts and (
                role in ("than", "as", "like") or "adj" not in parts or bool(view.out(target))
            )
            if parts and not is_noun:
                before = words.CONJUNCTIONS.get(role, "").split() or self.preposition(role)
                return [*before, *self.adverb(target)]
        said = self.nominal(target)
        limits = next((n for n, word in enumerate(said) if word not in words.LIMITS), 0)
        return [*said[:limits], *self.preposition(role), *said[limits:]]

    def _entry(self, target: Target) -> Words:
        """Say an entry of a list: numbers and addresses as they are, all else after a dash."""
        word = self.view.name(target) or self.view.word(target)
        if "@" in word:
            return [f"<{word}>"] if self._is_bare_name(target) else self.anything(target)
        return [*([] if word[:1].isdigit() else ["-"]), *self.anything(target)]

    def _is_bare_name(self, target: Target) -> bool:
        """Whether a node is a name and nothing else; it is said then."""
        view = self.view
        if not isinstance(target, int) or len(view.out(target)) > 1 or len(view.into(target)) > 1:
            return False
        view.named.add(target)
        return True

    def exclaimed(self, target: Target) -> Words:
        """Say a word that stands alone: «oh», «please»."""
        if isinstance(target, int) and target not in self.view.named:
            return self.described_word(target, self.spelt(self.view.word(target)))
        return self.mention(target)

    def _adverbial(self, role: str, target: Target, source: int) -> Words:
        """Say a clause that says when, why, on what condition."""
        view = self.view
        own = self.subject(target)
        above = {edge.target for edge in view.out(source, "agent", "object", "subject", "recipient")}
        shared = own is not None and (own.target in above or own.target == self.around_subject)
        silent = frozenset({own.target}) if shared and own is not None else frozenset[Target]()
        if role == "purpose":
            if self.is_finite(target) and not self._is_bare_infinitive(target):
                return ["so", "that", *self.clause(target, Form())]
            order = ["in", "order"] if self.wording.purposes == "in_order" and silent else []
            return [*order, *self.clause(target, Form("infinitive", silent=silent))]
        conjunction = words.CONJUNCTIONS.get(role)
        finite = self.is_finite(target)
        if role == "while" and finite and any(e.target == "so" for e in view.out(source, "degree")):
            return ["that", *self.clause(target, Form())]  # «so much that it is scary»
        if conjunction and finite:
            return [*conjunction.split(), *self.clause(target, Form())]
        if finite:
            return [*self.preposition(role), *self.clause(target, Form())]
        if shared or own is None:
            is_kept = role in _BEFORE_PARTICIPLES
            before = conjunction.split() if conjunction and is_kept else self.preposition(role)
            if role == "to":
                return ["to", *self.clause(target, Form("gerund", silent=silent))]
            if role in ("whether", "so-that"):
                return [*before, *self.clause(target, Form("infinitive", silent=silent))]
            done_to = role in _PASSIVE_PARTICIPLES and self.is_undergone(target)
            return [*before, *self.clause(target, Form("participle" if done_to else "gerund", silent=silent))]
        before = conjunction.split() if conjunction else self.preposition(role)
        if role == "for":
            return self.clause(target, Form("infinitive"))
        return [*before, *self.clause(target, Form("gerund"))]

    def is_undergone(self, target: Target) -> bool:
        """Whether a clause says what is done to its subject: «when invited»."""
        own = self.subject(target)
        return own is not None and own.role == "object"

    def _as(self, node: int, target: Target, verbal: bool) -> Words:
        """Say what somebody is or becomes."""
        view = self.view
        lemma = view.word(node)
        inside = view.inside(target)
        parts = self.parts(view.word(inside))
        if view.unknown(target):
            return ["as", *self.mention(target)]
        if self.is_clause(target):
            return ["as", *self.clause(target, Form("finite" if self.is_finite(target) else "gerund"))]
        noun = (
            inside in view.definite
            or view.name(inside)
            or view.roles(inside) & {"number", "quant", "poss", "of"}
            or not (parts & {"adj", "adv"})
        )
        if not noun:
            return (
                self.adverb(target)
                if lemma in words.COPULAS | {"be"} or verbal
                else ["as", *self.adverb(target)]
            )
        said = self.nominal(target, is_said_of=True)
        return said if lemma in words.NOUN_COPULAS else ["as", *said]

    def _content(self, target: Target, form: Form, node: int) -> Words:
        """Say what is said, thought, wanted or asked."""
        view = self.view
        if isinstance(target, str) or target in view.named:
            return self.mention(target)
        if view.is_whether(target):
            return self.clause(target, Form())
        lemma = view.word(node)
        own = self.subject(target)
        above = [
            edge.target
            for edge in view.out(node)
            if edge.role in ("agent", "object", "recipient", "subject", "poss")
        ]
        if self.is_finite(target) and not self._is_bare_infinitive(target):
            asked = self.asks(target)
            that = [] if asked or self.is_command(target) else ["that"]
            if self.wording.that == "none" and lemma in words.WITHOUT_THAT:
                that = []
            return [*that, *self.clause(target, Form())]
        if not self.is_clause(target):
            if lemma == "go":  # «is going to be fine»
                return ["to", "be", *self._what_it_is(target)]
            if own is None and self.is_verb(node) and view.has(node, "object"):
                return ["to", "be", *self._what_it_is(target)]
            if "adj" in self.parts(view.word(target)) and view.has(target, "degree"):
                return self.adverb(target)  # «appears even worse»
            if view.inside(target) in view.definite and self.is_verb(node) and lemma not in SPEAKING:
                return ["to", "be", *self._what_it_is(target)]  # «wants to be a doctor»
            return self.nominal(target)
        if self.around_subject is not None:
            above.append(self.around_subject)
        shared = own is not None and (own.target in above or own.target in form.silent)
        silent = frozenset(above) | form.silent if shared else form.silent
        done_to = view.out(view.inside(target), "object")
        if own and not shared and own.role == "agent" and done_to and done_to[0].target in above:
            return self.clause(target, Form("participle", silent=frozenset({done_to[0].target})))
        if self.asks(target):
            return self.clause(
                target, Form("infinitive" if own is None or shared else "finite", silent=silent)
            )
        if shared and own is not None and own.role == "object" and lemma in words.BARE_INFINITIVE | {"get"}:
            return self.clause(target, Form("participle", silent=silent))  # «have my hair cut»
        if lemma in words.GERUND:
            return self.clause(target, Form("gerund", silent=silent))
        if lemma in words.BARE_INFINITIVE and (shared or own is not None) and view.has(node, "object"):
            return self.clause(target, Form("bare", silent=silent))
        return self.clause(target, Form("infinitive", silent=silent))

    def _is_bare_infinitive(self, target: Target) -> bool:
        """Whether the marks of a clause leave it without a tense: «to have done», «to be doing»."""
        view = self.view
        inside = view.inside(target)
        return not any(view.is_mark(edge) for edge in view.out(inside, "tense", "modal", "mode"))

    def identity(self, target: Target, role: str) -> Words:
        """Say what something is or works as: with «a», if it is a thing."""
        return self._what_it_is(target)

    def _what_it_is(self, target: Target) -> Words:
        parts = self.parts(self.view.word(target))
        return (
            self.adverb(target)
            if parts & {"adj"}
            and target not in self.view.definite
            and ("noun" not in parts or self.view.has(target, "degree"))
            else self.nominal(target, is_said_of=True)
        )

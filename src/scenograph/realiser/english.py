"""
An open scene as an English sentence.

    >>> from scenograph.core import Scene
    >>> from scenograph.realiser.view import View
    >>> scene = Scene.parse('(n / not :op1 (s / sleep :agent (e / entity :name "Anna") :tense past))')
    >>> English(View(scene)).sentence()
    'Anna did not sleep.'
"""

from __future__ import annotations

from typing import Final

from scenograph.morphology import english_forms as forms
from scenograph.realiser import english_words as words
from scenograph.realiser.english_nouns import EnglishNouns
from scenograph.realiser.speaker import CLAUSAL, Form
from scenograph.realiser.text import Words, line, word_set
from scenograph.realiser.view import Edge, Target

_GIVING: Final = word_set(
    "give send sell lend show tell say write offer pay bring pass teach hand read explain describe grant "
    "award "
    "donate present deliver sing promise mail email forward assign speak talk return introduce submit "
    "recommend"
)


_ASKING_NOUN: Final = frozenset({"same", "quant", "poss"})
_TIMELESS: Final = frozenset(
    {"subject", "time", "mod", "if", "because", "when", "although", "remark", "addressee", "as"}
)
"""Roles beside «be» that do not say where something is."""


class English(EnglishNouns):
    """Says a scene in English."""

    # --- sentences --------------------------------------------------------------------------------------

    def sentence(self) -> str:
        """Return the scene as one sentence."""
        root = 0
        view = self.view
        asks = view.is_whether(root) or self._asks(root)
        if view.is_whether(root):
            view.named.add(root)
            [content, *_] = view.out(root, "content")
            view.done.add(content.place)
            before, after = self.around(root)
            if self.is_clause(content.target):
                said = self.clause(content.target, Form(asks=True))
            else:
                said = self.nominal(content.target)
            found = [*before, *said, *after]
        else:
            found = self.anything(root, asks=asks)
        return line(found, "?" if asks else ".", keep=self.first_is_name(found))

    def _asks(self, target: Target) -> bool:
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
                inner = here != target and self.is_clause(edge.target) and self.is_finite(edge.target)
                if not inner and not (edge.role in CLAUSAL and self.is_finite(edge.target)):
                    queue.append(edge.target)
        return False

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
            if parts and "noun" not in parts and not self.view.name(target):
                return self.adverb(target)
        return self.nominal(target, "subject" if target == 0 else "object")

    def whether(self, content: Target, form: Form) -> Words:
        """Say an embedded yes/no question."""
        if not self.is_clause(content):
            return ["whether", *self.nominal(content)]
        kind = "finite" if self.is_finite(content) or self.subject(content) else "infinitive"
        return [
            "whether",
            *self.clause(content, Form(kind, silent=frozenset() if kind == "finite" else form.silent)),
        ]

    # --- predicates -------------------------------------------------------------------------------------

    def _is_passive(self, node: Target, form: Form) -> bool:
        view = self.view
        objects = view.out(node, "object")
        agents = view.out(node, "agent")
        if agents:
            inverted = (
                form.kind in ("infinitive", "participle") and objects and agents[0].target not in form.silent
            )
            return bool(inverted and objects[0].target in form.silent and self._is_verb(node))
        if not objects or self.is_command(node) or view.has(node, "subject"):
            return False
        if not self._is_verb(node) or view.word(node) == "thank":
            return False
        if form.kind == "finite" and not self.is_finite(node) and node == 0:
            return False
        if form.kind in ("finite", "participle"):
            return not view.unknown(objects[0].target) or not view.has(node, "recipient")
        return objects[0].target in form.silent

    def _is_verb(self, node: Target) -> bool:
        """Whether a predicate is a verb, not an adjective or a noun that is said of a subject."""
        view = self.view
        word = view.word(node)
        if word in ("be", "быть"):
            return True
        if view.has(node, "subject") or view.name(node) or view.has(node, "number", "quant", "poss"):
            return False
        if view.has(node, "agent"):
            return True
        parts = self.parts(word)
        if not parts:
            return view.has(node, "agent", "object", "recipient")
        return "verb" in parts

    def subject(self, target: Target) -> Edge | None:
        """Return the link to the subject of a clause."""
        target = self.view.inside(target)
        if isinstance(target, str):
            return None
        for role in ("agent", "subject"):
            for edge in self.view.out(target, role):
                return edge
        if self._is_passive(target, Form("finite")):
            return self.view.out(target, "object")[0]
        return None

    def shares(self, target: Target, own: Edge | None) -> bool:
        """Whether a clause may leave out *own*, a subject that it shares with the one it is joined to."""
        return own is not None and self._is_verb(self.view.inside(target)) and not self.is_command(target)

    def predicate(self, node: int, form: Form) -> Words:
        """Say a verb, or an adjective or noun that is said of a subject, with all that hangs on it."""
        view = self.view
        view.named.add(node)
        verbal = self._is_verb(node)
        command = self.is_command(node)
        passive = self._is_passive(node, form)
        own = self._own_subject(node, form, passive)
        tense, aspect, modal = view.mark(node, "tense"), view.mark(node, "aspect"), view.mark(node, "modal")
        view.mark(node, "mode")
        asked = self._asked(node, form, own)
        # The subject
        subject: Words = []
        extraposed: Words = []
        if own and own.place not in view.done and own.target not in form.silent:
            view.done.add(own.place)
            if self.is_clause(own.target) and not view.unknown(own.target):
                said = self._content(own.target, Form(), node)
                if verbal and self.view.word(node) not in (
                    "be",
                    "seem",
                    "appear",
                    "happen",
                    "help",
                    "hurt",
                    "matter",
                ):
                    subject = said
                else:
                    subject, extraposed = ["it"], said
            else:
                subject = self.nominal(own.target, "subject")
        elif own:
            view.done.add(own.place)
        elif form.kind == "finite" and not command and not form.silent:
            if verbal and view.word(node) == "be":
                subject = ["there"] if view.has(node, "object") else ["it"]
            elif not verbal:
                subject = ["it"]
        if command and own and subject:
            subject = []
        # What stands beside the verb
        fronted: Words = []
        if asked and asked is not own and (verbal or asked.role not in _ASKING_NOUN):
            fronted = self._front(asked, node)
        core = self._core(node, verbal, passive, form)
        front, mid, near, late, content, last = self._adjuncts(node, form, verbal)
        kind = form.kind
        if command:
            kind = "command"
        there = own is not None and kind == "finite" and not fronted and self._is_there(node, own)
        if own and there and subject:
            subject, core = ["there"], [*subject, *core]
            if core[:1] == ["the"] and not view.has(own.target, "of"):
                many = self._agreement(own, subject, there)[0]
                core = core[1:] if many else [forms.article(core[1]), *core[1:]]
        plural, person = self._agreement(own, subject, there)
        head = view.word(node) if verbal else "be"
        chain, rest = self._group(head, kind, tense, aspect, modal, passive, form.denied, plural, person)
        complement: Words = []
        if view.unknown(node):
            fronted = self.unknown_said(node)
        elif not verbal:
            complement = self._complement(node)
            if asked and asked.role in _ASKING_NOUN:
                fronted, complement = complement, []  # «Which city is this?»
        inverted = form.asks and kind == "finite" and not (asked and asked is own)
        if kind == "command" and form.denied:
            chain = ["do", "not"]
        if inverted and subject and not chain and head != "be":
            chain, rest = self._do(rest, head, tense, plural, person)
        words_: Words
        if mid and rest and chain:
            verb = [*chain[1:], *mid, *rest]
            first = chain[:1]
        elif chain:
            verb, first = [*chain[1:], *rest, *mid], chain[:1]
        else:
            verb, first = [*mid, *rest], []
        if not verbal and chain:
            verb = [*chain[1:], *rest, *mid] if not rest else [*chain[1:], *mid, *rest]
        words_ = [*first, *subject, *verb] if inverted and first else [*subject, *first, *verb]
        marker = {"infinitive": ["to"], "finite": []}.get(kind, [])
        if kind == "infinitive" and subject:
            marker = ["to"]
            words_ = [*self.nominal_case(subject), *marker, *first, *verb]
        elif kind == "infinitive":
            words_ = [*(["not"] if form.denied else []), *marker, *first, *verb]
        elif kind in ("gerund", "participle") and form.denied:
            words_ = ["not", *words_]
        if verbal and head == "be" and not own and node == 0 and not (tense or modal or aspect or command):
            words_ = []  # «by Anna», which the converter hangs on «be»
        tail = [*complement, *core, *near, *extraposed, *content, *late, *last]
        tail += self.described(node)
        return [*front, *fronted, *words_, *tail]

    def _is_there(self, node: int, own: Edge) -> bool:
        """Whether a clause says that something exists: «There is a problem»."""
        view = self.view
        word = view.word(own.target)
        if view.word(node) not in ("be", "быть") or word in words.PRONOUNS:
            return False
        if word in words.BARE_WORDS or self.is_clause(own.target) or view.has(own.target, "poss"):
            return False
        if any(edge.target in words.DETERMINERS for edge in view.out(own.target, "mod")):
            return False
        places = [
            edge.role for edge in view.out(node) if edge.role not in _TIMELESS and not view.is_mark(edge)
        ]
        new = view.has(own.target, "quant") and not view.name(own.target)
        return not places or (new and "content" not in places and "as" not in places)

    def nominal_case(self, subject: Words) -> Words:
        """Return the subject of an infinitive: «for him to come»."""
        objects = {"I": "me", "he": "him", "she": "her", "we": "us", "they": "them"}
        return ["for", *(objects.get(word, word) if len(subject) == 1 else word for word in subject)]

    def _own_subject(self, node: int, form: Form, passive: bool) -> Edge | None:
        view = self.view
        if passive:
            return view.out(node, "object")[0]
        for role in ("agent", "subject"):
            for edge in view.out(node, role):
                return edge
        return None

    def _agreement(self, own: Edge | None, subject: Words, there: bool) -> tuple[bool, str]:
        """Return whether the verb is plural, and its person."""
        view = self.view
        if own is None:
            return False, "3"
        target = own.target
        word = view.word(target)
        if pronoun := words.PRONOUNS.get(word):
            return pronoun[4], pronoun[3]
        if view.is_joining(target):
            return word in ("and",), "3"
        if any(edge.target == "plural" for edge in view.out(target, "number")):
            return True, "3"
        for edge in view.out(target, "quant"):
            said = view.word(edge.target)
            if (said[:1].isdigit() and said != "1") or said in ("many", "few", "several", "both"):
                return True, "3"
        if word in ("people", "police", "these", "those", "both", "many", "few", "several", "thanks"):
            return True, "3"
        return False, "3"

    def _do(self, rest: Words, head: str, tense: str, plural: bool, person: str) -> tuple[Words, Words]:
        form = "did" if tense == "past" else "do" if plural or person in "12" else "does"
        return [form], forms.verb(head, "VB").split()

    def _group(
        self,
        head: str,
        kind: str,
        tense: str,
        aspect: str,
        modal: str,
        passive: bool,
        denied: bool,
        plural: bool,
        person: str,
    ) -> tuple[Words, Words]:
        """Return the auxiliaries and the verb itself."""
        links: list[tuple[str, str]] = []  # a verb, and the form that it gives the next
        if modal or (tense == "future" and kind in ("finite", "bare")):
            name = self.spelt(modal) if modal else "will"
            links.append((name, "VB"))
        if aspect == "perfect":
            links.append(("have", "VBN"))
        elif aspect == "progressive" and kind != "gerund":
            links.append(("be", "VBG"))
        if passive:
            links.append(("be", "VBN"))
        links.append((head, ""))
        tag = {
            "finite": "",
            "infinitive": "VB",
            "bare": "VB",
            "command": "VB",
            "gerund": "VBG",
            "participle": "VBG",
        }[kind]
        if kind == "participle" and passive:
            links = [link for link in links if link != ("be", "VBN")]
            tag = "VBN"
        if not tag:
            first = links[0][0]
            if links[0][1] == "VB":
                tag = "modal"
            elif tense == "past":
                tag = "VBD"
            elif plural or person in "12":
                tag = "VBP"
            else:
                tag = "VBZ"
            if first == "be" and tag == "VBD" and (plural or person == "2"):
                tag = "were"
            elif first == "be" and tag == "VBP" and person == "1" and not plural:
                tag = "am"
        said: list[Words] = []
        for verb, given in links:
            if tag == "modal" or tag in ("were", "am"):
                said.append(verb.split() if tag == "modal" else [tag])
            else:
                said.append(forms.verb(verb, tag).split())
            tag = given
        chain = [word for piece in said[:-1] for word in piece]
        rest = said[-1]
        if head == "be" and not chain and kind == "finite":
            chain, rest = rest, []
        if denied and kind == "finite":
            if chain:
                chain = [chain[0], "not", *chain[1:]]
            else:
                [did], rest = self._do(rest, head, tense, plural, person)
                chain = [did, "not"]
        elif denied and kind == "bare":
            chain = ["not", *chain]
        return chain, rest

    # --- questions --------------------------------------------------------------------------------------

    def _asked(self, node: int, form: Form, own: Edge | None) -> Edge | None:
        """Return the link of a clause that leads to what it asks for."""
        edges = [own, *self.view.out(node)] if own else self.view.out(node)
        return next((edge for edge in edges if edge and self._holds_unknown(edge)), None)

    def _holds_unknown(self, edge: Edge) -> bool:
        view = self.view
        target = edge.target
        if view.unknown(target):
            return True
        if isinstance(target, str) or target in view.named or self.is_clause(target):
            return False
        return any(
            view.unknown(inner.target) for inner in view.out(target, "same", "poss", "quant", "degree", "mod")
        )

    def _front(self, asked: Edge, node: int) -> Words:
        view = self.view
        view.done.add(asked.place)
        role, target = asked.role, asked.target
        if view.unknown(target):
            asked_word = words.UNKNOWNS.get(view.unknown(target), view.unknown(target)).split()
            if isinstance(target, int):
                asked_word = self.described_word(target, " ".join(asked_word))
            if role in (
                "object",
                "subject",
                "place",
                "time",
                "manner",
                "degree",
                "because",
                "content",
                "as",
                "quant",
                "mod",
                "measure",
                "agent",
            ):
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

    # --- what stands beside a verb ----------------------------------------------------------------------

    def preposition(self, role: str) -> Words:
        """Return the preposition that *role* names."""
        return words.PREPOSITIONS.get(role, role.replace("-", " ")).split()

    def _complement(self, node: int) -> Words:
        """Say an adjective or noun that is said of a subject."""
        view = self.view
        word = view.word(node)
        name = view.name(node)
        roles = view.roles(node)
        parts = self.parts(word)
        # The clause has said all that belongs to it; what is left belongs to the noun.
        if (
            name
            or roles & {"number", "quant", "poss", "of"}
            or not (parts & {"adj", "adv"})
            or self._has_adjectives(node)
        ):
            return self._noun(node, "object", not name)
        best = [] if view.first(node, "degree") != "most" else ["the"]
        return [*best, *self.described_word(node, self.spelt(word))]

    def _has_adjectives(self, node: int) -> bool:
        view = self.view
        return "noun" in self.parts(view.word(node)) and self.has_adjective(node)

    def _core(self, node: int, verbal: bool, passive: bool, form: Form) -> Words:
        """Say who gets it, and what it is done to."""
        view = self.view
        if not verbal:
            return []
        lemma = view.word(node)
        hearers: Words = []
        later: Words = []
        objects: Words = []
        has_object = any(
            e.place not in view.done and e.target not in form.silent for e in view.out(node, "object")
        )
        for edge in view.take(node, "recipient"):
            if edge.target in form.silent:
                continue
            said = self.nominal(edge.target)
            if (lemma in _GIVING and (has_object or passive)) or (
                lemma in _GIVING
                and not view.has(node, "content")
                and not has_object
                and lemma in ("speak", "talk", "say", "write", "explain", "return", "introduce", "submit")
            ):
                later += ["to", *said]
            else:
                hearers += said
        several = False
        for edge in view.take(node, "object"):
            if edge.target in form.silent:
                continue
            if several:
                objects += [","]
            several = True
            if self.is_clause(edge.target):
                objects += self._content(edge.target, form, node)
            else:
                objects += self.nominal(edge.target, indefinite=lemma == "have")
        by: Words = []
        for edge in view.take(node, "agent") if passive or form.kind == "participle" else ():
            if edge.target not in form.silent:
                by += ["by", *self.nominal(edge.target)]
        for edge in view.take(node, "agent"):
            if edge.target not in form.silent:
                by += ["with", *self.nominal(edge.target)]
        for edge in view.take(node, "subject"):
            if edge.target not in form.silent:
                by += [",", *self.anything(edge.target), ","]
        return [*hearers, *objects, *later, *by]

    def _adjuncts(self, node: int, form: Form, verbal: bool) -> tuple[Words, ...]:
        """Say the rest of a clause: in front, in the middle, near the verb, at the end, its content."""
        view = self.view
        front: Words = []
        mid: Words = []
        near: Words = []
        late: Words = []
        content: Words = []
        last: Words = []
        for edge in list(view.out(node)):
            if edge.place in view.done or view.is_mark(edge):
                continue
            role, target = edge.role, edge.target
            if not verbal and not self._belongs_to_clause(edge, node):
                continue
            view.done.add(edge.place)
            word = view.word(target)
            if target in form.silent and role not in ("mod",):
                continue
            if role in ("remark", "addressee", "topic"):
                front += self.beside(edge, node)
            elif role == "content":
                said = self._content(target, form, node)
                content += said
            elif role == "as":
                near += self._as(node, target, verbal)
            elif role in ("mod", "degree", "manner", "time", "place") and not self.is_clause(target):
                bare = not view.out(target) and not view.unknown(target)
                if role == "time" and not (
                    bare and "adv" in self.parts(word) and word in words.MIDDLE_ADVERBS
                ):
                    late += self.when(target)
                elif (
                    bare
                    and word in words.FIRST_ADVERBS
                    and role == "mod"
                    and not front
                    and form.kind == "finite"
                    and not form.asks
                    and not form.silent
                ):
                    front += [*self.adverb(target), *([] if word in ("so", "then") else [","])]
                elif bare and (
                    word in words.MIDDLE_ADVERBS
                    or (role == "degree" and "adv" in self.parts(word) and word != "much")
                ):
                    mid += self.adverb(target)
                elif role in ("manner", "mod", "degree") and word not in words.END_ADVERBS:
                    near += self.adverb(target)
                else:
                    late += self.adverb(target)
            elif self.is_clause(target):
                last += self.beside(edge, node)
            else:
                late += self.beside(edge, node)
        return front, mid, near, late, content, last

    def _belongs_to_clause(self, edge: Edge, node: int) -> bool:
        """Whether a link of a noun or adjective belongs to its clause: «He is now the king»."""
        view = self.view
        role, word = edge.role, view.word(edge.target)
        if role in (
            "remark",
            "addressee",
            "topic",
            "aside",
            "if",
            "because",
            "although",
            "purpose",
            "when",
            "while",
            "unless",
        ):
            return True
        if role == "content":
            return False
        if role == "time":
            return True
        return (
            role in ("mod", "place", "manner")
            and not view.out(edge.target)
            and (word in words.MIDDLE_ADVERBS or word in words.FIRST_ADVERBS)
            and "adj" not in self.parts(word)
        )

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
            view.name(inside)
            or view.roles(inside) & {"number", "quant", "poss", "of"}
            or not (parts & {"adj", "adv"})
        )
        if not noun:
            return (
                self.adverb(target)
                if lemma in words.COPULAS | {"be"} or verbal
                else ["as", *self.adverb(target)]
            )
        said = self.nominal(target, indefinite=True)
        return said if lemma in words.COPULAS | {"be"} else ["as", *said]

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
            asked = self._asks(target)
            that = [] if asked or self.is_command(target) else ["that"]
            return [*that, *self.clause(target, Form())]
        if not self.is_clause(target):
            if own is None and self._is_verb(node) and view.has(node, "object"):
                return ["to", "be", *self._indefinite(target)]
            return self.nominal(target)
        shared = own is not None and (own.target in above or own.target in form.silent)
        silent = frozenset(above) | form.silent if shared else form.silent
        done_to = view.out(view.inside(target), "object")
        if own and not shared and own.role == "agent" and done_to and done_to[0].target in above:
            return self.clause(target, Form("participle", silent=frozenset({done_to[0].target})))
        if self._asks(target):
            return self.clause(
                target, Form("infinitive" if own is None or shared else "finite", silent=silent)
            )
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

    def _indefinite(self, target: Target) -> Words:
        parts = self.parts(self.view.word(target))
        return (
            self.adverb(target)
            if parts & {"adj"} and "noun" not in parts
            else self.nominal(target, indefinite=True)
        )

    def beside(self, edge: Edge, source: int) -> Words:
        """Say a link by its preposition or conjunction."""
        view = self.view
        role, target = edge.role, edge.target
        if role == "remark":
            word = view.word(target)
            if word in ("but", "and", "or", "so", "yet") and not view.out(target):
                view.name_bare(target)
                return [word]
            if not view.out(target) and word not in words.PRONOUNS:
                return [*self.exclaimed(target), *([] if word == "please" else [","])]
            return [*self.anything(target), ","]
        if role in ("addressee", "topic"):
            return [*self.anything(target), ","]
        if role == "aside":
            return ["(", *self.anything(target), ")"]
        if role == "same":  # between commas a reader takes it for one more member
            said = self.anything(target)
            return [":", *said] if self.is_headline(source) else ["(", *said, ")"]
        if role == "item":
            return ["-", *self.anything(target)]
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
        if role in ("measure", "quant") and not self.is_clause(target):
            return self.nominal(target) if role == "measure" else self.amount(target)
        if view.unknown(target):
            return [*self.preposition(role), *self.mention(target)]
        if self.is_clause(target) and not (isinstance(target, int) and target in view.named):
            return self._adverbial(role, target, source)
        if role == "purpose":
            return ["for", *self.nominal(target)]
        if role in ("than", "as", "like") and isinstance(target, int):
            parts = self.parts(view.word(view.inside(target)))
            if parts and "noun" not in parts:
                return [*self.preposition(role), *self.adverb(target)]
        said = self.nominal(target)
        limits = next((n for n, word in enumerate(said) if word not in words.LIMITS), 0)
        return [*said[:limits], *self.preposition(role), *said[limits:]]

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
        shared = own is not None and own.target in above
        silent = frozenset({own.target}) if shared and own is not None else frozenset[Target]()
        if role == "purpose":
            if self.is_finite(target) and not self._is_bare_infinitive(target):
                return ["so", "that", *self.clause(target, Form())]
            return self.clause(target, Form("infinitive", silent=silent))
        conjunction = words.CONJUNCTIONS.get(role)
        finite = self.is_finite(target)
        if conjunction and finite:
            return [*conjunction.split(), *self.clause(target, Form())]
        if finite:
            return [*self.preposition(role), *(["what"] if False else []), *self.clause(target, Form())]
        if shared or own is None:
            before = (
                conjunction.split()
                if conjunction
                and role
                in (
                    "while",
                    "when",
                    "after",
                    "before",
                    "since",
                    "than",
                    "as",
                    "if",
                    "once",
                    "although",
                    "until",
                    "unless",
                    "like",
                    "whether",
                )
                else self.preposition(role)
            )
            if role in ("to", "whether", "so-that"):
                return (
                    [*before, *self.clause(target, Form("infinitive", silent=silent))]
                    if role != "to"
                    else ["to", *self.clause(target, Form("gerund", silent=silent))]
                )
            return [*before, *self.clause(target, Form("gerund", silent=silent))]
        before = conjunction.split() if conjunction else self.preposition(role)
        if role == "for":
            return self.clause(target, Form("infinitive"))
        return [*before, *self.clause(target, Form("gerund"))]

    # --- clauses that describe a noun -------------------------------------------------------------------

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
        if not self.is_finite(source) and isinstance(inside, int) and self._is_verb(inside):
            if role in ("agent", "object") and not (
                role == "object" and view.has(inside, "agent") and self._has_said_agent(inside, node)
            ):
                return self.clause(source, Form("participle", silent=silent))
            if role == "object" and view.has(inside, "agent"):
                return self.clause(source, Form("participle", silent=silent))
        person = view.word(node) in words.PRONOUNS or view.word(node) in (
            "someone",
            "somebody",
            "anyone",
            "everyone",
            "people",
            "person",
            "man",
            "woman",
            "one",
            "those",
        )
        who = "who" if person else "that"
        own = self.subject(source)
        if role in ("agent", "subject") or (role == "object" and own and own.target == node):
            return [who, *self.clause(source, Form(silent=silent))]
        if view.word(node) in ("what", "whatever", "whoever", "who", "whichever"):
            return self.clause(source, Form(silent=silent))
        if role in ("object", "content", "as", "measure"):
            return ["that", *self.clause(source, Form(silent=silent))]
        if role == "poss":
            return ["whose", *self.clause(source, Form(silent=silent))]
        adverbs = {"time": "when", "place": "where", "because": "why", "manner": "that"}
        if role in adverbs:
            return [adverbs[role], *self.clause(source, Form(silent=silent))]
        return [
            *self.preposition(role),
            "whom" if who == "who" else "which",
            *self.clause(source, Form(silent=silent)),
        ]

    def _has_said_agent(self, inside: int, node: int) -> bool:
        return False


def phrase(speaker: English, target: Target, role: str | None) -> Words:
    """Return the words of one node in the form that *role* asks for."""
    if role is None or role in (
        "agent",
        "object",
        "subject",
        "content",
        "op1",
        "op2",
        "same",
        "as",
        "measure",
        "name",
    ):
        view = speaker.view
        if role == "name" and isinstance(target, str):
            return view.word(target).split()
        return (
            speaker.anything(target)
            if isinstance(target, int) and speaker.is_clause(target)
            else speaker.nominal(target, "subject")
        )
    if role == "poss":
        return speaker.owner(target)
    if role == "quant":
        return speaker.amount(target)
    if isinstance(target, int):
        return speaker.beside(Edge(-1, role, target), target)
    return speaker.beside(Edge(-1, role, target), 0)

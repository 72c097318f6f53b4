"""The English verb: its subject, its voice, its auxiliaries and its form."""

from __future__ import annotations

from scenograph.morphology import english_forms as forms
from scenograph.realiser.english import words
from scenograph.realiser.english.nouns import EnglishNouns
from scenograph.realiser.form import Form
from scenograph.realiser.text import Words
from scenograph.realiser.view import Edge, Target


class EnglishVerbs(EnglishNouns):
    """Finds the subject of a verb and makes its form."""

    def is_verb(self, node: Target) -> bool:
        """Whether a predicate is a verb, not an adjective or a noun that is said of a subject."""
        view = self.view
        word = view.word(node)
        if word in ("be", "быть"):
            return True
        if view.has(node, "subject") or view.name(node) or view.has(node, "number", "poss"):
            return False
        if view.has(node, "quant") and not (view.has(node, "agent") and self.is_finite(node)):
            return False  # «two invasions», but «How much did Anna pay?»
        if view.has(node, "agent"):
            return True
        parts = self.parts(word)
        if not parts:
            return view.has(node, "agent", "object", "recipient")
        return "verb" in parts

    def _is_passive(self, node: Target, form: Form) -> bool:
        view = self.view
        objects = view.out(node, "object")
        agents = view.out(node, "agent")
        if self._is_turned(node):
            return form.kind == "finite"
        if agents:
            inverted = (
                form.kind in ("infinitive", "participle") and objects and agents[0].target not in form.silent
            )
            return bool(inverted and objects[0].target in form.silent and self.is_verb(node))
        if not objects or self.is_command(node) or view.has(node, "subject"):
            return False
        if not self.is_verb(node) or view.word(node) == "thank":
            return False
        if form.kind == "finite" and not self.is_finite(node) and node == 0:
            return False
        if form.kind in ("finite", "participle"):
            return not view.unknown(objects[0].target) or not view.has(node, "recipient")
        return objects[0].target in form.silent

    def _is_turned(self, node: Target) -> bool:
        """Whether an active clause is said in the passive: «The bridge was built by Oleg»."""
        view = self.view
        agents, objects = view.out(node, "agent"), view.out(node, "object")
        if self.wording.voice != "passive" or len(agents) != 1 or len(objects) != 1:
            return False
        agent, thing = agents[0].target, objects[0].target
        if view.word(node) in words.NO_PASSIVE or not self.is_finite(node) or self.is_command(node):
            return False
        if (
            view.has(node, "recipient", "content", "as")
            or not isinstance(agent, int)
            or len(view.into(agent)) > 1
        ):
            return False
        if any(self.is_clause(it) or view.unknown(it) for it in (agent, thing)):
            return False
        is_reflexive = view.word(thing).endswith(("self", "selves", "other"))
        denies = any(edge.target == "no" for edge in view.out(agent, "quant"))
        return view.word(agent) not in words.PRONOUNS and not is_reflexive and not denies

    def subject(self, target: Target) -> Edge | None:
        """Return the link to the subject of a clause."""
        target = self.view.inside(target)
        if isinstance(target, str):
            return None
        if self._is_turned(target):
            return self.view.out(target, "object")[0]
        if own := self._own_subject(target, False):
            return own
        if self._is_passive(target, Form("finite")):
            return self.view.out(target, "object")[0]
        return None

    def shares(self, target: Target, own: Edge | None) -> bool:
        """Whether a clause may leave out *own*, a subject that it shares with the one it is joined to."""
        return own is not None and self.is_verb(self.view.inside(target)) and not self.is_command(target)

    def _own_subject(self, node: int, passive: bool) -> Edge | None:
        out = self.view.out
        found = out(node, "object") if passive else [*out(node, "agent"), *out(node, "subject")]
        return next(iter(found), None)

    def _agreement(self, node: int, own: Edge | None) -> tuple[bool, str]:
        """Return whether the verb *node* is plural, and its person; *own* leads to its subject."""
        view = self.view
        if own is None:
            speaks = view.word(node) in words.OF_SPEAKERS and not view.has(node, "as")  # «Looks fine»
            return False, "1" if speaks else "3"
        target = own.target
        if view.unknown(target) and not self.is_verb(node):
            target = node  # «What are some good clubs?»
        word = view.word(target)
        if pronoun := words.PRONOUNS.get(word):
            return pronoun[4], pronoun[3]
        if view.is_joining(target):
            return word in ("and",), "3"
        if any(edge.target == "plural" for edge in view.out(target, "number")):
            return True, "3"
        for edge in view.out(target, "quant"):
            said = view.word(edge.target)
            if (said[:1].isdigit() and said != "1") or said in ("many", "few", "a-few", "several", "both"):
                return True, "3"
        if word in (
            "people",
            "police",
            "these",
            "those",
            "both",
            "many",
            "few",
            "a-few",
            "several",
            "thanks",
        ):
            return True, "3"
        return False, "3"

    def _do(self, head: str, tense: str, plural: bool, person: str) -> tuple[Words, Words]:
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
            if verb in words.MODALS:
                said.append([verb])
            elif tag == "modal" or tag in ("were", "am"):
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
                chain = ["cannot", *chain[1:]] if chain[0] == "can" else [chain[0], "not", *chain[1:]]
            else:
                [did], rest = self._do(head, tense, plural, person)
                chain = [did, "not"]
        elif denied and kind == "bare":
            chain = ["not", *chain]
        return chain, rest

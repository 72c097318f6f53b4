"""The links of a scene: each word that has a node, linked to the word above it."""

from __future__ import annotations

from typing import Final, final

from scenograph.core.links import quote
from scenograph.readers import roles
from scenograph.readers.choice import CORE, Choice
from scenograph.readers.draft import Draft, role
from scenograph.readers.nodes import Nodes
from scenograph.readers.plan import Plan
from scenograph.readers.tree import CLAUSE

_THINGS: Final = frozenset({"NOUN", "PROPN", "NUM", "SYM", "X"})
_FULL: Final = frozenset({"nsubj", "obj", "iobj", "obl", "conj"})
_PLAIN: Final = {"discourse": "remark", "vocative": "addressee", "dislocated": "topic", "list": "item"}
"""Relations that have one role, whatever the words are."""


@final
class Links:
    """Links the nodes of *draft*."""

    def __init__(self, plan: Plan, nodes: Nodes, draft: Draft) -> None:
        self.plan = plan
        self.nodes = nodes
        self.choice = Choice(plan, nodes)
        self.tree = plan.tree
        self.draft = draft

    def _link(self, source: int, name: str, word: int, *more: int) -> None:
        """Link *source* to what *word* stands for; the link rests on the arcs of *word* and of *more*."""
        arcs = [word, *more]
        head = self.tree.heads[word]
        while head and self.plan.gone[head]:
            arcs.append(head)
            head = self.tree.heads[head]
        words = [word, *(part for other in more for part in self.plan.spread(other))]
        self.draft.link(source, role(name), self.nodes.top(word), words, arcs)

    def attach(self, number: int) -> None:
        """Link a word to the word above it."""
        head = self.plan.above[number]
        relation = self.plan.rel[number]
        if relation == "conj" or (relation == "parataxis" and self.nodes.spoken.get(head) == number):
            return
        if relation == "parataxis" and head in self.nodes.beside and number in self.nodes.beside[head][2]:
            return
        if head in self.plan.alias:
            head = self.plan.alias[head]
        source = (
            self.nodes.base[head] if relation in CLAUSE and relation != "nummod" else self.nodes.node[head]
        )
        if relation == "swapped":
            return
        if (
            self.nodes.base[head] != self.nodes.node[head]
            and relation == "advmod"
            and self.choice.is_degree(number)
        ):
            source = self.nodes.node[head]
        handler = getattr(self, f"_attach_{relation}", None)
        if relation not in _FULL and self._is_owner(number):
            handler = self._attach_det
        elif relation in _PLAIN:
            self._link(source, _PLAIN[relation], number)
            return
        if handler is None:
            self._link(
                source, self.choice.by_case(number, "mod"), number, *self.plan.function["case"][number]
            )
        else:
            handler(number, head, source)

    def complete(self, number: int) -> None:
        """Link the parts of a predicate that is no verb: be → where, capital → Paris."""
        if number in self.plan.alias or self.nodes.base[number] == self.nodes.node[number]:
            return
        cases = self.plan.function["case"][number]
        if any(self.plan.rel[kid] == "swapped" for kid in self.plan.below[number]):
            name = "subject"
        elif cases:
            name = self.choice.oblique(number, number)
        elif number in self.plan.unknown:
            name = roles.ASKED_ROLES.get(self.tree.lemmas[number].lower(), "as")
        else:
            name = self.choice.adverb_label(number, number)
            name = "as" if name == "degree" else name
        self.draft.link(self.nodes.base[number], role(name), self.nodes.node[number], [number, *cases], cases)

    def _attach_nsubj(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        if tree.subtype(number) == "outer" and head in self.nodes.frame:
            source, name = self.nodes.frame[head], "subject"
        elif tree.is_verb(head) and self.nodes.base[head] == self.nodes.node[head]:
            passive = tree.subtype(number) == "pass" or tree.is_passive(head)
            name = "object" if passive else "agent"
            if tree.lemmas[head].lower() in ("be", "быть", "нет"):
                name = "subject"
        else:
            name = "subject"
        self._link(source, name, number)

    def _attach_csubj(self, number: int, head: int, source: int) -> None:
        self._attach_nsubj(number, head, source)

    def _attach_obj(self, number: int, head: int, source: int) -> None:
        hearer = self.tree.lemmas[head].lower() in roles.TELLING and self.plan.kids(head, "ccomp", "xcomp")
        instrumental = self.tree.russian and self.tree.feature(number, "Case") == "Ins"  # «стал врачом»
        if self.plan.function["case"][number] or instrumental or self._is_moment(number):
            self._attach_obl(number, head, source)
        elif hearer:
            self._link(source, "recipient", number)
        else:
            self._link(source, "object", number)

    def _attach_iobj(self, number: int, head: int, source: int) -> None:
        case = self.tree.feature(number, "Case")
        if self.plan.function["case"][number] or (self.tree.russian and case not in ("Dat", "")):
            self._attach_obl(number, head, source)
        else:
            self._link(source, "recipient", number)

    def _attach_obl(self, number: int, head: int, source: int) -> None:
        self._link(source, self.choice.oblique(number, head), number, *self.plan.function["case"][number])

    def _attach_nmod(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        cases = self.plan.function["case"][number]
        if tree.subtype(number) == "poss" or (
            tree.word(number).upos == "PRON" and self.plan.is_owner(number)
        ):
            name = "poss"
        elif tree.subtype(number) == "tmod" and not cases:
            name = "time"
        else:
            name = self.choice.by_case(number, "")
            if not name:
                case = tree.feature(number, "Case")
                bare = {"Gen": "of", "Dat": "recipient", "Ins": "instrument"}
                name = bare.get(case, "mod") if tree.russian else "mod"
                if tree.russian and self._is_moment(number):
                    name = "time"
            elif self.choice.is_time(number) and self.choice.says_when(number, cases):
                name = "time"
        self._link(source, self.choice.nominal(number, head, name), number, *cases)

    def _is_moment(self, number: int) -> bool:
        """Whether a word is a date or a time of day: «встреча 14 марта»."""
        value = self.plan.values.get(number)
        return value is not None and value.is_time

    def _attach_nummod(self, number: int, head: int, source: int) -> None:
        is_year = self.tree.lemmas[head] == "год" and self.tree.word(head).form.lower() in roles.YEAR_FORMS
        self._link(source, "mod" if is_year else "quant", number)

    def _is_amount(self, number: int) -> bool:
        """Whether a word asks how many or how much."""
        return self.draft.concepts[self.nodes.node[number]].startswith("?how-")

    def _attach_amod(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        if self._is_amount(number):
            self._link(source, "quant", number)
        elif tree.is_verb(number) and tree.feature(number, "VerbForm") in ("Part", "Ger", ""):
            self._link_back(number, source, "object" if self.choice.is_past_participle(number) else "agent")
        else:
            self._link(
                source, self.choice.by_case(number, "mod"), number, *self.plan.function["case"][number]
            )

    def _link_back(self, number: int, target: int, name: str) -> None:
        """Link a verb to the noun that it describes."""
        self.draft.link(self.nodes.base[number], role(name), target, [number], [number])
        self._wrap_back(number, target)

    def _wrap_back(self, number: int, target: int) -> None:
        """Link a noun to what its clause stands in: «the man who did not come», «old and broken chairs»."""
        if self.nodes.top(number) != self.nodes.base[number]:
            self.draft.link(target, ":mod", self.nodes.top(number), [number], [number])

    def _is_owner(self, number: int) -> bool:
        """Whether a word says whose something is: my, his, свой."""
        tree = self.tree
        if tree.word(number).upos not in ("PRON", "DET") or not self.plan.is_owner(number):
            return False
        lemma = tree.lemmas[number].lower()
        return bool({lemma, tree.word(number).form.lower()} & roles.OWNERS.keys()) or lemma == "свой"

    def _attach_det(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        lemma = tree.lemmas[number].lower()
        if number in self.plan.unknown:
            name = {"?whose": "poss", "?how-many": "quant"}.get(
                self.draft.concepts[self.nodes.node[number]], "same"
            )
        elif self._is_owner(number) or number in self.plan.alias:
            name = "poss"
        elif lemma in roles.QUANTIFIERS:
            name = "quant"
        else:
            name = "mod"
        self._link(source, name, number)

    def _attach_advmod(self, number: int, head: int, source: int) -> None:
        lemma = self.plan.lemma(number).lower()
        cases = self.plan.function["case"][number]
        if cases:
            self._attach_obl(number, head, source)
            return
        if self._is_amount(number):
            name = "quant"
        elif number in self.plan.unknown or number in self.plan.alias:
            concept = self.draft.concepts[self.nodes.node[number]] if number in self.plan.unknown else ""
            if concept == "?how" and not self.plan.is_clause(head):
                name = "degree"
            else:
                name = roles.ASKED_ROLES.get(lemma, "mod")
        else:
            name = self.choice.adverb_label(number, head)
        self._link(source, name, number)

    def _attach_ccomp(self, number: int, head: int, source: int) -> None:
        self._link(
            source, self.choice.by_mark(number, "content"), number, *self.plan.function["mark"][number]
        )

    def _attach_xcomp(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        if tree.is_verb(number):
            name = "content"
        else:
            name = self.choice.by_case(number, "as")
            if self.plan.is_clause(number) or self.plan.function["cop"][number]:
                name = "content"
        functions = (*self.plan.function["mark"][number], *self.plan.function["case"][number])
        self._link(source, self.choice.by_mark(number, name), number, *functions)

    def _attach_advcl(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        marks = self.plan.function["mark"][number]
        lemmas = [self.plan.lemma(mark).lower() for mark in marks]
        is_placed = self.nodes.base[number] != self.nodes.node[number]  # its preposition says where
        name = self.choice.by_mark(number, "")
        if not name:
            if "if" in lemmas or "если" in lemmas:
                name = "if"
            elif "whether" in lemmas or "ли" in lemmas:
                name = "whether"
            elif "for" in lemmas and "to" not in lemmas:
                name = "for"
            elif "чтобы" in lemmas or "to" in lemmas or tree.feature(number, "VerbForm") == "Inf":
                name = "purpose"
            elif self.plan.function["case"][number] and not is_placed:
                name = self.choice.by_case(number, "while")
            elif tree.feature(number, "VerbForm") == "Conv" and tree.feature(number, "Aspect") == "Perf":
                name = "after"
            elif tree.subtype(number) == "relcl":
                name = "and"
            else:
                name = "while"
        self._link(source, name, number, *marks, *self.plan.function["case"][number])

    def _attach_acl(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        inside = [
            pronoun
            for pronoun, noun in self.plan.alias.items()
            if noun == head and self.plan.clause(pronoun) == number
        ]
        if inside:
            self._wrap_back(number, source)
            return  # the clause links to the noun instead of its pronoun
        if tree.subtype(number) == "relcl" and tree.is_verb(number):
            self._fill_gap(number, head, source)
            return
        marks = self.plan.function["mark"][number]
        name = self.choice.by_mark(number, "") or self.choice.by_case(number, "")
        describes = tree.is_verb(number) and tree.feature(number, "VerbForm") != "Inf"
        if describes and not name and not marks and not self.plan.kids(number, "nsubj"):
            self._link_back(number, source, "object" if self.choice.is_past_participle(number) else "agent")
            return
        lemmas = {self.plan.lemma(mark).lower() for mark in marks}
        if not name and "for" in lemmas and "to" not in lemmas:
            name = "for"
        cases = self.plan.function["case"][number]
        self._link(
            source, name or ("content" if self.plan.is_clause(number) else "mod"), number, *marks, *cases
        )

    def _fill_gap(self, number: int, head: int, source: int) -> None:
        """Link a relative clause without a pronoun to its noun: «the book I bought»."""
        tree = self.tree
        for kid in self.plan.kids(number, "obl", "advmod", "case", "nmod"):
            if tree.word(kid).upos == "ADP" and not self.plan.below[kid]:
                name = roles.preposition(self.plan.lemma(kid).lower(), "")
                self.draft.link(self.nodes.base[number], role(name), source, [number, kid], [number, kid])
                return
        name = ""
        for predicate, label in tree.word(head).arguments:
            if predicate == number and label in CORE:
                name = CORE[label]
        if not name:
            name = roles.GAP_ROLES.get(tree.lemmas[head].lower(), "")
        if not name:
            if not self.plan.kids(number, "nsubj"):
                name = "object" if tree.is_passive(number) else "agent"
            elif not self.plan.kids(number, "obj", "ccomp"):
                name = "object"
            else:
                name = "about"
        self._link_back(number, source, name)

    def _attach_flat(self, number: int, head: int, source: int) -> None:
        if self.plan.below[number] or self.plan.function["case"][number]:
            self._link(source, "same", number, *self.plan.function["case"][number])
        else:  # «aircraft 733»
            self.draft.link(source, ":name", quote(self.tree.word(number).form), [number], [number])

    def _attach_appos(self, number: int, head: int, source: int) -> None:
        tree = self.tree
        near = tree.russian and number == head + 1
        if near and tree.feature(number, "Case") == "Gen" != tree.feature(head, "Case"):
            self._attach_nmod(number, head, source)  # «алгоритм Евклида»
            return
        self._link(source, "same", number)

    def _attach_compound(self, number: int, head: int, source: int) -> None:
        if self.tree.russian and number < head and number in self.plan.values:  # «6 миллиардов»
            self._link(source, "quant", number)
            return
        name = self.choice.nominal(number, head, self.choice.by_case(number, "mod"))
        self._link(source, name, number, *self.plan.function["case"][number])

    def _attach_parataxis(self, number: int, head: int, source: int) -> None:
        if self._is_named_again(number, head):
            self._link(self.nodes.node[head], "same", number)
            return
        is_placed = self.nodes.base[number] != self.nodes.node[number]  # its preposition says where
        cases = [] if is_placed else self.plan.function["case"][number]
        self._link(source, self.choice.by_case(number, "aside") if cases else "aside", number, *cases)

    def _is_named_again(self, number: int, head: int) -> bool:
        """Whether a noun in brackets stands after a noun. Only some treebanks take it for an apposition."""
        things = {self.tree.word(word).upos for word in (number, head)}
        is_noun = things <= _THINGS and not self.plan.is_clause(number)
        return is_noun and not self.plan.function["case"][number] and self.nodes.is_bracketed(number)

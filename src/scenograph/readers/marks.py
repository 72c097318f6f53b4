"""What the form of a word, its auxiliaries and its article say: tense, modality, command, plural, «a»."""

from __future__ import annotations

from typing import Final, final

from scenograph.readers import roles, values
from scenograph.readers.articles import DEFINITE, Articles
from scenograph.readers.draft import Draft, literal
from scenograph.readers.nodes import Nodes
from scenograph.readers.plan import Plan

_DEGREES: Final = {"Cmp": "more", "Sup": "most"}
_COMPARING: Final = frozenset((
    "more", "most", "less", "least", "much", "many", "много", "мало", "больше", "меньше", "более", "менее",
    "лучше", "хуже", "наиболее", "наименее",
))  # fmt: skip
_BETTER: Final = frozenset({"лучше", "хуже"})
"""Comparatives of «хороший» and «плохой»: a lemma of their own says the same."""
_TENSES: Final = {"Past": "past", "Pres": "present", "Fut": "future"}


@final
class Marks:
    """Adds marks to the nodes of *draft*."""

    def __init__(self, plan: Plan, nodes: Nodes, draft: Draft) -> None:
        self.plan = plan
        self.nodes = nodes
        self.tree = plan.tree
        self.draft = draft

    def describe(self, number: int) -> None:
        """Add what the form of a word and its auxiliaries say: tense, modality, plural, degree."""
        tree = self.tree
        if number in self.plan.alias:
            return
        word = tree.word(number)
        if tree.is_verb(number) or self.plan.is_predicate(number):
            self._describe_verb(number)
        if word.upos in ("ADJ", "ADV"):
            degree = _DEGREES.get(tree.feature(number, "Degree"))
            if most := self.plan.most.get(number):
                self.draft.link(self.nodes.node[number], ":degree", "most", [most], [most])
                return
            says_degree = tree.lemmas[number].endswith("ший") and tree.lemmas[number] != "хороший"
            if tree.russian and word.upos == "ADJ" and says_degree:
                degree = None  # the lemma says it: «лучший», «старейший»
            form, lemma = word.form.lower(), tree.lemmas[number].lower()
            if degree and lemma not in _COMPARING and (form not in _COMPARING or form in _BETTER):
                self.draft.link(self.nodes.node[number], ":degree", degree, [number], [])
        elif tree.feature(number, "Number") == "Plur" and (
            word.upos == "NOUN" or values.is_large(tree.lemmas[number])  # «тысячи туристов»
        ):
            is_year = tree.lemmas[number] == "год" and word.form.lower() in roles.YEAR_FORMS
            counted = self.plan.kids(number, "nummod") and not is_year
            if not counted and number not in self.plan.names and number not in self.plan.values:
                self.draft.link(self.nodes.node[number], ":number", "plural", [number], [])

    def define(self) -> None:
        """Add what articles say that the rest of the scene does not; it must be there already."""
        if self.tree.russian or not any(self.plan.function["article"]):
            return
        links = [(source, name, target) for source, name, target, _ in self.draft.links]
        articles = Articles(self.draft.concepts, links, self.nodes.root())
        for number in self.tree:
            name = self.plan.names.get(number)
            noun = name.kind if name else number
            if not noun or self.tree.word(noun).upos != "NOUN" or self.plan.gone[number]:
                continue
            if number in self.plan.alias or number in self.plan.values or number in self.plan.unknown:
                continue
            node = self.nodes.node[number]
            for article in self.tree.of(noun, "det"):
                lemma = self.tree.lemmas[article].lower()
                if lemma not in roles.ARTICLES or self.draft.has(node, DEFINITE):
                    continue
                if value := articles.mark(node, "the" if lemma == "the" else "a"):
                    self.draft.link(node, DEFINITE, value, [article], [article, noun])

    def _describe_verb(self, number: int) -> None:
        tree, node = self.tree, self.nodes.base[number]
        marks: dict[str, tuple[str, int]] = {}
        own = number if tree.is_verb(number) else 0
        helpers = [*self.plan.function["aux"][number], *self.plan.function["cop"][number]]
        if number in self.nodes.frame:
            self._describe_frame(number)
            helpers = self.plan.function["aux"][number]
        if not helpers and self._shares_helpers(number):
            helpers = self.plan.function["aux"][self.plan.above[number]]
        verbs = [h for h in helpers if tree.word(h).upos in ("AUX", "VERB", "PART")]
        for place, helper in enumerate(verbs):
            lemma, form = tree.lemmas[helper].lower(), tree.word(helper).form.lower()
            follow = tree.word(verbs[place + 1] if place + 1 < len(verbs) else number)
            if lemma in ("will", "shall") and form not in ("would", "'d", "should"):
                marks["tense"] = "future", helper
            elif lemma in ("бы", "б"):
                marks["modal"] = "would", helper
            elif lemma in ("пусть", "пускай", "давай", "да"):
                marks["mode"] = "command", helper
            elif lemma == "have":
                marks["aspect"] = "perfect", helper
            elif lemma == "be" and place < len(verbs) and follow.features.get("VerbForm") in ("Part", "Ger"):
                if follow.features.get("Tense") == "Pres" or follow.form.lower().endswith("ing"):
                    marks["aspect"] = "progressive", helper
            elif lemma == "быть" and tree.feature(helper, "Tense") == "Fut":
                marks["tense"] = "future", helper
            elif lemma not in ("be", "do", "get", "быть", "это", "to", "'s") and lemma not in (
                "would",
                "will",
                "shall",
            ):
                marks["modal"] = lemma, helper
            elif lemma in ("would", "will", "shall"):
                marks["modal"] = ("should" if form == "should" else "would"), helper
            tense = _TENSES.get(tree.feature(helper, "Tense"))
            if tense and "tense" not in marks and "modal" not in marks:
                marks["tense"] = tense, helper
        if own and "tense" not in marks and "modal" not in marks:
            finite = tree.feature(own, "VerbForm") == "Fin" or (
                tree.feature(own, "Mood") == "Ind" or tree.feature(own, "Variant") == "Short"
            )
            if finite and (tense := _TENSES.get(tree.feature(own, "Tense"))):
                marks["tense"] = tense, own
        forbids = any(tree.feature(helper, "Mood") == "Imp" for helper in helpers)  # «Don't touch it»
        if forbids or tree.feature(own or number, "Mood") == "Imp" or (own and self._commands(number)):
            marks["mode"] = "command", number
            marks.pop("tense", None)
        if tree.is_denial(number) and not helpers:
            marks["tense"] = "present", number
        if not own and not helpers and tree.russian and self.plan.kids(number, "nsubj", "swapped"):
            marks["tense"] = "present", number
        for name, (value, origin) in marks.items():
            self.draft.link(node, f":{name}", literal(value), [origin], [origin] if origin != number else [])

    def _describe_frame(self, number: int) -> None:
        """Add the tense of «is» in «The problem is that …»."""
        for copula in self.plan.function["cop"][number]:
            if tense := _TENSES.get(self.tree.feature(copula, "Tense")):
                self.draft.link(self.nodes.frame[number], ":tense", tense, [copula], [copula])
                return

    def _commands(self, number: int) -> bool:
        """Whether a bare English verb at the top of a sentence, without a subject, is a command."""
        tree = self.tree
        joined = [number]  # «Go home and sleep», but not «Anna will go home and sleep»
        while self.plan.rel[joined[-1]] == "conj":
            joined.append(self.plan.above[joined[-1]])
        if joined[-1] != tree.root or tree.russian:
            return False
        if any(self.plan.kids(verb, "nsubj", "csubj", "expl") for verb in joined):
            return False
        bare = tree.feature(number, "VerbForm") in ("Inf", "") and not tree.feature(number, "Tense")
        helpers = self.plan.function["aux"][number]
        forbids = [tree.word(helper).form.lower() for helper in helpers] == ["do"] and helpers[0] < number
        return bare and (not helpers or forbids) and not self.plan.function["mark"][number]

    def _shares_helpers(self, number: int) -> bool:
        """Whether a verb is joined to one with the same form whose auxiliaries count for both."""
        tree, first = self.tree, self.plan.above[number]
        return bool(
            self.plan.rel[number] == "conj"
            and first
            and tree.is_verb(number)
            and tree.is_verb(first)
            and not self.plan.kids(number, "nsubj")
            and tree.feature(number, "VerbForm") == tree.feature(first, "VerbForm") != "Fin"
        )

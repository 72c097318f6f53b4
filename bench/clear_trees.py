"""
Trees of spaCy's English models → trees of Universal Dependencies.

The models are trained on OntoNotes with the relations of the CLEAR converter (J. Choi and M. Palmer, 2012).
Those name the same arcs otherwise, and hang some words the other way round:

    CLEAR                                            Universal Dependencies
    slept ← in:prep ← Rome:pobj                      slept ← Rome:obl ← in:case
    is ← full:acomp                                  full ← is:cop
    Ann ← Bo:conj ← Cy:conj                          Ann ← Bo:conj, Ann ← Cy:conj
    Ann ← and:cc                                     Bo ← and:cc
    fifty ← $:nmod                                   $ ← fifty:nummod

The rules were written after trees of the train part of EWT, which says what each construction is in UD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from scenograph.readers.sentence import Word

_SAME_ARC: Final = {
    "acomp": "xcomp",
    "auxpass": "aux:pass",
    "csubjpass": "csubj:pass",
    "dative": "iobj",
    "dobj": "obj",
    "intj": "discourse",
    "meta": "discourse",
    "neg": "advmod",
    "npadvmod": "obl:unmarked",
    "nsubjpass": "nsubj:pass",
    "oprd": "xcomp",
    "poss": "nmod:poss",
    "preconj": "cc:preconj",
    "predet": "det:predet",
    "prt": "compound:prt",
    "quantmod": "advmod",
    "relcl": "acl:relcl",
}
_LEMMAS: Final = {
    "me": "I", "us": "we", "him": "he", "them": "they", "an": "a", "n't": "not", "those": "that",
    "these": "this", "ca": "can", "wo": "will", "'m": "be", "'re": "be", "'ve": "have", "'ll": "will",
}  # fmt: skip
_PREPOSITIONS: Final = ("prep", "agent", "dative")
_MAYBE_PREPOSITIONS: Final = ("dative", "conj", "pcomp", "advmod", "mark")
_FIXED: Final = frozenset(
    {("because", "of"), ("such", "as"), ("due", "to"), ("instead", "of"), ("as", "of"), ("out", "of")}
)
_CLAUSES: Final = frozenset({"VERB", "AUX", "ADJ", "ADV"})
_PLACES: Final = frozenset({"where", "here", "there", "how", "when"})


@dataclass
class Node:
    """One word of a tree that is being changed; `head` is a position, -1 above the root."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: dict[str, str]
    head: int
    rel: str
    entity: str = ""
    start: int = 0
    end: int = 0
    case: list[int] = field(default_factory=list[int])


class ClearTree:
    """A tree of CLEAR's relations that `to_universal` turns into one of Universal Dependencies."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = list(nodes)

    def kids(self, place: int, *relations: str) -> list[int]:
        """The children of a word, in text order."""
        return [
            n
            for n, it in enumerate(self.nodes)
            if it.head == place and (not relations or it.rel in relations)
        ]

    def to_universal(self) -> list[Word]:
        """Change the tree and return its words."""
        self._words()
        self._coordination()
        self._prepositions()
        self._reported()
        self._copulas()
        self._foretold()
        self._names_and_amounts()
        self._labels()
        return [
            Word(
                number,
                it.form,
                it.lemma,
                it.upos,
                it.xpos,
                "|".join(f"{name}={value}" for name, value in sorted(it.feats.items())) or "_",
                it.head + 1,
                "root" if it.head < 0 else it.rel,
                start=it.start,
                end=it.end,
            )
            for number, it in enumerate(self.nodes, start=1)
        ]

    def _words(self) -> None:
        """Give lemmas, parts of speech and features as EWT gives them."""
        for place, it in enumerate(self.nodes):
            form = it.form.lower().replace("’", "'")
            if it.upos in ("PRON", "DET", "AUX", "VERB", "PART"):
                it.lemma = _LEMMAS.get(form, it.lemma.replace("’", "'"))
            if it.upos == "NOUN" and form in ("thanks", "regards"):
                it.lemma = form
            if form == "'s" and it.upos in ("AUX", "VERB"):
                it.lemma = "be"
            if it.upos == "ADJ" and place and it.form.istitle() and self.nodes[place - 1].upos != "PUNCT":
                it.lemma = it.lemma.title()  # "Iraqi"
            if it.upos == "NUM":
                it.lemma = it.lemma.replace(",", "")
            if it.xpos == "WRB":
                it.upos = "ADV"
            if it.rel == "det":
                it.upos = "DET"
            if it.lemma == "not":
                it.feats["Polarity"] = "Neg"
            if it.xpos == "PRP$":
                it.feats |= {"Poss": "Yes", "PronType": "Prs"}

    def _coordination(self) -> None:
        """Hang each conjunct on the first one, and each conjunction on the conjunct after it."""
        nodes = self.nodes
        for place, it in enumerate(nodes):
            if it.rel == "cc" and it.head >= 0:
                after = [kid for kid in self.kids(it.head, "conj") if kid > place]
                if after:
                    it.head = after[0]
        for it in nodes:
            while it.rel == "conj" and it.head >= 0 and nodes[it.head].rel == "conj":
                it.head = nodes[it.head].head

    def _prepositions(self) -> None:
        """Let the noun of a preposition stand where the preposition stood."""
        for place in reversed(range(len(self.nodes))):  # «out of the house»: the inner one first
            it = self.nodes[place]
            if it.rel in ("prep", "agent") or (it.upos == "ADP" and it.rel in _MAYBE_PREPOSITIONS):
                self._preposition(place)

    def _preposition(self, place: int) -> None:
        nodes, it = self.nodes, self.nodes[place]
        objects = self.kids(place, "pobj")
        clauses = self.kids(place, "pcomp", "ccomp")
        inner = [kid for kid in self.kids(place) if nodes[kid].case]  # what an inner preposition left here
        if not (objects or clauses or inner):
            if it.rel in _PREPOSITIONS:
                it.rel = "advmod" if it.head < 0 or nodes[it.head].upos in _CLAUSES else "case"
            return
        new = (objects or inner or clauses)[0]
        noun = nodes[new]
        noun.head = it.head
        is_clause = not objects and not inner and noun.upos in ("VERB", "AUX")
        above = nodes[it.head] if it.head >= 0 else None
        by_verb = above is None or above.upos in _CLAUSES
        if it.rel == "conj":
            noun.rel = "conj"
        elif is_clause:
            noun.rel = "advcl" if by_verb else "acl"
        elif it.rel == "agent":
            noun.rel = "obl:agent"
        else:
            noun.rel = "obl" if by_verb else "nmod"
        for kid in self.kids(place):
            nodes[kid].head = new
            if nodes[kid].rel == "pobj":
                nodes[kid].rel = "conj"
        first = noun.case[0] if noun.case else -1
        if first >= 0 and (it.lemma.lower(), nodes[first].lemma.lower()) in _FIXED:
            nodes[first].head, nodes[first].rel = place, "fixed"
            noun.case.pop(0)
        it.head, it.rel = new, "mark" if is_clause else "case"
        noun.case.insert(0, place)

    def _reported(self) -> None:
        """Let what is said stand above a «he said» that follows or interrupts it."""
        nodes = self.nodes
        for place, it in enumerate(nodes):
            said = [kid for kid in self.kids(place, "ccomp") if kid < place and not self.kids(kid, "mark")]
            if said and all(kid > said[0] for kid in self.kids(place, "nsubj")):
                new = said[0]
                nodes[new].head, nodes[new].rel = it.head, it.rel
                it.head, it.rel = new, "parataxis"

    def _foretold(self) -> None:
        """Tell the «it» that stands for a later clause: "it is good to see you"."""
        for it in self.nodes:
            if it.rel == "nsubj" and it.lemma == "it" and it.head >= 0:
                clauses = [kid for kid in self.kids(it.head, "ccomp", "xcomp", "advcl") if kid > it.head]
                said = self.nodes[it.head]
                if clauses and (self.kids(it.head, "cop") or said.lemma in ("seem", "appear", "happen")):
                    first = self.nodes[clauses[0]]
                    if first.rel != "advcl" or self.kids(clauses[0], "aux"):
                        it.rel, first.rel = "expl", "csubj"

    def _copulas(self) -> None:
        """Let what is said by «be» stand where «be» stood."""
        for place, it in enumerate(self.nodes):
            if it.lemma == "be" and it.upos in ("AUX", "VERB") and it.rel not in ("aux", "auxpass"):
                self._copula(place)

    def _copula(self, place: int) -> None:
        nodes, it = self.nodes, self.nodes[place]
        if self.kids(place, "expl"):  # «there is milk»
            for kid in self.kids(place, "attr"):
                nodes[kid].rel = "nsubj"
            it.upos = "VERB"
            return
        said = self.kids(place, "attr", "acomp")
        if not said and self.kids(place, "nsubj", "csubj"):
            said = [
                kid
                for kid in self.kids(place)
                if (nodes[kid].rel == "obl" and kid > place)
                or (nodes[kid].rel == "advmod" and nodes[kid].lemma.lower() in _PLACES)
            ]
        clauses = self.kids(place, "ccomp", "xcomp")
        if not said and clauses and clauses[0] > place:  # "the reason is that it rains"
            said = clauses
            for kid in self.kids(place, "nsubj"):
                nodes[kid].rel = "nsubj:outer"
        if not said:
            return
        new = said[0]
        nodes[new].head, nodes[new].rel = it.head, it.rel
        for kid in self.kids(place):
            if kid != new:
                nodes[kid].head = new
        it.head, it.rel, it.upos = new, "cop", "AUX"

    def _names_and_amounts(self) -> None:
        nodes = self.nodes
        for place, it in enumerate(nodes):
            if it.form in "$€£" and it.head >= 0 and nodes[it.head].upos == "NUM":
                number = it.head
                it.head, it.rel = nodes[number].head, nodes[number].rel
                for kid in self.kids(number):
                    if nodes[kid].rel not in ("compound", "advmod", "quantmod", "nummod"):
                        nodes[kid].head = place
                nodes[number].head, nodes[number].rel = place, "nummod"
        for place, it in enumerate(nodes):
            parts = [
                kid
                for kid in self.kids(place, "compound")
                if kid < place
                and it.upos == nodes[kid].upos == "PROPN"
                and it.entity == nodes[kid].entity == "PERSON"
            ]
            if it.entity == "PERSON":
                for kid in self.kids(place, "compound"):
                    if self.nodes[kid].entity != "PERSON":
                        nodes[kid].rel = "nmod:desc"  # "President Bush"
            if parts:
                first = parts[0]
                nodes[first].head, nodes[first].rel = it.head, it.rel
                for kid in self.kids(place):
                    if kid != first:
                        nodes[kid].head = first
                for part in (*parts[1:], place):
                    nodes[part].head, nodes[part].rel = first, "flat"

    def _labels(self) -> None:
        nodes = self.nodes
        for it in nodes:
            above = nodes[it.head] if it.head >= 0 else None
            if it.rel == "aux" and it.xpos == "TO":
                it.rel = "mark"
            elif it.rel == "npadvmod" and above is not None and above.upos in ("NOUN", "PROPN"):
                it.rel = "nmod:unmarked"
            elif it.rel == "advcl" and above is not None and above.upos in ("NOUN", "PROPN"):
                it.rel = "acl"
            elif it.rel == "attr":
                it.rel = "xcomp"
            elif it.rel in ("pobj", "prep", "agent", "pcomp"):
                it.rel = "obl"
            elif it.rel == "ROOT":
                it.rel = "parataxis"
            it.rel = _SAME_ARC.get(it.rel, it.rel)

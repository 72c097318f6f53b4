"""The role of a noun, an adverb or a clause, by its preposition, case, conjunction or kind."""

from __future__ import annotations

from typing import Final, final

from scenograph.readers import roles
from scenograph.readers.nodes import Nodes
from scenograph.readers.plan import Plan
from scenograph.readers.values import WEEKDAYS

CORE: Final = {"ARG0": "agent", "ARG1": "object"}
"""PropBank's roles of who does and what it is done to."""

_ADJUNCTS: Final = {
    "ARGM-TMP": "time", "ARGM-LOC": "place", "ARGM-MNR": "manner", "ARGM-EXT": "degree",
    "ARGM-CAU": "because", "ARGM-PRP": "purpose", "ARGM-DIR": "place",
}  # fmt: skip
_ADVERBS: Final = (
    (roles.TIME_ADVERBS, "time"), (roles.PLACE_ADVERBS, "place"), (roles.DEGREE_ADVERBS, "degree"),
    (roles.OTHER_ADVERBS, "mod"),
)  # fmt: skip


_ENDS: Final = frozenset({"until", "с", "from", "with", "toward"})
"""Roles of when something begins or ends: «до скольки», «с скольки»."""


@final
class Choice:
    """Chooses roles for the words of *plan*."""

    def __init__(self, plan: Plan, nodes: Nodes) -> None:
        self.plan = plan
        self.nodes = nodes
        self.tree = plan.tree

    def by_case(self, number: int, default: str) -> str:
        """Return the role of the preposition or conjunction of a word, *default* if it has none."""
        tree = self.tree
        cases = self.plan.function["case"][number]
        if not cases:
            return default
        names: list[str] = []
        for case in cases:
            if len(cases) > 1 and tree.lemmas[case] == "'s":
                continue  # «at Enzo's»
            names.append(roles.preposition(self.plan.lemma(case).lower(), tree.feature(number, "Case")))
        return "-".join(dict.fromkeys(names))

    def oblique(self, number: int, head: int) -> str:
        """Return the role of a noun that is neither subject nor object."""
        tree = self.tree
        subtype = tree.subtype(number)
        case = tree.feature(number, "Case")
        cases = self.plan.function["case"][number]
        name = self.by_case(number, "")
        lemma = tree.lemmas[head].lower()
        if (
            number in self.plan.unknown
            and not cases
            and (asked := roles.ASKED_ROLES.get(tree.lemmas[number].lower()))
        ):
            return asked
        if self.plan.asks_hour(number):
            return name if name in _ENDS else "time"
        if name == "to" and tree.russian and self._is_hour(number):
            return "time"
        if self.is_time(number) and (not name or self.says_when(number, cases)):
            return "time"
        acts = tree.word(number).upos != "ADV" and not self.is_time(number)  # «By when?» «By Friday»
        if acts and (subtype == "agent" or (name == "by" and tree.is_passive(head))):
            return "agent"
        if not name:
            if tree.russian:
                return self._bare(case, lemma, head)
            return "recipient" if case == "Dat" else "measure"
        if name == "to" and lemma in roles.GIVING and not tree.russian:
            return "recipient"
        if (
            name == "at"
            and tree.russian
            and (lemma in ("быть", "нет") or self.nodes.base[head] != self.nodes.node[head])
        ):
            return "poss"
        return name

    def _is_hour(self, number: int) -> bool:
        """Whether a number says by itself when: «в шесть», «в 18»."""
        value = self.plan.values.get(number)
        is_number = self.tree.word(number).upos == "NUM" and value is not None and value.text.isdigit()
        return is_number and value is not None and 0 < int(value.text) <= 24

    def _bare(self, case: str, lemma: str, head: int) -> str:
        """Return the role of a Russian noun without a preposition, by its case."""
        if case == "Dat":
            return "recipient"
        if case == "Ins":
            if lemma in roles.BECOMING:
                return "as"
            return "agent" if self.tree.is_passive(head) else "instrument"
        if case == "Gen":
            return "than" if self.tree.feature(head, "Degree") == "Cmp" else "of"  # «старше Бориса»
        return "object" if case == "Acc" else "measure"

    def is_time(self, number: int) -> bool:
        tree = self.tree
        if tree.subtype(number) == "tmod":
            return True
        value = self.plan.values.get(number)
        if value:
            if value.is_time:
                return True
            return len(value.text) == 4 and value.text.isdigit() and not self.plan.kids(number, "nmod")
        lemma = tree.lemmas[number].lower()
        if lemma in roles.TIME_NOUNS or lemma in WEEKDAYS:
            return True
        if lemma in roles.DATES and any(kid in self.plan.unknown for kid in self.plan.kids(number, "det")):
            return True  # «на какое число», else a number
        return tree.word(number).upos == "PROPN" and number not in self.plan.names  # a month

    def says_when(self, number: int, cases: list[int]) -> bool:
        """Whether the preposition of a time adds nothing: «on Monday», not «before Monday», «for a week»."""
        tree = self.tree
        lemmas = {tree.lemmas[case].lower() for case in cases}
        if lemmas == {"по"}:  # «по вторникам», «по утрам»
            return tree.lemmas[number].lower() in roles.REPEATED and tree.feature(number, "Number") == "Plur"
        if not lemmas <= {"in", "on", "at", "в", "во", "на"}:
            return False
        counted = bool(self.plan.kids(number, "nummod"))
        if "на" in lemmas and tree.lemmas[number].lower() in roles.PERIODS:  # «на три часа», «на неделю»
            described = self.plan.kids(number, "amod", "det")
            return not counted and (bool(described) or tree.feature(number, "Case") != "Acc")
        return not (counted and "in" in lemmas)

    def nominal(self, number: int, head: int, name: str) -> str:
        """Return PropBank's role of what depends on a noun that names an event: «the invasion of Kuwait»."""
        if name not in ("of", "poss", "mod") or not self.tree.word(head).roleset:
            return name
        for predicate, label in self.tree.word(number).arguments:
            if predicate == head and label in CORE:
                return CORE[label]
        return name

    def is_past_participle(self, number: int) -> bool:
        tree = self.tree
        voice = tree.feature(number, "Voice")
        if voice:
            return voice == "Pass"
        return (tree.feature(number, "Tense") == "Past" and not tree.russian) or tree.is_passive(number)

    def is_degree(self, number: int) -> bool:
        return self.tree.lemmas[number].lower() in roles.DEGREE_ADVERBS

    def adverb_label(self, number: int, head: int) -> str:
        tree = self.tree
        lemma = self.plan.lemma(number).lower()
        for words, name in _ADVERBS:
            if lemma in words:
                return "mod" if lemma in ("too", "most", "so") and tree.is_verb(head) else name
        for predicate, label in tree.word(number).arguments:
            if predicate == head and label in _ADJUNCTS:
                return _ADJUNCTS[label]
        if tree.word(head).upos in ("ADJ", "ADV") and not self.plan.is_predicate(head):
            return "degree"
        if tree.is_verb(head) and (lemma.endswith("ly") or (tree.russian and lemma[-1:] in "ои")):
            return "manner"
        return "mod"

    def by_mark(self, number: int, default: str) -> str:
        """Return the role of the conjunction of a clause, *default* if it has none that says more."""
        names: list[str] = []
        for mark in self.plan.function["mark"][number]:
            lemma = self.plan.lemma(mark).lower()
            if lemma in roles.SILENT_MARKS:
                continue
            names.append(roles.conjunction(lemma))
        return "-".join(dict.fromkeys(names)) or default

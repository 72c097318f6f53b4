"""
Subjects that clauses share: «Anna wants to sleep» says twice what Anna does.

Russian leaves out the subject of a clause if it is that of the clause above: `scenograph.readers.omission`.
"""

from __future__ import annotations

from typing import final

from scenograph.readers import roles
from scenograph.readers.choice import CORE
from scenograph.readers.corrections.forms import is_intransitive
from scenograph.readers.draft import Draft
from scenograph.readers.nodes import Nodes
from scenograph.readers.omission import Omission
from scenograph.readers.plan import Plan


@final
class Sharing:
    """Links verbs without a subject of their own to the one that they share."""

    def __init__(self, plan: Plan, nodes: Nodes, draft: Draft) -> None:
        self.plan = plan
        self.nodes = nodes
        self.tree = plan.tree
        self.draft = draft
        self.omission = Omission(plan)

    def share(self, number: int) -> None:
        """Link a verb without a subject of its own to the one that it shares: «Anna wants to sleep»."""
        if number in self.plan.alias or not self.tree.is_verb(number):
            return
        tree = self.tree
        if self.plan.kids(number, "nsubj", "csubj") or tree.feature(number, "Mood") == "Imp":
            return
        marks = {label for _, label in tree.arguments.get(number, ())}
        is_joined = self.plan.rel[number] == "conj" and tree.feature(number, "VerbForm") == "Fin"
        if tree.word(number).roleset and (marks & CORE.keys() or not is_joined):
            self._share_as_marked(number)
            return  # of a joined verb with no arguments at all, the marks say nothing
        if self.plan.rel[number] in ("acl", "amod", "root", "csubj"):
            return
        if self.plan.rel[number] == "ccomp" and not tree.russian:
            return
        if found := self._subject(number):
            self._link(number, "object" if tree.is_passive(number) else "agent", *found)

    def share_object(self, number: int) -> None:
        """Link a Russian verb to the object before both verbs: «Свёклу трут и тушат»."""
        plan, tree = self.plan, self.tree
        first = plan.above[number]
        if not tree.russian or plan.rel[number] != "conj" or not first or not tree.is_verb(number):
            return
        objects = [it for it in plan.kids(first, "obj") if it < first]
        own = plan.kids(number, "obj", "iobj", "xcomp", "ccomp", "nsubj")
        if len(objects) != 1 or own or number in plan.alias or plan.kids(first, "nsubj"):
            return
        if tree.is_passive(number) or is_intransitive(tree.lemmas[number]):
            return
        self._link(number, "object", self.nodes.top(objects[0]), (number, objects[0]))

    def share_owner(self, number: int) -> None:
        """Link what «свой» belongs to, to the subject of its clause; to «свой» itself where there is none."""
        thing = self.plan.above[number]
        clause = thing
        while not self.plan.is_clause(clause) and self.plan.above[clause]:
            clause = self.plan.above[clause]
        found = self._subject(clause)
        source = self.nodes.node[thing]
        if found and found[0] != source:
            self.draft.link(source, ":poss", found[0], [number], (number, *found[1]))
        else:
            node = self.draft.node(self.tree.lemmas[number].lower(), [number], is_value=True)
            self.draft.link(source, ":poss", node, [number], [number])

    def _share_as_marked(self, number: int) -> None:
        """Link a verb to the agent and object that PropBank marks, where they stand outside its clause."""
        marked = [
            (word, label)
            for word, label in self.tree.arguments.get(number, ())
            if label in CORE and word not in self.plan.alias and number not in self._above(word)
        ]
        has_agent = any(label == "ARG0" for _, label in self.tree.arguments.get(number, ()))
        subject = self._subject(number)
        for word, label in marked:
            while self.plan.gone[word] and self.plan.above[word]:
                word = self.plan.above[word]
            if self.plan.gone[word]:
                continue
            node = self.nodes.top(word)
            if label == "ARG0" and subject and subject[0] != node and self._is_ordered(number):
                self._link(number, "agent", *subject)  # «She asked me to eat»: I eat, whatever a parser marks
                continue
            if subject and subject[0] == node:
                passive = self.tree.is_passive(number)
                name = "agent" if label == "ARG0" or not (has_agent or passive) else "object"
                self._link(number, name, *subject)
            elif not self._is_linked(number, word):
                self._link(number, CORE[label], node, (word, number))

    def _is_ordered(self, number: int) -> bool:
        """Whether a verb is what somebody is to do: to eat, of «She asked me to eat»."""
        head = self.plan.above[number]
        if self.plan.rel[number] != "xcomp" or self.tree.lemmas[head].lower() not in roles.TELLING:
            return False
        return bool(self.plan.kids(head, "obj", "iobj"))

    def _above(self, word: int) -> tuple[int, int]:
        """Return the word above *word*, and its own number."""
        return self.plan.above[word], word

    def _is_linked(self, number: int, word: int) -> bool:
        ends = {self.nodes.node[word], self.nodes.top(word)}
        bases = {self.nodes.base[number], self.nodes.top(number)}
        return any(self.draft.are_linked(base, end) for base in bases for end in ends)

    def _link(self, number: int, name: str, node: int, arcs: tuple[int, ...]) -> None:
        source = self.nodes.base[number]
        if source != node and not self.draft.has(source, f":{name}"):
            self.draft.link(source, f":{name}", node, [number], arcs)

    def _subject(self, number: int) -> tuple[int, tuple[int, ...]] | None:
        """Return the node of the subject of a clause, with the arcs that lead to it."""
        path: list[int] = []
        seen: set[int] = set()
        leaving: list[int] = []
        while number and number not in seen:
            seen.add(number)
            own = self.plan.kids(number, "nsubj", "swapped")
            if own:
                if not all(self.omission.agrees(it, own[0]) for it in leaving):
                    return None
                return self.nodes.top(own[0]), (*path, own[0])
            if self.tree.feature(number, "Mood") == "Imp":
                return None
            relation, head = self.plan.rel[number], self.plan.above[number]
            if not head:
                return None
            path.append(number)
            if relation == "xcomp":
                controllers = [
                    k
                    for k in self.plan.kids(head, "obj", "iobj")
                    if not self.plan.function["case"][k] and k != number
                ]
                if controllers and self.tree.lemmas[head].lower() not in ("promise", "обещать", "пообещать"):
                    if not all(self.omission.agrees(it, controllers[-1]) for it in leaving):
                        return None
                    return self.nodes.top(controllers[-1]), (*path, controllers[-1])
                if self.tree.lemmas[head].lower() in roles.ORDERING:
                    return None  # «Врач велел лежать»: another lies
                number = head
            elif self._is_inside(number, head):
                if beside := self._beside(number, head):
                    return self.nodes.top(beside), (*path, beside)
                number = head
            elif self.omission.is_left_out(number):
                leaving.append(number)
                number = head
            elif relation in ("acl", "amod") and self.tree.is_verb(number):
                if self.tree.is_passive(number) or leaving:
                    return None
                return self.nodes.node[head], tuple(path)
            else:
                return None
        return None

    def _is_inside(self, number: int, head: int) -> bool:
        """
        Whether a clause takes its subject from the one above it.

        So do verbs joined by «and», and adverbial clauses whose verb can have no subject: «walking home».
        """
        relation = self.plan.rel[number]
        if relation == "conj":
            is_said = self.tree.is_verb(head) or self.plan.is_predicate(head)  # «was a pilot and flew»
            return is_said and self._agrees(number, head)
        form = self.tree.feature(number, "VerbForm")
        if relation != "advcl":
            return False
        if form == "Inf":
            return not self.tree.is_passive(head)  # «it was built to last»: nobody says who wanted it
        return form in ("Part", "Ger", "Conv")

    def _beside(self, number: int, head: int) -> int:
        """Return the subject of the verb before, where the first has none: «Дом продали, Олег ушёл»."""
        if not self.tree.russian or self.plan.rel[number] != "conj" or self.plan.kids(head, "nsubj"):
            return 0
        before = [it for it in self.plan.kids(head, "conj") if it < number]
        subjects = [it for verb in before[-1:] for it in self.plan.kids(verb, "nsubj")]
        return subjects[0] if subjects and self.omission.agrees(number, subjects[0]) else 0

    def _agrees(self, number: int, head: int) -> bool:
        """
        Whether a Russian verb may have the subject of the one it is joined to.

        «Дима потерял чемодан, но его обещали привезти»: others promised it, for Dima is one.
        """
        tree = self.tree
        if not tree.russian or tree.feature(number, "Number") != "Plur":
            return True
        return tree.feature(head, "Number") != "Sing"

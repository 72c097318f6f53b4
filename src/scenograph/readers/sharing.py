"""Subjects that clauses share: «Anna wants to sleep» says twice what Anna does."""

from __future__ import annotations

from typing import final

from scenograph.readers.draft import Draft
from scenograph.readers.nodes import Nodes
from scenograph.readers.plan import Plan


@final
class Sharing:
    """Links verbs without a subject of their own to the one that they share."""

    def __init__(self, plan: Plan, nodes: Nodes, draft: Draft) -> None:
        self.plan = plan
        self.nodes = nodes
        self.tree = plan.tree
        self.draft = draft

    def share(self, number: int) -> None:
        """Link a verb without a subject of its own to the one that it shares: «Anna wants to sleep»."""
        if number in self.plan.alias or not self.tree.is_verb(number):
            return
        if self.plan.kids(number, "nsubj", "csubj") or self.tree.feature(number, "Mood") == "Imp":
            return
        if self.plan.rel[number] in ("acl", "amod", "root", "ccomp", "csubj"):
            return
        found = self._subject(number)
        if found:
            name = ":object" if self.tree.is_passive(number) else ":agent"
            if not self.draft.has(self.nodes.base[number], name):
                self.draft.link(self.nodes.base[number], name, found[0], [number], found[1])

    def _subject(self, number: int) -> tuple[int, tuple[int, ...]] | None:
        """Return the node of the subject of a clause, with the arcs that lead to it."""
        path: list[int] = []
        seen: set[int] = set()
        while number and number not in seen:
            seen.add(number)
            own = self.plan.kids(number, "nsubj", "swapped")
            if own:
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
                    return self.nodes.top(controllers[-1]), (*path, controllers[-1])
                number = head
            elif (relation == "conj" and self.tree.is_verb(head)) or (
                relation == "advcl"
                and self.tree.feature(number, "VerbForm")
                in (
                    "Inf",
                    "Part",
                    "Ger",
                    "Conv",
                )
            ):
                number = head
            elif (
                relation in ("acl", "amod") and self.tree.is_verb(number) and not self.tree.is_passive(number)
            ):
                return self.nodes.node[head], tuple(path)
            else:
                return None
        return None

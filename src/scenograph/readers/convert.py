"""
A tree of Universal Dependencies → the scene of its sentence, as `docs/scenes.md` describes scenes.

    >>> from scenograph.readers.conllu import parse
    >>> sentence, = parse('''1\\tAnna\\tAnna\\tPROPN\\t_\\tNumber=Sing\\t2\\tnsubj\\t_\\t_
    ... 2\\tbought\\tbuy\\tVERB\\t_\\tTense=Past|VerbForm=Fin\\t0\\troot\\t_\\t_
    ... 3\\tmilk\\tmilk\\tNOUN\\t_\\tNumber=Sing\\t2\\tobj\\t_\\t_'''.split("\\n"))
    >>> print(convert(sentence).scene.format(indent=None))
    (b / buy :agent (e / entity :name "Anna") :object (m / milk) :tense past)

The function is exact: the same tree gives the same scene, every tree gives one, and each word of content is
in it. A treebank's trees and those that a parser predicts go the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from scenograph.core import Scene
from scenograph.readers import roles
from scenograph.readers.draft import Draft, Origin, literal
from scenograph.readers.links import Links
from scenograph.readers.marks import Marks
from scenograph.readers.nodes import Nodes
from scenograph.readers.plan import Plan
from scenograph.readers.sentence import Sentence
from scenograph.readers.sharing import Sharing
from scenograph.readers.tree import CONTENT, Tree


@final
@dataclass(frozen=True, slots=True)
class Converted:
    """
    A scene with the words that it comes from.

    Attributes:
        scene: the scene
        words: for each of its nodes, the numbers of the words that it stands for; a node that no single word
            says, such as `and` between two clauses, may have none
        origins: for each of `scene.links`, the words that say it and the arcs that it rests on
    """

    scene: Scene
    words: tuple[tuple[int, ...], ...]
    origins: tuple[Origin, ...]


def convert(sentence: Sentence) -> Converted:
    """
    Return the scene of *sentence*.

    Raises:
        CorpusError: if its words do not form a tree
    """
    draft = Draft()
    plan = Plan(Tree(sentence))
    nodes = Nodes(plan, draft)
    marks, links, sharing = Marks(plan, nodes, draft), Links(plan, nodes, draft), Sharing(plan, nodes, draft)
    words_with_node = [word for word in plan.tree if not plan.gone[word]]
    for word in words_with_node:
        marks.describe(word)
        links.complete(word)
        if plan.above[word]:
            links.attach(word)
    for word in words_with_node:
        sharing.share(word)
        sharing.share_object(word)
    for word in plan.own:
        sharing.share_owner(word)
    _add_rest(plan, nodes, draft)
    _connect_rest(plan, nodes, draft)
    marks.define()
    scene, words, origins = draft.finish(nodes.root())
    return Converted(scene, tuple(words), tuple(origins))


def _connect_rest(plan: Plan, nodes: Nodes, draft: Draft) -> None:
    """Link what nothing reached to the word above it."""
    leader = list(range(len(draft.concepts)))

    def find(node: int) -> int:
        while leader[node] != node:
            leader[node] = node = leader[leader[node]]
        return node

    for source, _, target, _ in draft.links:
        if isinstance(target, int):
            leader[find(source)] = find(target)
    root = nodes.root()
    for number in plan.tree:
        if plan.gone[number]:
            continue
        for node in (nodes.top(number), nodes.node[number]):
            if find(node) != find(root):
                above = plan.above[number]
                source = nodes.node[above] if above and find(nodes.node[above]) == find(root) else root
                draft.link(source, ":mod", node, [number], [number])
                leader[find(node)] = find(root)


def _add_rest(plan: Plan, nodes: Nodes, draft: Draft) -> None:
    """Add words of content that no link names yet, and conjunctions that begin a sentence."""
    tree = plan.tree
    named = {word for words in draft.words for word in words}
    for _, _, _, origin in draft.links:
        named.update(origin.words)
    for number in tree:
        if number not in named and tree.word(number).upos in CONTENT:
            above = plan.above[number] or tree.root
            while nodes.node[above] < 0 and plan.above[above]:  # such as «where»: it is an unknown, no node
                above = plan.above[above]
            source = nodes.node[above] if nodes.node[above] >= 0 else nodes.root()
            spread = plan.spread(number)
            named.update(spread)
            node = draft.node(literal(plan.lemma(number)), spread)
            draft.link(source, ":mod", node, [number], [number])
    for number in tree:
        signs = plan.function["cc"][number]
        if signs and not plan.gone[number] and plan.rel[number] != "conj":
            lemma = plan.lemma(signs[0]).lower()
            if roles.COORDINATION.get(lemma, lemma) not in ("and", "or", "nor"):
                draft.link(
                    nodes.base[number],
                    ":remark",
                    literal(roles.COORDINATION.get(lemma, lemma)),
                    signs[:1],
                    signs[:1],
                )

"""
Formulas of first-order logic: written and read for any dialect that spells them.

A formula is a scope (`scenograph.surfaces._scopes`): a quantifier, then facts and at most one
connective.

    scope       (exists variable+ "(" fact ("and" fact)* ("and" connective)? ")") | connective
    connective  "not" scope | "(" scope (("and" scope)+ | ("or" scope)+ | "if" scope) ")"
    fact        concept "(" variable ")" | role "(" variable "," term ")" | variable "=" unknown
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from scenograph.core import Link, Scene
from scenograph.core.links import is_unknown
from scenograph.errors import SceneError, SurfaceError
from scenograph.surfaces._scanner import Parse, Scanner, descend
from scenograph.surfaces._scopes import AND, NOT, Scope, operand_roles, scopes_of


@final
@dataclass(frozen=True, slots=True)
class Dialect:
    """
    A way to spell formulas.

    Attributes:
        name: what errors call it
        signs: the sign of each connective
        variable: names the nth variable for a node of a concept, n from 1
        exists: writes a quantifier over variables
        concept, role, term: write a literal as a predicate of one place, a role, a literal as a term
        read_concept, read_role, read_term: undo these; an error says what a token cannot be
        tokens: a pattern with the groups `exists`, `sign`, `mark`, `variable` and `name`
        variables: a pattern of one variable, to find those after `exists`
    """

    name: str
    signs: Mapping[str, str]
    variable: Callable[[str, int], str]
    exists: Callable[[Sequence[str]], str]
    concept: Callable[[str], str]
    role: Callable[[str], str]
    term: Callable[[str], str]
    read_concept: Callable[[str], str]
    read_role: Callable[[str], str]
    read_term: Callable[[str], str]
    tokens: re.Pattern[str]
    variables: re.Pattern[str]


# --- writing -----------------------------------------------------------------------------------------------


def write(scene: Scene, dialect: Dialect) -> str:
    """Return *scene* as a formula of *dialect*; `read` undoes it."""
    scene = scene.canonical()
    names = _variables(scene, dialect)
    out: list[str] = []
    pending: list[str | Scope] = [scopes_of(scene)]
    while pending:
        piece = pending.pop()
        if isinstance(piece, str):
            out.append(piece)
        else:
            pending.extend(reversed(_pieces(piece, scene, names, dialect)))
    return "".join(out)


def _variables(scene: Scene, dialect: Dialect) -> list[str]:
    """Name each node after its concept; all names differ."""
    names: dict[str, int] = {}
    counts: dict[str, int] = {}
    for node, concept in enumerate(scene.concepts):
        first = dialect.variable(concept, 1)
        counts[first] = counts.get(first, 0) + 1
        names[dialect.variable(concept, counts[first])] = node
    return list(names)


def _pieces(scope: Scope, scene: Scene, names: Sequence[str], dialect: Dialect) -> list[str | Scope]:
    """Return what *scope* is written as, with the scopes in it still to be written."""
    conjoin = f" {dialect.signs[AND]} "
    facts = _facts(scope, scene, names, dialect)
    pieces: list[str | Scope] = []
    if scope.nodes:
        pieces.append(dialect.exists([names[node] for node in scope.nodes]) + "(")
        pieces.append(conjoin.join(facts) + (conjoin if scope.connective else ""))
    if scope.connective == NOT:
        pieces += [dialect.signs[NOT], scope.operands[0]]
    elif scope.connective:
        before = "("
        for operand in scope.operands:
            pieces += [before, operand]
            before = f" {dialect.signs[scope.connective]} "
        pieces.append(")")
    return [*pieces, ")"] if scope.nodes else pieces


def _facts(scope: Scope, scene: Scene, names: Sequence[str], dialect: Dialect) -> list[str]:
    """Return the facts of *scope*: of each node its concept, then its links."""
    links: dict[int, list[str]] = {node: [] for node in scope.nodes}
    for source, role, target in scope.links:
        term = names[target] if isinstance(target, int) else dialect.term(target)
        links.setdefault(source, []).append(f"{dialect.role(role)}({names[source]}, {term})")
    facts: list[str] = []
    own = set(scope.nodes)
    for node, roles in links.items():
        if node in own:
            concept = scene.concepts[node]
            is_equal = is_unknown(concept)
            facts.append(
                f"{names[node]} = {dialect.term(concept)}"
                if is_equal
                else f"{dialect.concept(concept)}({names[node]})"
            )
        facts += roles
    return facts


# --- reading -----------------------------------------------------------------------------------------------


def read(text: str, dialect: Dialect, start: int = 0, end: int | None = None) -> Scene:
    """
    Return the scene that the formula in *text* says; undoes `write`.

    Args:
        start, end: where the formula stands in *text*

    Raises:
        SurfaceError: if it does not have the shape of a scene's formula, with the place
    """
    return _Parser(text, dialect, start, end).scene()


@final
class _Parser(Scanner):
    def __init__(self, text: str, dialect: Dialect, start: int, end: int | None) -> None:
        super().__init__(text, dialect.name, at=start, stop=end)
        self.dialect = dialect
        self.connectives = {sign.strip(): concept for concept, sign in dialect.signs.items()}
        self.concepts: list[str | None] = []
        self.links: list[Link] = []
        self.nodes: dict[str, int] = {}
        self.kind = self.value = ""
        self.end = start
        self.joined: set[int] = set()  # nodes of connectives
        self.step()

    def scene(self) -> Scene:
        root = descend(self.scope())
        if self.kind != "end":
            self.fail("the end of the formula")
        for name, node in self.nodes.items():
            if self.concepts[node] is None:
                raise SurfaceError(f"{self.dialect.name}: no concept is said of the variable {name}")
        try:
            return Scene.build([concept or "" for concept in self.concepts], self.links, root=root)
        except SceneError as error:
            raise SurfaceError(f"{self.dialect.name}: this says no scene: {error}") from error

    def scope(self, expected: str = "a quantifier, a negation or '('") -> Parse[int]:
        """Read a scope; return the node that is its root."""
        start, variables = self.at, self.quantifiers()
        if self.passes("("):
            return (yield self.group(variables, start))
        if variables:
            self.fail("'(' after a quantifier")
        if self.kind != "sign" or self.connectives[self.value] != NOT:
            self.fail(expected)
        self.step()
        return self.connect(NOT, [(yield self.scope())])

    def group(self, variables: Sequence[int], start: int) -> Parse[int]:
        """Read what stands in parentheses that *variables* are quantified before."""
        sign, has_facts = "", False
        roots: list[int] = []
        while True:
            if self.kind in ("name", "variable"):
                self.fact()
                has_facts = True
            else:
                roots.append((yield self.scope("a fact")))
            if self.passes(")"):
                break
            joins = self.connectives[self.value] if self.kind == "sign" else NOT
            if joins == NOT:
                self.fail("a connective or ')'")
            if sign not in ("", joins):
                self.fail("parentheses around what another sign joins")
            sign = joins
            self.step()
        if variables:
            joined = [root for root in roots if root in self.joined]
            if sign not in ("", AND) or len(joined) > 1:
                self.fail("one quantifier for each side of a connective", start)
            return joined[0] if joined else variables[0]
        if has_facts:
            self.fail("a quantifier before facts", start)
        return self.connect(sign, roots) if sign else roots[0]

    def connect(self, concept: str, operands: Sequence[int]) -> int:
        node = len(self.concepts)
        roles = operand_roles(concept, len(operands))
        if len(roles) != len(operands):
            self.fail("two sides of an implication")
        self.concepts.append(concept)
        self.links += [Link(node, role, operand) for role, operand in zip(roles, operands, strict=True)]
        self.joined.add(node)
        return node

    def quantifiers(self) -> list[int]:
        """Step over any quantifiers; return the nodes of their variables."""
        nodes: list[int] = []
        while self.kind == "exists":
            for name in self.dialect.variables.findall(self.value):
                if name in self.nodes:
                    self.fail(f"another variable than {name}, which is bound already")
                self.nodes[name] = len(self.concepts)
                nodes.append(len(self.concepts))
                self.concepts.append(None)
            self.step()
        return nodes

    def fact(self) -> None:
        if self.kind == "variable":
            node = self.variable()
            self.expect("=")
            start = self.at
            unknown = self.term()
            if not isinstance(unknown, str) or not is_unknown(unknown):
                self.fail("an unknown", start)
            self.set_concept(node, unknown, start)
            return
        name, start = self.value, self.at
        self.step()
        self.expect("(")
        node = self.variable()
        if self.passes(","):
            role = self.read_as(self.dialect.read_role, name, start)
            self.links.append(Link(node, role, self.term()))
        else:
            self.set_concept(node, self.read_as(self.dialect.read_concept, name, start), start)
        self.expect(")")

    def term(self) -> int | str:
        if self.kind == "variable":
            return self.variable()
        if self.kind != "name":
            self.fail("a term")
        literal = self.read_as(self.dialect.read_term, self.value, self.at)
        self.step()
        return literal

    def set_concept(self, node: int, concept: str, start: int) -> None:
        if self.concepts[node] is not None:
            self.fail("one concept for each variable", start)
        self.concepts[node] = concept

    def read_as(self, reading: Callable[[str], str], token: str, start: int) -> str:
        try:
            return reading(token)
        except ValueError as error:
            return self.fail(str(error), start)

    def variable(self) -> int:
        if self.kind != "variable":
            self.fail("a variable")
        if self.value not in self.nodes:
            self.fail(f"a quantifier that binds {self.value}, before it")
        node = self.nodes[self.value]
        self.step()
        return node

    def passes(self, mark: str) -> bool:
        is_here = self.kind == "mark" and self.value == mark
        if is_here:
            self.step()
        return is_here

    def step(self) -> None:
        self.at = self.end
        token = self.dialect.tokens.match(self.text, self.skip(), self.stop)
        if token is not None:
            self.kind, self.value, self.end = token.lastgroup or "", token[0], token.end()
        else:
            self.kind, self.value = ("end" if self.ends() else "junk"), ""

"""
Answers are matched, not guessed.

Memory names the crystals that contain the question; the question is matched with each clause that one of them
asserts (`scenograph.answers.question`)::

    (build :agent ?who :object (bridge))                     who built the bridge?
    (because :cause (…) :effect (build :agent (entity :name "Oleg") :object (bridge)))   crystal 7
    (answer :value P :content (build :agent P :object (bridge)))    P = (entity :name "Oleg"), from crystal 7

If no crystal answers, rules are applied to the crystals from which they may conclude an answer. The question
is matched with the conclusions, and the answer names all crystals that its proof uses::

    (grandmother :subject ?who :poss (entity :name "Oleg"))      from crystals 3 and 7, by a rule

Questions about open text are answered by clauses that say what was asked in other words, too, or that
somebody reports (`scenograph.answers.open_text`). Such an answer has a grade, and the steps that led to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, final

from scenograph.answers.asked import is_open
from scenograph.answers.classes import BEING, NOTHING
from scenograph.answers.families import MARKS, PLACES
from scenograph.answers.fitting import is_no_one
from scenograph.answers.limits import is_none, turns_away
from scenograph.answers.matched import Fill, Part, scene_of
from scenograph.answers.open_text import OpenAnswer, OpenSearch
from scenograph.answers.question import (
    UNKNOWN,
    Evidence,
    UnknownsQuestion,
    WhetherQuestion,
    answer_scene,
    asserted,
    parsed,
)
from scenograph.answers.recalls import Recalls, containing, premises
from scenograph.answers.single import EXCLUDED, OTHER, opened_cues, single_roles
from scenograph.core.field import Field, Rule
from scenograph.core.field.proof import Proof
from scenograph.core.links import unquote
from scenograph.core.match import Bindings
from scenograph.core.scene import Scene
from scenograph.coreference.mentions import PRONOUNS
from scenograph.readers.articles import DEFINITE
from scenograph.readers.unsure import sure_part


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """
    One answer to a question.

    Attributes:
        bindings: what each unknown of the question stands for; empty for yes and no
        scene: the answer, `(answer :value X :content CLAUSE)`
        crystals: the ids of all crystals that state it, or that its proof uses; the most resonant first
        resonance: 0 to 1; of the first crystal, or, of a conclusion, of the least resonant
        proof: how it was concluded, with the ids of crystals as numbers of scenes; None if a crystal states
            it
        grade: 0 to 1; how well it answers what was asked, 1 if it says just that
        parts: the steps of which the grade is the product; empty if the question was matched exactly
        fills: what fills the unknowns, as nodes and constants of `source`; empty for yes and no
        source: the scene of the first crystal, with names instead of the pronouns of who speaks; `scene` if
            the question was matched exactly
        clause: the node of `source` that answers
        reported_by: who says so, if the crystal only reports it; *somebody* if it does not say who
        said_by: the name of who said the sentence of the first crystal; empty if memory does not know
        said: the day, or the minute, when that was said, as ISO 8601 writes it; empty if memory does not know
        is_unsure: whether it rests on links that the reader was unsure of
        text: the sentence of the first crystal; empty if memory has none, or the question was matched exactly
        is_limited: whether the clause says it only in part, or under a condition: «almost», «if it rains»
    """

    bindings: Bindings
    scene: Scene
    crystals: tuple[int, ...]
    resonance: float
    proof: Proof | None = None
    grade: float = 1.0
    parts: tuple[Part, ...] = ()
    fills: tuple[Fill, ...] = ()
    source: Scene = UNKNOWN
    clause: int = 0
    reported_by: Scene | str | None = None
    said_by: str = ""
    said: str = ""
    is_unsure: bool = False
    text: str = ""
    is_limited: bool = False

    @property
    def value(self) -> str:
        """`yes`, `no`, or `partly` for neither; empty if the question asks for something else."""
        values = self.scene.targets(":value")
        concepts = [self.scene.concepts[value] for value in values if isinstance(value, int)]
        return concepts[0] if not self.bindings and concepts in (["yes"], ["no"], ["partly"]) else ""


_TENSE: Final = ":tense"
"""What a question says and a rule does not: what is concluded holds at any time."""


class _Clause(NamedTuple):
    """A clause that is stated or concluded, and the crystals that support it."""

    scene: Scene
    crystals: tuple[int, ...]
    resonance: float
    proof: Proof | None = None
    numbers: tuple[int, ...] = ()  # the crystals that the scenes of the proof are


def find(question: Scene, memory: Recalls, rules: Sequence[Rule] = ()) -> list[Finding]:
    """
    Return the different answers that *memory* holds to *question*.

    Args:
        question: a scene with unknowns, `(whether :content C)`, or any other, which asks whether it is so;
            articles do not count: «the house» asks for «a house», too
        memory: where to look
        rules: what to conclude by if no crystal answers
    Returns:
        The answers: first those of clauses that say only what was asked, then by resonance; of open text, by
        grade. Links that the reader was unsure of count only if nothing else answers. Empty if memory does
        not know.
    """
    question = _without_articles(question)
    search = OpenSearch(question, memory)
    if is_open(question):
        exact = (it for it in _exact(question, memory, rules) if not _names_no_one(it))
        found = _grouped(search.sure()) or list(exact)
        found = [it for it in found if not _names_absence(it)]
    else:
        found = _exact(question, memory, rules)
        if not found or any(is_open(finding.scene) for finding in found):
            found = _grouped(search.sure()) or found
    if found and not all(_points(finding) for finding in found):
        return found
    return _grouped(search.unsure()) or found


def _points(finding: Finding) -> bool:
    """Whether an answer is no more than «he» or «it»: what he may be says more."""
    ends = [fill.target for fill in finding.fills]
    return bool(ends) and all(isinstance(it, int) and finding.source.concepts[it] in PRONOUNS for it in ends)


def _names_no_one(finding: Finding) -> bool:
    """Whether an answer to «who» is a thing: who fell is no tree."""
    ends = [fill.target for fill in finding.fills if fill.unknown == "?who"]
    scene = finding.source
    return any(is_no_one(scene, link) for link in scene.links if link.target in ends)


def _names_absence(finding: Finding) -> bool:
    """Whether an answer to what there is somewhere is one of the things that are not there: «no letter»."""
    scene, clause = finding.source, finding.clause
    if scene.concepts[clause] not in BEING or not any(it.role in PLACES for it in scene.out(clause)):
        return False
    absent = {it.target for it in finding.fills if it.unknown == "?what" and isinstance(it.target, int)}
    absent = {it for it in absent if is_none(scene, it) and scene.concepts[it] not in NOTHING}
    return any(link.role == ":subject" and link.target in absent for link in scene.out(clause))


def _without_articles(scene: Scene) -> Scene:
    return scene.without_links([link for link in scene.links if link.role == DEFINITE])


def _grouped(answers: Iterable[OpenAnswer]) -> list[Finding]:
    """Return *answers* as findings, one for all that say the same."""
    groups: dict[object, list[OpenAnswer]] = {}
    for answer in answers:
        groups.setdefault(_said(answer), []).append(answer)
    return [_open_finding(group) for group in groups.values()]


def _said(answer: OpenAnswer) -> object:
    """Return what is equal for answers that say the same."""
    scene = answer.hit.scene
    return answer.value or tuple(sorted((fill.unknown, _spelt(scene, fill)) for fill in answer.match.fills))


def _spelt(scene: Scene, fill: Fill) -> str:
    target = fill.target
    if isinstance(target, int):
        names = scene.targets(":name", target)
        if names and isinstance(names[0], str):
            return unquote(names[0]).lower()
        part = scene.sub(target)
        kept = part.without_links([link for link in part.links if link.role in MARKS])
        return kept.canonical().format(indent=None)
    return unquote(target)


def _open_finding(group: Sequence[OpenAnswer]) -> Finding:
    answer = group[0]
    scene, match = answer.hit.scene, answer.match
    bindings: Bindings = {}
    for fill in match.fills:
        bindings.setdefault(fill.unknown, scene_of(fill, scene))
    reported = any(part.said == "(reported)" for part in match.parts)
    return Finding(
        bindings,
        _open_scene(answer),
        tuple(dict.fromkeys(answer.hit.id for answer in group)),
        answer.hit.resonance,
        None,
        match.grade,
        match.parts,
        match.fills,
        scene,
        match.clause,
        (scene.sub(match.by) if match.by is not None else "somebody") if reported else None,
        answer.speech.speaker,
        answer.speech.date,
        answer.is_unsure,
        next((source.text for source in answer.hit.sources if source.text), ""),
        answer.is_limited,
    )


def _open_scene(answer: OpenAnswer) -> Scene:
    """Return `(answer :value X :content CLAUSE)`, one X for each part of the clause that answers."""
    scene, match = answer.hit.scene, answer.match
    if answer.value:
        return answer_scene([Scene.build([answer.value])], scene.sub(_with_denial(scene, match.clause)))
    order = scene.reach(match.clause)
    clause = scene.sub(match.clause)
    targets = [fill.target for fill in match.fills]
    if not all(isinstance(target, str) or target in order for target in targets):
        order, clause = scene.reach(0), scene.sub(0)
    values: list[int | str | Scene] = []
    for target in targets:
        if isinstance(target, str):
            values.append(target)
        elif target in order:
            values.append(order.index(target))
        else:  # a clause that describes a noun: no link leads to it
            values.append(Scene.build([scene.concepts[target]]))
    return answer_scene(values, clause)


def _with_denial(scene: Scene, clause: int) -> int:
    """Return the *not* whose `:op1` is *clause*; *clause* itself if nothing denies it."""
    return next(
        (
            link.source
            for link in scene.links
            if link.target == clause and link.role == ":op1" and scene.concepts[link.source] == "not"
        ),
        clause,
    )


def _exact(question: Scene, memory: Recalls, rules: Sequence[Rule]) -> list[Finding]:
    asked = parsed(question)
    found = [(it, clause) for clause in _stated(asked.cue, memory) for it in asked.evidence(clause.scene)]
    if not found and rules:
        tense = asked.cue.targets(_TENSE)
        asked = parsed(question.without_links([link for link in question.links if link.role == _TENSE]))
        clauses = _concluded(asked.cue, memory, rules)
        found = [(_at(it, tense), clause) for clause in clauses for it in asked.evidence(clause.scene)]
    if not found and isinstance(asked, WhetherQuestion) and not asked.is_denied:
        return list(_contradicted(parsed(question).cue, memory, rules))
    found.sort(key=lambda pair: (not pair[0].is_exact, -pair[1].resonance))
    groups: dict[object, list[tuple[Evidence, _Clause]]] = {}
    for evidence, clause in found:
        same = tuple(sorted(evidence.bindings.items())) or _value(evidence.scene)
        groups.setdefault(same, []).append((evidence, clause))
    return [_finding(group) for group in groups.values()]


def _at(evidence: Evidence, tense: Sequence[int | str]) -> Evidence:
    """Return *evidence* with the *tense* that was asked for, if what was concluded has none."""
    answer = evidence.scene
    [content] = answer.targets(":content")
    if not tense or not isinstance(content, int) or answer.targets(_TENSE, content):
        return evidence
    links = [*answer.triples, *((content, _TENSE, it) for it in tense)]
    return evidence._replace(scene=Scene.build(answer.concepts, links))


def _finding(group: Sequence[tuple[Evidence, _Clause]]) -> Finding:
    evidence, clause = group[0]
    crystals = tuple(dict.fromkeys(crystal for _, clause in group for crystal in clause.crystals))
    proof = clause.proof and clause.proof.renumbered(clause.numbers)
    answer = evidence.scene
    [content] = answer.targets(":content")
    assert isinstance(content, int), "the content of an answer is a clause"
    fills = () if not evidence.bindings else tuple(_fills(answer, content, [*evidence.bindings]))
    return Finding(
        evidence.bindings,
        answer,
        crystals,
        clause.resonance,
        proof,
        fills=fills,
        source=answer,
        clause=content,
    )


def _fills(answer: Scene, content: int, unknowns: Sequence[str]) -> Iterator[Fill]:
    """Yield what fills *unknowns* in *answer*: its values, with the roles in which its content has them."""
    inside = answer.reach(content)
    for unknown, value in zip(unknowns, answer.targets(":value"), strict=True):
        roles = [link.role for link in answer.links if link.target == value and link.source in inside]
        yield Fill(unknown, roles[0] if roles else "", value)


def _value(answer: Scene) -> str:
    """Return *yes* or *no*."""
    [value] = answer.targets(":value")
    assert isinstance(value, int), "yes and no are nodes"
    return answer.concepts[value]


def _stated(cue: Scene, memory: Recalls) -> Iterator[_Clause]:
    """Yield what the crystals that contain *cue* assert; a stored question asserts nothing."""
    for hit in containing(cue, memory):
        if not hit.scene.unknowns:
            for clause in asserted(sure_part(hit.scene)):
                if not turns_away(clause, cue):
                    yield _Clause(clause, (hit.id,), hit.resonance)


def _contradicted(cue: Scene, memory: Recalls, rules: Sequence[Rule]) -> Iterator[Finding]:
    """Yield *no* for each crystal that gives another value in a role that takes one."""
    for one in opened_cues(cue, single_roles(memory, rules)):
        for clause in _stated(one.cue, memory):
            for evidence in UnknownsQuestion(one.cue).evidence(clause.scene):
                said = evidence.bindings[OTHER]
                if (said if isinstance(said, str) else _without_articles(said)) != one.value:
                    no = answer_scene([Scene.build(["no"])], clause.scene)
                    part = Part(f"one {one.role}: {_shown(one.value)}", _shown(said), EXCLUDED)
                    finding = _finding([(Evidence({}, no, False), clause)])
                    yield replace(finding, grade=part.grade, parts=(part,))


def _shown(value: Scene | str) -> str:
    return unquote(value) if isinstance(value, str) else value.format(indent=None)


def _concluded(cue: Scene, memory: Recalls, rules: Iterable[Rule]) -> Iterator[_Clause]:
    """Yield what follows by *rules* from crystals about the things of *cue*."""
    hits = premises(cue, memory, rules)
    numbers = tuple(hit.id for hit in hits)
    for scene, proof in Field(hit.scene for hit in hits).close(rules).proofs():
        support = sorted((hits[number] for number in proof.support), key=lambda hit: -hit.resonance)
        crystals = tuple(hit.id for hit in support)
        yield _Clause(scene, crystals, support[-1].resonance, proof, numbers)

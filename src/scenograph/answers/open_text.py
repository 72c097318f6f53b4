"""
Open text: the answers that open scenes hold to an open question.

Crystals that speak of what the question names are recalled, by its scene and by its words, and each form of
the question is laid on each of them (`scenograph.answers.asked`, `scenograph.answers.subsume`). Misspelt
names are tried only where no name is spelt as it was asked, and links that the reader was unsure of only
where nothing sure answers. What somebody said of himself is understood by his name (`scenograph.dialogue`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, final

from scenograph.answers.asked import Asked, asked, is_open
from scenograph.answers.classes import SAYING, STILL
from scenograph.answers.families import MARKS
from scenograph.answers.ground import Ground
from scenograph.answers.limits import affirmed, is_limited, may_be_none, without_exceptions, without_others
from scenograph.answers.limits import word as word_of
from scenograph.answers.matched import Match, Part
from scenograph.answers.nothing import with_nothing
from scenograph.answers.pattern import Pattern
from scenograph.answers.recalls import Recalls, containing
from scenograph.answers.reported import reported
from scenograph.answers.single import excluded
from scenograph.answers.standing import Standing
from scenograph.answers.subsume import covers, matches
from scenograph.answers.there import with_places
from scenograph.answers.translation import others
from scenograph.core.links import is_unknown
from scenograph.core.scene import Scene
from scenograph.coreference import parted
from scenograph.dialogue import Speech, heard
from scenograph.readers.unsure import is_unsure, sure_part, whole
from scenograph.world.names import LETTERS

if TYPE_CHECKING:
    from scenograph.memory import Hit

_WIDE: Final = 64  # crystals recalled by words
_LEAST_WHETHER: Final = 0.75  # yes and no say more than a name does
_TURNED_TIME: Final = 0.6  # «Will she come?» is not answered by «She came»
_CLOSE: Final = 0.8  # of the best grade, that further answers have at least


class OpenAnswer(NamedTuple):
    """
    One answer that one crystal gives.

    Attributes:
        hit: the crystal; its scene is understood as others do
        match: how it answers
        value: `yes` or `no`, or `partly` where the clause says less; empty if parts of the scene answer
        agreeing: how many marks of the question the clause has: what orders equal answers
        speech: who said it, to whom and when, as far as memory knows
        is_unsure: whether it rests on links that the reader was unsure of
        is_limited: whether the clause says it only in part or under a condition: «hardly», «almost», «if …»
    """

    hit: Hit
    match: Match
    value: str
    agreeing: int
    speech: Speech = Speech()
    is_unsure: bool = False
    is_limited: bool = False


@final
class OpenSearch:
    """
    A search for answers to one open question.

    A question that is no open scene (`is_open`) is answered by open scenes only: others are matched exactly.

    Args:
        question: the question
        memory: where to look
    """

    def __init__(self, question: Scene, memory: Recalls) -> None:
        self._what = asked(question)
        self._any_scene = is_open(question)
        self._memory = memory

    @cached_property
    def _hits(self) -> list[Hit]:
        if not self._what.patterns:
            return []
        hits = recalled(self._what, self._memory)
        return hits if self._any_scene else [hit for hit in hits if is_open(hit.scene)]

    def sure(self) -> list[OpenAnswer]:
        """Return the answers that rest on what the reader was sure of, the best first."""
        return self._best([_Understood.of(hit, sure_part(hit.scene)) for hit in self._hits])

    def unsure(self) -> list[OpenAnswer]:
        """Return the answers that rest on links that the reader was unsure of, too, the best first."""
        hits = [hit for hit in self._hits if any(is_unsure(link.role) for link in hit.scene.links)]
        found = self._best([_Understood.of(hit, whole(hit.scene)) for hit in hits])
        return [answer._replace(is_unsure=True) for answer in found]

    def _best(self, given: Sequence[_Understood]) -> list[OpenAnswer]:
        found = _answers(self._what, given)
        found.sort(key=_best_first)
        return [answer for answer in found if answer.match.grade >= _CLOSE * found[0].match.grade]


class _Understood(NamedTuple):
    """A crystal as others understand it, ready to look for answers in."""

    hit: Hit
    ground: Ground
    speech: Speech

    @classmethod
    def of(cls, hit: Hit, scene: Scene) -> _Understood:
        text = next((source.text for source in hit.sources if source.text), "")
        understood = heard(scene, text, SAYING)
        scene, candidates = parted(with_nothing(with_places(understood.scene)))
        ground = Ground(scene, understood.speech.date, understood.speech.speaker, candidates)
        return cls(replace(hit, scene=scene), ground, understood.speech)


def _answers(what: Asked, given: Sequence[_Understood]) -> list[OpenAnswer]:
    """Return the answers of *given*, whose links all count."""
    found: list[OpenAnswer] = []
    for misspelt in (False, True):
        for hit, ground, speech in given:
            answers = _whether(what, hit, ground) if what.is_whether else _filled(what, hit, ground, misspelt)
            found += [answer._replace(speech=speech) for answer in answers]
        if found:
            return found
    for hit, ground, speech in given:
        if speech.speaker and (match := reported(what.patterns[0], ground)):
            found.append(OpenAnswer(hit, match, "", 0, speech))
    if what.is_whether:
        for hit, ground, speech in given:
            if match := excluded(what.patterns[0], ground):
                found.append(OpenAnswer(hit, match, "no", 0, speech))
    return found


def _best_first(answer: OpenAnswer) -> tuple[float, int, int, float, int]:
    grade = round(answer.match.grade, 6)
    return -grade, -answer.agreeing, len(answer.hit.scene.links), -answer.hit.resonance, answer.hit.id


def recalled(what: Asked, memory: Recalls) -> list[Hit]:
    """
    Return the crystals that may answer *what*: those that contain it, and those that share its words.

    Other words that say the same, in both languages, are looked for, too.
    """
    hits = {hit.id: hit for hit in containing(what.cue, memory)}
    for words in (what.words, _said_otherwise(what.words)):
        if words:
            for hit in memory.recall(" ".join(words), _WIDE):
                hits.setdefault(hit.id, hit)
    return [hit for hit in hits.values() if not hit.unread and not _asks(hit.scene)]


def _said_otherwise(words: Sequence[str]) -> list[str]:
    """Return what may stand for *words*: others that say the same, names in the other script."""
    found: list[str] = []
    for word in words:
        spelt = {LETTERS.cyrillic(word), LETTERS.latin(word)} - {word}
        found += sorted(others(word.replace("ё", "е")) or spelt)
    return found


def _asks(scene: Scene) -> bool:
    """Whether *scene* is a question: its root is unknown or has an unknown."""
    if scene.root_concept == "whether" or is_unknown(scene.root_concept):
        return True
    return any(
        is_unknown(link.target if isinstance(link.target, str) else scene.concepts[link.target])
        for link in scene.out(0)
    )


def _filled(what: Asked, hit: Hit, ground: Ground, misspelt: bool) -> Iterator[OpenAnswer]:
    """Yield the best answer of *hit* for each different filling of the unknowns."""
    best: dict[object, Match] = {}
    for pattern in what.patterns:
        for match in matches(pattern, ground, misspelt=misspelt):
            if match.fills not in best or best[match.fills].grade < match.grade:
                best[match.fills] = match
    for match in best.values():
        limited = is_limited(ground.scene, match.clause, what.scene, deep=False)
        yield OpenAnswer(hit, match, "", _agreeing(what.patterns[0], ground, match), is_limited=limited)


def _agreeing(pattern: Pattern, ground: Ground, match: Match) -> int:
    return sum(value in ground.scene.targets(role, match.clause) for role, value in pattern.marks.items())


def _whether(what: Asked, hit: Hit, ground: Ground) -> Iterator[OpenAnswer]:
    """Yield *yes* if *ground* says what was asked, *no* if it denies that."""
    [pattern] = what.patterns
    said = max(matches(pattern, ground, least=_LEAST_WHETHER), key=lambda it: it.grade, default=None)
    if said is not None and (said := _in_time(pattern, ground, said)):
        limited = is_limited(ground.scene, said.clause, what.scene, deep=True)
        value = "partly" if limited else "yes"
        yield OpenAnswer(hit, said, value, _agreeing(pattern, ground, said), is_limited=limited)
        return
    denied = _denied(what, pattern, ground)
    if denied is not None:
        yield OpenAnswer(hit, denied, "no", 0)


def _in_time(pattern: Pattern, ground: Ground, match: Match) -> Match | None:
    """Return *match*, its grade lower if one of clause and question speaks of the future and one does not."""
    tense = pattern.marks.get(":tense", "")
    said = next((t for t in ground.scene.targets(":tense", match.clause) if isinstance(t, str)), "")
    if tense and said and (tense == "future") != (said == "future"):
        part = Part(f":tense {tense}", f":tense {said}", _TURNED_TIME)
        match = match._replace(grade=match.grade * part.grade, parts=(*match.parts, part))
    return match if match.grade >= _LEAST_WHETHER else None


def _denied(what: Asked, pattern: Pattern, ground: Ground) -> Match | None:
    """
    Return how *ground* says the contrary of what was asked.

    It does if what it denies is no more than what was asked: who built no bridge did not build the old one.
    """
    theirs = "stated" if pattern.is_denied else "denied"
    mine = Ground(what.cue)
    for node, standing in enumerate(ground.standings):
        if standing is None:
            continue
        for denied in _denials_at(what, ground.scene, node, standing, theirs):
            [inner] = asked(_unmarked(denied)).patterns[:1] or [None]
            if inner is None or inner.concepts[0] is None:
                continue
            match = covers(inner, mine, _LEAST_WHETHER)
            if match is not None:
                return Match(match.grade * standing.grade, match.parts, (), node, standing.by)
    return None


def _denials_at(what: Asked, scene: Scene, node: int, standing: Standing, theirs: str) -> Iterator[Scene]:
    """Yield what is denied at *node*, as if it were so: the clause itself, or one with another part."""
    if standing.kind == theirs and may_be_none(clause := scene.sub(node), what.cue):
        yield from (it for one in affirmed(clause) if (it := without_exceptions(one, what.cue)) is not None)
    elif theirs == "denied" and standing.kind in ("stated", "reported", "possible"):
        yield from without_others(scene, node)


def _unmarked(scene: Scene) -> Scene:
    """Return *scene* without marks and «still», so that a denied clause is laid on a question as it is."""
    return scene.without_links([it for it in scene.links if it.role in MARKS or word_of(scene, it) in STILL])

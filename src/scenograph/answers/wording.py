"""
Wording: the text of an answer to an open question, the smallest phrase that fills the unknown.

    Where does Maria work?      In Berlin, at Siemens.
    Did Anna sleep?             No, Anna did not sleep.
    What did Anna buy?          Bread and milk.

A realiser says the phrases (`scenograph.realiser`); this module chooses what is said, and joins it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from scenograph.answers.classes import STARTING
from scenograph.answers.families import IDENTITY, MARKS
from scenograph.answers.find import Finding
from scenograph.answers.subsume import Fill
from scenograph.core.links import unquote
from scenograph.core.scene import Scene

MOST: Final = 5
"""Different answers that are said at once."""

_LEAST_SHARE: Final = 0.95  # of the first answer's grade: what answers worse is not said beside it
_AND: Final = {"en": "and", "ru": "и"}
_YES: Final = {("yes", "en"): "Yes", ("no", "en"): "No", ("yes", "ru"): "Да", ("no", "ru"): "Нет"}
_BARE: Final = frozenset(
    {
        ":agent",
        ":object",
        ":subject",
        ":poss",
        ":of",
        ":quant",
        ":mod",
        ":same",
        ":name",
        ":content",
        ":op1",
        "",
    }
)
"""Roles that an answer says without their preposition: who and what, not where."""
_OUTSIDE: Final = frozenset({":subject", ":mode", ":modal", ":tense", ":aspect"})
"""What a clause says of the thing that an answer names, beside the thing itself."""


class Realises(Protocol):
    """What says scenes and parts of them as plain text, as `scenograph.realiser` does."""

    def phrase(self, scene: Scene, node: int, language: str, role: str | None = None) -> str:
        """Return the phrase of *node*, as it stands in *role*."""
        ...

    def say(self, scene: Scene, language: str) -> str:
        """Return *scene* as one sentence."""
        ...


def answer_text(findings: Sequence[Finding], language: str, realiser: Realises) -> str:
    """
    Return the answer that *findings* give, as one sentence; empty if there are none.

    Args:
        findings: what `find` returned for an open question
        language: `en` or `ru`
        realiser: what says the phrases
    """
    if not findings:
        return ""
    first = findings[0]
    if first.value:
        clause = _whole(first)
        said = realiser.say(clause, language).strip()
        return (
            f"{_YES[first.value, language]}, {_lowered(said)}" if said else f"{_YES[first.value, language]}."
        )
    phrases: list[str] = []
    for finding in findings[:MOST]:
        if finding.value or finding.grade < _LEAST_SHARE * first.grade:
            continue
        text = _phrases(finding, language, realiser)
        if text and text.lower() not in (phrase.lower() for phrase in phrases):
            phrases.append(text)
    return _sentence(_joined(phrases, language))


def _whole(finding: Finding) -> Scene:
    """Return the clause that answers yes or no, with the *not* around it."""
    scene = finding.source
    above = [link.source for link in scene.links if link.target == finding.clause and link.role == ":op1"]
    denying = next((node for node in above if scene.concepts[node] == "not"), None)
    return scene.sub(finding.clause if denying is None else denying)


def _phrases(finding: Finding, language: str, realiser: Realises) -> str:
    said = [_phrase(finding.source, fill, language, realiser) for fill in finding.fills]
    return ", ".join(dict.fromkeys(filter(None, said)))


def _phrase(scene: Scene, fill: Fill, language: str, realiser: Realises) -> str:
    """Return the phrase of one filling."""
    role = None if fill.role in _BARE or fill.role == IDENTITY else fill.role
    if fill.role == ":name" and isinstance(fill.target, int):
        names = scene.targets(":name", fill.target)
        return unquote(names[0]) if names and isinstance(names[0], str) else ""
    if isinstance(fill.target, int):
        return realiser.phrase(*_thing(scene, fill), language, role).strip()
    if role is None:
        return unquote(fill.target)
    holder = Scene.build(["answer", fill.target], [(0, fill.role, 1)])  # a value with its preposition
    return realiser.phrase(holder, 1, language, role).strip()


def _thing(scene: Scene, fill: Fill) -> tuple[Scene, int]:
    """Return a scene of the thing that fills an unknown, and its node: without what the clause says of it."""
    assert isinstance(fill.target, int), "constants are no things"
    part = scene.sub(fill.target)
    if fill.role in (":subject", ":same") and part.targets(":subject"):
        part = part.without_links(
            [link for link in part.out(0) if link.role in _OUTSIDE | (MARKS - {":number"})]
        )
    return part, 0


def _joined(phrases: Sequence[str], language: str) -> str:
    """Return *phrases* as a list: «bread, milk and tea»; with semicolons if one of them has commas."""
    if any("," in phrase for phrase in phrases):
        return "; ".join(phrases)
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {_AND[language]} {phrases[-1]}"


def _sentence(text: str) -> str:
    """Return *text* with a capital letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[:1].upper()}{text[1:]}{'' if text[-1] in '.!?…' else '.'}"


def _lowered(sentence: str) -> str:
    """Return *sentence* as it stands after «Yes,»: in small letters, if its first word is no name or «I»."""
    first = sentence.split(" ", 1)[0]
    starts_small = first[1:].islower() and first.lower() in STARTING
    return sentence[:1].lower() + sentence[1:] if starts_small else sentence

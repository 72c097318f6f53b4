"""
Wording: the text of an answer to an open question, the smallest phrase that fills the unknown.

    Where does Maria work?      In Berlin, at Siemens.
    Did Anna sleep?             No, Anna did not sleep.
    What did Anna buy?          Bread and milk.

A realiser says the phrases (`scenograph.realiser`); this module chooses what is said, and joins it. What a
sentence of another language says is quoted: a name in Latin letters has no Russian case::

    Где работает Мария?         «at Siemens», «in Berlin».      of an English sentence
                                В Google.                       of a Russian one
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from scenograph.answers.classes import AMOUNTING, NAMING
from scenograph.answers.contents import asks_in, is_what, to_do
from scenograph.answers.families import IDENTITY, MARKS
from scenograph.answers.find import Finding
from scenograph.answers.joining import joined, lowered, sentence
from scenograph.answers.matched import Fill
from scenograph.answers.moments import moment_of
from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.errors import SurfaceError
from scenograph.readers.articles import DEFINITE

MOST: Final = 5
"""Different answers that are said at once."""

_LEAST_SHARE: Final = 0.95  # of the first answer's grade: what answers worse is not said beside it
_OF_BOTH: Final = frozenset({"entity", "and", "or", "not", "but"})  # concepts of both languages
_YES: Final = {("yes", "en"): "Yes", ("no", "en"): "No", ("yes", "ru"): "Да", ("no", "ru"): "Нет"}
_BARE: Final = frozenset(
    [":agent", ":object", ":subject", ":poss", ":of", ":quant", ":mod", ":same", ":name", ":content", ":op1"]
) | {""}
"""Roles that an answer says without their preposition: who and what, not where."""
_OUTSIDE: Final = frozenset({":subject", ":mode", ":modal", ":tense", ":aspect"})
"""What a clause says of the thing that an answer names, beside the thing itself."""


class Realises(Protocol):
    """What says scenes and parts of them as plain text, as `scenograph.realiser` does."""

    def phrase(self, scene: Scene, node: int | str, language: str, role: str | None = None) -> str:
        """Return the phrase of *node*, or of a constant, as it stands in *role*."""
        ...

    def say(self, scene: Scene, language: str) -> str:
        """Return *scene* as one sentence."""
        ...


OwnWords = Callable[[Finding, "Fill | None"], str]
"""
Says an answer in the words of its sentence, if the reader left out some of the words that belong to it; else
empty. With None: the whole sentence, for yes and no.
"""

_PAID: Final = frozenset({":for", ":за"})
"""Roles of the price at which something is bought."""
_BEGINNINGS: Final = frozenset({":from", ":с", ":since"})
_ENDS: Final = frozenset({":to", ":until", ":по"})
_DOERS: Final = frozenset({":agent", ":subject"})
_THAT: Final = {"en": "that", "ru": "что"}
_QUOTED: Final = {"en": "“{}”", "ru": "«{}»"}
_UNSURE: Final = {"en": "probably ", "ru": "вероятно, "}
_UNSURE_CLAUSE: Final = {"en": "probably: ", "ru": "вероятно: "}
_REPORTED: Final = {"en": ", as reported", "ru": ", как сообщают"}
_SPEAKERS: Final = frozenset({"I", "we", "я", "мы"})
_SAID_BY_WRITER: Final = {"en": ", according to the writer", "ru": ", по словам автора"}
_SAID_BY: Final = {"en": ", according to {}", "ru": ", по словам {}"}
_BY_HIMSELF: Final = {"en": ", by their own account", "ru": ", по собственным словам"}
_OBJECTIVE: Final = {"he": "him", "she": "her", "they": "them"}
_LETTER: Final = re.compile("[^\\W\\d_]")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")


def _no_words(finding: Finding, fill: Fill | None) -> str:
    """Say nothing in the words of a sentence: the whole of it was read."""
    return ""


def answer_text(
    findings: Sequence[Finding],
    language: str,
    realiser: Realises,
    question: Scene | None = None,
    own_words: OwnWords = _no_words,
) -> str:
    """
    Return the answer that *findings* give, as one sentence; empty if there are none.

    Args:
        findings: what `find` returned for an open question
        language: `en` or `ru`
        realiser: what says the phrases
        question: what was asked, if it is known: «Что разбил кот?» is answered in the accusative
        own_words: says what was read in part as its sentence does
    """
    if not findings:
        return ""
    first = findings[0]
    if first.value:
        said = _yes_or_no(first, language, realiser, own_words)
        if first.is_unsure:
            said = _UNSURE[language] + said[:1].lower() + said[1:]
    else:
        phrases: list[str] = []
        for finding in said_together(findings):
            text = _phrases(finding, language, realiser, question, own_words)
            if text and text.lower() not in (phrase.lower() for phrase in phrases):
                phrases.append(text)
        said = joined(phrases, language)
        if first.is_unsure:
            is_clause = first.is_limited or any(fill.unknown == "?done" for fill in first.fills)
            said = (_UNSURE_CLAUSE if is_clause else _UNSURE)[language] + said
    return sentence(said + _reported(first, language, realiser))


def said_together(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return those of *findings* that `answer_text` says: the first, and others that answer as well."""
    if not findings or findings[0].value:
        return findings[:1]
    return [it for it in findings[:MOST] if not it.value and it.grade >= _LEAST_SHARE * findings[0].grade]


def _yes_or_no(finding: Finding, language: str, realiser: Realises, own_words: OwnWords) -> str:
    scene = _whole(finding)
    if own := own_words(finding, None):
        said = _QUOTED[language].format(own)
        return said if finding.is_limited else f"{_YES[finding.value, language]}: {said}"
    said = _clause(scene, language, realiser)
    if finding.value == "partly":
        return said
    if _language_of(scene, language) != language:
        return f"{_YES[finding.value, language]}: {said}"
    return f"{_YES[finding.value, language]}, {lowered(said, scene)}"


def _reported(finding: Finding, language: str, realiser: Realises) -> str:
    """Return who says so, if the memory only reports it."""
    if finding.reported_by is None:
        return ""
    if isinstance(finding.reported_by, str):
        return _REPORTED[language]
    if finding.reported_by.root_concept in _SPEAKERS:
        return _SAID_BY_WRITER[language]
    who = finding.reported_by
    if any(isinstance(it.target, int) and finding.source.sub(it.target) == who for it in finding.fills):
        return _BY_HIMSELF[language]
    if who.targets(":name"):  # «according to Claire Dubois», not what she is
        who = who.without_links([link for link in who.out(0) if link.role != ":name"])
    referents = [it for it in who.targets(":referent") if isinstance(it, int)]
    if referents:
        who = who.sub(referents[0])
    by = _said(realiser, who, 0, language, ":of" if language == "ru" else None)
    by = _OBJECTIVE.get(by, by)
    return _SAID_BY[language].format(by)


def _whole(finding: Finding) -> Scene:
    """Return the clause that answers yes or no, with the *not* around it."""
    scene = finding.source
    above = [link.source for link in scene.links if link.target == finding.clause and link.role == ":op1"]
    denying = next((node for node in above if scene.concepts[node] == "not"), None)
    return scene.sub(finding.clause if denying is None else denying)


def _done_to(question: Scene | None) -> bool:
    """Whether *question* says who does something, and asks to whom or what."""
    return question is not None and bool(question.targets(":agent", 0)) and asks_in(question, ":object")


def _phrases(
    finding: Finding, language: str, realiser: Realises, question: Scene | None, own_words: OwnWords
) -> str:
    said: list[str] = []
    last = ""
    if finding.is_limited:  # «we almost finished the house»: the house alone would say too much
        own = own_words(finding, None)
        return _QUOTED[language].format(own) if own else _clause(_whole(finding), language, realiser)
    for fill in finding.fills:
        if own := own_words(finding, fill):
            if finding.text.startswith(own):  # it began the sentence
                own = lowered(own, finding.source)
            text = _quoted(own, "ru" if _CYRILLIC.search(finding.text) else "en", language)
        else:
            text = _phrase(finding.source, fill, language, realiser, question)
        if not finding.is_limited and is_what(finding.source, fill, question, text):
            text = f"{_THAT[language]} {lowered(text, finding.source)}"
        text += _meant(finding, fill, language, realiser)
        if said and fill.role in _ENDS and last in _BEGINNINGS:
            said[-1] += f" {text}"  # «from nine to six»
        else:
            said.append(text)
        last = fill.role
    return ", ".join(dict.fromkeys(filter(None, said)))


def _meant(finding: Finding, fill: Fill, language: str, realiser: Realises) -> str:
    """Return the date that «yesterday» means, in brackets; empty where that is not known, or no question."""
    if fill.unknown != "?when" or not finding.said:
        return ""
    scene = finding.source
    tense = next((it for it in scene.targets(":tense", finding.clause) if isinstance(it, str)), "")
    moment = moment_of(scene, fill.target, finding.said, tense) if tense else ""
    return f" ({_said(realiser, scene, moment, language, None)})" if moment else ""


def is_bare(fill: Fill) -> bool:
    """Return whether an answer says what fills an unknown without its preposition: who, not where."""
    return fill.role in _BARE or fill.role == IDENTITY


def _phrase(scene: Scene, fill: Fill, language: str, realiser: Realises, question: Scene | None) -> str:
    """Return the phrase of one filling."""
    bare = is_bare(fill)
    if fill.role == ":content" and isinstance(fill.target, int):
        scene = to_do(scene, fill.target)
    is_price = fill.role in _PAID and fill.unknown in ("?how-much", "?how-many")
    if is_price and question is not None and not asks_in(question, fill.role):
        bare = True  # «How much did she pay?» «$20», though she bought it *for* that
    if fill.role == ":to" and fill.unknown == "?how-much":  # «comes to forty euros»
        bare = any(
            scene.concepts[it.source] in AMOUNTING for it in scene.links if it[1:] == (":to", fill.target)
        )
    if fill.role == ":as":  # «собаку зовут Шарик»: what it is called, without a case
        bare = any(
            scene.concepts[it.source] in NAMING for it in scene.links if it[1:] == (":as", fill.target)
        )
    concept = scene.concepts[fill.target] if isinstance(fill.target, int) else ""
    is_lapse = fill.unknown == "?how-long" and not concept.startswith("пол")  # «неделю», but «полгода»
    if (is_lapse or _done_to(question)) and language == "ru" and fill.role == ":object":
        bare = False
    role = None if bare else fill.role
    if is_lapse and language == "ru" and role == ":time" and isinstance(fill.target, int):
        role = role if scene.targets(":quant", fill.target) else ":object"  # «вторую неделю»
    if fill.role == ":subject" and isinstance(fill.target, int) and scene.targets(":subject", fill.target):
        role = ":is"
    if (
        language == "ru"
        and fill.role == ":poss"
        and any(scene.concepts[it.source] == "быть" for it in scene.links if it[1:] == (":poss", fill.target))
    ):
        role = ":at"  # «У кого есть кот?» «У мамы»
    if fill.role == ":mod" and fill.unknown in ("?how-many", "?how-much"):  # «too few»
        role = ":quant"
    if fill.unknown == "?how-big":  # «ninety years old»
        role = ":measure"
    if role == ":place" and isinstance(fill.target, int) and scene.targets(":name", fill.target):
        role = ":in"  # «there», which means Oslo
    if fill.unknown == "?when" and role == ":to" and not _is_end(scene, fill):
        role = ":time"  # «moved to Thursday»: it is on Thursday
    if fill.role == ":name" and isinstance(fill.target, int):
        names = scene.targets(":name", fill.target)
        return unquote(names[0]) if names and isinstance(names[0], str) else ""
    if isinstance(fill.target, int) and fill.unknown == "?done":
        return _clause(scene.sub(fill.target), language, realiser)
    if isinstance(fill.target, int):
        concept = unquote(scene.concepts[fill.target])
        is_code = any(map(str.isdigit, concept)) and not scene.targets(":name", fill.target)
        if is_code and role in (None, ":is") and fill.role != ":quant":
            return concept  # a password, a number of a telephone: no article
        return _said(realiser, *_thing(scene, fill), language, role, _language_of(scene, language))
    return _said(realiser, scene, fill.target, language, role)


def _is_end(scene: Scene, fill: Fill) -> bool:
    """Whether what fills an unknown is the end of a time whose beginning is said, too: «from nine to six»."""
    above = {link.source for link in scene.links if link[1:] == (fill.role, fill.target)}
    return any(link.source in above and link.role in _BEGINNINGS for link in scene.links)


def _clause(scene: Scene, language: str, realiser: Realises) -> str:
    """Return a clause as a sentence without its stop; quoted if it is of another language."""
    own = _language_of(scene, language)
    try:
        return _quoted(realiser.say(scene, own).strip().removesuffix("."), own, language)
    except SurfaceError:
        return scene.format(indent=None)


def _said(
    realiser: Realises,
    scene: Scene,
    target: int | str,
    language: str,
    role: str | None,
    said_in: str | None = None,
) -> str:
    """
    Return the phrase of *target*; its notation if it cannot be said.

    Args:
        said_in: the language of its sentence, in which a name stands with a preposition: «at Siemens»
    """
    own = language if role is None else said_in or language
    own = language if isinstance(target, str) else _language_of(scene.sub(target), own)
    try:
        return _quoted(realiser.phrase(scene, target, own, role).strip(), own, language)
    except SurfaceError:
        return unquote(target) if isinstance(target, str) else scene.sub(target).format(indent=None)


def _quoted(text: str, own: str, language: str) -> str:
    """Return *text* of the language *own* as it stands in an answer of *language*."""
    return text if own == language or not text else _QUOTED[language].format(text)


def _language_of(scene: Scene, language: str) -> str:
    """Return the language of the words of *scene*; *language* if it has only names and values."""
    words = [one for one in scene.concepts if one not in _OF_BOTH and _LETTER.match(one)]
    if not words:
        return language
    return "ru" if any(map(_CYRILLIC.match, words)) else "en"


def _thing(scene: Scene, fill: Fill) -> tuple[Scene, int]:
    """
    Return a scene of the thing that fills an unknown, and its node: without what the clause says of it.

    The thing is no root there: what is a root is said without an article. What it hangs on is.
    """
    assert isinstance(fill.target, int), "constants are no things"
    part = scene.sub(fill.target)
    left_out: set[str] = set()
    if fill.role == ":subject" and part.targets(":subject"):
        left_out |= _OUTSIDE | (MARKS - {":number", DEFINITE})
    elif fill.role == IDENTITY:
        left_out.add(":name")
    elif fill.role == ":same":
        left_out |= _OUTSIDE | {":same"}
    above = next((it.source for it in scene.links if it[1:] == (fill.role, fill.target)), 0)
    if fill.role == ":content" and not part.targets(":tense"):  # «advised me to rest»: to rest
        others = {it.target for it in scene.out(above)}
        is_russian = not part.root_concept.isascii()  # no infinitive there has a subject
        left_out |= {
            it.role
            for it in scene.out(fill.target)
            if it.role in _DOERS and (is_russian or it.target in others)
        }
    part = part.without_links([link for link in part.out(0) if link.role in left_out])
    links = [(s + 1, role, t + 1 if isinstance(t, int) else t) for s, role, t in part.links]
    links += [(0, ":tense", tense) for tense in scene.targets(":tense", above) if isinstance(tense, str)]
    concepts = [scene.concepts[above], *part.concepts]
    if fill.role == ":purpose" and part.targets(":object") and not part.targets(":agent"):
        links += [(0, ":agent", len(concepts)), (1, ":agent", len(concepts))]
        concepts.append("I")  # «to open it», not to be opened
    if fill.role == ":subject":  # «the lamp is to blame»: without that, there is a lamp
        beside = [it for it in scene.targets(":content", above) if isinstance(it, int)]
        links += [(0, ":content", len(concepts) + place) for place, _ in enumerate(beside)]
        concepts += [scene.concepts[it] for it in beside]
    return Scene.build(concepts, [(0, fill.role or ":object", 1), *links]), 1

"""The closed classes of English, as the realiser needs them: from role and unknown back to the word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scenograph.morphology.word_lists import word_lists
from scenograph.readers.articles import BARE_WORDS

_WORDS: Final = word_lists(__file__)


MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# concept: subject, object, possessive, person, plural
_PRONOUNS: Final = """
    I me my 1 s; you you your 2 p; he him his 3 s; she her her 3 s; it it its 3 s; we us our 1 p;
    they them their 3 p
"""
PRONOUNS: Final[Mapping[str, tuple[str, str, str, str, bool]]] = {
    row[0]: (row[0], row[1], row[2], row[3], row[4] == "p") for row in map(str.split, _PRONOUNS.split(";"))
} | {
    "me": ("I", "me", "my", "1", False), "him": ("he", "him", "his", "3", False),
    "them": ("they", "them", "their", "3", True), "us": ("we", "us", "our", "1", True),
    "her": ("she", "her", "her", "3", False),
}  # fmt: skip
OBJECT_PRONOUNS: Final = frozenset(row[1] for row in PRONOUNS.values())

UNCOUNTED: Final = (BARE_WORDS - {"one"}) | PRONOUNS.keys() | {"percent", "people"}
"""Nouns that have no plural of their own."""

PLURAL_DETERMINERS: Final = {"this": "these", "that": "those"}

UNKNOWNS: Final = {
    "who": "who", "what": "what", "which": "which", "where": "where", "when": "when", "why": "why",
    "how": "how", "whose": "whose", "how-many": "how many", "how-much": "how much",
}  # fmt: skip

CONJUNCTIONS: Final[Mapping[str, str]] = {
    "because": "because", "if": "if", "when": "when", "although": "although", "while": "while",
    "before": "before", "after": "after", "since": "since", "until": "until", "as": "as", "than": "than",
    "unless": "unless", "where": "where", "so-that": "so that", "as-if": "as if", "whether": "whether",
    "as-soon-as": "as soon as", "once": "once", "whenever": "whenever", "wherever": "wherever",
    "in-case": "in case", "lest": "lest", "like": "like", "so": "so", "though": "though", "and": "and",
    "except": "except that", "as-though": "as though", "whereas": "whereas", "even-if": "even if",
    "given": "given that", "that": "that", "how": "how", "as-long-as": "as long as", "provided": "provided",
    "or": "or", "but": "but",
}  # fmt: skip

PREPOSITIONS: Final[Mapping[str, str]] = {
    "because": "because of", "instead": "instead of", "in-front": "in front of", "out": "out of",
    "ahead": "ahead of", "on-top": "on top of", "regardless": "regardless of", "as-well": "as well as",
    "in-case": "in case of", "because-of": "because of", "such-as": "such as", "purpose": "for",
    "agent": "by", "instrument": "with", "recipient": "to", "object": "of", "subject": "of",
    "place": "at", "manner": "in", "measure": "for", "content": "of", "if": "in case of",
    "when": "at", "where": "at", "although": "despite", "so-that": "for", "as-if": "like",
    "x": "of", "item": "with", "topic": "about",
    "exclude": "excluding", "include": "including", "concern": "concerning", "regard": "regarding",
    "follow": "following", "give": "given", "bar": "barring", "depend-on": "depending on",
    "accord-to": "according to", "base-on": "based on", "compare-to": "compared to",
    "compare-with": "compared with",
    "start": "starting", "begin": "beginning", "pend": "pending", "consider": "considering",
    "involve": "involving",
    # what only Russian has
    "по": "along", "при": "at", "за": "for", "от": "from", "с": "since", "на": "on", "под": "under",
    "свыше": "over", "ради": "for the sake of", "несмотря-на": "despite", "вдоль": "along",
}  # fmt: skip

FIRST_ADVERBS: Final = _WORDS("first_adverbs")
MIDDLE_ADVERBS: Final = _WORDS("middle_adverbs")
END_ADVERBS: Final = _WORDS("end_adverbs")
BEFORE_NOUNS: Final = _WORDS("before_nouns")

LIMITS: Final = frozenset(["even", "only", "just", "also", "especially"])
"""Adverbs that before a preposition: «even with the best»."""

BEFORE_BARE: Final = _WORDS("before_bare")
AFTER_ADJECTIVES: Final = _WORDS("after_adjectives")
CLOSE: Final = _WORDS("close")
AFTER_NOUNS: Final = _WORDS("after_nouns")

MODALS: Final = _WORDS("modals")
OF_SPEAKERS: Final = _WORDS("of_speakers")

COPULAS: Final = _WORDS("copulas")

BARE_INFINITIVE: Final = _WORDS("bare_infinitive")
NO_PASSIVE: Final = _WORDS("no_passive")
STRANDED: Final = _WORDS("stranded")
NOUNS: Final = _WORDS("nouns")
MONEY: Final = {"dollar": "$", "euro": "€", "pound": "£"}
NOUN_COPULAS: Final = _WORDS("noun_copulas")
WITHOUT_THAT: Final = _WORDS("without_that")
GERUND: Final = _WORDS("gerund")
VERBS: Final = _WORDS("verbs")
PHRASES: Final = _WORDS("phrases")
DURATIONS: Final = _WORDS("durations")
PERIODS: Final = _WORDS("periods")
TITLES: Final = _WORDS("titles")

"""
Which role or unknown a function word becomes, in English and Russian: the closed classes of both languages.

A preposition or conjunction that means the same in both languages has one name, the English one: «о мосте»
and «about the bridge» are both `:about`. A Russian preposition is named by its case too, because «в городе»
(in) and «в город» (to) differ by it alone. A word that this table lacks keeps its own lemma: `:по`,
`:beyond`. So nothing is lost, and what is renamed can be named back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scenograph.morphology.word_lists import word_lists

_WORDS: Final = word_lists(__file__)

# --- prepositions and conjunctions -------------------------------------------------------------------------

_CASED: Final[Mapping[tuple[str, str], str]] = {
    ("в", "Loc"): "in", ("в", "Acc"): "to", ("на", "Loc"): "on", ("на", "Acc"): "onto",
    ("с", "Ins"): "with", ("под", "Ins"): "under", ("над", "Ins"): "over", ("за", "Ins"): "behind",
    ("перед", "Ins"): "before", ("между", "Ins"): "between", ("о", "Loc"): "about", ("про", "Acc"): "about",
    ("к", "Dat"): "toward", ("из", "Gen"): "from", ("для", "Gen"): "for", ("без", "Gen"): "without",
    ("из-за", "Gen"): "because", ("после", "Gen"): "after", ("до", "Gen"): "until",
    ("через", "Acc"): "through", ("против", "Gen"): "against", ("среди", "Gen"): "among",
    ("около", "Gen"): "near", ("возле", "Gen"): "near", ("кроме", "Gen"): "except",
    ("вместо", "Gen"): "instead-of", ("вокруг", "Gen"): "around", ("внутри", "Gen"): "inside",
    ("у", "Gen"): "at",
}  # fmt: skip
_DEFAULT_CASE: Final = {preposition: name for (preposition, _), name in reversed(_CASED.items())}
_SPELLINGS: Final = {
    "во": "в", "со": "с", "ко": "к", "об": "о", "обо": "о", "ото": "от", "изо": "из", "подо": "под",
    "надо": "над", "передо": "перед", "безо": "без",
}  # fmt: skip

# Fixed phrases are joined by hyphens, as their lemmas are.
_NAMED: Final[Mapping[str, str]] = {
    "во-время": "during", "в-течение": "during", "по-поводу": "about", "вместе-с": "with",
    "because-of": "because", "due-to": "because", "out-of": "from", "в-связи-с": "because",
    "как": "as", "than": "than", "чем": "than", "нежели": "than", "такой-как": "such-as",
    "such-as": "such-as", "например": "such-as", "согласно": "according-to",
    # conjunctions
    "потому-что": "because", "так-как": "because", "поскольку": "because", "ибо": "because",
    "так-что": "so-that",
    "cause": "because", "cuz": "because", "because": "because", "из-за-то-что": "because",
    "если": "if", "когда": "when", "хотя": "although", "though": "although", "even-though": "although",
    "чтобы": "purpose", "чтоб": "purpose", "для-то-чтобы": "purpose", "in-order-to": "purpose",
    "in-order": "purpose", "so-that": "so-that", "пока": "while", "whilst": "while", "как-если-бы": "as-if",
    "будто": "as-if", "словно": "as-if", "до-то-как": "before", "перед-то-как": "before",
    "прежде-чем": "before",
    "после-то-как": "after", "с-то-пора-как": "since", "как-только": "as-soon-as", "где": "where",
    "till": "until", "til": "until",
}  # fmt: skip

SILENT_MARKS: Final = _WORDS("silent_marks")


def preposition(lemma: str, case: str) -> str:
    """
    Return the role, without its colon, of the preposition *lemma* before a noun in *case* (`Loc`, `Acc` …).

    Example:
        >>> preposition("в", "Loc"), preposition("в", "Acc"), preposition("по", "Dat"), preposition("of", "")
        ('in', 'to', 'по', 'of')
    """
    lemma = _SPELLINGS.get(lemma, lemma)
    if case == "Gen" and lemma in _WITHOUT_GENITIVE:
        case = "Acc"  # «на кого»: both cases have this form
    if named := _NAMED.get(lemma):
        return named
    governs_more = case in _CASES and lemma in _SEVERAL_CASES
    return _CASED.get((lemma, case)) or (lemma if governs_more else _DEFAULT_CASE.get(lemma, lemma))


_WITHOUT_GENITIVE: Final = frozenset({"на", "в", "за", "под", "про", "через"})
_CASES: Final = _WORDS("cases")
_SEVERAL_CASES: Final = _WORDS("several_cases")


def conjunction(lemma: str) -> str:
    """Return the role, without its colon, of the conjunction *lemma*."""
    return _NAMED.get(lemma, lemma)


COORDINATION: Final[Mapping[str, str]] = {
    "and": "and", "&": "and", "+": "and", "as-well-as": "and", "plus": "and", "и": "and", "да": "and",
    "а-также": "and", "также": "and", "n": "and", "both": "and", "так": "and",
    "or": "or", "и-или": "or", "или": "or", "либо": "or", "either": "or", "/": "or",
    "but": "but", "yet": "but", "но": "but", "а": "but", "однако": "but", "зато": "but",
    "nor": "nor", "neither": "nor", "ни": "nor",
}  # fmt: skip

# --- questions ---------------------------------------------------------------------------------------------

UNKNOWNS: Final[Mapping[str, str]] = {
    "who": "?who", "whom": "?who", "whoever": "?who", "what": "?what", "whatever": "?what", "which": "?which",
    "where": "?where", "when": "?when", "why": "?why", "how": "?how", "whose": "?whose",
    "кто": "?who", "что": "?what", "какой": "?which", "который": "?which", "каков": "?which",
    "где": "?where", "куда": "?where", "откуда": "?where", "когда": "?when", "почему": "?why",
    "зачем": "?why", "отчего": "?why", "как": "?how", "чей": "?whose", "сколько": "?how-many",
}  # fmt: skip
ASKED_ROLES: Final[Mapping[str, str]] = {
    "where": "place", "when": "time", "why": "because", "how": "manner", "где": "place", "куда": "to",
    "откуда": "from", "когда": "time", "почему": "because", "зачем": "purpose", "отчего": "because",
    "как": "manner", "сколько": "quant",
}  # fmt: skip
RELATIVE: Final = _WORDS("relative")

# --- pronouns ----------------------------------------------------------------------------------------------

OWNERS: Final[Mapping[str, str]] = {
    "my": "I", "your": "you", "his": "he", "her": "she", "its": "it", "our": "we", "their": "they",
    "mine": "I", "yours": "you", "hers": "she", "ours": "we", "theirs": "they",
    "мой": "я", "твой": "ты", "наш": "мы", "ваш": "вы", "его": "он", "её": "она", "ее": "она", "их": "они",
}  # fmt: skip
SPEAKERS: Final = _WORDS("speakers")
REFLEXIVE_OWNER: Final = "свой"

# --- determiners and adverbs -------------------------------------------------------------------------------

ARTICLES: Final = _WORDS("articles")
QUANTIFIERS: Final = _WORDS("quantifiers")
TIME_ADVERBS: Final = _WORDS("time_adverbs")
PLACE_ADVERBS: Final = _WORDS("place_adverbs")
DEGREE_ADVERBS: Final = _WORDS("degree_adverbs")
OTHER_ADVERBS: Final = _WORDS("other_adverbs")
TURNING: Final = _WORDS("turning")
"""Words without which a sentence says the contrary, or more: «drink less coffee» is not «drink coffee»."""
TURNING_ROLES: Final = _WORDS("turning_roles")

# --- verbs -------------------------------------------------------------------------------------------------

GIVING: Final = _WORDS("giving")

TELLING: Final = _WORDS("telling")

SPEAKING: Final = _WORDS("speaking")

BECOMING: Final = _WORDS("becoming")

MEASURING: Final = _WORDS("measuring")
NAMING: Final = _WORDS("naming")
AMOUNTING: Final = _WORDS("amounting")
UNITS: Final = _WORDS("units")
"""Verbs of a measure, whose subject is measured: «Сколько стоит билет?»"""
ALLOWING: Final = _WORDS("allowing")
"""Russian words of what one may, must or need do: «можно», «надо»."""
NEEDING: Final = _WORDS("needing")
"""Russian verbs of what one must or can do, without a subject: «Крышу пришлось починить»."""
IMPERSONAL: Final = _WORDS("impersonal")
"""Other Russian verbs that are said without a subject: «показалось», «стемнело», «пахнет»."""
CAUSING: Final = _WORDS("causing")
ORDERING: Final = _WORDS("ordering")
"""Russian verbs with whom and what he is to do: «Врач заставил его лечь»."""

# --- nouns -------------------------------------------------------------------------------------------------

PLACE_KINDS: Final = _WORDS("place_kinds")

RESPECTED: Final = _WORDS("respected")
"""Russian nouns that many write with a capital, though they are no names."""

TIME_NOUNS: Final = _WORDS("time_nouns")
PERIODS: Final = _WORDS("periods")
"""Russian nouns of how long something lasts."""
REPEATED: Final = _WORDS("repeated")
"""Times of which «по» says that something is done then again and again: «по вторникам»."""
DATES: Final = frozenset({"date", "число", "дата"})
"""Nouns that mean a time only where one asks which: «на какое число»."""
YEAR_FORMS: Final = _WORDS("year_forms")

GAP_ROLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(TIME_NOUNS, "time"),
    "place": "place", "место": "place", "reason": "because", "причина": "because", "way": "manner",
    "способ": "manner",
}  # fmt: skip

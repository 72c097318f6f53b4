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

_Words = frozenset[str]


def _words(text: str) -> _Words:
    return frozenset(text.split())


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

SILENT_MARKS: Final = _words("that to что for whether if ли")
"""Words before a clause that say only where it begins, when the clause is what is said, known or wanted."""


def preposition(lemma: str, case: str) -> str:
    """
    Return the role, without its colon, of the preposition *lemma* before a noun in *case* (`Loc`, `Acc` …).

    Example:
        >>> preposition("в", "Loc"), preposition("в", "Acc"), preposition("по", "Dat"), preposition("of", "")
        ('in', 'to', 'по', 'of')
    """
    lemma = _SPELLINGS.get(lemma, lemma)
    if named := _NAMED.get(lemma):
        return named
    governs_more = case in _CASES and lemma in _SEVERAL_CASES
    return _CASED.get((lemma, case)) or (lemma if governs_more else _DEFAULT_CASE.get(lemma, lemma))


_CASES: Final = _words("Gen Dat Acc Ins Loc Par")
_SEVERAL_CASES: Final = _words("в на с под за о между по")  # of others the case is known without looking


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
RELATIVE: Final = _words(
    "who whom which that whose where when why который кто что где куда откуда когда чей какой"
)

# --- pronouns ----------------------------------------------------------------------------------------------

OWNERS: Final[Mapping[str, str]] = {
    "my": "I", "your": "you", "his": "he", "her": "she", "its": "it", "our": "we", "their": "they",
    "mine": "I", "yours": "you", "hers": "she", "ours": "we", "theirs": "they",
    "мой": "я", "твой": "ты", "наш": "мы", "ваш": "вы", "его": "он", "её": "она", "ее": "она", "их": "они",
}  # fmt: skip
SPEAKERS: Final = _words("I we you я мы ты вы")
REFLEXIVE_OWNER: Final = "свой"

# --- determiners and adverbs -------------------------------------------------------------------------------

ARTICLES: Final = _words("a an the")
QUANTIFIERS: Final = _words(
    "all every each some any no both many few several much more most another either neither enough half "
    "весь каждый всякий любой некоторый никакой оба несколько много мало многие немногие сколько столько "
    "немного большинство"
)
TIME_ADVERBS: Final = _words(
    "yesterday today tonight tomorrow now then soon already recently lately currently earlier later ago once "
    "always never often sometimes usually again still yet afterwards previously formerly nowadays "
    "вчера сегодня завтра послезавтра позавчера сейчас теперь тогда скоро уже недавно раньше позже потом "
    "всегда никогда часто иногда обычно снова опять ещё еще затем ныне давно утром днём днем вечером ночью "
    "весной летом осенью зимой сначала впервые"
)
PLACE_ADVERBS: Final = _words(
    "here there everywhere somewhere anywhere nowhere abroad home upstairs downstairs nearby "
    "inside outside away "
    "здесь тут там везде всюду повсюду где-то нигде дома домой сюда туда отсюда оттуда рядом вверху внизу "
    "вдали далеко близко недалеко"
)
DEGREE_ADVERBS: Final = _words(
    "very so too quite rather really extremely pretty fairly almost nearly much more most less least about "
    "approximately completely absolutely totally as "
    "очень слишком так довольно весьма крайне почти более менее наиболее совсем примерно около "
    "совершенно столь"
)
OTHER_ADVERBS: Final = _words(
    "also only even just too maybe perhaps probably however therefore thus else instead rather anyway though "
    "actually indeed certainly definitely obviously especially simply of-course for-example "
    "тоже также только лишь даже может-быть возможно вероятно наверное поэтому однако именно просто "
    "конечно действительно например уж ведь же вообще то"
)

# --- verbs -------------------------------------------------------------------------------------------------

GIVING: Final = _words(
    "give send sell lend show tell say write offer pay bring pass teach hand read explain "
    "describe grant award "
    "donate present deliver sing promise mail email forward assign speak talk return introduce "
    "submit recommend"
)
"""Verbs whose «to» leads to a recipient."""

TELLING: Final = _words(
    "tell ask remind inform warn advise teach promise show order persuade convince assure "
    "просить попросить спросить спрашивать предупредить убедить уверить"
)
"""Verbs whose object is who hears it, if what is said follows: «ask Anna to come»."""

SPEAKING: Final = _words(
    "say tell ask answer reply write add explain note report state claim think believe announce "
    "shout whisper "
    "warn admit insist argue suggest conclude declare remark "
    "сказать говорить спросить спрашивать ответить отвечать написать писать добавить пояснить "
    "отметить заявить "
    "сообщить сообщать объяснить думать подумать считать крикнуть шепнуть рассказать подчеркнуть заметить "
    "признаться вспоминать воскликнуть утверждать произнести закричать прошептать продолжать"
)
"""Verbs that follow or interrupt what somebody said: «…», said Anna."""

BECOMING: Final = _words(
    "быть стать становиться являться оказаться оказываться остаться оставаться считаться называться казаться "
    "сделаться служить работать назначить выбрать избрать назвать называть считать представляться звать "
    "явиться приходиться притворяться притвориться признать признавать провозгласить объявить прозвать "
    "именовать именоваться назначать избирать назначаться избираться"
)
"""Russian verbs whose noun in the instrumental says what somebody is: «стал врачом»."""

# --- nouns -------------------------------------------------------------------------------------------------

PLACE_KINDS: Final = _words(
    "city town village island state province county district region republic kingdom "
    "municipality borough port"
)
"""Nouns whose «of» leads to their own name: the city of Berlin."""

TIME_NOUNS: Final = _words(
    "time moment second minute hour day night morning afternoon evening noon midnight dawn week "
    "weekend month "
    "year decade century spring summer autumn fall winter date today tomorrow yesterday tonight "
    "момент секунда минута час день ночь утро вечер полдень полночь рассвет неделя выходной месяц год "
    "десятилетие век столетие весна лето осень зима время период"
)
YEAR_FORMS: Final = _words("году годом годе годах годов годы годам годами")
"""Forms of «год» beside which a number says which year it is: «в 605 году», but «пять лет»."""

GAP_ROLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(TIME_NOUNS, "time"),
    "place": "place", "место": "place", "reason": "because", "причина": "because", "way": "manner",
    "способ": "manner",
}  # fmt: skip

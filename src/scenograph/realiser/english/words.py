"""The closed classes of English, as the realiser needs them: from role and unknown back to the word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scenograph.realiser.text import word_set

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEKDAYS: Final = word_set("monday tuesday wednesday thursday friday saturday sunday")
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
BARE_WORDS: Final = word_set(
    "this that these those something anything nothing everything someone anyone everyone somebody anybody "
    "nobody everybody none who what which myself yourself himself herself itself ourselves yourselves "
    "themselves oneself mine yours hers ours theirs one each other each-other one-another here there "
    "today tomorrow yesterday tonight now then home both all some many much more most few several another "
    "whoever whatever whom God hell"
)
"""Nominal words without an article."""

UNCOUNTED: Final = (BARE_WORDS - {"one"}) | PRONOUNS.keys() | {"percent", "people"}
"""Nouns that have no plural of their own."""

MASS: Final = word_set(
    "people water milk bread air money time information news music food help work love life peace "
    "access interest luck fun traffic weather advice research evidence equipment furniture knowledge "
    "software hardware mail email e-mail oil gas electricity power coffee tea beer wine rice meat snow "
    "rain "
    "health education training security support space history nature science art experience trouble sleep "
    "death blood light energy heat success progress freedom justice violence terrorism pressure "
    "business trade customer-service service attention care respect faith hope "
    "thanks stuff homework luggage behavior cash use good-luck "
    "accommodation agriculture aid alcohol architecture beauty charcoal chess clothing cognition "
    "confidence consideration construction cooperation correspondence credit crime cuisine democracy "
    "diarrhea diversity documentation drama employment enforcement entertainment equivalence evil "
    "existence footwear funding grammar gravity grit hair humanity ice immigration immunity "
    "independence infrastructure innovation intelligence interference jihad juice liberty "
    "linguistics literature magic mankind mathematics medicine modernity moisture morality "
    "motivation nightlife ozone parking patience permission philosophy photography plaster poetry "
    "pollution poverty praise pretense privacy propaganda protection psychology radiation realism "
    "recognition resilience safety sand semantics shelter slavery soil suffering suicide talent "
    "terror therapy tourism trading transport transportation usage warfare warming wildlife wood "
    "workmanship worship yoga"
)
SOMETIMES_COUNTED: Final = word_set(
    "time experience life light history education business space death consideration health love peace joy "
    "hope fear success memory medicine talent crime sleep beer wine coffee oil art science"
)
"""Such nouns that with an adjective have «a»: «a hard time»."""
DETERMINERS: Final = word_set("this that these those what such which whatever")
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

FIRST_ADVERBS: Final = word_set(
    "however therefore thus maybe perhaps for-example of-course meanwhile moreover furthermore otherwise "
    "finally unfortunately fortunately hopefully then so firstly secondly also-then instead anyway besides "
    "indeed in-fact in-addition for-instance as-a-result in-general at-least still-then overall eventually "
    "luckily sadly honestly surprisingly sure-enough"
)
MIDDLE_ADVERBS: Final = word_set(
    "also just only even never ever always often usually already still really actually probably "
    "certainly definitely obviously simply rarely hardly barely almost nearly recently currently "
    "kind-of sort-of all both each merely seldom completely absolutely totally fully quite rather highly "
    "generally normally typically apparently basically literally truly"
)
END_ADVERBS: Final = word_set("too either well again yet though else much together alone more")
BEFORE_NOUNS: Final = word_set("only just even also not almost about nearly at-least especially")
"""Adverbs that before a whole noun phrase: «only the path»."""

LIMITS: Final = frozenset(["even", "only", "just", "also", "especially"])
"""Adverbs that before a preposition: «even with the best»."""

BEFORE_BARE: Final = word_set("other new old only dear poor")
"""Adjectives that stand before a pronoun too: «dear all», «only you»."""
AFTER_ADJECTIVES: Final = word_set("enough ago else AD BC CE BCE a.m. p.m. am pm")
CLOSE: Final = word_set(
    "completely absolutely totally fully quite rather highly merely simply barely almost nearly"
)
"""Adverbs that stand right before the verb: «has been completely destroyed»."""
QUANTITIES: Final = word_set("one some many most all none few each both several any either neither rest")
"""Words after which «of» leads to known things: «one of the boys»."""
AFTER_NOUNS: Final = word_set(
    "AD BC CE BCE forward else alone ago away back here there out together apart too"
)

MODALS: Final = word_set("can could may might must shall should will would")
OF_SPEAKERS: Final = word_set(
    "thank hope recommend love like hate think wish appreciate look remember know guess feel want need"
)
"""Verbs that a note leaves out «I» before: «Hope that you enjoy it.»"""

COPULAS: Final = word_set(
    "become seem look feel sound taste smell remain stay get turn grow appear prove go keep "
    "call name make consider find leave paint elect appoint render deem fall come run"
)
"""Verbs that say what somebody is without «as»: «became a doctor»."""

BARE_INFINITIVE: Final = word_set("let make help see hear watch feel have notice")
NO_PASSIVE: Final = word_set("have be want lack cost fit suit resemble become get mean like")
"""Verbs that have no passive."""
STRANDED: Final = word_set("for about with to of at on from by into in over like after")
"""Prepositions that may stand without their noun: «what we talk about»."""
NOUNS: Final = word_set(
    "bar ad top gallery accessory trunk website burger gal vlog superhero warlord quartile spacewalk"
)
"""Nouns that the dictionary lacks, or knows as other parts of speech alone."""
BARE_PHRASES: Final[Mapping[str, frozenset[str]]] = {
    "on": word_set("average time board sale hold fire vacation purpose"),
    "for": word_set("example instance sale free fun breakfast lunch dinner"),
    "in": word_set(
        "fact addition general agreement bed town prison hospital front school time person order charge case "
        "place particular advance detail return"
    ),
    "by": word_set("bus car train plane phone mail email hand mistake"),
    "at": word_set("sea home school work night noon lunch dinner"),
    "to": word_set("school work bed"),
    "of": word_set("course"),
    "under": word_set("construction"),
}
"""Prepositions, and nouns that have no article after them: «on average»."""
UNIQUE: Final = word_set(
    "future past present world sun internet end beginning top bottom rest way sky earth weather truth"
)
"""Nouns that are known to everybody: «in the future», not «in a future»."""
MONEY: Final = {"dollar": "$", "euro": "€", "pound": "£"}
KINDS: Final = word_set("kind sort type form")
"""Nouns after which «of» leads to a noun without an article: «this kind of innovation»."""
NOUN_COPULAS: Final = word_set(
    "be become remain stay call name make consider elect appoint deem render declare"
)
"""Verbs that say what somebody is without «as» before a noun: «became a doctor», «appeared as a doctor»."""
WITHOUT_THAT: Final = word_set(
    "say think know hope believe guess feel suppose wish tell mean find sure glad sorry afraid see hear show "
    "promise bet swear imagine notice realize understand assume happy"
)
"""Words after which «that» may be left out: «I think he sleeps»."""
GERUND: Final = word_set(
    "enjoy avoid finish stop keep mind suggest consider practice miss deny admit imagine risk quit "
    "recommend "
    "keep-on go-on give-up end-up spend"
)
DEFINITE: Final = word_set(
    "first last only same best second third fourth fifth next worst whole entire right wrong latest "
    "following "
    "previous current other"
)
"""Adjectives that after «the» even where a noun is new."""
FUNCTION_WORDS: Final = word_set(
    "how why when where "
    "for to with of in on at by from up out off about over and or but if as than so not no yes well oh ok "
    "okay "
    "please etc. etc"
)
VERBS: Final = word_set(
    "serve read think say go see know make get take tell come become keep let begin seem hear live "
    "believe bring "
    "happen write provide sit lose pay meet include continue learn lead understand follow create "
    "speak allow "
    "add spend grow remember consider appear buy die send expect build remain suggest raise sell "
    "require decide "
    "find give put want feel leave eat sing swim teach throw wear choose fly"
)
"""Verbs that are hardly ever nouns, though a dictionary has such nouns."""
PHRASES: Final = word_set(
    "at of for in as by on to each one a no all up more kind sort so less such how out that even let "
    "rather per"
)
"""First words of lemmas that are phrases: `at-least`, `of-course`."""
CALENDAR: Final = WEEKDAYS | word_set(
    "time week weekend month year decade century night summer winter spring autumn fall semester season"
)
"""Times that need no article after «last» and «next»."""
PARTS: Final = word_set(
    "lot couple bit third quarter fifth tenth variety bunch dozen sort kind piece cup glass handful range "
    "number hint plenty pair"
)
"""Nouns that say how much of something: «a third of the price»."""
DURATIONS: Final = word_set("second minute hour day night week month year decade century time")
"""Times that, counted, say how long without a preposition."""
PERIODS: Final = word_set(
    "morning evening afternoon year month century decade summer winter spring autumn fall week minute "
    "hour second "
    "moment past future"
)
"""Times that «in» stands before."""
TITLES: Final = word_set(
    "madam mister mr. mrs. ms. dr. prof. capt. st president minister senator "
    "king queen prince princess pope judge general captain professor doctor dr "
    "mr "
    "mrs ms sir lord lady governor mayor chairman secretary saint st."
)
"""Nouns that stand before a name with a capital and without an article: «President Bush»."""

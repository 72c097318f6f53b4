"""Classes of words that tell how a question or a clause is meant: of being, asking, saying, pointing."""

from __future__ import annotations

from typing import Final

from scenograph.morphology.word_lists import word_lists
from scenograph.readers.roles import SPEAKING

_WORDS: Final = word_lists(__file__)


BEING: Final = _WORDS("being")
NEEDING: Final = _WORDS("needing")
ASKING: Final = _WORDS("asking")
HAVING: Final = _WORDS("having")
NAMING: Final = _WORDS("naming")
BEARING: Final = _WORDS("bearing")
DOING: Final = _WORDS("doing")
SIZES: Final = _WORDS("sizes")
THIRD: Final = _WORDS("third")
WE: Final = _WORDS("we")

SAYING: Final = SPEAKING | _WORDS("saying")
"""What follows these as `:content` is reported."""
FACTIVE: Final = _WORDS("factive")
REPLYING: Final = _WORDS("replying")
STILL: Final = _WORDS("still")
THEREFORE: Final = _WORDS("therefore")
PLANNING: Final = _WORDS("planning")
"""What follows these as `:content` is meant to be."""
BLAMING: Final = _WORDS("blaming")
PAYING: Final = _WORDS("paying")
BUYING: Final = _WORDS("buying")
AMOUNTING: Final = _WORDS("amounting")
COSTING: Final = _WORDS("costing")
ONE_OF: Final = _WORDS("one_of")
ONCE: Final = _WORDS("once")
POINTING: Final = _WORDS("pointing")
THERE: Final = _WORDS("there")
HERE: Final = _WORDS("here")
FORMERLY: Final = _WORDS("formerly")
NOW: Final = _WORDS("now")
GROUPS: Final = _WORDS("groups")
OFTEN: Final = _WORDS("often")
KEPT: Final = _WORDS("kept")
PERSONAL: Final = _WORDS("personal")
HAPPENING: Final = _WORDS("happening")
DENYING: Final = _WORDS("denying")
NEARLY: Final = _WORDS("nearly")
ANYTHING: Final = _WORDS("anything")
ANY: Final = _WORDS("any")
NOTHING: Final = _WORDS("nothing")
NOBODY: Final = _WORDS("nobody")
WHOLE: Final = _WORDS("whole")
MONEY: Final = _WORDS("money")
AMOUNTS: Final = _WORDS("amounts")
FEASTS: Final = _WORDS("feasts")
LAPSES: Final = _WORDS("lapses")
SPANS: Final = _WORDS("spans")
LASTING: Final = _WORDS("lasting")
LONG: Final = _WORDS("long")
CURRENCY: Final = _WORDS("currency")
UNITS: Final = _WORDS("units") | CURRENCY | SPANS
MEASURES: Final = _WORDS("measures")
NO: Final = _WORDS("no")
SET_PHRASES: Final = _WORDS("set_phrases")
LIMITING: Final = _WORDS("limiting")

"""
The two aspects of Russian verbs: «передавать» and «передать» say the same, done and being done.

    >>> are_a_pair("передавать", "передать"), are_a_pair("говорить", "поговорить")
    (True, True)
    >>> are_a_pair("собирать", "собрать"), are_a_pair("мочь", "помочь"), are_a_pair("строить", "настроить")
    (True, False, False)

Most pairs follow from their forms: the imperfective has a longer ending after the same prefix, or the
perfective has the prefix «по», which adds nothing. Other prefixes («писать», «списать») mostly add a meaning,
so that pairs with them have to be listed somewhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from scenograph.morphology.russian import analyzer

_REFLEXIVE: Final = ("ся", "сь")
_INFINITIVE: Final = ("ть", "ти", "чь", *_REFLEXIVE)
_ENDINGS: Final = (  # of the imperfective and of the perfective
    ("ивать", "ить"), ("ивать", "ать"), ("ивать", "еть"), ("ивать", "уть"), ("ивать", "ять"),
    ("ывать", "ать"), ("ывать", "уть"), ("ывать", "ыть"),
    ("авать", "ать"), ("евать", "еть"), ("увать", "уть"),
    ("ать", "ить"), ("ять", "ить"), ("ать", "нуть"), ("ать", "еть"), ("ять", "еять"),
    ("ирать", "рать"), ("ирать", "ереть"), ("имать", "нять"), ("имать", "ять"), ("инать", "ать"),
    ("ылать", "лать"), ("ывать", "вать"), ("жигать", "жечь"), ("гать", "чь"), ("кать", "чь"),
    ("дать", "сть"), ("тать", "сть"), ("тать", "сти"), ("дать", "сти"), ("зать", "зти"),
    ("ходить", "йти"), ("ходить", "ойти"), ("возить", "везти"), ("носить", "нести"), ("водить", "вести"),
    ("езжать", "ехать"), ("бегать", "бежать"), ("летать", "лететь"), ("лезать", "лезть"),
    ("лагать", "ложить"), ("ыхать", "охнуть"),
)  # fmt: skip
_SOFTENED: Final = (
    ("жд", "д"), ("ж", "д"), ("ж", "з"), ("ж", "г"), ("ч", "т"), ("щ", "т"), ("щ", "ст"), ("ш", "с"),
    ("вл", "в"), ("пл", "п"), ("бл", "б"), ("мл", "м"), ("фл", "ф"), ("дн", "д"),
)  # fmt: skip
"""Ends of a stem before the longer ending, and before the shorter one: «заряжать», «зарядить»."""
_SOFTENING: Final = frozenset({"ить", "еть", "ать"})
"""Shorter endings before which a stem may end otherwise; before «ать» only its vowel differs."""
_WITH_PO: Final = frozenset(
    {"мочь", "весить", "казать", "ложить", "лучить", "читать", "сидеть", "ведать", "падать", "кидать"}
)
"""Verbs with which «по» makes another verb: «помочь», «повесить», «почитать»."""
_PREFIX: Final = "по"
_OTHERS: Final = frozenset({
    ("купать", "купить"), ("пахать", "пахнуть"), ("заживать", "зажать"), ("ухаживать", "уходить"),
    ("умалять", "умолить"), ("оживать", "одеть"), ("поставлять", "поставить"), ("слать", "слить"),
    ("выдавать", "выдавить"), ("подавать", "подавить"), ("задавать", "задавить"), ("раздавать", "раздавить"),
})  # fmt: skip
"""Two verbs that look like two aspects of one."""


@lru_cache(maxsize=1 << 13)
def are_a_pair(one: str, other: str) -> bool:
    """Return whether two Russian infinitives, with е for ё, are one verb in its two aspects."""
    if not (one.endswith(_INFINITIVE) and other.endswith(_INFINITIVE)):
        return False
    if one.endswith(_REFLEXIVE) != other.endswith(_REFLEXIVE):
        return False
    for lasting, done in ((one, other), (other, one)):
        if "impf" in _aspects(lasting) and "perf" in _aspects(done):
            ends = -2 if lasting.endswith(_REFLEXIVE) else None
            if _is_longer(lasting[:ends], done[:ends]) or _is_prefixed(lasting[:ends], done[:ends]):
                return True
    return False


def _is_prefixed(lasting: str, done: str) -> bool:
    return done == _PREFIX + lasting and lasting not in _WITH_PO


def _is_longer(lasting: str, done: str) -> bool:
    """Whether *lasting* is *done* with another ending, and what that does to the end of the stem."""
    for long, short in _ENDINGS:
        if not lasting.endswith(long) or not done.endswith(short):
            continue
        mine, theirs = lasting.removesuffix(long), done.removesuffix(short)
        if mine == theirs or (short in _SOFTENING and _is_softened(mine, theirs, short)):
            return bool(mine) and (lasting, done) not in _OTHERS
    return False


def _is_softened(mine: str, theirs: str, short: str) -> bool:
    """Whether the stem *mine* is *theirs* with another end, or with «а» for «о»: «спрашивать», «спросить»."""
    stems = {theirs, _with_a(theirs)}
    if short == "ать":
        return mine in stems
    stems |= {
        it.removesuffix(hard) + soft for it in tuple(stems) for soft, hard in _SOFTENED if it.endswith(hard)
    }
    return mine in stems


def _with_a(stem: str) -> str:
    """Return *stem* with «а» instead of its last «о»."""
    place = stem.rfind("о")
    return stem[:place] + "а" + stem[place + 1 :] if place > 0 else stem


@lru_cache(maxsize=1 << 13)
def _aspects(infinitive: str) -> frozenset[str]:
    """Return the aspects that an infinitive can have, by the dictionary; none if it is none."""
    return frozenset(
        str(it.tag.aspect)
        for it in analyzer().parse(infinitive)
        if it.is_known and it.tag.POS == "INFN" and it.normal_form.replace("ё", "е") == infinitive
    )

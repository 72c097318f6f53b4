"""
Scores of both directions, as the WebNLG challenges define them, written anew.

Text: corpus BLEU and chrF++ by sacrebleu against all references of an entry.

Triples: those of an entry are paired with the reference's, for each measure in the way that gains most.
Of the three elements of a pair those count that agree, as in SemEval-2013, task 9:

    strict    equal, in the same place
    exact     equal, in any place of the triple
    partial   equal counts 1, a common word 1/2, in any place
    type      a common word, in the same place

Precision and recall are over all elements of all entries, and F1 is theirs. `triple` is the F1 of whole
triples. Before that, texts are made comparable: small letters, blanks for underscores, no quotes,
`birthDate` as `birth date`, and no remark in parentheses at the end of an object.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from scipy.optimize import linear_sum_assignment

from scenograph.evaluate.corpora import compare
from scenograph.surfaces.triples import Triple

Measure: TypeAlias = Callable[[Triple, Triple], float]
"""What a pair of triples gains, at most 3."""

MEASURES = ("triple", "strict", "exact", "partial", "type")


def comparable(text: str) -> str:
    """
    Return *text* as it is compared.

    Example:
        >>> comparable('"birthDate_of  X"')
        'birth date of x'
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return re.sub(r"\s+", " ", text.replace("_", " ").replace('"', " ")).strip().lower()


def comparable_triple(triple: Triple) -> Triple:
    """Return *triple* as it is compared."""
    subject, predicate, object_ = map(comparable, triple)
    return Triple(subject, predicate, re.sub(r"(?<=.) \([^()]*\)$", "", object_))


def triple_scores(found: Sequence[Sequence[Triple]], wanted: Sequence[Sequence[Triple]]) -> dict[str, float]:
    """
    Return F1 of what was *found* for each entry against what was *wanted*, by measure.

    A triple that is found twice for an entry counts twice; all measures are 1 where nothing is missing and
    nothing too much.
    """
    gained = dict.fromkeys(MEASURES, 0.0)
    offered = asked = 0
    for mine, theirs in zip(found, wanted, strict=True):
        own = [comparable_triple(triple) for triple in mine]
        gold = [comparable_triple(triple) for triple in theirs]
        offered += len(own)
        asked += len(gold)
        gained["triple"] += (Counter(own) & Counter(gold)).total()
        for name, measure in _OF_PAIR.items():
            gained[name] += _best(own, gold, measure)
    total = {name: (offered + asked) * (1 if name == "triple" else 3) for name in MEASURES}
    return {name: 2 * gained[name] / total[name] if total[name] else 1.0 for name in MEASURES}


def _best(own: Sequence[Triple], gold: Sequence[Triple], measure: Measure) -> float:
    """Return the most that pairs of *own* and *gold* gain, each triple in one pair at most."""
    if not own or not gold:
        return 0.0
    values = np.array([[measure(mine, theirs) for theirs in gold] for mine in own])
    return float(values[linear_sum_assignment(values, maximize=True)].sum())


def _strict(own: Triple, gold: Triple) -> float:
    return float(sum(a == b for a, b in zip(own, gold, strict=True)))


def _type(own: Triple, gold: Triple) -> float:
    return float(sum(_touch(a, b) for a, b in zip(own, gold, strict=True)))


def _exact(own: Triple, gold: Triple) -> float:
    return float((Counter(own) & Counter(gold)).total())


def _partial(own: Triple, gold: Triple) -> float:
    """Equal elements in any place; of the others, the best pairs that have a word in common."""
    left, open_ = Counter(own), Counter(gold)
    common = left & open_
    mine, theirs = [*(left - common).elements()], [*(open_ - common).elements()]
    if not mine:
        return float(common.total())
    touching = np.array([[_touch(a, b) for b in theirs] for a in mine], float)
    rows, columns = linear_sum_assignment(touching, maximize=True)
    return common.total() + 0.5 * float(touching[rows, columns].sum())


def _touch(one: str, other: str) -> bool:
    """Whether they are equal or have a word in common."""
    return one == other or not set(one.split()).isdisjoint(other.split())


_OF_PAIR: dict[str, Measure] = {
    "strict": _strict,
    "exact": _exact,
    "partial": _partial,
    "type": _type,
}


def text_scores(texts: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return BLEU and chrF++ of *texts*, each against any number of references."""
    bleu, chrf = compare(texts, references)
    return {"bleu": bleu, "chrf++": chrf}

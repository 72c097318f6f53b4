"""
What speaks for each link of a scene that was read, and what against it, as numbers.

A link rests on arcs of the tree, on the lemmas of the words at its ends, and on their features. The parser
gives each of these a probability. What stands around a link tells as much: where other arcs are unsure, or
the head is far away, this link is less often right. And some roles, relations and parts of speech are harder
than others.

`scenograph.readers.confidence` makes one probability of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from scenograph.readers.dictionary import is_known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.readers.convert import Converted
    from scenograph.readers.parser import Parsed

ROLES: Final = (
    "root", "agent", "object", "subject", "recipient", "content", "mod", "of", "poss", "quant", "time",
    "place", "same", "op", "number", "tense", "name", "degree", "mode", "manner", "aside", "and", "in",
    "measure", "remark", "as", "item", "-of", "other",
)  # fmt: skip
"""Kinds of roles that are not equally often right; `-of` is any that leads back, `other` all the rest."""

RELATIONS: Final = (
    "root", "acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "compound", "conj",
    "cop", "csubj", "det", "discourse", "expl", "fixed", "flat", "iobj", "list", "mark", "nmod", "nsubj",
    "nummod", "obj", "obl", "orphan", "parataxis", "vocative", "xcomp", "other",
)  # fmt: skip
"""Relations of Universal Dependencies without their subtypes; `other` all the rest."""

PARTS: Final = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "SCONJ",
    "SYM", "VERB", "other",
)  # fmt: skip
"""Parts of speech."""

_NUMBERS: Final = (
    "log arcs", "log worst arc", "log lemmas", "log tags", "log arcs around", "log all arcs", "log words",
    "arcs", "worst head", "worst relation", "other head", "lemmas", "worst lemma", "tags", "worst tag",
    "arcs around", "worst arc of all", "arc above", "worst arc below", "arcs below",
    "distance", "log distance", "words below", "words of it", "arcs of it", "signs between",
    "capitals", "unknown words", "is mark", "has no arc",
    "mark × log arcs", "mark × log lemmas", "mark × log tags", "mark × log arcs around",
)  # fmt: skip

FEATURES: Final = (
    *_NUMBERS,
    *(f"role {name}" for name in ROLES),
    *(f"relation {name}" for name in RELATIONS),
    *(f"relation above {name}" for name in RELATIONS),
    *(f"first {name}" for name in PARTS),
    *(f"last {name}" for name in PARTS),
    *(f"head {name}" for name in PARTS),
)
"""
The name of each number. "Log" is a logarithm of probabilities or counts; "worst" the least probable; "of it"
counts what the link rests on; "below" are the arcs of the children
of its words, "around" these and the words' own.
The rest is 1 where it is so, 0 elsewhere.
"""

_MARKS: Final = frozenset(
    {":tense", ":aspect", ":modal", ":mode", ":number", ":degree", ":definite", ":name"}
)
_SIGNS: Final = frozenset(',;:()[]–—-«»"“”')
_LEAST: Final = 1e-4  # probabilities count as at least this
_ROLE: Final = {name: place for place, name in enumerate(ROLES)}
_RELATION: Final = {name: place for place, name in enumerate(RELATIONS)}
_PART: Final = {name: place for place, name in enumerate(PARTS)}


def link_features(parsed: Parsed, converted: Converted) -> NDArray[np.float32]:
    """Return shape (links + 1, len(FEATURES)): a row for each of `scene.links`, the last for the root."""
    found = _Evidence(parsed)
    scene = converted.scene
    for link, origin in zip(scene.links, converted.origins, strict=True):
        said_by = {*origin.words, *converted.words[link.source]}
        if isinstance(link.target, int):
            said_by.update(converted.words[link.target])
        found.add(origin.arcs, said_by, link.role)
    roots = [word.id for word in parsed.sentence.words if word.head == 0]
    found.add(roots, set(converted.words[0]), ":root")
    return found.table()


class _Evidence:
    """Collects the rows of one sentence."""

    def __init__(self, parsed: Parsed) -> None:
        self._words = words = parsed.sentence.words
        self._arcs, self._lemmas, self._tags = parsed.arcs, parsed.lemmas, parsed.tags
        self._heads, self._others, self._relations = parsed.heads, parsed.others, parsed.relations
        self._log_arcs, self._log_lemmas, self._log_tags = (
            np.log(np.clip(values, _LEAST, 1)).tolist() for values in (self._arcs, self._lemmas, self._tags)
        )
        self._below: list[list[int]] = [[] for _ in words]
        for place, word in enumerate(words):
            if word.head:
                self._below[word.head - 1].append(place)
        self._capital = [word.form[:1].isupper() for word in words]
        self._unknown = [word.form.isalpha() and not is_known(word.form) for word in words]
        self._sign = [word.form in _SIGNS for word in words]
        self._everywhere = [sum(self._log_arcs) / len(words), float(np.log(len(words)))]
        self._worst = min(self._arcs)
        self._numbers: list[list[float]] = []
        self._kinds: list[list[int]] = []

    def add(self, rests_on: Sequence[int], said_by: set[int], role: str) -> None:
        """Add the link of *role* that the words *said_by* say and that rests on the arcs of *rests_on*."""
        words, arcs, logs = self._words, self._arcs, self._log_arcs
        on, at = [number - 1 for number in rests_on], sorted(number - 1 for number in said_by)
        above = [words[place].head - 1 for place in on if words[place].head]
        below = {child for place in at for child in self._below[place]}
        around = {*at, *below}
        distance = max((abs(place - words[place].head + 1) for place in on if words[place].head), default=0)
        between = range(min(*on, *above), max(*on, *above)) if on and above else range(0)
        sums = [
            sum(logs[place] for place in on),
            min((logs[place] for place in on), default=0.0),
            sum(self._log_lemmas[place] for place in at),
            sum(self._log_tags[place] for place in at),
            sum(logs[place] for place in around) / len(around) if around else 0.0,
        ]
        is_mark = float(role in _MARKS)
        self._numbers.append(
            [
                *sums,
                *self._everywhere,
                float(np.exp(sums[0])),
                min((self._heads[place] for place in on), default=1.0),
                min((self._relations[place] for place in on), default=1.0),
                max((self._others[place] for place in on), default=0.0),
                float(np.exp(sums[2])),
                min((self._lemmas[place] for place in at), default=1.0),
                float(np.exp(sums[3])),
                min((self._tags[place] for place in at), default=1.0),
                float(np.exp(sums[4])),
                self._worst,
                sum(arcs[place] for place in above) / len(above) if above else 1.0,
                min((arcs[place] for place in below), default=1.0),
                sum(arcs[place] for place in below) / len(below) if below else 1.0,
                distance,
                float(np.log1p(distance)),
                len(below),
                len(at),
                len(on),
                sum(self._sign[place] for place in between),
                sum(self._capital[place] for place in at),
                sum(self._unknown[place] for place in at),
                is_mark,
                float(not on),
                *(is_mark * sums[place] for place in (0, 2, 3, 4)),
            ]
        )
        sizes = (ROLES, RELATIONS, RELATIONS, PARTS, PARTS, PARTS)
        kinds = (
            _kind(role),
            self._relation(on[0]) if on else len(RELATIONS) - 1,
            self._relation(above[0]) if above else len(RELATIONS) - 1,
            self._part(at[0]) if at else len(PARTS) - 1,
            self._part(at[-1]) if at else len(PARTS) - 1,
            self._part(above[0]) if above else len(PARTS) - 1,
        )
        start, columns = len(_NUMBERS), []
        for kind, names in zip(kinds, sizes, strict=True):
            columns.append(start + kind)
            start += len(names)
        self._kinds.append(columns)

    def table(self) -> NDArray[np.float32]:
        """Return all rows that were added."""
        found = np.zeros((len(self._numbers), len(FEATURES)), dtype=np.float32)
        found[:, : len(_NUMBERS)] = self._numbers
        np.put_along_axis(found, np.array(self._kinds), 1, axis=1)
        return found

    def _relation(self, place: int) -> int:
        return _RELATION.get(self._words[place].deprel.partition(":")[0], len(RELATIONS) - 1)

    def _part(self, place: int) -> int:
        return _PART.get(self._words[place].upos, len(PARTS) - 1)


def _kind(role: str) -> int:
    """Return which of `ROLES` a role is."""
    name = role[1:]
    if name.startswith("op") and name[2:].isdigit():
        name = "op"
    elif name.endswith("-of"):
        name = "-of"
    return _ROLE.get(name, len(ROLES) - 1)

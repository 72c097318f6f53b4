"""
What the network says of a word and of a pair of words: the lists of labels, in the order of its outputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import final

from scenograph.readers.lemmas import script
from scenograph.readers.sentence import Sentence

PREDICATE = "Predicate"
UPOS = "UPOS"
SCRIPT = "Script"
_NONE = "-"
_LEAST = 3  # occurrences of a script or role that is learned


@final
@dataclass(frozen=True)
class Labels:
    """
    All labels.

    Attributes:
        relations: relations of the tree, such as `nsubj:pass`
        roles: PropBank's roles; the first is `-`, no role
        properties: what is said of each word: its part of speech, edit script of the lemma, whether it is a
            predicate, and each morphological feature, with the values. The first value of a feature is `-`
    """

    relations: tuple[str, ...]
    roles: tuple[str, ...]
    properties: Mapping[str, tuple[str, ...]]

    @property
    def slices(self) -> dict[str, slice]:
        """Where each property's values stand in the output for a word."""
        found: dict[str, slice] = {}
        start = 0
        for name, values in self.properties.items():
            found[name] = slice(start, start + len(values))
            start += len(values)
        return found

    @property
    def outputs(self) -> int:
        """How many numbers the network gives for a word."""
        return sum(map(len, self.properties.values()))

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """What each of these numbers stands for: a property and one of its values."""
        return tuple((name, value) for name, own in self.properties.items() for value in own)

    def to_dict(self) -> dict[str, object]:
        """Return the labels as JSON data; `from_dict` undoes it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Sequence[str]]) -> Labels:
        """Return the labels that `to_dict` wrote."""
        properties: Mapping[str, Sequence[str]] = data["properties"]  # pyright: ignore[reportAssignmentType]
        return cls(
            tuple(data["relations"]),
            tuple(data["roles"]),
            {name: tuple(values) for name, values in properties.items()},
        )

    @classmethod
    def collect(cls, sentences: Iterable[Sentence]) -> Labels:
        """Return the labels of *sentences*, without scripts and roles that occur less than three times."""
        relations: set[str] = set()
        parts: set[str] = set()
        values: dict[str, set[str]] = {}
        scripts: Counter[str] = Counter()
        roles: Counter[str] = Counter()
        for sentence in sentences:
            for word in sentence.words:
                relations.add(word.deprel)
                parts.add(word.upos)
                scripts[script(word.form, word.lemma)] += 1
                roles.update(role for _, role in word.arguments)
                for name, value in word.features.items():
                    values.setdefault(name, set()).add(value)
        return cls(
            tuple(sorted(relations)),
            (_NONE, *sorted(role for role, number in roles.items() if number >= _LEAST)),
            {
                UPOS: tuple(sorted(parts)),
                SCRIPT: tuple(sorted(key for key, number in scripts.items() if number >= _LEAST)),
                PREDICATE: (_NONE, "yes"),
                **{name: (_NONE, *sorted(found)) for name, found in sorted(values.items())},
            },
        )

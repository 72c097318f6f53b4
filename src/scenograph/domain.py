"""
A domain: what a mind can talk about.

The bundled world is one domain (`scenograph.world.World`). Bridge, carriers, vocabulary, mind and evaluation
are given a domain and know none by name. A domain is *closed* if it lists its concepts: a carrier can then
read no others. An *open* domain, such as all sentences of a language, lists none.

A domain has *exact words* if it can say a scene and parse the text without a model. A domain without exact
words leaves `texts` and `parse` as they are. They raise `SurfaceError`, as a closed domain does for a scene
that it cannot say. A caller that handles this error works with both.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, final

from scenograph.errors import CorpusError, SurfaceError

if TYPE_CHECKING:
    from scenograph.core import Lexicon, Rule, Scene


ValueKind: TypeAlias = Literal["name", "constant", "number"]
"""A value that is no node: a name in quotes, one of a domain's constants, or a number."""

_WORD = re.compile(r"[^\W\d_]{2,}")  # of "heart's" only the first part; the s is in no list of words


@final
@dataclass(frozen=True)
class Question:
    """
    A question with the answer that a memory of the asked scene should give.

    Attributes:
        scene: the question, a scene with one unknown, or `(whether :content …)`
        texts: its wordings by language
        answer: `(answer :value X :content CLAUSE)`
    """

    scene: Scene
    texts: Mapping[str, tuple[str, ...]]
    answer: Scene


class KnownNames(Protocol):
    """The names that a memory has seen."""

    def has(self, name: str) -> bool:
        """Return whether a scene of the memory names somebody so, in this very spelling."""
        ...

    def pairs(self) -> Mapping[str, str]:
        """Return the Latin spellings for which the memory holds a Cyrillic one."""
        ...


class Names(Protocol):
    """How a domain finds names in texts and spells the names of scenes."""

    def found(self, text: str, language: str) -> Mapping[str, str]:
        """Return each name that *text* may hold, as scenes spell it → its base form as *text* spells it."""
        ...

    def forms(self, name: str, language: str) -> frozenset[str]:
        """Return every form that *name*, spelt as in scenes, may take in a text."""
        ...

    def common_words(self, language: str) -> frozenset[str]:
        """Return the words in lower case that are no names, though a sentence may begin with them."""
        ...


class Domain:
    """
    What a mind can talk about.

    A subclass says its name, languages, styles and roles. The rest has defaults, which describe an open
    domain without exact words, rules or scenes of its own.

    Attributes:
        name: what `domain` in `mind.toml` calls it
        languages: language codes with the English name of each: `{"en": "english"}`
        styles: the styles of its texts; the first is the plain one, which speaks if another fails
        roles: the roles that a carrier's vocabulary has an atom for, each with its colon
        unknowns: the unknowns that questions use, such as `?who`
        constants: the words that scenes have as constants, such as the `past` of `:tense past`
        values: roles whose target is always a value of one kind, and the kind; no other target is read
        named: concepts that are always nodes with a `:name`, which is the first link of the linear form
    """

    name: str
    languages: Mapping[str, str]
    styles: tuple[str, ...]
    roles: tuple[str, ...]
    unknowns: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    values: Mapping[str, ValueKind] = MappingProxyType({})
    named: tuple[str, ...] = ()

    @property
    def worded(self) -> tuple[str, ...]:
        """The styles that have exact words, if the domain has any."""
        return self.styles

    @property
    def concepts(self) -> Collection[str] | None:
        """Every concept that a scene may use; None if any word may be one."""
        return None

    @property
    def names(self) -> Names | None:
        """How names are found and spelt; None if a reading may hold any string."""
        return None

    def knowing(self, known: KnownNames) -> Domain:
        """Return the domain as a memory with the names *known* spells it; itself if it spells none."""
        return self

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules by which answers are concluded."""
        return ()

    @property
    def lexicon(self) -> Lexicon | None:
        """The lexemes that carriers of this domain know; None: they are learned from the corpus."""
        return None

    def may_say(self, text: str, language: str) -> bool:
        """
        Return whether a scene of this domain may have *text* as its wording.

        A domain with names knows its common words; any other word must look like a name. So a text that uses
        one unknown word needs no carrier to be found unreadable.
        """
        if language not in self.languages:
            return False
        if self.names is None:
            return True
        common = self.names.common_words(language)
        return all(word[:1].isupper() or word in common for word in _WORD.findall(text))

    # -- exact words ----------------------------------------------------------------------------------

    def texts(self, scene: Scene, style: str = "plain", language: str = "en") -> list[str]:
        """
        Return all exact wordings of *scene*, the default one first.

        Raises:
            SurfaceError: if the domain has no exact words for the scene, the style or the language
        """
        raise SurfaceError(f"the domain '{self.name}' has no exact words for scenes")

    def say(
        self, scene: Scene, style: str = "plain", language: str = "en", rng: random.Random | None = None
    ) -> str:
        """Return one wording: the default, or one drawn from *rng*; errors as in `texts`."""
        wordings = self.texts(scene, style, language)
        return rng.choice(wordings) if rng else wordings[0]

    def parse(self, text: str, style: str = "plain", language: str = "en") -> Scene:
        """
        Return the scene that *text* says; undoes `texts`.

        Raises:
            SurfaceError: if *text* is not one of the exact texts of the style
        """
        raise SurfaceError(f"the domain '{self.name}' cannot parse texts exactly")

    def respelt(self, parsed: Scene, scene: Scene, language: str) -> Scene:
        """
        Return *parsed* with the names of *scene* wherever *language* spells two names the same.

        A text in another script does not tell which of them is meant: «Мария» is both Maria and Mariya.
        """
        return parsed

    def unread(self, language: str) -> str:
        """Return the words for a question that could not be read."""
        return "I could not read this question."

    # -- scenes of its own ------------------------------------------------------------------------------

    def scenes(self, n: int, seed: int, split: str = "train") -> Iterator[Scene]:
        """
        Draw *n* scenes from *seed*; `test` scenes hold only names that `train` scenes never hold.

        Raises:
            CorpusError: if the domain has no scenes of its own
        """
        raise CorpusError(
            f"the domain '{self.name}' has no scenes to draw; import a corpus, and set corpus.world = 0"
        )

    def questions(self, scene: Scene, rng: random.Random) -> list[Question]:
        """Return every question that the domain can ask about *scene*, in an order drawn from *rng*."""
        return []


def language_in(domain: Domain, suggested: str) -> str:
    """Return the language *suggested* by a script if *domain* speaks it, else the domain's first."""
    return suggested if suggested in domain.languages else next(iter(domain.languages))

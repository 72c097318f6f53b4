"""
Forms: what a carrier may write, whatever its vocabulary.

A form is a `scenograph.carriers.protocol.Constraint`. A server takes the grammar as text from it, or a JSON
schema. A carrier in this process takes masks over its own vocabulary; torch is loaded for these alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, final

from scenograph.bridge.grammar import Grammar
from scenograph.bridge.schema import scene_schema
from scenograph.core.scene import Scene
from scenograph.domain import Names
from scenograph.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scenograph.bridge.constraint import SceneConstraint, SceneWriter, TextConstraint


@final
@dataclass(frozen=True, slots=True)
class SceneForm:
    """
    One scene.

    Attributes:
        grammar: which scenes may be written
        budget: most tokens, the end included
        names: what may stand in quotes; anything, if there are none
    """

    grammar: Grammar
    budget: int
    names: frozenset[str] = frozenset()

    @property
    def lark(self) -> str:
        """The grammar as text; it cannot express the rules of labels."""
        return self.grammar.text(self.names)

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema of the scene as a tree."""
        return scene_schema(self.grammar, self.names)

    def lark_over(self, vocabulary: Vocabulary) -> str:
        """
        Return the grammar over the ids of *vocabulary*, with the ⟁eos that ends the scene.

        Raises:
            BridgeError: if the vocabulary lacks an atom
        """
        lark = self.grammar.over(vocabulary, self.names)
        return lark.replace("\nstart: node\n", f"\nstart: node <[{vocabulary.eos}]>\n")

    def over(self, vocabulary: Vocabulary) -> SceneConstraint:
        """
        Return the masks of one row.

        Raises:
            BridgeError: if no scene fits into the budget, or the vocabulary lacks an atom of the grammar
        """
        return _writer(vocabulary, self.grammar).constraint(self.budget, self.names)


@final
@dataclass(frozen=True, slots=True)
class TextForm:
    """
    A text.

    Attributes:
        budget: most tokens, the end included
        names_of: the scene that is said; only its names may be written; None allows every name
        language: of the text
        names: how the domain spells names; None allows every name
    """

    budget: int
    names_of: Scene | None = None
    language: str = "en"
    names: Names | None = None

    @property
    def lark(self) -> None:
        """A text has no grammar; wrong names show when the text is read back."""
        return None

    @property
    def schema(self) -> None:
        """A text has no schema."""
        return None

    def lark_over(self, vocabulary: Vocabulary) -> None:
        """A text has no grammar."""
        return self.lark

    def over(self, vocabulary: Vocabulary) -> TextConstraint:
        """Return the masks of one row."""
        from scenograph.bridge.constraint import TextConstraint
        from scenograph.bridge.naming import NameSpeller

        if self.names_of is None or self.names is None:
            return TextConstraint(vocabulary, self.budget)
        speller = NameSpeller(vocabulary, self.names_of, self.language, self.names)
        return TextConstraint(vocabulary, self.budget, speller)


@lru_cache(maxsize=16)
def _writer(vocabulary: Vocabulary, grammar: Grammar) -> SceneWriter:
    """Compile *grammar* once for each vocabulary."""
    from scenograph.bridge.constraint import SceneWriter

    return SceneWriter(vocabulary, grammar)

"""What was read from a text: its scene, how sure the reading is as a whole, and how sure each link is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from scenograph.core.scene import Scene

ReaderName = Literal["generation", "graph", "surface"]
"""How a scene was read: by a carrier under a grammar, by the graph head, from an exact surface."""


@final
@dataclass(frozen=True, slots=True)
class LinkReading:
    """
    One link as it was read, or the root of a scene.

    Attributes:
        source: the concept that it leaves; empty for the root
        role: its role; `:root` for the root
        target: the concept or value that it reaches
        probability: that it is right, 0 to 1
        is_sure: whether it is part of the scene that is returned
    """

    source: str
    role: str
    target: str
    probability: float
    is_sure: bool

    def __str__(self) -> str:
        """The link in words: `fail :because full`."""
        return f"{self.source} {self.role} {self.target}".strip()


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """
    What was read.

    Attributes:
        text: the text, as it was given
        scene: its scene, with the sure links alone; None if it could not be read
        confidence: 0 to 1; of the graph head the mean probability of all links, else that the scene is what
            the text says, 1 if an exact surface says it back
        language: of the text, `en` or `ru`, `und` where its script does not tell
        draft: the whole scene that was found, whatever its confidence; for measuring, not for use
        reader: which reader read it
        links: each link with its probability, if the graph head read it
        note: why the text could not be read, if that is known
    """

    text: str
    scene: Scene | None
    confidence: float
    language: str
    draft: Scene | None
    reader: ReaderName = "generation"
    links: tuple[LinkReading, ...] = ()
    note: str = ""

    @property
    def unsure(self) -> tuple[LinkReading, ...]:
        """The links that are not part of the scene, since they are too uncertain."""
        return tuple(link for link in self.links if not link.is_sure)


def tidied(text: str, end: str = ".") -> str:
    """
    Return *text* as readers are used to it, word for word the same.

    Runs of white space become one blank, the first letter a capital, and *end* is put after a last letter or
    digit.
    """
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text + end if text[-1:].isalnum() else text

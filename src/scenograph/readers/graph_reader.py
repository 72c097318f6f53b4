"""
The graph head as a reader: sentences in, scenes with the probability of each link out.

    >>> reading, = bundled().read_many(["Maria works at Siemens."])
    >>> print(reading.scene.format(indent=None))
    (w / work :agent (e / entity :name "Maria") :at (e2 / entity :name "Siemens") :tense present)

A scene is returned whole if all its links are sure, in part if some are not, and not at all if hardly any
is. Nothing is invented: each concept is a word of the text, or stands for a sign such as "not".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, final

from scenograph.documents import language as language_of
from scenograph.documents import normalised
from scenograph.errors import CarrierError
from scenograph.readers.confidence import Confidence
from scenograph.readers.convert import Converted, convert
from scenograph.readers.evidence import link_features
from scenograph.readers.parser import LONGEST, Parser
from scenograph.readers.reading import LinkReading, Reading
from scenograph.readers.score import ROOT, triple
from scenograph.readers.unsure import LEAST_LINK, hanging_together, is_essential
from scenograph.readers.weights import load

if TYPE_CHECKING:
    from scenograph.core.scene import Scene
    from scenograph.readers.encoder import EncodingCarrier
    from scenograph.readers.parser import Parsed
    from scenograph.readers.tokens import Span
    from scenograph.readers.weights import ReaderWeights

BUNDLED: Final = Path(__file__).parent / "trained" / "reader.npz"
"""The reader that ships with the package."""

LEAST_READING: Final = 0.4
"""A sentence counts as read if the mean probability of its links is at least this, …"""

LEAST_KEPT: Final = 0.4
"""… and if at least this share of what it says is sure and hangs together with the root."""


@final
class Found(NamedTuple):
    """
    A sentence with all that was found in it.

    Attributes:
        reading: what is returned
        converted: the whole scene with the words of its nodes; None where there is none
        spans: where each word of the sentence starts and ends
    """

    reading: Reading
    converted: Converted | None
    spans: tuple[tuple[int, int], ...]

    def places(self, node: int) -> tuple[tuple[int, int], ...]:
        """Return where the words of a *node* of the whole scene stand in the text."""
        words = self.converted.words[node] if self.converted else ()
        return tuple(self.spans[number - 1] for number in words)


@final
class GraphReader:
    """
    Reads sentences by one pass over their words.

    Args:
        parser: finds words and trees
        confidence: what their probabilities are worth; the languages that it was measured on are read
        rest: reads all other languages that it knows
    """

    def __init__(self, parser: Parser, confidence: Confidence, rest: GraphReader | None = None) -> None:
        own = dict.fromkeys(confidence.judges, (parser, confidence))
        self._parts: dict[str, tuple[Parser, Confidence]] = {**(rest._parts if rest else {}), **own}

    @classmethod
    def open(
        cls, path: Path, carrier: EncodingCarrier | None = None, rest: GraphReader | None = None
    ) -> GraphReader:
        """
        Return the reader that the file *path* holds.

        Args:
            carrier: what it was trained over; None is enough for one with its own encoder only
            rest: reads all languages that the file's reader does not know
        Raises:
            CarrierError: if there is none, it is damaged, needs another carrier, or its confidence was not
                measured for this version
        """
        return cls.of(load(path), str(path), carrier, rest)

    @classmethod
    def of(
        cls,
        weights: ReaderWeights,
        name: str,
        carrier: EncodingCarrier | None = None,
        rest: GraphReader | None = None,
    ) -> GraphReader:
        """Return the reader of *weights*, which were loaded from the file *name*; see `open`."""
        if not weights.confidence:
            raise CarrierError(
                f"{name} has no measured confidence that this version knows; "
                "run: python recipes/reader.py calibrate"
            )
        return cls(Parser.of(weights, carrier), Confidence(weights.confidence), rest)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it reads."""
        return tuple(self._parts)

    def read_many(self, sentences: Sequence[str], language: str | None = None) -> list[Reading]:
        """
        Read *sentences*, each of them one; many at once are read faster.

        Args:
            language: of all of them; None: of each as its words suggest
        Returns:
            A reading for each. One without a scene says in its `note` why.
        """
        return [found.reading for found in self.find_many(sentences, language)]

    def find_many(self, sentences: Sequence[str], language: str | None = None) -> list[Found]:
        """Read as `read_many`, with the places of words."""
        found: dict[int, Found] = {}
        groups: dict[str, list[int]] = {}
        texts = list(map(normalised, sentences))
        spans: dict[int, list[Span]] = {}
        for number, text in enumerate(sentences):
            said = language or language_of(text)
            if said not in self._parts:
                found[number] = _unread(text, said, _why_not(said, self.languages))
                continue
            words = self._parts[said][0].words(texts[number], said)
            if not words:
                found[number] = _unread(text, said, "it has no words")
            elif len(words) > LONGEST:
                found[number] = _unread(
                    text, said, f"a sentence of {len(words)} words; at most {LONGEST} are read"
                )
            else:
                groups.setdefault(said, []).append(number)
                spans[number] = words
        for said, numbers in groups.items():
            parsed = self._parts[said][0].parse(
                [texts[number] for number in numbers], said, [spans[number] for number in numbers]
            )
            for number, tree in zip(numbers, parsed, strict=True):
                found[number] = self._found(sentences[number], tree, said)
        return [found[number] for number in range(len(sentences))]

    def _found(self, text: str, parsed: Parsed, language: str) -> Found:
        """Return the scene of a tree, as far as it is sure."""
        if all(word.upos in ("PUNCT", "SYM") for word in parsed.sentence.words):
            return _unread(text, language, "it has no words")
        converted = convert(parsed.sentence)
        scene = converted.scene
        _, confidence = self._parts[language]
        chances: list[float] = confidence.probabilities(link_features(parsed, converted), language).tolist()
        kept = _sure(scene, chances)
        mean = sum(chances) / len(chances)
        is_read = mean >= LEAST_READING and _share(scene, kept) >= LEAST_KEPT
        links = tuple(
            LinkReading(*triple(scene, *link), chance, is_kept and is_read)
            for link, chance, is_kept in zip(scene.links, chances, kept, strict=False)
        )
        root = LinkReading("", ROOT, scene.root_concept, chances[-1], is_read)
        part = scene.without_links(
            [link for link, is_kept in zip(scene.links, kept, strict=True) if not is_kept]
        )
        reading = Reading(
            text,
            part if is_read else None,
            mean,
            language,
            scene,
            "graph",
            (root, *links),
            "" if is_read else "too few of its links are sure",
        )
        return Found(reading, converted, tuple((word.start, word.end) for word in parsed.sentence.words))


def _sure(scene: Scene, chances: Sequence[float]) -> list[bool]:
    """
    Return for each link whether it is sure, and links that are sure lead from the root to it.

    What a node is nothing without stays with it, however sure it is: the name of an entity, what is denied,
    asked or joined.
    """
    sure = [
        chance >= LEAST_LINK or is_essential(scene, link)
        for link, chance in zip(scene.links, chances, strict=False)
    ]
    return hanging_together(scene, sure)


def _share(scene: Scene, kept: Sequence[bool]) -> float:
    """Return the share of what is said that is *kept*; a node counts once, however many links lead to it."""
    said: dict[tuple[int, str] | int, bool] = {}
    for number, ((_, _, target), is_kept) in enumerate(zip(scene.links, kept, strict=True)):
        what = target if isinstance(target, int) else (number, target)
        said[what] = said.get(what, False) or is_kept
    return sum(said.values()) / len(said) if said else 1.0


def _unread(text: str, language: str, note: str) -> Found:
    return Found(Reading(text, None, 0.0, language, None, "graph", (), note), None, ())


def _why_not(language: str, languages: Sequence[str]) -> str:
    """Say why a text in *language* is not read."""
    if language == "und":
        return "it has no letters"
    return f"its language is {language!r}; {' and '.join(map(repr, languages))} are read"


@cache
def bundled() -> GraphReader:
    """Return the reader that ships with the package; loaded once."""
    return GraphReader.open(BUNDLED)

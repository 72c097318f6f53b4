"""
Lexicon: named scenes with holes, what compresses with them, and the codec that knows them.

Where a scene holds a lexeme's pattern, one node named after the lexeme takes its place, and says what fills
the holes (`.lexeme`)::

    ⟁1 = (p / build :object (b / bridge :mod ?1))

    (b / build :agent (p / person :name "Oleg") :object (c / bridge :mod (o / old)))
    compress ↓ ↑ expand
    (b / ⟁1 :agent (p / person :name "Oleg") :1 (o / old))

What the pattern's root links to besides stays where it is. Hyperlexemes (`⟁`) are small and stand
anywhere; archetypes (`Δ`) stand for whole scenes; what a scene has otherwise than its archetype is said
by an edit (`..delta`). A pattern may use lexemes that stand before it, so lexemes nest and cannot be
cyclic. A scene that happens to hold a concept spelt like a lexeme keeps it: `Lexicon.compress`
escapes it as `⟁'⟁1`.

What a lexicon has learned from besides is kept as statistics, which `Lexicon.encode` writes scenes with
in a few bytes each.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, final

from ...errors import CodecError, SceneError, UnknownLexemeError
from ..codec import Codebook, Statistics, Tables, pack, read_record, unpack, write_record
from ..scene import Scene
from .edits import EDITS, edited, folded_with_edits
from .folding import Folding
from .length import length
from .lexeme import Lexeme, is_lexeme_name
from .mutable import MutableScene, mutable_length

_ESCAPE = "⟁'"
_CANDIDATES = 3  # archetypes that are tried to the end, exactly and with edits each
LIMIT = 1_000_000  # nodes that expand makes at most; nested lexemes can multiply without end


@final
class Lexicon(Mapping[str, Scene]):
    """
    An immutable, ordered set of lexemes: a mapping from names to patterns; and what it takes to encode
    scenes.

    Laws: `expand(compress(s)) == s` and `decode(encode(s)) == s` for every scene and lexicon (law 2); a
    lexicon only grows, so what an earlier version wrote, every later one reads (law 4).

    Args:
        lexemes: names and patterns; a pattern may use the lexemes before it
        generations: packed statistics of what was learned from, oldest first
    Raises:
        SceneError: if a name or pattern cannot be a lexeme's
        UnknownLexemeError: if a pattern uses a lexeme that does not stand before it
    """

    def __init__(self, lexemes: Mapping[str, Scene] | None = None, generations: Sequence[bytes] = ()) -> None:
        self.generations = tuple(generations)
        self._patterns: dict[str, Scene] = {}
        self._lexemes: dict[str, Lexeme] = {}
        self._sizes: dict[str, int] = {}  # nodes of each when all is unfolded
        self._books: dict[int, Codebook] = {}
        for name, pattern in (lexemes or {}).items():
            self._add(name, pattern)
        self._folding = Folding([lexeme for lexeme in self._lexemes.values() if not lexeme.is_archetype])
        self._archetypes = [lexeme for lexeme in self._lexemes.values() if lexeme.is_archetype]

    def _add(self, name: str, pattern: Scene) -> None:
        if not is_lexeme_name(name):
            raise SceneError(f"{name!r} is no name for a lexeme: write ⟁ or Δ and a number, or 🜂")
        for concept in pattern.concepts:
            if is_lexeme_name(concept) and concept not in self._patterns:
                if concept == name:
                    raise SceneError(f"lexeme {name} is cyclic: its pattern uses {name} itself")
                raise UnknownLexemeError(f"lexeme {name} uses {concept}, which is not defined before it")
        self._patterns[name] = pattern
        self._lexemes[name] = Lexeme(name, pattern)
        self._sizes[name] = sum(self._sizes.get(concept, 1) for concept in pattern.concepts)

    # --- as a mapping ---------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Scene:
        return self._patterns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._patterns)

    def __len__(self) -> int:
        return len(self._patterns)

    @property
    def version(self) -> int:
        """The number of lexemes and generations; it only grows."""
        return len(self) + len(self.generations)

    def extended(self, lexemes: Mapping[str, Scene], generation: bytes | None = None) -> Lexicon:
        """
        Return the next version: this lexicon with *lexemes*, and statistics, after its own (law 4).

        Raises:
            SceneError: if one of them is defined already; and what the constructor raises
        """
        if twice := self._patterns.keys() & lexemes.keys():
            raise SceneError(
                f"lexeme {min(twice)} is defined already, and a lexicon only grows: use a new name"
            )
        generations = self.generations if generation is None else (*self.generations, generation)
        return Lexicon({**self._patterns, **lexemes}, generations)

    # --- crystals -------------------------------------------------------------------------------------------

    def compress(self, scene: Scene, *, edits: bool = True) -> Scene:
        """
        Return *scene* as its crystal; `expand` undoes it (law 2).

        The crystal is the shortest (`.length`) of the scene itself, the scene with lexemes in the
        place of their patterns, and an archetype with what fills its holes, and edits. Lexemes are tried in
        order, each wherever it fits; equal scenes have equal crystals.

        Args:
            scene: what to compress
            edits: whether archetypes that fit only with edits may be used
        """
        plain = scene.canonical()
        if any(_is_reserved(concept) for concept in plain.concepts):
            plain = plain.with_concepts(lambda c: _ESCAPE + c if _is_reserved(c) else c)
        best = min(plain, self._folding.folded(plain), key=lambda it: (length(it), it is plain))
        for near in self._as_archetypes(plain, length(best), edits=edits):
            packed = self._folding.folded(near)
            if length(packed) < length(best):
                best = packed
        return best

    def _as_archetypes(self, plain: Scene, limit: int, *, edits: bool) -> Iterator[Scene]:
        """Yield *plain* as the archetypes that suit it best: exactly, and with edits."""
        roles = [link.role for link in plain.out()]
        exact: list[tuple[int, int, Scene]] = []
        near: list[tuple[int, int, Lexeme]] = []
        for place, lexeme in enumerate(self._archetypes):
            if lexeme.root_concept not in (None, plain.concepts[0]):
                continue
            draft = MutableScene(plain)
            if draft.fold_at(0, lexeme):
                packed = draft.scene()
                exact.append((length(packed), place, packed))
            elif edits:
                left = roles.copy()
                for link in lexeme.pattern.out():
                    if link.role in left:
                        left.remove(link.role)
                near.append((len(left), place, lexeme))
        for _, _, packed in sorted(exact)[:_CANDIDATES]:
            yield packed
        for _, _, lexeme in sorted(near, key=lambda it: it[:2])[:_CANDIDATES]:
            packed = folded_with_edits(plain, lexeme, limit)
            if packed is not None:
                yield packed

    def expand(self, scene: Scene, *, depth: int | None = None) -> Scene:
        """
        Return *scene* with its lexemes unfolded; undoes `compress`.

        Args:
            scene: a scene compressed with this lexicon or an earlier version of it
            depth: levels to open; None opens all, and carries out edits
        Raises:
            UnknownLexemeError: if a concept names a lexeme absent from this lexicon
            SceneError: if a lexeme's holes are not filled once each, or too much unfolds
        """
        draft = MutableScene(scene)
        level = [node for node, concept in draft.concepts.items() if is_lexeme_name(concept)]
        if depth is None:
            size = sum(self._sizes.get(concept, 1) for concept in scene.concepts)
            if size > LIMIT:
                raise SceneError(f"the scene unfolds to {size} nodes: more than {LIMIT} are refused")
        opened = 0
        while level and (depth is None or opened < depth):
            opened += 1
            following: list[int] = []
            for node in level:
                name = draft.concepts[node]
                if name not in self._lexemes:
                    known = f"it has {len(self)} lexemes"
                    raise UnknownLexemeError(
                        f"the lexicon has no {name} ({known}): use the one that wrote it"
                    )
                made = draft.unfold(node, self._lexemes[name])
                following += [new for new in made if is_lexeme_name(draft.concepts[new])]
            level = following
        if depth is not None:
            return draft.scene()
        whole = edited(draft.scene())
        if any(concept.startswith(_ESCAPE) for concept in whole.concepts):
            whole = whole.with_concepts(lambda concept: concept.removeprefix(_ESCAPE))
        return whole

    # --- records --------------------------------------------------------------------------------------------

    def encode(self, scene: Scene) -> bytes:
        """
        Return *scene*, a crystal or not, as a record of a few bytes; `decode` undoes it.

        Equal scenes have equal records. `..codec.record` describes the format.
        """
        return write_record(scene, self.codebook(len(self.generations)))

    def decode(self, record: bytes) -> Scene:
        """
        Return the scene that *record* holds, which this lexicon or an earlier version of it wrote (law 4).

        Raises:
            CodecError: if it is damaged, cut short, of an unknown format, or of another lexicon
        """
        return read_record(record, self.codebook)

    def codebook(self, generation: int) -> Codebook:
        """
        Return what records of *generation* are written and read with; 0 is before the first.

        Raises:
            CodecError: if this lexicon has not had that generation, or its statistics are damaged
        """
        book = self._books.get(generation)
        if book is None:
            if generation > len(self.generations):
                known = f"this one has {len(self.generations)}"
                raise CodecError(
                    f"the record needs a lexicon with {generation} generations, {known}: use a later one"
                )
            statistics = Statistics()
            digest = blake2b(digest_size=2)
            for number, packed in enumerate(self.generations[:generation]):
                if number:
                    statistics.add(unpack(packed))
                else:
                    statistics = unpack(packed)
                digest.update(blake2b(packed).digest())
            fingerprint = int.from_bytes(digest.digest(), "big")
            book = self._books[generation] = Codebook(generation, fingerprint, Tables(statistics))
        return book

    # --- learning -------------------------------------------------------------------------------------------

    @classmethod
    def learn(
        cls, scenes: Iterable[Scene], *, size: int = 4096, least: int = 3, base: Lexicon | None = None
    ) -> Lexicon:
        """
        Learn from *scenes*: hyperlexemes, archetypes and statistics.

        Hyperlexemes and archetypes are learned by description length, so their number goes by what the scenes
        have in common. The result depends on nothing but the arguments.

        Args:
            scenes: what to learn from
            size: number of lexemes to learn at most
            least: how often a pattern must occur
            base: a lexicon to start from; its lexemes come first
        Returns:
            the learned lexicon, a later version of *base*
        """
        from .archetypes import learn_archetypes  # not loaded where nothing is learned
        from .hyperlexemes import learn_hyperlexemes

        known = cls() if base is None else base  # one of generations alone is an empty mapping
        plain = [scene.canonical() for scene in scenes]
        statistics = Statistics()
        statistics.learn(plain)
        drafts = [MutableScene(known.compress(scene)) for scene in plain]
        lexemes = learn_hyperlexemes(drafts, first=_next(known, "⟁"), size=size, least=least)
        free = [
            (scene, min(length(scene), mutable_length(draft)))
            for scene, draft in zip(plain, drafts, strict=True)
            if not any(map(_is_reserved, scene.concepts))
        ]
        if free:
            lexemes |= learn_archetypes(
                *zip(*free, strict=True), first=_next(known, "Δ"), size=size - len(lexemes), least=least
            )
        return known.extended(lexemes, pack(statistics) if plain else None)

    # --- as JSON --------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return the lexicon as JSON-ready data; `from_json` undoes it."""
        data: dict[str, Any] = {
            "lexemes": [{"name": n, "pattern": p.format(indent=None)} for n, p in self._patterns.items()]
        }
        if self.generations:
            data["lessons"] = [
                base64.b64encode(generation).decode("ascii") for generation in self.generations
            ]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Lexicon:
        """
        Make a lexicon of what `to_json` returned.

        Raises:
            SceneError: if the data is of another shape or holds no proper lexemes
            NotationError: if a pattern is not well formed
        """
        try:
            lexemes = {str(entry["name"]): str(entry["pattern"]) for entry in data["lexemes"]}
            generations = [
                base64.b64decode(generation, validate=True) for generation in data.get("lessons", [])
            ]
        except (AttributeError, KeyError, TypeError, binascii.Error) as error:
            raise SceneError(
                "a lexicon in JSON is {'lexemes': [{'name': ..., 'pattern': ...}, ...], 'lessons': [...]}"
            ) from error
        return cls({name: Scene.parse(pattern) for name, pattern in lexemes.items()}, generations)


def _is_reserved(concept: str) -> bool:
    """True for concepts that crystals use for themselves."""
    return is_lexeme_name(concept) or concept == EDITS or concept.startswith(_ESCAPE)


def _next(lexicon: Lexicon, sign: str) -> int:
    """Return the first free number of lexemes whose names begin with *sign*."""
    return 1 + max((int(name[1:]) for name in lexicon if name.startswith(sign)), default=0)

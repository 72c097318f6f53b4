"""
Lexemes: named scenes with holes, and the lexicon that compresses with them.

A lexeme is a pattern whose holes are the constants ``?1``, ``?2``, …; where a scene holds the pattern, one
node named after the lexeme takes its place, and says what fills the holes::

    ⟁1 = (p / build :object (b / bridge :mod ?1))

    (b / build :agent (p / person :name "Oleg") :object (c / bridge :mod (o / old)))
    compress ↓ ↑ expand
    (b / ⟁1 :agent (p / person :name "Oleg") :1 (o / old))

What the pattern's root links to besides stays where it is. A pattern may use lexemes that stand before it in
the lexicon, so lexemes nest and cannot be cyclic. A scene that happens to hold a concept spelt like a lexeme
keeps it: :meth:`Lexicon.compress` escapes it as ``⟁'⟁1``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, final

from ..errors import SceneError, UnknownLexemeError
from .draft import Draft, Lexeme, Pair, is_lexeme_name
from .scene import Scene

_ESCAPE = "⟁'"
LIMIT = 1_000_000  # nodes that expand makes at most; nested lexemes can multiply without end


@final
class Lexicon(Mapping[str, Scene]):
    """
    An immutable, ordered set of lexemes: a mapping from names to patterns.

    Laws: ``expand(compress(s)) == s`` for every scene and lexicon (law 2); a lexicon only grows, so what an
    earlier version compressed, every later one expands (law 4).

    Args:
        lexemes: names and patterns; a pattern may use the lexemes before it
    Raises:
        SceneError: if a name or pattern cannot be a lexeme's
        UnknownLexemeError: if a pattern uses a lexeme that does not stand before it
    """

    def __init__(self, lexemes: Mapping[str, Scene] | None = None) -> None:
        self._patterns: dict[str, Scene] = {}
        self._lexemes: dict[str, Lexeme] = {}
        self._sizes: dict[str, int] = {}  # nodes of each when all is unfolded
        for name, pattern in (lexemes or {}).items():
            self._add(name, pattern)

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
        """The number of lexemes; it only grows."""
        return len(self)

    def extended(self, lexemes: Mapping[str, Scene]) -> Lexicon:
        """
        Return the next version: this lexicon with *lexemes* behind its own (law 4).

        Raises:
            SceneError: if one of them is defined already; and what the constructor raises
        """
        if twice := self._patterns.keys() & lexemes.keys():
            raise SceneError(
                f"lexeme {min(twice)} is defined already, and a lexicon only grows: use a new name"
            )
        return Lexicon({**self._patterns, **lexemes})

    # --- the two directions ---------------------------------------------------------------------------------

    def compress(self, scene: Scene) -> Scene:
        """
        Return *scene* with lexemes in the place of their patterns; :meth:`expand` undoes it (law 2).

        Lexemes are tried in order, each wherever it fits; equal scenes are compressed equally.
        """
        draft = Draft(scene.canonical())
        for node, concept in draft.concepts.items():
            if is_lexeme_name(concept) or concept.startswith(_ESCAPE):
                draft.concepts[node] = _ESCAPE + concept
        for lexeme in self._lexemes.values():
            draft.fold(lexeme)
        return draft.scene()

    def expand(self, scene: Scene, *, depth: int | None = None) -> Scene:
        """
        Return *scene* with its lexemes unfolded; undoes :meth:`compress`.

        Args:
            scene: a scene compressed with this lexicon or an earlier version of it
            depth: levels to open; None opens all and takes escapes away
        Raises:
            UnknownLexemeError: if a concept names a lexeme absent from this lexicon
            SceneError: if a lexeme's holes are not filled once each, or too much unfolds
        """
        draft = Draft(scene)
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
        if depth is None:
            for node, concept in draft.concepts.items():
                draft.concepts[node] = concept.removeprefix(_ESCAPE)
        return draft.scene()

    # --- learning -------------------------------------------------------------------------------------------

    @classmethod
    def learn(
        cls, scenes: Iterable[Scene], *, size: int = 64, least: int = 8, base: Lexicon | None = None
    ) -> Lexicon:
        """
        Learn lexemes from *scenes*: byte-pair encoding on graphs.

        Again and again, the most frequent pairs of a node and one constant or node that it links to become
        lexemes, and the scenes are compressed with them, so that larger patterns grow from smaller ones.

        Args:
            scenes: what to learn from
            size: number of lexemes to learn at most
            least: how often a pattern must occur
            base: a lexicon to start from; its lexemes come first
        Returns:
            the learned lexicon, a later version of *base*
        """
        lexicon = base or cls()
        number = max((int(name[1:]) for name in lexicon if name.startswith("⟁")), default=0)
        drafts = [Draft(lexicon.compress(scene)) for scene in scenes]
        pairs = [Counter(draft.pairs()) for draft in drafts]
        counts: Counter[Pair] = Counter()
        homes: defaultdict[Pair, set[int]] = defaultdict(set)  # the drafts where a pair occurs, or once did
        for home, found in enumerate(pairs):
            counts.update(found)
            for pair in found:
                homes[pair].add(home)
        learned: dict[str, Scene] = {}
        spent: set[Pair] = set()
        while len(learned) < size:
            most = max((count for pair, count in counts.items() if pair not in spent), default=0)
            if most < max(1, least):
                break
            pair = min(
                (pair for pair, count in counts.items() if count == most and pair not in spent), key=repr
            )
            spent.add(pair)
            name = f"⟁{number + len(learned) + 1}"
            learned[name] = pair.pattern()
            lexeme = Lexeme(name, learned[name])
            for home in sorted(homes[pair]):
                if drafts[home].fold(lexeme):
                    counts.subtract(pairs[home])
                    pairs[home] = Counter(drafts[home].pairs())
                    counts.update(pairs[home])
                    for other in pairs[home]:
                        homes[other].add(home)
        return lexicon.extended(learned)

    # --- as JSON --------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return the lexicon as JSON-ready data; :meth:`from_json` undoes it."""
        return {"lexemes": [{"name": n, "pattern": p.format(indent=None)} for n, p in self._patterns.items()]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Lexicon:
        """
        Make a lexicon of what :meth:`to_json` returned.

        Raises:
            SceneError: if the data is of another shape or holds no proper lexemes
            NotationError: if a pattern is not well formed
        """
        try:
            lexemes = {str(entry["name"]): str(entry["pattern"]) for entry in data["lexemes"]}
        except (KeyError, TypeError) as error:
            raise SceneError(
                "a lexicon in JSON is {'lexemes': [{'name': ..., 'pattern': ...}, ...]}"
            ) from error
        return cls({name: Scene.parse(pattern) for name, pattern in lexemes.items()})

"""
The styles that a mind has of its own, beside those of its domain.

    my-mind/styles/
      index.json      name → "taught", "imported" or "removed", in the order in which they came
      bard.jsonl      the pairs that teach a style
      bard.candidates.jsonl    if a model wrote them: all its texts, and what the guard made of each

A style has commands in the vocabulary (`⟁say:bard`). They are appended in the order of the index, in which a
removed style keeps its place, so that none ever gets another id.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, final

from scenograph.domain import Domain, KnownNames, Names, Question
from scenograph.errors import MindError
from scenograph.files import read_json, write_bytes, write_json, write_text
from scenograph.mind.teaching.pairs import Pair, format_pairs, load_pairs

if TYPE_CHECKING:
    from pathlib import Path

    from scenograph.core import Lexicon, Rule, Scene
    from scenograph.mind.workspace import Workspace

INDEX = "index.json"
StyleState: TypeAlias = Literal["taught", "imported", "removed"]
_STATES = ("taught", "imported", "removed")
_WORD = re.compile(r"[^\W\d_]+")


@final
class StyledDomain(Domain):
    """
    A domain with more styles, which have no exact words.

    Args:
        domain: what it is otherwise
        styles: the names of the styles that come after its own
        words: by language, the words in lower case that these styles use
    """

    def __init__(self, domain: Domain, styles: Sequence[str], words: Mapping[str, frozenset[str]]) -> None:
        self._domain = domain
        self._more, self._words = tuple(styles), words
        self.name = domain.name
        self.languages: Mapping[str, str] = domain.languages
        self.styles = (*domain.styles, *styles)
        self.roles, self.unknowns, self.constants = domain.roles, domain.unknowns, domain.constants
        self.values, self.named = domain.values, domain.named

    @property
    def worded(self) -> tuple[str, ...]:
        """The styles of the domain; those of the mind's own have no exact words."""
        return self._domain.worded

    @property
    def concepts(self) -> Collection[str] | None:
        """As the domain's."""
        return self._domain.concepts

    @property
    def names(self) -> Names | None:
        """As the domain's."""
        return self._domain.names

    def knowing(self, known: KnownNames) -> StyledDomain:
        """Return the domain as a memory with the names *known* spells it."""
        return StyledDomain(self._domain.knowing(known), self._more, self._words)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """As the domain's."""
        return self._domain.rules

    @property
    def lexicon(self) -> Lexicon | None:
        """As the domain's."""
        return self._domain.lexicon

    def may_say(self, text: str, language: str) -> bool:
        """Return whether a scene may have *text* as its wording; words of these styles are no hindrance."""
        own = self._words.get(language, frozenset())
        rest = _WORD.sub(lambda found: "" if found[0].lower() in own else found[0], text)
        return self._domain.may_say(rest, language)

    def texts(self, scene: Scene, style: str = "plain", language: str = "en") -> list[str]:
        """As the domain; a style of the mind's own has no exact words, which is a `SurfaceError`."""
        if style in self.worded:
            return self._domain.texts(scene, style, language)
        return super().texts(scene, style, language)

    def say(
        self, scene: Scene, style: str = "plain", language: str = "en", rng: random.Random | None = None
    ) -> str:
        """As `texts`."""
        if style in self.worded:
            return self._domain.say(scene, style, language, rng)
        return super().say(scene, style, language, rng)

    def parse(self, text: str, style: str = "plain", language: str = "en") -> Scene:
        """As `texts`."""
        if style in self.worded:
            return self._domain.parse(text, style, language)
        return super().parse(text, style, language)

    def respelt(self, parsed: Scene, scene: Scene, language: str) -> Scene:
        """As the domain."""
        return self._domain.respelt(parsed, scene, language)

    def unread(self, language: str) -> str:
        """As the domain."""
        return self._domain.unread(language)

    def scenes(self, n: int, seed: int, split: str = "train") -> Iterator[Scene]:
        """As the domain."""
        return self._domain.scenes(n, seed, split)

    def questions(self, scene: Scene, rng: random.Random) -> list[Question]:
        """As the domain."""
        return self._domain.questions(scene, rng)


def listed(workspace: Workspace) -> dict[str, StyleState]:
    """
    Return the styles that the mind has or had of its own, in the order in which they came.

    Raises:
        MindError: if the index is damaged
    """
    path = workspace.styles / INDEX
    if not path.exists():
        return {}
    remedy = 'write {"NAME": "taught"} into it, for each style of the mind\'s own'
    found: Any = read_json(path, MindError, remedy)
    if not isinstance(found, dict) or not all(state in _STATES for state in found.values()):  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        raise MindError(f"{path} is damaged; {remedy}")
    return found  # pyright: ignore[reportUnknownVariableType]


def own_styles(workspace: Workspace) -> list[str]:
    """Return the styles that the mind has of its own, in the order in which they came."""
    return [name for name, state in listed(workspace).items() if state != "removed"]


def list_style(workspace: Workspace, name: str, state: StyleState) -> None:
    """Say of the style *name* that it is taught by pairs, imported, or removed."""
    write_json(workspace.styles / INDEX, listed(workspace) | {name: state})


@contextmanager
def added_style(workspace: Workspace, name: str, pairs: Sequence[Pair]) -> Generator[None]:
    """Keep *pairs* as those of the style *name*; if the block fails, the style is as it was."""
    path, state = pairs_path(workspace, name), listed(workspace).get(name)
    former = path.read_bytes() if path.exists() else None
    write_text(path, format_pairs(name, pairs))
    list_style(workspace, name, "taught")
    try:
        yield
    except BaseException:
        if former is None:
            path.unlink(missing_ok=True)
            list_style(workspace, name, state or "removed")
        else:
            write_bytes(path, former)
        raise


def pairs_path(workspace: Workspace, name: str) -> Path:
    """Return where the pairs of style *name* are kept."""
    return workspace.styles / f"{name}.jsonl"


def candidates_path(workspace: Workspace, name: str) -> Path:
    """Return where the texts are kept that a model wrote for style *name*."""
    return workspace.styles / f"{name}.candidates.jsonl"


def styled(workspace: Workspace) -> Domain:
    """Return the mind's domain with the styles of its own."""
    names = own_styles(workspace)
    if not names:
        return workspace.domain
    paths = [pairs_path(workspace, name) for name in names]
    pairs = [pair for path in paths if path.exists() for pair in load_pairs(path)]
    return StyledDomain(workspace.domain, names, _words(pairs))


def _words(pairs: Sequence[Pair]) -> dict[str, frozenset[str]]:
    """Return by language the words of *pairs* that are written small."""
    words: dict[str, set[str]] = {}
    for pair in pairs:
        found = (word for word in _WORD.findall(pair.text) if word.islower())
        words.setdefault(pair.language, set()).update(found)
    return {language: frozenset(found) for language, found in words.items()}

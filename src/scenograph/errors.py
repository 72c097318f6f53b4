"""
Every error the package raises on purpose, as one tree.

    ScenographError
    ├── NotationError            text is not a well-formed scene; points at line and column
    ├── SceneError               a scene that cannot be: disconnected, dangling link, unknown role
    │   ├── UnknownLexemeError   a lexeme that the lexicon does not define
    │   └── RuleError            a rule that is malformed, unsafe, against itself or without end
    ├── CodecError               bytes that are no scene, or not of this lexicon
    ├── SurfaceError             a scene a surface cannot express, or a text it cannot parse
    ├── CorpusError              an input file that is empty, binary or of no known format
    ├── VocabularyError          a vocabulary pack that is damaged or does not fit
    ├── CarrierError             a base model that cannot be loaded or used
    │   └── LeftError            who asked a carrier has left, so nothing more is written
    ├── AdapterError             an adapter made for another carrier, vocabulary or template
    ├── TrainingError            a training run that cannot start or go on
    ├── BridgeError              reading, speaking or answering failed
    ├── StoreError               memory on disk is damaged, locked or of another version
    │   ├── FullDiskError        there is no room on the disk for what is to be stored
    │   ├── UnknownCrystalError  a crystal that memory does not have, or has no more
    │   └── RefusedError         something that no memory does: a time, a number, an import, a change
    ├── ServiceError             a service that cannot be reached, or that refuses
    ├── MindError                a mind folder that is missing, unfinished or of another version
    └── MissingExtraError        an optional package is not installed

A message is one line: what was wrong, where, and what to do about it.
"""

from __future__ import annotations


class ScenographError(Exception):
    """Base of every error raised on purpose by this package."""


class NotationError(ScenographError):
    """
    Text that is not a well-formed scene.

    Args:
        message: what was expected and what was found
        text: the whole input
        offset: index into *text* of the offending character
    Attributes:
        line, column: 1-based position of *offset*
    """

    def __init__(self, message: str, text: str = "", offset: int = 0) -> None:
        self.message = message
        self.offset = offset
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset)
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - start + 1
        source = text[start : end if end >= 0 else len(text)]
        left = max(0, self.column - 61)
        self.excerpt = source[left : left + 100]
        self.caret = " " * (self.column - 1 - left) + "^"
        super().__init__(message)

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: {self.message}"
        return f"{where}\n  {self.excerpt}\n  {self.caret}" if self.excerpt else where


class SceneError(ScenographError):
    """A scene that cannot be: disconnected, a dangling link, an unknown role."""


class UnknownLexemeError(SceneError):
    """A lexeme that the lexicon does not define."""


class RuleError(SceneError):
    """A rule that is malformed or unsafe, that rests on the absence of what it derives, or never ends."""


class CodecError(ScenographError):
    """Bytes that are no scene: damaged, cut short, of an unknown format or of another lexicon."""


class SurfaceError(ScenographError):
    """A scene that a surface cannot express, or a text that it cannot parse."""


class CorpusError(ScenographError):
    """An input file that is empty, binary or of no known format."""


class VocabularyError(ScenographError):
    """A vocabulary pack that is damaged or does not fit its carrier."""


class CarrierError(ScenographError):
    """A base model that cannot be loaded or used."""


class LeftError(CarrierError):
    """Who asked a carrier has left, so nothing more is written for them."""


class AdapterError(ScenographError):
    """An adapter made for another carrier, vocabulary or template."""


class TrainingError(ScenographError):
    """A training run that cannot start or go on."""


class BridgeError(ScenographError):
    """Reading, speaking or answering failed."""


class StoreError(ScenographError):
    """Memory on disk is damaged, locked or of another version."""


class FullDiskError(StoreError):
    """There is no room on the disk. Nothing of what was to be stored was kept, and all else is sound."""


class UnknownCrystalError(StoreError):
    """A crystal that memory does not have, or has no more."""


class RefusedError(StoreError):
    """What is asked of a memory cannot be done: a time, a number, an import, a change. Its disk is sound."""


class ServiceError(ScenographError):
    """
    A service that cannot be reached, or that refuses a request.

    Args:
        message: what the service says
        status: of HTTP; 0 if there was no answer
        kind: the name of the error in the service
        retry_after: seconds after which to come again; None if it does not say
    """

    def __init__(
        self, message: str, status: int = 0, kind: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.retry_after = status, kind, retry_after


class MindError(ScenographError):
    """A mind folder that is missing, unfinished or of another version."""


class MissingExtraError(ScenographError):
    """
    An optional package is missing or broken; the message names the command that installs it.

    Args:
        package: the package, as pip names it
        extra: the extra of scenograph that installs it
        error: why the import failed; the package itself may be there while one that it needs is not
    """

    def __init__(self, package: str, extra: str, error: ImportError | None = None) -> None:
        from contextlib import suppress
        from importlib.metadata import PackageNotFoundError, distribution

        why = "is not installed"
        with suppress(PackageNotFoundError):
            if error is not None and distribution(package):
                why = f"is installed but cannot be imported ({error})"
        super().__init__(f"{package} {why}; run: pip install 'scenograph[{extra}]'")

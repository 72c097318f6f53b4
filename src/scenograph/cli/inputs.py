"""
Texts and scenes from arguments, files and pipes.

Where there is neither an argument nor a file, or the argument is `-`, stdin is read. Each function raises
`CorpusError` for what is empty or binary, `NotationError` for a malformed scene, and `typer.BadParameter`
where there is nothing to read.
"""

from __future__ import annotations

import codecs
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypeAlias

import typer

from scenograph.cli import output
from scenograph.errors import CorpusError

if TYPE_CHECKING:
    from scenograph.core import Archive, Entry, Scene

Base: TypeAlias = Annotated[
    str | None, typer.Option(help="RDF: the address that relative addresses are relative to.")
]
Contexts: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--context", metavar="URL=FILE", help="JSON-LD: a file to read instead of a context."),
]
DOCUMENTS = (".md", ".markdown", ".txt", ".html", ".htm", ".eml", ".rst", ".org", ".csv", ".tsv")
"""Endings of the files that are taken from a folder."""

# How a carrier is loaded, or asked, and how long its adapters are trained.
Over: TypeAlias = Annotated[
    str | None,
    typer.Option(help="For a carrier that is a LoRA only: the model under it.", show_default=False),
]
Quantisation: TypeAlias = Annotated[
    Literal["none", "8bit", "4bit"], typer.Option(help="Of the carrier's linear layers.")
]
Model: TypeAlias = Annotated[
    str, typer.Option(help="Of a server with several models: the one to use.", show_default=False)
]
Dtype: TypeAlias = Annotated[
    Literal["auto", "float32", "bfloat16", "float16"], typer.Option(help="Type of the carrier's weights.")
]
Runtime: TypeAlias = Annotated[
    Literal["torch", "llama.cpp"],
    typer.Option(help="What reads and speaks: llama.cpp runs a GGUF file as it is, with the adapters."),
]
Steps: TypeAlias = Annotated[int | None, typer.Option(min=1, help="Train for this many steps.")]
Seconds: TypeAlias = Annotated[float | None, typer.Option(min=1, help="Or for this long.")]
KeyFrom: TypeAlias = Annotated[
    str, typer.Option(metavar="NAME", help="Of a server: the environment variable that holds its key.")
]


def contexts(given: Sequence[str] | None) -> dict[str, Path]:
    """Return the files of the contexts *given* as `URL=FILE`, by their addresses."""
    found: dict[str, Path] = {}
    for one in given or ():
        url, _, file = one.rpartition("=")
        if not url or not Path(file).is_file():
            raise typer.BadParameter(f"--context {one}: expected URL=FILE, with a file that is there")
        found[url] = Path(file)
    return found


def texts(arguments: Sequence[str], files: Sequence[Path]) -> list[str]:
    """Return the texts a command was given: each argument is one, and so is each line of files or stdin."""
    return [text for source in _sources(arguments, files) for text in source.lines() if text.strip()]


def scenes(arguments: Sequence[str], files: Sequence[Path]) -> list[Scene]:
    """Return the scenes a command was given: any number of them in each argument, file or pipe."""
    return [entry.scene for entry in entries(arguments, files)]


def entries(arguments: Sequence[str], files: Sequence[Path]) -> list[Entry]:
    """Return what `scenes` does, each scene with the metadata in the comments before it."""
    from scenograph.core import parse_many

    found: list[Entry] = []
    for source in _sources(arguments, files):
        here = list(parse_many(source.text))
        if not here:
            raise CorpusError(f"{source.name} holds no scene; a scene looks like (build :agent (person))")
        found += here
    return found


def archived(files: Sequence[Path]) -> tuple[list[Archive], list[Path]]:
    """Return the archives among *files*, opened, and the other files."""
    from scenograph.core import Archive
    from scenograph.core.lexicon.archive import MAGIC

    archives: list[Archive] = []
    others: list[Path] = []
    for file in files:
        with file.open("rb") as opened:
            if opened.read(len(MAGIC)) == MAGIC:
                archives.append(Archive(MAGIC + opened.read()))
            else:
                others.append(file)
    return archives, others


def scenes_of(argument: str) -> list[Scene]:
    """Return the scenes that *argument* names: of a file, of stdin for `-`, or those that it spells."""
    if argument == "-" or ("(" in argument and not Path(argument).is_file()):
        return scenes([argument], [])
    if not Path(argument).is_file():
        raise CorpusError(f"{argument}: there is no such file, and it is no scene either")
    return scenes([], [Path(argument)])


def documents(arguments: Sequence[str], files: Sequence[Path]) -> list[tuple[str, str]]:
    """Return the name and the whole text of each argument, file or pipe that a command was given."""
    return [(source.name, source.text) for source in _sources(arguments, files)]


def found(given: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """
    Yield each file that a command was given, and whether it was found in a folder.

    Of a folder, and of those in it, the documents are taken by their endings, in alphabetical order; hidden
    ones are not. A line says which files were left out.

    Raises:
        CorpusError: if a folder holds no document
    """
    for path in given:
        if not path.is_dir():
            yield path, False
            continue
        inside = [
            it for it in sorted(path.rglob("*")) if it.is_file() and not _is_hidden(it.relative_to(path))
        ]
        documents = [it for it in inside if it.suffix.lower() in DOCUMENTS]
        if not documents:
            raise CorpusError(
                f"{path}: the folder holds no document; documents end in {', '.join(DOCUMENTS)}"
            )
        if others := Counter(it.suffix.lower() or it.name for it in inside if it not in set(documents)):
            kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
            output.note(f"{path}: left out, because a folder is searched for documents only: {kinds}")
        yield from ((it, True) for it in documents)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def picture(file: Path) -> bytes | None:
    """Return the content of *file* if it is a picture made of points, else None."""
    from scenograph.carriers.vision import picture_kind

    with file.open("rb") as opened:
        start = opened.read(16)
        return start + opened.read() if picture_kind(start) else None


class _Source(NamedTuple):
    """An argument, a file or a pipe. The lines of all but an argument are texts of their own."""

    name: str
    text: str
    is_argument: bool = False

    def lines(self) -> list[str]:
        return [self.text] if self.is_argument else self.text.splitlines()


def _sources(arguments: Sequence[str], files: Sequence[Path]) -> Iterator[_Source]:
    pipe = "-" in arguments or not (arguments or files)
    if pipe and "-" not in arguments and sys.stdin.isatty():
        raise typer.BadParameter("give a text, a --file, or pipe lines into stdin")
    for argument in arguments:
        if argument != "-":
            if not argument.strip():
                raise CorpusError("the argument is empty: there is nothing to read")
            yield _Source("the argument", argument, is_argument=True)
    for file in files:
        yield _Source(str(file), _decode(file.read_bytes(), str(file)))
    if pipe:
        yield _Source("stdin", _decode(sys.stdin.buffer.read(), "stdin"))


def _decode(content: bytes, name: str) -> str:
    if not content.strip():
        raise CorpusError(f"{name} is empty")
    # Editors on Windows write UTF-16 with a mark at the start, which no UTF-8 text can have.
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        if is_utf16:
            raise CorpusError(f"{name} is not UTF-16 text, as its start says (byte {error.start})") from error
        advice = (
            f"; is it Russian from Windows? iconv -f CP1251 -t UTF-8 {name} > new.txt"
            if _is_1251(content)
            else ""
        )
        raise CorpusError(f"{name} is not UTF-8 text (byte {error.start}){advice}") from error
    if "\0" in text:
        raise CorpusError(f"{name} is a binary file, not a text")
    return text


def _is_1251(content: bytes) -> bool:
    """Whether *content* looks like Russian in the code page of Windows: most of it are small letters."""
    foreign = [it for it in content if it > 127]
    return len(foreign) > 8 and sum(it >= 0xE0 or it == 0xB8 for it in foreign) > 0.7 * len(foreign)

"""
The corpora of a mind: one JSONL file per source, and an index of them.

    corpus/
        index.json                    what was added, from where, with counts and digests
        train-5b0c7c1e.jsonl          its examples, in the form of scenograph.corpus.jsonl

The file is written first, then the index; then the source's former file is removed. So the folder always
holds the old state or the new one. Files that the index does not name do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from scenograph.corpus.example import Example
from scenograph.corpus.jsonl import format_line, parse_line
from scenograph.corpus.load import load
from scenograph.errors import CorpusError
from scenograph.files import digest, locked, read_json, write_bytes, write_json

INDEX = "index.json"
FORMAT = 1


@final
@dataclass(frozen=True, slots=True)
class CorpusSource:
    """
    One added corpus.

    Attributes:
        file: its file's name in the corpus folder
        path: the file or folder it was added from
        digest: BLAKE2b (16 bytes, hex) of its file
        examples: examples in it
        scenes: how many of them have a scene
        texts: wordings in them
        languages: wordings per language
        duplicates: examples left out because they repeat another of this source exactly
    """

    file: str
    path: str
    digest: str
    examples: int
    scenes: int
    texts: int
    languages: dict[str, int]
    duplicates: int


def add(
    folder: Path | str,
    path: Path | str,
    *,
    base: str | None = None,
    contexts: Mapping[str, Path] | None = None,
) -> CorpusSource:
    """
    Import the corpus at *path* into the corpus folder *folder* (made if missing).

    Adding the same path again replaces what it gave before.

    Args:
        folder: the corpus folder
        path: a file or a folder
        base, contexts: for RDF, as for `scenograph.surfaces.rdf.parse_rdf`
    Returns:
        what was added
    Raises:
        CorpusError: if anything in *path* cannot be read, *folder* cannot be written, or another process is
            adding to it; nothing is added then
    """
    folder, path = Path(folder), Path(path).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        busy = CorpusError(f"{folder}: another process is adding a corpus; wait until it ends")
        with locked(folder, busy):
            return _add(folder, path, load(path, base=base, contexts=contexts))
    except OSError as error:
        reason = error.strerror or error
        raise CorpusError(f"{folder}: cannot be written ({reason}); nothing of {path} was added") from error


def _add(folder: Path, path: Path, examples: Iterable[Example]) -> CorpusSource:
    by_path = {source.path: source for source in sources(folder)}
    before = by_path.get(str(path))
    counts: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    data = "".join(line + "\n" for line in _unique_lines(examples, counts, languages)).encode()
    source = CorpusSource(
        file=_file_name(path, digest(data)),
        path=str(path),
        digest=digest(data),
        examples=counts["examples"],
        scenes=counts["scenes"],
        texts=languages.total(),
        languages=dict(sorted(languages.items())),
        duplicates=counts["duplicates"],
    )
    write_bytes(folder / source.file, data)
    by_path[source.path] = source
    index = {"format": FORMAT, "sources": [asdict(known) for _, known in sorted(by_path.items())]}
    write_json(folder / INDEX, index)
    if before is not None and before.file != source.file:
        (folder / before.file).unlink(missing_ok=True)
    return source


def sources(folder: Path | str) -> list[CorpusSource]:
    """
    Return what was added to the corpus folder *folder*, sorted by path; nothing if there is none yet.

    Raises:
        CorpusError: if the index is damaged or of another version
    """
    path = Path(folder) / INDEX
    if not path.exists():
        return []
    remedy = "remove it and add the corpora again"
    index = read_json(path, CorpusError, remedy)
    try:
        if index["format"] != FORMAT:
            raise CorpusError(
                f"{path}: format {index['format']} is not read by this version (which reads {FORMAT})"
            )
        return [CorpusSource(**fields) for fields in index["sources"]]
    except (KeyError, TypeError) as error:
        raise CorpusError(f"{path} is damaged ({error}); {remedy}") from error


def iterate(folder: Path | str) -> Iterator[Example]:
    """
    Yield all examples of the corpus folder *folder*, source by source.

    Raises:
        CorpusError: if a source's file is missing or was changed since it was added
    """
    for source in sources(folder):
        path = Path(folder) / source.file
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CorpusError(
                f"{path}: cannot be read ({error.strerror}); add {source.path} again"
            ) from error
        if digest(data) != source.digest:
            raise CorpusError(f"{path}: the file was changed or damaged; add {source.path} again")
        for number, line in enumerate(data.decode("utf-8").rstrip("\n").split("\n"), start=1):
            yield parse_line(line, where=f"{path}, line {number}", source=source.file)


def _unique_lines(
    examples: Iterable[Example], counts: Counter[str], languages: Counter[str]
) -> Iterator[str]:
    """Yield the lines of a corpus file, without repeated ones, and count."""
    seen: set[Any] = set()
    for example in examples:
        scene = example.scene.digest if example.scene is not None else b""
        key = scene, example.texts, example.language, example.style  # all but the source
        if key in seen:
            counts["duplicates"] += 1
            continue
        seen.add(key)
        counts["examples"] += 1
        counts["scenes"] += example.scene is not None
        languages[example.language] += len(example.texts)
        yield format_line(example)


def _file_name(path: Path, content: str) -> str:
    """Name a corpus file: readable, and another name for another path or content."""
    stem = re.sub(r"\W+", "-", path.name.split(".")[0].lower()).strip("-") or "corpus"
    return f"{stem}-{digest(f'{content}{path}'.encode())[:8]}.jsonl"

"""
Loading a corpus: a file, or a folder of files, of any format known here.

| files | read by |
| --- | --- |
| WebNLG (`.xml`) | `scenograph.corpus.webnlg` |
| PENMAN, AMR (`.amr`, `.penman`) | `scenograph.corpus.amr` |
| JSONL (`.jsonl`) | `scenograph.corpus.jsonl` |
| CoNLL-U (`.conllu`) | `scenograph.corpus.conllu` |
| RDF (`.ttl`, `.trig`, `.nt`, `.nq`, `.jsonld`) | `scenograph.surfaces.rdf`, without texts |
| text (`.txt`) | as PENMAN if it begins with a scene or `# ::`, else a text a line |
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from logging import getLogger
from pathlib import Path
from typing import TypeAlias

from scenograph.corpus import amr, conllu, jsonl, webnlg
from scenograph.corpus.example import UNDETERMINED, Example, language_of
from scenograph.corpus.files import read_text
from scenograph.errors import CorpusError, SurfaceError

logger = getLogger(__name__)

Loader: TypeAlias = Callable[..., Iterator[Example]]
"""Takes a file and how its examples name it; those of RDF take `base` and `contexts`, too."""

RDF = {".ttl": "turtle", ".trig": "trig", ".nt": "ntriples", ".nq": "nquads", ".jsonld": "jsonld"}
_NOTES = "notes are for memory: scenograph remember MIND -f NOTES"
_PENMAN_START = re.compile(r"\s*(?:#[^\n]*\n\s*)*?(?:# ::|\(\s*[^\s()/]+\s*/)")


def _load_txt(path: Path, source: str) -> Iterator[Example]:
    """Yield the examples of PENMAN, or else one example without a scene for each line that is not blank."""
    text = read_text(path)
    if _PENMAN_START.match(text):
        yield from amr.load(path, source)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if said := line.strip():
            yield Example(None, (said,), language_of(said), f"{source}:{number}")


def _load_rdf(
    path: Path, source: str, base: str | None = None, contexts: Mapping[str, Path] | None = None
) -> Iterator[Example]:
    """Yield one example without a text for each scene of an RDF file."""
    from scenograph.surfaces.rdf import parse_rdf

    try:
        scenes = parse_rdf(read_text(path), RDF[path.suffix.lower()], base, contexts)
    except SurfaceError as error:
        raise CorpusError(f"{path}: {error}") from error
    if not scenes:
        raise CorpusError(f"{path}: there is no triple in this file")
    for number, scene in enumerate(scenes, start=1):
        yield Example(scene, (), UNDETERMINED, f"{source}#{number}")


LOADERS: dict[str, Loader] = {
    ".xml": webnlg.load,
    ".amr": amr.load,
    ".penman": amr.load,
    ".jsonl": jsonl.load,
    ".conllu": conllu.load,
    **dict.fromkeys(RDF, _load_rdf),
    ".txt": _load_txt,
}


def load(
    path: Path | str, *, base: str | None = None, contexts: Mapping[str, Path] | None = None
) -> Iterator[Example]:
    """
    Yield the examples of the file *path*, or of all files under the folder *path*, sorted by name.

    A folder's files of other formats are skipped, with one warning for all, and so are, without one, those
    whose names begin with a dot. Sources are named relative to the folder that holds *path*.

    Args:
        path: a file or a folder
        base, contexts: for RDF, as for `scenograph.surfaces.rdf.parse_rdf`
    Raises:
        CorpusError: if there is nothing to load, or at the first file or line that cannot be read, naming it
    """
    path = Path(path)
    for file in corpus_files(path):
        source = file.relative_to(path.parent).as_posix()
        kind = file.suffix.lower()
        options = {"base": base, "contexts": contexts} if kind in RDF else {}
        yield from LOADERS[kind](file, source, **options)


def corpus_files(path: Path) -> list[Path]:
    """
    Return the files that `load` reads for *path*, in order.

    Raises:
        CorpusError: if *path* does not exist, or there is no file of a known format
    """
    known = ", ".join(LOADERS)
    if path.is_file():
        if path.suffix.lower() not in LOADERS:
            raise CorpusError(
                f"{path}: unknown extension {path.suffix!r}; corpora are files of type {known}; {_NOTES}"
            )
        return [path]
    if not path.is_dir():
        raise CorpusError(f"{path}: there is no such file or folder")
    files: list[Path] = []
    others: Counter[str] = Counter()
    for file in sorted(path.rglob("*")):
        if not file.is_file() or any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        if file.suffix.lower() in LOADERS:
            files.append(file)
        else:
            others[file.suffix.lower() or file.name] += 1
    if not files:
        raise CorpusError(f"{path}: the folder holds no corpus; corpora are files of type {known}; {_NOTES}")
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        logger.warning("%s: skipped %s; corpora are files of type %s; %s", path, kinds, known, _NOTES)
    return files

"""
Loading a corpus: a file, or a folder of files, of any format known here.

======================================  ==========================================================
WebNLG XML (`.xml`)                   `scenograph.corpus.webnlg`
PENMAN, AMR (`.amr`, `.penman`)     `scenograph.corpus.amr`
JSONL (`.jsonl`)                      `scenograph.corpus.jsonl`
RDF (`.ttl`, `.trig`, `.nt`, `.nq`, `.jsonld`)
                                        `scenograph.corpus.rdf`
text (`.txt`)                         PENMAN if it begins with a scene or `# ::`, else plain:
                                        `scenograph.corpus.text`
======================================  ==========================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from logging import getLogger
from pathlib import Path
from typing import TypeAlias

from scenograph.corpus import amr, jsonl, rdf, text, webnlg
from scenograph.corpus.example import Example
from scenograph.corpus.files import read_text
from scenograph.errors import CorpusError

logger = getLogger(__name__)

Loader: TypeAlias = Callable[[Path, str], Iterator[Example]]

_PENMAN_START = re.compile(r"\s*(?:#[^\n]*\n\s*)*?(?:# ::|\(\s*[^\s()/]+\s*/)")


def _load_txt(path: Path, source: str) -> Iterator[Example]:
    loader = amr.load if _PENMAN_START.match(read_text(path)) else text.load
    return loader(path, source)


LOADERS: dict[str, Loader] = {
    ".xml": webnlg.load,
    ".amr": amr.load,
    ".penman": amr.load,
    ".jsonl": jsonl.load,
    **dict.fromkeys(rdf.SYNTAXES, rdf.load),
    ".txt": _load_txt,
}


def load(
    path: Path | str, *, base: str | None = None, contexts: Mapping[str, Path] | None = None
) -> Iterator[Example]:
    """
    Yield the examples of the file *path*, or of all files under the folder *path*, sorted by name.

    A folder's files of other formats are skipped with a warning, and so are, without one, those whose names
    begin with a dot. Sources are named relative to the folder that holds *path*.

    Args:
        path: a file or a folder
        base, contexts: for RDF, as for `scenograph.surfaces.rdf.parse_rdf`
    Raises:
        CorpusError: if there is nothing to load, or at the first file or line that cannot be read, naming it
    """
    path = Path(path)
    for file in corpus_files(path):
        source = file.relative_to(path.parent).as_posix()
        loader = LOADERS[file.suffix.lower()]
        if loader is rdf.load:
            loader = partial(rdf.load, base=base, contexts=contexts)
        yield from loader(file, source)


def corpus_files(path: Path) -> list[Path]:
    """
    Return the files that `load` reads for *path*, in order.

    Raises:
        CorpusError: if *path* does not exist, or there is no file of a known format
    """
    known = ", ".join(LOADERS)
    if path.is_file():
        if path.suffix.lower() not in LOADERS:
            raise CorpusError(f"{path}: unknown extension {path.suffix!r}; corpora are files of type {known}")
        return [path]
    if not path.is_dir():
        raise CorpusError(f"{path}: there is no such file or folder")
    files: list[Path] = []
    for file in sorted(path.rglob("*")):
        if not file.is_file() or any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        if file.suffix.lower() in LOADERS:
            files.append(file)
        else:
            logger.warning("%s is skipped: corpora are files of type %s", file, known)
    if not files:
        raise CorpusError(f"{path}: the folder holds no corpus; corpora are files of type {known}")
    return files

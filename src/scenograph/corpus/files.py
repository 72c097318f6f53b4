"""Reading a corpus file as text, with the ways this can fail put into words."""

from __future__ import annotations

from pathlib import Path

from scenograph.errors import CorpusError


def read_bytes(path: Path) -> bytes:
    """
    Return the content of *path*.

    Raises:
        CorpusError: if the file cannot be read, is empty, or is binary
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    if not data.strip():
        raise CorpusError(f"{path}: the file is empty; remove it or fill it")
    if b"\0" in data:
        raise CorpusError(
            f"{path}: byte {data.index(0)} is zero, so this is a binary file or not UTF-8; "
            "give UTF-8 text (WebNLG XML, PENMAN, JSONL, CoNLL-U, RDF or plain text)"
        )
    return data


def read_text(path: Path) -> str:
    """
    Return the text of the UTF-8 file *path*, without a byte order mark.

    Raises:
        CorpusError: if the file cannot be read, is empty, is binary, or is not UTF-8
    """
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CorpusError(
            f"{path}, line {line}: byte {error.start} is not UTF-8; convert the file to UTF-8 first"
        ) from error

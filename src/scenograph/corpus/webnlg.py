"""
WebNLG XML: sets of triples with the sentences that say them (https://synalp.gitlabpages.inria.fr/webnlg-challenge).

An entry's scene is its modified triple set, the one its texts were written for. Version 3.0 marks the
language of a text only in the files that hold two; elsewhere texts are English. An entry with texts in two
languages gives two examples, one with no text (as in the blind test sets) gives one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from scenograph.core import Scene
from scenograph.corpus.example import Example
from scenograph.corpus.files import read_bytes
from scenograph.errors import CorpusError
from scenograph.surfaces.triples import Triple, from_triples


def load(path: Path, source: str) -> Iterator[Example]:
    """
    Yield the examples of the WebNLG file *path*, in its order.

    Args:
        path: an XML file
        source: how the examples name the file; the entry's id is appended
    Raises:
        CorpusError: if the file is no WebNLG XML
    """
    try:
        root: Element = fromstring(read_bytes(path))
    except ParseError as error:
        line, column = error.position
        raise CorpusError(f"{path}, line {line}, column {column + 1}: malformed XML ({error.msg})") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise CorpusError(
            f"{path}: XML with entities, or in an unknown encoding, is not read ({error})"
        ) from error
    entries = root.findall("entries/entry") if root.tag == "benchmark" else []
    if root.tag == "benchmark" and not entries:
        raise CorpusError(f"{path}: this WebNLG file holds no <entry>; remove it or fill it")
    if not entries:
        raise CorpusError(
            f"{path}: this XML is not WebNLG (expected <benchmark> with <entries>, found <{root.tag}>); "
            "convert it to JSONL lines with scene and text"
        )
    for number, entry in enumerate(entries, start=1):
        entry_id = entry.get("eid") or str(number)
        where = f"{path}, entry {entry_id}"
        scene = _scene(entry, where)
        texts = _texts(entry)
        for language, wordings in (texts or {"en": []}).items():
            yield Example(scene, tuple(wordings), language, f"{source}#{entry_id}")


def _scene(entry: Element, where: str) -> Scene:
    triples = [_triple(element, where) for element in entry.iterfind("modifiedtripleset/mtriple")]
    if not triples:
        raise CorpusError(f"{where}: there is no <modifiedtripleset> with an <mtriple>")
    return from_triples(triples)


def _triple(element: Element, where: str) -> Triple:
    parts = [part.strip() for part in (element.text or "").split(" | ", 2)]
    if len(parts) != 3:
        raise CorpusError(f"{where}: expected 'subject | predicate | object', found {element.text!r}")
    return Triple(*parts)


def _texts(entry: Element) -> dict[str, list[str]]:
    """The wordings of an entry by language, in the order of the file."""
    texts: dict[str, list[str]] = {}
    for lex in entry.iterfind("lex"):
        text = (lex.text or "").strip()
        if text:
            texts.setdefault(lex.get("lang") or "en", []).append(text)
    return texts

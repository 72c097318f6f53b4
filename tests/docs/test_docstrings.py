"""
Docstrings have well-formed sections, and everything a person reads is in plain words.

Sections are Google's, parsed by griffe. The words are those of docstrings, comments and messages.
"""

from __future__ import annotations

import io
import logging
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
PARTS = sorted(path.stem for path in (SOURCE / "scenograph").iterdir() if not path.name.startswith("__"))

SECTIONS = "Args|Attributes|Example|Returns|Raises|Yields"
FUSED = re.compile(rf"(?:^|\s)(?:{SECTIONS}):(?=\s|$)")
HEADING = re.compile(r"^ *([A-Z][a-z]+): *$", re.MULTILINE)
ROLE = re.compile(r":[a-z]+:`|``")
DIALECT = re.compile(
    r"""\b(?:
        told | anew | (?:un)?veil(?:s|ed)? | rivals? | hopes | lessons? | retell(?:s|ing)? | retold
        | residues?
        | reckon(?:s|ed|ing)? | likeness(?:es)? | alike | brings?\ to\ mind | at\ hand | draws?\ the\ line
        | in\ the\ place\ of | g(?:ive|ives|iven|ave)\ out
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
STORED = re.compile(
    r"""\blesson(?=\ (?:[<>=]|INTEGER)) | ,\ lesson, | ["']lessons["']
    | lexicon's\ lesson | lessons\ learned""",
    re.VERBOSE,
)
"""A column and a key of formats on disk, which stay; and a title."""
TABLES = {"morphology/english.py"}
"""Files of words that are data: *tell*, *told*."""


class _Log(logging.Handler):
    """The warnings of griffe's parser."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@cache
def docstring_faults() -> list[str]:
    """What is wrong with the docstrings of the package, each with its file and line."""
    package = griffe.load("scenograph", search_paths=[SOURCE])
    return [fault for thing in _things(package) for fault in _faults(thing)]


def _things(thing: griffe.Object) -> Iterator[griffe.Object]:
    yield thing
    for member in thing.members.values():
        if isinstance(member, griffe.Object):
            yield from _things(member)


def _faults(thing: griffe.Object) -> Iterator[str]:
    docstring = thing.docstring
    if docstring is None:
        return
    path = Path(thing.filepath if isinstance(thing.filepath, Path) else thing.filepath[0])
    where = f"{path.relative_to(SOURCE)}:{docstring.lineno}"
    parsed, warnings = _parsed(docstring)
    yield from (f"{where}: {warning}" for warning in warnings if warning.startswith("Failed to get"))
    for section in parsed:
        if section.kind.value == "parameters":
            known = {name.lstrip("*") for name in _parameters(thing)}
            for item in section.value:
                for name in re.split(r", *", item.name):
                    if name.lstrip("*") not in known:
                        yield f"{where}: {name!r} is no parameter of {thing.name}"
        values = section.value if isinstance(section.value, list) else [section.value]
        for value in values:
            text = value if isinstance(value, str) else getattr(value, "description", "") or ""
            if isinstance(text, str) and (found := FUSED.search(text)):
                yield f"{where}: {found[0].strip()} stands within a paragraph"
    for heading in HEADING.findall(docstring.value):
        if not re.fullmatch(SECTIONS, heading):
            yield f"{where}: {heading}: is no section; choose from {SECTIONS}"
    if found := ROLE.search(docstring.value):
        yield f"{where}: {found[0]} is no Markdown; write names in single backticks"


def _parsed(docstring: griffe.Docstring) -> tuple[list[griffe.DocstringSection], list[str]]:
    """The sections of *docstring* and the parser's warnings. It wants a blank line before each section."""
    spaced = re.sub(rf"\n(?=(?:{SECTIONS}):\n)", "\n\n", docstring.value)
    log, logger = _Log(), logging.getLogger("griffe")
    level = logger.level
    logger.addHandler(log)
    logger.setLevel(logging.DEBUG)
    try:
        own = griffe.Docstring(spaced, lineno=docstring.lineno, parent=docstring.parent)
        return griffe.parse_google(own), [message.partition(": ")[2] for message in log.messages]
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)


def _parameters(thing: griffe.Object) -> list[str]:
    if isinstance(thing, griffe.Function):
        return [parameter.name for parameter in thing.parameters]
    if isinstance(thing, griffe.Class):
        own = [parameter.name for parameter in thing.parameters]
        return own + [name for name, member in thing.all_members.items() if member.is_attribute]
    return []


@cache
def word_faults() -> list[str]:
    """Words of the former dialect in docstrings, comments and messages, each with its file and line."""
    faults: list[str] = []
    for path in sorted((SOURCE / "scenograph").rglob("*.py")):
        name = path.relative_to(SOURCE / "scenograph").as_posix()
        if name in TABLES:
            continue
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING):
                text = STORED.sub(lambda stored: "-" * len(stored[0]), token.string)
                for found in DIALECT.finditer(text):
                    line = token.start[0] + token.string.count("\n", 0, found.start())
                    faults.append(f"scenograph/{name}:{line}: {found[0]!r} is not a plain word")
    return faults


def _of(part: str, faults: list[str]) -> list[str]:
    return [fault for fault in faults if re.match(rf"scenograph/{part}[/.]", fault)]


@pytest.mark.parametrize("part", PARTS)
def test_docstrings_are_well_formed(part: str) -> None:
    assert _of(part, docstring_faults()) == []


@pytest.mark.parametrize("part", PARTS)
def test_words_are_plain(part: str) -> None:
    assert _of(part, word_faults()) == []


def test_faults_are_found(tmp_path: Path) -> None:
    module = '''
def f(one, two):
    """
    Say it. Returns: nothing.

    Args:
        one: a ``thing``
        three: a thing
    Laws:
        none
    """
'''
    (tmp_path / "sample.py").write_text(module)
    package = griffe.load("sample", search_paths=[tmp_path], docstring_parser="google")
    [function] = [thing for thing in _things(package) if thing.is_function]
    function.module._filepath = SOURCE / "sample.py"
    assert [fault.partition(": ")[2] for fault in _faults(function)] == [
        "Returns: stands within a paragraph",
        "'three' is no parameter of f",
        f"Laws: is no section; choose from {SECTIONS}",
        "`` is no Markdown; write names in single backticks",
    ]
    assert DIALECT.search("It is told anew.")
